//! The first example of the guide and of the READMEs, compiled and run as it stands there: a
//! documentation test leaves out what `#[test]` stands above.

use pact_consumer::prelude::*;

use self::client::{OrderClient, Status};

#[pact_test(consumer = "order-web", provider = "order-api")]
fn shows_an_order(pact: &mut PactBuilder) {
    pact.upon_receiving("a request for order 42")
        .given("order 42 exists")
        .get("/orders/42")
        .will_respond_with(200)
        .json_body(json_pattern!({
            "id": integer(42),
            "status": regex("^(open|paid)$", "open"),
            "lines": each_like({ "sku": like("A1") }),
        }));
    let mock = pact.start();
    let order = OrderClient::new(mock.url()).order(42).unwrap();
    assert_eq!(order.status, Status::Open);
}

#[test]
fn the_documents_show_the_test_above() {
    let own = include_str!("guide.rs");
    let start = own.find("#[pact_test(").unwrap();
    let end = own[start..].find("\n}\n").unwrap();
    let example = &own[start..start + end];
    for (name, text) in [
        ("README.md", include_str!("../../../README.md")),
        ("pact-consumer/README.md", include_str!("../../README.md")),
        (
            "docs/consumer.md",
            include_str!("../../../docs/consumer.md"),
        ),
    ] {
        assert!(text.contains(example), "{name}");
    }
}

/// A client as a team would have it.
mod client {
    use crate::support::get;

    pub(super) struct OrderClient(std::net::SocketAddr);

    #[derive(serde::Deserialize)]
    pub(super) struct Order {
        pub(super) status: Status,
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub(super) enum Status {
        Open,
        Paid,
    }

    impl OrderClient {
        pub(super) fn new(base_url: &str) -> Self {
            let address = base_url.strip_prefix("http://").unwrap();
            Self(address.parse().unwrap())
        }

        pub(super) fn order(&self, id: u32) -> Result<Order, String> {
            let (status, body) = get(self.0, &format!("/orders/{id}"));
            if status != 200 {
                return Err(body);
            }
            serde_json::from_str(&body).map_err(|error| error.to_string())
        }
    }
}
