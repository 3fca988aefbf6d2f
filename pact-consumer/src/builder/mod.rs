//! How a test says what it relies on.

mod http;
mod pact;

pub use http::{RequestBuilder, ResponseBuilder};
pub use pact::{PactBuilder, WriteMode};
