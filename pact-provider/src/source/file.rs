//! Pacts from files.

use std::path::Path;

use super::{LoadedPact, read};
use crate::error::LoadError;

pub(super) fn load(path: &Path) -> Result<LoadedPact, LoadError> {
    let bytes = std::fs::read(path).map_err(|source| LoadError::Io {
        path: path.to_owned(),
        source,
    })?;
    read(&bytes, path.display().to_string())
}

/// Loads the `.json` files of the folder whose provider is the one asked for, in the order of
/// their names.
pub(super) fn load_folder(folder: &Path, provider: &str) -> (Vec<LoadedPact>, Vec<LoadError>) {
    let io_error = |source| LoadError::Io {
        path: folder.to_owned(),
        source,
    };
    let entries = match std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
        Ok(entries) => entries,
        Err(source) => return (Vec::new(), vec![io_error(source)]),
    };
    let mut paths: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
    paths.retain(|path| {
        let hidden = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        let json = path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        json && !hidden && path.is_file()
    });
    paths.sort();
    let (mut pacts, mut errors) = (Vec::new(), Vec::new());
    for path in paths {
        match load(&path) {
            Ok(loaded) if loaded.pact.provider == provider => pacts.push(loaded),
            Ok(_) => {}
            Err(error) => errors.push(error),
        }
    }
    (pacts, errors)
}
