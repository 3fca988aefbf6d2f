//! The keys by which clients name an interaction: `_id`s that brokers put into contracts.

use crate::domain::content::{ARRAYS, compact, hex_sha};
use crate::domain::json::{Json, Members, elements, write_string};

/// Returns the text with an `_id` first in every interaction and message that has none: the SHA-1
/// of the interaction with its keys sorted. Nothing else of the text changes but whitespace.
///
/// The members given come last, each in place of one of its name; a text that is no object stays
/// without them.
pub fn with_interaction_ids(text: &str, more: &[(&str, String)]) -> String {
    let Ok(Some(members)) = Members::read(text) else {
        return text.to_owned();
    };
    let mut out = String::with_capacity(text.len() + text.len() / 8 + 4096);
    out.push('{');
    for (name, value) in members.iter() {
        if more.iter().any(|(other, _)| *other == name) {
            continue;
        }
        open(name, &mut out);
        match elements(value).filter(|_| ARRAYS.contains(&name)) {
            Some(elements) => write_with_ids(&elements, &mut out),
            None => write_part(value, 1, &mut out),
        }
    }
    for (name, value) in more {
        open(name, &mut out);
        out.push_str(value);
    }
    out.push('}');
    out
}

fn open(name: &str, out: &mut String) {
    if out.len() > 1 {
        out.push(',');
    }
    write_string(name, out);
    out.push(':');
}

/// Writes a stored text, which was checked when it came, without its whitespace.
fn write_part(text: &str, depth: usize, out: &mut String) {
    match Json::read_part(text, depth) {
        Ok(json) => json.write(out),
        Err(_) => out.push_str(text),
    }
}

fn write_with_ids(elements: &[&str], out: &mut String) {
    out.push('[');
    for (at, element) in elements.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        match Json::read_part(element, 2) {
            Ok(mut json) => {
                add_id(&mut json);
                json.write(out);
            }
            Err(_) => out.push_str(element),
        }
    }
    out.push(']');
}

fn add_id(interaction: &mut Json<'_>) {
    let mut sorted = interaction.clone();
    sorted.sort_keys();
    if let Json::Object(members) = interaction
        && members.iter().all(|(name, _)| name != "_id")
    {
        let id = hex_sha(&[&compact(&sorted)]).to_string();
        members.insert(0, ("_id".into(), Json::String(id.into())));
    }
}

/// Takes the `_id`s out again that [`with_interaction_ids`] puts into a text; others stay.
pub(crate) fn without_interaction_ids(text: &str) -> String {
    let Ok(mut json) = Json::read(text) else {
        return text.to_owned();
    };
    if let Json::Object(members) = &mut json {
        for (name, value) in members {
            if let (true, Json::Array(elements)) = (ARRAYS.contains(&&**name), value) {
                elements.iter_mut().for_each(remove_id);
            }
        }
    }
    let mut out = String::with_capacity(text.len());
    json.write(&mut out);
    out
}

fn remove_id(interaction: &mut Json<'_>) {
    let Json::Object(members) = interaction else {
        return;
    };
    let Some(("_id", Json::String(id))) = members.first().map(|(name, id)| (&**name, id)) else {
        return;
    };
    let id = id.clone();
    let shown = members.remove(0);
    let mut sorted = interaction.clone();
    sorted.sort_keys();
    if hex_sha(&[&compact(&sorted)]).as_str() != id
        && let Json::Object(members) = interaction
    {
        members.insert(0, shown);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interactions_get_an_id_first_and_keep_their_text() {
        let text =
            r#"{"c": [1], "interactions": [{"b": 1.0, "a": 1}, {"_id": "x"}], "messages": null}"#;
        let more = [("c", "2".to_owned()), ("d", "{}".to_owned())];
        let shown = with_interaction_ids(text, &more);
        let id = hex_sha(&[r#"{"a":1,"b":1.0}"#]);
        assert_eq!(
            shown,
            format!(
                r#"{{"interactions":[{{"_id":"{id}","b":1.0,"a":1}},{{"_id":"x"}}],"messages":null,"c":2,"d":{{}}}}"#
            )
        );
        assert_eq!(with_interaction_ids("[1, 2]", &more), "[1, 2]");
    }

    #[test]
    fn ids_that_were_put_in_are_taken_out_and_no_others() {
        let text = r#"{"interactions":[{"b":1.0,"a":1},{"_id":"own"}],"messages":[{}],"x":[{}]}"#;
        let shown = with_interaction_ids(text, &[]);
        assert_ne!(shown, text);
        assert_eq!(without_interaction_ids(&shown), text);
        assert_eq!(without_interaction_ids(text), text);
    }
}
