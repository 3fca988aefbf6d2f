//! Messages of V3 and V4.

use super::interaction::Members;
use super::{Writer, sorted};
use crate::format::place::At;
use crate::format::read::content_type_of;
use crate::json::Json;
use crate::model::{Message, SpecVersion};

impl Writer {
    /// Writes the members of a message into an object that has others.
    pub(super) fn message<'p>(
        &mut self,
        message: &'p Message,
        members: &mut Members<'p>,
        at: &At<'_>,
    ) {
        let mut metadata = message.metadata.clone();
        let named_type = message
            .contents
            .content()
            .and_then(|content| content.content_type.as_ref());
        if let Some(content_type) = named_type
            && self.version < SpecVersion::V4
            && !self.is_own_version
            && content_type_of(&metadata).is_none()
        {
            // Before V4 only metadata can name the type of the contents.
            metadata.insert("contentType", Json::from(content_type.to_string()));
        }
        let named = content_type_of(&metadata);
        if let Some(contents) = self.body(&message.contents, named, &at.name("contents")) {
            members.push(("contents", contents));
        }
        if !metadata.is_empty() {
            members.push(("metadata", Json::Object(metadata)));
        }
        self.rules(&message.matching_rules, members, at);
        self.generators(&message.generators, members, at);
    }

    /// Writes a message that has an object of its own.
    pub(super) fn message_part<'p>(&mut self, message: &'p Message, at: &At<'_>) -> Json<'p> {
        let mut members = Members::new();
        self.message(message, &mut members, at);
        sorted(members, &message.extra)
    }
}
