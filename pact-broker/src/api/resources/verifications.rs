//! Verification results: publishing, reading, deleting, and the summary for a consumer version.

use axum::{extract::State, http::StatusCode};
use serde_json::{Map, Value, json};

use super::{
    pacticipants::gone,
    tags,
    verification_document::{document, of_parts, pair},
};
use crate::{
    api::{
        error::ApiError,
        extract::{Address, JsonObject, Names, Negotiated},
        fields::{Fields, Need},
        hal::{Hal, titled},
        media::MediaType,
        metadata::Metadata,
        urls::Urls,
    },
    domain::{
        pact::PactAddress,
        text::{PactSha, PacticipantName, TagName, VerificationId, VersionNumber},
        verification::{NewVerification, VerifiedBy},
    },
    state::AppState,
};

/// A content in an address: provider, consumer, SHA.
type ContentNames = Names<(PacticipantName, PacticipantName, PactSha)>;

/// A content and one more part.
type ContentNamesAnd<T> = Names<(PacticipantName, PacticipantName, PactSha, T)>;

/// The same of a content that was fetched with metadata, which stands before the last part.
type FetchedNamesAnd<T> = Names<(PacticipantName, PacticipantName, PactSha, VersionNumber, T)>;

/// Publishes a result.
pub(crate) async fn create(
    app: State<AppState>,
    urls: Urls,
    Names((provider, consumer, sha)): ContentNames,
    JsonObject(body): JsonObject,
) -> Result<Hal, ApiError> {
    publish(
        app,
        urls,
        Target {
            consumer,
            provider,
            sha,
            metadata: Metadata::default(),
        },
        &body,
    )
    .await
}

/// Publishes a result for a pact fetched with metadata.
pub(crate) async fn create_with_metadata(
    app: State<AppState>,
    urls: Urls,
    Names((provider, consumer, sha, token)): ContentNamesAnd<VersionNumber>,
    JsonObject(body): JsonObject,
) -> Result<Hal, ApiError> {
    let metadata = Metadata::decode(token.as_str());
    publish(
        app,
        urls,
        Target {
            consumer,
            provider,
            sha,
            metadata,
        },
        &body,
    )
    .await
}

/// What a result is about.
struct Target {
    consumer: PacticipantName,
    provider: PacticipantName,
    sha: PactSha,
    metadata: Metadata,
}

async fn publish(
    State(app): State<AppState>,
    urls: Urls,
    mut target: Target,
    body: &Map<String, Value>,
) -> Result<Hal, ApiError> {
    target.metadata.look_up(&app).await?;
    let new = read(body, &target.metadata)?;
    let Target {
        consumer,
        provider,
        sha,
        ..
    } = target;
    let recorded = app
        .store()
        .record_verification(&consumer, &provider, &sha, new)
        .await?;
    let detail = recorded.ok_or_else(ApiError::not_found)?;
    let place = urls.verification(
        pair(&detail.verification),
        sha.as_str(),
        detail.verification.id.0,
    );
    Ok(Hal::created(place, document(&urls, &detail)))
}

fn read(body: &Map<String, Value>, metadata: &Metadata) -> Result<NewVerification, ApiError> {
    let mut fields = Fields::of(body);
    let success = fields.boolean("success", Need::Required);
    let version = fields.line("providerApplicationVersion", Need::Required);
    let version = version.and_then(|text| VersionNumber::parse(text).ok());
    let build_url = fields.line_or_empty("buildUrl");
    if build_url
        .as_deref()
        .is_some_and(|text| url::Url::parse(text).is_err())
    {
        fields.refuse("buildUrl", "is not a URL");
    }
    let verified_by = body
        .get("verifiedBy")
        .and_then(Value::as_object)
        .map(verified_by)
        .unwrap_or_default();
    let test_results = body
        .get("testResults")
        .filter(|results| !results.is_null())
        .map(Value::to_string);
    let new = success
        .zip(version)
        .map(|(success, provider_version)| NewVerification {
            provider_version,
            success,
            wip: metadata.wip(),
            pending: metadata.pending(),
            consumer_versions: metadata.consumer_versions().to_vec(),
            selectors: metadata.selectors(),
            build_url,
            verified_by,
            test_results,
        });
    fields.finish(new)
}

fn verified_by(members: &Map<String, Value>) -> VerifiedBy {
    let text = |members: &Map<String, Value>, key: &str| {
        members.get(key).and_then(Value::as_str).map(str::to_owned)
    };
    let client = members.get("clientLanguage").and_then(Value::as_object);
    let of_client = |key: &str| client.and_then(|client| text(client, key));
    VerifiedBy {
        implementation: text(members, "implementation"),
        version: text(members, "version"),
        client_name: of_client("name"),
        client_version: of_client("version"),
        client_test_framework: of_client("testFramework"),
    }
}

/// Shows a result by its number.
pub(crate) async fn show(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer, sha, number)): ContentNamesAnd<VersionNumber>,
    negotiated: Negotiated,
) -> Result<Hal, ApiError> {
    let id = verification_id(&number)?;
    let detail = app
        .store()
        .verification(&consumer, &provider, &sha, id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let mut body = document(&urls, &detail);
    if negotiated.0 == MediaType::ExtendedPact {
        let name = detail.verification.provider.as_str();
        let number = detail.verification.provider_version.as_str();
        let tags = tags::heads(&urls, (name, number), &detail.provider_head_tags);
        body["_embedded"] = json!({ "tags": tags });
    }
    Ok(Hal::ok(body))
}

/// Shows a result by its number, under an address with metadata.
pub(crate) async fn show_with_metadata(
    app: State<AppState>,
    urls: Urls,
    Names((provider, consumer, sha, _, number)): FetchedNamesAnd<VersionNumber>,
    negotiated: Negotiated,
) -> Result<Hal, ApiError> {
    show(
        app,
        urls,
        Names((provider, consumer, sha, number)),
        negotiated,
    )
    .await
}

/// Deletes a result.
pub(crate) async fn delete(
    State(app): State<AppState>,
    Names((provider, consumer, sha, number)): ContentNamesAnd<VersionNumber>,
) -> Result<StatusCode, ApiError> {
    let id = verification_id(&number)?;
    gone(
        app.store()
            .delete_verification(&consumer, &provider, &sha, id)
            .await?,
    )
}

/// Deletes a result, under an address with metadata.
pub(crate) async fn delete_with_metadata(
    app: State<AppState>,
    Names((provider, consumer, sha, _, number)): FetchedNamesAnd<VersionNumber>,
) -> Result<StatusCode, ApiError> {
    delete(app, Names((provider, consumer, sha, number))).await
}

/// Reads the number of a result out of an address.
pub(crate) fn verification_id(number: &VersionNumber) -> Result<VerificationId, ApiError> {
    if number.as_str() == "all" {
        return Err(ApiError::message(
            StatusCode::NOT_FOUND,
            "results are listed in the matrix, at /matrix",
        ));
    }
    number
        .as_str()
        .parse()
        .map(VerificationId)
        .map_err(|_| ApiError::not_found())
}

/// Shows the newest result for a content.
pub(crate) async fn latest_of_content(
    app: State<AppState>,
    urls: Urls,
    Names((provider, consumer, sha)): ContentNames,
) -> Result<Hal, ApiError> {
    latest(app, urls, (consumer, provider), PactAddress::Content(sha)).await
}

/// Shows the newest result for the pact of a version.
pub(crate) async fn latest_of_version(
    app: State<AppState>,
    urls: Urls,
    Names((provider, consumer, number)): Names<(PacticipantName, PacticipantName, VersionNumber)>,
) -> Result<Hal, ApiError> {
    latest(
        app,
        urls,
        (consumer, provider),
        PactAddress::Version(number),
    )
    .await
}

/// Shows the newest result for the newest pact.
pub(crate) async fn latest_of_latest(
    app: State<AppState>,
    urls: Urls,
    Names((provider, consumer)): Names<(PacticipantName, PacticipantName)>,
) -> Result<Hal, ApiError> {
    latest(app, urls, (consumer, provider), PactAddress::Latest).await
}

/// Shows the newest result for the newest pact with a tag.
pub(crate) async fn latest_of_latest_tagged(
    app: State<AppState>,
    urls: Urls,
    Names((provider, consumer, tag)): Names<(PacticipantName, PacticipantName, TagName)>,
) -> Result<Hal, ApiError> {
    latest(
        app,
        urls,
        (consumer, provider),
        PactAddress::LatestTagged(tag),
    )
    .await
}

async fn latest(
    State(app): State<AppState>,
    urls: Urls,
    (consumer, provider): (PacticipantName, PacticipantName),
    address: PactAddress,
) -> Result<Hal, ApiError> {
    let detail = app
        .store()
        .latest_verification(&consumer, &provider, &address)
        .await?;
    Ok(Hal::ok(document(
        &urls,
        &detail.ok_or_else(ApiError::not_found)?,
    )))
}

/// Sums up the latest results for the pacts of a consumer version.
pub(crate) async fn summary(
    State(app): State<AppState>,
    urls: Urls,
    Names((consumer, number)): Names<(PacticipantName, VersionNumber)>,
    address: Address,
) -> Result<Hal, ApiError> {
    let summary = app
        .store()
        .verification_summary(&consumer, &number)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let providers = |result: Option<bool>| -> Vec<&str> {
        let those = summary
            .pacts
            .iter()
            .filter(|(_, one)| one.as_ref().map(|one| one.success) == result);
        those
            .map(|(publication, _)| publication.provider.as_str())
            .collect()
    };
    let results = summary.pacts.iter().filter_map(|(publication, result)| {
        Some(of_parts(&urls, result.as_ref()?, Some(publication)))
    });
    Ok(Hal::ok(json!({
        "success": summary.success(),
        "providerSummary": {
            "successful": providers(Some(true)),
            "failed": providers(Some(false)),
            "unknown": providers(None),
        },
        "_embedded": { "verificationResults": results.collect::<Vec<_>>() },
        "_links": { "self": titled("The latest result for each pact of this version", urls.at(address.path())) },
    })))
}
