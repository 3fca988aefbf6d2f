//! Consumer version selectors: which pacts a provider asks to verify.

use crate::domain::pact::PactPublication;
use crate::domain::text::{
    BranchName, EnvironmentName, PacticipantName, TagName, VersionId, VersionNumber,
};
use crate::domain::time::Timestamp;

/// One selector of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerVersionSelector {
    /// Only pacts of this consumer.
    pub consumer: Option<PacticipantName>,
    /// Which of its versions.
    pub kind: SelectorKind,
}

/// Which versions of a consumer a selector means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SelectorKind {
    /// Every version that carries the tag.
    AllTagged(TagName),
    /// The heads of all branches.
    AnyBranch,
    /// The head of the branch; of the fallback branch for a consumer that lacks the branch.
    Branch {
        /// The branch.
        branch: BranchName,
        /// What a consumer without that branch is taken from.
        fallback: Option<BranchName>,
    },
    /// The versions now deployed, in one environment or anywhere.
    Deployed(Option<EnvironmentName>),
    /// Those deployed and those released.
    DeployedOrReleased(Option<EnvironmentName>),
    /// Those deployed to or released in the environment.
    Environment(EnvironmentName),
    /// The newest version that has a pact.
    Latest,
    /// The newest version that carries the tag; of the fallback tag when nobody's does.
    LatestTagged {
        /// The tag.
        tag: TagName,
        /// What is taken when no consumer has a pact for the tag.
        fallback: Option<TagName>,
    },
    /// The head of the main branch.
    MainBranch,
    /// The head of the branch named like the provider's.
    MatchingBranch,
    /// The versions released and supported, in one environment or anywhere.
    Released(Option<EnvironmentName>),
}

/// A request for the pacts to verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerificationRequest {
    /// The selectors; none means the default selection.
    pub selectors: Vec<ConsumerVersionSelector>,
    /// The branch of the provider version that will verify.
    pub provider_branch: Option<BranchName>,
    /// Its tags.
    pub provider_tags: Vec<TagName>,
    /// Whether to say which pacts are pending.
    pub include_pending: bool,
    /// Since when to include pacts in progress.
    pub include_wip_since: Option<Timestamp>,
}

/// Why a pact was selected: one selector resolved to one consumer version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResolvedSelector {
    /// What was matched.
    pub kind: ResolvedKind,
    /// The consumer the selector was restricted to.
    pub consumer: Option<PacticipantName>,
    /// The order of the version, and its key.
    pub version_id: VersionId,
    /// The number of the version.
    pub version: VersionNumber,
}

/// What a consumer version was selected as; the order is that in which they are told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResolvedKind {
    /// The newest version with a pact.
    Latest,
    /// The head of its main branch.
    MainBranch {
        /// The name of the main branch.
        branch: BranchName,
    },
    /// The head of a branch.
    Branch {
        /// The branch.
        branch: BranchName,
        /// Whether it was chosen for having the provider's branch name.
        matching: bool,
        /// The branch asked for, when this one is its fallback.
        fallback_for: Option<BranchName>,
    },
    /// The newest version with a tag.
    LatestTagged {
        /// The tag.
        tag: TagName,
        /// The tag asked for, when this one is its fallback.
        fallback_for: Option<TagName>,
    },
    /// One of the versions with a tag.
    Tagged {
        /// The tag.
        tag: TagName,
    },
    /// Now deployed.
    Deployed(InEnvironment),
    /// Released and supported.
    Released(InEnvironment),
}

/// The environment of a selected version; environments before production come first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct InEnvironment {
    /// Whether it serves real users.
    pub production: bool,
    /// Its name.
    pub environment: EnvironmentName,
    /// The application instance deployed there.
    pub application_instance: Option<String>,
}

/// A pact to verify, and what to tell about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PactForVerification {
    /// The newest of the selected publications of this content.
    pub publication: PactPublication,
    /// Every reason it was selected for, in the order they are told.
    pub selectors: Vec<ResolvedSelector>,
    /// Whether a failure shall not break the build, where that was asked.
    pub pending: Option<Pending>,
    /// Whether it is included only as work in progress.
    pub wip: bool,
}

/// Whether a pact is pending, and for which part of the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Whether a failure shall not break the build.
    pub is_pending: bool,
    /// For which part of the provider that holds.
    pub scope: PendingScope,
}

/// The part of the provider that pending is judged for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PendingScope {
    /// The provider as a whole: it gave neither branch nor tags.
    Provider,
    /// One branch of it.
    Branch(BranchName),
    /// Some of its tags.
    Tags {
        /// The tags for which the pact is pending.
        pending: Vec<TagName>,
        /// The tags for which it is not.
        verified: Vec<TagName>,
    },
}
