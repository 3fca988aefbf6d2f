//! From what the verifier was given to what a run needs, refusing what cannot mean anything.

use std::sync::Arc;

use super::{TargetText, Verifier};
use crate::cancel::Cancellation;
use crate::error::VerifyError;
use crate::filter::Filter;
use crate::provider::Provider;
use crate::source::Source;
use crate::state::{StateUrl, States};
use crate::target::{BaseUrl, CustomHeader, Endpoint, HttpClient, HttpSettings, Target};

impl Verifier {
    /// Refuses what cannot mean anything before anybody is asked anything.
    pub(super) fn check(&self, sources: &[Source], filter: &Filter) -> Result<(), VerifyError> {
        let nowhere = self.main.is_none() && self.transports.is_empty();
        if nowhere && self.producers.is_empty() {
            return Err(VerifyError::NoTarget);
        }
        if sources.is_empty() {
            return Err(VerifyError::NoSource);
        }
        let reason = match (filter.is_partial(), self.exit_on_first_error) {
            _ if self.publish.is_none() => return Ok(()),
            _ if !sources.iter().any(Source::may_be_told) => {
                return Err(VerifyError::NothingToPublish);
            }
            (true, _) => "a filter leaves interactions out",
            (_, true) => "the run ends at the first failure",
            (false, false) => return Ok(()),
        };
        Err(VerifyError::PartialPublication { reason })
    }

    /// Returns the provider as the run reaches it.
    pub(super) fn provider(&mut self, cancellation: Cancellation) -> Result<Provider, VerifyError> {
        let http = HttpSettings {
            tls: self.tls.clone(),
            timeout: self.request_timeout,
            max_answer: self.max_answer,
            follow_redirects: self.follow_redirects,
        };
        let headers: Vec<CustomHeader> = { self.headers.iter() }
            .map(|(name, value)| CustomHeader::new(name, value))
            .collect::<Result<_, _>>()?;
        let mut reach = Reach::new(&http);
        let main = match self.main.take() {
            Some(TargetText::Service(service)) => Some(Target::Service(service)),
            Some(TargetText::Url(url)) => {
                let base = BaseUrl::of_provider(&url)?;
                Some(Target::Http(reach.endpoint(base)?))
            }
            None => None,
        };
        let transports = { self.transports.iter() }
            .map(|(name, url)| {
                let base = BaseUrl::of_provider(url)?;
                Ok((name.clone(), Target::Http(reach.endpoint(base)?)))
            })
            .collect::<Result<Vec<_>, VerifyError>>()?;
        let state_url = self.state_url(main.as_ref(), &headers, &mut reach)?;
        Ok(Provider {
            main,
            transports,
            headers,
            states: self.states(state_url),
            producers: std::mem::take(&mut self.producers),
            request_filter: self.request_filter.take(),
            response_hook: self.response_hook.take(),
            cancellation,
            http,
        })
    }

    fn state_url(
        &self,
        main: Option<&Target>,
        headers: &[CustomHeader],
        reach: &mut Reach<'_>,
    ) -> Result<Option<StateUrl>, VerifyError> {
        let Some(text) = &self.state_url else {
            return Ok(None);
        };
        let url = BaseUrl::parse(text, "a state change endpoint")?;
        let own_origin = matches!(main, Some(Target::Http(provider))
            if provider.base.url().origin() == url.url().origin());
        Ok(Some(StateUrl {
            endpoint: reach.endpoint(url)?,
            as_query: self.state_as_query,
            teardown: self.state_teardown,
            headers: if own_origin {
                headers.to_vec()
            } else {
                Vec::new()
            },
        }))
    }

    fn states(&mut self, url: Option<StateUrl>) -> States {
        States {
            setups: std::mem::take(&mut self.setups),
            teardowns: std::mem::take(&mut self.teardowns),
            any: self.any_state.take(),
            url,
            missing: self.missing_states,
            timeout: self.state_timeout.unwrap_or(self.request_timeout),
            data: std::mem::take(&mut self.data),
        }
    }
}

/// The one client of a run. It is made when something is first found to need it: a service in this
/// process does not, and reading the system's certificates takes longer than verifying it.
struct Reach<'a> {
    settings: &'a HttpSettings,
    client: Option<Arc<HttpClient>>,
}

impl<'a> Reach<'a> {
    const fn new(settings: &'a HttpSettings) -> Self {
        Self {
            settings,
            client: None,
        }
    }

    fn endpoint(&mut self, base: BaseUrl) -> Result<Endpoint, VerifyError> {
        let client = match &self.client {
            Some(client) => Arc::clone(client),
            None => {
                let client = Arc::new(HttpClient::new(self.settings.clone())?);
                Arc::clone(self.client.insert(client))
            }
        };
        Ok(Endpoint { base, client })
    }
}
