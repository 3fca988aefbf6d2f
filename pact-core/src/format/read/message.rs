//! Messages of V3 and V4.

use super::body::{Named, plain_body};
use super::{ReadError, Reader, carried, object_or_none};
use crate::format::place::At;
use crate::json::{Json, Object};
use crate::model::{Body, ContentType, Message, SpecVersion};

impl Reader {
    /// Reads the members of a message out of an object and leaves the others there.
    pub(super) fn message(
        &mut self,
        members: &mut Object<'_>,
        at: &At<'_>,
    ) -> Result<Message, ReadError> {
        let (metadata_name, metadata) = match members.remove("metaData") {
            Some(metadata) => ("metaData", Some(metadata)),
            None => ("metadata", members.remove("metadata")),
        };
        let metadata = object_or_none(metadata, &at.name(metadata_name))?;
        let named = Named(content_type_of(&metadata));
        Ok(Message {
            contents: self.contents(members, named, at)?,
            metadata: metadata.into_owned(),
            matching_rules: self.rules(members, "matchingRules", at)?,
            generators: self.generators(members, at)?,
            extra: Object::new(),
        })
    }

    /// Reads a message that has an object of its own.
    pub(super) fn message_part(
        &mut self,
        mut members: Object<'_>,
        at: &At<'_>,
    ) -> Result<Message, ReadError> {
        let message = self.message(&mut members, at)?;
        Ok(Message {
            extra: carried(members),
            ..message
        })
    }

    fn contents(
        &mut self,
        members: &mut Object<'_>,
        named: Named,
        at: &At<'_>,
    ) -> Result<Body, ReadError> {
        let (name, value) = match members.remove("contents") {
            Some(value) => ("contents", value),
            None => match members.remove("content") {
                Some(value) => ("content", value),
                None => return Ok(Body::Missing),
            },
        };
        let at = at.name(name);
        if name == "content" {
            self.warn(
                &at,
                "expected `contents`, found `content`; read as the contents",
            );
        }
        if self.version == SpecVersion::V4 {
            self.v4_body(value, named, &at)
        } else {
            Ok(plain_body(value, named))
        }
    }
}

/// Returns the media type that metadata name under either spelling.
pub(in crate::format) fn content_type_of(metadata: &Object<'_>) -> Option<ContentType> {
    metadata
        .iter()
        .find(|(name, _)| {
            name.eq_ignore_ascii_case("contentType") || name.eq_ignore_ascii_case("content-type")
        })
        .and_then(|(_, value)| Json::as_str(value))
        .and_then(|text| text.parse().ok())
}
