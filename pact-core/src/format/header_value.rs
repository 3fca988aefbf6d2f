//! Header values in one text and as a list.

/// Cuts the text of a header into its values.
///
/// Only headers that are defined as lists are cut at commas: dates, cookies, user agents and
/// headers of the application's own may hold commas that separate nothing.
pub(super) fn split(name: &str, text: &str) -> Vec<String> {
    if is_list(name) {
        text.split(',')
            .map(|value| value.trim().to_owned())
            .collect()
    } else {
        vec![text.trim().to_owned()]
    }
}

/// Puts values into one text; `None` when [`split`] would not give them back.
pub(super) fn join(name: &str, values: &[String]) -> Option<String> {
    let text = values.join(", ");
    (split(name, &text) == values).then_some(text)
}

fn is_list(name: &str) -> bool {
    LISTS.iter().any(|list| list.eq_ignore_ascii_case(name))
}

const LISTS: [&str; 12] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-expose-headers",
    "access-control-request-headers",
    "allow",
    "cache-control",
    "if-match",
    "if-none-match",
    "vary",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lists_are_cut_at_commas() {
        assert_eq!(split("Accept", "a/b,c/d ; q=1"), ["a/b", "c/d ; q=1"]);
        assert_eq!(split("Date", "Tue, 01 Jan 2030"), ["Tue, 01 Jan 2030"]);
        assert_eq!(split("X-A", " one "), ["one"]);
    }

    #[test]
    fn values_that_would_not_come_back_are_not_joined() {
        let owned = |values: &[&str]| {
            values
                .iter()
                .map(|&value| value.to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            join("Allow", &owned(&["GET", "PUT"])).as_deref(),
            Some("GET, PUT")
        );
        assert_eq!(join("Set-Cookie", &owned(&["a=1", "b=2"])), None);
        assert_eq!(join("Accept", &owned(&["a, b"])), None);
        assert_eq!(join("X-A", &owned(&[])), None);
        assert_eq!(join("X-A", &owned(&[""])).as_deref(), Some(""));
    }
}
