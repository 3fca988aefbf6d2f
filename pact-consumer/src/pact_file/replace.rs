//! Putting bytes in place of a file, at once or not at all.

use std::fs;
use std::io;
use std::path::Path;

/// Writes the temporary file and gives it the name of the other.
///
/// Only who holds the lock of the pact file does so; what a killed writer left under the temporary
/// name is written over.
///
/// Whatever is killed, the system has what was written. Only a power cut could lose it, with the
/// test run that made it, and the next run makes it again; so nothing waits for the disk. Most file
/// systems put the bytes there before the name, and keep the old file otherwise; on the others the
/// file may be found damaged, which is an error with that hint.
pub(super) fn replace(temporary: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let replaced = fs::write(temporary, bytes).and_then(|()| fs::rename(temporary, path));
    if replaced.is_err() {
        // It is of no use to anyone; that it cannot be removed changes nothing.
        let _ = fs::remove_file(temporary);
    }
    replaced
}
