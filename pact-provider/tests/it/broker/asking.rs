//! How a broker is asked: with whose credentials, and in which of its ways.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse;
use pact_broker_client::{CustomHeader, Limits};
use pact_core::format;
use pact_provider::{Auth, BrokerOptions, BrokerSource, ConsumerVersionSelector, Secret};
use serde_json::{Value, json};

use super::{right, verifier};
use crate::support::{pact, serve};

/// What came: the path, and a header or nothing.
type Heard = Arc<Mutex<Vec<(String, String)>>>;

/// A broker with one pact that says which link leads to it, and remembers a header of who asks.
async fn broker(index: Value, header: &'static str) -> (String, Heard) {
    let heard = Heard::default();
    let keep = Arc::clone(&heard);
    let answer = move |request: Request| {
        let path = request.uri().path().to_owned();
        let value = request.headers().get(header);
        let value = value.map_or(String::new(), |value| value.to_str().unwrap().to_owned());
        keep.lock().unwrap().push((path.clone(), value));
        let link = json!({ "href": "/pact", "name": "the latest" });
        let json = match path.as_str() {
            "/" => index.clone(),
            "/find" => json!({ "_embedded": { "pacts": [{ "_links": { "self": link } }] } }),
            "/latest" => json!({ "_links": { "pb:pacts": [link] } }),
            "/results" => json!({}),
            _ => {
                let text = format::write(&pact([right()])).unwrap();
                let mut pact: Value = serde_json::from_str(&text).unwrap();
                pact["_links"] =
                    json!({ "pb:publish-verification-results": { "href": "/results" } });
                pact
            }
        };
        std::future::ready(axum::Json(json).into_response())
    };
    let base = serve(Router::new().fallback(answer)).await;
    (base, heard)
}

fn new_broker() -> Value {
    json!({ "_links": { "pb:provider-pacts-for-verification": { "href": "/find" } } })
}

fn old_broker() -> Value {
    json!({ "_links": { "pb:latest-provider-pacts": { "href": "/latest" } } })
}

async fn heard_from(
    header: &'static str,
    options: impl FnOnce(String) -> BrokerOptions,
) -> Vec<(String, String)> {
    let (base, heard) = broker(new_broker(), header).await;
    let verifier = verifier(options(base)).publish("1");
    verifier.run().await.unwrap().assert();
    let heard = heard.lock().unwrap();
    heard.clone()
}

#[tokio::test]
async fn every_question_carries_the_credentials() {
    let paths = ["/", "/find", "/pact", "/results"];
    let basic = |base: String| {
        BrokerOptions::new(base).auth(Auth::Basic {
            username: Secret::new("me"),
            password: Some(Secret::new("pw")),
        })
    };
    let bearer = |base| BrokerOptions::new(base).auth(Auth::Bearer(Secret::new("t0ken")));
    let in_url = |base: String| BrokerOptions::new(base.replace("://", "://me:pw@"));
    let custom = |base| BrokerOptions::new(base).header(CustomHeader::parse("X-Team: a").unwrap());
    // base64 of `me:pw`.
    for (heard, value) in [
        (heard_from("authorization", basic).await, "Basic bWU6cHc="),
        (heard_from("authorization", in_url).await, "Basic bWU6cHc="),
        (heard_from("authorization", bearer).await, "Bearer t0ken"),
        (heard_from("x-team", custom).await, "a"),
    ] {
        let expected: Vec<_> = { paths.iter() }
            .map(|path| ((*path).to_owned(), value.to_owned()))
            .collect();
        assert_eq!(heard, expected);
    }
}

#[tokio::test]
async fn a_broker_of_old_is_asked_for_its_latest_pacts() {
    let (base, heard) = broker(old_broker(), "accept").await;
    let options = || {
        BrokerOptions::new(&base).limits(Limits {
            attempts: 1,
            ..Limits::STANDARD
        })
    };
    let report = verifier(options()).run().await.unwrap();
    report.assert();
    assert_eq!(report.pacts[0].origin, "the latest");
    let heard = std::mem::take(&mut *heard.lock().unwrap());
    let paths: Vec<_> = { heard.iter() }.map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["/", "/", "/latest", "/pact"]);
    // It could not choose, so what was to be chosen is not taken for what is there.
    let choice = BrokerSource::new(options()).selector(ConsumerVersionSelector::main_branch());
    let report = verifier(choice).run().await.unwrap();
    assert_eq!(report.exit_code(), 3, "{report}");
    let (base, _) = broker(json!({ "_links": {} }), "accept").await;
    let report = verifier(BrokerOptions::new(base)).run().await.unwrap();
    let text = report.to_string();
    assert!(
        text.contains("has no link `beta:provider-pacts-for-verification`"),
        "{text}"
    );
}
