//! The broker that is measured: the `pact` program on an empty database.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// A running broker; it is ended when dropped.
pub struct Server {
    child: Child,
    /// Where it serves.
    pub url: String,
    /// How long it took to serve.
    pub started_in: Duration,
    _output: BufReader<ChildStdout>,
    _folder: tempfile::TempDir,
}

impl Server {
    /// Starts the program named by `PACT_CLI` on the database, or on an SQLite file in the working folder: its disk is
    /// part of what is measured.
    pub fn start(database: Option<&str>) -> Self {
        let folder = tempfile::tempdir_in(".").expect("a folder here");
        let file = format!("sqlite://{}", folder.path().join("broker.sqlite").display());
        let program = std::env::var("PACT_CLI").expect("PACT_CLI names the pact program");
        let started = Instant::now();
        let mut command = match std::env::var("BROKER_CORE") {
            Ok(core) => {
                let mut command = Command::new("taskset");
                command.args(["--cpu-list", &core, &program]);
                command
            }
            Err(_) => Command::new(program),
        };
        let mut child = command
            .args(["broker", "start", "--port", "0", "--database-url", database.unwrap_or(&file)])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the broker starts");
        let mut output = BufReader::new(child.stdout.take().expect("its output is piped"));
        let mut first = String::new();
        output.read_line(&mut first).expect("its output can be read");
        let url = first.trim().strip_prefix("broker at ").expect("the broker says where it is").to_owned();
        Self { child, url, started_in: started.elapsed(), _output: output, _folder: folder }
    }

    /// Returns the resident memory in MiB.
    pub fn memory(&self) -> f64 {
        self.status("VmRSS:") / 1024.0
    }

    /// Returns the greatest resident memory so far in MiB.
    pub fn peak(&self) -> f64 {
        self.status("VmHWM:") / 1024.0
    }

    /// Returns how many files and sockets it holds.
    pub fn files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).map_or(0, Iterator::count)
    }

    fn status(&self, name: &str) -> f64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
