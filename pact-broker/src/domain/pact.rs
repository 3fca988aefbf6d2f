//! Contracts as published: who published which content, and how a request points at one.

use serde::Serialize;

use crate::domain::content::Content;
use crate::domain::event::PactEvent;
use crate::domain::text::{
    BranchName, ContentId, PactSha, PacticipantName, PublicationId, TagName, Uuid, VersionId,
    VersionNumber,
};
use crate::domain::time::Timestamp;
use crate::domain::webhook::TriggeredWebhook;

/// That a consumer version published a content for a provider.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PactPublication {
    /// Its key.
    pub id: PublicationId,
    /// The consumer.
    pub consumer: PacticipantName,
    /// The version that published.
    pub consumer_version: VersionNumber,
    /// That version's key.
    pub consumer_version_id: VersionId,
    /// The provider.
    pub provider: PacticipantName,
    /// The content's key.
    pub content_id: ContentId,
    /// The content's SHA.
    pub sha: PactSha,
    /// 1 for the first content published for this version and provider.
    pub revision: i64,
    /// When it was published.
    pub created_at: Timestamp,
}

/// A publication with the text of its content.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Pact {
    /// Who published what.
    #[sqlx(flatten)]
    pub publication: PactPublication,
    /// The JSON text as it was first published.
    pub content: String,
}

/// How a request points at one pact of a consumer and a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PactAddress {
    /// This content, as most recently published.
    Content(PactSha),
    /// This content as published by this consumer version.
    ContentOfVersion(PactSha, VersionNumber),
    /// Of the newest version that has a pact.
    Latest,
    /// Of the newest version on the branch that has a pact.
    LatestOnBranch(BranchName),
    /// Of the newest version carrying the tag that has a pact.
    LatestTagged(TagName),
    /// Of the newest version without tags that has a pact.
    LatestUntagged,
    /// Of the newest version older than this one whose content differs.
    PreviousDistinct(VersionNumber),
    /// Of the version with this number.
    Version(VersionNumber),
}

/// Which pacts of a consumer and a provider a list shows, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PairScope {
    /// Those of every version.
    All,
    /// Those of the versions on a branch.
    Branch(BranchName),
    /// That of the branch's head, if the head has one.
    BranchHead(BranchName),
    /// Those of the versions on the consumer's main branch.
    MainBranch,
    /// That of the main branch's head, if the head has one.
    MainBranchHead,
    /// Those of the versions carrying a tag.
    Tag(TagName),
}

/// Which pacts of a provider a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderScope {
    /// Every pact.
    All,
    /// Those of the versions on branches of this name.
    Branch(BranchName),
    /// Those of the heads of branches of this name.
    BranchHead(BranchName),
    /// Those of the versions deployed to an environment now, or released to it and supported.
    Environment(Uuid),
    /// The newest pact of each consumer.
    Latest,
    /// The newest pact of each consumer among versions carrying the tag.
    LatestTagged(TagName),
    /// Those of the versions on their consumer's main branch.
    MainBranch,
    /// Those of the heads of the consumers' main branches.
    MainBranchHead,
    /// Those of the versions carrying a tag.
    Tag(TagName),
}

/// What to do with the content already published for the version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnConflict {
    /// Put the new content in its place, where that is allowed.
    #[default]
    Overwrite,
    /// Add the new interactions to it.
    Merge,
}

/// One contract of a publish request.
#[derive(Debug, Clone)]
pub struct NewContract {
    /// The provider.
    pub provider: PacticipantName,
    /// The contract.
    pub content: Content,
    /// What to do with content already there.
    pub on_conflict: OnConflict,
}

/// A request to publish a version's contracts.
#[derive(Debug, Clone)]
pub struct PublishRequest {
    /// The consumer.
    pub pacticipant: PacticipantName,
    /// The version that publishes.
    pub version: VersionNumber,
    /// The branch to add the version to.
    pub branch: Option<BranchName>,
    /// The tags to put on the version.
    pub tags: Vec<TagName>,
    /// The build that made the version.
    pub build_url: Option<String>,
    /// The contracts, in the order to treat them.
    pub contracts: Vec<NewContract>,
    /// What the broker's settings say about publishing.
    pub policy: PublishPolicy,
}

/// A request to put one pact in its place.
#[derive(Debug, Clone)]
pub struct PutPact {
    /// The consumer.
    pub consumer: PacticipantName,
    /// The version that publishes.
    pub version: VersionNumber,
    /// The provider.
    pub provider: PacticipantName,
    /// The contract.
    pub content: Content,
    /// What to do with content already there.
    pub on_conflict: OnConflict,
    /// What the broker's settings say about publishing.
    pub policy: PublishPolicy,
}

/// The settings that bear on publishing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishPolicy {
    /// Whether a version's content may be replaced.
    pub allow_modification: bool,
    /// Whether new names that look like existing ones are refused.
    pub check_duplicate_names: bool,
    /// How versions are marked on their own.
    pub marking: MarkingPolicy,
}

/// The settings that make branches, main branches and deployments out of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkingPolicy {
    /// Branch or tag names that become the main branch of an application without one.
    pub main_branch_candidates: Vec<String>,
    /// Up to how many seconds after a version's creation its first tag also becomes its branch.
    pub first_tag_as_branch_seconds: Option<i64>,
    /// Whether a tag named like an environment records a deployment there.
    pub deploy_by_tag: bool,
}

impl PublishPolicy {
    /// The settings of a broker that was told nothing.
    pub fn standard() -> Self {
        Self {
            allow_modification: false,
            check_duplicate_names: true,
            marking: MarkingPolicy::standard(),
        }
    }
}

impl MarkingPolicy {
    /// The settings of a broker that was told nothing.
    pub fn standard() -> Self {
        Self {
            main_branch_candidates: ["develop", "main", "master"].map(str::to_owned).to_vec(),
            first_tag_as_branch_seconds: Some(10),
            deploy_by_tag: true,
        }
    }
}

/// What became of one contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PublishKind {
    /// Content was replaced for a version that had some.
    Changed,
    /// Interactions were added to the content of a version that had some.
    Merged,
    /// The first content for this version and provider.
    New,
    /// The version had exactly this content.
    Unchanged,
}

/// One contract as published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedContract {
    /// The publication that now stands.
    pub publication: PactPublication,
    /// What became of it.
    pub kind: PublishKind,
    /// The events it caused.
    pub events: Vec<PactEvent>,
    /// Whether the provider ever published a verification for this consumer.
    pub ever_verified: bool,
    /// The webhooks that were put in the outbox for it.
    pub triggered: Vec<TriggeredWebhook>,
    /// Whether any webhook, enabled or not, concerns the pair.
    pub webhooks_exist: bool,
}

/// What a publish request did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Whether the version was first mentioned by this request.
    pub version_created: bool,
    /// Whether any branch of the version is known after the request.
    pub has_branch: bool,
    /// The contracts in the order of the request.
    pub contracts: Vec<PublishedContract>,
}

/// That different content is already published for a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentConflict {
    /// The consumer.
    pub consumer: PacticipantName,
    /// The version both contents are for.
    pub version: VersionNumber,
    /// The provider.
    pub provider: PacticipantName,
    /// The SHA of what stands.
    pub existing_sha: PactSha,
    /// What stands.
    pub existing: String,
    /// What was refused.
    pub refused: String,
}

/// That a new name looks like an existing one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateName {
    /// The new name.
    pub name: PacticipantName,
    /// The names it looks like.
    pub existing: Vec<PacticipantName>,
}
