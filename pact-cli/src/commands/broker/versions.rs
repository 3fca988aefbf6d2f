//! Versions of an application, their branches and tags.

use clap::Args;
use pact_broker_client::{Document, Latest};
use serde_json::{Value, json};

use super::detect;
use crate::args::{Connection, Format, given};
use crate::commands::Verdict;
use crate::error::CliError;
use crate::output::{Console, GOOD};
use crate::table;

/// Shows a version.
#[derive(Args)]
pub(crate) struct Describe {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: String,
    /// The version; the latest one when neither this nor --latest is given
    #[arg(short = 'e', long, conflicts_with_all = ["latest", "environment"])]
    version: Option<String>,
    /// The latest version, of all or with the tag
    #[arg(short, long, value_name = "TAG", conflicts_with = "environment")]
    latest: Option<Option<String>>,
    /// The versions that are deployed or released to the environment
    #[arg(long)]
    environment: Option<String>,
    /// Only deployed versions
    #[arg(long, requires = "environment")]
    deployed: bool,
    /// Only released versions
    #[arg(long, requires = "environment")]
    released: bool,
    /// How to write the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Format,
    #[command(flatten)]
    connection: Connection,
}

/// Creates a version, or puts it on a branch and tags it.
#[derive(Args)]
pub(crate) struct CreateOrUpdate {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: String,
    /// The version
    #[arg(short = 'e', long)]
    version: String,
    /// The branch it was built from
    #[arg(long)]
    branch: Option<String>,
    /// Tag for it; may be repeated or a list with commas
    #[arg(short, long = "tag", value_name = "TAG", value_delimiter = ',')]
    tags: Vec<String>,
    /// How to write the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Format,
    #[command(flatten)]
    connection: Connection,
}

/// Tags a version.
#[derive(Args)]
pub(crate) struct CreateTag {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: String,
    /// The version
    #[arg(short = 'e', long)]
    version: String,
    /// The tag; may be repeated or a list with commas
    #[arg(
        short,
        long = "tag",
        value_name = "TAG",
        value_delimiter = ',',
        required_unless_present = "tag_with_git_branch"
    )]
    tags: Vec<String>,
    /// Create the version if there is none
    #[arg(long)]
    auto_create_version: bool,
    /// Tag it with the name of the git branch
    #[arg(short = 'g', long)]
    tag_with_git_branch: bool,
    #[command(flatten)]
    connection: Connection,
}

/// Removes a tag from a version.
#[derive(Args)]
pub(crate) struct DeleteTag {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: String,
    /// The version
    #[arg(short = 'e', long)]
    version: String,
    /// The tag
    #[arg(short, long)]
    tag: String,
    #[command(flatten)]
    connection: Connection,
}

/// Deletes a branch.
#[derive(Args)]
pub(crate) struct DeleteBranch {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: String,
    /// The branch
    #[arg(long)]
    branch: String,
    /// Whether it is an error when there is no such branch
    #[arg(long, value_name = "BOOL", default_value_t = true, num_args = 0..=1, default_missing_value = "true", action = clap::ArgAction::Set, overrides_with = "no_error_when_not_found")]
    error_when_not_found: bool,
    /// It is no error when there is no such branch
    #[arg(long, overrides_with = "error_when_not_found")]
    no_error_when_not_found: bool,
    #[command(flatten)]
    connection: Connection,
}

impl Describe {
    /// Shows it.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let client = self.connection.client()?;
        if let Some(environment) = &self.environment {
            return self.in_environment(environment, console).await;
        }
        let version = match (given(self.version.as_ref()), self.latest.flatten()) {
            (Some(version), _) => client.version(&self.pacticipant, version).await?,
            (None, latest) => {
                let latest = latest.map_or(Latest::Overall, Latest::WithTag);
                client.latest_version(&self.pacticipant, &latest).await?
            }
        };
        match self.output {
            Format::Text => console.say(rows(&[version]))?,
            Format::Json => console.json(version.json())?,
        }
        Ok(Verdict::Yes)
    }

    async fn in_environment(
        &self,
        environment: &str,
        console: &mut Console,
    ) -> Result<Verdict, CliError> {
        let client = self.connection.client()?;
        let both = self.deployed == self.released;
        let mut found = Vec::new();
        if both || self.deployed {
            found.extend(
                client
                    .deployed_versions(&self.pacticipant, environment)
                    .await?,
            );
        }
        if both || self.released {
            found.extend(
                client
                    .released_versions(&self.pacticipant, environment)
                    .await?,
            );
        }
        match self.output {
            Format::Text => console.say(environment_rows(&found))?,
            Format::Json => {
                let all: Vec<Value> = found.iter().map(|version| version.json().clone()).collect();
                console.json(&Value::Array(all))?;
            }
        }
        if found.is_empty() {
            return Err(CliError::Refused {
                what: format!("no version of {} is in {environment}", self.pacticipant),
                hint: None,
            });
        }
        Ok(Verdict::Yes)
    }
}

impl CreateOrUpdate {
    /// Creates or changes it.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let client = self.connection.client()?;
        let (pacticipant, version) = (&self.pacticipant, &self.version);
        let branch = given(self.branch.as_ref());
        if let Some(branch) = branch {
            client.put_branch(pacticipant, version, branch).await?;
        }
        for tag in &self.tags {
            client.put_tag(pacticipant, version, tag).await?;
        }
        if branch.is_none() && self.tags.is_empty() {
            client.put_version(pacticipant, version).await?;
        }
        match self.output {
            Format::Text => console.say(format_args!(
                "{GOOD}Created or updated{GOOD:#} {pacticipant} version {version}"
            ))?,
            Format::Json => {
                let version = client.version(pacticipant, version).await?;
                console.json(version.json())?;
            }
        }
        Ok(Verdict::Yes)
    }
}

impl CreateTag {
    /// Tags it.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let client = self.connection.client()?;
        if !self.auto_create_version {
            client.version(&self.pacticipant, &self.version).await?;
        }
        let mut tags = self.tags;
        if self.tag_with_git_branch {
            let branch = detect::branch();
            tags.push(branch.ok_or_else(|| CliError::usage("no git branch to name the tag by"))?);
        }
        for tag in &tags {
            client
                .put_tag(&self.pacticipant, &self.version, tag)
                .await?;
            console.say(format_args!(
                "{GOOD}Tagged{GOOD:#} {} version {} as {tag}",
                self.pacticipant, self.version
            ))?;
        }
        Ok(Verdict::Yes)
    }
}

impl DeleteTag {
    /// Removes it.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let client = self.connection.client()?;
        client
            .delete_tag(&self.pacticipant, &self.version, &self.tag)
            .await?;
        console.say(format_args!(
            "{GOOD}Removed{GOOD:#} tag {} from {} version {}",
            self.tag, self.pacticipant, self.version
        ))?;
        Ok(Verdict::Yes)
    }
}

impl DeleteBranch {
    /// Deletes it.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let client = self.connection.client()?;
        let strict = self.error_when_not_found && !self.no_error_when_not_found;
        match client.delete_branch(&self.pacticipant, &self.branch).await {
            Ok(()) => console.say(format_args!(
                "{GOOD}Deleted{GOOD:#} branch {} of {}",
                self.branch, self.pacticipant
            ))?,
            Err(error) if error.is_not_found() && !strict => console.say(format_args!(
                "{} has no branch {}",
                self.pacticipant, self.branch
            ))?,
            Err(error) => return Err(error.into()),
        }
        Ok(Verdict::Yes)
    }
}

fn rows(versions: &[Document]) -> String {
    let row = |version: &Document| {
        let names = |embedded: &str| {
            let all = version.embedded(embedded);
            let names: Vec<&str> = all.iter().filter_map(|item| item.text("/name")).collect();
            names.join(", ")
        };
        vec![
            version.text("/number").unwrap_or_default().to_owned(),
            names("branchVersions"),
            names("tags"),
            version.text("/createdAt").unwrap_or_default().to_owned(),
        ]
    };
    table::render(
        &["NUMBER", "BRANCHES", "TAGS", "CREATED AT"],
        versions.iter().map(row),
    )
}

fn environment_rows(versions: &[Document]) -> String {
    let row = |version: &Document| {
        let text = |pointer| version.text(pointer).unwrap_or_default().to_owned();
        let deployed = version.json().get("currentlyDeployed") == Some(&json!(true));
        vec![
            text("/_embedded/version/number"),
            if deployed { "deployed" } else { "released" }.to_owned(),
            text("/applicationInstance"),
            text("/createdAt"),
        ]
    };
    table::render(
        &["NUMBER", "HOW", "APPLICATION INSTANCE", "SINCE"],
        versions.iter().map(row),
    )
}
