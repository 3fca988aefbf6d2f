//! Messages between two applications, without a broker of messages in the way.
//!
//! [`mailer`] is the consumer: it writes a mail for every order, and asks for addresses.
//! `tests/mailer.rs` says what it relies on and leaves the contract in `examples/pacts`.
//! [`orders`] is the provider: it makes the messages. `tests/orders.rs` holds it to the contract.

pub mod mailer;
pub mod orders;
