//! A JSON object whose members keep the text and order they came with.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Value, value::RawValue};

/// Members of an object, their values untouched.
#[derive(Debug, Default)]
pub(crate) struct RawObject {
    members: Vec<(String, Box<RawValue>)>,
}

impl RawObject {
    /// Reads an object; `None` when the text is something else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The last member of this name, as it was written.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut members = self.members.iter().rev();
        let (_, value) = members.find(|(other, _)| other == name)?;
        Some(value.get())
    }

    /// Takes every member of this name out.
    #[must_use]
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.members.retain(|(other, _)| other != name);
        self
    }
}

impl fmt::Display for RawObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (at, (name, value)) in self.members.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma}{}:{}", Value::from(name.as_str()), value.get())?;
        }
        f.write_str("}")
    }
}

impl<'de> Deserialize<'de> for RawObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = RawObject;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawObject, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry::<String, Box<RawValue>>()? {
                    members.push(member);
                }
                Ok(RawObject { members })
            }
        }

        deserializer.deserialize_map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_text_and_order() {
        let object = RawObject::parse(
            r#"{"b":1.0,"_links":{},"a":{"z":1,"y":123456789012345678901234567890}}"#,
        )
        .unwrap();
        assert_eq!(object.get("b"), Some("1.0"));
        assert_eq!(
            object.without("_links").to_string(),
            r#"{"b":1.0,"a":{"z":1,"y":123456789012345678901234567890}}"#
        );
        assert!(RawObject::parse("[1]").is_none());
    }
}
