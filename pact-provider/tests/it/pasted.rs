//! Handlers as a report shows them, pasted to be compiled.

use axum::Router;
use axum::routing::get as route;
use pact_core::model::ProviderState;
use pact_provider::Verifier;

use crate::support::{get, given, verifier};

/// The text of this file, in which the test looks for what reports show.
const TEXT: &str = include_str!("pasted.rs");

#[rustfmt::skip]
#[expect(unused_variables, reason = "who pastes it knows what to do with them")]
fn with_handlers(verifier: Verifier) -> Verifier {
    verifier
        .state("there are no orders", |_| async {
            // make it so
        })
        .state("order \"42\" exists", |ctx| async move {
            let order_id: i64 = ctx.param("orderId")?;
            let value_type: String = ctx.param("type")?;
            let value_2nd: f64 = ctx.param("2nd")?;
            let paid: bool = ctx.param("paid?")?;
            let lines = ctx.params().get("lines").cloned();
            let value = ctx.params().get("→").cloned();
            // make it so
            Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
        })
}

fn provider() -> Router {
    Router::new().route(
        "/ok",
        route(|| async { axum::Json(serde_json::json!({ "ok": true })) }),
    )
}

#[tokio::test]
async fn the_handler_that_is_shown_compiles_as_it_stands() {
    let mut state = ProviderState::new("order \"42\" exists");
    let params = r#"{"orderId":42,"type":"a","2nd":1.5,"paid?":true,"lines":[],"→":null}"#;
    state.params = pact_core::json::Json::parse(params.as_bytes())
        .unwrap()
        .as_object()
        .unwrap()
        .clone()
        .into_owned();
    let interactions = [
        given(get("a", "/ok", r#"{"ok":true}"#), state),
        given(
            get("b", "/ok", r#"{"ok":true}"#),
            ProviderState::new("there are no orders"),
        ),
    ];
    let report = verifier(interactions.clone())
        .service(provider())
        .run()
        .await
        .unwrap();
    let without_indent =
        |text: &str| -> Vec<String> { text.lines().map(|line| line.trim().to_owned()).collect() };
    let (text, pasted) = (without_indent(&report.to_string()), without_indent(TEXT));
    let mut found = 0;
    for at in (0..text.len()).filter(|at| text[*at].starts_with(".state(")) {
        let end = at + text[at..].iter().position(|line| line == "})").unwrap();
        let shown = &text[at..=end];
        assert!(
            pasted.windows(shown.len()).any(|lines| lines == shown),
            "{shown:#?}"
        );
        found += 1;
    }
    assert_eq!(found, 2, "{report}");
    let complete = with_handlers(verifier(interactions).service(provider()));
    complete.run().await.unwrap().assert();
}
