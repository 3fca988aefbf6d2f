//! Corners of the API that clients were found to depend on, each held over HTTP.

mod access;
mod addresses;
mod badges;
mod bodies;
mod client;
mod environments;
mod events;
mod failures;
mod immutable;
mod matrix;
mod pacts;
mod requests;
mod selecting;
mod trials;
mod versions;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{start, start_with};
use crate::support::{Answer, TestBroker};

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];
const MERGE_PATCH: [(&str, &str); 1] = [("content-type", "application/merge-patch+json")];

/// A broker with words for what is done again and again.
struct Told(TestBroker);

impl std::ops::Deref for Told {
    type Target = TestBroker;

    fn deref(&self) -> &TestBroker {
        &self.0
    }
}

/// A contract between Foo, or another, and Bar, or another, told apart by a word.
fn pact((consumer, provider): (&str, &str), word: &str) -> Value {
    json!({
        "consumer": { "name": consumer },
        "provider": { "name": provider },
        "interactions": [{
            "description": word,
            "request": { "method": "GET", "path": format!("/{word}") },
            "response": { "status": 200 },
        }],
        "metadata": { "pactSpecification": { "version": "2.0.0" } },
    })
}

impl Told {
    async fn new() -> Self {
        Self(start().await)
    }

    /// Publishes a contract with Bar; `more` is what the request says besides.
    async fn publish(&self, (consumer, number): (&str, &str), word: &str, more: Value) -> Answer {
        self.publish_for((consumer, "Bar"), number, word, more)
            .await
    }

    async fn publish_for(
        &self,
        (consumer, provider): (&str, &str),
        number: &str,
        word: &str,
        more: Value,
    ) -> Answer {
        let content = STANDARD.encode(pact((consumer, provider), word).to_string());
        let mut body = json!({
            "pacticipantName": consumer, "pacticipantVersionNumber": number, "contracts": [{
                "consumerName": consumer, "providerName": provider, "content": content,
                "contentType": "application/json", "specification": "pact",
            }],
        });
        for (key, value) in more.as_object().into_iter().flatten() {
            body[key] = value.clone();
        }
        let answer = self.post("/contracts/publish", body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer
    }

    /// Publishes a result at the address of a pact.
    async fn verify_at(&self, pact: &str, number: &str, success: bool) -> Answer {
        let links = self.get(pact).await.json()["_links"].clone();
        let href = links["pb:publish-verification-results"]["href"].clone();
        let result = json!({ "success": success, "providerApplicationVersion": number });
        let answer = self.post(&self.path(href.as_str().unwrap()), result).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer
    }

    /// Publishes a result for what a consumer version published for Bar.
    async fn verify(&self, (consumer, number): (&str, &str), by: &str, success: bool) -> Answer {
        let pact = format!("/pacts/provider/Bar/consumer/{consumer}/version/{number}");
        self.verify_at(&pact, by, success).await
    }

    /// Sends `{}` and returns the status.
    async fn mark(&self, path: &str) -> u16 {
        self.put(path, json!({})).await.status.as_u16()
    }

    async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[("accept", "*/*")], "").await
    }

    async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send("PATCH", path, &MERGE_PATCH, &body.to_string())
            .await
    }

    async fn status(&self, path: &str) -> u16 {
        self.get(path).await.status.as_u16()
    }

    /// Creates an environment and returns its key.
    async fn environment(&self, name: &str) -> String {
        let body = json!({ "name": name, "production": name == "prod" });
        let made = self.post("/environments", body).await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.json()["uuid"].as_str().unwrap().to_owned()
    }

    /// Records a deployment, or with `"released"` a release.
    async fn place(&self, what: &str, (name, number): (&str, &str), environment: &str) -> Answer {
        let path = format!(
            "/pacticipants/{name}/versions/{number}/{what}-versions/environment/{environment}"
        );
        self.post(&path, json!({})).await
    }
}
