//! What is done under the lock: the file is read, added to and replaced.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pact_core::format::{self, ReadError, WriteError};
use pact_core::merge::{self, Conflict};
use pact_core::model::{Interaction, Pact};

use super::lock::{Lock, Place};
use super::run::Run;
use super::waiting::Taken;
use super::{PactFileError, io_error, is_between, name, replace, splice};
use crate::builder::{WriteMode, of_another_kind};

/// Writes the contract, and with it what those have left that wait; returns the file.
pub(super) fn write(
    _lock: &Lock,
    place: &Place,
    pact: &Pact,
    mode: WriteMode,
) -> Result<PathBuf, PactFileError> {
    let taken = Taken::find(place, pact, mode);
    let mut before = Before::find(place, pact, mode)?;
    let (text, all, taken) = match taken.with(pact) {
        Some((all, taken)) => match before.with(&all) {
            Ok(text) => (text, Some(all), Some(taken)),
            // Whatever is wrong with the others', this one may be right.
            Err(_) => (before.with(pact)?, None, None),
        },
        None => (before.with(pact)?, None, None),
    };
    let pact = all.as_ref().unwrap_or(pact);
    let path = before.path;
    if before.bytes.as_deref() != Some(text.as_bytes()) {
        let temporary = place.folder.join(format!(".{}.tmp", before.name));
        let replaced = replace::replace(&temporary, &path, text.as_bytes());
        replaced.map_err(io_error("replace", &path))?;
    }
    let hashes = pact.interactions.iter().map(identity_hash);
    let noted = before.run.note(hashes, text.as_bytes());
    noted.map_err(io_error("note the test run of", &path))?;
    if let Some(taken) = taken {
        taken.acknowledge();
    }
    Ok(path)
}

/// Returns the file that has the contract which another has written.
pub(super) fn written(place: &Place) -> PathBuf {
    let beside = place.folder.join(&place.beside);
    if beside.exists() {
        beside
    } else {
        place.folder.join(&place.name)
    }
}

/// Puts parts of one contract together; there is at least one.
pub(super) fn together<'p>(mut parts: impl Iterator<Item = &'p Pact>) -> Result<Pact, Conflict> {
    let mut all = parts.next().cloned().unwrap_or_else(|| Pact::new("", ""));
    let nothing = Pact {
        interactions: Vec::new(),
        ..all.clone()
    };
    for part in parts {
        if part.metadata == all.metadata && part.extra == all.extra {
            all.interactions.extend(part.interactions.iter().cloned());
        } else {
            all = merge::merge(all, part.clone())?;
        }
    }
    // What stands twice in a contract is put together too.
    merge::merge(nothing, all)
}

/// Up to this size a file is read sooner than it is cut, in bytes.
const SMALL: usize = 4 << 10;

/// What stands where a contract is to go.
struct Before<'p> {
    name: &'p str,
    path: PathBuf,
    bytes: Option<Vec<u8>>,
    /// What was read of it, until it is used.
    contract: Option<Result<Pact, ReadError>>,
    run: Run,
    mode: WriteMode,
}

impl<'p> Before<'p> {
    /// Finds the contract's file; one whose name the contract of two others has goes beside it.
    fn find(place: &'p Place, pact: &Pact, mode: WriteMode) -> Result<Self, PactFileError> {
        let bytes = read(&place.folder.join(&place.beside))?;
        if bytes.is_some() {
            return Self::new(place, &place.beside, bytes, mode);
        }
        let bytes = read(&place.folder.join(&place.name))?;
        let mut before = Self::new(place, &place.name, bytes, mode)?;
        if !before.is_as_left() {
            before.contract = before.read();
        }
        match &before.contract {
            Some(Ok(known)) if !is_between(known, pact) => {
                Self::new(place, &place.beside, None, mode)
            }
            _ => Ok(before),
        }
    }

    fn new(
        place: &'p Place,
        name: &'p str,
        bytes: Option<Vec<u8>>,
        mode: WriteMode,
    ) -> Result<Self, PactFileError> {
        let path = place.folder.join(name);
        let run = Run::read(place, name);
        let run = run.map_err(io_error("read the record of the test run of", &path))?;
        Ok(Self {
            name,
            path,
            bytes,
            contract: None,
            run,
            mode,
        })
    }

    /// Returns whether the file is as the present run has left the contract.
    fn is_as_left(&self) -> bool {
        let bytes = self.bytes.as_deref();
        bytes.is_some_and(|bytes| self.run.has_left(bytes))
    }

    fn read(&self) -> Option<Result<Pact, ReadError>> {
        let read = format::read(self.bytes.as_deref()?);
        Some(read.map(|read| read.pact))
    }

    /// Returns the text of the file with the contract added to what is there.
    fn with(&mut self, pact: &Pact) -> Result<String, PactFileError> {
        if self.contract.is_none()
            && let Some(text) = self.spliced(pact)
        {
            return Ok(text);
        }
        let existing = self.existing(pact);
        let existing = existing.map_err(|source| PactFileError::Read {
            path: self.path.clone(),
            source: Box::new(source),
        })?;
        self.text_of(existing, pact)
    }

    /// Adds the contract to a file that the present run has left, where that takes less than all of it.
    fn spliced(&self, pact: &Pact) -> Option<String> {
        let bytes = self.bytes.as_deref();
        let bytes = bytes.filter(|bytes| bytes.len() > SMALL && self.run.has_left(bytes))?;
        splice::splice(str::from_utf8(bytes).ok()?, pact, |part| {
            let part = format::read(part.as_bytes()).ok()?.pact;
            let is_alike = part.spec_version == pact.spec_version && is_between(&part, pact);
            // Whatever is wrong is told of the whole.
            self.text_of(part, pact).ok().filter(|_| is_alike)
        })
    }

    /// Takes the contract to add to: what is there, or nothing when that is to be forgotten. The
    /// contract of others is never forgotten.
    fn existing(&mut self, pact: &Pact) -> Result<Pact, ReadError> {
        let is_forgotten = self.mode == WriteMode::Overwrite && self.run.is_new();
        let nothing = || Pact {
            interactions: Vec::new(),
            ..pact.clone()
        };
        match self.contract.take().or_else(|| self.read()) {
            Some(Ok(known)) if is_forgotten && is_between(&known, pact) => Ok(nothing()),
            Some(Err(_)) if is_forgotten => Ok(nothing()),
            Some(known) => known,
            None => Ok(nothing()),
        }
    }

    /// Returns the text of the file that holds what was there and the contract.
    fn text_of(&self, existing: Pact, pact: &Pact) -> Result<String, PactFileError> {
        let merged =
            merged(existing, pact, &self.run).map_err(|source| PactFileError::Conflict {
                path: self.path.clone(),
                source: Box::new(source),
            })?;
        // Readers of older versions would see one kind and lose the other.
        let version = merged.spec_version;
        let mixed = of_another_kind(&merged).map(|_| WriteError::Mixed { version });
        let written = mixed.map_or_else(|| format::write(&merged), Err);
        written.map_err(|source| PactFileError::Write {
            path: self.path.clone(),
            source: Box::new(source),
        })
    }
}

/// Reads a file; nothing where there is none.
fn read(path: &Path) -> Result<Option<Vec<u8>>, PactFileError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io_error("read", path)(error)),
    }
}

/// Merges the contract into what is there. Two tests of one run may not say different things about
/// one interaction; what an earlier run said is replaced.
fn merged(existing: Pact, pact: &Pact, run: &Run) -> Result<Pact, Conflict> {
    let interactions = pact.interactions.iter().cloned();
    let (again, fresh) =
        interactions.partition(|interaction| run.has_written(identity_hash(interaction)));
    let part = |interactions| Pact {
        consumer: pact.consumer.clone(),
        provider: pact.provider.clone(),
        interactions,
        metadata: pact.metadata.clone(),
        spec_version: pact.spec_version,
        extra: pact.extra.clone(),
    };
    let (again, fresh): (Pact, Pact) = (part(again), part(fresh));
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
    name::fnv1a(interaction.identity().as_bytes())
}
