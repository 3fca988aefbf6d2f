//! Putting bytes in place of a file, at once or not at all.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Writes the temporary file and gives it the name of the other.
///
/// Only who holds the lock of the pact file does so; what a killed writer left under the temporary
/// name is written over.
pub(super) fn replace(
    temporary: &Path,
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    let replaced = File::create(temporary)
        .and_then(|mut file| write(&mut file))
        .and_then(|()| fs::rename(temporary, path));
    if replaced.is_err() {
        // It is of no use to anyone; that it cannot be removed changes nothing.
        let _ = fs::remove_file(temporary);
    }
    replaced
}
