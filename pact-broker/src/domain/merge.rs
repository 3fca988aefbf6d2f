//! Adding the interactions of one contract to another.

use crate::domain::json::{Json, JsonError};

/// Why two contracts cannot be merged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// One of them is not JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// One of them has no interactions.
    #[error("cannot merge a contract that has no `interactions`")]
    NoInteractions,
    /// Both have an interaction of the same description and states, with different requests.
    #[error("cannot merge: `{description}` is in both contracts with different requests")]
    RequestsDiffer {
        /// The description of the interaction.
        description: String,
    },
}

/// What happens to an interaction that both contracts have with different requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DifferentRequests {
    /// The contracts cannot be merged.
    Conflict,
    /// The added one takes its place.
    Replace,
}

/// Merges the interactions of `added` into `base`: those of the same description and states take
/// the place of what stands, others come after it. Everything else is that of `base`.
///
/// # Errors
/// When one of them has no interactions, or requests differ and that is a conflict.
pub fn merge(base: &str, added: &str, different: DifferentRequests) -> Result<String, MergeError> {
    let mut base = Json::read(base)?;
    let added = Json::read(added)?;
    let Some(Json::Array(added)) = added.get("interactions") else {
        return Err(MergeError::NoInteractions);
    };
    let Some(interactions) = interactions_of(&mut base) else {
        return Err(MergeError::NoInteractions);
    };
    for interaction in added {
        let same = interactions
            .iter_mut()
            .find(|one| identity(one) == identity(interaction));
        match same {
            Some(standing) => {
                if different == DifferentRequests::Conflict
                    && request(standing) != request(interaction)
                {
                    let description = interaction.get("description").and_then(Json::as_str);
                    let description = description.unwrap_or_default().to_owned();
                    return Err(MergeError::RequestsDiffer { description });
                }
                *standing = interaction.clone();
            }
            None => interactions.push(interaction.clone()),
        }
    }
    let mut out = String::new();
    base.write(&mut out);
    Ok(out)
}

fn interactions_of<'a, 'b>(json: &'a mut Json<'b>) -> Option<&'a mut Vec<Json<'b>>> {
    let Json::Object(members) = json else {
        return None;
    };
    members
        .iter_mut()
        .rev()
        .find_map(|(name, value)| match value {
            Json::Array(elements) if name == "interactions" => Some(elements),
            _ => None,
        })
}

fn identity(interaction: &Json<'_>) -> String {
    let states = ["provider_state", "providerState", "providerStates"]
        .into_iter()
        .find_map(|name| interaction.get(name).filter(|value| **value != Json::Null));
    let parts = [interaction.get("description"), states];
    canonical(&Json::Array(
        parts
            .into_iter()
            .map(|part| part.cloned().unwrap_or(Json::Null))
            .collect(),
    ))
}

fn request(interaction: &Json<'_>) -> Vec<String> {
    let request = interaction.get("request");
    ["method", "path", "query", "body", "headers"]
        .into_iter()
        .map(|name| {
            request
                .and_then(|request| request.get(name))
                .map(canonical)
                .unwrap_or_default()
        })
        .collect()
}

fn canonical(json: &Json<'_>) -> String {
    let mut sorted = json.clone();
    sorted.sort_keys();
    let mut out = String::new();
    sorted.write(&mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = r#"{"provider":{"name":"P"},"interactions":[{"description":"a","providerState":"s","request":{"path":"/a"},"response":{"status":200}}]}"#;

    #[track_caller]
    fn merged(added: &str, different: DifferentRequests) -> String {
        merge(BASE, &format!(r#"{{"interactions":[{added}]}}"#), different).unwrap()
    }

    #[test]
    fn new_interactions_come_after_and_known_ones_take_their_place() {
        let added = r#"{"description":"a","request":{"path":"/a"}}"#;
        let both = merged(added, DifferentRequests::Conflict);
        assert!(both.ends_with(&format!(",{added}]}}")), "{both}");
        let changed = r#"{"description":"a","providerState":"s","request":{"path":"/a"},"response":{"status":201}}"#;
        let replaced = merged(changed, DifferentRequests::Conflict);
        assert_eq!(
            replaced,
            format!(r#"{{"provider":{{"name":"P"}},"interactions":[{changed}]}}"#)
        );
    }

    #[test]
    fn a_different_request_is_a_conflict_unless_it_may_replace() {
        let other =
            r#"{"interactions":[{"description":"a","providerState":"s","request":{"path":"/b"}}]}"#;
        let error = merge(BASE, other, DifferentRequests::Conflict).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot merge: `a` is in both contracts with different requests"
        );
        assert!(
            merge(BASE, other, DifferentRequests::Replace)
                .unwrap()
                .contains("/b")
        );
        assert!(merge(BASE, r#"{"messages":[]}"#, DifferentRequests::Replace).is_err());
    }
}
