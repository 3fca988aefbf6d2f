//! What a publication is told, line by line.

use serde_json::{Value, json};

use super::pacts::pair_of;
use crate::{
    api::urls::Urls,
    domain::{
        pact::{
            ContentConflict, DuplicateName, PublishKind, PublishRequest, Published,
            PublishedContract,
        },
        text::{PacticipantName, TagName},
    },
};

/// Says that the content of a version cannot change.
pub(crate) fn conflict_text(conflict: &ContentConflict) -> String {
    let ContentConflict {
        consumer,
        version,
        provider,
        ..
    } = conflict;
    format!(
        "The pact between {consumer} {version} and {provider} is published with other content. Content cannot change under a version: \
         every answer about {version} so far would become untrue. Publish each build under a version of its own; if this is the same \
         build, look for values in the consumer tests that are random or made anew on each run and give them fixed examples."
    )
}

/// Says that a new name looks like one that exists.
pub(crate) fn duplicate_text(duplicate: &DuplicateName) -> String {
    let existing: Vec<&str> = duplicate
        .existing
        .iter()
        .map(PacticipantName::as_str)
        .collect();
    format!(
        "There is no pacticipant '{name}', but there is one with a similar name: {existing}. If '{name}' is meant, correct it; if it is \
         a new pacticipant, create it first: `pact broker create-or-update-pacticipant --name '{name}'`, or turn off \
         check_for_potential_duplicate_pacticipant_names.",
        name = duplicate.name,
        existing = existing.join(", "),
    )
}

pub(crate) fn notices(urls: &Urls, request: &PublishRequest, published: &Published) -> Vec<Value> {
    let notice = |kind: &str, text: String| json!({ "type": kind, "text": text });
    let did = if published.version_created {
        "Created"
    } else {
        "Updated"
    };
    let mut summary = format!("{did} {} version {}", request.pacticipant, request.version);
    if let Some(branch) = &request.branch {
        summary.push_str(&format!(" with branch {branch}"));
    }
    if !request.tags.is_empty() {
        let tags: Vec<&str> = request.tags.iter().map(TagName::as_str).collect();
        let joint = if request.branch.is_some() {
            "and"
        } else {
            "with"
        };
        summary.push_str(&format!(" {joint} tags {}", tags.join(", ")));
    }
    let mut notices = vec![notice("debug", summary)];
    if request.branch.is_none() {
        notices.push(notice(
            "prompt",
            "  Next steps:\n    Give the branch of the repository when publishing.".to_owned(),
        ));
    }
    for contract in &published.contracts {
        contract_notices(urls, contract, &mut notices);
    }
    notices
}

fn contract_notices(urls: &Urls, contract: &PublishedContract, notices: &mut Vec<Value>) {
    let mut notice = |kind: &str, text: String| notices.push(json!({ "type": kind, "text": text }));
    let publication = &contract.publication;
    let (consumer, version, provider) = (
        &publication.consumer,
        &publication.consumer_version,
        &publication.provider,
    );
    let (kind, what) = match contract.kind {
        PublishKind::New => ("success", "Published the pact"),
        PublishKind::Unchanged => ("success", "Published again, unchanged, the pact"),
        PublishKind::Merged => ("success", "Merged interactions into the pact"),
        PublishKind::Changed => ("warning", "Exchanged the content of the pact"),
    };
    notice(
        kind,
        format!("{what} between {consumer} {version} and {provider}."),
    );
    notice(
        "debug",
        format!(
            "  View it at {}",
            urls.pact(pair_of(publication), version.as_str())
        ),
    );
    let events = contract.events.iter().map(|event| match &event.comment {
        Some(comment) => format!("{} ({comment})", event.kind),
        None => event.kind.to_string(),
    });
    notice(
        "debug",
        format!(
            "  Events detected: {}",
            events.collect::<Vec<_>>().join(", ")
        ),
    );
    for triggered in &contract.triggered {
        let logs = urls.triggered_webhook_logs(triggered.uuid.as_str());
        notice(
            "debug",
            format!(
                "  Webhook \"{}\" triggered for event {}.\n    View logs at {logs}",
                triggered.description, triggered.event
            ),
        );
    }
    if contract.webhooks_exist && contract.triggered.is_empty() {
        notice(
            "debug",
            "  No enabled webhook waits for these events".to_owned(),
        );
    }
    let steps = next_steps(contract);
    if !steps.is_empty() {
        notice("prompt", "  Next steps:".to_owned());
    }
    for step in steps {
        notice("prompt", format!("    * {step}"));
    }
}

/// What would make something of a contract.
fn next_steps(contract: &PublishedContract) -> Vec<String> {
    let provider = &contract.publication.provider;
    let mut steps = Vec::new();
    if !contract.ever_verified {
        steps.push(format!("Verify this pact in the build of {provider}."));
    }
    if !contract.webhooks_exist {
        steps.push(format!(
            "Add a webhook that starts a verification by {provider} when the content changes."
        ));
    }
    steps
}
