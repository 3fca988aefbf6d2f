use std::cmp::Ordering;

use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(text: &str, compact: &str) {
    assert_eq!(Json::parse(text.as_bytes()).unwrap().to_compact(), compact);
}

#[track_caller]
fn fault(text: impl AsRef<[u8]>) -> String {
    Json::parse(text.as_ref()).unwrap_err().to_string()
}

fn number(text: &str) -> Number<'static> {
    text.parse().unwrap()
}

#[test]
fn text_and_order_survive() {
    check(r#" { "b" : 1.0 , "a" : [ ] } "#, r#"{"b":1.0,"a":[]}"#);
    check(
        "123456789012345678901234567890",
        "123456789012345678901234567890",
    );
    check("-0.00E+10", "-0.00E+10");
    check("[true,false,null,{}]", "[true,false,null,{}]");
    check("\u{feff}{}", "{}");
}

#[test]
fn escapes_are_undone_and_redone_only_where_needed() {
    check(r#""\u00e9\/\ud83d\ude00""#, "\"é/😀\"");
    check(r#""\b\f\n\r\t\"\\\u0001""#, r#""\b\f\n\r\t\"\\\u0001""#);
    check(
        r#""a text that is longer than the near scan, then \n and on""#,
        r#""a text that is longer than the near scan, then \n and on""#,
    );
}

#[test]
fn of_equal_names_the_last_value_wins() {
    check(r#"{"a":1,"b":2,"a":3}"#, r#"{"a":3,"b":2}"#);
    let many: Vec<String> = (0..40).map(|at| format!("\"{}\":{at}", at % 20)).collect();
    let text = format!("{{{}}}", many.join(","));
    let json = Json::parse(text.as_bytes()).unwrap();
    assert_eq!(json.as_object().unwrap().len(), 20);
    assert_eq!(json.get("7"), Some(&Json::from(27_u64)));
}

#[test]
fn faults_name_their_place_and_what_was_expected() {
    insta::assert_snapshot!(fault(""), @"line 1, column 1: expected a value, found the end of the text");
    insta::assert_snapshot!(fault("{\"a\": 1,\n  }"), @"line 2, column 3: expected a name in double quotes, found '}'");
    insta::assert_snapshot!(fault("[1,]"), @"line 1, column 4: expected a value, found ']'");
    insta::assert_snapshot!(fault("[\"é\" 2]"), @"line 1, column 6: expected `,` or `]`, found '2'");
    insta::assert_snapshot!(fault("01"), @"line 1, column 2: expected the end of the text, found '1'");
    insta::assert_snapshot!(fault("1."), @"line 1, column 3: expected a digit after the point, found the end of the text");
    insta::assert_snapshot!(fault("nul"), @"line 1, column 1: expected a value, found 'n'");
    insta::assert_snapshot!(fault("\"a\nb\""), @r"line 1, column 3: expected an escape in place of a control character, found '\n'");
    insta::assert_snapshot!(fault("\"abc"), @"line 1, column 5: expected the closing double quote, found the end of the text");
    insta::assert_snapshot!(fault(r#""\ud800x""#), @"line 1, column 2: expected a character, found half of a surrogate pair");
    insta::assert_snapshot!(fault(r#""\x""#), @r#"line 1, column 3: expected one of `"\/bfnrtu` after the backslash, found 'x'"#);
    insta::assert_snapshot!(fault(b"[\"\xff\"]"), @"line 1, column 3: expected UTF-8, found the byte 0xff");
}

#[test]
fn nesting_ends_at_the_limit() {
    let deep = |levels: usize| [b"[".repeat(levels), b"]".repeat(levels)].concat();
    let deepest = deep(DEPTH_LIMIT);
    let json = Json::parse(&deepest).unwrap();
    assert_eq!(json.to_compact().as_bytes(), deepest);
    assert_eq!(json.clone().into_owned(), json);
    insta::assert_snapshot!(fault(deep(DEPTH_LIMIT + 1)), @"line 1, column 513: expected at most 512 levels of nesting");
    insta::assert_snapshot!(fault(b"[".repeat(1_000_000)), @"line 1, column 513: expected at most 512 levels of nesting");
}

#[test]
fn pointers_lead_to_values() {
    let json = Json::parse(br#"{"a/b":{"~":[10,20]},"":1}"#).unwrap();
    let at = |pointer: &str| json.pointer(pointer).map(Json::to_compact);
    assert_eq!(at("/a~1b/~0/1").as_deref(), Some("20"));
    assert_eq!(at("/").as_deref(), Some("1"));
    assert_eq!(at("/a~1b/~0/01"), None);
    assert_eq!(at("a"), None);
    assert_eq!(json.pointer(""), Some(&json));
}

#[test]
fn numbers_compare_by_value_whatever_their_size() {
    #[track_caller]
    fn check(left: &str, right: &str, expected: Ordering) {
        assert_eq!(number(left).cmp_value(&number(right)), expected);
        assert_eq!(number(right).cmp_value(&number(left)), expected.reverse());
    }
    check("1", "1.0", Ordering::Equal);
    check("100", "1e2", Ordering::Equal);
    check("0.001", "1E-3", Ordering::Equal);
    check("-0", "0.0e9", Ordering::Equal);
    check("-2", "-1", Ordering::Less);
    check("-1", "0", Ordering::Less);
    check("9", "10", Ordering::Less);
    check(
        "12345678901234567890123",
        "12345678901234567890124",
        Ordering::Less,
    );
    check("0.1", "0.09999999999999999999999", Ordering::Greater);
    check("1e99999999999999999999", "2", Ordering::Greater);
    check("1e-99999999999999999999", "0", Ordering::Greater);
}

#[test]
fn an_integer_and_a_decimal_are_not_equivalent() {
    assert!(!number("1").is_equivalent(&number("1.0")));
    assert!(number("1.0").is_equivalent(&number("1.00")));
    assert!(number("10").is_integer() && !number("1e1").is_integer());
    let json = |text: &'static str| Json::parse(text.as_bytes()).unwrap();
    assert!(json(r#"{"a":1,"b":[2]}"#).is_equivalent(&json(r#"{"b":[2],"a":1}"#)));
    assert!(!json(r#"{"a":1,"b":[2]}"#).is_equivalent(&json(r#"{"b":[2],"c":1}"#)));
    assert_ne!(json(r#"{"a":1,"b":2}"#), json(r#"{"b":2,"a":1}"#));
}

#[test]
fn what_is_no_number_is_refused() {
    for text in [
        "", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x1", "1 ", "NaN",
    ] {
        assert!(text.parse::<Number<'_>>().is_err(), "{text}");
    }
    insta::assert_snapshot!("1.".parse::<Number<'_>>().unwrap_err(), @"`1.` is not a JSON number like `42` or `-1.5e3`");
}

/// Puts what an outline left as text back into its tree.
fn whole(text: &[u8]) -> Result<OwnedJson, ParseError> {
    let names = ["long", "longer"];
    let mut outline = Outline::parse(text, &names)?;
    let lists = names.map(|name| outline.list(name));
    let mut json = outline.json;
    if let Json::Object(members) = &mut json {
        for (name, list) in names.into_iter().zip(lists) {
            if members.get(name) == Some(&Json::Array(Vec::new())) {
                let list = list.expect("a list that is empty in the tree stayed text");
                assert_eq!(list.is_empty(), list.clone().next().is_none());
                members.insert(name, Json::Array(list.collect()));
            }
        }
    }
    Ok(json.into_owned())
}

#[test]
fn an_outline_reads_what_the_parser_reads() {
    #[track_caller]
    fn check(text: &str) {
        let expected = Json::parse(text.as_bytes()).map(Json::into_owned);
        assert_eq!(whole(text.as_bytes()), expected, "{text}");
    }
    check(" {\"long\" : [ 1 , {\"a\":[2]} ,[ ] ] , \"b\" : [3], \"longer\":[]} ");
    check(r#"{"long":[1],"a":0,"long":[2,3],"longer":[4],"longer":{"long":[5]}}"#);
    check(r#"{"longer":7,"longer":["\u00e9","\\"]}"#);
    check(r#"{"\u006cong":[1]}"#);
    check("[1,2]");
    check("\u{feff}{\"long\":[1]}");
    for wrong in [
        "[1,]",
        "[1 2]",
        "[",
        "[{\"a\"}]",
        r#"["\x"]"#,
        "[01]",
        "[1]]",
        "[tru]",
    ] {
        check(&format!(r#"{{"long":{wrong},"b":1}}"#));
    }
    for levels in [510, 511, 512] {
        let deep = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        check(&format!(r#"{{"long":[{deep}]}}"#));
        check(&format!(r#"{{"long":{deep}}}"#));
    }
}

#[test]
fn pretty_text_is_indented_by_two() {
    let json = Json::parse(br#"{"a":[1,{}],"b":{"c":[]}}"#).unwrap();
    insta::assert_snapshot!(json.to_pretty(), @r#"
    {
      "a": [
        1,
        {}
      ],
      "b": {
        "c": []
      }
    }
    "#);
}

#[test]
fn serde_values_go_there_and_back() {
    let value = serde_json::json!({"a": [1, -2.5, null, true, "x"], "b": u64::MAX});
    let json = Json::from(value.clone());
    assert_eq!(serde_json::Value::from(&json), value);
    let huge = Json::parse(b"1e400").unwrap();
    assert_eq!(serde_json::Value::from(&huge), serde_json::json!(f64::MAX));
    assert_eq!(Json::from(1.0).to_compact(), "1.0");
    assert_eq!(Json::from(f64::NAN), Json::Null);
}

/// Makes any JSON value, numbers in any spelling.
pub(crate) fn any_json() -> impl Strategy<Value = OwnedJson> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,10})?([eE][+-]?[0-9]{1,3})?"
            .prop_map(|text| Json::Number(number(&text))),
        any::<String>().prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Json::Array),
            prop::collection::vec((any::<String>(), inner), 0..24)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(json in any_json()) {
        let (compact, pretty) = (json.to_compact(), json.to_pretty());
        prop_assert_eq!(&Json::parse(compact.as_bytes()).unwrap(), &json);
        prop_assert_eq!(&Json::parse(pretty.as_bytes()).unwrap(), &json);
        prop_assert!(json.is_equivalent(&json.clone().sorted()));
    }

    #[test]
    fn the_verdict_on_any_text_is_that_of_serde_json(text in "[\\[\\]{}:,\"a0-9.eE+\\- \\\\untrfls]{0,24}") {
        let ours = Json::parse(text.as_bytes());
        match serde_json::from_str::<serde_json::Value>(&text) {
            Ok(value) => prop_assert_eq!(serde_json::Value::from(&ours.unwrap()), value),
            Err(error) => prop_assert!(ours.is_err() || error.to_string().contains("out of range")),
        }
    }

    #[test]
    fn an_outline_of_any_text_is_the_text(
        list in any_json(),
        other in any_json(),
        cut in any::<prop::sample::Index>(),
    ) {
        let text = format!("{{\"longer\":{other},\"long\": {list} ,\"b\":{other}}}");
        let part = &text.as_bytes()[..cut.index(text.len() + 1)];
        for text in [text.as_bytes(), part] {
            prop_assert_eq!(whole(text), Json::parse(text).map(Json::into_owned));
        }
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in any::<Vec<u8>>()) {
        let _ = Json::parse(&bytes);
    }

    #[test]
    fn integers_compare_like_integers(left: i64, right: i64) {
        prop_assert_eq!(Number::from(left).cmp_value(&Number::from(right)), left.cmp(&right));
    }
}
