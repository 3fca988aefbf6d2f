//! Setting the verifier up: the pacts, which of their interactions, and who wants to know.

use std::path::PathBuf;

use pact_broker_client::{Auth, BrokerOptions};
use pact_core::model::Pact;

use super::Verifier;
use crate::filter::FilterText;
use crate::source::{BrokerSource, Source, options_from_environment};

impl Verifier {
    /// Verifies the pact of a file.
    pub fn pact_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.sources.push(Ok(Source::File(path.into())));
        self
    }

    /// Verifies the pacts of a folder that are with this provider.
    pub fn pacts_from_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.sources.push(Ok(Source::Dir(path.into())));
        self
    }

    /// Verifies the pact at an address.
    pub fn pact_url(self, url: impl Into<String>) -> Self {
        self.pact_url_with(url, Auth::None)
    }

    /// Verifies the pact at an address that wants credentials.
    pub fn pact_url_with(self, url: impl Into<String>, auth: Auth) -> Self {
        let href = url.into();
        let options = BrokerOptions::new(href.clone()).auth(auth);
        self.webhook_callback(href, options)
    }

    /// Verifies a pact at hand.
    pub fn pact(mut self, pact: Pact) -> Self {
        self.sources.push(Ok(Source::Given(Box::new(pact))));
        self
    }

    /// Verifies the pacts a broker chooses.
    pub fn broker(mut self, source: impl Into<BrokerSource>) -> Self {
        self.sources.push(Source::broker(source.into()));
        self
    }

    /// Verifies the pacts chosen by the broker that `PACT_BROKER_BASE_URL` names, with
    /// `PACT_BROKER_TOKEN`, or `PACT_BROKER_USERNAME` and `PACT_BROKER_PASSWORD`.
    pub fn broker_from_env(mut self) -> Self {
        let options = options_from_environment(|name| std::env::var(name).ok());
        let source = options.and_then(|options| Source::broker(BrokerSource::new(options)));
        self.sources.push(source);
        self
    }

    /// Verifies the one pact whose address a webhook of the broker passed on; the options say how
    /// the broker is asked.
    pub fn webhook_callback(mut self, pact_url: impl Into<String>, broker: BrokerOptions) -> Self {
        self.sources.push(Source::url(pact_url.into(), broker));
        self
    }

    /// Lets a run pass for which there are no pacts; without this it fails. Pacts of which nothing is
    /// verified fail all the same.
    pub fn allow_no_pacts(mut self, allow: bool) -> Self {
        self.allow_no_pacts = allow;
        self
    }

    /// Verifies only interactions whose description matches the regular expression.
    pub fn filter_description(mut self, regex: impl Into<String>) -> Self {
        self.filter.description = Some(regex.into());
        self
    }

    /// Verifies only interactions with a provider state that matches the regular expression.
    pub fn filter_state(mut self, regex: impl Into<String>) -> Self {
        self.filter.state = Some(regex.into());
        self
    }

    /// Verifies only interactions without provider states.
    pub fn filter_no_state(mut self) -> Self {
        self.filter.no_state = true;
        self
    }

    /// Verifies only the pacts of these consumers.
    pub fn filter_consumers<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.filter
            .consumers
            .extend(names.into_iter().map(Into::into));
        self
    }

    /// Leaves it to the builder alone which interactions are verified: without this those the
    /// environment chooses are verified, of those the builder does. See [`Verifier::new`].
    pub fn ignore_filter_variables(mut self) -> Self {
        self.environment = FilterText::default();
        self
    }

    /// Verifies only these interactions, named by id, key, whole description, or
    /// [reference](crate::InteractionReport::reference).
    pub fn filter_interactions<T: Into<String>>(
        mut self,
        names: impl IntoIterator<Item = T>,
    ) -> Self {
        let names = names.into_iter().map(Into::into);
        self.filter.interactions.extend(names);
        self
    }

    /// Names the branch this provider was built from.
    pub fn provider_branch(mut self, branch: impl Into<String>) -> Self {
        self.branch = Some(branch.into());
        self
    }

    /// Names the tags of this provider's version.
    pub fn provider_tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.tags.extend(tags.into_iter().map(Into::into));
        self
    }

    /// Says where the build can be seen that publishes the results.
    pub fn build_url(mut self, url: impl Into<String>) -> Self {
        self.build_url = Some(url.into());
        self
    }

    /// Publishes the results, good or bad, as those of this version of the provider. Only pacts from
    /// a broker have somewhere to publish to.
    pub fn publish(mut self, version: impl Into<String>) -> Self {
        self.publish = Some(version.into());
        self
    }
}
