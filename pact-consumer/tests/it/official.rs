//! The shapes of our contracts, verified by the ecosystem's verifier.
//!
//! `PACT_OFFICIAL_CLI` is the path of the official `pact` program. Without it these tests say that
//! they were left out.

use std::io::Write;
use std::process::{Command, Stdio};

use pact_consumer::prelude::*;
use pact_consumer::{MatchingRule, SpecVersion, StatusClass};
use pact_core::model::Pact;

/// Has the official verifier replay the contract against a mock server of the same interactions;
/// returns what it printed, and whether it was satisfied.
fn verified(mut pact: PactBuilder) -> Option<(bool, String)> {
    let contract = pact.build();
    replayed(&contract, pact.start())
}

/// Has the official verifier replay the contract against the server.
fn replayed(contract: &Pact, mock: MockServer) -> Option<(bool, String)> {
    let Some(program) = std::env::var_os("PACT_OFFICIAL_CLI").filter(|path| !path.is_empty())
    else {
        // The test runner swallows what `eprintln!` says in a test that passes.
        let _ = writeln!(
            std::io::stderr(),
            "LEFT OUT: a test with the official pact program: PACT_OFFICIAL_CLI does not name it"
        );
        return None;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("web-api.json");
    std::fs::write(&file, pact_core::format::write(contract).unwrap()).unwrap();
    let port = mock.addr().port().to_string();
    let output = Command::new(program)
        .args([
            "verifier",
            "-n",
            "api",
            "-h",
            "127.0.0.1",
            "-p",
            &port,
            "-f",
        ])
        .arg(&file)
        .env("PACT_DO_NOT_TRACK", "true")
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = format!(
        "{}{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
        mock.finish()
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default(),
    );
    Some((output.status.success(), text))
}

fn json_answers(pact: &mut PactBuilder) {
    let patterns: [(&str, Pattern); 24] = [
        ("like", like(json_pattern!({ "a": [1, "b"] }))),
        (
            "each-like",
            each_like_min_max(json_pattern!({ "sku": like("A1") }), 1, 5),
        ),
        ("regex", regex("^(open|paid)$", "open")),
        ("include", include("pen", "open")),
        ("number", number(1.5)),
        ("integer", integer(1)),
        ("decimal", decimal(1.5)),
        ("null", null()),
        ("boolean", boolean(true)),
        (
            "datetime",
            datetime("yyyy-MM-dd'T'HH:mm:ss", "2026-03-31T10:15:00"),
        ),
        ("date", date("yyyy-MM-dd", "2026-03-31")),
        ("time", time("HH:mm", "10:15")),
        ("values", values_like(json_pattern!({ "a": like(1) }))),
        ("array-contains", array_containing([like("a"), integer(1)])),
        ("not-empty", not_empty("a")),
        ("semver", semver("1.2.3")),
        ("uuid", random_uuid()),
        ("random", random_integer(1, 9)),
        ("state", from_provider_state("${id}", 42)),
        (
            "each-key",
            each_key(
                MatchingRule::Regex {
                    regex: "a+".to_owned(),
                },
                json_pattern!({ "aa": 1 }),
            ),
        ),
        (
            "each-value",
            each_value(MatchingRule::Integer, json_pattern!({ "a": 1 })),
        ),
        ("equal", like(json_pattern!({ "a": equal("b") }))),
        ("hex", random_hexadecimal(4)),
        (
            "integration",
            integration_json(r#"{"a":{"pact:matcher:type":"integer","value":42}}"#),
        ),
    ];
    for (name, pattern) in patterns {
        pact.upon_receiving(format!("a request for {name}"))
            .get(format!("/{name}"))
            .will_respond_with(200)
            .json_body(json_pattern!({ "value": pattern }));
    }
}

fn other_bodies(pact: &mut PactBuilder) {
    let png = [
        0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d,
    ];
    pact.upon_receiving("a text")
        .get("/text")
        .will_respond_with(200)
        .text_body(regex("Hello, [a-z]+!", "Hello, world!"));
    pact.upon_receiving("a form")
        .post("/form")
        .form_body(json_pattern!({ "name": like("Zoë & Co"), "tags": ["a", "b"] }))
        .will_respond_with(200)
        .form_body(json_pattern!({ "id": integer(42) }));
    pact.upon_receiving("a document")
        .get("/xml")
        .will_respond_with(200)
        .xml_body(
            Xml::element("o:order")
                .attribute("xmlns:o", "urn:orders")
                .attribute("id", integer(42))
                .child(Xml::element("o:note").text(regex("[a-z]+", "fragile")))
                .each_child(Xml::element("o:line").attribute("sku", like("A1"))),
        );
    pact.upon_receiving("an upload")
        .post("/uploads")
        .multipart_body([
            Part::field("title", "photo"),
            Part::json("meta", json_pattern!({ "width": integer(640) })),
            Part::file("photo", "a.png", "image/png", png),
        ])
        .will_respond_with(201)
        .status_like(StatusClass::Success);
    pact.upon_receiving("a picture")
        .get("/picture")
        .will_respond_with(200)
        .file_body(png, "image/png");
    pact.upon_receiving("a query")
        .post("/graphql")
        .graphql_body(
            "query ($id: ID!) {\n order(id: $id) { status } }",
            json_pattern!({ "id": "42" }),
        )
        .will_respond_with(200)
        .json_body(json_pattern!({ "data": like(json_pattern!({ "order": null })) }));
    // No parameter without `=`: the official verifier does not send one.
    pact.upon_receiving("a search")
        .get(regex("/search/[a-z]+", "/search/orders"))
        .query("tag", ["a", "b"])
        .query("page", integer(1))
        .header("X-Id", regex("[0-9]+", "1"))
        .header("Accept", "application/json;q=1")
        .will_respond_with(200)
        .header("Vary", ["Accept", "Origin"])
        .header("ETag", regex("\"[0-9a-f]+\"", "\"a1\""));
}

#[test]
fn the_official_verifier_reads_every_shape_of_v4() {
    let mut pact = PactBuilder::new("web", "api");
    json_answers(&mut pact);
    other_bodies(&mut pact);
    if let Some((is_satisfied, text)) = verified(pact) {
        assert!(is_satisfied, "{text}");
    }
}

#[test]
fn the_official_verifier_reads_what_older_versions_hold() {
    for version in [SpecVersion::V2, SpecVersion::V3] {
        let mut pact = PactBuilder::new("web", "api");
        pact.spec_version(version);
        pact.upon_receiving("a request for order 42")
            .given("order 42 exists")
            .post(regex("/orders/[0-9]+", "/orders/42"))
            .query("tag", ["a", "b"])
            .header("X-Id", regex("[0-9]+", "1"))
            .json_body(json_pattern!({ "id": like(1), "name": "é" }))
            .will_respond_with(200)
            .json_body(
                json_pattern!({ "lines": each_like_min({ "sku": regex("A[0-9]", "A1") }, 2) }),
            );
        if let Some((is_satisfied, text)) = verified(pact) {
            assert!(is_satisfied, "{version}: {text}");
        }
    }
}

#[test]
fn the_official_verifier_reads_our_messages() {
    for version in [SpecVersion::V3, SpecVersion::V4] {
        let mut pact = PactBuilder::new("web", "api");
        pact.spec_version(version);
        pact.expects_to_receive("an order was placed")
            .metadata("contentType", "application/json")
            .json_body(
                json_pattern!({ "id": integer(42), "lines": each_like({ "sku": like("A1") }) }),
            );
        if version == SpecVersion::V4 {
            pact.upon_message("a question for a price")
                .json_body(json_pattern!({ "sku": "A1" }))
                .will_answer()
                .json_body(json_pattern!({ "price": decimal(9.5) }));
        }
        // The maker of messages is an endpoint that is asked by description.
        let mut maker = PactBuilder::new("verifier", "maker");
        maker
            .upon_receiving("the maker of a message")
            .post("/")
            .json_body(json_pattern!({ "description": "an order was placed" }))
            .will_respond_with(200)
            .json_body(json_pattern!({ "id": 7, "lines": [{ "sku": "B" }, { "sku": "C" }] }));
        let contents = json_pattern!({
            "content": { "sku": "A1" },
            "contentType": "application/json",
            "encoded": false,
        });
        maker
            .upon_receiving("the maker of an answer")
            .post("/")
            .json_body(json_pattern!({
                "description": "a question for a price",
                "request": { "contents": contents },
            }))
            .will_respond_with(200)
            .json_body(json_pattern!({ "price": 1.25 }));
        if let Some((is_satisfied, text)) = replayed(&pact.build(), maker.start()) {
            assert!(is_satisfied, "{version}: {text}");
        }
    }
}
