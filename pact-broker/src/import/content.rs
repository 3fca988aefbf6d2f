//! A pact as another broker shows it, and what of it was published.

use crate::api::raw_object::RawObject;
use crate::domain::content::Content;
use crate::domain::interaction_ids::without_interaction_ids;
use crate::domain::json::JsonError;
use crate::domain::text::PactSha;
use crate::domain::time::Timestamp;
use crate::import::error::ImportError;
use crate::import::item::{Item, after};
use crate::store::import::NewContent;

/// What a broker shows of a pact beside its text.
pub(super) struct Shown {
    /// The key of the content there, which links and results are made of.
    pub(super) sha: PactSha,
    pub(super) created: Option<Timestamp>,
}

/// Reads what stands beside the text of a pact.
pub(super) fn shown(action: &str, text: &str) -> Result<Shown, ImportError> {
    let links = RawObject::parse(text).and_then(|object| object.get("_links").map(str::to_owned));
    let Some(links) = links else {
        // What is no object is shown as it is, without links.
        let content = Content::read(text).map_err(|error| no_json(action, &error))?;
        return Ok(Shown {
            sha: content.sha().clone(),
            created: None,
        });
    };
    let created = RawObject::parse(text)
        .and_then(|object| serde_json::from_str(object.get("createdAt")?).ok());
    let links: serde_json::Value = serde_json::from_str(&links).unwrap_or_default();
    let document = serde_json::json!({
        "_links": links, "createdAt": created.unwrap_or(serde_json::Value::Null),
    });
    let item = Item {
        json: &document,
        action,
    };
    let sha = item
        .links("pb:pact-version")
        .first()
        .and_then(|href| after(href, "pact-version"))
        .and_then(|sha| PactSha::parse(sha).ok());
    Ok(Shown {
        sha: sha.ok_or_else(|| item.wrong("/_links/pb:pact-version", "is missing"))?,
        created: item.moment("/createdAt")?,
    })
}

/// Takes off what a broker adds when it shows a pact: links, times, and keys of interactions.
pub(super) fn as_published(text: &str) -> Result<NewContent, JsonError> {
    let bare = RawObject::parse(text).map_or_else(
        || text.to_owned(),
        |object| {
            let object = object.without("_links").without("createdAt");
            object.without("updatedAt").to_string()
        },
    );
    let content = Content::read(without_interaction_ids(&bare))?;
    Ok(NewContent {
        text: content.text().to_owned(),
        interactions: content.interaction_count() as i64,
        messages: content.message_count() as i64,
    })
}

fn no_json(action: &str, error: &JsonError) -> ImportError {
    ImportError::Shape {
        action: action.to_owned(),
        what: error.told(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::interaction_ids::with_interaction_ids;

    #[test]
    fn what_a_broker_adds_is_taken_off_and_nothing_else() {
        let published = r#"{"z":1.0,"interactions":[{"description":"a","n":1e2,"a":12345678901234567890123}],"a":"é"}"#;
        let with_ids = with_interaction_ids(published, &[]);
        let shown = format!(
            r#"{},"createdAt":"2026-01-31T10:00:00+00:00","_links":{{"pb:pact-version":{{"href":"http://b/pacts/provider/P/consumer/C/pact-version/abc"}}}}}}"#,
            &with_ids[..with_ids.len() - 1]
        );
        let content = as_published(&shown).unwrap();
        assert_eq!(content.text, published);
        assert_eq!((content.interactions, content.messages), (1, 0));
        let beside = super::shown("reading", &shown).unwrap();
        assert_eq!(beside.sha.as_str(), "abc");
        assert!(beside.created.is_some());
    }

    #[test]
    fn what_is_no_object_stays_as_it_is() {
        assert_eq!(as_published("[1.0]").unwrap().text, "[1.0]");
        let beside = shown("reading", "[1.0]").unwrap();
        assert_eq!(beside.sha, *Content::read("[1.0]").unwrap().sha());
    }

    #[test]
    fn an_answer_that_is_no_pact_is_refused() {
        let refused = |text| shown("reading", text).err().unwrap().to_string();
        insta::assert_snapshot!(refused(r#"{"_links":{}}"#), @"reading: the answer is not that of a broker: `/_links/pb:pact-version` is missing");
        assert!(refused("<html>").contains("not valid JSON"));
    }
}
