use pact_core::matching::{MismatchKind, Part};

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
    let body = r#"{"lines":[{"sku":1,"price":1.50},{"sku":"A2"}],"note":null,"extra":{"a":[]}}"#;
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

/// Returns how many bytes the lines of a body have together.
fn size_of_lines(body: &str, named: &str) -> usize {
    let kind = named.parse().unwrap();
    let lines = lines_of(body.as_bytes(), &kind, &Places::new(&[])).unwrap();
    lines.iter().map(|line| line.text.len()).sum()
}

#[test]
fn a_body_that_goes_deep_is_not_indented_without_end() {
    let depth = 5_000;
    let body = "<a>".repeat(depth);
    let room = depth * (2 * DEEPEST + 3);
    assert!(size_of_lines(&body, "text/xml") <= room);
    let (depth, items) = (500, 5_000);
    let inner = format!("[{}]", vec!["1"; items].join(","));
    let body = format!("{}{inner}{}", "[".repeat(depth), "]".repeat(depth));
    let room = (2 * depth + items + 2) * (2 * DEEPEST + 2);
    assert!(size_of_lines(&body, "application/json") <= room);
}

#[test]
fn of_a_body_with_very_many_differences_the_first_are_shown() {
    let count = 100_000;
    let mismatches = (0..count).map(|at| Mismatch {
        path: format!("$[{at}]"),
        ..Mismatch::default()
    });
    let mismatches: Vec<_> = mismatches.collect();
    let body = format!("[{}]", vec!["1"; count].join(","));
    let excerpt = excerpt(body.as_bytes(), Some("application/json"), &mismatches).unwrap();
    let marked = excerpt.lines.iter().filter(|line| line.is_marked).count();
    assert_eq!((marked, excerpt.lines.len()), (23, 25));
}
