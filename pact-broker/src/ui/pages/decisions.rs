//! Whether a version can be deployed: the verdict, the reasons, the rows.

use axum::{extract::State, routing::get};

use super::{Answer, Pages, matrix};
use crate::{
    api::{Names, Query, deployment_answer, deployment_from_branch, deployment_from_tag},
    domain::{
        matrix::{Matrix, MatrixQuery},
        text::{BranchName, EnvironmentName, PacticipantName, TagName},
    },
    state::AppState,
    ui::{sheet::Sheet, site::Site},
};

pub(in crate::ui) fn pages() -> Pages {
    vec![
        ("/can-i-deploy", get(can_i_deploy)),
        (
            "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}",
            get(tag_to_tag),
        ),
        (
            "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}",
            get(branch_to_environment),
        ),
    ]
}

async fn can_i_deploy(State(app): State<AppState>, site: Site, Query(query): Query) -> Answer {
    let (question, found) = deployment_answer(&app, &query).await?;
    Ok(page(&site, &question, &found))
}

async fn tag_to_tag(
    State(app): State<AppState>,
    site: Site,
    Names(names): Names<(PacticipantName, TagName, TagName)>,
) -> Answer {
    let question = deployment_from_tag(&app, names).await?;
    answer(&app, &site, &question).await
}

async fn branch_to_environment(
    State(app): State<AppState>,
    site: Site,
    Names(names): Names<(PacticipantName, BranchName, EnvironmentName)>,
) -> Answer {
    let question = deployment_from_branch(&app, names).await?;
    answer(&app, &site, &question).await
}

async fn answer(app: &AppState, site: &Site, question: &MatrixQuery) -> Answer {
    let found = app.store().matrix(question).await?;
    Ok(page(site, question, &found))
}

fn page(site: &Site, question: &MatrixQuery, found: &Matrix) -> Sheet {
    let name = question
        .selectors
        .first()
        .map(|selector| selector.pacticipant.to_string())
        .unwrap_or_default();
    let title = format!("Can {name} be deployed?");
    matrix::answer(site, Sheet::new(site, title), question, found)
}
