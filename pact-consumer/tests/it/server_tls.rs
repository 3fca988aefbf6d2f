//! HTTPS.

use std::io::Write;
use std::sync::Arc;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::{http1, http2};
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use pact_consumer::prelude::*;
use pact_consumer::{ServerOptions, Tls};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

fn ping(tls: Tls) -> (PactBuilder, MockServer) {
    ping_with(ServerOptions::new(), tls)
}

fn ping_with(options: ServerOptions, tls: Tls) -> (PactBuilder, MockServer) {
    let mut pact = PactBuilder::new("web", "api");
    pact.upon_receiving("a ping")
        .get("/ping")
        .will_respond_with(200)
        .body("pong", "text/plain");
    let mock = pact.start_with(options.tls(tls));
    (pact, mock)
}

async fn connect(
    mock: &MockServer,
    trusted: &str,
    alpn: &[u8],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(trusted.as_bytes()).unwrap())
        .unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![alpn.to_vec()];
    let stream = TcpStream::connect(mock.addr()).await.unwrap();
    let host = ServerName::try_from("127.0.0.1").unwrap();
    TlsConnector::from(Arc::new(config))
        .connect(host, stream)
        .await
}

async fn text(response: Response<hyper::body::Incoming>) -> Bytes {
    response.into_body().collect().await.unwrap().to_bytes()
}

#[tokio::test]
async fn a_client_that_trusts_the_certificate_speaks_http_1_and_2() {
    let (pact, mock) = ping(Tls::self_signed().unwrap());
    assert!(
        mock.url().starts_with("https://127.0.0.1:"),
        "{}",
        mock.url()
    );
    let trusted = mock.ca_certificate_pem().unwrap();

    let stream = connect(&mock, trusted, b"http/1.1").await.unwrap();
    let (mut client, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = Request::get("/ping")
        .header("Host", "x")
        .body(Full::<Bytes>::default());
    let answer = client.send_request(request.unwrap()).await.unwrap();
    assert_eq!(text(answer).await, "pong");

    let stream = connect(&mock, trusted, b"h2").await.unwrap();
    let handshake = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await;
    let (mut client, connection) = handshake.unwrap();
    tokio::spawn(connection);
    let request = Request::get("https://x/ping").body(Full::<Bytes>::default());
    let answer = client.send_request(request.unwrap()).await.unwrap();
    assert_eq!(text(answer).await, "pong");
    assert_eq!(pact.failure(), None);
}

#[tokio::test]
async fn silence_and_plain_text_keep_nobody_waiting() {
    let options = ServerOptions::new().client_timeout(std::time::Duration::from_secs(2));
    let (pact, mock) = ping_with(options, Tls::self_signed().unwrap());
    let silent = std::net::TcpStream::connect(mock.addr()).unwrap();
    let mut plain = std::net::TcpStream::connect(mock.addr()).unwrap();
    plain.write_all(b"GET /ping HTTP/1.1\r\n\r\n").unwrap();
    let trusted = mock.ca_certificate_pem().unwrap();
    assert!(connect(&mock, trusted, b"http/1.1").await.is_ok());
    let told = async {
        while mock.failure().unwrap().noise.len() < 2 {
            tokio::task::yield_now().await;
        }
    };
    let patience = std::time::Duration::from_secs(30);
    tokio::time::timeout(patience, told).await.unwrap();
    let failure = pact.failure().unwrap();
    let mut noise = failure.noise;
    noise.sort();
    assert_eq!(
        noise,
        [
            "a client did not end its TLS handshake within 2s",
            "a client spoke no TLS, but this server speaks HTTPS: use an `https` URL"
        ]
    );
    drop(silent);
}

#[tokio::test]
async fn a_certificate_of_the_test_is_shown() {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let tls = Tls::from_pem(&certificate.pem(), &key.serialize_pem()).unwrap();
    assert_eq!(tls.ca_certificate_pem(), None);
    let (pact, mock) = ping(tls);
    assert!(connect(&mock, &certificate.pem(), b"h2").await.is_ok());
    let other = Tls::self_signed().unwrap();
    let stranger = connect(&mock, other.ca_certificate_pem().unwrap(), b"h2").await;
    assert!(stranger.is_err(), "it is trusted by nobody else");
    assert_eq!(pact.failure().unwrap().never_requested.len(), 1);
}

#[test]
fn what_is_no_certificate_is_refused() {
    let made = rcgen::KeyPair::generate().unwrap();
    let text = |chain: &str, key: &str| Tls::from_pem(chain, key).unwrap_err().to_string();
    assert_eq!(text("", ""), "there is no certificate in the PEM text");
    let other = Tls::self_signed().unwrap();
    let chain = other.ca_certificate_pem().unwrap();
    assert_eq!(text(chain, "no key"), "cannot read the key as PEM");
    assert_eq!(
        text(chain, &made.serialize_pem()),
        "the certificate cannot be served with this key"
    );
    assert!(Tls::self_signed_for(&["ä"]).is_err());
}
