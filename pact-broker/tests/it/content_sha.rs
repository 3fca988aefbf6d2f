//! The SHA of a content is the one that the Ruby broker computes.
//!
//! `PACT_CONFORMANCE_DIR` names a folder with recorded exchanges in `broker-exchanges/recordings`.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use pact_broker::domain::content::Content;
use serde_json::Value;

/// The SHA in a link to a content, if there is one.
fn sha_in(href: &str) -> Option<&str> {
    let (_, rest) = href.split_once("/pact-version/")?;
    rest.split('/').next()
}

/// What was put, and the SHA that the recorded answer links to.
fn put_pacts(recording: &Value) -> Vec<(String, String)> {
    let steps = recording["steps"].as_array().unwrap();
    let put = |step: &Value| {
        if step["request"]["method"] != "PUT" || !matches!(step["status"].as_u64(), Some(200 | 201))
        {
            return None;
        }
        let href = step["body"]["_links"]["pb:pact-version"]["href"].as_str()?;
        let body = step["request"]
            .get("body")
            .filter(|body| body.is_object())?;
        Some((body.to_string(), sha_in(href)?.to_owned()))
    };
    steps.iter().filter_map(put).collect()
}

#[test]
fn recorded_contents_have_the_recorded_sha() {
    let Some(folder) = std::env::var_os("PACT_CONFORMANCE_DIR") else {
        // The test runner swallows what `eprintln!` says in a test that passes.
        let _ = writeln!(
            std::io::stderr(),
            "LEFT OUT: recorded contents: PACT_CONFORMANCE_DIR is not set"
        );
        return;
    };
    let recordings = Path::new(&folder).join("broker-exchanges/recordings");
    let mut compared = 0;
    for entry in fs::read_dir(recordings).unwrap() {
        let path = entry.unwrap().path();
        let recording: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        for (body, sha) in put_pacts(&recording) {
            let content = Content::read(body.as_str()).unwrap();
            assert_eq!(content.sha().as_str(), sha, "{} {body}", path.display());
            compared += 1;
        }
    }
    assert!(compared > 0, "no recorded pact was found");
    println!("{compared} contents compared");
}
