//! HTTPS: the certificate of a mock server.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The certificate a mock server shows, and the key to it.
///
/// ```
/// use pact_consumer::prelude::*;
/// use pact_consumer::{ServerOptions, Tls};
///
/// let mut pact = PactBuilder::new("order-web", "order-api");
/// pact.upon_receiving("a ping").get("/ping").will_respond_with(204);
/// let options = ServerOptions::new().tls(Tls::self_signed()?);
/// let mock = MockServer::serve(&pact.build(), options)?;
/// assert!(mock.url().starts_with("https://"));
/// // The client under test is to trust the authority that signed the server's certificate.
/// let authority = mock.ca_certificate_pem().unwrap();
/// assert!(authority.starts_with("-----BEGIN CERTIFICATE-----"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Tls {
    config: Arc<ServerConfig>,
    authority: Option<String>,
}

/// A certificate cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum TlsError {
    /// The certificate and its key cannot be used together.
    Certificate(tokio_rustls::rustls::Error),
    /// A certificate cannot be made.
    Make {
        /// The host it was to be for.
        name: String,
        /// Why.
        source: rcgen::Error,
    },
    /// The text is no PEM.
    Pem {
        /// What was to be read.
        what: &'static str,
        /// Why.
        source: tokio_rustls::rustls::pki_types::pem::Error,
    },
    /// There is no certificate in the text.
    NoCertificate,
}

impl fmt::Display for TlsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Certificate(_) => {
                formatter.write_str("the certificate cannot be served with this key")
            }
            Self::Make { name, .. } => write!(formatter, "cannot make a certificate for `{name}`"),
            Self::Pem { what, .. } => write!(formatter, "cannot read the {what} as PEM"),
            Self::NoCertificate => formatter.write_str("there is no certificate in the PEM text"),
        }
    }
}

impl Error for TlsError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Certificate(source) => Some(source),
            Self::Make { source, .. } => Some(source),
            Self::Pem { source, .. } => Some(source),
            Self::NoCertificate => None,
        }
    }
}

impl Tls {
    /// Makes a certificate for `localhost`, 127.0.0.1 and `::1`, signed by an authority of its own;
    /// the client has to trust [`ca_certificate_pem`](Self::ca_certificate_pem).
    ///
    /// # Errors
    ///
    /// When the system has no randomness to give.
    pub fn self_signed() -> Result<Self, TlsError> {
        Self::self_signed_for(&["localhost", "127.0.0.1", "::1"])
    }

    /// Does as [`Tls::self_signed`] for other names and addresses.
    ///
    /// # Errors
    ///
    /// When a name cannot stand in a certificate.
    pub fn self_signed_for(names: &[&str]) -> Result<Self, TlsError> {
        let failed = |source| TlsError::Make {
            name: names.join(", "),
            source,
        };
        let authority_key = KeyPair::generate().map_err(failed)?;
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        authority
            .distinguished_name
            .push(DnType::CommonName, authority_name(&authority_key));
        let authority_certificate = authority.self_signed(&authority_key).map_err(failed)?;
        let issuer = Issuer::new(authority, authority_key);
        let key = KeyPair::generate().map_err(failed)?;
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let certificate = CertificateParams::new(names)
            .and_then(|params| params.signed_by(&key, &issuer))
            .map_err(failed)?;
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        Ok(Self {
            config: config(vec![certificate.der().clone()], key)?,
            authority: Some(authority_certificate.pem()),
        })
    }

    /// Shows a certificate of the test's own: the chain, leaf first, and the key, both as PEM.
    ///
    /// # Errors
    ///
    /// When either is no PEM, or they do not belong together.
    pub fn from_pem(chain: &str, key: &str) -> Result<Self, TlsError> {
        let certificates: Result<Vec<_>, _> =
            CertificateDer::pem_slice_iter(chain.as_bytes()).collect();
        let certificates = certificates.map_err(|source| TlsError::Pem {
            what: "certificate",
            source,
        })?;
        if certificates.is_empty() {
            return Err(TlsError::NoCertificate);
        }
        let key =
            PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|source| TlsError::Pem {
                what: "key",
                source,
            })?;
        Ok(Self {
            config: config(certificates, key)?,
            authority: None,
        })
    }

    /// Returns the certificate of the authority a client has to trust; `None` for a certificate
    /// that was given.
    pub fn ca_certificate_pem(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("self_signed", &self.authority.is_some())
            .finish_non_exhaustive()
    }
}

/// Names an authority after its key: two of one name confuse clients that trust both.
fn authority_name(key: &KeyPair) -> String {
    let end = key.public_key_raw().iter().rev().take(4);
    let end: String = end.map(|byte| format!("{byte:02x}")).collect();
    format!("mock server of a contract test {end}")
}

fn config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, TlsError> {
    // The provider is named here: one chosen for the whole process would be the user's affair.
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(TlsError::Certificate)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
