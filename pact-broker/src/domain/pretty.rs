//! Laying out JSON text for reading, every number and key left as it is written.

/// Puts each member and element of a JSON text on a line of its own.
pub fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut depth = 0;
    let mut in_string = false;
    let mut escaped = false;
    let mut letters = text.chars().filter(|letter| *letter != '\r').peekable();
    while let Some(letter) = letters.next() {
        if in_string {
            out.push(letter);
            in_string = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
            continue;
        }
        match letter {
            '"' => {
                in_string = true;
                out.push('"');
            }
            '{' | '[' => {
                out.push(letter);
                while letters.next_if(|next| next.is_whitespace()).is_some() {}
                if let Some(close) = letters.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(close);
                } else {
                    depth += 1;
                    new_line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
                out.push(letter);
            }
            ',' => {
                out.push(',');
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            letter if letter.is_whitespace() => {}
            letter => out.push(letter),
        }
    }
    out
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::json;

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
}
