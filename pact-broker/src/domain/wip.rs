//! Which pacts are work in progress: what consumers are about to bring, shown to a provider that did
//! not ask for it.
//!
//! The head of each branch and of each tag of every consumer is work in progress for a line of the
//! provider (a branch, or else some tags) when
//!
//! - it was published since the moment that the request names,
//! - no selector chose its content anyway, and
//! - the line has not verified its content: neither has a version of the line a success that counts,
//!   nor had a version of another line one before this line began
//!   ([`Successes::counts_for`](crate::domain::pending::Successes::counts_for)).
//!
//! A success counts ([`Counted::on_branch`], [`Counted::under_tag`]) when the provider had asked for
//! the pact: what was fetched as work in progress stays so. For a branch only the last thirty days
//! count. A provider that names neither branch nor tags is shown none.

use std::collections::HashMap;

use crate::domain::pending::Counted;
use crate::domain::selector::{Hit, PactForVerification, Pending, assemble};
use crate::domain::text::ContentId;
use crate::domain::time::Timestamp;

/// For how long a verification keeps a pact from being work in progress for a branch.
const LOOK_BACK_SECONDS: i64 = 30 * 24 * 60 * 60;

impl Counted {
    /// Those that keep a pact from being work in progress for a branch.
    pub fn on_branch(now: &Timestamp) -> Self {
        Self {
            in_progress: false,
            since: Some(now.seconds_earlier(LOOK_BACK_SECONDS)),
        }
    }

    /// Those that keep a pact from being work in progress for a tag.
    pub fn under_tag() -> Self {
        Self {
            in_progress: false,
            since: None,
        }
    }
}

/// The heads that may be in progress: those whose content was not selected.
pub fn candidates(mut heads: Vec<Hit>, selected: &[PactForVerification]) -> Vec<Hit> {
    let is_selected = |content: ContentId| {
        let mut selected = selected.iter();
        selected.any(|pact| pact.publication.content_id == content)
    };
    heads.retain(|head| !is_selected(head.publication.content_id));
    heads
}

/// The candidates that are in progress, as the provider is shown them. `judged` tells of each content
/// whether it is pending by the successes that count; one that was not judged is not shown.
pub fn in_progress(
    mut candidates: Vec<Hit>,
    mut judged: HashMap<ContentId, Pending>,
    include_pending: bool,
) -> Vec<PactForVerification> {
    judged.retain(|_, judged| judged.is_pending);
    candidates.retain(|head| judged.contains_key(&head.publication.content_id));
    let shown = assemble(candidates).into_iter();
    let shown = shown.map(|(publication, selectors)| {
        let pending = judged.remove(&publication.content_id);
        PactForVerification {
            publication,
            selectors,
            pending: pending.filter(|_| include_pending),
            wip: true,
        }
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::pending::{self, Successes, TagSuccesses};
    use crate::domain::selector::ResolvedKind;
    use crate::domain::selector::tests::hit;
    use crate::domain::text::{BranchName, TagName, VerificationId};

    /// A head whose content has this number.
    fn head(content: i64) -> Hit {
        hit("web", content, content, ResolvedKind::Latest)
    }

    fn shown(judged: Vec<(i64, Pending)>) -> Vec<i64> {
        let heads = judged.iter().map(|(content, _)| head(*content)).collect();
        let judged = judged.into_iter();
        let judged = judged.map(|(content, judged)| (ContentId(content), judged));
        let shown = in_progress(heads, judged.collect(), true);
        assert!(shown.iter().all(|pact| pact.wip && pact.pending.is_some()));
        shown.iter().map(|pact| pact.publication.id.0).collect()
    }

    fn successes(here: bool, first_elsewhere: Option<i64>) -> Successes {
        Successes {
            here,
            first_elsewhere: first_elsewhere.map(VerificationId),
        }
    }

    #[test]
    fn a_head_is_in_progress_until_its_branch_or_one_before_it_has_a_success() {
        let branch = BranchName::parse("feat").unwrap();
        let began = Some(10);
        let judge = |seen| pending::for_branch(&branch, began, seen);
        let judged = vec![
            (1, judge(successes(false, None))),
            (2, judge(successes(true, None))),
            (3, judge(successes(false, Some(9)))),
            (4, judge(successes(false, Some(11)))),
        ];
        assert_eq!(shown(judged), [1, 4]);
    }

    #[test]
    fn a_head_is_in_progress_while_one_of_the_tags_has_no_success() {
        let tag = |name: &str, seen| TagSuccesses {
            tag: TagName::parse(name).unwrap(),
            began: Some(10),
            successes: seen,
        };
        let both = |one, other| pending::for_tags(&[tag("dev", one), tag("prod", other)]);
        let (yes, no) = (successes(true, None), successes(false, None));
        let judged = vec![
            (1, both(yes, yes)),
            (2, both(yes, no)),
            (3, both(yes, successes(false, Some(9)))),
            (4, both(no, no)),
        ];
        assert_eq!(shown(judged), [2, 4]);
    }

    #[test]
    fn what_was_selected_or_not_judged_is_not_in_progress() {
        let judged = [(ContentId(1), pending::for_provider(false))];
        let selected = in_progress(vec![head(1)], judged.clone().into(), false);
        assert_eq!(selected[0].pending, None, "nobody asked");
        let left = candidates(vec![head(1), head(2)], &selected);
        assert_eq!(left, [head(2)]);
        assert_eq!(in_progress(left, judged.into(), true), []);
    }

    #[test]
    fn a_branch_looks_back_thirty_days_and_a_tag_for_ever() {
        let now = Timestamp::parse("2026-03-31T12:00:00Z").unwrap();
        let thirty_days_ago = Timestamp::parse("2026-03-01T12:00:00Z").unwrap();
        assert_eq!(Counted::on_branch(&now).since, Some(thirty_days_ago));
        assert_eq!(Counted::under_tag().since, None);
        assert!(!Counted::on_branch(&now).in_progress && !Counted::under_tag().in_progress);
    }
}
