//! One generator, and all generators of a request, response or message.

use crate::json::Object;
use crate::path::DocPath;

/// The generators of a request, response or message, by the part they fill.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Generators {
    /// For the body or contents, by path into it.
    pub body: Vec<(DocPath, Generator)>,
    /// For headers, by name.
    pub header: Vec<(String, Generator)>,
    /// For message metadata, by name.
    pub metadata: Vec<(String, Generator)>,
    /// For the method.
    pub method: Option<Generator>,
    /// For the path.
    pub path: Option<Generator>,
    /// For query parameters, by name.
    pub query: Vec<(String, Generator)>,
    /// For the status code.
    pub status: Option<Generator>,
}

impl Generators {
    /// Returns whether there is no generator at all.
    pub fn is_empty(&self) -> bool {
        self.body.is_empty()
            && self.header.is_empty()
            && self.metadata.is_empty()
            && self.method.is_none()
            && self.path.is_none()
            && self.query.is_empty()
            && self.status.is_none()
    }
}

/// How a value is made.
#[derive(Clone, Debug, PartialEq)]
pub enum Generator {
    /// `Date`: a date in the given pattern, moved by the expression.
    Date {
        /// Pattern of the format language; `None` for ISO.
        format: Option<String>,
        /// Date expression such as `today + 1 day`.
        expression: Option<String>,
    },
    /// `DateTime`: a date with time in the given pattern, moved by the expression.
    DateTime {
        /// Pattern of the format language; `None` for ISO.
        format: Option<String>,
        /// Date and time expression such as `tomorrow @ noon`.
        expression: Option<String>,
    },
    /// `MockServerURL`: the mock server's address followed by the regex's first group.
    MockServerUrl {
        /// A URL as the provider would give it.
        example: String,
        /// A pattern whose first group is the part to keep.
        regex: String,
    },
    /// A generator of a plugin: a type nobody here knows, with its attributes.
    Other {
        /// The value of `type`.
        name: String,
        /// The attributes beside it.
        attributes: Object<'static>,
    },
    /// `ProviderState`: a value the provider's state handler returned.
    ProviderState {
        /// Text with `${name}` in it, or a name.
        expression: String,
        /// The kind to convert to, as written (`STRING`, `INTEGER`, …); `None` leaves the value's own.
        data_type: Option<String>,
    },
    /// `RandomBoolean`.
    RandomBoolean,
    /// `RandomDecimal` with this many digits.
    RandomDecimal {
        /// Digits in all, the point not counted.
        digits: usize,
    },
    /// `RandomHexadecimal` with this many digits.
    RandomHexadecimal {
        /// Number of digits.
        digits: usize,
    },
    /// `RandomInt` between the bounds, both included.
    RandomInt {
        /// Least value.
        min: i64,
        /// Greatest value.
        max: i64,
    },
    /// `RandomString` of letters and digits.
    RandomString {
        /// Number of characters.
        size: usize,
    },
    /// `Regex`: a text that matches the pattern.
    Regex {
        /// The pattern as written.
        regex: String,
    },
    /// `Time`: a time in the given pattern, moved by the expression.
    Time {
        /// Pattern of the format language; `None` for ISO.
        format: Option<String>,
        /// Time expression such as `+ 1 hour`.
        expression: Option<String>,
    },
    /// `Uuid`: a random UUID.
    Uuid {
        /// How it is written; `None` for lower case with hyphens.
        format: Option<UuidFormat>,
    },
}

/// How a UUID is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UuidFormat {
    /// `lower-case-hyphenated`.
    LowerCaseHyphenated,
    /// `simple`: no hyphens.
    Simple,
    /// `upper-case-hyphenated`.
    UpperCaseHyphenated,
    /// `URN`.
    Urn,
}
