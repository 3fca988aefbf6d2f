//! Verification results as HAL.

use serde_json::{Map, Value, json};

use super::pacts::{pair_of, title};
use crate::{
    api::{
        hal::{named, set, titled},
        metadata::Metadata,
        urls::{Pair, Urls},
    },
    domain::{
        pact::PactPublication,
        verification::{Verification, VerificationDetail, VerifiedBy},
    },
};

pub(crate) fn pair(verification: &Verification) -> Pair<'_> {
    Pair::of(&verification.consumer, &verification.provider)
}

/// Renders a result.
pub(crate) fn document(urls: &Urls, detail: &VerificationDetail) -> Value {
    let mut body = of_parts(urls, &detail.verification, detail.publication.as_ref());
    let results = detail
        .test_results
        .as_deref()
        .and_then(|text| serde_json::from_str::<Value>(text).ok());
    if let Some(results) = results {
        body["testResults"] = results;
    }
    body
}

pub(crate) fn of_parts(
    urls: &Urls,
    verification: &Verification,
    publication: Option<&PactPublication>,
) -> Value {
    let sha = verification.sha.as_str();
    let own = urls.verification(pair(verification), sha, verification.id.0);
    let mut body = Map::new();
    body.insert(
        "providerName".to_owned(),
        verification.provider.as_str().into(),
    );
    body.insert(
        "providerApplicationVersion".to_owned(),
        verification.provider_version.as_str().into(),
    );
    body.insert("success".to_owned(), verification.success.into());
    body.insert(
        "verificationDate".to_owned(),
        verification.executed_at.to_hal().into(),
    );
    set(&mut body, "buildUrl", verification.build_url.clone());
    body.insert(
        "verifiedBy".to_owned(),
        verified_by_document(&verification.verified_by),
    );
    let mut links = json!({
        "pb:triggered-webhooks": titled("Webhooks triggered by this result", format!("{own}/triggered-webhooks")),
    });
    let number = verification.id.0;
    let mut name = format!("Verification result {number}");
    if let Some(publication) = publication {
        let version = publication.consumer_version.as_str();
        let called = title(pair_of(publication), version);
        name = format!("{name} for {called}");
        let metadata = Metadata::of_number(version).encode();
        let place = urls.pact_version_with_metadata(pair_of(publication), sha, &metadata);
        links["pb:pact-version"] = named("Pact", &called, place);
    }
    links["self"] = named("Verification result", &name, own);
    body.insert("_links".to_owned(), links);
    body.into()
}

fn verified_by_document(by: &VerifiedBy) -> Value {
    let mut body = Map::new();
    set(&mut body, "implementation", by.implementation.clone());
    set(&mut body, "version", by.version.clone());
    set(&mut body, "client_implementation", by.client_name.clone());
    set(&mut body, "client_version", by.client_version.clone());
    set(
        &mut body,
        "client_test_framework",
        by.client_test_framework.clone(),
    );
    body.into()
}
