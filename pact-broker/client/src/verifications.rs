//! Telling the broker how a verification ended.

use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::client::BrokerClient;
use crate::error::BrokerError;
use crate::hal::Document;
use crate::http::Call;
use crate::pacts::FetchedPact;

/// The result of verifying one pact.
#[derive(Clone, Debug)]
pub struct VerificationResult {
    /// Whether every interaction held.
    pub success: bool,
    /// The provider's version.
    pub provider_version: String,
    /// Where the build that verified can be seen.
    pub build_url: Option<String>,
    /// The name of the program that verified.
    pub implementation: String,
    /// Its version.
    pub implementation_version: String,
    /// One result for each interaction.
    pub tests: Vec<TestResult>,
}

/// The result of one interaction.
#[derive(Clone, Debug, Default)]
pub struct TestResult {
    /// The id the broker gave the interaction.
    pub interaction_id: Option<String>,
    /// Its description.
    pub description: String,
    /// Whether it held.
    pub success: bool,
    /// What differed.
    pub mismatches: Vec<TestMismatch>,
    /// What kept it from being verified: provider not reachable, state not set up, ….
    pub exceptions: Vec<String>,
}

/// One difference.
#[derive(Clone, Debug)]
pub struct TestMismatch {
    /// The part: `method`, `path`, `status`, `query`, `header`, `body` or `metadata`.
    pub attribute: String,
    /// The place in the part: body path, header name, ….
    pub identifier: Option<String>,
    /// The difference in words.
    pub description: String,
}

impl BrokerClient {
    /// Publishes the result of verifying the pact.
    ///
    /// # Errors
    ///
    /// When the pact has no link for results, or the broker cannot be asked or refuses.
    pub async fn publish_result(
        &self,
        pact: &FetchedPact,
        result: &VerificationResult,
    ) -> Result<Document, BrokerError> {
        let action = format!(
            "publishing the verification result of version {}",
            result.provider_version
        );
        let href = pact
            .document
            .link(&action, "pb:publish-verification-results", &[])?;
        let body = result.to_json();
        self.transport
            .send(Call {
                action: &action,
                method: Method::POST,
                href: &href,
                body: Some(&body),
            })
            .await
    }

    /// Records that the provider's version was built from the branch, through the pact's links.
    ///
    /// # Errors
    ///
    /// When the broker is too old to know branches, cannot be asked or refuses.
    pub async fn put_provider_branch(
        &self,
        pact: &FetchedPact,
        branch: &str,
        version: &str,
    ) -> Result<(), BrokerError> {
        let action = format!("recording branch {branch} of version {version}");
        let provider = self.provider_of(&action, pact).await?;
        let href = provider.link(
            &action,
            "pb:branch-version",
            &[("branch", branch), ("version", version)],
        )?;
        self.put_empty(&action, &href).await
    }

    /// Tags the provider's version, through the pact's links.
    ///
    /// # Errors
    ///
    /// When the broker cannot be asked or refuses.
    pub async fn put_provider_tag(
        &self,
        pact: &FetchedPact,
        tag: &str,
        version: &str,
    ) -> Result<(), BrokerError> {
        let action = format!("tagging version {version} with {tag}");
        let provider = self.provider_of(&action, pact).await?;
        let href = provider.link(
            &action,
            "pb:version-tag",
            &[("tag", tag), ("version", version)],
        )?;
        self.put_empty(&action, &href).await
    }

    async fn provider_of(&self, action: &str, pact: &FetchedPact) -> Result<Document, BrokerError> {
        let href = pact.document.link(action, "pb:provider", &[])?;
        self.transport.get(action, &href).await
    }

    async fn put_empty(&self, action: &str, href: &str) -> Result<(), BrokerError> {
        let body = json!({});
        self.transport
            .send(Call {
                action,
                method: Method::PUT,
                href,
                body: Some(&body),
            })
            .await
            .map(drop)
    }
}

impl VerificationResult {
    fn to_json(&self) -> Value {
        let tests: Vec<Value> = self.tests.iter().map(TestResult::to_json).collect();
        let mut body = Map::from_iter([
            ("success".to_owned(), json!(self.success)),
            (
                "providerApplicationVersion".to_owned(),
                json!(self.provider_version),
            ),
            ("testResults".to_owned(), Value::Array(tests)),
            (
                "verifiedBy".to_owned(),
                json!({ "implementation": self.implementation, "version": self.implementation_version }),
            ),
        ]);
        body.extend(
            self.build_url
                .as_ref()
                .map(|url| ("buildUrl".to_owned(), json!(url))),
        );
        Value::Object(body)
    }
}

impl TestResult {
    fn to_json(&self) -> Value {
        let mut test = Map::from_iter([
            ("interactionDescription".to_owned(), json!(self.description)),
            ("success".to_owned(), json!(self.success)),
        ]);
        test.extend(
            self.interaction_id
                .as_ref()
                .map(|id| ("interactionId".to_owned(), json!(id))),
        );
        if !self.mismatches.is_empty() {
            let mismatches = self.mismatches.iter().map(TestMismatch::to_json).collect();
            test.insert("mismatches".to_owned(), Value::Array(mismatches));
        }
        if !self.exceptions.is_empty() {
            let exceptions = self
                .exceptions
                .iter()
                .map(|message| json!({ "message": message }))
                .collect();
            test.insert("exceptions".to_owned(), Value::Array(exceptions));
        }
        Value::Object(test)
    }
}

impl TestMismatch {
    fn to_json(&self) -> Value {
        let mut mismatch = Map::from_iter([
            ("attribute".to_owned(), json!(self.attribute)),
            ("description".to_owned(), json!(self.description)),
        ]);
        mismatch.extend(
            self.identifier
                .as_ref()
                .map(|identifier| ("identifier".to_owned(), json!(identifier))),
        );
        Value::Object(mismatch)
    }
}
