//! The consumer: order-web's client of the order API.

use std::fmt;

use pact_broker_client::{TlsOptions, client_config};
use serde::Deserialize;

/// An order, as far as order-web cares.
#[derive(Deserialize)]
pub(super) struct Order {
    id: u64,
    status: String,
    total: f64,
}

/// Asks the order API.
pub(super) struct OrderClient {
    base_url: String,
    http: reqwest::Client,
}

type Error = Box<dyn std::error::Error + Send + Sync>;

impl OrderClient {
    pub(super) fn new(base_url: &str) -> Result<Self, Error> {
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(client_config(&TlsOptions::default())?)
            .build()?;
        Ok(Self {
            base_url: base_url.trim_end_matches('/').to_owned(),
            http,
        })
    }

    pub(super) async fn order(&self, id: u64) -> Result<Order, Error> {
        let answer = self
            .http
            .get(format!("{}/orders/{id}", self.base_url))
            .send()
            .await?
            .error_for_status()?;
        Ok(serde_json::from_slice(&answer.bytes().await?)?)
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, status, total } = self;
        write!(f, "order {id} is {status}, {total} in all")
    }
}
