//! Publishing the contracts of a version in one request.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use super::{
    diff,
    pacts::{pair_of, title},
    publish_notices::{conflict_text, duplicate_text, notices},
    versions,
};
use crate::{
    api::{
        error::{ApiError, FieldError, Segment},
        extract::{JsonObject, non_utf8},
        fields::{Fields, Need},
        hal::{Hal, named},
        urls::Urls,
    },
    domain::{
        content::Content,
        json::{JsonError, Kind},
        pact::{NewContract, OnConflict, PublishRequest},
        text::{BranchName, PacticipantName, TagName, VersionNumber},
    },
    state::AppState,
    store::StoreError,
};

/// Publishes contracts.
pub(crate) async fn publish(
    State(app): State<AppState>,
    urls: Urls,
    JsonObject(body): JsonObject,
) -> Result<Hal, ApiError> {
    let request = Arc::new(read(&app, &body)?);
    // It may be large, and is not needed while the contracts are written.
    drop(body);
    let published = match app.store().publish(Arc::clone(&request)).await {
        Ok(published) => published,
        Err(error) => return Err(refused(&app, error).await),
    };
    let notices = notices(&urls, &request, &published);
    let logs = notices.iter().map(|notice| {
        json!({ "level": notice["type"], "message": notice["text"], "deprecationWarning": "Replaced by notices" })
    });
    let (name, number) = (request.pacticipant.as_str(), request.version.as_str());
    let tags = request
        .tags
        .iter()
        .map(|tag| named("Tag", tag.as_str(), urls.tag(name, number, tag.as_str())));
    let contracts = published.contracts.iter().map(|one| {
        let pair = pair_of(&one.publication);
        named("Pact", &title(pair, number), urls.pact(pair, number))
    });
    Ok(Hal::ok(json!({
        "logs": logs.collect::<Vec<_>>(),
        "notices": notices,
        "_embedded": {
            "pacticipant": versions::brief_pacticipant(&urls, name),
            "version": versions::brief(&urls, name, number),
        },
        "_links": {
            "pb:pacticipant": named("Pacticipant", name, urls.pacticipant(name)),
            "pb:pacticipant-version": named("Pacticipant version", number, urls.version(name, number)),
            "pb:pacticipant-version-tags": tags.collect::<Vec<_>>(),
            "pb:contracts": contracts.collect::<Vec<_>>(),
        },
    })))
}

fn read(app: &AppState, body: &Map<String, Value>) -> Result<PublishRequest, ApiError> {
    let mut fields = Fields::of(body);
    let pacticipant = fields
        .line("pacticipantName", Need::Required)
        .and_then(|text| PacticipantName::parse(text).ok());
    let version = fields
        .line("pacticipantVersionNumber", Need::Required)
        .and_then(|text| VersionNumber::parse(text).ok());
    let branch = fields
        .line("branch", Need::Optional)
        .and_then(|text| BranchName::parse(text).ok());
    let tags: Vec<TagName> = fields
        .lines("tags")
        .into_iter()
        .filter_map(|text| TagName::parse(text).ok())
        .collect();
    let build_url = fields.line_or_empty("buildUrl");
    let mut contracts = Vec::new();
    let listed = fields
        .array("contracts", Need::Required)
        .map(Vec::as_slice)
        .unwrap_or_default();
    for (index, contract) in listed.iter().enumerate() {
        let place = vec![Segment::Key("contracts".to_owned()), Segment::Index(index)];
        match contract {
            Value::Object(members) => {
                let mut reading = Reading {
                    fields: Fields::inside(members, place),
                    pacticipant: pacticipant.as_ref(),
                };
                contracts.extend(reading.contract());
                fields.absorb(reading.fields.into_errors());
            }
            _ => fields.absorb(vec![FieldError::new(place, "must be an object")]),
        }
    }
    let request = pacticipant
        .zip(version)
        .map(|(pacticipant, version)| PublishRequest {
            pacticipant,
            version,
            branch,
            tags,
            build_url,
            contracts,
            policy: app.publish_policy(),
        });
    fields.finish(request)
}

/// One contract of the request, and who publishes it.
struct Reading<'a> {
    fields: Fields<'a>,
    pacticipant: Option<&'a PacticipantName>,
}

impl<'a> Reading<'a> {
    fn contract(&mut self) -> Option<NewContract> {
        let consumer = self.fields.line("consumerName", Need::Required);
        let provider = self.fields.line("providerName", Need::Required);
        let content = self.fields.text("content", Need::Required);
        self.one_of("contentType", Need::Required, &["application/json"]);
        self.one_of("specification", Need::Required, &["pact"]);
        let on_conflict = self.one_of("onConflict", Need::Optional, &["overwrite", "merge"]);
        if let (Some(consumer), Some(pacticipant)) = (consumer, self.pacticipant)
            && consumer != pacticipant.as_str()
        {
            self.fields.refuse_whole(format!(
                "consumerName ('{consumer}') must be pacticipantName ('{pacticipant}')"
            ));
        }
        if !self.fields.is_fine() {
            return None;
        }
        let content = self.content(content?)?;
        for (role, named, expected) in [
            ("consumer", content.consumer(), consumer),
            ("provider", content.provider(), provider),
        ] {
            if let (Some(named), Some(expected)) = (named, expected)
                && named != expected
            {
                self.fields.refuse_whole(format!(
                    "{role} name in the content ('{named}') must be {role}Name ('{expected}')"
                ));
                return None;
            }
        }
        let provider = PacticipantName::parse(provider?).ok()?;
        let on_conflict = if on_conflict == Some("merge") {
            OnConflict::Merge
        } else {
            OnConflict::Overwrite
        };
        self.fields.is_fine().then_some(NewContract {
            provider,
            content,
            on_conflict,
        })
    }

    fn one_of(&mut self, key: &str, need: Need, allowed: &[&str]) -> Option<&'a str> {
        let text = self.fields.text(key, need)?;
        if allowed.contains(&text) {
            return Some(text);
        }
        self.fields
            .refuse(key, format!("must be one of: {}", allowed.join(", ")));
        None
    }

    fn content(&mut self, encoded: &str) -> Option<Content> {
        let Ok(bytes) = STANDARD.decode(encoded) else {
            self.fields.refuse_whole("is not valid Base64");
            self.fields
                .refuse_whole("content could not be parsed as application/json");
            return None;
        };
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let valid =
                    String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()])
                        .into_owned();
                self.fields
                    .refuse_whole(non_utf8("contract content", &valid));
                self.fields
                    .refuse_whole("content could not be parsed as application/json");
                return None;
            }
        };
        let content = match Content::read(text) {
            Ok(content) => content,
            Err(JsonError::Syntax(error)) => {
                self.fields.refuse_whole(format!(
                    "content could not be parsed as application/json: {error}"
                ));
                return None;
            }
            Err(error) => {
                self.fields.refuse_whole(format!(
                    "content could not be read as a contract: {}",
                    error.told()
                ));
                return None;
            }
        };
        self.check_kinds(&content).then_some(content)
    }

    fn check_kinds(&mut self, content: &Content) -> bool {
        if content.kind() != Kind::Object {
            self.fields.refuse_whole(format!(
                "content must be a JSON object, but is {}",
                content.kind()
            ));
            return false;
        }
        for (role, kind) in [
            ("consumer", content.consumer_kind()),
            ("provider", content.provider_kind()),
        ] {
            if let Some(other) = kind.filter(|kind| !matches!(kind, Kind::Null | Kind::Object)) {
                self.fields.refuse_whole(format!(
                    "{role} in the content must be an object, but is {other}"
                ));
                return false;
            }
        }
        true
    }
}

/// Says why nothing was published.
async fn refused(app: &AppState, error: StoreError) -> ApiError {
    let mut details = Vec::new();
    let texts: Vec<String> = match error {
        StoreError::ContentConflict(conflicts) => {
            let texts = conflicts.iter().map(conflict_text).collect();
            for conflict in conflicts {
                match diff::of_texts(app, conflict.existing, conflict.refused).await {
                    Ok(difference) => details.push(difference),
                    Err(error) => return error,
                }
            }
            texts
        }
        StoreError::DuplicateNames(names) => names.iter().map(duplicate_text).collect(),
        StoreError::MergeConflict { interaction } => vec![format!(
            "The interaction `{interaction}` is published for this version with another request"
        )],
        other => return other.into(),
    };
    let mut notices = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        notices.push(json!({ "type": "error", "text": text }));
        if let Some(detail) = details.get(index) {
            notices.push(json!({ "type": "info", "text": detail }));
        }
    }
    let body = json!({ "notices": notices, "errors": { "contracts": texts } });
    ApiError::document(StatusCode::CONFLICT, body)
}
