//! Rules and generators as pact files hold them, for those who have them.

use pact_core::format::integration;

use super::draft::{Draft, Slot};

impl Draft {
    /// Adds rules as a pact file holds them.
    pub(super) fn add_rules(&mut self, slot: Slot, text: &str) {
        let added = match integration::rules(text.as_bytes()) {
            Ok(added) => added,
            Err(error) => {
                let fault = format!("{} matching rules: {error}", slot.words());
                return self.faults.push(fault);
            }
        };
        let rules = self.half(slot).rules;
        for (path, list) in added.body.iter() {
            rules.body.set(path.clone(), list.clone());
        }
        for (name, list) in added.header.iter() {
            rules.header.set(name.clone(), list.clone());
        }
        for (path, list) in added.metadata.iter() {
            rules.metadata.set(path.clone(), list.clone());
        }
        for (name, list) in added.query.iter() {
            rules.query.set(name.clone(), list.clone());
        }
        for (list, added) in [
            (&mut rules.method, added.method),
            (&mut rules.path, added.path),
            (&mut rules.status, added.status),
        ] {
            if !added.is_empty() {
                *list = added;
            }
        }
    }

    /// Adds generators as a pact file holds them.
    pub(super) fn add_generators(&mut self, slot: Slot, text: &str) {
        let added = match integration::generators(text.as_bytes()) {
            Ok(added) => added,
            Err(error) => {
                let fault = format!("{} generators: {error}", slot.words());
                return self.faults.push(fault);
            }
        };
        let generators = self.half(slot).generators;
        generators.body.extend(added.body);
        generators.header.extend(added.header);
        generators.metadata.extend(added.metadata);
        generators.query.extend(added.query);
        for (place, added) in [
            (&mut generators.method, added.method),
            (&mut generators.path, added.path),
            (&mut generators.status, added.status),
        ] {
            if added.is_some() {
                *place = added;
            }
        }
    }
}
