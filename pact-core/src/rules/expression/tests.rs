use proptest::prelude::*;

use super::{Definition, Expression, ParseError, Value, ValueKind, is_definition};
use crate::generators::Generator;
use crate::json::{Json, OwnedJson};
use crate::rules::MatchingRule;

/// Shows what a definition stands for, or why it is none.
fn meaning(text: &str) -> String {
    let definition: Definition = match text.parse() {
        Ok(definition) => definition,
        Err(error) => return ParseError::to_string(&error),
    };
    let meaning = definition.meaning();
    let rules: Vec<_> = meaning.rules.iter().map(ToString::to_string).collect();
    let example = meaning.example.as_ref().map(Json::to_compact);
    let mut shown = format!(
        "{:?} {} | {}",
        meaning.kind,
        example.as_deref().unwrap_or("-"),
        rules.join(" and ")
    );
    if let Some(generator) = &meaning.generator {
        shown.push_str(&format!(" | {generator:?}"));
    }
    if !meaning.references.is_empty() {
        shown.push_str(&format!(" | like {}", meaning.references.join(", ")));
    }
    shown
}

#[track_caller]
fn all(definitions: &[&str]) -> String {
    let shown: Vec<_> = definitions.iter().map(|text| meaning(text)).collect();
    shown.join("\n")
}

#[test]
fn every_rule_is_read_with_what_it_needs() {
    insta::assert_snapshot!(all(&[
        "matching(equalTo, 'a')",
        "matching(type, 'a')",
        "matching(type, null)",
        "matching(type, -1.5e3)",
        "matching(number, 100)",
        "matching(integer, 100)",
        "matching(decimal, 100)",
        "matching(boolean, true)",
        r"matching(regex, '\d{2,3}', '100')",
        "matching(include, 'cat')",
        "matching(semver, '1.0.0-rc.1')",
        "matching(contentType, 'application/json', '{}')",
        "  notEmpty ( 'a' ) ",
        "atLeast(1), atMost(10)",
    ]), @r#"
    String "a" | equality
    String "a" | type
    Unknown null | type
    Decimal -1.5e3 | type
    Number 100 | number
    Integer 100 | integer
    Decimal 100 | decimal
    Boolean true | boolean
    String "100" | regex `\d{2,3}`
    String "cat" | include `cat`
    String "1.0.0-rc.1" | semver
    String "{}" | contentType `application/json`
    String "a" | notEmpty
    Unknown - | type, at least 1 and type, at most 10
    "#);
}

#[test]
fn dates_are_made_afresh_in_their_format() {
    insta::assert_snapshot!(all(&[
        "matching(datetime, 'yyyy-MM-dd HH:mm', '2000-01-01 12:30')",
        "matching(date, 'yyyy-MM-dd', '2000-01-01')",
        "matching(time, 'HH:mm', '12:30')",
        "matching(time, '', '12:30:00')",
        "matching(date, 'yyyy-ff', '2000-01')",
    ]), @r#"
    String "2000-01-01 12:30" | datetime `yyyy-MM-dd HH:mm` | DateTime { format: Some("yyyy-MM-dd HH:mm"), expression: None }
    String "2000-01-01" | date `yyyy-MM-dd` | Date { format: Some("yyyy-MM-dd"), expression: None }
    String "12:30" | time `HH:mm` | Time { format: Some("HH:mm"), expression: None }
    String "12:30:00" | time | Time { format: None, expression: None }
    matching definition `matching(date, 'yyyy-ff', '2000-01')` is wrong at character 15: expected a date format (at its character 5: the letter `f` means nothing), found `'yyyy-ff', '2000-01')`
    "#);
}

#[test]
fn values_come_from_provider_states_in_the_kind_of_the_rule() {
    insta::assert_snapshot!(all(&[
        "matching(integer, fromProviderState('${id}', 1))",
        "matching(decimal, fromProviderState('${price}', 1.5))",
        "matching(type, fromProviderState('${name}', 'Ann'))",
        "matching(date, 'yyyy-MM-dd', fromProviderState('${created}', ''))",
        "notEmpty(fromProviderState('x', null))",
    ]), @r#"
    Integer 1 | integer | ProviderState { expression: "${id}", data_type: Some("INTEGER") }
    Decimal 1.5 | decimal | ProviderState { expression: "${price}", data_type: Some("DECIMAL") }
    String "Ann" | type | ProviderState { expression: "${name}", data_type: Some("STRING") }
    String "" | date `yyyy-MM-dd` | ProviderState { expression: "${created}", data_type: Some("STRING") }
    Unknown null | notEmpty | ProviderState { expression: "x", data_type: Some("RAW") }
    "#);
}

#[test]
fn several_expressions_hold_together_and_the_first_example_counts() {
    insta::assert_snapshot!(all(&[
        "notEmpty(''), matching(regex, 'a+', 'aa')",
        "matching(boolean, true), matching(number, 1)",
        "eachKey(matching(regex, '[a-z]+', 'id')), eachValue(matching(integer, 1)), atLeast(1)",
        "eachValue(matching($'item'))",
        "arrayContains(matching(type, ''), matching(integer, 7))",
    ]), @r#"
    String "aa" | notEmpty and regex `a+`
    Number true | boolean and number
    Unknown - | eachKey (regex `[a-z]+`) and eachValue (integer) and type, at least 1
    Unknown - | eachValue (type) | like item
    Unknown 7 | arrayContains
    "#);
}

#[test]
fn generators_and_examples_stay_with_the_values_they_are_for() {
    let each: Definition = "eachValue(matching(date, 'yyyy', '2000'))".parse().unwrap();
    let [
        MatchingRule::EachValue {
            rules,
            value,
            generator,
        },
    ] = &each.meaning().rules[..]
    else {
        panic!("one rule for values expected: {each:?}");
    };
    let format = Some("yyyy".to_owned());
    assert_eq!(
        rules[..],
        [MatchingRule::Date {
            format: format.clone()
        }]
    );
    assert_eq!(*value, Some(OwnedJson::from("2000".to_owned())));
    let expression = None;
    assert_eq!(
        generator.as_deref(),
        Some(&Generator::Date { format, expression })
    );

    let contains: Definition = "arrayContains(matching(type, 1), matching(time, 'HH', '12'))"
        .parse()
        .unwrap();
    let [MatchingRule::ArrayContains { variants }] = &contains.meaning().rules[..] else {
        panic!("one rule for a list expected: {contains:?}");
    };
    let seen: Vec<_> = variants
        .iter()
        .map(|variant| {
            (
                variant.index,
                variant.rules.iter().len(),
                variant.generators.len(),
            )
        })
        .collect();
    assert_eq!(seen, [(0, 1, 0), (1, 1, 1)]);
}

#[test]
fn rules_of_plugins_keep_their_setting() {
    let definition: Definition = "matching(colour, 'dark', '#000')".parse().unwrap();
    let meaning = definition.meaning();
    let [MatchingRule::Other { name, attributes }] = &meaning.rules[..] else {
        panic!("a plugin's rule expected: {meaning:?}");
    };
    assert_eq!(name, "colour");
    assert_eq!(attributes.get("value").and_then(Json::as_str), Some("dark"));
    assert_eq!(
        meaning.example.as_ref().and_then(Json::as_str),
        Some("#000")
    );
    assert_eq!(definition.to_string(), "matching(colour, 'dark', '#000')");
}

#[test]
fn escapes_mean_characters_and_unknown_ones_stay() {
    let text = r"matching(type, 'it\'s \\ \n \u0041\u{1F600} \d \u{zz} \u00')";
    let definition: Definition = text.parse().unwrap();
    let example = definition.meaning().example.unwrap();
    assert_eq!(
        example.as_str(),
        Some("it's \\ \n A\u{1F600} \\d \\u{zz} \\u00")
    );
}

#[test]
fn a_text_may_end_anywhere() {
    let text = r"matching(type, fromProviderState('é\'\u{41}\u0041\n', '\u{1F600}'))";
    for (end, _) in text.char_indices() {
        let cut = &text[..end];
        assert!(cut.parse::<Definition>().is_err(), "{cut}");
    }
    assert!(text.parse::<Definition>().is_ok());
}

#[test]
fn errors_say_where_and_what_was_expected() {
    insta::assert_snapshot!(all(&[
        "",
        "type",
        "matching",
        "matching()",
        "matching(type)",
        "matching(type 'a')",
        "matching(type, a)",
        "matching(integer, 1.5)",
        "matching(integer, fromProviderState('${id}', '1'))",
        "matching(semver, '1')",
        "matching(regex, 'a', 1)",
        "matching(type, 'é\\'",
        "matching(type, 1) and more",
        "matching(type, 007)",
        "atLeast(-1)",
        "eachKey()",
        "fancy(1)",
    ]), @r#"
    matching definition `` is wrong at character 0: expected one of `arrayContains`, `atLeast`, `atMost`, `eachKey`, `eachValue`, `matching`, `notEmpty`, found the end
    matching definition `type` is wrong at character 0: expected one of `arrayContains`, `atLeast`, `atMost`, `eachKey`, `eachValue`, `matching`, `notEmpty`, found `type`
    matching definition `matching` is wrong at character 8: expected `(`, found the end
    matching definition `matching()` is wrong at character 9: expected the name of a rule or `$`, found `)`
    matching definition `matching(type)` is wrong at character 13: expected `,`, found `)`
    matching definition `matching(type 'a')` is wrong at character 14: expected `,`, found `'a')`
    matching definition `matching(type, a)` is wrong at character 15: expected a text in quotes, a number, `true`, `false`, `null` or `fromProviderState(…)`, found `a)`
    matching definition `matching(integer, 1.5)` is wrong at character 18: expected a whole number or `fromProviderState(…)`, found `1.5)`
    matching definition `matching(integer, fromProviderState('${id}', '1'))` is wrong at character 45: expected a whole number or `fromProviderState(…)`, found `'1'))`
    matching definition `matching(semver, '1')` is wrong at character 17: expected a semantic version in quotes or `fromProviderState(…)`, found `'1')`
    matching definition `matching(regex, 'a', 1)` is wrong at character 21: expected a text in quotes or `fromProviderState(…)`, found `1)`
    matching definition `matching(type, 'é\'` is wrong at character 15: expected a text in quotes, closed by `'`, found `'é\'`
    matching definition `matching(type, 1) and more` is wrong at character 18: expected `,` or the end, found `and more`
    matching definition `matching(type, 007)` is wrong at character 15: expected a text in quotes, a number, `true`, `false`, `null` or `fromProviderState(…)`, found `007)`
    matching definition `atLeast(-1)` is wrong at character 8: expected a whole number, found `-1)`
    matching definition `eachKey()` is wrong at character 8: expected one of `arrayContains`, `atLeast`, `atMost`, `eachKey`, `eachValue`, `matching`, `notEmpty`, found `)`
    matching definition `fancy(1)` is wrong at character 0: expected one of `arrayContains`, `atLeast`, `atMost`, `eachKey`, `eachValue`, `matching`, `notEmpty`, found `fancy(1)`
    "#);
}

#[test]
fn nesting_and_length_have_bounds() {
    let nested = |depth: usize| {
        let open = "eachKey(".repeat(depth);
        format!("{open}atLeast(1){}", ")".repeat(depth)).parse::<Definition>()
    };
    assert!(nested(31).is_ok());
    let error = nested(100_000).unwrap_err();
    assert_eq!(error.expected, "at most 65536 bytes");
    let error = nested(32).unwrap_err();
    assert_eq!(error.expected, "at most 32 expressions in one another");
    assert_eq!(error.position, 32 * "eachKey(".len());
}

#[test]
fn definitions_are_told_from_names_of_rules() {
    for definition in [
        "matching(type, 1)",
        " eachKey (",
        "notEmpty('a')",
        "atMost(",
    ] {
        assert!(is_definition(definition), "{definition}");
    }
    for name in [
        "",
        "type",
        "notEmpty",
        "matching",
        "matchings(",
        "eachKeyed (1)",
        "é(",
    ] {
        assert!(!is_definition(name), "{name}");
    }
}

#[test]
fn the_greater_kind_wins() {
    use ValueKind::{Boolean, Decimal, Integer, Number, String, Unknown};
    assert!([Unknown, Boolean, Number, Integer, Decimal, String].is_sorted());
}

fn literals() -> impl Strategy<Value = OwnedJson> {
    prop_oneof![
        any::<String>().prop_map(OwnedJson::from),
        any::<i64>().prop_map(OwnedJson::from),
        (-1e9..1e9).prop_map(|number: f64| OwnedJson::from(number)),
        any::<bool>().prop_map(OwnedJson::from),
        Just(Json::Null),
    ]
}

fn values(example: impl Strategy<Value = OwnedJson>) -> impl Strategy<Value = Value> {
    (example, proptest::option::of(any::<String>())).prop_map(|(example, expression)| {
        match expression {
            Some(expression) => Value::FromProviderState {
                expression,
                example,
            },
            None => Value::Plain(example),
        }
    })
}

fn expressions() -> impl Strategy<Value = Expression> {
    let texts = || any::<String>().prop_map(OwnedJson::from);
    let rule = |rule: MatchingRule, example| Expression::Matching { rule, example };
    let leaf = prop_oneof![
        values(literals()).prop_map(move |example| rule(MatchingRule::Equality, example)),
        values(literals()).prop_map(move |example| rule(MatchingRule::type_rule(), example)),
        values(literals()).prop_map(Expression::NotEmpty),
        (any::<String>(), values(texts()))
            .prop_map(move |(regex, example)| rule(MatchingRule::Regex { regex }, example)),
        any::<String>().prop_map(move |value| {
            let example = Value::Plain(value.clone().into());
            rule(MatchingRule::Include { value }, example)
        }),
        values(texts()).prop_map(move |example| {
            let format = Some("yyyy-MM-dd'T'HH".to_owned());
            rule(MatchingRule::DateTime { format }, example)
        }),
        values(any::<i64>().prop_map(OwnedJson::from))
            .prop_map(move |example| rule(MatchingRule::Integer, example)),
        any::<String>().prop_map(Expression::Reference),
        any::<usize>().prop_map(Expression::AtLeast),
        any::<usize>().prop_map(Expression::AtMost),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            inner
                .clone()
                .prop_map(|one| Expression::EachKey(Box::new(one))),
            inner
                .clone()
                .prop_map(|one| Expression::EachValue(Box::new(one))),
            proptest::collection::vec(inner, 1..4).prop_map(Expression::ArrayContains),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_parses_as_the_same(
        expressions in proptest::collection::vec(expressions(), 1..4),
    ) {
        let definition = Definition { expressions };
        let printed = definition.to_string();
        prop_assert_eq!(printed.parse::<Definition>(), Ok(definition), "{}", printed);
    }

    #[test]
    fn no_text_makes_the_parser_panic(
        text in r"((matching|eachKey|atLeast|notEmpty|arrayContains)?[(),$'\\u{}a-z0-9. é-]{0,6}){0,8}",
    ) {
        if let Ok(definition) = text.parse::<Definition>() {
            definition.meaning();
            prop_assert_eq!(definition.to_string().parse(), Ok(definition));
        }
    }
}
