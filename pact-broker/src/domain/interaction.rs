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

/// What became of one interaction between two contracts.
#[derive(Debug, Clone, PartialEq)]
pub enum InteractionChange<'a> {
    /// Only the newer contract has it.
    Added(Interaction<'a>),
    /// Both have it, with different content.
    Changed {
        /// As it was.
        older: Interaction<'a>,
        /// As it is.
        newer: Interaction<'a>,
    },
    /// Only the older contract has it.
    Removed(Interaction<'a>),
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

/// Returns a contract without its interactions and messages.
pub fn surroundings<'a>(contract: &Json<'a>) -> Json<'a> {
    match contract {
        Json::Object(members) => {
            let rest = members
                .iter()
                .filter(|(name, _)| !ARRAYS.contains(&&**name));
            Json::Object(rest.cloned().collect())
        }
        other => other.clone(),
    }
}

/// Tells what changed from one contract to another: what is gone first, then the newer contract from top to bottom.
///
/// Interactions are the same by kind, description and states, as a consumer's tests name them. The order of
/// interactions and of keys, and the keys that brokers add, say nothing.
pub fn changes<'a>(older: &Json<'a>, newer: &Json<'a>) -> Vec<InteractionChange<'a>> {
    let mut left: Vec<_> = interactions(older).into_iter().map(Some).collect();
    let mut equal = places(&left, Interaction::content);
    let mut pending = Vec::new();
    for interaction in interactions(newer) {
        match next(&mut equal, &interaction.content()) {
            Some(at) => left[at] = None,
            None => pending.push(interaction),
        }
    }
    let mut alike = places(&left, Interaction::name);
    let mut changes = Vec::new();
    for newer in pending {
        let place = next(&mut alike, &newer.name());
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

fn places<'a, K: Eq + Hash>(
    interactions: &[Option<Interaction<'a>>],
    key: fn(&Interaction<'a>) -> K,
) -> Places<K> {
    let mut places = Places::new();
    for (at, interaction) in interactions.iter().enumerate() {
        if let Some(interaction) = interaction {
            let same: &mut VecDeque<_> = places.entry(key(interaction)).or_default();
            same.push_back(at);
        }
    }
    places
}

fn next<K: Eq + Hash>(places: &mut Places<K>, key: &K) -> Option<usize> {
    places.get_mut(key)?.pop_front()
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

    /// Returns the text of all of it without the key that a broker added.
    pub fn text(&self) -> String {
        written(&self.without_id())
    }

    /// Returns what makes it the same interaction in another contract.
    fn name(&self) -> (String, Vec<UsedState>, Option<String>) {
        let kind = self.member("type");
        (self.description.clone(), self.states.clone(), kind)
    }

    /// Returns the text of all of it, alike for whatever says the same.
    fn content(&self) -> String {
        let mut json = self.without_id();
        json.sort_keys();
        written(&json)
    }

    fn without_id(&self) -> Json<'a> {
        match &self.json {
            Json::Object(members) => {
                let rest = members.iter().filter(|(name, _)| name != "_id");
                Json::Object(rest.cloned().collect())
            }
            other => other.clone(),
        }
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
        let (older, newer) = (Json::read(older).unwrap(), Json::read(newer).unwrap());
        let name = |one: &Interaction<'_>| one.description.clone();
        let tell = |change| match change {
            InteractionChange::Added(one) => format!("+{}", name(&one)),
            InteractionChange::Changed { newer, .. } => format!("~{}", name(&newer)),
            InteractionChange::Removed(one) => format!("-{}", name(&one)),
        };
        changes(&older, &newer).into_iter().map(tell).collect()
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
