//! `pact broker`: the broker itself, and everything that can be asked of one.

mod can_i_deploy;
mod database;
mod deployments;
mod detect;
mod environments;
mod import;
mod pacticipants;
mod pacts;
mod publish;
mod start;
mod versions;
mod webhooks;

use clap::Subcommand;

pub(super) use self::start::asked_to_stop;

use super::Verdict;
use crate::error::CliError;
use crate::output::Console;

/// The commands, as the ecosystem names them.
#[derive(Subcommand)]
pub(crate) enum BrokerCommand {
    /// Start a broker
    Start(start::Start),
    /// Take over what another broker holds: read it over its API, write it into a database
    Import(import::Import),
    /// Publish pact files
    Publish(publish::Publish),
    /// Check whether a version can be deployed
    CanIDeploy(can_i_deploy::CanIDeploy),
    /// Check whether a version works with the main branches of all it is integrated with
    CanIMerge(can_i_deploy::CanIMerge),
    /// Create an environment
    CreateEnvironment(environments::Create),
    /// Replace an environment
    UpdateEnvironment(environments::Update),
    /// Show an environment
    DescribeEnvironment(environments::Describe),
    /// Delete an environment
    DeleteEnvironment(environments::Delete),
    /// List all environments
    ListEnvironments(environments::List),
    /// Record that a version was deployed to an environment
    RecordDeployment(deployments::Deployment),
    /// Record that an application no longer runs in an environment
    RecordUndeployment(deployments::Undeployment),
    /// Record that a version was released to an environment
    RecordRelease(deployments::Release),
    /// Record that a version is no longer supported in an environment
    RecordSupportEnded(deployments::SupportEnded),
    /// Create an application or change it
    CreateOrUpdatePacticipant(pacticipants::CreateOrUpdate),
    /// Show an application
    DescribePacticipant(pacticipants::Describe),
    /// List all applications
    ListPacticipants(pacticipants::List),
    /// Show a version of an application
    DescribeVersion(versions::Describe),
    /// Create a version, or put it on a branch and tag it
    CreateOrUpdateVersion(versions::CreateOrUpdate),
    /// Tag a version
    CreateVersionTag(versions::CreateTag),
    /// Remove a tag from a version
    DeleteVersionTag(versions::DeleteTag),
    /// Delete a branch; its versions and pacts stay
    DeleteBranch(versions::DeleteBranch),
    /// List the latest pact of each integration
    ListLatestPactVersions(pacts::ListLatest),
    /// List the pacts of a provider, or save them
    GetPacts(pacts::Get),
    /// Ask for provider states
    #[command(subcommand)]
    ProviderStates(ProviderStatesCommand),
    /// Make a UUID for create-or-update-webhook
    GenerateUuid,
    /// Create a webhook
    CreateWebhook(webhooks::Create),
    /// Create a webhook or replace it
    CreateOrUpdateWebhook(webhooks::CreateOrUpdate),
    /// Delete a webhook
    DeleteWebhook(webhooks::Delete),
    /// Have the broker send a webhook's request once
    TestWebhook(webhooks::Test),
}

/// What can be asked about provider states.
#[derive(Subcommand)]
pub(crate) enum ProviderStatesCommand {
    /// List what consumers expect a provider to be set up with
    List(pacts::ProviderStates),
}

impl BrokerCommand {
    /// Prepares the process for the command, before it has any other thread.
    pub(crate) fn prepare(&self) {
        if matches!(self, Self::Start(_)) {
            start::keep_little();
        }
    }

    /// Does what was typed.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        match self {
            Self::Start(command) => command.run(console).await,
            Self::Import(command) => command.run(console).await,
            Self::Publish(command) => command.run(console).await,
            Self::CanIDeploy(command) => command.run(console).await,
            Self::CanIMerge(command) => command.run(console).await,
            Self::CreateEnvironment(command) => command.run(console).await,
            Self::UpdateEnvironment(command) => command.run(console).await,
            Self::DescribeEnvironment(command) => command.run(console).await,
            Self::DeleteEnvironment(command) => command.run(console).await,
            Self::ListEnvironments(command) => command.run(console).await,
            Self::RecordDeployment(command) => command.run(console).await,
            Self::RecordUndeployment(command) => command.run(console).await,
            Self::RecordRelease(command) => command.run(console).await,
            Self::RecordSupportEnded(command) => command.run(console).await,
            Self::CreateOrUpdatePacticipant(command) => command.run(console).await,
            Self::DescribePacticipant(command) => command.run(console).await,
            Self::ListPacticipants(command) => command.run(console).await,
            Self::DescribeVersion(command) => command.run(console).await,
            Self::CreateOrUpdateVersion(command) => command.run(console).await,
            Self::CreateVersionTag(command) => command.run(console).await,
            Self::DeleteVersionTag(command) => command.run(console).await,
            Self::DeleteBranch(command) => command.run(console).await,
            Self::ListLatestPactVersions(command) => command.run(console).await,
            Self::GetPacts(command) => command.run(console).await,
            Self::ProviderStates(ProviderStatesCommand::List(command)) => {
                command.run(console).await
            }
            Self::GenerateUuid => webhooks::generate_uuid(console),
            Self::CreateWebhook(command) => command.run(console).await,
            Self::CreateOrUpdateWebhook(command) => command.run(console).await,
            Self::DeleteWebhook(command) => command.run(console).await,
            Self::TestWebhook(command) => command.run(console).await,
        }
    }
}
