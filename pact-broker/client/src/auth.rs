//! Who asks: credentials and extra headers, none of which can be printed.

use reqwest::header::{HeaderName, HeaderValue};

/// A text that is never shown: it has no `Debug` and no `Display`.
#[derive(Clone, Eq, PartialEq)]
pub struct Secret(String);

impl Secret {
    /// Takes the text in.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the text, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// How requests are authenticated.
#[derive(Clone, Default)]
pub enum Auth {
    /// User name and password.
    Basic {
        /// The user name.
        username: Secret,
        /// The password; some brokers have none.
        password: Option<Secret>,
    },
    /// A bearer token.
    Bearer(Secret),
    /// Nothing is sent.
    #[default]
    None,
}

/// A header sent with every request; its value is treated as a secret.
#[derive(Clone)]
pub struct CustomHeader {
    pub(crate) name: HeaderName,
    pub(crate) value: HeaderValue,
}

/// A text is not a header.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseHeaderError {
    /// The name has characters a header name may not have.
    #[error("`{name}` is not a header name")]
    Name {
        /// The name.
        name: String,
    },
    /// The value has characters a header value may not have; it is not shown.
    #[error("the value of header `{name}` has characters that may not stand in a header")]
    Value {
        /// The name of the header.
        name: String,
    },
    /// Neither `:` nor `=` stands in the text, which is not shown.
    #[error("a custom header is written `Name: value`")]
    Separator,
}

impl CustomHeader {
    /// Returns the header of the given name and value.
    ///
    /// # Errors
    ///
    /// When either has characters that may not stand in a header.
    pub fn new(name: &str, value: &str) -> Result<Self, ParseHeaderError> {
        let parsed =
            HeaderName::from_bytes(name.as_bytes()).map_err(|_| ParseHeaderError::Name {
                name: name.to_owned(),
            })?;
        let mut value = HeaderValue::from_str(value).map_err(|_| ParseHeaderError::Value {
            name: name.to_owned(),
        })?;
        value.set_sensitive(true);
        Ok(Self {
            name: parsed,
            value,
        })
    }

    /// Reads `Name: value` or `NAME=VALUE`, whichever separator comes first.
    ///
    /// # Errors
    ///
    /// When there is no separator or a part may not stand in a header.
    pub fn parse(text: &str) -> Result<Self, ParseHeaderError> {
        let (name, value) = text
            .split_once([':', '='])
            .ok_or(ParseHeaderError::Separator)?;
        Self::new(name.trim(), value.trim())
    }

    /// Returns the header's name in lower case.
    pub fn name(&self) -> &str {
        self.name.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_in_both_spellings() {
        assert_eq!(
            CustomHeader::parse("X-A: b=c")
                .ok()
                .map(|h| h.value.to_str().map(str::to_owned).unwrap())
                .unwrap(),
            "b=c"
        );
        assert_eq!(
            CustomHeader::parse("X-A=b:c")
                .ok()
                .map(|h| h.value.to_str().map(str::to_owned).unwrap())
                .unwrap(),
            "b:c"
        );
    }

    #[test]
    fn a_wrong_header_is_refused_without_showing_its_value() {
        assert_eq!(
            CustomHeader::parse("token-without-name").err(),
            Some(ParseHeaderError::Separator)
        );
        insta::assert_snapshot!(CustomHeader::parse("X-A: s3cr\net").err().unwrap(), @"the value of header `X-A` has characters that may not stand in a header");
        insta::assert_snapshot!(CustomHeader::parse("X A: b").err().unwrap(), @"`X A` is not a header name");
    }
}
