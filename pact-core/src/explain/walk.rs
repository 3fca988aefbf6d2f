//! Every place of a JSON body with the rules that reach it.

use std::cmp::Ordering;

use super::{Candidate, Decision, Explainer, Outweighed, Reason, shown};
use crate::json::Json;
use crate::matching::Part;
use crate::matching::render::{bare, shortened};
use crate::path::{DocPath, PathToken};
use crate::plan::CompileError;
use crate::plan::select::{Step, named_steps, rank, token_matches};
use crate::rules::Category;

/// The rules of a body with their names made out.
pub(super) struct Rules<'a> {
    entries: Vec<(&'a DocPath, String)>,
    used: Vec<bool>,
}

impl<'a> Rules<'a> {
    pub(super) fn new(rules: &'a Category<DocPath>) -> Result<Self, CompileError> {
        let mut entries = rules
            .iter()
            .map(|(path, list)| Ok((path, shown(list)?)))
            .collect::<Result<Vec<_>, CompileError>>()?;
        // The strongest first, so that those that reach a place are met in their order.
        entries.sort_by(|left, right| rank(right.0, left.0));
        Ok(Self {
            used: vec![false; entries.len()],
            entries,
        })
    }

    pub(super) fn idle(&self) -> Vec<Candidate> {
        let unused = self
            .entries
            .iter()
            .zip(&self.used)
            .filter(|(_, used)| !**used);
        unused
            .map(|((path, rules), _)| candidate(path, rules, false))
            .collect()
    }
}

pub(super) struct Walk<'a, 'e> {
    pub(super) explainer: &'e mut Explainer,
    pub(super) rules: Rules<'a>,
    pub(super) path: Vec<PathToken>,
}

impl Walk<'_, '_> {
    pub(super) fn value(&mut self, example: Option<&Json<'_>>, actual: Option<&Json<'_>>) {
        if self.explainer.is_full() {
            return;
        }
        self.decide(example);
        let elements =
            |side: Option<&Json<'_>>| side.and_then(Json::as_array).map_or(0, <[_]>::len);
        for index in 0..elements(example).max(elements(actual)) {
            self.path.push(PathToken::Index(index));
            self.value(
                example.and_then(|example| example.at(index)),
                actual.and_then(|actual| actual.at(index)),
            );
            self.path.pop();
        }
        let members = |side: Option<&Json<'_>>| -> Vec<String> {
            let object = side.and_then(Json::as_object);
            object.map_or_else(Vec::new, |object| {
                object.iter().map(|(name, _)| name.to_owned()).collect()
            })
        };
        let mut names = members(example);
        for name in members(actual) {
            if example.and_then(|example| example.get(&name)).is_none() {
                names.push(name);
            }
        }
        for name in names {
            self.path.push(match Step::to(&name) {
                Step::Index(index) => PathToken::Index(index),
                Step::Name(name) => PathToken::Field(name.to_owned()),
            });
            self.value(
                example.and_then(|example| example.get(&name)),
                actual.and_then(|actual| actual.get(&name)),
            );
            self.path.pop();
        }
    }

    fn decide(&mut self, example: Option<&Json<'_>>) {
        let reach = |path: &DocPath| {
            let below = &path.tokens()[1..];
            below.len() <= self.path.len()
                && below.iter().zip(&self.path).all(|(token, at)| {
                    let step = match at {
                        PathToken::Index(index) => Step::Index(*index),
                        PathToken::Field(name) => Step::Name(name),
                        PathToken::Root | PathToken::Star | PathToken::StarIndex => return false,
                    };
                    token_matches(token, step)
                })
        };
        let reaching: Vec<usize> = (0..self.rules.entries.len())
            .filter(|at| reach(self.rules.entries[*at].0))
            .collect();
        let cascaded = |path: &DocPath| path.tokens().len() != self.path.len() + 1;
        let named = |at: usize| {
            let (path, rules) = &self.rules.entries[at];
            candidate(path, rules, cascaded(path))
        };
        let chosen = reaching.first().copied();
        let others = reaching
            .iter()
            .skip(1)
            .map(|at| Outweighed {
                candidate: named(*at),
                reason: reason(self.rules.entries[reaching[0]].0, self.rules.entries[*at].0),
            })
            .collect();
        let path = self
            .path
            .iter()
            .fold(DocPath::root(), |path, token| path.join(token.clone()));
        let decision = Decision {
            part: Part::Body,
            path: path.to_string(),
            example: example.map(|example| shortened(&bare(example), 120)),
            chosen: chosen.map(named),
            others,
            differences: Vec::new(),
        };
        self.explainer.push(decision);
        if let Some(at) = chosen {
            self.rules.used[at] = true;
        }
    }
}

fn candidate(path: &DocPath, rules: &str, cascaded: bool) -> Candidate {
    let steps = path.tokens().len();
    let named = u32::try_from(named_steps(path.tokens())).unwrap_or(u32::MAX);
    Candidate {
        path: path.to_string(),
        rules: rules.to_owned(),
        cascaded,
        score: 2_u128.saturating_pow(named).saturating_mul(steps as u128),
        steps,
    }
}

fn reason(winner: &DocPath, loser: &DocPath) -> Reason {
    let (won, lost) = (candidate(winner, "", false), candidate(loser, "", false));
    match won.score.cmp(&lost.score) {
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
