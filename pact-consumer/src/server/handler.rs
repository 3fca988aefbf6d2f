//! One request: read it, choose the interaction, answer.

use std::borrow::Cow;
use std::error::Error;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode, Version};
use pact_core::matching::ActualRequest;

use super::Verdict;
use super::body::AnswerBody;
use super::cors;
use super::fault::{Cut, Fault};
use super::options::Cors;
use super::problem::Problem;
use super::state::{Choice, ServerState};
use crate::serving::path;

/// Time in which the rest of a body that is too large is read and thrown away: a client that is
/// still sending would not see the answer.
const PATIENCE_WITH_LARGE_BODIES: Duration = Duration::from_secs(2);

/// Bytes all headers of an HTTP/2 request may have, each with what the protocol counts for a line.
const LARGEST_HEAD: usize = 64 << 10;
const HEADER_OVERHEAD: usize = 32;

/// Bytes of memory that are set aside for a body because its head says so.
const TRUSTED_LENGTH: u64 = 16 << 20;

pub(super) async fn handle(
    state: &ServerState,
    request: Request<Incoming>,
) -> Result<Response<AnswerBody>, Cut> {
    let (head, body) = request.into_parts();
    let read = match too_large(&head) {
        Some(unread) => Err(unread),
        None => read(state, body).await,
    };
    let lines = header_lines(&head);
    let headers: Vec<(&str, &str)> = { lines.iter() }
        .map(|(name, value)| (*name, value.as_ref()))
        .collect();
    let actual = ActualRequest {
        method: head.method.as_str(),
        path: path(&head.uri),
        query: head.uri.query(),
        headers: &headers,
        body: &[],
    };
    let mut answer = match read {
        Ok(body) => answer(state, &actual, body, &head).await?,
        Err(fault) => unreadable(state, &actual, &fault),
    };
    if state.behaviour.cors != Cors::Off {
        cors::allow(&head.headers, answer.headers_mut());
    }
    Ok(answer)
}

async fn answer(
    state: &ServerState,
    actual: &ActualRequest<'_>,
    body: Vec<u8>,
    head: &Parts,
) -> Result<Response<AnswerBody>, Cut> {
    let (answer, fault) = match state.choose(actual, body) {
        Choice::Answer(answer, fault) => (answer, fault),
        Choice::Fail(unsendable) => {
            return Ok(Problem::new(unsendable.title(), unsendable.to_string()).respond());
        }
        Choice::Preflight => return Ok(cors::preflight(&head.headers)),
        Choice::Refuse(verdict) => return Ok(Problem::unexpected(actual, &verdict).respond()),
    };
    match fault {
        None | Some(Fault::Slow { .. } | Fault::Truncate) => {}
        Some(Fault::Delay(time)) => tokio::time::sleep(time).await,
        Some(Fault::Close) => return Err(Cut::Close),
        Some(Fault::Reset) => return Err(Cut::Reset),
        Some(Fault::Malformed) => return Err(Cut::Malformed),
    }
    let mut response = answer.map(AnswerBody::whole);
    if let Some(fault) = fault {
        response.body_mut().suffer(fault);
    }
    Ok(response)
}

/// Returns the header lines as text; an HTTP/2 client says `:authority` instead of `Host`.
fn header_lines(head: &Parts) -> Vec<(&str, Cow<'_, str>)> {
    let lines = head.headers.iter();
    let mut lines: Vec<_> = lines
        .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())))
        .collect();
    if !head.headers.contains_key(hyper::header::HOST)
        && let Some(authority) = head.uri.authority()
    {
        lines.push(("host", Cow::Borrowed(authority.as_str())));
    }
    lines
}

/// Why there is no body.
struct Unread {
    status: StatusCode,
    reason: String,
}

/// Returns why a head is refused, if it is. The heads of HTTP/1 are measured before they come here.
fn too_large(head: &Parts) -> Option<Unread> {
    let lines = head.headers.iter();
    let size: usize = lines
        .map(|(name, value)| name.as_str().len() + value.len() + HEADER_OVERHEAD)
        .sum();
    (head.version == Version::HTTP_2 && size > LARGEST_HEAD).then(|| Unread {
        status: StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        reason: HEAD_TOO_LARGE.to_owned(),
    })
}

/// What is said of a head with more than the server reads.
pub(super) const HEAD_TOO_LARGE: &str = "its head is larger than this server reads";

/// Reads the body, within the limits of the server.
async fn read(state: &ServerState, mut body: Incoming) -> Result<Vec<u8>, Unread> {
    let largest = state.behaviour.largest_body;
    let deadline = state.behaviour.body_deadline;
    if body.is_end_stream() {
        return Ok(Vec::new());
    }
    let announced = body.size_hint().lower();
    let collect = async {
        let room = announced.min(TRUSTED_LENGTH).min(largest as u64);
        let mut bytes = Vec::with_capacity(usize::try_from(room).unwrap_or_default());
        if announced > largest as u64 {
            return Ok(None);
        }
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame?.into_data() else {
                continue;
            };
            if bytes.len() + data.len() > largest {
                return Ok(None);
            }
            bytes.extend_from_slice(&data);
        }
        Ok::<_, hyper::Error>(Some(bytes))
    };
    match tokio::time::timeout(deadline, collect).await {
        Ok(Ok(Some(bytes))) => Ok(bytes),
        Ok(Ok(None)) => {
            let discard = async { while let Some(Ok(_)) = body.frame().await {} };
            // Whether it comes to its end or not, it is answered now.
            let _ = tokio::time::timeout(PATIENCE_WITH_LARGE_BODIES, discard).await;
            Err(Unread {
                status: StatusCode::PAYLOAD_TOO_LARGE,
                reason: format!(
                    "its body has more than {largest} bytes; `ServerOptions::largest_body` allows more"
                ),
            })
        }
        Ok(Err(error)) => Err(Unread {
            status: StatusCode::BAD_REQUEST,
            reason: broken_off(&error),
        }),
        Err(_) => Err(Unread {
            status: StatusCode::REQUEST_TIMEOUT,
            reason: format!("its body did not come to its end within {deadline:?}"),
        }),
    }
}

/// Says what is wrong with a body that ends before its time, or is no body.
fn broken_off(error: &hyper::Error) -> String {
    let cause = error.source().map(|cause| format!(": {cause}"));
    let cause = cause.unwrap_or_default();
    format!("its body did not come to its end: {error}{cause}")
}

fn unreadable(
    state: &ServerState,
    actual: &ActualRequest<'_>,
    unread: &Unread,
) -> Response<AnswerBody> {
    let reason = unread.reason.clone();
    state.record(actual, Vec::new(), Verdict::Unreadable { reason });
    Problem::new("unreadable request", unread.reason.clone())
        .status(unread.status)
        .respond()
}
