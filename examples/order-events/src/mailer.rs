//! The consumer: writes a mail for every order.

use serde::{Deserialize, Serialize};

/// A mail that is to be sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mail {
    /// Who gets it.
    pub to: String,
    /// What it says.
    pub text: String,
}

/// What the mailer reads of the event; more may stand in it.
#[derive(Debug, Deserialize)]
struct OrderPlaced {
    id: u64,
    email: String,
    note: Option<String>,
}

/// A question for the address of a customer.
#[derive(Debug, Serialize)]
struct AddressQuestion {
    customer: u64,
}

/// The answer to it.
#[derive(Debug, Deserialize)]
struct AddressAnswer {
    email: String,
}

/// A message could not be handled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MailError {
    /// It is not what the mailer reads.
    #[error("the message cannot be read")]
    Unreadable(#[from] serde_json::Error),
    /// It came on a topic the mailer knows nothing of.
    #[error("the mailer knows nothing of the topic `{0}`")]
    UnknownTopic(String),
    /// Nobody answered.
    #[error("the question was not answered: {0}")]
    Unanswered(String),
}

/// Returns the mail about an event.
///
/// # Errors
///
/// When the topic is unknown or the event is not what it should be.
pub fn mail_about(topic: &str, event: &[u8]) -> Result<Mail, MailError> {
    if topic != "orders" {
        return Err(MailError::UnknownTopic(topic.to_owned()));
    }
    let order: OrderPlaced = serde_json::from_slice(event)?;
    let note = match order.note {
        Some(note) => format!(" You wrote: {note}"),
        None => String::new(),
    };
    Ok(Mail {
        to: order.email,
        text: format!("Thank you for order {}.{note}", order.id),
    })
}

/// Asks for the address of a customer over whatever carries messages.
///
/// # Errors
///
/// When the question is not answered, or by something else than an address.
pub fn address_of(
    customer: u64,
    ask: impl FnOnce(Vec<u8>) -> Result<Vec<u8>, MailError>,
) -> Result<String, MailError> {
    let answer = ask(serde_json::to_vec(&AddressQuestion { customer })?)?;
    let AddressAnswer { email } = serde_json::from_slice(&answer)?;
    Ok(email)
}
