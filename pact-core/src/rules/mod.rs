//! Matching rules as data: what they say and where they stand.

mod collection;
mod display;
pub mod expression;
mod rule;

pub use collection::{Category, MatchingRules};
pub use rule::{Combine, MatchingRule, RuleList, StatusClass, Variant};
