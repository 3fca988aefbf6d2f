//! Environments, and what is and was deployed and released there.

use axum::{extract::State, routing::get};

use super::{Answer, Pages};
use crate::{
    api::{ApiError, Names, Query, deployment_filter, load_environment, release_filter},
    domain::{
        environment::{DeployedVersion, DeploymentFilter, ReleaseFilter, ReleasedVersion},
        interaction::written,
        json::Json,
        text::{PacticipantName, Uuid, VersionNumber},
    },
    state::AppState,
    ui::{
        sheet::Sheet,
        site::Site,
        view::{Cell, Verdict, minute},
    },
};

pub(in crate::ui) fn pages() -> Pages {
    vec![
        ("/environments", get(list)),
        ("/environments/{environment}", get(show)),
        (
            "/environments/{environment}/deployed-versions/currently-deployed",
            get(deployed_now),
        ),
        (
            "/environments/{environment}/released-versions/currently-supported",
            get(supported_now),
        ),
        (
            "/pacticipants/{pacticipant}/versions/{version}/deployed-versions/environment/{environment}",
            get(deployments),
        ),
        (
            "/pacticipants/{pacticipant}/versions/{version}/released-versions/environment/{environment}",
            get(releases),
        ),
        ("/deployed-versions/{deployment}", get(deployment)),
        ("/released-versions/{release}", get(release)),
    ]
}

async fn list(State(app): State<AppState>, site: Site) -> Answer {
    let found = app.store().environments(None).await?;
    let rows = found.iter().map(|one| {
        let place = site.environment(one.uuid.as_str());
        vec![
            Cell::link(one.name.as_str(), place.as_str()),
            one.display_name.as_str().into(),
            production(one.production).into(),
            Cell::link("deployed", deployed_place(&place))
                .then_link("released", supported_place(&place)),
        ]
    });
    let columns = ["Name", "Called", "Kind", "In use now"];
    let none = "There is no environment. Create one with pact broker create-environment.";
    Ok(Sheet::new(&site, "Environments").table(&columns, rows.collect(), none))
}

fn production(production: bool) -> &'static str {
    if production {
        "production"
    } else {
        "not production"
    }
}

fn deployed_place(environment: &str) -> String {
    format!("{environment}/deployed-versions/currently-deployed")
}

fn supported_place(environment: &str) -> String {
    format!("{environment}/released-versions/currently-supported")
}

async fn show(State(app): State<AppState>, site: Site, Names((uuid,)): Names<(Uuid,)>) -> Answer {
    let environment = load_environment(&app, &uuid).await?;
    let store = app.store();
    let (deployed, supported) = (DeploymentFilter::default(), ReleaseFilter::default());
    let deployed = store.currently_deployed(&uuid, &deployed).await?;
    let supported = store.currently_supported(&uuid, &supported).await?;
    let contacts = Json::read(&environment.contacts).unwrap_or(Json::Null);
    let contacts: Vec<Cell> = contacts
        .as_array()
        .unwrap_or_default()
        .iter()
        .map(contact)
        .collect();
    let mut sheet = Sheet::new(&site, environment.display_name.as_str())
        .below("Environments", site.environments())
        .fact("Name", environment.name.as_str())
        .fact("Kind", production(environment.production))
        .fact("Key", Cell::code(uuid.as_str()))
        .fact("Since", &environment.created_at);
    if !contacts.is_empty() {
        sheet = sheet.heading("Contacts").list(contacts);
    }
    let sheet = sheet.heading("Deployed now");
    let sheet = deployed_table(&site, sheet, &deployed.unwrap_or_default());
    let sheet = sheet.heading("Released and supported now");
    Ok(released_table(&site, sheet, &supported.unwrap_or_default()))
}

/// A contact: its name, and whatever else was given about it.
fn contact(contact: &Json<'_>) -> Cell {
    let name = contact.get("name").and_then(Json::as_str);
    let details = match contact.get("details") {
        Some(Json::Object(details)) => details.as_slice(),
        _ => &[],
    };
    details.iter().fold(
        Cell::text(name.unwrap_or_default()),
        |cell, (key, value)| {
            let value = value.as_str().map_or_else(|| written(value), str::to_owned);
            cell.mark(format!("{key}: {value}"))
        },
    )
}

async fn deployed_now(
    State(app): State<AppState>,
    site: Site,
    Names((uuid,)): Names<(Uuid,)>,
    Query(query): Query,
) -> Answer {
    let sheet = of_environment(&app, &site, &uuid, "Deployed now").await?;
    let filter = deployment_filter(&query);
    let found = app.store().currently_deployed(&uuid, &filter).await?;
    Ok(deployed_table(&site, sheet, &found.unwrap_or_default()))
}

async fn supported_now(
    State(app): State<AppState>,
    site: Site,
    Names((uuid,)): Names<(Uuid,)>,
    Query(query): Query,
) -> Answer {
    let sheet = of_environment(&app, &site, &uuid, "Released and supported now").await?;
    let filter = release_filter(&query);
    let found = app.store().currently_supported(&uuid, &filter).await?;
    Ok(released_table(&site, sheet, &found.unwrap_or_default()))
}

/// Starts a page of what is in an environment.
async fn of_environment(app: &AppState, site: &Site, uuid: &Uuid, what: &str) -> Answer {
    let environment = load_environment(app, uuid).await?;
    let title = format!("{what}: {}", environment.display_name);
    Ok(Sheet::new(site, title)
        .below("Environments", site.environments())
        .below(environment.name.as_str(), site.environment(uuid.as_str())))
}

/// A version and an environment, as the address of a record names them.
type Place = Names<(PacticipantName, VersionNumber, Uuid)>;

async fn deployments(State(app): State<AppState>, site: Site, Names(place): Place) -> Answer {
    let sheet = of_stay(&app, &site, &place, "Deployments").await?;
    let (name, number, uuid) = &place;
    let found = app.store().deployed_versions(name, number, uuid).await?;
    Ok(deployed_table(
        &site,
        sheet,
        &found.ok_or_else(ApiError::not_found)?,
    ))
}

async fn releases(State(app): State<AppState>, site: Site, Names(place): Place) -> Answer {
    let sheet = of_stay(&app, &site, &place, "Releases").await?;
    let (name, number, uuid) = &place;
    let found = app.store().released_versions(name, number, uuid).await?;
    Ok(released_table(
        &site,
        sheet,
        &found.ok_or_else(ApiError::not_found)?,
    ))
}

/// Starts a page of what a version did in an environment.
async fn of_stay(
    app: &AppState,
    site: &Site,
    (name, number, uuid): &(PacticipantName, VersionNumber, Uuid),
    what: &str,
) -> Answer {
    let environment = load_environment(app, uuid).await?;
    let place = &environment.display_name;
    let title = format!("{what} of {name} version {number} to {place}");
    Ok(below_version(site, title, name, number))
}

fn below_version(
    site: &Site,
    title: String,
    name: &PacticipantName,
    number: &VersionNumber,
) -> Sheet {
    let (name, number) = (name.as_str(), number.as_str());
    Sheet::new(site, title)
        .below_pacticipant(site, name)
        .below(number, site.version(name, number))
}

async fn deployment(
    State(app): State<AppState>,
    site: Site,
    Names((uuid,)): Names<(Uuid,)>,
) -> Answer {
    let found = app
        .store()
        .deployed_version(&uuid)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let title = format!(
        "{} version {} in {}",
        found.pacticipant, found.number, found.environment.display_name
    );
    let sheet = below_version(&site, title, &found.pacticipant, &found.number);
    Ok(deployed_table(&site, sheet, &[found]))
}

async fn release(
    State(app): State<AppState>,
    site: Site,
    Names((uuid,)): Names<(Uuid,)>,
) -> Answer {
    let found = app
        .store()
        .released_version(&uuid)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let title = format!(
        "{} version {} released to {}",
        found.pacticipant, found.number, found.environment.display_name
    );
    let sheet = below_version(&site, title, &found.pacticipant, &found.number);
    Ok(released_table(&site, sheet, &[found]))
}

/// Adds deployments.
pub(super) fn deployed_table(site: &Site, sheet: Sheet, found: &[DeployedVersion]) -> Sheet {
    let rows = found.iter().map(|one| {
        let (name, number) = (one.pacticipant.as_str(), one.number.as_str());
        let until = match &one.undeployed_at {
            Some(at) => at.into(),
            None if one.currently_deployed => Verdict::good("in use").into(),
            None => Cell::default(),
        };
        vec![
            Cell::link(name, site.pacticipant(name)),
            Cell::link(number, site.version(name, number)),
            Cell::link(
                one.environment.display_name.as_str(),
                site.environment(one.environment.uuid.as_str()),
            ),
            one.application_instance.clone().unwrap_or_default().into(),
            Cell::link(
                minute(&one.created_at),
                site.deployed_version(one.uuid.as_str()),
            ),
            until,
        ]
    });
    let columns = [
        "Pacticipant",
        "Version",
        "Environment",
        "Instance",
        "Since",
        "Until",
    ];
    sheet.table(&columns, rows.collect(), "No deployment is recorded.")
}

/// Adds releases.
pub(super) fn released_table(site: &Site, sheet: Sheet, found: &[ReleasedVersion]) -> Sheet {
    let rows = found.iter().map(|one| {
        let (name, number) = (one.pacticipant.as_str(), one.number.as_str());
        let until = match &one.support_ended_at {
            Some(at) => at.into(),
            None => Verdict::good("supported").into(),
        };
        vec![
            Cell::link(name, site.pacticipant(name)),
            Cell::link(number, site.version(name, number)),
            Cell::link(
                one.environment.display_name.as_str(),
                site.environment(one.environment.uuid.as_str()),
            ),
            Cell::link(
                minute(&one.created_at),
                site.released_version(one.uuid.as_str()),
            ),
            until,
        ]
    });
    let columns = ["Pacticipant", "Version", "Environment", "Since", "Until"];
    sheet.table(&columns, rows.collect(), "No release is recorded.")
}
