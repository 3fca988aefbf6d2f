//! Copies of a database that are made while many publish: each is whole, and has everything that was
//! stored when it was begun.
//!
//! `BROKER_BACKUPS` sets how many are made.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};

use super::ledger::{contracts, is_whole, more_contracts};
use super::load::Load;
use super::{Killable, postgres};

/// How many copies are made when nothing else is said.
const BACKUPS: u32 = 3;

/// How many contracts are stored before each copy, so that there is something to be lost.
const ENOUGH: usize = 50;

fn backups() -> u32 {
    std::env::var("BROKER_BACKUPS").map_or(BACKUPS, |count| count.parse().unwrap())
}

/// Makes copies with a function that returns the address of the copy.
async fn are_whole(database: &str, copy: impl AsyncFn(u32) -> String) {
    let broker = Killable::start(database);
    let load = Load::start(&broker.url, 0);
    let mut seen = 0;
    for number in 0..backups() {
        let stored = more_contracts(database, seen + ENOUGH).await;
        let backup = copy(number).await;
        is_whole(&backup).await;
        let kept = contracts(&backup).await;
        let lost: Vec<_> = stored.difference(&kept).take(3).collect();
        assert!(lost.is_empty(), "copy {number} lacks {lost:?}");
        seen = stored.len();
    }
    // A broker serves what was copied.
    let restored = Killable::start(&copy(backups()).await);
    restored.kill();
    broker.kill();
    load.stop().await;
}

#[test]
fn a_copy_of_an_sqlite_file_that_is_written_to_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("broker.sqlite");
    let database = format!("sqlite://{}", file.display());
    let copy = async |number| {
        let place = folder.path().join(format!("copy{number}.sqlite"));
        let mut connection = SqliteConnection::connect(&database).await.unwrap();
        let vacuum = format!("VACUUM INTO '{}'", place.display());
        sqlx::raw_sql(AssertSqlSafe(vacuum))
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        format!("sqlite://{}", place.display())
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(are_whole(&database, copy));
}

/// Runs a program of PostgreSQL.
fn run(program: &Path, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", program.display());
}

#[test]
fn a_dump_of_a_postgresql_database_that_is_written_to_is_whole() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let Some(database) = postgres::database_url().await else {
            return;
        };
        let Some(programs) = postgres::programs() else {
            // The test runner swallows what `eprintln!` says in a test that passes.
            let _ = writeln!(
                std::io::stderr(),
                "LEFT OUT: dumps of PostgreSQL: there is no pg_dump in /usr/lib/postgresql/*/bin"
            );
            return;
        };
        let folder = tempfile::tempdir().unwrap();
        let copy = async |number| {
            let dump = folder.path().join(format!("{number}.sql"));
            let dump = dump.to_str().unwrap();
            run(&programs.join("pg_dump"), &["--file", dump, &database]);
            let restored = postgres::database_url().await.unwrap();
            let quiet = ["--quiet", "--set", "ON_ERROR_STOP=1", "--file", dump];
            run(&programs.join("psql"), &[&quiet[..], &[&restored]].concat());
            restored
        };
        are_whole(&database, copy).await;
    });
}
