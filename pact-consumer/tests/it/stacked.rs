//! `#[pact_test]` above the attributes of others.
//!
//! The tests of [`cases`] run like all others; once more they run in a process of their own, whose
//! contract tells which of them, and which of their cases, were run.

use crate::support::{descriptions_in, run_cases};

mod cases {
    use std::io;

    use pact_consumer::prelude::*;
    use rstest::{fixture, rstest};
    use test_log::test as test_case;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use crate::support::get;

    fn ask(pact: &mut PactBuilder, description: &str, path: &str) {
        let description = description.to_owned();
        pact.upon_receiving(description)
            .get(path)
            .will_respond_with(204);
        let mock = pact.start();
        assert_eq!(get(mock.addr(), path).0, 204);
    }

    async fn ask_async(pact: &mut PactBuilder, description: &str, path: &str) -> io::Result<()> {
        let description = description.to_owned();
        pact.upon_receiving(description)
            .get(path)
            .will_respond_with(204);
        let mock = pact.start();
        let mut stream = tokio::net::TcpStream::connect(mock.addr()).await?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
        Ok(())
    }

    #[derive(Clone, Copy)]
    struct Name(&'static str);

    #[fixture]
    fn tenant() -> Name {
        Name("acme")
    }

    #[pact_test(consumer = "stacked-web", provider = "stacked-api")]
    #[rstest]
    #[case("/orders/1", 1)]
    #[case::of_a_year_ago("/orders/2", 2)]
    fn rstest_cases(
        pact: &mut PactBuilder,
        #[from(tenant)] name: Name,
        #[case] path: &str,
        #[case] mut id: u32,
        #[values("open", "paid")] status: &str,
    ) {
        id += 1;
        let Name(tenant) = name;
        ask(pact, &format!("rstest {tenant} {id} {status}"), path);
    }

    #[pact_test(consumer = "stacked-web", provider = "stacked-api")]
    #[rstest]
    #[case(1)]
    #[case(2)]
    #[tokio::test]
    async fn asynchronous_rstest_cases(pact: &mut PactBuilder, #[case] id: u32) -> io::Result<()> {
        ask_async(pact, &format!("asynchronous rstest {id}"), "/async").await
    }

    #[pact_test(consumer = "stacked-web", provider = "stacked-api")]
    #[test_log::test]
    fn with_a_log(pact: &mut PactBuilder) {
        ask(pact, "test_log", "/log");
    }

    #[pact_test(consumer = "stacked-web", provider = "stacked-api")]
    #[test_log::test(tokio::test)]
    async fn with_a_log_and_a_runtime(pact: &mut PactBuilder) -> io::Result<()> {
        ask_async(pact, "test_log on tokio", "/log/async").await
    }

    #[pact_test(consumer = "stacked-web", provider = "stacked-api")]
    #[tokio::test(flavor = "current_thread")]
    async fn with_arguments_of_the_runtime(pact: &mut PactBuilder) -> io::Result<()> {
        ask_async(pact, "tokio with arguments", "/threads").await
    }

    #[pact_test(consumer = "stacked-web", provider = "stacked-api")]
    #[test]
    fn with_the_plain_attribute(pact: &mut PactBuilder) {
        ask(pact, "plain", "/plain");
    }

    /// As the attribute of a library of tables of cases, which is known by this name.
    #[pact_test(consumer = "stacked-web", provider = "stacked-api")]
    #[test_case]
    fn with_a_table(pact: &mut PactBuilder) {
        ask(pact, "a table", "/table");
    }

    /// Attributes that make no test leave it to us.
    #[pact_test(consumer = "stacked-web", provider = "stacked-api")]
    #[rustfmt::skip]
    #[expect(unused_variables, reason = "to see that attributes go along")]
    fn with_others(pact: &mut PactBuilder) {
        let unused = 1;
        ask(pact, "others", "/others");
    }
}

#[test]
fn every_test_and_every_case_of_it_was_run_and_wrote_its_interaction() {
    let folder = tempfile::tempdir().unwrap();
    let said = run_cases("stacked::cases::", folder.path());
    assert!(said.contains("12 passed"), "{said}");
    assert_eq!(
        descriptions_in(&folder.path().join("stacked-web-stacked-api.json")),
        [
            "a table",
            "asynchronous rstest 1",
            "asynchronous rstest 2",
            "others",
            "plain",
            "rstest acme 2 open",
            "rstest acme 2 paid",
            "rstest acme 3 open",
            "rstest acme 3 paid",
            "test_log",
            "test_log on tokio",
            "tokio with arguments",
        ]
    );
}
