//! The provider: says when an order was placed, and knows the addresses of customers.

use serde::{Deserialize, Serialize};

/// The topic on which events about orders are sent.
pub const TOPIC: &str = "orders";

/// An order that was placed.
#[derive(Clone, Debug, Serialize)]
pub struct Order {
    /// Its number.
    pub id: u64,
    /// Who placed it.
    pub email: String,
    /// What they wrote to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What it costs, in cents.
    pub total: u64,
}

/// A customer.
#[derive(Clone, Debug)]
pub struct Customer {
    /// Their number.
    pub id: u64,
    /// Where to write to.
    pub email: String,
}

#[derive(Debug, Deserialize)]
struct AddressQuestion {
    customer: u64,
}

#[derive(Debug, Serialize)]
struct Address<'a> {
    email: &'a str,
}

/// Returns the event about an order.
///
/// # Errors
///
/// When the order cannot be written as JSON.
pub fn placed(order: &Order) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(order)
}

/// Answers the question for the address of one of the customers; none for a customer unknown.
///
/// # Errors
///
/// When the question cannot be read.
pub fn address(
    question: &[u8],
    customers: &[Customer],
) -> Result<Option<Vec<u8>>, serde_json::Error> {
    let AddressQuestion { customer } = serde_json::from_slice(question)?;
    let found = customers.iter().find(|known| known.id == customer);
    found
        .map(|Customer { email, .. }| serde_json::to_vec(&Address { email }))
        .transpose()
}
