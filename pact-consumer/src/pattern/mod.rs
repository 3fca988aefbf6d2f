//! Examples with rules: what a test says about a value instead of its exact text.
//!
//! A [`Pattern`] is an example with rules at places in it. Literals in a pattern are compared by
//! equality, except below [`like`] and [`each_like`], whose rule is inherited.
//!
//! ```
//! use pact_consumer::prelude::*;
//!
//! let order = json_pattern!({
//!     "id": integer(42),
//!     "note": optional(like("fragile")),
//!     "lines": each_like({ "sku": regex("^[A-Z][0-9]+$", "A1") }),
//! });
//! let compiled = order.compile();
//! assert_eq!(
//!     compiled.example.to_compact(),
//!     r#"{"id":42,"note":"fragile","lines":[{"sku":"A1"}]}"#
//! );
//! assert_eq!(compiled.rules.iter().len(), 4);
//! ```

mod choice;
mod compile;
mod functions;
mod generated;
mod given;
mod json;
mod standing;
mod tree;

pub use choice::{Choice, nullable, one_of, optional};
pub use compile::Compiled;
pub use functions::{
    array_containing, boolean, content_type, date, datetime, decimal, each_key, each_like,
    each_like_max, each_like_min, each_like_min_max, each_value, equal, include, integer, like,
    not_empty, null, number, regex, semver, time, unordered, unordered_max, unordered_min,
    unordered_min_max, uuid, values_like, with_rules,
};
pub use generated::{
    date_from_now, datetime_from_now, from_provider_state, mock_server_url, random_boolean,
    random_decimal, random_hexadecimal, random_integer, random_regex, random_string, random_uuid,
    random_uuid_as, time_from_now,
};
pub use given::{example_of, integration_json};
pub use tree::Pattern;

pub(crate) use choice::{FoundChoice, Picks};
pub(crate) use standing::{Called, Side, Standing};
