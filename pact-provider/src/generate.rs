//! The request of an interaction with its generators applied.

use std::borrow::Cow;
use std::hash::{BuildHasher, RandomState};
use std::time::SystemTime;

use pact_core::generators::{GenerationContext, Mode, apply_to_request};
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
    let seed = RandomState::new().hash_one(0);
    let mut context = GenerationContext::utc(Mode::Provider, SystemTime::now(), seed);
    context.values = values.clone();
    Ok(Cow::Owned(apply_to_request(request, &mut context)?))
}
