//! Parts of a JSON text that are found without making a tree of them.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{JsonError, Kind};

/// The members of an object in their order, their values as they are written.
#[derive(Debug)]
pub struct Members<'a>(Vec<(String, &'a str)>);

impl<'a> Members<'a> {
    /// Reads the members of a text that is JSON; `None` when it is no object.
    ///
    /// # Errors
    /// When the text is not JSON.
    pub fn read(text: &'a str) -> Result<Option<Self>, JsonError> {
        if Kind::of(text) == Kind::Object {
            return Ok(Some(serde_json::from_str(text)?));
        }
        let _: &RawValue = serde_json::from_str(text)?;
        Ok(None)
    }

    /// The last member of this name.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        let mut same = self.iter().rev().filter(|(key, _)| *key == name);
        same.next().map(|(_, text)| text)
    }

    /// All members.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &'a str)> {
        self.0.iter().map(|(key, text)| (key.as_str(), *text))
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reading;

        impl<'de> Visitor<'de> for Reading {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, &RawValue>()? {
                    members.push((key, value.get()));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Reading)
    }
}

/// The elements of a text that is known to be JSON, as they are written; `None` when it is no array.
pub fn elements(text: &str) -> Option<Vec<&str>> {
    let raw: Vec<&RawValue> = serde_json::from_str(text).ok()?;
    Some(raw.into_iter().map(RawValue::get).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_elements_are_found_without_reading_them() {
        let text = r#" {"a": [1.0, {"b": "]"}], "c" : null, "a": [2]} "#;
        let members = Members::read(text).unwrap().unwrap();
        assert_eq!(members.get("a"), Some("[2]"));
        assert_eq!(members.iter().count(), 3);
        let (_, first) = members.iter().next().unwrap();
        assert_eq!(elements(first), Some(vec!["1.0", r#"{"b": "]"}"#]));
        assert_eq!(elements(members.get("c").unwrap()), None);
        assert!(Members::read("[1]").unwrap().is_none());
        assert!(Members::read("[1").is_err());
        assert!(Members::read("{} x").is_err());
    }
}
