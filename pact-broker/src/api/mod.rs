//! The HTTP API: routes, and what is shared between them.

pub(crate) mod door;
mod error;
mod extract;
mod hal;
mod media;
mod nested;
mod resources;
mod route;
pub(crate) mod urls;

pub(crate) use self::{error::ApiError, media::MediaType};

use axum::Router;

use self::{
    resources::{diagnostics, index},
    route::Route,
};
use crate::state::AppState;

/// Lists every resource of the API; there is no other place where one is made.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::at("/").get(index::show),
        Route::at("/diagnostic/status/heartbeat").get(diagnostics::heartbeat),
        Route::at("/diagnostic/status/dependencies").get(diagnostics::dependencies),
    ]
}

/// Builds the router over [`routes`].
pub(crate) fn router(state: AppState) -> Router {
    let routes = routes().into_iter().fold(Router::new(), |router, route| {
        router.route(route.path(), route.into_handlers())
    });
    routes
        .fallback(|| async { ApiError::not_found() })
        .with_state(state)
}
