//! Pacts from files, folders, addresses and a broker.

use std::path::{Path, PathBuf};

use pact_broker_client::{Auth, BrokerClient, BrokerOptions, Limits, Secret, TlsOptions};
use pact_core::format;
use pact_core::model::Pact;
use regex::Regex;
use serde_json::Value;

use super::options::Loading;
use crate::args::given;
use crate::error::CliError;
use crate::pact_file;

/// Where the pacts of a stub come from.
pub(crate) struct Source<'l> {
    loading: &'l Loading,
}

impl<'l> Source<'l> {
    /// Refuses when there is nowhere to look.
    pub(crate) fn new(loading: &'l Loading) -> Result<Self, CliError> {
        let nowhere = loading.files.is_empty()
            && loading.dirs.is_empty()
            && loading.urls.is_empty()
            && given(loading.broker_url.as_ref()).is_none();
        if nowhere {
            return Err(CliError::usage_with_hint(
                "there is no pact to serve",
                "name files with --file or --dir, addresses with --url, or a broker with --broker-url",
            ));
        }
        Ok(Self { loading })
    }

    /// Reads all pacts; any that cannot be read is an error.
    pub(crate) async fn load(&self) -> Result<Vec<Pact>, CliError> {
        let mut pacts = Vec::new();
        for file in &self.loading.files {
            pacts.push(pact_file::read(file)?.pact);
        }
        for folder in &self.loading.dirs {
            for file in self.files_in(folder)? {
                pacts.push(pact_file::read(&file)?.pact);
            }
        }
        for url in &self.loading.urls {
            pacts.push(fetched(&self.client(url)?, url).await?);
        }
        if let Some(base) = given(self.loading.broker_url.as_ref()) {
            let client = self.client(base)?;
            let list = client.latest_pacts().await?;
            for href in self.chosen(list.json()) {
                pacts.push(fetched(&client, &href).await?);
            }
        }
        pacts.retain(|pact| {
            is_wanted(&self.loading.consumers, &pact.consumer)
                && is_wanted(&self.loading.providers, &pact.provider)
        });
        Ok(pacts)
    }

    fn files_in(&self, folder: &Path) -> Result<Vec<PathBuf>, CliError> {
        let failed = |source| CliError::Read {
            path: folder.to_owned(),
            source,
        };
        let wanted = self.loading.extension();
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == wanted)
            {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }

    /// Returns the addresses of the pacts in the list that are asked for.
    fn chosen(&self, list: &Value) -> Vec<String> {
        let pacts = list.get("pacts").and_then(Value::as_array);
        let text = |pact: &Value, pointer| {
            let text = pact.pointer(pointer).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        let pacts = pacts.into_iter().flatten().filter(|pact| {
            is_wanted(
                &self.loading.consumers,
                &text(pact, "/_embedded/consumer/name"),
            ) && is_wanted(
                &self.loading.providers,
                &text(pact, "/_embedded/provider/name"),
            )
        });
        let link = |pact: &Value| {
            let own = pact.pointer("/_links/self")?;
            let own = own.get(0).unwrap_or(own);
            own.get("href")?.as_str().map(str::to_owned)
        };
        pacts.filter_map(link).collect()
    }

    fn client(&self, base: &str) -> Result<BrokerClient, CliError> {
        let auth = match (
            given(self.loading.token.as_ref()),
            given(self.loading.user.as_ref()),
        ) {
            (Some(token), _) => Auth::Bearer(Secret::new(token)),
            (None, Some(user)) => {
                let (name, password) = match user.split_once(':') {
                    Some((name, password)) => (name, Some(password)),
                    None => (user, None),
                };
                Auth::Basic {
                    username: Secret::new(name),
                    password: password.map(Secret::new),
                }
            }
            (None, None) => Auth::None,
        };
        let tls = TlsOptions {
            skip_verification: self.loading.insecure_tls,
            ..TlsOptions::default()
        };
        let limits = Limits {
            attempts: self.loading.retries.max(1).into(),
            ..Limits::STANDARD
        };
        let options = BrokerOptions::new(base).auth(auth).limits(limits).tls(tls);
        Ok(BrokerClient::new(options)?)
    }
}

/// Returns whether one of the names is this one, or a pattern for all of it; no names want all.
fn is_wanted(names: &[String], name: &str) -> bool {
    let is_this = |wanted: &String| {
        let pattern = || Regex::new(&format!("^(?:{wanted})$"));
        wanted == name || pattern().is_ok_and(|pattern| pattern.is_match(name))
    };
    names.is_empty() || names.iter().any(is_this)
}

async fn fetched(client: &BrokerClient, href: &str) -> Result<Pact, CliError> {
    let content = client.fetch_pact(href).await?.content;
    let read = format::read(&content).map_err(|source| CliError::Pact {
        path: href.into(),
        source: Box::new(source),
    })?;
    Ok(read.pact)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_name_or_a_pattern_for_all_of_it() {
        let check = |wanted: &[&str], name: &str, expected: bool| {
            let wanted: Vec<String> = wanted.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(is_wanted(&wanted, name), expected, "{wanted:?} {name}");
        };
        check(&[], "web", true);
        check(&["web"], "web", true);
        check(&["web"], "web-2", false);
        check(&["web.*"], "web-2", true);
        check(&["app", "web|api"], "api", true);
        check(&["web|api"], "web-api", false);
        check(&["web (old"], "web (old", true);
        check(&["web (old"], "web", false);
    }
}
