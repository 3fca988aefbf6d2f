//! Examples with rules: what a test says about a value instead of its exact text.
//!
//! A [`Pattern`] is an example with rules at places in it. Literals in a pattern are compared by
//! equality, except below [`like`] and [`each_like`], whose rule is inherited.

mod compile;
mod functions;
mod json;
mod tree;

pub use compile::Compiled;
pub use functions::{
    array_containing, boolean, date, datetime, decimal, each_key, each_like, each_like_min,
    each_like_min_max, each_value, equal, from_provider_state, include, integer, like, not_empty,
    null, number, regex, semver, time, uuid, with_rules,
};
pub use tree::Pattern;
