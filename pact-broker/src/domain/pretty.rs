//! Laying out JSON text for reading, every number and key left as it is written.

use std::iter::repeat_n;

/// How many lines a text is laid out to at most. Nobody reads more of them, and comparing them would
/// take memory without end.
const LINES: usize = 1 << 20;

/// How many bytes of indentation there may be for each byte of the text: a long list deep inside
/// others would be little but spaces.
const INDENTATION: usize = 16;

/// A piece of a laid out text.
enum Piece {
    /// A new line, where what is nested so deeply is broken into lines.
    Line { nesting: usize, indent: usize },
    /// What is written as it is.
    Letter(char),
}

/// Puts each member and element of a JSON text on a line of its own.
///
/// What would make a text of too many lines, or of too wide ones, stays on the line of what it is in.
pub fn json(text: &str) -> String {
    let mut lines: Vec<(usize, usize)> = Vec::new();
    pieces(text, |piece| {
        if let Piece::Line { nesting, indent } = piece {
            if lines.len() <= nesting {
                lines.resize(nesting + 1, (0, 0));
            }
            lines[nesting].0 += 1;
            lines[nesting].1 += 2 * indent;
        }
    });
    let (mut count, mut width) = (0, 0);
    let broken = lines.iter().take_while(|(more, wider)| {
        count += more;
        width += wider;
        count < LINES && width <= INDENTATION * text.len()
    });
    let broken = broken.count();
    let mut out = String::with_capacity(text.len() * 2);
    pieces(text, |piece| match piece {
        Piece::Letter(letter) => out.push(letter),
        Piece::Line { nesting, indent } if nesting < broken => {
            out.push('\n');
            out.extend(repeat_n("  ", indent));
        }
        Piece::Line { .. } => {}
    });
    out
}

fn pieces(text: &str, mut tell: impl FnMut(Piece)) {
    let mut depth: usize = 0;
    let mut in_string = false;
    let mut escaped = false;
    let mut letters = text.chars().filter(|letter| *letter != '\r').peekable();
    while let Some(letter) = letters.next() {
        let line = |nesting, indent| Piece::Line { nesting, indent };
        if in_string {
            in_string = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
            tell(Piece::Letter(letter));
            continue;
        }
        match letter {
            '"' => {
                in_string = true;
                tell(Piece::Letter('"'));
            }
            '{' | '[' => {
                tell(Piece::Letter(letter));
                while letters.next_if(|next| next.is_whitespace()).is_some() {}
                if let Some(close) = letters.next_if(|next| matches!(next, '}' | ']')) {
                    tell(Piece::Letter(close));
                } else {
                    depth += 1;
                    tell(line(depth, depth));
                }
            }
            '}' | ']' => {
                let nesting = depth;
                depth = depth.saturating_sub(1);
                tell(line(nesting, depth));
                tell(Piece::Letter(letter));
            }
            ',' => {
                tell(Piece::Letter(','));
                tell(line(depth, depth));
            }
            ':' => {
                tell(Piece::Letter(':'));
                tell(Piece::Letter(' '));
            }
            letter if letter.is_whitespace() => {}
            letter => tell(Piece::Letter(letter)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stand_on_lines_of_their_own_with_numbers_as_written() {
        insta::assert_snapshot!(json(r#"{"a":1.0,"b":[ ],"c":{"d":"x, \"{y\\"},"e":[1,{}]}"#), @r#"
        {
          "a": 1.0,
          "b": [],
          "c": {
            "d": "x, \"{y\\"
          },
          "e": [
            1,
            {}
          ]
        }
        "#);
    }

    #[test]
    fn what_is_no_json_is_laid_out_somehow() {
        assert_eq!(json("]},\"a"), "\n]\n},\n\"a");
    }

    #[test]
    fn a_long_list_deep_inside_others_stays_on_one_line() {
        let deep = |inside: &str| format!("{}{inside}{}", "[".repeat(50), "]".repeat(50));
        let short = json(&deep("1,1"));
        assert!(
            short.ends_with(&format!("{}]\n  ]\n]", "  ".repeat(2))),
            "{short}"
        );
        let long = deep(&vec!["1"; 10_000].join(","));
        let laid_out = json(&long);
        assert!(laid_out.len() < 20 * long.len(), "{}", laid_out.len());
        assert!(laid_out.contains("[1,1,1"), "{}", &laid_out[..200]);
        assert!(
            laid_out.starts_with("[\n  [\n    ["),
            "{}",
            &laid_out[..200]
        );
    }

    #[test]
    fn a_text_of_too_many_lines_is_broken_less() {
        let lists = vec!["[1,1]"; LINES / 2].join(",");
        let laid_out = json(&format!("[{lists}]"));
        assert!(laid_out.lines().count() <= LINES);
        assert!(laid_out.starts_with("[\n  [1,1],\n  [1,1],\n"));
    }
}
