//! Whether every relation of a link is explained.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::TestBroker;

/// The relations that a document has.
pub(super) fn relations(document: &Value, found: &mut BTreeSet<String>) {
    match document {
        Value::Array(elements) => elements.iter().for_each(|one| relations(one, found)),
        Value::Object(members) => {
            for (key, member) in members {
                found.extend(key.strip_prefix("pb:").map(str::to_owned));
                relations(member, found);
            }
        }
        _ => {}
    }
}

/// Asks what each relation means.
pub(super) async fn are_explained(broker: &TestBroker, relations: &BTreeSet<String>) {
    let mut unexplained = Vec::new();
    for relation in relations {
        let path = format!("/doc/{relation}");
        let answer = broker.send("GET", &path, &[], "").await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (200, Some("text/html;charset=utf-8")),
            "{relation}"
        );
        if answer.text.contains("is not explained") {
            unexplained.push(relation);
        }
    }
    assert!(unexplained.is_empty(), "{unexplained:?}");
    assert!(relations.len() > 60, "{relations:?}");
}
