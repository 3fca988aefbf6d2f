#![doc = include_str!("../README.md")]

mod error;
mod filter;
mod interaction;
mod publish;
pub mod report;
mod request;
mod source;
mod state;
mod target;
mod verifier;

pub use error::{ExchangeError, LoadError, StateError, VerifyError};
pub use filter::Filter;
pub use publish::PublishOptions;
pub use report::{InteractionResult, PactResult, Report, Verdict};
pub use source::{BrokerSource, Source};
pub use state::{StateAction, StateContext, StateOutcome, StateUrl};
pub use target::HttpTarget;
pub use verifier::Verifier;
