//! HTTP requests and responses as a contract states them.

use std::collections::HashMap;

use super::Body;
use crate::generators::Generators;
use crate::json::Object;
use crate::rules::MatchingRules;

/// The request of an HTTP interaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The method in upper case.
    pub method: String,
    /// The path as it stands in the request line: escapes are neither added nor removed.
    pub path: String,
    /// Query parameters, decoded.
    pub query: Query,
    /// Headers.
    pub headers: Headers,
    /// Body.
    pub body: Body,
    /// Rules for method, path, query, header and body.
    pub matching_rules: MatchingRules,
    /// Generators for method, path, query, header and body.
    pub generators: Generators,
    /// Members nobody here knows, carried from read to write.
    pub extra: Object<'static>,
}

impl Default for Request {
    /// Returns `GET /` with nothing else.
    fn default() -> Self {
        Self {
            method: "GET".to_owned(),
            path: "/".to_owned(),
            query: Query::default(),
            headers: Headers::default(),
            body: Body::default(),
            matching_rules: MatchingRules::default(),
            generators: Generators::default(),
            extra: Object::default(),
        }
    }
}

/// The response of an HTTP interaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Headers.
    pub headers: Headers,
    /// Body.
    pub body: Body,
    /// Rules for status, header and body.
    pub matching_rules: MatchingRules,
    /// Generators for status, header and body.
    pub generators: Generators,
    /// Members nobody here knows, carried from read to write.
    pub extra: Object<'static>,
}

impl Default for Response {
    /// Returns status 200 with nothing else.
    fn default() -> Self {
        Self {
            status: 200,
            headers: Headers::default(),
            body: Body::default(),
            matching_rules: MatchingRules::default(),
            generators: Generators::default(),
            extra: Object::default(),
        }
    }
}

/// Query parameters in order of first appearance, each with its values; names are case-sensitive.
///
/// A value of `None` is a parameter without `=`. Two queries are equal when every name has the same
/// values; the order of the names says nothing.
#[derive(Clone, Debug, Default, Eq)]
pub struct Query(Vec<(String, Vec<Option<String>>)>);

impl Query {
    /// Appends a value to the parameter `name`.
    pub fn push(&mut self, name: impl Into<String>, value: Option<String>) {
        let name = name.into();
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => self.0.push((name, vec![value])),
        }
    }

    /// Sets all values of the parameter `name`; an empty list says it must have none.
    pub fn set(&mut self, name: impl Into<String>, values: Vec<Option<String>>) {
        let name = name.into();
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = values,
            None => self.0.push((name, values)),
        }
    }

    /// Returns the values of the parameter `name`.
    pub fn get(&self, name: &str) -> Option<&[Option<String>]> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, values)| values.as_slice())
    }

    /// Iterates over the parameters with their values.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &[Option<String>])> {
        self.0
            .iter()
            .map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// Returns whether there are no parameters.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Headers in the order they were given; names keep their case and are looked up without it.
///
/// Two of them are equal when every name has the same values, whatever the order of the names.
#[derive(Clone, Debug, Default, Eq)]
pub struct Headers(Vec<(String, Vec<String>)>);

impl Headers {
    /// Appends a value to the header `name`.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let name = name.into();
        match self.find(&name) {
            Some(at) => self.0[at].1.push(value.into()),
            None => self.0.push((name, vec![value.into()])),
        }
    }

    /// Sets all values of the header `name`; an empty list says it must be empty.
    pub fn set(&mut self, name: impl Into<String>, values: Vec<String>) {
        let name = name.into();
        match self.find(&name) {
            Some(at) => self.0[at].1 = values,
            None => self.0.push((name, values)),
        }
    }

    /// Returns the values of the header `name`, whatever the case of either.
    pub fn get(&self, name: &str) -> Option<&[String]> {
        self.find(name).map(|at| self.0[at].1.as_slice())
    }

    /// Returns the first value of the header `name`.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.get(name)?.first().map(String::as_str)
    }

    /// Iterates over the headers with their values.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &[String])> {
        self.0
            .iter()
            .map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// Returns whether there are no headers.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.0
            .iter()
            .position(|(known, _)| known.eq_ignore_ascii_case(name))
    }
}

impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        by_name(&self.0) == by_name(&other.0)
    }
}

impl FromIterator<(String, Option<String>)> for Query {
    /// Collects the values of one name, in the place where the name first appeared.
    fn from_iter<I: IntoIterator<Item = (String, Option<String>)>>(parameters: I) -> Self {
        Self(grouped(
            parameters
                .into_iter()
                .map(|(name, value)| (name, vec![value])),
            str::eq,
            str::to_owned,
        ))
    }
}

impl FromIterator<(String, Vec<Option<String>>)> for Query {
    /// Collects the values of one name, in the place where the name first appeared.
    fn from_iter<I: IntoIterator<Item = (String, Vec<Option<String>>)>>(parameters: I) -> Self {
        Self(grouped(parameters, str::eq, str::to_owned))
    }
}

impl PartialEq for Headers {
    fn eq(&self, other: &Self) -> bool {
        by_name(&self.0) == by_name(&other.0)
    }
}

impl FromIterator<(String, Vec<String>)> for Headers {
    /// Collects the values of one name, in the place and the case in which it first appeared.
    fn from_iter<I: IntoIterator<Item = (String, Vec<String>)>>(headers: I) -> Self {
        Self(grouped(
            headers,
            str::eq_ignore_ascii_case,
            str::to_ascii_lowercase,
        ))
    }
}

/// Puts the values of one name together; names are the `same` when `key` of them is.
fn grouped<V>(
    entries: impl IntoIterator<Item = (String, Vec<V>)>,
    same: impl Fn(&str, &str) -> bool,
    key: impl Fn(&str) -> String,
) -> Vec<(String, Vec<V>)> {
    let mut places = HashMap::new();
    let mut groups: Vec<(String, Vec<V>)> = Vec::new();
    for (name, values) in entries {
        let place = if groups.len() <= GLANCE {
            groups.iter().position(|(known, _)| same(known, &name))
        } else {
            let unnoted = groups.iter().enumerate().skip(places.len());
            places.extend(unnoted.map(|(at, (name, _))| (key(name), at)));
            places.get(&key(&name)).copied()
        };
        match place {
            Some(at) => groups[at].1.extend(values),
            None => groups.push((name, values)),
        }
    }
    groups
}

/// Names that are found by looking at each.
const GLANCE: usize = 16;

fn by_name<V>(entries: &[(String, Vec<V>)]) -> Vec<(&str, &[V])> {
    let mut sorted: Vec<_> = entries
        .iter()
        .map(|(name, values)| (name.as_str(), values.as_slice()))
        .collect();
    sorted.sort_by_key(|(name, _)| *name);
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_one_name_are_put_together_however_many_names_there_are() {
        for count in [1, GLANCE, GLANCE + 1, 3 * GLANCE] {
            let named = |prefix: &str, value: &str| -> Vec<(String, Vec<String>)> {
                (0..count)
                    .map(|index| (format!("{prefix}{index}"), vec![value.to_owned()]))
                    .collect()
            };
            let headers: Headers = [named("X-", "a"), named("x-", "b")]
                .concat()
                .into_iter()
                .collect();
            let names: Vec<&str> = headers.iter().map(|(name, _)| name).collect();
            let expected = named("X-", "");
            assert!(
                names.iter().eq(expected.iter().map(|(name, _)| name)),
                "{names:?}"
            );
            assert!(
                headers.iter().all(|(_, values)| values == ["a", "b"]),
                "{headers:?}"
            );
            let pairs = |prefix: &str| -> Vec<(String, Option<String>)> {
                (0..count)
                    .map(|index| (format!("{prefix}{index}"), None))
                    .collect()
            };
            let query: Query =
                { [pairs("p"), pairs("P"), pairs("p")].concat().into_iter() }.collect();
            assert_eq!(query.iter().len(), 2 * count);
            assert_eq!(query.get("p0").map(<[_]>::len), Some(2));
        }
    }
}
