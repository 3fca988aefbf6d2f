//! The description of the API: whether it is one, and whether the broker answers as it says.

mod answers;
mod relations;
mod schema;
mod shape;

use serde_json::Value;

use crate::support::TestBroker;

/// An operation as it is described.
pub(crate) struct Operation {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) described: Value,
}

/// Returns the description and its operations.
pub(crate) async fn described(broker: &TestBroker) -> (Value, Vec<Operation>) {
    let headers = [("accept", "application/json")];
    let document = broker.send("GET", "/openapi.json", &headers, "").await;
    let document = document.json();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, described) in item.as_object().unwrap() {
            if method != "parameters" {
                operations.push(Operation {
                    method: method.to_uppercase(),
                    path: path.clone(),
                    described: described.clone(),
                });
            }
        }
    }
    (document, operations)
}

impl Operation {
    /// Whether an address is one of this operation; the fixed parts of its path, where it is.
    fn fits(&self, address: &str) -> Option<usize> {
        let path = address.split('?').next().unwrap_or_default();
        let (mine, its): (Vec<&str>, Vec<&str>) =
            (self.path.split('/').collect(), path.split('/').collect());
        if mine.len() != its.len() {
            return None;
        }
        let mut fixed = 0;
        for (mine, its) in mine.iter().zip(its) {
            if *mine == its {
                fixed += 1;
            } else if !mine.starts_with('{') || its.is_empty() {
                return None;
            }
        }
        Some(fixed)
    }
}

/// Finds the operation at an address, the one with most fixed parts first, as the router does.
pub(crate) fn at<'a>(
    operations: &'a [Operation],
    method: &str,
    address: &str,
) -> Option<&'a Operation> {
    let of_method = operations.iter().filter(|one| one.method == method);
    of_method
        .filter_map(|one| Some((one.fits(address)?, one)))
        .max_by_key(|(fixed, _)| *fixed)
        .map(|(_, one)| one)
}
