//! All rules of a request, response or message, by the part they govern.

use std::collections::HashMap;
use std::hash::Hash;

use super::{MatchingRule, RuleList};
use crate::path::DocPath;

/// The rules of a request, response or message.
///
/// Which parts a kind of thing has is the specification's: a request has no `status`, a message
/// only `body` and `metadata`; the others stay empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MatchingRules {
    /// Rules for the body or contents, by path into it.
    pub body: Category<DocPath>,
    /// Rules for headers, by name (compared without case).
    pub header: Category<String>,
    /// Rules for message metadata, by path; a plain name is a path of one field.
    pub metadata: Category<DocPath>,
    /// Rules for the method.
    pub method: RuleList,
    /// Rules for the path.
    pub path: RuleList,
    /// Rules for query parameters, by name.
    pub query: Category<String>,
    /// Rules for the status code.
    pub status: RuleList,
}

impl MatchingRules {
    /// Returns whether there is no rule at all.
    pub fn is_empty(&self) -> bool {
        self.body.is_empty()
            && self.header.is_empty()
            && self.metadata.is_empty()
            && self.method.is_empty()
            && self.path.is_empty()
            && self.query.is_empty()
            && self.status.is_empty()
    }
}

/// Rules for the places of one part, in the order they were written.
///
/// Two categories are equal when every place has the same list, whatever the order of the places.
#[derive(Clone, Debug)]
pub struct Category<K> {
    entries: Vec<(K, RuleList)>,
    /// Where each place stands in `entries`, once there are more than a glance finds.
    places: HashMap<K, usize>,
}

/// Places that are found by looking at each.
const GLANCE: usize = 16;

impl<K> Default for Category<K> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            places: HashMap::new(),
        }
    }
}

impl<K> Category<K> {
    /// Iterates over the places with their lists.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&K, &RuleList)> {
        self.entries.iter().map(|(key, list)| (key, list))
    }

    /// Returns whether there is no place with rules.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<K: Clone + Eq + Hash> Category<K> {
    /// Appends a rule to the list at `key`.
    pub fn add(&mut self, key: K, rule: MatchingRule) {
        self.list_mut(key).rules.push(rule);
    }

    /// Adds the rules of a list to those at `key`; the list says how the verdicts of all of them are
    /// put together.
    pub(crate) fn append(&mut self, key: K, list: RuleList) {
        let known = self.list_mut(key);
        if known.is_empty() {
            *known = list;
        } else {
            known.append(list);
        }
    }

    /// Replaces the list at `key`.
    pub fn set(&mut self, key: K, list: RuleList) {
        *self.list_mut(key) = list;
    }

    /// Returns the list at exactly `key`.
    pub fn get(&self, key: &K) -> Option<&RuleList> {
        self.position(key).map(|at| &self.entries[at].1)
    }

    fn position(&self, key: &K) -> Option<usize> {
        if self.entries.len() > GLANCE {
            self.places.get(key).copied()
        } else {
            self.entries.iter().position(|(known, _)| known == key)
        }
    }

    fn list_mut(&mut self, key: K) -> &mut RuleList {
        let at = self.position(&key).unwrap_or_else(|| {
            self.entries.push((key, RuleList::default()));
            let last = self.entries.len() - 1;
            let unnoted = if last == GLANCE { 0 } else { last };
            if last >= GLANCE {
                let new = self.entries[unnoted..].iter().enumerate();
                self.places
                    .extend(new.map(|(at, (key, _))| (key.clone(), unnoted + at)));
            }
            last
        });
        &mut self.entries[at].1
    }
}

impl<K: Ord> PartialEq for Category<K> {
    fn eq(&self, other: &Self) -> bool {
        self.by_place() == other.by_place()
    }
}

impl<K: Ord> Category<K> {
    /// Returns the places with their lists, sorted by place.
    fn by_place(&self) -> Vec<(&K, &RuleList)> {
        let mut sorted: Vec<_> = self.iter().collect();
        sorted.sort_by_key(|(key, _)| *key);
        sorted
    }
}

impl<K: Clone + Eq + Hash> FromIterator<(K, RuleList)> for Category<K> {
    /// Puts the lists of one place together; the last one says how their verdicts combine.
    fn from_iter<I: IntoIterator<Item = (K, RuleList)>>(lists: I) -> Self {
        let mut category = Self::default();
        for (key, list) in lists {
            category.append(key, list);
        }
        category
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_places_are_found_as_few_are() {
        let mut category: Category<String> = Category::default();
        for round in 0..2 {
            for index in 0..3 * GLANCE {
                category.add(index.to_string(), MatchingRule::type_rule());
                let found = category
                    .get(&index.to_string())
                    .map(|list| list.rules.len());
                assert_eq!(found, Some(round + 1), "{index}");
            }
        }
        category.set("20".to_owned(), RuleList::default());
        assert_eq!(category.get(&"20".to_owned()), Some(&RuleList::default()));
        assert_eq!(category.get(&"x".to_owned()), None);
        assert_eq!(category.iter().len(), 3 * GLANCE);
    }
}
