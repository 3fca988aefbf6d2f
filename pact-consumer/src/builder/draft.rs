//! An interaction in the making: the model, and what was wrong with what was said about it.

use std::sync::Arc;

use pact_core::generators::Generators;
use pact_core::json::{Json, Object};
use pact_core::model::{
    Body, Headers, HttpExchange, Interaction, InteractionKind, Message, MessageExchange,
    ProviderState,
};
use pact_core::rules::MatchingRules;

use super::body::Content;
use crate::pattern::{Called, Compiled, FoundChoice, Pattern, Picks, Side, Standing};
use crate::server::{Calls, Expected};

/// An interaction in the making.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) interaction: Interaction,
    /// What cannot be meant, in the order it was said; told when the interaction is to be used.
    pub(crate) faults: Vec<String>,
    /// Where one of several patterns stands, in the order they were met.
    pub(crate) choices: Vec<FoundChoice>,
    /// Which of them this run takes.
    picks: Arc<Picks>,
    /// Tells this interaction from the others of the test.
    number: usize,
    /// How often a client is to make the request.
    pub(crate) calls: Calls,
    /// What became of a message; HTTP interactions are judged by their server.
    pub(crate) handling: Handling,
    /// Whether the interaction was made elsewhere, by somebody who may not have chosen its examples.
    pub(crate) is_given: bool,
}

/// What became of a message.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) enum Handling {
    /// The handler failed with this text.
    Failed(String),
    /// The handler took it.
    Handled,
    /// No handler was called with it.
    #[default]
    Unhandled,
}

/// A request, response or message of an interaction.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Slot {
    /// An answer to a message, by its number.
    Answer(usize),
    /// The message of an asynchronous interaction.
    Message,
    /// The request of an HTTP interaction.
    Request,
    /// The response of an HTTP interaction.
    Response,
    /// The message that is answered.
    Question,
}

/// What requests, responses and messages have in common.
pub(super) struct Half<'d> {
    pub(super) body: &'d mut Body,
    pub(super) rules: &'d mut MatchingRules,
    pub(super) generators: &'d mut Generators,
    pub(super) carrier: Carrier<'d>,
}

/// What names the type of a body.
pub(super) enum Carrier<'d> {
    Headers(&'d mut Headers),
    Metadata(&'d mut Object<'static>),
}

impl Draft {
    pub(crate) fn new(interaction: Interaction, number: usize, picks: Arc<Picks>) -> Self {
        Self {
            interaction,
            faults: Vec::new(),
            choices: Vec::new(),
            picks,
            number,
            calls: Calls::default(),
            handling: Handling::default(),
            is_given: false,
        }
    }

    /// Returns what a server is to expect.
    pub(crate) fn expected(&self) -> Expected {
        Expected {
            interaction: self.finished(),
            calls: self.calls,
        }
    }

    /// Returns whether a test's handler has to take it.
    pub(crate) const fn is_message(&self) -> bool {
        matches!(
            self.interaction.kind,
            InteractionKind::AsyncMessage(_) | InteractionKind::SyncMessage(_)
        )
    }

    pub(super) fn given(&mut self, state: ProviderState) {
        self.interaction.provider_states.push(state);
    }

    pub(super) fn comment(&mut self, text: String) {
        let text: Json<'static> = Json::from(text);
        let comments = &mut self.interaction.comments;
        match comments.get_mut("text") {
            Some(Json::Array(texts)) => texts.push(text),
            Some(_) | None => {
                comments.insert("text".to_owned(), Json::Array(vec![text]));
            }
        }
    }

    pub(super) fn reference(&mut self, group: String, name: String, value: Json<'static>) {
        let comments = &mut self.interaction.comments;
        if !matches!(comments.get("references"), Some(Json::Object(_))) {
            comments.insert("references".to_owned(), Object::new());
        }
        let Some(Json::Object(groups)) = comments.get_mut("references") else {
            return;
        };
        match groups.get_mut(&group) {
            Some(Json::Object(known)) => {
                known.insert(name, value);
            }
            Some(_) | None => {
                groups.insert(group, Object::from_iter([(name, value)]));
            }
        }
    }

    /// Returns the interaction as this run of the test has it: a variant has a description of its
    /// own.
    pub(crate) fn finished(&self) -> Interaction {
        let mut interaction = self.interaction.clone();
        for choice in self.choices.iter().filter(|choice| choice.taken > 0) {
            let words = choice.words.get(choice.taken).map_or("", String::as_str);
            interaction.description.push_str(&format!(", {words}"));
            if let Some(key) = &mut interaction.key {
                key.push_str(&format!(", {words}"));
            }
            let states = choice.states.iter().map(ProviderState::new);
            interaction.provider_states.extend(states);
        }
        interaction
    }

    /// Takes a pattern apart that stands in a body.
    pub(super) fn compile_body(&mut self, slot: Slot, pattern: &Pattern) -> Compiled {
        let called = Called::ByPath(match slot {
            Slot::Message | Slot::Response => String::new(),
            Slot::Answer(_) | Slot::Question | Slot::Request => format!(" in the {}", slot.words()),
        });
        let place = format!("{} body", slot.words());
        let compiled = self.compile((slot, &place), called, false, pattern);
        compiled.unwrap_or_default()
    }

    /// Takes a pattern apart that stands at a place with a name; none where it is left out.
    pub(super) fn compile_at(
        &mut self,
        slot: Slot,
        place: &str,
        pattern: &Pattern,
    ) -> Option<Compiled> {
        let called = match slot {
            Slot::Message | Slot::Response => place.to_owned(),
            Slot::Answer(_) | Slot::Question | Slot::Request => {
                format!("{place} in the {}", slot.words())
            }
        };
        let id = format!("{} {place}", slot.words());
        self.compile((slot, &id), Called::Whole(called), true, pattern)
    }

    /// Takes a part of a multipart body apart; none where it is left out.
    pub(super) fn compile_part(
        &mut self,
        slot: Slot,
        name: &str,
        pattern: &Pattern,
    ) -> Option<Compiled> {
        let words = slot.words();
        let called = Called::ByPath(format!(" of the part `{name}` in the {words}"));
        let place = format!("{words} part `{name}`");
        self.compile((slot, &place), called, true, pattern)
    }

    /// Takes a path apart.
    pub(super) fn compile_path(&mut self, pattern: &Pattern) -> Compiled {
        let called = Called::Whole("the path".to_owned());
        let compiled = self.compile((Slot::Request, "request path"), called, false, pattern);
        compiled.unwrap_or_default()
    }

    fn compile(
        &mut self,
        (slot, place): (Slot, &str),
        called: Called,
        may_be_absent: bool,
        pattern: &Pattern,
    ) -> Option<Compiled> {
        let picks = Arc::clone(&self.picks);
        let standing = Standing {
            side: match slot {
                Slot::Question | Slot::Request => Side::Sent,
                Slot::Answer(_) | Slot::Message | Slot::Response => Side::Received,
            },
            id: format!("{} {place}", self.number),
            called,
            may_be_absent,
            picks: &picks,
        };
        let resolved = pattern.resolve(&standing);
        for choice in resolved.choices {
            // The same name given twice is one place, of which one thing is taken.
            if self.choices.iter().all(|known| known.id != choice.id) {
                self.choices.push(choice);
            }
        }
        let faults = resolved.faults.iter();
        self.faults
            .extend(faults.map(|fault| format!("{place}{fault}")));
        resolved.compiled
    }

    /// Sets the body, and the type of it unless another one is named already.
    pub(super) fn set_content(&mut self, slot: Slot, content: Content) {
        let Content {
            bytes,
            content_type,
            type_rule,
            rules,
            generators,
        } = content;
        let half = self.half(slot);
        for (path, list) in rules.iter() {
            if half.rules.body.get(path).is_none() {
                half.rules.body.set(path.clone(), list.clone());
            }
        }
        half.generators.body.extend(generators);
        let named = match half.carrier {
            Carrier::Headers(headers) => {
                if headers.get("content-type").is_none() {
                    headers.push("Content-Type", content_type);
                    if let Some(rule) = type_rule {
                        half.rules.header.add("Content-Type".to_owned(), rule);
                    }
                }
                headers.first("content-type").map(str::to_owned)
            }
            Carrier::Metadata(metadata) => {
                let named = type_in(metadata).map(str::to_owned);
                Some(named.unwrap_or(content_type))
            }
        };
        let content_type = named.and_then(|text| text.parse().ok());
        *half.body = Body::present(bytes, content_type);
    }

    pub(super) fn half(&mut self, slot: Slot) -> Half<'_> {
        match slot {
            Slot::Answer(index) => {
                let responses = &mut self.question().responses;
                if responses.len() <= index {
                    responses.resize_with(index + 1, Message::default);
                }
                of_message(&mut responses[index])
            }
            Slot::Message => of_message(self.message()),
            Slot::Question => of_message(&mut self.question().request),
            Slot::Request => {
                let request = &mut self.exchange().request;
                Half {
                    body: &mut request.body,
                    rules: &mut request.matching_rules,
                    generators: &mut request.generators,
                    carrier: Carrier::Headers(&mut request.headers),
                }
            }
            Slot::Response => {
                let response = &mut self.exchange().response;
                Half {
                    body: &mut response.body,
                    rules: &mut response.matching_rules,
                    generators: &mut response.generators,
                    carrier: Carrier::Headers(&mut response.headers),
                }
            }
        }
    }

    /// Returns the HTTP exchange; the builders of one only ever hold one.
    pub(super) fn exchange(&mut self) -> &mut HttpExchange {
        if !matches!(self.interaction.kind, InteractionKind::Http(_)) {
            self.interaction.kind = InteractionKind::Http(Box::default());
        }
        match &mut self.interaction.kind {
            InteractionKind::Http(exchange) => exchange,
            InteractionKind::AsyncMessage(_)
            | InteractionKind::Other { .. }
            | InteractionKind::SyncMessage(_) => unreachable!("the kind was set to HTTP above"),
        }
    }

    fn message(&mut self) -> &mut Message {
        if !matches!(self.interaction.kind, InteractionKind::AsyncMessage(_)) {
            self.interaction.kind = InteractionKind::AsyncMessage(Box::default());
        }
        match &mut self.interaction.kind {
            InteractionKind::AsyncMessage(message) => message,
            InteractionKind::Http(_)
            | InteractionKind::Other { .. }
            | InteractionKind::SyncMessage(_) => unreachable!("the kind was set to message above"),
        }
    }

    fn question(&mut self) -> &mut MessageExchange {
        if !matches!(self.interaction.kind, InteractionKind::SyncMessage(_)) {
            self.interaction.kind = InteractionKind::SyncMessage(Box::default());
        }
        match &mut self.interaction.kind {
            InteractionKind::SyncMessage(exchange) => exchange,
            InteractionKind::AsyncMessage(_)
            | InteractionKind::Http(_)
            | InteractionKind::Other { .. } => unreachable!("the kind was set to messages above"),
        }
    }
}

impl Slot {
    /// Returns where in the interaction it is, in words.
    pub(super) fn words(self) -> String {
        match self {
            Self::Answer(index) => format!("answer {}", index + 1),
            Self::Message => "message".to_owned(),
            Self::Question | Self::Request => "request".to_owned(),
            Self::Response => "response".to_owned(),
        }
    }
}

fn of_message(message: &mut Message) -> Half<'_> {
    Half {
        body: &mut message.contents,
        rules: &mut message.matching_rules,
        generators: &mut message.generators,
        carrier: Carrier::Metadata(&mut message.metadata),
    }
}

/// Returns the media type that metadata name under either spelling.
pub(crate) fn type_in<'a>(metadata: &'a Object<'_>) -> Option<&'a str> {
    let is_type = |name: &str| {
        name.eq_ignore_ascii_case("contentType") || name.eq_ignore_ascii_case("content-type")
    };
    metadata
        .iter()
        .find(|(name, _)| is_type(name))
        .and_then(|(_, value)| value.as_str())
}
