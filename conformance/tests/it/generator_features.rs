//! The compatibility suite's features about generators, step by step.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use pact_core::generators::{GenerationContext, Mode, apply_to_request, apply_to_response};
use pact_core::json::{Json, Object, OwnedJson};
use pact_core::matching::ActualResponse;
use pact_core::model::{Body, ContentType, InteractionKind, Request, Response};
use pact_core::plan::ResponsePlan;
use pact_core::rules::MatchingRule;

use crate::feature::{Scenario, Step, play};
use crate::support::interaction;

#[test]
fn version_3_generators() {
    play("V3/generators.feature", 10, run);
}

#[test]
fn version_3_http_generators() {
    play("V3/http_generators.feature", 7, run);
}

fn run(root: &Path, scenario: &Scenario) -> Result<(), String> {
    let mut world = World {
        fixtures: root.join("fixtures"),
        subject: Subject::None,
        context: GenerationContext::utc(Mode::Consumer, SystemTime::UNIX_EPOCH, 11),
    };
    scenario.steps.iter().try_for_each(|step| world.step(step))
}

/// What values are made in.
enum Subject {
    None,
    Request(Request),
    Response(Response),
}

struct World {
    fixtures: PathBuf,
    subject: Subject,
    context: GenerationContext,
}

impl World {
    fn step(&mut self, step: &Step) -> Result<(), String> {
        let text = step.text.as_str();
        let quoted: Vec<&str> = text.split('"').skip(1).step_by(2).collect();
        if text.contains("configured with the following generators") {
            self.configure(step, text.starts_with("a request"))
        } else if text.starts_with("the generator test mode is set as") {
            self.context.mode = match quoted[0] {
                "Provider" => Mode::Provider,
                _ => Mode::Consumer,
            };
            Ok(())
        } else if text.contains("is prepared for use") {
            if let Some(cell) = step.columns.first() {
                self.context.values = object(cell)?;
            }
            self.prepare()
        } else if text.starts_with("the body value for") {
            self.holds(quoted[0], quoted[1])
        } else if text.contains("will be set as") {
            equal(&self.part(quoted[0])?, quoted[1])
        } else if text.contains("will not be") {
            let part = self.part(quoted[0])?;
            equal(&part, quoted[1]).err().map(drop).ok_or(part)
        } else if text.contains("will match") {
            let part = self.part(quoted[0])?;
            let rule = MatchingRule::Regex {
                regex: quoted[1].to_owned(),
            };
            satisfies(&Json::from(part), rule)
        } else {
            Err(format!("unknown step: {text}"))
        }
    }

    fn configure(&mut self, step: &Step, is_request: bool) -> Result<(), String> {
        let row = &step.rows[0];
        let generators = Json::Object(object(&self.text(&row["generators"])?)?);
        let half = Object::from_iter([("generators".to_owned(), generators)]);
        let (request, response) = if is_request {
            (half, Object::new())
        } else {
            (Object::new(), half)
        };
        let whole = Object::from_iter([
            ("description".to_owned(), Json::from("case")),
            ("request".to_owned(), request.into()),
            ("response".to_owned(), response.into()),
        ]);
        let InteractionKind::Http(exchange) =
            interaction("interactions", &whole.into(), "3.0.0")?.kind
        else {
            return Err("not an exchange".to_owned());
        };
        let body = match row.get("body") {
            Some(cell) => Body::present(self.text(cell)?, Some(ContentType::json())),
            None => Body::Missing,
        };
        self.subject = if is_request {
            Subject::Request(Request {
                body,
                ..exchange.request
            })
        } else {
            Subject::Response(Response {
                body,
                ..exchange.response
            })
        };
        Ok(())
    }

    /// Returns what a cell holds or points to: `JSON: …`, `file: …` or the name of a file.
    fn text(&self, cell: &str) -> Result<String, String> {
        if let Some(json) = cell.strip_prefix("JSON: ") {
            return Ok(json.to_owned());
        }
        let file = cell.strip_prefix("file: ").unwrap_or(cell);
        fs::read_to_string(self.fixtures.join(file)).map_err(|error| format!("{file}: {error}"))
    }

    fn prepare(&mut self) -> Result<(), String> {
        let made = match &self.subject {
            Subject::None => return Err("nothing is configured".to_owned()),
            Subject::Request(request) => {
                apply_to_request(request, &mut self.context).map(Subject::Request)
            }
            Subject::Response(response) => {
                apply_to_response(response, &mut self.context).map(Subject::Response)
            }
        };
        self.subject = made.map_err(|error| error.to_string())?;
        Ok(())
    }

    /// Returns a part of what was prepared as text.
    fn part(&self, name: &str) -> Result<String, String> {
        let (part, key) = match name.split_once('[') {
            Some((part, key)) => (part, key.trim_end_matches(']')),
            None => (name, ""),
        };
        let found = match (&self.subject, part) {
            (Subject::Request(request), "path") => Some(request.path.clone()),
            (Subject::Request(request), "header") => request.headers.first(key).map(str::to_owned),
            (Subject::Request(request), "queryParameter") => request
                .query
                .get(key)
                .and_then(|values| values.first()?.clone()),
            (Subject::Response(response), "status") => Some(response.status.to_string()),
            (Subject::Response(response), "header") => {
                response.headers.first(key).map(str::to_owned)
            }
            _ => None,
        };
        found.ok_or_else(|| format!("there is no {name}"))
    }

    fn holds(&self, path: &str, kind: &str) -> Result<(), String> {
        let body = match &self.subject {
            Subject::Request(request) => &request.body,
            Subject::Response(response) => &response.body,
            Subject::None => return Err("nothing is configured".to_owned()),
        };
        let bytes = &body.content().ok_or("there is no body")?.bytes;
        let body = Json::parse(bytes).map_err(|error| error.to_string())?;
        let value = body
            .get(path.trim_start_matches("$."))
            .ok_or("there is no value")?;
        let regex = |regex: &str| MatchingRule::Regex {
            regex: regex.to_owned(),
        };
        let rule = match kind {
            "integer" => regex(r"\d+"),
            "decimal number" => regex(r"\d+\.\d+"),
            "hexadecimal number" => regex("[0-9A-F]+"),
            "random string" | "string from the regex" => regex(".+"),
            "date" => MatchingRule::Date { format: None },
            "time" => MatchingRule::Time { format: None },
            "date-time" => MatchingRule::DateTime { format: None },
            "UUID" => regex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
            "boolean" => MatchingRule::Boolean,
            other => return Err(format!("unknown kind: {other}")),
        };
        if value.as_str() == Some("a") {
            return Err("the example still stands there".to_owned());
        }
        satisfies(value, rule)
    }
}

/// Checks a value against a rule by the crate's own comparison.
fn satisfies(value: &Json<'_>, rule: MatchingRule) -> Result<(), String> {
    let mut expected = Response {
        body: Body::present(r#"["a"]"#, Some(ContentType::json())),
        ..Response::default()
    };
    expected
        .matching_rules
        .body
        .add("$[0]".parse().expect("a path"), rule);
    let body = Json::Array(vec![value.clone()]).to_compact();
    let actual = ActualResponse {
        status: 200,
        headers: &[],
        body: body.as_bytes(),
    };
    let plan = ResponsePlan::compile(&expected).map_err(|error| error.to_string())?;
    match plan.compare(&actual).first() {
        Some(mismatch) => Err(mismatch.to_string()),
        None => Ok(()),
    }
}

fn equal(found: &str, wanted: &str) -> Result<(), String> {
    if found == wanted {
        Ok(())
    } else {
        Err(format!("`{found}` is not `{wanted}`"))
    }
}

fn object(text: &str) -> Result<Object<'static>, String> {
    let json: OwnedJson = Json::parse(text.as_bytes())
        .map(Json::into_owned)
        .map_err(|error| error.to_string())?;
    match json {
        Json::Object(object) => Ok(object),
        other => Err(format!("expected an object, found {}", other.kind())),
    }
}
