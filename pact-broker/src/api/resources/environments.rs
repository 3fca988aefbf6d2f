//! Environments, and what is deployed or released in them.

use axum::{extract::State, http::StatusCode};
use serde_json::{Map, Value, json};

use super::pacticipants::gone;
use crate::{
    api::{
        error::ApiError,
        error::Segment,
        extract::{Address, JsonObject, Names, Query},
        fields::{Fields, Need},
        hal::{Hal, link, named, set_times, titled},
        nested::Nested,
        urls::Urls,
    },
    domain::{
        environment::{
            DeployedVersion, DeploymentFilter, Environment, EnvironmentAttributes, EnvironmentRef,
            ReleaseFilter, ReleasedVersion,
        },
        text::{EnvironmentName, PacticipantName, Uuid, VersionNumber},
    },
    state::AppState,
    store::StoreError,
};

/// Lists environments by their name for people.
pub(crate) async fn list(
    State(app): State<AppState>,
    urls: Urls,
    Query(query): Query,
) -> Result<Hal, ApiError> {
    let all = match query.text("name").map(EnvironmentName::parse) {
        None => app.store().environments(None).await?,
        Some(Ok(name)) => app.store().environments(Some(&name)).await?,
        Some(Err(_)) => Vec::new(),
    };
    let links: Vec<Value> = all
        .iter()
        .map(|one| {
            named(
                "Environment",
                one.name.as_str(),
                urls.environment(one.uuid.as_str()),
            )
        })
        .collect();
    let documents: Vec<Value> = all
        .iter()
        .map(|one| document(&urls, &EnvironmentRef::from(one)))
        .collect();
    Ok(Hal::ok(json!({
        "_embedded": { "environments": documents },
        "_links": { "self": titled("Environments", urls.environments()), "pb:environments": links },
    })))
}

/// Creates an environment.
pub(crate) async fn create(
    State(app): State<AppState>,
    urls: Urls,
    body: JsonObject,
) -> Result<Hal, ApiError> {
    let attributes = attributes(&body.0)?;
    let environment = app
        .store()
        .create_environment(attributes)
        .await
        .map_err(name_taken)?;
    Ok(Hal::created(
        urls.environment(environment.uuid.as_str()),
        document(&urls, &EnvironmentRef::from(&environment)),
    ))
}

/// Shows an environment.
pub(crate) async fn show(
    State(app): State<AppState>,
    urls: Urls,
    Names((uuid,)): Names<(Uuid,)>,
) -> Result<Hal, ApiError> {
    let environment = load(&app, &uuid).await?;
    Ok(Hal::ok(document(
        &urls,
        &EnvironmentRef::from(&environment),
    )))
}

/// Replaces an environment's attributes.
pub(crate) async fn replace(
    State(app): State<AppState>,
    urls: Urls,
    Names((uuid,)): Names<(Uuid,)>,
    body: JsonObject,
) -> Result<Hal, ApiError> {
    load(&app, &uuid).await?;
    let attributes = attributes(&body.0)?;
    let replaced = app
        .store()
        .replace_environment(&uuid, attributes)
        .await
        .map_err(name_taken)?;
    let environment = replaced.ok_or_else(ApiError::not_found)?;
    Ok(Hal::ok(document(
        &urls,
        &EnvironmentRef::from(&environment),
    )))
}

/// Deletes an environment with the record of what was there.
pub(crate) async fn delete(
    State(app): State<AppState>,
    Names((uuid,)): Names<(Uuid,)>,
) -> Result<StatusCode, ApiError> {
    gone(app.store().delete_environment(&uuid).await?)
}

/// Finds an environment.
pub(crate) async fn load(app: &AppState, uuid: &Uuid) -> Result<Environment, ApiError> {
    app.store()
        .environment(uuid)
        .await?
        .ok_or_else(ApiError::not_found)
}

fn name_taken(error: StoreError) -> ApiError {
    match error {
        StoreError::EnvironmentNameTaken { name } => ApiError::field(
            "name",
            format!("'{name}' is already the name of another environment"),
        ),
        other => other.into(),
    }
}

fn attributes(body: &Map<String, Value>) -> Result<EnvironmentAttributes, ApiError> {
    let mut fields = Fields::of(body);
    let name =
        fields
            .line("name", Need::Required)
            .and_then(|text| match EnvironmentName::parse(text) {
                Ok(name) => Some(name),
                Err(error) => {
                    fields.refuse("name", error.to_string());
                    None
                }
            });
    let display_name = fields
        .line("displayName", Need::Optional)
        .map(str::to_owned);
    let production = fields.boolean("production", Need::Required);
    let contacts = fields
        .array("contacts", Need::Optional)
        .cloned()
        .unwrap_or_default();
    check_contacts(&mut fields, &contacts);
    let contacts = Value::Array(contacts).to_string();
    let attributes = name
        .zip(production)
        .map(|(name, production)| EnvironmentAttributes {
            name,
            display_name,
            production,
            contacts,
        });
    fields.finish(attributes)
}

fn check_contacts(fields: &mut Fields<'_>, contacts: &[Value]) {
    for (index, contact) in contacts.iter().enumerate() {
        let mut place = fields.place_of("contacts");
        place.push(Segment::Index(index));
        let empty = Map::new();
        let mut inside = Fields::inside(contact.as_object().unwrap_or(&empty), place);
        if contact.is_object() {
            inside.line("name", Need::Required);
            inside.object("details", Need::Optional);
        } else {
            inside.refuse_whole("must be an object");
        }
        fields.absorb(inside.into_errors());
    }
}

/// Renders an environment.
pub(crate) fn document(urls: &Urls, environment: &EnvironmentRef) -> Value {
    let own = urls.environment(environment.uuid.as_str());
    let shown = &environment.display_name;
    let mut body = summary(environment);
    let links = json!({
        "self": named("Environment", environment.name.as_str(), own.as_str()),
        "pb:currently-deployed-deployed-versions": titled(&format!("Versions deployed to {shown}"), format!("{own}/deployed-versions/currently-deployed")),
        "pb:currently-supported-released-versions": titled(&format!("Versions released and supported in {shown}"), format!("{own}/released-versions/currently-supported")),
        "pb:environments": titled("Environments", urls.environments()),
    });
    body.insert("_links".to_owned(), links);
    body.into()
}

fn summary(environment: &EnvironmentRef) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("uuid".to_owned(), environment.uuid.as_str().into());
    body.insert("name".to_owned(), environment.name.as_str().into());
    body.insert(
        "displayName".to_owned(),
        environment.display_name.clone().into(),
    );
    body.insert("production".to_owned(), environment.production.into());
    let contacts: Value = serde_json::from_str(&environment.contacts).unwrap_or_else(|_| json!([]));
    body.insert("contacts".to_owned(), contacts);
    set_times(&mut body, &environment.created_at, &environment.updated_at);
    body
}

/// Lists what is deployed to an environment now, the newest first.
pub(crate) async fn currently_deployed(
    State(app): State<AppState>,
    urls: Urls,
    Names((uuid,)): Names<(Uuid,)>,
    Query(query): Query,
    address: Address,
) -> Result<Hal, ApiError> {
    let environment = load(&app, &uuid).await?;
    let found = app
        .store()
        .currently_deployed(&uuid, &deployment_filter(&query))
        .await?
        .ok_or_else(ApiError::not_found)?;
    let documents: Vec<Value> = found
        .iter()
        .map(|one| deployed(&urls, one, Shown::Party))
        .collect();
    let own = titled(
        &format!("Versions deployed to {}", environment.display_name),
        urls.at(&address.path_and_query),
    );
    Ok(Hal::ok(
        json!({ "_embedded": { "deployedVersions": documents }, "_links": { "self": own } }),
    ))
}

/// Lists what is released and supported in an environment now, the newest first.
pub(crate) async fn currently_supported(
    State(app): State<AppState>,
    urls: Urls,
    Names((uuid,)): Names<(Uuid,)>,
    Query(query): Query,
    address: Address,
) -> Result<Hal, ApiError> {
    let environment = load(&app, &uuid).await?;
    let found = app
        .store()
        .currently_supported(&uuid, &release_filter(&query))
        .await?
        .ok_or_else(ApiError::not_found)?;
    let documents: Vec<Value> = found
        .iter()
        .map(|one| released(&urls, one, Shown::Party))
        .collect();
    let own = titled(
        &format!(
            "Versions released and supported in {}",
            environment.display_name
        ),
        urls.at(&address.path_and_query),
    );
    Ok(Hal::ok(
        json!({ "_embedded": { "releasedVersions": documents }, "_links": { "self": own } }),
    ))
}

/// Reads which deployments a query asks for.
pub(crate) fn deployment_filter(query: &Nested) -> DeploymentFilter {
    let instance = query
        .text("applicationInstance")
        .or_else(|| query.text("target"));
    DeploymentFilter {
        pacticipant: name_in(query, "pacticipant"),
        application_instance: instance
            .map(|instance| Some(instance.to_owned()).filter(|instance| !instance.is_empty())),
    }
}

/// Reads which releases a query asks for.
pub(crate) fn release_filter(query: &Nested) -> ReleaseFilter {
    let version = query
        .text("version")
        .and_then(|number| VersionNumber::parse(number).ok());
    ReleaseFilter {
        pacticipant: name_in(query, "pacticipant"),
        version,
    }
}

fn name_in(query: &Nested, key: &str) -> Option<PacticipantName> {
    PacticipantName::parse(query.text(key)?).ok()
}

/// What a deployment or release embeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Nothing: the address of the list says it all.
    Nothing,
    /// The pacticipant and the version.
    Party,
    /// The pacticipant, the version and the environment.
    Everything,
}

/// Renders a deployment.
pub(crate) fn deployed(urls: &Urls, one: &DeployedVersion, shown: Shown) -> Value {
    let mut body = Map::new();
    body.insert("uuid".to_owned(), one.uuid.as_str().into());
    body.insert(
        "currentlyDeployed".to_owned(),
        one.currently_deployed.into(),
    );
    if let Some(instance) = &one.application_instance {
        body.insert("target".to_owned(), instance.clone().into());
        body.insert("applicationInstance".to_owned(), instance.clone().into());
    }
    if let Some(at) = &one.undeployed_at {
        body.insert("undeployedAt".to_owned(), at.to_hal().into());
    }
    body.insert("createdAt".to_owned(), one.created_at.to_hal().into());
    embed(
        &mut body,
        embedded(
            urls,
            shown,
            (&one.pacticipant, &one.number),
            &one.environment,
        ),
    );
    body.insert(
        "_links".to_owned(),
        json!({ "self": link(urls.deployed_version(one.uuid.as_str())) }),
    );
    body.into()
}

/// Renders a release.
pub(crate) fn released(urls: &Urls, one: &ReleasedVersion, shown: Shown) -> Value {
    let mut body = Map::new();
    body.insert("uuid".to_owned(), one.uuid.as_str().into());
    body.insert(
        "currentlySupported".to_owned(),
        one.currently_supported().into(),
    );
    if let Some(at) = &one.support_ended_at {
        body.insert("supportEndedAt".to_owned(), at.to_hal().into());
    }
    body.insert("createdAt".to_owned(), one.created_at.to_hal().into());
    embed(
        &mut body,
        embedded(
            urls,
            shown,
            (&one.pacticipant, &one.number),
            &one.environment,
        ),
    );
    body.insert(
        "_links".to_owned(),
        json!({ "self": link(urls.released_version(one.uuid.as_str())) }),
    );
    body.into()
}

fn embed(body: &mut Map<String, Value>, embedded: Option<Value>) {
    if let Some(embedded) = embedded {
        body.insert("_embedded".to_owned(), embedded);
    }
}

fn embedded(
    urls: &Urls,
    shown: Shown,
    (name, number): (&PacticipantName, &VersionNumber),
    environment: &EnvironmentRef,
) -> Option<Value> {
    let (name, number) = (name.as_str(), number.as_str());
    let version = named("Version", number, urls.version(name, number));
    let mut embedded = json!({
        "pacticipant": { "name": name, "_links": { "self": link(urls.pacticipant(name)) } },
        "version": { "number": number, "_links": { "self": version } },
    });
    match shown {
        Shown::Nothing => return None,
        Shown::Party => {}
        Shown::Everything => embedded["environment"] = document(urls, environment),
    }
    Some(embedded)
}
