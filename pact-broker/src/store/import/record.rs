//! One thing as another broker showed it.

use crate::domain::environment::EnvironmentAttributes;
use crate::domain::text::{
    BranchName, EnvironmentName, LabelName, PactSha, PacticipantName, TagName, Uuid, VersionNumber,
};
use crate::domain::time::Timestamp;
use crate::domain::verification::VerifiedBy;
use crate::domain::webhook::WebhookAttributes;

/// One thing as another broker showed it.
#[derive(Debug, Clone)]
pub(crate) enum Record {
    Branch(BranchRecord),
    Deployment(DeploymentRecord),
    Environment(EnvironmentRecord),
    Integration(IntegrationRecord),
    Label(LabelRecord),
    Membership(MembershipRecord),
    Pact(PactRecord),
    Pacticipant(PacticipantRecord),
    Release(ReleaseRecord),
    Result(ResultRecord),
    Tag(TagRecord),
    Version(VersionRecord),
    Webhook(WebhookRecord),
}

/// When something was made, and when it last changed.
#[derive(Debug, Clone)]
pub(crate) struct Times {
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
}

#[derive(Debug, Clone)]
pub(crate) struct BranchRecord {
    pub(crate) pacticipant: PacticipantName,
    pub(crate) name: BranchName,
    pub(crate) times: Times,
}

#[derive(Debug, Clone)]
pub(crate) struct DeploymentRecord {
    pub(crate) uuid: Uuid,
    pub(crate) pacticipant: PacticipantName,
    pub(crate) version: VersionNumber,
    pub(crate) environment: EnvironmentName,
    pub(crate) instance: Option<String>,
    /// Whether it is what runs there.
    pub(crate) current: bool,
    pub(crate) ended: Option<Timestamp>,
    pub(crate) created: Timestamp,
}

#[derive(Debug, Clone)]
pub(crate) struct EnvironmentRecord {
    pub(crate) uuid: Uuid,
    pub(crate) attributes: EnvironmentAttributes,
    pub(crate) times: Times,
}

#[derive(Debug, Clone)]
pub(crate) struct IntegrationRecord {
    pub(crate) consumer: PacticipantName,
    pub(crate) provider: PacticipantName,
    pub(crate) created: Timestamp,
}

#[derive(Debug, Clone)]
pub(crate) struct LabelRecord {
    pub(crate) pacticipant: PacticipantName,
    pub(crate) name: LabelName,
    pub(crate) times: Times,
}

/// That a version is on a branch.
#[derive(Debug, Clone)]
pub(crate) struct MembershipRecord {
    pub(crate) pacticipant: PacticipantName,
    pub(crate) branch: BranchName,
    pub(crate) version: VersionNumber,
    /// Whether the version is the head.
    pub(crate) head: bool,
    pub(crate) created: Timestamp,
}

#[derive(Debug, Clone)]
pub(crate) struct PactRecord {
    pub(crate) consumer: PacticipantName,
    pub(crate) version: VersionNumber,
    pub(crate) provider: PacticipantName,
    pub(crate) revision: i64,
    pub(crate) sha: PactSha,
    /// The text, where the content is not here yet.
    pub(crate) content: Option<NewContent>,
    pub(crate) created: Timestamp,
}

#[derive(Debug, Clone)]
pub(crate) struct NewContent {
    pub(crate) text: String,
    pub(crate) interactions: i64,
    pub(crate) messages: i64,
}

#[derive(Debug, Clone)]
pub(crate) struct PacticipantRecord {
    pub(crate) name: PacticipantName,
    pub(crate) display_name: Option<String>,
    pub(crate) repository_url: Option<String>,
    pub(crate) repository_name: Option<String>,
    pub(crate) repository_namespace: Option<String>,
    pub(crate) main_branch: Option<BranchName>,
    pub(crate) times: Times,
}

#[derive(Debug, Clone)]
pub(crate) struct ReleaseRecord {
    pub(crate) uuid: Uuid,
    pub(crate) pacticipant: PacticipantName,
    pub(crate) version: VersionNumber,
    pub(crate) environment: EnvironmentName,
    pub(crate) ended: Option<Timestamp>,
    pub(crate) created: Timestamp,
}

/// A verification result.
#[derive(Debug, Clone)]
pub(crate) struct ResultRecord {
    pub(crate) consumer: PacticipantName,
    pub(crate) provider: PacticipantName,
    pub(crate) sha: PactSha,
    /// Its number in the other broker.
    pub(crate) number: i64,
    pub(crate) provider_version: VersionNumber,
    pub(crate) success: bool,
    pub(crate) build_url: Option<String>,
    pub(crate) verified_by: VerifiedBy,
    pub(crate) test_results: Option<String>,
    pub(crate) executed: Timestamp,
}

#[derive(Debug, Clone)]
pub(crate) struct TagRecord {
    pub(crate) pacticipant: PacticipantName,
    pub(crate) version: VersionNumber,
    pub(crate) name: TagName,
    pub(crate) times: Times,
}

#[derive(Debug, Clone)]
pub(crate) struct VersionRecord {
    pub(crate) pacticipant: PacticipantName,
    pub(crate) number: VersionNumber,
    pub(crate) build_url: Option<String>,
    pub(crate) times: Times,
}

#[derive(Debug, Clone)]
pub(crate) struct WebhookRecord {
    pub(crate) uuid: Uuid,
    pub(crate) attributes: WebhookAttributes,
    pub(crate) times: Times,
}
