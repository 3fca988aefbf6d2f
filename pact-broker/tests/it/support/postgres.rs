//! A throw-away PostgreSQL server on loopback, and an empty database on it for each test.
//!
//! `TEST_POSTGRES_URL` names a server to use instead; its user must be allowed to create
//! databases. Where there is neither, [`database_url`] says so loudly and gives nothing.
//!
//! One server serves all processes of a test run: the first starts it, and a watcher stops it and
//! removes its files when the run ends.

use std::fs::{self, File};
use std::io::{Read, Seek, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// Starts a server that ends with the process `$4`. The server refuses to run as root.
const START: &str = r#"
set -eu
bin=$1 dir=$2 port=$3 watched=$4
as_server() { if [ "$(id -u)" = 0 ]; then su postgres -s /bin/sh -c "$1"; else sh -c "$1"; fi; }
rm -rf "$dir"
mkdir -p "$dir"
if [ "$(id -u)" = 0 ]; then chown postgres "$dir"; fi
as_server "'$bin/initdb' -D '$dir/data' -U postgres -A trust -E UTF8 --locale=C --no-sync" >/dev/null
as_server "'$bin/pg_ctl' -D '$dir/data' -l '$dir/log' -w -t 60 -o '-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=400 -c shared_buffers=64MB' start" >/dev/null
(
    while kill -0 "$watched" 2>/dev/null; do sleep 1; done
    as_server "'$bin/pg_ctl' -D '$dir/data' -m immediate stop" || true
    rm -rf "$dir" "${dir%.*}.lock"
) >/dev/null 2>&1 </dev/null &
"#;

static DATABASES: AtomicU64 = AtomicU64::new(0);

/// The address of an empty database, or nothing where no server can be had.
pub(crate) async fn database_url() -> Option<String> {
    let server = match std::env::var("TEST_POSTGRES_URL") {
        Ok(url) => url,
        Err(_) => match tokio::task::spawn_blocking(own_server).await.unwrap() {
            Ok(url) => url,
            Err(reason) => {
                // The test runner swallows what `eprintln!` says in a test that passes.
                let _ = writeln!(
                    std::io::stderr(),
                    "LEFT OUT: a test on PostgreSQL: {reason}"
                );
                return None;
            }
        },
    };
    let number = DATABASES.fetch_add(1, Ordering::Relaxed);
    let name = format!("broker_test_{}_{number}", std::process::id());
    let mut connection = PgConnection::connect(&server).await.unwrap();
    for statement in [
        format!("DROP DATABASE IF EXISTS {name}"),
        format!("CREATE DATABASE {name}"),
    ] {
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut connection)
            .await
            .unwrap();
    }
    connection.close().await.unwrap();
    let (before, _) = server.rsplit_once('/').unwrap();
    Some(format!("{before}/{name}"))
}

/// The address of the server of this test run, which is started if need be.
fn own_server() -> Result<String, String> {
    let bin = programs().ok_or("there is no initdb in /usr/lib/postgresql/*/bin")?;
    let watched = watched_process();
    let base = std::env::temp_dir().join(format!("pact-broker-postgres-{watched}"));
    let mut lock = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(base.with_extension("lock"))
        .map_err(|error| format!("cannot open the lock file: {error}"))?;
    lock.lock()
        .map_err(|error| format!("cannot lock the lock file: {error}"))?;
    let mut url = String::new();
    lock.read_to_string(&mut url)
        .map_err(|error| error.to_string())?;
    if !url.is_empty() {
        return Ok(url);
    }
    let url = start(&bin, &base, watched)?;
    lock.rewind()
        .and_then(|()| lock.write_all(url.as_bytes()))
        .map_err(|error| error.to_string())?;
    Ok(url)
}

fn start(bin: &Path, base: &Path, watched: u32) -> Result<String, String> {
    let mut failure = String::new();
    for attempt in 0..3 {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .map_err(|error| error.to_string())?
            .port();
        let folder = base.with_extension(attempt.to_string());
        let output = Command::new("sh")
            .args(["-c", START, "start"])
            .arg(bin)
            .arg(&folder)
            .args([port.to_string(), watched.to_string()])
            .current_dir("/")
            .output()
            .map_err(|error| format!("cannot run sh: {error}"))?;
        if output.status.success() {
            return Ok(format!("postgres://postgres@127.0.0.1:{port}/postgres"));
        }
        failure = format!(
            "the server did not start: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Err(failure)
}

/// The newest installed server programs.
pub(crate) fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let bins = versions.filter_map(|entry| Some(entry.ok()?.path().join("bin")));
    bins.filter(|bin| bin.join("initdb").exists()).max()
}

/// The process whose end is the end of the test run: the runner that starts a process for each
/// test, or else this one.
fn watched_process() -> u32 {
    if std::env::var_os("NEXTEST").is_some() {
        std::os::unix::process::parent_id()
    } else {
        std::process::id()
    }
}
