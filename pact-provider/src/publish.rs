//! Telling the broker how a pact was kept.

use pact_broker_client::{BrokerError, TestMismatch, TestResult, VerificationResult};
use pact_core::matching::{Mismatch, Part};

use crate::error::chain;
use crate::report::{InteractionReport, Outcome, PactReport, Publication};
use crate::source::{Destination, PublicationPoint};

/// The build whose results are published.
pub(crate) struct Build<'a> {
    pub(crate) version: &'a str,
    pub(crate) branch: Option<&'a str>,
    pub(crate) tags: &'a [String],
    pub(crate) url: Option<&'a str>,
}

/// Publishes the results of the pact: first what the version is, then how it did.
pub(crate) async fn publish(
    build: &Build<'_>,
    destination: &Destination,
    pact: &PactReport,
) -> Publication {
    let point = match destination {
        Destination::Broker(point) => point,
        Destination::Nowhere => return Publication::NoBroker,
        Destination::Unlinked => {
            return Publication::Failed {
                reason: "the pact has no link that says where".to_owned(),
                hint: Some("give the address the pact has in its broker".to_owned()),
            };
        }
    };
    match try_publish(build, point, pact).await {
        Ok(()) => Publication::Published,
        Err(error) => Publication::Failed {
            reason: chain(&error),
            hint: error.hint(),
        },
    }
}

async fn try_publish(
    build: &Build<'_>,
    point: &PublicationPoint,
    pact: &PactReport,
) -> Result<(), BrokerError> {
    let PublicationPoint { client, fetched } = point;
    if let Some(branch) = build.branch {
        client
            .put_provider_branch(fetched, branch, build.version)
            .await?;
    }
    for tag in build.tags {
        client.put_provider_tag(fetched, tag, build.version).await?;
    }
    let result = VerificationResult {
        success: pact.held(),
        provider_version: build.version.to_owned(),
        build_url: build.url.map(str::to_owned),
        implementation: "pact-provider".to_owned(),
        implementation_version: env!("CARGO_PKG_VERSION").to_owned(),
        tests: pact.interactions.iter().map(test_result).collect(),
    };
    client.publish_result(fetched, &result).await.map(drop)
}

fn test_result(interaction: &InteractionReport) -> TestResult {
    let (mismatches, exceptions) = match &interaction.outcome {
        Outcome::Passed => (Vec::new(), Vec::new()),
        Outcome::Failed(mismatches) => (mismatches.iter().map(test_mismatch).collect(), Vec::new()),
        Outcome::Error(error) => (Vec::new(), vec![error.to_string()]),
    };
    TestResult {
        interaction_id: interaction.id.clone(),
        description: interaction.description.clone(),
        success: matches!(interaction.outcome, Outcome::Passed),
        mismatches,
        exceptions,
    }
}

fn test_mismatch(mismatch: &Mismatch) -> TestMismatch {
    let (attribute, identifier) = match mismatch.part {
        Part::BodyType => ("body", None),
        part @ (Part::Method | Part::Path | Part::Status) => (part.name(), None),
        part @ (Part::Query | Part::Header | Part::Body | Part::Metadata) => {
            (part.name(), Some(mismatch.path.clone()))
        }
    };
    TestMismatch {
        attribute: attribute.to_owned(),
        identifier: identifier.filter(|path| !path.is_empty()),
        description: mismatch.to_string(),
    }
}
