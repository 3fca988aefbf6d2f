//! Webhooks: requests the broker sends when something happens.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::BrokerClient;
use crate::error::BrokerError;
use crate::hal::{Document, segment};
use crate::http::Call;

impl BrokerClient {
    /// Creates a webhook; the answer has its `uuid`.
    ///
    /// # Errors
    ///
    /// When the broker cannot be asked or refuses.
    pub async fn create_webhook(&self, webhook: &Value) -> Result<Document, BrokerError> {
        let action = "creating a webhook";
        let href = self.index().await?.link(action, "pb:webhooks", &[])?;
        self.transport
            .send(Call {
                action,
                method: Method::POST,
                href: &href,
                body: Some(webhook),
            })
            .await
    }

    /// Creates the webhook of that UUID, or replaces it.
    ///
    /// # Errors
    ///
    /// When the broker cannot be asked or refuses.
    pub async fn put_webhook(&self, uuid: &str, webhook: &Value) -> Result<Document, BrokerError> {
        let (action, href) = (format!("writing webhook {uuid}"), webhook_path(uuid));
        self.transport
            .send(Call {
                action: &action,
                method: Method::PUT,
                href: &href,
                body: Some(webhook),
            })
            .await
    }

    /// Deletes a webhook.
    ///
    /// # Errors
    ///
    /// When there is none of that UUID, or the broker cannot be asked.
    pub async fn delete_webhook(&self, uuid: &str) -> Result<(), BrokerError> {
        let (action, href) = (format!("deleting webhook {uuid}"), webhook_path(uuid));
        self.transport
            .send(Call {
                action: &action,
                method: Method::DELETE,
                href: &href,
                body: None,
            })
            .await
            .map(drop)
    }

    /// Has the broker send the webhook's request once; the answer tells how it went.
    ///
    /// # Errors
    ///
    /// When there is none of that UUID, or the broker cannot be asked.
    pub async fn test_webhook(&self, uuid: &str) -> Result<Document, BrokerError> {
        let action = format!("testing webhook {uuid}");
        let webhook = self.transport.get(&action, &webhook_path(uuid)).await?;
        let href = webhook.link(&action, "pb:execute", &[])?;
        let body = json!({});
        self.transport
            .send(Call {
                action: &action,
                method: Method::POST,
                href: &href,
                body: Some(&body),
            })
            .await
    }
}

fn webhook_path(uuid: &str) -> String {
    format!("webhooks/{}", segment(uuid))
}
