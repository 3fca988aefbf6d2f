//! What a definition stands for.

use super::{Definition, Expression, Value};
use crate::generators::Generator;
use crate::json::{Json, OwnedJson};
use crate::path::DocPath;
use crate::rules::{Category, MatchingRule, RuleList, Variant};

/// What a [`Definition`] stands for.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Meaning {
    /// The first example that is not empty.
    pub example: Option<OwnedJson>,
    /// The kind of value that is described.
    pub kind: ValueKind,
    /// The rules, all of which must hold; a reference is the rule `type`.
    pub rules: Vec<MatchingRule>,
    /// The first generator.
    pub generator: Option<Generator>,
    /// Names after `$`: what the value has the shape of must stand beside it under this name.
    pub references: Vec<String>,
}

/// The kind of value that a definition describes. Of two kinds the greater one wins.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub enum ValueKind {
    /// Nothing is said of it.
    #[default]
    Unknown,
    /// `true` or `false`.
    Boolean,
    /// Any number.
    Number,
    /// A number without fraction.
    Integer,
    /// A number with a fraction.
    Decimal,
    /// A text.
    String,
}

impl Definition {
    /// Returns what the definition stands for: all rules together, the first example, the first
    /// generator.
    pub fn meaning(&self) -> Meaning {
        let mut all = Meaning::default();
        for expression in &self.expressions {
            let one = expression.meaning();
            if all.example.as_ref().is_none_or(is_empty) {
                all.example = one.example.or(all.example);
            }
            all.kind = all.kind.max(one.kind);
            all.rules.extend(one.rules);
            all.generator = all.generator.or(one.generator);
            all.references.extend(one.references);
        }
        all
    }
}

impl Expression {
    fn meaning(&self) -> Meaning {
        match self {
            Self::ArrayContains(variants) => array_contains(variants),
            Self::AtLeast(least) => Meaning::of(MatchingRule::Type {
                min: Some(*least),
                max: None,
            }),
            Self::AtMost(most) => Meaning::of(MatchingRule::Type {
                min: None,
                max: Some(*most),
            }),
            Self::EachKey(inner) => each(inner.meaning(), |rules, value, generator| {
                MatchingRule::EachKey {
                    rules,
                    value,
                    generator,
                }
            }),
            Self::EachValue(inner) => each(inner.meaning(), |rules, value, generator| {
                MatchingRule::EachValue {
                    rules,
                    value,
                    generator,
                }
            }),
            Self::Matching { rule, example } => matching(rule, example),
            Self::NotEmpty(example) => {
                let kind = ValueKind::of(example.example());
                Meaning {
                    example: Some(example.example().clone()),
                    kind,
                    generator: example.generator(kind),
                    ..Meaning::of(MatchingRule::NotEmpty)
                }
            }
            Self::Reference(name) => Meaning {
                references: vec![name.clone()],
                ..Meaning::of(MatchingRule::type_rule())
            },
        }
    }
}

impl Meaning {
    fn of(rule: MatchingRule) -> Self {
        Self {
            rules: vec![rule],
            ..Self::default()
        }
    }
}

fn matching(rule: &MatchingRule, example: &Value) -> Meaning {
    let kind = match rule {
        MatchingRule::Decimal => ValueKind::Decimal,
        MatchingRule::Integer => ValueKind::Integer,
        MatchingRule::Number => ValueKind::Number,
        _ => ValueKind::of(example.example()),
    };
    Meaning {
        example: Some(example.example().clone()),
        kind,
        generator: example.generator(kind).or_else(|| afresh(rule)),
        ..Meaning::of(rule.clone())
    }
}

/// Returns the generator that a date rule brings: a contract with dates in it should not age.
fn afresh(rule: &MatchingRule) -> Option<Generator> {
    let expression = None;
    match rule.clone() {
        MatchingRule::Date { format } => Some(Generator::Date { format, expression }),
        MatchingRule::DateTime { format } => Some(Generator::DateTime { format, expression }),
        MatchingRule::Time { format } => Some(Generator::Time { format, expression }),
        _ => None,
    }
}

/// Wraps a definition of keys or values; the example in it is one of them, not of the whole.
fn each(
    inner: Meaning,
    rule: impl FnOnce(Vec<MatchingRule>, Option<OwnedJson>, Option<Box<Generator>>) -> MatchingRule,
) -> Meaning {
    let example = inner.example.filter(|example| !is_empty(example));
    Meaning {
        references: inner.references,
        ..Meaning::of(rule(inner.rules, example, inner.generator.map(Box::new)))
    }
}

fn array_contains(expressions: &[Expression]) -> Meaning {
    let mut meaning = Meaning::default();
    let mut variants = Vec::with_capacity(expressions.len());
    for (index, expression) in expressions.iter().enumerate() {
        let inner = expression.meaning();
        let mut rules = Category::default();
        rules.set(
            DocPath::root(),
            RuleList {
                rules: inner.rules,
                ..RuleList::default()
            },
        );
        variants.push(Variant {
            index,
            rules,
            generators: inner
                .generator
                .map(|generator| (DocPath::root(), generator))
                .into_iter()
                .collect(),
        });
        if meaning.example.as_ref().is_none_or(is_empty) {
            meaning.example = inner.example.or(meaning.example);
        }
        meaning.references.extend(inner.references);
    }
    meaning.rules.push(MatchingRule::ArrayContains { variants });
    meaning
}

impl Value {
    fn generator(&self, kind: ValueKind) -> Option<Generator> {
        match self {
            Self::FromProviderState { expression, .. } => Some(Generator::ProviderState {
                expression: expression.clone(),
                data_type: Some(kind.data_type().to_owned()),
            }),
            Self::Plain(_) => None,
        }
    }
}

impl ValueKind {
    fn of(example: &OwnedJson) -> Self {
        match example {
            Json::Bool(_) => Self::Boolean,
            Json::Number(number) if number.is_integer() => Self::Integer,
            Json::Number(_) => Self::Decimal,
            Json::String(_) => Self::String,
            Json::Array(_) | Json::Null | Json::Object(_) => Self::Unknown,
        }
    }

    /// Returns the kind as the generator `ProviderState` names it.
    const fn data_type(self) -> &'static str {
        match self {
            Self::Boolean => "BOOLEAN",
            Self::Decimal | Self::Number => "DECIMAL",
            Self::Integer => "INTEGER",
            Self::String => "STRING",
            Self::Unknown => "RAW",
        }
    }
}

fn is_empty(example: &OwnedJson) -> bool {
    example.is_null() || example.as_str() == Some("")
}
