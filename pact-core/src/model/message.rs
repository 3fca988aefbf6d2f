//! A message: contents with metadata.

use super::Body;
use crate::generators::Generators;
use crate::json::Object;
use crate::rules::MatchingRules;

/// The contents and metadata of a message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    /// What the message carries.
    pub contents: Body,
    /// What stands beside the contents: topic, key, content type, …
    pub metadata: Object<'static>,
    /// Rules for contents (category `body`) and metadata.
    pub matching_rules: MatchingRules,
    /// Generators for contents (category `body`) and metadata.
    pub generators: Generators,
    /// Members nobody here knows, carried from read to write.
    pub extra: Object<'static>,
}
