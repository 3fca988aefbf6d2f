//! Imports that were stopped go on, and what is complete is left alone.

use pact_broker::Import;
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

use super::empty_store;
use crate::import::answers::{answers, assert_same};
use crate::import::proxy::{Fault, Proxy};
use crate::import::source::{Source, with_a_past};
use crate::import::{client, import};
use crate::support::TestBroker;
use crate::support::database::TestStore;

/// Every row of every table, as text.
async fn rows(url: &str) -> Vec<String> {
    if url.starts_with("sqlite") {
        rows_of_sqlite(url).await
    } else {
        rows_of_postgres(url).await
    }
}

/// The texts in the first column of an answer.
macro_rules! texts {
    ($connection:expr, $statement:expr) => {{
        let answer = sqlx::query(AssertSqlSafe($statement));
        let answer = answer.fetch_all(&mut $connection).await.unwrap();
        let texts = answer.iter().map(|row| row.get::<String, _>(0));
        texts.collect::<Vec<_>>()
    }};
}

async fn rows_of_sqlite(url: &str) -> Vec<String> {
    let mut connection = sqlx::SqliteConnection::connect(url).await.unwrap();
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlx%'";
    let mut rows = Vec::new();
    for table in texts!(connection, tables) {
        let columns = format!("SELECT 'quote(' || name || ')' FROM pragma_table_info('{table}')");
        let columns = texts!(connection, columns).join(" || ' ' || ");
        let select = format!("SELECT '{table} ' || {columns} FROM {table}");
        rows.extend(texts!(connection, select));
    }
    rows.sort();
    rows
}

async fn rows_of_postgres(url: &str) -> Vec<String> {
    let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
    let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '%sqlx%'";
    let mut rows = Vec::new();
    for table in texts!(connection, tables) {
        let select = format!("SELECT '{table} ' || t::text FROM {table} t");
        rows.extend(texts!(connection, select));
    }
    rows.sort();
    rows
}

/// A database that is closed, and a broker to import into it.
async fn target_and_source() -> Option<(TestStore, Source)> {
    let target = empty_store().await?;
    target.close().await;
    Some((target, with_a_past().await))
}

/// Holds what a broker on the target answers against what the source does.
async fn assert_imported(target: &TestStore, source: &Source) {
    let expected = answers(&source.broker, &source.environments).await;
    let imported = TestBroker::with(|config| config.database_url.clone_from(&target.url)).await;
    assert_same(&expected, &answers(&imported, &source.environments).await);
    imported.shutdown().await;
}

#[tokio::test]
async fn a_second_run_changes_nothing_and_fetches_no_pact_and_no_result_again() {
    let Some((target, source)) = target_and_source().await else {
        return;
    };
    let proxy = Proxy::counting(source.broker.addr()).await;
    let (end, first) = import(&proxy.url, &target.url).await;
    end.unwrap();
    let (asked, before) = (proxy.asked(), rows(&target.url).await);
    assert!(before.len() > 100, "{before:?}");
    let (end, second) = import(source.broker.url(), &target.url).await;
    end.unwrap();
    assert_eq!(rows(&target.url).await, before);
    for (kind, counted) in &second.carried {
        assert_eq!((counted.new, counted.ended), (0, 0), "{kind}: {second}");
        assert_eq!(counted.known, first.carried[kind].new, "{kind}: {second}");
    }
    let again = Proxy::counting(source.broker.addr()).await;
    import(&again.url, &target.url).await.0.unwrap();
    let details =
        first.carried["pacts"].new + first.carried["results"].new + first.carried["tags"].new;
    assert!(
        again.asked() + usize::try_from(details).unwrap() <= asked,
        "{} {asked}",
        again.asked()
    );
}

#[tokio::test]
async fn an_import_that_fails_again_and_again_comes_to_the_same_end() {
    let Some((target, source)) = target_and_source().await else {
        return;
    };
    let whole = Proxy::counting(source.broker.addr()).await;
    let aside = tempfile::tempdir().unwrap();
    let aside = format!("sqlite://{}", aside.path().join("aside.sqlite").display());
    import(&whole.url, &aside).await.0.unwrap();
    let (mut failed, mut kept) = (0, 0);
    for number in (3..whole.asked() + 40).step_by(13) {
        let fault = match number % 3 {
            0 => Fault::Status(500),
            1 => Fault::Status(404),
            _ => Fault::Body("{"),
        };
        let proxy = Proxy::before(source.broker.addr(), number, fault).await;
        let (end, report) = import(&proxy.url, &target.url).await;
        failed += usize::from(end.is_err());
        assert_eq!(report.complete, end.is_ok());
        kept += report.carried.values().map(|one| one.new).sum::<u64>();
    }
    assert!(failed > 3, "{failed}");
    let (end, report) = import(source.broker.url(), &target.url).await;
    end.unwrap();
    kept += report.carried.values().map(|one| one.new).sum::<u64>();
    assert!(kept > 50, "{kept}");
    assert_imported(&target, &source).await;
}

#[tokio::test]
async fn an_import_that_is_stopped_while_it_waits_goes_on_later() {
    let Some((target, source)) = target_and_source().await else {
        return;
    };
    let mut stops = 0;
    for number in (2..).step_by(17) {
        let proxy = Proxy::before(source.broker.addr(), number, Fault::Silence).await;
        let import = Import::open(client(&proxy.url), &target.url).await.unwrap();
        let mut import = import.jobs(1).batch(5);
        let mut unwatched = |_| {};
        let ended = tokio::select! {
            end = import.run(&mut unwatched) => {
                end.unwrap();
                true
            }
            () = proxy.reached() => false,
        };
        import.close().await;
        if ended {
            break;
        }
        stops += 1;
    }
    assert!(stops > 4, "{stops}");
    import(source.broker.url(), &target.url).await.0.unwrap();
    assert_imported(&target, &source).await;
}

#[tokio::test]
async fn a_broker_that_is_imported_into_its_own_database_stays_as_it_is() {
    let Some(target) = empty_store().await else {
        return;
    };
    let scenario = crate::support::scenario::Scenario {
        store: &target.store,
    };
    let (web, api) = (("web", "1"), ("api", "2"));
    scenario.publishes_from("main", web, ("api", "a")).await;
    scenario.is_on("api", "2", "main").await;
    for success in [false, true] {
        scenario.verifies(api, ("web", "a"), success).await;
    }
    let live = scenario.environment("live").await;
    scenario.is_deployed("web", "1", &live).await;
    target.close().await;
    let broker = TestBroker::with(|config| config.database_url.clone_from(&target.url)).await;
    let before = rows(&target.url).await;
    let (end, report) = import(broker.url(), &target.url).await;
    end.unwrap();
    assert_eq!(report.carried["results"].known, 2, "{report}");
    assert_eq!(rows(&target.url).await, before);
    broker.shutdown().await;
}

#[tokio::test]
async fn what_happens_after_an_import_comes_with_the_next() {
    let Some((target, source)) = target_and_source().await else {
        return;
    };
    import(source.broker.url(), &target.url).await.0.unwrap();
    let broker = &source.broker;
    let contract = crate::support::contract("order-web", "order-api", "PUT");
    assert_eq!(
        broker.publish("order-web", "30", &contract).await.status,
        200
    );
    let production = &source.environments[1];
    let path =
        format!("/pacticipants/order-web/versions/30/deployed-versions/environment/{production}");
    assert_eq!(broker.post(&path, serde_json::json!({})).await.status, 201);
    let (end, report) = import(broker.url(), &target.url).await;
    end.unwrap();
    assert_eq!(report.carried["pacts"].new, 1, "{report}");
    assert_eq!(report.carried["deployments"].ended, 1, "{report}");
    let mut expected = answers(broker, &source.environments).await;
    let imported = TestBroker::with(|config| config.database_url.clone_from(&target.url)).await;
    let mut actual = answers(&imported, &source.environments).await;
    // Whom the other broker called for it is not shown.
    for answers in [&mut expected, &mut actual] {
        answers.retain(|(path, _)| !path.starts_with("/dashboard"));
    }
    assert_same(&expected, &actual);
    imported.shutdown().await;
}
