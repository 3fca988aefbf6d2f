//! Plain pages: the same addresses as the API, for people.
//!
//! A page shows what is stored and links on; it runs no script and loads nothing but its stylesheet. Whatever came
//! from outside is text to it: the templates escape all of it.

mod pages;
mod pretty;
mod view;

use askama::Template;
use axum::{
    Router,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};

use crate::{
    api::{Accept, ApiError, MediaType},
    state::AppState,
};

use self::pages::{deployments, doc, index, matrix, pact, pacticipant};

/// Lists every page.
fn pages() -> Vec<(&'static str, MethodRouter<AppState>)> {
    vec![
        ("/", get(index::show)),
        ("/doc/{relation}", get(doc::show)),
        ("/matrix", get(matrix::show)),
        (
            "/matrix/provider/{provider}/consumer/{consumer}",
            get(matrix::of_pair),
        ),
        ("/can-i-deploy", get(deployments::can_i_deploy)),
        (
            "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}",
            get(deployments::tag_to_tag),
        ),
        (
            "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}",
            get(deployments::branch_to_environment),
        ),
        ("/pacticipants/{pacticipant}", get(pacticipant::show)),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/latest",
            get(pact::latest),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}",
            get(pact::latest_tagged),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/latest-untagged",
            get(pact::latest_untagged),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest",
            get(pact::latest_on_branch),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}",
            get(pact::of_version),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/versions/{version}",
            get(pact::of_version),
        ),
        (
            "/pact/provider/{provider}/consumer/{consumer}/version/{version}",
            get(pact::of_version),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}",
            get(pact::of_content),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}",
            get(pact::of_content_with_metadata),
        ),
    ]
}

/// Builds the router of the pages; what has no page is left to the API.
pub(crate) fn router(state: AppState) -> Router {
    let api = crate::api::router(state.clone());
    let pages = pages()
        .into_iter()
        .fold(Router::new(), |router, (path, handlers)| {
            router.route(path, handlers)
        });
    pages.with_state(state).fallback_service(api)
}

/// Serves the stylesheet.
pub(crate) async fn stylesheet() -> Response {
    let mut response = include_str!("assets/style.css").into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/css;charset=utf-8"),
    );
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("max-age=3600"),
    );
    response
}

/// Renders a page.
fn page(template: &impl Template) -> Result<Response, ApiError> {
    let body = template
        .render()
        .map_err(|error| ApiError::internal(&error))?;
    Ok(html(StatusCode::OK, body))
}

fn html(status: StatusCode, body: String) -> Response {
    let mut response = (status, body).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, MediaType::Html.header());
    response
}

#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    base: &'a str,
    title: String,
    text: String,
}

/// Renders an error for someone who reads pages.
pub(crate) fn error_page(error: &ApiError, accept: &Accept, base: &str) -> Response {
    let status = error.http_status();
    let title = status.canonical_reason().unwrap_or("Error").to_owned();
    let message = Message {
        base,
        title,
        text: error.text(),
    };
    match message.render() {
        Ok(body) => html(status, body),
        Err(_) => error.render(accept, base),
    }
}
