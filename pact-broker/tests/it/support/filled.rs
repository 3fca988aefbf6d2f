//! A broker with something of everything in it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{Answer, TestBroker};

/// What a client may call things: every text it can choose is `mark` and a word.
pub(crate) struct Filled<'a> {
    broker: &'a TestBroker,
    mark: &'a str,
}

/// Encodes a text as one segment of a path.
pub(crate) fn segment(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().fold(String::new(), |out, byte| {
        if plain(byte) {
            out + &char::from(byte).to_string()
        } else {
            format!("{out}%{byte:02X}")
        }
    })
}

/// Fills a broker. `mark` starts every text; it holds no white space, as branches and environments must not.
pub(crate) async fn fill(broker: &TestBroker, mark: &str) {
    let filled = Filled { broker, mark };
    filled.webhooks().await;
    let environment = filled.environment().await;
    for (number, path) in [("1", "/a"), ("2", "/b"), ("3", "/b")] {
        filled.publish(number, path).await;
    }
    filled.describe().await;
    filled.mark_version().await;
    filled.place(&environment).await;
    for (number, success) in [("1", true), ("2", false)] {
        filled.verify(number, success).await;
    }
}

#[track_caller]
fn done(answer: &Answer) {
    assert!(
        answer.status.is_success(),
        "{}: {}",
        answer.status,
        answer.text
    );
}

impl Filled<'_> {
    fn text(&self, word: &str) -> String {
        format!("{}{word}", self.mark)
    }

    fn encoded(&self, word: &str) -> String {
        segment(&self.text(word))
    }

    async fn publish(&self, number: &str, path: &str) {
        let text = |word: &str| self.text(word);
        let interaction = |word: &str, path: &str| {
            json!({
                "type": "Synchronous/HTTP",
                "description": text(word),
                "providerStates": [{ "name": text("state"), "params": { (text("param")): text("value") } }],
                "request": {
                    "method": "POST", "path": format!("{path}{}", text("path")),
                    "headers": { (text("header")): [text("value")] },
                    "query": { (text("query")): [text("value")] },
                    "body": { "content": { (text("key")): text("body"), "n": 1.0 }, "contentType": "application/json" },
                },
                "response": { "status": 200 },
                "comments": { "text": [text("comment")], "testname": text("test") },
            })
        };
        let mut interactions = vec![
            interaction("changing", path),
            interaction("lasting", "/same"),
        ];
        interactions.push(interaction(&format!("only in {path}"), "/only"));
        let pact = json!({
            "consumer": { "name": text("consumer") },
            "provider": { "name": text("provider") },
            "interactions": interactions,
            "metadata": { "pactSpecification": { "version": "4.0" }, (text("meta")): path },
        });
        let body = json!({
            "pacticipantName": text("consumer"),
            "pacticipantVersionNumber": text(number),
            "branch": text("branch"),
            "tags": [text("tag")],
            "buildUrl": self.build_url(number),
            "contracts": [{
                "consumerName": text("consumer"), "providerName": text("provider"),
                "content": STANDARD.encode(pact.to_string()),
                "contentType": "application/json", "specification": "pact",
            }],
        });
        done(&self.broker.post("/contracts/publish", body).await);
    }

    /// A build on the web, and one that would run a script if it were followed.
    fn build_url(&self, number: &str) -> String {
        match number {
            "1" => format!("https://ci.example/{}", self.text(number)),
            _ => format!("javascript:document.title='OWNED'//{}", self.text(number)),
        }
    }

    async fn describe(&self) {
        let path = format!("/pacticipants/{}", self.encoded("consumer"));
        let body = json!({
            "displayName": self.text("shown"), "mainBranch": self.text("branch"),
            "repositoryUrl": "javascript:document.title='OWNED'",
            "repositoryName": self.text("repository"), "repositoryNamespace": self.text("owner"),
        });
        let headers = [("content-type", "application/json")];
        let patched = self
            .broker
            .send("PATCH", &path, &headers, &body.to_string())
            .await;
        done(&patched);
        let label = format!("{path}/labels/{}", self.encoded("label"));
        done(&self.broker.put(&label, json!({})).await);
    }

    async fn mark_version(&self) {
        let (name, number) = (self.encoded("provider"), self.encoded("p1"));
        for path in [
            format!("branches/{}/versions/{number}", self.encoded("branch")),
            format!("versions/{number}/tags/{}", self.encoded("tag")),
        ] {
            let path = format!("/pacticipants/{name}/{path}");
            done(&self.broker.put(&path, json!({})).await);
        }
    }

    async fn environment(&self) -> String {
        let body = json!({
            "name": self.text("environment"), "displayName": self.text("place"), "production": true,
            "contacts": [{ "name": self.text("contact"), "details": { (self.text("detail")): self.text("value") } }],
        });
        let made = self.broker.post("/environments", body).await;
        done(&made);
        made.json()["uuid"].as_str().unwrap().to_owned()
    }

    async fn place(&self, environment: &str) {
        let name = self.encoded("consumer");
        for (what, number, body) in [
            (
                "deployed",
                "1",
                json!({ "applicationInstance": self.text("instance") }),
            ),
            (
                "deployed",
                "2",
                json!({ "applicationInstance": self.text("instance") }),
            ),
            ("released", "2", json!({})),
        ] {
            let number = self.encoded(number);
            let path = format!(
                "/pacticipants/{name}/versions/{number}/{what}-versions/environment/{environment}"
            );
            done(&self.broker.post(&path, body).await);
        }
    }

    async fn verify(&self, number: &str, success: bool) {
        let pact = format!(
            "/pacts/provider/{}/consumer/{}/version/{}",
            self.encoded("provider"),
            self.encoded("consumer"),
            self.encoded(number)
        );
        let pact = self.broker.get(&pact).await.json();
        let href = pact["_links"]["pb:publish-verification-results"]["href"].clone();
        let text = |word: &str| self.text(word);
        let ids = pact["interactions"].as_array().unwrap().iter();
        let tests: Vec<Value> = ids
            .map(|one| {
                json!({
                    "interactionId": one["_id"], "success": success,
                    "mismatches": [{ "attribute": "body", "identifier": text("$.key"), "description": text("differs") }],
                    "exceptions": [{ "message": text("exception") }],
                })
            })
            .collect();
        let result = json!({
            "success": success, "providerApplicationVersion": text("p1"), "buildUrl": "https://ci.example/2",
            "verifiedBy": {
                "implementation": text("verifier"), "version": text("v"),
                "clientLanguage": { "name": text("language"), "version": text("v"), "testFramework": text("framework") },
            },
            "testResults": tests,
        });
        let path = self.broker.path(href.as_str().unwrap());
        done(&self.broker.post(&path, result).await);
    }

    async fn webhooks(&self) {
        for name in ["consumer", "provider"] {
            let body = json!({ "name": self.text(name) });
            done(&self.broker.post("/pacticipants", body).await);
        }
        let sides = [
            json!({ "consumer": { "name": self.text("consumer") }, "provider": { "name": self.text("provider") } }),
            json!({ "consumer": { "label": self.text("label") } }),
        ];
        for side in sides {
            let mut body = json!({
                "description": self.text("webhook"),
                "events": [{ "name": "contract_content_changed" }, { "name": "provider_verification_published" }],
                "request": {
                    "method": "POST", "url": "https://ci.example/build", "username": self.text("user"),
                    "password": "s3cret-password", "body": { (self.text("key")): self.text("body") },
                    "headers": { "authorization": "s3cret-token", "x-a": self.text("value") },
                },
            });
            for (key, value) in side.as_object().unwrap() {
                body[key] = value.clone();
            }
            done(&self.broker.post("/webhooks", body).await);
        }
    }
}
