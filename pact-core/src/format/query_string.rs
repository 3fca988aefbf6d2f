//! The query as one string, as V1 and V2 write it.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::model::Query;

/// Reads `a=1&b&a=2`: escapes undone, `+` a space, empty segments dropped, order kept.
pub(crate) fn decode(text: &str) -> Query {
    text.split('&')
        .filter(|segment| !segment.is_empty())
        .map(|segment| match segment.split_once('=') {
            Some((name, value)) => (unescape(name), Some(unescape(value))),
            None => (unescape(segment), None),
        })
        .collect()
}

/// Writes the parameters sorted by name, and says whether a string can hold them all: it has no
/// words for a parameter without values, nor for a nameless one without `=`.
pub(crate) fn encode(query: &Query) -> (String, bool) {
    let mut parameters: Vec<_> = query.iter().collect();
    parameters.sort_by_key(|(name, _)| *name);
    let mut is_complete = true;
    let mut pairs = Vec::new();
    for (name, values) in parameters {
        is_complete &= !values.is_empty();
        for value in values {
            match value {
                Some(value) => pairs.push(format!("{}={}", escape(name), escape(value))),
                None if name.is_empty() => is_complete = false,
                None => pairs.push(escape(name)),
            }
        }
    }
    (pairs.join("&"), is_complete)
}

/// A text whose escapes are no UTF-8 stays as it is.
fn unescape(text: &str) -> String {
    let spaced: Cow<'_, str> = if text.contains('+') {
        Cow::Owned(text.replace('+', " "))
    } else {
        Cow::Borrowed(text)
    };
    match percent_decode_str(&spaced).decode_utf8() {
        Ok(decoded) => decoded.into_owned(),
        Err(_) => text.to_owned(),
    }
}

fn escape(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED)
        .to_string()
        .replace("%20", "+")
}

/// All but the unreserved characters of RFC 3986.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, canonical: &str) {
        assert_eq!(encode(&decode(text)), (canonical.to_owned(), true));
        assert_eq!(decode(canonical), decode(text));
    }

    #[test]
    fn a_query_is_sorted_and_escaped_by_utf8() {
        check("b=2&a=1&&a=3&", "a=1&a=3&b=2");
        check("flag&k=", "flag&k=");
        check("q=a+b%20c%2Bd", "q=a+b+c%2Bd");
        check("n%C3%A4me=%C3%A9", "n%C3%A4me=%C3%A9");
        check("näme=é", "n%C3%A4me=%C3%A9");
        check("a=%zz", "a=%25zz");
        check("ids[]=1", "ids%5B%5D=1");
        check("", "");
    }

    #[test]
    fn what_a_string_has_no_words_for_is_told() {
        let mut query = decode("b=1");
        query.set("a", Vec::new());
        assert_eq!(encode(&query), ("b=1".to_owned(), false));
        query = Query::default();
        query.push("", None);
        assert_eq!(encode(&query), (String::new(), false));
    }
}
