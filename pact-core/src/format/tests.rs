//! What is read is what was written, for any pact.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::generators::{Generator, Generators, UuidFormat};
use crate::json::tests::any_json;
use crate::json::{Json, Object};
use crate::model::{
    Body, BodyContent, ContentType, ContentTypeHint, Headers, HttpExchange, Interaction,
    InteractionKind, Markup, MarkupType, Message, MessageExchange, Pact, ProviderState, Query,
    Request, Response, SpecVersion,
};
use crate::path::{DocPath, PathToken};
use crate::rules::{
    Category, Combine, MatchingRule, MatchingRules, RuleList, StatusClass, Variant,
};

fn any_object() -> impl Strategy<Value = Object<'static>> {
    vec((".{0,4}", any_json()), 0..3).prop_map(Object::from_iter)
}

fn any_body() -> BoxedStrategy<Body> {
    let present = |bytes: Vec<u8>, content_type: &str| {
        Body::present(bytes, Some(content_type.parse().unwrap()))
    };
    let hinted = |body, hint| match body {
        Body::Present(content) => Body::Present(BodyContent { hint, ..content }),
        other => other,
    };
    let hint = option::of(prop_oneof![
        Just(ContentTypeHint::Binary),
        Just(ContentTypeHint::Default),
        Just(ContentTypeHint::Text),
    ]);
    let body = prop_oneof![
        Just(Body::Empty),
        Just(Body::Missing),
        Just(Body::Null),
        any_json()
            .prop_map(move |json| present(json.to_compact().into_bytes(), "application/json")),
        any_json()
            .prop_map(move |json| present(json.to_compact().into_bytes(), "application/hal+json")),
        ".{1,8}".prop_map(move |text| present(text.into_bytes(), "text/plain")),
        vec(any::<u8>(), 1..12).prop_map(move |bytes| present(bytes, "image/png")),
        "[a-zA-Z0-9+/=]{4,8}".prop_map(move |text| present(text.into_bytes(), "image/png")),
    ];
    (body, hint)
        .prop_map(move |(body, hint)| hinted(body, hint))
        .boxed()
}

fn any_headers() -> BoxedStrategy<Headers> {
    let name = prop_oneof![
        "[A-Za-z][A-Za-z-]{0,6}",
        Just("Accept".to_owned()),
        Just("Set-Cookie".to_owned())
    ];
    let header = (name, vec(".{0,6}", 0..3));
    let content_type = prop_oneof![
        Just(None),
        Just(Some("application/json")),
        Just(Some("application/hal+json")),
        Just(Some("text/plain")),
        Just(Some("image/png")),
    ];
    (vec(header, 0..3), content_type)
        .prop_map(|(headers, content_type)| {
            let content_type =
                content_type.map(|value| ("Content-Type".to_owned(), vec![value.to_owned()]));
            headers.into_iter().chain(content_type).collect()
        })
        .boxed()
}

fn any_query() -> impl Strategy<Value = Query> {
    vec((".{0,4}", vec(option::of(".{0,4}"), 0..3)), 0..3).prop_map(Query::from_iter)
}

fn any_path() -> BoxedStrategy<DocPath> {
    let token = prop_oneof![
        ".{1,4}".prop_map(PathToken::Field),
        (0_usize..20).prop_map(PathToken::Index),
        Just(PathToken::Star),
        Just(PathToken::StarIndex),
    ];
    vec(token, 0..4)
        .prop_map(|tokens| {
            tokens
                .into_iter()
                .fold(DocPath::root(), |path, token| path.join(token))
        })
        .boxed()
}

fn any_generator() -> BoxedStrategy<Generator> {
    let text = || option::of(".{1,4}");
    prop_oneof![
        (text(), text()).prop_map(|(format, expression)| Generator::Date { format, expression }),
        (text(), text())
            .prop_map(|(format, expression)| Generator::DateTime { format, expression }),
        (".{0,4}", ".{0,4}")
            .prop_map(|(example, regex)| Generator::MockServerUrl { example, regex }),
        any_object().prop_map(|mut attributes| {
            attributes.remove("type");
            attributes.sort_names();
            Generator::Other {
                name: "x-plugin".to_owned(),
                attributes,
            }
        }),
        (".{0,4}", text()).prop_map(|(expression, data_type)| Generator::ProviderState {
            expression,
            data_type
        }),
        Just(Generator::RandomBoolean),
        (0_usize..20).prop_map(|digits| Generator::RandomDecimal { digits }),
        any::<(i64, i64)>().prop_map(|(min, max)| Generator::RandomInt { min, max }),
        ".{0,4}".prop_map(|regex| Generator::Regex { regex }),
        Just(Generator::Uuid {
            format: Some(UuidFormat::Urn)
        }),
    ]
    .boxed()
}

fn any_body_generators() -> BoxedStrategy<Vec<(DocPath, Generator)>> {
    vec((any_path(), any_generator()), 0..3)
        .prop_map(|mut generators| {
            generators.sort_by_cached_key(|(path, _)| path.to_string());
            generators.dedup_by_key(|(path, _)| path.to_string());
            generators
        })
        .boxed()
}

fn any_rule() -> BoxedStrategy<MatchingRule> {
    let bounds = || (option::of(0_usize..9), option::of(0_usize..9));
    let leaf = prop_oneof![
        Just(MatchingRule::Boolean),
        Just(MatchingRule::Equality),
        Just(MatchingRule::Integer),
        Just(MatchingRule::Values),
        option::of(".{1,4}").prop_map(|format| MatchingRule::DateTime { format }),
        ".{0,4}".prop_map(|regex| MatchingRule::Regex { regex }),
        ".{0,4}".prop_map(|value| MatchingRule::Include { value }),
        vec(any::<u16>(), 0..3).prop_map(|codes| MatchingRule::StatusCode {
            status: StatusClass::Codes(codes)
        }),
        bounds().prop_map(|(min, max)| MatchingRule::Type { min, max }),
        bounds().prop_map(|(min, max)| MatchingRule::IgnoreOrder { min, max }),
        any_object().prop_map(|mut attributes| {
            attributes.remove("match");
            attributes.sort_names();
            MatchingRule::Other {
                name: "x-plugin".to_owned(),
                attributes: without_nulls(attributes),
            }
        }),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        let list = vec(inner, 0..3);
        prop_oneof![
            (
                list.clone(),
                option::of(any_json()),
                option::of(any_generator())
            )
                .prop_map(|(rules, value, generator)| {
                    let value =
                        value.filter(|value| !value.is_null() && value.as_str() != Some(""));
                    MatchingRule::EachValue {
                        rules,
                        value,
                        generator: generator.map(Box::new),
                    }
                }),
            (any_path(), list, any_body_generators()).prop_map(|(path, rules, generators)| {
                let list = RuleList {
                    rules,
                    combine: Combine::And,
                };
                let rules = Category::from_iter([(path, list)]);
                MatchingRule::ArrayContains {
                    variants: vec![Variant {
                        index: 3,
                        rules,
                        generators,
                    }],
                }
            }),
        ]
    })
    .boxed()
}

fn without_nulls(object: Object<'static>) -> Object<'static> {
    object
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .collect()
}

fn any_list() -> impl Strategy<Value = RuleList> {
    let combine = prop_oneof![Just(Combine::And), Just(Combine::Or)];
    // How a single rule is combined says nothing, and V2 does not write it.
    (vec(any_rule(), 1..3), combine).prop_map(|(rules, combine)| {
        let combine = if rules.len() > 1 {
            combine
        } else {
            Combine::And
        };
        RuleList { rules, combine }
    })
}

fn any_rules() -> BoxedStrategy<MatchingRules> {
    let body = vec((any_path(), any_list()), 0..2);
    let header = vec(("[A-Za-z _-]{1,6}", any_list()), 0..2);
    let query = vec((".{1,4}", any_list()), 0..2);
    (body, header, query, option::of(any_list()))
        .prop_map(|(body, header, query, path)| MatchingRules {
            body: body.into_iter().collect(),
            header: header.into_iter().collect(),
            query: query.into_iter().collect(),
            path: path.unwrap_or_default(),
            ..MatchingRules::default()
        })
        .boxed()
}

fn any_request() -> BoxedStrategy<Request> {
    let line = ("[A-Z]{1,5}", ".{1,6}", any_query());
    (
        line,
        any_headers(),
        any_body(),
        any_rules(),
        option::of(any_generator()),
    )
        .prop_map(
            |((method, path, query), headers, body, matching_rules, generator)| Request {
                method,
                path,
                query,
                headers,
                body,
                matching_rules,
                generators: Generators {
                    path: generator,
                    ..Generators::default()
                },
                extra: Object::new(),
            },
        )
        .boxed()
}

fn any_response() -> BoxedStrategy<Response> {
    (
        any::<u16>(),
        any_headers(),
        any_body(),
        any_rules(),
        any_body_generators(),
    )
        .prop_map(
            |(status, headers, body, matching_rules, generators)| Response {
                status,
                headers,
                body,
                matching_rules,
                generators: Generators {
                    body: generators,
                    ..Generators::default()
                },
                extra: Object::new(),
            },
        )
        .boxed()
}

fn any_message() -> BoxedStrategy<Message> {
    (any_body(), any_object(), any_rules())
        .prop_map(|(contents, metadata, rules)| Message {
            contents,
            metadata,
            matching_rules: MatchingRules {
                body: rules.body,
                ..MatchingRules::default()
            },
            generators: Generators::default(),
            extra: Object::new(),
        })
        .boxed()
}

fn any_http() -> BoxedStrategy<InteractionKind> {
    (any_request(), any_response())
        .prop_map(|(request, response)| {
            InteractionKind::Http(Box::new(HttpExchange { request, response }))
        })
        .boxed()
}

fn any_kind() -> BoxedStrategy<InteractionKind> {
    prop_oneof![
        any_http(),
        any_message().prop_map(|message| InteractionKind::AsyncMessage(Box::new(message))),
        (any_message(), vec(any_message(), 0..3)).prop_map(|(request, responses)| {
            InteractionKind::SyncMessage(Box::new(MessageExchange { request, responses }))
        }),
    ]
    .boxed()
}

fn any_states() -> BoxedStrategy<Vec<ProviderState>> {
    vec((".{0,4}", any_object()), 0..3)
        .prop_map(|states| {
            states
                .into_iter()
                .map(|(name, params)| ProviderState { name, params })
                .collect()
        })
        .boxed()
}

fn any_interaction(
    kind: impl Strategy<Value = InteractionKind>,
) -> impl Strategy<Value = Interaction> {
    let markup = option::of(".{1,4}").prop_map(|markup| {
        markup.map(|markup| Markup {
            markup,
            markup_type: MarkupType::Html,
        })
    });
    let of_v4 = (
        option::of("[a-z]{1,4}"),
        any::<bool>(),
        any_object(),
        markup,
    );
    (".{0,6}", any_states(), kind, of_v4).prop_map(
        |(description, provider_states, kind, (key, pending, comments, markup))| Interaction {
            provider_states,
            key,
            pending,
            comments,
            markup,
            ..Interaction::new(description, kind)
        },
    )
}

fn any_pact(kind: impl Strategy<Value = InteractionKind>) -> impl Strategy<Value = Pact> {
    vec(any_interaction(kind), 0..3).prop_map(|interactions| Pact {
        interactions,
        ..Pact::new("web", "shop")
    })
}

/// Leaves of an interaction what every version since V3 can say.
fn plain(mut interaction: Interaction) -> Interaction {
    interaction.key = None;
    interaction.pending = false;
    interaction.comments = Object::new();
    interaction.markup = None;
    interaction
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn v4_gives_back_what_was_written(pact in any_pact(any_kind())) {
        let text = write(&pact).unwrap();
        let again = read(text.as_bytes()).unwrap();
        prop_assert_eq!(&again.pact, &pact);
        prop_assert_eq!(write(&again.pact).unwrap(), text);
    }

    #[test]
    fn what_an_older_version_loses_is_named(
        interaction in any_interaction(any_http()).prop_map(plain),
        version in prop::sample::select(vec![SpecVersion::V1, SpecVersion::V1_1, SpecVersion::V2, SpecVersion::V3]),
    ) {
        let pact = Pact { interactions: vec![interaction], ..Pact::new("web", "shop") };
        let (text, losses) = write_as(&pact, version).unwrap();
        let again = read(text.as_bytes()).unwrap().pact;
        if losses.is_empty() {
            prop_assert_eq!(&again.interactions, &pact.interactions);
        }
        prop_assert_eq!(write(&again).unwrap(), text);
    }

    #[test]
    fn messages_of_v3_name_what_they_lose(message in any_message()) {
        let kind = InteractionKind::AsyncMessage(Box::new(message));
        let pact = Pact { interactions: vec![Interaction::new("m", kind)], ..Pact::new("web", "shop") };
        let (text, losses) = write_as(&pact, SpecVersion::V3).unwrap();
        let again = read(text.as_bytes()).unwrap().pact;
        if let ([InteractionKind::AsyncMessage(again)], [InteractionKind::AsyncMessage(given)], []) = (
            again.interactions.iter().map(|found| found.kind.clone()).collect::<Vec<_>>().as_slice(),
            pact.interactions.iter().map(|found| found.kind.clone()).collect::<Vec<_>>().as_slice(),
            losses.as_slice(),
        ) {
            prop_assert_eq!(&again.contents, &given.contents);
        }
        prop_assert_eq!(write(&again).unwrap(), text);
    }

    #[test]
    fn any_json_is_read_or_refused(json in any_json(), bytes in any::<Vec<u8>>()) {
        let _ = read(json.to_compact().as_bytes());
        let _ = read(&bytes);
    }

    #[test]
    fn a_damaged_pact_is_read_or_refused(pact in any_pact(any_kind()), at in any::<prop::sample::Index>(), byte: u8) {
        let mut text = write(&pact).unwrap().into_bytes();
        let at = at.index(text.len());
        text[at] = byte;
        if let Ok(read) = read(&text) {
            let _ = write(&read.pact);
        }
    }

    #[test]
    fn a_pact_with_a_member_of_another_kind_is_read_or_refused(pact in any_pact(any_kind()), at in any::<prop::sample::Index>(), other in any_json()) {
        let text = write(&pact).unwrap();
        let mut json = Json::parse(text.as_bytes()).unwrap().into_owned();
        let mut left = at.index(count(&json));
        exchange(&mut json, &mut left, &other);
        if let Ok(read) = read(json.to_compact().as_bytes()) {
            let _ = write(&read.pact);
        }
    }
}

/// Counts the values in a document.
fn count(json: &Json<'_>) -> usize {
    1 + match json {
        Json::Array(items) => items.iter().map(count).sum(),
        Json::Object(members) => members.iter().map(|(_, value)| count(value)).sum(),
        _ => 0,
    }
}

/// Puts another value in the place that is `left` values away.
fn exchange(json: &mut Json<'static>, left: &mut usize, other: &Json<'static>) {
    if *left == 0 {
        *json = other.clone();
    }
    *left = left.wrapping_sub(1);
    match json {
        Json::Array(items) => items
            .iter_mut()
            .for_each(|item| exchange(item, left, other)),
        Json::Object(members) => {
            let names: Vec<String> = members.iter().map(|(name, _)| name.to_owned()).collect();
            for name in names {
                if let Some(value) = members.get_mut(&name) {
                    exchange(value, left, other);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn content_types_are_detected_where_none_is_named() {
    let text = br#"{"consumer":{"name":"a"},"provider":{"name":"b"},"interactions":[{"description":"d","request":{"body":"<a/>"},"response":{}}]}"#;
    let pact = read(text).unwrap().pact;
    let InteractionKind::Http(http) = &pact.interactions[0].kind else {
        panic!("no HTTP interaction");
    };
    let content = http.request.body.content().unwrap();
    assert_eq!(content.content_type, Some(ContentType::xml()));
}
