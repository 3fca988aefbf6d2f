//! What writers that wait leave to the one that writes.
//!
//! Every write replaces the whole pact file, so a hundred writers one after the other would do that
//! a hundred times. Who has to wait leaves its contract in a file of its own;
//! who holds the lock takes what it finds along, and gives those files another name when the pact
//! file with their interactions is in place. Only that name says that a contract was written: a file
//! that is gone says nothing.
//!
//! Nothing depends on it: what cannot be left, read or taken along is written by its own writer
//! when the lock is free.

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use pact_core::format;
use pact_core::merge;
use pact_core::model::{Pact, SpecVersion};

use super::file::together;
use super::lock::Place;
use super::{held, is_between, run};
use crate::builder::WriteMode;

/// Age at which a file is that of a writer that is gone, where its process cannot be seen: nobody
/// waits so long.
const STALE: Duration = Duration::from_secs(600);

/// Ends the name of a file whose contract was written.
const WRITTEN: &str = "written";

/// A contract that waits to be written. It is withdrawn when it is dropped.
#[derive(Debug)]
pub(super) struct Left {
    path: PathBuf,
    written: PathBuf,
}

/// The contracts of others that are written along.
#[derive(Debug, Default)]
pub(super) struct Taken {
    folder: PathBuf,
    files: Vec<PathBuf>,
    /// What is in them together; nothing when there are none.
    contract: Option<Pact>,
}

/// Returns the folder of those that wait for a pact file.
fn folder_of(place: &Place) -> PathBuf {
    place.folder.join(format!(".{}.waiting", place.name))
}

/// Returns what has to be alike for one to write what another has left.
fn terms(mode: WriteMode, version: SpecVersion) -> String {
    format!("{mode:?} {version} {}\n", run::current())
}

impl Left {
    /// Leaves a contract; nothing when that cannot be done.
    pub(super) fn leave(place: &Place, pact: &Pact, mode: WriteMode) -> Option<Self> {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let contract = format::write(pact).ok()?;
        let folder = folder_of(place);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // Processes have their ids after one another; what is said of this file is said of no other.
        let chance = RandomState::new().hash_one(number);
        let path = folder.join(format!("{}-{number}-{chance:016x}", std::process::id()));
        let written = path.with_extension(WRITTEN);
        let left = Self { path, written };
        let text = terms(mode, pact.spec_version) + &contract;
        let written = fs::write(&left.path, &text).or_else(|_| {
            // Another may have made it; that it cannot be made shows when the file is written.
            let _ = fs::create_dir(&folder);
            fs::write(&left.path, &text)
        });
        written.is_ok().then_some(left)
    }

    /// Returns whether another has written the contract.
    pub(super) fn is_written(&self) -> bool {
        self.written.exists()
    }
}

impl Drop for Left {
    fn drop(&mut self) {
        // Only one of the two is there.
        if fs::remove_file(&self.path).is_err() {
            let _ = fs::remove_file(&self.written);
        }
        if let Some(folder) = self.path.parent() {
            remove_empty(folder);
        }
    }
}

impl Taken {
    /// Takes what those have left that wait for the file and mean the same contract, as far as it
    /// goes together.
    pub(super) fn find(place: &Place, pact: &Pact, mode: WriteMode) -> Self {
        let mut taken = Self {
            folder: folder_of(place),
            ..Self::default()
        };
        let Ok(entries) = fs::read_dir(&taken.folder) else {
            return taken;
        };
        let terms = terms(mode, pact.spec_version);
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        let mut found = Vec::new();
        for path in paths {
            if path.extension().is_some_and(|name| name == WRITTEN) {
                sweep(&path);
                continue;
            }
            match read(&path, &terms) {
                Ok(Some(left)) if is_between(&left, pact) => found.push((path, left)),
                Ok(_) => sweep(&path),
                Err(_) => {}
            }
        }
        taken.take(found);
        if taken.files.is_empty() {
            remove_empty(&taken.folder);
        }
        taken
    }

    /// Takes what goes together.
    fn take(&mut self, found: Vec<(PathBuf, Pact)>) {
        if found.is_empty() {
            return;
        }
        if let Ok(all) = together(found.iter().map(|(_, left)| left)) {
            self.contract = Some(all);
            self.files = found.into_iter().map(|(path, _)| path).collect();
            return;
        }
        for (path, left) in found {
            let all = match &self.contract {
                // Whoever says something else about one interaction is to be told so itself.
                Some(others) => merge::merge(others.clone(), left),
                None => Ok(left),
            };
            if let Ok(all) = all {
                self.contract = Some(all);
                self.files.push(path);
            }
        }
    }

    /// Returns the contract together with those of others; nothing when there are none that go
    /// together with it.
    pub(super) fn with(mut self, own: &Pact) -> Option<(Pact, Self)> {
        let others = self.contract.take()?;
        let all = merge::merge(own.clone(), others).ok()?;
        Some((all, self))
    }

    /// Tells those that wait that their contracts are written.
    pub(super) fn acknowledge(self) {
        for path in &self.files {
            // Where that fails its writer writes it once more, which changes nothing.
            let _ = fs::rename(path, path.with_extension(WRITTEN));
        }
        // What a killed writer left may have been the last.
        remove_empty(&self.folder);
    }
}

/// Removes the folder when nobody waits any more. To look is cheaper than to try, for which nobody may
/// change what stands beside the folder meanwhile, and most look in vain.
fn remove_empty(folder: &Path) {
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none()) {
        // Somebody may have come since.
        let _ = fs::remove_dir(folder);
    }
}

/// Reads what was left; nothing when it was left on other terms or is not whole.
fn read(path: &Path, terms: &str) -> io::Result<Option<Pact>> {
    let bytes = fs::read(path)?;
    let contract = bytes.strip_prefix(terms.as_bytes());
    let read = contract.and_then(|contract| format::read(contract).ok());
    Ok(read.map(|read| read.pact))
}

/// Removes what a writer has left that does not wait any more. One that does writes for itself.
fn sweep(path: &Path) {
    let modified = fs::metadata(path).and_then(|metadata| metadata.modified());
    let age = modified.ok().and_then(|modified| modified.elapsed().ok());
    if age.is_some_and(|age| age > STALE) || process_of(path).is_some_and(held::is_gone) {
        // Whoever comes next tries again.
        let _ = fs::remove_file(path);
    }
}

/// Returns the process that has left a file.
fn process_of(path: &Path) -> Option<u32> {
    let (process, _) = path.file_name()?.to_str()?.split_once('-')?;
    process.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use pact_core::model::{Interaction, InteractionKind};

    use super::*;

    fn contract(description: &str) -> Pact {
        let mut pact = Pact::new("web", "api");
        let kind = InteractionKind::Http(Box::default());
        pact.interactions.push(Interaction::new(description, kind));
        pact
    }

    fn place(folder: &Path) -> Place {
        Place::new(folder, "web", "api")
    }

    fn found(folder: &Path) -> Taken {
        Taken::find(&place(folder), &contract("own"), WriteMode::Merge)
    }

    fn descriptions(taken: &Taken) -> Vec<&str> {
        let interactions = taken.contract.iter().flat_map(|pact| &pact.interactions);
        interactions
            .map(|interaction| interaction.description.as_str())
            .collect()
    }

    fn leave(folder: &Path, pact: &Pact) -> Left {
        Left::leave(&place(folder), pact, WriteMode::Merge).unwrap()
    }

    #[test]
    fn what_is_left_is_taken_along_and_acknowledged() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(descriptions(&found(folder.path())), [""; 0]);
        let left = ["b", "a"].map(|description| leave(folder.path(), &contract(description)));
        let taken = found(folder.path());
        assert_eq!(descriptions(&taken), ["a", "b"]);
        assert!(left.iter().all(|left| !left.is_written()));
        taken.acknowledge();
        assert!(left.iter().all(Left::is_written));
        drop(left);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn who_no_longer_waits_takes_back_what_it_left() {
        let folder = tempfile::tempdir().unwrap();
        let stays = leave(folder.path(), &contract("b"));
        drop(leave(folder.path(), &contract("a")));
        let taken = found(folder.path());
        assert_eq!(descriptions(&taken), ["b"]);
        drop(stays);
        taken.acknowledge();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_means_another_contract_is_left_to_its_writer() {
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = Pact {
            consumer: "web-api".to_owned(),
            ..contract("a")
        };
        let older = Pact {
            spec_version: SpecVersion::V3,
            ..contract("b")
        };
        let left = [elsewhere, older].map(|pact| leave(folder.path(), &pact));
        let other = Left::leave(&place(folder.path()), &contract("c"), WriteMode::Overwrite);
        fs::write(folder_of(&place(folder.path())).join("cut"), "Merge 4.0 ru").unwrap();
        let taken = found(folder.path());
        assert_eq!(descriptions(&taken), [""; 0]);
        taken.acknowledge();
        assert!(left.iter().chain(&other).all(|left| !left.is_written()));
    }

    #[test]
    fn of_two_that_say_different_things_one_is_left_to_its_writer() {
        let folder = tempfile::tempdir().unwrap();
        let mut other = contract("a");
        if let InteractionKind::Http(exchange) = &mut other.interactions[0].kind {
            exchange.request.path = "/elsewhere".to_owned();
        }
        let first = leave(folder.path(), &contract("a"));
        let second = leave(folder.path(), &other);
        found(folder.path()).acknowledge();
        // Which of them is none of their business: they stand in the order of their names.
        assert_ne!(first.is_written(), second.is_written());
    }

    #[test]
    fn what_nobody_waits_for_any_more_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let waiting = folder_of(&place(folder.path()));
        fs::create_dir(&waiting).unwrap();
        let own = std::process::id();
        let names = [format!("{own}-90"), format!("{own}-91.written")];
        let paths = names.map(|name| waiting.join(name));
        for path in &paths {
            fs::write(path, "Merge 4.0 another run\n{}").unwrap();
        }
        found(folder.path()).acknowledge();
        assert!(paths.iter().all(|path| path.exists()));
        let long_ago = SystemTime::now() - 2 * STALE;
        for path in &paths {
            let file = fs::File::options().write(true).open(path).unwrap();
            file.set_modified(long_ago).unwrap();
        }
        found(folder.path()).acknowledge();
        assert!(!waiting.exists());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_gone_process_left_is_removed_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let waiting = folder_of(&place(folder.path()));
        fs::create_dir(&waiting).unwrap();
        // No process has an id this large.
        for name in ["4294967294-0", "4294967294-1.written"] {
            fs::write(waiting.join(name), "Merge 4.0 another run\n{}").unwrap();
        }
        found(folder.path());
        assert!(!waiting.exists());
    }
}
