//! Pact files that are looked at until one of them changes.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::error::CliError;

/// How often the files are looked at.
const PAUSE: Duration = Duration::from_millis(200);

/// The files and folders of a run.
pub(crate) struct Watched {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
    /// That of the files in the folders that count.
    extension: String,
}

/// What a look at the files saw: when each was written last, and its length.
#[derive(Eq, PartialEq)]
pub(crate) struct Seen(BTreeMap<PathBuf, Option<(SystemTime, u64)>>);

impl Watched {
    /// Refuses when there is nothing to look at.
    pub(crate) fn new(
        files: &[PathBuf],
        folders: &[PathBuf],
        extension: &str,
    ) -> Result<Self, CliError> {
        if files.is_empty() && folders.is_empty() {
            return Err(CliError::usage_with_hint(
                "there is no file to watch",
                "--watch looks at what --file and --dir name",
            ));
        }
        Ok(Self {
            files: files.to_vec(),
            folders: folders.to_vec(),
            extension: extension.to_owned(),
        })
    }

    /// Looks at the files as they are now.
    pub(crate) fn look(&self) -> Seen {
        let inside = { self.folders.iter() }.flat_map(|folder| self.files_in(folder));
        let files = { self.files.iter().cloned() }.chain(inside);
        Seen(files.map(|path| (path.clone(), written(&path))).collect())
    }

    fn files_in(&self, folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten();
        { entries.filter_map(Result::ok) }
            .map(|entry| entry.path())
            .filter(|path| path.extension() == Some(OsStr::new(&self.extension)))
            .collect()
    }

    /// Waits until the files are no longer as they were.
    pub(crate) async fn change(&self, seen: &Seen) {
        let mut pause = tokio::time::interval(PAUSE);
        loop {
            pause.tick().await;
            if self.look() != *seen {
                return;
            }
        }
    }

    /// Returns in words what is watched.
    pub(crate) fn what(&self, seen: &Seen) -> String {
        let plural = |count: usize, noun: &str| match count {
            1 => format!("1 {noun}"),
            count => format!("{count} {noun}s"),
        };
        let files = plural(seen.0.len(), "file");
        match self.folders.len() {
            0 => files,
            folders => format!("{files} and {}", plural(folders, "folder")),
        }
    }
}

/// Returns when the file was written last and how long it is; nothing when it is not there.
fn written(path: &Path) -> Option<(SystemTime, u64)> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_comes_goes_or_grows_is_a_change() {
        let folder = tempfile::tempdir().unwrap();
        let watched =
            Watched::new(&[folder.path().join("a")], &[folder.path().into()], "json").unwrap();
        let before = watched.look();
        assert_eq!(watched.what(&before), "1 file and 1 folder");
        assert!(watched.look() == before);
        fs::write(folder.path().join("a"), "1").unwrap();
        let there = watched.look();
        assert!(there != before);
        fs::write(folder.path().join("b.json"), "1").unwrap();
        let two = watched.look();
        assert!(two != there);
        fs::write(folder.path().join("b.json"), "12").unwrap();
        assert!(watched.look() != two);
        fs::write(folder.path().join("notes.txt"), "1").unwrap();
        fs::remove_file(folder.path().join("b.json")).unwrap();
        assert!(watched.look() == there);
    }
}
