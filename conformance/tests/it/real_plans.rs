//! Pact files from the wild, compiled: what they state must match itself.

use std::fs;

use pact_core::format;
use pact_core::matching::{ActualMessage, ActualRequest, ActualResponse, Mismatch};
use pact_core::model::{Interaction, InteractionKind, Message};
use pact_core::plan::{CompileError, MessagePlan, RequestPlan, ResponsePlan};

use crate::support::{bytes, encoded, exceptions, lines, suite};

#[test]
fn every_interaction_is_compiled_and_its_example_matches_itself() {
    let Some(root) = suite("real-pacts") else {
        return;
    };
    let exceptions = exceptions("real-pacts");
    let mut files: Vec<_> = fs::read_dir(root.join("valid"))
        .expect("the folder can be read")
        .map(|entry| entry.expect("the entry can be read").path())
        .collect();
    files.sort();
    let mut wrong = Vec::new();
    let mut met = 0;
    for file in files {
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let content = fs::read(&file).expect("the file can be read");
        let pact = format::read(&content).expect("the file is a pact").pact;
        for (index, interaction) in pact.interactions.iter().enumerate() {
            let case = format!("{name}#{index}");
            let outcome = check(interaction);
            match (outcome, exceptions.get(&case)) {
                (Ok(differences), None) if differences.is_empty() => {}
                (Ok(differences), Some(reason)) if differences.is_empty() => {
                    wrong.push(format!(
                        "{case}: matches, yet it is a known exception: {reason}"
                    ));
                }
                (Ok(_) | Err(_), Some(_)) => met += 1,
                (Ok(differences), None) => {
                    wrong.push(format!("{case}: {}", differences.join("; ")));
                }
                (Err(error), None) => wrong.push(format!("{case}: {error}")),
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} cases:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!(met, exceptions.len(), "every known exception is met");
}

fn check(interaction: &Interaction) -> Result<Vec<String>, CompileError> {
    let mismatches = match &interaction.kind {
        InteractionKind::Http(exchange) => {
            let (request, response) = (&exchange.request, &exchange.response);
            let query = encoded(&request.query);
            let mut found = RequestPlan::compile(request)?.compare(&ActualRequest {
                method: &request.method,
                path: &request.path,
                query: query.as_deref(),
                headers: &lines(&request.headers),
                body: bytes(&request.body),
            });
            found.extend(ResponsePlan::compile(response)?.compare(&ActualResponse {
                status: response.status,
                headers: &lines(&response.headers),
                body: bytes(&response.body),
            }));
            found
        }
        InteractionKind::AsyncMessage(message) => itself(message)?,
        InteractionKind::SyncMessage(exchange) => {
            let mut found = itself(&exchange.request)?;
            for response in &exchange.responses {
                found.extend(itself(response)?);
            }
            found
        }
        InteractionKind::Other { .. } => Vec::new(),
    };
    Ok(mismatches.iter().map(Mismatch::to_string).collect())
}

fn itself(message: &Message) -> Result<Vec<Mismatch>, CompileError> {
    Ok(MessagePlan::compile(message)?.compare(&ActualMessage {
        contents: bytes(&message.contents),
        content_type: None,
        metadata: &message.metadata,
    }))
}
