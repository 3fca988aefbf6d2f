//! The HTTP API: routes, and what is shared between them.

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
mod raw_object;
mod resources;
mod route;
mod routes;
pub(crate) mod urls;

pub(crate) use self::{
    error::ApiError,
    extract::{Names, Query},
    media::{Accept, MediaType},
    resources::{
        index::relation as index_relation,
        matrix::{
            deployment as deployment_question, deployment_from_branch, deployment_from_tag,
            question as matrix_question,
        },
        pact_lists::check_pair,
        pacticipants::load as load_pacticipant,
    },
    routes::router,
};
