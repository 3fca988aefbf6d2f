//! `#[pact_test]` alone and above other attributes.

use std::io;

use pact_consumer::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::get;

#[pact_test(
    consumer = "attribute-web",
    provider = "attribute-api",
    output_dir = "target/test-pacts"
)]
fn a_plain_test_uses_a_blocking_client(pact: &mut PactBuilder) {
    pact.upon_receiving("a blocking ping")
        .get("/blocking")
        .will_respond_with(204);
    let mock = pact.start();
    assert_eq!(get(mock.addr(), "/blocking").0, 204);
}

#[pact_test(
    consumer = "attribute-web",
    provider = "attribute-api",
    output_dir = "target/test-pacts"
)]
fn a_test_may_return_a_result(pact: &mut PactBuilder) -> Result<(), io::Error> {
    pact.upon_receiving("a ping with a result")
        .get("/result")
        .will_respond_with(204);
    let mock = pact.start();
    get(mock.addr(), "/result");
    Ok(())
}

#[pact_test(
    consumer = "attribute-web",
    provider = "attribute-api",
    output_dir = "target/test-pacts"
)]
#[tokio::test]
async fn an_asynchronous_test_keeps_its_runtime(pact: &mut PactBuilder) -> io::Result<()> {
    pact.upon_receiving("an asynchronous ping")
        .get("/asynchronous")
        .will_respond_with(204);
    let mock = pact.start();
    let mut stream = tokio::net::TcpStream::connect(mock.addr()).await?;
    stream
        .write_all(b"GET /asynchronous HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    Ok(())
}

const CONSUMER: &str = "attribute-web";

#[pact_test(
    consumer = CONSUMER,
    provider = concat!("attribute", "-", "api-of-version-3"),
    output_dir = "target/test-pacts",
    spec_version = 3,
    write_mode = "overwrite",
)]
fn arguments_may_be_constants_and_macros(pact: &mut PactBuilder) {
    pact.upon_receiving("a ping by a constant")
        .get("/constant")
        .will_respond_with(204);
    let mock = pact.start();
    assert_eq!(get(mock.addr(), "/constant").0, 204);
    let contract = pact.build();
    assert_eq!(contract.consumer, "attribute-web");
    assert_eq!(contract.provider, "attribute-api-of-version-3");
    assert_eq!(contract.spec_version, pact_consumer::SpecVersion::V3);
}

#[test]
fn a_failed_result_writes_no_contract() {
    let folder = tempfile::tempdir().unwrap();
    let options = TestOptions::new("web", "api").output_dir(folder.path());
    let outcome = pact_test(options, |pact| {
        pact.upon_receiving("a ping")
            .get("/ping")
            .will_respond_with(204);
        let mock = pact.start();
        get(mock.addr(), "/ping");
        Err::<(), _>("the client got it wrong")
    });
    assert_eq!(outcome, Err("the client got it wrong"));
    assert_eq!(
        crate::support::files_in(folder.path()),
        Vec::<String>::new()
    );
}
