//! A PostgreSQL server of one test, which may be brought down.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use super::postgres::programs;

/// `start`, `restart` at once without saving anything, or `stop`. What the server committed is
/// with the system by then, if not on the disk. The server refuses to run as root, and ends with
/// the process `$5`.
const CONTROL: &str = r#"
set -eu
what=$1 bin=$2 dir=$3 port=$4 watched=$5
as_server() { if [ "$(id -u)" = 0 ]; then su postgres -s /bin/sh -c "$1"; else sh -c "$1"; fi; }
options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
case $what in
start)
    if [ "$(id -u)" = 0 ]; then chown postgres "$dir"; fi
    as_server "'$bin/initdb' -D '$dir/data' -U postgres -A trust -E UTF8 --locale=C --no-sync"
    as_server "'$bin/pg_ctl' -D '$dir/data' -l '$dir/log' -w -t 60 -o '$options' start"
    (
        while kill -0 "$watched" 2>/dev/null; do sleep 1; done
        as_server "'$bin/pg_ctl' -D '$dir/data' -m immediate stop" || true
    ) >/dev/null 2>&1 </dev/null &
    ;;
restart) as_server "'$bin/pg_ctl' -D '$dir/data' -l '$dir/log' -m immediate -w -t 60 restart" ;;
stop) as_server "'$bin/pg_ctl' -D '$dir/data' -m immediate -w -t 60 stop" ;;
esac
"#;

/// A running server; it is stopped when dropped.
pub(crate) struct Cluster {
    bin: PathBuf,
    folder: TempDir,
    port: u16,
}

impl Cluster {
    /// Starts a server; nothing where its programs are not installed, which is said.
    pub(crate) fn start() -> Option<Self> {
        let Some(bin) = programs() else {
            let _ = std::io::Write::write_all(
                &mut std::io::stderr(),
                b"LEFT OUT: a test on PostgreSQL: there is no initdb in /usr/lib/postgresql/*/bin\n",
            );
            return None;
        };
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let cluster = Self {
            bin,
            folder: tempfile::tempdir().unwrap(),
            port: free.local_addr().unwrap().port(),
        };
        drop(free);
        cluster.control("start");
        Some(cluster)
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Ends the server without a chance to tidy up, and starts it again.
    pub(crate) fn restart(&self) {
        self.control("restart");
    }

    fn control(&self, what: &str) {
        let output = Command::new("sh")
            .args(["-c", CONTROL, "cluster", what])
            .arg(&self.bin)
            .arg(self.folder.path())
            .args([self.port.to_string(), std::process::id().to_string()])
            .current_dir("/")
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{what}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.control("stop");
        }
    }
}
