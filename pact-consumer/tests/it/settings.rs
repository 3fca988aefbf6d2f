//! Options a test need not state itself.

use std::process::{Command, Stdio};

use pact_consumer::prelude::*;

use crate::support::{descriptions_in, failure_text, get};

/// Says that the test below is to be named by its settings, or to make its builder by hand.
const BY_SETTINGS: &str = "PACT_TEST_BY_SETTINGS";
const BY_HAND: &str = "PACT_TEST_BY_HAND";

fn ping(pact: &mut PactBuilder) {
    pact.upon_receiving("a ping")
        .get("/ping")
        .will_respond_with(204);
    let mock = pact.start();
    assert_eq!(get(mock.addr(), "/ping").0, 204);
}

/// What a process runs that has settings. In any other the options say all themselves.
#[test]
fn a_test_says_as_much_as_it_likes() {
    if std::env::var_os(BY_HAND).is_some() {
        let mut pact = PactBuilder::new("hand-web", "hand-api");
        ping(&mut pact);
        pact.finish().unwrap();
        return;
    }
    if std::env::var_os(BY_SETTINGS).is_some() {
        pact_test(TestOptions::from_settings().provider("said-api"), ping);
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let options = TestOptions::new("web", "api")
        .output_dir(folder.path())
        .spec_version(pact_consumer::SpecVersion::V2)
        .write_mode(pact_consumer::WriteMode::Overwrite);
    pact_test(options, ping);
    assert_eq!(
        descriptions_in(&folder.path().join("web-api.json")),
        ["a ping"]
    );
}

#[test]
fn what_a_test_does_not_say_stands_in_the_nearest_file_or_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("crates").join("web");
    std::fs::create_dir_all(&inner).unwrap();
    let file = "[consumer]\nname = 'file-web'\nprovider = 'file-api'\noutput_dir = 'contracts'\nspec_version = '3'\n";
    std::fs::write(folder.path().join("pact.toml"), file).unwrap();
    let run = |variables: &[(&str, &str)]| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "settings::a_test_says_as_much_as_it_likes"])
            .env(BY_SETTINGS, "1")
            .env_remove("PACT_OVERWRITE")
            .env("CARGO_MANIFEST_DIR", &inner)
            .env_remove("PACT_OUTPUT_DIR")
            .envs(variables.iter().copied())
            .current_dir(folder.path())
            .stdin(Stdio::null());
        command.output().unwrap()
    };
    assert!(run(&[]).status.success());
    let path = folder.path().join("contracts/file-web-said-api.json");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(r#""version": "3.0.0""#), "{text}");

    assert!(run(&[("PACT_CONSUMER_NAME", "env-web")]).status.success());
    assert!(
        folder
            .path()
            .join("contracts/env-web-said-api.json")
            .exists()
    );

    assert!(run(&[(BY_HAND, "1")]).status.success());
    let by_hand = folder.path().join("contracts/hand-web-hand-api.json");
    let text = std::fs::read_to_string(&by_hand).unwrap();
    assert!(text.contains(r#""version": "3.0.0""#), "{text}");
    let elsewhere = [
        (BY_HAND, "1"),
        ("PACT_OUTPUT_DIR", "elsewhere"),
        ("PACT_SPECIFICATION_VERSION", "4"),
    ];
    assert!(run(&elsewhere).status.success());
    let text = std::fs::read_to_string(folder.path().join("elsewhere/hand-web-hand-api.json"));
    assert!(text.unwrap().contains(r#""version": "4.0""#));

    std::fs::write(folder.path().join("pact.toml"), "[consumer]\nnmae = 'web'").unwrap();
    for variables in [&[][..], &[(BY_HAND, "1")]] {
        let failed = run(variables);
        assert!(!failed.status.success());
        let said = String::from_utf8_lossy(&failed.stdout);
        assert!(
            said.contains("unknown key `nmae` in `[consumer]`; did you mean `name`?"),
            "{said}"
        );
        // It is the user's test that is shown as the place.
        let is_here = |line: &&str| line.contains("panicked at") && line.contains("settings.rs");
        assert_eq!(said.lines().filter(is_here).count(), 1, "{said}");
    }
}

#[test]
fn a_contract_of_nobody_is_refused_before_the_test_runs() {
    let text = failure_text(|| {
        pact_test(TestOptions::from_settings(), |_| -> () {
            unreachable!("the test is not run")
        });
    });
    insta::assert_snapshot!(text, @r#"
    the consumer of this contract has no name
      hint: say it in the test, `#[pact_test(consumer = "my-app")]`, for all tests, with `name = "my-app"` under `[consumer]` in `pact.toml`, or with `PACT_CONSUMER_NAME`
    "#);
}
