//! The pacts a provider is to verify, and what its verifier shall say about them.

use axum::extract::State;
use serde_json::{Map, Value, json};

use super::{
    pacts::{pair_of, title},
    selectors,
};
use crate::{
    api::{
        error::{ApiError, FieldError, Segment},
        extract::{Address, JsonObject, Names, Query},
        hal::{Hal, titled},
        metadata::Metadata,
        nested::Nested,
        urls::Urls,
    },
    domain::{
        selector::{
            PactForVerification, Pending, PendingScope, ResolvedKind, ResolvedSelector,
            VerificationRequest,
        },
        text::{PacticipantName, TagName},
    },
    state::AppState,
};

/// Answers the request in the body.
pub(crate) async fn select(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider,)): Names<(PacticipantName,)>,
    address: Address,
    JsonObject(body): JsonObject,
) -> Result<Hal, ApiError> {
    let request = read(&app, &body).await?;
    let pacts = find(&app, &provider, &request).await?;
    Ok(Hal::ok(document(
        &urls,
        (&provider, &request),
        &pacts,
        &address,
    )))
}

/// Answers the request in the query, as older clients send it.
pub(crate) async fn select_by_query(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider,)): Names<(PacticipantName,)>,
    address: Address,
    Query(query): Query,
) -> Result<Hal, ApiError> {
    let (request, pacts) = by_query(&app, &provider, &query).await?;
    let mut body = document(&urls, (&provider, &request), &pacts, &address);
    let text = "This verifier asks in a way that is kept for old clients; a newer one sends its selectors by POST.";
    for pact in body["_embedded"]["pacts"]
        .as_array_mut()
        .into_iter()
        .flatten()
    {
        if let Some(notices) = pact["verificationProperties"]["notices"].as_array_mut() {
            notices.insert(0, notice("before_verification", text.to_owned()));
        }
    }
    Ok(Hal::ok(body))
}

/// Answers the request in a query, without a word about it.
pub(crate) async fn by_query(
    app: &AppState,
    provider: &PacticipantName,
    query: &Nested,
) -> Result<(VerificationRequest, Vec<PactForVerification>), ApiError> {
    let request = read(app, &from_query(query)?).await?;
    let pacts = find(app, provider, &request).await?;
    Ok((request, pacts))
}

async fn read(app: &AppState, body: &Map<String, Value>) -> Result<VerificationRequest, ApiError> {
    let environments = app.store().environments(None).await?;
    let names: Vec<_> = environments
        .into_iter()
        .map(|environment| environment.name)
        .collect();
    selectors::read(body, &names)
}

async fn find(
    app: &AppState,
    provider: &PacticipantName,
    request: &VerificationRequest,
) -> Result<Vec<PactForVerification>, ApiError> {
    let found = app
        .store()
        .pacts_for_verification(provider, request)
        .await?;
    found.ok_or_else(|| ApiError::no_such("provider", provider.as_str()))
}

/// Puts the older query into the form of the body.
fn from_query(query: &Nested) -> Result<Map<String, Value>, ApiError> {
    let mut body = Map::new();
    let mut errors = Vec::new();
    let tags = query
        .get("provider_version_tags")
        .map(Nested::elements)
        .unwrap_or_default();
    body.insert(
        "providerVersionTags".to_owned(),
        tags.iter().filter_map(Nested::as_text).collect(),
    );
    for (old, new) in [
        ("provider_version_branch", "providerVersionBranch"),
        ("include_wip_pacts_since", "includeWipPactsSince"),
    ] {
        if let Some(text) = query.text(old) {
            body.insert(new.to_owned(), text.into());
        }
    }
    if let Some(text) = query.text("include_pending_status") {
        body.insert("includePendingStatus".to_owned(), (text == "true").into());
    }
    let listed = query
        .get("consumer_version_selectors")
        .map(Nested::elements)
        .unwrap_or_default();
    let mut selectors = Vec::new();
    for (index, selector) in listed.iter().enumerate() {
        let mut members = Map::new();
        for (old, new) in [
            ("tag", "tag"),
            ("fallback_tag", "fallbackTag"),
            ("consumer", "consumer"),
        ] {
            if let Some(text) = selector.text(old) {
                members.insert(new.to_owned(), text.into());
            }
        }
        let mut refuse = |key: &str, message: &str| {
            let place = vec![
                Segment::Key("consumer_version_selectors".to_owned()),
                Segment::Index(index),
                Segment::Key(key.to_owned()),
            ];
            errors.push(FieldError::new(place, message));
        };
        if selector.text("tag").is_none() {
            refuse("tag", "is missing");
        }
        match selector.text("latest") {
            None => {}
            Some(text @ ("true" | "false")) => {
                members.insert("latest".to_owned(), (text == "true").into());
            }
            Some(_) => refuse("latest", "must be one of: true, false"),
        }
        selectors.push(Value::Object(members));
    }
    body.insert("consumerVersionSelectors".to_owned(), selectors.into());
    if errors.is_empty() {
        Ok(body)
    } else {
        Err(ApiError::fields(errors))
    }
}

fn document(
    urls: &Urls,
    (provider, request): (&PacticipantName, &VerificationRequest),
    pacts: &[PactForVerification],
    address: &Address,
) -> Value {
    let by_default = request.selectors.is_empty();
    let items = pacts
        .iter()
        .map(|pact| item(urls, provider, pact, by_default));
    json!({
        "_embedded": { "pacts": items.collect::<Vec<_>>() },
        "_links": { "self": titled("Pacts to verify", urls.at(address.path())) },
    })
}

fn item(
    urls: &Urls,
    provider: &PacticipantName,
    pact: &PactForVerification,
    by_default: bool,
) -> Value {
    let publication = &pact.publication;
    let pair = pair_of(publication);
    let content = urls.pact_version(pair, publication.sha.as_str());
    let mut notices = vec![notice("before_verification", why_included(&content, pact))];
    let mut properties = Map::new();
    if let Some(pending) = &pact.pending {
        properties.insert("pending".to_owned(), pending.is_pending.into());
        notices.push(notice(
            "before_verification",
            why_pending(provider, pact.wip, pending),
        ));
        if pending.is_pending {
            notices.extend(after_verification(provider, pending));
        }
    }
    if pact.wip {
        properties.insert("wip".to_owned(), true.into());
    }
    properties.insert("notices".to_owned(), notices.into());
    let mut labels: Vec<String> = Vec::new();
    for label in pact.selectors.iter().map(label) {
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    let metadata = Metadata::of_selected(pact, by_default).encode();
    let place = urls.pact_version_with_metadata(pair, publication.sha.as_str(), &metadata);
    json!({
        "shortDescription": labels.join(", "),
        "verificationProperties": properties,
        "_links": { "self": { "href": place, "name": title(pair, publication.consumer_version.as_str()) } },
    })
}

fn notice(when: &str, text: impl Into<Value>) -> Value {
    json!({ "when": when, "text": text.into() })
}

/// Names a selector in a few words; test reports use them.
pub(crate) fn label(selector: &ResolvedSelector) -> String {
    match &selector.kind {
        ResolvedKind::Latest => "latest".to_owned(),
        ResolvedKind::MainBranch { .. } => "latest from main branch".to_owned(),
        ResolvedKind::Branch { branch, .. } => format!("latest from branch {branch}"),
        ResolvedKind::LatestTagged { tag, .. } => format!("latest with tag {tag}"),
        ResolvedKind::Tagged { tag } => match &selector.consumer {
            Some(consumer) => format!("one of {consumer} {tag}"),
            None => format!("one of {tag}"),
        },
        ResolvedKind::Deployed(place) => format!("deployed to {}", place.environment),
        ResolvedKind::Released(place) => format!("released in {}", place.environment),
    }
}

fn why_included(content: &str, pact: &PactForVerification) -> String {
    let consumer = &pact.publication.consumer;
    let lines: Vec<String> = pact
        .selectors
        .iter()
        .map(|selector| format!("    * {}", describe(consumer, selector)))
        .collect();
    if pact.wip {
        return format!(
            "The pact at {content} is work in progress: no version here has verified it yet. It was published by\n{}",
            lines.join("\n")
        );
    }
    format!(
        "The pact at {content} is verified because it was selected as\n{}",
        lines.join("\n")
    )
}

fn describe(consumer: &PacticipantName, selector: &ResolvedSelector) -> String {
    let version = &selector.version;
    match &selector.kind {
        ResolvedKind::Latest => format!("latest version of {consumer} that has a pact ({version})"),
        ResolvedKind::MainBranch { branch } => {
            format!("latest version of {consumer} from the main branch '{branch}' ({version})")
        }
        ResolvedKind::Branch {
            branch,
            fallback_for: Some(asked),
            ..
        } => {
            format!(
                "latest version of {consumer} from branch '{branch}', the fallback for '{asked}' ({version})"
            )
        }
        ResolvedKind::Branch { branch, .. } => {
            format!("latest version of {consumer} from branch '{branch}' ({version})")
        }
        ResolvedKind::LatestTagged {
            tag,
            fallback_for: Some(asked),
        } => {
            format!(
                "latest version of {consumer} tagged '{tag}', the fallback for '{asked}' ({version})"
            )
        }
        ResolvedKind::LatestTagged { tag, .. } => {
            format!("latest version of {consumer} tagged '{tag}' ({version})")
        }
        ResolvedKind::Tagged { tag } => {
            format!("a version of {consumer} tagged '{tag}' ({version})")
        }
        ResolvedKind::Deployed(place) => {
            let instance = place
                .application_instance
                .as_ref()
                .map(|instance| format!(" as {instance}"))
                .unwrap_or_default();
            format!(
                "a version of {consumer} deployed to {}{instance} ({version})",
                place.environment
            )
        }
        ResolvedKind::Released(place) => format!(
            "a version of {consumer} released in {} ({version})",
            place.environment
        ),
    }
}

/// Names the part of the provider that pending is judged for.
fn part(provider: &PacticipantName, scope: &PendingScope, still_pending: bool) -> String {
    let joined = |tags: &[TagName]| {
        tags.iter()
            .map(|tag| format!("'{tag}'"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    match scope {
        PendingScope::Provider => provider.to_string(),
        PendingScope::Branch(branch) => format!("branch '{branch}' of {provider}"),
        PendingScope::Tags { pending, verified } => {
            let tags = if still_pending { pending } else { verified };
            format!("versions of {provider} tagged {}", joined(tags))
        }
    }
}

fn why_pending(provider: &PacticipantName, wip: bool, pending: &Pending) -> String {
    let part = part(provider, &pending.scope, pending.is_pending);
    if wip {
        format!(
            "It is pending for {part}, as all work in progress is: if it fails, the build does not."
        )
    } else if pending.is_pending {
        format!(
            "It is pending for {part}, which has not verified it successfully yet: if it fails, the build does not."
        )
    } else {
        format!(
            "It was verified successfully by {part} before: if it fails now, so does the build."
        )
    }
}

fn after_verification(provider: &PacticipantName, pending: &Pending) -> [Value; 4] {
    let part = part(provider, &pending.scope, true);
    let unpublished =
        format!("The pact is still pending for {part}: the successful result was not published.");
    let failed = format!("The pact is still pending for {part}: it was not verified successfully.");
    let verified =
        format!("The pact is no longer pending for {part}: a later failure will fail the build.");
    [
        notice(
            "after_verification:success_true_published_false",
            unpublished,
        ),
        notice(
            "after_verification:success_false_published_false",
            failed.clone(),
        ),
        notice("after_verification:success_true_published_true", verified),
        notice("after_verification:success_false_published_true", failed),
    ]
}
