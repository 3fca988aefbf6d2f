//! Which pacts a provider is given to verify, which of them are pending, and which in progress.

use pact_broker::domain::selector::{
    ConsumerVersionSelector, PactForVerification, ResolvedKind, SelectorKind, VerificationRequest,
};
use pact_broker::domain::time::Timestamp;
use pact_broker::store::Store;

use super::empty_store;
use crate::support::scenario::{Scenario, branch, content, environment, name, result, tag};

/// Reads `consumer/kind` or `kind`: `main`, `matching`, `any-branch`, `latest`, `branch=B`,
/// `branch=B|FALLBACK`, `tag=T`, `latest-tag=T`, `latest-tag=T|FALLBACK`, `deployed`,
/// `deployed=E`, `released`, `released=E`, `in-use`, `env=E`.
fn selector(text: &str) -> ConsumerVersionSelector {
    let (consumer, text) = text
        .split_once('/')
        .map_or((None, text), |(one, rest)| (Some(one), rest));
    let (word, value) = text.split_once('=').unwrap_or((text, ""));
    let (first, fallback) = value
        .split_once('|')
        .map_or((value, None), |(one, rest)| (one, Some(rest)));
    let place = (!value.is_empty()).then(|| environment(value));
    let kind = match word {
        "any-branch" => SelectorKind::AnyBranch,
        "branch" => SelectorKind::Branch {
            branch: branch(first),
            fallback: fallback.map(branch),
        },
        "deployed" => SelectorKind::Deployed(place),
        "env" => SelectorKind::Environment(environment(value)),
        "in-use" => SelectorKind::DeployedOrReleased(place),
        "latest" => SelectorKind::Latest,
        "latest-tag" => SelectorKind::LatestTagged {
            tag: tag(first),
            fallback: fallback.map(tag),
        },
        "main" => SelectorKind::MainBranch,
        "matching" => SelectorKind::MatchingBranch,
        "released" => SelectorKind::Released(place),
        "tag" => SelectorKind::AllTagged(tag(value)),
        _ => panic!("`{word}` is no selector"),
    };
    ConsumerVersionSelector {
        consumer: consumer.map(name),
        kind,
    }
}

pub(super) fn asking(selectors: &str) -> VerificationRequest {
    VerificationRequest {
        selectors: selectors.split_whitespace().map(selector).collect(),
        provider_branch: None,
        provider_tags: Vec::new(),
        include_pending: false,
        include_wip_since: None,
    }
}

pub(super) async fn answer(
    store: &Store,
    request: &VerificationRequest,
) -> Vec<PactForVerification> {
    store
        .pacts_for_verification(&name("api"), request)
        .await
        .unwrap()
        .unwrap()
}

/// Each pact as `consumer version: reasons`.
pub(super) fn told(pacts: &[PactForVerification]) -> Vec<String> {
    let reason = |kind: &ResolvedKind| match kind {
        ResolvedKind::Latest => "latest".to_owned(),
        ResolvedKind::MainBranch { branch } => format!("main {branch}"),
        ResolvedKind::Branch {
            branch,
            fallback_for: None,
        } => format!("branch {branch}"),
        ResolvedKind::Branch { branch, .. } => format!("fallback {branch}"),
        ResolvedKind::LatestTagged {
            tag,
            fallback_for: None,
        } => format!("latest {tag}"),
        ResolvedKind::LatestTagged { tag, .. } => format!("fallback {tag}"),
        ResolvedKind::Tagged { tag } => format!("tag {tag}"),
        ResolvedKind::Deployed(place) => format!("deployed {}", place.environment),
        ResolvedKind::Released(place) => format!("released {}", place.environment),
    };
    let pact = |pact: &PactForVerification| {
        let reasons: Vec<_> = pact.selectors.iter().map(|one| reason(&one.kind)).collect();
        let publication = &pact.publication;
        let wip = if pact.wip { " (wip)" } else { "" };
        format!(
            "{} {}: {}{wip}",
            publication.consumer,
            publication.consumer_version,
            reasons.join(", ")
        )
    };
    pacts.iter().map(pact).collect()
}

async fn check(store: &Store, cases: &[(&str, &[&str])]) {
    for (selectors, expected) in cases {
        let pacts = answer(store, &asking(selectors)).await;
        assert_eq!(told(&pacts), *expected, "{selectors}");
    }
}

#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "one story told from its beginning to its end"
)]
async fn every_kind_of_selector_chooses_its_versions() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    let production = story.environment("production").await;
    let test = story.environment("test").await;
    story
        .publishes_from("main", ("web", "1"), ("api", "one"))
        .await;
    story
        .publishes_from("main", ("web", "2"), ("api", "two"))
        .await;
    story
        .publishes_from("feat", ("web", "3"), ("api", "three"))
        .await;
    story.publishes("app", "1", "api", "app").await;
    story.is_tagged("web", "1", "prod").await;
    story.is_tagged("web", "2", "prod").await;
    story.is_deployed("web", "1", &production).await;
    story.is_deployed("web", "2", &test).await;
    story.is_released("app", "1", &production).await;
    check(
        &store,
        &[
            ("main", &["web 2: main main"]),
            ("branch=feat", &["web 3: branch feat"]),
            ("branch=feat|main", &["web 3: branch feat"]),
            ("branch=none|main", &["web 2: fallback main"]),
            ("any-branch", &["web 2: branch main", "web 3: branch feat"]),
            ("latest", &["app 1: latest", "web 3: latest"]),
            ("app/latest", &["app 1: latest"]),
            ("nobody/latest", &[]),
            ("tag=prod", &["web 1: tag prod", "web 2: tag prod"]),
            ("latest-tag=prod", &["web 2: latest prod"]),
            ("latest-tag=none|prod", &["web 2: fallback prod"]),
            (
                "deployed",
                &["web 1: deployed production", "web 2: deployed test"],
            ),
            ("deployed=test", &["web 2: deployed test"]),
            ("released", &["app 1: released production"]),
            ("released=test", &[]),
            (
                "in-use",
                &[
                    "app 1: released production",
                    "web 1: deployed production",
                    "web 2: deployed test",
                ],
            ),
            (
                "env=production",
                &["app 1: released production", "web 1: deployed production"],
            ),
            (
                "main deployed=test latest-tag=prod",
                &["web 2: latest prod, deployed test, main main"],
            ),
            ("matching", &[]),
            (
                "",
                &[
                    "app 1: latest, released production",
                    "web 1: deployed production",
                    "web 2: deployed test, main main",
                ],
            ),
        ],
    )
    .await;
    let matching = VerificationRequest {
        provider_branch: Some(branch("feat")),
        ..asking("matching")
    };
    assert_eq!(
        told(&answer(&store, &matching).await),
        ["web 3: branch feat"]
    );
    let unknown = store
        .pacts_for_verification(&name("none"), &asking("main"))
        .await
        .unwrap();
    assert_eq!(unknown, None);
}

#[tokio::test]
async fn a_head_without_the_pact_gives_none_but_the_latest_goes_back_to_one_that_has_it() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    story
        .publishes_from("main", ("web", "1"), ("api", "one"))
        .await;
    story.is_tagged("web", "1", "prod").await;
    story.is_on("web", "2", "main").await;
    story.is_tagged("web", "2", "prod").await;
    check(
        &store,
        &[
            ("main", &[]),
            ("branch=main", &[]),
            ("latest-tag=prod", &[]),
            ("tag=prod", &["web 1: tag prod"]),
            ("latest", &["web 1: latest"]),
        ],
    )
    .await;
}

fn on_branch(name: &str) -> VerificationRequest {
    VerificationRequest {
        provider_branch: Some(branch(name)),
        include_pending: true,
        ..asking("latest")
    }
}

async fn is_pending(store: &Store, request: &VerificationRequest) -> bool {
    let pacts = answer(store, request).await;
    pacts[0].pending.as_ref().unwrap().is_pending
}

#[tokio::test]
async fn a_pact_is_pending_until_the_line_of_the_provider_verified_it() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    story.publishes("web", "1", "api", "one").await;
    story.is_on("api", "10", "main").await;
    story.is_on("api", "11", "old-feature").await;
    let anyone = VerificationRequest {
        include_pending: true,
        ..asking("latest")
    };
    assert!(is_pending(&store, &on_branch("main")).await);
    assert!(is_pending(&store, &anyone).await);
    story.verifies(("api", "10"), ("web", "one"), false).await;
    assert!(
        is_pending(&store, &on_branch("main")).await,
        "a failure verifies nothing"
    );
    story.verifies(("api", "10"), ("web", "one"), true).await;
    assert!(!is_pending(&store, &on_branch("main")).await);
    assert!(!is_pending(&store, &anyone).await);
    assert!(
        is_pending(&store, &on_branch("old-feature")).await,
        "that branch began before"
    );
    assert!(
        !is_pending(&store, &on_branch("unheard-of")).await,
        "a new branch takes over"
    );
    story.is_on("api", "12", "new-feature").await;
    assert!(!is_pending(&store, &on_branch("new-feature")).await);
}

#[tokio::test]
async fn tags_are_judged_each_on_its_own() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    story.publishes("web", "1", "api", "one").await;
    story.is_tagged("api", "10", "dev").await;
    story.is_tagged("api", "11", "prod").await;
    story.verifies(("api", "10"), ("web", "one"), true).await;
    let tagged = |tags: &[&str]| VerificationRequest {
        provider_tags: tags.iter().map(|text| tag(text)).collect(),
        include_pending: true,
        ..asking("latest")
    };
    assert!(!is_pending(&store, &tagged(&["dev"])).await);
    assert!(is_pending(&store, &tagged(&["prod"])).await);
    assert!(is_pending(&store, &tagged(&["dev", "prod"])).await);
    assert!(!is_pending(&store, &tagged(&["unheard-of"])).await);
}

#[tokio::test]
async fn work_in_progress_is_shown_until_it_was_verified_on_request() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    story
        .publishes_from("main", ("web", "1"), ("api", "one"))
        .await;
    story
        .publishes_from("feat", ("web", "2"), ("api", "two"))
        .await;
    story.publishes("web", "3", "api", "three").await;
    story.is_tagged("web", "3", "try").await;
    story.is_on("api", "10", "main").await;
    let since = |text: &str| VerificationRequest {
        include_wip_since: Some(Timestamp::parse(text).unwrap()),
        selectors: vec![selector("main")],
        ..on_branch("main")
    };
    let all = since("2020-01-01");
    let expected = [
        "web 1: main main",
        "web 2: branch feat (wip)",
        "web 3: branch try, latest try (wip)",
    ];
    assert_eq!(told(&answer(&store, &all).await), expected);
    assert!(
        answer(&store, &all)
            .await
            .iter()
            .all(|pact| pact.pending.as_ref().unwrap().is_pending)
    );
    assert_eq!(
        told(&answer(&store, &since("2999-01-01")).await),
        ["web 1: main main"]
    );

    let mut in_progress = result("10", true);
    in_progress.wip = true;
    let sha = content("two").sha().clone();
    store
        .record_verification(&name("web"), &name("api"), &sha, in_progress)
        .await
        .unwrap();
    assert_eq!(
        told(&answer(&store, &all).await),
        expected,
        "a success in progress changes nothing"
    );
    story.verifies(("api", "10"), ("web", "two"), true).await;
    assert_eq!(
        told(&answer(&store, &all).await),
        [expected[0], expected[2]]
    );
    let without_line = VerificationRequest {
        provider_branch: None,
        ..all
    };
    assert_eq!(
        told(&answer(&store, &without_line).await),
        ["web 1: main main"]
    );
}
