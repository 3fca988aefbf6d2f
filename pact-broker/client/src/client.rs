//! The client and how it is set up.

use url::Url;

use crate::address::shown_address;
use crate::auth::{Auth, CustomHeader};
use crate::error::BrokerError;
use crate::hal::Document;
use crate::http::{Limits, Transport};
use crate::tls::{TlsOptions, client_config};

/// Where a broker is and how to speak to it.
#[derive(Clone)]
pub struct BrokerOptions {
    base_url: String,
    auth: Auth,
    headers: Vec<CustomHeader>,
    limits: Limits,
    tls: TlsOptions,
}

impl BrokerOptions {
    /// Returns options for the broker at `base_url`, without credentials and with
    /// [`Limits::STANDARD`].
    pub fn new(base_url: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            auth: Auth::None,
            headers: Vec::new(),
            limits: Limits::STANDARD,
            tls: TlsOptions::default(),
        }
    }

    /// Sets the base URL.
    #[must_use]
    pub fn base_url(self, base_url: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            ..self
        }
    }

    /// Sets the credentials.
    #[must_use]
    pub fn auth(self, auth: Auth) -> Self {
        Self { auth, ..self }
    }

    /// Adds a header to every request.
    #[must_use]
    pub fn header(mut self, header: CustomHeader) -> Self {
        self.headers.push(header);
        self
    }

    /// Sets deadline, attempts and size.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Sets whom to trust.
    #[must_use]
    pub fn tls(self, tls: TlsOptions) -> Self {
        Self { tls, ..self }
    }
}

/// A client of one broker. Cheap to use from many tasks: requests share its connections.
pub struct BrokerClient {
    pub(crate) transport: Transport,
}

impl BrokerClient {
    /// Returns a client; nothing is sent yet.
    ///
    /// User name and password in the base URL are used when no other credentials are given.
    ///
    /// # Errors
    ///
    /// When the base URL is none, or TLS cannot be set up as asked.
    pub fn new(options: BrokerOptions) -> Result<Self, BrokerError> {
        let (base, auth_in_url) = parse_base(&options.base_url)?;
        let auth = match (options.auth, auth_in_url) {
            (Auth::None, Some(auth)) => auth,
            (auth, _) => auth,
        };
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(client_config(&options.tls)?)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(options.limits.timeout)
            .user_agent(concat!("pact-broker-client/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| BrokerError::InvalidBaseUrl {
                url: crate::http::shown(&base),
                reason: error.to_string(),
            })?;
        Ok(Self {
            transport: Transport {
                client,
                base,
                auth,
                headers: options.headers,
                limits: options.limits,
            },
        })
    }

    /// Returns the broker's index, where all links begin.
    ///
    /// # Errors
    ///
    /// When the broker cannot be asked or what answers is no broker.
    pub async fn index(&self) -> Result<Document, BrokerError> {
        let action = "reading the broker's index";
        let index = { self.transport.get(action, "").await }.map_err(|error| match error {
            // Every broker has an index, so it is not the index that is missing.
            BrokerError::NotFound { .. } => BrokerError::NoBroker {
                url: self.base_url(),
            },
            other => other,
        })?;
        if index.json().get("_links").is_none() {
            return Err(index.missing(action, "self"));
        }
        Ok(index)
    }

    /// Returns the document at an address the broker gave.
    ///
    /// # Errors
    ///
    /// When the broker cannot be asked or does not have it.
    pub async fn follow(&self, action: &str, href: &str) -> Result<Document, BrokerError> {
        self.transport.get(action, href).await
    }

    /// Returns what stands at an address the broker gave, byte for byte.
    ///
    /// # Errors
    ///
    /// When the broker cannot be asked or does not have it.
    pub async fn bytes(&self, action: &str, href: &str) -> Result<Vec<u8>, BrokerError> {
        self.transport.get_bytes(action, href).await
    }

    /// Returns the base URL, without credentials.
    pub fn base_url(&self) -> String {
        crate::http::shown(&self.transport.base)
    }
}

/// Reads a base URL; it always ends with a slash, so that relative links keep its path.
fn parse_base(text: &str) -> Result<(Url, Option<Auth>), BrokerError> {
    let invalid = |reason: String| BrokerError::InvalidBaseUrl {
        url: shown_address(text),
        reason,
    };
    let mut url = Url::parse(text).map_err(|error| invalid(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(invalid(
            "expected http:// or https:// and a host".to_owned(),
        ));
    }
    let decoded = |text: &str| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8_lossy()
            .into_owned()
    };
    let auth = (!url.username().is_empty()).then(|| Auth::Basic {
        username: crate::Secret::new(decoded(url.username())),
        password: url
            .password()
            .map(|password| crate::Secret::new(decoded(password))),
    });
    let cannot = |()| invalid("it cannot carry credentials".to_owned());
    url.set_username("").map_err(cannot)?;
    url.set_password(None).map_err(cannot)?;
    url.set_query(None);
    url.set_fragment(None);
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok((url, auth))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refusal(text: &str) -> String {
        parse_base(text).err().unwrap().to_string()
    }

    #[test]
    fn a_path_is_kept_and_credentials_are_taken_out() {
        let (url, auth) = parse_base("https://me:s%40crt@broker.example/path?x=1").unwrap();
        assert_eq!(url.as_str(), "https://broker.example/path/");
        assert!(
            matches!(auth, Some(Auth::Basic { username, password: Some(password) })
            if username.expose() == "me" && password.expose() == "s@crt")
        );
    }

    #[test]
    fn a_wrong_base_url_is_refused_without_its_credentials() {
        insta::assert_snapshot!(refusal("me:secret@broker"), @"`broker` is not the URL of a broker: expected http:// or https:// and a host");
        insta::assert_snapshot!(refusal("broker.example"), @"`broker.example` is not the URL of a broker: relative URL without a base");
        insta::assert_snapshot!(refusal("ftp://broker"), @"`ftp://broker` is not the URL of a broker: expected http:// or https:// and a host");
    }
}
