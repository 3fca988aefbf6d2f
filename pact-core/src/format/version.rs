//! The version of the specification a file was written for.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use crate::json::{Json, Object};
use crate::model::SpecVersion;

/// A text names no known version of the specification.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ParseSpecVersionError {
    /// The text that was to be parsed.
    pub text: String,
}

impl fmt::Display for ParseSpecVersionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text } = self;
        write!(
            formatter,
            "`{text}` is not a version of the Pact specification from 1.0 to 4.0"
        )
    }
}

impl Error for ParseSpecVersionError {}

impl FromStr for SpecVersion {
    type Err = ParseSpecVersionError;

    /// Takes what files and command lines say: `4`, `4.0`, `2.0.0`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseSpecVersionError {
            text: text.to_owned(),
        };
        let mut parts = text.trim().split('.').map(str::parse::<u64>);
        let major = parts.next().and_then(Result::ok).ok_or_else(error)?;
        let minor = parts.next().unwrap_or(Ok(0)).map_err(|_| error())?;
        match (major, minor) {
            (1, 1) => Ok(Self::V1_1),
            (1, _) => Ok(Self::V1),
            (2, _) => Ok(Self::V2),
            (3, _) => Ok(Self::V3),
            (4, _) => Ok(Self::V4),
            _ => Err(error()),
        }
    }
}

/// Takes the version out of a file's metadata, in whichever of its spellings it stands.
///
/// `None` when the file names none.
pub(super) fn take(metadata: &mut Object<'_>) -> Option<String> {
    let spellings = [
        "pact-specification",
        "pactSpecification",
        "pactSpecificationVersion",
    ];
    let mut found = None;
    for spelling in spellings {
        let version = match metadata.remove(spelling) {
            Some(Json::Object(mut namespace)) => namespace.remove("version"),
            other => other,
        };
        if let Some(version) = version.filter(|version| !version.is_null()) {
            found.get_or_insert(match version {
                Json::String(text) => text.into_owned(),
                other => other.to_compact(),
            });
        }
    }
    found.filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: SpecVersion) {
        assert_eq!(text.parse(), Ok(expected));
    }

    #[test]
    fn versions_are_read_leniently() {
        check("1.0.0", SpecVersion::V1);
        check("1.1", SpecVersion::V1_1);
        check("1.2.0", SpecVersion::V1);
        check("2", SpecVersion::V2);
        check("3.0.0", SpecVersion::V3);
        check("4.0", SpecVersion::V4);
        check("4.1.0", SpecVersion::V4);
    }

    #[test]
    fn an_unknown_version_is_refused() {
        insta::assert_snapshot!("5.0".parse::<SpecVersion>().unwrap_err(), @"`5.0` is not a version of the Pact specification from 1.0 to 4.0");
        assert!("".parse::<SpecVersion>().is_err());
        assert!("four".parse::<SpecVersion>().is_err());
        assert!("4.x".parse::<SpecVersion>().is_err());
    }

    #[test]
    fn the_dashed_spelling_wins_and_the_flat_one_comes_last() {
        let taken = |text: &str| {
            let Ok(Json::Object(mut metadata)) = Json::parse(text.as_bytes()) else {
                panic!("no object: {text}");
            };
            (take(&mut metadata), metadata.len())
        };
        let three = r#"{"pactSpecification":{"version":"3.0.0"},"pact-specification":{"version":"2.0.0"},"pactSpecificationVersion":"1.0.0"}"#;
        assert_eq!(taken(three), (Some("2.0.0".to_owned()), 0));
        assert_eq!(
            taken(r#"{"pactSpecificationVersion":"1.0.0","x":{}}"#),
            (Some("1.0.0".to_owned()), 1)
        );
        assert_eq!(
            taken(r#"{"pactSpecification":{"version":null}}"#),
            (None, 0)
        );
        assert_eq!(
            taken(r#"{"pactSpecification":{"version":4.0}}"#),
            (Some("4.0".to_owned()), 0)
        );
    }
}
