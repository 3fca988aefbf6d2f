//! Where the suites are, and the model as it would arrive.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use pact_core::format;
use pact_core::json::OwnedJson;
use pact_core::model::{Body, Headers, Interaction, Query};

/// Returns the folder of a suite below `PACT_CONFORMANCE_DIR`.
///
/// Without the variable nothing is run, and standard error says what was left out.
pub(crate) fn suite(name: &str) -> Option<PathBuf> {
    let Some(root) = std::env::var_os("PACT_CONFORMANCE_DIR") else {
        // The test runner swallows what `eprintln!` says in a test that passes.
        let _ = writeln!(
            std::io::stderr(),
            "LEFT OUT: `{name}`: PACT_CONFORMANCE_DIR is not set"
        );
        return None;
    };
    let folder = PathBuf::from(root).join(name);
    assert!(folder.is_dir(), "there is no folder {}", folder.display());
    Some(folder)
}

/// Returns the reasons of known exceptions of a section, by the names of their cases.
pub(crate) fn exceptions(section: &str) -> BTreeMap<String, String> {
    let text = include_str!("../../known-exceptions.toml");
    let table: toml::Table = text.parse().expect("the list is TOML");
    let section = table[section].as_table().expect("a table of cases");
    section
        .iter()
        .map(|(name, reason)| {
            let reason = reason.as_str().expect("a reason is text");
            (name.clone(), reason.to_owned())
        })
        .collect()
}

/// Returns headers as lines.
pub(crate) fn lines(headers: &Headers) -> Vec<(&str, &str)> {
    headers
        .iter()
        .flat_map(|(name, values)| values.iter().map(move |value| (name, value.as_str())))
        .collect()
}

/// Returns a body as it would arrive.
pub(crate) fn bytes(body: &Body) -> &[u8] {
    match body {
        Body::Present(content) => &content.bytes,
        Body::Null => b"null",
        Body::Empty | Body::Missing => b"",
    }
}

/// Returns a query as it would be sent, every character escaped.
pub(crate) fn encoded(query: &Query) -> Option<String> {
    let escape = |text: &str| {
        text.bytes()
            .map(|byte| format!("%{byte:02X}"))
            .collect::<String>()
    };
    let pairs: Vec<String> = query
        .iter()
        .flat_map(|(name, values)| {
            values.iter().map(move |value| match value {
                Some(value) => format!("{}={}", escape(name), escape(value)),
                None => escape(name),
            })
        })
        .collect();
    (!pairs.is_empty()).then(|| pairs.join("&"))
}

/// Reads one interaction as the only one of a pact file.
pub(crate) fn interaction(
    list: &str,
    interaction: &OwnedJson,
    version: &str,
) -> Result<Interaction, String> {
    let file = format!(
        r#"{{"consumer":{{"name":"c"}},"provider":{{"name":"p"}},"{list}":[{}],
            "metadata":{{"pactSpecification":{{"version":"{version}"}}}}}}"#,
        interaction.to_compact()
    );
    let read = format::read(file.as_bytes()).map_err(|error| error.to_string())?;
    read.pact
        .interactions
        .into_iter()
        .next()
        .ok_or_else(|| "nothing was read".to_owned())
}
