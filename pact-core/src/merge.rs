//! Interactions of one contract put together from several pacts.
//!
//! Interactions are the same when their keys are, or, where one of them has no key, when kind,
//! description and provider states are. The result is sorted, so that the order of the tests that
//! wrote the parts does not show.

use std::fmt;

use crate::diff::{Change, ChangeKind, Side, diff_interactions};
use crate::identity::IdentityIndex;
use crate::json::{Json, Object};
use crate::model::{Interaction, Pact};

/// Two pacts cannot be put together.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Conflict {
    /// Both describe an interaction and mean different requests.
    #[error("{}", listed(interactions))]
    Interactions {
        /// The interactions; never empty.
        interactions: Vec<InteractionConflict>,
    },
    /// They are contracts between different applications.
    #[error(
        "a pact between `{}` and `{}` cannot be merged into one between `{}` and `{}`",
        with.0, with.1, into.0, into.1
    )]
    Participants {
        /// Consumer and provider of the pact that was there.
        into: (String, String),
        /// Consumer and provider of the pact that was to be added.
        with: (String, String),
    },
}

/// An interaction that two pacts describe with different requests.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct InteractionConflict {
    /// The interaction in words.
    pub interaction: String,
    /// What differs, from the pact that was there to the one that was to be added; never empty.
    pub differences: Vec<Change>,
}

impl Conflict {
    /// Returns what can be done about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Interactions { .. } => {
                Some("give one of the two another description or another provider state".to_owned())
            }
            Self::Participants { .. } => None,
        }
    }
}

impl fmt::Display for InteractionConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} is described twice with different requests",
            self.interaction
        )?;
        for (index, difference) in self.differences.iter().enumerate() {
            write!(f, "{} {difference}", if index == 0 { ":" } else { ";" })?;
        }
        Ok(())
    }
}

/// Adds the interactions of `with` to `into`, as parts of one contract.
///
/// An interaction that both have is taken from `with`. Merging a pact twice changes nothing, and
/// the order in which parts are merged does not show.
///
/// # Errors
///
/// Refuses pacts between different applications, and interactions that both have with different
/// requests: one of the two would be lost. Examples under the same rules may differ.
pub fn merge(into: Pact, with: Pact) -> Result<Pact, Conflict> {
    combine(into, with, parts)
}

/// Adds the interactions of `with` to `into`, as a newer state of the contract.
///
/// An interaction that both have is taken from `with`, whatever it was before.
///
/// # Errors
///
/// Refuses pacts between different applications.
pub fn update(into: Pact, with: Pact) -> Result<Pact, Conflict> {
    combine(into, with, |_, _| None)
}

/// Puts the interactions of a pact into the order in which [`merge`] leaves them: by description,
/// then by provider states and kind.
pub fn sort(pact: &mut Pact) {
    let interactions = std::mem::take(&mut pact.interactions);
    let identified = interactions
        .into_iter()
        .map(|interaction| (interaction.identity(), interaction));
    pact.interactions = sorted(identified.collect());
}

/// Sorts interactions, each of which comes with its identity.
fn sorted(mut interactions: Vec<(String, Interaction)>) -> Vec<Interaction> {
    interactions.sort_by(|(left_identity, left), (right_identity, right)| {
        let by_description = left.description.cmp(&right.description);
        by_description
            .then_with(|| left_identity.cmp(right_identity))
            .then_with(|| left.key.cmp(&right.key))
    });
    interactions
        .into_iter()
        .map(|(_, interaction)| interaction)
        .collect()
}

fn combine(
    mut into: Pact,
    with: Pact,
    conflict: fn(&Interaction, &mut Interaction) -> Option<InteractionConflict>,
) -> Result<Pact, Conflict> {
    if into.consumer != with.consumer || into.provider != with.provider {
        return Err(Conflict::Participants {
            into: (into.consumer, into.provider),
            with: (with.consumer, with.provider),
        });
    }
    let mut index = IdentityIndex::default();
    let mut conflicts = Vec::new();
    let mut combined: Vec<(String, Interaction)> = Vec::new();
    // What stands twice in one of the pacts is put together too: other tools leave such files.
    for mut interaction in into.interactions.into_iter().chain(with.interactions) {
        let identity = interaction.identity();
        match index.find(&interaction, &identity) {
            Some(at) => {
                let (_, known) = &mut combined[at];
                conflicts.extend(conflict(known, &mut interaction));
                if known.key.is_none() {
                    index.give_key(&interaction, &identity, at);
                }
                interaction.key = interaction.key.or_else(|| known.key.take());
                combined[at] = (identity, interaction);
            }
            None => {
                index.insert(&interaction, identity.clone(), combined.len());
                combined.push((identity, interaction));
            }
        }
    }
    if !conflicts.is_empty() {
        return Err(Conflict::Interactions {
            interactions: conflicts,
        });
    }
    into.spec_version = into.spec_version.max(with.spec_version);
    merge_objects(&mut into.metadata, with.metadata);
    merge_objects(&mut into.extra, with.extra);
    into.interactions = sorted(combined);
    Ok(into)
}

/// Puts two descriptions of one interaction by parts of one contract together.
fn parts(known: &Interaction, new: &mut Interaction) -> Option<InteractionConflict> {
    // Of two tests that say the same, the first by name is named, whichever ran last.
    let name_of = |comments: &Object<'_>| {
        let name = comments.get("testname").and_then(Json::as_str);
        name.map(str::to_owned)
    };
    if let (Some(known), Some(named)) = (name_of(&known.comments), name_of(&new.comments))
        && known < named
    {
        new.comments.insert("testname", known);
    }
    request_conflict(known, new)
}

fn request_conflict(known: &Interaction, new: &Interaction) -> Option<InteractionConflict> {
    let differences: Vec<_> = diff_interactions(known, new)
        .into_iter()
        .filter(|change| change.side == Side::Request)
        .filter(|change| !matches!(change.kind, ChangeKind::Example { .. }))
        .collect();
    (!differences.is_empty()).then(|| InteractionConflict {
        interaction: new.title(),
        differences,
    })
}

/// Merges member by member; where both have a value that is no object, the newer one stands.
fn merge_objects(into: &mut Object<'static>, with: Object<'static>) {
    for (name, value) in with {
        match (into.get_mut(&name), value) {
            (Some(Json::Object(known)), Json::Object(new)) => merge_objects(known, new),
            (Some(Json::Array(known)), Json::Array(new)) if name == "plugins" => {
                merge_plugins(known, new);
            }
            (Some(known), new) => *known = new,
            (None, new) => {
                into.insert(name, new);
            }
        }
    }
    into.sort_names();
}

/// Merges the configuration of plugins of the same name and version.
fn merge_plugins(known: &mut Vec<Json<'static>>, new: Vec<Json<'static>>) {
    for plugin in new {
        let twin = known.iter_mut().find(|known| {
            known.get("name") == plugin.get("name") && known.get("version") == plugin.get("version")
        });
        match (twin, plugin) {
            (Some(Json::Object(known)), Json::Object(new)) => merge_objects(known, new),
            (Some(_), _) => {}
            (None, plugin) => known.push(plugin),
        }
    }
    known.sort_by_cached_key(Json::to_compact);
}

fn listed(conflicts: &[InteractionConflict]) -> String {
    let texts: Vec<_> = conflicts.iter().map(ToString::to_string).collect();
    texts.join("\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::format;

    #[track_caller]
    fn pact(version: &str, members: &str) -> Pact {
        let text = format!(
            r#"{{"consumer":{{"name":"web"}},"provider":{{"name":"shop"}},{members},"metadata":{{"pactSpecification":{{"version":"{version}"}},"tool-{version}":{{"version":"{version}"}}}}}}"#
        );
        format::read(text.as_bytes()).unwrap().pact
    }

    /// Returns an interaction of a description, a state and a request.
    fn http(description: &str, state: &str, request: &str) -> String {
        format!(
            r#"{{"type":"Synchronous/HTTP","description":"{description}","providerStates":[{{"name":"s","params":{{"n":{state}}}}}],"request":{request},"response":{{}}}}"#
        )
    }

    fn v4(interactions: &[String]) -> Pact {
        pact(
            "4.0",
            &format!(r#""interactions":[{}]"#, interactions.join(",")),
        )
    }

    fn text(pact: &Pact) -> String {
        format::write(pact).unwrap()
    }

    #[test]
    fn parts_give_one_contract_in_whatever_order() {
        let parts = [
            v4(&[http("z", "1", "{}"), http("a", "1", "{}")]),
            v4(&[http("a", "2", r#"{"path":"/2"}"#)]),
            v4(&[http("m", "1", "{}"), http("z", "1", "{}")]),
        ];
        let merged = |order: [usize; 3]| {
            let mut parts = order.map(|at| parts[at].clone()).into_iter();
            let first = parts.next().unwrap();
            parts.fold(first, |all, part| merge(all, part).unwrap())
        };
        let all = merged([0, 1, 2]);
        let titles: Vec<_> = all
            .interactions
            .iter()
            .map(|found| found.description.as_str())
            .collect();
        assert_eq!(titles, ["a", "a", "m", "z"]);
        for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            assert_eq!(text(&merged(order)), text(&all));
        }
        assert_eq!(text(&merge(all.clone(), all.clone()).unwrap()), text(&all));
    }

    #[test]
    fn a_conflict_names_the_interaction_and_every_field() {
        let one = v4(&[http(
            "an order",
            "1",
            r#"{"method":"GET","path":"/a","query":{"q":["1"]}}"#,
        )]);
        let two = v4(&[http("an order", "1", r#"{"method":"PUT","path":"/b"}"#)]);
        let conflict = merge(one.clone(), two.clone()).unwrap_err();
        insta::assert_snapshot!(conflict, @"`an order`, given `s` is described twice with different requests: request method: is `PUT`, was `GET`; request path: is `/b`, was `/a`; request query `q`: is no longer sent, was `1`");
        insta::assert_snapshot!(conflict.hint().unwrap(), @"give one of the two another description or another provider state");
        assert_eq!(
            update(one, two.clone()).unwrap().interactions,
            two.interactions
        );
    }

    #[test]
    fn examples_under_the_same_rules_may_differ() {
        let request = |path: &str| {
            format!(
                r#"{{"path":"{path}","matchingRules":{{"path":{{"matchers":[{{"match":"regex","regex":"/\\d+"}}]}}}}}}"#
            )
        };
        let (one, two) = (
            v4(&[http("d", "1", &request("/1"))]),
            v4(&[http("d", "1", &request("/2"))]),
        );
        assert_eq!(
            merge(one, two.clone()).unwrap().interactions,
            two.interactions
        );
    }

    #[test]
    fn a_key_says_which_interaction_is_meant() {
        let keyed = |key: &str, description: &str| {
            format!(
                r#"{{"type":"Synchronous/HTTP","key":"{key}","description":"{description}","request":{{}},"response":{{}}}}"#
            )
        };
        let merged = |one: String, two: String| {
            let merged = merge(v4(&[one]), v4(&[two])).unwrap();
            let found = merged.interactions.iter();
            found
                .map(|found| format!("{} {:?}", found.description, found.key))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            merged(keyed("k", "old"), keyed("k", "new")),
            [r#"new Some("k")"#]
        );
        assert_eq!(merged(keyed("k", "d"), keyed("l", "d")).len(), 2);
        let unkeyed = r#"{"type":"Synchronous/HTTP","description":"d","request":{},"response":{}}"#;
        assert_eq!(
            merged(keyed("k", "d"), unkeyed.to_owned()),
            [r#"d Some("k")"#]
        );
        let two_keys = format!("{},{}", keyed("k", "d"), keyed("l", "d"));
        assert_eq!(merged(unkeyed.to_owned(), two_keys).len(), 2);
    }

    #[test]
    fn of_two_tests_that_say_the_same_the_first_by_name_is_named() {
        let named = |name: &str| {
            let comments = format!(r#"{{"comments":{{"testname":"{name}"}}}}"#);
            let mut pact = v4(&[http("d", "1", "{}")]);
            let comments = Json::parse(comments.as_bytes()).unwrap().into_owned();
            let Some(Json::Object(comments)) = comments.get("comments").cloned() else {
                panic!("{comments:?}");
            };
            pact.interactions[0].comments = comments;
            pact
        };
        let both = merge(named("b"), named("a")).unwrap();
        assert_eq!(text(&both), text(&merge(named("a"), named("b")).unwrap()));
        assert!(text(&both).contains(r#""testname": "a""#));
        let newer = update(named("a"), named("b")).unwrap();
        assert!(text(&newer).contains(r#""testname": "b""#));
    }

    #[test]
    fn metadata_of_other_tools_and_the_newer_version_stay() {
        let old = pact("3.0.0", r#""interactions":[],"_links":{"self":1}"#);
        let merged = merge(pact("4.0", r#""interactions":[]"#), old).unwrap();
        let names: Vec<_> = merged.metadata.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["tool-3.0.0", "tool-4.0"]);
        assert_eq!(merged.spec_version.to_string(), "4.0");
        assert!(merged.extra.contains("_links"));
    }

    #[test]
    fn plugins_of_one_version_are_one() {
        let plugin = |configuration: &str| {
            let mut pact = v4(&[]);
            let text = format!(r#"[{{"name":"p","version":"1","configuration":{configuration}}}]"#);
            let plugins = Json::parse(text.as_bytes()).unwrap().into_owned();
            pact.metadata.insert("plugins", plugins);
            pact
        };
        let merged = merge(plugin(r#"{"a":[1]}"#), plugin(r#"{"a":[1],"b":2}"#)).unwrap();
        assert_eq!(
            merged.metadata.get("plugins").unwrap().to_compact(),
            r#"[{"configuration":{"a":[1],"b":2},"name":"p","version":"1"}]"#
        );
    }

    #[test]
    fn pacts_of_other_applications_are_refused() {
        let other = Pact::new("web", "billing");
        insta::assert_snapshot!(merge(v4(&[]), other).unwrap_err(), @"a pact between `web` and `billing` cannot be merged into one between `web` and `shop`");
    }

    /// Makes a pact of interactions that a number tells apart and whose request follows from it.
    fn numbered(numbers: &[u8]) -> Pact {
        let interaction = |number: &u8| {
            let description = format!("d{}", number % 4);
            let path = format!(r#"{{"path":"/{number}"}}"#);
            http(&description, &(number / 4).to_string(), &path)
        };
        v4(&numbers.iter().map(interaction).collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn merging_is_idempotent_and_blind_to_order(
            one in prop::collection::vec(0_u8..16, 0..8),
            two in prop::collection::vec(0_u8..16, 0..8),
        ) {
            let (one, two) = (numbered(&one), numbered(&two));
            let both = merge(one.clone(), two.clone()).unwrap();
            prop_assert_eq!(text(&merge(two.clone(), one).unwrap()), text(&both));
            prop_assert_eq!(text(&merge(both.clone(), two).unwrap()), text(&both));
            prop_assert_eq!(text(&merge(both.clone(), both.clone()).unwrap()), text(&both));
        }
    }
}
