//! Branches, and which versions are on them.

use axum::{extract::State, routing::get};

use super::{Answer, Pages};
use crate::{
    api::{ApiError, Names},
    domain::text::{BranchName, PacticipantName, VersionNumber},
    state::AppState,
    ui::{
        sheet::Sheet,
        site::{Asked, Site},
        view::{Cell, minute},
    },
};

pub(in crate::ui) fn pages() -> Pages {
    vec![
        ("/pacticipants/{pacticipant}/branches", get(list)),
        ("/pacticipants/{pacticipant}/branches/{branch}", get(show)),
        (
            "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}",
            get(version),
        ),
    ]
}

async fn list(
    State(app): State<AppState>,
    site: Site,
    Names((name,)): Names<(PacticipantName,)>,
    asked: Asked,
) -> Answer {
    let found = app
        .store()
        .branches(&name, asked.search(), Some(asked.page()))
        .await?;
    let found = found.ok_or_else(|| ApiError::no_such("pacticipant", name.as_str()))?;
    let key = name.as_str();
    let rows = found.items.iter().map(|one| {
        let place = site.branch(key, one.name.as_str());
        vec![
            Cell::link(one.name.as_str(), place.as_str()),
            Cell::link("head", format!("{place}/latest-version"))
                .then_link("versions", format!("{place}/versions")),
            (&one.updated_at).into(),
        ]
    });
    let columns = ["Branch", "On it", "Last used"];
    Ok(Sheet::new(&site, format!("Branches of {name}"))
        .below_pacticipant(&site, key)
        .search(asked.place(&site), "Name contains", &asked.search)
        .table(&columns, rows.collect(), "There is no branch here.")
        .neighbours(asked.neighbours(&site, found.total)))
}

async fn show(
    State(app): State<AppState>,
    site: Site,
    Names((name, branch)): Names<(PacticipantName, BranchName)>,
) -> Answer {
    let found = app
        .store()
        .branch(&name, &branch)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let key = name.as_str();
    let place = site.branch(key, branch.as_str());
    Ok(Sheet::new(&site, format!("Branch {branch} of {name}"))
        .below_pacticipant(&site, key)
        .below("Branches", site.branches(key))
        .fact("Branch", branch.as_str())
        .fact("Since", &found.created_at)
        .fact("Last used", minute(&found.updated_at))
        .fact(
            "On it",
            Cell::link("the version at its head", format!("{place}/latest-version"))
                .then_link("all versions", format!("{place}/versions")),
        ))
}

async fn version(
    State(app): State<AppState>,
    site: Site,
    Names((name, branch, number)): Names<(PacticipantName, BranchName, VersionNumber)>,
) -> Answer {
    let found = app
        .store()
        .branch_version(&name, &branch, &number)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let (key, branch, number) = (name.as_str(), branch.as_str(), number.as_str());
    Ok(
        Sheet::new(&site, format!("Version {number} on branch {branch}"))
            .below_pacticipant(&site, key)
            .below("Branches", site.branches(key))
            .fact("Version", Cell::link(number, site.version(key, number)))
            .fact("Branch", Cell::link(branch, site.branch(key, branch)))
            .fact("Head", if found.head { "yes" } else { "no" })
            .fact("Since", &found.created_at),
    )
}
