//! Definitions as text: what is printed parses as the same definition.

use std::fmt::{self, Write as _};

use super::{Definition, Expression, Value};
use crate::json::{Json, OwnedJson};
use crate::rules::MatchingRule;

impl fmt::Display for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        joined(&self.expressions, f)
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ArrayContains(variants) => {
                f.write_str("arrayContains(")?;
                joined(variants, f)?;
                f.write_char(')')
            }
            Self::AtLeast(least) => write!(f, "atLeast({least})"),
            Self::AtMost(most) => write!(f, "atMost({most})"),
            Self::EachKey(inner) => write!(f, "eachKey({inner})"),
            Self::EachValue(inner) => write!(f, "eachValue({inner})"),
            Self::Matching { rule, example } => {
                write!(f, "matching({}, ", rule_name(rule))?;
                if let Some(argument) = argument(rule) {
                    write!(f, "{}, ", Literal(&argument))?;
                }
                write!(f, "{example})")
            }
            Self::NotEmpty(example) => write!(f, "notEmpty({example})"),
            Self::Reference(name) => write!(f, "matching(${})", Quoted(name)),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FromProviderState {
                expression,
                example,
            } => write!(
                f,
                "fromProviderState({}, {})",
                Quoted(expression),
                Literal(example)
            ),
            Self::Plain(example) => write!(f, "{}", Literal(example)),
        }
    }
}

fn joined(expressions: &[Expression], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, expression) in expressions.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{expression}")?;
    }
    Ok(())
}

/// Returns the name of a rule in this language, which has one word of its own.
fn rule_name(rule: &MatchingRule) -> &str {
    match rule {
        MatchingRule::Equality => "equalTo",
        other => other.name(),
    }
}

/// Returns what stands between the name of a rule and the example.
fn argument(rule: &MatchingRule) -> Option<OwnedJson> {
    match rule {
        MatchingRule::ContentType { value: text } | MatchingRule::Regex { regex: text } => {
            Some(text.clone().into())
        }
        MatchingRule::Date { format }
        | MatchingRule::DateTime { format }
        | MatchingRule::Time { format } => Some(format.clone().unwrap_or_default().into()),
        MatchingRule::Other { attributes, .. } => attributes.get("value").cloned(),
        // The text of `include` is its example.
        _ => None,
    }
}

/// A value as the language writes it.
struct Literal<'a>(&'a OwnedJson);

impl fmt::Display for Literal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Json::String(text) => write!(f, "{}", Quoted(text)),
            other => write!(f, "{other}"),
        }
    }
}

/// A text between single quotes. The backslash is doubled, so that `\d` stays what it is.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('\'')?;
        for character in self.0.chars() {
            match character {
                '\'' => f.write_str(r"\'")?,
                '\\' => f.write_str(r"\\")?,
                '\u{8}' => f.write_str(r"\b")?,
                '\u{c}' => f.write_str(r"\f")?,
                '\n' => f.write_str(r"\n")?,
                '\r' => f.write_str(r"\r")?,
                '\t' => f.write_str(r"\t")?,
                control if control.is_control() => write!(f, r"\u{{{:x}}}", u32::from(control))?,
                other => f.write_char(other)?,
            }
        }
        f.write_char('\'')
    }
}
