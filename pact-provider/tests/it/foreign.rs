//! Texts of others in reports: they steer no terminal, break no line and fill no page.

use axum::Router;
use pact_core::model::{Interaction, ProviderState};
use pact_provider::{Report, Verifier};
use serde_json::{Value, json};

use crate::support::{get, given, pact, serve};

/// A text that would steer a terminal, in both ways there are, break a line, also where only some see
/// its end, and show what follows from right to left.
const ODD: &str = "a\u{1b}[31m\u{9b}2J\r\nb\u{2028}\u{202e}\u{2066}";

fn wrong_everywhere() -> Router {
    Router::new().fallback(|| async { "wrong" })
}

/// A report with an odd text in every place that others fill.
async fn odd_report() -> Report {
    let folder = tempfile::tempdir().unwrap();
    let mut other = pact([get("one", "/", "{}")]);
    other.provider = ODD.to_owned();
    let text = pact_core::format::write(&other).unwrap();
    let file = folder.path().join("pact.json");
    std::fs::write(&file, &text).unwrap();
    let mut state = ProviderState::new(ODD);
    state.params.insert("x".to_owned(), ODD);
    let mut interaction = given(get(ODD, "/", "{}"), state);
    interaction.comments.insert("testname", ODD);
    let mut pact = pact([interaction]);
    pact.consumer = ODD.to_owned();
    Verifier::new("api")
        .pact(pact)
        .pact_file(&file)
        .pacts_from_dir(folder.path())
        .service(wrong_everywhere())
        .filter_consumers([ODD, "web", "nobody\u{1b}[2J"])
        .run()
        .await
        .unwrap()
}

#[tokio::test]
async fn no_text_of_others_steers_a_terminal() {
    let report = odd_report().await;
    let text = report.to_string();
    let steers = |character: char| {
        (character.is_control() && character != '\n')
            || "\u{2028}\u{202e}\u{2066}".contains(character)
    };
    for (what, text) in [
        ("text", &text),
        ("a page", &report.to_html()),
        ("annotations", &report.to_github()),
        ("a summary", &report.to_markdown()),
    ] {
        assert!(!text.contains(steers), "{what}: {text:?}");
    }
    assert!(text.contains("no handler for provider state"), "{text}");
    assert!(text.contains("note: no pact of `nobody"), "{text}");
    assert!(text.contains("warning: the pact is with `a"), "{text}");
}

#[tokio::test]
async fn what_cannot_be_typed_is_named_by_a_reference() {
    let report = odd_report().await;
    let interaction = &report.pacts[0].interactions[0];
    let reference = interaction.reference.as_ref().unwrap();
    let rerun = interaction.rerun.as_ref().unwrap();
    assert!(
        rerun.starts_with(&format!("PACT_INTERACTION={reference} cargo test")),
        "{rerun}"
    );
    assert!(report.pacts[1].interactions[0].reference.is_none());
}

#[tokio::test]
async fn a_page_that_lists_many_shows_a_part_of_each() {
    let long = "x".repeat(50_000);
    let report = Verifier::new("api")
        .pact(pact([get(&long, "/", "{}")]))
        .service(wrong_everywhere())
        .run()
        .await
        .unwrap();
    for (what, text) in [
        ("an annotation", report.to_github()),
        (
            "a row",
            report
                .to_markdown()
                .split("\nRun again")
                .next()
                .unwrap()
                .to_owned(),
        ),
    ] {
        assert!(
            text.contains("xxx") && text.len() < 15_000,
            "{what}: {}",
            text.len()
        );
    }
}

async fn sarif_of(verifier: Verifier) -> Vec<Value> {
    let report = verifier.service(wrong_everywhere()).run().await.unwrap();
    let sarif: Value = serde_json::from_str(&report.to_sarif()).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    { results.iter() }
        .map(|result| result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone())
        .collect()
}

#[tokio::test]
async fn code_scanners_get_references_whatever_a_place_is_called() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("web & api.json");
    let text = pact_core::format::write(&pact([get("one", "/", "{}")])).unwrap();
    std::fs::write(&path, &text).unwrap();
    let content: Value = serde_json::from_str(&text).unwrap();
    let serving = Router::new().fallback(move || async { axum::Json(content) });
    let url = format!("{}/@org/web.json", serve(serving).await);
    let places = sarif_of(
        Verifier::new("api")
            .pact_file(&path)
            .pact_url(&url)
            .pact(pact([get("two", "/", "{}")])),
    )
    .await;
    let file = path.to_str().unwrap().replace(' ', "%20");
    assert_eq!(
        places,
        [json!(file), json!(url), json!("given%20in%20code")]
    );
}

#[tokio::test]
async fn the_page_tells_what_is_odd_about_a_pact_and_its_interactions() {
    let folder = tempfile::tempdir().unwrap();
    let mut other = pact([get("the same", "/", "{}")]);
    other.provider = "another".to_owned();
    let file = folder.path().join("pact.json");
    std::fs::write(&file, pact_core::format::write(&other).unwrap()).unwrap();
    let mut told: Interaction = get("the same", "/", "{}");
    told.comments.insert("testname", "shows the page");
    let report = Verifier::new("api")
        .pact(pact([told, get("another", "/", "{}")]))
        .pact_file(&file)
        .filter_description("^the")
        .run_identical_once(true)
        .service(Router::new().fallback(|| async { axum::Json(json!({})) }))
        .run()
        .await
        .unwrap();
    report.assert();
    let page = report.to_html();
    for words in [
        "warning: the pact is with `another`, not with `api`",
        "1 interaction left out",
        "the same as web: the same, run once",
        "test: shows the page",
    ] {
        assert!(page.contains(words), "{words}\n{page}");
    }
}
