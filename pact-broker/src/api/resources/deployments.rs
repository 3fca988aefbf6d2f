//! Recording where versions are deployed and released.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::environments::{self, Shown};
use crate::{
    api::{
        error::{ApiError, FieldError},
        extract::{Address, JsonObject, Names},
        fields::Fields,
        hal::{Hal, titled},
        urls::Urls,
    },
    domain::text::{PacticipantName, Uuid, VersionNumber},
    state::AppState,
};

/// A version and an environment, as the address of a record names them.
type Place = Names<(PacticipantName, VersionNumber, Uuid)>;

/// Lists the deployments of a version to an environment, ended ones included.
pub(crate) async fn of_version(
    State(app): State<AppState>,
    urls: Urls,
    Names((name, number, uuid)): Place,
    address: Address,
) -> Result<Hal, ApiError> {
    let environment = environments::load(&app, &uuid).await?;
    let found = app
        .store()
        .deployed_versions(&name, &number, &uuid)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let documents: Vec<Value> = found
        .iter()
        .map(|one| environments::deployed(&urls, one, Shown::Nothing))
        .collect();
    let title = format!(
        "Deployments of {name} {number} to {}",
        environment.display_name
    );
    let own = titled(&title, urls.at(&address.path_and_query));
    Ok(Hal::ok(
        json!({ "_embedded": { "deployedVersions": documents }, "_links": { "self": own } }),
    ))
}

/// Records a deployment; a version that runs there already is left running.
pub(crate) async fn record(
    State(app): State<AppState>,
    urls: Urls,
    Names((name, number, uuid)): Place,
    body: JsonObject,
) -> Result<Hal, ApiError> {
    let mut fields = Fields::of(&body.0);
    let instance = fields.line_or_empty("applicationInstance");
    let target = fields.line_or_empty("target");
    let instance = fields.finish(Some(instance.or(target)))?;
    let recorded = app
        .store()
        .record_deployment(&name, &number, &uuid, instance)
        .await?;
    let deployed = recorded.ok_or_else(ApiError::not_found)?;
    let body = environments::deployed(&urls, &deployed, Shown::Everything);
    Ok(Hal::created(
        urls.deployed_version(deployed.uuid.as_str()),
        body,
    ))
}

/// Shows a deployment.
pub(crate) async fn show(
    State(app): State<AppState>,
    urls: Urls,
    Names((uuid,)): Names<(Uuid,)>,
) -> Result<Hal, ApiError> {
    let found = app
        .store()
        .deployed_version(&uuid)
        .await?
        .ok_or_else(ApiError::not_found)?;
    Ok(Hal::ok(environments::deployed(
        &urls,
        &found,
        Shown::Everything,
    )))
}

/// Ends a deployment.
pub(crate) async fn update(
    State(app): State<AppState>,
    urls: Urls,
    Names((uuid,)): Names<(Uuid,)>,
    body: JsonObject,
) -> Result<Hal, ApiError> {
    match body.0.get("currentlyDeployed") {
        Some(Value::Bool(true)) => {
            let message = "cannot be set back to true; record a new deployment";
            Err(
                ApiError::fields(vec![FieldError::at("currentlyDeployed", message)])
                    .with_status(StatusCode::UNPROCESSABLE_ENTITY),
            )
        }
        Some(Value::Bool(false)) => {
            let ended = app
                .store()
                .undeploy(&uuid)
                .await?
                .ok_or_else(ApiError::not_found)?;
            Ok(Hal::ok(environments::deployed(
                &urls,
                &ended,
                Shown::Everything,
            )))
        }
        _ => show(State(app), urls, Names((uuid,))).await,
    }
}

/// Lists the release of a version to an environment, if there is one.
pub(crate) async fn releases_of_version(
    State(app): State<AppState>,
    urls: Urls,
    Names((name, number, uuid)): Place,
    address: Address,
) -> Result<Hal, ApiError> {
    let environment = environments::load(&app, &uuid).await?;
    let found = app
        .store()
        .released_versions(&name, &number, &uuid)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let documents: Vec<Value> = found
        .iter()
        .map(|one| environments::released(&urls, one, Shown::Nothing))
        .collect();
    let title = format!(
        "Releases of {name} {number} to {}",
        environment.display_name
    );
    let own = titled(&title, urls.at(&address.path_and_query));
    Ok(Hal::ok(
        json!({ "_embedded": { "releasedVersions": documents }, "_links": { "self": own } }),
    ))
}

/// Records a release; support that had ended begins again.
pub(crate) async fn release(
    State(app): State<AppState>,
    urls: Urls,
    Names((name, number, uuid)): Place,
    _: JsonObject,
) -> Result<Hal, ApiError> {
    let recorded = app
        .store()
        .record_release(&name, &number, &uuid)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let place = urls.released_version(recorded.value.uuid.as_str());
    let body = environments::released(&urls, &recorded.value, Shown::Everything);
    let status = if recorded.created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(Hal::created(place, body).with_status(status))
}

/// Shows a release.
pub(crate) async fn show_release(
    State(app): State<AppState>,
    urls: Urls,
    Names((uuid,)): Names<(Uuid,)>,
) -> Result<Hal, ApiError> {
    let found = app
        .store()
        .released_version(&uuid)
        .await?
        .ok_or_else(ApiError::not_found)?;
    Ok(Hal::ok(environments::released(
        &urls,
        &found,
        Shown::Everything,
    )))
}

/// Ends the support of a release.
pub(crate) async fn update_release(
    State(app): State<AppState>,
    urls: Urls,
    Names((uuid,)): Names<(Uuid,)>,
    body: JsonObject,
) -> Result<Hal, ApiError> {
    match body.0.get("currentlySupported") {
        Some(Value::Bool(true)) => {
            let message = "cannot be set back to true; record the release again";
            Err(
                ApiError::fields(vec![FieldError::at("currentlySupported", message)])
                    .with_status(StatusCode::UNPROCESSABLE_ENTITY),
            )
        }
        Some(Value::Bool(false)) => {
            let ended = app
                .store()
                .end_support(&uuid)
                .await?
                .ok_or_else(ApiError::not_found)?;
            Ok(Hal::ok(environments::released(
                &urls,
                &ended,
                Shown::Everything,
            )))
        }
        _ => show_release(State(app), urls, Names((uuid,))).await,
    }
}
