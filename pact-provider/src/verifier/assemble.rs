//! From what the verifier was given to what a run needs, refusing what cannot mean anything.

use super::{TargetText, Verifier};
use crate::cancel::Cancellation;
use crate::error::VerifyError;
use crate::filter::Filter;
use crate::provider::Provider;
use crate::source::Source;
use crate::state::{StateUrl, States};
use crate::target::{BaseUrl, CustomHeader, HttpClient, HttpSettings, Target};

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
        let main = match self.main.take() {
            Some(TargetText::Service(service)) => Some(Target::Service(service)),
            Some(TargetText::Url(url)) => Some(Target::Http(BaseUrl::of_provider(&url)?)),
            None => None,
        };
        let transports = { self.transports.iter() }
            .map(|(name, url)| {
                let base = BaseUrl::of_provider(url)?;
                Ok((name.clone(), Target::Http(base)))
            })
            .collect::<Result<Vec<_>, VerifyError>>()?;
        let states = self.states(main.as_ref(), &headers)?;
        Ok(Provider {
            client: HttpClient::new(http.clone())?,
            main,
            transports,
            http,
            headers,
            states,
            producers: std::mem::take(&mut self.producers),
            request_filter: self.request_filter.take(),
            response_hook: self.response_hook.take(),
            cancellation,
        })
    }

    fn states(
        &mut self,
        main: Option<&Target>,
        headers: &[CustomHeader],
    ) -> Result<States, VerifyError> {
        let url = match &self.state_url {
            Some(text) => {
                let url = BaseUrl::parse(text, "a state change endpoint")?;
                let own_origin = matches!(main, Some(Target::Http(base))
                    if base.url().origin() == url.url().origin());
                Some(StateUrl {
                    url,
                    as_query: self.state_as_query,
                    teardown: self.state_teardown,
                    headers: if own_origin {
                        headers.to_vec()
                    } else {
                        Vec::new()
                    },
                })
            }
            None => None,
        };
        Ok(States {
            setups: std::mem::take(&mut self.setups),
            teardowns: std::mem::take(&mut self.teardowns),
            any: self.any_state.take(),
            url,
            missing: self.missing_states,
            timeout: self.state_timeout.unwrap_or(self.request_timeout),
            data: std::mem::take(&mut self.data),
        })
    }
}
