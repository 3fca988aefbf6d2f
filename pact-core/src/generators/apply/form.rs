//! Values in forms: by field, or by field and position.

use super::{acting, replaced, scalar};
use crate::generators::{GenerateError, GenerationContext, Generators};
use crate::model::BodyContent;
use crate::path::PathToken;

pub(super) fn apply(
    generators: &Generators,
    content: &mut BodyContent,
    context: &mut GenerationContext,
) -> Result<(), GenerateError> {
    let text = String::from_utf8_lossy(&content.bytes).into_owned();
    let mut form = crate::format::query_of(&text);
    for (path, generator) in acting(&generators.body, context.mode) {
        let [_, PathToken::Field(name), rest @ ..] = path.tokens() else {
            continue;
        };
        let index = rest.iter().find_map(|token| {
            if let PathToken::Index(index) = token {
                Some(*index)
            } else {
                None
            }
        });
        let known = form
            .get(name)
            .map(<[Option<String>]>::to_vec)
            .unwrap_or_default();
        let example = known
            .get(index.unwrap_or(0))
            .and_then(Option::as_deref)
            .unwrap_or_default();
        if let Some(text) = scalar(
            Some(generator),
            &format!("body at {path}"),
            example,
            context,
        )? {
            form.set(name.as_str(), replaced(known, index, Some(text)));
        }
    }
    let (text, _) = crate::format::query_text(&form);
    content.bytes = text.into_bytes();
    Ok(())
}
