//! One wrong member of a request, in the two formats clients read.

use std::fmt;

use serde_json::{Value, json};

/// One wrong member of a request.
#[derive(Debug, Clone)]
pub(crate) struct FieldError {
    path: Vec<Segment>,
    message: String,
}

/// A step into a request body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Segment {
    Key(String),
    Index(usize),
}

impl FieldError {
    /// Names a member by its dotted path.
    pub(crate) fn at(path: &str, message: impl Into<String>) -> Self {
        Self {
            path: path
                .split('.')
                .map(|key| Segment::Key(key.to_owned()))
                .collect(),
            message: message.into(),
        }
    }

    pub(crate) fn new(path: Vec<Segment>, message: impl Into<String>) -> Self {
        Self {
            path,
            message: message.into(),
        }
    }

    /// Returns the key and the text of the plain format, where positions move into the text.
    pub(super) fn legacy(&self) -> (String, String) {
        let index = self
            .path
            .iter()
            .position(|segment| matches!(segment, Segment::Index(_)));
        let Some((at, Some(Segment::Index(number)))) = index.map(|at| (at, self.path.get(at)))
        else {
            return (join(&self.path, "."), self.message.clone());
        };
        let inside = join(&self.path[at + 1..], ".");
        let space = if inside.is_empty() { "" } else { " " };
        (
            join(&self.path[..at], "."),
            format!("{inside}{space}{} (at index {number})", self.message),
        )
    }

    pub(super) fn problem(&self, base: &str) -> Value {
        let kind = if self.message.contains("missing") {
            "missing-body-property"
        } else if self.message.contains("format") {
            "invalid-body-property-format"
        } else {
            "invalid-body-property-value"
        };
        json!({
            "type": format!("{base}/problems/{kind}"),
            "title": "Invalid body parameter",
            "detail": self.message,
            "pointer": format!("/{}", join(&self.path, "/")),
        })
    }
}

fn join(path: &[Segment], separator: &str) -> String {
    let texts: Vec<String> = path.iter().map(ToString::to_string).collect();
    texts.join(separator)
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => f.write_str(key),
            Self::Index(index) => write!(f, "{index}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Segment {
        Segment::Key(text.to_owned())
    }

    #[test]
    fn positions_move_into_the_text_of_the_plain_format() {
        let legacy = |path: Vec<Segment>| FieldError::new(path, "is missing").legacy();
        let expected = |key: &str, text: &str| (key.to_owned(), text.to_owned());
        assert_eq!(
            legacy(vec![key("a"), key("b")]),
            expected("a.b", "is missing")
        );
        assert_eq!(
            legacy(vec![key("a"), Segment::Index(2)]),
            expected("a", "is missing (at index 2)")
        );
        assert_eq!(
            legacy(vec![key("a"), Segment::Index(0), key("b")]),
            expected("a", "b is missing (at index 0)")
        );
        assert_eq!(
            legacy(vec![key("a"), key("b"), Segment::Index(1)]),
            expected("a.b", "is missing (at index 1)")
        );
    }
}
