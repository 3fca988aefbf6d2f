//! A value that is text by nature: a path, a header, a query parameter, a field of a form.

use super::words::{Example, unable, unknown_rule, unmatched, untimely, wanted, wrong_contents};
use super::{Words, semver};
use crate::detect;
use crate::matching::pattern::Verdict;
use crate::matching::render::{TEXT_LIMIT, in_quotes, shortened};
use crate::plan::rule::Rule;

/// Returns whether `actual` satisfies a rule.
pub(crate) fn holds(rule: &Rule, expected: &str, actual: &str) -> bool {
    match rule {
        Rule::ArrayContains(_)
        | Rule::EachKey { .. }
        | Rule::Equality
        | Rule::IgnoreOrder(_)
        | Rule::Values => expected == actual,
        Rule::Boolean => matches!(actual, "true" | "false"),
        Rule::ContentType(wanted) => detect::looks_like(actual.as_bytes(), wanted),
        Rule::Decimal | Rule::Number => number_like(actual),
        Rule::EachValue { rules } => rules.iter().all(|rule| holds(rule, expected, actual)),
        Rule::Include(part) => actual.contains(part.as_str()),
        Rule::Integer => integer_like(actual),
        Rule::NotEmpty => !actual.is_empty(),
        Rule::Null | Rule::Other(_) => false,
        Rule::Regex(pattern) => pattern.try_on(actual) == Verdict::Match,
        Rule::Semver => semver(actual).is_ok(),
        Rule::StatusCode(class) => actual.parse().is_ok_and(|status| class.contains(status)),
        Rule::Temporal(temporal) => temporal.pattern.check(actual).is_ok(),
        Rule::Type(_) => true,
    }
}

/// Returns whether text is a decimal number: digits with an optional sign, fraction and exponent.
fn number_like(text: &str) -> bool {
    text.bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))
        && text.parse::<f64>().is_ok()
}

/// Returns whether text is an integer: digits with an optional sign.
fn integer_like(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Says why `actual` does not satisfy the rule.
pub(crate) fn words(rule: &Rule, expected: &str, actual: &str) -> Words {
    if let Rule::EachValue { rules } = rule
        && let Some(failed) = rules.iter().find(|rule| !holds(rule, expected, actual))
    {
        return words(failed, expected, actual);
    }
    let example = Example {
        like: Some(in_quotes(expected)),
        equal: in_quotes(expected),
        kind: "text".to_owned(),
    };
    Words {
        description: description(rule, expected, actual),
        sentence: format!(
            "expected {}, got {}",
            wanted(rule, &example),
            in_quotes(actual)
        ),
    }
}

fn description(rule: &Rule, expected: &str, actual: &str) -> String {
    let shown = format!("'{}'", shortened(actual, TEXT_LIMIT));
    match rule {
        Rule::ArrayContains(_)
        | Rule::EachKey { .. }
        | Rule::Equality
        | Rule::IgnoreOrder(_)
        | Rule::Values => {
            format!(
                "Expected {shown} to be equal to '{}'",
                shortened(expected, TEXT_LIMIT)
            )
        }
        Rule::Boolean => format!("Expected {actual} to match a boolean"),
        Rule::ContentType(wanted) => wrong_contents(wanted, detect::name_of(actual.as_bytes())),
        Rule::Decimal => format!("Expected {shown} to match a decimal number"),
        Rule::EachValue { .. } | Rule::Null | Rule::Type(_) => unable(rule, &shown),
        Rule::Include(part) => format!("Expected {shown} to include '{part}'"),
        Rule::Integer => format!("Expected {shown} to match an integer number"),
        Rule::NotEmpty => format!("Expected {actual} to not be empty"),
        Rule::Number => format!("Expected {shown} to match a number"),
        Rule::Other(name) => unknown_rule(name),
        Rule::Regex(pattern) => unmatched(pattern, actual, &shown),
        Rule::Semver => format!(
            "{shown} is not a valid semantic version - {}",
            semver(actual).err().unwrap_or_default()
        ),
        Rule::Temporal(temporal) => untimely(temporal, actual),
        Rule::StatusCode(class) => {
            format!("Expected status code {actual} to be a {}", class.phrase())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_text_are_finite_and_signed() {
        for good in ["42", "-42", "+4.2", "1e2"] {
            assert!(number_like(good), "{good}");
        }
        for bad in ["NaN", "inf", "", "-", "1x", "0x1"] {
            assert!(!number_like(bad), "{bad}");
        }
        assert!(integer_like("-42") && integer_like("+42"));
        assert!(!integer_like("4.0") && !integer_like("-") && !integer_like("4X"));
    }
}
