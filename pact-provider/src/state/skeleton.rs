//! A handler to paste into the verifier.

use pact_core::json::Json;
use pact_core::model::ProviderState;

/// Returns a handler that compiles as it stands.
pub(super) fn skeleton(state: &ProviderState) -> String {
    if state.params.is_empty() {
        return format!(
            ".state({:?}, |_| async {{\n    // make it so\n}})",
            state.name
        );
    }
    let params: String = { state.params.iter() }
        .map(|(name, value)| format!("\n    {}", parameter(name, value)))
        .collect();
    format!(
        ".state({:?}, |ctx| async move {{{params}\n    // make it so\n    Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())\n}})",
        state.name
    )
}

/// Returns the line that takes a parameter, as the type it has in the pact.
fn parameter(name: &str, value: &Json<'_>) -> String {
    let variable = identifier(name);
    let its_type = match value {
        Json::Bool(_) => "bool",
        Json::Number(number) if number.is_integer() => "i64",
        Json::Number(_) => "f64",
        Json::String(_) => "String",
        Json::Array(_) | Json::Null | Json::Object(_) => {
            return format!("let {variable} = ctx.params().get({name:?}).cloned();");
        }
    };
    format!("let {variable}: {its_type} = ctx.param({name:?})?;")
}

/// Returns a name for the variable.
fn identifier(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && text.ends_with(|last: char| last.is_ascii_lowercase()) {
            text.push('_');
        }
        text.push(if letter.is_ascii_alphanumeric() {
            letter.to_ascii_lowercase()
        } else {
            '_'
        });
    }
    let text = text.trim_matches('_');
    match text.chars().next() {
        Some(first) if !first.is_ascii_digit() && !KEYWORDS.contains(&text) => text.to_owned(),
        Some(_) | None => format!("value_{text}").trim_end_matches('_').to_owned(),
    }
}

/// Words of the language that no variable can be called (Rust reference, "Keywords").
#[rustfmt::skip]
const KEYWORDS: [&str; 52] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do",
    "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe",
    "unsized", "use", "virtual", "where", "while", "yield", "ctx",
];
