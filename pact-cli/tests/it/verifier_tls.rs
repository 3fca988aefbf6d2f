//! `pact verifier` and providers that speak TLS.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use crate::support::{Outcome, Pact, pact_file};

/// An authority of our own.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
}

impl Authority {
    /// Makes one, and leaves its certificate in the folder as `ca.pem`.
    fn new(folder: &Path) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        fs::write(folder.join("ca.pem"), certificate.pem()).unwrap();
        Self {
            certificate: certificate.der().clone(),
            issuer: Issuer::new(params, key),
        }
    }

    /// Signs a certificate and leaves it and its key in the folder.
    fn sign(&self, folder: &Path, name: &str) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        fs::write(folder.join(format!("{name}.pem")), certificate.pem()).unwrap();
        fs::write(folder.join(format!("{name}.key")), key.serialize_pem()).unwrap();
        let der = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        (certificate.der().clone(), der)
    }

    /// Serves `{}` over TLS, and when asked to only to those who have a certificate of ours.
    fn serve(&self, folder: &Path, only_to_ours: bool) -> u16 {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap();
        let builder = if only_to_ours {
            let mut roots = RootCertStore::empty();
            roots.add(self.certificate.clone()).unwrap();
            let verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
            builder.with_client_cert_verifier(verifier.unwrap())
        } else {
            builder.with_no_client_auth()
        };
        let (certificate, key) = self.sign(folder, "127.0.0.1");
        let config = builder.with_single_cert(vec![certificate], key).unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut stream = StreamOwned::new(connection, stream.unwrap());
                // Who cannot agree with this server leaves.
                if stream.read(&mut [0; 4096]).is_ok() {
                    let _ = stream.write_all(
                        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                    );
                    stream.conn.send_close_notify();
                    let _ = stream.flush();
                }
            }
        });
        port
    }
}

fn verified(folder: &Path, port: u16, words: &str) -> Outcome {
    let words = format!("verifier -f p.json --transport https -h 127.0.0.1 -p {port} {words}");
    Pact::new(words.split_whitespace()).within(folder).run()
}

#[test]
fn a_provider_is_trusted_when_its_authority_is_named_or_nobody_is_to_be_asked() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.json"), pact_file("web", "api")).unwrap();
    let port = Authority::new(folder.path()).serve(folder.path(), false);
    let refused = verified(folder.path(), port, "").exits_with(1);
    assert!(refused.stdout.contains("cannot agree on TLS"), "{refused}");
    for words in ["--ca-certificate ca.pem", "--disable-ssl-verification"] {
        verified(folder.path(), port, words).exits_with(0);
    }
}

#[test]
fn a_provider_that_wants_a_certificate_gets_the_one_that_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.json"), pact_file("web", "api")).unwrap();
    let authority = Authority::new(folder.path());
    let port = authority.serve(folder.path(), true);
    authority.sign(folder.path(), "client");
    let trusting = "--ca-certificate ca.pem";
    verified(folder.path(), port, trusting).exits_with(1);
    let ours = format!("{trusting} --client-certificate client.pem --client-key client.key");
    verified(folder.path(), port, &ours).exits_with(0);
    let half = format!("{trusting} --client-certificate client.pem");
    verified(folder.path(), port, &half).exits_with(2);
}
