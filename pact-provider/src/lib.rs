#![doc = include_str!("../README.md")]

mod cancel;
mod error;
mod filter;
mod generate;
mod guard;
#[cfg(feature = "harness")]
pub mod harness;
mod hooks;
mod interaction;
mod provider;
mod publish;
mod reference;
mod report;
pub mod rerun;
mod source;
mod state;
mod target;
mod verifier;

pub use error::{HookError, HookMoment, InteractionError, LoadError, VerifyError};
pub use pact_broker_client::{
    Auth, BrokerOptions, ConsumerVersionSelector, CustomHeader, Limits, Notice, ParseHeaderError,
    Secret, TlsOptions,
};
pub use report::{
    InteractionReport, Outcome, PactReport, Publication, Report, SentRequest, Style, Verdict,
};
pub use source::BrokerSource;
pub use state::{
    IntoStateValues, MissingStates, ParamError, StateAction, StateContext, StateValues,
};
pub use target::{Answer, Fault, MessageContext, ProducedMessage};
pub use verifier::{Event, Verifier};

/// The guide, so that what it shows compiles.
#[cfg(all(doctest, feature = "harness"))]
#[doc = include_str!("../../docs/provider.md")]
struct Guide;
