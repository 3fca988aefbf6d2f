//! One rich failing run in every form a report has, word by word.

use std::sync::LazyLock;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{any, get as route, post};
use pact_core::format;
use pact_core::json::{Json, Object};
use pact_core::model::{
    Body, ContentType, Interaction, InteractionKind, Message, Pact, ProviderState,
};
use pact_core::path::DocPath;
use pact_core::rules::MatchingRule;
use pact_provider::{BrokerOptions, ProducedMessage, Report, StateContext, Style, Verifier};
use regex::Regex;
use serde_json::{Value, json};

use crate::schema;
use crate::support::{get, given, pact, serve};

/// The pact of a broker: one interaction that holds, one that does not, one nobody can set up, and
/// a message with the wrong topic.
fn of_broker() -> Pact {
    let mut state = ProviderState::new("order exists");
    state.params.insert("id".to_owned(), 42_i64);
    let mut differs = given(
        get(
            "its <b>total</b>",
            "/orders/42",
            r#"{"id":42,"total":10.5}"#,
        ),
        state.clone(),
    );
    if let InteractionKind::Http(exchange) = &mut differs.kind {
        exchange.request.headers.push("Accept", "application/json");
        exchange.response.headers.push("X-Page", "1");
        let total: DocPath = "$.total".parse().unwrap();
        let rules = &mut exchange.response.matching_rules;
        rules.body.add(total, MatchingRule::Decimal);
    }
    let mut metadata = Object::default();
    metadata.insert("topic".to_owned(), "orders");
    let message = Message {
        contents: Body::present(r#"{"id":42}"#, Some(ContentType::json())),
        metadata,
        ..Message::default()
    };
    pact([
        given(get("order 42", "/orders/42", r#"{"id":42}"#), state),
        differs,
        given(get("a <script>", "/", "{}"), ProviderState::new("nobody's")),
        Interaction::new(
            "an order was placed",
            InteractionKind::AsyncMessage(Box::new(message)),
        ),
    ])
}

/// A pact of another consumer, whose one interaction is pending and speaks for itself.
fn given_in_code() -> Pact {
    let mut pending = get("a page that fails", "/broken", r#"{"id":1}"#);
    pending.pending = true;
    pending.key = Some("k1".to_owned());
    let name = Json::from("shows the page");
    pending.comments.insert("testname".to_owned(), name);
    let mut pact = pact([pending]);
    pact.consumer = "app | b".to_owned();
    pact
}

/// A broker that refuses results.
async fn broker() -> String {
    let text = format::write(&of_broker()).unwrap();
    let mut content: Value = serde_json::from_str(&text).unwrap();
    content["_links"] = json!({ "pb:publish-verification-results": { "href": "/results" } });
    content["interactions"][1]["_id"] = json!("f00");
    let index = json!({ "_links": { "pb:provider-pacts-for-verification": { "href": "/find" } } });
    let notices = json!([
        { "when": "before_verification", "text": "This is the latest pact of web." },
        { "when": "after_verification:success_false_published_false", "text": "Nobody heard of it." },
        { "when": "after_verification:success_true_published_true", "text": "All is well." },
    ]);
    let found = json!({ "_embedded": { "pacts": [{
        "_links": { "self": { "href": "/pact", "name": "latest of web" } },
        "verificationProperties": { "pending": false, "notices": notices },
    }] } });
    let refuse = || async {
        (
            StatusCode::FORBIDDEN,
            axum::Json(json!({ "error": "read only" })),
        )
    };
    let router = Router::new()
        .route("/", route(|| async { axum::Json(index) }))
        .route("/find", any(|| async { axum::Json(found) }))
        .route("/pact", route(|| async { axum::Json(content) }))
        .route("/results", post(refuse));
    serve(router).await
}

pub(crate) async fn rich() -> Report {
    let order = || async {
        let body = axum::Json(json!({ "id": 42, "total": "<b>&\"" }));
        ([("x-page", "2")], body)
    };
    let broken = || async { (StatusCode::INTERNAL_SERVER_ERROR, "out of \u{1b}[31mpaper") };
    Verifier::new("api")
        .broker(BrokerOptions::new(broker().await))
        .pact(given_in_code())
        .pact_file("missing.json")
        .service(
            Router::new()
                .route("/orders/42", route(order))
                .route("/broken", route(broken)),
        )
        .header("X-Token", "secret")
        .state("order exists", |_: StateContext| async {})
        .message("an order was placed", |_| async {
            ProducedMessage::json(&json!({ "id": 42 })).map(|one| one.metadata("topic", "bills"))
        })
        .publish("1.0.0")
        .rerun_command(|_, interaction| format!("verify {:?}", interaction.description))
        .run()
        .await
        .unwrap()
}

/// What changes from run to run.
static CHANGING: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    [
        (r"127\.0\.0\.1:\d+", "HOST"),
        (r"\d+ ms", "N ms"),
        (r#""\d+ms""#, r#""Nms""#),
        (r#"("\w*[dD]urationMs": )[\d.]+"#, "${1}0.0"),
        (r#"time="[\d.]+""#, r#"time="0""#),
        (r"\d{4}-\d\d-\d\d(T[\d:.]+Z| [\d:]+ UTC)", "NOW"),
    ]
    .map(|(text, name)| (Regex::new(text).unwrap(), name))
    .into()
});

fn stable(text: String) -> String {
    { CHANGING.iter() }.fold(text, |text, (regex, name)| {
        regex.replace_all(&text, *name).into_owned()
    })
}

#[tokio::test]
async fn text_for_people() {
    insta::assert_snapshot!(stable(rich().await.to_string()));
}

#[tokio::test]
async fn colour_is_the_only_difference_between_the_styles() {
    let report = rich().await;
    let colours = Regex::new("\u{1b}\\[\\d+m").unwrap();
    let coloured = report.to_text(Style::Ansi);
    assert_eq!(
        colours.replace_all(&coloured, ""),
        report.to_text(Style::Plain)
    );
}

#[tokio::test]
async fn json_for_programs() {
    let json = rich().await.to_json();
    schema::check(&json);
    insta::assert_snapshot!(stable(json));
}

#[tokio::test]
async fn junit_for_build_servers() {
    let xml = rich().await.to_junit();
    assert!(!xml.contains('\u{1b}'), "{xml}");
    fits_jenkins(&xml);
    insta::assert_snapshot!(stable(xml));
}

/// An element of JUnit reports: the attributes it must have, those it may have, what may stand in it.
type Element = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
);

/// What of `junit-10.xsd`, the schema that Jenkins holds such files against, a report may use.
const JENKINS: [Element; 6] = [
    (
        "testsuites",
        &[],
        &["name", "time", "tests", "failures", "errors"],
        &["testsuite"],
    ),
    (
        "testsuite",
        &["name", "tests", "failures", "errors"],
        &["skipped", "time", "timestamp", "hostname"],
        &["testcase", "properties", "system-out", "system-err"],
    ),
    (
        "testcase",
        &["name"],
        &["time", "classname"],
        &["skipped", "error", "failure", "system-out", "system-err"],
    ),
    ("skipped", &[], &["type", "message"], &[]),
    ("error", &[], &["type", "message"], &[]),
    ("failure", &[], &["type", "message"], &[]),
];

/// Panics unless every element of the report is as the schema says.
#[track_caller]
fn fits_jenkins(xml: &str) {
    let document = roxmltree::Document::parse(xml).unwrap();
    let seconds = Regex::new(r"^\d+\.\d{3}$").unwrap();
    assert!(document.root_element().has_tag_name("testsuites"));
    for element in document.descendants().filter(|node| node.is_element()) {
        let name = element.tag_name().name();
        let (_, required, allowed, children) = { JENKINS.iter() }
            .find(|(known, ..)| *known == name)
            .unwrap_or_else(|| panic!("<{name}> is no part of a report"));
        for attribute in *required {
            assert!(
                element.has_attribute(*attribute),
                "<{name}> has no {attribute}"
            );
        }
        for attribute in element.attributes() {
            let known = required.contains(&attribute.name()) || allowed.contains(&attribute.name());
            assert!(known, "<{name}> may not have {}", attribute.name());
            let is_time = attribute.name() == "time";
            assert!(
                !is_time || seconds.is_match(attribute.value()),
                "{attribute:?}"
            );
        }
        for child in element.children().filter(|child| child.is_element()) {
            let child = child.tag_name().name();
            assert!(
                children.contains(&child),
                "<{child}> may not stand in <{name}>"
            );
        }
    }
}

#[tokio::test]
async fn junit_is_well_formed_whatever_a_pact_or_a_provider_says() {
    let odd = "a]]> <b>&amp; \u{0}\u{1b}[31m\u{b}\u{fffe}\u{ffff}\u{202e}\"'\r\n\t--><!--";
    let mut interaction = get(odd, "/", r#"{"id":1}"#);
    interaction.comments.insert("testname", odd);
    let mut pact = pact([
        given(interaction, ProviderState::new(odd)),
        get(odd, "/", "{}"),
    ]);
    pact.consumer = odd.to_owned();
    let report = Verifier::new(odd)
        .pact(pact)
        .any_state(|_| async {})
        .service(Router::new().fallback(move || async move { (StatusCode::NOT_FOUND, odd) }))
        .run()
        .await
        .unwrap();
    let xml = report.to_junit();
    let document =
        roxmltree::Document::parse(&xml).unwrap_or_else(|error| panic!("{error}\n{xml}"));
    fits_jenkins(&xml);
    let count = |name: &str| {
        { document.descendants() }
            .filter(|node| node.has_tag_name(name))
            .count()
    };
    assert_eq!(
        (count("testsuite"), count("testcase"), count("failure")),
        (1, 2, 2),
        "{xml}"
    );
}

#[tokio::test]
async fn html_that_runs_nothing_a_pact_or_a_provider_says() {
    let html = rich().await.to_html();
    assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
    assert!(!html.contains("src=") && !html.contains("href="), "{html}");
    insta::assert_snapshot!(stable(html));
}

#[tokio::test]
async fn annotations_for_github() {
    insta::assert_snapshot!(stable(rich().await.to_github()));
}

#[tokio::test]
async fn markdown_for_the_summary_of_a_step() {
    insta::assert_snapshot!(stable(rich().await.to_markdown()));
}

#[tokio::test]
async fn sarif_for_code_scanners() {
    insta::assert_snapshot!(stable(rich().await.to_sarif()));
}

#[tokio::test]
async fn a_run_that_holds_is_as_documented_too() {
    let report = Verifier::new("api")
        .pact(pact([get("anything", "/", "{}")]))
        .service(Router::new().fallback(|| async { axum::Json(json!({})) }))
        .run()
        .await
        .unwrap();
    schema::check(&report.to_json());
    let none = Verifier::new("api")
        .pacts_from_dir(tempfile::tempdir().unwrap().path())
        .service(Router::new())
        .run()
        .await
        .unwrap();
    schema::check(&none.to_json());
}
