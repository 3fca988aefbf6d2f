//! Reading what another broker answered: members may be absent, but not of the wrong type.

use std::str::FromStr;

use serde_json::Value;

use crate::domain::text::InvalidText;
use crate::domain::time::Timestamp;
use crate::import::error::ImportError;
use crate::store::import::Times;

/// A part of an answer, with what was being done when it came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item<'a> {
    pub(super) json: &'a Value,
    pub(super) action: &'a str,
}

impl<'a> Item<'a> {
    /// The part at a JSON pointer, or nothing where there is none.
    pub(super) fn at(self, pointer: &str) -> Option<Self> {
        let json = self.json.pointer(pointer).filter(|json| !json.is_null())?;
        Some(Self { json, ..self })
    }

    /// The elements of the array at a JSON pointer; none where there is none.
    pub(super) fn list(self, pointer: &str) -> Result<Vec<Self>, ImportError> {
        match self.at(pointer).map(|item| item.json) {
            None => Ok(Vec::new()),
            Some(Value::Array(elements)) => {
                Ok(elements.iter().map(|json| Self { json, ..self }).collect())
            }
            Some(_) => Err(self.wrong(pointer, "is no array")),
        }
    }

    /// The text at a JSON pointer, if there is one.
    pub(super) fn text(self, pointer: &str) -> Result<Option<&'a str>, ImportError> {
        match self.at(pointer).map(|item| item.json) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(pointer, "is no text")),
        }
    }

    /// The text at a JSON pointer, kept.
    pub(super) fn owned(self, pointer: &str) -> Result<Option<String>, ImportError> {
        Ok(self.text(pointer)?.map(str::to_owned))
    }

    /// The truth value at a JSON pointer, or nothing.
    pub(super) fn flag(self, pointer: &str) -> Result<Option<bool>, ImportError> {
        match self.at(pointer).map(|item| item.json) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.wrong(pointer, "is neither true nor false")),
        }
    }

    /// The name at a JSON pointer, which must be there.
    pub(super) fn name<T: FromStr<Err = InvalidText>>(
        self,
        pointer: &str,
    ) -> Result<T, ImportError> {
        let text = self.text(pointer)?;
        let text = text.ok_or_else(|| self.wrong(pointer, "is missing"))?;
        self.parsed(pointer, text)
    }

    /// The name at a JSON pointer, if there is one that is not blank.
    pub(super) fn optional_name<T: FromStr<Err = InvalidText>>(
        self,
        pointer: &str,
    ) -> Result<Option<T>, ImportError> {
        let text = self.text(pointer)?.filter(|text| !text.trim().is_empty());
        text.map(|text| self.parsed(pointer, text)).transpose()
    }

    fn parsed<T: FromStr<Err = InvalidText>>(
        self,
        pointer: &str,
        text: &str,
    ) -> Result<T, ImportError> {
        T::from_str(text).map_err(|reason| ImportError::Name {
            action: self.action.to_owned(),
            member: pointer.to_owned(),
            reason,
        })
    }

    /// The moment at a JSON pointer, if there is one.
    pub(super) fn moment(self, pointer: &str) -> Result<Option<Timestamp>, ImportError> {
        let Some(text) = self.text(pointer)? else {
            return Ok(None);
        };
        match Timestamp::parse(text) {
            Ok(moment) => Ok(Some(moment)),
            Err(error) => Err(self.wrong(pointer, &error.to_string())),
        }
    }

    /// When it was made, which must be told.
    pub(super) fn created(self) -> Result<Timestamp, ImportError> {
        let created = self.moment("/createdAt")?;
        created.ok_or_else(|| self.wrong("/createdAt", "is missing"))
    }

    /// When it was made and when it last changed. A change that is told stays told, even in the
    /// second in which it was made.
    pub(super) fn times(self) -> Result<Times, ImportError> {
        let created = self.created()?;
        let updated = match self.moment("/updatedAt")? {
            None => created.clone(),
            Some(updated) if updated <= created => created.just_after(),
            Some(updated) => updated,
        };
        Ok(Times { created, updated })
    }

    /// The addresses of a relation, be it one link or several.
    pub(super) fn links(self, relation: &str) -> Vec<&'a str> {
        let links = self
            .json
            .get("_links")
            .and_then(|links| links.get(relation));
        let links = match links {
            None => return Vec::new(),
            Some(Value::Array(links)) => links.iter().collect(),
            Some(link) => vec![link],
        };
        let address = |link: &'a Value| link.get("href").and_then(Value::as_str);
        links.into_iter().filter_map(address).collect()
    }

    pub(super) fn wrong(self, pointer: &str, how: &str) -> ImportError {
        ImportError::Shape {
            action: self.action.to_owned(),
            what: format!("`{pointer}` {how}"),
        }
    }
}

/// The segment of an address that follows another, decoded.
pub(super) fn after(href: &str, segment: &str) -> Option<String> {
    let path = href.split(['?', '#']).next()?;
    let mut segments = path.split('/').skip_while(|one| *one != segment).skip(1);
    let found = percent_encoding::percent_decode_str(segments.next()?).decode_utf8();
    found.ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::text::VersionNumber;

    #[test]
    fn absent_members_are_no_fault_and_wrong_ones_are_told_by_their_place() {
        let json = json!({ "a": null, "n": 1, "t": "x", "createdAt": "soon" });
        let item = Item {
            json: &json,
            action: "reading",
        };
        assert_eq!(item.text("/a").unwrap(), None);
        assert!(item.list("/b").unwrap().is_empty());
        insta::assert_snapshot!(item.text("/n").unwrap_err(), @"reading: the answer is not that of a broker: `/n` is no text");
        insta::assert_snapshot!(item.list("/t").err().unwrap(), @"reading: the answer is not that of a broker: `/t` is no array");
        insta::assert_snapshot!(item.name::<VersionNumber>("/a").unwrap_err(), @"reading: the answer is not that of a broker: `/a` is missing");
        insta::assert_snapshot!(item.created().unwrap_err(), @"reading: the answer is not that of a broker: `/createdAt` `soon` is not a date or an RFC 3339 date and time such as 2026-01-31T12:00:00Z");
    }

    #[test]
    fn names_are_found_in_addresses() {
        let href = "http://h/x/pacts/provider/a%2Fb/consumer/c/pact-version/12?q=/provider/z";
        assert_eq!(after(href, "provider").as_deref(), Some("a/b"));
        assert_eq!(after(href, "pact-version").as_deref(), Some("12"));
        assert_eq!(after(href, "metadata"), None);
    }
}
