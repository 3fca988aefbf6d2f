//! A body of several parts, a part to a line.

use pact_core::path::DocPath;

use super::{Line, Places};

/// Returns the parts of a body: the name, the type and the size of each.
pub(super) fn lines(body: &[u8], boundary: &str, places: &Places<'_>) -> Vec<Line> {
    let delimiter = [b"--", boundary.as_bytes()].concat();
    let mut lines = Vec::new();
    let mut rest = body;
    while let Some(start) = find(rest, &delimiter) {
        rest = &rest[start + delimiter.len()..];
        let end = find(rest, &delimiter).unwrap_or(rest.len());
        if rest.starts_with(b"--") {
            break;
        }
        lines.push(part(&rest[..end], places));
    }
    if lines.is_empty() {
        lines.push(Line {
            text: format!("no part begins with `--{boundary}`"),
            is_marked: true,
        });
    }
    lines
}

/// Returns a part in a line.
fn part(part: &[u8], places: &Places<'_>) -> Line {
    let head_end = find(part, b"\r\n\r\n").unwrap_or(part.len());
    let head = String::from_utf8_lossy(&part[..head_end]);
    let contents = part.len().saturating_sub(head_end + 4 + 2);
    let header = |name: &str| {
        head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found
                .trim()
                .eq_ignore_ascii_case(name)
                .then(|| value.trim())
        })
    };
    let disposition = header("content-disposition").unwrap_or_default();
    let named = |parameter: &str| {
        let mut parameters = disposition.split(';').map(str::trim);
        let value = parameters.find_map(|found| found.strip_prefix(parameter)?.strip_prefix('='));
        value.map(|value| value.trim_matches('"'))
    };
    let name = named("name");
    let mut text = match name {
        Some(name) => format!("part `{name}`"),
        None => "part without a name".to_owned(),
    };
    if let Some(file) = named("filename") {
        text.push_str(&format!(", file `{file}`"));
    }
    let kind = header("content-type").map(|kind| format!(" of {kind}"));
    text.push_str(&format!(": {contents} bytes{}", kind.unwrap_or_default()));
    Line {
        text,
        is_marked: name.is_some_and(|name| places.has_below(&DocPath::field(name).to_string())),
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}
