//! A broker with a past, told by a clock that never shows a second twice.

use std::sync::atomic::{AtomicI64, Ordering};

use pact_broker::domain::content::Content;
use pact_broker::domain::pact::{MarkingPolicy, OnConflict, PutPact};
use pact_broker::domain::pacticipant::{Change, PacticipantChange};
use pact_broker::domain::text::{LabelName, Uuid};
use pact_broker::domain::time::Timestamp;
use pact_broker::domain::verification::VerifiedBy;
use pact_broker::domain::version::VersionChange;
use pact_broker::store::{Ambient, Store};
use serde_json::json;

use crate::support::TestBroker;
use crate::support::database::{TestStore, on_sqlite_with};
use crate::support::scenario::{Scenario, branch, content, name, policy, result, version};

/// The other broker.
pub(super) struct Source {
    pub(super) broker: TestBroker,
    /// The environments `test` and `production`.
    pub(super) environments: Vec<Uuid>,
    _store: TestStore,
}

/// A pact whose text tells whether it was kept: long numbers, keys out of order, an `_id` of its own.
pub(super) const ODD: &str = r#"{"zeta":{"b":1.50,"a":[1e2,123456789012345678901234567890]},"provider":{"name":"order-api"},"consumer":{"name":"order-web"},"interactions":[{"_id":"mine","response":{"status":200,"body":{"ü":"é\n","n":1.0}},"request":{"path":"/odd","method":"GET"},"description":"odd <b>"},{"description":"plain","request":{"method":"GET","path":"/"},"response":{"status":204}}],"metadata":{"pactSpecification":{"version":"3.0.0"}}}"#;

/// A clock that began two days ago and goes on by seven seconds with each look.
fn clock() -> Ambient {
    let looks = AtomicI64::new(0);
    let began = 2 * 24 * 60 * 60;
    Ambient::system().with_clock(move || {
        let look = looks.fetch_add(1, Ordering::Relaxed);
        Timestamp::now().seconds_earlier(began - 7 * look)
    })
}

pub(super) async fn with_a_past() -> Source {
    let store = on_sqlite_with(clock()).await.unwrap();
    let environments = told(&store).await;
    store.close().await;
    let url = store.url.clone();
    let broker = TestBroker::with(|config| {
        config.database_url = url;
        config.check_for_potential_duplicate_pacticipant_names = false;
    })
    .await;
    add_webhooks(&broker).await;
    Source {
        broker,
        environments,
        _store: store,
    }
}

/// A broker in which a pact was overwritten, after the first revision had a result.
pub(super) async fn with_a_revision() -> Source {
    let store = on_sqlite_with(clock()).await.unwrap();
    overwritten(&store).await;
    store.close().await;
    let url = store.url.clone();
    Source {
        broker: TestBroker::with(|config| config.database_url = url).await,
        environments: Vec::new(),
        _store: store,
    }
}

/// A version whose pact got other content.
async fn overwritten(store: &Store) {
    for word in ["first", "second"] {
        let mut policy = policy();
        policy.allow_modification = true;
        let pact = PutPact {
            consumer: name("order-web"),
            version: version("twice"),
            provider: name("mail"),
            content: content(word),
            on_conflict: OnConflict::Overwrite,
            policy,
        };
        store.put_pact(pact).await.unwrap();
        let scenario = Scenario { store };
        let mail = ("mail", "7");
        scenario.verifies(mail, ("order-web", word), true).await;
    }
}

async fn told(store: &Store) -> Vec<Uuid> {
    let scenario = Scenario { store };
    let test = scenario.environment("test").await;
    let production = scenario.environment("production").await;
    consumers(store, &scenario).await;
    results(store, &scenario).await;
    places(store, &scenario, (&test, &production)).await;
    late_lines(&scenario).await;
    vec![test, production]
}

/// Two consumers with versions on branches and with tags, and their pacts.
async fn consumers(store: &Store, scenario: &Scenario<'_>) {
    scenario
        .publishes_from("main", ("order-web", "1"), ("order-api", "a"))
        .await;
    scenario
        .publishes_from("main", ("shop/app ü", "10"), ("order-api", "x"))
        .await;
    scenario
        .publishes_from("feat/x", ("order-web", "2"), ("order-api", "b"))
        .await;
    scenario
        .publishes_from("main", ("order-web", "3"), ("order-api", "a"))
        .await;
    scenario.publishes("order-web", "3", "mail", "m").await;
    scenario
        .publishes_from("main", ("shop/app ü", "9"), ("order-api", "y"))
        .await;
    scenario
        .publishes("order-web", "untagged", "order-api", "c")
        .await;
    scenario.is_tagged("order-web", "1", "prod").await;
    scenario.is_tagged("order-web", "3", "dev").await;
    scenario.is_tagged("shop/app ü", "10", "prod").await;
    // An old version is added to a branch and becomes its head.
    scenario.is_on("order-web", "1", "feat/x").await;
    let odd = PutPact {
        consumer: name("order-web"),
        version: version("odd"),
        provider: name("order-api"),
        content: Content::read(ODD).unwrap(),
        on_conflict: OnConflict::Overwrite,
        policy: policy(),
    };
    store.put_pact(odd).await.unwrap();
    let change = PacticipantChange {
        display_name: Change::Set(Some("The Orders".to_owned())),
        repository_url: Change::Set(Some("https://git.example/orders".to_owned())),
        ..PacticipantChange::default()
    };
    store
        .update_pacticipant(&name("order-api"), change)
        .await
        .unwrap();
    for label in ["team a", "java"] {
        let label = LabelName::parse(label).unwrap();
        store.put_label(&name("order-api"), &label).await.unwrap();
    }
    let built = VersionChange {
        build_url: Change::Set(Some("https://ci.example/1".to_owned())),
        tags: None,
    };
    store
        .put_version(
            &name("order-web"),
            &version("1"),
            built,
            &MarkingPolicy::standard(),
        )
        .await
        .unwrap();
}

/// Results of several provider versions, with and without particulars.
async fn results(store: &Store, scenario: &Scenario<'_>) {
    scenario.is_on("order-api", "1", "main").await;
    scenario
        .verifies(("order-api", "1"), ("order-web", "a"), true)
        .await;
    scenario
        .verifies(("order-api", "1"), ("shop/app ü", "x"), true)
        .await;
    scenario
        .verifies(("order-api", "2"), ("order-web", "a"), false)
        .await;
    scenario
        .verifies(("order-api", "2"), ("order-web", "a"), true)
        .await;
    scenario.is_on("order-api", "2", "main").await;
    scenario.is_tagged("order-api", "2", "prod").await;
    scenario
        .verifies(("order-api", "2"), ("shop/app ü", "y"), false)
        .await;
    scenario
        .verifies(("mail", "7"), ("order-web", "m"), true)
        .await;
    let mut full = result("3", true);
    full.build_url = Some("https://ci.example/run/3".to_owned());
    full.test_results = Some(r#"{"tests":[{"testDescription":"b","seconds":0.10}]}"#.to_owned());
    full.verified_by = VerifiedBy {
        implementation: Some("tool".to_owned()),
        version: Some("1.2".to_owned()),
        client_name: Some("rust".to_owned()),
        client_version: Some("1.95".to_owned()),
        client_test_framework: Some("libtest".to_owned()),
    };
    let sha = content("b").sha().clone();
    store
        .record_verification(&name("order-web"), &name("order-api"), &sha, full)
        .await
        .unwrap()
        .unwrap();
    let sha = Content::read(ODD).unwrap().sha().clone();
    store
        .record_verification(
            &name("order-web"),
            &name("order-api"),
            &sha,
            result("3", true),
        )
        .await
        .unwrap()
        .unwrap();
}

/// Deployments that replaced each other and some that run, with and without instances; releases.
async fn places(store: &Store, scenario: &Scenario<'_>, (test, production): (&Uuid, &Uuid)) {
    scenario.is_deployed("order-api", "1", production).await;
    scenario.is_deployed("order-web", "1", production).await;
    scenario.is_deployed("order-web", "1", test).await;
    scenario.is_deployed("order-api", "2", production).await;
    scenario.is_deployed("order-web", "3", test).await;
    for (number, instance) in [("1", "blue"), ("3", "green")] {
        let instance = Some(instance.to_owned());
        store
            .record_deployment(&name("order-web"), &version(number), production, instance)
            .await
            .unwrap()
            .unwrap();
    }
    scenario.is_deployed("order-api", "1", production).await;
    let gone = scenario.is_deployed("mail", "7", test).await;
    store.undeploy(&gone).await.unwrap();
    scenario.is_deployed("mail", "7", production).await;
    let ended = scenario.is_released("shop/app ü", "10", production).await;
    scenario.is_released("shop/app ü", "9", production).await;
    scenario.is_released("shop/app ü", "9", test).await;
    store.end_support(&ended).await.unwrap();
}

/// Lines of the provider that began after some results and before others: what they take over
/// differs.
async fn late_lines(scenario: &Scenario<'_>) {
    scenario.is_on("order-api", "4", "feat/late").await;
    scenario.is_tagged("order-api", "4", "late").await;
    scenario
        .publishes_from("feat/new", ("order-web", "20"), ("order-api", "fresh"))
        .await;
    scenario
        .verifies(("order-api", "2"), ("order-web", "fresh"), true)
        .await;
    scenario
        .publishes_from("feat/newer", ("order-web", "21"), ("order-api", "fresher"))
        .await;
    scenario.is_on("nothing-yet", "0", "main").await;
    let marking = MarkingPolicy::standard();
    let place = (name("order-web"), branch("main"), version("3"));
    let again = scenario
        .store
        .put_branch_version(&place.0, &place.1, &place.2, &marking);
    assert!(!again.await.unwrap().created);
}

async fn add_webhooks(broker: &TestBroker) {
    let plain = json!({
        "description": "tell", "events": [{ "name": "contract_published" }, { "name": "provider_verification_failed" }],
        "consumer": { "label": "java" }, "provider": { "name": "order-api" },
        "request": { "method": "POST", "url": "https://ci.example/${pactbroker.consumerName}", "headers": { "X-A": "1" }, "body": { "b": 1, "a": [2] } },
    });
    let secret = json!({
        "description": "secret", "events": [{ "name": "contract_content_changed" }],
        "consumer": { "name": "order-web" }, "provider": { "name": "order-api" },
        "request": {
            "method": "POST", "url": "https://ci.example/build", "body": "text", "username": "u", "password": "p4ss",
            "headers": { "Authorization": "Bearer s3cret", "X-B": "2" },
        },
    });
    for webhook in [plain, secret] {
        let answer = broker.post("/webhooks", webhook).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
}
