//! A real broker on a free port, with a database of its own.

use std::fs;
use std::path::{Path, PathBuf};

use pact_broker::{Broker, BrokerConfig, RunningBroker};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::{Outcome, Pact};

/// A running broker; it stops when dropped.
pub(crate) struct TestBroker {
    broker: RunningBroker,
    _runtime: Runtime,
    folder: TempDir,
}

impl TestBroker {
    /// Starts a broker on an empty database.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let database = format!("sqlite://{}", folder.path().join("broker.sqlite").display());
        let config = BrokerConfig::new(database, "127.0.0.1:0".parse().unwrap());
        let broker = runtime.block_on(Broker::start(config)).unwrap();
        Self {
            broker,
            _runtime: runtime,
            folder,
        }
    }

    /// Returns where it listens.
    pub(crate) fn url(&self) -> &str {
        self.broker.url()
    }

    /// Returns the folder the program runs in.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs `pact broker …` against it.
    pub(crate) fn run<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Outcome {
        Pact::broker(self.url(), arguments)
            .within(self.folder.path())
            .run()
            .hiding(self.url(), "http://broker")
    }

    /// Runs `pact broker …` against it, with words as a shell would split them.
    pub(crate) fn sh(&self, words: &str) -> Outcome {
        self.run(words.split_whitespace())
    }

    /// Writes a file where the program runs, and returns its full path.
    pub(crate) fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// Publishes the pact for the version, from `main`.
    #[track_caller]
    pub(crate) fn publish(&self, pact: &str, version: &str) {
        self.file("published.json", pact);
        self.run([
            "publish",
            "published.json",
            "-a",
            version,
            "--branch",
            "main",
        ])
        .exits_with(0);
    }
}
