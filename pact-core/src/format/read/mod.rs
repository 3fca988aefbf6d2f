//! From bytes to the model, through every spelling of every version.

mod body;
mod error;
mod generators;
mod http;
mod interaction;
mod message;
mod rule;
mod rules;

#[cfg(test)]
mod malformed;
#[cfg(test)]
mod tests;

use super::place::At;
use super::version;
use crate::generators::{Generator, Generators};
use crate::json::{Json, Object, Outline};
use crate::model::{Interaction, Pact, SpecVersion};
use crate::rules::{MatchingRule, MatchingRules};

pub(super) use body::{Named, from_base64, plain_body};
pub use error::{Problem, ReadError, Warning};
pub(super) use message::content_type_of;

/// A pact and what was odd about its file.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ReadPact {
    /// The pact.
    pub pact: Pact,
    /// What was read in the most likely sense, or left out.
    pub warnings: Vec<Warning>,
}

/// Reads a pact file of any version.
///
/// # Errors
///
/// Refuses what is not JSON, a version nobody here knows, and whatever cannot mean anything; the
/// error names the interaction, the place in it and what was expected.
pub fn read(bytes: &[u8]) -> Result<ReadPact, ReadError> {
    let root = At::root();
    let lists = interaction::List::ALL.map(interaction::List::name);
    let mut outline = Outline::parse(bytes, &lists)?;
    let mut top = match std::mem::take(&mut outline.json) {
        Json::Object(top) => top,
        other => {
            return Err(root.wrong(
                "an object with `consumer`, `provider` and `interactions`",
                &other,
            ));
        }
    };
    let mut warnings = Vec::new();
    let metadata_name = if top.contains("metadata") {
        "metadata"
    } else {
        "metaData"
    };
    let mut metadata = object_or_none(top.remove(metadata_name), &root.name(metadata_name))?;
    let spec_version = match version::take(&mut metadata) {
        Some(text) => text.parse()?,
        None => {
            warnings.push(Warning {
                place: root.name("metadata").place(),
                message: "names no version of the specification; read as 3.0.0".to_owned(),
            });
            SpecVersion::V3
        }
    };
    if let Some(versions) = metadata.remove("pact-rust") {
        metadata.insert("pactRust", versions);
    }
    let mut reader = Reader {
        version: spec_version,
        knows_plugins: metadata.contains("plugins"),
        warnings,
    };
    let consumer = reader.participant(&mut top, "consumer")?;
    let provider = reader.participant(&mut top, "provider")?;
    let interactions = reader.interactions(&mut top, outline)?;
    Ok(ReadPact {
        pact: Pact {
            consumer,
            provider,
            interactions,
            metadata: carried(metadata),
            spec_version,
            extra: carried(top),
        },
        warnings: reader.warnings,
    })
}

/// Reads one rule that stands by itself, in the spelling of any version.
pub(super) fn rule(value: Json<'_>, at: &At<'_>) -> Result<MatchingRule, ReadError> {
    Reader::of_no_file().rule(value, at)
}

/// Reads one generator that stands by itself; `None` when it has no type.
pub(super) fn generator(value: Json<'_>, at: &At<'_>) -> Result<Option<Generator>, ReadError> {
    Reader::of_no_file().generator(value, at)
}

/// Reads the rules of a request, response or message that stand by themselves.
pub(super) fn rules(value: Json<'_>) -> Result<MatchingRules, ReadError> {
    let mut members = Object::from_iter([("matchingRules", value)]);
    Reader::of_no_file().rules(&mut members, "matchingRules", &At::root())
}

/// Reads the generators of a request, response or message that stand by themselves.
pub(super) fn generators(value: Json<'_>) -> Result<Generators, ReadError> {
    let mut members = Object::from_iter([("generators", value)]);
    Reader::of_no_file().generators(&mut members, &At::root())
}

/// What is known of the file while its parts are read.
struct Reader {
    version: SpecVersion,
    /// Whether the pact names plugins, so that rules nobody here knows are to be expected.
    knows_plugins: bool,
    warnings: Vec<Warning>,
}

impl Reader {
    const fn of_no_file() -> Self {
        Self {
            version: SpecVersion::V4,
            knows_plugins: true,
            warnings: Vec::new(),
        }
    }

    fn warn(&mut self, at: &At<'_>, message: impl Into<String>) {
        self.warnings.push(Warning {
            place: at.place(),
            message: message.into(),
        });
    }

    /// Warns of what is left of an object whose known members have been taken.
    fn leave_out(&mut self, at: &At<'_>, rest: &Object<'_>) {
        for (name, _) in rest.iter() {
            self.warn(
                at,
                format!("member `{name}` has no meaning here and is left out"),
            );
        }
    }

    fn participant(
        &mut self,
        top: &mut Object<'_>,
        role: &'static str,
    ) -> Result<String, ReadError> {
        let root = At::root();
        let at = root.name(role);
        let mut participant = match top.remove(role) {
            Some(Json::Object(participant)) => participant,
            Some(other) => return Err(at.wrong("an object with a `name`", &other)),
            None => return Err(at.missing("an object with a `name`")),
        };
        let at_name = at.name("name");
        let name = match participant.remove("name") {
            Some(Json::String(name)) if !name.is_empty() => name.into_owned(),
            Some(other) => return Err(at_name.wrong("the name of an application", &other)),
            None => return Err(at_name.missing("the name of an application")),
        };
        self.leave_out(&at, &participant);
        Ok(name)
    }

    fn interactions(
        &mut self,
        top: &mut Object<'_>,
        mut outline: Outline<'_>,
    ) -> Result<Vec<Interaction>, ReadError> {
        let root = At::root();
        let mut lists = Vec::new();
        for list in interaction::List::ALL {
            match (top.remove(list.name()), outline.list(list.name())) {
                (Some(Json::Array(_)), Some(items)) => lists.push((list, items)),
                (Some(other), _) => return Err(root.name(list.name()).wrong("a list", &other)),
                (None, _) => {}
            }
        }
        if lists.is_empty() {
            return Err(root.name("interactions").missing("a list of interactions"));
        }
        if lists.iter().filter(|(_, items)| !items.is_empty()).count() > 1 {
            self.warn(
                &root,
                "holds both `interactions` and `messages`; both are read",
            );
        }
        let mut interactions = Vec::new();
        for (list, items) in lists {
            for (index, item) in items.enumerate() {
                interactions.push(self.interaction(item, list, index)?);
            }
        }
        Ok(interactions)
    }
}

/// Returns the object, an empty one for nothing and `null`.
fn object_or_none<'a>(value: Option<Json<'a>>, at: &At<'_>) -> Result<Object<'a>, ReadError> {
    match value {
        Some(Json::Object(object)) => Ok(object),
        Some(Json::Null) | None => Ok(Object::new()),
        Some(other) => Err(at.wrong("an object", &other)),
    }
}

/// Keeps members nobody here knows, sorted by name as they will be written.
fn carried(mut members: Object<'_>) -> Object<'static> {
    members.sort_names();
    members.into_owned()
}

/// Returns a text as it is, anything else as its JSON text.
fn text_of(value: Json<'_>) -> String {
    match value {
        Json::String(text) => text.into_owned(),
        other => other.to_compact(),
    }
}
