//! The words tests are written with.

use pact_core::rules::{MatchingRule, RuleList};

use super::Pattern;

/// Any value of the same kind as the example; goes for everything inside it too.
pub fn like(example: impl Into<Pattern>) -> Pattern {
    Pattern::matching(example, MatchingRule::type_rule())
}

/// A list of at least one element, each like the example.
pub fn each_like(element: impl Into<Pattern>) -> Pattern {
    each(element, Some(1), None)
}

/// A list of at least `min` elements, each like the example.
pub fn each_like_min(element: impl Into<Pattern>, min: usize) -> Pattern {
    each(element, Some(min), None)
}

/// A list of at most `max` elements, each like the example.
pub fn each_like_max(element: impl Into<Pattern>, max: usize) -> Pattern {
    each(element, None, Some(max))
}

/// A list of at least `min` and at most `max` elements, each like the example.
pub fn each_like_min_max(element: impl Into<Pattern>, min: usize, max: usize) -> Pattern {
    each(element, Some(min), Some(max))
}

fn each(element: impl Into<Pattern>, min: Option<usize>, max: Option<usize>) -> Pattern {
    Pattern::EachLike {
        element: Box::new(element.into()),
        min,
        max,
    }
}

/// A list of these elements in any order.
pub fn unordered(elements: impl IntoIterator<Item = impl Into<Pattern>>) -> Pattern {
    in_any_order(elements, None, None)
}

/// A list of these elements in any order, with more beside them; at least `min` in all.
pub fn unordered_min(
    elements: impl IntoIterator<Item = impl Into<Pattern>>,
    min: usize,
) -> Pattern {
    in_any_order(elements, Some(min), None)
}

/// A list of these elements in any order, at most `max` in all.
pub fn unordered_max(
    elements: impl IntoIterator<Item = impl Into<Pattern>>,
    max: usize,
) -> Pattern {
    in_any_order(elements, None, Some(max))
}

/// A list of these elements in any order, at least `min` and at most `max` in all.
pub fn unordered_min_max(
    elements: impl IntoIterator<Item = impl Into<Pattern>>,
    min: usize,
    max: usize,
) -> Pattern {
    in_any_order(elements, Some(min), Some(max))
}

fn in_any_order(
    elements: impl IntoIterator<Item = impl Into<Pattern>>,
    min: Option<usize>,
    max: Option<usize>,
) -> Pattern {
    let elements = elements.into_iter().map(Into::into).collect();
    let rule = MatchingRule::IgnoreOrder { min, max };
    Pattern::matching(Pattern::Array(elements), rule)
}

/// A list in which each of the examples is found, wherever it stands.
pub fn array_containing(examples: impl IntoIterator<Item = impl Into<Pattern>>) -> Pattern {
    Pattern::ArrayContaining(examples.into_iter().map(Into::into).collect())
}

/// A text that the pattern matches from beginning to end.
pub fn regex(pattern: impl Into<String>, example: impl Into<Pattern>) -> Pattern {
    Pattern::matching(
        example,
        MatchingRule::Regex {
            regex: pattern.into(),
        },
    )
}

/// A number without fraction or exponent.
pub fn integer(example: i64) -> Pattern {
    Pattern::matching(example, MatchingRule::Integer)
}

/// A number with a fraction or an exponent.
pub fn decimal(example: f64) -> Pattern {
    Pattern::matching(example, MatchingRule::Decimal)
}

/// Any number.
pub fn number(example: impl Into<Pattern>) -> Pattern {
    Pattern::matching(example, MatchingRule::Number)
}

/// `true` or `false`.
pub fn boolean(example: bool) -> Pattern {
    Pattern::matching(example, MatchingRule::Boolean)
}

/// JSON null.
pub fn null() -> Pattern {
    Pattern::matching((), MatchingRule::Null)
}

/// A text in which `text` occurs.
pub fn include(text: impl Into<String>, example: impl Into<Pattern>) -> Pattern {
    Pattern::matching(example, MatchingRule::Include { value: text.into() })
}

/// Exactly this value, also below [`like`] and [`each_like`].
pub fn equal(value: impl Into<Pattern>) -> Pattern {
    Pattern::matching(value, MatchingRule::Equality)
}

/// A value that is neither null nor empty.
pub fn not_empty(example: impl Into<Pattern>) -> Pattern {
    Pattern::matching(example, MatchingRule::NotEmpty)
}

/// A date in the given format, such as `yyyy-MM-dd`.
pub fn date(format: impl Into<String>, example: impl Into<Pattern>) -> Pattern {
    Pattern::matching(
        example,
        MatchingRule::Date {
            format: Some(format.into()),
        },
    )
}

/// A time in the given format, such as `HH:mm:ss`.
pub fn time(format: impl Into<String>, example: impl Into<Pattern>) -> Pattern {
    Pattern::matching(
        example,
        MatchingRule::Time {
            format: Some(format.into()),
        },
    )
}

/// A date with time in the given format, such as `yyyy-MM-dd'T'HH:mm:ssXXX`.
pub fn datetime(format: impl Into<String>, example: impl Into<Pattern>) -> Pattern {
    Pattern::matching(
        example,
        MatchingRule::DateTime {
            format: Some(format.into()),
        },
    )
}

/// A UUID with hyphens.
pub fn uuid(example: impl Into<Pattern>) -> Pattern {
    regex(
        "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
        example,
    )
}

/// A semantic version.
pub fn semver(example: impl Into<Pattern>) -> Pattern {
    Pattern::matching(example, MatchingRule::Semver)
}

/// An object whose keys all satisfy the rule, whichever they are.
pub fn each_key(rule: MatchingRule, example: impl Into<Pattern>) -> Pattern {
    Pattern::matching(
        example,
        MatchingRule::EachKey {
            rules: vec![rule],
            value: None,
            generator: None,
        },
    )
}

/// An object or list whose values all satisfy the rule, whatever their keys.
pub fn each_value(rule: MatchingRule, example: impl Into<Pattern>) -> Pattern {
    Pattern::matching(
        example,
        MatchingRule::EachValue {
            rules: vec![rule],
            value: None,
            generator: None,
        },
    )
}

/// The example judged by any rules of the specification.
pub fn with_rules(rules: RuleList, example: impl Into<Pattern>) -> Pattern {
    Pattern::Matching {
        example: Box::new(example.into()),
        rules,
        generator: None,
    }
}

/// An object with any names, whose values are like those of the example.
pub fn values_like(example: impl Into<Pattern>) -> Pattern {
    Pattern::matching(example, MatchingRule::Values)
}

/// Contents that look like the media type: a text, or base64 of bytes where it stands in JSON.
pub fn content_type(media_type: impl Into<String>, example: impl Into<Pattern>) -> Pattern {
    let value = media_type.into();
    Pattern::matching(example, MatchingRule::ContentType { value })
}
