//! Those who publish, and note what they were answered.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// How many publish at once.
const PUBLISHERS: usize = 32;

/// The providers of every version.
pub(super) const PROVIDERS: [&str; 2] = ["stock", "orders"];

/// Publishers at work on one broker.
pub(super) struct Load(JoinSet<Noted>);

/// What a publisher was answered for.
#[derive(Debug, Default)]
pub(super) struct Noted {
    /// The consumer of the publisher.
    pub(super) consumer: String,
    /// The versions that it published, with the contracts.
    pub(super) published: Vec<String>,
    /// The provider versions that it published a result of.
    pub(super) verified: Vec<String>,
    /// The version it was publishing at the end, of which it does not know.
    pub(super) unanswered: Option<String>,
}

impl Load {
    /// Lets every publisher begin.
    pub(super) fn start(url: &str, life: u32) -> Self {
        let client = client();
        let mut publishers = JoinSet::new();
        for number in 0..PUBLISHERS {
            publishers.spawn(publish(client.clone(), url.to_owned(), (number, life)));
        }
        Self(publishers)
    }

    /// Waits until every publisher has seen the end of the broker.
    pub(super) async fn stop(self) -> Vec<Noted> {
        self.0.join_all().await
    }
}

/// A client that finds its cryptography by itself; it is not used on loopback.
pub(super) fn client() -> Client {
    let tls = pact_broker_client::client_config(&pact_broker_client::TlsOptions::default());
    let client = Client::builder().tls_backend_preconfigured(tls.unwrap());
    client.build().unwrap()
}

/// The contract of a version, as it is sent.
pub(super) fn contract(consumer: &str, version: &str, provider: &str) -> String {
    let description = format!("what {consumer} {version} asks of {provider}");
    json!({
        "consumer": { "name": consumer },
        "provider": { "name": provider },
        "interactions": [{
            "description": description,
            "request": { "method": "GET", "path": "/" },
            "response": { "status": 200, "body": { "amount": 1.0 } },
        }],
        "metadata": { "pactSpecification": { "version": "2.0.0" } },
    })
    .to_string()
}

/// Publishes one version after the other, and a result for each, until the broker is gone.
async fn publish(client: Client, url: String, (number, life): (usize, u32)) -> Noted {
    let mut noted = Noted {
        consumer: format!("web{number}"),
        ..Noted::default()
    };
    for count in 0_u32.. {
        let version = format!("{life}.{count}");
        let address = format!("{url}/contracts/publish");
        let body = publication(&noted.consumer, &version);
        if written(&client, &address, body).await.is_none() {
            noted.unanswered = Some(version);
            break;
        }
        noted.published.push(version.clone());
        let pact = format!(
            "{url}/pacts/provider/{}/consumer/{}/version/{version}",
            PROVIDERS[0], noted.consumer
        );
        let Some(pact) = read(&client, &pact).await else {
            break;
        };
        let results = &pact["_links"]["pb:publish-verification-results"]["href"];
        let tested = format!("{}.{version}", noted.consumer);
        let body = json!({ "success": true, "providerApplicationVersion": tested });
        if written(&client, results.as_str().unwrap(), body)
            .await
            .is_none()
        {
            break;
        }
        noted.verified.push(tested);
    }
    noted
}

/// A publication of a version with its contracts.
pub(super) fn publication(consumer: &str, version: &str) -> Value {
    let contracts: Vec<_> = PROVIDERS
        .iter()
        .map(|provider| {
            json!({
                "consumerName": consumer, "providerName": provider, "specification": "pact",
                "contentType": "application/json",
                "content": STANDARD.encode(contract(consumer, version, provider)),
            })
        })
        .collect();
    json!({
        "pacticipantName": consumer, "pacticipantVersionNumber": version, "branch": "main",
        "tags": ["dev"], "contracts": contracts,
    })
}

/// Sends a change; nothing when the broker went away before its answer was whole.
pub(super) async fn written(client: &Client, url: &str, body: Value) -> Option<()> {
    let request = client.post(url).header("content-type", "application/json");
    let answer = request.body(body.to_string()).send().await.ok()?;
    let (status, text) = (answer.status(), answer.text().await.ok()?);
    assert!(status.is_success(), "{status} for {url}: {text}");
    Some(())
}

/// Reads a document; nothing when the broker went away before its answer was whole.
pub(super) async fn read(client: &Client, url: &str) -> Option<Value> {
    let answer = client.get(url).send().await.ok()?;
    let (status, text) = (answer.status(), answer.text().await.ok()?);
    assert!(status.is_success(), "{status} for {url}: {text}");
    Some(serde_json::from_str(&text).unwrap())
}
