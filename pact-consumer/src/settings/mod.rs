//! What a test need not say itself: names, folder, version and mode, from the environment and from
//! `pact.toml`.
//!
//! What the test says comes first, then the environment, then the file: the one `PACT_CONFIG_FILE`
//! names, else the nearest `pact.toml` or `.pact.toml` from the crate under test upwards.

mod error;
mod file;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use pact_core::model::SpecVersion;

use crate::builder::WriteMode;

pub use error::SettingsError;

/// The files that are looked for, in this order, in each folder.
const NAMES: [&str; 2] = ["pact.toml", ".pact.toml"];

/// Settings of contract tests; what is `None` is said nowhere.
///
/// ```toml
/// [consumer]
/// name = "order-web"
/// provider = "order-api"
/// output_dir = "../pacts"       # from the folder of this file
/// spec_version = "3"
/// write_mode = "overwrite"
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// The consumer: `PACT_CONSUMER_NAME`, or `name`.
    pub consumer: Option<String>,
    /// The provider: `PACT_PROVIDER_NAME`, or `provider`.
    pub provider: Option<String>,
    /// The folder of pact files: `PACT_OUTPUT_DIR`, or `output_dir`.
    pub output_dir: Option<PathBuf>,
    /// The version of the specification: `PACT_SPECIFICATION_VERSION`, or `spec_version`.
    pub spec_version: Option<SpecVersion>,
    /// Whether earlier runs are forgotten: `PACT_OVERWRITE`, or `write_mode`.
    pub write_mode: Option<WriteMode>,
}

impl Settings {
    /// Finds the settings for the test that runs.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is no TOML, or says in its table `[consumer]` what nobody
    /// knows; when a variable has a value that means nothing.
    pub fn find() -> Result<Self, SettingsError> {
        Self::find_in(&|name| std::env::var_os(name))
    }

    fn find_in(variable: &dyn Fn(&str) -> Option<OsString>) -> Result<Self, SettingsError> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let own = Self::of_environment(&variable)?;
        let path = match variable("PACT_CONFIG_FILE") {
            Some(path) => Some(PathBuf::from(path)),
            None => {
                let start = variable("CARGO_MANIFEST_DIR").map(PathBuf::from);
                let start = start.or_else(|| std::env::current_dir().ok());
                start.and_then(|start| nearest(&start))
            }
        };
        Ok(match path {
            Some(path) => own.or(file::read(&path)?),
            None => own,
        })
    }

    fn of_environment(variable: &dyn Fn(&str) -> Option<OsString>) -> Result<Self, SettingsError> {
        let text = |name: &'static str| {
            let value = variable(name).map(OsString::into_string).transpose();
            value.map_err(|_| SettingsError::variable(name, "no text in UTF-8", "text"))
        };
        let version = text("PACT_SPECIFICATION_VERSION")?;
        let overwrite = text("PACT_OVERWRITE")?;
        Ok(Self {
            consumer: text("PACT_CONSUMER_NAME")?,
            provider: text("PACT_PROVIDER_NAME")?,
            output_dir: variable("PACT_OUTPUT_DIR").map(PathBuf::from),
            spec_version: version
                .map(|value| {
                    spec_version(&value).ok_or_else(|| {
                        let name = "PACT_SPECIFICATION_VERSION";
                        SettingsError::variable(name, &value, VERSIONS)
                    })
                })
                .transpose()?,
            write_mode: overwrite
                .map(|value| match value.to_ascii_lowercase().as_str() {
                    "true" | "1" => Ok(WriteMode::Overwrite),
                    "false" | "0" => Ok(WriteMode::Merge),
                    _ => Err(SettingsError::variable(
                        "PACT_OVERWRITE",
                        &value,
                        "`true` or `false`",
                    )),
                })
                .transpose()?,
        })
    }

    /// Returns these settings, and the others where these say nothing.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            consumer: self.consumer.or(other.consumer),
            provider: self.provider.or(other.provider),
            output_dir: self.output_dir.or(other.output_dir),
            spec_version: self.spec_version.or(other.spec_version),
            write_mode: self.write_mode.or(other.write_mode),
        }
    }
}

/// What a version is expected to be.
const VERSIONS: &str = "a version of the specification: `1`, `1.1`, `2`, `3` or `4`";

/// Reads a version, with or without a `V` before it.
fn spec_version(text: &str) -> Option<SpecVersion> {
    text.trim_start_matches(['v', 'V']).parse().ok()
}

/// Returns the first of the files in the folder or one above it.
fn nearest(start: &Path) -> Option<PathBuf> {
    let mut candidates = start
        .ancestors()
        .flat_map(|folder| NAMES.map(|name| folder.join(name)));
    candidates.find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Finds settings with variables, and below a folder with a file in it.
    fn found(variables: &[(&str, &str)], file: &str) -> Result<Settings, String> {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("crates").join("web");
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::write(folder.path().join("pact.toml"), file).unwrap();
        let mut all: BTreeMap<&str, OsString> = variables
            .iter()
            .map(|(name, value)| (*name, OsString::from(*value)))
            .collect();
        all.insert("CARGO_MANIFEST_DIR", inner.into());
        let root = folder.path().display().to_string();
        let settings = Settings::find_in(&|name| all.get(name).cloned());
        let mut settings =
            settings.map_err(|error| crate::report::chain(&error).replace(&root, ""))?;
        if let Some(found) = &mut settings.output_dir
            && let Ok(below) = found.strip_prefix(folder.path())
        {
            *found = below.to_owned();
        }
        Ok(settings)
    }

    const FILE: &str = "
        [broker]
        url = 'http://broker'
        [consumer]
        name = 'order-web'
        provider = 'order-api'
        output_dir = 'pacts'
        spec_version = 3
        write_mode = 'overwrite'
        ";

    #[test]
    fn the_nearest_file_above_the_crate_is_read() {
        let expected = Settings {
            consumer: Some("order-web".to_owned()),
            provider: Some("order-api".to_owned()),
            output_dir: Some("pacts".into()),
            spec_version: Some(SpecVersion::V3),
            write_mode: Some(WriteMode::Overwrite),
        };
        assert_eq!(found(&[], FILE), Ok(expected));
        assert_eq!(found(&[], "[broker]\nurl = 1"), Ok(Settings::default()));
        assert_eq!(found(&[], ""), Ok(Settings::default()));
    }

    #[test]
    fn the_environment_comes_before_the_file() {
        let variables = [
            ("PACT_CONSUMER_NAME", "other-web"),
            ("PACT_OUTPUT_DIR", "elsewhere"),
            ("PACT_SPECIFICATION_VERSION", "V2"),
            ("PACT_OVERWRITE", "false"),
            ("PACT_PROVIDER_NAME", ""),
        ];
        let expected = Settings {
            consumer: Some("other-web".to_owned()),
            provider: Some("order-api".to_owned()),
            output_dir: Some("elsewhere".into()),
            spec_version: Some(SpecVersion::V2),
            write_mode: Some(WriteMode::Merge),
        };
        assert_eq!(found(&variables, FILE), Ok(expected));
    }

    #[test]
    fn a_file_that_is_named_is_read_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let named = folder.path().join("settings");
        let name = named.display().to_string();
        let variables = [("PACT_CONFIG_FILE", name.as_str())];
        let missing = found(&variables, FILE).unwrap_err();
        assert!(
            missing.starts_with("cannot read the settings in `"),
            "{missing}"
        );
        std::fs::write(&named, "[consumer]\nname = 'named'").unwrap();
        let expected = Settings {
            consumer: Some("named".to_owned()),
            ..Settings::default()
        };
        assert_eq!(found(&variables, FILE), Ok(expected));
    }

    #[test]
    fn a_hidden_file_counts_and_a_nearer_one_wins() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("crate");
        std::fs::create_dir(&inner).unwrap();
        let touch = |path: &Path| std::fs::write(path, "").unwrap();
        touch(&folder.path().join("pact.toml"));
        assert_eq!(nearest(&inner), Some(folder.path().join("pact.toml")));
        touch(&inner.join(".pact.toml"));
        assert_eq!(nearest(&inner), Some(inner.join(".pact.toml")));
        touch(&inner.join("pact.toml"));
        assert_eq!(nearest(&inner), Some(inner.join("pact.toml")));
    }

    #[test]
    fn what_nobody_knows_is_reported_with_file_and_line() {
        let told = |file: &str| found(&[], file).unwrap_err();
        insta::assert_snapshot!(told("[consumer]\nname = 'web'\nprovidr = 'api'"), @"`/pact.toml`, line 3: unknown key `providr` in `[consumer]`; did you mean `provider`?");
        insta::assert_snapshot!(told("[consumer]\nbroker_url = 'x'"), @"`/pact.toml`, line 2: unknown key `broker_url` in `[consumer]`; there are `name`, `provider`, `output_dir`, `spec_version`, `write_mode`");
        insta::assert_snapshot!(told("\n\n[consumer]\nname = 7"), @"`/pact.toml`, line 4: `name` is to be the name of an application, in quotes, found `7` (integer)");
        insta::assert_snapshot!(told("[consumer]\nname = ''"), @"`/pact.toml`, line 2: `name` is to be the name of an application, in quotes, found `''` (string)");
        insta::assert_snapshot!(told("[consumer]\nspec_version = '5'"), @"`/pact.toml`, line 2: `spec_version` is to be a version of the specification: `1`, `1.1`, `2`, `3` or `4`, found `'5'` (string)");
        insta::assert_snapshot!(told("[consumer]\nspec_version = true"), @"`/pact.toml`, line 2: `spec_version` is to be a version of the specification: `1`, `1.1`, `2`, `3` or `4`, found `true` (boolean)");
        insta::assert_snapshot!(told("[consumer]\nwrite_mode = 'replace'"), @r#"`/pact.toml`, line 2: `write_mode` is to be `"merge"` or `"overwrite"`, found `'replace'` (string)"#);
        insta::assert_snapshot!(told("consumer = 'web'"), @"`/pact.toml`, line 1: `consumer` is to be a table: `[consumer]` on a line of its own, found `'web'` (string)");
        insta::assert_snapshot!(told("[consumer]\nname = web"), @"`/pact.toml`, line 2: this is no TOML: string values must be quoted, expected literal string");
        insta::assert_snapshot!(told("[consumer]\nname = 'a'\nname = 'b'"), @"`/pact.toml`, line 3: this is no TOML: duplicate key");
    }

    #[test]
    fn a_variable_that_means_nothing_is_named() {
        let told = |name, value| found(&[(name, value)], "").unwrap_err();
        insta::assert_snapshot!(told("PACT_OVERWRITE", "yes"), @"the environment variable `PACT_OVERWRITE` is to be `true` or `false`, found `yes`");
        insta::assert_snapshot!(told("PACT_SPECIFICATION_VERSION", "four"), @"the environment variable `PACT_SPECIFICATION_VERSION` is to be a version of the specification: `1`, `1.1`, `2`, `3` or `4`, found `four`");
    }
}
