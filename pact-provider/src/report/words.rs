//! Words that several reports use, made safe for lines and terminals.

use pact_core::json::Json;

use super::result::InteractionReport;

/// The longest body that is shown whole.
const LONGEST_BODY: usize = 1_000;

/// Returns the description with its states: `a request, given a, and b`.
pub(super) fn title(interaction: &InteractionReport) -> String {
    let mut title = on_one_line(&interaction.description);
    for (index, state) in interaction.states.iter().enumerate() {
        title.push_str(if index == 0 { ", given " } else { ", and " });
        title.push_str(&on_one_line(&state.name));
        if !state.params.is_empty() {
            let params = Json::from(state.params.clone()).to_compact();
            title.push_str(&format!(" {}", on_one_line(&params)));
        }
    }
    title
}

/// Returns the text without what could break its line or steer a terminal.
pub(super) fn on_one_line(text: &str) -> String {
    printable(text).replace(['\n', '\t'], " ")
}

/// Returns the text without what could steer a terminal, or show it in another order than it has.
pub(super) fn clean(text: &str) -> String {
    let harmless = |character: char| match character {
        '\n' | '\t' => character,
        other if steers(other) => '\u{fffd}',
        other => other,
    };
    text.chars().map(harmless).collect()
}

/// Returns whether the character is not shown, and decides how others are: controls, ends of lines that
/// only some know, and what turns the direction of a text (Unicode, UAX #9).
pub(crate) fn steers(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns the beginning of the text without what could steer a terminal.
pub(super) fn printable(text: &str) -> String {
    let end = { text.char_indices() }.nth(LONGEST_BODY);
    let shown = clean(&text[..end.map_or(text.len(), |(end, _)| end)]);
    if end.is_some() {
        format!("{shown}… ({} bytes in all)", text.len())
    } else {
        shown
    }
}

/// Returns the number with its noun.
pub(super) fn plural(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}
