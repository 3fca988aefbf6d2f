//! A pact: what one consumer expects of one provider.

use std::fmt;

use super::Interaction;
use crate::json::Object;

/// The contract between a consumer and a provider.
#[derive(Clone, Debug, PartialEq)]
pub struct Pact {
    /// Name of the application that makes the requests.
    pub consumer: String,
    /// Name of the application that answers them.
    pub provider: String,
    /// What the consumer relies on, in the order of the file.
    pub interactions: Vec<Interaction>,
    /// The file's `metadata` without the specification version; the namespaces of other tools are
    /// carried as they stand.
    pub metadata: Object<'static>,
    /// The version the pact was read as, or is to be written as.
    pub spec_version: SpecVersion,
    /// Top-level members nobody here knows, carried from read to write.
    pub extra: Object<'static>,
}

impl Pact {
    /// Returns an empty V4 pact between the two applications.
    pub fn new(consumer: impl Into<String>, provider: impl Into<String>) -> Self {
        Self {
            consumer: consumer.into(),
            provider: provider.into(),
            interactions: Vec::new(),
            metadata: Object::default(),
            spec_version: SpecVersion::V4,
            extra: Object::default(),
        }
    }
}

/// A version of the Pact specification.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum SpecVersion {
    /// `1.0.0`: exact comparison.
    V1,
    /// `1.1.0`: V1 with clarified query comparison.
    V1_1,
    /// `2.0.0`: matching rules by path.
    V2,
    /// `3.0.0`: rule categories, generators, messages, several provider states.
    V3,
    /// `4.0`: several kinds of interaction in one pact, explicit body encoding.
    V4,
}

impl fmt::Display for SpecVersion {
    /// Writes the version as it stands in `metadata.pactSpecification.version`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V1 => "1.0.0",
            Self::V1_1 => "1.1.0",
            Self::V2 => "2.0.0",
            Self::V3 => "3.0.0",
            Self::V4 => "4.0",
        })
    }
}
