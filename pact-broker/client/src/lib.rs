#![doc = include_str!("../README.md")]

mod address;
mod answer;
mod auth;
mod client;
mod environments;
mod error;
mod hal;
mod http;
mod matrix;
mod pacticipants;
mod pacts;
mod selector;
mod tls;
mod verifications;
mod webhooks;

pub use address::{shown_address, user_information};
pub use auth::{Auth, CustomHeader, ParseHeaderError, Secret};
pub use client::{BrokerClient, BrokerOptions};
pub use environments::EnvironmentRequest;
pub use error::{BrokerError, TransportFault};
pub use hal::{Document, Notice};
pub use http::Limits;
pub use matrix::{Latest, MatrixAnswer, MatrixQuery, VersionSelector};
pub use pacticipants::PacticipantRequest;
pub use pacts::{
    ContractToPublish, FetchedPact, PactForVerification, PactsForVerificationQuery, PublishRequest,
};
pub use selector::{ConsumerVersionSelector, SelectorError};
pub use tls::{TlsError, TlsOptions, client_config};
pub use verifications::{TestMismatch, TestResult, VerificationResult};
