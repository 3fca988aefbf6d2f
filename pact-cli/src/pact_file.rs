//! Pact files as the commands read them.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use pact_broker_client::Limits;
use pact_core::format::{self, ReadPact};

use crate::error::CliError;

/// The largest file that is read, in bytes: as much as is taken from a broker.
const LARGEST: usize = Limits::STANDARD.max_answer;

/// Returns the bytes of a file.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, CliError> {
    read_up_to_limit(path).map_err(|source| CliError::Read {
        path: path.to_owned(),
        source,
    })
}

fn read_up_to_limit(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    // One byte more than there is, to find the end in.
    let mut bytes = Vec::with_capacity(length.saturating_add(1).min(LARGEST));
    file.take(LARGEST as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > LARGEST {
        let reason = format!("it is larger than {LARGEST} bytes");
        return Err(io::Error::new(ErrorKind::FileTooLarge, reason));
    }
    Ok(bytes)
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
