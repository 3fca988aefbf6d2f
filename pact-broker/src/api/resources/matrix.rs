//! The matrix, and whether a version can be deployed.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{environments, matrix_query, pact_lists::check_pair, versions};
use crate::{
    api::{
        error::{ApiError, FieldError},
        extract::{Names, Negotiated, Query},
        hal::{self, Hal, link},
        media::MediaType,
        metadata::Metadata,
        nested::Nested,
        urls::{Pair, Urls},
    },
    domain::{
        matrix::{
            Decision, Destination, IgnoreSelector, LatestBy, Matrix, MatrixQuery, MatrixRow,
            MatrixSelector, ReasonLevel, VersionChoice, facts::VersionFact,
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
        _ => Hal::ok(document(urls, matrix)).into_response(),
    }
}

/// Reads a question and checks that what it names exists.
pub(crate) async fn question(app: &AppState, query: &Nested) -> Result<MatrixQuery, ApiError> {
    let mut question = matrix_query::read(query)?;
    let mut errors = Vec::new();
    for selector in &question.selectors {
        if app
            .store()
            .pacticipant(&selector.pacticipant)
            .await?
            .is_none()
        {
            errors.push(format!(
                "there is no pacticipant named '{}'",
                selector.pacticipant
            ));
        }
    }
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
    for name in chosen.chain(destination) {
        if app.store().environments(Some(name)).await?.is_empty() {
            errors.push(format!("there is no environment named '{name}'"));
        }
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
) -> Result<Hal, ApiError> {
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
    Ok(Hal::ok(document(
        &urls,
        &app.store().matrix(&question).await?,
    )))
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
    match &name {
        None => errors.push(FieldError::at("pacticipant", "is missing")),
        Some(name) if app.store().pacticipant(name).await?.is_none() => {
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
    let place = match environment.map(EnvironmentName::parse) {
        None => None,
        Some(Ok(name)) if !app.store().environments(Some(&name)).await?.is_empty() => Some(name),
        Some(_) => {
            let text = environment.unwrap_or_default();
            errors.push(FieldError::at(
                "environment",
                format!("is '{text}', but there is no environment of this name"),
            ));
            None
        }
    };
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
) -> Result<Hal, ApiError> {
    let question = deployment_from_tag(&app, names).await?;
    Ok(Hal::ok(document(
        &urls,
        &app.store().matrix(&question).await?,
    )))
}

/// Answers whether the head of a branch may be deployed to an environment.
pub(crate) async fn branch_to_environment(
    State(app): State<AppState>,
    urls: Urls,
    Names(names): Names<(PacticipantName, BranchName, EnvironmentName)>,
) -> Result<Hal, ApiError> {
    let question = deployment_from_branch(&app, names).await?;
    Ok(Hal::ok(document(
        &urls,
        &app.store().matrix(&question).await?,
    )))
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

/// Renders an answer.
fn document(urls: &Urls, matrix: &Matrix) -> Value {
    let verdict = &matrix.verdict;
    let mut notices: Vec<Value> = Vec::new();
    let mut lines: Vec<String> = Vec::new();
    for reason in &verdict.reasons {
        let kind = match reason.level() {
            ReasonLevel::Error => "error",
            ReasonLevel::Success => "success",
            ReasonLevel::Warning => "warning",
        };
        notices.push(json!({ "type": kind, "text": reason.to_string(), "code": reason.code() }));
        lines.push(reason.to_string());
    }
    let mut summary = json!({
        "deployable": deployable(verdict.decision),
        "reason": lines.join("\n"),
        "success": verdict.success,
        "failed": verdict.failed,
        "unknown": verdict.unknown,
    });
    if let Some(ignored) = verdict.ignored {
        summary["ignored"] = ignored.into();
    }
    let rows: Vec<Value> = matrix.rows.iter().map(|one| row(urls, one)).collect();
    json!({ "summary": summary, "notices": notices, "matrix": rows })
}

fn deployable(decision: Decision) -> Option<bool> {
    match decision {
        Decision::Yes => Some(true),
        Decision::No => Some(false),
        Decision::Unknown => None,
    }
}

fn row(urls: &Urls, row: &MatrixRow) -> Value {
    let pair = Pair {
        consumer: row.consumer.as_str(),
        provider: row.provider.as_str(),
    };
    let number = row.consumer_version.number.as_str();
    let mut consumer = versions::brief_pacticipant(urls, pair.consumer);
    consumer["version"] = version(urls, pair.consumer, &row.consumer_version);
    let mut provider = versions::brief_pacticipant(urls, pair.provider);
    provider["version"] = row
        .provider_version
        .as_ref()
        .map(|one| version(urls, pair.provider, one))
        .into();
    let result = row.verification.as_ref().map(|verification| {
        let metadata = Metadata::of_number(number).encode();
        let content = urls.pact_version_with_metadata(pair, row.publication.sha.as_str(), &metadata);
        json!({
            "success": verification.success,
            "verifiedAt": verification.executed_at.to_hal(),
            "_links": { "self": link(format!("{content}/verification-results/{}", verification.id.0)) },
        })
    });
    let mut body = json!({
        "consumer": consumer,
        "provider": provider,
        "pact": {
            "createdAt": row.publication.created_at.to_hal(),
            "_links": { "self": link(urls.pact(pair, number)) },
        },
        "verificationResult": result,
    });
    if row.ignored {
        body["ignored"] = true.into();
    }
    body
}

fn version(urls: &Urls, name: &str, version: &VersionFact) -> Value {
    let number = version.number.as_str();
    let branches: Vec<Value> = version
        .branches
        .iter()
        .map(|one| versions::branch(urls, (name, number), one))
        .collect();
    let tags = version.tags.iter().map(|tag| {
        let place = urls.tag(name, number, tag.name.as_str());
        json!({ "name": tag.name.as_str(), "latest": tag.latest, "_links": { "self": link(place) } })
    });
    json!({
        "number": number,
        "branch": version.branches.last().map(|one| one.branch.as_str()),
        "branches": branches,
        "branchVersions": branches,
        "environments": version.environments.iter().map(|one| environments::brief(urls, one)).collect::<Vec<_>>(),
        "tags": tags.collect::<Vec<_>>(),
        "_links": { "self": link(urls.version(name, number)) },
    })
}

/// Renders an answer as an aligned table with the verdict under it.
fn table(matrix: &Matrix) -> String {
    let heading = [
        "CONSUMER",
        "C_VERSION",
        "REVISION",
        "PROVIDER",
        "P_VERSION",
        "NUMBER",
        "SUCCESS",
    ]
    .map(str::to_owned);
    let rows = matrix.rows.iter().map(|row| {
        let text = |value: Option<String>| value.unwrap_or_default();
        [
            row.consumer.to_string(),
            row.consumer_version.number.to_string(),
            row.publication.revision.to_string(),
            row.provider.to_string(),
            text(
                row.provider_version
                    .as_ref()
                    .map(|one| one.number.to_string()),
            ),
            text(row.verification.as_ref().map(|one| one.id.0.to_string())),
            text(row.success().map(|success| success.to_string())),
        ]
    });
    let lines: Vec<[String; 7]> = std::iter::once(heading).chain(rows).collect();
    let width = |column: usize| {
        lines
            .iter()
            .map(|line| line[column].chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..7).map(width).collect();
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        let cells = line
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        text.push_str(&cells.collect::<Vec<_>>().join(" | "));
        text.push('\n');
        if at == 0 {
            let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
            text.push_str(&rules.join("-|-"));
            text.push('\n');
        }
    }
    let verdict = match deployable(matrix.verdict.decision) {
        Some(deployable) => deployable.to_string(),
        None => "unknown".to_owned(),
    };
    let reasons: Vec<String> = matrix
        .verdict
        .reasons
        .iter()
        .map(ToString::to_string)
        .collect();
    format!(
        "{text}\nDeployable: {verdict}\nReason: {}\n",
        reasons.join("\n")
    )
}
