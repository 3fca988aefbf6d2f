//! What a version of the format cannot hold.

use std::error::Error;
use std::fmt;

use crate::format::place::Place;
use crate::model::SpecVersion;

/// Something of a pact that the version it is written in has no words for.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Loss {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub what: String,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// A pact cannot be written in a version.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum WriteError {
    /// The version has no such interactions.
    Kind {
        /// The interaction.
        place: Box<Place>,
        /// What kind it is of.
        kind: &'static str,
        /// The version asked for.
        version: SpecVersion,
    },
    /// The pact's own version does not hold all of it.
    Lossy {
        /// The version asked for.
        version: SpecVersion,
        /// What would be lost; never empty.
        losses: Vec<Loss>,
    },
    /// Before V4 a pact is about requests or about messages.
    Mixed {
        /// The version asked for.
        version: SpecVersion,
    },
}

impl fmt::Display for WriteError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind {
                place,
                kind,
                version,
            } => write!(
                formatter,
                "{place}: {kind} cannot be written in version {version}"
            ),
            Self::Lossy { version, losses } => write!(
                formatter,
                "version {version} cannot hold {}",
                listed(losses)
            ),
            Self::Mixed { version } => write!(
                formatter,
                "HTTP interactions and messages cannot be written in one pact of version {version}"
            ),
        }
    }
}

impl Error for WriteError {}

impl WriteError {
    /// Returns what can be done about it.
    pub fn hint(&self) -> Option<String> {
        Some(format!("write the pact in version {}", SpecVersion::V4))
    }
}

fn listed(losses: &[Loss]) -> String {
    let texts: Vec<_> = losses.iter().map(ToString::to_string).collect();
    texts.join("; ")
}
