#![doc = include_str!("../README.md")]

pub mod answer;
mod builder;
mod error;
mod harness;
mod message;
pub mod pact_file;
pub mod pattern;
mod report;
mod secret;
mod server;
pub mod serving;
mod settings;
mod variants;

pub use builder::{
    AnswerBuilder, MessageBuilder, PactBuilder, Part, QuestionBuilder, RequestBuilder,
    ResponseBuilder, WriteMode, Xml,
};
pub use error::ConsumerError;
pub use harness::{
    TestOptions, TestOutcome, pact_test, pact_test_async, pact_test_once, pact_test_once_async,
};
pub use message::{Exchange, ReceivedMessage, UnexpectedMessage};
/// ```test_harness
/// use pact_consumer::prelude::*;
///
/// # fn find(address: &str) -> std::io::Result<String> {
/// #     use std::io::{Read, Write};
/// #     let host = address.trim_start_matches("http://").split('/').next().unwrap_or_default();
/// #     let mut client = std::net::TcpStream::connect(host)?;
/// #     client.write_all(b"GET /orders/42 HTTP/1.1\r\nHost: api\r\nConnection: close\r\n\r\n")?;
/// #     let mut answer = String::new();
/// #     client.read_to_string(&mut answer)?;
/// #     Ok(answer)
/// # }
/// #[pact_test(
///     consumer = "order-web",
///     provider = "order-api",
/// #   output_dir = "../target/pacts-of-examples",
/// )]
/// fn an_order_is_found(pact: &mut PactBuilder) -> std::io::Result<()> {
///     pact.upon_receiving("a request for order 42")
///         .given("order 42 exists")
///         .get("/orders/42")
///         .will_respond_with(200)
///         .json_body(json_pattern!({ "id": integer(42), "status": like("open") }));
///     let mock = pact.start();
///     let order = find(&mock.path("/orders/42"))?;
///     assert!(order.contains("open"));
///     Ok(())
/// }
/// ```
pub use pact_consumer_macros::pact_test;
pub use pact_core::generators::{Generator, UuidFormat};
pub use pact_core::json::{Json, Object};
pub use pact_core::model::SpecVersion;
pub use pact_core::rules::{Combine, MatchingRule, RuleList, StatusClass};
pub use report::Failure;
pub use server::{Calls, Fault, Miscount, MockServer, RecordedRequest, ServerOptions, Verdict};
#[cfg(feature = "tls")]
pub use server::{Tls, TlsError};
pub use settings::{Settings, SettingsError};

/// What a test file needs: the builder, the attribute and the pattern functions.
pub mod prelude {
    pub use crate::pattern::{
        Pattern, array_containing, boolean, content_type, date, date_from_now, datetime,
        datetime_from_now, decimal, each_key, each_like, each_like_max, each_like_min,
        each_like_min_max, each_value, equal, example_of, from_provider_state, include, integer,
        integration_json, like, mock_server_url, not_empty, null, nullable, number, one_of,
        optional, random_boolean, random_decimal, random_hexadecimal, random_integer, random_regex,
        random_string, random_uuid, random_uuid_as, regex, semver, time, time_from_now, unordered,
        unordered_max, unordered_min, unordered_min_max, uuid, values_like, with_rules,
    };
    pub use crate::{
        Exchange, MockServer, PactBuilder, Part, ReceivedMessage, TestOptions, Xml, json_pattern,
        pact_test, pact_test_async,
    };
}

/// The guide, so that what it shows compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../../docs/consumer.md")]
struct Guide;
