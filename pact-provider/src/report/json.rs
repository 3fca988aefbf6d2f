//! The report for programs: the keys of the ecosystem's verifier, and ours beside them.

use pact_core::json::Json;
use pact_core::matching::{Mismatch, Part};
use serde_json::{Map, Value, json};

use super::problems::{Problem, ProblemKind, problems};
use super::result::{
    InteractionReport, Outcome, PactReport, Publication, Report, SentRequest, Verdict,
};
use crate::target::Answer;

pub(super) fn render(report: &Report) -> String {
    let failures = |verdict| -> Vec<Value> {
        report
            .interactions()
            .filter(|(_, interaction)| interaction.verdict() == verdict)
            .map(|(pact, interaction)| failure(pact, interaction))
            .collect()
    };
    let mut errors: Vec<Value> = { problems(report).into_iter() }
        .map(|problem| {
            json!({
                "interaction": official_problem(&problem),
                "mismatch": { "type": "error", "message": problem.reason, "interactionId": "" },
            })
        })
        .collect();
    errors.extend(failures(Verdict::Failed));
    let results: Vec<Value> = { report.interactions() }
        .map(|(_, interaction)| interaction_result(interaction))
        .collect();
    let notices: Vec<Value> = { report.pacts.iter() }
        .flat_map(|pact| &pact.notices)
        .map(|notice| json!({ "text": notice.text, "when": notice.when }))
        .collect();
    let count = |wanted| report.count(|verdict| verdict == wanted);
    let document = json!({
        "result": report.passed(),
        "errors": errors,
        "pendingErrors": failures(Verdict::Pending),
        "interactionResults": results,
        "notices": notices,
        "output": report.to_string().lines().collect::<Vec<_>>(),
        "provider": report.provider,
        "exitCode": report.exit_code(),
        "startedAt": report.started.to_string(),
        "durationMs": millis(report.duration),
        "remarks": report.remarks,
        "cancelled": report.cancelled,
        "stoppedEarly": report.stopped_early,
        "hookFailures": report.hook_failures.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "summary": {
            "interactions": report.count(|_| true),
            "passed": count(Verdict::Passed),
            "failed": count(Verdict::Failed),
            "pending": count(Verdict::Pending),
            "leftOut": report.pacts.iter().map(|pact| pact.left_out).sum::<usize>(),
            "notLoaded": report.load_failures.len(),
        },
        "pacts": report.pacts.iter().map(pact_json).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

fn failure(pact: &PactReport, interaction: &InteractionReport) -> Value {
    let id = interaction.id.as_deref().unwrap_or_default();
    let mismatch = match &interaction.outcome {
        Outcome::Error(error) => {
            json!({ "type": "error", "message": error.to_string(), "interactionId": id })
        }
        Outcome::Failed(mismatches) => json!({
            "type": "mismatches",
            "mismatches": mismatches.iter().map(official_mismatch).collect::<Vec<_>>(),
            "interactionId": id,
        }),
        Outcome::Passed => Value::Null,
    };
    json!({ "interaction": official_title(pact, interaction), "mismatch": mismatch })
}

/// Returns what stands in place of an interaction's name; the ecosystem's verifier knows one case.
fn official_problem(problem: &Problem) -> &str {
    match problem.kind {
        ProblemKind::Loading => "Failed to load pact",
        ProblemKind::Hook => "Hook failed",
        ProblemKind::Nothing | ProblemKind::Publishing => &problem.title,
    }
}

/// Returns the name of an interaction as the ecosystem's verifier gives it.
fn official_title(pact: &PactReport, interaction: &InteractionReport) -> String {
    let mut title = format!(
        "Verifying a pact between {} and {}",
        pact.consumer, pact.provider
    );
    for (index, state) in interaction.states.iter().enumerate() {
        title.push_str(if index == 0 { " Given " } else { " And " });
        title.push_str(&state.name);
    }
    title.push_str(" - ");
    title.push_str(&interaction.description);
    title
}

fn official_mismatch(mismatch: &Mismatch) -> Value {
    let kind = &mismatch.kind;
    let number = |text: &Option<String>| {
        let number = text.as_ref().and_then(|text| text.parse::<u16>().ok());
        number.map_or_else(|| json!(text), |number| json!(number))
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (name, place) = match mismatch.part {
        Part::Body => ("BodyMismatch", Some("path")),
        Part::BodyType => ("BodyTypeMismatch", None),
        Part::Header => ("HeaderMismatch", Some("key")),
        Part::Metadata => ("MetadataMismatch", Some("key")),
        Part::Method => ("MethodMismatch", None),
        Part::Path => ("PathMismatch", None),
        Part::Query => ("QueryMismatch", Some("parameter")),
        Part::Status => {
            return json!({
                "type": "StatusMismatch",
                "expected": number(&kind.expected),
                "actual": number(&kind.actual),
                "mismatch": mismatch.to_string(),
            });
        }
    };
    let mut members = Map::from_iter([
        ("type".to_owned(), json!(name)),
        ("expected".to_owned(), json!(text(&kind.expected))),
        ("actual".to_owned(), json!(text(&kind.actual))),
        ("mismatch".to_owned(), json!(mismatch.to_string())),
    ]);
    members.extend(place.map(|place| (place.to_owned(), json!(mismatch.path))));
    Value::Object(members)
}

fn interaction_result(interaction: &InteractionReport) -> Value {
    let held = interaction.verdict() == Verdict::Passed;
    let mut members = Map::from_iter([
        ("description".to_owned(), json!(interaction.description)),
        (
            "result".to_owned(),
            json!(if held { "OK" } else { "Error" }),
        ),
        (
            "duration".to_owned(),
            json!(format!("{}ms", interaction.duration.as_millis())),
        ),
    ]);
    let id = { interaction.id.as_ref() }.map(|id| ("interactionId".to_owned(), json!(id)));
    let key = { interaction.key.as_ref() }.map(|key| ("interactionKey".to_owned(), json!(key)));
    members.extend(id.into_iter().chain(key));
    Value::Object(members)
}

fn pact_json(pact: &PactReport) -> Value {
    let (published, publish_error) = match &pact.publication {
        Publication::NoBroker | Publication::NotAsked => (Value::Null, None),
        Publication::Published => (json!(true), None),
        Publication::Failed { reason, .. } => (json!(false), Some(reason)),
    };
    json!({
        "consumer": pact.consumer,
        "provider": pact.provider,
        "origin": pact.origin,
        "pending": pact.pending,
        "wip": pact.wip,
        "warnings": pact.warnings,
        "leftOut": pact.left_out,
        "published": published,
        "publishError": publish_error,
        "interactions": pact.interactions.iter().map(interaction_json).collect::<Vec<_>>(),
    })
}

fn interaction_json(interaction: &InteractionReport) -> Value {
    let states: Vec<Value> = { interaction.states.iter() }
        .map(|state| {
            let params = Value::from(&Json::from(state.params.clone()));
            json!({ "name": state.name, "params": params })
        })
        .collect();
    let (mismatches, error) = match &interaction.outcome {
        Outcome::Passed => (Vec::new(), None),
        Outcome::Failed(mismatches) => (mismatches.iter().map(mismatch_json).collect(), None),
        Outcome::Error(error) => (Vec::new(), Some(error)),
    };
    json!({
        "description": interaction.description,
        "states": states,
        "key": interaction.key,
        "id": interaction.id,
        "verdict": interaction.verdict().word(),
        "durationMs": millis(interaction.duration),
        "stateDurationMs": millis(interaction.state_duration),
        "warnings": interaction.warnings,
        "comments": interaction.comments,
        "request": interaction.sent.as_ref().map(request_json),
        "response": interaction.answer.as_ref().map(answer_json),
        "mismatches": mismatches,
        "error": error.map(ToString::to_string),
        "hint": error.and_then(|error| error.hint()),
        "rerun": interaction.rerun,
        "reference": interaction.reference,
        "sameAs": interaction.same_as,
    })
}

fn mismatch_json(mismatch: &Mismatch) -> Value {
    json!({
        "part": mismatch.part.name(),
        "path": mismatch.path,
        "expected": mismatch.kind.expected,
        "actual": mismatch.kind.actual,
        "rule": mismatch.kind.rule,
        "message": mismatch.to_string(),
    })
}

fn request_json(sent: &SentRequest) -> Value {
    json!({
        "method": sent.method,
        "target": sent.target,
        "targetChanged": sent.target_changed,
        "headers": sent.headers,
        "body": String::from_utf8_lossy(&sent.body),
        "bodyChanged": sent.body_changed,
    })
}

fn answer_json(answer: &Answer) -> Value {
    json!({
        "status": answer.status,
        "headers": answer.headers,
        "body": String::from_utf8_lossy(&answer.body),
    })
}

#[expect(clippy::cast_precision_loss, reason = "no run takes 2^53 microseconds")]
fn millis(duration: std::time::Duration) -> f64 {
    duration.as_micros() as f64 / 1_000.0
}
