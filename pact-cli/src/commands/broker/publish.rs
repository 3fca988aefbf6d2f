//! `pact broker publish`: pact files become contracts of a consumer version.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use pact_broker_client::{ContractToPublish, PublishRequest};
use pact_core::format;
use pact_core::merge::merge;
use pact_core::model::Pact;
use serde_json::Value;

use super::detect;
use crate::args::{Connection, Format, given};
use crate::commands::Verdict;
use crate::error::CliError;
use crate::output::Console;
use crate::pact_file;

/// Which files, and what is known about the version.
#[derive(Args)]
pub(crate) struct Publish {
    /// Pact files, folders of them, or patterns like `pacts/**/*.json`
    #[arg(required = true, value_name = "FILE|FOLDER|PATTERN")]
    files: Vec<String>,
    /// The version of the consumer
    #[arg(
        short = 'a',
        long,
        value_name = "VERSION",
        required_unless_present = "auto_detect_version_properties"
    )]
    consumer_app_version: Option<String>,
    /// The branch the version was built from
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// Take version, branch and build URL from the build server or git where they are not given
    #[arg(short = 'r', long)]
    auto_detect_version_properties: bool,
    /// Tag for the version; may be repeated or a list with commas
    #[arg(short, long = "tag", value_name = "TAG", value_delimiter = ',')]
    tags: Vec<String>,
    /// Tag the version with the name of its git branch
    #[arg(short = 'g', long)]
    tag_with_git_branch: bool,
    /// Where the build can be looked at
    #[arg(long, value_name = "URL")]
    build_url: Option<String>,
    /// Add to what is published for the same version, instead of refusing what differs
    #[arg(long)]
    merge: bool,
    /// Refuse pact files with parts nobody understands
    #[arg(long)]
    validate: bool,
    #[arg(long, hide = true)]
    strict: bool,
    /// How to write the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Format,
    #[command(flatten)]
    connection: Connection,
}

/// A pact and the bytes to send for it.
struct Found {
    pact: Pact,
    content: Vec<u8>,
}

impl Publish {
    /// Reads all files before it publishes the first: a broken one leaves nothing half done.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let version = self.version()?;
        let contracts = self.read(console)?;
        let client = self.connection.client()?;
        let mut answers = Vec::new();
        for (consumer, contracts) in contracts {
            let request = self.request(consumer, &version, contracts);
            let answer = client.publish_contracts(&request).await?;
            if self.output == Format::Text {
                console.notices(&answer.notices("/notices"))?;
            }
            answers.push(answer.json().clone());
        }
        if self.output == Format::Json {
            let answer = match <[Value; 1]>::try_from(answers) {
                Ok([answer]) => answer,
                Err(answers) => Value::Array(answers),
            };
            console.json(&answer)?;
        }
        Ok(Verdict::Yes)
    }

    fn version(&self) -> Result<String, CliError> {
        if let Some(version) = given(self.consumer_app_version.as_ref()) {
            return Ok(version.to_owned());
        }
        let detected = self
            .auto_detect_version_properties
            .then(detect::commit)
            .flatten();
        detected.ok_or_else(|| {
            CliError::usage_with_hint(
                "no version to publish for",
                "name it with --consumer-app-version; neither a build server nor git told it",
            )
        })
    }

    fn request(
        &self,
        consumer: String,
        version: &str,
        contracts: Vec<ContractToPublish>,
    ) -> PublishRequest {
        let detect = self.auto_detect_version_properties;
        let or_detected = |text: &Option<String>, detected: fn() -> Option<String>| {
            given(text.as_ref())
                .map(str::to_owned)
                .or_else(|| detect.then(detected).flatten())
        };
        let git_branch = self.tag_with_git_branch.then(detect::branch).flatten();
        PublishRequest {
            pacticipant: consumer,
            version: version.to_owned(),
            branch: or_detected(&self.branch, detect::branch),
            tags: self
                .tags
                .iter()
                .filter(|tag| !tag.is_empty())
                .cloned()
                .chain(git_branch)
                .collect(),
            build_url: or_detected(&self.build_url, detect::build_url),
            contracts,
        }
    }

    /// Returns the contracts by consumer. Files of one consumer and provider are merged.
    fn read(
        &self,
        console: &mut Console,
    ) -> Result<BTreeMap<String, Vec<ContractToPublish>>, CliError> {
        let mut found: BTreeMap<(String, String), Found> = BTreeMap::new();
        for path in self.paths()? {
            let next = self.read_file(&path, console)?;
            let pair = (next.pact.consumer.clone(), next.pact.provider.clone());
            let all = match found.remove(&pair) {
                Some(before) => merged(before, next, &path)?,
                None => next,
            };
            found.insert(pair, all);
        }
        let mut by_consumer: BTreeMap<String, Vec<ContractToPublish>> = BTreeMap::new();
        for ((consumer, provider), found) in found {
            let contract = ContractToPublish {
                consumer: consumer.clone(),
                provider,
                content: found.content,
                merge: self.merge,
            };
            by_consumer.entry(consumer).or_default().push(contract);
        }
        Ok(by_consumer)
    }

    fn read_file(&self, path: &Path, console: &mut Console) -> Result<Found, CliError> {
        let content = pact_file::bytes(path)?;
        let read = pact_file::parse(path, &content)?;
        if let [first, ..] = read.warnings.as_slice()
            && (self.validate || self.strict)
        {
            return Err(CliError::Refused {
                what: format!("`{}` is not a valid pact file: {first}", path.display()),
                hint: None,
            });
        }
        for warning in &read.warnings {
            console.note(format_args!("warning: {}: {warning}", path.display()));
        }
        Ok(Found {
            pact: read.pact,
            content,
        })
    }

    /// Returns the files meant, each once.
    fn paths(&self) -> Result<Vec<PathBuf>, CliError> {
        let mut paths = Vec::new();
        for text in &self.files {
            let path = Path::new(text);
            if path.is_dir() {
                paths.extend(in_folder(path)?);
            } else if path.exists() || !text.contains(['*', '?', '[']) {
                paths.push(path.to_owned());
            } else {
                paths.extend(matching(text)?);
            }
        }
        paths.sort_unstable();
        paths.dedup();
        Ok(paths)
    }
}

/// Returns the JSON files of the folder.
fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, CliError> {
    let unreadable = |source| CliError::Read {
        path: folder.to_owned(),
        source,
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
            && path.is_file()
        {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(nothing_found(format!(
            "there is no pact file in `{}`",
            folder.display()
        )));
    }
    Ok(paths)
}

fn matching(pattern: &str) -> Result<Vec<PathBuf>, CliError> {
    let found = glob::glob(pattern)
        .map_err(|error| CliError::usage(format!("`{pattern}` is not a pattern: {error}")))?;
    let paths: Vec<PathBuf> = found
        .filter_map(Result::ok)
        .filter(|path| path.is_file())
        .collect();
    if paths.is_empty() {
        return Err(nothing_found(format!("no file matches `{pattern}`")));
    }
    Ok(paths)
}

fn nothing_found(what: String) -> CliError {
    CliError::Refused {
        what,
        hint: Some("consumer tests write pact files when they pass; did they run?".to_owned()),
    }
}

fn merged(before: Found, next: Found, path: &Path) -> Result<Found, CliError> {
    let (consumer, provider) = (next.pact.consumer.clone(), next.pact.provider.clone());
    let pact = merge(before.pact, next.pact).map_err(|source| CliError::Conflict {
        path: path.to_owned(),
        source: Box::new(source),
    })?;
    let text = format::write(&pact).map_err(|source| CliError::WritePact {
        consumer,
        provider,
        source,
    })?;
    Ok(Found {
        pact,
        content: text.into_bytes(),
    })
}
