//! The body of a request in a few lines, with the places set off that differ.

mod form;
mod json;
mod multipart;
mod places;
mod xml;

use pact_core::detect;
use pact_core::matching::Mismatch;
use pact_core::model::ContentType;

use self::places::Places;

/// Bytes of a body that is taken apart; larger ones are only measured.
const LARGEST: usize = 1 << 20;

/// Lines of a body that are shown: of one that differs, and of one that only comes along.
const MOST_LINES: usize = 24;
const MOST_LINES_ALIKE: usize = 6;

/// Lines that are shown around one that differs.
const CONTEXT: usize = 2;

/// Characters of a line that are shown.
const WIDEST: usize = 160;

/// How deep a line is indented at most: whoever sends a body decides how deep it goes.
const DEEPEST: usize = 32;

/// A line of a body.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Line {
    pub(super) text: String,
    /// Whether it is what differs.
    pub(super) is_marked: bool,
}

/// What is shown of a body.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Excerpt {
    /// What the body is: its size and type.
    pub(super) caption: String,
    /// Its lines, or those around what differs; none of a body that is no text.
    pub(super) lines: Vec<Line>,
}

/// Returns what is shown of a body; nothing where there is none.
pub(super) fn excerpt(
    body: &[u8],
    named_type: Option<&str>,
    mismatches: &[Mismatch],
) -> Option<Excerpt> {
    if body.is_empty() {
        return None;
    }
    let named: Option<ContentType> = named_type.and_then(|named| named.parse().ok());
    let kind = named.or_else(|| detect::content_type(body));
    let kind = kind.unwrap_or_else(ContentType::binary);
    let size = match body.len() {
        1 => "1 byte".to_owned(),
        size => format!("{size} bytes"),
    };
    let caption = format!("{size} of {}", kind.essence());
    if body.len() > LARGEST {
        return Some(Excerpt {
            caption: format!("{caption}, too large to show"),
            lines: Vec::new(),
        });
    }
    let places = Places::new(mismatches);
    let lines = lines_of(body, &kind, &places);
    let Some(lines) = lines else {
        return Some(Excerpt {
            caption: format!("{caption}, not shown"),
            lines: Vec::new(),
        });
    };
    let most = if places.differ {
        MOST_LINES
    } else {
        MOST_LINES_ALIKE
    };
    Some(Excerpt {
        caption,
        lines: shortened(lines, most),
    })
}

/// Returns the lines of a body; none of one that is no text.
fn lines_of(body: &[u8], kind: &ContentType, places: &Places<'_>) -> Option<Vec<Line>> {
    if kind.is_multipart() {
        return Some(multipart::lines(body, kind.attribute("boundary")?, places));
    }
    let text = std::str::from_utf8(body).ok()?;
    if text.contains(|character: char| character.is_control() && !character.is_whitespace()) {
        return None;
    }
    let own = if kind.is_json() {
        json::lines(body, places)
    } else if kind.is_xml() {
        Some(xml::lines(text))
    } else if kind.is_form() {
        Some(form::lines(text, places))
    } else {
        None
    };
    Some(own.unwrap_or_else(|| plain(text)))
}

/// Returns what stands before a line of so many levels.
fn indent(depth: usize) -> String {
    "  ".repeat(depth.min(DEEPEST))
}

fn plain(text: &str) -> Vec<Line> {
    let lines = text.lines().map(|line| Line {
        text: line.to_owned(),
        is_marked: false,
    });
    lines.collect()
}

/// Leaves out what is far from any difference, or, where none is marked, what comes late; and says
/// how much that is.
fn shortened(lines: Vec<Line>, most: usize) -> Vec<Line> {
    let marked: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].is_marked).collect();
    let last = lines.len().saturating_sub(1);
    let is_near = |at: usize| {
        let next = marked.partition_point(|mark| mark + CONTEXT < at);
        let near = |mark: &usize| mark.abs_diff(at) <= CONTEXT;
        at == 0 || at == last || marked.get(next).is_some_and(near)
    };
    let is_short = lines.len() <= most;
    let mut shown: Vec<Line> = Vec::new();
    let mut left_out = Vec::new();
    for (at, line) in lines.into_iter().enumerate() {
        let has_room = shown.len() < most;
        let is_shown = is_short || has_room && (marked.is_empty() || is_near(at));
        if !is_shown {
            left_out.push(line);
            continue;
        }
        shown.extend(gap(&mut left_out));
        shown.push(Line {
            text: narrowed(&line.text),
            ..line
        });
    }
    shown.extend(gap(&mut left_out));
    shown
}

/// Returns a line in place of those left out; a single one stands there itself.
fn gap(left_out: &mut Vec<Line>) -> Option<Line> {
    let count = left_out.len();
    let indent = |line: &Line| line.text.len() - line.text.trim_start().len();
    let indent = left_out.iter().map(indent).min()?;
    let last = left_out.drain(..).next_back()?;
    let text = match count {
        1 => narrowed(&last.text),
        _ => format!("{}… {count} lines", " ".repeat(indent)),
    };
    Some(Line {
        text,
        is_marked: false,
    })
}

fn narrowed(line: &str) -> String {
    let count = line.chars().count();
    if count <= WIDEST {
        return line.to_owned();
    }
    let start: String = line.chars().take(WIDEST).collect();
    format!("{start}… {} characters", count - WIDEST)
}

#[cfg(test)]
mod tests;
