//! Bodies that are not JSON.

use super::*;

/// A comparison of two bodies of a type.
struct Case<'a> {
    content_type: &'a str,
    rules: Vec<(&'a str, MatchingRule)>,
    expected: &'a str,
}

impl Case<'_> {
    fn rules(&self) -> MatchingRules {
        let lists: Vec<_> = self
            .rules
            .iter()
            .map(|(path, rule)| (*path, RuleList::one(rule.clone())))
            .collect();
        body_rules(&lists)
    }

    #[track_caller]
    fn response(&self, actual: &str, differences: &[&str]) {
        let plan = ResponsePlan::compile(&Response {
            body: Body::present(self.expected, Some(self.content_type.parse().unwrap())),
            matching_rules: self.rules(),
            ..Response::default()
        })
        .unwrap();
        let mismatches = plan.compare(&ActualResponse {
            status: 200,
            headers: &[("Content-Type", self.content_type)],
            body: actual.as_bytes(),
        });
        assert_eq!(texts(&mismatches), differences);
    }

    #[track_caller]
    fn request(&self, actual: &str, differences: &[&str]) {
        let plan = RequestPlan::compile(&Request {
            body: Body::present(self.expected, Some(self.content_type.parse().unwrap())),
            matching_rules: self.rules(),
            ..Request::default()
        })
        .unwrap();
        let mismatches = plan.compare(&ActualRequest {
            method: "GET",
            path: "/",
            query: None,
            headers: &[("Content-Type", self.content_type)],
            body: actual.as_bytes(),
        });
        assert_eq!(texts(&mismatches), differences);
    }
}

fn case<'a>(
    content_type: &'a str,
    rules: &[(&'a str, MatchingRule)],
    expected: &'a str,
) -> Case<'a> {
    Case {
        content_type,
        rules: rules.to_vec(),
        expected,
    }
}

fn xml<'a>(rules: &[(&'a str, MatchingRule)], expected: &'a str) -> Case<'a> {
    case("application/xml", rules, expected)
}

fn form<'a>(rules: &[(&'a str, MatchingRule)], expected: &'a str) -> Case<'a> {
    case("application/x-www-form-urlencoded", rules, expected)
}

fn pdf<'a>(rules: &[(&'a str, MatchingRule)]) -> Case<'a> {
    case("application/octet-stream", rules, "%PDF-1.7")
}

#[test]
fn xml_is_compared_by_name_whatever_order_and_prefixes() {
    let case = xml(&[], r#"<a x="1" y="2"><b>t</b><c/></a>"#);
    case.request("<a y='2' x='1'><c/><b> t </b><!-- n --></a>", &[]);
    case.request(
        "<a x='1' y='2'><b>t</b></a>",
        &["$.a -> Expected child <c/> but was missing"],
    );
    case.request(
        "<a x='1' y='2'><b>t</b><c/><d/></a>",
        &["$.a -> Unexpected child <d/>"],
    );
    case.response("<a x='1' y='2' z='3'><b>t</b><c/><d/></a>", &[]);
    case.response(
        "<a x='1'><b>u</b><c/></a>",
        &[
            "$.a['@y'] -> Expected attribute 'y'='2' but was missing",
            "$.a.b['#text'] -> Expected 'u' to be equal to 't'",
        ],
    );
    case.response("<z/>", &["$.a -> Expected 'z' to be equal to 'a'"]);
    let spaces = xml(&[], r#"<p:a xmlns:p="urn:x"><p:b/></p:a>"#);
    spaces.request(r#"<a xmlns="urn:x"><b/></a>"#, &[]);
    spaces.response(
        "<a><b/></a>",
        &["$['urn:x:a'] -> Expected 'a' to be equal to 'urn:x:a'"],
    );
}

#[test]
fn xml_rules_stand_at_elements_attributes_and_text() {
    let text = regex(r"\d+");
    xml(&[("$.a.b['#text']", text.clone())], "<a><b>1</b></a>").request("<a><b>27</b></a>", &[]);
    xml(&[("$.a.b", text.clone())], "<a><b>1</b></a>").request(
        "<a><b>x</b></a>",
        &[r"$.a.b['#text'] -> Expected 'x' to match '\d+'"],
    );
    xml(&[("$.a['@id']", text.clone())], "<a id='1'/>").request("<a id='27'/>", &[]);
    let repeated = [("$.a.b", bounded(Some(2), None))];
    xml(&repeated, "<a><b>1</b></a>").request("<a><b>1</b><b>2</b><b>3</b></a>", &[]);
    xml(&repeated, "<a><b>1</b></a>").request(
        "<a><b>1</b></a>",
        &["$.a.b -> Expected 'b' to have at least 2 children"],
    );
    let spaced = r#"<p:a xmlns:p="urn:x"><p:b>1</p:b></p:a>"#;
    for path in [
        "$['urn:x:a']['urn:x:b']",
        "$.p:a.p:b",
        "$.a.b",
        "$['{urn:x}a'].b",
    ] {
        xml(&[(path, text.clone())], spaced)
            .request(r#"<q:a xmlns:q="urn:x"><q:b>27</q:b></q:a>"#, &[]);
    }
}

#[test]
fn xml_from_strangers_is_no_danger() {
    let case = xml(&[], "<a/>");
    case.response(
        "<a",
        &["$ -> Failed to parse the actual body: 'the document does not have a root node'"],
    );
    let lol = r#"<!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "&l;&l;&l;&l;&l;&l;&l;&l;&l;&l;"><!ENTITY n "&m;&m;&m;&m;&m;&m;&m;&m;&m;&m;"><!ENTITY o "&n;&n;&n;&n;&n;&n;&n;&n;&n;&n;">]><a>&o;&o;&o;</a>"#;
    let plan = ResponsePlan::compile(&Response {
        body: Body::present("<a/>", Some(ContentType::xml())),
        ..Response::default()
    })
    .unwrap();
    let compare = |body: &str| {
        plan.compare(&ActualResponse {
            status: 200,
            headers: &[],
            body: body.as_bytes(),
        })
    };
    assert!(!compare(lol).is_empty());
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    assert_eq!(compare(&deep), []);
}

#[test]
fn forms_are_compared_field_by_field() {
    let case = form(&[], "a=1&b=2&c=3");
    case.request("c=3&a=1&b=2", &[]);
    case.request(
        "a=1&b=2&c=33",
        &["$.c -> Expected form post parameter 'c' with value '3' but was '33'"],
    );
    case.response(
        "a=1&b=2&c=3&d=4",
        &["$.d -> Unexpected form post parameter 'd' received"],
    );
    form(&[("$.a", like())], "a=1").request("a=9&a=8", &[]);
    form(&[("$", like())], "a=1&b=2").request("a=9&b=8", &[]);
    form(&[("$.a[1]", regex(r"\d"))], "a=1&a=2").request(
        "a=9&a=8",
        &["$.a -> Expected form post parameter 'a' with value '1' but was '9'"],
    );
}

#[test]
fn bytes_are_compared_as_they_are_or_by_what_they_look_like() {
    let looks = MatchingRule::ContentType {
        value: "application/pdf".to_owned(),
    };
    pdf(&[("$", looks.clone())]).request("%PDF-1.4 and more", &[]);
    pdf(&[("$", looks)]).request(
        "plain",
        &["$ -> Expected binary contents to have content type 'application/pdf' but detected contents was 'text/plain'"],
    );
    pdf(&[]).request(
        "%PDF-1.8",
        &["$ -> Actual body [application/octet-stream, 8 bytes, starting with 255044462d312e38] is not equal to the expected body [application/octet-stream, 8 bytes, starting with 255044462d312e37]"],
    );
    pdf(&[("$", MatchingRule::NotEmpty)])
        .request("", &["$ -> Expected [] (0 bytes) to not be empty"]);
}

fn multipart(parts: &[(&str, &str)]) -> String {
    let parts: Vec<String> = parts
        .iter()
        .map(|(head, body)| format!("--b\r\n{head}\r\n\r\n{body}\r\n"))
        .collect();
    format!("{}--b--\r\n", parts.concat())
}

#[test]
fn parts_are_compared_by_name_each_by_its_type() {
    let field = "Content-Disposition: form-data; name=\"f\"";
    let file = "Content-Disposition: form-data; name=\"doc\"; filename=\"a.json\"\r\nContent-Type: application/json";
    let expected = multipart(&[(field, "one"), (file, r#"{"a":1}"#)]);
    let case = |rules: &[(&'static str, MatchingRule)]| Case {
        content_type: "multipart/form-data; boundary=b",
        rules: rules.to_vec(),
        expected: &expected,
    };
    case(&[]).request(
        &multipart(&[(file, r#"{"a":1}"#), (field, "one"), ("X: y", "more")]),
        &[],
    );
    case(&[("$.doc.a", MatchingRule::Integer), ("$.f", like())])
        .request(&multipart(&[(field, "two"), (file, r#"{"a":27}"#)]), &[]);
    case(&[]).request(
        &multipart(&[(field, "two"), (file, r#"{"a":2}"#)]),
        &[
            "$.f -> Expected body 'one' to match 'two' using equality but did not match",
            "$.doc.a -> Expected 2 (Integer) to be equal to 1 (Integer)",
        ],
    );
    case(&[]).request(
        &multipart(&[("Content-Disposition: form-data; name=doc", "x")]),
        &[
            "$.f -> Expected a MIME part 'f' but was missing",
            "$.doc -> Expected a MIME file 'doc' but was field",
        ],
    );
    case(&[]).request(
        "text",
        &["$ -> Failed to parse the actual body: 'the closing boundary `--b--` is missing'"],
    );
    let twice = multipart(&[("X-Tag: a\r\nX-Tag: b", "one")]);
    let repeated = Case {
        content_type: "multipart/form-data; boundary=b",
        rules: Vec::new(),
        expected: &twice,
    };
    repeated.request(&twice, &[]);
    repeated.request(
        &multipart(&[("X-Tag: a", "one")]),
        &["$[0] -> MIME part '0': Expected multipart header 'X-Tag' with value 'b' but was missing"],
    );
    let plan = RequestPlan::compile(&Request {
        body: Body::present(
            expected.as_str(),
            Some("multipart/form-data; boundary=b".parse().unwrap()),
        ),
        ..Request::default()
    })
    .unwrap();
    let other = expected.replace("--b", "--zzz");
    let mismatches = plan.compare(&ActualRequest {
        method: "GET",
        path: "/",
        query: None,
        headers: &[("Content-Type", "multipart/form-data; boundary=zzz")],
        body: other.as_bytes(),
    });
    assert_eq!(mismatches, []);
}

#[test]
fn json_behind_the_prefix_of_a_schema_registry_is_json() {
    let framed = |content_type: &str, body: &[u8]| {
        let expected = Response {
            body: Body::present(r#"{"a":1}"#, Some(content_type.parse().unwrap())),
            ..Response::default()
        };
        let headers = [("Content-Type", content_type)];
        let actual = ActualResponse {
            status: 200,
            headers: &headers,
            body,
        };
        ResponsePlan::compile(&expected).unwrap().compare(&actual)
    };
    let registry = "application/vnd.schemaregistry.v1+json";
    assert_eq!(framed(registry, b"\0\0\0\0\x02{\"a\": 1}"), []);
    assert_eq!(framed(registry, br#"{"a":1}"#), []);
    assert_ne!(framed(registry, b"\0\0\0\0\x02{\"a\": 2}"), []);
    assert_ne!(framed("application/json", b"\0\0\0\0\x02{\"a\": 1}"), []);
}
