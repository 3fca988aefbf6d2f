//! The pages, by what they are about. Each file lists its own.

mod branches;
mod decisions;
mod diff;
mod doc;
mod environments;
mod index;
mod integrations;
mod matrix;
mod pact;
mod pact_lists;
mod pacticipants;
mod results;
mod selection;
mod versions;
mod webhooks;

use axum::routing::MethodRouter;

use super::sheet::Sheet;
use crate::{api::ApiError, state::AppState};

pub(super) use self::doc::show as relation;

/// Some pages: the path of each, and what shows it.
pub(super) type Pages = Vec<(&'static str, MethodRouter<AppState>)>;

/// A page, or why there is none.
type Answer = Result<Sheet, ApiError>;

/// How many bytes of what was published a page shows: more is read by programs, and shown to nobody.
const SHOWN: usize = 1 << 20;

/// Says where to find what is not shown.
fn elsewhere(bytes: usize) -> String {
    format!(
        "{:.1} MiB more are not shown here: whoever asks this address for application/json gets all of them.",
        bytes as f64 / f64::from(1 << 20)
    )
}

/// Lists every page.
pub(super) fn all() -> Pages {
    [
        branches::pages(),
        decisions::pages(),
        diff::pages(),
        doc::pages(),
        environments::pages(),
        index::pages(),
        integrations::pages(),
        matrix::pages(),
        pact::pages(),
        pact_lists::pages(),
        pacticipants::pages(),
        results::pages(),
        selection::pages(),
        versions::pages(),
        webhooks::pages(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
