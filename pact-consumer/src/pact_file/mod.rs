//! Where and how the contract is written.
//!
//! A pact file is replaced, never edited: under a lock on a file beside it, what is there is read
//! and merged, the result is written to a temporary file and renamed. Whoever
//! reads the file sees the old contract or the new one, whatever is killed. Who has to wait leaves
//! its contract beside the file, and who holds the lock writes it along.
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

mod held;
mod lock;
mod name;
mod replace;
mod run;
mod waiting;

use std::error::Error;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pact_core::format::{self, ReadError, WriteError};
use pact_core::merge::{self, Conflict};
use pact_core::model::{Interaction, Pact};

use crate::builder::{WriteMode, of_another_kind};
use lock::{Lock, Turn};
use run::Run;
use waiting::{Left, Taken};

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
    fs::create_dir_all(folder).map_err(io_error("create folder", folder))?;
    let name = file_name(&pact.consumer, &pact.provider);
    // Contracts that want one name have one lock, under whatever name they end.
    let leave = || Left::leave(folder, &name, pact, mode);
    match Lock::take(folder, &name, leave)? {
        Turn::Mine(_lock) => write_locked(folder, name, pact, mode),
        Turn::Written => {
            let beside = folder.join(name::name_beside(&pact.consumer, &pact.provider));
            Ok(if beside.exists() {
                beside
            } else {
                folder.join(name)
            })
        }
    }
}

/// Writes the contract under the lock, and with it what those have left that wait.
fn write_locked(
    folder: &Path,
    name: String,
    pact: &Pact,
    mode: WriteMode,
) -> Result<PathBuf, PactFileError> {
    let taken = Taken::find(folder, &name, pact, mode);
    let mut before = Before::find(folder, name, pact)?;
    let path = folder.join(&before.name);
    let run = Run::read(folder, &before.name)
        .map_err(io_error("read the record of the test run of", &path))?;
    let existing = before.take(pact, mode == WriteMode::Overwrite && run.is_new());
    let existing = existing.map_err(|source| PactFileError::Read {
        path: path.clone(),
        source: Box::new(source),
    })?;
    let (text, interactions, taken) = match taken.with(pact) {
        Some((all, taken)) => match text_of(existing.clone(), &all, &run, &path) {
            Ok(text) => (text, all.interactions, Some(taken)),
            // Whatever is wrong with the others', this one may be right.
            Err(_) => (
                text_of(existing, pact, &run, &path)?,
                pact.interactions.clone(),
                None,
            ),
        },
        None => (
            text_of(existing, pact, &run, &path)?,
            pact.interactions.clone(),
            None,
        ),
    };
    if before.bytes.as_deref() != Some(text.as_bytes()) {
        let temporary = folder.join(format!(".{}.tmp", before.name));
        let replaced = replace::replace(&temporary, &path, text.as_bytes());
        replaced.map_err(io_error("replace", &path))?;
    }
    run.note(interactions.iter().map(identity_hash))
        .map_err(io_error("note the test run of", &path))?;
    if let Some(taken) = taken {
        taken.acknowledge();
    }
    Ok(path)
}

/// Returns the text of the file that holds what was there and the contract.
fn text_of(existing: Pact, pact: &Pact, run: &Run, path: &Path) -> Result<String, PactFileError> {
    let merged = merged(existing, pact, run).map_err(|source| PactFileError::Conflict {
        path: path.to_owned(),
        source: Box::new(source),
    })?;
    // Readers of older versions would see one kind and lose the other.
    let version = merged.spec_version;
    let mixed = of_another_kind(&merged).map(|_| WriteError::Mixed { version });
    let written = mixed.map_or_else(|| format::write(&merged), Err);
    written.map_err(|source| PactFileError::Write {
        path: path.to_owned(),
        source: Box::new(source),
    })
}

/// What stands where a contract is to go.
struct Before {
    name: String,
    bytes: Option<Vec<u8>>,
    contract: Option<Result<Pact, ReadError>>,
}

impl Before {
    /// Finds the contract's file; one whose name the contract of two others has goes beside it.
    fn find(folder: &Path, name: String, pact: &Pact) -> Result<Self, PactFileError> {
        let beside = Self::read(folder, name::name_beside(&pact.consumer, &pact.provider))?;
        if beside.bytes.is_some() {
            return Ok(beside);
        }
        let before = Self::read(folder, name)?;
        match &before.contract {
            Some(Ok(known)) if !is_between(known, pact) => Ok(beside),
            _ => Ok(before),
        }
    }

    fn read(folder: &Path, name: String) -> Result<Self, PactFileError> {
        let path = folder.join(&name);
        let bytes = match fs::read(&path) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(io_error("read", &path)(error)),
        };
        let read = bytes.as_deref().map(format::read);
        Ok(Self {
            name,
            bytes,
            contract: read.map(|read| read.map(|read| read.pact)),
        })
    }

    /// Takes the contract to add to: what is there, or nothing when that is to be forgotten. The
    /// contract of others is never forgotten.
    fn take(&mut self, pact: &Pact, is_forgotten: bool) -> Result<Pact, ReadError> {
        let nothing = || Pact {
            interactions: Vec::new(),
            ..pact.clone()
        };
        match self.contract.take() {
            Some(Ok(known)) if is_forgotten && is_between(&known, pact) => Ok(nothing()),
            Some(Err(_)) if is_forgotten => Ok(nothing()),
            Some(known) => known,
            None => Ok(nothing()),
        }
    }
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

/// Merges the contract into what is there. Two tests of one run may not say different things about
/// one interaction; what an earlier run said is replaced.
fn merged(existing: Pact, pact: &Pact, run: &Run) -> Result<Pact, Conflict> {
    let (mut again, mut fresh) = (pact.clone(), pact.clone());
    again
        .interactions
        .retain(|interaction| run.has_written(identity_hash(interaction)));
    fresh
        .interactions
        .retain(|interaction| !run.has_written(identity_hash(interaction)));
    // Each goes through all that is there, so what has nothing to say is left out.
    let merged = match (fresh.interactions.is_empty(), again.interactions.is_empty()) {
        (_, true) => merge::update(existing, fresh)?,
        (true, false) => merge::merge(existing, again)?,
        (false, false) => merge::merge(merge::update(existing, fresh)?, again)?,
    };
    Ok(Pact {
        spec_version: pact.spec_version,
        ..merged
    })
}

fn identity_hash(interaction: &Interaction) -> u64 {
    name::fnv1a(format!("{:?}", interaction.identity()).as_bytes())
}
