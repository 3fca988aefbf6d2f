//! The matrix: a story, then questions with the decision and the reasons.

use pact_broker::store::Store;

use super::empty_store;
use crate::support::question::{question, rows, told};
use crate::support::scenario::Scenario;

#[track_caller]
fn same(text: &str, actual: &str, expected: &str) {
    assert_eq!(actual, expected, "{text}");
}

async fn check(store: &Store, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let matrix = store.matrix(&question(text)).await.unwrap();
        same(text, &told(&matrix), expected);
    }
}

/// Consumer `web`, provider `api`, which consumes `auth`; `old` is a consumer in production only.
async fn shop(story: &Scenario<'_>) {
    let production = story.environment("production").await;
    let test = story.environment("test").await;
    story
        .publishes_from("main", ("web", "1"), ("api", "one"))
        .await;
    story
        .publishes_from("main", ("web", "2"), ("api", "two"))
        .await;
    story
        .publishes_from("main", ("old", "1"), ("api", "old"))
        .await;
    story.is_on("api", "10", "main").await;
    story.is_on("api", "11", "main").await;
    story.verifies(("api", "10"), ("web", "one"), true).await;
    story.verifies(("api", "10"), ("web", "two"), false).await;
    story.verifies(("api", "11"), ("web", "two"), true).await;
    story.verifies(("api", "10"), ("old", "old"), true).await;
    story.is_deployed("api", "10", &production).await;
    story.is_deployed("api", "11", &test).await;
    story.is_deployed("web", "1", &production).await;
    story.is_deployed("old", "1", &production).await;
    story.is_tagged("api", "10", "live").await;
    story.is_on("lonely", "1", "main").await;
}

#[tokio::test]
async fn a_version_can_go_where_its_contracts_are_verified() {
    let Some(store) = empty_store().await else {
        return;
    };
    shop(&Scenario { store: &store }).await;
    check(
        &store,
        &[
            ("web@1 to:env=production by=cvpv", "Yes: all_verified"),
            ("web@2 to:env=production by=cvpv", "No: failed"),
            ("web@2 to:env=test by=cvpv", "Yes: all_verified"),
            ("web@1 to:env=test by=cvpv", "Unknown: unverified"),
            ("web@3 to:env=test by=cvpv", "No: version_does_not_exist"),
            ("old@1 to:env=test by=cvpv", "Unknown: unverified"),
            ("api@10 to:env=production by=cvpv", "Yes: all_verified"),
            (
                "api@11 to:env=production by=cvpv",
                "Unknown: unverified, unverified",
            ),
            ("api@10 to:env=test by=cvpv", "Yes: no_dependencies"),
            ("lonely@1 to:env=production by=cvpv", "Yes: no_dependencies"),
            ("web@1 to:latest-tag=live by=cvp", "Yes: all_verified"),
            ("web@2 to:tag=live by=cvp", "No: failed"),
            ("web@2 to:main-head by=cvp", "Yes: all_verified"),
            ("web@2 to:main by=cvpv", "No: failed"),
            (
                "web@2 to:latest by=cvp",
                "Yes: no_destination, all_verified",
            ),
            ("web@2 to:latest-tag=none by=cvp", "Unknown: unverified"),
        ],
    )
    .await;
}

#[tokio::test]
async fn versions_are_chosen_in_every_way() {
    let Some(store) = empty_store().await else {
        return;
    };
    shop(&Scenario { store: &store }).await;
    check(
        &store,
        &[
            ("web@1 api@10", "Yes: all_verified"),
            ("web@2 api@10", "No: failed"),
            (
                "web:latest api:latest",
                "Yes: no_version_number, all_verified",
            ),
            (
                "web:head=main api:latest-tag=live",
                "No: no_version_number, failed",
            ),
            ("web:branch=main api@11 by=cvpv", "Unknown: unverified"),
            (
                "web:main-head api:main-head",
                "Yes: no_version_number, all_verified",
            ),
            (
                "web:env=production api:env=production",
                "Yes: no_version_number, all_verified",
            ),
            ("web:tag=none api@10", "No: version_does_not_exist"),
            ("web api", "No: failed"),
            ("web api by=cvp", "Yes: all_verified"),
            ("web api by=cp", "Yes: all_verified"),
            ("web", "No: no_destination, failed"),
            ("api@10", "No: no_destination, failed"),
            ("web api success=true", "Yes: all_verified"),
            ("web api success=none", "Unknown: unverified"),
            ("web api limit=1", "Yes: all_verified"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_decision_counts_the_rows_that_are_not_shown() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    let shops = ["web", "old", "new"];
    let production = story.environment("production").await;
    for (shop, passes) in shops.into_iter().zip([false, true, true]) {
        story.publishes(shop, "1", "api", "one").await;
        story.verifies(("api", "1"), (shop, "one"), passes).await;
        story.is_deployed(shop, "1", &production).await;
    }
    for (text, expected) in [
        ("api@1 to:env=production by=cvpv limit=1", "No: failed"),
        ("api@1 by=cvpv limit=1", "No: no_destination, failed"),
        ("api@1 web@1 by=cvpv limit=1", "No: failed"),
    ] {
        let matrix = store.matrix(&question(text)).await.unwrap();
        same(text, &told(&matrix), expected);
        assert_eq!(matrix.rows.len(), 1, "{text}");
    }
    let text = "api@1 to:env=production by=cvpv limit=2 ignore:web";
    let matrix = store.matrix(&question(text)).await.unwrap();
    assert_eq!(told(&matrix), "Yes: all_verified");
    assert_eq!(rows(&matrix), ["new 1 api 1 ok", "old 1 api 1 ok"]);
    assert_eq!(
        (matrix.verdict.success, matrix.verdict.ignored),
        (2, Some(1))
    );
}

#[tokio::test]
async fn what_is_ignored_is_shown_last_and_does_not_count() {
    let Some(store) = empty_store().await else {
        return;
    };
    shop(&Scenario { store: &store }).await;
    check(
        &store,
        &[
            (
                "api@11 to:env=production by=cvpv ignore:web ignore:old",
                "Yes: no_dependencies",
            ),
            (
                "api@11 to:env=production by=cvpv ignore:web",
                "Unknown: unverified",
            ),
            (
                "web@2 to:env=production by=cvpv ignore:api@10",
                "Yes: no_dependencies",
            ),
            (
                "web@2 to:env=production by=cvpv ignore:api@11",
                "No: failed",
            ),
            (
                "web@2 to:env=test by=cvpv ignore:nobody",
                "Yes: ignored_is_unknown, all_verified",
            ),
            (
                "web@2 to:env=test by=cvpv ignore:api@99",
                "Yes: ignored_is_unknown, all_verified",
            ),
        ],
    )
    .await;
    let matrix = store
        .matrix(&question("api@10 web by=cvpv ignore:web@1"))
        .await
        .unwrap();
    assert_eq!(
        rows(&matrix),
        ["web 2 api 10 failed", "web 1 api 10 ok ignored"]
    );
    assert_eq!(matrix.verdict.ignored, Some(1));
}

#[tokio::test]
async fn a_content_published_again_is_verified_already() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    shop(&story).await;
    story.publishes("web", "3", "api", "two").await;
    check(
        &store,
        &[("web@3 to:env=test by=cvpv", "Yes: all_verified")],
    )
    .await;
}

#[tokio::test]
async fn of_several_results_the_last_counts_only_when_that_is_asked() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    shop(&story).await;
    story.verifies(("api", "11"), ("web", "two"), false).await;
    let matrix = store.matrix(&question("web@2 api@11")).await.unwrap();
    assert_eq!(rows(&matrix), ["web 2 api 11 failed", "web 2 api 11 ok"]);
    let matrix = store
        .matrix(&question("web@2 api@11 by=cvpv"))
        .await
        .unwrap();
    assert_eq!(rows(&matrix), ["web 2 api 11 failed"]);
    let matrix = store.matrix(&question("web@2 api by=cvp")).await.unwrap();
    assert_eq!(rows(&matrix), ["web 2 api 11 failed"]);
    let matrix = store.matrix(&question("web@2 api by=cvpv")).await.unwrap();
    assert_eq!(
        rows(&matrix),
        ["web 2 api 11 failed", "web 2 api 10 failed"]
    );
}

#[tokio::test]
async fn every_supported_release_counts() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    shop(&story).await;
    let store_front = story.environment("store").await;
    story.is_released("api", "10", &store_front).await;
    story.is_released("api", "11", &store_front).await;
    check(&store, &[("web@2 to:env=store by=cvpv", "No: failed")]).await;
    check(
        &store,
        &[("web@2 to:env=store by=cvp", "Yes: all_verified")],
    )
    .await;
}

#[tokio::test]
async fn reasons_read_as_sentences() {
    let Some(store) = empty_store().await else {
        return;
    };
    shop(&Scenario { store: &store }).await;
    for (text, expected) in [
        (
            "web@2 to:env=production by=cvpv",
            "The verification for the pact between version 2 of web and the version of api currently in production (10) failed",
        ),
        (
            "web@1 to:env=test by=cvpv",
            "There is no verified pact between version 1 of web and the version of api currently in test (11)",
        ),
        (
            "web@1 to:latest-tag=none by=cvp",
            "There is no verified pact between version 1 of web and the latest version of api with tag none (no such version exists)",
        ),
        (
            "web@9 api@10",
            "No pacts or verifications have been published for version 9 of web",
        ),
        ("web:tag=x api@10", "No version of web with tag x exists"),
    ] {
        let matrix = store.matrix(&question(text)).await.unwrap();
        let reason = matrix.verdict.reasons.last().unwrap().to_string();
        same(text, &reason, expected);
    }
}

/// The last rows of a list are those of the whole list that something happened to last, however few
/// are asked for, whatever was verified again or published anew, and however old its contract is.
#[tokio::test]
async fn a_short_list_is_the_end_of_the_long_one() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    for number in 0..12 {
        let (version, content) = (number.to_string(), format!("content {}", number / 3));
        story.publishes("web", &version, "api", &content).await;
        if number % 4 != 3 {
            let run = format!("{}", number % 5);
            let contract = format!("content {}", number / 5);
            story
                .verifies(("api", &run), ("web", &contract), number % 2 == 0)
                .await;
        }
        // What `web` provides is on its list, too.
        story.publishes("app", &version, "web", &content).await;
    }
    for number in [3, 0, 2] {
        let (run, contract) = (number.to_string(), format!("content {number}"));
        story
            .verifies(("web", &run), ("app", &contract), true)
            .await;
        story
            .verifies(("api", &run), ("web", &contract), true)
            .await;
    }
    for list in [
        "api",
        "web",
        "web by=cvpv",
        "api by=cvpv",
        "app by=cp",
        "web by=cvp",
    ] {
        let all = store.matrix(&question(&format!("{list} limit=1000"))).await;
        // Of grouped rows it depends on the limit which are grouped.
        let is_grouped = list.contains("by=") && !list.ends_with("cvpv");
        let mut all = all.unwrap().rows;
        all.sort_by_key(|row| {
            let run = row.verification.as_ref().map(|run| run.id.0);
            let published = row.publication.id.0;
            std::cmp::Reverse((published.max(run.unwrap_or(0)), published, run))
        });
        for limit in 1..=all.len() + 1 {
            let asked = store
                .matrix(&question(&format!("{list} limit={limit}")))
                .await;
            let asked = asked.unwrap().rows;
            let missing = { asked.iter() }.filter(|row| !all.contains(row)).count();
            assert!(is_grouped || missing == 0, "{list} limit={limit}");
            if !is_grouped {
                let end = &all[..limit.min(all.len())];
                assert!(
                    end.iter().all(|row| asked.contains(row)),
                    "{list} limit={limit}"
                );
                assert_eq!(asked.len(), end.len(), "{list} limit={limit}");
            }
        }
        assert!(all.len() > 8 || is_grouped, "{list}: {}", all.len());
    }
}
