//! Ordered members with unique names.

use std::borrow::Cow;
use std::collections::HashMap;
use std::mem;

use super::Json;

/// The members of a JSON object in the order they were written; names are unique.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Object<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Object<'a> {
    /// Returns an object without members.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Takes members as they come; of equal names the last value stands in the first one's place.
    pub(super) fn from_members(mut members: Vec<(Cow<'a, str>, Json<'a>)>) -> Self {
        if has_twins(&members) {
            merge_twins(&mut members);
        }
        Self(members)
    }

    /// Returns the value of `name`.
    pub fn get(&self, name: &str) -> Option<&Json<'a>> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    /// Returns the value of `name`, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Json<'a>> {
        self.0
            .iter_mut()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    /// Returns whether there is a member `name`.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Sets `name`, in its place when it is there and at the end otherwise; returns the old value.
    pub fn insert(
        &mut self,
        name: impl Into<Cow<'a, str>>,
        value: impl Into<Json<'a>>,
    ) -> Option<Json<'a>> {
        let (name, value) = (name.into(), value.into());
        if let Some(known) = self.get_mut(&name) {
            return Some(mem::replace(known, value));
        }
        self.0.push((name, value));
        None
    }

    /// Takes `name` out; the others keep their order.
    pub fn remove(&mut self, name: &str) -> Option<Json<'a>> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(at).1)
    }

    /// Iterates over the members in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &Json<'a>)> + ExactSizeIterator {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// Returns the number of members.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Copies what is borrowed.
    pub fn into_owned(self) -> Object<'static> {
        Object(
            self.0
                .into_iter()
                .map(|(name, value)| (Cow::Owned(name.into_owned()), value.into_owned()))
                .collect(),
        )
    }

    /// Sorts the members by name and leaves the objects among their values as they are.
    pub fn sort_names(&mut self) {
        self.0.sort_by(|(left, _), (right, _)| left.cmp(right));
    }

    /// Returns the object with its members, and those of all objects in it, sorted by name.
    #[must_use]
    pub fn sorted(self) -> Self {
        let sorted = |(name, value): (_, Json<'a>)| (name, value.sorted());
        let mut object = Self(self.0.into_iter().map(sorted).collect());
        object.sort_names();
        object
    }

    /// Returns whether both have the same names with equivalent values, in any order.
    pub fn is_equivalent(&self, other: &Object<'_>) -> bool {
        if self.len() != other.len() {
            return false;
        }
        let in_same_order = self
            .iter()
            .zip(other.iter())
            .all(|((mine, _), (theirs, _))| mine == theirs);
        if in_same_order {
            return self
                .iter()
                .zip(other.iter())
                .all(|((_, mine), (_, theirs))| mine.is_equivalent(theirs));
        }
        let by_name: HashMap<&str, &Json<'_>> = other.iter().collect();
        self.iter().all(|(name, value)| {
            by_name
                .get(name)
                .is_some_and(|theirs| value.is_equivalent(theirs))
        })
    }
}

impl<'a, K: Into<Cow<'a, str>>> FromIterator<(K, Json<'a>)> for Object<'a> {
    fn from_iter<I: IntoIterator<Item = (K, Json<'a>)>>(members: I) -> Self {
        Self::from_members(
            members
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect(),
        )
    }
}

impl<'a> IntoIterator for Object<'a> {
    type Item = (Cow<'a, str>, Json<'a>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Returns whether a name occurs twice.
fn has_twins(members: &[(Cow<'_, str>, Json<'_>)]) -> bool {
    if members.len() <= SMALL {
        return members
            .iter()
            .enumerate()
            .any(|(at, (name, _))| members[..at].iter().any(|(earlier, _)| earlier == name));
    }
    let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_ref()).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| pair[0] == pair[1])
}

fn merge_twins(members: &mut Vec<(Cow<'_, str>, Json<'_>)>) {
    let mut places: HashMap<Cow<'_, str>, usize> = HashMap::new();
    let mut unique: Vec<(Cow<'_, str>, Json<'_>)> = Vec::with_capacity(members.len());
    for (name, value) in members.drain(..) {
        match places.get(&name) {
            Some(&at) => unique[at].1 = value,
            None => {
                places.insert(name.clone(), unique.len());
                unique.push((name, value));
            }
        }
    }
    *members = unique;
}

/// Up to this many members, comparing each with each is cheaper than sorting.
const SMALL: usize = 16;
