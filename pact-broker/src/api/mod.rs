//! The HTTP API: routes, and what is shared between them.

mod auth;
mod badge_svg;
pub(crate) mod door;
mod error;
mod extract;
mod field_error;
mod fields;
mod hal;
mod media;
mod metadata;
mod nested;
mod openapi;
mod pieces;
pub(crate) mod raw_object;
mod resources;
mod route;
mod routes;
mod turns;
pub(crate) mod urls;

pub(crate) use self::{
    error::ApiError,
    extract::{Address, Names, Query},
    media::MediaType,
    openapi::show as openapi_document,
    resources::{
        environments::{deployment_filter, load as load_environment, release_filter},
        for_verification::{by_query as to_verify, label as selector_label},
        index::relation as index_relation,
        integrations::connected_with,
        matrix::{
            asked as matrix_answer, deployment as deployment_answer, deployment_from_branch,
            deployment_from_tag,
        },
        pact_lists::check_pair,
        pacticipants::load as load_pacticipant,
        pacts::{find as find_pact, find_with_metadata as content_with_metadata},
        provider_lists::provider_list_title,
        provider_states::{environment_key, used as states_in_use},
        verifications::verification_id,
        webhook_body::redacted,
        webhooks::{
            call as webhook_call, description as webhook_description, scope_text as webhook_scope,
        },
    },
    routes::{router, routes},
};
