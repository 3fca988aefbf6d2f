//! Generators of V3 and V4.

use super::rule::Attributes;
use super::rules::body_key;
use super::{ReadError, Reader, carried, object_or_none};
use crate::format::place::At;
use crate::generators::{Generator, Generators, UuidFormat};
use crate::json::{Json, Object};
use crate::model::SpecVersion;
use crate::path::{DocPath, PathToken};

impl Reader {
    /// Reads the generators of a request, response or message; before V3 there are none, and a
    /// member of that name is carried as it is.
    pub(super) fn generators(
        &mut self,
        members: &mut Object<'_>,
        at: &At<'_>,
    ) -> Result<Generators, ReadError> {
        if members.get("generators").is_some_and(Json::is_null) {
            members.remove("generators");
        }
        if self.version < SpecVersion::V3 {
            return Ok(Generators::default());
        }
        let at = at.name("generators");
        let categories = object_or_none(members.remove("generators"), &at)?;
        let mut generators = Generators::default();
        for (category, value) in categories {
            let at = at.name(&category);
            let places = object_or_none(Some(value), &at)?;
            match category.as_ref() {
                "method" => generators.method = self.single_generator(places, &at)?,
                "path" => generators.path = self.single_generator(places, &at)?,
                "status" => generators.status = self.single_generator(places, &at)?,
                "header" | "headers" => generators.header = self.named_generators(places, &at)?,
                "query" => generators.query = self.named_generators(places, &at)?,
                "metadata" => generators.metadata = self.named_generators(places, &at)?,
                "body" | "content" | "contents" => {
                    generators.body.extend(self.body_generators(places, &at)?);
                }
                other => self.warn(
                    &at,
                    format!("category `{other}` is not known; its generators are left out"),
                ),
            }
        }
        Ok(generators)
    }

    fn single_generator(
        &mut self,
        members: Object<'_>,
        at: &At<'_>,
    ) -> Result<Option<Generator>, ReadError> {
        if members.contains("type") {
            return self.generator(Json::Object(members), at);
        }
        // Rewritten files put the generator under a place of no name or of `$`.
        match members.into_iter().next() {
            Some((place, value)) => self.generator(value, &at.name(&place)),
            None => Ok(None),
        }
    }

    fn named_generators(
        &mut self,
        mut places: Object<'_>,
        at: &At<'_>,
    ) -> Result<Vec<(String, Generator)>, ReadError> {
        places.sort_names();
        let mut generators = Vec::with_capacity(places.len());
        for (name, value) in places {
            if let Some(generator) = self.generator(value, &at.name(&name))? {
                generators.push((plain_name(&name), generator));
            }
        }
        Ok(generators)
    }

    /// Reads generators by path into a body, sorted as they will be written.
    pub(super) fn body_generators(
        &mut self,
        places: Object<'_>,
        at: &At<'_>,
    ) -> Result<Vec<(DocPath, Generator)>, ReadError> {
        let mut generators = Vec::with_capacity(places.len());
        for (path, value) in places {
            let at = at.name(&path);
            let path = body_key(&path).map_err(|problem| at.invalid(problem))?;
            if let Some(generator) = self.generator(value, &at)? {
                generators.push((path, generator));
            }
        }
        // In the order of the canonical text, in which `.*` stands before a name: what is said of
        // one member is applied after what is said of all.
        generators.sort_by_cached_key(|(path, _)| path.to_string());
        Ok(generators)
    }

    /// Reads the generator that a rule over keys or values holds.
    pub(super) fn inner_generator(
        &mut self,
        attributes: &mut Attributes<'_, '_>,
    ) -> Result<Option<Box<Generator>>, ReadError> {
        match attributes.take("generator") {
            Some(value) => {
                let generator = self.generator(value, &attributes.at.name("generator"))?;
                Ok(generator.map(Box::new))
            }
            None => Ok(None),
        }
    }

    pub(super) fn generator(
        &mut self,
        value: Json<'_>,
        at: &At<'_>,
    ) -> Result<Option<Generator>, ReadError> {
        let mut members = match value {
            Json::Object(members) => members,
            other => return Err(at.wrong("an object with `type`", &other)),
        };
        let name = match members.remove("type") {
            Some(Json::String(name)) if !name.is_empty() => name,
            Some(_) | None => {
                self.warn(at, "has no `type`; the generator is left out");
                return Ok(None);
            }
        };
        let mut attributes = Attributes {
            of: "generator",
            name,
            members,
            at,
        };
        let generator = self.known_generator(&mut attributes)?;
        let Attributes { name, members, .. } = attributes;
        let Some(generator) = generator else {
            if !self.knows_plugins {
                self.warn(
                    at,
                    format!("generator `{name}` is not known; it is carried as a plugin's"),
                );
            }
            return Ok(Some(Generator::Other {
                name: name.into_owned(),
                attributes: carried(members),
            }));
        };
        self.leave_out(at, &members);
        Ok(Some(generator))
    }

    fn known_generator(
        &mut self,
        attributes: &mut Attributes<'_, '_>,
    ) -> Result<Option<Generator>, ReadError> {
        let name = attributes.name.clone();
        Ok(Some(match name.as_ref() {
            "Date" => Generator::Date {
                format: non_empty(attributes, "format")?,
                expression: non_empty(attributes, "expression")?,
            },
            "DateTime" => Generator::DateTime {
                format: non_empty(attributes, "format")?,
                expression: non_empty(attributes, "expression")?,
            },
            "MockServerURL" => Generator::MockServerUrl {
                example: attributes.required_text("example")?,
                regex: attributes.required_text("regex")?,
            },
            "ProviderState" => Generator::ProviderState {
                expression: attributes.required_text("expression")?,
                data_type: non_empty(attributes, "dataType")?,
            },
            "RandomBoolean" => Generator::RandomBoolean,
            "RandomDecimal" => Generator::RandomDecimal {
                digits: whole(attributes, "digits", 10)?,
            },
            "RandomHexadecimal" => Generator::RandomHexadecimal {
                digits: whole(attributes, "digits", 10)?,
            },
            "RandomInt" => Generator::RandomInt {
                min: whole(attributes, "min", 0)?,
                max: whole(attributes, "max", 10)?,
            },
            "RandomString" => Generator::RandomString {
                size: whole(attributes, "size", 10)?,
            },
            "Regex" => Generator::Regex {
                regex: attributes.required_text("regex")?,
            },
            "Time" => Generator::Time {
                format: non_empty(attributes, "format")?,
                expression: non_empty(attributes, "expression")?,
            },
            "Uuid" => Generator::Uuid {
                format: self.uuid_format(attributes)?,
            },
            _ => return Ok(None),
        }))
    }

    fn uuid_format(
        &mut self,
        attributes: &mut Attributes<'_, '_>,
    ) -> Result<Option<UuidFormat>, ReadError> {
        let Some(format) = non_empty(attributes, "format")? else {
            return Ok(None);
        };
        Ok(match format.as_str() {
            "lower-case-hyphenated" => Some(UuidFormat::LowerCaseHyphenated),
            "simple" => Some(UuidFormat::Simple),
            "upper-case-hyphenated" => Some(UuidFormat::UpperCaseHyphenated),
            "URN" => Some(UuidFormat::Urn),
            other => {
                self.warn(
                    attributes.at,
                    format!("UUID format `{other}` is not known; read as `lower-case-hyphenated`"),
                );
                None
            }
        })
    }
}

fn non_empty(
    attributes: &mut Attributes<'_, '_>,
    attribute: &str,
) -> Result<Option<String>, ReadError> {
    let text = attributes.optional_text(attribute)?;
    Ok(text.filter(|text| !text.is_empty()))
}

/// Takes a whole number, also as text.
fn whole<N: std::str::FromStr>(
    attributes: &mut Attributes<'_, '_>,
    attribute: &str,
    default: N,
) -> Result<N, ReadError> {
    let Some(value) = attributes.take(attribute) else {
        return Ok(default);
    };
    let text = match &value {
        Json::Number(number) => Some(number.as_str()),
        other => other.as_str(),
    };
    text.and_then(|text| text.trim().parse().ok())
        .ok_or_else(|| attributes.fault(format!("a whole number as `{attribute}`"), Some(&value)))
}

/// Takes the name out of the forms that old writers gave to single values: `$['name'][0]`, `name[0]`.
fn plain_name(key: &str) -> String {
    if key.starts_with('$')
        && let Ok(path) = key.parse::<DocPath>()
        && let Some(PathToken::Field(name)) = path.tokens().get(1)
    {
        return name.clone();
    }
    match key.split_once('[') {
        Some((name, index))
            if !name.is_empty()
                && index
                    .strip_suffix(']')
                    .is_some_and(|index| index == "*" || index.parse::<usize>().is_ok()) =>
        {
            name.to_owned()
        }
        Some(_) | None => key.to_owned(),
    }
}
