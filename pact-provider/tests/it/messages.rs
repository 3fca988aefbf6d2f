//! Messages, made by closures and fetched over HTTP.

use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pact_core::json::Object;
use pact_core::model::{
    Body, ContentType, Interaction, InteractionKind, Message, MessageExchange, ProviderState,
};
use pact_provider::{MessageContext, ProducedMessage, StateContext};
use serde_json::{Value, json};

use crate::support::{given, serve, verifier};

fn message(contents: &str) -> Message {
    let mut metadata = Object::default();
    metadata.insert("topic".to_owned(), "orders");
    Message {
        contents: Body::present(contents, Some(ContentType::json())),
        metadata,
        ..Message::default()
    }
}

fn event(contents: &str) -> Interaction {
    let kind = InteractionKind::AsyncMessage(Box::new(message(contents)));
    Interaction::new("an order was placed", kind)
}

fn answer(contents: &str) -> Interaction {
    let exchange = MessageExchange {
        request: message(r#"{"ask":7}"#),
        responses: vec![message(contents)],
    };
    Interaction::new(
        "a question",
        InteractionKind::SyncMessage(Box::new(exchange)),
    )
}

fn placed(id: u64) -> Result<ProducedMessage, serde_json::Error> {
    Ok(ProducedMessage::json(&json!({ "id": id }))?.metadata("topic", "orders"))
}

#[tokio::test]
async fn a_closure_makes_the_message_of_its_description() {
    let report = verifier([
        given(event(r#"{"id":7}"#), ProviderState::new("an order")),
        event(r#"{"id":"7"}"#),
        answer(r#"{"id":7}"#),
    ])
    .state("an order", |_: StateContext| async {})
    .message("an order was placed", |_| async { placed(7) })
    .run()
    .await
    .unwrap();
    let text = report.to_string();
    assert!(
        text.contains("ok  an order was placed, given an order"),
        "{text}"
    );
    assert!(
        text.contains(r#"body at $.id: expected the string "7", got the number 7"#),
        "{text}"
    );
    assert!(
        text.contains("no producer for the message `a question`"),
        "{text}"
    );
    assert!(
        text.contains("passed") || text.contains("1 of 3 interactions hold, 2 failed"),
        "{text}"
    );
}

#[tokio::test]
async fn a_closure_answers_a_message() {
    verifier([answer(r#"{"id":7}"#)])
        .message("a question", |ctx: MessageContext| async move {
            let asked = ctx
                .request()
                .and_then(|request| request.contents.content().cloned());
            assert_eq!(
                asked.map(|content| content.bytes).as_deref(),
                Some(&br#"{"ask":7}"#[..])
            );
            placed(7)
        })
        .run()
        .await
        .unwrap()
        .assert();
}

#[tokio::test]
async fn wrong_metadata_is_named() {
    let report = verifier([event(r#"{"id":7}"#)])
        .message("an order was placed", |_| async {
            ProducedMessage::json(&json!({ "id": 7 }))
                .map(|message| message.metadata("topic", "other"))
        })
        .run()
        .await
        .unwrap();
    assert!(
        report.to_string().contains("metadata `topic`: "),
        "{report}"
    );
}

#[tokio::test]
async fn an_endpoint_makes_messages_over_http() {
    let make = |Json(asked): Json<Value>| async move {
        let known = match asked["description"].as_str() {
            Some("an order was placed") => {
                asked["providerStates"] == json!([{ "name": "an order" }])
            }
            Some("a question") => asked["request"]["contents"]["content"] == json!({ "ask": 7 }),
            _ => false,
        };
        let metadata = STANDARD.encode(r#"{"topic":"orders"}"#);
        let id = if known { 7 } else { 0 };
        (
            [("Pact-Message-Metadata", metadata)],
            Json(json!({ "id": id })),
        )
    };
    let base = serve(Router::new().route("/_messages", post(make))).await;
    verifier([
        given(event(r#"{"id":7}"#), ProviderState::new("an order")),
        answer(r#"{"id":7}"#),
    ])
    .transport("message", format!("{base}/_messages"))
    .state("an order", |_: StateContext| async {})
    .run()
    .await
    .unwrap()
    .assert();
}

#[tokio::test]
async fn an_endpoint_that_does_not_know_a_message_is_no_green_run() {
    let base = serve(Router::new().fallback(|| async { (StatusCode::NOT_FOUND, "{}") })).await;
    let report = verifier([event("{}")]).url(base).run().await.unwrap();
    assert_eq!(report.exit_code(), 1);
    assert!(
        report
            .to_string()
            .contains("the endpoint that makes messages answered 404"),
        "{report}"
    );
}

#[tokio::test]
async fn metadata_that_cannot_be_read_is_told() {
    let make = || async {
        (
            [("Pact-Message-Metadata", "{topic}")],
            Json(json!({ "id": 7 })),
        )
    };
    let base = serve(Router::new().fallback(make)).await;
    let report = verifier([event(r#"{"id":7}"#)])
        .url(base)
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 1);
    let text = report.to_string();
    assert!(
        text.contains("warning: the header `Pact-Message-Metadata` is not base64 of a JSON object"),
        "{text}"
    );
}

/// A question that is answered by as many messages.
fn answered_by(contents: &[&str]) -> Interaction {
    let exchange = MessageExchange {
        request: message(r#"{"ask":7}"#),
        responses: contents.iter().copied().map(message).collect(),
    };
    Interaction::new(
        "a question",
        InteractionKind::SyncMessage(Box::new(exchange)),
    )
}

#[tokio::test]
async fn every_message_of_an_answer_is_compared() {
    let both = || verifier([answered_by(&[r#"{"id":7}"#, r#"{"id":8}"#])]);
    let produce = |second: u64| {
        both().messages("a question", move |_| async move {
            Ok::<_, serde_json::Error>(vec![placed(7)?, placed(second)?])
        })
    };
    produce(8).run().await.unwrap().assert();
    let text = produce(9).run().await.unwrap().to_string();
    assert!(text.contains("warning: message 2 of 2 differs"), "{text}");
    assert!(
        text.contains("body at $.id: expected the number 8"),
        "{text}"
    );
    let only_one = both().message("a question", |_| async { placed(7) });
    let text = only_one.run().await.unwrap().to_string();
    assert!(
        text.contains("the contract expects 2 messages, 1 made"),
        "{text}"
    );
}

#[tokio::test]
async fn a_question_without_an_answer_is_asked_all_the_same() {
    let nobody = verifier([answered_by(&[])]).run().await;
    let text = nobody.err().map(|error| error.to_string());
    assert_eq!(text.as_deref(), Some("no provider to verify"));
    let base = serve(Router::new().fallback(|| async { StatusCode::NOT_FOUND })).await;
    let report = verifier([answered_by(&[])]).url(base).run().await.unwrap();
    assert_eq!(report.exit_code(), 1, "{report}");
}

/// A generator that takes the value of a provider state.
fn from_state(expression: &str) -> pact_core::generators::Generator {
    pact_core::generators::Generator::ProviderState {
        expression: expression.to_owned(),
        data_type: None,
    }
}

/// A question whose request and answer name an order only the provider knows.
fn question_about_an_order() -> Interaction {
    let mut interaction = given(answer(r#"{"id":1}"#), ProviderState::new("an order"));
    if let InteractionKind::SyncMessage(exchange) = &mut interaction.kind {
        let path: pact_core::path::DocPath = "$.ask".parse().unwrap();
        { &mut exchange.request.generators.body }.push((path, from_state("id")));
        let path: pact_core::path::DocPath = "$.id".parse().unwrap();
        { &mut exchange.responses[0].generators.body }.push((path, from_state("id")));
    }
    interaction
}

#[tokio::test]
async fn values_of_states_take_their_places_in_messages() {
    verifier([question_about_an_order()])
        .state("an order", |_: StateContext| async { json!({ "id": 41 }) })
        .message("a question", |ctx: MessageContext| async move {
            let asked = ctx.request().unwrap().contents.content().unwrap();
            assert_eq!(asked.bytes, br#"{"ask":41}"#);
            assert_eq!(ctx.values().get("id").unwrap().to_compact(), "41");
            placed(41)
        })
        .run()
        .await
        .unwrap()
        .assert();
}

#[tokio::test]
async fn values_of_states_reach_the_endpoint_that_answers_messages() {
    let make = |Json(asked): Json<Value>| async move {
        let id = asked["request"]["contents"]["content"]["ask"].clone();
        let metadata = STANDARD.encode(r#"{"topic":"orders"}"#);
        (
            [("Pact-Message-Metadata", metadata)],
            Json(json!({ "id": id })),
        )
    };
    let base = serve(Router::new().route("/_messages", post(make))).await;
    verifier([question_about_an_order()])
        .transport("sync-message", format!("{base}/_messages"))
        .state("an order", |_: StateContext| async { json!({ "id": 41 }) })
        .run()
        .await
        .unwrap()
        .assert();
}

#[tokio::test]
async fn several_transports_are_verified_in_one_run() {
    let say = |who: &'static str| async move {
        let metadata = STANDARD.encode(r#"{"topic":"orders"}"#);
        (
            [("Pact-Message-Metadata", metadata)],
            Json(json!({ "by": who })),
        )
    };
    let http = serve(Router::new().fallback(move || say("http"))).await;
    let events = serve(Router::new().route("/events", post(move || say("events")))).await;
    let questions = serve(Router::new().route("/questions", post(move || say("questions")))).await;
    let other = serve(Router::new().fallback(move || say("other"))).await;
    let mut named = crate::support::get("by another way", "/", r#"{"by":"other"}"#);
    named.transport = Some("other".to_owned());
    verifier([
        crate::support::get("a request", "/", r#"{"by":"http"}"#),
        event(r#"{"by":"events"}"#),
        answer(r#"{"by":"questions"}"#),
        named,
    ])
    .url(http)
    .transport("message", format!("{events}/events"))
    .transport("sync-message", format!("{questions}/questions"))
    .transport("other", other)
    .run()
    .await
    .unwrap()
    .assert();
}
