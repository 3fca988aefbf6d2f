//! Values that are made afresh; the examples are always the same, so that the contract is.

use pact_core::generators::{Generator, UuidFormat};
use pact_core::rules::{MatchingRule, RuleList};

use super::{Pattern, boolean, date, datetime, regex, time};

/// A value the provider's state handler returns: `${id}` in the expression is filled in when the
/// contract is verified; the example stands for it in the consumer's test.
///
/// ```
/// use pact_consumer::prelude::*;
///
/// let mut pact = PactBuilder::new("order-web", "order-api");
/// pact.upon_receiving("a request for an order")
///     .given("an order exists")
///     .get(from_provider_state("/orders/${id}", "/orders/42"))
///     .will_respond_with(200)
///     .json_body(json_pattern!({ "id": from_provider_state("${id}", 42) }));
/// let mock = pact.start();
/// assert!(pact.failure().is_some(), "nobody has asked {} yet", mock.url());
/// ```
pub fn from_provider_state(expression: impl Into<String>, example: impl Into<Pattern>) -> Pattern {
    example.into().generated_by(Generator::ProviderState {
        expression: expression.into(),
        data_type: None,
    })
}

/// An integer between the bounds, both included.
pub fn random_integer(min: i64, max: i64) -> Pattern {
    ruled(
        min,
        MatchingRule::Integer,
        Generator::RandomInt { min, max },
    )
}

/// A decimal number of this many digits.
pub fn random_decimal(digits: usize) -> Pattern {
    let fraction = "5".repeat(digits.saturating_sub(1).clamp(1, 15));
    let example: f64 = format!("1.{fraction}").parse().unwrap_or(1.5);
    ruled(
        example,
        MatchingRule::Decimal,
        Generator::RandomDecimal { digits },
    )
}

/// A text of this many hexadecimal digits.
pub fn random_hexadecimal(digits: usize) -> Pattern {
    let pattern = format!("[0-9a-fA-F]{{{digits}}}");
    regex(pattern, "a".repeat(digits)).generated_by(Generator::RandomHexadecimal { digits })
}

/// A text of this many letters and digits.
pub fn random_string(size: usize) -> Pattern {
    ruled(
        "a".repeat(size),
        MatchingRule::type_rule(),
        Generator::RandomString { size },
    )
}

/// `true` or `false` by chance.
pub fn random_boolean() -> Pattern {
    boolean(true).generated_by(Generator::RandomBoolean)
}

/// A text that the pattern matches, another one each time.
pub fn random_regex(pattern: impl Into<String>, example: impl Into<Pattern>) -> Pattern {
    let pattern = pattern.into();
    let by = Generator::Regex {
        regex: pattern.clone(),
    };
    regex(pattern, example).generated_by(by)
}

/// A random UUID, lower case with hyphens.
pub fn random_uuid() -> Pattern {
    random_uuid_as(UuidFormat::LowerCaseHyphenated)
}

/// A random UUID in a form of the specification.
pub fn random_uuid_as(format: UuidFormat) -> Pattern {
    let (pattern, example) = match format {
        UuidFormat::LowerCaseHyphenated => (
            "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
            "936da01f-9abd-4d9d-80c7-02af85c822a8",
        ),
        UuidFormat::Simple => ("[0-9a-f]{32}", "936da01f9abd4d9d80c702af85c822a8"),
        UuidFormat::UpperCaseHyphenated => (
            "[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}",
            "936DA01F-9ABD-4D9D-80C7-02AF85C822A8",
        ),
        UuidFormat::Urn => (
            "urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
            "urn:uuid:936da01f-9abd-4d9d-80c7-02af85c822a8",
        ),
    };
    regex(pattern, example).generated_by(Generator::Uuid {
        format: Some(format),
    })
}

/// The day an expression such as `today + 1 day` leads to, in the format.
pub fn date_from_now(
    format: impl Into<String>,
    expression: impl Into<String>,
    example: impl Into<Pattern>,
) -> Pattern {
    let format = format.into();
    date(format.clone(), example).generated_by(Generator::Date {
        format: Some(format),
        expression: Some(expression.into()),
    })
}

/// The time an expression such as `now + 1 hour` leads to, in the format.
pub fn time_from_now(
    format: impl Into<String>,
    expression: impl Into<String>,
    example: impl Into<Pattern>,
) -> Pattern {
    let format = format.into();
    time(format.clone(), example).generated_by(Generator::Time {
        format: Some(format),
        expression: Some(expression.into()),
    })
}

/// The instant an expression such as `tomorrow @ noon` leads to, in the format.
pub fn datetime_from_now(
    format: impl Into<String>,
    expression: impl Into<String>,
    example: impl Into<Pattern>,
) -> Pattern {
    let format = format.into();
    datetime(format.clone(), example).generated_by(Generator::DateTime {
        format: Some(format),
        expression: Some(expression.into()),
    })
}

/// A URL on the mock server: its address and what the first group of the pattern takes from the
/// example, as in `mock_server_url(".*(/orders/\\d+)$", "http://orders.example.org/orders/42")`.
pub fn mock_server_url(pattern: impl Into<String>, example: impl Into<String>) -> Pattern {
    let (pattern, example) = (pattern.into(), example.into());
    regex(pattern.clone(), example.clone()).generated_by(Generator::MockServerUrl {
        example,
        regex: pattern,
    })
}

fn ruled(example: impl Into<Pattern>, rule: MatchingRule, by: Generator) -> Pattern {
    Pattern::Matching {
        example: Box::new(example.into()),
        rules: RuleList::one(rule),
        generator: Some(by),
    }
}
