//! Rules in words, for reports.

use std::fmt;

use super::{Combine, MatchingRule, RuleList};

impl fmt::Display for MatchingRule {
    /// Writes the name with what bounds it: `type, at least 1`, `` regex `^a+$` ``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::ContentType { value } | Self::Include { value } => write!(f, " `{value}`"),
            Self::Date {
                format: Some(format),
            }
            | Self::DateTime {
                format: Some(format),
            }
            | Self::Time {
                format: Some(format),
            } => write!(f, " `{format}`"),
            Self::EachKey { rules, .. } | Self::EachValue { rules, .. } => {
                write!(f, " ({})", joined(rules, Combine::And))
            }
            Self::IgnoreOrder { min, max } | Self::Type { min, max } => {
                if let Some(min) = min {
                    write!(f, ", at least {min}")?;
                }
                if let Some(max) = max {
                    write!(f, ", at most {max}")?;
                }
                Ok(())
            }
            Self::Regex { regex } => write!(f, " `{regex}`"),
            Self::StatusCode { status } => write!(f, " {status}"),
            Self::ArrayContains { .. }
            | Self::Boolean
            | Self::Date { format: None }
            | Self::DateTime { format: None }
            | Self::Decimal
            | Self::Equality
            | Self::Integer
            | Self::NotEmpty
            | Self::Null
            | Self::Number
            | Self::Other { .. }
            | Self::Semver
            | Self::Time { format: None }
            | Self::Values => Ok(()),
        }
    }
}

impl fmt::Display for RuleList {
    /// Writes the rules with `and` or `or` between them; no rule is `equality`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rules.is_empty() {
            return f.write_str("equality");
        }
        f.write_str(&joined(&self.rules, self.combine))
    }
}

fn joined(rules: &[MatchingRule], combine: Combine) -> String {
    let word = match combine {
        Combine::And => " and ",
        Combine::Or => " or ",
    };
    let texts: Vec<_> = rules.iter().map(ToString::to_string).collect();
    texts.join(word)
}
