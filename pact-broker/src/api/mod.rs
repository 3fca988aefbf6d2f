//! The HTTP API: routes, and what is shared between them.

pub(crate) mod door;
mod error;
mod extract;
mod fields;
mod hal;
mod media;
mod nested;
mod resources;
mod route;
pub(crate) mod urls;

pub(crate) use self::{error::ApiError, media::MediaType};

use axum::Router;

use self::{
    resources::{branches, deployments, diagnostics, environments, index, pacticipants, versions},
    route::Route,
};
use crate::state::AppState;

const MERGE_PATCH: &[MediaType] = &[MediaType::MergePatch];
const ANY_JSON: &[MediaType] = &[MediaType::Json, MediaType::MergePatch];

/// Lists every resource of the API; there is no other place where one is made.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::at("/").get(index::show),
        Route::at("/diagnostic/status/heartbeat").get(diagnostics::heartbeat),
        Route::at("/diagnostic/status/dependencies").get(diagnostics::dependencies),
        Route::at("/pacticipants").get(pacticipants::list).post(pacticipants::create),
        Route::at("/pacticipants/label/{label}").get(pacticipants::with_label),
        Route::at("/pacticipants/{pacticipant}")
            .get(pacticipants::show)
            .put(pacticipants::replace)
            .patch(ANY_JSON, pacticipants::update)
            .delete(pacticipants::delete),
        Route::at("/labels").get(pacticipants::labels),
        Route::at("/pacticipants/{pacticipant}/labels/{label}")
            .get(pacticipants::show_label)
            .put(pacticipants::put_label)
            .delete(pacticipants::delete_label),
        Route::at("/pacticipants/{pacticipant}/versions").get(versions::list),
        Route::at("/pacticipants/{pacticipant}/versions/{version}")
            .get(versions::show)
            .put(versions::replace)
            .patch(MERGE_PATCH, versions::update)
            .delete(versions::delete),
        Route::at("/pacticipants/{pacticipant}/latest-version").get(versions::latest),
        Route::at("/pacticipants/{pacticipant}/latest-version/{tag}").get(versions::latest_tagged),
        Route::at("/pacticipants/{pacticipant}/tags/{tag}/versions").get(versions::of_tag),
        Route::at("/pacticipants/{pacticipant}/environments/{environment}/versions").get(versions::of_environment),
        Route::at("/pacticipants/{pacticipant}/versions/{version}/tags/{tag}")
            .get(versions::show_tag)
            .put(versions::put_tag)
            .delete(versions::delete_tag),
        Route::at("/pacticipants/{pacticipant}/branches").get(branches::list).delete(branches::delete_all),
        Route::at("/pacticipants/{pacticipant}/branches/{branch}").get(branches::show).delete(branches::delete),
        Route::at("/pacticipants/{pacticipant}/branches/{branch}/latest-version").get(versions::latest_on_branch),
        Route::at("/pacticipants/{pacticipant}/branches/{branch}/versions").get(versions::of_branch),
        Route::at("/pacticipants/{pacticipant}/branches/{branch}/versions/{version}")
            .get(branches::show_version)
            .put(branches::put_version)
            .delete(branches::delete_version),
        Route::at("/environments").get(environments::list).post(environments::create),
        Route::at("/environments/{environment}")
            .get(environments::show)
            .put(environments::replace)
            .delete(environments::delete),
        Route::at("/environments/{environment}/deployed-versions/currently-deployed").get(environments::currently_deployed),
        Route::at("/environments/{environment}/released-versions/currently-supported").get(environments::currently_supported),
        Route::at("/pacticipants/{pacticipant}/versions/{version}/deployed-versions/environment/{environment}")
            .get(deployments::of_version)
            .post(deployments::record),
        Route::at("/pacticipants/{pacticipant}/versions/{version}/released-versions/environment/{environment}")
            .get(deployments::releases_of_version)
            .post(deployments::release),
        Route::at("/deployed-versions/{deployment}").get(deployments::show).patch(MERGE_PATCH, deployments::update),
        Route::at("/released-versions/{release}").get(deployments::show_release).patch(MERGE_PATCH, deployments::update_release),
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
