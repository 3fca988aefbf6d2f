//! How a test says what it relies on.

mod body;
mod check;
mod draft;
mod http;
mod message;
mod messages;
mod methods;
mod pact;

pub(crate) use draft::{Draft, Handling, type_in};
pub use http::{RequestBuilder, ResponseBuilder};
pub use message::{AnswerBuilder, MessageBuilder, QuestionBuilder};
pub use pact::{PactBuilder, WriteMode};
