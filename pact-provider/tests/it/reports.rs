//! One rich failing run in every form a report has.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get as route;
use pact_core::model::ProviderState;
use pact_provider::{Report, StateContext, Style};
use serde_json::Value;

use crate::support::{get, given, verifier};

/// Passes once, differs once, is pending once, cannot be set up once.
async fn rich() -> Report {
    let order = || async { axum::Json(serde_json::json!({ "id": 42, "note": "<b>&\"" })) };
    let app = Router::new().route("/orders/42", route(order)).route(
        "/broken",
        route(|| async { StatusCode::INTERNAL_SERVER_ERROR }),
    );
    let mut pending = get("a page that fails", "/broken", r#"{"id":1}"#);
    pending.pending = true;
    let unknown = given(
        get("a <script>", "/orders/42", "{}"),
        ProviderState::new("nobody's"),
    );
    verifier([
        given(
            get("order 42", "/orders/42", r#"{"id":42}"#),
            ProviderState::new("42 exists"),
        ),
        get("its note", "/orders/42", r#"{"note":1}"#),
        pending,
        unknown,
    ])
    .service(app)
    .state("42 exists", |_: StateContext| async {})
    .pact_file("missing.json")
    .run()
    .await
    .unwrap()
}

#[tokio::test]
async fn json_has_the_official_keys_and_ours() {
    let json: Value = serde_json::from_str(&rich().await.to_json()).unwrap();
    assert_eq!(json["result"], false);
    assert_eq!(json["exitCode"], 1);
    let errors = json["errors"].as_array().unwrap();
    assert_eq!(errors[0]["interaction"], "Failed to load pact");
    assert_eq!(
        errors[1]["interaction"],
        "Verifying a pact between web and api - its note"
    );
    insta::assert_snapshot!(errors[1]["mismatch"], @r#"{"interactionId":"","mismatches":[{"actual":"<b>&\"","expected":"1","mismatch":"body at $.note: expected the number 1, got the string \"<b>&\\\"\"","path":"$.note","type":"BodyMismatch"}],"type":"mismatches"}"#);
    insta::assert_snapshot!(json["pendingErrors"][0]["mismatch"]["mismatches"][0], @r#"{"actual":500,"expected":200,"mismatch":"status: expected 200, got 500","type":"StatusMismatch"}"#);
    insta::assert_snapshot!(json["summary"], @r#"{"failed":2,"interactions":4,"leftOut":0,"notLoaded":1,"passed":1,"pending":1}"#);
    let results: Vec<_> = { json["interactionResults"].as_array().unwrap().iter() }
        .map(|result| {
            (
                result["description"].as_str().unwrap(),
                result["result"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        results,
        [
            ("order 42", "OK"),
            ("its note", "Error"),
            ("a page that fails", "Error"),
            ("a <script>", "Error")
        ]
    );
    insta::assert_snapshot!(json["pacts"][0]["interactions"][1]["mismatches"], @r#"[{"actual":"<b>&\"","expected":"1","message":"body at $.note: expected the number 1, got the string \"<b>&\\\"\"","part":"body","path":"$.note","rule":null}]"#);
    insta::assert_snapshot!(json["pacts"][0]["interactions"][1]["request"], @r#"{"body":"","headers":[],"method":"GET","target":"/orders/42"}"#);
}

#[tokio::test]
async fn junit_is_well_formed_and_has_a_case_for_each_interaction() {
    let xml = rich().await.to_junit();
    for expected in [
        r#"tests="5""#,
        r#"name="order 42, given 42 exists""#,
        "<skipped",
        "a &lt;script&gt;, given nobody",
        r#"name="loading pacts""#,
        "hint: add a handler to the verifier:",
    ] {
        assert!(xml.contains(expected), "{expected}\n{xml}");
    }
    let escaped = xml.matches('<').count();
    assert_eq!(
        escaped,
        xml.matches('>').count() - xml.matches("->").count(),
        "{xml}"
    );
}

#[tokio::test]
async fn html_runs_nothing_that_a_pact_or_a_provider_says() {
    let html = rich().await.to_html();
    assert!(html.starts_with("<!doctype html>"));
    assert!(
        html.contains("a &lt;script&gt;, given nobody&#39;s"),
        "{html}"
    );
    assert!(
        html.contains("&quot;note&quot;:&quot;&lt;b&gt;&amp;"),
        "{html}"
    );
    assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
    assert!(!html.contains("src=") && !html.contains("href="), "{html}");
}

#[tokio::test]
async fn github_gets_an_annotation_for_each_failure() {
    let report = rich().await;
    insta::assert_snapshot!(report.to_github(), @r#"
    ::error title=web%3A its note::body at $.note: expected the number 1, got the string "<b>&\""
    ::warning title=web%3A a page that fails::status: expected 200, got 500%0Abody at /: expected 8 bytes of application/json, got nothing
    ::error title=web%3A a <script>%2C given nobody's::no handler for provider state `nobody's`
    ::error title=a pact cannot be loaded::cannot read `missing.json`: No such file or directory (os error 2)
    "#);
    let (start, end) =
        report
            .to_markdown()
            .split_once(" (")
            .map_or_else(Default::default, |(start, rest)| {
                let end = rest.split_once(" ms)").map_or(rest, |(_, end)| end);
                (start.to_owned(), end.to_owned())
            });
    let markdown = format!("{start} (0 ms){end}");
    insta::assert_snapshot!(markdown, @r#"
    ## api

    FAILED: 1 of 4 interactions hold, 2 failed, 1 pending, 1 source not loaded (0 ms)

    ### web → api

    | verdict | interaction | differs |
    |---|---|---|
    | ✅ holds | order 42, given 42 exists |  |
    | ❌ failed | its note | body at $.note: expected the number 1, got the string "&lt;b&gt;&amp;\\"" |
    | 🟡 pending | a page that fails | status: expected 200, got 500<br>body at /: expected 8 bytes of application/json, got nothing |
    | ❌ failed | a &lt;script&gt;, given nobody's | no handler for provider state \`nobody's\` |

    Run again:

    ```sh
    verify "its note"
    verify "a page that fails"
    verify "a <script>"
    ```

    ❌ cannot read \`missing.json\`: No such file or directory (os error 2)
    "#);
}

#[tokio::test]
async fn sarif_lists_what_failed() {
    let json: Value = serde_json::from_str(&rich().await.to_sarif()).unwrap();
    let results = json["runs"][0]["results"].as_array().unwrap();
    let rules: Vec<_> = results
        .iter()
        .map(|result| result["ruleId"].as_str().unwrap())
        .collect();
    assert_eq!(
        rules,
        [
            "contract-broken",
            "contract-broken",
            "not-verified",
            "not-loaded"
        ]
    );
    let levels: Vec<_> = results
        .iter()
        .map(|result| result["level"].as_str().unwrap())
        .collect();
    assert_eq!(levels, ["error", "warning", "error", "error"]);
}

#[tokio::test]
async fn colour_is_the_only_difference_between_the_styles() {
    let report = rich().await;
    let mut plain = String::new();
    let coloured = report.to_text(Style::Ansi);
    let mut parts = coloured.split('\u{1b}');
    plain.extend(parts.next());
    for part in parts {
        plain.extend(part.split_once('m').map(|(_, text)| text));
    }
    assert_eq!(plain, report.to_text(Style::Plain));
}
