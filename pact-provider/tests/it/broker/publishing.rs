//! Results published to a real broker.

use axum::Router;
use axum::http::Uri;
use axum::routing::get as route;
use pact_core::format;
use pact_core::model::ProviderState;
use pact_provider::{BrokerOptions, Verifier};
use serde_json::{Value, json};

use super::{Running, right, verifier, wrong};
use crate::support::{given, pact, serve};

#[tokio::test]
async fn a_run_that_holds_is_published_with_branch_and_tags() {
    let broker = Running::start().await;
    broker.publish("1", "main", vec![right()]).await;
    let report = verifier(broker.options())
        .provider_branch("feat/x")
        .provider_tags(["dev"])
        .build_url("https://ci.example/7")
        .publish("1.0.0")
        .run()
        .await
        .unwrap();
    report.assert();
    assert!(
        report.to_string().contains("results of 1 pact published"),
        "{report}"
    );
    let result = broker.result().await;
    assert_eq!(result["success"], true);
    assert_eq!(result["providerApplicationVersion"], "1.0.0");
    assert_eq!(result["buildUrl"], "https://ci.example/7");
    let id = &result["testResults"][0]["interactionId"];
    assert!(id.as_str().is_some_and(|id| !id.is_empty()), "{result}");
    let version = broker.client().version("api", "1.0.0").await.unwrap();
    let version = version.json().to_string();
    assert!(
        version.contains("feat/x") && version.contains("dev"),
        "{version}"
    );
}

#[tokio::test]
async fn a_run_that_fails_is_published_interaction_by_interaction() {
    let broker = Running::start().await;
    broker.publish("1", "main", vec![right(), wrong()]).await;
    let report = verifier(broker.options())
        .publish("1.0.0")
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 1);
    let result = broker.result().await;
    assert_eq!(result["success"], false);
    let tests = result["testResults"].as_array().unwrap();
    let verdicts: Vec<_> = { tests.iter() }
        .map(|test| {
            (
                test["interactionDescription"].as_str().unwrap(),
                test["success"] == true,
            )
        })
        .collect();
    assert!(verdicts.contains(&("order 42", true)) && verdicts.contains(&("its total", false)));
    let failed = tests.iter().find(|test| test["success"] == false).unwrap();
    assert_eq!(failed["mismatches"][0]["attribute"], "body");
    assert!(failed["interactionId"].is_string(), "{failed}");
}

#[tokio::test]
async fn nothing_is_published_unless_asked_for() {
    let broker = Running::start().await;
    broker.publish("1", "main", vec![right()]).await;
    verifier(broker.options()).run().await.unwrap().assert();
    let path = "pacts/provider/api/consumer/web/latest/verification-results/latest";
    assert!(
        broker
            .client()
            .follow("reading the result", path)
            .await
            .unwrap_err()
            .is_not_found()
    );
}

#[tokio::test]
async fn a_single_pact_by_its_address_can_be_published_too() {
    let broker = Running::start().await;
    broker.publish("1", "main", vec![right()]).await;
    let url = format!(
        "{}/pacts/provider/api/consumer/web/latest",
        broker.broker.url()
    );
    let order = || async { axum::Json(json!({ "id": 42 })) };
    Verifier::new("api")
        .service(Router::new().route("/orders/42", route(order)))
        .webhook_callback(url, broker.options())
        .publish("3")
        .run()
        .await
        .unwrap()
        .assert();
    assert_eq!(broker.result().await["providerApplicationVersion"], "3");
}

#[tokio::test]
async fn what_came_from_no_broker_is_not_published_and_that_is_said() {
    let broker = Running::start().await;
    broker.publish("1", "main", vec![right()]).await;
    let report = verifier(broker.options())
        .pact(pact([right()]))
        .publish("1.0.0")
        .run()
        .await
        .unwrap();
    report.assert();
    let text = report.to_string();
    assert!(
        text.contains(
            "note: the results for web are not published, given in code came from no broker"
        ),
        "{text}"
    );

    let plain = format::write(&pact([right()])).unwrap();
    let headers = [("content-type", "application/json")];
    let base = serve(Router::new().fallback(move || async move { (headers, plain) })).await;
    let order = || async { axum::Json(json!({ "id": 42 })) };
    let report = Verifier::new("api")
        .service(Router::new().route("/orders/42", route(order)))
        .pact_url(base)
        .publish("1.0.0")
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 3, "{report}");
    let sarif = report.to_sarif();
    assert!(sarif.contains("not-published"), "{sarif}");
}

#[tokio::test]
async fn a_run_that_is_cancelled_while_it_publishes_stops_there() {
    let (reached, reaches) = tokio::sync::mpsc::unbounded_channel::<()>();
    let mut reaches = reaches;
    let answer = move |uri: Uri| async move {
        let json = match uri.path() {
            "/results" => {
                let _ = reached.send(());
                std::future::pending().await
            }
            _ => {
                let text = format::write(&pact([right()])).unwrap();
                let mut pact: Value = serde_json::from_str(&text).unwrap();
                pact["_links"] =
                    json!({ "pb:publish-verification-results": { "href": "/results" } });
                pact
            }
        };
        axum::Json::<Value>(json)
    };
    let base = serve(Router::new().fallback(answer)).await;
    let order = || async { axum::Json(json!({ "id": 42 })) };
    let report = Verifier::new("api")
        .service(Router::new().route("/orders/42", route(order)))
        .pact_url(base)
        .publish("1")
        .cancel_on(async move {
            reaches.recv().await;
        })
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 3);
    let text = report.to_string();
    assert!(
        text.contains("error: the results for web are not published: the run was cancelled"),
        "{text}"
    );
    assert!(
        text.contains("CANCELLED: 1 of 1 interaction holds"),
        "{text}"
    );
}

#[tokio::test]
async fn a_run_without_a_verdict_publishes_nothing() {
    let broker = Running::start().await;
    broker.publish("1", "main", vec![right()]).await;
    let report = verifier(broker.options())
        .publish("1.0.0")
        .after_all(|| async { Err::<(), _>("the data base is gone") })
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 3, "{report}");
    assert!(
        report.to_string().contains("so nothing is published"),
        "{report}"
    );
    let path = "pacts/provider/api/consumer/web/latest/verification-results/latest";
    let result = broker.client().follow("reading the result", path).await;
    assert!(result.unwrap_err().is_not_found());
}

#[tokio::test]
async fn why_an_interaction_was_not_compared_is_published() {
    let broker = Running::start().await;
    let state = ProviderState::new("nobody's");
    broker
        .publish("1", "main", vec![given(right(), state)])
        .await;
    let report = verifier(broker.options()).publish("1.0.0").run().await;
    assert_eq!(report.unwrap().exit_code(), 1);
    let result = broker.result().await;
    let exceptions = result["testResults"][0]["exceptions"].to_string();
    assert!(
        exceptions.contains("no handler for provider state `nobody's`"),
        "{result}"
    );
}

#[tokio::test]
async fn the_notices_shown_are_those_of_the_verdict_and_of_what_was_published() {
    let word = |success, published| {
        json!({ "when": format!("after_verification:success_{success}_published_{published}"),
                "text": format!("held {success}, heard {published}") })
    };
    let notices = [(true, true), (true, false), (false, true), (false, false)];
    let notices = notices.map(|(success, published)| word(success, published));
    let answer = move |uri: Uri| {
        let json = match uri.path() {
            "/" => {
                json!({ "_links": { "pb:provider-pacts-for-verification": { "href": "/find" } } })
            }
            "/find" => json!({ "_embedded": { "pacts": [{
                "_links": { "self": { "href": "/pact" } },
                "verificationProperties": { "notices": notices },
            }] } }),
            "/results" => json!({}),
            _ => {
                let text = format::write(&pact([right()])).unwrap();
                let mut pact: Value = serde_json::from_str(&text).unwrap();
                pact["_links"] =
                    json!({ "pb:publish-verification-results": { "href": "/results" } });
                pact
            }
        };
        std::future::ready(axum::Json(json))
    };
    let base = serve(Router::new().fallback(answer)).await;
    for held in [true, false] {
        for published in [true, false] {
            let mut run = verifier(BrokerOptions::new(&base));
            if !held {
                run = run.service(Router::new());
            }
            if published {
                run = run.publish("1");
            }
            let text = run.run().await.unwrap().to_string();
            let shown: Vec<_> = { text.lines() }
                .filter(|line| line.contains("held ") && line.contains("heard "))
                .map(str::trim)
                .collect();
            assert_eq!(shown, [format!("held {held}, heard {published}")], "{text}");
        }
    }
}
