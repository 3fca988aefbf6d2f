//! Pact files and folders of them.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use pact_broker_client::Limits;
use tokio::io::AsyncReadExt;

use super::{Loaded, LoadedPact};
use crate::error::LoadError;

/// The largest pact file that is read, in bytes: as much as is taken from a broker.
const LARGEST: usize = Limits::STANDARD.max_answer;

pub(super) async fn load_file(path: &Path) -> Result<LoadedPact, LoadError> {
    let bytes = read(path).await.map_err(|source| failed(path, source))?;
    LoadedPact::read(&bytes, format!("`{}`", path.display()))
}

/// Reads the file up to the limit, in one piece where its length is known.
async fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let file = tokio::fs::File::open(path).await?;
    let length = usize::try_from(file.metadata().await?.len()).unwrap_or(usize::MAX);
    // With some room to find the end in: a buffer that is full is copied to one of twice its size.
    let mut bytes = Vec::with_capacity(length.saturating_add(64).min(LARGEST));
    let mut beginning = file.take(LARGEST as u64 + 1);
    beginning.read_to_end(&mut bytes).await?;
    if bytes.len() > LARGEST {
        let reason = format!("it is larger than {LARGEST} bytes");
        return Err(std::io::Error::new(ErrorKind::FileTooLarge, reason));
    }
    Ok(bytes)
}

/// Loads the `.json` files of the folder that are pacts of the provider, in order of their names.
pub(super) async fn load_dir(folder: &Path, provider: &str, loaded: &mut Loaded) {
    let files = match json_files(folder).await {
        Ok(files) => files,
        Err(error) => {
            loaded.failures.push(failed(folder, error));
            return;
        }
    };
    if files.is_empty() {
        let remark = format!("`{}` has no .json files", folder.display());
        loaded.remarks.push(remark);
    }
    let (mut others, mut found) = (BTreeSet::new(), false);
    for file in files {
        match load_file(&file).await {
            Ok(pact) if provider.is_empty() || pact.pact.provider == provider => {
                loaded.pacts.push(pact);
                found = true;
            }
            Ok(pact) => {
                others.insert(format!("`{}`", pact.pact.provider));
            }
            Err(error) => loaded.failures.push(error),
        }
    }
    if !found && !others.is_empty() {
        let others: Vec<String> = others.into_iter().collect();
        loaded.remarks.push(format!(
            "`{}` has pacts with {}, which are not `{provider}`",
            folder.display(),
            others.join(", ")
        ));
    }
}

async fn json_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut entries = tokio::fs::read_dir(folder).await?;
    let mut files = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        let path = entry.path();
        if path.extension() == Some(OsStr::new("json")) && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn failed(path: &Path, source: std::io::Error) -> LoadError {
    LoadError::File {
        path: path.to_owned(),
        source,
    }
}
