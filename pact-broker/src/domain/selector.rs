//! Consumer version selectors: which pacts a provider asks to verify.

use std::collections::BTreeMap;

use crate::domain::pact::PactPublication;
use crate::domain::text::{
    BranchName, ContentId, EnvironmentName, PacticipantId, PacticipantName, TagName, VersionId,
    VersionNumber,
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
    /// The head of a branch.
    Branch {
        /// The branch.
        branch: BranchName,
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
    /// The head of its main branch.
    MainBranch {
        /// The name of the main branch.
        branch: BranchName,
    },
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

/// A publication that one selector chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The publication.
    pub publication: PactPublication,
    /// What it was chosen as.
    pub kind: ResolvedKind,
    /// The consumer that the selector was restricted to.
    pub consumer: Option<PacticipantName>,
}

/// Puts together the hits on one content: the newest publication stands for it, with every
/// selector that chose it. The pacts come by consumer, then by version.
pub fn assemble(hits: Vec<Hit>) -> Vec<(PactPublication, Vec<ResolvedSelector>)> {
    let mut contents: BTreeMap<ContentId, (PactPublication, Vec<ResolvedSelector>)> =
        BTreeMap::new();
    for Hit {
        publication,
        kind,
        consumer,
    } in hits
    {
        let selector = ResolvedSelector {
            kind,
            consumer,
            version_id: publication.consumer_version_id,
            version: publication.consumer_version.clone(),
        };
        let (newest, selectors) = contents
            .entry(publication.content_id)
            .or_insert_with(|| (publication.clone(), Vec::new()));
        if publication.consumer_version_id > newest.consumer_version_id {
            *newest = publication;
        }
        selectors.push(selector);
    }
    let mut pacts: Vec<_> = contents.into_values().collect();
    for (_, selectors) in &mut pacts {
        selectors.sort();
        selectors.dedup();
    }
    pacts.sort_by_cached_key(|(pact, _)| {
        (
            pact.consumer.as_str().to_lowercase(),
            pact.consumer.clone(),
            pact.consumer_version_id,
        )
    });
    pacts
}

/// A consumer of the provider, for choosing what is verified when nothing was asked for.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct IntegratedConsumer {
    /// Its key.
    pub id: PacticipantId,
    /// Its main branch.
    pub main_branch: Option<BranchName>,
    /// Whether that branch has a version.
    pub has_main_head: bool,
    /// Whether a version is tagged with the name of that branch.
    pub has_main_tag: bool,
}

/// The default selection for some consumers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultSelection {
    /// Which of their versions.
    pub kind: SelectorKind,
    /// The consumers.
    pub consumers: Vec<PacticipantId>,
}

/// What is verified when nothing was asked for: of each consumer the head of its main branch,
/// else the newest version tagged with that branch's name, else the newest version with a pact;
/// and whatever is deployed or released anywhere.
pub fn default_selection(consumers: &[IntegratedConsumer]) -> Vec<DefaultSelection> {
    let mut tagged: BTreeMap<TagName, Vec<PacticipantId>> = BTreeMap::new();
    let (mut on_main, mut latest) = (Vec::new(), Vec::new());
    for consumer in consumers {
        let tag = consumer
            .main_branch
            .as_ref()
            .filter(|_| consumer.has_main_tag);
        match tag.and_then(|branch| TagName::parse(branch.as_str()).ok()) {
            _ if consumer.has_main_head => on_main.push(consumer.id),
            Some(tag) => tagged.entry(tag).or_default().push(consumer.id),
            None => latest.push(consumer.id),
        }
    }
    let mut selections = vec![
        DefaultSelection {
            kind: SelectorKind::MainBranch,
            consumers: on_main,
        },
        DefaultSelection {
            kind: SelectorKind::Latest,
            consumers: latest,
        },
    ];
    selections.extend(tagged.into_iter().map(|(tag, consumers)| DefaultSelection {
        kind: SelectorKind::LatestTagged {
            tag,
            fallback: None,
        },
        consumers,
    }));
    selections.push(DefaultSelection {
        kind: SelectorKind::DeployedOrReleased(None),
        consumers: consumers.iter().map(|consumer| consumer.id).collect(),
    });
    selections
}

#[cfg(test)]
pub(in crate::domain) mod tests {
    use super::*;
    use crate::domain::text::{PactSha, PublicationId};

    /// A hit on a content that a version of a consumer published for `api`.
    pub(in crate::domain) fn hit(
        consumer: &str,
        version: i64,
        content: i64,
        kind: ResolvedKind,
    ) -> Hit {
        let publication = PactPublication {
            id: PublicationId(version),
            consumer: PacticipantName::parse(consumer).unwrap(),
            consumer_version: VersionNumber::parse(version.to_string()).unwrap(),
            consumer_version_id: VersionId(version),
            provider: PacticipantName::parse("api").unwrap(),
            content_id: ContentId(content),
            sha: PactSha::parse(content.to_string()).unwrap(),
            revision: 1,
            created_at: Timestamp::parse("2026-01-01").unwrap(),
        };
        Hit {
            publication,
            kind,
            consumer: None,
        }
    }

    #[test]
    fn one_content_is_verified_once_for_its_newest_version_with_all_reasons() {
        let branch = ResolvedKind::MainBranch {
            branch: BranchName::parse("main").unwrap(),
        };
        let pacts = assemble(vec![
            hit("web", 3, 30, branch.clone()),
            hit("web", 5, 30, ResolvedKind::Latest),
            hit("web", 5, 30, ResolvedKind::Latest),
            hit("App", 4, 40, branch.clone()),
        ]);
        let told: Vec<_> = pacts
            .iter()
            .map(|(pact, selectors)| {
                let selectors: Vec<_> = selectors
                    .iter()
                    .map(|one| (&one.kind, one.version_id.0))
                    .collect();
                (
                    pact.consumer.as_str(),
                    pact.consumer_version_id.0,
                    selectors,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("App", 4, vec![(&branch, 4)]),
                ("web", 5, vec![(&ResolvedKind::Latest, 5), (&branch, 3)]),
            ]
        );
    }

    #[test]
    fn the_default_is_the_best_known_line_of_each_consumer() {
        let consumer = |id, main: Option<&str>, has_main_head, has_main_tag| IntegratedConsumer {
            id: PacticipantId(id),
            main_branch: main.map(|name| BranchName::parse(name).unwrap()),
            has_main_head,
            has_main_tag,
        };
        let selections = default_selection(&[
            consumer(1, Some("main"), true, true),
            consumer(2, Some("main"), false, true),
            consumer(3, Some("main"), false, false),
            consumer(4, None, false, false),
        ]);
        let consumers: Vec<Vec<i64>> = selections
            .iter()
            .map(|selection| selection.consumers.iter().map(|id| id.0).collect())
            .collect();
        assert_eq!(consumers, [vec![1], vec![3, 4], vec![2], vec![1, 2, 3, 4]]);
    }
}
