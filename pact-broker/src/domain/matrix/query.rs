//! What a matrix request asks.

use crate::domain::text::{BranchName, EnvironmentName, PacticipantName, TagName, VersionNumber};

/// A question about which versions go together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixQuery {
    /// The versions asked about.
    pub selectors: Vec<MatrixSelector>,
    /// Which versions stand for the pacticipants that were not named.
    pub destination: Option<Destination>,
    /// Results to set aside.
    pub ignore: Vec<IgnoreSelector>,
    /// Which of several results count.
    pub latest_by: Option<LatestBy>,
    /// Only rows with one of these results; `None` stands for "no result". Empty means any.
    pub success: Vec<Option<bool>>,
    /// At most so many rows are shown, the newest ones. Where the question decides something, see
    /// [`MatrixQuery::decides`], those that are not shown count as well.
    pub limit: Option<u32>,
}

impl MatrixQuery {
    /// Whether the question is if versions go together or to a place, and not for a list of what
    /// happened: it has a destination, or picks the latest results of versions it chooses. Such a
    /// question is answered from every row, however many are shown.
    pub fn decides(&self) -> bool {
        let chooses = || {
            let mut choices = self.selectors.iter().map(|selector| &selector.versions);
            choices.any(|versions| *versions != VersionChoice::Any)
        };
        self.destination.is_some() || (self.latest_by.is_some() && chooses())
    }

    /// The pacticipants that it asks about, as often as it names them.
    pub fn pacticipants(&self) -> impl Iterator<Item = &PacticipantName> + Clone {
        self.selectors.iter().map(|selector| &selector.pacticipant)
    }

    /// The environments that versions are chosen from or shall go to, as often as it names them.
    pub fn environments(&self) -> impl Iterator<Item = &EnvironmentName> + Clone {
        let chosen = self.selectors.iter().map(|selector| &selector.versions);
        let chosen = chosen.filter_map(|versions| match versions {
            VersionChoice::Environment(name) => Some(name),
            _ => None,
        });
        let destination = match &self.destination {
            Some(Destination::Environment(name)) => Some(name),
            _ => None,
        };
        chosen.chain(destination)
    }
}

/// Versions of one pacticipant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixSelector {
    /// The pacticipant.
    pub pacticipant: PacticipantName,
    /// Which of its versions.
    pub versions: VersionChoice,
}

/// Which versions of a pacticipant are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionChoice {
    /// Any version.
    Any,
    /// Every version on the branch.
    Branch(BranchName),
    /// The head of the branch.
    BranchHead(BranchName),
    /// Every version deployed to or released in the environment.
    Environment(EnvironmentName),
    /// The newest version.
    Latest,
    /// The newest version with the tag.
    LatestTagged(TagName),
    /// Every version on the main branch.
    MainBranch,
    /// The head of the main branch.
    MainBranchHead,
    /// The version with this number.
    Number(VersionNumber),
    /// Every version with the tag.
    Tagged(TagName),
}

/// Which versions stand for the pacticipants that were not named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// Every version deployed to or released in the environment.
    Environment(EnvironmentName),
    /// The newest version.
    Latest,
    /// The newest version with the tag.
    LatestTagged(TagName),
    /// Every version on the main branch.
    MainBranch,
    /// The head of the main branch.
    MainBranchHead,
    /// Every version with the tag.
    Tagged(TagName),
}

impl Destination {
    /// The choice of versions it makes for each pacticipant.
    pub fn choice(&self) -> VersionChoice {
        match self {
            Self::Environment(name) => VersionChoice::Environment(name.clone()),
            Self::Latest => VersionChoice::Latest,
            Self::LatestTagged(tag) => VersionChoice::LatestTagged(tag.clone()),
            Self::MainBranch => VersionChoice::MainBranch,
            Self::MainBranchHead => VersionChoice::MainBranchHead,
            Self::Tagged(tag) => VersionChoice::Tagged(tag.clone()),
        }
    }
}

/// Results to set aside: those of a pacticipant, or of one version of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreSelector {
    /// The pacticipant.
    pub pacticipant: PacticipantName,
    /// Its version; any when absent.
    pub version: Option<VersionNumber>,
}

/// Which of several results for the same parties counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LatestBy {
    /// That of the newest provider version, per consumer version and provider (`cvp`).
    ConsumerVersion,
    /// The newest, per consumer version and provider version (`cvpv`).
    ConsumerVersionAndProviderVersion,
    /// The newest, per consumer and provider (`cp`).
    Pair,
}

impl LatestBy {
    /// Reads the value of the `latestby` parameter.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "cp" => Some(Self::Pair),
            "cvp" => Some(Self::ConsumerVersion),
            "cvpv" => Some(Self::ConsumerVersionAndProviderVersion),
            _ => None,
        }
    }
}
