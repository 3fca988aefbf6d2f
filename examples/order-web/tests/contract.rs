//! What the shop relies on. Each test leaves its part of the contract in `examples/pacts`; the names
//! of both applications stand in `pact.toml`.

use order_web::{Line, OrderClient, OrderError, Status};
use pact_consumer::prelude::*;

#[pact_test]
#[tokio::test]
async fn shows_an_order(pact: &mut PactBuilder) -> Result<(), OrderError> {
    pact.upon_receiving("a request for order 42")
        .given_with(
            "an order exists",
            json_pattern!({ "id": 42, "status": "open" }),
        )
        .get("/orders/42")
        .will_respond_with(200)
        .json_body(json_pattern!({
            "id": integer(42),
            "status": regex("^(open|paid)$", "open"),
            "lines": each_like({ "sku": like("A1"), "quantity": integer(2) }),
        }));
    let mock = pact.start();

    let order = OrderClient::new(mock.url())?.order(42).await?;

    assert_eq!((order.id, order.status), (42, Status::Open));
    assert_eq!(
        order.lines,
        [Line {
            sku: "A1".to_owned(),
            quantity: 2
        }]
    );
    Ok(())
}

#[pact_test]
#[tokio::test]
async fn says_that_an_order_does_not_exist(pact: &mut PactBuilder) -> Result<(), OrderError> {
    pact.upon_receiving("a request for an order that does not exist")
        .given("there are no orders")
        .get("/orders/42")
        .will_respond_with(404);
    let mock = pact.start();

    let answer = OrderClient::new(mock.url())?.order(42).await;

    assert!(matches!(answer, Err(OrderError::NotFound(42))));
    Ok(())
}

#[pact_test]
#[tokio::test]
async fn places_an_order(pact: &mut PactBuilder) -> Result<(), OrderError> {
    pact.upon_receiving("a new order")
        .given("there are no orders")
        .post("/orders")
        .json_body(
            json_pattern!({ "lines": each_like({ "sku": like("A1"), "quantity": integer(2) }) }),
        )
        .will_respond_with(201)
        .json_body(json_pattern!({
            "id": integer(1),
            "status": "open",
            "lines": each_like({ "sku": like("A1"), "quantity": integer(2) }),
        }));
    let mock = pact.start();

    let line = Line {
        sku: "A1".to_owned(),
        quantity: 2,
    };
    let order = OrderClient::new(mock.url())?
        .place(std::slice::from_ref(&line))
        .await?;

    assert_eq!((order.status, order.lines), (Status::Open, vec![line]));
    Ok(())
}
