//! Telling the broker how it ended.

use pact_broker_client::{BrokerError, TestMismatch, TestResult, VerificationResult};
use pact_core::matching::{Mismatch, Part};

use crate::report::{InteractionResult, PactResult, Verdict};
use crate::source::BrokerOrigin;

/// What results are published as.
#[derive(Clone, Debug)]
pub struct PublishOptions {
    version: String,
    branch: Option<String>,
    tags: Vec<String>,
    build_url: Option<String>,
}

impl PublishOptions {
    /// Publishes results as those of this version of the provider.
    pub fn new(version: impl Into<String>) -> Self {
        Self {
            version: version.into(),
            branch: None,
            tags: Vec::new(),
            build_url: None,
        }
    }

    /// Says which branch the version was built from.
    #[must_use]
    pub fn branch(self, branch: impl Into<String>) -> Self {
        Self {
            branch: Some(branch.into()),
            ..self
        }
    }

    /// Gives the version a tag.
    #[must_use]
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Says where the build can be seen.
    #[must_use]
    pub fn build_url(self, url: impl Into<String>) -> Self {
        Self {
            build_url: Some(url.into()),
            ..self
        }
    }
}

/// Records branch and tags of the provider's version, then its result for the pact.
pub(crate) async fn publish(
    origin: &BrokerOrigin,
    result: &PactResult,
    options: &PublishOptions,
) -> Result<(), BrokerError> {
    let BrokerOrigin { client, fetched } = origin;
    if let Some(branch) = &options.branch {
        client
            .put_provider_branch(fetched, branch, &options.version)
            .await?;
    }
    for tag in &options.tags {
        client
            .put_provider_tag(fetched, tag, &options.version)
            .await?;
    }
    let published = VerificationResult {
        success: result.is_success(),
        provider_version: options.version.clone(),
        build_url: options.build_url.clone(),
        implementation: env!("CARGO_PKG_NAME").to_owned(),
        implementation_version: env!("CARGO_PKG_VERSION").to_owned(),
        tests: result.interactions.iter().map(test_result).collect(),
    };
    client.publish_result(fetched, &published).await.map(drop)
}

fn test_result(interaction: &InteractionResult) -> TestResult {
    let mut test = TestResult {
        interaction_id: interaction.id.clone(),
        description: interaction.description.clone(),
        ..TestResult::default()
    };
    match &interaction.verdict {
        Verdict::Passed => test.success = true,
        Verdict::Failed(mismatches) => test.mismatches = mismatches.iter().map(mismatch).collect(),
        Verdict::Error(reason) => test.exceptions = vec![reason.clone()],
    }
    test
}

fn mismatch(mismatch: &Mismatch) -> TestMismatch {
    let attribute = match mismatch.part {
        Part::BodyType => Part::Body.name(),
        part => part.name(),
    };
    TestMismatch {
        attribute: attribute.to_owned(),
        identifier: (!mismatch.path.is_empty()).then(|| mismatch.path.clone()),
        description: mismatch.to_string(),
    }
}
