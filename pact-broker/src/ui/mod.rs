//! Plain pages: the same addresses as the API, for people.

use axum::Router;

use crate::state::AppState;

/// Builds the router of the pages; what has no page is left to the API.
pub(crate) fn router(state: AppState) -> Router {
    let api = crate::api::router(state.clone());
    Router::new().with_state(state).fallback_service(api)
}
