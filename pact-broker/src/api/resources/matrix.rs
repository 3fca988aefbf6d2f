//! The matrix, and whether a version can be deployed.

use axum::{extract::State, response::Response};

use super::{
    matrix_document::{document, table},
    matrix_query,
    pact_lists::check_pair,
};
use crate::{
    api::{
        error::{ApiError, FieldError},
        extract::{Names, Negotiated, Query},
        hal,
        media::MediaType,
        nested::Nested,
        urls::Urls,
    },
    domain::{
        matrix::{
            Destination, IgnoreSelector, LatestBy, Matrix, MatrixQuery, MatrixSelector,
            VersionChoice,
        },
        text::{BranchName, EnvironmentName, PacticipantName, TagName, VersionNumber},
        version::VersionAddress,
    },
    state::AppState,
};

/// Answers a matrix question.
pub(crate) async fn show(
    State(app): State<AppState>,
    urls: Urls,
    Query(query): Query,
    negotiated: Negotiated,
) -> Result<Response, ApiError> {
    let question = question(&app, &query).await?;
    Ok(answer(
        &urls,
        &app.store().matrix(&question).await?,
        negotiated,
    ))
}

fn answer(urls: &Urls, matrix: &Matrix, Negotiated(media): Negotiated) -> Response {
    match media {
        MediaType::Text => hal::text(MediaType::Text, table(matrix)),
        _ => document(urls, matrix),
    }
}

/// Reads a question and checks that what it names exists.
pub(crate) async fn question(app: &AppState, query: &Nested) -> Result<MatrixQuery, ApiError> {
    let mut question = matrix_query::read(query)?;
    let mut errors = Vec::new();
    let names = question
        .selectors
        .iter()
        .map(|selector| &selector.pacticipant);
    let chosen = question
        .selectors
        .iter()
        .filter_map(|selector| match &selector.versions {
            VersionChoice::Environment(name) => Some(name),
            _ => None,
        });
    let destination = match &question.destination {
        Some(Destination::Environment(name)) => Some(name),
        _ => None,
    };
    let places = chosen.chain(destination);
    let known = app.store().known(names.clone(), places.clone()).await?;
    for name in names.filter(|name| !known.pacticipants.contains(*name)) {
        errors.push(format!("there is no pacticipant named '{name}'"));
    }
    for name in places.filter(|name| !known.environments.contains(*name)) {
        errors.push(format!("there is no environment named '{name}'"));
    }
    if !errors.is_empty() {
        return Err(ApiError::list(errors));
    }
    // DIFFERENCE: an environment may hold several versions of one provider; none of them may be overlooked, though
    // clients ask for the newest only.
    let to_environment = matches!(question.destination, Some(Destination::Environment(_)));
    if to_environment && question.latest_by == Some(LatestBy::ConsumerVersion) {
        question.latest_by = Some(LatestBy::ConsumerVersionAndProviderVersion);
    }
    Ok(question)
}

/// Answers the matrix of a pair.
pub(crate) async fn of_pair(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer)): Names<(PacticipantName, PacticipantName)>,
    Query(query): Query,
) -> Result<Response, ApiError> {
    check_pair(&app, &consumer, &provider).await?;
    let mut errors = Vec::new();
    let mut question = matrix_query::settings(&query, &mut |error| errors.push(error));
    if !errors.is_empty() {
        return Err(ApiError::list(errors));
    }
    question.selectors = [consumer, provider]
        .map(|pacticipant| MatrixSelector {
            pacticipant,
            versions: VersionChoice::Any,
        })
        .into();
    Ok(document(&urls, &app.store().matrix(&question).await?))
}

/// Answers whether a version can be deployed.
pub(crate) async fn can_i_deploy(
    State(app): State<AppState>,
    urls: Urls,
    Query(query): Query,
    negotiated: Negotiated,
) -> Result<Response, ApiError> {
    let question = deployment(&app, &query).await?;
    Ok(answer(
        &urls,
        &app.store().matrix(&question).await?,
        negotiated,
    ))
}

/// Reads whether which version may go where, and checks that both exist.
pub(crate) async fn deployment(app: &AppState, query: &Nested) -> Result<MatrixQuery, ApiError> {
    let mut errors = Vec::new();
    let given = |key: &str| query.text(key).filter(|text| !text.trim().is_empty());
    let name = given("pacticipant").and_then(|name| PacticipantName::parse(name).ok());
    let number = given("version").and_then(|number| VersionNumber::parse(number).ok());
    let to = given("to").and_then(|tag| TagName::parse(tag).ok());
    let environment = given("environment");
    let named = environment.and_then(|name| EnvironmentName::parse(name).ok());
    let known = app.store().known(&name, &named).await?;
    match &name {
        None => errors.push(FieldError::at("pacticipant", "is missing")),
        Some(name) if !known.pacticipants.contains(name) => {
            errors.push(FieldError::at(
                "pacticipant",
                format!("is '{name}', but there is no pacticipant of this name"),
            ));
        }
        Some(_) => {}
    }
    if number.is_none() {
        errors.push(FieldError::at("version", "is missing"));
    }
    match (&to, environment) {
        (None, None) => errors.push(FieldError::new(
            Vec::new(),
            "say where to deploy to: an environment, or a tag as `to`",
        )),
        (Some(_), Some(_)) => errors.push(FieldError::new(
            Vec::new(),
            "name an environment or a tag as `to`, not both",
        )),
        (None, Some(_)) | (Some(_), None) => {}
    }
    let place = named.filter(|name| known.environments.contains(name));
    if let (Some(text), None) = (environment, &place) {
        errors.push(FieldError::at(
            "environment",
            format!("is '{text}', but there is no environment of this name"),
        ));
    }
    let ignore = matrix_query::ignored(query.get("ignore"), &mut |error| {
        errors.push(FieldError::at("ignore", error));
    });
    let destination = match (to, place) {
        (Some(tag), _) => Some(Destination::LatestTagged(tag)),
        (None, place) => place.map(Destination::Environment),
    };
    match (name, number, destination) {
        (Some(name), Some(number), Some(destination)) if errors.is_empty() => Ok(asking(
            (name, VersionChoice::Number(number)),
            destination,
            ignore,
        )),
        _ => Err(ApiError::fields(errors)),
    }
}

/// Asks whether versions of a pacticipant may go to a destination.
fn asking(
    (pacticipant, versions): (PacticipantName, VersionChoice),
    destination: Destination,
    ignore: Vec<IgnoreSelector>,
) -> MatrixQuery {
    let latest_by = match &destination {
        Destination::Environment(_) => LatestBy::ConsumerVersionAndProviderVersion,
        _ => LatestBy::ConsumerVersion,
    };
    MatrixQuery {
        selectors: vec![MatrixSelector {
            pacticipant,
            versions,
        }],
        destination: Some(destination),
        ignore,
        latest_by: Some(latest_by),
        success: Vec::new(),
        limit: None,
    }
}

/// Answers whether the newest version with a tag may join another tag.
pub(crate) async fn tag_to_tag(
    State(app): State<AppState>,
    urls: Urls,
    Names(names): Names<(PacticipantName, TagName, TagName)>,
) -> Result<Response, ApiError> {
    let question = deployment_from_tag(&app, names).await?;
    Ok(document(&urls, &app.store().matrix(&question).await?))
}

/// Answers whether the head of a branch may be deployed to an environment.
pub(crate) async fn branch_to_environment(
    State(app): State<AppState>,
    urls: Urls,
    Names(names): Names<(PacticipantName, BranchName, EnvironmentName)>,
) -> Result<Response, ApiError> {
    let question = deployment_from_branch(&app, names).await?;
    Ok(document(&urls, &app.store().matrix(&question).await?))
}

/// Asks whether the newest version with a tag, which must exist, may join another tag.
pub(crate) async fn deployment_from_tag(
    app: &AppState,
    (name, tag, to): (PacticipantName, TagName, TagName),
) -> Result<MatrixQuery, ApiError> {
    let newest = app
        .store()
        .version(&name, &VersionAddress::LatestTagged(tag.clone()))
        .await?;
    newest.ok_or_else(ApiError::not_found)?;
    Ok(asking(
        (name, VersionChoice::LatestTagged(tag)),
        Destination::LatestTagged(to),
        Vec::new(),
    ))
}

/// Asks whether the head of a branch may be deployed to an environment, both of which must exist.
pub(crate) async fn deployment_from_branch(
    app: &AppState,
    (name, branch, environment): (PacticipantName, BranchName, EnvironmentName),
) -> Result<MatrixQuery, ApiError> {
    let head = app
        .store()
        .version(&name, &VersionAddress::LatestOnBranch(branch.clone()))
        .await?;
    head.ok_or_else(ApiError::not_found)?;
    if app
        .store()
        .environments(Some(&environment))
        .await?
        .is_empty()
    {
        return Err(ApiError::not_found());
    }
    Ok(asking(
        (name, VersionChoice::BranchHead(branch)),
        Destination::Environment(environment),
        Vec::new(),
    ))
}
