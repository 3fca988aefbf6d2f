//! What interactions of every kind have in common.

use super::{ReadError, Reader, carried, object_or_none, text_of};
use crate::format::place::At;
use crate::json::{Json, Object};
use crate::model::{
    HttpExchange, Interaction, InteractionKind, Markup, MarkupType, MessageExchange, ProviderState,
    SpecVersion,
};

/// The list of a file that an interaction stands in.
#[derive(Clone, Copy)]
pub(super) enum List {
    Interactions,
    Messages,
}

impl List {
    /// The lists in the order they are read.
    pub(super) const ALL: [Self; 2] = [Self::Interactions, Self::Messages];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Interactions => "interactions",
            Self::Messages => "messages",
        }
    }

    const fn singular(self) -> &'static str {
        match self {
            Self::Interactions => "Interaction",
            Self::Messages => "Message",
        }
    }
}

impl Reader {
    pub(super) fn interaction(
        &mut self,
        item: Json<'_>,
        list: List,
        index: usize,
    ) -> Result<Interaction, ReadError> {
        let by_position = || format!("{} {index}", list.singular());
        let mut members = match item {
            Json::Object(members) => members,
            other => {
                return Err(At::interaction(index, &by_position()).wrong("an object", &other));
            }
        };
        let description = match members.remove("description") {
            Some(Json::Null) | None => {
                let name = by_position();
                let at = At::interaction(index, &name);
                self.warn(&at, "has no description; named by its position");
                name
            }
            Some(other) => text_of(other),
        };
        let at = At::interaction(index, &description);
        let provider_states = self.provider_states(&mut members, &at)?;
        let id = optional_text(&mut members, "_id");
        let kind = match list {
            List::Messages => {
                InteractionKind::AsyncMessage(Box::new(self.message(&mut members, &at)?))
            }
            List::Interactions if self.version == SpecVersion::V4 => {
                self.v4_kind(&mut members, &at)?
            }
            List::Interactions => self.http(&mut members, &at)?,
        };
        let mut interaction = Interaction {
            provider_states,
            id,
            ..Interaction::new(String::new(), kind)
        };
        if self.version == SpecVersion::V4 {
            self.v4_members(&mut members, &mut interaction, &at)?;
        }
        if let InteractionKind::Other { members: own, .. } = &mut interaction.kind {
            *own = carried(members);
        } else {
            interaction.extra = carried(members);
        }
        interaction.description = description;
        Ok(interaction)
    }

    fn v4_kind(
        &mut self,
        members: &mut Object<'_>,
        at: &At<'_>,
    ) -> Result<InteractionKind, ReadError> {
        let at_type = at.name("type");
        let type_name = match members.remove("type") {
            Some(Json::String(name)) => name.into_owned(),
            Some(other) => return Err(at_type.wrong(KNOWN_TYPES, &other)),
            None => {
                let guess = guessed_type(members).ok_or_else(|| at_type.missing(KNOWN_TYPES))?;
                self.warn(at, format!("has no `type`; read as `{guess}`"));
                guess.to_owned()
            }
        };
        match type_name.as_str() {
            "Synchronous/HTTP" => self.http(members, at),
            "Asynchronous/Messages" => {
                let message = self.message(members, at)?;
                Ok(InteractionKind::AsyncMessage(Box::new(message)))
            }
            "Synchronous/Messages" => self.message_exchange(members, at),
            _ => {
                self.warn(
                    &at_type,
                    format!("type `{type_name}` is not known; the interaction is carried and never compared"),
                );
                Ok(InteractionKind::Other {
                    type_name,
                    members: Object::new(),
                })
            }
        }
    }

    fn http(
        &mut self,
        members: &mut Object<'_>,
        at: &At<'_>,
    ) -> Result<InteractionKind, ReadError> {
        let request = required_object(members, "request", at)?;
        let response = required_object(members, "response", at)?;
        Ok(InteractionKind::Http(Box::new(HttpExchange {
            request: self.request(request, &at.name("request"))?,
            response: self.response(response, &at.name("response"))?,
        })))
    }

    fn message_exchange(
        &mut self,
        members: &mut Object<'_>,
        at: &At<'_>,
    ) -> Result<InteractionKind, ReadError> {
        let at_request = at.name("request");
        if !members.contains("request") {
            self.warn(
                at,
                "has no `request`; nothing is known of what the consumer sends",
            );
        }
        let request = object_or_none(members.remove("request"), &at_request)?;
        let request = self.message_part(request, &at_request)?;
        let at_response = at.name("response");
        let items = match members.remove("response") {
            Some(Json::Array(items)) => items,
            Some(Json::Null) | None => Vec::new(),
            Some(single @ Json::Object(_)) => vec![single],
            Some(other) => return Err(at_response.wrong("a list of messages", &other)),
        };
        let mut responses = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let at_item = at_response.index(index);
            match item {
                Json::Object(message) => responses.push(self.message_part(message, &at_item)?),
                other => return Err(at_item.wrong("an object", &other)),
            }
        }
        Ok(InteractionKind::SyncMessage(Box::new(MessageExchange {
            request,
            responses,
        })))
    }

    /// Reads the states in the newest of the three spellings that is there.
    fn provider_states(
        &mut self,
        members: &mut Object<'_>,
        at: &At<'_>,
    ) -> Result<Vec<ProviderState>, ReadError> {
        let spellings = ["providerStates", "providerState", "provider_state"];
        let found =
            spellings.map(|spelling| members.remove(spelling).map(|value| (spelling, value)));
        let Some((spelling, value)) = found
            .into_iter()
            .flatten()
            .find(|(_, value)| !value.is_null())
        else {
            return Ok(Vec::new());
        };
        let at = at.name(spelling);
        match value {
            Json::Array(items) => items
                .into_iter()
                .enumerate()
                .map(|(index, item)| self.provider_state(item, &at.index(index)))
                .collect(),
            Json::String(name) if name.is_empty() => Ok(Vec::new()),
            Json::Object(_) if spelling == "providerStates" => {
                Ok(vec![self.provider_state(value, &at)?])
            }
            Json::Bool(_) | Json::Number(_) => Err(at.wrong("a list of states", &value)),
            other => Ok(vec![ProviderState::new(text_of(other))]),
        }
    }

    fn provider_state(&mut self, item: Json<'_>, at: &At<'_>) -> Result<ProviderState, ReadError> {
        let mut state = match item {
            Json::Object(state) => state,
            Json::String(name) => return Ok(ProviderState::new(name)),
            other => return Err(at.wrong("an object with a `name`", &other)),
        };
        let name = match state.remove("name") {
            Some(Json::Null) | None => return Err(at.name("name").missing("the name of a state")),
            Some(name) => text_of(name),
        };
        let params = object_or_none(state.remove("params"), &at.name("params"))?.into_owned();
        self.leave_out(at, &state);
        Ok(ProviderState { name, params })
    }

    /// Takes what only V4 knows; what is of the wrong kind stays where it is and is carried.
    fn v4_members(
        &mut self,
        members: &mut Object<'_>,
        interaction: &mut Interaction,
        at: &At<'_>,
    ) -> Result<(), ReadError> {
        interaction.key = self.text(members, "key", at).filter(|key| !key.is_empty());
        interaction.transport = self
            .text(members, "transport", at)
            .filter(|name| !name.is_empty());
        interaction.pending = match members.remove("pending") {
            Some(Json::Bool(pending)) => pending,
            Some(Json::Null) | None => false,
            Some(other) => return Err(at.name("pending").wrong("true or false", &other)),
        };
        interaction.comments = self.carried_object(members, "comments", at);
        interaction.plugin_configuration = self.carried_object(members, "pluginConfiguration", at);
        interaction.markup = self.markup(members, at);
        Ok(())
    }

    fn carried_object(
        &mut self,
        members: &mut Object<'_>,
        name: &'static str,
        at: &At<'_>,
    ) -> Object<'static> {
        match members.remove(name) {
            Some(Json::Object(object)) => object.into_owned(),
            Some(Json::Null) | None => Object::new(),
            Some(other) => {
                self.warn(
                    &at.name(name),
                    format!(
                        "expected an object, found {}; carried as it is",
                        other.kind()
                    ),
                );
                members.insert(name, other);
                Object::new()
            }
        }
    }

    fn markup(&mut self, members: &mut Object<'_>, at: &At<'_>) -> Option<Markup> {
        let object = self.carried_object(members, "interactionMarkup", at);
        let markup = object.get("markup")?.as_str()?.to_owned();
        let markup_type = match object.get("markupType").and_then(Json::as_str) {
            Some("HTML") => MarkupType::Html,
            Some("COMMON_MARK") | None => MarkupType::CommonMark,
            Some(other) => {
                self.warn(
                    &at.name("interactionMarkup").name("markupType"),
                    format!(
                        "expected `COMMON_MARK` or `HTML`, found `{other}`; read as `COMMON_MARK`"
                    ),
                );
                MarkupType::CommonMark
            }
        };
        (!markup.is_empty()).then_some(Markup {
            markup,
            markup_type,
        })
    }
}

fn optional_text(members: &mut Object<'_>, name: &str) -> Option<String> {
    members
        .remove(name)
        .filter(|value| !value.is_null())
        .map(text_of)
}

fn required_object<'a>(
    members: &mut Object<'a>,
    name: &'static str,
    at: &At<'_>,
) -> Result<Object<'a>, ReadError> {
    match members.remove(name) {
        Some(Json::Object(object)) => Ok(object),
        Some(other) => Err(at.name(name).wrong("an object", &other)),
        None => Err(at.name(name).missing("an object")),
    }
}

/// Tells the type of an interaction by the members that only one type has.
fn guessed_type(members: &Object<'_>) -> Option<&'static str> {
    match (members.get("request"), members.get("response")) {
        (Some(Json::Object(_)), Some(Json::Object(_))) => Some("Synchronous/HTTP"),
        (Some(Json::Object(_)), Some(Json::Array(_))) => Some("Synchronous/Messages"),
        (None, None) if members.contains("contents") => Some("Asynchronous/Messages"),
        _ => None,
    }
}

const KNOWN_TYPES: &str = "`Synchronous/HTTP`, `Asynchronous/Messages` or `Synchronous/Messages`";
