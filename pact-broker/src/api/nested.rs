//! Nested query strings, read the way Rack reads them: `q[][pacticipant]=A&q[][version]=1`.
//!
//! Elements of a list of maps are told apart by a key coming again, so the order of parameters matters.

use percent_encoding::percent_decode_str;

/// A value in a nested query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Nested {
    /// A key without `=`.
    Null,
    Text(String),
    List(Vec<Self>),
    Map(Vec<(String, Self)>),
}

/// A key used in two ways, or nested too deeply.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("reading the query: parameter `{key}` {problem}")]
pub(crate) struct ParseQueryError {
    key: String,
    problem: &'static str,
}

/// Brackets allowed in one key.
const DEPTH: usize = 8;

impl Nested {
    /// Reads a query string.
    pub(crate) fn parse(query: &str) -> Result<Self, ParseQueryError> {
        let mut root = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = match pair.split_once('=') {
                Some((key, value)) => (decode(key), Self::Text(decode(value))),
                None => (decode(pair), Self::Null),
            };
            let refuse = |problem| ParseQueryError {
                key: key.clone(),
                problem,
            };
            let steps = Step::split(&key).ok_or_else(|| refuse("is nested too deeply"))?;
            let Some((Step::Key(first), rest)) = steps.split_first() else {
                continue;
            };
            put_in_map(&mut root, first, rest, value).map_err(refuse)?;
        }
        Ok(Self::Map(root))
    }

    /// Returns the member `key` of a map.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(members) => members
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            Self::Null | Self::Text(_) | Self::List(_) => None,
        }
    }

    /// Returns the text member `key` of a map.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Self::as_text)
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Null | Self::List(_) | Self::Map(_) => None,
        }
    }

    /// Returns the elements of a list; a value alone counts as a list of one.
    pub(crate) fn elements(&self) -> &[Self] {
        match self {
            Self::List(elements) => elements,
            Self::Null => &[],
            Self::Text(_) | Self::Map(_) => std::slice::from_ref(self),
        }
    }

    /// Returns the members of a map.
    pub(crate) fn members(&self) -> &[(String, Self)] {
        match self {
            Self::Map(members) => members,
            Self::Null | Self::Text(_) | Self::List(_) => &[],
        }
    }
}

/// One step of a key: `a[b][]` is key `a`, key `b`, element.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Element,
}

impl Step {
    fn split(key: &str) -> Option<Vec<Self>> {
        let Some(open) = key.find('[').filter(|open| *open > 0) else {
            return Some(vec![Self::Key(key.to_owned())]);
        };
        let mut steps = vec![Self::Key(key[..open].to_owned())];
        let mut rest = &key[open..];
        while let Some(inner) = rest.strip_prefix('[') {
            let Some(close) = inner.find(']') else { break };
            steps.push(if close == 0 {
                Self::Element
            } else {
                Self::Key(inner[..close].to_owned())
            });
            rest = &inner[close + 1..];
        }
        (steps.len() <= DEPTH).then_some(steps)
    }
}

const MIXED: &str = "is used both as a value and as a list or map";

fn put_in_map(
    members: &mut Vec<(String, Nested)>,
    key: &str,
    rest: &[Step],
    value: Nested,
) -> Result<(), &'static str> {
    let at = members.iter().position(|(name, _)| name == key);
    let Some((step, rest)) = rest.split_first() else {
        match at {
            Some(at) if matches!(members[at].1, Nested::Text(_) | Nested::Null) => {
                members[at].1 = value;
            }
            Some(_) => return Err(MIXED),
            None => members.push((key.to_owned(), value)),
        }
        return Ok(());
    };
    let empty = match step {
        Step::Key(_) => Nested::Map(Vec::new()),
        Step::Element => Nested::List(Vec::new()),
    };
    let at = at.unwrap_or_else(|| {
        members.push((key.to_owned(), empty));
        members.len() - 1
    });
    match (step, &mut members[at].1) {
        (Step::Key(key), Nested::Map(inner)) => put_in_map(inner, key, rest, value),
        (Step::Element, Nested::List(elements)) => put_in_list(elements, rest, value),
        _ => Err(MIXED),
    }
}

fn put_in_list(
    elements: &mut Vec<Nested>,
    rest: &[Step],
    value: Nested,
) -> Result<(), &'static str> {
    let Some((step, deeper)) = rest.split_first() else {
        elements.push(value);
        return Ok(());
    };
    match step {
        Step::Key(key) => {
            let into_last =
                matches!(elements.last(), Some(last @ Nested::Map(_)) if !holds(last, rest));
            if !into_last {
                elements.push(Nested::Map(Vec::new()));
            }
            match elements.last_mut() {
                Some(Nested::Map(members)) => put_in_map(members, key, deeper, value),
                _ => Err(MIXED),
            }
        }
        Step::Element => {
            let mut inner = Vec::new();
            put_in_list(&mut inner, deeper, value)?;
            elements.push(Nested::List(inner));
            Ok(())
        }
    }
}

/// Tells whether a map already has a value where `steps` lead; a list can always take one more.
fn holds(value: &Nested, steps: &[Step]) -> bool {
    match steps.split_first() {
        None => true,
        Some((Step::Element, _)) => false,
        Some((Step::Key(key), rest)) => value.get(key).is_some_and(|inner| holds(inner, rest)),
    }
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(value: &Nested) -> String {
        match value {
            Nested::Null => "null".to_owned(),
            Nested::Text(text) => format!("{text:?}"),
            Nested::List(elements) => format!(
                "[{}]",
                elements.iter().map(show).collect::<Vec<_>>().join(", ")
            ),
            Nested::Map(members) => {
                let members: Vec<_> = members
                    .iter()
                    .map(|(key, value)| format!("{key}: {}", show(value)))
                    .collect();
                format!("{{{}}}", members.join(", "))
            }
        }
    }

    #[track_caller]
    fn check(query: &str, expected: &str) {
        let shown =
            Nested::parse(query).map_or_else(|error| error.to_string(), |value| show(&value));
        assert_eq!(shown, expected, "{query}");
    }

    #[test]
    fn queries_nest_as_rack_nests_them() {
        check("a=1&b=x+y%2Bz", r#"{a: "1", b: "x y+z"}"#);
        check("a=1&a=2", r#"{a: "2"}"#);
        check("a[]=1&a[]=2", r#"{a: ["1", "2"]}"#);
        check("a[b]=1&a[c]", r#"{a: {b: "1", c: null}}"#);
        check("%61%5B%5D=1", r#"{a: ["1"]}"#);
        check(
            "q[][pacticipant]=A&q[][version]=1&q[][pacticipant]=B&q[][latest]=true",
            r#"{q: [{pacticipant: "A", version: "1"}, {pacticipant: "B", latest: "true"}]}"#,
        );
        check("q[][tag]=a&q[][tag]=b", r#"{q: [{tag: "a"}, {tag: "b"}]}"#);
        check("s[][t][]=a&s[][t][]=b", r#"{s: [{t: ["a", "b"]}]}"#);
        check("", "{}");
        check("=1&&a", r#"{: "1", a: null}"#);
    }

    #[test]
    fn a_key_used_in_two_ways_is_refused() {
        check(
            "a=1&a[]=2",
            "reading the query: parameter `a[]` is used both as a value and as a list or map",
        );
        check(
            "a[]=1&a[b]=2",
            "reading the query: parameter `a[b]` is used both as a value and as a list or map",
        );
        check(
            "a[b][c][d][e][f][g][h][i]=1",
            "reading the query: parameter `a[b][c][d][e][f][g][h][i]` is nested too deeply",
        );
    }
}
