//! JSON bodies.

use super::*;

#[track_caller]
fn check(rules: &[(&str, MatchingRule)], expected: &str, actual: &str, differences: &[&str]) {
    let rules: Vec<_> = rules
        .iter()
        .map(|(path, rule)| (*path, RuleList::one(rule.clone())))
        .collect();
    check_lists(&rules, expected, actual, differences);
}

#[track_caller]
fn check_lists(rules: &[(&str, RuleList)], expected: &str, actual: &str, differences: &[&str]) {
    let plan = json_response(expected, rules);
    assert_eq!(texts(&respond(&plan, actual.as_bytes())), differences);
}

#[track_caller]
fn check_request(expected: &str, actual: &str, differences: &[&str]) {
    let plan = RequestPlan::compile(&Request {
        body: Body::present(expected, Some(ContentType::json())),
        ..Request::default()
    })
    .unwrap();
    let mismatches = plan.compare(&ActualRequest {
        method: "GET",
        path: "/",
        query: None,
        headers: &[("content-type", "application/json")],
        body: actual.as_bytes(),
    });
    assert_eq!(texts(&mismatches), differences);
}

#[test]
fn without_rules_json_is_equal_by_value_and_responses_may_have_more() {
    check(
        &[],
        r#"{"a":1,"b":[true,null]}"#,
        r#"{"b":[true,null],"c":0,"a":1}"#,
        &[],
    );
    check(
        &[],
        r#"{"a":1}"#,
        r#"{"a":1.0}"#,
        &["$.a -> Expected 1.0 (Decimal) to be equal to 1 (Integer)"],
    );
    check(
        &[],
        r#"{"a":"OK"}"#,
        r#"{"a":"no"}"#,
        &["$.a -> Expected 'no' (String) to be equal to 'OK' (String)"],
    );
    check(
        &[],
        r#"{"a":1,"b":2}"#,
        r#"{"c":1}"#,
        &["$ -> Actual map is missing the following keys: a, b"],
    );
    check(
        &[],
        "[1,2]",
        "[1]",
        &[
            "$[1] -> Expected 2 but was missing",
            "$ -> Expected a List with 2 elements but received 1 elements",
        ],
    );
    check(
        &[],
        "[1]",
        "[1,2]",
        &["$ -> Expected a List with 1 elements but received 2 elements"],
    );
    check(
        &[],
        "[]",
        "[2]",
        &["$ -> Expected an empty List but received [2]"],
    );
    check(
        &[],
        r#"{"100":{"x":1}}"#,
        r#"{"100":{"x":2}}"#,
        &["$[100].x -> Expected 2 (Integer) to be equal to 1 (Integer)"],
    );
    check(
        &[],
        r#"{"a":{}}"#,
        r#"{"a":[]}"#,
        &["$.a -> Type mismatch: Expected [] (Array) to be the same type as {} (Object)"],
    );
    check(&[], "{}", r#"{"a":1}"#, &[]);
    check(
        &[],
        "{}",
        "{",
        &[
            "$ -> Failed to parse the actual body: 'line 1, column 2: expected a name in double quotes, found the end of the text'",
        ],
    );
}

#[test]
fn requests_may_not_have_more() {
    check_request(
        r#"{"one":1,"two":2}"#,
        r#"{"one":1}"#,
        &["$ -> Expected a Map with keys [one, two] but received one with keys [one]"],
    );
    check_request(
        r#"{"one":1}"#,
        r#"{"one":1,"x":2}"#,
        &["$ -> Expected a Map with keys [one] but received one with keys [one, x]"],
    );
    check_request(
        "{}",
        r#"{"x":2}"#,
        &[r#"$ -> Expected an empty Map but received {"x":2}"#],
    );
}

#[test]
fn type_rules_cascade_and_bound_where_they_stand() {
    let rules = [("$", like())];
    check(
        &rules,
        r#"{"a":[1],"b":"x"}"#,
        r#"{"a":[2,3.5,4],"b":"y"}"#,
        &[],
    );
    check(
        &rules,
        r#"{"a":[1]}"#,
        r#"{"a":["2"]}"#,
        &["$.a[0] -> Expected '2' (String) to be the same type as 1 (Integer)"],
    );
    check(&rules, r#"{"a":[1]}"#, r#"{"a":[]}"#, &[]);
    check(
        &[("$.a", bounded(Some(1), None))],
        r#"{"a":[1]}"#,
        r#"{"a":[]}"#,
        &["$.a -> Expected [] (size 0) to have minimum size of 1"],
    );
    check(
        &[("$.a", bounded(None, Some(4)))],
        r#"{"a":[1]}"#,
        r#"{"a":[1,2,3,4,5]}"#,
        &["$.a -> Expected [1, 2, 3, 4, 5] (size 5) to have maximum size of 4"],
    );
    check(
        &[("$.a", bounded(Some(2), None))],
        r#"{"a":[[1]]}"#,
        r#"{"a":[[1],[]]}"#,
        &[],
    );
    check(
        &[("$.a", bounded(Some(2), None))],
        r#"{"a":{"x":1,"y":2}}"#,
        r#"{"a":{"x":1}}"#,
        &[
            r#"$.a -> Expected {"x":1} (size 1) to have minimum size of 2"#,
            "$.a -> Actual map is missing the following keys: y",
        ],
    );
    check(
        &[("$.a[*].id", like())],
        r#"{"a":[{"id":1}]}"#,
        r#"{"a":[{"id":2},{"id":3}]}"#,
        &["$.a -> Expected a List with 1 elements but received 2 elements"],
    );
    check(
        &[
            ("$.a", bounded(Some(1), None)),
            ("$.a[*].id", MatchingRule::Integer),
            ("$.a[*].n", MatchingRule::Equality),
        ],
        r#"{"a":[{"id":1,"n":"x"}]}"#,
        r#"{"a":[{"id":2,"n":"x"},{"id":3.5,"n":"y"}]}"#,
        &[
            "$.a[1].id -> Expected 3.5 (Decimal) to be an integer",
            "$.a[1].n -> Expected 'y' (String) to be equal to 'x' (String)",
        ],
    );
}

#[test]
fn an_empty_example_does_not_switch_the_rules_off() {
    check(
        &[("$.a", bounded(Some(1), None))],
        r#"{"a":[]}"#,
        r#"{"a":[]}"#,
        &["$.a -> Expected [] (size 0) to have minimum size of 1"],
    );
    check(
        &[("$.a", bounded(Some(0), None))],
        r#"{"a":[]}"#,
        r#"{"a":[1,"x"]}"#,
        &[],
    );
    check(
        &[("$.a", like()), ("$.a[*].id", MatchingRule::Integer)],
        r#"{"a":[]}"#,
        r#"{"a":[{"id":1},{"id":"x"}]}"#,
        &["$.a[1].id -> Expected 'x' (String) to be an integer"],
    );
    check(
        &[("$.a", MatchingRule::Equality)],
        r#"{"a":[]}"#,
        r#"{"a":[1]}"#,
        &["$.a -> Expected an empty List but received [1]"],
    );
}

#[test]
fn scalar_rules_say_what_they_want() {
    let one = |rule: MatchingRule, actual: &str, differences: &[&str]| {
        check(
            &[("$.one", rule)],
            r#"{"one":"1"}"#,
            &format!(r#"{{"one":{actual}}}"#),
            differences,
        );
    };
    one(MatchingRule::Integer, "100", &[]);
    one(MatchingRule::Integer, "12345678901234567890123", &[]);
    one(
        MatchingRule::Integer,
        "[]",
        &["$.one -> Expected [] (Array) to be an integer"],
    );
    one(
        MatchingRule::Decimal,
        "null",
        &["$.one -> Expected null (Null) to be a decimal number"],
    );
    one(MatchingRule::Decimal, "1e2", &[]);
    one(
        MatchingRule::Number,
        "true",
        &["$.one -> Expected true (Boolean) to be a number"],
    );
    one(
        MatchingRule::Boolean,
        "\"\"",
        &["$.one -> Expected '' (String) to match a boolean"],
    );
    one(MatchingRule::Boolean, "\"true\"", &[]);
    one(
        MatchingRule::Null,
        "\"\"",
        &["$.one -> Expected '' (String) to be a null value"],
    );
}

#[test]
fn rules_about_text_see_the_text_of_any_value() {
    let one = |rule: MatchingRule, actual: &str, differences: &[&str]| {
        check(
            &[("$.one", rule)],
            r#"{"one":"1"}"#,
            &format!(r#"{{"one":{actual}}}"#),
            differences,
        );
    };
    one(
        MatchingRule::Include {
            value: "a".to_owned(),
        },
        "\"dog\"",
        &["$.one -> Expected 'dog' to include 'a'"],
    );
    one(
        regex(r"\w{3}\d{3}"),
        "\"a\"",
        &[r"$.one -> Expected 'a' to match '\w{3}\d{3}'"],
    );
    one(regex(r"1\.10"), "1.10", &[]);
    one(regex(r"\[1,2\]"), "[1, 2]", &[]);
    one(
        MatchingRule::NotEmpty,
        "\"\"",
        &["$.one -> Expected '' (String) to not be empty"],
    );
    one(
        MatchingRule::NotEmpty,
        "null",
        &["$.one -> Expected non-empty value but got a NULL"],
    );
    one(
        MatchingRule::Semver,
        "\"1.2\"",
        &[
            "$.one -> '1.2' is not a valid semantic version - unexpected end of input while parsing minor version number",
        ],
    );
    one(
        MatchingRule::Semver,
        "1",
        &["$.one -> Expected something that matches a semantic version, but got '1'"],
    );
    one(
        MatchingRule::Other {
            name: "Type".to_owned(),
            attributes: Default::default(),
        },
        "1",
        &[
            "$.one -> Could not apply the 'Type' matching rule - No catalogue entry found for key 'Type'",
        ],
    );
    one(
        MatchingRule::ContentType {
            value: "image/png".to_owned(),
        },
        "\"iVBORw0KGgo=\"",
        &[],
    );
}

#[test]
fn dates_and_times_follow_their_patterns() {
    let one = |rule: MatchingRule, actual: &str, differences: &[&str]| {
        check(
            &[("$.one", rule)],
            r#"{"one":"x"}"#,
            &format!(r#"{{"one":{actual}}}"#),
            differences,
        );
    };
    let date = |format: Option<&str>| MatchingRule::Date {
        format: format.map(str::to_owned),
    };
    one(date(None), "\"2020-02-29\"", &[]);
    one(date(Some("yyyy")), "2020", &[]);
    one(
        date(Some("yyyy-MM-dd")),
        "\"23/07/19\"",
        &[
            "$.one -> Expected '23/07/19' to match a date pattern of 'yyyy-MM-dd': expected the year of at least 4 digits at `23/07/19`",
        ],
    );
    one(
        MatchingRule::DateTime { format: None },
        "\"2020-01-01T10:00:00+12:45\"",
        &[],
    );
    one(
        MatchingRule::Time {
            format: Some(String::new()),
        },
        "\"25:00:00\"",
        &[
            "$.one -> Expected '25:00:00' to match a time pattern of 'HH:mm:ss': the hour 25 is not between 0 and 23",
        ],
    );
    one(
        date(None),
        "null",
        &[
            "$.one -> Expected '' to match a date pattern of 'yyyy-MM-dd': expected the year of at least 4 digits at ``",
        ],
    );
}

#[test]
fn rules_of_one_place_are_put_together_everywhere() {
    let nullable = either(vec![MatchingRule::Integer, MatchingRule::Null]);
    check_lists(
        &[("$.a", nullable.clone())],
        r#"{"a":1}"#,
        r#"{"a":null}"#,
        &[],
    );
    check_lists(
        &[("$.a", nullable)],
        r#"{"a":1}"#,
        r#"{"a":"x"}"#,
        &[
            "$.a -> Expected 'x' (String) to be an integer",
            "$.a -> Expected 'x' (String) to be a null value",
        ],
    );
    let small_or_same = either(vec![MatchingRule::Equality, bounded(None, Some(1))]);
    check_lists(
        &[("$.a", small_or_same.clone())],
        r#"{"a":{"x":1,"y":2}}"#,
        r#"{"a":{"y":2,"x":1}}"#,
        &[],
    );
    check_lists(
        &[("$.a", small_or_same)],
        r#"{"a":[1,2]}"#,
        r#"{"a":[3]}"#,
        &[],
    );
    let maybe = either(vec![like(), MatchingRule::Null]);
    check_lists(&[("$.a", maybe)], r#"{"a":{"x":1}}"#, r#"{"a":null}"#, &[]);
    let both = RuleList {
        rules: vec![like(), bounded(Some(2), None)],
        combine: Combine::And,
    };
    check_lists(
        &[("$.a", both)],
        r#"{"a":["x"]}"#,
        r#"{"a":[1,2]}"#,
        &[
            "$.a[0] -> Expected 1 (Integer) to be the same type as 'x' (String)",
            "$.a[0] -> Expected 1 (Integer) to be the same type as 'x' (String)",
            "$.a[1] -> Expected 2 (Integer) to be the same type as 'x' (String)",
            "$.a[1] -> Expected 2 (Integer) to be the same type as 'x' (String)",
        ],
    );
}

#[test]
fn values_and_each_value_compare_members_nobody_named() {
    let example = r#"{"m":{"a":{"n":1}}}"#;
    check(
        &[
            ("$.m", MatchingRule::Values),
            ("$.m.*.n", MatchingRule::Integer),
        ],
        example,
        r#"{"m":{"x":{"n":7},"y":{"n":"z"}}}"#,
        &["$.m.y.n -> Expected 'z' (String) to be an integer"],
    );
    check(
        &[("$.m", MatchingRule::Values)],
        example,
        r#"{"m":{"x":{"n":7}}}"#,
        &["$.m.x.n -> Expected 7 (Integer) to be equal to 1 (Integer)"],
    );
    let each = |rule: MatchingRule| MatchingRule::EachValue {
        rules: vec![rule],
        value: None,
        generator: None,
    };
    check(
        &[("$.m", each(like())), ("$.m.*.n", MatchingRule::Integer)],
        example,
        r#"{"m":{"x":{"n":7.5},"y":{"n":8}}}"#,
        &["$.m.x.n -> Expected 7.5 (Decimal) to be an integer"],
    );
    check(
        &[("$.m", each(regex("[a-z]+")))],
        r#"{"m":["a"]}"#,
        r#"{"m":["b","1"]}"#,
        &["$.m[1] -> Expected '1' to match '[a-z]+'"],
    );
    check(
        &[("$.m", each(MatchingRule::Integer))],
        r#"{"m":{}}"#,
        r#"{"m":{"x":1,"y":"z"}}"#,
        &["$.m.y -> Expected 'z' (String) to be an integer"],
    );
}

#[test]
fn each_key_judges_every_key() {
    let keys = MatchingRule::EachKey {
        rules: vec![regex("[a-z]+")],
        value: None,
        generator: None,
    };
    check(
        &[("$.m", keys.clone())],
        r#"{"m":{"a":1}}"#,
        r#"{"m":{"b":2,"C":3}}"#,
        &["$.m.C -> Expected 'C' to match '[a-z]+'"],
    );
    check(
        &[("$.m", keys), ("$.m.*", MatchingRule::Integer)],
        r#"{"m":{"a":1}}"#,
        r#"{"m":{"b":"x"}}"#,
        &["$.m.b -> Expected 'x' (String) to be an integer"],
    );
}

#[test]
fn array_contains_looks_for_each_variant() {
    let variant = |index, rules: &[(&str, MatchingRule)]| Variant {
        index,
        rules: body_rules(
            &rules
                .iter()
                .map(|(path, rule)| (*path, RuleList::one(rule.clone())))
                .collect::<Vec<_>>(),
        )
        .body,
        generators: Vec::new(),
    };
    let rule = MatchingRule::ArrayContains {
        variants: vec![
            variant(0, &[("$.id", MatchingRule::Integer)]),
            variant(1, &[]),
        ],
    };
    let example = r#"[{"id":1,"k":"a"},{"k":"b"}]"#;
    check(
        &[("$", rule.clone())],
        example,
        r#"[{"z":0},{"k":"b"},{"id":9,"k":"a"}]"#,
        &[],
    );
    check(
        &[("$", rule)],
        example,
        r#"[{"k":"b","more":1},{"id":9,"k":"a"}]"#,
        &[r#"$ -> Variant at index 1 ({"k":"b"}) was not found in the actual list"#],
    );
    let missing = MatchingRule::ArrayContains {
        variants: vec![variant(5, &[])],
    };
    check(
        &[("$", missing)],
        "[1]",
        "[1]",
        &["$ -> ArrayContains: variant 5 is missing from the expected list, which has 1 items"],
    );
}

#[test]
fn any_order_pairs_elements_without_greed() {
    let rule = |min, max| MatchingRule::IgnoreOrder { min, max };
    check(&[("$", rule(None, None))], "[1,2,3]", "[3,1,2]", &[]);
    check(
        &[("$", rule(None, None)), ("$[0]", MatchingRule::Integer)],
        "[1,2]",
        "[2,7]",
        &[],
    );
    check(
        &[("$", rule(None, None))],
        "[1,2]",
        "[1,1]",
        &["$ -> Expected 2 at any index but was missing"],
    );
    check(
        &[("$", rule(None, None))],
        "[1]",
        "[1,4]",
        &["$ -> Unexpected element 4 at index 1"],
    );
    check(&[("$", rule(Some(1), None))], "[1]", "[4,1]", &[]);
    check(
        &[("$", rule(Some(3), None))],
        "[1]",
        "[1,1]",
        &["$ -> Expected [1, 1] (size 2) to have minimum size of 3"],
    );
}

#[test]
fn a_mismatch_reads_as_a_sentence() {
    let plan = json_response(
        r#"{"items":[{"price":9.99}],"id":1}"#,
        &[
            ("$.items", RuleList::one(bounded(Some(1), None))),
            ("$.items[*].price", RuleList::one(MatchingRule::Decimal)),
        ],
    );
    let mismatches = respond(&plan, br#"{"items":[{"price":1.5},{"price":"9.99"}]}"#);
    let shown: Vec<String> = mismatches.iter().map(Mismatch::to_string).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    body at $.items[1].price: expected a decimal number like 9.99, got the string "9.99" (rule: decimal)
    body at $: expected the key `id`, got none
    "#);
}

#[test]
fn depth_is_no_danger() {
    let deep = format!("{}1{}", "[".repeat(500), "]".repeat(500));
    check(&[("$", like())], &deep, &deep, &[]);
    let deeper = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let plan = json_response("[1]", &[]);
    assert_eq!(respond(&plan, deeper.as_bytes()).len(), 1);
}
