//! Where and how the contract is written.
//!
//! A pact file is replaced, never edited: under a lock on a file beside it, what is there is read
//! and merged, the result is written to a temporary file and renamed. Whoever
//! reads the file sees the old contract or the new one, whatever is killed. Of the threads of a
//! process one writes for all. A process that has to wait leaves its contracts beside the file, and
//! the one that holds the lock writes them along.
//!
//! ```
//! use pact_consumer::{PactBuilder, WriteMode, pact_file};
//!
//! # let folder = std::env::temp_dir().join(format!("pact-doc-file-{}", std::process::id()));
//! let mut pact = PactBuilder::new("order-web", "Order Service");
//! pact.upon_receiving("a ping").get("/ping").will_respond_with(204);
//! let path = pact_file::write(&folder, &pact.build(), WriteMode::Merge)?;
//! assert_eq!(path, folder.join("order-web-Order Service.json"));
//! # std::fs::remove_dir_all(folder).unwrap();
//! # Ok::<(), pact_consumer::pact_file::PactFileError>(())
//! ```

mod file;
mod held;
mod line;
mod lock;
mod name;
mod replace;
mod run;
mod splice;
mod waiting;

use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use pact_core::format::{ReadError, WriteError};
use pact_core::merge::Conflict;
use pact_core::model::Pact;

use crate::builder::WriteMode;

pub use name::file_name;

/// A contract could not be written; the file is as it was.
#[derive(Debug)]
#[non_exhaustive]
pub enum PactFileError {
    /// The contract says something other than the file about the same interaction.
    Conflict {
        /// The file.
        path: PathBuf,
        /// Both sides, and what differs.
        source: Box<Conflict>,
    },
    /// The file system refused.
    Io {
        /// What was being done.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Another process holds the lock and does not let go.
    Locked {
        /// The file.
        path: PathBuf,
        /// The lock beside it.
        lock: PathBuf,
        /// Who holds it, as far as the lock tells.
        holder: String,
        /// How long was waited.
        seconds: u64,
    },
    /// The file that is there is no pact file.
    Read {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<ReadError>,
    },
    /// The contract cannot be written in the version asked for.
    Write {
        /// The file.
        path: PathBuf,
        /// What the version cannot hold.
        source: Box<WriteError>,
    },
}

impl fmt::Display for PactFileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict { path, .. } => {
                write!(formatter, "cannot add to pact file `{}`", path.display())
            }
            Self::Io { doing, path, .. } => {
                write!(formatter, "cannot {doing} `{}`", path.display())
            }
            Self::Locked {
                path,
                lock,
                holder,
                seconds,
            } => write!(
                formatter,
                "cannot write pact file `{}`: {holder} has held its lock `{}` for {seconds} s",
                path.display(),
                lock.display()
            ),
            Self::Read { path, .. } => write!(
                formatter,
                "cannot add to pact file `{}`: it cannot be read; mend or remove it",
                path.display()
            ),
            Self::Write { path, .. } => {
                write!(formatter, "cannot write pact file `{}`", path.display())
            }
        }
    }
}

impl Error for PactFileError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Conflict { source, .. } => Some(source),
            Self::Io { source, .. } => Some(source),
            Self::Read { source, .. } => Some(source),
            Self::Write { source, .. } => Some(source),
            Self::Locked { .. } => None,
        }
    }
}

impl PactFileError {
    /// Returns what can be done about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Conflict { source, .. } => source.hint(),
            Self::Locked { holder, lock, .. } => Some(format!(
                "end {holder} if it hangs; if it is gone, remove `{}`",
                lock.display()
            )),
            Self::Read { .. } => Some(
                "if the machine was switched off while tests ran, remove it and run them again"
                    .to_owned(),
            ),
            Self::Io { .. } => Some(
                "the folder is the one the test names, or `PACT_OUTPUT_DIR`, or `pact.toml`; else \
                 `target/pacts`"
                    .to_owned(),
            ),
            Self::Write { .. } => None,
        }
    }
}

/// Returns `PACT_OUTPUT_DIR`, else `target/pacts` of the crate under test.
pub fn default_folder() -> PathBuf {
    if let Some(folder) = std::env::var_os("PACT_OUTPUT_DIR").filter(|folder| !folder.is_empty()) {
        return PathBuf::from(folder);
    }
    let root = std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    root.join("target").join("pacts")
}

/// Writes the contract into the folder, together with what is there already; returns the file.
///
/// # Errors
///
/// When the file cannot be locked, read, merged with or replaced. It is then as it was.
pub fn write(folder: &Path, pact: &Pact, mode: WriteMode) -> Result<PathBuf, PactFileError> {
    line::write(folder, pact, mode)
}

fn is_between(one: &Pact, other: &Pact) -> bool {
    one.consumer == other.consumer && one.provider == other.provider
}

fn io_error(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> PactFileError {
    let path = path.to_owned();
    move |source| PactFileError::Io {
        doing,
        path,
        source,
    }
}
