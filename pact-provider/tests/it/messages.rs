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
            .contains("the message endpoint answered 404"),
        "{report}"
    );
}
