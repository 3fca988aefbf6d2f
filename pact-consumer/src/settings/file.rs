//! The table `[consumer]` of a settings file; other tables belong to others.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::KEYS;
use super::{Settings, SettingsError, VERSIONS, spec_version};
use crate::builder::WriteMode;

/// Largest file that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// Reads the settings in a file.
pub(super) fn read(path: &Path) -> Result<Settings, SettingsError> {
    let text = text_of(path).map_err(|source| SettingsError::Io {
        path: path.to_owned(),
        source: source.into(),
    })?;
    let file = SettingsFile { path, text: &text };
    let root = DeTable::parse(&text).map_err(|error| SettingsError::Syntax {
        path: path.to_owned(),
        line: error.span().map_or(1, |span| file.line(&span)),
        problem: error.message().replace('\n', " "),
    })?;
    match root.get_ref().get("consumer") {
        None => Ok(Settings::default()),
        Some(value) => match value.get_ref() {
            DeValue::Table(table) => file.settings(table),
            _ => Err(file.wrong(
                "consumer",
                value,
                "a table: `[consumer]` on a line of its own",
            )),
        },
    }
}

fn text_of(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let length = File::open(path)?
        .take(LARGEST + 1)
        .read_to_string(&mut text)?;
    if length as u64 > LARGEST {
        return Err(io::Error::other(format!(
            "it has more than {LARGEST} bytes"
        )));
    }
    Ok(text)
}

struct SettingsFile<'f> {
    path: &'f Path,
    text: &'f str,
}

impl SettingsFile<'_> {
    fn settings(&self, table: &DeTable<'_>) -> Result<Settings, SettingsError> {
        let mut settings = Settings::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "name" => settings.consumer = Some(self.name("name", value)?),
                "provider" => settings.provider = Some(self.name("provider", value)?),
                "output_dir" => settings.output_dir = Some(self.folder(value)?),
                "spec_version" => {
                    let version = match value.get_ref() {
                        DeValue::String(text) => spec_version(text),
                        DeValue::Integer(number) => spec_version(number.as_str()),
                        DeValue::Float(number) => spec_version(number.as_str()),
                        _ => None,
                    };
                    let version =
                        version.ok_or_else(|| self.wrong("spec_version", value, VERSIONS));
                    settings.spec_version = Some(version?);
                }
                "write_mode" => {
                    settings.write_mode = Some(match value.get_ref().as_str() {
                        Some("merge") => WriteMode::Merge,
                        Some("overwrite") => WriteMode::Overwrite,
                        _ => {
                            let expected = "`\"merge\"` or `\"overwrite\"`";
                            return Err(self.wrong("write_mode", value, expected));
                        }
                    });
                }
                other => {
                    return Err(SettingsError::UnknownKey {
                        path: self.path.to_owned(),
                        line: self.line(&key.span()),
                        key: other.to_owned(),
                        nearest: nearest(other),
                    });
                }
            }
        }
        Ok(settings)
    }

    fn name(
        &self,
        key: &'static str,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<String, SettingsError> {
        match value.get_ref().as_str() {
            Some(text) if !text.is_empty() => Ok(text.to_owned()),
            _ => Err(self.wrong(key, value, "the name of an application, in quotes")),
        }
    }

    /// A folder is meant from where the file is, whoever reads it.
    fn folder(&self, value: &Spanned<DeValue<'_>>) -> Result<PathBuf, SettingsError> {
        let own = self.path.parent().unwrap_or(Path::new(""));
        match value.get_ref().as_str() {
            Some(text) if !text.is_empty() => Ok(own.join(text)),
            _ => Err(self.wrong("output_dir", value, "a folder, in quotes")),
        }
    }

    fn wrong(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        expected: &'static str,
    ) -> SettingsError {
        let span = value.span();
        let source = self.text.get(span.clone()).unwrap_or_default();
        let kind = value.get_ref().type_str();
        SettingsError::Value {
            path: self.path.to_owned(),
            line: self.line(&span),
            key: key.to_owned(),
            expected,
            found: match source.lines().next() {
                Some(line) if line.len() <= 40 => format!("`{line}` ({kind})"),
                _ => kind.to_owned(),
            },
        }
    }

    fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        before.matches('\n').count() + 1
    }
}

/// Returns the known key that differs least from one that is not, when it is hardly another.
fn nearest(key: &str) -> Option<&'static str> {
    let candidates = KEYS.into_iter().map(|known| (distance(key, known), known));
    let (distance, known) = candidates.min()?;
    (distance <= 3).then_some(known)
}

/// Counts the letters to add, leave out or exchange between two words.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for column in 1..row.len() {
            let exchanged = diagonal + usize::from(other[column - 1] != letter);
            diagonal = row[column];
            row[column] = exchanged.min(diagonal + 1).min(row[column - 1] + 1);
        }
    }
    row[other.len()]
}
