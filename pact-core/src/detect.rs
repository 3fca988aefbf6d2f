//! What bytes are, judged by their content: the one detection of the whole crate.

use std::borrow::Cow;

use base64::Engine as _;

use crate::json::Json;
use crate::model::ContentType;

/// Returns the media type that the bytes look like; `None` when they look like nothing known.
///
/// Signatures of binary formats come first, then the beginnings of XML and HTML, then JSON if all
/// of it parses; the rest is plain text when it is UTF-8 without control characters.
pub fn content_type(bytes: &[u8]) -> Option<ContentType> {
    if bytes.is_empty() {
        return None;
    }
    detected(bytes)?.parse().ok()
}

/// Returns whether the bytes are of the media type that a rule names.
pub(crate) fn looks_like(bytes: &[u8], wanted: &str) -> bool {
    let essence = |text: &str| text.parse::<ContentType>().ok();
    let (Some(wanted), Some(found)) = (essence(wanted), essence(name_of(bytes))) else {
        return false;
    };
    let wanted = wanted.without_attributes();
    // Whatever it is, it is octets.
    wanted == ContentType::binary()
        || wanted.accepts(&found)
        || wanted.base().accepts(&found) && wanted.suffix().is_some()
}

/// Returns the name of what the bytes look like.
pub(crate) fn name_of(bytes: &[u8]) -> &'static str {
    detected(bytes).unwrap_or("application/octet-stream")
}

/// Returns the bytes that stand in a text: decoded when it is base64, its own otherwise.
pub(crate) fn embedded(text: &str) -> Cow<'_, [u8]> {
    base64::engine::general_purpose::STANDARD
        .decode(text.trim())
        .map_or(Cow::Borrowed(text.as_bytes()), Cow::Owned)
}

fn detected(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(&COMPOUND) {
        return Some(office(bytes).unwrap_or("application/x-ole-storage"));
    }
    let text = std::str::from_utf8(bytes).ok();
    if let Some(kind) = infer::get(bytes)
        && (text.is_none() || kind.matcher_type() != infer::MatcherType::Text)
    {
        return Some(kind.mime_type());
    }
    let text = text?.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']);
    markup(text)
        .or_else(|| json(bytes, text))
        .or_else(|| plain(text))
}

/// Begins a compound file, in which documents of Office stood before they were archives.
const COMPOUND: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Returns the type of the document in a compound file: its root entry names the class that opens it
/// (MS-CFB 2.2 and 2.6.1).
fn office(bytes: &[u8]) -> Option<&'static str> {
    let at = |start: usize, length: usize| bytes.get(start..start.checked_add(length)?);
    let shift = u16::from_le_bytes(at(30, 2)?.try_into().ok()?);
    let directory = u32::from_le_bytes(at(48, 4)?.try_into().ok()?);
    let sector = 1_usize.checked_shl(u32::from(shift))?;
    // The header takes the place of a sector before the first.
    let before = usize::try_from(directory).ok()?.checked_add(1)?;
    let root = before.checked_mul(sector)?;
    let class = at(root.checked_add(80)?, 16)?;
    let known = OFFICE.iter().find(|(known, _)| class == known);
    known.map(|(_, name)| *name)
}

/// Classes of documents as they are written: the first three numbers with their lowest byte first.
const OFFICE: [([u8; 16], &str); 4] = [
    (
        *b"\x10\x08\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46",
        "application/vnd.ms-excel",
    ),
    (
        *b"\x20\x08\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46",
        "application/vnd.ms-excel",
    ),
    (
        *b"\x06\x09\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46",
        "application/msword",
    ),
    (
        *b"\x10\x8D\x81\x64\x9B\x4F\xCF\x11\x86\xEA\x00\xAA\x00\xB9\x29\xE8",
        "application/vnd.ms-powerpoint",
    ),
];

fn markup(text: &str) -> Option<&'static str> {
    let rest = text.strip_prefix('<')?;
    let starts = |prefix: &str| {
        rest.get(..prefix.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(prefix))
    };
    if starts("?xml") {
        Some("application/xml")
    } else if starts("!doctype") || starts("html") {
        Some("text/html")
    } else if starts("!--") || rest.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        Some("application/xml")
    } else {
        None
    }
}

fn json(bytes: &[u8], text: &str) -> Option<&'static str> {
    let first = text.bytes().next()?;
    let may_start = matches!(
        first,
        b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n'
    );
    (may_start && Json::parse(bytes).is_ok()).then_some("application/json")
}

fn plain(text: &str) -> Option<&'static str> {
    let is_text = text.chars().all(|character| {
        !character.is_control() || matches!(character, '\t' | '\n' | '\r' | '\x0C' | '\x1B')
    });
    is_text.then_some("text/plain")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: Option<&str>) {
        let found = content_type(bytes);
        assert_eq!(found.as_ref().map(ContentType::essence), expected);
    }

    #[test]
    fn text_is_told_apart_by_all_of_it() {
        check(b"", None);
        check(b"  <?xml version=\"1.0\"?><a/>", Some("application/xml"));
        check(b"<!DOCTYPE html><html></html>", Some("text/html"));
        check(b"<HTML>", Some("text/html"));
        check(b"<a/>", Some("application/xml"));
        check(b"{\"-a\": 1}", Some("application/json"));
        check(b"-5", Some("application/json"));
        check(b"[1]", Some("application/json"));
        check(b"\xEF\xBB\xBF{}", Some("application/json"));
        check(b"5 apples", Some("text/plain"));
        check(b"true story", Some("text/plain"));
        check("é".repeat(40).as_bytes(), Some("text/plain"));
        check(b"\x01\x02\x03\x04\x05", None);
    }

    #[test]
    fn binary_formats_are_known_by_their_signatures() {
        check(b"%PDF-1.7\n", Some("application/pdf"));
        check(b"\xFF\xD8\xFF\xE0\0\x10JFIF", Some("image/jpeg"));
        check(b"\x89PNG\r\n\x1A\n", Some("image/png"));
        check(b"GIF89a", Some("image/gif"));
        check(b"PK\x03\x04", Some("application/zip"));
    }

    #[test]
    fn a_compound_file_is_what_the_class_of_its_root_says() {
        let file = |shift: u16, directory: u32, class: &[u8]| {
            let mut bytes = vec![0; 2048];
            bytes[..8].copy_from_slice(&COMPOUND);
            bytes[30..32].copy_from_slice(&shift.to_le_bytes());
            bytes[48..52].copy_from_slice(&directory.to_le_bytes());
            bytes[1024 + 80..1024 + 96].copy_from_slice(class);
            bytes
        };
        for (class, name) in &OFFICE {
            check(&file(9, 1, class), Some(name));
        }
        let unknown = Some("application/x-ole-storage");
        check(&file(9, 1, &[7; 16]), unknown);
        check(&file(9, 0, &OFFICE[0].0), unknown);
        check(&file(9, u32::MAX, &OFFICE[0].0), unknown);
        check(&file(u16::MAX, 1, &OFFICE[0].0), unknown);
        check(&COMPOUND, unknown);
        let word = file(9, 1, &OFFICE[2].0);
        assert!(looks_like(&word, "application/msword"));
        assert!(!looks_like(&word, "application/vnd.ms-excel"));
    }

    #[test]
    fn a_wanted_type_ignores_attributes_and_allows_its_base() {
        assert!(looks_like(b"{}", "application/json;charset=utf-8"));
        assert!(looks_like(b"{}", "application/hal+json"));
        assert!(looks_like(b"<?xml version=\"1.0\"?><a/>", "text/xml"));
        assert!(!looks_like(b"{}", "text/plain"));
        assert!(!looks_like(b"{}", "json"));
    }
}
