//! JSON, a member or an element to a line.

use pact_core::json::Json;
use pact_core::path::PathToken;

use super::{Line, Places, indent};

/// Returns the lines of a JSON text; none of what is no JSON.
pub(super) fn lines(body: &[u8], places: &Places<'_>) -> Option<Vec<Line>> {
    let value = Json::parse(body).ok()?;
    let mut lines = Lines {
        places,
        place: PathToken::Root.to_string(),
        all: Vec::new(),
    };
    lines.value(&value, &Frame::default());
    Some(lines.all)
}

struct Lines<'p, 'm> {
    places: &'p Places<'m>,
    /// The path of the value that is written.
    place: String,
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
    fn value(&mut self, value: &Json<'_>, frame: &Frame) {
        let (indent, comma) = (indent(frame.depth), frame.comma);
        let here = frame.is_marked || self.places.has(&self.place);
        match value {
            Json::Array(items) if !items.is_empty() => {
                self.push(format!("{indent}{}[", frame.name), here);
                for (at, item) in items.iter().enumerate() {
                    let inner = frame.inner(String::new(), at + 1 == items.len());
                    self.inside(&PathToken::Index(at), item, &inner);
                }
                self.push(format!("{indent}]{comma}"), false);
            }
            Json::Object(members) if !members.is_empty() => {
                let unexpected = self.places.unexpected_at(&self.place);
                let is_named = |name: &str| {
                    let named = format!("`{name}`");
                    unexpected.iter().any(|names| names.contains(&named))
                };
                let names: Vec<bool> = members.iter().map(|(name, _)| is_named(name)).collect();
                let is_told_below = names.contains(&true) && !frame.is_marked;
                self.push(format!("{indent}{}{{", frame.name), here && !is_told_below);
                for (at, (name, member)) in members.iter().enumerate() {
                    let quoted = Json::from(name).to_compact();
                    let mut inner = frame.inner(format!("{quoted}: "), at + 1 == members.len());
                    inner.is_marked = names[at];
                    self.inside(&PathToken::Field(name.to_owned()), member, &inner);
                }
                self.push(format!("{indent}}}{comma}"), false);
            }
            scalar => {
                let text = scalar.to_compact();
                self.push(format!("{indent}{}{text}{comma}", frame.name), here);
            }
        }
    }

    /// Writes a value one step below the present place.
    fn inside(&mut self, step: &PathToken, value: &Json<'_>, frame: &Frame) {
        let length = self.place.len();
        self.place.push_str(&step.to_string());
        self.value(value, frame);
        self.place.truncate(length);
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
