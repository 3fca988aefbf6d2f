//! Messages.

use super::*;
use crate::json::Json;
use crate::matching::ActualMessage;
use crate::model::Message;

#[track_caller]
fn check(message: &Message, contents: &str, metadata: &str, differences: &[&str]) {
    let plan = MessagePlan::compile(message).unwrap();
    let Json::Object(metadata) = Json::parse(metadata.as_bytes()).unwrap() else {
        panic!("metadata is an object");
    };
    let mismatches = plan.compare(&ActualMessage {
        contents: contents.as_bytes(),
        content_type: None,
        metadata: &metadata,
    });
    assert_eq!(texts(&mismatches), differences);
}

fn message(metadata: &str) -> Message {
    let Json::Object(metadata) = Json::parse(metadata.as_bytes()).unwrap().into_owned() else {
        panic!("metadata is an object");
    };
    Message {
        contents: Body::present(r#"{"id":7}"#, Some(ContentType::json())),
        metadata,
        ..Message::default()
    }
}

#[test]
fn contents_and_metadata_are_compared_and_more_is_allowed() {
    let mut expected = message(r#"{"topic":"orders","n":1}"#);
    check(
        &expected,
        r#"{"id":7,"x":1}"#,
        r#"{"topic":"orders","n":1,"key":2}"#,
        &[],
    );
    check(
        &expected,
        r#"{"id":8}"#,
        r#"{"topic":"other","n":"1"}"#,
        &[
            "$.id -> Expected 8 (Integer) to be equal to 7 (Integer)",
            r#"topic -> Expected metadata key 'topic' to have value '"orders"' but was '"other"' - Expected 'other' (String) to be equal to 'orders' (String)"#,
            r#"n -> Expected metadata key 'n' to have value '1' but was '"1"' - Expected '1' (String) to be equal to 1 (Integer)"#,
        ],
    );
    check(
        &expected,
        r#"{"id":7}"#,
        r#"{"n":1}"#,
        &["topic -> Expected message metadata 'topic' but was missing"],
    );
    expected
        .matching_rules
        .metadata
        .add(DocPath::field("topic"), like());
    check(&expected, r#"{"id":7}"#, r#"{"topic":"other","n":1}"#, &[]);
}

#[test]
fn the_content_type_of_a_message_is_its_own() {
    let expected = message(r#"{"contentType":"application/json"}"#);
    check(
        &expected,
        r#"{"id":7}"#,
        r#"{"contentType":"application/json;charset=utf-8"}"#,
        &[],
    );
    check(
        &expected,
        r#"{"id":7}"#,
        r#"{"contentType":"application/hal+json"}"#,
        &[
            " -> Expected message with content type application/json but was application/hal+json",
            r#"contentType -> Expected metadata key 'contentType' to have value '"application/json"' but was '"application/hal+json"' - Expected 'application/hal+json' (String) to be equal to 'application/json' (String)"#,
        ],
    );
}
