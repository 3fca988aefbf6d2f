//! The pages, one a file: each a plain view model and the handlers that fill it.

pub(super) mod deployments;
pub(super) mod doc;
pub(super) mod index;
pub(super) mod matrix;
pub(super) mod pact;
pub(super) mod pacticipant;
