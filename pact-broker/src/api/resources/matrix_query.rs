//! Reading a matrix question out of a query string.

use crate::{
    api::{error::ApiError, nested::Nested},
    domain::{
        matrix::{
            Destination, IgnoreSelector, LatestBy, MatrixQuery, MatrixSelector, VersionChoice,
        },
        text::{BranchName, EnvironmentName, PacticipantName, TagName, VersionNumber},
    },
};

/// Rows returned when a question does not say how many.
const DEFAULT_LIMIT: u32 = 100;

/// Reads the question, or everything that is wrong with it.
pub(crate) fn read(query: &Nested) -> Result<MatrixQuery, ApiError> {
    let mut errors = Vec::new();
    let listed = query.get("q").map(Nested::elements).unwrap_or_default();
    if listed.is_empty() {
        errors.push("name at least one pacticipant, as q[][pacticipant]=NAME".to_owned());
    }
    let mut selectors = Vec::new();
    for one in listed {
        match selector(one) {
            Ok(selector) => selectors.push(selector),
            Err(error) => errors.push(error),
        }
    }
    let mut note = |result: Result<(), String>| errors.extend(result.err());
    let destination = match destination(query) {
        Ok(destination) => destination,
        Err(error) => {
            note(Err(error));
            None
        }
    };
    let settings = settings(query, &mut |error| note(Err(error)));
    let ignore = ignored(query.get("ignore"), &mut |error| note(Err(error)));
    if !errors.is_empty() {
        return Err(ApiError::list(errors));
    }
    Ok(MatrixQuery {
        selectors,
        destination,
        ignore,
        ..settings
    })
}

/// Reads what filters rows and leaves the rest empty.
pub(crate) fn settings(query: &Nested, refuse: &mut dyn FnMut(String)) -> MatrixQuery {
    let latest_by = query
        .text("latestby")
        .filter(|text| !text.is_empty())
        .and_then(|text| {
            let parsed = LatestBy::parse(text);
            if parsed.is_none() {
                refuse(format!("latestby is '{text}', but must be cvp, cvpv or cp"));
            }
            parsed
        });
    let limit = match query.text("limit").map(str::parse::<u32>) {
        None => DEFAULT_LIMIT,
        Some(Ok(limit)) if limit >= 1 => limit,
        Some(_) => {
            refuse("limit must be a whole number of at least 1".to_owned());
            DEFAULT_LIMIT
        }
    };
    let success = query
        .get("success")
        .map(Nested::elements)
        .unwrap_or_default();
    let success = success.iter().map(|one| match one.as_text() {
        Some("true") => Some(true),
        Some("false") => Some(false),
        _ => None,
    });
    MatrixQuery {
        selectors: Vec::new(),
        destination: None,
        ignore: Vec::new(),
        latest_by,
        success: success.collect(),
        limit: Some(limit),
    }
}

fn selector(one: &Nested) -> Result<MatrixSelector, String> {
    let given = |key: &str| one.text(key).filter(|text| !text.is_empty());
    let name = given("pacticipant")
        .ok_or("each selector needs a pacticipant, as q[][pacticipant]=NAME")?;
    let pacticipant = PacticipantName::parse(name)
        .map_err(|error| format!("the pacticipant of a selector {error}"))?;
    let latest = given("latest") == Some("true");
    let main_branch = given("mainBranch") == Some("true");
    let bad = |what: &str, error: crate::domain::text::InvalidText| {
        format!("the {what} of {pacticipant} {error}")
    };
    let versions = if let Some(number) = given("version") {
        if latest {
            return Err(format!(
                "name a version of {pacticipant} or ask for the latest, not both"
            ));
        }
        VersionChoice::Number(VersionNumber::parse(number).map_err(|error| bad("version", error))?)
    } else if let Some(tag) = given("tag") {
        let tag = TagName::parse(tag).map_err(|error| bad("tag", error))?;
        if latest {
            VersionChoice::LatestTagged(tag)
        } else {
            VersionChoice::Tagged(tag)
        }
    } else if let Some(branch) = given("branch") {
        let branch = BranchName::parse(branch).map_err(|error| bad("branch", error))?;
        if latest {
            VersionChoice::BranchHead(branch)
        } else {
            VersionChoice::Branch(branch)
        }
    } else if main_branch {
        if latest {
            VersionChoice::MainBranchHead
        } else {
            VersionChoice::MainBranch
        }
    } else if let Some(environment) = given("environment") {
        VersionChoice::Environment(
            EnvironmentName::parse(environment).map_err(|error| bad("environment", error))?,
        )
    } else if latest {
        VersionChoice::Latest
    } else {
        VersionChoice::Any
    };
    Ok(MatrixSelector {
        pacticipant,
        versions,
    })
}

fn destination(query: &Nested) -> Result<Option<Destination>, String> {
    let given = |key: &str| query.text(key).filter(|text| !text.is_empty());
    let latest = given("latest") == Some("true");
    let main_branch = given("mainBranch") == Some("true");
    let (tag, environment) = (given("tag"), given("environment"));
    if [tag.is_some(), environment.is_some(), main_branch]
        .into_iter()
        .filter(|given| *given)
        .count()
        > 1
    {
        return Err(
            "say where to deploy to by one of tag, environment and mainBranch, not by several"
                .to_owned(),
        );
    }
    if latest && environment.is_some() {
        return Err(
            "environment cannot be combined with latest: what is there counts, not what is newest"
                .to_owned(),
        );
    }
    if let Some(environment) = environment {
        let name =
            EnvironmentName::parse(environment).map_err(|error| format!("environment {error}"))?;
        return Ok(Some(Destination::Environment(name)));
    }
    if let Some(tag) = tag {
        let tag = TagName::parse(tag).map_err(|error| format!("tag {error}"))?;
        return Ok(Some(if latest {
            Destination::LatestTagged(tag)
        } else {
            Destination::Tagged(tag)
        }));
    }
    Ok(match (main_branch, latest) {
        (true, true) => Some(Destination::MainBranchHead),
        (true, false) => Some(Destination::MainBranch),
        (false, true) => Some(Destination::Latest),
        (false, false) => None,
    })
}

/// Reads what is to be set aside: maps of pacticipant and version, or plain names.
pub(crate) fn ignored(
    listed: Option<&Nested>,
    refuse: &mut dyn FnMut(String),
) -> Vec<IgnoreSelector> {
    let mut ignored = Vec::new();
    for one in listed.map(Nested::elements).unwrap_or_default() {
        let name = one
            .as_text()
            .or_else(|| one.text("pacticipant"))
            .filter(|name| !name.is_empty());
        let Some(pacticipant) = name.and_then(|name| PacticipantName::parse(name).ok()) else {
            refuse("each ignore needs a pacticipant, as ignore[][pacticipant]=NAME".to_owned());
            continue;
        };
        let version = one
            .text("version")
            .and_then(|number| VersionNumber::parse(number).ok());
        ignored.push(IgnoreSelector {
            pacticipant,
            version,
        });
    }
    ignored
}
