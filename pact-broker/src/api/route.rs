//! One resource: its path, its methods, the representations it has and takes.

use axum::{
    extract::Request,
    handler::Handler,
    http::{HeaderValue, Method, StatusCode},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{MethodFilter, MethodRouter, on},
};

use super::{
    error::ApiError,
    extract::{Negotiated, content_type},
    media::{Accept, MediaType},
};
use crate::state::AppState;

/// A resource of the API.
pub(crate) struct Route {
    path: &'static str,
    /// Each with the types of the bodies it takes.
    methods: Vec<(Method, &'static [MediaType])>,
    provides: &'static [MediaType],
    /// Whether it is not there for a client that takes none of these, instead of not acceptable.
    elusive: bool,
    handlers: MethodRouter<AppState>,
}

const JSON: &[MediaType] = &[MediaType::Json];

impl Route {
    /// Starts a resource that is represented as HAL.
    pub(crate) fn at(path: &'static str) -> Self {
        Self {
            path,
            methods: Vec::new(),
            provides: &[MediaType::Hal],
            elusive: false,
            handlers: MethodRouter::new(),
        }
    }

    /// Says how the resource is represented; the first is what a client that does not care gets.
    pub(crate) fn provides(mut self, provides: &'static [MediaType]) -> Self {
        self.provides = provides;
        self
    }

    /// Hides the resource from clients that take none of its representations.
    pub(crate) fn elusive(mut self) -> Self {
        self.elusive = true;
        self
    }

    pub(crate) fn get<T: 'static>(self, handler: impl Handler<T, AppState>) -> Self {
        self.on(Method::GET, &[], handler)
    }

    pub(crate) fn delete<T: 'static>(self, handler: impl Handler<T, AppState>) -> Self {
        self.on(Method::DELETE, &[], handler)
    }

    /// Takes JSON by `PUT`.
    pub(crate) fn put<T: 'static>(self, handler: impl Handler<T, AppState>) -> Self {
        self.on(Method::PUT, JSON, handler)
    }

    /// Takes JSON by `POST`.
    pub(crate) fn post<T: 'static>(self, handler: impl Handler<T, AppState>) -> Self {
        self.on(Method::POST, JSON, handler)
    }

    /// Does something by `POST`, whatever is sent along.
    pub(crate) fn act<T: 'static>(self, handler: impl Handler<T, AppState>) -> Self {
        self.on(Method::POST, &[], handler)
    }

    /// Takes `accepts` by `PATCH`.
    pub(crate) fn patch<T: 'static>(
        self,
        accepts: &'static [MediaType],
        handler: impl Handler<T, AppState>,
    ) -> Self {
        self.on(Method::PATCH, accepts, handler)
    }

    fn on<T: 'static>(
        mut self,
        method: Method,
        accepts: &'static [MediaType],
        handler: impl Handler<T, AppState>,
    ) -> Self {
        let Ok(filter) = MethodFilter::try_from(method.clone()) else {
            return self;
        };
        let offered = (self.provides, self.elusive);
        let negotiated = negotiated(on(filter, handler), offered, accepts);
        self.handlers = self.handlers.merge(negotiated);
        self.methods.push((method, accepts));
        self
    }

    /// Returns the path, with `{names}` for what varies.
    pub(crate) fn path(&self) -> &'static str {
        self.path
    }

    /// Returns the methods, in the order they were given.
    #[cfg(test)]
    pub(crate) fn methods(&self) -> Vec<Method> {
        let methods = self.methods.iter();
        methods.map(|(method, _)| method.clone()).collect()
    }

    /// Returns the types of the bodies that a method takes, named in lower case; none where it takes none.
    pub(crate) fn accepted(&self, method: &str) -> &'static [MediaType] {
        let mut methods = self.methods.iter();
        methods
            .find(|(one, _)| one.as_str().eq_ignore_ascii_case(method))
            .map_or(&[], |(_, accepts)| accepts)
    }

    /// Returns the types the resource is represented as.
    pub(crate) fn provided(&self) -> &'static [MediaType] {
        self.provides
    }

    /// Whether it is a picture alone.
    pub(crate) fn is_badge(&self) -> bool {
        self.provides == [MediaType::Svg]
    }

    /// Returns the handlers, with answers for `OPTIONS` and for methods the resource lacks.
    pub(crate) fn into_handlers(self) -> MethodRouter<AppState> {
        let names: Vec<&str> = self
            .methods
            .iter()
            .map(|(method, _)| method.as_str())
            .chain(["OPTIONS"])
            .collect();
        let allow = names.join(", ");
        let options = allow.clone();
        self.handlers
            .options(move || async move { describe(&options) })
            .fallback(move || async move { ApiError::method_not_allowed(&allow) })
    }
}

/// Lets requests through that can be understood and answered. It knows nothing of the handler's type:
/// what it wraps around a handler would else be compiled once for each.
fn negotiated(
    handlers: MethodRouter<AppState>,
    offered: (&'static [MediaType], bool),
    accepts: &'static [MediaType],
) -> MethodRouter<AppState> {
    handlers.layer(middleware::from_fn(move |request: Request, next: Next| {
        negotiate(offered, accepts, request, next)
    }))
}

/// Answers `OPTIONS`.
fn describe(methods: &str) -> Response {
    let mut response = StatusCode::OK.into_response();
    if let Ok(methods) = HeaderValue::try_from(methods) {
        response
            .headers_mut()
            .insert("access-control-allow-methods", methods);
    }
    response
}

/// Refuses bodies and representations the resource does not have, and notes the representation chosen.
async fn negotiate(
    (provides, elusive): (&'static [MediaType], bool),
    accepts: &'static [MediaType],
    mut request: Request,
    next: Next,
) -> Response {
    if !accepts.is_empty() {
        let sent = content_type(request.headers());
        if !sent.is_some_and(|sent| accepts.iter().any(|media| media.name() == sent)) {
            return ApiError::status(StatusCode::UNSUPPORTED_MEDIA_TYPE).into_response();
        }
    }
    let accept = request
        .extensions()
        .get::<Accept>()
        .cloned()
        .unwrap_or_default();
    match accept.choose(provides) {
        Some(media) => request.extensions_mut().insert(Negotiated(media)),
        None if accept.names(MediaType::Problem) => {
            request.extensions_mut().insert(Negotiated(provides[0]))
        }
        None if elusive => return ApiError::not_found().into_response(),
        None => return ApiError::status(StatusCode::NOT_ACCEPTABLE).into_response(),
    };
    next.run(request).await
}
