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
    store::Known,
};

/// Answers a matrix question.
pub(crate) async fn show(
    State(app): State<AppState>,
    urls: Urls,
    Query(query): Query,
    negotiated: Negotiated,
) -> Result<Response, ApiError> {
    let (_, matrix) = asked(&app, &query).await?;
    Ok(answer(&urls, &matrix, negotiated))
}

fn answer(urls: &Urls, matrix: &Matrix, Negotiated(media): Negotiated) -> Response {
    match media {
        MediaType::Text => hal::text(MediaType::Text, table(matrix)),
        _ => document(urls, matrix),
    }
}

/// Reads a question and answers it, if what it names exists.
pub(crate) async fn asked(
    app: &AppState,
    query: &Nested,
) -> Result<(MatrixQuery, Matrix), ApiError> {
    let mut question = matrix_query::read(query)?;
    // DIFFERENCE: an environment may hold several versions of one provider; none of them may be overlooked, though
    // clients ask for the newest only.
    let to_environment = matches!(question.destination, Some(Destination::Environment(_)));
    if to_environment && question.latest_by == Some(LatestBy::ConsumerVersion) {
        question.latest_by = Some(LatestBy::ConsumerVersionAndProviderVersion);
    }
    let known = match app.store().matrix_of_known(&question).await? {
        Ok(matrix) => return Ok((question, matrix)),
        Err(known) => known,
    };
    let names = question.pacticipants();
    let names = names.filter(|name| !known.pacticipants.contains(*name));
    let places = question.environments();
    let places = places.filter(|name| !known.environments.contains(*name));
    let names = names.map(|name| format!("there is no pacticipant named '{name}'"));
    let places = places.map(|name| format!("there is no environment named '{name}'"));
    Err(ApiError::list(names.chain(places).collect()))
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
    let (_, matrix) = deployment(&app, &query).await?;
    Ok(answer(&urls, &matrix, negotiated))
}

/// Reads whether which version may go where and answers it, if both exist.
pub(crate) async fn deployment(
    app: &AppState,
    query: &Nested,
) -> Result<(MatrixQuery, Matrix), ApiError> {
    let asked = Deployment::read(query);
    let Some(question) = asked.question() else {
        let known = app.store().known(&asked.name, &asked.environment).await?;
        return Err(asked.refusal(&known));
    };
    match app.store().matrix_of_known(&question).await? {
        Ok(matrix) => Ok((question, matrix)),
        Err(known) => Err(asked.refusal(&known)),
    }
}

/// Which version shall go where, as far as a query says so.
struct Deployment<'a> {
    name: Option<PacticipantName>,
    number: Option<VersionNumber>,
    to: Option<TagName>,
    environment: Option<EnvironmentName>,
    /// The environment as it is written.
    place: Option<&'a str>,
    ignore: Vec<IgnoreSelector>,
    /// What is wrong with what is to be ignored.
    wrong: Vec<FieldError>,
}

impl<'a> Deployment<'a> {
    fn read(query: &'a Nested) -> Self {
        let given = |key: &str| query.text(key).filter(|text| !text.trim().is_empty());
        let mut wrong = Vec::new();
        let ignore = matrix_query::ignored(query.get("ignore"), &mut |error| {
            wrong.push(FieldError::at("ignore", error));
        });
        let place = given("environment");
        Self {
            name: given("pacticipant").and_then(|name| PacticipantName::parse(name).ok()),
            number: given("version").and_then(|number| VersionNumber::parse(number).ok()),
            to: given("to").and_then(|tag| TagName::parse(tag).ok()),
            environment: place.and_then(|name| EnvironmentName::parse(name).ok()),
            place,
            ignore,
            wrong,
        }
    }

    /// The question, if the query asks one.
    fn question(&self) -> Option<MatrixQuery> {
        let (name, number) = (self.name.clone()?, self.number.clone()?);
        let destination = match (&self.to, &self.environment, self.place) {
            (Some(tag), None, None) => Destination::LatestTagged(tag.clone()),
            (None, Some(name), Some(_)) => Destination::Environment(name.clone()),
            _ => return None,
        };
        let asked = || {
            asking(
                (name, VersionChoice::Number(number)),
                destination,
                self.ignore.clone(),
            )
        };
        self.wrong.is_empty().then(asked)
    }

    /// Everything that is wrong with the query, where these names are known.
    fn refusal(self, known: &Known) -> ApiError {
        let mut errors = Vec::new();
        match &self.name {
            None => errors.push(FieldError::at("pacticipant", "is missing")),
            Some(name) if !known.pacticipants.contains(name) => {
                errors.push(FieldError::at(
                    "pacticipant",
                    format!("is '{name}', but there is no pacticipant of this name"),
                ));
            }
            Some(_) => {}
        }
        if self.number.is_none() {
            errors.push(FieldError::at("version", "is missing"));
        }
        match (&self.to, self.place) {
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
        let exists = |name: &EnvironmentName| known.environments.contains(name);
        if let Some(text) = self.place
            && !self.environment.as_ref().is_some_and(exists)
        {
            errors.push(FieldError::at(
                "environment",
                format!("is '{text}', but there is no environment of this name"),
            ));
        }
        errors.extend(self.wrong);
        ApiError::fields(errors)
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
