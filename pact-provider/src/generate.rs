//! Interactions with their generators applied: what provider states gave takes its places in what is
//! sent and in what is expected.

use std::borrow::Cow;
use std::hash::{BuildHasher, RandomState};
use std::time::SystemTime;

use pact_core::generators::{
    GenerationContext, Generator, Generators, Mode, apply_to_message, apply_to_request,
    apply_to_response,
};
use pact_core::json::Object;
use pact_core::model::{Message, Request, Response};

use crate::error::InteractionError;

/// Returns the request to send; values of provider states take the places that ask for them.
pub(crate) fn request<'a>(
    request: &'a Request,
    values: &Object<'static>,
) -> Result<Cow<'a, Request>, InteractionError> {
    if request.generators.is_empty() {
        return Ok(Cow::Borrowed(request));
    }
    Ok(Cow::Owned(apply_to_request(request, &mut context(values))?))
}

/// Returns the message the provider is to answer.
pub(crate) fn message<'a>(
    message: &'a Message,
    values: &Object<'static>,
) -> Result<Cow<'a, Message>, InteractionError> {
    if message.generators.is_empty() {
        return Ok(Cow::Borrowed(message));
    }
    Ok(Cow::Owned(apply_to_message(message, &mut context(values))?))
}

/// Returns the response to expect. Values that provider states gave take the places of examples;
/// where they gave none the example stays, and nothing else is made afresh: nobody could expect it.
pub(crate) fn expected_response<'a>(
    response: &'a Response,
    values: &Object<'static>,
) -> Result<Cow<'a, Response>, InteractionError> {
    let generators = of_states(&response.generators, values);
    if generators.is_empty() {
        return Ok(Cow::Borrowed(response));
    }
    let response = Response {
        generators,
        ..response.clone()
    };
    Ok(Cow::Owned(apply_to_response(
        &response,
        &mut context(values),
    )?))
}

/// Returns the message to expect; as with [`expected_response`].
pub(crate) fn expected_message<'a>(
    message: &'a Message,
    values: &Object<'static>,
) -> Result<Cow<'a, Message>, InteractionError> {
    let generators = of_states(&message.generators, values);
    if generators.is_empty() {
        return Ok(Cow::Borrowed(message));
    }
    let message = Message {
        generators,
        ..message.clone()
    };
    Ok(Cow::Owned(apply_to_message(
        &message,
        &mut context(values),
    )?))
}

fn context(values: &Object<'static>) -> GenerationContext {
    let seed = RandomState::new().hash_one(0);
    let mut context = GenerationContext::utc(Mode::Provider, SystemTime::now(), seed);
    context.values = values.clone();
    context
}

/// Returns the generators that take values of provider states, as far as these gave any.
fn of_states(generators: &Generators, values: &Object<'static>) -> Generators {
    let known = |generator: &Generator| match generator {
        Generator::ProviderState { expression, .. } => {
            names(expression).iter().all(|name| values.contains(name))
        }
        _ => false,
    };
    let one = |generator: &Option<Generator>| generator.clone().filter(|one| known(one));
    let named = |list: &[(String, Generator)]| -> Vec<(String, Generator)> {
        { list.iter() }
            .filter(|(_, generator)| known(generator))
            .cloned()
            .collect()
    };
    Generators {
        body: { generators.body.iter() }
            .filter(|(_, generator)| known(generator))
            .cloned()
            .collect(),
        header: named(&generators.header),
        metadata: named(&generators.metadata),
        method: one(&generators.method),
        path: one(&generators.path),
        query: named(&generators.query),
        status: one(&generators.status),
    }
}

/// Returns the names in `${…}`; without any the expression is a name itself.
fn names(expression: &str) -> Vec<&str> {
    let mut parts = expression.split("${");
    let first = parts.next().unwrap_or_default();
    let names: Vec<&str> = parts
        .filter_map(|part| part.split_once('}').map(|(name, _)| name))
        .filter(|name| !name.is_empty())
        .collect();
    if names.is_empty() { vec![first] } else { names }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_an_expression_are_found() {
        assert_eq!(names("/orders/${id}/lines/${line}"), ["id", "line"]);
        assert_eq!(names("${id}"), ["id"]);
        assert_eq!(names("id"), ["id"]);
    }

    #[test]
    fn what_states_did_not_give_stays_an_example() {
        let state = |expression: &str| Generator::ProviderState {
            expression: expression.to_owned(),
            data_type: None,
        };
        let generators = Generators {
            header: vec![
                ("X-Known".to_owned(), state("${id}")),
                ("X-Unknown".to_owned(), state("${other}")),
                ("X-Random".to_owned(), Generator::RandomBoolean),
            ],
            ..Generators::default()
        };
        let mut values = Object::default();
        values.insert("id".to_owned(), 7_i64);
        let kept = of_states(&generators, &values);
        assert_eq!(kept.header.len(), 1);
        assert_eq!(kept.header[0].0, "X-Known");
    }
}
