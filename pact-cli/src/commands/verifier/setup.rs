//! From what was typed to the verifier that does it.

use std::time::Duration;

use pact_broker_client::{Auth, BrokerOptions, Limits, Secret, TlsOptions};
use pact_provider::{BrokerSource, ConsumerVersionSelector, MissingStates, Verifier};

use super::options::{
    BrokerChoice, Filters, Loading, Provider, Publishing, States, VerifierCommand,
};
use super::rerun::Typed;
use crate::args::given;
use crate::error::CliError;

impl VerifierCommand {
    /// Returns the verifier, or refuses what cannot mean anything.
    pub(super) fn verifier(self) -> Result<Verifier, CliError> {
        let name = given(self.provider.provider_name.as_ref());
        self.loading.check(name.is_some())?;
        self.provider.check()?;
        self.publishing.check()?;
        let typed = Typed::here();
        let mut verifier = Verifier::new(name.unwrap_or_default())
            .ignore_filter_variables()
            .rerun_command(move |pact, interaction| typed.again(pact, interaction))
            .allow_no_pacts(self.loading.ignore_no_pacts_error)
            .run_identical_once(self.running.run_identical_once)
            .jobs(self.running.jobs.into())
            .exit_on_first_error(self.running.exit_on_first_error);
        verifier = self.provider.apply(verifier)?;
        verifier = self.states.apply(verifier);
        verifier = self.filters.apply(verifier);
        verifier = self.publishing.apply(verifier);
        self.loading.apply(verifier, &self.choice)
    }
}

impl Provider {
    /// Refuses what would be asked of somebody else, or not be asked.
    fn check(&self) -> Result<(), CliError> {
        let host = given(self.hostname.as_ref()).unwrap_or_default();
        if host.contains(['/', '?', '#']) {
            return Err(CliError::usage_with_hint(
                "--hostname takes a host alone, without protocol and path",
                "name the others with --transport, --port and --base-path",
            ));
        }
        if given(self.base_path.as_ref()).is_some_and(|path| path.contains(['?', '#'])) {
            return Err(CliError::usage("--base-path takes a path, without a query"));
        }
        Ok(())
    }

    /// Returns the address of the provider, unless only other transports are named.
    fn url(&self) -> Option<String> {
        let scheme = given(Some(&self.transport)).unwrap_or("http");
        let host = given(self.hostname.as_ref()).unwrap_or("localhost");
        let path = self.path();
        match self.port {
            Some(port) => Some(format!("{scheme}://{host}:{port}{path}")),
            None if self.transports.is_empty() || self.hostname.is_some() => {
                Some(format!("{scheme}://{host}{path}"))
            }
            None => None,
        }
    }

    /// Returns the base path; it begins with a slash, typed or not.
    fn path(&self) -> String {
        let path = given(self.base_path.as_ref()).unwrap_or_default();
        if path.is_empty() || path.starts_with('/') {
            path.to_owned()
        } else {
            format!("/{path}")
        }
    }

    fn apply(self, mut verifier: Verifier) -> Result<Verifier, CliError> {
        let mut url = self.url();
        for transport in self
            .transports
            .iter()
            .flat_map(|text| text.split_whitespace())
        {
            let (name, address) = self.transport(transport)?;
            if matches!(name, "http" | "https") && url.is_none() {
                url = Some(address.clone());
            }
            verifier = verifier.transport(name, address);
        }
        if let Some(url) = url {
            verifier = verifier.url(url);
        }
        for header in &self.headers {
            // What is no header is not shown: it may be the secret without its name.
            let (name, value) = { header.split_once('=') }
                .filter(|(name, _)| is_token(name))
                .ok_or_else(|| {
                    CliError::usage("a header for the provider is written `KEY=VALUE`")
                })?;
            verifier = verifier.header(name, value);
        }
        if let Some(milliseconds) = self.request_timeout {
            verifier = verifier.request_timeout(Duration::from_millis(milliseconds));
        }
        if let Some(bytes) = self.max_answer {
            verifier = verifier.max_answer(bytes);
        }
        Ok(verifier
            .follow_redirects(self.follow_redirects)
            .tls(TlsOptions {
                skip_verification: self.disable_ssl_verification,
                extra_roots: self.ca_certificate,
                client_identity: self.client_certificate.zip(self.client_key),
                ..TlsOptions::default()
            }))
    }

    /// Reads `PROTOCOL:PORT[/PATH]`.
    fn transport<'a>(&self, text: &'a str) -> Result<(&'a str, String), CliError> {
        let wrong = || {
            CliError::usage_with_hint(
                format!("`{text}` is not a transport"),
                "a transport is written PROTOCOL:PORT or PROTOCOL:PORT/PATH, such as message:8081/messages",
            )
        };
        let (name, place) = text.split_once(':').ok_or_else(wrong)?;
        let (port, path) = match place.find('/') {
            Some(slash) => place.split_at(slash),
            None => (place, ""),
        };
        let port: u16 = port.parse().map_err(|_| wrong())?;
        let scheme = if name == "https" { "https" } else { "http" };
        let host = given(self.hostname.as_ref()).unwrap_or("localhost");
        let path = if path.is_empty() {
            self.path()
        } else {
            path.to_owned()
        };
        Ok((name, format!("{scheme}://{host}:{port}{path}")))
    }
}

impl States {
    /// Without an address for states the provider is taken as it is.
    fn apply(self, verifier: Verifier) -> Verifier {
        match given(self.state_change_url.as_ref()) {
            Some(url) => verifier
                .state_change_url(url)
                .state_change_as_query(self.state_change_as_query)
                .state_change_teardown(self.state_change_teardown),
            None => verifier.missing_states(MissingStates::Warn),
        }
    }
}

impl Filters {
    fn apply(self, mut verifier: Verifier) -> Verifier {
        if let Some(regex) = given(self.filter_description.as_ref()) {
            verifier = verifier.filter_description(regex);
        }
        if let Some(regex) = given(self.filter_state.as_ref()) {
            verifier = verifier.filter_state(regex);
        }
        if self.filter_no_state {
            verifier = verifier.filter_no_state();
        }
        let interactions = self.filter_interactions.into_iter();
        verifier
            .filter_consumers(self.filter_consumers)
            .filter_interactions(interactions.filter(|name| !name.is_empty()))
    }
}

impl Publishing {
    /// Refuses to publish as nothing in particular: a variable of the script is not set.
    fn check(&self) -> Result<(), CliError> {
        if self.publish && given(self.provider_version.as_ref()).is_none() {
            return Err(CliError::usage_with_hint(
                "results cannot be published without a version",
                "--provider-version is given, and empty",
            ));
        }
        Ok(())
    }

    fn apply(self, mut verifier: Verifier) -> Verifier {
        let tags = { self.provider_tags.into_iter() }.filter(|tag| !tag.is_empty());
        verifier = verifier.provider_tags(tags);
        if let Some(branch) = given(self.provider_branch.as_ref()) {
            verifier = verifier.provider_branch(branch);
        }
        if let Some(url) = given(self.build_url.as_ref()) {
            verifier = verifier.build_url(url);
        }
        match given(self.provider_version.as_ref()) {
            Some(version) if self.publish => verifier.publish(version),
            _ => verifier,
        }
    }
}

impl Loading {
    /// Refuses what would verify nothing without anybody noticing.
    fn check(&self, named: bool) -> Result<(), CliError> {
        let webhook = given(self.webhook_callback_url.as_ref()).is_some();
        let broker = given(self.broker_url.as_ref()).is_some();
        if webhook && !broker {
            return Err(CliError::usage_with_hint(
                "a webhook's pact can only be taken from its broker",
                "name the broker with --broker-url",
            ));
        }
        if !named && (broker && !webhook || !self.dirs.is_empty()) {
            return Err(CliError::usage_with_hint(
                "whose pacts are to be verified?",
                "name the provider with --provider-name",
            ));
        }
        if self.files.is_empty() && self.dirs.is_empty() && self.urls.is_empty() && !broker {
            return Err(CliError::usage_with_hint(
                "no source of pacts",
                "give --file, --dir, --url or --broker-url",
            ));
        }
        Ok(())
    }

    fn apply(self, mut verifier: Verifier, choice: &BrokerChoice) -> Result<Verifier, CliError> {
        for file in &self.files {
            verifier = verifier.pact_file(file);
        }
        for dir in &self.dirs {
            verifier = verifier.pacts_from_dir(dir);
        }
        let limits = Limits {
            attempts: choice.retries.max(1).into(),
            timeout: { choice.broker_timeout }
                .map_or(Limits::STANDARD.timeout, Duration::from_millis),
            ..Limits::STANDARD
        };
        let asked_at = |url: &str| BrokerOptions::new(url).auth(self.auth()).limits(limits);
        for url in &self.urls {
            verifier = verifier.webhook_callback(url, asked_at(url));
        }
        let Some(broker) = given(self.broker_url.as_ref()) else {
            return Ok(verifier);
        };
        let options = asked_at(broker);
        if let Some(pact) = given(self.webhook_callback_url.as_ref()) {
            return Ok(verifier.webhook_callback(pact, options));
        }
        let mut source = BrokerSource::new(options)
            .selectors(choice.selectors()?)
            .enable_pending(choice.enable_pending);
        if let Some(date) = given(choice.include_wip_pacts_since.as_ref()) {
            source = source.include_wip_since(date);
        }
        Ok(verifier.broker(source))
    }

    fn auth(&self) -> Auth {
        if let Some(token) = given(self.token.as_ref()) {
            return Auth::Bearer(Secret::new(token));
        }
        given(self.user.as_ref()).map_or(Auth::None, |user| Auth::Basic {
            username: Secret::new(user),
            password: given(self.password.as_ref()).map(Secret::new),
        })
    }
}

impl BrokerChoice {
    fn selectors(&self) -> Result<Vec<ConsumerVersionSelector>, CliError> {
        let tags = self
            .consumer_version_tags
            .iter()
            .filter(|tag| !tag.is_empty());
        let mut selectors: Vec<_> = tags.map(ConsumerVersionSelector::latest_with_tag).collect();
        for text in &self.consumer_version_selectors {
            selectors.extend(ConsumerVersionSelector::parse(text)?);
        }
        Ok(selectors)
    }
}

/// Returns whether the text may be the name of a header (RFC 9110 §5.6.2).
fn is_token(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(fits)
}
