//! Versions of applications and what marks them: branches, tags, deployments, releases.

use crate::domain::environment::{DeployedVersion, ReleasedVersion};
use crate::domain::pacticipant::Change;
use crate::domain::text::{
    BranchName, PactSha, PacticipantId, PacticipantName, TagName, Uuid, VersionId, VersionNumber,
};
use crate::domain::time::Timestamp;

/// A version of an application. Its id is its place in the order of versions.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Version {
    /// Its key and order.
    pub id: VersionId,
    /// The application's key.
    pub pacticipant_id: PacticipantId,
    /// The application.
    pub pacticipant: PacticipantName,
    /// Its number.
    pub number: VersionNumber,
    /// The build that made it.
    pub build_url: Option<String>,
    /// When it was first mentioned.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// That a version is on a branch.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct BranchVersion {
    /// The version.
    pub version_id: VersionId,
    /// The branch.
    pub branch: BranchName,
    /// Whether it is the version most recently added to the branch.
    pub head: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// When the membership last changed.
    pub updated_at: Timestamp,
}

/// That a version carries a tag.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Tag {
    /// The version.
    pub version_id: VersionId,
    /// The tag.
    pub name: TagName,
    /// Whether no newer version of the application carries it.
    pub latest: bool,
    /// When it was put on.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A branch of an application.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Branch {
    /// Its name.
    pub name: BranchName,
    /// When its first version was added.
    pub created_at: Timestamp,
    /// When a version was last added.
    pub updated_at: Timestamp,
}

/// One pact that a version published, for the links of the version's document.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PublishedPact {
    /// The version.
    pub version_id: VersionId,
    /// The provider of the pact.
    pub provider: PacticipantName,
    /// Its content.
    pub sha: PactSha,
    /// 1 for the first content published for this version and provider.
    pub revision: i64,
}

/// A version with what its HAL document shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionDetail {
    /// The version.
    pub version: Version,
    /// Its branches, in the order it was added to them.
    pub branches: Vec<BranchVersion>,
    /// Its tags, in the order they were put on.
    pub tags: Vec<Tag>,
    /// Its deployments, ended ones included, newest first.
    pub deployed: Vec<DeployedVersion>,
    /// Its releases, ended ones included, newest first.
    pub released: Vec<ReleasedVersion>,
    /// The pacts it published as a consumer, by provider name and revision.
    pub pacts: Vec<PublishedPact>,
}

/// How a request points at one version of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionAddress {
    /// The newest by order of appearance.
    Latest,
    /// The head of a branch.
    LatestOnBranch(BranchName),
    /// The newest that carries a tag.
    LatestTagged(TagName),
    /// The one with this number.
    Number(VersionNumber),
}

/// Which versions of an application a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionScope {
    /// Every version.
    All,
    /// Those on a branch.
    Branch(BranchName),
    /// Those ever deployed or released to an environment.
    Environment(Uuid),
    /// Those that carry a tag.
    Tag(TagName),
}

/// What a request changes of a version.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VersionChange {
    /// The build that made it.
    pub build_url: Change<String>,
    /// The full set of tags it shall carry, when the request names one.
    pub tags: Option<Vec<TagName>>,
}
