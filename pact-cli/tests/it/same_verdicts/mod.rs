//! The same contracts and the same answers, judged by the official verifier and by ours.
//!
//! Where the verdicts differ the case says so with the reason; one that says so without need fails.
//! Without `PACT_OFFICIAL_CLI` the verdicts of ours are held against the table alone.

mod cases;

use std::fs;
use std::process::{Command, Stdio};

use serde_json::json;

use self::cases::{Case, cases};
use crate::official::Official;
use crate::support::{OneAnswer, Pact};

#[test]
fn both_verifiers_come_to_the_same_verdicts() {
    let official = Official::find_for("the verdicts of the official verifier");
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let running: Vec<_> = cases()
            .into_iter()
            .map(|case| {
                let official = official.as_ref().map(Official::path);
                scope.spawn(move || case.judge(official))
            })
            .collect();
        running
            .into_iter()
            .filter_map(|one| one.join().unwrap().err())
            .collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

impl Case {
    fn judge(&self, official: Option<&str>) -> Result<(), String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pact.json");
        let pact = json!({
            "consumer": { "name": "web" },
            "provider": { "name": "api" },
            "interactions": [{
                "type": "Synchronous/HTTP",
                "description": self.name,
                "request": { "method": "GET", "path": "/" },
                "response": self.response
            }],
            "metadata": { "pactSpecification": { "version": "4.0" } }
        });
        fs::write(&file, pact.to_string()).unwrap();
        let (status, content_type, body) = self.answer;
        let provider = OneAnswer::answering(status, content_type, body);
        let file = file.to_str().unwrap();
        let ours = Pact::new(["verifier", "-f", file, "-p", provider.port()]).run();
        if (ours.code == 0) != self.passes {
            return Err(format!("{}: ours\n{ours}", self.name));
        }
        let Some(official) = official else {
            return Ok(());
        };
        let theirs = Command::new(official)
            .args([
                "verifier",
                "-f",
                file,
                "-h",
                "127.0.0.1",
                "-p",
                provider.port(),
            ])
            .env("PACT_DO_NOT_TRACK", "true")
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        match (theirs.status.success() == self.passes, self.other) {
            (true, None) | (false, Some(_)) => Ok(()),
            (true, Some(reason)) => {
                Err(format!("{}: the verdicts agree, yet: {reason}", self.name))
            }
            (false, None) => {
                let said = String::from_utf8_lossy(&theirs.stdout);
                Err(format!("{}: theirs is another verdict\n{said}", self.name))
            }
        }
    }
}
