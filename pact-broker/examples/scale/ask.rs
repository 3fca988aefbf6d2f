//! The questions, and a client that asks them one after the other.

use std::error::Error;
use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpStream;

use super::fill::{Size, VERSIONS};

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Question {
    /// Can the newest version go to an environment?
    CanIDeploy,
    /// Can the newest version go where a tag is?
    CanIDeployToTag,
    /// All versions of a pair.
    MatrixOfPair,
    /// What a provider verifies when it asks for nothing in particular, with work in progress.
    ForVerification,
    /// The pacts of two branches and of everything in use.
    ForVerificationSelected,
    /// The first hundred lines of the index.
    Dashboard,
    /// The index for people.
    IndexPage,
    /// A page of versions.
    Versions,
    /// The newest pact of a pair.
    LatestPact,
    /// A new version publishes a contract.
    Publish,
    /// A result is published.
    Verify,
    /// A version is deployed.
    Deploy,
}

impl Question {
    /// Every question, those that change something last.
    pub(crate) const ALL: [Self; 12] = [
        Self::CanIDeploy,
        Self::CanIDeployToTag,
        Self::MatrixOfPair,
        Self::ForVerification,
        Self::ForVerificationSelected,
        Self::Dashboard,
        Self::IndexPage,
        Self::Versions,
        Self::LatestPact,
        Self::Publish,
        Self::Verify,
        Self::Deploy,
    ];

    /// The question about one pacticipant after the other.
    pub(crate) fn about(
        self,
        number: u32,
        size: Size,
    ) -> Result<Request<Full<Bytes>>, Box<dyn Error>> {
        let consumer = 2 * (number % (size.pacticipants / 2)) + 1;
        let provider = consumer + 1;
        let any = number % size.pacticipants + 1;
        let last = VERSIONS - 1;
        let request = match self {
            Self::CanIDeploy => get(&format!(
                "/can-i-deploy?pacticipant=p{any}&version={last}&environment=production"
            )),
            Self::CanIDeployToTag => get(&format!(
                "/can-i-deploy?pacticipant=p{any}&version={last}&to=main"
            )),
            Self::MatrixOfPair => get(&format!(
                "/matrix?q[][pacticipant]=p{consumer}&q[][pacticipant]=p{}&latestby=cvpv",
                first_provider(consumer, size)
            )),
            Self::ForVerification => post(
                &format!("/pacts/provider/p{provider}/for-verification"),
                &json!({
                    "providerVersionBranch": "main", "includePendingStatus": true,
                    "includeWipPactsSince": "2026-05-01",
                }),
            ),
            Self::ForVerificationSelected => post(
                &format!("/pacts/provider/p{provider}/for-verification"),
                &json!({
                    "providerVersionBranch": "feat/196", "includePendingStatus": true,
                    "consumerVersionSelectors": [
                        { "branch": "main" }, { "branch": "feat/196" }, { "deployedOrReleased": true },
                    ],
                }),
            ),
            Self::Dashboard => get("/dashboard?pageNumber=1&pageSize=100"),
            Self::IndexPage => Request::get("/")
                .header("accept", "text/html")
                .body(Full::default()),
            Self::Versions => get(&format!(
                "/pacticipants/p{any}/versions?pageSize=50&pageNumber=2"
            )),
            Self::LatestPact => get(&format!(
                "/pacts/provider/p{}/consumer/p{consumer}/latest",
                first_provider(consumer, size)
            )),
            Self::Publish => post("/contracts/publish", &publication(consumer, number, size)?),
            Self::Verify => post(
                &format!(
                    "/pacts/provider/p{}/consumer/p{consumer}/pact-version/sha{}/verification-results",
                    first_provider(consumer, size),
                    consumer / 2 * 16 + 3,
                ),
                &json!({ "success": true, "providerApplicationVersion": last.to_string() }),
            ),
            Self::Deploy => post(
                &format!("/pacticipants/p{any}/versions/{last}/deployed-versions/environment/e1"),
                &json!({}),
            ),
        };
        Ok(request?)
    }
}

/// The first of the providers that [`super::fill`] gives a consumer.
fn first_provider(consumer: u32, size: Size) -> u32 {
    2 * ((consumer / 2 * 7) % (size.pacticipants / 2)) + 2
}

fn get(path: &str) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
    Request::get(path)
        .header("accept", "application/hal+json")
        .body(Full::default())
}

fn post(path: &str, body: &serde_json::Value) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
    Request::post(path)
        .header("accept", "application/hal+json")
        .header("content-type", "application/json")
        .body(Full::from(body.to_string()))
}

/// A version that nobody published before, with a contract of its own.
fn publication(
    consumer: u32,
    number: u32,
    size: Size,
) -> Result<serde_json::Value, Box<dyn Error>> {
    let (consumer, provider) = (format!("p{consumer}"), first_provider(consumer, size));
    let moment = SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros();
    let version = format!("{moment}.{number}");
    let contract = json!({
        "consumer": { "name": consumer }, "provider": { "name": format!("p{provider}") },
        "interactions": [{
            "description": version, "request": { "method": "GET", "path": "/" },
            "response": { "status": 200 },
        }],
        "metadata": { "pactSpecification": { "version": "2.0.0" } },
    });
    Ok(json!({
        "pacticipantName": consumer, "pacticipantVersionNumber": version, "branch": "main",
        "contracts": [{
            "consumerName": consumer, "providerName": format!("p{provider}"),
            "specification": "pact", "contentType": "application/json",
            "content": STANDARD.encode(contract.to_string()),
        }],
    }))
}

/// One connection to the broker.
pub(crate) struct Asker {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

impl Asker {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens there.
    pub(crate) async fn connect(addr: SocketAddr) -> Result<Self, Box<dyn Error>> {
        let stream = TcpStream::connect(addr).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self {
            sender,
            host: addr.to_string(),
        })
    }

    /// Asks, and returns how long the whole answer is.
    ///
    /// # Errors
    /// When the answer is no success.
    pub(crate) async fn answer(
        &mut self,
        mut request: Request<Full<Bytes>>,
    ) -> Result<usize, Box<dyn Error>> {
        request.headers_mut().insert("host", self.host.parse()?);
        let path = request.uri().to_string();
        self.sender.ready().await?;
        let answer = self.sender.send_request(request).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        if !status.is_success() {
            return Err(format!("{status} for {path}: {}", String::from_utf8_lossy(&body)).into());
        }
        Ok(body.len())
    }
}
