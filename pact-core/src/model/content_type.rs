//! Media types and what they mean for comparison.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// A media type: `type/subtype+suffix; attribute=value`.
///
/// Type, subtype and suffix are kept in lower case, attributes as they were written.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ContentType {
    /// `type/subtype+suffix`.
    essence: Cow<'static, str>,
    /// Where the slash stands in it.
    slash: usize,
    /// Where the plus sign stands before the suffix.
    plus: Option<usize>,
    attributes: Vec<(String, String)>,
}

/// A text is not a media type.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ParseContentTypeError {
    /// The text that was to be parsed.
    pub text: String,
}

impl fmt::Display for ParseContentTypeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text } = self;
        write!(
            formatter,
            "`{text}` is not a media type like `application/json`"
        )
    }
}

impl Error for ParseContentTypeError {}

impl ContentType {
    /// Returns `application/json`.
    pub const fn json() -> Self {
        Self::plain("application/json", APPLICATION)
    }

    /// Returns `application/xml`.
    pub const fn xml() -> Self {
        Self::plain("application/xml", APPLICATION)
    }

    /// Returns `text/plain`.
    pub const fn text() -> Self {
        Self::plain("text/plain", "text".len())
    }

    /// Returns `application/octet-stream`.
    pub const fn binary() -> Self {
        Self::plain("application/octet-stream", APPLICATION)
    }

    const fn plain(essence: &'static str, slash: usize) -> Self {
        Self {
            essence: Cow::Borrowed(essence),
            slash,
            plus: None,
            attributes: Vec::new(),
        }
    }

    /// Returns the part before the slash.
    pub fn main(&self) -> &str {
        &self.essence[..self.slash]
    }

    /// Returns the part after the slash, without suffix.
    pub fn sub(&self) -> &str {
        let end = self.plus.unwrap_or(self.essence.len());
        &self.essence[self.slash + 1..end]
    }

    /// Returns the part after the plus sign.
    pub fn suffix(&self) -> Option<&str> {
        self.plus.map(|plus| &self.essence[plus + 1..])
    }

    /// Returns the value of an attribute such as `charset` or `boundary`; names ignore case.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Iterates over the attributes in the order they were written.
    pub fn attributes(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.attributes
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns `type/subtype+suffix`, without attributes.
    pub fn essence(&self) -> &str {
        &self.essence
    }

    /// Returns whether bodies of this type are compared as JSON.
    pub fn is_json(&self) -> bool {
        self.main() == "application"
            && (self.sub().starts_with("json")
                || self.sub() == "graphql"
                || self.suffix() == Some("json"))
    }

    /// Returns whether bodies of this type are compared as XML.
    pub fn is_xml(&self) -> bool {
        matches!(self.main(), "application" | "text")
            && (self.sub() == "xml" || self.suffix() == Some("xml"))
    }

    /// Returns whether bodies of this type are `application/x-www-form-urlencoded`.
    pub fn is_form(&self) -> bool {
        self.essence == "application/x-www-form-urlencoded"
    }

    /// Returns whether bodies of this type have parts.
    pub fn is_multipart(&self) -> bool {
        self.main() == "multipart"
    }

    /// Returns whether bodies of this type are characters rather than bytes.
    pub fn is_text(&self) -> bool {
        self.main() == "text" || self.is_json() || self.is_xml() || self.is_form()
    }

    /// Returns whether this is `*/*`, which says nothing.
    pub fn is_unknown(&self) -> bool {
        self.main() == "*"
    }

    /// Returns the type named by the suffix: `application/hal+json` is `application/json` beneath.
    #[must_use]
    pub fn base(&self) -> Self {
        match self.suffix() {
            Some("json") => Self::json(),
            Some("xml") => Self::xml(),
            Some(_) | None => self.without_attributes(),
        }
    }

    /// Returns this type with nothing after the semicolon.
    #[must_use]
    pub fn without_attributes(&self) -> Self {
        Self {
            essence: self.essence.clone(),
            attributes: Vec::new(),
            ..*self
        }
    }

    /// Returns whether a body of type `actual` may stand where this type is expected.
    ///
    /// Attributes count only when this type has some; `text/xml` and `application/xml` are one.
    pub fn accepts(&self, actual: &Self) -> bool {
        self.accepts_essence(actual)
            && self.attributes.iter().all(|(name, value)| {
                actual.attributes().any(|(found, other)| {
                    found.eq_ignore_ascii_case(name) && other.eq_ignore_ascii_case(value)
                })
            })
    }

    /// Returns whether `actual` may stand here as far as what is before the semicolon goes.
    pub(crate) fn accepts_essence(&self, actual: &Self) -> bool {
        let both_xml = self.is_strict_xml() && actual.is_strict_xml();
        both_xml || self.essence == actual.essence
    }

    fn is_strict_xml(&self) -> bool {
        self.is_xml() && self.plus.is_none()
    }
}

impl FromStr for ContentType {
    type Err = ParseContentTypeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseContentTypeError {
            text: text.to_owned(),
        };
        let mut segments = split_unquoted(text);
        let essence = segments.next().unwrap_or_default().trim();
        let (main, rest) = essence.split_once('/').ok_or_else(error)?;
        let (sub, suffix) = match rest.rsplit_once('+') {
            Some((sub, suffix)) if !sub.is_empty() => (sub, Some(suffix)),
            Some(_) | None => (rest, None),
        };
        if !is_token(main) || !is_token(sub) || suffix.is_some_and(|suffix| !is_token(suffix)) {
            return Err(error());
        }
        let attributes = segments
            .filter_map(|segment| segment.trim().split_once('='))
            .map(|(name, value)| {
                (
                    name.trim().to_owned(),
                    value.trim().trim_matches('"').to_owned(),
                )
            })
            .collect();
        Ok(Self {
            essence: in_lower_case(essence),
            slash: main.len(),
            plus: suffix.map(|suffix| essence.len() - suffix.len() - 1),
            attributes,
        })
    }
}

impl fmt::Display for ContentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.essence)?;
        for (name, value) in &self.attributes {
            if is_token(value) {
                write!(f, ";{name}={value}")?;
            } else {
                write!(f, ";{name}=\"{value}\"")?;
            }
        }
        Ok(())
    }
}

/// Splits at semicolons that stand outside quotes.
fn split_unquoted(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |character| {
        quoted ^= character == '"';
        character == ';' && !quoted
    })
}

/// Returns the text in lower case; what most bodies are is not copied.
fn in_lower_case(essence: &str) -> Cow<'static, str> {
    const COMMON: [&str; 3] = ["application/json", "application/xml", "text/plain"];
    match COMMON
        .iter()
        .find(|known| known.eq_ignore_ascii_case(essence))
    {
        Some(known) => Cow::Borrowed(known),
        None => Cow::Owned(essence.to_ascii_lowercase()),
    }
}

const APPLICATION: usize = "application".len();

/// Returns whether the text is a `token` of RFC 9110 §5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn parsed(text: &str) -> ContentType {
        text.parse().unwrap()
    }

    #[test]
    fn types_are_told_apart_by_subtype_and_suffix() {
        assert!(parsed("application/vnd.siren+json").is_json());
        assert!(parsed("application/json-rpc").is_json());
        assert!(!parsed("text/json").is_json());
        let vendor = parsed(" Application/VND.a.b+JSON; a=B");
        let parts = (vendor.main(), vendor.sub(), vendor.suffix());
        assert_eq!(parts, ("application", "vnd.a.b", Some("json")));
        assert_eq!(vendor.essence(), "application/vnd.a.b+json");
        assert_eq!(parsed("APPLICATION/JSON"), ContentType::json());
        assert!(parsed("image/svg+xml").suffix() == Some("xml"));
        assert!(!parsed("image/svg+xml").is_xml());
        assert!(parsed("text/xml").is_xml());
        assert_eq!(parsed("application/hal+json").base(), ContentType::json());
    }

    #[test]
    fn expected_attributes_must_be_there_and_others_may() {
        assert!(parsed("application/json").accepts(&parsed("application/JSON; charset=utf-8")));
        assert!(
            parsed("application/json;charset=UTF-8")
                .accepts(&parsed("application/json; charset=\"utf-8\""))
        );
        assert!(!parsed("application/json;charset=utf-8").accepts(&parsed("application/json")));
        let twice = parsed("text/plain; a=1; a=2");
        assert!(twice.accepts(&twice));
        assert!(parsed("text/xml").accepts(&parsed("application/xml")));
    }

    #[test]
    fn what_has_no_slash_is_refused() {
        insta::assert_snapshot!("json".parse::<ContentType>().unwrap_err(), @"`json` is not a media type like `application/json`");
        assert!("/json".parse::<ContentType>().is_err());
        assert!("a/b c".parse::<ContentType>().is_err());
    }

    #[test]
    fn printing_quotes_what_needs_it() {
        assert_eq!(
            parsed("multipart/form-data; boundary=\"a b;c\"").to_string(),
            "multipart/form-data;boundary=\"a b;c\""
        );
    }
}
