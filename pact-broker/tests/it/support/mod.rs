//! A running broker and a client that sends exactly what a test writes.

pub(crate) mod brokers;
pub(crate) mod cluster;
pub(crate) mod database;
pub(crate) mod filled;
pub(crate) mod postgres;
pub(crate) mod question;
pub(crate) mod scenario;

use std::net::SocketAddr;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, StatusCode, body::Bytes, header::HeaderMap};
use hyper_util::rt::TokioIo;
use pact_broker::{Broker, BrokerConfig, RunningBroker};
use serde_json::{Value, json};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Connection as _, FromRow, PgConnection, SqliteConnection};
use tempfile::TempDir;
use tokio::net::TcpStream;

/// A broker on a fresh database, stopped when dropped.
pub(crate) struct TestBroker {
    broker: RunningBroker,
    database: String,
    _folder: TempDir,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl TestBroker {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// Starts a broker after changing its configuration.
    pub(crate) async fn with(change: impl FnOnce(&mut BrokerConfig)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("broker.sqlite").display());
        let mut config = BrokerConfig::new(url, "127.0.0.1:0".parse().unwrap());
        change(&mut config);
        let database = config.database_url.clone();
        Self {
            broker: Broker::start(config).await.unwrap(),
            database,
            _folder: folder,
        }
    }

    pub(crate) fn url(&self) -> &str {
        self.broker.url()
    }

    /// The address of its database.
    pub(crate) fn database(&self) -> &str {
        &self.database
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.broker.addr()
    }

    /// Counts the rows of every table, as they stand in the database.
    pub(crate) async fn rows(&self) -> Vec<(String, i64)> {
        let tables = if self.database.starts_with("sqlite") {
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        } else {
            "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        };
        let tables: Vec<(String,)> = self.ask(tables.to_owned()).await;
        let mut rows = Vec::new();
        for (table,) in tables {
            let count = format!("SELECT COUNT(*) FROM \"{table}\"");
            let count: Vec<(i64,)> = self.ask(count).await;
            rows.push((table, count[0].0));
        }
        rows
    }

    /// Asks the database behind the broker's back.
    pub(crate) async fn ask<T>(&self, statement: String) -> Vec<T>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let (url, statement) = (&self.database, AssertSqlSafe(statement));
        if url.starts_with("sqlite") {
            let mut database = SqliteConnection::connect(url).await.unwrap();
            let answer = sqlx::query_as(statement).fetch_all(&mut database).await;
            answer.unwrap()
        } else {
            let mut database = PgConnection::connect(url).await.unwrap();
            let answer = sqlx::query_as(statement).fetch_all(&mut database).await;
            answer.unwrap()
        }
    }

    pub(crate) async fn shutdown(self) {
        self.broker.shutdown().await;
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[("accept", "application/hal+json")], "")
            .await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(
            "POST",
            path,
            &[("content-type", "application/json")],
            &body.to_string(),
        )
        .await
    }

    /// Publishes one contract of a version on branch `main`.
    pub(crate) async fn publish(&self, consumer: &str, version: &str, contract: &Value) -> Answer {
        let content = STANDARD.encode(contract.to_string());
        let provider = &contract["provider"]["name"];
        let contract = json!({
            "consumerName": consumer, "providerName": provider, "content": content,
            "contentType": "application/json", "specification": "pact",
        });
        let body = json!({
            "pacticipantName": consumer, "pacticipantVersionNumber": version, "branch": "main", "contracts": [contract],
        });
        self.post("/contracts/publish", body).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(
            "PUT",
            path,
            &[("content-type", "application/json")],
            &body.to_string(),
        )
        .await
    }

    /// Takes the broker's own address off a link.
    #[track_caller]
    pub(crate) fn path(&self, link: &str) -> String {
        link.strip_prefix(self.url())
            .unwrap_or_else(|| panic!("{link} is not a link of {}", self.url()))
            .to_owned()
    }

    /// Sends a request as written, on a connection of its own.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        self.send_bytes(method, path, headers, body.as_bytes())
            .await
    }

    /// Sends a request whose body may be no text.
    pub(crate) async fn send_bytes(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let stream = TcpStream::connect(self.addr()).await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .unwrap();
        let driving = tokio::spawn(connection);
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", self.addr().to_string());
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request
            .body(Full::new(Bytes::copy_from_slice(body)))
            .unwrap();
        let (parts, body) = sender.send_request(request).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        driving.abort();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.into()).unwrap(),
        }
    }
}

impl Answer {
    /// Returns the body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// A contract of one interaction.
pub(crate) fn contract(consumer: &str, provider: &str, method: &str) -> Value {
    json!({
        "consumer": { "name": consumer },
        "provider": { "name": provider },
        "interactions": [{
            "description": "a request",
            "request": { "method": method, "path": "/" },
            "response": { "status": 200 },
        }],
        "metadata": { "pactSpecification": { "version": "2.0.0" } },
    })
}
