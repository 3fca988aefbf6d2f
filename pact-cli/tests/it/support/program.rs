//! Runs the `pact` program the way a shell does.

use std::ffi::OsStr;
use std::fmt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// One run of the program in the making.
pub(crate) struct Pact(Command);

/// How a run ended.
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    hidden: Vec<(String, &'static str)>,
}

impl Pact {
    /// Returns a run with these arguments and without any variable that could steer it.
    pub(crate) fn new(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pact"));
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if ["PACT_", "GITHUB_", "CI_", "GIT_"]
                .iter()
                .any(|prefix| text.starts_with(prefix))
            {
                command.env_remove(&name);
            }
        }
        command
            .args(arguments)
            .stdin(Stdio::null())
            .env_remove("BUILD_URL");
        Self(command)
    }

    /// Returns a run of `pact broker …` against the broker.
    pub(crate) fn broker<'a>(url: &str, arguments: impl IntoIterator<Item = &'a str>) -> Self {
        Self::new(["broker"].into_iter().chain(arguments)).env("PACT_BROKER_BASE_URL", url)
    }

    /// Sets a variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.0.env(name, value);
        self
    }

    /// Runs in the folder.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.0.current_dir(folder);
        self
    }

    /// Runs to the end.
    pub(crate) fn run(mut self) -> Outcome {
        Outcome::of(&self.0.output().unwrap())
    }

    /// Starts it and leaves it running.
    pub(crate) fn spawn(mut self) -> std::process::Child {
        self.0
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }
}

impl Outcome {
    /// Reads how a program ended.
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            hidden: Vec::new(),
        }
    }

    /// Shows `name` instead of the text, which is another one each time.
    pub(crate) fn hiding(mut self, text: impl Into<String>, name: &'static str) -> Self {
        self.hidden.push((text.into(), name));
        self
    }

    /// Returns the answer as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}:\n{self}"))
    }

    /// Checks the exit code, showing everything when it is another.
    #[track_caller]
    pub(crate) fn exits_with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\n{self}");
        self
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = format!("exit {}\n", self.code);
        for (name, stream) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !stream.is_empty() {
                text.push_str(&format!("--- {name}\n{stream}"));
            }
        }
        for (hidden, name) in &self.hidden {
            text = text.replace(hidden.as_str(), name);
        }
        f.write_str(text.trim_end())
    }
}
