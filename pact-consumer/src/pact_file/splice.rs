//! Changing some interactions of a pact file without reading the others.
//!
//! A file that this run has left has one form: two blanks for each level, an interaction between a
//! line `{` and a line `}` at the second, and the interactions in the order of their descriptions. So
//! those of a description are found by halving, and what comes before, between and after them is
//! copied. They make a small contract with the same beginning and end, and it is to this one that the
//! new interactions are added.

use std::borrow::Cow;

use pact_core::json::Json;
use pact_core::model::{Pact, SpecVersion};

/// What comes before the first interaction.
const LIST: &str = "\n  \"interactions\": [\n";

const FIRST_LINE: &str = "    {\n";

/// The first line of an interaction that is not the first, with the end of the line before.
const BEGINNING: &str = "\n    {\n";

const LAST_LINE: &str = "\n    }";

/// What stands between two interactions.
const BETWEEN: &str = ",\n";

/// The line that has the description of an interaction, up to its value.
const DESCRIPTION: &str = "\n      \"description\": ";

/// A pact file, cut at its list of interactions.
struct Cut<'a> {
    /// All up to the first interaction.
    head: &'a str,
    /// The interactions; of two that follow each other the first ends before [`BETWEEN`].
    list: &'a str,
    tail: &'a str,
}

/// Adds a contract to the text of a file that this run has left. `add` gets the part of the file that
/// concerns the contract, and returns the text of that part with the contract added to it.
///
/// Returns nothing when all of the file is to be read: when it is of another version, or of interactions
/// with keys, which may be those of any description.
pub(super) fn splice(
    text: &str,
    pact: &Pact,
    add: impl FnOnce(&str) -> Option<String>,
) -> Option<String> {
    let has_keys = { pact.interactions.iter() }.any(|interaction| interaction.key.is_some());
    if pact.spec_version != SpecVersion::V4 || has_keys {
        return None;
    }
    let descriptions = pact.interactions.iter();
    let mut descriptions: Vec<&str> = descriptions
        .map(|interaction| interaction.description.as_str())
        .collect();
    descriptions.sort_unstable();
    descriptions.dedup();

    let cut = Cut::of(text)?;
    let mut ranges = Vec::with_capacity(descriptions.len());
    for description in &descriptions {
        let start = cut.first(|found| found >= *description)?;
        ranges.push(start..cut.first(|found| found > *description)?);
    }
    let mut part = cut.head.to_owned();
    push_all(
        &mut part,
        { ranges.iter() }.map(|range| cut.between(range.start, range.end)),
    );
    part.push_str(cut.tail);

    let added = add(&part)?;
    let added = Cut::of(&added)?;
    let mut chunks = Vec::with_capacity(2 * ranges.len() + 1);
    let mut at = 0;
    for (description, range) in descriptions.iter().zip(&ranges) {
        chunks.push(cut.between(at, range.start));
        let start = added.first(|found| found >= *description)?;
        chunks.push(added.between(start, added.first(|found| found > *description)?));
        at = range.end;
    }
    chunks.push(cut.between(at, cut.end()));
    let mut all = String::with_capacity(text.len() + added.list.len());
    all.push_str(added.head);
    push_all(&mut all, chunks.into_iter());
    all.push_str(added.tail);
    Some(all)
}

fn push_all<'a>(text: &mut String, chunks: impl Iterator<Item = &'a str>) {
    let mut is_first = true;
    for chunk in chunks.filter(|chunk| !chunk.is_empty()) {
        if !is_first {
            text.push_str(BETWEEN);
        }
        text.push_str(chunk);
        is_first = false;
    }
}

impl<'a> Cut<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let start = text.find(LIST)? + LIST.len();
        // Of all characters that could be looked for this one is among the seldom.
        let mut brackets = text[start..].match_indices(']');
        let bracket = brackets
            .find(|(at, _)| text[..start + at].ends_with("\n  "))?
            .0;
        let list = text[start..start + bracket].strip_suffix("\n  ")?;
        let is_list = list.starts_with(FIRST_LINE) && list.ends_with(LAST_LINE);
        is_list.then(|| Self {
            head: &text[..start],
            list,
            tail: &text[start + list.len()..],
        })
    }

    /// Returns where an interaction after the last one would begin.
    const fn end(&self) -> usize {
        self.list.len() + BETWEEN.len()
    }

    /// Returns the interactions from one beginning up to another.
    fn between(&self, start: usize, end: usize) -> &'a str {
        if start == end {
            return "";
        }
        &self.list[start..end - BETWEEN.len()]
    }

    /// Returns where the first interaction begins whose description is as asked for, as those of all
    /// after it are.
    fn first(&self, is_asked_for: impl Fn(&str) -> bool) -> Option<usize> {
        let (mut low, mut high) = (0, self.end());
        while low < high {
            let start = self.start_before(low, low.midpoint(high));
            let length = self.list[start..].find(LAST_LINE)? + LAST_LINE.len();
            if is_asked_for(&description_of(&self.list[start..start + length])?) {
                high = start;
            } else {
                low = start + length + BETWEEN.len();
            }
        }
        Some(low)
    }

    /// Returns the last beginning of an interaction from `low` to `at`; one begins at `low`.
    fn start_before(&self, low: usize, at: usize) -> usize {
        let end = self.list.len().min(at + FIRST_LINE.len());
        let ahead = &self.list[low..self.list.floor_char_boundary(end)];
        ahead
            .rfind(BEGINNING)
            .map_or(low, |line_end| low + line_end + 1)
    }
}

fn description_of(interaction: &str) -> Option<Cow<'_, str>> {
    let (_, value) = interaction.split_once(DESCRIPTION)?;
    let value = value.lines().next()?.trim_end_matches(',');
    match Json::parse(value.as_bytes()) {
        Ok(Json::String(description)) => Some(description),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use pact_core::format;
    use pact_core::merge;
    use pact_core::model::{Interaction, InteractionKind, ProviderState};

    use super::*;

    fn contract(interactions: impl IntoIterator<Item = Interaction>) -> Pact {
        let mut pact = Pact::new("web", "api");
        pact.interactions.extend(interactions);
        pact
    }

    fn interaction(description: &str, status: u16) -> Interaction {
        let mut interaction = Interaction::new(description, InteractionKind::Http(Box::default()));
        if let InteractionKind::Http(exchange) = &mut interaction.kind {
            exchange.response.status = status;
        }
        interaction
    }

    fn add(text: &str, pact: &Pact) -> String {
        let existing = format::read(text.as_bytes()).unwrap().pact;
        format::write(&merge::update(existing, pact.clone()).unwrap()).unwrap()
    }

    /// Returns the text and how much of it was read.
    fn spliced(text: &str, pact: &Pact) -> Option<(String, usize)> {
        let mut read = 0;
        let spliced = splice(text, pact, |part| {
            read = part.len();
            Some(add(part, pact))
        });
        spliced.map(|spliced| (spliced, read))
    }

    /// Descriptions that are no plain text in JSON, sort oddly, or look like the file itself.
    const DESCRIPTIONS: [&str; 14] = [
        "",
        "a",
        "a b",
        "a\"b",
        "a\\",
        "a\nb",
        "a\u{1}",
        "],",
        "}\n    },\n    {\n",
        "\"description\": \"a\"",
        "\u{e9}t\u{e9}",
        "\u{6f22}\u{5b57}",
        "\u{1f4a9}",
        "z,",
    ];

    #[test]
    fn a_part_that_is_added_to_makes_the_same_text_as_the_whole() {
        let mut state = 7_u64;
        let mut draw = |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % below
        };
        for _ in 0..300 {
            let mut text = add(
                &format::write(&contract([])).unwrap(),
                &contract([interaction("a", 200)]),
            );
            for _ in 0..6 {
                let count = draw(4) + 1;
                let new = contract((0..count).map(|_| {
                    let description = DESCRIPTIONS[draw(DESCRIPTIONS.len())];
                    let mut new = interaction(description, 200 + u16::try_from(draw(3)).unwrap());
                    let state = ProviderState {
                        name: "is there".to_owned(),
                        ..ProviderState::default()
                    };
                    new.provider_states
                        .extend((0..draw(3)).map(|_| state.clone()));
                    if draw(2) == 0 {
                        new.comments.insert("description", "a");
                        new.comments.insert("interactions", "[\n    {\n");
                    }
                    new
                }));
                let whole = add(&text, &new);
                let (spliced, _) = spliced(&text, &new).unwrap();
                assert_eq!(spliced, whole, "{new:?}\nto {text}");
                text = whole;
            }
        }
    }

    #[test]
    fn most_of_a_large_file_is_not_read() {
        let many = (0..2_000).map(|number| interaction(&format!("{number:04}"), 200));
        let text = format::write(&contract(many)).unwrap();
        for description in ["0000", "1000", "1999", "2", ""] {
            let new = contract([interaction(description, 404)]);
            let (spliced, read) = spliced(&text, &new).unwrap();
            assert!(read < 1_000, "{read} bytes for {description}");
            assert!(spliced == add(&text, &new), "{description}");
        }
    }

    #[test]
    fn what_stands_beside_the_interactions_is_kept() {
        let mut pact = contract([interaction("a", 200), interaction("b", 200)]);
        let list = Json::parse(b"[{\"interactions\": [{\"description\": \"z\"}]}]").unwrap();
        for name in ["aa", "interactionz", "zz"] {
            pact.extra.insert(name, list.clone());
        }
        pact.metadata.insert("interactions", list);
        let text = format::write(&pact).unwrap();
        for description in ["0", "a", "ab", "b", "c"] {
            let new = contract([interaction(description, 404)]);
            let (spliced, _) = spliced(&text, &new).unwrap();
            assert_eq!(spliced, add(&text, &new));
        }
    }

    #[test]
    fn what_a_key_or_an_older_version_may_concern_is_all_of_the_file() {
        let text = format::write(&contract([interaction("a", 200)])).unwrap();
        let mut keyed = contract([interaction("b", 200)]);
        keyed.interactions[0].key = Some("k".to_owned());
        let older = Pact {
            spec_version: SpecVersion::V3,
            ..contract([interaction("b", 200)])
        };
        assert!(
            [keyed, older]
                .iter()
                .all(|pact| spliced(&text, pact).is_none())
        );
        assert!(spliced("{\"interactions\": []}", &contract([])).is_none());
    }
}
