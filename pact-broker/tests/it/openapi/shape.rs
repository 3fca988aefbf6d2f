//! Whether the description is one of OpenAPI 3.1.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{described, schema::resolve};
use crate::support::TestBroker;

/// Calls `visit` with every value under every key, and the key.
fn walk<'a>(value: &'a Value, visit: &mut impl FnMut(&str, &'a Value)) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|one| walk(one, visit)),
        Value::Object(members) => {
            for (key, member) in members {
                visit(key, member);
                walk(member, visit);
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn the_description_has_the_shape_of_openapi_3_1() {
    let broker = TestBroker::start().await;
    let (document, operations) = described(&broker).await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    for member in ["title", "version"] {
        assert!(document["info"][member].is_string(), "info has no {member}");
    }
    assert_eq!(document["servers"][0]["url"], broker.url());
    let mut names = BTreeSet::new();
    for operation in &operations {
        let (path, one) = (&operation.path, &operation.described);
        assert!(path.starts_with('/'), "{path}");
        let name = one["operationId"].as_str().unwrap();
        assert!(names.insert(name.to_owned()), "{name} is there twice");
        assert!(one["summary"].is_string(), "{name}");
        let declared: Vec<&Value> = [&document["paths"][path]["parameters"], &one["parameters"]]
            .into_iter()
            .flat_map(|list| list.as_array().into_iter().flatten())
            .collect();
        let mut places = BTreeSet::new();
        for parameter in &declared {
            let place = (parameter["in"].to_string(), parameter["name"].to_string());
            assert!(places.insert(place), "{name}: {parameter} is there twice");
            assert!(parameter["schema"].is_object(), "{name}: {parameter}");
            let of_path = parameter["in"] == "path";
            assert_eq!(
                parameter["required"] == true,
                of_path,
                "{name}: {parameter}"
            );
        }
        let used: BTreeSet<&str> = path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        let of_path = declared.iter().filter(|one| one["in"] == "path");
        let named: BTreeSet<&str> = of_path.map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(used, named, "{name}");
        check_responses(name, &one["responses"]);
    }
}

/// Checks the answers of an operation.
fn check_responses(name: &str, responses: &Value) {
    let responses = responses.as_object().unwrap();
    assert!(!responses.is_empty(), "{name} answers nothing");
    for (status, response) in responses {
        assert!(
            status == "default"
                || status
                    .parse::<u16>()
                    .is_ok_and(|status| (200..600).contains(&status)),
            "{name}"
        );
        assert!(response["description"].is_string(), "{name} {status}");
        assert!(
            status != "204" || response.get("content").is_none(),
            "{name} {status}"
        );
        for (media, content) in response["content"].as_object().into_iter().flatten() {
            assert!(
                media.contains('/') && content["schema"].is_object(),
                "{name} {status} {media}"
            );
        }
    }
}

#[tokio::test]
async fn every_reference_leads_to_a_schema_and_every_schema_is_referred_to() {
    let broker = TestBroker::start().await;
    let (document, _) = described(&broker).await;
    let mut ids = BTreeSet::new();
    walk(&document, &mut |key, value| {
        if key == "$ref" {
            let pointer = value.as_str().unwrap();
            assert!(
                resolve(&document, pointer).is_some(),
                "{pointer} leads nowhere"
            );
            ids.insert(pointer.rsplit('/').next().unwrap().to_owned());
        }
    });
    for name in document["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
    {
        assert!(ids.contains(name), "nothing refers to {name}");
    }
}

#[tokio::test]
async fn a_request_that_takes_a_body_says_which_and_no_other_does() {
    let broker = TestBroker::start().await;
    for operation in described(&broker).await.1 {
        let (method, path) = (&operation.method, &operation.path);
        let acts = path == "/webhooks/{webhook}/execute" || path == "/test/error";
        let takes = matches!(method.as_str(), "POST" | "PUT" | "PATCH") && !acts;
        let body = operation.described.get("requestBody");
        assert_eq!(body.is_some(), takes, "{method} {path}");
        let Some(body) = body else { continue };
        // What is said to be taken is taken, and nothing else is.
        let taken: Vec<&String> = body["content"].as_object().unwrap().keys().collect();
        let known = [
            "application/json",
            "application/merge-patch+json",
            "text/plain",
        ];
        let filled = path.replace(['{', '}'], "");
        for media in known {
            let headers = [("content-type", media), ("accept", "application/hal+json")];
            let answer = broker.send(method, &filled, &headers, "[").await;
            let refused = answer.status == 415;
            assert_eq!(
                !refused,
                taken.iter().any(|name| *name == media),
                "{method} {path} {media}: {}",
                answer.text
            );
        }
    }
}
