//! Whether a failure of a pact shall break the provider's build yet.
//!
//! A pact is pending for a line of the provider (a branch or a tag) until a version of that line
//! verified it. Whatever another line verified before this one began counts too, because this one
//! grew out of it; what others verify later does not.

use crate::domain::selector::{Pending, PendingScope};
use crate::domain::text::{BranchName, TagName, VerificationId};
use crate::domain::time::Timestamp;

/// Which successful verifications count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Whether those of pacts that were fetched as work in progress do.
    pub in_progress: bool,
    /// The moment after which they were executed; any when absent.
    pub since: Option<Timestamp>,
}

impl Counted {
    /// All of them, as they do for whether a pact is pending.
    pub const ALL: Self = Self {
        in_progress: true,
        since: None,
    };
}

/// The successful verifications of a content, as seen from one line of the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Successes {
    /// Whether a version of this line has one.
    pub here: bool,
    /// The first one of a version of another line.
    pub first_elsewhere: Option<VerificationId>,
}

impl Successes {
    /// Whether the line can be said to have verified the content. `began` is the place in the
    /// sequence at which the line began; a line that is new has not begun, and takes over
    /// whatever the others did.
    pub fn counts_for(&self, began: Option<i64>) -> bool {
        let inherited = |first: VerificationId| began.is_none_or(|began| first.0 < began);
        self.here || self.first_elsewhere.is_some_and(inherited)
    }
}

/// A tag of the provider with what is known of a content under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagSuccesses {
    /// The tag.
    pub tag: TagName,
    /// When it was first used.
    pub began: Option<i64>,
    /// The successes seen from it.
    pub successes: Successes,
}

/// Judges for a provider that gave neither branch nor tags: any success ever will do.
pub fn for_provider(ever_verified: bool) -> Pending {
    Pending {
        is_pending: !ever_verified,
        scope: PendingScope::Provider,
    }
}

/// Judges for one branch of the provider.
pub fn for_branch(branch: &BranchName, began: Option<i64>, successes: Successes) -> Pending {
    Pending {
        is_pending: !successes.counts_for(began),
        scope: PendingScope::Branch(branch.clone()),
    }
}

/// Judges for tags of the provider: pending for one of them is pending.
pub fn for_tags(tags: &[TagSuccesses]) -> Pending {
    let (verified, pending): (Vec<_>, Vec<_>) = tags
        .iter()
        .partition(|one| one.successes.counts_for(one.began));
    let names = |tags: Vec<&TagSuccesses>| tags.into_iter().map(|one| one.tag.clone()).collect();
    Pending {
        is_pending: !pending.is_empty(),
        scope: PendingScope::Tags {
            pending: names(pending),
            verified: names(verified),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_verified_before_a_line_began_counts_for_it() {
        for (here, elsewhere, began, counts) in [
            (false, None, Some(5), false),
            (true, None, Some(5), true),
            (false, Some(4), Some(5), true),
            (false, Some(6), Some(5), false),
            (false, Some(6), None, true),
            (false, None, None, false),
        ] {
            let successes = Successes {
                here,
                first_elsewhere: elsewhere.map(VerificationId),
            };
            assert_eq!(
                successes.counts_for(began),
                counts,
                "{successes:?} {began:?}"
            );
        }
    }

    #[test]
    fn one_pending_tag_makes_the_pact_pending() {
        let tag = |name: &str, here| TagSuccesses {
            tag: TagName::parse(name).unwrap(),
            began: Some(1),
            successes: Successes {
                here,
                first_elsewhere: None,
            },
        };
        let judged = for_tags(&[tag("dev", true), tag("prod", false)]);
        assert!(judged.is_pending);
        assert!(!for_tags(&[tag("dev", true)]).is_pending);
        let PendingScope::Tags { pending, verified } = judged.scope else {
            panic!("judged for tags");
        };
        assert_eq!((pending[0].as_str(), verified[0].as_str()), ("prod", "dev"));
    }
}
