//! A verification result as another broker shows it.

use crate::api::raw_object::RawObject;
use crate::domain::time::Timestamp;
use crate::domain::verification::VerifiedBy;
use crate::import::error::ImportError;
use crate::import::history::ResultAddress;
use crate::import::item::Item;
use crate::store::import::ResultRecord;

/// Reads a result. The results of its tests are kept as they were written.
pub(super) fn read(
    action: &str,
    address: &ResultAddress,
    text: &str,
) -> Result<ResultRecord, ImportError> {
    let object = RawObject::parse(text).ok_or_else(|| ImportError::Shape {
        action: action.to_owned(),
        what: "it is no JSON object".to_owned(),
    })?;
    let test_results = object
        .get("testResults")
        .filter(|text| *text != "null")
        .map(str::to_owned);
    let json = object.without("testResults").to_string();
    let json = serde_json::from_str(&json).unwrap_or_default();
    let item = Item {
        json: &json,
        action,
    };
    let success = item.flag("/success")?;
    // The day and time come as they were stored, which old brokers did in several ways.
    let executed = item
        .text("/verificationDate")?
        .and_then(|text| Timestamp::parse(text).ok());
    Ok(ResultRecord {
        consumer: address.pair.consumer.clone(),
        provider: address.pair.provider.clone(),
        sha: address.sha.clone(),
        number: address.number,
        provider_version: item.name("/providerApplicationVersion")?,
        success: success.ok_or_else(|| item.wrong("/success", "is missing"))?,
        build_url: item.owned("/buildUrl")?,
        verified_by: VerifiedBy {
            implementation: item.owned("/verifiedBy/implementation")?,
            version: item.owned("/verifiedBy/version")?,
            client_name: item.owned("/verifiedBy/client_implementation")?,
            client_version: item.owned("/verifiedBy/client_version")?,
            client_test_framework: item.owned("/verifiedBy/client_test_framework")?,
        },
        test_results,
        executed: executed.unwrap_or_else(|| address.executed.clone()),
    })
}
