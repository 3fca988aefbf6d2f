//! Every place of a body with the rules that reach it.

use std::cmp::Ordering;

use super::place::Place;
use super::{Candidate, Decision, Explainer, Outweighed, Reason, shown};
use crate::matching::Part;
use crate::path::{DocPath, PathToken};
use crate::plan::CompileError;
use crate::plan::select::{Step, named_steps, rank, token_matches};
use crate::rules::{Category, RuleList};

/// The rules of a body with their names made out, the strongest first.
pub(super) struct Rules(Vec<Entry>);

struct Entry {
    /// The path as it is compared.
    path: DocPath,
    /// The path as the contract writes it.
    written: DocPath,
    rules: String,
    used: bool,
}

impl Rules {
    /// Makes the rules out; `compared` turns a path as written into the one that is compared.
    pub(super) fn new(
        rules: &Category<DocPath>,
        compared: fn(&DocPath) -> DocPath,
    ) -> Result<Self, CompileError> {
        let entry = |(path, list): (&DocPath, &RuleList)| {
            Ok(Entry {
                path: compared(path),
                written: path.clone(),
                rules: shown(list)?,
                used: false,
            })
        };
        let mut entries = rules
            .iter()
            .map(entry)
            .collect::<Result<Vec<_>, CompileError>>()?;
        // Of paths that come to the same, the last one written counts.
        entries.reverse();
        // Those that reach a place are met in the order of their strength.
        entries.sort_by(|left, right| rank(&right.path, &left.path));
        Ok(Self(entries))
    }
}

/// A walk over the places of one document.
pub(super) struct Walk<'e> {
    explainer: &'e mut Explainer,
    rules: Rules,
    /// What stands before paths into the document.
    prefix: DocPath,
    /// The steps to the place, as the rules write them.
    steps: Vec<PathToken>,
    /// The steps to the place, as reports write them.
    shown: Vec<PathToken>,
}

impl<'e> Walk<'e> {
    /// Explains a document and what is in it.
    pub(super) fn explain(
        explainer: &'e mut Explainer,
        rules: Rules,
        prefix: DocPath,
        document: &Place,
    ) {
        let mut walk = Self {
            explainer,
            rules,
            prefix,
            steps: Vec::new(),
            shown: Vec::new(),
        };
        walk.place(document);
        let unused = walk.rules.0.iter().filter(|entry| !entry.used);
        let idle: Vec<Candidate> = unused.map(|entry| walk.candidate(entry, false)).collect();
        walk.explainer.explanation.idle.extend(idle);
    }

    fn place(&mut self, place: &Place) {
        if self.explainer.is_full() {
            return;
        }
        if place.is_compared {
            self.decide(place.example.clone());
        }
        for inner in &place.below {
            self.steps.extend(self.spelling(inner));
            self.shown.extend(inner.shown.clone());
            self.place(inner);
            self.steps.pop();
            self.shown.pop();
        }
    }

    /// Returns the spelling of a step that the rules here use, else the plainest.
    fn spelling(&self, place: &Place) -> Option<PathToken> {
        let depth = self.steps.len() + 1;
        let used = |spelling: &&PathToken| {
            let names = |entry: &Entry| {
                entry.path.tokens().get(depth) == Some(spelling)
                    && reaches(&entry.path.tokens()[1..depth], &self.steps)
            };
            self.rules.0.iter().any(names)
        };
        let plainest = place.spellings.last();
        let found = Some(&place.spellings)
            .filter(|spellings| spellings.len() > 1)
            .and_then(|spellings| spellings.iter().find(used));
        found.or(plainest).cloned()
    }

    fn decide(&mut self, example: Option<String>) {
        let reaching: Vec<usize> = (0..self.rules.0.len())
            .filter(|at| reaches(&self.rules.0[*at].path.tokens()[1..], &self.steps))
            .collect();
        let named = |at: usize| {
            let entry = &self.rules.0[at];
            self.candidate(entry, entry.path.tokens().len() != self.steps.len() + 1)
        };
        let chosen = reaching.first().copied();
        let others = reaching
            .iter()
            .skip(1)
            .map(|at| Outweighed {
                candidate: named(*at),
                reason: reason(&self.rules.0[reaching[0]].path, &self.rules.0[*at].path),
            })
            .collect();
        let decision = Decision {
            part: Part::Body,
            path: self.below_prefix(&self.shown).to_string(),
            example,
            chosen: chosen.map(named),
            others,
            differences: Vec::new(),
        };
        self.explainer.push(decision);
        if let Some(at) = chosen {
            self.rules.0[at].used = true;
        }
    }

    fn below_prefix(&self, tokens: &[PathToken]) -> DocPath {
        let prefix = self.prefix.clone();
        tokens
            .iter()
            .fold(prefix, |path, token| path.join(token.clone()))
    }

    fn candidate(&self, entry: &Entry, cascaded: bool) -> Candidate {
        Candidate {
            path: self.below_prefix(&entry.written.tokens()[1..]).to_string(),
            rules: entry.rules.clone(),
            cascaded,
            score: score(&entry.path),
            steps: entry.path.tokens().len(),
        }
    }
}

/// Returns whether the tokens of a rule path lead to a place or to one above it.
fn reaches(tokens: &[PathToken], steps: &[PathToken]) -> bool {
    tokens.len() <= steps.len()
        && tokens.iter().zip(steps).all(|(token, at)| {
            let step = match at {
                PathToken::Index(index) => Step::Index(*index),
                PathToken::Field(name) => Step::Name(name),
                PathToken::Root | PathToken::Star | PathToken::StarIndex => return false,
            };
            token_matches(token, step)
        })
}

/// Returns what a path weighs: two for each name and one for each star, times its steps.
pub(super) fn score(path: &DocPath) -> u128 {
    let named = u32::try_from(named_steps(path.tokens())).unwrap_or(u32::MAX);
    2_u128
        .saturating_pow(named)
        .saturating_mul(path.tokens().len() as u128)
}

fn reason(winner: &DocPath, loser: &DocPath) -> Reason {
    match score(winner).cmp(&score(loser)) {
        Ordering::Greater | Ordering::Less => Reason::WeighsLess,
        Ordering::Equal if named_steps(winner.tokens()) != named_steps(loser.tokens()) => {
            Reason::FewerNames
        }
        Ordering::Equal => {
            let names = |path: &DocPath| -> Vec<bool> {
                let star =
                    |token: &PathToken| matches!(token, PathToken::Star | PathToken::StarIndex);
                path.tokens().iter().map(|token| !star(token)).collect()
            };
            if names(winner) == names(loser) {
                Reason::SortsLater
            } else {
                Reason::NamesFurtherLeft
            }
        }
    }
}
