//! Pact files as the commands read them.

use std::fs;
use std::path::Path;

use pact_core::format::{self, ReadPact};

use crate::error::CliError;

/// Returns the bytes of a file.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, CliError> {
    fs::read(path).map_err(|source| CliError::Read {
        path: path.to_owned(),
        source,
    })
}

/// Returns the pact that the bytes of the file are.
pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<ReadPact, CliError> {
    format::read(bytes).map_err(|source| CliError::Pact {
        path: path.to_owned(),
        source: Box::new(source),
    })
}

/// Returns the pact of a file.
pub(crate) fn read(path: &Path) -> Result<ReadPact, CliError> {
    parse(path, &bytes(path)?)
}
