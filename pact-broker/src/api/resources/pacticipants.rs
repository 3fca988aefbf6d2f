//! Pacticipants and their labels.

use axum::{extract::State, http::StatusCode};
use serde_json::{Map, Value, json};

use crate::{
    api::{
        error::ApiError,
        extract::{Address, JsonObject, JsonText, Names, Query, page},
        fields::{Fields, Need},
        hal::{Hal, link, named, set, set_paging, set_times, template, titled},
        urls::Urls,
    },
    domain::{
        environment::DeployedVersion,
        pacticipant::{Change, Label, PacticipantChange, PacticipantDetail},
        text::{BranchName, LabelName, PacticipantName},
    },
    state::AppState,
    store::Paged,
};

const PAGE_SIZE: u32 = 100;

/// Lists pacticipants by name.
pub(crate) async fn list(
    State(app): State<AppState>,
    urls: Urls,
    Query(query): Query,
) -> Result<Hal, ApiError> {
    let page = page(&query, PAGE_SIZE)?;
    let found = app
        .store()
        .pacticipants(query.text("q"), None, page)
        .await?;
    let mut body = collection(&urls, &found);
    set_paging(&mut body, page, found.total, &urls.pacticipants());
    let deprecated = "Deprecated: read the embedded pacticipants";
    let mut copies = body["_embedded"]["pacticipants"].clone();
    for copy in copies.as_array_mut().into_iter().flatten() {
        copy["title"] = deprecated.into();
    }
    body["pacticipants"] = copies;
    Ok(Hal::ok(body))
}

/// Lists the pacticipants that carry a label.
pub(crate) async fn with_label(
    State(app): State<AppState>,
    urls: Urls,
    Names((label,)): Names<(LabelName,)>,
    Query(query): Query,
) -> Result<Hal, ApiError> {
    let page = page(&query, PAGE_SIZE)?;
    let found = app
        .store()
        .pacticipants(query.text("q"), Some(&label), page)
        .await?;
    let mut body = collection(&urls, &found);
    set_paging(
        &mut body,
        page,
        found.total,
        &urls.pacticipants_with_label(label.as_str()),
    );
    Ok(Hal::ok(body))
}

fn collection(urls: &Urls, found: &Paged<PacticipantDetail>) -> Value {
    let names: Vec<&str> = found
        .items
        .iter()
        .map(|detail| detail.pacticipant.name.as_str())
        .collect();
    let links: Vec<Value> = names
        .iter()
        .map(|name| named("Pacticipant", name, urls.pacticipant(name)))
        .collect();
    let old = names.iter().map(|name| {
        named(
            name,
            "DEPRECATED - please use pb:pacticipants",
            urls.pacticipant(name),
        )
    });
    json!({
        "_embedded": { "pacticipants": found.items.iter().map(|detail| document(urls, detail, None)).collect::<Vec<_>>() },
        "_links": {
            "self": link(urls.pacticipants()),
            "pb:pacticipants-with-label": template("Pacticipants with a label", urls.at("/pacticipants/label/{label}")),
            "pb:pacticipants": links,
            "pacticipants": old.collect::<Vec<_>>(),
        },
    })
}

/// Shows one pacticipant.
pub(crate) async fn show(
    State(app): State<AppState>,
    urls: Urls,
    Names((name,)): Names<(PacticipantName,)>,
) -> Result<Hal, ApiError> {
    let detail = load(&app, &name).await?;
    let deployed = app.store().deployed_versions_of(&name).await?;
    Ok(Hal::ok(document(&urls, &detail, Some(&deployed))))
}

/// Creates a pacticipant; one that exists is left as it is.
pub(crate) async fn create(
    State(app): State<AppState>,
    urls: Urls,
    body: JsonText,
) -> Result<Hal, ApiError> {
    let body = body.object()?;
    let mut fields = Fields::of(&body);
    let name = fields
        .line("name", Need::Required)
        .and_then(|name| PacticipantName::parse(name).ok());
    let change = change(&mut fields, &body, Missing::Clears);
    let name = fields.finish(name)?;
    let detail = app.store().create_pacticipant(&name, change).await?.value;
    Ok(Hal::created(
        urls.pacticipant(name.as_str()),
        document(&urls, &detail, None),
    ))
}

/// Replaces the attributes of a pacticipant.
pub(crate) async fn replace(
    State(app): State<AppState>,
    urls: Urls,
    Names((name,)): Names<(PacticipantName,)>,
    body: JsonObject,
) -> Result<Hal, ApiError> {
    let mut fields = Fields::of(&body.0);
    let change = change(&mut fields, &body.0, Missing::Clears);
    let change = fields.finish(Some(change))?;
    let replaced = app.store().replace_pacticipant(&name, change).await?;
    replaced.ok_or_else(|| ApiError::no_such("pacticipant", name.as_str()))?;
    show(State(app), urls, Names((name,))).await
}

/// Changes the attributes given; creates the pacticipant when it does not exist.
pub(crate) async fn update(
    State(app): State<AppState>,
    urls: Urls,
    Names((name,)): Names<(PacticipantName,)>,
    body: JsonObject,
) -> Result<Hal, ApiError> {
    let mut fields = Fields::of(&body.0);
    let change = change(&mut fields, &body.0, Missing::Keeps);
    let change = fields.finish(Some(change))?;
    let written = app.store().update_pacticipant(&name, change).await?;
    if !written.created {
        return show(State(app), urls, Names((name,))).await;
    }
    Ok(Hal::created(
        urls.pacticipant(name.as_str()),
        document(&urls, &written.value, Some(&[])),
    ))
}

/// Deletes a pacticipant with everything that hangs on it.
pub(crate) async fn delete(
    State(app): State<AppState>,
    Names((name,)): Names<(PacticipantName,)>,
) -> Result<StatusCode, ApiError> {
    if app.store().delete_pacticipant(&name).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(ApiError::no_such("pacticipant", name.as_str()))
}

/// Finds a pacticipant, or says that there is none of this name.
pub(crate) async fn load(
    app: &AppState,
    name: &PacticipantName,
) -> Result<PacticipantDetail, ApiError> {
    let found = app.store().pacticipant(name).await?;
    found.ok_or_else(|| ApiError::no_such("pacticipant", name.as_str()))
}

/// What an attribute that the body does not mention means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Missing {
    Clears,
    Keeps,
}

fn change(
    fields: &mut Fields<'_>,
    body: &Map<String, Value>,
    missing: Missing,
) -> PacticipantChange {
    let mut attribute = |key: &str| -> Change<String> {
        if missing == Missing::Keeps && !body.contains_key(key) {
            return Change::Keep;
        }
        let text = fields.text(key, Need::Optional).map(str::to_owned);
        Change::Set(text.filter(|text| !text.is_empty()))
    };
    let display_name = attribute("displayName");
    let repository_url = attribute("repositoryUrl");
    let repository_name = attribute("repositoryName");
    let repository_namespace = attribute("repositoryNamespace");
    let main_branch = match attribute("mainBranch") {
        Change::Keep => Change::Keep,
        Change::Set(None) => Change::Set(None),
        Change::Set(Some(text)) => Change::Set(main_branch(fields, &text)),
    };
    PacticipantChange {
        display_name,
        repository_url,
        repository_name,
        repository_namespace,
        main_branch,
    }
}

fn main_branch(fields: &mut Fields<'_>, text: &str) -> Option<BranchName> {
    let parsed = BranchName::parse(text);
    match &parsed {
        Ok(_) if text.contains(char::is_whitespace) => {
            fields.refuse("mainBranch", "cannot contain spaces");
        }
        Ok(_) => {}
        Err(error) => fields.refuse("mainBranch", error.to_string()),
    }
    parsed.ok()
}

/// Renders a pacticipant; where it is deployed is shown only where that was looked up.
pub(crate) fn document(
    urls: &Urls,
    detail: &PacticipantDetail,
    deployed: Option<&[DeployedVersion]>,
) -> Value {
    let pacticipant = &detail.pacticipant;
    let name = pacticipant.name.as_str();
    let mut body = Map::new();
    body.insert("name".to_owned(), name.into());
    body.insert(
        "displayName".to_owned(),
        pacticipant.display_name.clone().into(),
    );
    set(
        &mut body,
        "repositoryUrl",
        pacticipant.repository_url.clone(),
    );
    set(
        &mut body,
        "repositoryName",
        pacticipant.repository_name.clone(),
    );
    set(
        &mut body,
        "repositoryNamespace",
        pacticipant.repository_namespace.clone(),
    );
    set(
        &mut body,
        "mainBranch",
        pacticipant.main_branch.as_ref().map(BranchName::as_str),
    );
    set_times(&mut body, &pacticipant.created_at, &pacticipant.updated_at);
    let labels = detail.labels.iter().map(|label| {
        let href = urls.label(name, label.as_str());
        json!({ "name": label.as_str(), "_links": { "self": named("Label", label.as_str(), href) } })
    });
    let mut embedded = Map::new();
    embedded.insert("labels".to_owned(), labels.collect());
    if let Some(number) = &detail.latest_version {
        let link = named(
            "Version",
            number.as_str(),
            urls.version(name, number.as_str()),
        );
        let latest = json!({ "number": number.as_str(), "_links": { "self": link } });
        let mut old = latest.clone();
        old["title"] = "DEPRECATED - please use latestVersion".into();
        old["name"] = "DEPRECATED - please use latestVersion".into();
        embedded.insert("latestVersion".to_owned(), latest);
        embedded.insert("latest-version".to_owned(), old);
    }
    body.insert("_embedded".to_owned(), embedded.into());
    body.insert("_links".to_owned(), links(urls, name, deployed));
    body.into()
}

fn links(urls: &Urls, name: &str, deployed: Option<&[DeployedVersion]>) -> Value {
    let own = urls.pacticipant(name);
    let mut links = json!({
        "self": link(own.as_str()),
        "pb:versions": link(urls.versions(name)),
        "pb:branches": link(urls.branches(name)),
        "pb:version": template("A version", format!("{own}/versions/{{version}}")),
        "pb:version-tag": template("A tag of a version", format!("{own}/versions/{{version}}/tags/{{tag}}")),
        "pb:branch-version": template("A version on a branch", format!("{own}/branches/{{branch}}/versions/{{version}}")),
        "pb:label": template("A label", format!("{own}/labels/{{label}}")),
        "versions": titled("Deprecated: use pb:versions", urls.versions(name)),
        "pb:can-i-deploy-badge": template(
            "Badge: may the latest version with a tag join another tag",
            format!("{own}/latest-version/{{tag}}/can-i-deploy/to/{{environmentTag}}/badge"),
        ),
        "pb:can-i-deploy-branch-to-environment-badge": template(
            "Badge: may the head of a branch be deployed to an environment",
            format!("{own}/branches/{{branch}}/latest-version/can-i-deploy/to-environment/{{environment}}/badge"),
        ),
        "curies": urls.curies("pacticipant"),
    });
    if let Some(deployed) = deployed {
        let environments = deployed
            .iter()
            .map(|one| super::versions::deployed_link(urls, one));
        links["pb:deployed-environments"] = environments.collect();
    }
    links
}

/// Shows a label.
pub(crate) async fn show_label(
    State(app): State<AppState>,
    urls: Urls,
    Names((name, label)): Names<(PacticipantName, LabelName)>,
) -> Result<Hal, ApiError> {
    let found = app
        .store()
        .label(&name, &label)
        .await?
        .ok_or_else(ApiError::not_found)?;
    Ok(Hal::ok(label_document(&urls, name.as_str(), &found)))
}

/// Puts a label on a pacticipant, which is created when it does not exist.
pub(crate) async fn put_label(
    State(app): State<AppState>,
    urls: Urls,
    Names((name, label)): Names<(PacticipantName, LabelName)>,
) -> Result<Hal, ApiError> {
    let written = app.store().put_label(&name, &label).await?;
    let stored = written.value.ok_or_else(ApiError::not_found)?;
    let place = urls.label(name.as_str(), label.as_str());
    Ok(Hal::stored(
        written.created,
        place,
        label_document(&urls, name.as_str(), &stored),
    ))
}

/// Takes a label off.
pub(crate) async fn delete_label(
    State(app): State<AppState>,
    Names((name, label)): Names<(PacticipantName, LabelName)>,
) -> Result<StatusCode, ApiError> {
    gone(app.store().delete_label(&name, &label).await?)
}

/// Lists the names of all labels.
pub(crate) async fn labels(
    State(app): State<AppState>,
    urls: Urls,
    Query(query): Query,
    address: Address,
) -> Result<Hal, ApiError> {
    let page = page(&query, PAGE_SIZE)?;
    let found = app.store().labels(page).await?;
    let labels: Vec<Value> = found
        .items
        .iter()
        .map(|label| json!({ "name": label.as_str() }))
        .collect();
    let place = urls.at(address.path());
    let mut body = json!({ "_embedded": { "labels": labels }, "_links": { "self": titled("Labels", place.as_str()) } });
    set_paging(&mut body, page, found.total, &place);
    Ok(Hal::ok(body))
}

fn label_document(urls: &Urls, pacticipant: &str, label: &Label) -> Value {
    let name = label.name.as_str();
    let mut body = Map::new();
    body.insert("name".to_owned(), name.into());
    set_times(&mut body, &label.created_at, &label.updated_at);
    let links = json!({
        "self": named("Label", name, urls.label(pacticipant, name)),
        "pacticipant": named("Pacticipant", pacticipant, urls.pacticipant(pacticipant)),
    });
    body.insert("_links".to_owned(), links);
    body.into()
}

/// Answers 204 when something was deleted, 404 when there was nothing.
pub(crate) fn gone(deleted: bool) -> Result<StatusCode, ApiError> {
    if deleted {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::not_found())
    }
}
