//! Badges: one word about a pact or a version, as a picture made here.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};

use super::matrix::{deployment_from_branch, deployment_from_tag};
use crate::{
    api::{
        badge_svg::{Badge, Colour},
        error::ApiError,
        extract::{Names, Query},
        hal,
        media::MediaType,
        nested::Nested,
    },
    domain::{
        matrix::{Decision, Destination, LatestBy, MatrixQuery, MatrixSelector, VersionChoice},
        pact::PactAddress,
        text::{BranchName, EnvironmentName, PacticipantName, TagName},
        verification::PairStatus,
        version::VersionAddress,
    },
    state::AppState,
};

type PairNames = Names<(PacticipantName, PacticipantName)>;

/// Tells how the newest pact stands.
pub(crate) async fn latest(
    State(app): State<AppState>,
    Names((provider, consumer)): PairNames,
    Query(query): Query,
) -> Result<Response, ApiError> {
    pact(&app, (&consumer, &provider), &PactAddress::Latest, &query).await
}

/// Tells how the newest pact with a tag stands.
pub(crate) async fn latest_tagged(
    State(app): State<AppState>,
    Names((provider, consumer, tag)): Names<(PacticipantName, PacticipantName, TagName)>,
    Query(query): Query,
) -> Result<Response, ApiError> {
    pact(
        &app,
        (&consumer, &provider),
        &PactAddress::LatestTagged(tag),
        &query,
    )
    .await
}

/// Tells how the newest pact of a version without tags stands.
pub(crate) async fn latest_untagged(
    State(app): State<AppState>,
    Names((provider, consumer)): PairNames,
    Query(query): Query,
) -> Result<Response, ApiError> {
    pact(
        &app,
        (&consumer, &provider),
        &PactAddress::LatestUntagged,
        &query,
    )
    .await
}

async fn pact(
    app: &AppState,
    (consumer, provider): (&PacticipantName, &PacticipantName),
    address: &PactAddress,
    query: &Nested,
) -> Result<Response, ApiError> {
    let Some(status) = app.store().standing(consumer, provider, address).await? else {
        return Ok(answer(&Badge::new(
            "pact not found",
            "unknown",
            Colour::Grey,
        )));
    };
    let label = label(query, (consumer.as_str(), ""), (provider.as_str(), ""));
    Ok(answer(&of_status(&label, status)))
}

fn of_status(label: &str, status: PairStatus) -> Badge {
    match status {
        PairStatus::Success => Badge::new(label, "verified", Colour::Green),
        PairStatus::Failed => Badge::new(label, "failed", Colour::Red),
        PairStatus::FailedPending => Badge::new(label, "failed (pending)", Colour::Red),
        PairStatus::Stale => Badge::new(label, "changed", Colour::Orange),
        PairStatus::Never => Badge::new(label, "unknown", Colour::Grey),
    }
}

/// Names the parties, each with what marks it, as far as the query asks for them.
fn label(query: &Nested, consumer: (&str, &str), provider: (&str, &str)) -> String {
    let initials = query.text("initials") == Some("true");
    let party = |(name, mark): (&str, &str)| {
        let name = if initials {
            abbreviate(name)
        } else {
            name.to_lowercase()
        };
        if mark.is_empty() {
            name
        } else {
            format!("{name} ({mark})")
        }
    };
    match query.text("label") {
        Some("consumer") => format!("{} pact", party(consumer)),
        Some("provider") => format!("{} pact", party(provider)),
        _ => format!("{}/{} pact", party(consumer), party(provider)),
    }
}

/// Returns the first letters of a name of several words, the name itself otherwise.
fn abbreviate(name: &str) -> String {
    let words: Vec<&str> = name
        .split([' ', '-', '_'])
        .filter(|word| !word.is_empty())
        .collect();
    let initials = words.iter().filter_map(|word| word.chars().next());
    if words.len() > 1 {
        initials.collect::<String>().to_lowercase()
    } else {
        name.to_lowercase()
    }
}

/// Tells whether two tagged versions go together.
pub(crate) async fn matrix(
    State(app): State<AppState>,
    Names((provider, provider_tag, consumer, consumer_tag)): Names<(
        PacticipantName,
        TagName,
        PacticipantName,
        TagName,
    )>,
    Query(query): Query,
) -> Result<Response, ApiError> {
    let label = label(
        &query,
        (consumer.as_str(), consumer_tag.as_str()),
        (provider.as_str(), provider_tag.as_str()),
    );
    let tagged = |pacticipant, tag| MatrixSelector {
        pacticipant,
        versions: VersionChoice::LatestTagged(tag),
    };
    let question = MatrixQuery {
        selectors: vec![
            tagged(consumer, consumer_tag),
            tagged(provider, provider_tag),
        ],
        destination: None,
        ignore: Vec::new(),
        latest_by: Some(LatestBy::ConsumerVersionAndProviderVersion),
        success: Vec::new(),
        limit: None,
    };
    let rows = app.store().matrix(&question).await?.rows;
    let status = match rows.first().and_then(|row| row.success()) {
        Some(true) => PairStatus::Success,
        Some(false) => PairStatus::Failed,
        None => PairStatus::Never,
    };
    Ok(answer(&of_status(&label, status)))
}

/// Tells whether the newest version with a tag may join another tag.
pub(crate) async fn tag_to_tag(
    State(app): State<AppState>,
    Names((name, tag, to)): Names<(PacticipantName, TagName, TagName)>,
    Query(query): Query,
) -> Result<Response, ApiError> {
    if app.store().pacticipant(&name).await?.is_none() {
        return Ok(not_found("pacticipant"));
    }
    let way = format!("{tag} to {to}");
    match deployment_from_tag(&app, (name, tag, to)).await {
        Err(error) if error.is_not_found() => Ok(not_found("version")),
        question => deployable(&app, &question?, (&query, &way)).await,
    }
}

/// Tells whether the head of a branch may be deployed to an environment.
pub(crate) async fn branch_to_environment(
    State(app): State<AppState>,
    Names((name, branch, environment)): Names<(PacticipantName, BranchName, EnvironmentName)>,
    Query(query): Query,
) -> Result<Response, ApiError> {
    if app.store().pacticipant(&name).await?.is_none() {
        return Ok(not_found("pacticipant"));
    }
    if app
        .store()
        .version(&name, &VersionAddress::LatestOnBranch(branch.clone()))
        .await?
        .is_none()
    {
        return Ok(not_found("branch"));
    }
    let way = format!("{branch} to {environment}");
    match deployment_from_branch(&app, (name, branch, environment)).await {
        Err(error) if error.is_not_found() => Ok(not_found("environment")),
        question => deployable(&app, &question?, (&query, &way)).await,
    }
}

async fn deployable(
    app: &AppState,
    question: &MatrixQuery,
    (query, way): (&Nested, &str),
) -> Result<Response, ApiError> {
    let decision = app.store().matrix(question).await?.verdict.decision;
    let colour = if decision == Decision::Yes {
        Colour::Green
    } else {
        Colour::Red
    };
    let label = label_or(query, "can-i-deploy");
    Ok(answer(&Badge::new(label, way, colour)))
}

/// The label that the query asks for, or else another.
fn label_or<'a>(query: &'a Nested, otherwise: &'a str) -> &'a str {
    let asked = query.text("label").filter(|label| !label.is_empty());
    asked.unwrap_or(otherwise)
}

/// Tells whether the head of the main branch, or else the newest version with a tag of that name,
/// goes with the main branches of all others.
pub(crate) async fn can_i_merge(
    State(app): State<AppState>,
    Names((name,)): Names<(PacticipantName,)>,
    Query(query): Query,
) -> Result<Response, ApiError> {
    let Some(detail) = app.store().pacticipant(&name).await? else {
        return Ok(not_found("pacticipant"));
    };
    let Some(versions) = main_version(&app, &name, detail.pacticipant.main_branch).await? else {
        return Ok(not_found("main branch version"));
    };
    let question = MatrixQuery {
        selectors: vec![MatrixSelector {
            pacticipant: name,
            versions,
        }],
        destination: Some(Destination::MainBranchHead),
        ignore: Vec::new(),
        latest_by: Some(LatestBy::ConsumerVersion),
        success: Vec::new(),
        limit: None,
    };
    let label = label_or(&query, "can-i-merge");
    Ok(answer(
        &match app.store().matrix(&question).await?.verdict.decision {
            Decision::Yes => Badge::new(label, "success", Colour::Green),
            Decision::No => Badge::new(label, "failed", Colour::Red),
            Decision::Unknown => Badge::new(label, "unknown", Colour::Grey),
        },
    ))
}

/// Finds how the version that stands for the main branch is chosen, if there is one.
async fn main_version(
    app: &AppState,
    name: &PacticipantName,
    main_branch: Option<BranchName>,
) -> Result<Option<VersionChoice>, ApiError> {
    let Some(branch) = main_branch else {
        return Ok(None);
    };
    let tag = TagName::parse(branch.as_str()).ok();
    let on_branch = VersionAddress::LatestOnBranch(branch);
    if app.store().version(name, &on_branch).await?.is_some() {
        return Ok(Some(VersionChoice::MainBranchHead));
    }
    let Some(tag) = tag else { return Ok(None) };
    let tagged = VersionAddress::LatestTagged(tag.clone());
    let found = app.store().version(name, &tagged).await?;
    Ok(found.map(|_| VersionChoice::LatestTagged(tag)))
}

fn not_found(what: &str) -> Response {
    answer(&Badge::new(what, "not found", Colour::Grey))
}

fn answer(badge: &Badge) -> Response {
    let mut response = hal::text(MediaType::Svg, badge.to_string());
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_names_the_parties_asked_for() {
        let check = |query: &str| {
            label(
                &Nested::parse(query).unwrap(),
                ("Order Web", ""),
                ("Order-Api", "prod"),
            )
        };
        assert_eq!(check(""), "order web/order-api (prod) pact");
        assert_eq!(check("label=consumer&initials=true"), "ow pact");
        assert_eq!(check("label=provider"), "order-api (prod) pact");
    }
}
