//! The file's form: spellings of other versions, members nobody knows.

use super::{Findings, for_each};
use crate::format::At;
use crate::json::{Json, Object};
use crate::model::{InteractionKind, Pact, SpecVersion};

/// Checks what reading makes good and the model does not show.
pub(super) fn check_file(file: &Json<'_>, version: SpecVersion, findings: &mut Findings) {
    let root = At::root();
    let at = root.name("metadata");
    for (old, new) in [
        ("pactSpecificationVersion", "pactSpecification.version"),
        ("pact-specification", "pactSpecification"),
    ] {
        if file
            .get("metadata")
            .and_then(|metadata| metadata.get(old))
            .is_some()
        {
            let message = format!("`{old}` is the old spelling of `{new}`");
            findings.notice("old-spelling", &at.name(old), message);
        }
    }
    for list in ["interactions", "messages"] {
        let items = file.get(list).and_then(Json::as_array).unwrap_or_default();
        for (index, item) in items.iter().enumerate() {
            let description = item
                .get("description")
                .and_then(Json::as_str)
                .unwrap_or_default();
            check_interaction(
                item,
                version,
                &At::interaction(index, description),
                findings,
            );
        }
    }
}

fn check_interaction(item: &Json<'_>, version: SpecVersion, at: &At<'_>, findings: &mut Findings) {
    for old in ["providerState", "provider_state"] {
        let is_current = old == "providerState" && version < SpecVersion::V3;
        if item.get(old).is_some_and(|value| !value.is_null()) && !is_current {
            let new = if version < SpecVersion::V3 {
                "providerState"
            } else {
                "providerStates"
            };
            let message = format!("`{old}` is the old spelling of `{new}`");
            findings.notice("old-spelling", &at.name(old), message);
        }
    }
    let method = item.pointer("/request/method").and_then(Json::as_str);
    if let Some(method) = method.filter(|method| method.to_uppercase() != **method) {
        let message = format!("the method `{method}` is not in upper case");
        findings.notice("method-case", &at.name("request").name("method"), message);
    }
}

/// Checks what was carried because nobody knows it.
pub(super) fn check_model(pact: &Pact, findings: &mut Findings) {
    let root = At::root();
    let version = pact.spec_version;
    // A broker adds these to what it serves.
    let of_brokers = ["_links", "createdAt", "updatedAt"];
    for (name, _) in pact
        .extra
        .iter()
        .filter(|(name, _)| !of_brokers.contains(name))
    {
        findings.notice("unknown-member", &root.name(name), unknown(name, version));
    }
    for_each(pact, |interaction, at| {
        members(&interaction.extra, version, at, findings);
        match &interaction.kind {
            InteractionKind::AsyncMessage(message) => {
                members(&message.extra, version, at, findings);
            }
            InteractionKind::Http(http) => {
                members(&http.request.extra, version, &at.name("request"), findings);
                members(
                    &http.response.extra,
                    version,
                    &at.name("response"),
                    findings,
                );
            }
            InteractionKind::Other { .. } => {}
            InteractionKind::SyncMessage(exchange) => {
                members(
                    &exchange.request.extra,
                    version,
                    &at.name("request"),
                    findings,
                );
                let at = at.name("response");
                for (index, response) in exchange.responses.iter().enumerate() {
                    members(&response.extra, version, &at.index(index), findings);
                }
            }
        }
    });
}

fn members(extra: &Object<'_>, version: SpecVersion, at: &At<'_>, findings: &mut Findings) {
    for (name, _) in extra.iter() {
        findings.notice("unknown-member", &at.name(name), unknown(name, version));
    }
}

fn unknown(name: &str, version: SpecVersion) -> String {
    let of_v4 = [
        "comments",
        "interactionMarkup",
        "key",
        "pending",
        "pluginConfiguration",
        "transport",
        "type",
    ];
    let since = match name {
        "generators" => Some("3.0.0"),
        name if of_v4.contains(&name) && version < SpecVersion::V4 => Some("4.0"),
        _ => None,
    };
    match since {
        Some(since) => format!("`{name}` has no meaning before version {since}; it is carried"),
        None => format!("`{name}` is not known; it is carried"),
    }
}
