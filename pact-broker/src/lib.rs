//! A contract broker: it stores contracts and verification results, speaks the HTTP API of the Pact Broker and answers
//! whether a version can be deployed.
//!
//! ```no_run
//! use pact_broker::{Broker, BrokerConfig};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let broker = Broker::start(BrokerConfig::new("sqlite://broker.sqlite", "127.0.0.1:9292".parse()?)).await?;
//! println!("serving at {}", broker.url());
//! tokio::signal::ctrl_c().await?;
//! broker.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod access;
mod api;
mod config;
pub mod domain;
mod import;
mod serve;
mod state;
pub mod store;
mod ui;
mod webhooks;

pub use crate::{
    access::{Access, Credentials},
    config::{BaseUrl, BrokerConfig, Limits, Network, ParseBaseUrlError, ParseNetworkError},
    import::{Counted, Import, ImportError, ImportProgress, ImportReport, NotCarried},
    serve::{Broker, RunningBroker, StartError},
};
