//! The order API keeps what its consumers rely on.

use std::error::Error;

use order_api::{Line, Store, StoreError, app};
use pact_broker::{Broker, BrokerConfig};
use pact_broker_client::{BrokerClient, BrokerOptions, ContractToPublish, PublishRequest};
use pact_provider::{StateContext, Verifier};

const PACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../pacts");

/// Returns a verifier that brings the store into the states the contracts name.
fn verifier(store: &Store) -> Verifier {
    Verifier::new("order-api")
        .data(store.clone())
        .state("an order exists", |context: StateContext| async move {
            put_order(&context).await
        })
        .state("there are no orders", |context: StateContext| async move {
            store_of(&context)?.clear().await.map_err(text)
        })
}

async fn put_order(context: &StateContext) -> Result<(), String> {
    let store = store_of(context)?;
    let id = context.param("id").map_err(|error| error.to_string())?;
    let status: String = context.param("status").map_err(|error| error.to_string())?;
    store.clear().await.map_err(text)?;
    let line = Line {
        sku: "B2".to_owned(),
        quantity: 1,
    };
    store
        .insert(Some(id), &status, &[line])
        .await
        .map(drop)
        .map_err(text)
}

fn store_of(context: &StateContext) -> Result<Store, String> {
    context
        .data::<Store>()
        .cloned()
        .ok_or_else(|| "the verifier has no store".to_owned())
}

#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
fn text(error: StoreError) -> String {
    error.to_string()
}

#[tokio::test]
async fn contracts_hold_in_process() -> Result<(), Box<dyn Error>> {
    let store = Store::in_memory().await?;
    verifier(&store)
        .service(app(store))
        .pacts_from_dir(PACTS)
        .run()
        .await?
        .assert();
    Ok(())
}

#[tokio::test]
async fn contracts_hold_over_http() -> Result<(), Box<dyn Error>> {
    let store = Store::in_memory().await?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(axum::serve(listener, app(store.clone())).into_future());
    verifier(&store)
        .url(format!("http://{address}"))
        .pacts_from_dir(PACTS)
        .run()
        .await?
        .assert();
    Ok(())
}

#[tokio::test]
async fn contracts_hold_from_the_broker() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let database = folder.path().join("broker.sqlite");
    let config = BrokerConfig::new(
        format!("sqlite://{}", database.display()),
        "127.0.0.1:0".parse()?,
    );
    let broker = Broker::start(config).await?;
    let client = BrokerClient::new(BrokerOptions::new(broker.url()))?;
    client.publish_contracts(&published()?).await?;
    let store = Store::in_memory().await?;
    let report = verifier(&store)
        .service(app(store))
        .broker(BrokerOptions::new(broker.url()))
        .provider_branch("main")
        .publish("1.0.0")
        .run()
        .await?;
    report.assert();
    let text = report.to_string();
    assert!(text.contains("results of 1 pact published"), "{text}");
    Ok(())
}

/// The contract of the web shop, as its build publishes it.
fn published() -> Result<PublishRequest, std::io::Error> {
    let contract = ContractToPublish {
        consumer: "order-web".to_owned(),
        provider: "order-api".to_owned(),
        content: std::fs::read(format!("{PACTS}/order-web-order-api.json"))?,
        merge: false,
    };
    Ok(PublishRequest {
        pacticipant: "order-web".to_owned(),
        version: "1.0.0".to_owned(),
        branch: Some("main".to_owned()),
        tags: Vec::new(),
        build_url: None,
        contracts: vec![contract],
    })
}

#[tokio::test]
async fn a_renamed_field_is_found() -> Result<(), Box<dyn Error>> {
    let store = Store::in_memory().await?;
    let renamed = axum::middleware::map_response(|response: axum::response::Response| async {
        let (head, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX)
            .await
            .unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).replace("\"status\"", "\"state\"");
        let mut head = head;
        head.headers.remove("content-length");
        axum::response::Response::from_parts(head, axum::body::Body::from(text))
    });
    let report = verifier(&store)
        .service(app(store).layer(renamed))
        .pacts_from_dir(PACTS)
        .run()
        .await?;
    let text = report.to_string();
    assert!(
        !report.passed() && text.contains("the key `status`"),
        "{text}"
    );
    Ok(())
}
