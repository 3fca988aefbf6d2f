//! What holds whatever the values are.

use proptest::prelude::*;

use super::*;
use crate::json::{Json, Object, OwnedJson};
use crate::matching::body::json::{Unexpected, compare, surely_matches};
use crate::matching::report::Report;
use crate::path::PathToken;
use crate::plan::json::JsonPlan;
use crate::rules::Category;

fn value() -> impl Strategy<Value = OwnedJson> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<i64>().prop_map(Json::from),
        any::<f32>()
            .prop_filter("JSON has only finite numbers", |number| number.is_finite())
            .prop_map(|number| Json::from(f64::from(number))),
        "[a-z\\PC]{0,6}".prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::Array),
            prop::collection::vec(("[a-d0-2]{1,2}", inner), 0..12).prop_map(|members| {
                let mut object = Object::new();
                for (name, value) in members {
                    object.insert(name, value);
                }
                Json::Object(object)
            }),
        ]
    })
}

fn place() -> impl Strategy<Value = DocPath> {
    let token = prop_oneof![
        "[a-d]".prop_map(PathToken::Field),
        (0..3_usize).prop_map(PathToken::Index),
        Just(PathToken::Star),
        Just(PathToken::StarIndex),
    ];
    prop::collection::vec(token, 0..4).prop_map(|tokens| {
        tokens
            .into_iter()
            .fold(DocPath::root(), |path, token| path.join(token))
    })
}

fn any_rule() -> impl Strategy<Value = MatchingRule> {
    prop::sample::select(vec![
        like(),
        bounded(Some(1), Some(2)),
        regex("[a-z]*"),
        MatchingRule::Boolean,
        MatchingRule::Decimal,
        MatchingRule::Equality,
        MatchingRule::Integer,
        MatchingRule::NotEmpty,
        MatchingRule::Null,
        MatchingRule::Number,
        MatchingRule::Semver,
        MatchingRule::Values,
        MatchingRule::Date { format: None },
        MatchingRule::Include {
            value: "a".to_owned(),
        },
        MatchingRule::ContentType {
            value: "text/plain".to_owned(),
        },
        MatchingRule::IgnoreOrder {
            min: None,
            max: None,
        },
        MatchingRule::ArrayContains {
            variants: Vec::new(),
        },
        MatchingRule::EachKey {
            rules: vec![regex("[a-z]")],
            value: None,
            generator: None,
        },
        MatchingRule::EachValue {
            rules: vec![like()],
            value: None,
            generator: None,
        },
    ])
}

/// Rules that an example always satisfies itself.
fn lenient_rule() -> impl Strategy<Value = MatchingRule> {
    prop::sample::select(vec![
        like(),
        MatchingRule::Values,
        MatchingRule::Equality,
        MatchingRule::EachValue {
            rules: vec![like()],
            value: None,
            generator: None,
        },
    ])
}

fn plan(example: &OwnedJson, rules: &[(DocPath, MatchingRule)]) -> ResponsePlan {
    let mut matching_rules = MatchingRules::default();
    for (path, rule) in rules {
        matching_rules.body.add(path.clone(), rule.clone());
    }
    ResponsePlan::compile(&Response {
        body: Body::present(example.to_compact(), Some(ContentType::json())),
        matching_rules,
        ..Response::default()
    })
    .unwrap()
}

fn differences(plan: &ResponsePlan, actual: &OwnedJson) -> Vec<String> {
    texts(&respond(plan, actual.to_compact().as_bytes()))
}

/// Turns the members of every object round and gives each object one more, if asked to.
fn disturbed(value: &OwnedJson, more: bool) -> OwnedJson {
    match value {
        Json::Array(elements) => Json::Array(
            elements
                .iter()
                .map(|element| disturbed(element, more))
                .collect(),
        ),
        Json::Object(members) => {
            let mut out = Object::new();
            if more {
                out.insert("more than expected", Json::from(1_i64));
            }
            for (name, member) in members.iter().rev() {
                out.insert(name.to_owned(), disturbed(member, more));
            }
            Json::Object(out)
        }
        other => other.clone(),
    }
}

fn some_request() -> impl Strategy<Value = Request> {
    (
        prop::sample::select(vec!["GET", "POST"]),
        prop::sample::select(vec!["/a", "/b", "/a/1"]),
        prop::option::of("[xy]=[12]"),
        prop::option::of("[12]"),
        prop::option::of(prop::sample::select(vec![
            "/a.*", "/[ab]", "^/a$", "/b?|/a/1", "(?!/b).*",
        ])),
    )
        .prop_map(|(method, path, query, header, pattern)| {
            let mut request = Request {
                method: method.to_owned(),
                path: path.to_owned(),
                ..Request::default()
            };
            if let Some((name, value)) = query.as_deref().and_then(|query| query.split_once('=')) {
                request.query.push(name, Some(value.to_owned()));
            }
            if let Some(value) = header {
                request.headers.push("X-H", value);
            }
            if let Some(pattern) = pattern {
                request.matching_rules.path = RuleList::one(regex(pattern));
            }
            request
        })
}

/// Compares trees, and says what reading the text alone was sure of.
fn streamed_and_compared(
    plan: &JsonPlan,
    unexpected: Unexpected,
    actual: &OwnedJson,
) -> (bool, bool) {
    let text = actual.to_compact();
    let mut report = Report::probe();
    compare(plan, unexpected, actual, &mut report);
    (
        surely_matches(plan, unexpected, &text),
        !report.has_failed(),
    )
}

proptest! {
    #[test]
    fn what_reading_alone_is_sure_of_holds_for_trees(
        example in value(),
        other in value(),
        rules in prop::collection::vec((place(), any_rule()), 0..6),
    ) {
        let mut category = Category::default();
        for (path, rule) in &rules {
            category.add(path.clone(), rule.clone());
        }
        let Ok(plan) = JsonPlan::compile(&example, &category, "body") else {
            return Ok(());
        };
        for unexpected in [Unexpected::Allowed, Unexpected::Refused] {
            for actual in [&example, &other, &disturbed(&example, false), &disturbed(&example, true)] {
                let (sure, matched) = streamed_and_compared(&plan, unexpected, actual);
                prop_assert!(!sure || matched, "{}", actual.to_compact());
                let plain = rules.is_empty();
                prop_assert!(sure || !matched || !plain, "it should have been sure of {}", actual.to_compact());
            }
        }
    }
}

proptest! {
    #[test]
    fn every_value_matches_itself(example in value()) {
        prop_assert_eq!(differences(&plan(&example, &[]), &example), [""; 0]);
    }

    #[test]
    fn every_value_matches_itself_under_rules_that_allow_it(
        example in value(),
        rules in prop::collection::vec((place(), lenient_rule()), 0..5),
    ) {
        prop_assert_eq!(differences(&plan(&example, &rules), &example), [""; 0]);
    }

    #[test]
    fn order_of_members_never_matters_and_more_of_them_never_break_a_response(example in value()) {
        let plan = plan(&example, &[]);
        prop_assert_eq!(differences(&plan, &disturbed(&example, false)), [""; 0]);
        prop_assert_eq!(differences(&plan, &disturbed(&example, true)), [""; 0]);
    }

    #[test]
    fn two_different_values_do_not_match_without_rules(left in value(), right in value()) {
        let both = differences(&plan(&left, &[]), &right).is_empty()
            && differences(&plan(&right, &[]), &left).is_empty();
        prop_assert_eq!(both, left.is_equivalent(&right));
    }

    #[test]
    fn whatever_the_rules_there_is_an_answer(
        example in value(),
        actual in value(),
        rules in prop::collection::vec((place(), any_rule()), 0..6),
    ) {
        let plan = plan(&example, &rules);
        let first = differences(&plan, &actual);
        prop_assert_eq!(differences(&plan, &actual), first);
    }

    #[test]
    fn bytes_of_any_kind_are_answered(
        bytes in prop::collection::vec(any::<u8>(), 0..64),
        text in "[<>a&=\"'{}\\[\\]:,;0-9 \\r\\n-]{0,60}",
    ) {
        for (name, example) in [
            ("application/json", "{\"a\":[1]}"),
            ("application/xml", "<a b='c'>d</a>"),
            ("application/x-www-form-urlencoded", "a=1"),
            ("multipart/form-data;boundary=a", "--a\r\n\r\nx\r\n--a--"),
            ("text/plain", "a"),
            ("image/png", "a"),
        ] {
            let plan = ResponsePlan::compile(&Response {
                body: Body::present(example, Some(name.parse().unwrap())),
                ..Response::default()
            })
            .unwrap();
            for body in [bytes.as_slice(), text.as_bytes()] {
                let headers = [("Content-Type", name)];
                plan.compare(&ActualResponse { status: 200, headers: &headers, body });
            }
        }
    }

    #[test]
    fn the_index_agrees_with_comparing_every_request(
        requests in prop::collection::vec(some_request(), 0..24),
        sent in some_request(),
    ) {
        let plans: Vec<RequestPlan> =
            requests.iter().map(|request| RequestPlan::compile(request).unwrap()).collect();
        let query = sent.query.iter().next().map(|(name, values)| {
            format!("{name}={}", values[0].clone().unwrap_or_default())
        });
        let header = sent.headers.first("x-h").map(|value| ("X-H", value));
        let headers: Vec<(&str, &str)> = header.into_iter().collect();
        let actual = ActualRequest {
            method: &sent.method,
            path: &sent.path,
            query: query.as_deref(),
            headers: &headers,
            body: b"",
        };
        let best = (0..plans.len())
            .filter(|at| plans[*at].compare(&actual).is_empty())
            .max_by_key(|at| (plans[*at].weight(), std::cmp::Reverse(*at)));
        match InteractionIndex::new(plans.clone()).select(&actual) {
            Selection::Match(found) => prop_assert_eq!(Some(found), best),
            Selection::NoMatch { nearest } => {
                prop_assert_eq!(best, None);
                prop_assert_eq!(nearest.is_some(), !plans.is_empty());
                prop_assert!(nearest.is_none_or(|nearest| !nearest.mismatches.is_empty()));
            }
        }
    }
}
