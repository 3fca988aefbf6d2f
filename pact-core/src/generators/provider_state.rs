//! Values of provider states in text: `/orders/${id}`.

use crate::json::{Json, Number, Object, OwnedJson};

/// Returns the expression with the values in the places of their names.
///
/// A name alone, with or without `${}`, keeps the kind of its value; in other text it becomes text.
pub(super) fn evaluate(
    expression: &str,
    data_type: Option<&str>,
    values: &Object<'_>,
) -> Result<OwnedJson, String> {
    let sole = expression
        .strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'))
        .filter(|name| !name.contains("${"));
    let name = sole.or_else(|| (!expression.contains("${")).then_some(expression));
    let value = match name {
        Some(name) => lookup(name, values)?.clone().into_owned(),
        None => Json::from(substitute(expression, values)?),
    };
    convert(value, data_type)
}

fn substitute(expression: &str, values: &Object<'_>) -> Result<String, String> {
    let mut text = String::new();
    let mut rest = expression;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after
            .split_once('}')
            .ok_or_else(|| format!("`{expression}` has `${{` without `}}`"))?;
        text.push_str(before);
        if !name.is_empty() {
            text.push_str(&text_of(lookup(name, values)?));
        }
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

fn lookup<'v, 'a>(name: &str, values: &'v Object<'a>) -> Result<&'v Json<'a>, String> {
    values.get(name).ok_or_else(|| {
        let known: Vec<&str> = values.iter().map(|(name, _)| name).collect();
        let known = if known.is_empty() {
            "none".to_owned()
        } else {
            known.join(", ")
        };
        format!("the provider states give no value `{name}`; there are: {known}")
    })
}

fn convert(value: OwnedJson, data_type: Option<&str>) -> Result<OwnedJson, String> {
    let wanted = data_type.unwrap_or("RAW").to_ascii_uppercase();
    let text = text_of(&value);
    let cannot = || format!("the value `{text}` cannot be taken as {wanted}");
    match wanted.as_str() {
        "STRING" => Ok(Json::from(text)),
        "INTEGER" => {
            let integer: i64 = text.parse().map_err(|_| cannot())?;
            Ok(Json::from(integer))
        }
        "DECIMAL" | "FLOAT" => text
            .parse::<Number<'static>>()
            .map(Json::Number)
            .map_err(|_| cannot()),
        "BOOLEAN" => text.parse::<bool>().map(Json::from).map_err(|_| cannot()),
        _ => Ok(value),
    }
}

/// Returns text as it is and everything else as JSON.
pub(super) fn text_of(value: &Json<'_>) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_compact(), str::to_owned)
}
