//! What the mailer relies on. Each test leaves its part of the contract in `examples/pacts`.

use order_events::mailer::{MailError, address_of, mail_about};
use pact_consumer::prelude::*;

#[pact_test(
    consumer = "order-mailer",
    provider = "order-events",
    output_dir = "../pacts"
)]
fn writes_a_mail_for_an_order(pact: &mut PactBuilder) {
    pact.expects_to_receive("an order was placed")
        .given_with("an order was placed", json_pattern!({ "id": 42 }))
        .metadata("topic", "orders")
        .json_body(json_pattern!({
            "id": integer(42),
            "email": regex("^[^@]+@[^@]+$", "zoe@example.org"),
            "note": optional(like("leave it at the door")).otherwise_given("it has no note"),
        }));
    let has_note = pact.variant().is_none();

    // The test is run with the note and without it: both are in the contract.
    pact.handle_messages(|message: &ReceivedMessage| {
        let topic = message.metadata_text("topic").unwrap_or_default();
        let mail = mail_about(&topic, message.contents())?;
        assert_eq!(mail.to, "zoe@example.org");
        assert_eq!(mail.text.contains("leave it at the door"), has_note);
        Ok::<(), MailError>(())
    });
}

#[pact_test(
    consumer = "order-mailer",
    provider = "order-events",
    output_dir = "../pacts"
)]
fn asks_for_an_address(pact: &mut PactBuilder) {
    pact.upon_message("a question for the address of a customer")
        .given_with("a customer exists", json_pattern!({ "id": 7 }))
        .json_body(json_pattern!({ "customer": integer(7) }))
        .will_answer()
        .json_body(json_pattern!({ "email": like("zoe@example.org") }));

    pact.handle_exchanges(|exchange: &Exchange| {
        let email = address_of(7, |question| {
            let answers = exchange
                .send(question)
                .map_err(|error| MailError::Unanswered(error.to_string()))?;
            Ok(answers[0].contents().to_vec())
        })?;
        assert_eq!(email, "zoe@example.org");
        Ok::<(), MailError>(())
    });
}
