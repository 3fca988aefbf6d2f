//! TLS with the one provider this suite uses, given to each client and never set for the process.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier;

/// Whom to trust, and who we are.
#[derive(Clone, Default)]
pub struct TlsOptions {
    /// A PEM file of certificates to trust besides the system's.
    pub extra_roots: Option<PathBuf>,
    /// PEM files of our own certificate chain and its key.
    pub client_identity: Option<(PathBuf, PathBuf)>,
    /// Accept any certificate of any server.
    pub skip_verification: bool,
    /// Trust nothing but `extra_roots`.
    pub only_extra_roots: bool,
}

impl fmt::Debug for TlsOptions {
    /// Says what is set. Where the key lies is for nobody else.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsOptions")
            .field("extra_roots", &self.extra_roots)
            .field("client_identity", &self.client_identity.is_some())
            .field("skip_verification", &self.skip_verification)
            .field("only_extra_roots", &self.only_extra_roots)
            .finish()
    }
}

/// TLS could not be set up as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A PEM file could not be read.
    #[error("cannot read the PEM file `{}`", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: rustls::pki_types::pem::Error,
    },
    /// The certificates or the key are of no use.
    #[error("cannot set up TLS")]
    Setup(#[from] rustls::Error),
}

/// Returns a TLS configuration for an HTTP client.
///
/// Certificates of servers are checked by the platform, which honours `SSL_CERT_FILE` and
/// `SSL_CERT_DIR`.
///
/// # Errors
///
/// When a PEM file cannot be read or holds nothing usable.
pub fn client_config(options: &TlsOptions) -> Result<ClientConfig, TlsError> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?;
    let builder = if options.skip_verification {
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(AcceptAny(provider)))
    } else {
        let extra = match &options.extra_roots {
            Some(path) => certificates(path)?,
            None => Vec::new(),
        };
        let system = (!options.only_extra_roots)
            .then(|| Verifier::new_with_extra_roots(extra.clone(), Arc::clone(&provider)).ok())
            .flatten();
        match system {
            Some(verifier) => builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(verifier)),
            // A machine without a certificate store can still speak plain HTTP.
            None => {
                let mut roots = RootCertStore::empty();
                roots.add_parsable_certificates(extra);
                builder.with_root_certificates(roots)
            }
        }
    };
    match &options.client_identity {
        Some((chain, key)) => {
            let key_der = PrivateKeyDer::from_pem_file(key).map_err(|source| TlsError::Pem {
                path: key.clone(),
                source,
            })?;
            Ok(builder.with_client_auth_cert(certificates(chain)?, key_der)?)
        }
        None => Ok(builder.with_no_client_auth()),
    }
}

fn certificates(path: &PathBuf) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let pem = |source| TlsError::Pem {
        path: path.clone(),
        source,
    };
    CertificateDer::pem_file_iter(path)
        .map_err(pem)?
        .collect::<Result<_, _>>()
        .map_err(pem)
}

/// Accepts any certificate; signatures are still checked.
#[derive(Debug)]
struct AcceptAny(Arc<CryptoProvider>);

impl ServerCertVerifier for AcceptAny {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            cert,
            dss,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            cert,
            dss,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
