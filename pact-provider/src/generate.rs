//! The request of an interaction with its generators applied.

use std::borrow::Cow;

use pact_core::json::Object;
use pact_core::model::Request;

use crate::error::InteractionError;

/// Returns the request to send; values of provider states take the places that ask for them.
pub(crate) fn request<'a>(
    request: &'a Request,
    values: &Object<'static>,
) -> Result<Cow<'a, Request>, InteractionError> {
    if request.generators.is_empty() {
        return Ok(Cow::Borrowed(request));
    }
    let _ = values;
    Err(InteractionError::Generate {
        reason: "generators are not supported".to_owned(),
    })
}
