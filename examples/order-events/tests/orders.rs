//! The makers of the messages keep what the mailer relies on.

use std::error::Error;

use order_events::orders::{Customer, Order, TOPIC, address, placed};
use pact_provider::{MessageContext, ProducedMessage, StateContext, Verifier};

const PACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../pacts");

/// Returns the event about the order that the states of the contract describe.
async fn order_placed(context: MessageContext) -> Result<ProducedMessage, String> {
    let has = |state: &str| context.states().iter().any(|known| known.name == state);
    let order = Order {
        id: 43,
        email: "ada@example.org".to_owned(),
        note: (!has("it has no note")).then(|| "ring twice".to_owned()),
        total: 950,
    };
    let event = placed(&order).map_err(|error| error.to_string())?;
    Ok(ProducedMessage::bytes(event, "application/json").metadata("topic", TOPIC.to_owned()))
}

/// Answers the question of the contract.
async fn address_asked(context: MessageContext) -> Result<ProducedMessage, String> {
    let question = context
        .request()
        .and_then(|request| request.contents.content());
    let question = question.ok_or("the question has no contents")?;
    let customers = [Customer {
        id: 7,
        email: "ada@example.org".to_owned(),
    }];
    let answer = address(&question.bytes, &customers).map_err(|error| error.to_string())?;
    let answer = answer.ok_or("there is no such customer")?;
    Ok(ProducedMessage::bytes(answer, "application/json"))
}

#[tokio::test]
async fn messages_are_what_the_mailer_reads() -> Result<(), Box<dyn Error>> {
    Verifier::new("order-events")
        .state("an order was placed", |_: StateContext| async {})
        .state("it has no note", |_: StateContext| async {})
        .state("a customer exists", |_: StateContext| async {})
        .message("an order was placed", order_placed)
        .message("an order was placed, without $.note", order_placed)
        .message("a question for the address of a customer", address_asked)
        .pacts_from_dir(PACTS)
        .run()
        .await?
        .assert();
    Ok(())
}

#[tokio::test]
async fn a_renamed_field_is_found() -> Result<(), Box<dyn Error>> {
    let renamed = |context| async {
        let mut message = order_placed(context).await?;
        let text = String::from_utf8_lossy(&message.contents).replace("\"email\"", "\"mail\"");
        message.contents = text.into_bytes().into();
        Ok::<_, String>(message)
    };
    let report = Verifier::new("order-events")
        .state("an order was placed", |_: StateContext| async {})
        .state("it has no note", |_: StateContext| async {})
        .state("a customer exists", |_: StateContext| async {})
        .message("an order was placed", renamed)
        .message("an order was placed, without $.note", renamed)
        .message("a question for the address of a customer", address_asked)
        .pacts_from_dir(PACTS)
        .run()
        .await?;
    let text = report.to_string();
    assert!(
        !report.passed() && text.contains("the key `email`"),
        "{text}"
    );
    Ok(())
}
