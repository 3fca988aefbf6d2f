//! What an answer of the broker means that is not what was asked for.

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::Value;
use url::Url;

use crate::error::BrokerError;
use crate::http::{Call, shown};

/// Returns what a status other than success means.
pub(crate) fn failure(call: &Call<'_>, url: &Url, status: StatusCode, body: &[u8]) -> BrokerError {
    let action = call.action.to_owned();
    let messages = messages(body);
    match status.as_u16() {
        status @ (400 | 422) => BrokerError::BadRequest {
            action,
            status,
            messages,
        },
        status @ (401 | 403) => BrokerError::Unauthorized { action, status },
        404 => BrokerError::NotFound { action, messages },
        409 => BrokerError::Conflict { action, messages },
        status => BrokerError::Status {
            action,
            url: shown(url),
            status,
            messages,
        },
    }
}

/// Collects what the broker says in any of its error formats: notices, `errors` as list or object,
/// `error`, problem details.
fn messages(body: &[u8]) -> Vec<String> {
    let Ok(json) = serde_json::from_slice::<Value>(body) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let texts = |value: Option<&Value>, key: &str| -> Vec<String> {
        let items = value
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        items
            .iter()
            .filter_map(|item| item.get(key).and_then(Value::as_str))
            .map(str::to_owned)
            .collect()
    };
    found.extend(texts(json.get("notices"), "text"));
    if !found.is_empty() {
        // The same again for programs stands in `errors`.
        return found;
    }
    match json.get("errors") {
        Some(Value::Array(errors)) => {
            found.extend(
                errors
                    .iter()
                    .filter_map(|error| error.as_str().or_else(|| error.get("detail")?.as_str()))
                    .map(str::to_owned),
            );
        }
        Some(Value::Object(fields)) => {
            for (field, problems) in fields {
                let problems = problems
                    .as_array()
                    .cloned()
                    .unwrap_or_else(|| vec![problems.clone()]);
                let text = |problem: &Value| {
                    problem
                        .as_str()
                        .map_or_else(|| problem.to_string(), str::to_owned)
                };
                found.extend(
                    problems
                        .iter()
                        .map(|problem| format!("{field}: {}", text(problem))),
                );
            }
        }
        Some(_) | None => {}
    }
    match json.get("error") {
        Some(Value::String(text)) => found.push(text.clone()),
        Some(other) => found.extend(
            other
                .get("message")
                .and_then(Value::as_str)
                .map(str::to_owned),
        ),
        None => {}
    }
    if found.is_empty() {
        let detail = json
            .get("detail")
            .or_else(|| json.get("title"))
            .and_then(Value::as_str);
        found.extend(detail.map(str::to_owned));
    }
    found
}

/// Returns the media type in words.
pub(crate) fn content_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).map(HeaderValue::to_str);
    value
        .and_then(Result::ok)
        .map_or_else(|| "no content type".to_owned(), |text| format!("`{text}`"))
}

pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence == "application/json" || essence.ends_with("+json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_format_is_read() {
        assert_eq!(messages(br#"{"errors":["a"]}"#), ["a"]);
        assert_eq!(
            messages(br#"{"errors":{"name":["can't be blank"]}}"#),
            ["name: can't be blank"]
        );
        assert_eq!(messages(br#"{"error":{"message":"m"}}"#), ["m"]);
        assert_eq!(messages(br#"{"error":"e"}"#), ["e"]);
        assert_eq!(
            messages(br#"{"notices":[{"type":"error","text":"n"}]}"#),
            ["n"]
        );
        assert_eq!(
            messages(br#"{"title":"t","errors":[{"detail":"d"}]}"#),
            ["d"]
        );
        assert_eq!(messages(br#"{"title":"t"}"#), ["t"]);
        assert!(messages(b"<html>").is_empty());
    }
}
