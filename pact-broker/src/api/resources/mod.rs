//! The resources of the API, one family a file.

pub(crate) mod diagnostics;
pub(crate) mod index;
