//! The body of a webhook: reading and checking it, and showing it without its secrets.

use serde_json::{Map, Value, json};

use crate::{
    api::{
        error::{ApiError, FieldError, Segment},
        extract::kind_of,
        fields::{Fields, Need},
        hal::set,
    },
    config::BrokerConfig,
    domain::{
        text::{LabelName, PacticipantName},
        webhook::{EventKind, Webhook, WebhookAttributes, WebhookRequest, WebhookSide},
    },
    state::AppState,
};

/// What stands in place of a secret.
const STARS: &str = "**********";

/// Reads a webhook; stars in place of a secret keep the one that is stored.
pub(crate) async fn read(
    app: &AppState,
    body: &Map<String, Value>,
    before: Option<&Webhook>,
) -> Result<WebhookAttributes, ApiError> {
    let mut fields = Fields::of(body);
    let description = fields
        .text("description", Need::Optional)
        .map(str::to_owned);
    let enabled = fields.boolean("enabled", Need::Optional);
    let consumer = side(app, &mut fields, body, "consumer").await?;
    let provider = side(app, &mut fields, body, "provider").await?;
    let events = events(&mut fields);
    let request = fields
        .object("request", Need::Required)
        .and_then(|members| {
            let place = vec![Segment::Key("request".to_owned())];
            let mut reading = Reading {
                fields: Fields::inside(members, place),
                members,
                config: app.config(),
            };
            let request = reading.request(before.map(|webhook| &webhook.attributes.request));
            fields.absorb(reading.fields.into_errors());
            request
        });
    let attributes = request.map(|request| WebhookAttributes {
        description,
        consumer,
        provider,
        enabled: enabled.unwrap_or(true),
        events,
        request,
    });
    fields.finish(attributes)
}

async fn side(
    app: &AppState,
    fields: &mut Fields<'_>,
    body: &Map<String, Value>,
    role: &str,
) -> Result<WebhookSide, ApiError> {
    let Some(members) = body.get(role).filter(|value| !value.is_null()) else {
        return Ok(WebhookSide::Any);
    };
    let place = vec![Segment::Key(role.to_owned())];
    let Some(members) = members.as_object() else {
        fields.refuse(
            role,
            format!("must be an object, but is {}", kind_of(members)),
        );
        return Ok(WebhookSide::Any);
    };
    let mut inside = Fields::inside(members, place.clone());
    let name = inside
        .line("name", Need::Optional)
        .and_then(|name| PacticipantName::parse(name).ok());
    let label = inside
        .line("label", Need::Optional)
        .and_then(|label| LabelName::parse(label).ok());
    let mut side = WebhookSide::Any;
    match (name, label) {
        (Some(_), Some(_)) => inside.refuse("label", "cannot be given together with a name"),
        (Some(name), None) => {
            if app.store().pacticipant(&name).await?.is_none() {
                inside.refuse(
                    "name",
                    format!("is '{name}', but there is no pacticipant of this name"),
                );
            }
            side = WebhookSide::Named(name);
        }
        (None, Some(label)) => side = WebhookSide::Labelled(label),
        (None, None) if inside.is_fine() => {
            inside.refuse("name", "is missing; give a name or a label");
        }
        (None, None) => {}
    }
    fields.absorb(inside.into_errors());
    Ok(side)
}

fn events(fields: &mut Fields<'_>) -> Vec<EventKind> {
    let Some(listed) = fields.array("events", Need::Optional) else {
        return vec![EventKind::ContractContentChanged];
    };
    if listed.is_empty() {
        fields.refuse("events", "must name at least one event");
    }
    let mut events = Vec::new();
    for (index, event) in listed.iter().enumerate() {
        let name = event.get("name").and_then(Value::as_str);
        match name.map(EventKind::parse) {
            Some(Some(event)) => events.push(event),
            Some(None) => {
                let known: Vec<&str> = EventKind::ALL.into_iter().map(EventKind::as_str).collect();
                refuse_event(
                    fields,
                    index,
                    format!("must be one of: {}", known.join(", ")),
                );
            }
            None => refuse_event(fields, index, "is missing".to_owned()),
        }
    }
    events
}

fn refuse_event(fields: &mut Fields<'_>, index: usize, message: String) {
    let mut place = fields.place_of("events");
    place.extend([Segment::Index(index), Segment::Key("name".to_owned())]);
    fields.absorb(vec![FieldError::new(place, message)]);
}

/// The request of a webhook.
struct Reading<'a> {
    fields: Fields<'a>,
    members: &'a Map<String, Value>,
    config: &'a BrokerConfig,
}

impl Reading<'_> {
    fn request(&mut self, before: Option<&WebhookRequest>) -> Option<WebhookRequest> {
        let method = self.method();
        let url = self.url();
        let headers = self.headers(before);
        let username = self.fields.line_or_empty("username");
        let password = self
            .fields
            .text("password", Need::Optional)
            .map(str::to_owned);
        let kept = before.and_then(|before| before.password.clone());
        let password = match password {
            Some(password) if !is_stars(&password) => Some(password),
            _ => kept,
        };
        let body = self.members.get("body").filter(|body| !body.is_null());
        let body_is_json = body.is_some_and(|body| !body.is_string());
        let body = body.map(|body| {
            body.as_str()
                .map_or_else(|| body.to_string(), str::to_owned)
        });
        Some(WebhookRequest {
            method: method?,
            url: url?,
            headers: headers?,
            body,
            body_is_json,
            username,
            password,
        })
    }

    fn method(&mut self) -> Option<String> {
        let method = self
            .fields
            .line("method", Need::Required)?
            .to_ascii_uppercase();
        if self.config.webhook_methods.contains(&method) {
            return Some(method);
        }
        self.fields.refuse(
            "method",
            format!("must be one of: {}", self.config.webhook_methods.join(", ")),
        );
        None
    }

    /// Reads the address. Its host must be plain: who can change a pact must not choose who is called.
    fn url(&mut self) -> Option<String> {
        let text = self.fields.line("url", Need::Required)?;
        let host = text.split_once("://").map_or("", |(_, rest)| {
            rest.split(['/', '?', '#']).next().unwrap_or_default()
        });
        if host.contains("${") {
            self.fields
                .refuse("url", "cannot have a template parameter in its host");
            return None;
        }
        let plain = replace_parameters(text);
        let Some(url) = url::Url::parse(&plain).ok().filter(url::Url::has_host) else {
            self.fields
                .refuse("url", "is not a URL, such as https://ci.example/build");
            return None;
        };
        if !self
            .config
            .webhook_schemes
            .iter()
            .any(|scheme| scheme == url.scheme())
        {
            self.fields.refuse(
                "url",
                format!(
                    "scheme must be one of: {}",
                    self.config.webhook_schemes.join(", ")
                ),
            );
            return None;
        }
        Some(text.to_owned())
    }

    fn headers(&mut self, before: Option<&WebhookRequest>) -> Option<Vec<(String, String)>> {
        let Some(members) = self.fields.object("headers", Need::Optional) else {
            return Some(Vec::new());
        };
        let mut headers = Vec::new();
        for (name, value) in members {
            let name = name.to_ascii_lowercase();
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Number(_) | Value::Bool(_) => value.to_string(),
                Value::Null | Value::Array(_) | Value::Object(_) => {
                    self.fields.refuse(
                        "headers",
                        format!("has for `{name}` {} instead of a text", kind_of(value)),
                    );
                    return None;
                }
            };
            let valid = axum::http::HeaderName::try_from(&name).is_ok()
                && !text.contains(['\n', '\r', '\0']);
            if !valid {
                self.fields.refuse(
                    "headers",
                    format!("has `{}`, which is no valid header", name.escape_debug()),
                );
                return None;
            }
            let kept = || {
                before?
                    .headers
                    .iter()
                    .find(|(stored, _)| *stored == name)
                    .map(|(_, value)| value.clone())
            };
            let text = if is_stars(&text) {
                kept().unwrap_or(text)
            } else {
                text
            };
            headers.push((name, text));
        }
        Some(headers)
    }
}

fn is_stars(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter == '*')
}

/// Puts a word in place of each `${parameter}`, so that the rest can be read as a URL.
fn replace_parameters(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        plain.push_str(before);
        plain.push_str("parameter");
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    plain + rest
}

/// Shows a request without its secrets.
pub(crate) fn shown(request: &WebhookRequest) -> Value {
    let request = redacted(request);
    let mut body = Map::new();
    body.insert("method".to_owned(), request.method.into());
    body.insert("url".to_owned(), request.url.into());
    if !request.headers.is_empty() {
        let headers = request
            .headers
            .into_iter()
            .map(|(name, value)| (name, value.into()));
        body.insert("headers".to_owned(), Value::Object(headers.collect()));
    }
    if let Some(text) = &request.body {
        let json = request
            .body_is_json
            .then(|| serde_json::from_str(text).ok())
            .flatten();
        body.insert("body".to_owned(), json.unwrap_or_else(|| json!(text)));
    }
    set(&mut body, "username", request.username);
    set(&mut body, "password", request.password);
    body.into()
}

/// Returns a request with stars in place of its secrets.
pub(crate) fn redacted(request: &WebhookRequest) -> WebhookRequest {
    let mut shown = request.clone();
    for (name, value) in &mut shown.headers {
        *value = starred(name, value);
    }
    shown.password = shown.password.map(|password| {
        if password.contains("${") {
            password
        } else {
            STARS.to_owned()
        }
    });
    shown
}

/// Returns a header's value, or stars when its name says that it is a secret.
pub(crate) fn starred(name: &str, value: &str) -> String {
    let secret = name.contains("authorization") || name.contains("token");
    if secret && !value.contains("${") {
        STARS.to_owned()
    } else {
        value.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_named_like_secrets_are_starred_unless_they_are_templates() {
        assert_eq!(starred("authorization", "Bearer x"), STARS);
        assert_eq!(starred("x-api-token", "x"), STARS);
        assert_eq!(
            starred("authorization", "Bearer ${user.token}"),
            "Bearer ${user.token}"
        );
        assert_eq!(starred("content-type", "text/plain"), "text/plain");
    }

    #[test]
    fn a_url_is_read_with_its_parameters_filled_in() {
        assert_eq!(
            replace_parameters("https://h/${a}/x?${b}=1"),
            "https://h/parameter/x?parameter=1"
        );
        assert_eq!(
            replace_parameters("https://h/${open"),
            "https://h/parameter"
        );
    }
}
