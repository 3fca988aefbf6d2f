//! JSON, a member or an element to a line.

use pact_core::json::Json;
use pact_core::path::{DocPath, PathToken};

use super::{Line, Places};

/// Returns the lines of a JSON text; none of what is no JSON.
pub(super) fn lines(body: &[u8], places: &Places<'_>) -> Option<Vec<Line>> {
    let value = Json::parse(body).ok()?;
    let mut lines = Lines {
        places,
        all: Vec::new(),
    };
    lines.value(&value, &DocPath::root(), &Frame::default());
    Some(lines.all)
}

struct Lines<'p, 'm> {
    places: &'p Places<'m>,
    all: Vec<Line>,
}

/// What stands around a value.
#[derive(Clone, Default)]
struct Frame {
    depth: usize,
    /// The name of the member, with its colon.
    name: String,
    comma: &'static str,
    /// Whether what is around the value says that it differs.
    is_marked: bool,
}

impl Lines<'_, '_> {
    fn value(&mut self, value: &Json<'_>, path: &DocPath, frame: &Frame) {
        let place = path.to_string();
        let (indent, comma) = ("  ".repeat(frame.depth), frame.comma);
        let here = frame.is_marked || self.places.has(&place);
        match value {
            Json::Array(items) if !items.is_empty() => {
                self.push(format!("{indent}{}[", frame.name), here);
                for (at, item) in items.iter().enumerate() {
                    let inner = frame.inner(String::new(), at + 1 == items.len());
                    self.value(item, &path.join(PathToken::Index(at)), &inner);
                }
                self.push(format!("{indent}]{comma}"), false);
            }
            Json::Object(members) if !members.is_empty() => {
                let named = |name: &str| self.places.names(&place, name);
                let names: Vec<bool> = members.iter().map(|(name, _)| named(name)).collect();
                let is_told_below = names.contains(&true) && !frame.is_marked;
                self.push(format!("{indent}{}{{", frame.name), here && !is_told_below);
                for (at, (name, member)) in members.iter().enumerate() {
                    let quoted = Json::from(name).to_compact();
                    let mut inner = frame.inner(format!("{quoted}: "), at + 1 == members.len());
                    inner.is_marked = names[at];
                    let path = path.join(PathToken::Field(name.to_owned()));
                    self.value(member, &path, &inner);
                }
                self.push(format!("{indent}}}{comma}"), false);
            }
            scalar => {
                let text = scalar.to_compact();
                self.push(format!("{indent}{}{text}{comma}", frame.name), here);
            }
        }
    }

    fn push(&mut self, text: String, is_marked: bool) {
        self.all.push(Line { text, is_marked });
    }
}

impl Frame {
    fn inner(&self, name: String, is_last: bool) -> Self {
        Self {
            depth: self.depth + 1,
            name,
            comma: if is_last { "" } else { "," },
            is_marked: false,
        }
    }
}
