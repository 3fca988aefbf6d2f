//! Single pacts: reading one by every address.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::tags;
use crate::{
    api::{
        error::ApiError,
        extract::{Names, Negotiated},
        hal::{link, named, template, titled},
        media::MediaType,
        metadata::Metadata,
        urls::{Pair, Urls},
    },
    domain::{
        interaction_ids::with_interaction_ids,
        pact::{Pact, PactAddress, PactPublication},
        text::{BranchName, PactSha, PacticipantName, TagName, VersionNumber},
        time::Timestamp,
    },
    state::AppState,
};

/// A provider and a consumer, in the order addresses name them.
type PairNames = Names<(PacticipantName, PacticipantName)>;

type PairNamesAnd<T> = Names<(PacticipantName, PacticipantName, T)>;

/// Shows the pact of a version.
pub(crate) async fn show(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer, number)): PairNamesAnd<VersionNumber>,
    negotiated: Negotiated,
) -> Result<Response, ApiError> {
    let pact = find(&app, (&consumer, &provider), &PactAddress::Version(number)).await?;
    answer((&app, &urls), &pact, &Metadata::default(), negotiated).await
}

/// Shows the newest pact.
pub(crate) async fn latest(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer)): PairNames,
    negotiated: Negotiated,
) -> Result<Response, ApiError> {
    let pact = find(&app, (&consumer, &provider), &PactAddress::Latest).await?;
    let metadata = Metadata::of_version(pact.publication.consumer_version_id);
    Ok(with_version_header(
        answer((&app, &urls), &pact, &metadata, negotiated).await?,
        &pact,
    ))
}

/// Shows the newest pact with a tag.
pub(crate) async fn latest_tagged(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer, tag)): PairNamesAnd<TagName>,
    negotiated: Negotiated,
) -> Result<Response, ApiError> {
    let pact = find(
        &app,
        (&consumer, &provider),
        &PactAddress::LatestTagged(tag.clone()),
    )
    .await?;
    let metadata = Metadata::of_tagged_version(tag.as_str(), pact.publication.consumer_version_id);
    Ok(with_version_header(
        answer((&app, &urls), &pact, &metadata, negotiated).await?,
        &pact,
    ))
}

/// Shows the newest pact of a version without tags.
pub(crate) async fn latest_untagged(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer)): PairNames,
    negotiated: Negotiated,
) -> Result<Response, ApiError> {
    let pact = find(&app, (&consumer, &provider), &PactAddress::LatestUntagged).await?;
    let metadata = Metadata::of_tagged_version("untagged", pact.publication.consumer_version_id);
    Ok(with_version_header(
        answer((&app, &urls), &pact, &metadata, negotiated).await?,
        &pact,
    ))
}

/// Shows the newest pact of a branch.
pub(crate) async fn latest_on_branch(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer, branch)): PairNamesAnd<BranchName>,
    negotiated: Negotiated,
) -> Result<Response, ApiError> {
    let pact = find(
        &app,
        (&consumer, &provider),
        &PactAddress::LatestOnBranch(branch),
    )
    .await?;
    let metadata = Metadata::of_version(pact.publication.consumer_version_id);
    Ok(with_version_header(
        answer((&app, &urls), &pact, &metadata, negotiated).await?,
        &pact,
    ))
}

/// Shows the newest older pact with different content.
pub(crate) async fn previous_distinct(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer, number)): PairNamesAnd<VersionNumber>,
    negotiated: Negotiated,
) -> Result<Response, ApiError> {
    let pact = find(
        &app,
        (&consumer, &provider),
        &PactAddress::PreviousDistinct(number),
    )
    .await?;
    answer((&app, &urls), &pact, &Metadata::default(), negotiated).await
}

/// Shows a content.
pub(crate) async fn content(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer, sha)): PairNamesAnd<PactSha>,
    negotiated: Negotiated,
) -> Result<Response, ApiError> {
    let pact = find(&app, (&consumer, &provider), &PactAddress::Content(sha)).await?;
    answer((&app, &urls), &pact, &Metadata::default(), negotiated).await
}

/// Shows a content, as fetched for the reasons that the metadata remembers.
pub(crate) async fn content_with_metadata(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer, sha, token)): Names<(
        PacticipantName,
        PacticipantName,
        PactSha,
        VersionNumber,
    )>,
    negotiated: Negotiated,
) -> Result<Response, ApiError> {
    let pair = (&consumer, &provider);
    let (pact, metadata) = find_with_metadata(&app, pair, (sha, &token)).await?;
    answer((&app, &urls), &pact, &metadata, negotiated).await
}

/// Finds a content as published by the version that its metadata names, if it names one.
pub(crate) async fn find_with_metadata(
    app: &AppState,
    pair: (&PacticipantName, &PacticipantName),
    (sha, token): (PactSha, &VersionNumber),
) -> Result<(Pact, Metadata), ApiError> {
    let mut metadata = Metadata::decode(token.as_str());
    metadata.look_up(app).await?;
    let named = metadata.consumer_versions().first().cloned();
    let address = match named {
        Some(number) => PactAddress::ContentOfVersion(sha.clone(), number),
        None => PactAddress::Content(sha.clone()),
    };
    let pact = match find_maybe(app, pair, &address).await? {
        Some(pact) => pact,
        None => find(app, pair, &PactAddress::Content(sha)).await?,
    };
    Ok((pact, metadata))
}

/// Finds a pact, or says that nothing is there.
pub(crate) async fn find(
    app: &AppState,
    pair: (&PacticipantName, &PacticipantName),
    address: &PactAddress,
) -> Result<Pact, ApiError> {
    find_maybe(app, pair, address)
        .await?
        .ok_or_else(ApiError::not_found)
}

pub(crate) async fn find_maybe(
    app: &AppState,
    (consumer, provider): (&PacticipantName, &PacticipantName),
    address: &PactAddress,
) -> Result<Option<Pact>, ApiError> {
    Ok(app.store().pact(consumer, provider, address).await?)
}

/// The pair of a publication.
pub(crate) fn pair_of(publication: &PactPublication) -> Pair<'_> {
    Pair::of(&publication.consumer, &publication.provider)
}

/// What a pact is called.
pub(crate) fn title(pair: Pair<'_>, number: &str) -> String {
    format!(
        "Pact between {} ({number}) and {}",
        pair.consumer, pair.provider
    )
}

/// The day of a moment, as titles show it.
pub(crate) fn day(moment: &Timestamp) -> String {
    let text = moment.as_str();
    match (text.get(..4), text.get(5..7), text.get(8..10)) {
        (Some(year), Some(month), Some(day)) => format!("{day}/{month}/{year}"),
        _ => text.to_owned(),
    }
}

fn with_version_header(mut response: Response, pact: &Pact) -> Response {
    if let Ok(number) = HeaderValue::try_from(pact.publication.consumer_version.as_str()) {
        response
            .headers_mut()
            .insert("x-pact-consumer-version", number);
    }
    response
}

/// Renders a pact in the representation agreed on.
async fn answer(
    (app, urls): (&AppState, &Urls),
    pact: &Pact,
    metadata: &Metadata,
    Negotiated(media): Negotiated,
) -> Result<Response, ApiError> {
    if media != MediaType::ExtendedPact {
        return Ok(plain(urls, pact, metadata, media));
    }
    let publication = &pact.publication;
    let heads = app
        .store()
        .head_tags(publication.consumer_version_id)
        .await?;
    let (consumer, number) = (&publication.consumer, &publication.consumer_version);
    let tags = tags::heads(urls, (consumer.as_str(), number.as_str()), &heads);
    let contract = with_interaction_ids(&pact.content, &[]);
    let created = Value::from(publication.created_at.to_hal());
    let links = links(urls, publication, metadata);
    let body = format!(
        r#"{{"contract":{contract},"createdAt":{created},"_embedded":{{"tags":{tags}}},"_links":{links}}}"#
    );
    Ok(of_type(media, body))
}

/// Renders a pact as its own text, which is passed on as it is, with links.
pub(crate) fn plain(urls: &Urls, pact: &Pact, metadata: &Metadata, media: MediaType) -> Response {
    let publication = &pact.publication;
    let links = links(urls, publication, metadata).to_string();
    let created = Value::from(publication.created_at.to_hal()).to_string();
    let members = [("createdAt", created), ("_links", links)];
    of_type(media, with_interaction_ids(&pact.content, &members))
}

fn of_type(media: MediaType, body: String) -> Response {
    let mut response = body.into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, media.header());
    response
}

fn links(urls: &Urls, publication: &PactPublication, metadata: &Metadata) -> Value {
    let pair = pair_of(publication);
    let (number, sha) = (
        publication.consumer_version.as_str(),
        publication.sha.as_str(),
    );
    let between = urls.pair(pair);
    let own = urls.pact(pair, number);
    let content = urls.pact_version(pair, sha);
    let fetched = urls.pact_version_with_metadata(pair, sha, &metadata.encode());
    let version = urls.version(pair.consumer, number);
    let matrix = format!(
        "/matrix?q%5B%5D%5Bpacticipant%5D={}&q%5B%5D%5Bversion%5D={}&latestby=cvpv",
        form(pair.consumer),
        form(number)
    );
    let mut links = json!({
        "self": named("Pact", &title(pair, number), own.as_str()),
        "pb:consumer": named("Consumer", pair.consumer, urls.pacticipant(pair.consumer)),
        "pb:consumer-version": named("Consumer version", number, version.as_str()),
        "pb:provider": named("Provider", pair.provider, urls.pacticipant(pair.provider)),
        "pb:pact-version": named("This content", sha, content.as_str()),
        "pb:latest-pact-version": titled("The latest pact", format!("{between}/latest")),
        "pb:all-pact-versions": titled("All pacts of the pair", format!("{between}/versions")),
        "pb:latest-untagged-pact-version": titled("The latest pact of a version without tags", format!("{between}/latest-untagged")),
        "pb:latest-tagged-pact-version": template("The latest pact with a tag", format!("{between}/latest/{{tag}}")),
        "pb:previous-distinct": titled("The latest older pact that differs", format!("{own}/previous-distinct")),
        "pb:diff-previous-distinct": titled("What changed since that", format!("{own}/diff/previous-distinct")),
        "pb:diff": template("What differs from another content", format!("{content}/diff/pact-version/{{pactVersion}}")),
        "pb:pact-webhooks": titled("Webhooks of the pair", urls.webhooks_of(pair)),
        // DIFFERENCE: the Ruby broker puts the provider's name here.
        "pb:consumer-webhooks": titled("Webhooks of the consumer", urls.consumer_webhooks(pair.consumer)),
        "pb:tag-prod-version": titled("PUT here to tag the version `prod`", format!("{version}/tags/prod")),
        "pb:tag-version": titled("PUT here to tag the version", format!("{version}/tags/{{tag}}")),
        "pb:publish-verification-results": titled("POST a verification result here", format!("{fetched}/verification-results")),
        "pb:latest-verification-results": link(format!("{content}/verification-results/latest")),
        "pb:triggered-webhooks": titled("Webhooks triggered by this pact", format!("{own}/triggered-webhooks")),
        "pb:matrix-for-consumer-version": titled("The matrix of the version", urls.at(&matrix)),
        "curies": urls.curies("pact"),
    });
    let versions = metadata.selected_versions();
    if !versions.is_empty() {
        let place = |number: &VersionNumber| urls.version(pair.consumer, number.as_str());
        links["pb:consumer-versions"] = versions
            .iter()
            .map(|number| named("Consumer version", number.as_str(), place(number)))
            .collect();
    }
    links
}

/// Encodes a text for a query.
fn form(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
