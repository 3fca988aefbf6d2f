//! What interactions of every kind have in common.

use super::{Writer, sorted};
use crate::format::place::At;
use crate::format::write::WriteError;
use crate::json::{Json, Object};
use crate::model::{Interaction, InteractionKind, Markup, MarkupType, ProviderState, SpecVersion};

/// The members of an object that is being written.
pub(super) type Members<'p> = Vec<(&'p str, Json<'p>)>;

impl Writer {
    pub(super) fn interaction<'p>(
        &mut self,
        interaction: &'p Interaction,
        at: &At<'_>,
    ) -> Result<Json<'p>, WriteError> {
        let mut members: Members<'p> =
            vec![("description", Json::from(interaction.description.as_str()))];
        if self.version == SpecVersion::V4 {
            v4_members(interaction, &mut members);
        } else {
            self.lose_v4_members(interaction, at);
        }
        self.provider_states(&interaction.provider_states, &mut members, at);
        self.kind(interaction, &mut members, at)?;
        Ok(sorted(members, &interaction.extra))
    }

    fn kind<'p>(
        &mut self,
        interaction: &'p Interaction,
        members: &mut Members<'p>,
        at: &At<'_>,
    ) -> Result<(), WriteError> {
        let is_v4 = self.version == SpecVersion::V4;
        let refused = |kind| {
            Err(WriteError::Kind {
                place: Box::new(at.place()),
                kind,
                version: self.version,
            })
        };
        match &interaction.kind {
            InteractionKind::AsyncMessage(_)
                if self.version < SpecVersion::V3 && !self.is_own_version =>
            {
                return refused("a message");
            }
            InteractionKind::Other { .. } if !is_v4 => {
                return refused("an interaction of unknown type");
            }
            InteractionKind::SyncMessage(_) if !is_v4 => return refused("a message with answers"),
            InteractionKind::AsyncMessage(message) => self.message(message, members, at),
            InteractionKind::Http(http) => {
                members.push(("request", self.request(&http.request, &at.name("request"))));
                members.push((
                    "response",
                    self.response(&http.response, &at.name("response")),
                ));
            }
            InteractionKind::Other { members: own, .. } => {
                members.extend(own.iter().map(|(name, value)| (name, value.clone())));
            }
            InteractionKind::SyncMessage(exchange) => {
                let request = self.message_part(&exchange.request, &at.name("request"));
                let at = at.name("response");
                let responses = exchange.responses.iter().enumerate();
                let responses = responses
                    .map(|(index, response)| self.message_part(response, &at.index(index)))
                    .collect();
                members.extend([("request", request), ("response", Json::Array(responses))]);
            }
        }
        Ok(())
    }

    /// Names what older versions cannot say. A transport of `http` says nothing about HTTP.
    fn lose_v4_members(&mut self, interaction: &Interaction, at: &At<'_>) {
        if let Some(key) = &interaction.key {
            self.lose(&at.name("key"), format!("the key `{key}`"));
        }
        if interaction.pending {
            self.lose(&at.name("pending"), "that the interaction is pending");
        }
        if !interaction.comments.is_empty() {
            self.lose(&at.name("comments"), "the comments");
        }
        if !interaction.plugin_configuration.is_empty() {
            self.lose(&at.name("pluginConfiguration"), "the data of plugins");
        }
        if interaction.markup.is_some() {
            self.lose(&at.name("interactionMarkup"), "the markup");
        }
        let is_http = matches!(interaction.kind, InteractionKind::Http(_));
        match &interaction.transport {
            Some(transport) if !(is_http && transport == "http") => {
                self.lose(
                    &at.name("transport"),
                    format!("the transport `{transport}`"),
                );
            }
            Some(_) | None => {}
        }
    }

    fn provider_states<'p>(
        &mut self,
        states: &'p [ProviderState],
        members: &mut Members<'p>,
        at: &At<'_>,
    ) {
        let Some(first) = states.first() else {
            return;
        };
        if self.version >= SpecVersion::V3 {
            let states = states.iter().map(provider_state).collect();
            members.push(("providerStates", Json::Array(states)));
            return;
        }
        // A V2 file may have said it in the words of V3, and must get them back.
        let fits = states.len() == 1 && first.params.is_empty() && !first.name.is_empty();
        if self.is_own_version && !fits {
            let states = states.iter().map(provider_state).collect();
            members.push(("providerStates", Json::Array(states)));
            return;
        }
        if !first.name.is_empty() {
            members.push(("providerState", Json::from(first.name.as_str())));
        }
        let at = at.name("providerStates");
        for (index, state) in states.iter().enumerate() {
            if index > 0 || state.name.is_empty() {
                self.lose(&at.index(index), format!("the state `{}`", state.name));
            } else if !state.params.is_empty() {
                self.lose(
                    &at.index(index).name("params"),
                    format!("the parameters of the state `{}`", state.name),
                );
            }
        }
    }
}

fn provider_state(state: &ProviderState) -> Json<'_> {
    let mut members = vec![("name", Json::from(state.name.as_str()))];
    if !state.params.is_empty() {
        members.push(("params", Json::from(state.params.clone())));
    }
    Json::Object(members.into_iter().collect())
}

fn v4_members<'p>(interaction: &'p Interaction, members: &mut Members<'p>) {
    members.push(("type", Json::from(interaction.kind.name())));
    members.push(("pending", Json::from(interaction.pending)));
    if let Some(key) = &interaction.key {
        members.push(("key", Json::from(key.as_str())));
    }
    if let Some(transport) = &interaction.transport {
        members.push(("transport", Json::from(transport.as_str())));
    }
    if let Some(markup) = &interaction.markup {
        members.push(("interactionMarkup", markup_json(markup)));
    }
    for (name, object) in [
        ("comments", &interaction.comments),
        ("pluginConfiguration", &interaction.plugin_configuration),
    ] {
        if !object.is_empty() {
            members.push((name, Json::Object(object.clone())));
        }
    }
}

fn markup_json(markup: &Markup) -> Json<'_> {
    let markup_type = match markup.markup_type {
        MarkupType::CommonMark => "COMMON_MARK",
        MarkupType::Html => "HTML",
    };
    Json::Object(Object::from_iter([
        ("markup", Json::from(markup.markup.as_str())),
        ("markupType", Json::from(markup_type)),
    ]))
}
