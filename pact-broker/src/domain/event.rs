//! What a publication means to those who wait for changes.

use std::collections::BTreeMap;

use crate::domain::pact::PublishKind;
use crate::domain::text::{BranchName, ContentId, TagName, VersionNumber};
use crate::domain::webhook::EventKind;

/// Something that happened to a pact, which webhooks may wait for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PactEvent {
    /// What happened.
    pub kind: EventKind,
    /// Why it is said to have happened, for the publisher to read.
    pub comment: Option<String>,
    /// The provider versions that have no result yet, when that is what happened.
    pub required: Vec<RequiredVerification>,
}

impl PactEvent {
    /// An event that needs no words.
    pub fn plain(kind: EventKind) -> Self {
        Self {
            kind,
            comment: None,
            required: Vec::new(),
        }
    }
}

/// A provider version in use that has no result for a content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredVerification {
    /// The provider version.
    pub version: VersionNumber,
    /// The branch it heads, when it is wanted for that.
    pub branch: Option<BranchName>,
    /// Why it is in use, such as "deployed in production".
    pub reasons: Vec<String>,
}

/// The newest earlier content of a pact, in one line of its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previous {
    /// The tag that the line is made of; none for the versions without tags.
    pub tag: Option<TagName>,
    /// The content, if there is one.
    pub content: Option<ContentId>,
}

/// A reason why a provider version is in use, in the order they are told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum InUse {
    /// It heads the main branch.
    MainBranch(BranchName),
    /// It runs in this environment.
    Deployed(String),
    /// It is released to and supported in this environment.
    Released(String),
}

/// The events of a publication, in the order they are told and sent.
///
/// *Published* is always one of them. *Requiring verification* is when some provider version in
/// use has no result, success or failure. *Changed* compares a first publication with what each
/// of its version's tags had before, or with the untagged history when it has none; branches play
/// no part. A replaced content is a change whatever came before.
pub fn of_publication(
    kind: PublishKind,
    content: ContentId,
    previous: &[Previous],
    required: Vec<RequiredVerification>,
) -> Vec<PactEvent> {
    let event = |kind, comment| PactEvent {
        kind,
        comment,
        required: Vec::new(),
    };
    let mut events = vec![event(EventKind::ContractPublished, None)];
    if !required.is_empty() {
        events.push(PactEvent {
            kind: EventKind::ContractRequiringVerificationPublished,
            comment: None,
            required,
        });
    }
    let changes = match kind {
        PublishKind::Changed | PublishKind::Merged => {
            vec!["content replaced for this version".to_owned()]
        }
        PublishKind::New => changes(content, previous),
        PublishKind::Unchanged => Vec::new(),
    };
    events.push(if changes.is_empty() {
        event(EventKind::ContractContentUnchanged, None)
    } else {
        event(EventKind::ContractContentChanged, Some(changes.join(", ")))
    });
    events
}

fn changes(content: ContentId, previous: &[Previous]) -> Vec<String> {
    let describe = |line: &Previous| match (&line.tag, line.content) {
        (_, Some(before)) if before == content => None,
        (None, None) => Some("first untagged pact".to_owned()),
        (None, Some(_)) => Some("differs from the previous untagged pact".to_owned()),
        (Some(tag), None) => Some(format!("first pact with tag {tag}")),
        (Some(tag), Some(_)) => Some(format!("differs from the previous pact with tag {tag}")),
    };
    previous.iter().filter_map(describe).collect()
}

/// Puts together, for each provider version, why it is in use.
pub fn required(mut in_use: Vec<(VersionNumber, InUse)>) -> Vec<RequiredVerification> {
    in_use.sort();
    let mut versions: BTreeMap<VersionNumber, RequiredVerification> = BTreeMap::new();
    for (version, reason) in in_use {
        let entry = versions
            .entry(version.clone())
            .or_insert(RequiredVerification {
                version,
                branch: None,
                reasons: Vec::new(),
            });
        entry.reasons.push(match reason {
            InUse::Deployed(environment) => format!("deployed in {environment}"),
            InUse::MainBranch(branch) => {
                entry.branch = Some(branch);
                "latest from main branch".to_owned()
            }
            InUse::Released(environment) => format!("released in {environment}"),
        });
    }
    versions.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: PublishKind, previous: &[(Option<&str>, Option<i64>)], expected: &[&str]) {
        let previous: Vec<_> = previous
            .iter()
            .map(|(tag, content)| Previous {
                tag: tag.map(|tag| TagName::parse(tag).unwrap()),
                content: content.map(ContentId),
            })
            .collect();
        let events = of_publication(kind, ContentId(7), &previous, Vec::new());
        let told: Vec<_> = events
            .iter()
            .map(|event| match &event.comment {
                Some(comment) => format!("{} ({comment})", event.kind),
                None => event.kind.to_string(),
            })
            .collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn a_publication_is_compared_with_each_line_of_its_history() {
        use PublishKind::{Changed, New, Unchanged};
        let unchanged = ["contract_published", "contract_content_unchanged"];
        check(New, &[(None, Some(7))], &unchanged);
        check(Unchanged, &[(None, Some(8))], &unchanged);
        check(
            New,
            &[(None, None)],
            &[
                "contract_published",
                "contract_content_changed (first untagged pact)",
            ],
        );
        check(
            New,
            &[
                (Some("dev"), Some(7)),
                (Some("prod"), Some(6)),
                (Some("new"), None),
            ],
            &[
                "contract_published",
                "contract_content_changed (differs from the previous pact with tag prod, first pact with tag new)",
            ],
        );
        check(
            Changed,
            &[],
            &[
                "contract_published",
                "contract_content_changed (content replaced for this version)",
            ],
        );
    }

    #[test]
    fn reasons_are_put_together_for_each_provider_version() {
        let version = |number: &str| VersionNumber::parse(number).unwrap();
        let main = BranchName::parse("main").unwrap();
        let required = required(vec![
            (version("2"), InUse::MainBranch(main.clone())),
            (version("1"), InUse::Deployed("production".to_owned())),
            (version("2"), InUse::Released("store".to_owned())),
        ]);
        let reasons = |text: &[&str]| text.iter().map(|text| (*text).to_owned()).collect();
        assert_eq!(
            required,
            [
                RequiredVerification {
                    version: version("1"),
                    branch: None,
                    reasons: reasons(&["deployed in production"])
                },
                RequiredVerification {
                    version: version("2"),
                    branch: Some(main),
                    reasons: reasons(&["latest from main branch", "released in store"]),
                },
            ]
        );
    }
}
