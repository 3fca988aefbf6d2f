//! The description of the whole API, in OpenAPI 3.1.
//!
//! The operations are a table kept by hand beside the routes; a test holds one against the other.

mod operations;

use std::collections::BTreeMap;

use axum::response::Response;
use serde_json::{Map, Value, json};

use self::operations::{Operation, QUERIES, operations};
use super::{hal, media::MediaType, route::Route, routes::routes, urls::Urls};

/// Serves the description.
pub(crate) async fn show(urls: Urls) -> Response {
    let server = if urls.base().is_empty() {
        "/"
    } else {
        urls.base()
    };
    hal::text(MediaType::Json, document(server).to_string())
}

fn document(server: &str) -> Value {
    let routes: BTreeMap<&str, Route> = routes()
        .into_iter()
        .map(|route| (route.path(), route))
        .collect();
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations() {
        let path = paths
            .entry(operation.path)
            .or_insert_with(|| json!({ "parameters": path_parameters(operation.path) }));
        path[operation.method] = describe(operation, routes.get(operation.path));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Pact broker",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Contracts, verification results, and whether a version can be deployed. Answers are HAL documents; follow their links rather than building addresses.",
            "license": { "name": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": server }],
        "paths": paths,
        "components": { "schemas": schemas() },
    })
}

/// What requests carry, and what answers do.
fn schemas() -> Map<String, Value> {
    let files = [include_str!("schemas.json"), include_str!("answers.json")];
    let read = files
        .iter()
        .filter_map(|text| serde_json::from_str(text).ok());
    read.flat_map(|schemas: Map<String, Value>| schemas)
        .collect()
}

fn schema(name: &str) -> Value {
    json!({ "schema": { "$ref": format!("#/components/schemas/{name}") } })
}

fn describe(operation: &Operation, route: Option<&Route>) -> Value {
    let mut description = json!({
        "operationId": operation.id(),
        "summary": operation.summary,
        "tags": [operation.tag()],
        "responses": responses(operation, route.map_or(&[], |route| route.provided())),
    });
    if let Some(body) = operation.body {
        let accepted = route.map_or(&[][..], |route| route.accepted(operation.method));
        let content: Map<String, Value> = accepted
            .iter()
            .map(|media| (media.name().to_owned(), schema(body)))
            .collect();
        description["requestBody"] = json!({ "content": content });
    }
    let queries: Vec<Value> = QUERIES
        .iter()
        .filter(|query| operation.method == query.method && query.paths.contains(&operation.path))
        .map(|query| json!({ "name": query.name, "in": "query", "description": query.description, "schema": { "type": "string" } }))
        .collect();
    if !queries.is_empty() {
        description["parameters"] = queries.into();
    }
    description
}

fn responses(operation: &Operation, provided: &[MediaType]) -> Value {
    let mut responses = Map::new();
    for status in operation.statuses {
        let text = match status {
            200 => "Done, or found",
            201 => "Created; `Location` says where",
            202 => "Accepted",
            204 => "Done; there is nothing to say",
            400 => "The request is malformed, or members of it are wrong",
            404 => "What the address names does not exist",
            409 => "What is stored stands against it",
            500 => "The broker failed; its log says why",
            _ => "The change makes no sense",
        };
        let mut response = json!({ "description": text });
        match status {
            204 => {}
            200..300 => response["content"] = found(operation, provided).into(),
            _ => response["content"] = refused(),
        }
        responses.insert(status.to_string(), response);
    }
    let other =
        "The request was refused before it was looked at: its method, its media types, its size";
    responses.insert(
        "default".to_owned(),
        json!({ "description": other, "content": refused() }),
    );
    responses.into()
}

/// What a successful answer carries: every representation when it is read, a document otherwise.
fn found(operation: &Operation, provided: &[MediaType]) -> Map<String, Value> {
    let read = operation.method == "get";
    let shown = provided
        .iter()
        .filter(|media| read || **media == MediaType::Hal);
    let media = shown.map(|media| {
        let name = media.name().to_owned();
        let content = if name.ends_with("json") {
            schema(operation.answer())
        } else {
            json!({ "schema": { "type": "string" } })
        };
        (name, content)
    });
    media.collect()
}

/// What a refusal carries, by what was asked for.
fn refused() -> Value {
    json!({
        MediaType::Hal.name(): schema("Error"),
        MediaType::Json.name(): schema("Error"),
        MediaType::Problem.name(): schema("Problem"),
        MediaType::Text.name(): { "schema": { "type": "string" } },
    })
}

fn path_parameters(path: &str) -> Vec<Value> {
    let names = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names.map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_is_described_and_every_description_is_a_route() {
        let routes = routes();
        let served: BTreeSet<(String, String)> = routes
            .iter()
            .flat_map(|route| {
                let path = route.path();
                let methods = route.methods().into_iter();
                methods.map(move |method| (path.to_owned(), method.as_str().to_lowercase()))
            })
            .collect();
        let described: BTreeSet<(String, String)> = operations()
            .map(|operation| (operation.path.to_owned(), operation.method.to_owned()))
            .collect();
        assert_eq!(
            served.difference(&described).collect::<Vec<_>>(),
            Vec::<&(String, String)>::new(),
            "routes not described"
        );
        assert_eq!(
            described.difference(&served).collect::<Vec<_>>(),
            Vec::<&(String, String)>::new(),
            "described but not served"
        );
        assert_eq!(operations().count(), described.len(), "described twice");
    }

    #[test]
    fn every_reference_leads_to_a_schema_and_every_operation_has_a_name_of_its_own() {
        let document = document("/");
        let schemas = document["components"]["schemas"].as_object().unwrap();
        assert!(schemas.contains_key("Error") && schemas.contains_key("Document"));
        for operation in operations() {
            assert!(
                operation
                    .body
                    .is_none_or(|schema| schemas.contains_key(schema)),
                "{}",
                operation.path
            );
        }
        let names: BTreeSet<String> = operations().map(Operation::id).collect();
        assert_eq!(names.len(), operations().count());
        for query in QUERIES {
            for path in query.paths {
                assert!(
                    operations().any(|one| one.path == *path && one.method == query.method),
                    "{path}"
                );
            }
        }
    }
}
