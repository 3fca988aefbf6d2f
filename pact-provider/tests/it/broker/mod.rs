//! Pacts from a real broker.

mod asking;
mod publishing;

use axum::Router;
use axum::http::{StatusCode, Uri};
use axum::response::IntoResponse;
use axum::routing::get as route;
use pact_broker::{Broker, BrokerConfig, RunningBroker};
use pact_broker_client::{BrokerClient, ContractToPublish, Limits, PublishRequest};
use pact_core::format;
use pact_core::model::Interaction;
use pact_provider::{
    Auth, BrokerOptions, BrokerSource, ConsumerVersionSelector, Publication, Report, Secret,
    Verifier,
};
use serde_json::{Value, json};

use crate::support::{get, nobody, pact, serve};

struct Running {
    broker: RunningBroker,
    _folder: tempfile::TempDir,
}

impl Running {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite://{}", folder.path().join("broker.sqlite").display());
        let config = BrokerConfig::new(database, "127.0.0.1:0".parse().unwrap());
        Self {
            broker: Broker::start(config).await.unwrap(),
            _folder: folder,
        }
    }

    fn options(&self) -> BrokerOptions {
        BrokerOptions::new(self.broker.url())
    }

    fn client(&self) -> BrokerClient {
        BrokerClient::new(self.options()).unwrap()
    }

    async fn publish(&self, version: &str, branch: &str, interactions: Vec<Interaction>) {
        let content = format::write(&pact(interactions)).unwrap().into_bytes();
        let contract = ContractToPublish {
            consumer: "web".to_owned(),
            provider: "api".to_owned(),
            content,
            merge: false,
        };
        let request = PublishRequest {
            pacticipant: "web".to_owned(),
            version: version.to_owned(),
            branch: Some(branch.to_owned()),
            tags: Vec::new(),
            build_url: None,
            contracts: vec![contract],
        };
        self.client().publish_contracts(&request).await.unwrap();
    }

    /// Returns the newest result for the newest pact.
    async fn result(&self) -> Value {
        let path = "pacts/provider/api/consumer/web/latest/verification-results/latest";
        self.client()
            .follow("reading the result", path)
            .await
            .unwrap()
            .json()
            .clone()
    }
}

fn verifier(broker: impl Into<BrokerSource>) -> Verifier {
    let order = || async { axum::Json(json!({ "id": 42 })) };
    Verifier::new("api")
        .service(Router::new().route("/orders/42", route(order)))
        .broker(broker)
        .rerun_command(|_, interaction| format!("verify {:?}", interaction.description))
}

fn right() -> Interaction {
    get("order 42", "/orders/42", r#"{"id":42}"#)
}

fn wrong() -> Interaction {
    get("its total", "/orders/42", r#"{"total":10}"#)
}

#[tokio::test]
async fn a_pending_pact_may_fail_and_says_why() {
    let broker = Running::start().await;
    broker.publish("1", "main", vec![wrong()]).await;
    let source = BrokerSource::new(broker.options())
        .selector(ConsumerVersionSelector::main_branch())
        .selector(ConsumerVersionSelector::branch("main"))
        .enable_pending(true);
    let report = verifier(source)
        .provider_branch("main")
        .publish("1.0.0")
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 0, "{report}");
    let text = report.to_string();
    assert!(text.contains("PENDING  its total"), "{text}");
    assert!(!report.pacts[0].notices.is_empty());
    for notice in { &report.pacts[0].notices }
        .iter()
        .filter(|one| one.when.as_deref() == Some("before_verification"))
    {
        assert!(text.contains(notice.text.lines().next().unwrap()), "{text}");
    }
    assert_eq!(broker.result().await["success"], false);
}

#[tokio::test]
async fn work_in_progress_is_verified_and_marked() {
    let broker = Running::start().await;
    broker.publish("1", "main", vec![right()]).await;
    broker.publish("2", "feature", vec![wrong()]).await;
    let source = BrokerSource::new(broker.options())
        .selector(ConsumerVersionSelector::branch("main"))
        .enable_pending(true)
        .include_wip_since("2020-01-01");
    let report = verifier(source)
        .provider_branch("main")
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 0, "{report}");
    assert_eq!(report.pacts.len(), 2, "{report}");
    assert!(report.pacts[1].wip, "{report}");
}

#[tokio::test]
async fn a_provider_without_pacts_fails() {
    let broker = Running::start().await;
    let report = verifier(broker.options()).run().await.unwrap();
    assert_eq!(report.exit_code(), 1, "{report}");
    assert!(
        report
            .to_string()
            .ends_with("FAILED: nothing was verified, no pacts were found\n"),
        "{report}"
    );
}

/// A broker that gives one pact and fails where it is told to.
async fn failing_broker(fails: &'static str, with: StatusCode) -> BrokerOptions {
    let answer = move |uri: Uri| async move {
        let path = uri.path();
        if path == fails {
            return (with, "no").into_response();
        }
        let json = match path {
            "/" => {
                json!({ "_links": { "pb:provider-pacts-for-verification": { "href": "/find" } } })
            }
            "/find" => {
                json!({ "_embedded": { "pacts": [{ "_links": { "self": { "href": "/pact", "name": "a pact" } } }] } })
            }
            _ => {
                let text = format::write(&pact([right()])).unwrap();
                let mut pact: Value = serde_json::from_str(&text).unwrap();
                pact["_links"] =
                    json!({ "pb:publish-verification-results": { "href": "/results" } });
                pact
            }
        };
        axum::Json(json).into_response()
    };
    let base = serve(Router::new().fallback(answer)).await;
    BrokerOptions::new(base).limits(Limits {
        attempts: 1,
        ..Limits::STANDARD
    })
}

async fn with_failing(path: &'static str, status: StatusCode) -> Report {
    let options = failing_broker(path, status).await;
    verifier(options).publish("1").run().await.unwrap()
}

#[tokio::test]
async fn a_broker_that_fails_anywhere_is_no_green_run() {
    for (path, status) in [
        ("/", StatusCode::INTERNAL_SERVER_ERROR),
        ("/", StatusCode::NOT_FOUND),
        ("/", StatusCode::UNAUTHORIZED),
        ("/find", StatusCode::BAD_REQUEST),
        ("/pact", StatusCode::BAD_GATEWAY),
        ("/results", StatusCode::INTERNAL_SERVER_ERROR),
    ] {
        let report = with_failing(path, status).await;
        assert_eq!(report.exit_code(), 3, "{path} {status}\n{report}");
    }
    let report = with_failing("/results", StatusCode::FORBIDDEN).await;
    assert!(matches!(
        report.pacts[0].publication,
        Publication::Failed { .. }
    ));
    let text = report.to_string();
    assert!(
        text.contains("error: the results for web are not published: "),
        "{text}"
    );
    let report = with_failing("/", StatusCode::UNAUTHORIZED).await;
    assert!(
        report
            .to_string()
            .contains("does not accept the credentials (401)"),
        "{report}"
    );
}

#[tokio::test]
async fn a_broker_that_is_down_is_named_without_its_credentials() {
    let address = nobody().await;
    let options = BrokerOptions::new(format!("http://me:canary@{address}"))
        .auth(Auth::Bearer(Secret::new("canary-token")));
    let report = verifier(options).run().await.unwrap();
    assert_eq!(report.exit_code(), 3);
    let text = format!("{report}{report:?}{}", report.to_json());
    assert!(text.contains("cannot connect to"), "{text}");
    assert!(!text.contains("canary"), "{text}");
}

#[tokio::test]
async fn an_address_is_shown_without_its_credentials() {
    let base = serve(Router::new().fallback(|| async { "no pact" })).await;
    let url = format!("{}/pact?token=canary", base.replace("://", "://me:canary@"));
    let order = Router::new().fallback(|| async { "" });
    let report = Verifier::new("api")
        .service(order)
        .pact_url(url)
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 3);
    let text = format!(
        "{report}{report:?}{}{}",
        report.to_json(),
        report.to_sarif()
    );
    assert!(
        text.contains("fetching the pact at http://127.0.0.1:"),
        "{text}"
    );
    assert!(!text.contains("canary"), "{text}");
}

#[tokio::test]
async fn a_pact_that_is_not_at_its_address_is_named() {
    let base = serve(Router::new().fallback(|| async { StatusCode::NOT_FOUND })).await;
    let run = Verifier::new("api").service(Router::new());
    let report = run
        .pact_url(format!("{base}/web.json"))
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 3);
    let text = report.to_string().replace(&base, "http://host");
    insta::assert_snapshot!(text, @r"
    error: fetching the pact at http://host/web.json: there is nothing (404)
    hint: check the address

    FAILED: nothing was verified, no pact could be loaded
    ");
}

#[tokio::test]
async fn who_asks_for_pending_pacts_without_a_branch_is_told() {
    let broker = Running::start().await;
    broker.publish("1", "main", vec![right()]).await;
    let source = || BrokerSource::new(broker.options()).enable_pending(true);
    let told = "note: which pacts are pending or work in progress depends on the provider's branch";
    let report = verifier(source()).run().await.unwrap();
    assert!(report.to_string().contains(told), "{report}");
    let named = verifier(source()).provider_branch("main");
    let report = named.run().await.unwrap();
    assert!(!report.to_string().contains(told), "{report}");
}

#[tokio::test]
async fn the_broker_is_told_every_selector_and_who_asks() {
    let asked = std::sync::Arc::new(std::sync::Mutex::new(Value::Null));
    let keep = std::sync::Arc::clone(&asked);
    let index = json!({ "_links": { "pb:provider-pacts-for-verification": { "href": "/find" } } });
    let find = move |body: axum::Json<Value>| {
        *keep.lock().unwrap() = body.0;
        std::future::ready(axum::Json(json!({ "_embedded": { "pacts": [] } })))
    };
    let broker = Router::new()
        .route("/", route(move || std::future::ready(axum::Json(index))))
        .route("/find", axum::routing::post(find));
    let selectors = [
        r#"{"tag":"t","latest":true,"fallbackTag":"f","consumer":"web"}"#,
        r#"{"branch":"b","fallbackBranch":"main"}"#,
        r#"{"mainBranch":true}"#,
        r#"{"matchingBranch":true}"#,
        r#"{"deployedOrReleased":true}"#,
        r#"{"deployed":true,"environment":"uat"}"#,
        r#"{"released":true,"environment":"live"}"#,
        r#"{"aKeyOfTomorrow":{"deep":[1]}}"#,
    ];
    let parsed = selectors.map(|text| ConsumerVersionSelector::parse(text).unwrap());
    let source = BrokerSource::new(BrokerOptions::new(serve(broker).await))
        .selectors(parsed.into_iter().flatten())
        .enable_pending(true)
        .include_wip_since("2020-01-31");
    let asking = verifier(source)
        .provider_branch("feat/x")
        .provider_tags(["a", "b"]);
    assert_eq!(asking.run().await.unwrap().exit_code(), 1);
    let selectors: Vec<Value> = { selectors.iter() }
        .map(|text| serde_json::from_str(text).unwrap())
        .collect();
    let expected = json!({
        "consumerVersionSelectors": selectors,
        "includePendingStatus": true,
        "includeWipPactsSince": "2020-01-31",
        "providerVersionBranch": "feat/x",
        "providerVersionTags": ["a", "b"],
    });
    assert_eq!(*asked.lock().unwrap(), expected);
}
