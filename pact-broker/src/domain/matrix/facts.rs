//! What must be known to answer a matrix question.
//!
//! Every function of this module's siblings gives the same answer when more facts are present
//! than it needs, so the store may narrow as it likes as long as it leaves out nothing needed.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::environment::EnvironmentRef;
use crate::domain::text::{
    BranchName, ContentId, PactSha, PacticipantId, PacticipantName, PublicationId, VerificationId,
    VersionId, VersionNumber,
};
use crate::domain::time::Timestamp;
use crate::domain::version::{BranchVersion, Tag};

/// The facts for one question.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Pacticipants by key.
    pub pacticipants: HashMap<PacticipantId, PacticipantFact>,
    /// Versions by key.
    pub versions: HashMap<VersionId, Arc<VersionFact>>,
    /// Which consumer ever had a contract with which provider.
    pub integrations: Vec<(PacticipantId, PacticipantId)>,
    /// Which versions have a contract with whom.
    pub contracts: Vec<ContractFact>,
    /// Publications, for the rows.
    pub publications: Vec<PublicationFact>,
    /// Verifications.
    pub verifications: Vec<VerificationFact>,
}

/// A pacticipant.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PacticipantFact {
    /// Its key.
    pub id: PacticipantId,
    /// Its name.
    pub name: PacticipantName,
    /// Its main branch.
    pub main_branch: Option<BranchName>,
}

/// A version and what marks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionFact {
    /// Its key and order.
    pub id: VersionId,
    /// Its pacticipant.
    pub pacticipant: PacticipantId,
    /// Its number.
    pub number: VersionNumber,
    /// Its branches, in the order it was added to them.
    pub branches: Vec<BranchVersion>,
    /// Its tags, in the order they were put on.
    pub tags: Vec<Tag>,
    /// The environments it is in now, by name.
    pub environments: Vec<EnvironmentRef>,
}

/// That a version has a contract with a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContractFact {
    /// The consumer.
    pub consumer: PacticipantId,
    /// The version of it.
    pub consumer_version: VersionId,
    /// The provider.
    pub provider: PacticipantId,
}

/// That a version published a content.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PublicationFact {
    /// Its key.
    pub id: PublicationId,
    /// The consumer.
    pub consumer: PacticipantId,
    /// The provider.
    pub provider: PacticipantId,
    /// The version that published.
    pub consumer_version: VersionId,
    /// The content.
    pub content: ContentId,
    /// The content's SHA.
    pub sha: PactSha,
    /// 1 for the first content of this version and provider.
    pub revision: i64,
    /// Whether no later revision exists.
    pub current: bool,
    /// When it was published.
    pub created_at: Timestamp,
}

/// That a provider version was run against a content.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct VerificationFact {
    /// Its key and public number.
    pub id: VerificationId,
    /// The content.
    pub content: ContentId,
    /// The provider version.
    pub provider_version: VersionId,
    /// Its result.
    pub success: bool,
    /// Whether no later one exists for this content and provider version.
    pub latest: bool,
    /// When it was run.
    pub executed_at: Timestamp,
}

impl Facts {
    /// The pacticipant of this name.
    pub fn pacticipant_named(&self, name: &PacticipantName) -> Option<&PacticipantFact> {
        self.pacticipants.values().find(|fact| fact.name == *name)
    }
}
