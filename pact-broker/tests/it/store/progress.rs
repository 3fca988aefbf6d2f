//! Work in progress, by the rule that `domain::wip` tells.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use pact_broker::domain::selector::{PendingScope, VerificationRequest};
use pact_broker::domain::time::Timestamp;
use pact_broker::store::Ambient;

use super::selecting::{answer, asking, told};
use super::store_with;
use crate::support::database::TestStore;
use crate::support::scenario::{Scenario, branch, tag};

const IN_PROGRESS: &str = "web 2: branch feat (wip)";

/// A store where web 1 is the head of the main branch and web 2 that of another, and the clock that
/// it looks at, in days.
async fn with_a_branch() -> Option<(TestStore, Arc<AtomicI64>)> {
    let today = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&today);
    let end = Timestamp::parse("2026-12-31").unwrap();
    let ambient = Ambient::system().with_clock(move || {
        end.seconds_earlier((300 - clock.load(Ordering::SeqCst)) * 24 * 60 * 60)
    });
    let store = store_with(ambient).await?;
    let story = Scenario { store: &store };
    story
        .publishes_from("main", ("web", "1"), ("api", "one"))
        .await;
    story
        .publishes_from("feat", ("web", "2"), ("api", "two"))
        .await;
    Some((store, today))
}

fn since_ever(selectors: &str) -> VerificationRequest {
    VerificationRequest {
        include_pending: true,
        include_wip_since: Some(Timestamp::parse("2020-01-01").unwrap()),
        ..asking(selectors)
    }
}

fn for_branch(name: &str) -> VerificationRequest {
    VerificationRequest {
        provider_branch: Some(branch(name)),
        ..since_ever("main")
    }
}

fn for_tags(tags: &[&str]) -> VerificationRequest {
    VerificationRequest {
        provider_tags: tags.iter().map(|text| tag(text)).collect(),
        ..since_ever("main")
    }
}

async fn is_in_progress(store: &TestStore, request: &VerificationRequest) -> bool {
    let pacts = answer(store, request).await;
    told(&pacts).iter().any(|pact| pact == IN_PROGRESS)
}

#[tokio::test]
async fn a_success_on_a_branch_counts_for_thirty_days() {
    let Some((store, today)) = with_a_branch().await else {
        return;
    };
    let story = Scenario { store: &store };
    story.is_on("api", "10", "main").await;
    assert!(is_in_progress(&store, &for_branch("main")).await);
    story.verifies(("api", "10"), ("web", "two"), true).await;
    for (day, expected) in [(0, false), (29, false), (31, true)] {
        today.store(day, Ordering::SeqCst);
        assert_eq!(
            is_in_progress(&store, &for_branch("main")).await,
            expected,
            "day {day}"
        );
    }
    let again = answer(&store, &for_branch("main")).await;
    let pending = again.last().unwrap().pending.as_ref().unwrap();
    assert!(pending.is_pending, "what is in progress is pending");
    let unasked = VerificationRequest {
        include_pending: false,
        ..for_branch("main")
    };
    let pacts = answer(&store, &unasked).await;
    let last = pacts.last().unwrap();
    assert_eq!((last.wip, &last.pending), (true, &None));
}

#[tokio::test]
async fn a_success_on_another_branch_counts_for_those_that_began_later() {
    let Some((store, _)) = with_a_branch().await else {
        return;
    };
    let story = Scenario { store: &store };
    story.is_on("api", "9", "before").await;
    story.is_on("api", "10", "main").await;
    story.verifies(("api", "10"), ("web", "two"), true).await;
    story.is_on("api", "11", "after").await;
    for (branch, expected) in [
        ("before", true),
        ("main", false),
        ("after", false),
        ("unheard-of", false),
    ] {
        assert_eq!(
            is_in_progress(&store, &for_branch(branch)).await,
            expected,
            "{branch}"
        );
    }
}

#[tokio::test]
async fn each_tag_of_the_provider_is_judged_on_its_own_and_for_ever() {
    let Some((store, today)) = with_a_branch().await else {
        return;
    };
    let story = Scenario { store: &store };
    story.is_tagged("api", "9", "before").await;
    story.is_tagged("api", "10", "dev").await;
    story.verifies(("api", "10"), ("web", "two"), true).await;
    story.is_tagged("api", "11", "after").await;
    for day in [0, 31] {
        today.store(day, Ordering::SeqCst);
        for (tags, expected) in [
            (&["before"][..], true),
            (&["dev"], false),
            (&["after"], false),
            (&["unheard-of"], false),
            (&["dev", "before"], true),
        ] {
            assert_eq!(
                is_in_progress(&store, &for_tags(tags)).await,
                expected,
                "{tags:?} on day {day}"
            );
        }
    }
    let pacts = answer(&store, &for_tags(&["dev", "before"])).await;
    let scope = &pacts.last().unwrap().pending.as_ref().unwrap().scope;
    let PendingScope::Tags { pending, verified } = scope else {
        panic!("{scope:?}")
    };
    assert_eq!(
        (pending, verified),
        (&vec![tag("before")], &vec![tag("dev")])
    );
}
