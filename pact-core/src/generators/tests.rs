//! Every value that is made satisfies the rule its generator stands beside.

use proptest::prelude::*;
use time::{Duration, OffsetDateTime, UtcOffset};

use super::{GenerationContext, Generator, Mode, UuidFormat, apply_to_response};
use crate::matching::ActualResponse;
use crate::model::{Body, Response};
use crate::path::DocPath;
use crate::plan::ResponsePlan;
use crate::rules::MatchingRule;

/// A context for any instant of a century, any offset and any chance.
fn context() -> impl Strategy<Value = GenerationContext> {
    let instant = 0_i64..3_155_760_000;
    let quarters = -48_i32..=56;
    (instant, 0..1_000_000_000_i32, quarters, any::<u64>()).prop_map(
        |(second, nanosecond, quarters, seed)| {
            let offset = UtcOffset::from_whole_seconds(quarters * 900).unwrap();
            let now = OffsetDateTime::UNIX_EPOCH + Duration::new(second, nanosecond);
            GenerationContext::new(Mode::Provider, now.to_offset(offset), seed)
        },
    )
}

fn format() -> impl Strategy<Value = String> {
    let field = ("[GyuYMLdDQqwWFEecahHkKmsSAnNXxZOzVv]", 1..6_usize)
        .prop_map(|(letter, count)| letter.repeat(count))
        .prop_filter("a field of the language", |field| {
            crate::datetime::Pattern::parse(field).is_ok()
        });
    prop::collection::vec(field, 1..7).prop_map(|fields| fields.join("'~'"))
}

fn expression() -> impl Strategy<Value = Option<String>> {
    prop::option::of(prop::sample::select(vec![
        "today".to_owned(),
        "tomorrow + 3 weeks".to_owned(),
        "last monday".to_owned(),
        "next month - 1 year".to_owned(),
        "+ 1 month".to_owned(),
    ]))
}

fn pattern() -> impl Strategy<Value = String> {
    let atom = prop::sample::select(vec![
        "a",
        r"\d{2,4}",
        r"\w+",
        "[^x]",
        "(red|blue)",
        r"\p{Lu}",
        "[[:alpha:]]?",
        r"\s*",
        r"\.",
        "(?:no)+?",
        r"\x41",
        "()",
        r"\h",
    ]);
    let atoms = prop::collection::vec(atom, 1..6).prop_map(|atoms| atoms.concat());
    (atoms, any::<bool>()).prop_map(|(atoms, anchored)| {
        if anchored {
            format!("^{atoms}$")
        } else {
            atoms
        }
    })
}

/// Generators of dates and times, with their rules.
fn dated() -> impl Strategy<Value = (Generator, MatchingRule, &'static str)> {
    let text = "\"x\"";
    prop_oneof![
        (format(), expression()).prop_map(move |(format, expression)| {
            let format = Some(format);
            let rule = MatchingRule::DateTime {
                format: format.clone(),
            };
            (Generator::DateTime { format, expression }, rule, text)
        }),
        expression().prop_map(move |expression| {
            let rule = MatchingRule::Date { format: None };
            (
                Generator::Date {
                    format: None,
                    expression,
                },
                rule,
                text,
            )
        }),
        Just((
            Generator::Time {
                format: None,
                expression: Some("+ 3 hours".to_owned())
            },
            MatchingRule::Time { format: None },
            text
        )),
        expression().prop_map(move |expression| {
            let rule = MatchingRule::DateTime { format: None };
            (
                Generator::DateTime {
                    format: None,
                    expression,
                },
                rule,
                text,
            )
        }),
    ]
}

/// A generator, the rule that goes with it, and an example of its kind.
fn pair() -> impl Strategy<Value = (Generator, MatchingRule, &'static str)> {
    let regex = |regex: String| MatchingRule::Regex { regex };
    let text = "\"x\"";
    prop_oneof![
        dated(),
        pattern().prop_map(move |pattern| {
            (
                Generator::Regex {
                    regex: pattern.clone(),
                },
                regex(pattern),
                text,
            )
        }),
        (any::<i32>(), any::<u32>()).prop_map(|(min, spread)| {
            let min = i64::from(min);
            let max = min + i64::from(spread);
            (
                Generator::RandomInt { min, max },
                MatchingRule::Integer,
                "1",
            )
        }),
        (0..40_usize).prop_map(|digits| {
            (
                Generator::RandomDecimal { digits },
                MatchingRule::Decimal,
                "1.5",
            )
        }),
        (1..40_usize).prop_map(move |digits| {
            let rule = regex(format!("[0-9A-F]{{{digits}}}"));
            (Generator::RandomHexadecimal { digits }, rule, text)
        }),
        (1..40_usize).prop_map(move |size| {
            let rule = regex(format!("[0-9A-Za-z]{{{size}}}"));
            (Generator::RandomString { size }, rule, text)
        }),
        Just((Generator::RandomBoolean, MatchingRule::Boolean, "true")),
        uuid().prop_map(move |(format, pattern)| {
            (Generator::Uuid { format }, regex(pattern.to_owned()), text)
        }),
    ]
}

fn uuid() -> impl Strategy<Value = (Option<UuidFormat>, &'static str)> {
    const LOWER: &str = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
    const UPPER: &str = "[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}";
    const URN: &str =
        "urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
    prop::sample::select(vec![
        (None, LOWER),
        (Some(UuidFormat::LowerCaseHyphenated), LOWER),
        (Some(UuidFormat::UpperCaseHyphenated), UPPER),
        (
            Some(UuidFormat::Simple),
            "[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}",
        ),
        (Some(UuidFormat::Urn), URN),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_value_that_is_made_satisfies_its_rule(
        (generator, rule, example) in pair(),
        mut context in context(),
        in_xml in any::<bool>(),
    ) {
        let (body, content_type, path): (_, _, DocPath) = if in_xml {
            let example = example.trim_matches('"');
            (format!("<a v=\"{example}\"/>"), "application/xml", "$.a['@v']".parse().unwrap())
        } else {
            (format!(r#"{{"a":{example}}}"#), "application/json", "$.a".parse().unwrap())
        };
        let mut expected = Response {
            body: Body::present(body, Some(content_type.parse().unwrap())),
            ..Response::default()
        };
        expected.matching_rules.body.add(path.clone(), rule);
        expected.generators.body.push((path, generator));
        let made = apply_to_response(&expected, &mut context).unwrap();
        let body = &made.body.content().unwrap().bytes;
        let actual = ActualResponse { status: 200, headers: &[], body };
        let differences = ResponsePlan::compile(&expected).unwrap().compare(&actual);
        prop_assert!(differences.is_empty(), "{} {:?}", String::from_utf8_lossy(body), differences);
    }
}
