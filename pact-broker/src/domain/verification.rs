//! Verification results.

use crate::domain::pact::PactPublication;
use crate::domain::text::{
    ContentId, PactSha, PacticipantName, TagName, VerificationId, VersionId, VersionNumber,
};
use crate::domain::time::Timestamp;

/// One result of running a provider version against a content.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Verification {
    /// Its key and public number.
    pub id: VerificationId,
    /// The content's key.
    pub content_id: ContentId,
    /// The content's SHA.
    pub sha: PactSha,
    /// The consumer.
    pub consumer: PacticipantName,
    /// The provider.
    pub provider: PacticipantName,
    /// The provider version.
    pub provider_version: VersionNumber,
    /// Its key.
    pub provider_version_id: VersionId,
    /// Whether every interaction passed.
    pub success: bool,
    /// Whether the pact was fetched as work in progress.
    pub wip: bool,
    /// Whether the pact was pending when it was fetched, where that was asked.
    pub pending: Option<bool>,
    /// The build that ran it.
    pub build_url: Option<String>,
    /// What ran it, and with which version.
    #[sqlx(flatten)]
    pub verified_by: VerifiedBy,
    /// When it was run.
    pub executed_at: Timestamp,
    /// When it was published.
    pub created_at: Timestamp,
}

/// The program that verified.
#[derive(Debug, Clone, PartialEq, Eq, Default, sqlx::FromRow)]
pub struct VerifiedBy {
    /// Its name.
    #[sqlx(rename = "verified_by_implementation")]
    pub implementation: Option<String>,
    /// Its version.
    #[sqlx(rename = "verified_by_version")]
    pub version: Option<String>,
    /// The language it was called from.
    #[sqlx(rename = "verified_by_client")]
    pub client_name: Option<String>,
    /// The version of that language.
    #[sqlx(rename = "verified_by_client_version")]
    pub client_version: Option<String>,
    /// The test framework it was called from.
    #[sqlx(rename = "verified_by_test_framework")]
    pub client_test_framework: Option<String>,
}

/// A verification with what its HAL document shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerificationDetail {
    /// The verification.
    pub verification: Verification,
    /// The JSON text of the results of each test, as given.
    pub test_results: Option<String>,
    /// The most recent publication of the content.
    pub publication: Option<PactPublication>,
    /// The tags of the provider version that are the latest of their name.
    pub provider_head_tags: Vec<TagName>,
}

/// A result to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVerification {
    /// The provider version that was run.
    pub provider_version: VersionNumber,
    /// Whether every interaction passed.
    pub success: bool,
    /// Whether the pact was fetched as work in progress.
    pub wip: bool,
    /// Whether the pact was pending when it was fetched, where that was asked.
    pub pending: Option<bool>,
    /// The consumer versions for which the pact was fetched.
    pub consumer_versions: Vec<VersionNumber>,
    /// The JSON text of the selectors that chose the pact.
    pub selectors: Option<String>,
    /// The build that ran it.
    pub build_url: Option<String>,
    /// The program that ran it.
    pub verified_by: VerifiedBy,
    /// The JSON text of the results of each test.
    pub test_results: Option<String>,
}

/// The latest results for each pact of a consumer version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerificationSummary {
    /// Each pact of the version with its latest result, by provider.
    pub pacts: Vec<(PactPublication, Option<Verification>)>,
}

impl VerificationSummary {
    /// Whether every pact of the version was verified, and successfully.
    pub fn success(&self) -> bool {
        self.pacts
            .iter()
            .all(|(_, result)| result.as_ref().is_some_and(|result| result.success))
    }
}

/// How a consumer's pact with a provider stands, as the index and the badges say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairStatus {
    /// The newest verification failed.
    Failed,
    /// It failed while the pact was pending.
    FailedPending,
    /// There is no pact or no verification.
    Never,
    /// An older content succeeded; this one was not verified.
    Stale,
    /// The newest verification of this content succeeded.
    Success,
}

/// Returns how a pair stands, given the content of its newest pact and its newest verification.
pub fn pair_status(pact: Option<&PactSha>, latest: Option<&Verification>) -> PairStatus {
    match (pact, latest) {
        (None, _) | (_, None) => PairStatus::Never,
        (Some(sha), Some(result)) if result.success && result.sha == *sha => PairStatus::Success,
        (_, Some(result)) if result.success => PairStatus::Stale,
        (_, Some(result)) if result.pending == Some(true) => PairStatus::FailedPending,
        (Some(_), Some(_)) => PairStatus::Failed,
    }
}
