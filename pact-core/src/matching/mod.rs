//! What was compared and what differed.

mod actual;
mod assign;
pub(crate) mod body;
mod difference;
pub(crate) mod headers;
pub(crate) mod metadata;
mod mismatch;
pub(crate) mod pattern;
pub(crate) mod query;
pub(crate) mod render;
pub(crate) mod report;
pub(crate) mod request_line;
pub(crate) mod status;
mod text_plan;
pub(crate) mod value;

pub use actual::{ActualMessage, ActualRequest, ActualResponse};
pub use difference::{DiffLine, difference};
pub use mismatch::{Mismatch, MismatchKind, Part};
