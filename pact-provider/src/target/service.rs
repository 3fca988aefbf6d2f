//! A provider in this process: any `tower::Service`, called without a port.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{HOST, HeaderValue};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use tower::Service;

use super::{Answer, Fault, header_lines};
use crate::error::chain;
use crate::guard::caught_within;

type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Call =
    Arc<dyn Fn(http::Request<Bytes>, usize) -> BoxFuture<Result<Answer, Fault>> + Send + Sync>;
type Make = Arc<dyn Fn() -> BoxFuture<Provided> + Send + Sync>;

/// A service ready to be called, and what its maker gave along for the state handlers.
#[derive(Clone)]
pub(crate) struct Provided {
    call: Call,
    pub(crate) data: Option<Arc<dyn Any + Send + Sync>>,
}

/// The one service of the run, or a maker of one for each interaction.
#[derive(Clone)]
pub(crate) enum ServiceTarget {
    Fresh(Make),
    Shared(Provided),
}

impl ServiceTarget {
    pub(crate) fn fresh<F, Fut>(make: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Provided> + Send + 'static,
    {
        Self::Fresh(Arc::new(move || Box::pin(make())))
    }

    /// Returns the service for one interaction.
    pub(crate) async fn provide(&self, deadline: Duration) -> Result<Provided, Fault> {
        match self {
            Self::Shared(provided) => Ok(provided.clone()),
            Self::Fresh(make) => match caught_within(deadline, make()).await {
                Ok(Ok(provided)) => Ok(provided),
                Ok(Err(message)) => Err(Fault::Panicked { message }),
                Err(_) => Err(Fault::Timeout { after: deadline }),
            },
        }
    }
}

impl Provided {
    pub(crate) fn new<S, B>(service: S, data: Option<Arc<dyn Any + Send + Sync>>) -> Self
    where
        S: Service<http::Request<Full<Bytes>>, Response = http::Response<B>>,
        S: Clone + Send + Sync + 'static,
        S::Future: Send,
        S::Error: Into<BoxError>,
        B: http_body::Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        let call = move |request, limit| -> BoxFuture<_> {
            Box::pin(exchange(service.clone(), request, limit))
        };
        Self {
            call: Arc::new(call),
            data,
        }
    }

    /// Calls the service as a server would that got the request over a connection.
    pub(crate) async fn send(
        &self,
        mut request: http::Request<Bytes>,
        deadline: Duration,
        limit: usize,
    ) -> Result<Answer, Fault> {
        request
            .headers_mut()
            .entry(HOST)
            .or_insert(HeaderValue::from_static("localhost"));
        match caught_within(deadline, (self.call)(request, limit)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(message)) => Err(Fault::Panicked { message }),
            Err(_) => Err(Fault::Timeout { after: deadline }),
        }
    }
}

async fn exchange<S, B>(
    mut service: S,
    request: http::Request<Bytes>,
    limit: usize,
) -> Result<Answer, Fault>
where
    S: Service<http::Request<Full<Bytes>>, Response = http::Response<B>>,
    S::Error: Into<BoxError>,
    B: http_body::Body,
    B::Error: Into<BoxError>,
{
    let failed = |error: S::Error| Fault::Service {
        message: chain(error.into().as_ref()),
    };
    poll_fn(|context| service.poll_ready(context))
        .await
        .map_err(failed)?;
    let request = request.map(Full::new);
    let (parts, body) = service.call(request).await.map_err(failed)?.into_parts();
    let body = match Limited::new(body, limit).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return Err(Fault::TooLarge { limit }),
        Err(error) => {
            return Err(Fault::Incomplete {
                reason: chain(error.as_ref()),
            });
        }
    };
    Ok(Answer {
        status: parts.status.as_u16(),
        headers: header_lines(&parts.headers),
        body,
    })
}
