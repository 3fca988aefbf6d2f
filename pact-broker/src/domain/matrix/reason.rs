//! Why a decision came out as it did: as data, and as the sentence people read.

use std::fmt;

use crate::domain::matrix::query::VersionChoice;
use crate::domain::text::{PacticipantName, VersionNumber};

/// One reason behind a decision, or a remark about the question.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// All required results are there and successful.
    AllVerified,
    /// A result that counts is a failure.
    Failed {
        /// The consumer's side.
        consumer: Party,
        /// The provider's side.
        provider: Party,
    },
    /// A reason that the question sets aside.
    Ignored(Box<Self>),
    /// Something to ignore that the broker does not know.
    IgnoredIsUnknown {
        /// The pacticipant.
        pacticipant: PacticipantName,
        /// The version, when the pacticipant is known.
        version: Option<VersionNumber>,
    },
    /// Nothing the version depends on, and nothing that depends on it there.
    NoDependencies,
    /// The question names one version and no place to deploy it to.
    NoDestination,
    /// The question names no version number.
    NoVersionNumber,
    /// No result for the pact between two versions.
    Unverified {
        /// The consumer's side.
        consumer: Party,
        /// The provider's side.
        provider: Party,
    },
    /// A version asked about does not exist.
    VersionDoesNotExist(Party),
}

/// How seriously to take a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReasonLevel {
    /// It stands against the deployment.
    Error,
    /// It stands for it.
    Success,
    /// It is worth knowing.
    Warning,
}

/// A pacticipant in a reason, as the question came to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// The pacticipant.
    pub pacticipant: PacticipantName,
    /// How its version was chosen.
    pub choice: VersionChoice,
    /// The version, if there is one.
    pub version: Option<VersionNumber>,
}

impl Reason {
    /// How seriously to take it.
    pub fn level(&self) -> ReasonLevel {
        match self {
            Self::AllVerified | Self::NoDependencies => ReasonLevel::Success,
            Self::Failed { .. } | Self::Unverified { .. } | Self::VersionDoesNotExist(_) => {
                ReasonLevel::Error
            }
            Self::Ignored(_)
            | Self::IgnoredIsUnknown { .. }
            | Self::NoDestination
            | Self::NoVersionNumber => ReasonLevel::Warning,
        }
    }

    /// The name of the kind of reason, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AllVerified => "all_verified",
            Self::Failed { .. } => "failed",
            Self::Ignored(_) => "ignored",
            Self::IgnoredIsUnknown { .. } => "ignored_is_unknown",
            Self::NoDependencies => "no_dependencies",
            Self::NoDestination => "no_destination",
            Self::NoVersionNumber => "no_version_number",
            Self::Unverified { .. } => "unverified",
            Self::VersionDoesNotExist(_) => "version_does_not_exist",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AllVerified => f.write_str("All required verification results are published and successful"),
            Self::Failed { consumer, provider } => {
                write!(f, "The verification for the pact between {consumer} and {provider} failed")
            }
            Self::Ignored(reason) => write!(f, "Ignored: {reason}"),
            Self::IgnoredIsUnknown { pacticipant, version: None } => {
                write!(f, "Cannot ignore \"{pacticipant}\": there is no pacticipant of that name")
            }
            Self::IgnoredIsUnknown { pacticipant, version: Some(version) } => {
                write!(f, "Cannot ignore version {version} of {pacticipant}: there is no such version")
            }
            Self::NoDependencies => f.write_str("There are no missing dependencies"),
            Self::NoDestination => f.write_str(
                "No environment, tag or main branch was given to deploy to, so every counterpart's newest result counts; name one for a reliable answer",
            ),
            Self::NoVersionNumber => f.write_str(
                "No version number was given, so the answer may change between this check and the deployment; name the version",
            ),
            Self::Unverified { consumer, provider } => {
                write!(f, "There is no verified pact between {consumer} and {provider}")
            }
            Self::VersionDoesNotExist(party) => party.fmt_missing(f),
        }
    }
}

impl Party {
    fn fmt_missing(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.pacticipant;
        match &self.choice {
            VersionChoice::Number(number) => {
                write!(
                    f,
                    "No pacts or verifications have been published for version {number} of {name}"
                )
            }
            VersionChoice::Branch(branch) | VersionChoice::BranchHead(branch) => {
                write!(f, "No version of {name} from branch {branch} exists")
            }
            VersionChoice::Tagged(tag) | VersionChoice::LatestTagged(tag) => {
                write!(f, "No version of {name} with tag {tag} exists")
            }
            VersionChoice::MainBranch | VersionChoice::MainBranchHead => {
                write!(f, "No version of {name} from its main branch exists")
            }
            VersionChoice::Environment(environment) => {
                write!(
                    f,
                    "No version of {name} is currently recorded as deployed or released in {environment}"
                )
            }
            VersionChoice::Any | VersionChoice::Latest => {
                write!(f, "No version of {name} exists")
            }
        }
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.pacticipant;
        match &self.choice {
            VersionChoice::Any => write!(f, "any version of {name}")?,
            VersionChoice::Branch(branch) => write!(f, "a version of {name} from branch {branch}")?,
            VersionChoice::BranchHead(branch) => {
                write!(f, "the latest version of {name} from branch {branch}")?;
            }
            VersionChoice::Environment(environment) => {
                write!(f, "the version of {name} currently in {environment}")?;
            }
            VersionChoice::Latest => write!(f, "the latest version of {name}")?,
            VersionChoice::LatestTagged(tag) => {
                write!(f, "the latest version of {name} with tag {tag}")?;
            }
            VersionChoice::MainBranch => write!(f, "a version of {name} from its main branch")?,
            VersionChoice::MainBranchHead => {
                write!(f, "the latest version of {name} from its main branch")?;
            }
            VersionChoice::Number(number) => return write!(f, "version {number} of {name}"),
            VersionChoice::Tagged(tag) => write!(f, "a version of {name} with tag {tag}")?,
        }
        match (&self.version, &self.choice) {
            (Some(version), _) => write!(f, " ({version})"),
            (None, VersionChoice::Environment(_)) => f.write_str(
                " (no version is currently recorded as deployed or released in this environment)",
            ),
            (None, VersionChoice::Any) => Ok(()),
            (None, _) => f.write_str(" (no such version exists)"),
        }
    }
}
