//! `pact stub`: a provider for the time being, that answers as its contracts say.

mod catalogue;
mod options;
mod serve;
mod source;

use std::sync::{Arc, RwLock};

use pact_broker_client::BrokerError;

pub(crate) use self::options::{Loading, StubCommand};
pub(crate) use self::source::Source;

use self::catalogue::Catalogue;
use self::serve::{Behaviour, Stub};
use crate::commands::Verdict;
use crate::commands::broker::asked_to_stop;
use crate::error::CliError;
use crate::output::Console;
use crate::serving::serve;
use crate::watch::Watched;

/// Returns the error with the exit code for a pact that cannot be had: nobody asked for a verdict, so
/// there is no answer "no".
fn not_to_be_had(error: CliError) -> CliError {
    let is_no = matches!(
        error,
        CliError::Broker(
            BrokerError::BadRequest { .. }
                | BrokerError::Conflict { .. }
                | BrokerError::NotFound { .. }
        ) | CliError::Compile { .. }
    );
    match is_no {
        true => CliError::Coded {
            code: 3,
            error: Box::new(error),
        },
        false => error,
    }
}

/// Returns the error for pacts that would answer nothing, now and later.
fn nothing_to_serve(catalogue: &Catalogue) -> CliError {
    let error = CliError::usage_with_hint(
        match catalogue.pacts() {
            0 => "there is nothing to serve: no such pact was found".to_owned(),
            1 => "there is no interaction over HTTP to serve in the pact".to_owned(),
            pacts => format!("there is no interaction over HTTP to serve in {pacts} pacts"),
        },
        "look at --dir and --extension, --consumer-name, --provider-name and --provider-state; \
         with --watch, the first file is waited for",
    );
    CliError::Coded {
        code: 3,
        error: Box::new(error),
    }
}

impl StubCommand {
    /// Serves until asked to stop.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let source = Source::new(&self.loading)?;
        let watched = self.watch.then(|| self.loading.watched());
        let watched = watched.transpose()?;
        // What changes while the files are read is read again.
        let mut seen = watched.as_ref().map(Watched::look);
        let behaviour = Behaviour::new(&self)?;
        let catalogue = |pacts| Catalogue::new(pacts, &self);
        let first = source.load().await.and_then(&catalogue);
        let first = first.map_err(not_to_be_had)?;
        if first.is_empty() && !self.watch {
            return Err(nothing_to_serve(&first));
        }
        let address = (self.host.as_str(), self.port);
        let listener = tokio::net::TcpListener::bind(address)
            .await
            .map_err(|source| CliError::Listen {
                address: format!("{}:{}", self.host, self.port),
                source,
            })?;
        let local = listener.local_addr().map_err(CliError::Runtime)?;
        // Whoever reads that it serves may ask for its end.
        let asked = asked_to_stop();
        console.say(format_args!("{first} at http://{local}"))?;
        let current = Arc::new(RwLock::new(Arc::new(first)));
        let stub = Stub::new(Arc::clone(&current), behaviour, format!("http://{local}"));
        // Requests are answered also while contracts are fetched anew.
        let answer = move |request| stub.clone().answer(request);
        let mut serving = tokio::spawn(serve(listener, answer, async {
            // Where nobody can ask, it is ended from outside.
            if asked.await.is_err() {
                std::future::pending::<()>().await;
            }
        }));
        loop {
            let changed = async {
                match (&watched, &seen) {
                    (Some(watched), Some(before)) => {
                        watched.change(before).await;
                        let seen = watched.look();
                        (seen, source.load().await)
                    }
                    _ => std::future::pending().await,
                }
            };
            let (now, loaded) = tokio::select! {
                ended = &mut serving => {
                    ended.map_err(|error| CliError::Runtime(error.into()))?;
                    return Ok(Verdict::Yes);
                }
                changed = changed => changed,
            };
            seen = Some(now);
            match loaded.and_then(&catalogue) {
                Ok(catalogue) => {
                    let said = catalogue.to_string();
                    *current
                        .write()
                        .unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(catalogue);
                    console.say(said)?;
                }
                // The last contracts that could be read are served on.
                Err(error) => console.error(&error),
            }
        }
    }
}
