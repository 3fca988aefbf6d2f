//! Bodies of every kind, answered by the mock server and read back from the file.

use pact_consumer::prelude::*;
use pact_core::matching::{ActualRequest, ActualResponse};
use pact_core::model::{HttpExchange, InteractionKind};
use pact_core::plan::{RequestPlan, ResponsePlan};

use crate::patterns::survives;

/// Describes an exchange and returns it as the file has it.
fn exchange(describe: impl FnOnce(&mut PactBuilder)) -> HttpExchange {
    let mut pact = PactBuilder::new("order-web", "order-api");
    describe(&mut pact);
    let mut built = survives(&pact);
    let mock = pact.try_start().unwrap();
    assert!(mock.failure().is_some(), "nobody has asked");
    match built.interactions.remove(0).kind {
        InteractionKind::Http(exchange) => *exchange,
        other => panic!("{other:?}"),
    }
}

/// Returns the differences of an answer of the type.
fn answered(exchange: &HttpExchange, content_type: &str, body: &str) -> Vec<String> {
    let headers = [("Content-Type", content_type)];
    let actual = ActualResponse {
        status: exchange.response.status,
        headers: &headers,
        body: body.as_bytes(),
    };
    let plan = ResponsePlan::compile(&exchange.response).unwrap();
    plan.compare(&actual)
        .iter()
        .map(ToString::to_string)
        .collect()
}

/// Returns the differences of a request of the type.
fn asked(exchange: &HttpExchange, content_type: &str, body: &str) -> Vec<String> {
    let headers = [("Content-Type", content_type)];
    let actual = ActualRequest {
        method: &exchange.request.method,
        path: &exchange.request.path,
        query: None,
        headers: &headers,
        body: body.as_bytes(),
    };
    let plan = RequestPlan::compile(&exchange.request).unwrap();
    plan.compare(&actual)
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn text(bytes: &pact_core::model::Body) -> &str {
    std::str::from_utf8(&bytes.content().unwrap().bytes).unwrap()
}

#[test]
fn texts_have_a_pattern() {
    let exchange = exchange(|pact| {
        pact.upon_receiving("a greeting")
            .post("/greetings")
            .text_body(regex("Hello, [a-z]+!", "Hello, world!"))
            .will_respond_with(200)
            .text_body("Hello");
    });
    assert_eq!(text(&exchange.request.body), "Hello, world!");
    assert_eq!(
        asked(&exchange, "text/plain", "Hello, you!"),
        Vec::<String>::new()
    );
    assert_eq!(asked(&exchange, "text/plain", "Bye").len(), 1);
    assert_eq!(
        answered(&exchange, "text/plain", "Hello"),
        Vec::<String>::new()
    );
}

#[test]
fn forms_have_fields_with_patterns() {
    let exchange = exchange(|pact| {
        pact.upon_receiving("a form")
            .post("/forms")
            .form_body(
                json_pattern!({ "name": like("Zoë & Co"), "tags": ["a", "b"], "age": integer(42) }),
            )
            .will_respond_with(204);
    });
    assert_eq!(
        text(&exchange.request.body),
        "name=Zo%C3%AB+%26+Co&tags=a&tags=b&age=42"
    );
    let form = "application/x-www-form-urlencoded";
    assert_eq!(
        asked(&exchange, form, "age=7&tags=a&tags=b&name=x"),
        Vec::<String>::new()
    );
    assert_eq!(
        asked(&exchange, form, "age=x&tags=a&tags=b&name=x").len(),
        1
    );
}

#[test]
fn xml_has_elements_attributes_and_namespaces() {
    let exchange = exchange(|pact| {
        pact.upon_receiving("a request for order 42")
            .get("/orders/42")
            .will_respond_with(200)
            .xml_body(
                Xml::element("o:order")
                    .attribute("xmlns:o", "urn:orders")
                    .attribute("id", integer(42))
                    .child(Xml::element("o:note").text(regex("[a-z <&]+", "a < b & c")))
                    .each_child(Xml::element("o:line").attribute("sku", like("A1"))),
            );
    });
    insta::assert_snapshot!(text(&exchange.response.body), @r#"<?xml version="1.0" encoding="UTF-8"?><o:order xmlns:o="urn:orders" id="42"><o:note>a &lt; b &amp; c</o:note><o:line sku="A1"/></o:order>"#);
    let rules = exchange.response.matching_rules.body.iter();
    let paths: Vec<_> = rules.map(|(path, _)| path.to_string()).collect();
    assert_eq!(
        paths,
        [
            "$['urn:orders:order']['@id']",
            "$['urn:orders:order']['urn:orders:note']['#text']",
            "$['urn:orders:order']['urn:orders:line']",
            "$['urn:orders:order']['urn:orders:line']['@sku']"
        ]
    );
    let other =
        r#"<order xmlns="urn:orders" id="7"><note>x</note><line sku="B"/><line sku="C"/></order>"#;
    assert_eq!(
        answered(&exchange, "application/xml", other),
        Vec::<String>::new()
    );
    let wrong = other.replace("\"7\"", "\"seven\"").replace(">x<", ">X<");
    assert_eq!(answered(&exchange, "application/xml", &wrong).len(), 2);
}

#[test]
fn multipart_bodies_have_fields_files_and_documents() {
    let png = [
        0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d,
    ];
    let exchange = exchange(|pact| {
        pact.upon_receiving("an upload")
            .post("/uploads")
            .multipart_body([
                Part::field("title", like("a \"photo\"")),
                Part::json("meta", json_pattern!({ "width": integer(640) })),
                Part::file("photo", "a.png", "image/png", png),
                Part::file("raw", "a.bin", "application/octet-stream", [1, 2]).exactly(),
            ])
            .will_respond_with(201);
    });
    let rules = exchange.request.matching_rules.body.iter();
    let shown: Vec<_> = rules
        .map(|(path, list)| format!("{path} {}", list.rules[0].name()))
        .collect();
    assert_eq!(
        shown,
        [
            "$.title type",
            "$.meta.width integer",
            "$.photo contentType"
        ]
    );
    let sent = |width: &str| {
        format!(
            "--b\r\nContent-Disposition: form-data; name=\"raw\"; filename=\"b\"\r\nContent-Type: application/octet-stream\r\n\r\n\u{1}\u{2}\r\n\
             --b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nx\r\n\
             --b\r\nContent-Disposition: form-data; name=\"meta\"\r\nContent-Type: application/json\r\n\r\n{{\"width\":{width}}}\r\n\
             --b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n@\r\n--b--\r\n"
        )
    };
    let bytes = |width: &str| {
        let mut bytes = Vec::new();
        for byte in sent(width).bytes() {
            match byte {
                b'@' => bytes.extend(png),
                other => bytes.push(other),
            }
        }
        bytes
    };
    let compare = |body: &[u8]| {
        let headers = [("Content-Type", "multipart/form-data; boundary=b")];
        let actual = ActualRequest {
            method: "POST",
            path: "/uploads",
            query: None,
            headers: &headers,
            body,
        };
        let plan = RequestPlan::compile(&exchange.request).unwrap();
        plan.compare(&actual)
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(compare(&bytes("7")), Vec::<String>::new());
    assert_eq!(compare(&bytes("\"7\"")).len(), 1);
}

#[test]
fn files_are_judged_by_what_they_look_like() {
    let exchange = exchange(|pact| {
        pact.upon_receiving("a request for an invoice")
            .get("/invoices/1")
            .will_respond_with(200)
            .file_body("%PDF-1.7 example", "application/pdf");
    });
    assert_eq!(
        answered(&exchange, "application/pdf", "%PDF-1.4 other"),
        Vec::<String>::new()
    );
    assert_eq!(answered(&exchange, "application/pdf", "GIF89a").len(), 1);
}

#[test]
fn graphql_queries_ignore_white_space() {
    let exchange = exchange(|pact| {
        pact.upon_receiving("a query for an order")
            .post("/graphql")
            .graphql_body(
                "query Order($id: ID!) {\n  order(id: $id) { status }\n}",
                json_pattern!({ "id": like("42") }),
            )
            .will_respond_with(200)
            .json_body(json_pattern!({ "data": { "order": { "status": like("open") } } }));
    });
    let same = r#"{"query":"query Order($id: ID!) { order(id: $id) {\n status } }","variables":{"id":"7"}}"#;
    assert_eq!(
        asked(&exchange, "application/json", same),
        Vec::<String>::new()
    );
    let other = same.replace("status", "total");
    assert_eq!(asked(&exchange, "application/json", &other).len(), 1);
}

#[test]
fn graphql_queries_are_compared_token_by_token() {
    let exchange = exchange(|pact| {
        pact.upon_receiving("a query for orders")
            .post("/graphql")
            .graphql_body(
                "{ orders(first: -2, note: \"a b\") { id name ...More } # all of them\n}",
                (),
            )
            .will_respond_with(200);
    });
    let differs = |query: &str| {
        let body = serde_json::json!({ "query": query }).to_string();
        asked(&exchange, "application/json", &body).len()
    };
    for same in [
        "{orders(first:-2 note:\"a b\"){id,name...More}}",
        "{ orders ( first : -2, note : \"a b\" ) { id\n\tname ... More }\n# some of them\n}",
    ] {
        assert_eq!(differs(same), 0, "{same}");
    }
    for other in [
        "{orders(first:-2 note:\"a b\"){idname...More}}",
        "{orders(first:-2 note:\"ab\"){id name...More}}",
        "{orders(first:-2 note:\"a  b\"){id name...More}}",
        "{orders(first:2 note:\"a b\"){id name...More}}",
        "{all{orders(first:-2 note:\"a b\"){id name...More}}}",
        "{orders(first:-2 note:\"a b\"){id name...More total}}",
    ] {
        assert_eq!(differs(other), 1, "{other}");
    }
}

#[test]
fn a_body_may_be_empty_or_of_a_type_of_its_own() {
    let exchange = exchange(|pact| {
        pact.upon_receiving("a deletion")
            .delete("/orders/42")
            .empty_body()
            .will_respond_with(200)
            .json_body(json_pattern!({ "id": 42 }))
            .header("Content-Type", "application/hal+json;charset=utf-8");
    });
    assert_eq!(asked(&exchange, "text/plain", "x").len(), 1);
    let named = exchange.response.headers.get("content-type").unwrap();
    assert_eq!(named, ["application/hal+json;charset=utf-8"]);
    let type_of_body = &exchange.response.body.content().unwrap().content_type;
    assert_eq!(
        type_of_body.as_ref().unwrap().essence(),
        "application/hal+json"
    );
}
