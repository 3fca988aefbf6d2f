//! How a test says what it relies on.

mod body;
mod check;
mod draft;
mod graphql;
mod http;
mod message;
mod messages;
mod methods;
mod multipart;
mod pact;
mod raw;
mod verdict;
mod xml;

pub(crate) use check::of_another_kind;
pub(crate) use draft::{Draft, Handling, type_in};
pub use http::{RequestBuilder, ResponseBuilder};
pub use message::{AnswerBuilder, MessageBuilder, QuestionBuilder};
pub use multipart::Part;
pub use pact::{PactBuilder, WriteMode};
pub use xml::Xml;
