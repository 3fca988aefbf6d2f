//! Generators: which values are made afresh, and how.
//!
//! Nothing here looks at a clock or draws lots on its own: a [`GenerationContext`] brings both, and
//! the same context makes the same values.

mod apply;
mod context;
mod generator;
mod provider_state;
mod regex;
#[cfg(test)]
mod tests;
mod value;

pub use apply::{apply_to_message, apply_to_request, apply_to_response};
pub use context::{GenerateError, GenerationContext, Mode};
pub use generator::{Generator, Generators, UuidFormat};
