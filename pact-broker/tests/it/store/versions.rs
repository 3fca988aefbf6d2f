//! Pacticipants, versions, branches, tags and environments.

use pact_broker::domain::environment::{DeploymentFilter, ReleaseFilter};
use pact_broker::domain::pact::MarkingPolicy;
use pact_broker::domain::pacticipant::{Change, PacticipantChange};
use pact_broker::domain::text::LabelName;
use pact_broker::domain::version::{VersionAddress, VersionChange, VersionScope};
use pact_broker::store::{Ambient, Page, Store, StoreError};

use super::empty_store;
use crate::support::scenario::{Scenario, branch, name, tag, version};

async fn number_at(store: &Store, address: VersionAddress) -> Option<String> {
    let version = store.version(&name("web"), &address).await.unwrap();
    version.map(|detail| detail.version.number.to_string())
}

#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "one story told from its beginning to its end"
)]
async fn a_pacticipant_is_created_changed_labelled_and_deleted() {
    let Some(store) = empty_store().await else {
        return;
    };
    let change = PacticipantChange {
        repository_url: Change::Set(Some("https://example.org".to_owned())),
        ..PacticipantChange::default()
    };
    let made = store
        .update_pacticipant(&name("order-web"), change)
        .await
        .unwrap();
    assert!(made.created);
    assert_eq!(made.value.pacticipant.display_name, "Order Web");
    let main = PacticipantChange {
        main_branch: Change::Set(Some(branch("trunk"))),
        ..PacticipantChange::default()
    };
    let changed = store
        .update_pacticipant(&name("order-web"), main)
        .await
        .unwrap();
    assert!(!changed.created);
    assert_eq!(changed.value.pacticipant.main_branch, Some(branch("trunk")));
    assert_eq!(
        changed.value.pacticipant.repository_url.as_deref(),
        Some("https://example.org")
    );
    let label = LabelName::parse("web").unwrap();
    assert!(
        store
            .put_label(&name("order-web"), &label)
            .await
            .unwrap()
            .created
    );
    assert!(
        !store
            .put_label(&name("order-web"), &label)
            .await
            .unwrap()
            .created
    );
    assert_eq!(
        store
            .pacticipants(None, Some(&label), None)
            .await
            .unwrap()
            .total,
        1
    );
    assert_eq!(
        store
            .pacticipants(Some("RDER"), None, None)
            .await
            .unwrap()
            .total,
        1
    );
    assert_eq!(
        store
            .pacticipants(Some("x"), None, None)
            .await
            .unwrap()
            .total,
        0
    );
    assert!(
        store
            .delete_label(&name("order-web"), &label)
            .await
            .unwrap()
    );
    assert!(store.delete_pacticipant(&name("order-web")).await.unwrap());
    assert!(!store.delete_pacticipant(&name("order-web")).await.unwrap());
}

#[tokio::test]
async fn versions_are_ordered_by_appearance_and_found_by_their_marks() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    story.is_on("web", "10", "main").await;
    story.is_on("web", "9", "feat/x").await;
    story.is_tagged("web", "10", "prod").await;
    assert_eq!(
        number_at(&store, VersionAddress::Latest).await.as_deref(),
        Some("9")
    );
    story.is_on("web", "10", "feat/x").await;
    let head = VersionAddress::LatestOnBranch(branch("feat/x"));
    assert_eq!(
        number_at(&store, head.clone()).await.as_deref(),
        Some("10"),
        "the last added is the head"
    );
    story.is_on("web", "9", "feat/x").await;
    assert_eq!(
        number_at(&store, head.clone()).await.as_deref(),
        Some("10"),
        "adding again changes nothing"
    );
    assert!(
        store
            .delete_version(&name("web"), &version("10"))
            .await
            .unwrap()
    );
    assert_eq!(
        number_at(&store, head).await.as_deref(),
        Some("9"),
        "the head falls back"
    );
    assert_eq!(
        number_at(&store, VersionAddress::LatestTagged(tag("prod"))).await,
        None
    );
    let on_branch = VersionScope::Branch(branch("feat/x"));
    let page = Page { number: 1, size: 1 };
    let listed = store
        .versions(&name("web"), &on_branch, Some(page))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((listed.items.len(), listed.total), (1, 1));
    let unknown = VersionScope::Branch(branch("none"));
    assert_eq!(
        store.versions(&name("web"), &unknown, None).await.unwrap(),
        None
    );
}

#[tokio::test]
async fn the_first_tag_is_the_branch_and_a_candidate_becomes_the_main_branch() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    story.is_tagged("web", "1", "master").await;
    let detail = store
        .version(&name("web"), &VersionAddress::Number(version("1")))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(detail.branches[0].branch, branch("master"));
    assert!(detail.branches[0].head && detail.tags[0].latest);
    story.is_tagged("web", "1", "main").await;
    let web = store.pacticipant(&name("web")).await.unwrap().unwrap();
    assert_eq!(
        web.pacticipant.main_branch,
        Some(branch("master")),
        "the first candidate stays"
    );
    assert_eq!(
        store.branch(&name("web"), &branch("main")).await.unwrap(),
        None
    );
    let cleared = store
        .delete_branches_except(&name("web"), &[])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (cleared.deleted.len(), cleared.kept),
        (0, vec![branch("master")])
    );
}

#[tokio::test]
async fn putting_a_version_replaces_its_build_and_its_tags() {
    let Some(store) = empty_store().await else {
        return;
    };
    let change = |url: &str, tags: &[&str]| VersionChange {
        build_url: Change::Set(Some(url.to_owned())),
        tags: Some(tags.iter().map(|text| tag(text)).collect()),
    };
    let marking = MarkingPolicy::standard();
    let (web, one) = (name("web"), version("1"));
    let made = store
        .put_version(&web, &one, change("u1", &["a", "b"]), &marking)
        .await
        .unwrap();
    assert!(made.created);
    let made = store
        .put_version(&web, &one, change("u2", &["b", "c"]), &marking)
        .await
        .unwrap();
    assert!(!made.created);
    let tags: Vec<_> = made
        .value
        .tags
        .iter()
        .map(|tag| tag.name.as_str())
        .collect();
    assert_eq!(tags, ["b", "c"]);
    assert_eq!(made.value.version.build_url.as_deref(), Some("u2"));
}

#[tokio::test]
async fn a_deployment_replaces_what_ran_in_its_slot() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    let test = story.environment("test").await;
    for number in ["1", "2"] {
        story.is_on("web", number, "main").await;
    }
    let first = story.is_deployed("web", "1", &test).await;
    assert_eq!(
        story.is_deployed("web", "1", &test).await,
        first,
        "deployed again, it is the same row"
    );
    let second = story.is_deployed("web", "2", &test).await;
    let blue = store
        .record_deployment(&name("web"), &version("1"), &test, Some("blue".to_owned()))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(blue.application_instance.as_deref(), Some("blue"));
    let ended = store.deployed_version(&first).await.unwrap().unwrap();
    assert!(!ended.currently_deployed && ended.undeployed_at.is_some());
    let current = store
        .currently_deployed(&test, &DeploymentFilter::default())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        current.iter().map(|row| &row.uuid).collect::<Vec<_>>(),
        [&blue.uuid, &second]
    );
    let without_instance = DeploymentFilter {
        application_instance: Some(None),
        ..DeploymentFilter::default()
    };
    let current = store
        .currently_deployed(&test, &without_instance)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(current.len(), 1);
    let again = story.is_deployed("web", "1", &test).await;
    assert_ne!(again, first, "deployed anew, it is a new row");
    let undeployed = store.undeploy(&again).await.unwrap().unwrap();
    assert!(!undeployed.currently_deployed && undeployed.undeployed_at.is_some());
    assert_eq!(
        store
            .deployed_versions(&name("web"), &version("1"), &test)
            .await
            .unwrap()
            .unwrap()
            .len(),
        3
    );
    assert_eq!(
        store
            .deployed_versions(&name("web"), &version("9"), &test)
            .await
            .unwrap(),
        None
    );
    assert!(store.delete_environment(&test).await.unwrap());
    assert_eq!(store.deployed_version(&second).await.unwrap(), None);
}

#[tokio::test]
async fn a_release_is_supported_until_it_ends_and_again_when_released_again() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    let test = story.environment("test").await;
    story.is_on("web", "1", "main").await;
    let uuid = story.is_released("web", "1", &test).await;
    assert!(
        !store
            .end_support(&uuid)
            .await
            .unwrap()
            .unwrap()
            .currently_supported()
    );
    let current = async || {
        store
            .currently_supported(&test, &ReleaseFilter::default())
            .await
            .unwrap()
            .unwrap()
            .len()
    };
    assert_eq!(current().await, 0);
    assert_eq!(story.is_released("web", "1", &test).await, uuid);
    assert_eq!(current().await, 1);
}

#[tokio::test]
async fn the_name_of_an_environment_is_its_own() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    story.environment("test").await;
    let error = story.try_environment("test").await.unwrap_err();
    assert!(
        matches!(error, StoreError::EnvironmentNameTaken { .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_tag_named_like_an_environment_is_a_deployment() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    let test = story.environment("test").await;
    story.is_tagged("web", "1", "test").await;
    let current = store
        .currently_deployed(&test, &DeploymentFilter::default())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(current.len(), 1);
}

#[tokio::test]
async fn a_store_opened_again_has_what_was_written() {
    let Some(store) = empty_store().await else {
        return;
    };
    Scenario { store: &store }.is_on("web", "1", "main").await;
    store.close().await;
    let again = Store::open(&store.url, Ambient::system()).await.unwrap();
    assert_eq!(
        number_at(&again, VersionAddress::Latest).await.as_deref(),
        Some("1")
    );
    again.ping().await.unwrap();
}
