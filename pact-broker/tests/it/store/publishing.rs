//! Publishing, reading and verifying pacts.

use pact_broker::domain::pact::{
    OnConflict, PactAddress, PairScope, ProviderScope, PublishKind, PutPact,
};
use pact_broker::domain::text::PactSha;
use pact_broker::store::StoreError;

use super::empty_store;
use crate::support::scenario::{
    Scenario, branch, content, name, policy, request, result, tag, version,
};

#[tokio::test]
async fn a_published_pact_is_read_back_as_it_was_written() {
    let Some(store) = empty_store().await else {
        return;
    };
    let text = "{ \"interactions\" : [ {\"description\":\"é\",\"price\": 1.10, \"big\": 123456789012345678901234567890} ] }";
    let put = PutPact {
        consumer: name("web shop"),
        version: version("1.0/β"),
        provider: name("api"),
        content: pact_broker::domain::content::Content::read(text).unwrap(),
        on_conflict: OnConflict::Overwrite,
        policy: policy(),
    };
    let written = store.put_pact(put.clone()).await.unwrap();
    assert!(written.created);
    assert!(!store.put_pact(put).await.unwrap().created);
    let address = PactAddress::Version(version("1.0/β"));
    let pact = store
        .pact(&name("web shop"), &name("api"), &address)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(pact.content, text);
    assert_eq!(pact, written.value);
    let of_sha = PactAddress::Content(pact.publication.sha.clone());
    assert_eq!(
        store
            .pact(&name("web shop"), &name("api"), &of_sha)
            .await
            .unwrap(),
        Some(pact)
    );
    let unknown = PactAddress::Content(PactSha::parse("0000").unwrap());
    assert_eq!(
        store
            .pact(&name("web shop"), &name("api"), &unknown)
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn other_content_for_a_version_is_refused_and_nothing_of_the_request_stays() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    story.publishes("web", "1", "api", "one").await;
    let mut second = request("web", "1", &[("new-provider", "x"), ("api", "two")]);
    second.branch = Some(branch("main"));
    let Err(StoreError::ContentConflict(conflicts)) = store.publish(second.clone()).await else {
        panic!("expected a conflict");
    };
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].provider, name("api"));
    assert_eq!(conflicts[0].existing, content("one").text());
    assert_eq!(conflicts[0].refused, content("two").text());
    assert_eq!(
        store.pacticipant(&name("new-provider")).await.unwrap(),
        None
    );
    assert_eq!(
        store.branch(&name("web"), &branch("main")).await.unwrap(),
        None
    );

    second.policy.allow_modification = true;
    let published = store.publish(second).await.unwrap();
    let kinds: Vec<_> = published
        .contracts
        .iter()
        .map(|contract| contract.kind)
        .collect();
    assert_eq!(kinds, [PublishKind::New, PublishKind::Changed]);
    assert_eq!(published.contracts[1].publication.revision, 2);
    let again = story.publishes("web", "1", "api", "two").await;
    assert_eq!(again.contracts[0].kind, PublishKind::Unchanged);
}

#[tokio::test]
async fn names_that_look_alike_are_refused_where_that_is_asked() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    story.publishes("Order Web", "1", "api-gateway", "x").await;
    let mut near = request("order-web", "1", &[("api-gateway", "x")]);
    near.policy.check_duplicate_names = true;
    let Err(StoreError::DuplicateNames(duplicates)) = store.publish(near).await else {
        panic!("expected a refusal");
    };
    assert_eq!(duplicates.len(), 1);
    assert_eq!(duplicates[0].existing, [name("Order Web")]);
}

#[tokio::test]
async fn pacts_are_found_by_every_address() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    story
        .publishes_from("main", ("web", "1"), ("api", "one"))
        .await;
    story
        .publishes_from("feat/x", ("web", "2"), ("api", "two"))
        .await;
    story
        .publishes_from("main", ("web", "3"), ("api", "two"))
        .await;
    story.is_tagged("web", "1", "prod").await;
    story.is_tagged("web", "3", "dev").await;
    let find = async |address: PactAddress| {
        let pact = store
            .pact(&name("web"), &name("api"), &address)
            .await
            .unwrap();
        pact.map(|pact| pact.publication.consumer_version.to_string())
    };
    let sha = content("two").sha().clone();
    for (address, expected) in [
        (PactAddress::Latest, Some("3")),
        (PactAddress::LatestTagged(tag("prod")), Some("1")),
        (PactAddress::LatestTagged(tag("none")), None),
        (PactAddress::LatestUntagged, Some("2")),
        (PactAddress::LatestOnBranch(branch("feat/x")), Some("2")),
        (PactAddress::Content(sha.clone()), Some("3")),
        (PactAddress::ContentOfVersion(sha, version("2")), Some("2")),
        (PactAddress::PreviousDistinct(version("3")), Some("1")),
        (PactAddress::PreviousDistinct(version("1")), None),
        (PactAddress::Version(version("2")), Some("2")),
    ] {
        assert_eq!(
            find(address.clone()).await.as_deref(),
            expected,
            "{address:?}"
        );
    }
}

#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "one story told from its beginning to its end"
)]
async fn lists_of_pacts_keep_to_their_scope() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    story
        .publishes_from("main", ("web", "1"), ("api", "one"))
        .await;
    story
        .publishes_from("main", ("web", "2"), ("api", "two"))
        .await;
    story
        .publishes_from("feat", ("app", "1"), ("api", "three"))
        .await;
    story.is_on("web", "3", "main").await;
    story.is_tagged("web", "1", "prod").await;
    let pair = async |scope: PairScope| -> Vec<_> {
        let pacts = store
            .pair_pacts(&name("web"), &name("api"), &scope)
            .await
            .unwrap();
        pacts
            .iter()
            .map(|pact| pact.consumer_version.to_string())
            .collect()
    };
    assert_eq!(pair(PairScope::All).await, ["2", "1"]);
    assert_eq!(pair(PairScope::Branch(branch("main"))).await, ["2", "1"]);
    assert_eq!(pair(PairScope::MainBranch).await, ["2", "1"]);
    assert!(
        pair(PairScope::MainBranchHead).await.is_empty(),
        "the head has no pact"
    );
    assert!(pair(PairScope::BranchHead(branch("main"))).await.is_empty());
    assert_eq!(pair(PairScope::Tag(tag("prod"))).await, ["1"]);
    let of_provider = async |scope: ProviderScope| -> Vec<_> {
        let pacts = store
            .provider_pacts(&name("api"), &scope)
            .await
            .unwrap()
            .unwrap();
        pacts
            .iter()
            .map(|pact| format!("{} {}", pact.consumer, pact.consumer_version))
            .collect()
    };
    assert_eq!(
        of_provider(ProviderScope::All).await,
        ["app 1", "web 2", "web 1"]
    );
    assert_eq!(of_provider(ProviderScope::Latest).await, ["app 1", "web 2"]);
    assert_eq!(
        of_provider(ProviderScope::LatestTagged(tag("prod"))).await,
        ["web 1"]
    );
    assert_eq!(
        of_provider(ProviderScope::Tag(tag("prod"))).await,
        ["web 1"]
    );
    assert_eq!(
        of_provider(ProviderScope::MainBranch).await,
        ["web 2", "web 1"]
    );
    assert!(of_provider(ProviderScope::MainBranchHead).await.is_empty());
    assert_eq!(
        of_provider(ProviderScope::BranchHead(branch("feat"))).await,
        ["app 1"]
    );
    assert_eq!(
        of_provider(ProviderScope::Branch(branch("main"))).await,
        ["web 2", "web 1"]
    );
    assert_eq!(
        store
            .provider_pacts(&name("none"), &ProviderScope::All)
            .await
            .unwrap(),
        None
    );
    let latest = store.latest_pacts().await.unwrap();
    assert_eq!(latest.len(), 2);
    assert!(
        store
            .delete_pair_pacts(&name("web"), &name("api"), &PairScope::Tag(tag("prod")))
            .await
            .unwrap()
    );
    assert_eq!(pair(PairScope::All).await, ["2"]);
    assert!(
        store
            .delete_pact(&name("web"), &version("2"), &name("api"))
            .await
            .unwrap()
    );
    assert!(
        !store
            .delete_pact(&name("web"), &version("2"), &name("api"))
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn a_result_belongs_to_the_content_and_so_to_every_version_that_published_it() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    story.publishes("web", "1", "api", "one").await;
    let first = story.verifies(("api", "7"), ("web", "one"), true).await;
    let second = story.verifies(("api", "7"), ("web", "one"), false).await;
    assert!(second.verification.id > first.verification.id);
    story.publishes("web", "2", "api", "one").await;
    let address = PactAddress::Version(version("2"));
    let latest = store
        .latest_verification(&name("web"), &name("api"), &address)
        .await
        .unwrap();
    assert_eq!(latest.as_ref(), Some(&store_detail(&store, &second).await));
    let sha = content("one").sha().clone();
    let number = second.verification.id;
    assert!(
        store
            .delete_verification(&name("web"), &name("api"), &sha, number)
            .await
            .unwrap()
    );
    let summary = store
        .verification_summary(&name("web"), &version("1"))
        .await
        .unwrap()
        .unwrap();
    assert!(summary.success());
    let unknown = content("never published").sha().clone();
    let recorded = store
        .record_verification(&name("web"), &name("api"), &unknown, result("1", true))
        .await;
    assert_eq!(recorded.unwrap(), None);
}

async fn store_detail(
    store: &pact_broker::store::Store,
    detail: &pact_broker::domain::verification::VerificationDetail,
) -> pact_broker::domain::verification::VerificationDetail {
    let verification = &detail.verification;
    store
        .verification(
            &verification.consumer,
            &verification.provider,
            &verification.sha,
            verification.id,
        )
        .await
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn deleting_an_integration_leaves_other_pairs_alone() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    story.publishes("web", "1", "api", "one").await;
    story.publishes("web", "2", "other", "two").await;
    assert_eq!(store.integrations(None, None).await.unwrap().total, 2);
    assert_eq!(
        store.integrations(Some("OTH"), None).await.unwrap().total,
        1
    );
    assert!(
        store
            .delete_integration(&name("web"), &name("api"))
            .await
            .unwrap()
    );
    assert_eq!(store.pacticipant(&name("api")).await.unwrap(), None);
    assert_eq!(store.version_numbers(&[]).await.unwrap().len(), 0);
    let left = store
        .pair_pacts(&name("web"), &name("other"), &PairScope::All)
        .await
        .unwrap();
    assert_eq!(left.len(), 1);
    assert!(
        !store
            .delete_integration(&name("web"), &name("api"))
            .await
            .unwrap()
    );
    store.delete_all_integrations().await.unwrap();
    assert_eq!(store.pacticipants(None, None, None).await.unwrap().total, 0);
}
