//! Rendering HAL: answers, links, collections with pages.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::{error::ApiError, media::MediaType, pieces::Pieces};
use crate::{domain::time::Timestamp, store::Page};

/// An `application/hal+json` answer.
#[derive(Debug)]
pub(crate) struct Hal {
    status: StatusCode,
    location: Option<String>,
    body: Value,
}

impl Hal {
    /// Answers 200 with a document.
    pub(crate) fn ok(body: Value) -> Self {
        Self {
            status: StatusCode::OK,
            location: None,
            body,
        }
    }

    /// Answers 201 with a document and where it can be read again.
    pub(crate) fn created(location: String, body: Value) -> Self {
        Self {
            status: StatusCode::CREATED,
            location: Some(location),
            body,
        }
    }

    /// Answers 201 when `created`, 200 otherwise.
    pub(crate) fn stored(created: bool, location: String, body: Value) -> Self {
        if created {
            Self::created(location, body)
        } else {
            Self::ok(body)
        }
    }

    /// Exchanges the status.
    #[must_use]
    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }
}

impl IntoResponse for Hal {
    fn into_response(self) -> Response {
        let mut response = written(&self.body);
        *response.status_mut() = self.status;
        if let Some(location) = self
            .location
            .and_then(|location| HeaderValue::try_from(location).ok())
        {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

/// Answers 200 with a document that is written as it is, without making a tree of it first.
pub(crate) fn written(document: &impl serde::Serialize) -> Response {
    match Pieces::of(document) {
        Ok(body) => {
            let mut response = Response::new(Body::new(body));
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, MediaType::Hal.header());
            response
        }
        Err(error) => ApiError::internal(&error).into_response(),
    }
}

/// Answers with text of a media type.
pub(crate) fn text(media: MediaType, body: String) -> Response {
    let mut response = body.into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, media.header());
    response
}

/// A link with only an address.
pub(crate) fn link(href: impl Into<String>) -> Value {
    json!({ "href": href.into() })
}

/// A link with a title.
pub(crate) fn titled(title: &str, href: impl Into<String>) -> Value {
    json!({ "title": title, "href": href.into() })
}

/// A link with a title and the name of what it leads to.
pub(crate) fn named(title: &str, name: &str, href: impl Into<String>) -> Value {
    json!({ "title": title, "name": name, "href": href.into() })
}

/// A link whose address has `{variables}` to fill in.
pub(crate) fn template(title: &str, href: impl Into<String>) -> Value {
    json!({ "title": title, "href": href.into(), "templated": true })
}

/// Sets `key` when there is a value: members without one are left out.
pub(crate) fn set<T: Into<Value>>(object: &mut Map<String, Value>, key: &str, value: Option<T>) {
    if let Some(value) = value {
        object.insert(key.to_owned(), value.into());
    }
}

/// Sets `createdAt`, and `updatedAt` where something changed since.
pub(crate) fn set_times(
    object: &mut Map<String, Value>,
    created_at: &Timestamp,
    updated_at: &Timestamp,
) {
    object.insert("createdAt".to_owned(), created_at.to_hal().into());
    if updated_at != created_at {
        object.insert("updatedAt".to_owned(), updated_at.to_hal().into());
    }
}

/// Adds what a page of a collection carries: counts, and links to its neighbours.
pub(crate) fn set_paging(body: &mut Value, page: Option<Page>, total: u64, collection: &str) {
    let Some(page) = page else { return };
    let pages = total.div_ceil(page.size.into());
    body["page"] = json!({ "number": page.number, "size": page.size, "totalElements": total, "totalPages": pages });
    let neighbour = |number: u32, title: &str| {
        titled(
            title,
            format!("{collection}?size={}&page={number}", page.size),
        )
    };
    if u64::from(page.number) < pages {
        body["_links"]["next"] = neighbour(page.number + 1, "Next page");
    }
    if page.number > 1 {
        body["_links"]["previous"] = neighbour(page.number - 1, "Previous page");
    }
}
