//! Commands that read pact files and ask nobody.

use std::fs;
use std::path::Path;

use crate::support::{Outcome, Pact, pact_file, pact_with_status};

fn run(folder: &Path, words: &str) -> Outcome {
    Pact::new(words.split_whitespace()).within(folder).run()
}

/// A folder with two versions of a contract and one part more.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("old.json", &pact_file("web", "api"));
    write("new.json", &pact_with_status("web", "api", 201));
    write(
        "more.json",
        &pact_file("web", "api")
            .replace("order 42", "order 43")
            .replace("orders/42", "orders/43"),
    );
    write("other.json", &pact_file("app", "api"));
    write(
        "rules.json",
        r#"{
  "consumer": {"name": "web"}, "provider": {"name": "api"},
  "interactions": [{
    "description": "an order",
    "request": {"method": "GET", "path": "/orders/42"},
    "response": {
      "status": 200,
      "body": {"id": 42},
      "matchingRules": {"$.body": {"match": "type"}, "$.body.id": {"match": "integer"}, "$.body.total": {"match": "type"}}
    }
  }],
  "metadata": {"pactSpecification": {"version": "2.0.0"}}
}"#,
    );
    folder
}

#[test]
fn a_difference_is_told_in_the_words_of_the_contract() {
    let folder = folder();
    insta::assert_snapshot!(run(folder.path(), "diff old.json new.json"), @r"
    exit 1
    --- stdout
    ~ `a request for order 42`
        response status: is `201`, was `200`
    ");
    insta::assert_snapshot!(run(folder.path(), "diff old.json more.json"), @r"
    exit 1
    --- stdout
    + `a request for order 43`
    - `a request for order 42`
    ");
    insta::assert_snapshot!(run(folder.path(), "diff old.json old.json"), @"exit 0");
    let json = run(folder.path(), "diff old.json new.json -o json")
        .exits_with(1)
        .json();
    assert_eq!(json["interactions"][0]["changes"][0]["part"], "status");
    assert_eq!(json["interactions"][0]["changes"][0]["after"], "`201`");
}

#[test]
fn what_is_doubtful_is_told() {
    let folder = folder();
    insta::assert_snapshot!(run(folder.path(), "lint rules.json"), @r"
    exit 0
    --- stdout
    rules.json: warning: interaction 1 (`an order`), `/response/matchingRules`: the rule for the body at $.total governs nothing: the example has no such place (unused-rule)
    ");
    run(folder.path(), "lint rules.json --strict").exits_with(1);
    let json = run(folder.path(), "lint rules.json -o json")
        .exits_with(0)
        .json();
    assert!(
        json.as_array()
            .unwrap()
            .iter()
            .any(|finding| finding["code"] == "unused-rule"),
        "{json}"
    );
    insta::assert_snapshot!(run(folder.path(), "lint missing.json"), @r"
    exit 3
    --- stderr
    error: cannot read `missing.json`
    caused by: No such file or directory (os error 2)
    ");
}

#[test]
fn the_rule_that_decides_is_told_with_those_it_won_over() {
    let folder = folder();
    insta::assert_snapshot!(run(folder.path(), "explain rules.json"), @r"
    exit 0
    --- stdout
    an order
      request
        method: equal to GET
        path: equal to /orders/42
      response
        status: equal to 200
        body at $: type, from `$` (2, of 1 step)
        body at $.id: integer, from `$.id` (8, of 2 steps)
          over type, from `$` (2, of 1 step): it weighs less
        governs nothing: type, from `$.total` (8, of 2 steps)
    ");
    let json = run(folder.path(), "explain rules.json -i order -o json")
        .exits_with(0)
        .json();
    assert!(
        json[0]["explanation"]["response"]["decisions"].is_array(),
        "{json}"
    );
    insta::assert_snapshot!(run(folder.path(), "explain rules.json -i nothing"), @r"
    exit 1
    --- stderr
    error: no interaction of `rules.json` is called so
    ");
}

#[test]
fn parts_of_a_contract_are_merged_and_contradictions_refused() {
    let folder = folder();
    let merged = run(folder.path(), "merge old.json more.json")
        .exits_with(0)
        .json();
    assert_eq!(merged["interactions"].as_array().unwrap().len(), 2);
    insta::assert_snapshot!(run(folder.path(), "merge old.json more.json -d merged"), @r"
    exit 0
    --- stdout
    Wrote merged/web-api.json
    ");
    assert!(folder.path().join("merged/web-api.json").exists());
    insta::assert_snapshot!(run(folder.path(), "merge old.json other.json"), @r"
    exit 1
    --- stderr
    error: cannot merge `other.json` with the pact files before it
    caused by: a pact between `app` and `api` cannot be merged into one between `web` and `api`
    ");
}
