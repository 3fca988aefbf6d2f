//! Everything but JSON bodies.

use super::*;

#[test]
fn statuses_have_classes() {
    let mut response = Response::default();
    response.matching_rules.status = RuleList::one(MatchingRule::StatusCode {
        status: StatusClass::Success,
    });
    let plan = ResponsePlan::compile(&response).unwrap();
    let compare = |status| {
        plan.compare(&ActualResponse {
            status,
            headers: &[],
            body: b"",
        })
    };
    assert_eq!(compare(204), []);
    assert_eq!(
        texts(&compare(404)),
        [" -> Expected status code 404 to be a Successful response (200–299)"]
    );
}

#[test]
fn body_states_mean_different_things() {
    let compare = |body: Body, actual: &str| {
        let plan = ResponsePlan::compile(&Response {
            body,
            ..Response::default()
        })
        .unwrap();
        texts(&plan.compare(&ActualResponse {
            status: 200,
            headers: &[],
            body: actual.as_bytes(),
        }))
    };
    assert!(compare(Body::Missing, "{}").is_empty());
    assert!(compare(Body::Empty, "").is_empty());
    assert!(compare(Body::Null, "").is_empty());
    assert_eq!(
        compare(Body::Empty, "{}"),
        ["/ -> Expected empty body but received Present(2 bytes)"]
    );
    assert_eq!(
        compare(Body::present("{}", Some(ContentType::json())), ""),
        ["/ -> Expected body Present(2 bytes, application/json) but was missing"]
    );
    assert!(compare(Body::present("null", Some(ContentType::json())), "null").is_empty());
    assert_eq!(
        compare(
            Body::present("Hello World!", Some(ContentType::text())),
            "Hello Mars!"
        ),
        [
            "$ -> Expected body 'Hello World!' to match 'Hello Mars!' using equality but did not match"
        ]
    );
}

#[track_caller]
fn check_headers(
    expected: &[(&str, &str)],
    rules: &[(&str, MatchingRule)],
    actual: &[(&str, &str)],
    differences: &[&str],
) {
    let mut headers = Headers::default();
    for (name, value) in expected {
        headers.push(*name, *value);
    }
    let mut all = MatchingRules::default();
    for (name, rule) in rules {
        all.header.add((*name).to_owned(), rule.clone());
    }
    let plan = ResponsePlan::compile(&Response {
        headers,
        matching_rules: all,
        ..Response::default()
    })
    .unwrap();
    let mismatches = plan.compare(&ActualResponse {
        status: 200,
        headers: actual,
        body: b"",
    });
    assert_eq!(texts(&mismatches), differences);
}

#[test]
fn rules_on_a_list_look_at_the_element_in_the_same_place() {
    let list = [("Allow", "GET"), ("Allow", "PUT")];
    let equality = [("Allow", MatchingRule::Equality)];
    check_headers(&list, &equality, &[("allow", "GET, PUT")], &[]);
    check_headers(
        &list,
        &equality,
        &[("allow", "GET")],
        &[
            "Allow -> Mismatch with header 'Allow': Expected value 'PUT' at index 1 but was missing (actual has 1 value(s))",
        ],
    );
    let words = [("Allow", regex("[A-Z]+"))];
    check_headers(&list, &words, &[("allow", "GET, PUT, HEAD")], &[]);
}

#[test]
fn headers_are_compared_element_by_element() {
    check_headers(
        &[("Accept", "a/b, c/d")],
        &[],
        &[("accept", "c/d, a/b")],
        &[
            "Accept -> Mismatch with header 'Accept': Expected header 'Accept' at index 0 to have value 'a/b' but was 'c/d'",
            "Accept -> Mismatch with header 'Accept': Expected header 'Accept' at index 1 to have value 'c/d' but was 'a/b'",
        ],
    );
    check_headers(&[("Accept", "a/b")], &[], &[("accept", "a/b;q=0.8")], &[]);
    check_headers(
        &[("Content-Type", "application/json;charset=UTF-8")],
        &[],
        &[("content-type", "application/JSON; Charset=\"utf-8\"")],
        &[],
    );
    check_headers(
        &[("Content-Type", "application/json;charset=utf-8")],
        &[],
        &[("content-type", "application/json")],
        &[
            "Content-Type -> Mismatch with header 'Content-Type': Expected header 'Content-Type' to have value 'application/json;charset=utf-8' but was 'application/json'",
        ],
    );
    check_headers(&[("X-A", "one,two")], &[], &[("X-A", "one, two")], &[]);
    check_headers(
        &[("X-A", "one"), ("X-A", "two")],
        &[],
        &[("X-A", "one, two")],
        &[],
    );
    check_headers(
        &[("X-A", "One")],
        &[],
        &[("X-A", "one")],
        &["X-A -> Mismatch with header 'X-A': Expected 'one' to be equal to 'One'"],
    );
    check_headers(
        &[("X-A", "one")],
        &[],
        &[],
        &["X-A -> Expected a header 'X-A' but was missing"],
    );
    let digits = [("x-n", regex(r"\d{1,4}"))];
    check_headers(
        &[("X-N", "1000")],
        &digits,
        &[("X-N", "1000"), ("X-N", "1234"), ("x-n", "9999")],
        &[],
    );
    check_headers(
        &[("X-N", "1000")],
        &digits,
        &[("X-N", "1000"), ("X-N", "9999ABC")],
        &[r"X-N -> Mismatch with header 'X-N': Expected '9999ABC' to match '\d{1,4}'"],
    );
}

#[track_caller]
fn check_query(
    expected: &[(&str, &[&str])],
    rules: &[(&str, MatchingRule)],
    actual: &str,
    differences: &[&str],
) {
    let mut request = Request::default();
    for (name, values) in expected {
        request.query.set(
            *name,
            values
                .iter()
                .map(|value| Some((*value).to_owned()))
                .collect(),
        );
    }
    for (name, rule) in rules {
        request
            .matching_rules
            .query
            .add((*name).to_owned(), rule.clone());
    }
    let plan = RequestPlan::compile(&request).unwrap();
    let actual = ActualRequest {
        method: "get",
        path: "/",
        query: Some(actual),
        headers: &[],
        body: b"",
    };
    assert_eq!(texts(&plan.compare(&actual)), differences);
    assert_eq!(plan.matches(&actual), differences.is_empty());
}

#[test]
fn query_parameters_are_free_in_order_and_their_values_are_not() {
    check_query(&[("a", &["1"]), ("b", &["2"])], &[], "b=2&a=1&", &[]);
    check_query(
        &[("a", &["1", "2"])],
        &[],
        "a=2&a=1",
        &[
            "a -> Expected query parameter 'a' with value '1' but was '2'",
            "a -> Expected query parameter 'a' with value '2' but was '1'",
        ],
    );
    check_query(
        &[("a", &["1"])],
        &[],
        "a=1&c=3",
        &["c -> Unexpected query parameter 'c' received"],
    );
    check_query(
        &[("a", &["1"]), ("b", &["1"])],
        &[],
        "a=1",
        &["b -> Expected query parameter 'b' but was missing"],
    );
    check_query(&[("a", &["1"])], &[("a", like())], "a=9&a=8", &[]);
    check_query(
        &[("a", &["1"])],
        &[("a", bounded(Some(2), None))],
        "a=9",
        &["a -> Expected [9] (size 1) to have minimum size of 2"],
    );
    check_query(
        &[("a", &["100"])],
        &[("a", regex(r"\d{1,4}"))],
        "a=123&a=9999X",
        &[r"a -> Expected '9999X' to match '\d{1,4}'"],
    );
    check_query(&[("a", &[""])], &[], "a", &[]);
    check_query(&[("ids[]", &["a b"])], &[], "ids%5B%5D=a+b", &[]);
    check_query(
        &[("a", &["1"])],
        &[],
        "a=1&a=2",
        &["a -> Expected query parameter 'a' with 1 value(s) but received 2 value(s)"],
    );
    check_query(
        &[],
        &[],
        "a=1",
        &["a -> Unexpected query parameter 'a' received"],
    );
}

fn request(method: &str, path: &str) -> Request {
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        ..Request::default()
    }
}

#[test]
fn a_full_match_wins_whatever_stands_beside_it() {
    let mut open = request("GET", "/orders/1");
    open.matching_rules.path = RuleList::one(regex(r"/orders/\d+"));
    let mut detailed = request("GET", "/orders/1");
    detailed.headers.push("X-A", "1");
    detailed.query.push("q", Some("1".to_owned()));
    let plans = [
        open,
        detailed,
        request("GET", "/orders/1"),
        request("POST", "/orders"),
    ];
    let index = InteractionIndex::new(
        plans
            .iter()
            .map(|plan| RequestPlan::compile(plan).unwrap())
            .collect(),
    );
    let select = |method, path, query, headers: &[(&str, &str)]| {
        index.select(&ActualRequest {
            method,
            path,
            query,
            headers,
            body: b"",
        })
    };
    assert_eq!(select("GET", "/orders/7", None, &[]), Selection::Match(0));
    assert_eq!(select("GET", "/orders/1", None, &[]), Selection::Match(2));
    assert_eq!(
        select("GET", "/orders/1", Some("q=1"), &[("x-a", "1")]),
        Selection::Match(1)
    );
    let Selection::NoMatch {
        nearest: Some(nearest),
    } = select("PUT", "/orders", None, &[])
    else {
        panic!("nothing was near");
    };
    assert_eq!(nearest.index, 3);
    assert_eq!(
        texts(&nearest.mismatches),
        [" -> expected POST but was PUT"]
    );
    assert_eq!(
        InteractionIndex::new(Vec::new()).select(&ActualRequest {
            method: "GET",
            path: "/",
            query: None,
            headers: &[],
            body: b""
        }),
        Selection::NoMatch { nearest: None }
    );
}

/// Returns the interaction nearest to a request without a body, and what differs.
fn nearest(plans: &[Request], method: &str, path: &str) -> (usize, Vec<String>) {
    let plans = plans.iter().map(|plan| RequestPlan::compile(plan).unwrap());
    let index = InteractionIndex::new(plans.collect());
    let actual = ActualRequest {
        method,
        path,
        query: None,
        headers: &[],
        body: b"",
    };
    let Selection::NoMatch {
        nearest: Some(nearest),
    } = index.select(&actual)
    else {
        panic!("something matches, or nothing is near");
    };
    (nearest.index, texts(&nearest.mismatches))
}

#[test]
fn a_pattern_of_the_path_is_near_whatever_stands_beside_it() {
    let missing = ["X-A -> Expected a header 'X-A' but was missing"];
    for rules in [
        RuleList::one(regex(r"^/orders/\d+$")),
        RuleList {
            combine: Combine::And,
            rules: vec![regex(r"^/orders/\d+$"), regex("^/.*")],
        },
    ] {
        let mut open = request("POST", "/orders/1");
        open.matching_rules.path = rules;
        open.headers.push("X-A", "1");
        let literal = request("GET", "/orders/42");
        let found = nearest(&[literal, open.clone()], "POST", "/orders/42");
        assert_eq!(
            (found.0, &found.1[..]),
            (1, &missing.map(str::to_owned)[..])
        );
        let many = (100..1100).map(|id| request("POST", &format!("/orders/{id}")));
        let many: Vec<Request> = many.chain([open]).collect();
        let found = nearest(&many, "POST", "/orders/42");
        assert_eq!(
            (found.0, &found.1[..]),
            (1000, &missing.map(str::to_owned)[..])
        );
    }
}

#[test]
fn of_many_requests_of_one_path_those_of_the_method_are_near() {
    let mut wanted = request("POST", "/graphql");
    wanted.headers.push("X-A", "1");
    let mut plans: Vec<Request> = (0..300).map(|_| request("PUT", "/graphql")).collect();
    plans.push(wanted);
    assert_eq!(nearest(&plans, "POST", "/graphql").0, 300);
}

#[test]
fn what_cannot_be_compared_is_refused_when_compiled() {
    let response = |body: &str, rules: &[(&str, RuleList)]| {
        ResponsePlan::compile(&Response {
            body: Body::present(body, Some(ContentType::json())),
            matching_rules: body_rules(rules),
            ..Response::default()
        })
        .unwrap_err()
    };
    insta::assert_snapshot!(response("{", &[]), @"the expected body is not JSON: line 1, column 2: expected a name in double quotes, found the end of the text");
    insta::assert_snapshot!(response("{}", &[("$.a", RuleList::one(regex("(")))]), @"body at `$.a`: rule `regex`: the pattern `(` is wrong: unclosed group");
}
