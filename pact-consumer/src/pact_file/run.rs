//! What the present test run has written already.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::replace;

/// Largest record that is read, in bytes: room for a hundred thousand interactions.
const LARGEST: u64 = 2 << 20;

/// The record beside a pact file: its first line names the test run that wrote last, the others are
/// hashes of the interactions that run wrote.
///
/// It is read and replaced under the lock of the pact file, and only after the pact file: a writer
/// killed in between has told nobody that it wrote.
#[derive(Debug)]
pub(super) struct Run {
    path: PathBuf,
    written: BTreeSet<u64>,
    is_new: bool,
}

impl Run {
    /// Reads the record; one of another run counts for nothing.
    pub(super) fn read(folder: &Path, name: &str) -> io::Result<Self> {
        let path = folder.join(format!(".{name}.run"));
        let mut bytes = Vec::new();
        match File::open(&path) {
            Ok(file) => {
                file.take(LARGEST).read_to_end(&mut bytes)?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let text = String::from_utf8_lossy(&bytes);
        let mut lines = text.lines();
        let is_new = lines.next() != Some(current().as_str());
        let written = if is_new {
            BTreeSet::new()
        } else {
            lines.filter_map(|line| line.parse().ok()).collect()
        };
        Ok(Self {
            path,
            written,
            is_new,
        })
    }

    /// Returns whether nothing was written in this run yet.
    pub(super) const fn is_new(&self) -> bool {
        self.is_new
    }

    /// Returns whether this run has written the interaction.
    pub(super) fn has_written(&self, interaction: u64) -> bool {
        self.written.contains(&interaction)
    }

    /// Remembers what this run has written.
    pub(super) fn note(mut self, interactions: impl Iterator<Item = u64>) -> io::Result<()> {
        self.written.extend(interactions);
        let mut text = current();
        for hash in &self.written {
            text.push_str(&format!("\n{hash}"));
        }
        text.push('\n');
        let temporary = self.path.with_extension("run.tmp");
        replace::replace(&temporary, &self.path, |file| {
            io::Write::write_all(file, text.as_bytes())
        })
    }
}

/// Names the test run this process belongs to: nextest gives it a name; under `cargo test` all
/// tests of a run that share a contract share a process or its parent.
fn current() -> String {
    std::env::var("NEXTEST_RUN_ID").unwrap_or_else(|_| {
        #[cfg(unix)]
        let parent = std::os::unix::process::parent_id();
        #[cfg(not(unix))]
        let parent = std::process::id();
        format!("parent {parent}")
    })
}
