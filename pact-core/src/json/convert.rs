//! Between [`Json`], `serde_json` and plain values.

use std::borrow::Cow;

use serde_json::Value;

use super::{Json, Number, Object};

impl From<Value> for Json<'_> {
    fn from(value: Value) -> Self {
        match value {
            Value::Array(items) => Self::Array(items.into_iter().map(Self::from).collect()),
            Value::Bool(value) => Self::Bool(value),
            Value::Null => Self::Null,
            Value::Number(number) => Self::Number(Number(Cow::Owned(number.to_string()))),
            Value::Object(members) => Self::Object(
                members
                    .into_iter()
                    .map(|(name, value)| (name, Self::from(value)))
                    .collect(),
            ),
            Value::String(text) => Self::String(Cow::Owned(text)),
        }
    }
}

impl From<&Json<'_>> for Value {
    /// Numbers beyond the range of `serde_json` become the nearest it can hold.
    fn from(json: &Json<'_>) -> Self {
        match json {
            Json::Array(items) => Self::Array(items.iter().map(Self::from).collect()),
            Json::Bool(value) => Self::Bool(*value),
            Json::Null => Self::Null,
            Json::Number(number) => Self::Number(number_value(number)),
            Json::Object(object) => Self::Object(
                object
                    .iter()
                    .map(|(name, value)| (name.to_owned(), Self::from(value)))
                    .collect(),
            ),
            Json::String(text) => Self::String(text.clone().into_owned()),
        }
    }
}

fn number_value(number: &Number<'_>) -> serde_json::Number {
    if let Ok(value) = number.as_str().parse() {
        return value;
    }
    serde_json::Number::from_f64(number.as_f64().clamp(f64::MIN, f64::MAX))
        .unwrap_or_else(|| serde_json::Number::from(0))
}

impl<'a> From<&'a str> for Json<'a> {
    fn from(text: &'a str) -> Self {
        Self::String(Cow::Borrowed(text))
    }
}

impl From<String> for Json<'_> {
    fn from(text: String) -> Self {
        Self::String(Cow::Owned(text))
    }
}

impl From<bool> for Json<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Json<'_> {
    fn from(value: i64) -> Self {
        Self::Number(value.into())
    }
}

impl From<u64> for Json<'_> {
    fn from(value: u64) -> Self {
        Self::Number(value.into())
    }
}

impl From<usize> for Json<'_> {
    fn from(value: usize) -> Self {
        Self::Number(Number(Cow::Owned(value.to_string())))
    }
}

impl From<f64> for Json<'_> {
    /// What is not finite becomes `null`, as JSON has no word for it.
    fn from(value: f64) -> Self {
        if value.is_finite() {
            Self::Number(Number(Cow::Owned(format!("{value:?}"))))
        } else {
            Self::Null
        }
    }
}

impl<'a> From<Object<'a>> for Json<'a> {
    fn from(object: Object<'a>) -> Self {
        Self::Object(object)
    }
}

impl<'a> From<Vec<Self>> for Json<'a> {
    fn from(items: Vec<Self>) -> Self {
        Self::Array(items)
    }
}
