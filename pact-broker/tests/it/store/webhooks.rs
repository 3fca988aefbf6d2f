//! Webhooks, the calls owed for events, and the overview of pairs.

use pact_broker::domain::text::{LabelName, Uuid};
use pact_broker::domain::verification::PairStatus;
use pact_broker::domain::webhook::{
    DeliveryStatus, EventKind, WebhookAttributes, WebhookRequest, WebhookScope, WebhookSide,
    WebhookStatus,
};
use pact_broker::store::StoreError;

use super::empty_store;
use crate::support::scenario::{Scenario, name, request, version};

fn webhook(
    consumer: WebhookSide,
    provider: WebhookSide,
    events: &[EventKind],
) -> WebhookAttributes {
    WebhookAttributes {
        description: None,
        consumer,
        provider,
        enabled: true,
        events: events.to_vec(),
        request: WebhookRequest {
            method: "POST".to_owned(),
            url: "https://ci.example.org/build".to_owned(),
            headers: vec![("accept".to_owned(), "*/*".to_owned())],
            body: Some("{\"a\":1}".to_owned()),
            body_is_json: true,
            username: None,
            password: Some("secret".to_owned()),
        },
    }
}

#[tokio::test]
async fn a_webhook_is_created_replaced_listed_by_scope_and_deleted() {
    let Some(store) = empty_store().await else {
        return;
    };
    Scenario { store: &store }
        .publishes("web", "1", "api", "one")
        .await;
    let any = WebhookSide::Any;
    let changed = [EventKind::ContractContentChanged];
    let global = store
        .create_webhook(webhook(any.clone(), any.clone(), &changed))
        .await
        .unwrap();
    assert_eq!(
        store.webhook(&global.uuid).await.unwrap().as_ref(),
        Some(&global)
    );
    let uuid = Uuid::parse("client-chosen-uuid").unwrap();
    let named = |text: &str| WebhookSide::Named(name(text));
    let of_pair = webhook(named("web"), named("api"), &EventKind::ALL);
    assert!(
        store
            .put_webhook(&uuid, of_pair.clone())
            .await
            .unwrap()
            .created
    );
    let again = store
        .put_webhook(
            &uuid,
            WebhookAttributes {
                enabled: false,
                ..of_pair
            },
        )
        .await
        .unwrap();
    assert!(!again.created && !again.value.attributes.enabled);
    assert!(again.value.updated_at > again.value.created_at);
    assert_eq!(again.value.attributes.events.len(), 6);
    for (scope, expected) in [
        (WebhookScope::All, 2),
        (
            WebhookScope::Pair {
                consumer: name("web"),
                provider: name("api"),
            },
            1,
        ),
        (WebhookScope::Consumer(name("web")), 0),
        (WebhookScope::Provider(name("api")), 0),
    ] {
        assert_eq!(
            store.webhooks(&scope).await.unwrap().len(),
            expected,
            "{scope:?}"
        );
    }
    let unknown = store
        .create_webhook(webhook(named("nobody"), any, &changed))
        .await
        .unwrap_err();
    assert!(
        matches!(unknown, StoreError::UnknownPacticipant { .. }),
        "{unknown}"
    );
    assert!(store.delete_webhook(&uuid).await.unwrap());
    assert!(!store.delete_webhook(&uuid).await.unwrap());
}

#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "one story told from its beginning to its end"
)]
async fn a_publication_owes_a_call_to_each_webhook_that_waits_for_it() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    let label = LabelName::parse("team-a").unwrap();
    store.put_label(&name("web"), &label).await.unwrap();
    let production = story.environment("production").await;
    story.is_on("api", "9", "main").await;
    story.is_deployed("api", "9", &production).await;
    let required = EventKind::ContractRequiringVerificationPublished;
    let labelled = webhook(WebhookSide::Labelled(label), WebhookSide::Any, &[required]);
    store.create_webhook(labelled).await.unwrap();
    let mut sleeping = webhook(WebhookSide::Any, WebhookSide::Any, &EventKind::ALL);
    sleeping.enabled = false;
    store.create_webhook(sleeping).await.unwrap();

    let mut publish = request("web", "1", &[("api", "one")]);
    publish.build_url = Some("https://ci/1".to_owned());
    let published = store.publish(publish).await.unwrap();
    let contract = &published.contracts[0];
    assert!(contract.webhooks_exist);
    assert_eq!(contract.triggered.len(), 1);
    let triggered = &contract.triggered[0];
    assert_eq!(triggered.event, required);
    assert_eq!(triggered.status, DeliveryStatus::NotRun);
    assert_eq!(triggered.description, "POST ci.example.org");
    assert_eq!(
        triggered.context.consumer_version_number.as_deref(),
        Some("1")
    );
    assert_eq!(
        triggered.context.provider_version_number.as_deref(),
        Some("9")
    );
    assert_eq!(triggered.context.build_url.as_deref(), Some("https://ci/1"));
    assert_eq!(
        triggered.context.provider_version_descriptions,
        ["latest from main branch", "deployed in production"]
    );
    let listed = store
        .triggered_webhooks_of_pact(&name("web"), &version("1"), &name("api"))
        .await
        .unwrap();
    assert_eq!(listed.as_deref(), Some(&contract.triggered[..]));
    assert_eq!(
        store
            .triggered_webhook(&triggered.uuid)
            .await
            .unwrap()
            .as_ref(),
        Some(triggered)
    );
    assert!(
        store
            .webhook_executions(&triggered.uuid)
            .await
            .unwrap()
            .is_empty()
    );
    let latest = store
        .latest_triggered_webhooks(&name("web"), &name("api"))
        .await
        .unwrap();
    assert_eq!(latest.len(), 1);

    story.verifies(("api", "9"), ("web", "one"), false).await;
    let again = story.publishes("web", "2", "api", "one").await;
    assert!(
        again.contracts[0].triggered.is_empty(),
        "a failure is a result too"
    );
    let other = story.publishes("app", "1", "api", "one").await;
    assert!(
        other.contracts[0].triggered.is_empty(),
        "the label is not on that consumer"
    );
}

#[tokio::test]
async fn a_result_owes_calls_for_its_publication_and_its_outcome() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    story.publishes("web", "1", "api", "one").await;
    let events = [
        EventKind::ProviderVerificationPublished,
        EventKind::ProviderVerificationFailed,
    ];
    store
        .create_webhook(webhook(WebhookSide::Any, WebhookSide::Any, &events))
        .await
        .unwrap();
    let result = story
        .verifies(("api", "9"), ("web", "one"), false)
        .await
        .verification;
    let triggered = store
        .triggered_webhooks_of_verification(&name("web"), &name("api"), &result.sha, result.id)
        .await
        .unwrap()
        .unwrap();
    let told: Vec<_> = triggered.iter().map(|one| one.event).collect();
    assert_eq!(told, [events[1], events[0]], "newest first");
    story.verifies(("api", "9"), ("web", "one"), true).await;
    let rows = store.dashboard(None, None).await.unwrap();
    assert_eq!(rows.total, 1);
    assert_eq!(rows.items[0].webhook_status, WebhookStatus::NotRun);
}

#[tokio::test]
async fn the_dashboard_tells_how_each_pair_stands() {
    let Some(store) = empty_store().await else {
        return;
    };
    let story = Scenario { store: &store };
    story.publishes("web", "1", "api", "one").await;
    story.publishes("app", "1", "api", "app").await;
    story.publishes("old", "1", "api", "old").await;
    story.verifies(("api", "9"), ("web", "one"), true).await;
    story.verifies(("api", "9"), ("app", "app"), false).await;
    story.is_tagged("web", "1", "prod").await;
    story.publishes("web", "2", "api", "two").await;
    let told: Vec<_> = store
        .dashboard(None, None)
        .await
        .unwrap()
        .items
        .iter()
        .map(|row| {
            let publication = &row.publication;
            (
                publication.consumer.to_string(),
                publication.consumer_version.to_string(),
                row.status,
            )
        })
        .collect();
    let row =
        |consumer: &str, version: &str, status| (consumer.to_owned(), version.to_owned(), status);
    assert_eq!(
        told,
        [
            row("web", "2", PairStatus::Stale),
            row("app", "1", PairStatus::Failed),
            row("web", "1", PairStatus::Success),
            row("old", "1", PairStatus::Never),
        ]
    );
    let pair = (&name("app"), &name("api"));
    assert_eq!(store.dashboard(Some(pair), None).await.unwrap().total, 1);
    let metrics = store.metrics().await.unwrap();
    assert_eq!(
        (
            metrics.pacticipants,
            metrics.integrations,
            metrics.publications
        ),
        (4, 3, 4)
    );
    assert_eq!(
        (metrics.verifications, metrics.successes, metrics.failures),
        (2, 1, 1)
    );
    assert_eq!(metrics.latest_interactions, 3);
}
