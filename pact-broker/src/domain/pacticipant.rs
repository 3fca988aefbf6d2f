//! Applications: what is known of them, and which names look like one application twice.

use crate::domain::text::{BranchName, LabelName, PacticipantId, PacticipantName, VersionNumber};
use crate::domain::time::Timestamp;

/// An application that consumes or provides.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Pacticipant {
    /// Its key.
    pub id: PacticipantId,
    /// Its unique name.
    pub name: PacticipantName,
    /// The name for people.
    pub display_name: String,
    /// Where its source is.
    pub repository_url: Option<String>,
    /// The name of its repository.
    pub repository_name: Option<String>,
    /// The owner of its repository.
    pub repository_namespace: Option<String>,
    /// The branch that is developed and released from.
    pub main_branch: Option<BranchName>,
    /// When it was first mentioned.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A pacticipant with what its HAL document embeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PacticipantDetail {
    /// The pacticipant.
    pub pacticipant: Pacticipant,
    /// Its labels by name.
    pub labels: Vec<LabelName>,
    /// Its newest version by order of appearance.
    pub latest_version: Option<VersionNumber>,
}

/// A label on a pacticipant.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Label {
    /// Its name.
    pub name: LabelName,
    /// When it was put on.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What a partial update does with one attribute.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Change<T> {
    /// The request does not mention it.
    #[default]
    Keep,
    /// The request gives it, or clears it.
    Set(Option<T>),
}

impl<T> Change<T> {
    /// The value after the change, given the one before.
    pub fn apply(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Keep => before,
            Self::Set(value) => value,
        }
    }
}

/// The attributes of a pacticipant that a request may change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PacticipantChange {
    /// The name for people; cleared, it is derived from the name.
    pub display_name: Change<String>,
    /// Where its source is.
    pub repository_url: Change<String>,
    /// The name of its repository.
    pub repository_name: Change<String>,
    /// The owner of its repository.
    pub repository_namespace: Change<String>,
    /// The branch that is developed and released from.
    pub main_branch: Change<BranchName>,
}

/// Returns the name for people that is shown when none was given: camel case and separators
/// become spaces, words begin with a capital.
pub fn display_name(name: &str) -> String {
    words(name)
        .into_iter()
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_uppercase().chain(letters).collect::<String>())
                .unwrap_or_default()
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Returns the existing names that are probably meant by `new`: equal once separators, case,
/// plural endings and the words "api", "provider" and "service" are set aside.
///
/// A name that exists already duplicates nothing.
pub fn potential_duplicates<'a>(
    new: &PacticipantName,
    existing: &'a [PacticipantName],
) -> Vec<&'a PacticipantName> {
    if existing.contains(new) {
        return Vec::new();
    }
    let core = core_words(new.as_str());
    existing
        .iter()
        .filter(|name| core_words(name.as_str()) == core)
        .collect()
}

fn core_words(name: &str) -> Vec<String> {
    words(&name.replace("::", "/"))
        .into_iter()
        .map(|word| word.to_lowercase())
        .map(|word| word.strip_suffix('s').map(str::to_owned).unwrap_or(word))
        .filter(|word| !matches!(word.as_str(), "api" | "provider" | "service"))
        .collect()
}

/// Splits at separators and where a lower-case letter or digit meets a capital, and before the
/// last capital of a run ("`HTTPServer`" is "HTTP" and "Server").
fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (at, &letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(at + 1);
        let in_number = before.is_some_and(|before| before.is_ascii_digit())
            && after.is_some_and(char::is_ascii_digit);
        let separates =
            letter.is_whitespace() || matches!(letter, '-' | '_') || (letter == '.' && !in_number);
        if separates {
            words.push(String::new());
            continue;
        }
        let starts = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_uppercase() && after.is_some_and(|after| after.is_lowercase()))
            });
        if starts {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(letter);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_names_read_like_words() {
        for (name, expected) in [
            ("order-web", "Order Web"),
            ("orderWeb", "Order Web"),
            ("HTTPServer_v2.api", "HTTP Server V2 Api"),
            ("UPPER-case_1.2", "UPPER Case 1.2"),
            ("Foo", "Foo"),
            ("über app", "Über App"),
        ] {
            assert_eq!(display_name(name), expected, "{name}");
        }
    }

    #[test]
    fn near_names_are_potential_duplicates() {
        let name = |text: &str| PacticipantName::parse(text).unwrap();
        let existing = [name("Bar"), name("Foo"), name("Order Web")];
        for (new, expected) in [
            ("Bars", vec!["Bar"]),
            ("bar", vec!["Bar"]),
            ("Foo Service", vec!["Foo"]),
            ("orderWeb", vec!["Order Web"]),
            ("order-web-api", vec!["Order Web"]),
            ("Bar", vec![]),
            ("Baz", vec![]),
        ] {
            let found: Vec<_> = potential_duplicates(&name(new), &existing)
                .into_iter()
                .map(PacticipantName::as_str)
                .collect();
            assert_eq!(found, expected, "{new}");
        }
    }
}
