//! What was compared and what differed.

mod actual;
mod mismatch;

pub use actual::{ActualMessage, ActualRequest, ActualResponse};
pub use mismatch::{Mismatch, MismatchKind, Part};
