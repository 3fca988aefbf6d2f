//! Whether a version can be deployed: the verdict, the reasons, the rows.

use axum::{extract::State, response::Response};

use super::matrix::MatrixPage;
use crate::{
    api::{
        ApiError, Names, Query, deployment_from_branch, deployment_from_tag, deployment_question,
        urls::Urls,
    },
    domain::{
        matrix::MatrixQuery,
        text::{BranchName, EnvironmentName, PacticipantName, TagName},
    },
    state::AppState,
    ui::page,
};

/// Answers for a version.
pub(in crate::ui) async fn can_i_deploy(
    State(app): State<AppState>,
    urls: Urls,
    Query(query): Query,
) -> Result<Response, ApiError> {
    let question = deployment_question(&app, &query).await?;
    answer(&app, &urls, &question).await
}

/// Answers for the newest version with a tag.
pub(in crate::ui) async fn tag_to_tag(
    State(app): State<AppState>,
    urls: Urls,
    Names(names): Names<(PacticipantName, TagName, TagName)>,
) -> Result<Response, ApiError> {
    let question = deployment_from_tag(&app, names).await?;
    answer(&app, &urls, &question).await
}

/// Answers for the head of a branch.
pub(in crate::ui) async fn branch_to_environment(
    State(app): State<AppState>,
    urls: Urls,
    Names(names): Names<(PacticipantName, BranchName, EnvironmentName)>,
) -> Result<Response, ApiError> {
    let question = deployment_from_branch(&app, names).await?;
    answer(&app, &urls, &question).await
}

async fn answer(app: &AppState, urls: &Urls, question: &MatrixQuery) -> Result<Response, ApiError> {
    let name = question
        .selectors
        .first()
        .map(|selector| selector.pacticipant.to_string())
        .unwrap_or_default();
    let title = format!("Can {name} be deployed?");
    page(&MatrixPage::answer(
        urls,
        &title,
        question,
        &app.store().matrix(question).await?,
    ))
}
