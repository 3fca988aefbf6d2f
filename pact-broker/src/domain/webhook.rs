//! Webhooks: whom to call when something happens to a pact.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::text::{LabelName, PacticipantName, Uuid};
use crate::domain::time::Timestamp;

/// Something that happens to a pact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A pact's content is not that of the pacts published before it.
    ContractContentChanged,
    /// A pact was published.
    ContractPublished,
    /// A pact was published that some provider version in use has no result for.
    ContractRequiringVerificationPublished,
    /// A verification failed.
    ProviderVerificationFailed,
    /// A verification was published.
    ProviderVerificationPublished,
    /// A verification succeeded.
    ProviderVerificationSucceeded,
    /// A pact was published whose content is that of the pacts before it; told, never sent.
    ContractContentUnchanged,
}

impl EventKind {
    /// The events a webhook can wait for.
    pub const ALL: [Self; 6] = [
        Self::ContractContentChanged,
        Self::ContractPublished,
        Self::ContractRequiringVerificationPublished,
        Self::ProviderVerificationFailed,
        Self::ProviderVerificationPublished,
        Self::ProviderVerificationSucceeded,
    ];

    /// The name in requests, answers and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ContractContentChanged => "contract_content_changed",
            Self::ContractContentUnchanged => "contract_content_unchanged",
            Self::ContractPublished => "contract_published",
            Self::ContractRequiringVerificationPublished => {
                "contract_requiring_verification_published"
            }
            Self::ProviderVerificationFailed => "provider_verification_failed",
            Self::ProviderVerificationPublished => "provider_verification_published",
            Self::ProviderVerificationSucceeded => "provider_verification_succeeded",
        }
    }

    /// The event of this name that a webhook can wait for.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The pacticipants on one side that a webhook concerns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum WebhookSide {
    /// Every pacticipant.
    #[default]
    Any,
    /// Those that carry a label.
    Labelled(LabelName),
    /// One pacticipant.
    Named(PacticipantName),
}

/// The request a webhook makes. Its text may hold template parameters.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookRequest {
    /// The HTTP method.
    pub method: String,
    /// The address.
    pub url: String,
    /// Header names, in lower case, and values in the order given.
    pub headers: Vec<(String, String)>,
    /// The body: JSON text when `body_is_json`, plain text otherwise.
    pub body: Option<String>,
    /// Whether the body was given as JSON.
    pub body_is_json: bool,
    /// The user for basic authentication.
    pub username: Option<String>,
    /// The password for basic authentication.
    pub password: Option<String>,
}

/// Shows the method and the address only: headers, body and password may hold secrets.
impl fmt::Debug for WebhookRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookRequest")
            .field("method", &self.method)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// The attributes of a webhook as a request gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookAttributes {
    /// What it is for.
    pub description: Option<String>,
    /// The consumers it concerns.
    pub consumer: WebhookSide,
    /// The providers it concerns.
    pub provider: WebhookSide,
    /// Whether it fires.
    pub enabled: bool,
    /// What it waits for.
    pub events: Vec<EventKind>,
    /// What it calls.
    pub request: WebhookRequest,
}

/// A stored webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its key in URLs.
    pub uuid: Uuid,
    /// What it is.
    pub attributes: WebhookAttributes,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Which webhooks a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookScope {
    /// Every webhook.
    All,
    /// Those of a consumer and no provider.
    Consumer(PacticipantName),
    /// Those of exactly this consumer and this provider.
    Pair {
        /// The consumer.
        consumer: PacticipantName,
        /// The provider.
        provider: PacticipantName,
    },
    /// Those of a provider and no consumer.
    Provider(PacticipantName),
}

/// How far the delivery of a triggered webhook got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// Every attempt failed.
    Failure,
    /// No attempt was made yet.
    NotRun,
    /// An attempt failed and another will be made.
    Retrying,
    /// An attempt succeeded.
    Success,
}

impl DeliveryStatus {
    /// The name in answers and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::NotRun => "not_run",
            Self::Retrying => "retrying",
            Self::Success => "success",
        }
    }

    /// The status of this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Failure, Self::NotRun, Self::Retrying, Self::Success]
            .into_iter()
            .find(|status| status.as_str() == name)
    }
}

/// How the webhooks of a pair fared, each taken as it was last triggered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookStatus {
    /// One of them failed.
    Failure,
    /// None was triggered.
    None,
    /// One waits for its first attempt.
    NotRun,
    /// One waits for another attempt.
    Retrying,
    /// All succeeded.
    Success,
}

/// Sums up how the webhooks of a pair fared: the worst of them counts.
pub fn webhook_status(statuses: &[DeliveryStatus]) -> WebhookStatus {
    let any = |status| statuses.contains(&status);
    if any(DeliveryStatus::Retrying) {
        WebhookStatus::Retrying
    } else if any(DeliveryStatus::Failure) {
        WebhookStatus::Failure
    } else if any(DeliveryStatus::NotRun) {
        WebhookStatus::NotRun
    } else if any(DeliveryStatus::Success) {
        WebhookStatus::Success
    } else {
        WebhookStatus::None
    }
}

/// What a triggered webhook knows of its event, for its template.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct EventContext {
    /// The consumer version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumer_version_number: Option<String>,
    /// Its tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consumer_version_tags: Vec<String>,
    /// The branch it was last added to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumer_version_branch: Option<String>,
    /// The provider version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_version_number: Option<String>,
    /// The branch that the provider version heads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_version_branch: Option<String>,
    /// Why the provider version is in use.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub provider_version_descriptions: Vec<String>,
    /// The build that published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build_url: Option<String>,
}

/// One attempt to deliver.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct WebhookExecution {
    /// Whether it succeeded.
    pub success: bool,
    /// What was sent and what came back.
    pub logs: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A call owed to a webhook because of an event: a row of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriggeredWebhook {
    /// Its key in URLs.
    pub uuid: Uuid,
    /// The webhook, unless it was deleted since.
    pub webhook_uuid: Option<Uuid>,
    /// What the webhook is for, as told when it was triggered.
    pub description: String,
    /// The event.
    pub event: EventKind,
    /// What is known of it.
    pub context: EventContext,
    /// How far delivery got.
    pub status: DeliveryStatus,
    /// How many attempts were made.
    pub attempts: i64,
    /// The consumer of the pact.
    pub consumer: PacticipantName,
    /// The provider of the pact.
    pub provider: PacticipantName,
    /// When the event happened.
    pub created_at: Timestamp,
}
