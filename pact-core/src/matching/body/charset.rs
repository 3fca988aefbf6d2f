//! Characters of bodies that are not UTF-8.

use std::borrow::Cow;

/// Returns the bytes of a body as UTF-8, as far as its charset is one of those known here.
///
/// A byte order mark is taken away; without a charset, bytes are what they are.
pub(crate) fn decode<'a>(bytes: &'a [u8], charset: Option<&str>) -> Cow<'a, [u8]> {
    let Some(charset) = charset else {
        return Cow::Borrowed(without_mark(bytes));
    };
    let is = |name: &str| charset.eq_ignore_ascii_case(name);
    if ["iso-8859-1", "latin1", "us-ascii", "ascii", "windows-1252"]
        .into_iter()
        .any(is)
    {
        if bytes.is_ascii() {
            return Cow::Borrowed(bytes);
        }
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        return Cow::Owned(text.into_bytes());
    }
    let marked_little = bytes.starts_with(b"\xFF\xFE");
    if is("utf-16le") || is("utf-16") && marked_little {
        return utf16(bytes, u16::from_le_bytes);
    }
    if is("utf-16be") || is("utf-16") {
        return utf16(bytes, u16::from_be_bytes);
    }
    Cow::Borrowed(without_mark(bytes))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Cow<'_, [u8]> {
    let (pairs, []) = bytes.as_chunks::<2>() else {
        return Cow::Borrowed(bytes);
    };
    let units = pairs.iter().map(|pair| unit(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    match text {
        Ok(text) => Cow::Owned(text.trim_start_matches('\u{FEFF}').as_bytes().to_vec()),
        Err(_) => Cow::Borrowed(bytes),
    }
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_charsets_become_utf_8() {
        let cafe = "café".as_bytes();
        assert_eq!(decode(b"caf\xE9", Some("ISO-8859-1")), cafe);
        assert_eq!(decode(b"\xFF\xFEc\0a\0f\0\xE9\0", Some("utf-16")), cafe);
        assert_eq!(decode(b"\0c\0a\0f\0\xE9", Some("utf-16be")), cafe);
        assert_eq!(decode(b"\xEF\xBB\xBFcaf\xC3\xA9", None), cafe);
        assert_eq!(decode(b"caf\xE9", Some("klingon")), b"caf\xE9".as_slice());
        assert_eq!(decode(b"abc", Some("utf-16")), b"abc".as_slice());
    }
}
