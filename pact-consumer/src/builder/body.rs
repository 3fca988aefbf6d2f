//! Bodies of every kind, from what a test says about them.

use pact_core::generators::Generator;
use pact_core::path::DocPath;
use pact_core::rules::{Category, MatchingRule};

use crate::pattern::Compiled;

/// A body with what governs it.
pub(super) struct Content {
    pub(super) bytes: Vec<u8>,
    /// The media type unless the test names another.
    pub(super) content_type: String,
    /// A rule for the media type, where it cannot be foreseen.
    pub(super) type_rule: Option<MatchingRule>,
    pub(super) rules: Category<DocPath>,
    pub(super) generators: Vec<(DocPath, Generator)>,
}

impl Content {
    /// Returns a JSON body.
    pub(super) fn json(compiled: Compiled) -> Self {
        Self {
            bytes: compiled.example.to_compact().into_bytes(),
            content_type: "application/json".to_owned(),
            type_rule: None,
            rules: compiled.rules,
            generators: compiled.generators,
        }
    }

    /// Returns bytes that are compared as their type says.
    pub(super) fn bytes(bytes: Vec<u8>, content_type: &str) -> Self {
        Self {
            bytes,
            content_type: content_type.to_owned(),
            type_rule: None,
            rules: Category::default(),
            generators: Vec::new(),
        }
    }
}
