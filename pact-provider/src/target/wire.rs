//! A request of the contract as it goes over the wire. What would break out of its place (a line
//! end in a header, a space in a method) is refused.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING};
use http::{Method, Uri};
use pact_broker_client::{ParseHeaderError, Secret};
use pact_core::model::{Body, ContentType, Query, Request};

use crate::error::InteractionError;

/// A header added to every request; its value is never shown.
#[derive(Clone)]
pub(crate) struct CustomHeader {
    name: HeaderName,
    value: HeaderValue,
}

impl CustomHeader {
    pub(crate) fn new(name: &str, value: &Secret) -> Result<Self, ParseHeaderError> {
        let parsed =
            HeaderName::from_bytes(name.as_bytes()).map_err(|_| ParseHeaderError::Name {
                name: name.to_owned(),
            })?;
        let mut value = HeaderValue::from_bytes(value.expose().as_bytes()).map_err(|_| {
            ParseHeaderError::Value {
                name: name.to_owned(),
            }
        })?;
        value.set_sensitive(true);
        Ok(Self {
            name: parsed,
            value,
        })
    }

    /// Sets the header, replacing whatever the contract had under the name.
    pub(crate) fn apply(&self, headers: &mut HeaderMap) {
        headers.insert(self.name.clone(), self.value.clone());
    }
}

/// Returns the request with path and query as its target, without host.
pub(crate) fn outgoing(
    request: &Request,
    base_path: &str,
    custom: &[CustomHeader],
) -> Result<http::Request<Bytes>, InteractionError> {
    let refused = |reason: String| InteractionError::Request { reason };
    let method = Method::from_bytes(request.method.as_bytes()).map_err(|_| {
        refused(format!(
            "`{}` is not a method",
            request.method.escape_debug()
        ))
    })?;
    let target = target(request, base_path);
    let uri = Uri::try_from(target).map_err(|error| {
        let target = self::target(request, base_path);
        refused(format!(
            "`{target}` is not the target of a request: {error}"
        ))
    })?;
    let mut headers = HeaderMap::new();
    for (name, values) in request.headers.iter() {
        let parsed = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| refused(format!("`{}` is not a header name", name.escape_debug())))?;
        if parsed == CONTENT_LENGTH || parsed == TRANSFER_ENCODING {
            continue;
        }
        for value in values {
            let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
                refused(format!(
                    "header `{name}`: the value {value:?} has characters that may not stand in a header"
                ))
            })?;
            headers.append(&parsed, value);
        }
    }
    for header in custom {
        header.apply(&mut headers);
    }
    let mut outgoing = http::Request::new(body_bytes(request));
    *outgoing.method_mut() = method;
    *outgoing.uri_mut() = uri;
    *outgoing.headers_mut() = headers;
    Ok(outgoing)
}

/// Returns the bytes that stand for the body: `null` is a value in JSON, and nothing in any other type.
fn body_bytes(request: &Request) -> Bytes {
    let media = || -> Option<ContentType> {
        let values = request.headers.get("content-type")?;
        values.first()?.parse().ok()
    };
    match &request.body {
        Body::Null if media().is_some_and(|media| media.is_json()) => Bytes::from_static(b"null"),
        body => { body.content() }
            .map(|content| Bytes::copy_from_slice(&content.bytes))
            .unwrap_or_default(),
    }
}

/// Returns path and query, escaped where they must be; escapes of the contract stay as they are.
fn target(request: &Request, base_path: &str) -> String {
    let mut target = base_path.trim_end_matches('/').to_owned();
    if !request.path.starts_with('/') {
        target.push('/');
    }
    escape(&request.path, PATH, &mut target);
    append_query(&request.query, &mut target);
    target
}

fn append_query(query: &Query, target: &mut String) {
    let mut separator = '?';
    for (name, values) in query.iter() {
        for value in values {
            target.push(separator);
            separator = '&';
            escape(name, COMPONENT, target);
            if let Some(value) = value {
                target.push('=');
                escape(value, COMPONENT, target);
            }
        }
    }
}

/// What may stand in a path besides letters and digits (RFC 3986 §3.3), and the escapes there.
const PATH: &[u8] = b"-._~!$&'()*+,;=:@/%";

/// What may stand in a name or value of a query that somebody will decode as a form.
const COMPONENT: &[u8] = b"-._~!$'()*,:@/?";

fn escape(text: &str, allowed: &[u8], out: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || allowed.contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(DIGITS[usize::from(byte >> 4)]));
            out.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(request: &Request) -> String {
        outgoing(request, "", &[]).err().unwrap().to_string()
    }

    #[test]
    fn escapes_are_kept_and_made_where_needed() {
        let mut request = Request {
            path: "/a b/%2F/ü".to_owned(),
            ..Request::default()
        };
        request.query.push("q", Some("x&y=1 +".to_owned()));
        request.query.push("flag", None);
        request.query.push("e", Some(String::new()));
        assert_eq!(
            target(&request, "/base/"),
            "/base/a%20b/%2F/%C3%BC?q=x%26y%3D1%20%2B&flag&e="
        );
    }

    #[test]
    fn line_ends_do_not_leave_their_header() {
        for value in ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\0b", "a\r\n b"] {
            let mut request = Request::default();
            request.headers.push("X-A", value);
            assert!(refusal(&request).starts_with("the request cannot be sent: header `X-A`"));
        }
        let mut request = Request::default();
        request.headers.push("X-A\r\nX-Evil", "1");
        insta::assert_snapshot!(refusal(&request), @r"the request cannot be sent: `X-A\r\nX-Evil` is not a header name");
        let request = Request {
            method: "GET / HTTP/1.1\r\nX".to_owned(),
            ..Request::default()
        };
        insta::assert_snapshot!(refusal(&request), @r"the request cannot be sent: `GET / HTTP/1.1\r\nX` is not a method");
    }

    #[test]
    fn null_is_a_value_in_json_and_nothing_elsewhere() {
        for (media, sent) in [
            (Some("application/json"), "null"),
            (Some("application/vnd.a+json; charset=utf-8"), "null"),
            (Some("text/plain"), ""),
            (None, ""),
        ] {
            let mut request = Request {
                body: Body::Null,
                ..Request::default()
            };
            if let Some(media) = media {
                request.headers.push("Content-Type", media);
            }
            let outgoing = outgoing(&request, "", &[]).unwrap();
            assert_eq!(outgoing.body(), sent, "{media:?}");
        }
    }

    #[test]
    fn a_custom_header_replaces_that_of_the_contract() {
        let mut request = Request::default();
        request.headers.push("AUTHORIZATION", "Bearer example");
        let custom = CustomHeader::new("authorization", &Secret::new("Bearer real")).unwrap();
        let sent = outgoing(&request, "", &[custom]).unwrap();
        let values: Vec<_> = sent.headers().get_all("Authorization").iter().collect();
        assert_eq!(values, ["Bearer real"]);
    }
}
