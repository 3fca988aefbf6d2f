//! Parts of a multipart body (RFC 2046), within limits.

use std::borrow::Cow;

use base64::Engine as _;
use memchr::memmem;

/// A part of a multipart body.
#[derive(Clone, Debug)]
pub(crate) struct RawPart<'a> {
    headers: Vec<(&'a str, &'a str)>,
    /// The contents, their transfer encoding undone.
    pub(crate) bytes: Cow<'a, [u8]>,
}

impl<'a> RawPart<'a> {
    /// Iterates over the headers.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.headers.iter().copied()
    }

    /// Returns the value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&'a str> {
        self.headers()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// Returns the name of the form field.
    pub(crate) fn name(&self) -> Option<String> {
        self.disposition("name")
    }

    /// Returns whether the part is a file rather than a field.
    pub(crate) fn is_file(&self) -> bool {
        self.disposition("filename").is_some() || self.disposition("filename*").is_some()
    }

    fn disposition(&self, parameter: &str) -> Option<String> {
        let mut rest = self.header("content-disposition")?;
        while let Some(at) = rest.find(';') {
            rest = rest[at + 1..].trim_start();
            let (name, value) = rest.split_once('=')?;
            let (value, after) = unquoted(value.trim_start());
            if name.trim().eq_ignore_ascii_case(parameter) {
                return Some(value);
            }
            rest = after;
        }
        None
    }
}

/// Takes a value that may stand in quotes; returns it with what follows.
fn unquoted(text: &str) -> (String, &str) {
    let Some(inner) = text.strip_prefix('"') else {
        let end = text.find(';').unwrap_or(text.len());
        return (text[..end].trim().to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut characters = inner.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, &inner[at + 1..]),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

/// Cuts a body into its parts; the error says why it cannot be.
pub(crate) fn parts<'a>(bytes: &'a [u8], boundary: &str) -> Result<Vec<RawPart<'a>>, String> {
    let delimiter = format!("--{boundary}");
    let finder = memmem::Finder::new(delimiter.as_bytes());
    // A delimiter stands at the beginning of a line.
    let starts: Vec<usize> = finder
        .find_iter(bytes)
        .filter(|at| *at == 0 || bytes[*at - 1] == b'\n')
        .collect();
    let mut parts = Vec::new();
    for (index, start) in starts.iter().enumerate() {
        let after = &bytes[start + delimiter.len()..];
        if after.starts_with(b"--") {
            return Ok(parts);
        }
        let Some(end) = starts.get(index + 1) else {
            break;
        };
        if parts.len() == MAX_PARTS {
            return Err(format!("it has more than {MAX_PARTS} parts"));
        }
        let line = start + delimiter.len();
        let raw = &bytes[line..*end];
        parts.push(part(raw).map_err(|reason| format!("part {}: {reason}", parts.len() + 1))?);
    }
    Err(format!("the closing boundary `--{boundary}--` is missing"))
}

/// Reads what stands between two delimiters.
fn part(raw: &[u8]) -> Result<RawPart<'_>, String> {
    let raw = line_break(raw).ok_or("the boundary is not followed by a line break")?;
    let (head, body) = if let Some(body) = line_break(raw) {
        (&raw[..0], body)
    } else {
        let (end, skip) = match (memmem::find(raw, b"\r\n\r\n"), memmem::find(raw, b"\n\n")) {
            (Some(strict), Some(loose)) if loose < strict => (loose, 2),
            (Some(strict), _) => (strict, 4),
            (None, Some(loose)) => (loose, 2),
            (None, None) => return Err("no empty line ends its headers".to_owned()),
        };
        (&raw[..end], &raw[end + skip..])
    };
    if head.len() > MAX_HEAD {
        return Err(format!("its headers take more than {MAX_HEAD} bytes"));
    }
    let head = str::from_utf8(head).map_err(|_| "its headers are not UTF-8".to_owned())?;
    let headers: Vec<(&str, &str)> = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim(), value.trim()))
        .collect();
    let body = body
        .strip_suffix(b"\r\n")
        .or_else(|| body.strip_suffix(b"\n"))
        .unwrap_or(body);
    let mut part = RawPart {
        headers,
        bytes: Cow::Borrowed(body),
    };
    let encoded = part
        .header("content-transfer-encoding")
        .is_some_and(|encoding| encoding.eq_ignore_ascii_case("base64"));
    if encoded {
        let joined: Vec<u8> = body
            .iter()
            .copied()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        let decoded = base64::engine::general_purpose::STANDARD.decode(joined);
        part.bytes = Cow::Owned(decoded.map_err(|error| format!("its base64 is wrong: {error}"))?);
    }
    Ok(part)
}

/// Takes spaces and a line break, which follow a boundary.
fn line_break(bytes: &[u8]) -> Option<&[u8]> {
    let spaces = bytes
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    let rest = &bytes[spaces..];
    rest.strip_prefix(b"\r\n")
        .or_else(|| rest.strip_prefix(b"\n"))
}

/// Parts a body may have.
const MAX_PARTS: usize = 10_000;

/// Bytes the headers of a part may take.
const MAX_HEAD: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_headers_names_and_bytes() {
        let body = b"preamble\r\n--b\r\nContent-Disposition: form-data; name=\"a;\\\"\"; filename=x\r\n\r\none\r\n--b \nContent-Disposition: form-data; name=c\nContent-Transfer-Encoding: base64\n\nZGF0\nYQ==\n--b\r\n\r\n\r\n--b--\r\nafter";
        let parts = parts(body, "b").unwrap();
        let shown: Vec<_> = parts
            .iter()
            .map(|part| (part.name(), part.is_file(), part.bytes.as_ref()))
            .collect();
        assert_eq!(
            shown,
            [
                (Some("a;\"".to_owned()), true, b"one".as_slice()),
                (Some("c".to_owned()), false, b"data".as_slice()),
                (None, false, b"".as_slice()),
            ]
        );
    }

    #[test]
    fn what_is_not_multipart_is_refused() {
        let refused = |body: &[u8]| parts(body, "b").unwrap_err();
        insta::assert_snapshot!(refused(b"text"), @"the closing boundary `--b--` is missing");
        insta::assert_snapshot!(refused(b"--b\r\nA: b"), @"the closing boundary `--b--` is missing");
        insta::assert_snapshot!(refused(b"--b\r\nA: b\r\n--b--"), @"part 1: no empty line ends its headers");
        insta::assert_snapshot!(refused(b"--bx\r\n--b--"), @"part 1: the boundary is not followed by a line break");
        let many = "--b\r\n\r\n\r\n".repeat(MAX_PARTS + 2);
        insta::assert_snapshot!(refused(many.as_bytes()), @"it has more than 10000 parts");
    }
}
