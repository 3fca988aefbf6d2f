//! Plain pages: the same addresses as the API, for people.
//!
//! A page is made of what the store knows, as the API's documents are. It shows that and links on; it runs no script
//! and loads nothing but its stylesheet. Whatever came from outside is text to it: the templates escape all of it.

mod pages;
mod sheet;
mod site;
mod view;

use axum::{
    Router,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use self::{sheet::Sheet, site::Site};
use crate::{
    api::{ApiError, MediaType, Names, urls::Urls},
    domain::text::TagName,
    state::AppState,
};

/// Builds the router of the pages; what has no page is left to the API.
pub(crate) fn router(state: AppState) -> Router {
    let api = crate::api::router(state.clone());
    let pages = pages::all()
        .into_iter()
        .fold(Router::new(), |router, (path, handlers)| {
            router.route(path, handlers)
        });
    // They are badges, not pages of something that is called `badge`.
    let badges = crate::api::routes()
        .into_iter()
        .filter(|route| route.is_badge());
    let pages = badges.fold(pages, |router, badge| {
        router.route(badge.path(), badge.into_handlers())
    });
    pages.with_state(state).fallback_service(api)
}

/// Explains a relation, whoever asks.
pub(crate) async fn relation(urls: Urls, names: Names<(TagName,)>) -> Result<Response, ApiError> {
    let page = pages::relation(Site(urls.on_any_host()), names).await?;
    Ok(page.into_response())
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

fn html(status: StatusCode, body: String) -> Response {
    let mut response = (status, body).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, MediaType::Html.header());
    response
}

/// Renders an error for someone who reads pages.
pub(crate) fn error_page(error: &ApiError, urls: &Urls) -> Response {
    let status = error.http_status();
    let title = status.canonical_reason().unwrap_or("Error");
    let sheet = Sheet::new(&Site(urls.on_any_host()), title);
    let text = error.text();
    let sheet = text.lines().fold(sheet, Sheet::line);
    let sheet = match error.allowed_methods() {
        Some(methods) => sheet.line(format!("It has: {methods}.")),
        None => sheet,
    };
    error.with_allow(sheet.with_status(status))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use axum::http::Method;

    /// What a browser shows without a page of ours: pictures, and answers for machines.
    const SHOWN_AS_THEY_ARE: [&str; 3] = [
        "/diagnostic/status/heartbeat",
        "/diagnostic/status/dependencies",
        "/test/error",
    ];

    #[test]
    fn whatever_can_be_read_has_a_page() {
        let paged: BTreeSet<&str> = super::pages::all()
            .into_iter()
            .map(|(path, _)| path)
            .collect();
        let routes = crate::api::routes();
        let read = routes
            .iter()
            .filter(|route| route.methods().contains(&Method::GET))
            .map(|route| route.path());
        let without: Vec<&str> = read
            .filter(|path| !path.ends_with("/badge") && !SHOWN_AS_THEY_ARE.contains(path))
            .filter(|path| !paged.contains(path))
            .collect();
        assert_eq!(without, Vec::<&str>::new());
    }
}
