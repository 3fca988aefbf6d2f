//! A web shop's client of the order API.
//!
//! `tests/contract.rs` says what it relies on; running the tests leaves the contract in
//! `examples/pacts`, which `order-api` verifies.

use std::sync::Arc;

use reqwest::{Response, StatusCode};
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls_platform_verifier::BuilderVerifierExt;
use serde::{Deserialize, Serialize};

/// An order as the shop shows it. What the API sends besides is not its business.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Order {
    /// The order's number.
    pub id: u64,
    /// Where it stands.
    pub status: Status,
    /// What was ordered.
    pub lines: Vec<Line>,
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Not yet paid.
    Open,
    /// Paid.
    Paid,
}

/// One line of an order.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Line {
    /// The article.
    pub sku: String,
    /// How many of it.
    pub quantity: u32,
}

/// The order API did not give what was asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OrderError {
    /// There is no such order.
    #[error("there is no order {0}")]
    NotFound(u64),
    /// The API refuses.
    #[error("the order API answered {0}")]
    Refused(StatusCode),
    /// The API cannot be reached, or answers with something else than an order.
    #[error("the order API cannot be used")]
    Transport(#[from] reqwest::Error),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
}

/// A client of the order API.
pub struct OrderClient {
    base_url: String,
    http: reqwest::Client,
}

impl OrderClient {
    /// Returns a client of the API at the base URL.
    ///
    /// # Errors
    ///
    /// When TLS cannot be set up.
    pub fn new(base_url: &str) -> Result<Self, OrderError> {
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_platform_verifier()?
            .with_no_client_auth();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .build()?;
        Ok(Self {
            base_url: base_url.trim_end_matches('/').to_owned(),
            http,
        })
    }

    /// Returns an order.
    ///
    /// # Errors
    ///
    /// [`OrderError::NotFound`] when there is none of that number.
    pub async fn order(&self, id: u64) -> Result<Order, OrderError> {
        let response = self
            .http
            .get(format!("{}/orders/{id}", self.base_url))
            .send()
            .await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Err(OrderError::NotFound(id));
        }
        Ok(accepted(response)?.json().await?)
    }

    /// Places an order and returns it with its number.
    ///
    /// # Errors
    ///
    /// When the API refuses it.
    pub async fn place(&self, lines: &[Line]) -> Result<Order, OrderError> {
        let body = NewOrder { lines };
        let response = self
            .http
            .post(format!("{}/orders", self.base_url))
            .json(&body)
            .send()
            .await?;
        Ok(accepted(response)?.json().await?)
    }
}

#[derive(Serialize)]
struct NewOrder<'a> {
    lines: &'a [Line],
}

fn accepted(response: Response) -> Result<Response, OrderError> {
    if response.status().is_success() {
        Ok(response)
    } else {
        Err(OrderError::Refused(response.status()))
    }
}
