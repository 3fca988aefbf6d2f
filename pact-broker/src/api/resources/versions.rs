//! Versions of pacticipants: reading, changing, deleting.

use axum::{extract::State, http::StatusCode};
use serde_json::{Map, Value, json};

use super::pacticipants::gone;
use crate::{
    api::{
        error::{ApiError, Segment},
        extract::{Address, JsonObject, Names},
        fields::{Fields, Need, line_problem},
        hal::{Hal, link, named, set, set_times, template, titled},
        urls::{Pair, Urls},
    },
    domain::{
        environment::{DeployedVersion, Environment, ReleasedVersion},
        pacticipant::Change,
        text::{BranchName, PacticipantName, TagName, VersionNumber},
        version::{BranchVersion, VersionAddress, VersionChange, VersionDetail},
    },
    state::AppState,
};

/// Shows a version by its number.
pub(crate) async fn show(
    State(app): State<AppState>,
    urls: Urls,
    Names((name, number)): Names<(PacticipantName, VersionNumber)>,
) -> Result<Hal, ApiError> {
    at_address(&app, &urls, &name, VersionAddress::Number(number), None).await
}

/// Shows the newest version.
pub(crate) async fn latest(
    State(app): State<AppState>,
    urls: Urls,
    Names((name,)): Names<(PacticipantName,)>,
    address: Address,
) -> Result<Hal, ApiError> {
    at_address(&app, &urls, &name, VersionAddress::Latest, Some(&address)).await
}

/// Shows the newest version with a tag.
pub(crate) async fn latest_tagged(
    State(app): State<AppState>,
    urls: Urls,
    Names((name, tag)): Names<(PacticipantName, TagName)>,
    address: Address,
) -> Result<Hal, ApiError> {
    at_address(
        &app,
        &urls,
        &name,
        VersionAddress::LatestTagged(tag),
        Some(&address),
    )
    .await
}

/// Shows the head of a branch.
pub(crate) async fn latest_on_branch(
    State(app): State<AppState>,
    urls: Urls,
    Names((name, branch)): Names<(PacticipantName, BranchName)>,
    address: Address,
) -> Result<Hal, ApiError> {
    at_address(
        &app,
        &urls,
        &name,
        VersionAddress::LatestOnBranch(branch),
        Some(&address),
    )
    .await
}

async fn at_address(
    app: &AppState,
    urls: &Urls,
    name: &PacticipantName,
    which: VersionAddress,
    address: Option<&Address>,
) -> Result<Hal, ApiError> {
    let detail = app
        .store()
        .version(name, &which)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let environments = app.store().environments(None).await?;
    let mut body = document(urls, &detail, Some(&environments));
    if let Some(address) = address {
        body["_links"]["self"]["href"] = urls.at(address.path()).into();
    }
    Ok(Hal::ok(body))
}

/// Creates a version or replaces its attributes.
pub(crate) async fn replace(
    app: State<AppState>,
    urls: Urls,
    names: Names<(PacticipantName, VersionNumber)>,
    body: JsonObject,
) -> Result<Hal, ApiError> {
    let change = change(&body.0, true)?;
    store(app, urls, names, change).await
}

/// Creates a version or changes the attributes given.
pub(crate) async fn update(
    app: State<AppState>,
    urls: Urls,
    names: Names<(PacticipantName, VersionNumber)>,
    body: JsonObject,
) -> Result<Hal, ApiError> {
    let change = change(&body.0, false)?;
    store(app, urls, names, change).await
}

async fn store(
    State(app): State<AppState>,
    urls: Urls,
    Names((name, number)): Names<(PacticipantName, VersionNumber)>,
    change: VersionChange,
) -> Result<Hal, ApiError> {
    let written = app
        .store()
        .put_version(&name, &number, change, &app.marking_policy())
        .await?;
    let environments = app.store().environments(None).await?;
    let place = urls.version(name.as_str(), number.as_str());
    Ok(Hal::stored(
        written.created,
        place,
        document(&urls, &written.value, Some(&environments)),
    ))
}

/// Deletes a version with everything that hangs on it.
pub(crate) async fn delete(
    State(app): State<AppState>,
    Names((name, number)): Names<(PacticipantName, VersionNumber)>,
) -> Result<StatusCode, ApiError> {
    gone(app.store().delete_version(&name, &number).await?)
}

fn change(body: &Map<String, Value>, replace: bool) -> Result<VersionChange, ApiError> {
    let mut fields = Fields::of(body);
    let build_url = fields.text("buildUrl", Need::Optional).map(str::to_owned);
    let build_url = if replace || body.contains_key("buildUrl") {
        Change::Set(build_url)
    } else {
        Change::Keep
    };
    let embedded = body
        .get("_embedded")
        .and_then(|embedded| embedded.get("tags"));
    let listed = body.get("tags").or(embedded);
    let tags = listed.map(|listed| tags(&mut fields, listed));
    fields.finish(Some(VersionChange { build_url, tags }))
}

fn tags(fields: &mut Fields<'_>, listed: &Value) -> Vec<TagName> {
    let Value::Array(elements) = listed else {
        fields.refuse("tags", "must be an array");
        return Vec::new();
    };
    let mut tags = Vec::new();
    for (index, element) in elements.iter().enumerate() {
        let name = element.get("name").and_then(Value::as_str);
        match name.map(|name| (line_problem(name), TagName::parse(name))) {
            Some((None, Ok(tag))) => tags.push(tag),
            Some((Some(problem), _)) => refuse_tag(fields, index, problem),
            Some((None, Err(error))) => refuse_tag(fields, index, &error.to_string()),
            None => refuse_tag(fields, index, "is missing"),
        }
    }
    tags
}

fn refuse_tag(fields: &mut Fields<'_>, index: usize, problem: &str) {
    let mut place = fields.place_of("tags");
    place.extend([Segment::Index(index), Segment::Key("name".to_owned())]);
    fields.absorb(vec![crate::api::error::FieldError::new(place, problem)]);
}

/// Renders a version; what can be recorded is shown only where the environments are given.
pub(crate) fn document(
    urls: &Urls,
    detail: &VersionDetail,
    environments: Option<&[Environment]>,
) -> Value {
    let version = &detail.version;
    let name = version.pacticipant.as_str();
    let number = version.number.as_str();
    let mut body = Map::new();
    body.insert("number".to_owned(), number.into());
    set(&mut body, "buildUrl", version.build_url.clone());
    set_times(&mut body, &version.created_at, &version.updated_at);
    let branches: Vec<Value> = detail
        .branches
        .iter()
        .map(|one| branch(urls, (name, number), one))
        .collect();
    let tags = detail.tags.iter().map(|tag| {
        let tag = tag.name.as_str();
        json!({ "name": tag, "_links": { "self": named("Tag", tag, urls.tag(name, number, tag)) } })
    });
    let embedded = json!({ "branches": branches, "branchVersions": branches, "tags": tags.collect::<Vec<_>>() });
    body.insert("_embedded".to_owned(), embedded);
    body.insert("_links".to_owned(), links(urls, detail, environments));
    body.into()
}

/// Renders that a version is on a branch.
pub(crate) fn branch(urls: &Urls, (name, number): (&str, &str), one: &BranchVersion) -> Value {
    let branch = one.branch.as_str();
    let own = named(
        "Branch version",
        branch,
        urls.branch_version(name, branch, number),
    );
    json!({ "name": branch, "latest": one.head, "_links": { "self": own } })
}

fn links(urls: &Urls, detail: &VersionDetail, environments: Option<&[Environment]>) -> Value {
    let name = detail.version.pacticipant.as_str();
    let number = detail.version.number.as_str();
    let own = urls.version(name, number);
    let pacts = detail.pacts.iter().map(|pact| {
        let pair = Pair {
            consumer: name,
            provider: pact.provider.as_str(),
        };
        named(
            "Pact",
            &super::pacts::title(pair, number),
            urls.pact(pair, number),
        )
    });
    let mut links = json!({
        "self": named("Version", number, own.as_str()),
        "pb:pacticipant": named("Pacticipant", name, urls.pacticipant(name)),
        "pb:tag": template("A tag of this version", format!("{own}/tags/{{tag}}")),
        "pb:latest-verification-results-where-pacticipant-is-consumer":
            titled("The latest result for each pact of this version", urls.latest_verifications_of_consumer(name, number)),
        "pb:pact-versions": pacts.collect::<Vec<_>>(),
        "pb:deployed-environments": detail.deployed.iter().rev().map(|one| deployed_link(urls, one)).collect::<Vec<_>>(),
        "pb:released-environments": detail.released.iter().rev().map(|one| released_link(urls, one)).collect::<Vec<_>>(),
        "curies": urls.curies("version"),
    });
    if let Some(environments) = environments {
        let record = |what: &str, place: &dyn Fn(&str) -> String| -> Value {
            let links = environments.iter().map(|one| {
                named(
                    &format!("Record {what} to {}", one.display_name),
                    one.name.as_str(),
                    place(one.uuid.as_str()),
                )
            });
            links.collect()
        };
        links["pb:record-deployment"] = record("deployment", &|uuid| {
            urls.record_deployment(name, number, uuid)
        });
        links["pb:record-release"] =
            record("release", &|uuid| urls.record_release(name, number, uuid));
    }
    links
}

/// Links to a deployment from what was deployed.
pub(crate) fn deployed_link(urls: &Urls, one: &DeployedVersion) -> Value {
    let shown = &one.environment.display_name;
    let mut link = named(
        &format!("Version deployed to {shown}"),
        shown,
        urls.deployed_version(one.uuid.as_str()),
    );
    link["currently_deployed"] = one.currently_deployed.into();
    if let Some(instance) = &one.application_instance {
        link["application_instance"] = instance.clone().into();
    }
    link
}

fn released_link(urls: &Urls, one: &ReleasedVersion) -> Value {
    let shown = &one.environment.display_name;
    let mut link = named(
        &format!("Version released to {shown}"),
        shown,
        urls.released_version(one.uuid.as_str()),
    );
    link["currently_supported"] = one.currently_supported().into();
    link
}

/// Renders a version where it is only mentioned.
pub(crate) fn brief(urls: &Urls, name: &str, number: &str) -> Value {
    json!({ "number": number, "_links": { "self": named("Version", number, urls.version(name, number)) } })
}

/// Renders a pacticipant where it is only mentioned.
pub(crate) fn brief_pacticipant(urls: &Urls, name: &str) -> Value {
    json!({ "name": name, "_links": { "self": link(urls.pacticipant(name)) } })
}
