//! The report for machines.

use pact_core::matching::{Mismatch, Part};
use serde_json::{Map, Value, json};

use super::{InteractionResult, PactResult, Report, Verdict};

pub(super) fn render(report: &Report) -> Value {
    let (mut errors, mut pending_errors) = (Vec::new(), Vec::new());
    for error in &report.load_errors {
        let mismatch =
            json!({ "type": "error", "message": error.to_string(), "interactionId": "" });
        errors.push(json!({ "interaction": "Failed to load pact", "mismatch": mismatch }));
    }
    for pact in &report.pacts {
        for interaction in &pact.interactions {
            let list = if interaction.pending {
                &mut pending_errors
            } else {
                &mut errors
            };
            list.extend(failure(report, pact, interaction));
        }
    }
    let notices = report.pacts.iter().flat_map(|pact| &pact.notices);
    let notices: Vec<Value> = notices
        .map(|notice| json!({ "text": notice.text, "when": notice.when }))
        .collect();
    let output: Vec<String> = report.to_text(false).lines().map(str::to_owned).collect();
    let interactions = report.pacts.iter().flat_map(|pact| &pact.interactions);
    json!({
        "result": report.is_success(),
        "provider": report.provider,
        "errors": errors,
        "pendingErrors": pending_errors,
        "notices": notices,
        "output": output,
        "interactionResults": interactions.map(interaction_result).collect::<Vec<_>>(),
        "pacts": report.pacts.iter().map(|pact| pact_result(report, pact)).collect::<Vec<_>>(),
        "publishErrors": report.publish_errors,
    })
}

fn failure(report: &Report, pact: &PactResult, interaction: &InteractionResult) -> Option<Value> {
    let id = interaction.id.as_deref().unwrap_or_default();
    let mismatch = match &interaction.verdict {
        Verdict::Passed => return None,
        Verdict::Error(message) => {
            json!({ "type": "error", "message": message, "interactionId": id })
        }
        Verdict::Failed(mismatches) => {
            let mismatches: Vec<Value> = mismatches.iter().map(official_mismatch).collect();
            json!({ "type": "mismatches", "mismatches": mismatches, "interactionId": id })
        }
    };
    let given = match interaction.states.as_slice() {
        [] => String::new(),
        states => format!(" Given {}", states.join(" And ")),
    };
    let title = format!(
        "Verifying a pact between {} and {}{given} - {}",
        pact.consumer, report.provider, interaction.description
    );
    Some(json!({ "interaction": title, "mismatch": mismatch }))
}

/// Writes a mismatch with the names the ecosystem's reports have.
fn official_mismatch(mismatch: &Mismatch) -> Value {
    let (kind, place) = match mismatch.part {
        Part::Method => ("MethodMismatch", None),
        Part::Path => ("PathMismatch", None),
        Part::Status => ("StatusMismatch", None),
        Part::Query => ("QueryMismatch", Some("parameter")),
        Part::Header => ("HeaderMismatch", Some("key")),
        Part::BodyType => ("BodyTypeMismatch", None),
        Part::Body => ("BodyMismatch", Some("path")),
        Part::Metadata => ("MetadataMismatch", Some("key")),
    };
    let side = |text: &Option<String>| {
        let number = text.as_deref().and_then(|text| text.parse::<u16>().ok());
        match (mismatch.part, number) {
            (Part::Status, Some(number)) => json!(number),
            _ => json!(text),
        }
    };
    let mut members = Map::from_iter([
        ("type".to_owned(), json!(kind)),
        ("expected".to_owned(), side(&mismatch.kind.expected)),
        ("actual".to_owned(), side(&mismatch.kind.actual)),
        ("mismatch".to_owned(), json!(mismatch.kind.description)),
        ("rule".to_owned(), json!(mismatch.kind.rule)),
        ("text".to_owned(), json!(mismatch.to_string())),
    ]);
    members.extend(place.map(|name| (name.to_owned(), json!(mismatch.path))));
    Value::Object(members)
}

fn interaction_result(interaction: &InteractionResult) -> Value {
    let result = if matches!(interaction.verdict, Verdict::Passed) {
        "OK"
    } else {
        "Error"
    };
    let mut members = Map::from_iter([
        ("description".to_owned(), json!(interaction.description)),
        ("result".to_owned(), json!(result)),
        (
            "duration".to_owned(),
            json!(format!("{}ms", interaction.duration.as_millis())),
        ),
        ("pending".to_owned(), json!(interaction.pending)),
        ("providerStates".to_owned(), json!(interaction.states)),
    ]);
    members.extend(
        interaction
            .id
            .as_ref()
            .map(|id| ("interactionId".to_owned(), json!(id))),
    );
    members.extend(
        interaction
            .key
            .as_ref()
            .map(|key| ("interactionKey".to_owned(), json!(key))),
    );
    Value::Object(members)
}

fn pact_result(report: &Report, pact: &PactResult) -> Value {
    json!({
        "consumer": pact.consumer,
        "provider": report.provider,
        "origin": pact.origin,
        "pending": pact.pending,
        "wip": pact.wip,
        "published": pact.published,
        "result": pact.is_success(),
        "interactions": pact.interactions.len(),
    })
}
