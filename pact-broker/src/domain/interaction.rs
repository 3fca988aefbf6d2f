//! What a contract asks, one interaction at a time, and what changed between two contracts.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

use crate::domain::content::ARRAYS;
use crate::domain::json::{Json, Members, elements};

/// One thing a contract asks of its provider.
#[derive(Debug, Clone, PartialEq)]
pub struct Interaction<'a> {
    /// Its key, where the text has one.
    pub id: Option<String>,
    /// What it is about.
    pub description: String,
    /// The provider states it starts from.
    pub states: Vec<UsedState>,
    /// All of it, as written.
    pub json: Json<'a>,
}

/// A provider state as an interaction names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UsedState {
    /// Its name.
    pub name: String,
    /// The JSON text of its parameters by name, where it has some.
    pub params: Option<String>,
}

/// One of the interactions that a contract lists: what it is about, and where its text stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed<'a> {
    /// What makes it the same interaction in another contract.
    name: Name,
    text: &'a str,
}

/// The description, the states and the kind.
type Name = (String, Vec<UsedState>, Option<String>);

/// What became of one interaction between two contracts.
#[derive(Debug, Clone, PartialEq)]
pub enum InteractionChange<'a> {
    /// Only the newer contract has it.
    Added(Listed<'a>),
    /// Both have it, with different content.
    Changed {
        /// As it was.
        older: Listed<'a>,
        /// As it is.
        newer: Listed<'a>,
    },
    /// Only the older contract has it.
    Removed(Listed<'a>),
}

/// Returns the interactions and messages of a contract, in their order.
pub fn interactions<'a>(contract: &Json<'a>) -> Vec<Interaction<'a>> {
    let lists = ARRAYS
        .iter()
        .filter_map(|list| contract.get(list)?.as_array());
    lists.flatten().cloned().map(Interaction::of).collect()
}

/// Returns the text of each interaction and message of a contract, in their order, without making a tree
/// of any; none where the contract is not of that form.
pub fn texts(contract: &str) -> Vec<&str> {
    let Ok(Some(members)) = Members::read(contract) else {
        return Vec::new();
    };
    let lists = ARRAYS
        .iter()
        .filter_map(|list| elements(members.get(list)?));
    lists.flatten().collect()
}

/// Returns what a contract says besides its interactions and messages, its keys sorted; the whole
/// of it where it is no object.
pub fn surroundings(contract: &str) -> String {
    let Ok(Some(members)) = Members::read(contract) else {
        return contract.to_owned();
    };
    let rest = members.iter().filter(|(name, _)| !ARRAYS.contains(name));
    let rest = rest.filter_map(|(name, text)| Some((name.into(), Json::read(text).ok()?)));
    let mut rest = Json::Object(rest.collect());
    rest.sort_keys();
    written(&rest)
}

/// Tells what changed from one contract to another: what is gone first, then the newer contract from top to bottom.
///
/// Interactions are the same by kind, description and states, as a consumer's tests name them. The order of
/// interactions and of keys, and the keys that brokers add, say nothing. Contracts may be large, so no tree
/// is made of more than one interaction at a time.
pub fn changes<'a>(older: &'a str, newer: &'a str) -> Vec<InteractionChange<'a>> {
    let (mut left, mut equal) = (Vec::new(), Places::new());
    for text in texts(older) {
        let (listed, content) = Listed::read(text);
        note(&mut equal, content, left.len());
        left.push(Some(listed));
    }
    let mut pending = Vec::new();
    for text in texts(newer) {
        let (listed, content) = Listed::read(text);
        match next(&mut equal, &content) {
            Some(at) => left[at] = None,
            None => pending.push(listed),
        }
    }
    let mut alike = Places::new();
    for (at, listed) in left.iter().enumerate() {
        if let Some(listed) = listed {
            note(&mut alike, listed.name.clone(), at);
        }
    }
    let mut changes = Vec::new();
    for newer in pending {
        let place = next(&mut alike, &newer.name);
        changes.push(match place.and_then(|at| left[at].take()) {
            Some(older) => InteractionChange::Changed { older, newer },
            None => InteractionChange::Added(newer),
        });
    }
    let removed = left.into_iter().flatten().map(InteractionChange::Removed);
    removed.chain(changes).collect()
}

/// Where interactions stand, by what is equal of them.
type Places<K> = HashMap<K, VecDeque<usize>>;

fn note<K: Eq + Hash>(places: &mut Places<K>, key: K, at: usize) {
    places.entry(key).or_default().push_back(at);
}

fn next<K: Eq + Hash>(places: &mut Places<K>, key: &K) -> Option<usize> {
    places.get_mut(key)?.pop_front()
}

impl<'a> Listed<'a> {
    /// Reads an interaction; returns its text, too, alike for whatever says the same.
    fn read(text: &'a str) -> (Self, String) {
        let one = Interaction::of(Json::read(text).unwrap_or(Json::Null));
        let kind = one.member("type");
        let mut json = without_id(one.json);
        json.sort_keys();
        let name = (one.description, one.states, kind);
        (Self { name, text }, written(&json))
    }

    /// Returns what it is about.
    pub fn description(&self) -> &str {
        &self.name.0
    }

    /// Returns the provider states it starts from.
    pub fn states(&self) -> &[UsedState] {
        &self.name.1
    }

    /// Returns the text of all of it without the key that a broker added.
    pub fn text(&self) -> String {
        match Json::read(self.text) {
            Ok(json) => written(&without_id(json)),
            Err(_) => self.text.to_owned(),
        }
    }
}

fn without_id(json: Json<'_>) -> Json<'_> {
    match json {
        Json::Object(mut members) => {
            members.retain(|(name, _)| name != "_id");
            Json::Object(members)
        }
        other => other,
    }
}

impl<'a> Interaction<'a> {
    pub(crate) fn of(json: Json<'a>) -> Self {
        let text = |key: &str| json.get(key).and_then(Json::as_str).map(str::to_owned);
        let listed = json.get("providerStates").and_then(Json::as_array);
        let old = text("providerState").or_else(|| text("provider_state"));
        let old = old.map(|name| UsedState { name, params: None });
        let states = listed.into_iter().flatten().filter_map(UsedState::of);
        Self {
            id: text("_id"),
            description: text("description")
                .unwrap_or_else(|| "an interaction without description".to_owned()),
            states: old.into_iter().chain(states).collect(),
            json,
        }
    }

    /// Returns the text of a member, as written but for whitespace.
    pub fn member(&self, name: &str) -> Option<String> {
        self.json.get(name).map(written)
    }
}

impl UsedState {
    fn of(state: &Json<'_>) -> Option<Self> {
        let params = state.get("params");
        let params =
            params.filter(|params| matches!(params, Json::Object(members) if !members.is_empty()));
        let params = params.map(|params| {
            let mut sorted = params.clone();
            sorted.sort_keys();
            written(&sorted)
        });
        Some(Self {
            name: state.get("name")?.as_str()?.to_owned(),
            params,
        })
    }
}

/// Returns JSON as text.
pub fn written(json: &Json<'_>) -> String {
    let mut text = String::new();
    json.write(&mut text);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(older: &str, newer: &str) -> Vec<String> {
        let name = |one: &Listed<'_>| one.description().to_owned();
        let tell = |change| match change {
            InteractionChange::Added(one) => format!("+{}", name(&one)),
            InteractionChange::Changed { newer, .. } => format!("~{}", name(&newer)),
            InteractionChange::Removed(one) => format!("-{}", name(&one)),
        };
        changes(older, newer).into_iter().map(tell).collect()
    }

    #[test]
    fn an_interaction_is_the_same_by_its_description_and_states() {
        let older = r#"{"interactions":[
            {"_id":"1","description":"a","request":{"path":"/a","method":"GET"}},
            {"description":"b","response":{"status":200}},
            {"description":"c","providerState":"x"}]}"#;
        let newer = r#"{"interactions":[
            {"description":"c","providerStates":[{"name":"y"}]},
            {"description":"b","response":{"status":201}},
            {"description":"a","request":{"method":"GET","path":"/a"}}]}"#;
        assert_eq!(told(older, newer), ["-c", "+c", "~b"]);
        assert_eq!(told(older, older), Vec::<String>::new());
    }

    #[test]
    fn of_several_of_one_name_the_equal_ones_are_paired_first() {
        let older = r#"{"messages":[{"description":"a","n":1},{"description":"a","n":2}]}"#;
        let newer = r#"{"messages":[{"description":"a","n":2},{"description":"a","n":3}]}"#;
        assert_eq!(told(older, newer), ["~a"]);
        let more = r#"{"messages":[{"description":"a","n":3},{"description":"a","n":4},{"description":"a","n":5},{"description":"a","n":1}]}"#;
        assert_eq!(told(older, more), ["~a", "+a", "+a"]);
    }

    #[test]
    fn what_stands_beside_the_interactions_is_sorted() {
        let contract = r#"{"b":{"d":1.0,"c":2},"interactions":[{}],"a":0,"messages":[]}"#;
        assert_eq!(surroundings(contract), r#"{"a":0,"b":{"c":2,"d":1.0}}"#);
        assert_eq!(surroundings("[1, 2]"), "[1, 2]");
    }

    #[test]
    fn states_of_all_formats_are_read_with_their_parameters() {
        let json = Json::read(
            r#"{"interactions":[{"providerStates":[{"name":"s","params":{"id":1.0}},{"name":"t","params":{}}]},{"provider_state":"u"},7]}"#,
        )
        .unwrap();
        let states: Vec<_> = interactions(&json)
            .into_iter()
            .flat_map(|one| one.states)
            .map(|state| (state.name, state.params))
            .collect();
        let state = |name: &str, params: Option<&str>| (name.to_owned(), params.map(str::to_owned));
        assert_eq!(
            states,
            [
                state("s", Some(r#"{"id":1.0}"#)),
                state("t", None),
                state("u", None)
            ]
        );
    }
}
