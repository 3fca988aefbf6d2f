//! From a contract's request to one that can be sent.

use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request};
use pact_core::model::Query;
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::ExchangeError;

/// What a path may not hold as it is; escapes that stand there stay as they are.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}');

/// What stands unescaped in names and values of a query.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Returns the request with path and query as its address, and the extra headers in place of the
/// contract's own.
pub(crate) fn build(
    request: &pact_core::model::Request,
    extra: &HeaderMap,
) -> Result<Request<Bytes>, ExchangeError> {
    let cannot = |reason: String| ExchangeError::Request { reason };
    let method = Method::from_bytes(request.method.as_bytes()).map_err(|_| {
        cannot(format!(
            "`{}` is not a method",
            request.method.escape_debug()
        ))
    })?;
    let body = request
        .body
        .content()
        .map(|content| Bytes::from(content.bytes.clone()))
        .unwrap_or_default();
    let target = target(&request.path, &request.query);
    let mut built = Request::builder()
        .method(method)
        .uri(&target)
        .body(body)
        .map_err(|error| {
            cannot(format!(
                "`{}` is not a path: {error}",
                target.escape_debug()
            ))
        })?;
    let headers = built.headers_mut();
    for (name, values) in request.headers.iter() {
        let key = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| cannot(format!("`{}` is not a header name", name.escape_debug())))?;
        for value in values {
            let value = HeaderValue::from_str(value).map_err(|_| {
                cannot(format!(
                    "the value of header `{name}`, `{}`, may not stand in a header",
                    value.escape_debug()
                ))
            })?;
            headers.append(&key, value);
        }
    }
    for (name, value) in extra {
        headers.insert(name, value.clone());
    }
    Ok(built)
}

fn target(path: &str, query: &Query) -> String {
    let slash = if path.starts_with('/') { "" } else { "/" };
    let mut target = format!("{slash}{}", utf8_percent_encode(path, PATH));
    let mut separator = '?';
    for (name, values) in query.iter() {
        for value in values {
            target.push(separator);
            separator = '&';
            target.extend(utf8_percent_encode(name, QUERY));
            if let Some(value) = value {
                target.push('=');
                target.extend(utf8_percent_encode(value, QUERY));
            }
        }
    }
    target
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(pairs: &[(&str, Option<&str>)]) -> Query {
        let mut query = Query::default();
        pairs
            .iter()
            .for_each(|(name, value)| query.push(*name, value.map(str::to_owned)));
        query
    }

    #[test]
    fn addresses_are_escaped_once() {
        assert_eq!(target("/a b/ü%2F", &Query::default()), "/a%20b/%C3%BC%2F");
        let pairs = query(&[
            ("q", Some("a&b=c d")),
            ("flag", None),
            ("empty", Some("")),
            ("q", Some("+")),
        ]);
        assert_eq!(target("x", &pairs), "/x?q=a%26b%3Dc%20d&q=%2B&flag&empty=");
    }

    #[test]
    fn line_breaks_never_reach_the_wire() {
        for value in ["a\r\nX-Evil: 1", "a\nb", "a\0b"] {
            let mut request = pact_core::model::Request::default();
            request.headers.push("X-A", value);
            let error = build(&request, &HeaderMap::new()).unwrap_err();
            assert!(matches!(error, ExchangeError::Request { .. }), "{value:?}");
        }
        let request = pact_core::model::Request {
            method: "GET / HTTP/1.1\r\nX: y\r\n".to_owned(),
            ..Default::default()
        };
        assert!(build(&request, &HeaderMap::new()).is_err());
        let request = pact_core::model::Request {
            path: "/a\r\nX-Evil: 1".to_owned(),
            ..Default::default()
        };
        let built = build(&request, &HeaderMap::new()).unwrap();
        assert_eq!(built.uri(), "/a%0D%0AX-Evil:%201");
    }
}
