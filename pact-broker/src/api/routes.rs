//! Every resource of the API: the one list. A resource is made nowhere else.

use axum::{Router, routing::get};

use super::{
    error::ApiError,
    media::MediaType,
    openapi,
    resources::{
        badges, branches, dashboard, deployments, diagnostics, diff, environments,
        for_verification, index, integrations, matrix, pact_lists, pact_writing, pacticipants,
        pacts, provider_lists, provider_states, publish, tags, triggered_webhooks, verifications,
        version_lists, versions, webhook_trials, webhooks,
    },
    route::Route,
};
use crate::state::AppState;

const JSON: &[MediaType] = &[MediaType::Json];
const MERGE_PATCH: &[MediaType] = &[MediaType::MergePatch];
const ANY_JSON: &[MediaType] = &[MediaType::Json, MediaType::MergePatch];

const TEXT: &[MediaType] = &[MediaType::Text];
const HAL_OR_TEXT: &[MediaType] = &[MediaType::Hal, MediaType::Text];
const CSV: &[MediaType] = &[MediaType::Csv];
const PACT: &[MediaType] = &[MediaType::Hal, MediaType::Json, MediaType::ExtendedPact];
const RESULT: &[MediaType] = PACT;
const SVG: &[MediaType] = &[MediaType::Svg];
const TEXT_OR_HAL: &[MediaType] = &[MediaType::Text, MediaType::Hal];
const GRAPH: &[MediaType] = &[MediaType::Graphviz, MediaType::Hal];
const HTML: &[MediaType] = &[MediaType::Html];
// Clients that ask for JSON are refused here, as they always were: a deletion has no body to negotiate about.
const NOTHING: &[MediaType] = HTML;

/// Lists the resources.
pub(crate) fn routes() -> Vec<Route> {
    let families = [
        general(),
        about_pacticipants(),
        about_versions(),
        about_environments(),
        about_pacts(),
        lists_of_pacts(),
    ];
    let more = [
        about_verifications(),
        questions(),
        about_integrations(),
        drawn_badges(),
        about_webhooks(),
    ];
    families.into_iter().chain(more).flatten().collect()
}

/// Builds the router over the list.
pub(crate) fn router(state: AppState) -> Router {
    let router = Router::new().route("/assets/style.css", get(crate::ui::stylesheet));
    let router = routes().into_iter().fold(router, |router, route| {
        router.route(route.path(), route.into_handlers())
    });
    router
        .fallback(|| async { ApiError::not_found() })
        .with_state(state)
}

fn general() -> Vec<Route> {
    vec![
        Route::at("/").get(index::show),
        Route::at("/openapi.json").provides(JSON).get(openapi::show),
        Route::at("/doc/{relation}")
            .provides(HTML)
            .elusive()
            .get(crate::ui::relation),
        Route::at("/diagnostic/status/heartbeat").get(diagnostics::heartbeat),
        Route::at("/diagnostic/status/dependencies").get(diagnostics::dependencies),
        Route::at("/test/error")
            .get(diagnostics::fail)
            .act(diagnostics::fail),
    ]
}

fn about_pacticipants() -> Vec<Route> {
    vec![
        Route::at("/pacticipants")
            .get(pacticipants::list)
            .post(pacticipants::create),
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
    ]
}

fn about_versions() -> Vec<Route> {
    vec![
        Route::at("/pacticipants/{pacticipant}/versions").get(version_lists::list),
        Route::at("/pacticipants/{pacticipant}/versions/{version}")
            .get(versions::show)
            .put(versions::replace)
            .patch(MERGE_PATCH, versions::update)
            .delete(versions::delete),
        Route::at("/pacticipants/{pacticipant}/latest-version").get(versions::latest),
        Route::at("/pacticipants/{pacticipant}/latest-version/{tag}").get(versions::latest_tagged),
        Route::at("/pacticipants/{pacticipant}/tags/{tag}/versions").get(version_lists::of_tag),
        Route::at("/pacticipants/{pacticipant}/environments/{environment}/versions")
            .get(version_lists::of_environment),
        Route::at("/pacticipants/{pacticipant}/versions/{version}/tags/{tag}")
            .get(tags::show)
            .put(tags::put)
            .delete(tags::delete),
        Route::at("/pacticipants/{pacticipant}/branches")
            .get(branches::list)
            .delete(branches::delete_all),
        Route::at("/pacticipants/{pacticipant}/branches/{branch}")
            .get(branches::show)
            .delete(branches::delete),
        Route::at("/pacticipants/{pacticipant}/branches/{branch}/latest-version")
            .get(versions::latest_on_branch),
        Route::at("/pacticipants/{pacticipant}/branches/{branch}/versions")
            .get(version_lists::of_branch),
        Route::at("/pacticipants/{pacticipant}/branches/{branch}/versions/{version}")
            .get(branches::show_version)
            .put(branches::put_version)
            .delete(branches::delete_version),
    ]
}

fn about_environments() -> Vec<Route> {
    vec![
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

fn about_pacts() -> Vec<Route> {
    let pact_of_version = |path| {
        Route::at(path)
            .provides(PACT)
            .get(pacts::show)
            .put(pact_writing::put)
            .patch(JSON, pact_writing::patch)
            .delete(pact_writing::delete)
    };
    vec![
        Route::at("/contracts/publish").post(publish::publish),
        pact_of_version("/pacts/provider/{provider}/consumer/{consumer}/version/{version}"),
        pact_of_version("/pacts/provider/{provider}/consumer/{consumer}/versions/{version}"),
        pact_of_version("/pact/provider/{provider}/consumer/{consumer}/version/{version}"),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/latest").provides(PACT).get(pacts::latest),
        Route::at("/pact/provider/{provider}/consumer/{consumer}/latest").provides(PACT).get(pacts::latest),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}").provides(PACT).get(pacts::latest_tagged),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/latest-untagged").provides(PACT).get(pacts::latest_untagged),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest").provides(PACT).get(pacts::latest_on_branch),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}").provides(PACT).get(pacts::content),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}")
            .provides(PACT)
            .get(pacts::content_with_metadata),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/version/{version}/previous-distinct")
            .provides(PACT)
            .get(pacts::previous_distinct),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/version/{version}/diff/previous-distinct")
            .provides(TEXT)
            .get(diff::previous_distinct),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/version/{version}/diff/version/{other}")
            .provides(TEXT)
            .get(diff::versions),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/diff/pact-version/{other}")
            .provides(TEXT)
            .get(diff::contents),
    ]
}

fn lists_of_pacts() -> Vec<Route> {
    vec![
        Route::at("/pacts/latest").get(provider_lists::latest),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/versions")
            .get(pact_lists::of_pair)
            .delete(pact_lists::delete_of_pair),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/tag/{tag}")
            .get(pact_lists::tagged)
            .delete(pact_lists::delete_tagged),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}")
            .get(pact_lists::of_branch)
            .delete(pact_lists::delete_of_branch),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/versions")
            .get(pact_lists::at_branch_head),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/branch/versions")
            .get(pact_lists::of_main_branch),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/branch/latest/versions")
            .get(pact_lists::at_main_branch_head),
        Route::at("/pacts/provider/{provider}").get(provider_lists::of_provider),
        Route::at("/pacts/provider/{provider}/tag/{tag}").get(provider_lists::of_provider_tagged),
        Route::at("/pacts/provider/{provider}/latest").get(provider_lists::latest_of_provider),
        Route::at("/pacts/provider/{provider}/latest/{tag}")
            .get(provider_lists::latest_of_provider_tagged),
        Route::at("/pacts/provider/{provider}/branch").get(provider_lists::of_provider_main),
        Route::at("/pacts/provider/{provider}/branch/latest")
            .get(provider_lists::of_provider_main_head),
        Route::at("/pacts/provider/{provider}/branch/{branch}")
            .get(provider_lists::of_provider_branch),
        Route::at("/pacts/provider/{provider}/branch/{branch}/latest")
            .get(provider_lists::of_provider_branch_head),
        Route::at("/pacts/provider/{provider}/provider-states")
            .get(provider_states::of_main_branches),
        Route::at("/pacts/provider/{provider}/provider-states/branch/{branch}")
            .get(provider_states::of_branch),
        Route::at("/pacts/provider/{provider}/provider-states/environment/{environment}")
            .get(provider_states::of_environment),
    ]
}

fn about_verifications() -> Vec<Route> {
    vec![
        Route::at("/pacts/provider/{provider}/for-verification")
            .get(for_verification::select_by_query)
            .post(for_verification::select),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results").post(verifications::create),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results")
            .post(verifications::create_with_metadata),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}")
            .provides(RESULT)
            .get(verifications::show)
            .delete(verifications::delete),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results/{number}")
            .provides(RESULT)
            .get(verifications::show_with_metadata)
            .delete(verifications::delete_with_metadata),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/latest")
            .get(verifications::latest_of_content),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/version/{version}/verification-results/latest")
            .get(verifications::latest_of_version),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/latest/verification-results/latest")
            .get(verifications::latest_of_latest),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/verification-results/latest")
            .get(verifications::latest_of_latest_tagged),
        Route::at("/verification-results/consumer/{consumer}/version/{version}/latest").get(verifications::summary),
    ]
}

fn questions() -> Vec<Route> {
    vec![
        Route::at("/matrix").provides(HAL_OR_TEXT).get(matrix::show),
        Route::at("/matrix/provider/{provider}/consumer/{consumer}").get(matrix::of_pair),
        Route::at("/can-i-deploy").provides(HAL_OR_TEXT).get(matrix::can_i_deploy),
        Route::at("/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}").get(matrix::tag_to_tag),
        Route::at("/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}")
            .get(matrix::branch_to_environment),
    ]
}

fn about_integrations() -> Vec<Route> {
    vec![
        Route::at("/integrations")
            .provides(GRAPH)
            .get(integrations::list)
            .delete(integrations::delete_all),
        Route::at("/integrations/provider/{provider}/consumer/{consumer}")
            .provides(NOTHING)
            .delete(integrations::delete),
        Route::at("/dashboard")
            .provides(HAL_OR_TEXT)
            .get(dashboard::show),
        Route::at("/dashboard/provider/{provider}/consumer/{consumer}")
            .provides(HAL_OR_TEXT)
            .get(dashboard::of_pair),
        Route::at("/metrics").get(dashboard::metrics),
        Route::at("/relationships")
            .provides(CSV)
            .get(integrations::relationships),
        Route::at("/groups/{pacticipant}")
            .provides(CSV)
            .get(integrations::group),
    ]
}

fn drawn_badges() -> Vec<Route> {
    vec![
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/latest/badge").provides(SVG).get(badges::latest),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/badge").provides(SVG).get(badges::latest_tagged),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/latest-untagged/badge").provides(SVG).get(badges::latest_untagged),
        Route::at("/matrix/provider/{provider}/latest/{provider_tag}/consumer/{consumer}/latest/{tag}/badge").provides(SVG).get(badges::matrix),
        Route::at("/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}/badge").provides(SVG).get(badges::tag_to_tag),
        Route::at("/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}/badge")
            .provides(SVG)
            .get(badges::branch_to_environment),
        Route::at("/pacticipants/{pacticipant}/main-branch/can-i-merge/badge").provides(SVG).get(badges::can_i_merge),
    ]
}

fn about_webhooks() -> Vec<Route> {
    vec![
        Route::at("/webhooks").get(webhooks::list).post(webhooks::create),
        Route::at("/webhooks/execute").post(webhook_trials::execute_unsaved),
        Route::at("/webhooks/{webhook}").get(webhooks::show).put(webhooks::replace).delete(webhooks::delete),
        Route::at("/webhooks/{webhook}/execute").act(webhook_trials::execute),
        Route::at("/webhooks/provider/{provider}/consumer/{consumer}").get(webhooks::of_pair).post(webhooks::create_for_pair),
        Route::at("/webhooks/provider/{provider}").get(webhooks::of_provider).post(webhooks::create_for_provider),
        Route::at("/webhooks/consumer/{consumer}").get(webhooks::of_consumer).post(webhooks::create_for_consumer),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/webhooks").get(webhooks::of_pair).post(webhooks::create_for_pair),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/webhooks/status").get(triggered_webhooks::status),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/version/{version}/triggered-webhooks").get(triggered_webhooks::of_pact),
        Route::at("/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}/triggered-webhooks")
            .get(triggered_webhooks::of_verification),
        Route::at("/triggered-webhooks/{triggered}/logs").provides(TEXT_OR_HAL).get(triggered_webhooks::logs),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The methods and paths in the tables of `docs/broker-api.md`.
    fn documented() -> BTreeSet<(String, String)> {
        let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/broker-api.md");
        let guide = std::fs::read_to_string(guide).unwrap();
        let mut rows = BTreeSet::new();
        for line in guide.lines().filter(|line| line.contains("| `/")) {
            let cells: Vec<_> = line.split('|').map(str::trim).collect();
            for method in cells[1].split(", ") {
                let row = (method.to_owned(), cells[2].trim_matches('`').to_owned());
                assert!(rows.insert(row), "twice: {line}");
            }
        }
        rows
    }

    #[test]
    fn every_method_of_every_route_is_documented_and_nothing_else_is() {
        let mut routed = BTreeSet::new();
        for route in routes() {
            for method in route.methods() {
                routed.insert((method.to_string(), route.path().to_owned()));
            }
        }
        let documented = documented();
        let missing: Vec<_> = routed.difference(&documented).collect();
        let surplus: Vec<_> = documented.difference(&routed).collect();
        assert!(missing.is_empty(), "not documented: {missing:?}");
        assert!(surplus.is_empty(), "no route: {surplus:?}");
        assert!(routed.len() > 140, "{}", routed.len());
    }
}
