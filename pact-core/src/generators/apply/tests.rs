//! Every part gets its value.

use super::*;
use crate::datetime::instant;
use crate::generators::Mode;
use crate::json::Object;
use crate::model::ContentType;

fn context(mode: Mode) -> GenerationContext {
    let now = instant((2026, 3, 31), (10, 15, 0), 0);
    let mut context = GenerationContext::new(mode, now, 1);
    context.values = Object::from_iter([("id".to_owned(), Json::from(7_i64))]);
    context
}

fn state(expression: &str) -> Generator {
    Generator::ProviderState {
        expression: expression.to_owned(),
        data_type: None,
    }
}

fn request(body: &str, content_type: ContentType) -> Request {
    let mut request = Request {
        path: "/orders/1".to_owned(),
        ..Request::default()
    };
    request.headers.push("X-Id", "1");
    request.query.push("id", Some("1".to_owned()));
    request.body = Body::present(body, Some(content_type));
    request.generators.path = Some(state("/orders/${id}"));
    request
        .generators
        .header
        .push(("X-Id".to_owned(), state("id")));
    request
        .generators
        .query
        .push(("$['id'][0]".to_owned(), state("id")));
    request
}

fn text(body: &Body) -> String {
    String::from_utf8(body.content().unwrap().bytes.clone()).unwrap()
}

#[test]
fn every_part_of_a_request_gets_its_value() {
    let mut request = request(
        r#"{"lines":[{"id":1.50},{"id":2}],"keep":1.0}"#,
        ContentType::json(),
    );
    request
        .generators
        .body
        .push(("$.lines[*].id".parse().unwrap(), state("id")));
    let made = apply_to_request(&request, &mut context(Mode::Provider)).unwrap();
    assert_eq!(
        (made.path.as_str(), made.headers.first("x-id")),
        ("/orders/7", Some("7"))
    );
    assert_eq!(made.query.get("id"), Some(&[Some("7".to_owned())][..]));
    assert_eq!(
        text(&made.body),
        r#"{"lines":[{"id":7},{"id":7}],"keep":1.0}"#
    );
}

#[test]
fn state_values_are_left_alone_in_a_consumers_test() {
    let request = request("{}", ContentType::json());
    let made = apply_to_request(&request, &mut context(Mode::Consumer)).unwrap();
    assert_eq!(made, request);
}

#[test]
fn forms_get_values_too() {
    let form = "application/x-www-form-urlencoded".parse().unwrap();
    let mut request = request("id=1&name=a+b", form);
    request
        .generators
        .body
        .push(("$.id".parse().unwrap(), state("id")));
    let made = apply_to_request(&request, &mut context(Mode::Provider)).unwrap();
    assert!(text(&made.body).contains("id=7"), "{}", text(&made.body));
}

#[test]
fn a_failure_names_generator_and_place() {
    let mut request = request(r#"{"a":1}"#, ContentType::json());
    request
        .generators
        .body
        .push(("$.a".parse().unwrap(), state("${missing}")));
    let error = apply_to_request(&request, &mut context(Mode::Provider)).unwrap_err();
    insta::assert_snapshot!(error, @"generator `ProviderState` for body at $.a: the provider states give no value `missing`; there are: id");
}

#[test]
fn xml_gets_values_where_they_stand_and_keeps_the_rest() {
    let example = "<?xml version='1.0'?>\n<o:orders xmlns:o=\"urn:o\">\n  <order id='1' note=\"a>b\"/>\n  \
        <order id='2'><!-- two --><line>a<sku>b</sku></line></order>\n</o:orders>";
    let mut request = request(example, "text/xml".parse().unwrap());
    for path in [
        "$['o:orders'].order['@id']",
        "$.orders.order[0]",
        "$.orders.order.line['#text']",
        "$.orders.nothing",
    ] {
        let path = path.parse().unwrap();
        request.generators.body.push((path, state("<${id}>")));
    }
    let made = apply_to_request(&request, &mut context(Mode::Provider)).unwrap();
    insta::assert_snapshot!(text(&made.body), @r#"
    <?xml version='1.0'?>
    <o:orders xmlns:o="urn:o">
      <order id='&lt;7&gt;' note="a>b">&lt;7&gt;</order>
      <order id='&lt;7&gt;'><!-- two --><line>&lt;7&gt;<sku>b</sku></line></order>
    </o:orders>
    "#);
}

#[test]
fn a_text_is_one_value_and_bytes_have_none() {
    let mut request = request("abc", ContentType::text());
    request
        .generators
        .body
        .push((DocPath::root(), state("${id}!")));
    let made = apply_to_request(&request, &mut context(Mode::Provider)).unwrap();
    assert_eq!(text(&made.body), "7!");
    request.body = Body::present("abc", Some(ContentType::binary()));
    let error = apply_to_request(&request, &mut context(Mode::Provider)).unwrap_err();
    insta::assert_snapshot!(error, @"generator `ProviderState` for body at $: values are made in JSON, XML, forms and texts only");
}
