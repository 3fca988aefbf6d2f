#![doc = include_str!("../README.md")]

mod builder;
mod error;
mod harness;
mod message;
pub mod pact_file;
pub mod pattern;
mod report;
mod server;

pub use builder::{
    AnswerBuilder, MessageBuilder, PactBuilder, QuestionBuilder, RequestBuilder, ResponseBuilder,
    WriteMode,
};
pub use error::ConsumerError;
pub use harness::{TestOptions, TestOutcome, pact_test, pact_test_async};
pub use message::{Exchange, ReceivedMessage, UnexpectedMessage};
pub use pact_consumer_macros::pact_test;
pub use pact_core::generators::Generator;
pub use pact_core::model::SpecVersion;
pub use pact_core::rules::{MatchingRule, RuleList};
pub use report::Failure;
pub use server::{MockServer, RecordedRequest, Verdict};

/// What a test file needs: the builder, the attribute and the pattern functions.
pub mod prelude {
    pub use crate::pattern::{
        Pattern, array_containing, boolean, date, datetime, decimal, each_key, each_like,
        each_like_min, each_like_min_max, each_value, equal, from_provider_state, include, integer,
        like, not_empty, null, number, regex, semver, time, uuid, with_rules,
    };
    pub use crate::{
        Exchange, MockServer, PactBuilder, ReceivedMessage, TestOptions, json_pattern, pact_test,
        pact_test_async,
    };
}

/// The guide, so that what it shows compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../../docs/consumer.md")]
struct Guide;
