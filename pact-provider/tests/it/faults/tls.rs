//! Providers whose TLS is wrong, and some whose TLS is right.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pact_provider::TlsOptions;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::server::OK_JSON;
use crate::support::{get, verifier};

/// How many authorities there are.
static MADE: AtomicUsize = AtomicUsize::new(0);

/// An authority of our own, and what it signed.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    folder: TempDir,
}

/// A certificate with its key.
pub(super) struct Identity {
    certificate: CertificateDer<'static>,
    key: KeyPair,
}

impl Authority {
    pub(super) fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        // Two authorities of one name would differ by their signatures alone.
        let name = format!("authority {}", MADE.fetch_add(1, Ordering::SeqCst));
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), certificate.pem()).unwrap();
        Self {
            certificate: certificate.der().clone(),
            issuer: Issuer::new(params, key),
            folder,
        }
    }

    /// Signs a certificate for the host, valid until the end of the year.
    pub(super) fn sign(&self, host: &str, until: i32) -> Identity {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(until, 12, 31);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let path = self.folder.path();
        std::fs::write(path.join(format!("{host}.pem")), certificate.pem()).unwrap();
        std::fs::write(path.join(format!("{host}.key")), key.serialize_pem()).unwrap();
        Identity {
            certificate: certificate.der().clone(),
            key,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Trusts this authority alone.
    pub(super) fn trusted(&self) -> TlsOptions {
        TlsOptions {
            extra_roots: Some(self.path("ca.pem")),
            only_extra_roots: true,
            ..TlsOptions::default()
        }
    }
}

/// Serves `{}` over TLS; with an authority only to those who have a certificate of it.
pub(super) async fn serve_tls(identity: &Identity, clients_of: Option<&Authority>) -> String {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = match clients_of {
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.certificate.clone()).unwrap();
            let verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
            builder.with_client_cert_verifier(verifier.unwrap())
        }
        None => builder.with_no_client_auth(),
    };
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(identity.key.serialize_der()));
    let config = builder
        .with_single_cert(vec![identity.certificate.clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(OK_JSON.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    format!("https://{address}")
}

#[tokio::test]
async fn a_provider_of_ones_own_authority_is_trusted() {
    let authority = Authority::new();
    let base = serve_tls(&authority.sign("127.0.0.1", 2100), None).await;
    verifier([get("anything", "/", "{}")])
        .url(base)
        .tls(authority.trusted())
        .run()
        .await
        .unwrap()
        .assert();
}

#[tokio::test]
async fn any_certificate_is_accepted_when_that_is_asked_for() {
    let base = serve_tls(&Authority::new().sign("elsewhere", 2001), None).await;
    verifier([get("anything", "/", "{}")])
        .url(base)
        .tls(TlsOptions {
            skip_verification: true,
            ..TlsOptions::default()
        })
        .run()
        .await
        .unwrap()
        .assert();
}

#[tokio::test]
async fn a_provider_that_wants_a_certificate_gets_ours() {
    let authority = Authority::new();
    let server = authority.sign("127.0.0.1", 2100);
    let base = serve_tls(&server, Some(&authority)).await;
    authority.sign("client", 2100);
    let run = |tls: TlsOptions| {
        let verifier = verifier([get("anything", "/", "{}")]).url(&base).tls(tls);
        async { verifier.run().await.unwrap() }
    };
    let identity = (authority.path("client.pem"), authority.path("client.key"));
    run(TlsOptions {
        client_identity: Some(identity),
        ..authority.trusted()
    })
    .await
    .assert();
    let without = run(authority.trusted()).await;
    assert_eq!(without.exit_code(), 1);
    let text = without.to_string();
    assert!(
        text.contains("cannot agree on TLS with the provider"),
        "{text}"
    );
}

#[tokio::test]
async fn a_certificate_that_cannot_be_read_is_wrong_usage() {
    let refused = verifier([])
        .url("https://127.0.0.1:1")
        .tls(TlsOptions {
            extra_roots: Some("no/such.pem".into()),
            ..TlsOptions::default()
        })
        .run()
        .await;
    insta::assert_snapshot!(refused.err().unwrap(), @"cannot read the PEM file `no/such.pem`");
}
