//! The body of a request in a few lines, with the places set off that differ.

mod form;
mod json;
mod multipart;
mod xml;

use pact_core::detect;
use pact_core::matching::{Mismatch, Part};
use pact_core::model::ContentType;

/// Bytes of a body that is taken apart; larger ones are only measured.
const LARGEST: usize = 1 << 20;

/// Lines of a body that are shown: of one that differs, and of one that only comes along.
const MOST_LINES: usize = 24;
const MOST_LINES_ALIKE: usize = 6;

/// Lines that are shown around one that differs.
const CONTEXT: usize = 2;

/// Characters of a line that are shown.
const WIDEST: usize = 160;

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
    let places = Places(mismatches);
    let lines = lines_of(body, &kind, &places);
    let Some(lines) = lines else {
        return Some(Excerpt {
            caption: format!("{caption}, not shown"),
            lines: Vec::new(),
        });
    };
    let most = if places.differ() {
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

fn plain(text: &str) -> Vec<Line> {
    let lines = text.lines().map(|line| Line {
        text: line.to_owned(),
        is_marked: false,
    });
    lines.collect()
}

/// The places of a body that differ.
struct Places<'m>(&'m [Mismatch]);

impl Places<'_> {
    /// Returns whether the body is what differs, or may be.
    fn differ(&self) -> bool {
        let is_body = |part| matches!(part, Part::Body | Part::BodyType);
        self.0.is_empty() || self.0.iter().any(|mismatch| is_body(mismatch.part))
    }

    /// Returns the sentences about a place.
    fn sentences(&self, path: &str) -> impl Iterator<Item = &str> {
        let here = self
            .0
            .iter()
            .filter(move |mismatch| mismatch.part == Part::Body && mismatch.path == path);
        here.map(|mismatch| mismatch.kind.sentence.as_str())
    }

    /// Returns whether something at the place differs.
    fn has(&self, path: &str) -> bool {
        self.sentences(path).next().is_some()
    }

    /// Returns whether what differs at the place is that it has a member of this name.
    fn names(&self, path: &str, member: &str) -> bool {
        let named = format!("`{member}`");
        self.sentences(path).any(|sentence| {
            let got = sentence.split_once("got the key");
            got.is_some_and(|(_, got)| got.contains(&named))
        })
    }

    /// Returns whether something at the place or below it differs.
    fn has_below(&self, path: &str) -> bool {
        self.0.iter().any(|mismatch| {
            let below = mismatch.path.strip_prefix(path);
            mismatch.part == Part::Body
                && below.is_some_and(|below| below.is_empty() || below.starts_with(['.', '[']))
        })
    }
}

/// Leaves out what is far from any difference, or, where none is marked, what comes late; and says
/// how much that is.
fn shortened(lines: Vec<Line>, most: usize) -> Vec<Line> {
    let marked: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].is_marked).collect();
    let last = lines.len().saturating_sub(1);
    let is_near = |at: usize| {
        let near = |mark: &usize| mark.abs_diff(at) <= CONTEXT;
        at == 0 || at == last || marked.iter().any(near)
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
mod tests {
    use pact_core::matching::MismatchKind;

    use super::*;

    /// Returns an excerpt as text, with the marks of differences in bodies at the paths.
    fn shown(body: impl AsRef<[u8]>, named: &str, differing: &[(&str, &str)]) -> String {
        let differing = differing.iter().map(|(path, sentence)| Mismatch {
            part: Part::Body,
            path: (*path).to_owned(),
            kind: MismatchKind {
                sentence: (*sentence).to_owned(),
                ..MismatchKind::default()
            },
        });
        let mismatches: Vec<_> = differing.collect();
        let named = Some(named).filter(|named| !named.is_empty());
        let excerpt = excerpt(body.as_ref(), named, &mismatches).unwrap();
        let mark = |line: &Line| if line.is_marked { ">" } else { " " };
        let lines = { excerpt.lines.iter() }.map(|line| format!("\n{} {}", mark(line), line.text));
        excerpt.caption + &lines.collect::<String>()
    }

    #[test]
    fn json_is_spread_over_lines_and_what_differs_is_marked() {
        let body =
            r#"{"lines":[{"sku":1,"price":1.50},{"sku":"A2"}],"note":null,"extra":{"a":[]}}"#;
        let differing = [
            ("$.lines[0].sku", "expected a string"),
            (
                "$",
                "expected the key `id`, got none; got the key `extra`, which nobody expects",
            ),
        ];
        insta::assert_snapshot!(shown(body, "application/json", &differing), @r#"
        76 bytes of application/json
          {
            "lines": [
              {
        >       "sku": 1,
                "price": 1.50
              },
              {
                "sku": "A2"
              }
            ],
            "note": null,
        >   "extra": {
              "a": []
            }
          }
        "#);
        insta::assert_snapshot!(shown(r#"{"a b":{}}"#, "application/hal+json", &[("$['a b']", "expected the key `x`, got none")]), @r#"
        10 bytes of application/hal+json
          {
        >   "a b": {}
          }
        "#);
    }

    #[test]
    fn of_a_long_body_only_what_is_near_a_difference_is_shown() {
        let items: Vec<String> = (0..60).map(|id| format!(r#"{{"id":{id}}}"#)).collect();
        let body = format!(r#"{{"items":[{}]}}"#, items.join(","));
        let differing = [("$.items[30].id", "expected a string"), ("$.items[32]", "")];
        insta::assert_snapshot!(shown(&body, "application/json", &differing), @r#"
        601 bytes of application/json
          {
            … 90 lines
              },
              {
        >       "id": 30
              },
              {
                "id": 31
              },
        >     {
                "id": 32
              },
            … 82 lines
          }
        "#);
        insta::assert_snapshot!(shown("[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26]", "", &[]), @"
        70 bytes of application/json
          [
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            8,
            9,
            10,
            11,
            12,
            13,
            14,
            15,
            16,
            17,
            18,
            19,
            20,
            21,
            22,
            23,
          … 4 lines
        ");
    }

    #[test]
    fn of_a_body_that_is_not_what_differs_little_is_shown() {
        let elsewhere = [Mismatch {
            part: Part::Path,
            ..Mismatch::default()
        }];
        let excerpt = excerpt(b"1\n2\n3\n4\n5\n6\n7\n8", Some("text/plain"), &elsewhere).unwrap();
        let lines: Vec<_> = excerpt.lines.into_iter().map(|line| line.text).collect();
        assert_eq!(lines, ["1", "2", "3", "4", "5", "6", "… 2 lines"]);
    }

    #[test]
    fn a_long_line_is_cut() {
        let text = shown("é".repeat(WIDEST + 10), "text/plain", &[]);
        assert!(text.ends_with("é… 10 characters"), "{text}");
    }

    #[test]
    fn xml_is_spread_over_lines() {
        let body =
            "<?xml version=\"1.0\"?><order id=\"1\"><line><sku>A1</sku></line><note/>text</order>";
        insta::assert_snapshot!(shown(body, "application/xml", &[]), @r#"
        80 bytes of application/xml
          <?xml version="1.0"?>
          <order id="1">
            <line>
              <sku>A1</sku>
            </line>
            <note/>text</order>
        "#);
        insta::assert_snapshot!(shown("<order>\n  <line/>\n</order>", "text/xml", &[]), @"
        26 bytes of text/xml
          <order>
            <line/>
          </order>
        ");
    }

    #[test]
    fn a_form_is_shown_field_by_field() {
        let differing = [("$.name", "expected \"Ada\""), ("$.tag[1]", "")];
        insta::assert_snapshot!(shown("name=Bob&age=7&tag=a&tag=b", "application/x-www-form-urlencoded", &differing), @"
        26 bytes of application/x-www-form-urlencoded
        > name=Bob
          age=7
        > tag=a
        > tag=b
        ");
    }

    #[test]
    fn a_multipart_body_is_shown_part_by_part() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nMarch\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n\u{1}\u{2}\r\n--x--\r\n";
        let differing = [("$.file", "expected image/jpeg")];
        insta::assert_snapshot!(shown(body, "multipart/form-data; boundary=x", &differing), @"
        166 bytes of multipart/form-data
          part `title`: 5 bytes
        > part `file`, file `a.png`: 2 bytes of image/png
        ");
    }

    #[test]
    fn what_is_no_text_is_measured() {
        insta::assert_snapshot!(shown(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png", &[]), @"16 bytes of image/png, not shown");
        insta::assert_snapshot!(shown(b"\xff\xfe\0\x01", "", &[]), @"4 bytes of application/octet-stream, not shown");
        insta::assert_snapshot!(shown([0], "text/plain", &[]), @"1 byte of text/plain, not shown");
        insta::assert_snapshot!(shown(vec![b'1'; LARGEST + 1], "application/json", &[]), @"1048577 bytes of application/json, too large to show");
        assert_eq!(excerpt(b"", Some("application/json"), &[]), None);
    }

    #[test]
    fn what_is_not_what_it_says_is_shown_as_it_is() {
        insta::assert_snapshot!(shown("{\"id\":", "application/json", &[]), @r#"
        6 bytes of application/json
          {"id":
        "#);
        insta::assert_snapshot!(shown("<a><b", "application/xml", &[]), @"
        5 bytes of application/xml
          <a>
            <b
        ");
        insta::assert_snapshot!(shown("no parts", "multipart/form-data; boundary=x", &[]), @"
        8 bytes of multipart/form-data
        > no part begins with `--x`
        ");
        insta::assert_snapshot!(shown("no parts", "multipart/form-data", &[]), @"8 bytes of multipart/form-data, not shown");
    }
}
