//! A form, a field to a line.

use pact_core::path::DocPath;

use super::{Line, Places};

/// Returns the fields of a form as they were sent.
pub(super) fn lines(text: &str, places: &Places<'_>) -> Vec<Line> {
    let fields = text.trim().split('&').map(|field| {
        let (name, _) = field.split_once('=').unwrap_or((field, ""));
        Line {
            text: field.to_owned(),
            is_marked: places.has_below(&DocPath::field(name).to_string()),
        }
    });
    fields.collect()
}
