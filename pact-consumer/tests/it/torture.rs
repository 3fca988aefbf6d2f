//! Every call of the system that a write makes fails once; locks are refused; holders are killed.
//!
//! strace makes them fail. Without it these tests say that they were left out.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use pact_consumer::{WriteMode, pact_file};
use pact_core::model::{Interaction, InteractionKind, Pact};

use crate::support::{descriptions_in, files_in};

/// Tells a process in which folder to write.
const FOLDER: &str = "PACT_TEST_TORTURE_FOLDER";
const FILE: &str = "web-api.json";

/// What a write does to files.
const CALLS: &str = "openat,read,write,rename";

fn write(folder: &Path, description: &str) {
    let mut pact = Pact::new("web", "api");
    let kind = InteractionKind::Http(Box::default());
    pact.interactions.push(Interaction::new(description, kind));
    if let Err(error) = pact_file::write(folder, &pact, WriteMode::Merge) {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        panic!("{error}: {}", cause.unwrap_or_default());
    }
}

/// What a process runs whose calls fail. Without a folder given none of them does.
#[test]
fn a_write_is_made() {
    match std::env::var_os(FOLDER) {
        Some(folder) => write(Path::new(&folder), "new"),
        None => {
            let own = tempfile::tempdir().unwrap();
            write(own.path(), "new");
            assert_eq!(descriptions_in(&own.path().join(FILE)), ["new"]);
        }
    }
}

/// A folder with a contract in it, and the trace of the last write to it.
struct Stage {
    folder: tempfile::TempDir,
    trace: tempfile::NamedTempFile,
}

impl Stage {
    /// Sets the stage when strace is there.
    fn set() -> Option<Self> {
        let strace = Command::new("strace").arg("-V").output();
        if !strace.is_ok_and(|output| output.status.success()) {
            // The test runner swallows what `eprintln!` says in a test that passes.
            let _ = writeln!(
                std::io::stderr(),
                "LEFT OUT: a test in which calls of the system fail: there is no strace"
            );
            return None;
        }
        let stage = Self {
            folder: tempfile::tempdir().unwrap(),
            trace: tempfile::NamedTempFile::new().unwrap(),
        };
        write(stage.path(), "old");
        Some(stage)
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes from a process in which calls on the contract's files fail as the words say.
    fn write(&self, injections: &[String]) -> Output {
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-e", &format!("trace=flock,mkdir,{CALLS}")]);
        for injection in injections {
            command.args(["-e", &format!("inject={injection}")]);
        }
        command.arg("-o").arg(self.trace.path());
        command.arg("-P").arg(self.path());
        for name in [
            "NAME",
            ".NAME.tmp",
            ".NAME.lock",
            ".NAME.held",
            ".NAME.run",
            ".NAME.run.tmp",
        ] {
            command
                .arg("-P")
                .arg(self.path().join(name.replace("NAME", FILE)));
        }
        command
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "torture::a_write_is_made", "--nocapture"])
            .env(FOLDER, self.path())
            .stdin(Stdio::null());
        command.output().unwrap()
    }

    /// Counts the calls of a name in the last trace.
    fn count(&self, call: &str) -> usize {
        let trace = std::fs::read_to_string(self.trace.path()).unwrap();
        trace.matches(&format!(" {call}(")).count()
    }

    /// Takes the interaction away again that a write has added.
    fn reset(&self) {
        for name in [FILE, ".web-api.json.run"] {
            std::fs::remove_file(self.path().join(name)).unwrap();
        }
        write(self.path(), "old");
    }

    fn descriptions(&self) -> Vec<String> {
        descriptions_in(&self.path().join(FILE))
    }
}

#[test]
fn whichever_call_fails_the_file_is_whole_and_the_error_names_it() {
    let Some(stage) = Stage::set() else {
        return;
    };
    let undisturbed = stage.write(&[]);
    assert!(undisturbed.status.success(), "{undisturbed:?}");
    let counts = CALLS.split(',').map(|call| (call, stage.count(call)));
    let counts: Vec<_> = counts.collect();
    assert!(counts.iter().all(|(_, count)| *count > 0), "{counts:?}");
    let mut failures = 0;
    for (call, count) in counts {
        for (number, error) in (1..=count).flat_map(|number| [(number, "ENOSPC"), (number, "EIO")])
        {
            stage.reset();
            let injection = format!("{call}:error={error}:when={number}");
            let output = stage.write(std::slice::from_ref(&injection));
            let found = stage.descriptions();
            let said = String::from_utf8_lossy(&output.stderr);
            if output.status.success() {
                assert_eq!(found, ["new", "old"], "{injection}");
            } else {
                failures += 1;
                let is_whole = found == ["old"] || found == ["new", "old"];
                assert!(is_whole, "{injection}: {found:?}");
                let path = stage.path().display().to_string();
                assert!(said.contains(&path), "{injection}: {said}");
            }
            write(stage.path(), "next");
            assert!(
                stage.descriptions().contains(&"next".to_owned()),
                "{injection}"
            );
            assert_eq!(files_in(stage.path()), [FILE], "{injection}");
        }
    }
    assert!(failures > 10, "only {failures} writes failed");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let Some(stage) = Stage::set() else {
        return;
    };
    std::fs::remove_dir_all(stage.path()).unwrap();
    let output = stage.write(&["mkdir:error=ENOSPC:when=1".to_owned()]);
    let said = String::from_utf8_lossy(&output.stderr);
    let words = format!("cannot create folder `{}`", stage.path().display());
    assert!(said.contains(&words), "{said}");
    let output = stage.write(&[]);
    assert!(output.status.success(), "{output:?}");
    assert!(stage.count("mkdir") > 0);
    assert_eq!(stage.descriptions(), ["new"]);
}

#[test]
fn a_file_system_without_locks_is_written_to_all_the_same() {
    let Some(stage) = Stage::set() else {
        return;
    };
    for error in ["ENOLCK", "EOPNOTSUPP"] {
        stage.reset();
        let output = stage.write(&[format!("flock:error={error}")]);
        assert!(output.status.success(), "{error}: {output:?}");
        assert!(stage.count("flock") > 0, "{error}");
        assert_eq!(stage.descriptions(), ["new", "old"], "{error}");
        assert_eq!(files_in(stage.path()), [FILE], "{error}");
    }
}

#[test]
fn a_lock_that_is_interrupted_is_asked_for_again() {
    let Some(stage) = Stage::set() else {
        return;
    };
    let output = stage.write(&["flock:error=EINTR:when=1".to_owned()]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(stage.count("flock"), 2);
    assert_eq!(stage.descriptions(), ["new", "old"]);
}

#[test]
fn who_was_killed_without_a_lock_of_the_system_hinders_nobody() {
    let Some(stage) = Stage::set() else {
        return;
    };
    let refused = "flock:error=ENOLCK".to_owned();
    let killed = stage.write(&[refused.clone(), "rename:signal=KILL:when=1".to_owned()]);
    assert!(!killed.status.success());
    assert!(stage.path().join(".web-api.json.held").exists());
    assert_eq!(stage.descriptions(), ["old"]);
    let output = stage.write(&[refused]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(stage.descriptions(), ["new", "old"]);
    assert_eq!(files_in(stage.path()), [FILE]);
}
