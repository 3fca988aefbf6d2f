//! Why settings cannot be taken.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// The settings of a test say something that means nothing.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SettingsError {
    /// The file cannot be read.
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: Arc<io::Error>,
    },
    /// The file is no TOML.
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What the parser says.
        problem: String,
    },
    /// The table has a key nobody knows.
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The key.
        key: String,
        /// The known key that is most like it.
        nearest: Option<&'static str>,
    },
    /// A key has a value of another kind, or one that means nothing.
    Value {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The key.
        key: String,
        /// What was expected.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// A variable of the environment has a value that means nothing.
    Variable {
        /// The variable.
        name: &'static str,
        /// What was expected.
        expected: &'static str,
        /// What it is.
        found: String,
    },
}

impl fmt::Display for SettingsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, .. } => write!(
                formatter,
                "cannot read the settings in `{}`",
                path.display()
            ),
            Self::Syntax {
                path,
                line,
                problem,
            } => write!(
                formatter,
                "`{}`, line {line}: this is no TOML: {problem}",
                path.display()
            ),
            Self::UnknownKey {
                path,
                line,
                key,
                nearest,
            } => write!(
                formatter,
                "`{}`, line {line}: unknown key `{key}` in `[consumer]`; {}",
                path.display(),
                suggestion(*nearest)
            ),
            Self::Value {
                path,
                line,
                key,
                expected,
                found,
            } => write!(
                formatter,
                "`{}`, line {line}: `{key}` is to be {expected}, found {found}",
                path.display()
            ),
            Self::Variable {
                name,
                expected,
                found,
            } => write!(
                formatter,
                "the environment variable `{name}` is to be {expected}, found `{found}`"
            ),
        }
    }
}

impl Error for SettingsError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl SettingsError {
    pub(super) fn variable(name: &'static str, found: &str, expected: &'static str) -> Self {
        Self::Variable {
            name,
            expected,
            found: found.to_owned(),
        }
    }
}

/// The keys of the table.
pub(super) const KEYS: [&str; 5] = [
    "name",
    "provider",
    "output_dir",
    "spec_version",
    "write_mode",
];

fn suggestion(nearest: Option<&str>) -> String {
    match nearest {
        Some(key) => format!("did you mean `{key}`?"),
        None => format!("there are `{}`", KEYS.join("`, `")),
    }
}
