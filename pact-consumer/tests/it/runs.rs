//! Test runs that overwrite: the first writer of a run forgets what earlier runs wrote.

use std::path::Path;
use std::process::Command;

use pact_consumer::prelude::*;
use pact_consumer::{WriteMode, pact_file};
use pact_core::model::{Interaction, InteractionKind, Pact};

use crate::support::descriptions_in;

/// Tells a process where to write, and what.
const FOLDER: &str = "PACT_TEST_RUN_FOLDER";
const WHAT: &str = "PACT_TEST_RUN_WRITES";

/// What a process runs that writes in a run of a name. In any other there is nothing to write.
#[test]
fn a_process_of_a_run_writes() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    let mut pact = Pact::new("web", "api");
    let http = InteractionKind::Http(Box::default());
    let what = std::env::var(WHAT).unwrap();
    pact.interactions.push(Interaction::new(what, http));
    pact_file::write(Path::new(&folder), &pact, WriteMode::Overwrite).unwrap();
}

#[test]
fn the_first_writer_of_each_run_forgets_the_run_before() {
    for named_by in ["PACT_RUN_ID", "NEXTEST_RUN_ID"] {
        let folder = tempfile::tempdir().unwrap();
        let written = |run: &str, what: &str| {
            let status = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "runs::a_process_of_a_run_writes"])
                .env_remove("PACT_RUN_ID")
                .env_remove("NEXTEST_RUN_ID")
                .env(named_by, run)
                .env(FOLDER, folder.path())
                .env(WHAT, what)
                .stdout(std::process::Stdio::null())
                .status();
            assert!(status.unwrap().success());
            descriptions_in(&folder.path().join("web-api.json"))
        };
        assert_eq!(written("one", "a"), ["a"]);
        assert_eq!(written("one", "b"), ["a", "b"]);
        assert_eq!(written("two", "c"), ["c"], "{named_by}");
        assert_eq!(written("two", "d"), ["c", "d"]);
        assert_eq!(written("one", "e"), ["e"], "it is a run of its own again");
    }
}

#[test]
fn a_pending_interaction_is_read_back_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let options = TestOptions::new("web", "api").output_dir(folder.path());
    pact_test(options, |pact| {
        pact.upon_receiving("a ping")
            .pending()
            .get("/ping")
            .will_respond_with(204);
        let mock = pact.start();
        crate::support::get(mock.addr(), "/ping");
    });
    let text = std::fs::read_to_string(folder.path().join("web-api.json")).unwrap();
    assert!(text.contains(r#""pending": true"#), "{text}");
    let read = pact_core::format::read(text.as_bytes()).unwrap();
    assert!(read.pact.interactions[0].pending);
}
