//! A `GraphQL` query as a pattern that leaves open what says nothing: blanks, commas and comments.

/// Returns the regular expression of a query.
pub(super) fn pattern(query: &str) -> String {
    let mut pattern = "^".to_owned();
    let mut after_word = false;
    let mut rest = query;
    loop {
        let (has_comment, found) = without_ignored(rest);
        let (token, is_word) = first_token(found);
        let blank = if has_comment { COMMENTED } else { BLANK };
        // Two names need something between them.
        let count = if after_word && is_word { '+' } else { '*' };
        pattern.push_str(blank);
        pattern.push(count);
        if token.is_empty() {
            break;
        }
        pattern.push_str(&escaped(token));
        after_word = is_word;
        rest = &found[token.len()..];
    }
    pattern.push('$');
    pattern
}

/// What may stand between two tokens.
const BLANK: &str = r"[\s,]";

/// What may stand where the example has a comment.
const COMMENTED: &str = r"(?:[\s,]|#[^\n]*(?:\n|$))";

/// Returns whether a comment comes first, and the query from its first token on.
fn without_ignored(query: &str) -> (bool, &str) {
    let is_ignored = |character: char| character.is_whitespace() || character == ',';
    let mut has_comment = false;
    let mut rest = query.trim_start_matches(is_ignored);
    while rest.starts_with('#') {
        has_comment = true;
        let after = rest.find('\n').map_or("", |end| &rest[end..]);
        rest = after.trim_start_matches(is_ignored);
    }
    (has_comment, rest)
}

/// Returns the token that a text begins with, and whether it is a name or a number; nothing at the
/// end of the text.
fn first_token(text: &str) -> (&str, bool) {
    let is_of_name = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let is_of_number = |character: char| is_of_name(character) || "+-.".contains(character);
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let run = |is_of: &dyn Fn(char) -> bool| {
        let end = text[1..].find(|character| !is_of(character));
        &text[..end.map_or(text.len(), |end| end + 1)]
    };
    if unsigned.starts_with(|first: char| first.is_ascii_digit()) {
        (run(&is_of_number), true)
    } else if text.starts_with(is_of_name) {
        (run(&is_of_name), true)
    } else if text.starts_with('"') {
        (string(text), false)
    } else if text.starts_with("...") {
        (&text[..3], false)
    } else {
        let length = text.chars().next().map_or(0, char::len_utf8);
        (&text[..length], false)
    }
}

/// Returns the string that a text begins with, in one quote or in three.
fn string(text: &str) -> &str {
    let quote = if text.starts_with(BLOCK) { BLOCK } else { "\"" };
    let mut end = quote.len();
    while let Some(next) = text[end..].chars().next() {
        if text[end..].starts_with(quote) {
            return &text[..end + quote.len()];
        }
        end += next.len_utf8();
        if next == '\\' {
            // In a string any character may follow, in a block the three quotes.
            let escaped = text[end..].chars().next().map_or(0, char::len_utf8);
            let is_block_end = quote == BLOCK && text[end..].starts_with(BLOCK);
            end += match (quote == BLOCK, is_block_end) {
                (true, true) => BLOCK.len(),
                (true, false) => 0,
                (false, _) => escaped,
            };
        }
    }
    text
}

/// What a string over several lines stands between.
const BLOCK: &str = "\"\"\"";

/// Returns the text as a pattern that matches nothing else.
fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for character in text.chars() {
        if r"\.+*?()|[]{}^$#&-~/".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(query: &str) -> Vec<&str> {
        let mut rest = query;
        let next = || {
            let (_, found) = without_ignored(rest);
            let (token, _) = first_token(found);
            rest = &found[token.len()..];
            Some(token).filter(|token| !token.is_empty())
        };
        std::iter::from_fn(next).collect()
    }

    #[test]
    fn a_query_is_cut_into_tokens() {
        let check = |query, expected: &[&str]| assert_eq!(tokens(query), expected);
        check("{id name}", &["{", "id", "name", "}"]);
        check(
            "a(b:-1.5e+3,c:[1,2])",
            &[
                "a", "(", "b", ":", "-1.5e+3", "c", ":", "[", "1", "2", "]", ")",
            ],
        );
        check(
            "{ ...F # a comment, {\n ... on X }",
            &["{", "...", "F", "...", "on", "X", "}"],
        );
        check(
            r#"(a: "x, \"y\" # z" b: "")"#,
            &["(", "a", ":", r#""x, \"y\" # z""#, "b", ":", r#""""#, ")"],
        );
        check(r#""""a "b" \""" c""" d"#, &[r#""""a "b" \""" c""""#, "d"]);
        check("\"ends nowhere\\", &["\"ends nowhere\\"]);
        check("é", &["é"]);
        check(" ,\u{feff}# nothing", &["\u{feff}"]);
    }

    #[test]
    fn what_says_nothing_is_left_open() {
        assert_eq!(
            pattern("{ id name }"),
            r"^[\s,]*\{[\s,]*id[\s,]+name[\s,]*\}[\s,]*$"
        );
        assert_eq!(pattern("a #b"), r"^[\s,]*a(?:[\s,]|#[^\n]*(?:\n|$))*$");
    }
}
