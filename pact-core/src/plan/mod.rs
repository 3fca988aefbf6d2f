//! Interactions compiled for comparison: once compiled, compared many times.
//!
//! Compiling parses the expected body, compiles patterns, and decides for every place of the body
//! which rule governs it; comparing only reads. A [`RequestPlan`] or [`ResponsePlan`] is compared
//! with one exchange, an [`InteractionIndex`] chooses among many.
//!
//! ```
//! use pact_core::matching::ActualRequest;
//! use pact_core::model::Request;
//! use pact_core::plan::RequestPlan;
//!
//! let plan = RequestPlan::compile(&Request { path: "/orders".to_owned(), ..Request::default() })?;
//! let actual = ActualRequest { method: "GET", path: "/order", query: None, headers: &[], body: b"" };
//! assert_eq!(
//!     plan.compare(&actual)[0].to_string(),
//!     r#"path: expected "/orders", got "/order""#
//! );
//! # Ok::<(), pact_core::plan::CompileError>(())
//! ```

mod error;
pub(crate) mod http;
mod index;
pub(crate) mod json;
mod message;
mod patterns;
pub(crate) mod rule;
pub(crate) mod select;

pub use error::CompileError;
pub use http::{RequestPlan, ResponsePlan};
pub use index::{InteractionIndex, Nearest, Selection};
pub use message::MessagePlan;

#[cfg(test)]
mod tests;
