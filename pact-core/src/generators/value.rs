//! Making one value.

use time::OffsetDateTime;

use super::{GenerationContext, Generator, Mode, UuidFormat, provider_state, regex};
use crate::datetime::{self, Base, Pattern};
use crate::json::{Json, Number, OwnedJson};
use crate::matching::pattern;

/// Longest text a generator makes, in characters.
const LONGEST: usize = 1 << 20;

impl Generator {
    /// Returns the `type` of the generator as it stands in a pact file.
    pub fn name(&self) -> &str {
        match self {
            Self::Date { .. } => "Date",
            Self::DateTime { .. } => "DateTime",
            Self::MockServerUrl { .. } => "MockServerURL",
            Self::Other { name, .. } => name,
            Self::ProviderState { .. } => "ProviderState",
            Self::RandomBoolean => "RandomBoolean",
            Self::RandomDecimal { .. } => "RandomDecimal",
            Self::RandomHexadecimal { .. } => "RandomHexadecimal",
            Self::RandomInt { .. } => "RandomInt",
            Self::RandomString { .. } => "RandomString",
            Self::Regex { .. } => "Regex",
            Self::Time { .. } => "Time",
            Self::Uuid { .. } => "Uuid",
        }
    }

    /// Returns whether the generator acts on this side.
    pub(super) const fn acts_in(&self, mode: Mode) -> bool {
        match self {
            Self::ProviderState { .. } => matches!(mode, Mode::Provider),
            Self::MockServerUrl { .. } => matches!(mode, Mode::Consumer),
            _ => true,
        }
    }

    /// Makes a value in place of the example; numbers stay text where the example is text.
    pub(crate) fn make(
        &self,
        example: &Json<'_>,
        context: &mut GenerationContext,
    ) -> Result<OwnedJson, String> {
        let as_text = matches!(example, Json::String(_));
        let numeric = |text: String| {
            if as_text {
                Ok(Json::from(text))
            } else {
                number(&text)
            }
        };
        match self {
            Self::Date { format, expression } => {
                let format = format.as_deref().unwrap_or(datetime::DATE);
                dated(format, expression.as_deref(), Base::Date, context.now)
            }
            Self::DateTime { format, expression } => {
                let format = format.as_deref().unwrap_or("yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
                dated(format, expression.as_deref(), Base::DateTime, context.now)
            }
            Self::Time { format, expression } => {
                let format = format.as_deref().unwrap_or(datetime::TIME);
                dated(format, expression.as_deref(), Base::Time, context.now)
            }
            Self::MockServerUrl { example, regex } => {
                mock_server_url(example, regex, context.mock_server.as_deref())
            }
            Self::Other { name, .. } => Err(format!("nobody here knows how `{name}` makes values")),
            Self::ProviderState {
                expression,
                data_type,
            } => provider_state::evaluate(expression, data_type.as_deref(), &context.values),
            Self::RandomBoolean => Ok(Json::from(context.below(2) == 1)),
            Self::RandomDecimal { digits } => numeric(decimal(limited(*digits)?, context)),
            Self::RandomHexadecimal { digits } => Ok(Json::from(drawn(
                b"0123456789ABCDEF",
                limited(*digits)?,
                context,
            ))),
            Self::RandomInt { min, max } => numeric(integer(*min, *max, context)?.to_string()),
            Self::RandomString { size } => {
                const LETTERS: &[u8] =
                    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
                Ok(Json::from(drawn(LETTERS, limited(*size)?, context)))
            }
            Self::Regex { regex } => regex::matching_text(regex, context).map(Json::from),
            Self::Uuid { format } => Ok(Json::from(uuid(*format, context))),
        }
    }
}

fn dated(
    format: &str,
    expression: Option<&str>,
    base: Base,
    now: OffsetDateTime,
) -> Result<OwnedJson, String> {
    let pattern = Pattern::parse(format).map_err(|error| error.to_string())?;
    let at = match expression {
        Some(expression) => {
            datetime::evaluate(expression, base, now).map_err(|error| error.to_string())?
        }
        None => now,
    };
    Ok(Json::from(pattern.format(at)))
}

/// Returns the mock server's address with what the first group of the pattern holds.
fn mock_server_url(
    example: &str,
    expression: &str,
    server: Option<&str>,
) -> Result<OwnedJson, String> {
    let server = server.ok_or("there is no mock server to name")?;
    let path = pattern::Pattern::first_group(expression, example)
        .map_err(|reason| format!("`{expression}` is no pattern: {reason}"))?
        .ok_or_else(|| format!("`{expression}` finds no group in `{example}`"))?;
    let slash = if path.starts_with('/') || path.is_empty() {
        ""
    } else {
        "/"
    };
    Ok(Json::from(format!(
        "{}{slash}{path}",
        server.trim_end_matches('/')
    )))
}

fn integer(min: i64, max: i64, context: &mut GenerationContext) -> Result<i64, String> {
    let spread = max
        .checked_sub(min)
        .and_then(|spread| u64::try_from(spread).ok());
    let spread =
        spread.ok_or_else(|| format!("the least value {min} is above the greatest {max}"))?;
    let drawn = context.below(spread.saturating_add(1));
    Ok(min.saturating_add(i64::try_from(drawn).unwrap_or_default()))
}

/// Draws a number of that many digits in all, the point somewhere among them.
fn decimal(digits: usize, context: &mut GenerationContext) -> String {
    let mut text = drawn(b"123456789", 1, context);
    if digits < 2 {
        return format!("{text}.0");
    }
    text.push_str(&drawn(b"0123456789", digits - 2, context));
    text.push_str(&drawn(b"123456789", 1, context));
    let point = 1 + usize::try_from(context.below(digits as u64 - 1)).unwrap_or_default();
    text.insert(point, '.');
    text
}

fn uuid(format: Option<UuidFormat>, context: &mut GenerationContext) -> String {
    let mut hex = drawn(b"0123456789abcdef", 32, context);
    let variant = drawn(b"89ab", 1, context);
    // RFC 9562: version 4 in the 13th digit, the variant in the 17th.
    hex.replace_range(12..13, "4");
    hex.replace_range(16..17, &variant);
    let hyphenated = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)]
        .iter()
        .filter_map(|(start, end)| hex.get(*start..*end))
        .collect::<Vec<_>>()
        .join("-");
    match format {
        Some(UuidFormat::Simple) => hex,
        Some(UuidFormat::UpperCaseHyphenated) => hyphenated.to_uppercase(),
        Some(UuidFormat::Urn) => format!("urn:uuid:{hyphenated}"),
        Some(UuidFormat::LowerCaseHyphenated) | None => hyphenated,
    }
}

fn drawn(letters: &[u8], count: usize, context: &mut GenerationContext) -> String {
    (0..count)
        .filter_map(|_| context.choose(letters).copied())
        .map(char::from)
        .collect()
}

fn limited(count: usize) -> Result<usize, String> {
    if count <= LONGEST {
        Ok(count)
    } else {
        Err(format!("{count} characters are more than {LONGEST}"))
    }
}

fn number(text: &str) -> Result<OwnedJson, String> {
    text.parse::<Number<'static>>()
        .map(Json::Number)
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Object;

    fn context() -> GenerationContext {
        let now = datetime::instant((2026, 3, 31), (10, 15, 0), 2 * 3600);
        let mut context = GenerationContext::new(Mode::Provider, now, 7);
        context.values = Object::from_iter([
            ("id".to_owned(), Json::from(42_i64)),
            ("name".to_owned(), Json::from("a b".to_owned())),
        ]);
        context
    }

    fn made(generator: &Generator, example: &Json<'_>) -> String {
        generator
            .make(example, &mut context())
            .unwrap()
            .to_compact()
    }

    fn provider_state(expression: &str, data_type: Option<&str>) -> Result<String, String> {
        let data_type = data_type.map(str::to_owned);
        let generator = Generator::ProviderState {
            expression: expression.to_owned(),
            data_type,
        };
        generator
            .make(&Json::Null, &mut context())
            .map(|value| value.to_compact())
    }

    #[test]
    fn dates_follow_pattern_and_expression() {
        let generator = Generator::Date {
            format: Some("dd.MM.yyyy".to_owned()),
            expression: Some("tomorrow".to_owned()),
        };
        assert_eq!(made(&generator, &Json::Null), r#""01.04.2026""#);
        let generator = Generator::DateTime {
            format: None,
            expression: None,
        };
        assert_eq!(
            made(&generator, &Json::Null),
            r#""2026-03-31T10:15:00.000+02:00""#
        );
    }

    #[test]
    fn numbers_are_text_where_the_example_is_text() {
        let generator = Generator::RandomInt { min: 5, max: 5 };
        assert_eq!(made(&generator, &Json::from(1_i64)), "5");
        assert_eq!(made(&generator, &Json::from("1")), r#""5""#);
        let decimal = made(&Generator::RandomDecimal { digits: 6 }, &Json::Null);
        assert_eq!(
            decimal.bytes().filter(u8::is_ascii_digit).count(),
            6,
            "{decimal}"
        );
        assert!(
            Generator::RandomInt { min: 2, max: 1 }
                .make(&Json::Null, &mut context())
                .is_err()
        );
        let widest = Generator::RandomInt {
            min: i64::MIN,
            max: i64::MAX,
        };
        assert!(
            widest.make(&Json::Null, &mut context()).is_err(),
            "a spread beyond a machine word is refused"
        );
    }

    #[test]
    fn state_values_keep_their_kind_when_they_stand_alone() {
        assert_eq!(provider_state("id", None).unwrap(), "42");
        assert_eq!(provider_state("${id}", None).unwrap(), "42");
        assert_eq!(
            provider_state("/orders/${id}/${name}", None).unwrap(),
            r#""/orders/42/a b""#
        );
        assert_eq!(provider_state("${id}", Some("STRING")).unwrap(), r#""42""#);
        insta::assert_snapshot!(provider_state("${nope}", None).unwrap_err(), @"the provider states give no value `nope`; there are: id, name");
        insta::assert_snapshot!(provider_state("${name}", Some("INTEGER")).unwrap_err(), @"the value `a b` cannot be taken as INTEGER");
    }

    #[test]
    fn texts_match_their_patterns() {
        for pattern in [
            r"^\d{3}-[a-f]+$",
            "(open|paid)?",
            r"[^a-z]{2}x*",
            r"\w+@\w+\.com",
            "(?i)ab",
        ] {
            let generator = Generator::Regex {
                regex: pattern.to_owned(),
            };
            let text = generator.make(&Json::Null, &mut context()).unwrap();
            let whole = ::regex::Regex::new(&format!("^(?:{pattern})$")).unwrap();
            assert!(whole.is_match(text.as_str().unwrap()), "{pattern} {text}");
        }
        assert!(
            Generator::Regex {
                regex: "(".to_owned()
            }
            .make(&Json::Null, &mut context())
            .is_err()
        );
        let endless = Generator::Regex {
            regex: "((a{1000}){1000}){1000}".to_owned(),
        };
        assert!(endless.make(&Json::Null, &mut context()).is_err());
    }

    #[test]
    fn uuids_have_their_version_and_form() {
        let text = made(&Generator::Uuid { format: None }, &Json::Null);
        assert_eq!((text.len(), &text[15..16]), (38, "4"), "{text}");
        assert!(
            made(
                &Generator::Uuid {
                    format: Some(UuidFormat::Urn)
                },
                &Json::Null
            )
            .starts_with("\"urn:uuid:")
        );
    }

    #[test]
    fn the_same_seed_makes_the_same_values() {
        let generator = Generator::RandomString { size: 20 };
        assert_eq!(made(&generator, &Json::Null), made(&generator, &Json::Null));
    }
}
