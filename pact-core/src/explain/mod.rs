//! Which rule decided what, and why it and no other.
//!
//! A plan keeps only the outcome of choosing rules; this module chooses again, slowly, and keeps
//! the losers. The choice itself is the plan's: the order of [`crate::plan`] decides here too.
//!
//! ```
//! use pact_core::explain;
//! use pact_core::model::{Body, ContentType, Response};
//! use pact_core::rules::{MatchingRule, MatchingRules};
//!
//! let mut matching_rules = MatchingRules::default();
//! matching_rules.body.add("$".parse()?, MatchingRule::type_rule());
//! matching_rules.body.add("$.id".parse()?, MatchingRule::Integer);
//! let body = Body::present(r#"{"id":7}"#, Some(ContentType::json()));
//! let explanation = explain::response(&Response { body, matching_rules, ..Response::default() }, None)?;
//! assert_eq!(
//!     explanation.to_string(),
//!     "status: equal to 200\n\
//!      body at $: type, from `$` (2, of 1 step)\n\
//!      body at $.id: integer, from `$.id` (8, of 2 steps)\n  \
//!        over type, from `$` (2, of 1 step): it weighs less\n"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod walk;

use std::fmt;

use serde::Serialize;

use self::walk::{Rules, Walk};

use crate::json::Json;
use crate::matching::render::bare;
use crate::matching::{ActualMessage, ActualRequest, ActualResponse, Mismatch, Part};
use crate::model::{Body, Headers, Message, Request, Response};
use crate::path::DocPath;
use crate::plan::json::expanded;
use crate::plan::rule::RuleSet;
use crate::plan::{CompileError, MessagePlan, RequestPlan, ResponsePlan};
use crate::rules::{Combine, MatchingRules, RuleList};

/// Which rules decided a comparison, place by place.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Explanation {
    /// The places in the order they are compared.
    pub decisions: Vec<Decision>,
    /// Rules that govern no place: their paths lead nowhere, or others outweigh them everywhere.
    pub idle: Vec<Candidate>,
}

/// What decided about one place.
#[derive(Clone, Debug, Serialize)]
pub struct Decision {
    /// The part.
    #[serde(serialize_with = "part_name")]
    pub part: Part,
    /// The place in the part, as in [`Mismatch::path`].
    pub path: String,
    /// The example there; `None` when only the actual side has something.
    pub example: Option<String>,
    /// The rules that decide; `None` when it must equal the example.
    pub chosen: Option<Candidate>,
    /// Rules that reach the place too, the strongest first.
    pub others: Vec<Outweighed>,
    /// What differs there, when something arrived.
    pub differences: Vec<String>,
}

/// Rules that reach a place.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Candidate {
    /// The path they stand at.
    pub path: String,
    /// The rules as a report names them.
    pub rules: String,
    /// Whether they stand at an ancestor of the place.
    pub cascaded: bool,
    /// The product of the steps' weights times their number.
    pub score: u128,
    /// How many steps the path has.
    pub steps: usize,
}

/// Rules that reach a place and do not decide.
#[derive(Clone, Debug, Serialize)]
pub struct Outweighed {
    /// The rules.
    pub candidate: Candidate,
    /// Why others decide.
    pub reason: Reason,
}

/// Why a rule path does not govern a place it reaches.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub enum Reason {
    /// Its score is lower.
    WeighsLess,
    /// Its score is the same, and fewer of its steps are names.
    FewerNames,
    /// It has as many names, and they stand further left.
    NamesFurtherLeft,
    /// It is equal in all that counts; the path that sorts first decides.
    SortsLater,
}

/// Explains a request, and its comparison with one that arrived.
///
/// # Errors
///
/// Refuses what cannot be compiled.
pub fn request(
    expected: &Request,
    actual: Option<&ActualRequest<'_>>,
) -> Result<Explanation, CompileError> {
    let plan = RequestPlan::compile(expected)?;
    let mismatches = actual
        .map(|actual| plan.compare(actual))
        .unwrap_or_default();
    let rules = &expected.matching_rules;
    let mut explainer = Explainer::new(mismatches);
    explainer.single(Part::Method, &expected.method, &rules.method)?;
    explainer.single(Part::Path, &expected.path, &rules.path)?;
    for (name, values) in expected.query.iter() {
        let values: Vec<&str> = values
            .iter()
            .map(|value| value.as_deref().unwrap_or(""))
            .collect();
        let list = rules.query.iter().find(|(key, _)| *key == name);
        explainer.named(
            Part::Query,
            (name, &values.join(", ")),
            list.map(|(_, list)| list),
        )?;
    }
    explainer.headers(&expected.headers, rules)?;
    explainer.body(&expected.body, actual.map(|actual| actual.body), rules)?;
    Ok(explainer.finish())
}

/// Explains a response, and its comparison with one that arrived.
///
/// # Errors
///
/// Refuses what cannot be compiled.
pub fn response(
    expected: &Response,
    actual: Option<&ActualResponse<'_>>,
) -> Result<Explanation, CompileError> {
    let plan = ResponsePlan::compile(expected)?;
    let mismatches = actual
        .map(|actual| plan.compare(actual))
        .unwrap_or_default();
    let rules = &expected.matching_rules;
    let mut explainer = Explainer::new(mismatches);
    explainer.single(Part::Status, &expected.status.to_string(), &rules.status)?;
    explainer.headers(&expected.headers, rules)?;
    explainer.body(&expected.body, actual.map(|actual| actual.body), rules)?;
    Ok(explainer.finish())
}

/// Explains a message, and its comparison with one that arrived.
///
/// # Errors
///
/// Refuses what cannot be compiled.
pub fn message(
    expected: &Message,
    actual: Option<&ActualMessage<'_>>,
) -> Result<Explanation, CompileError> {
    let plan = MessagePlan::compile(expected)?;
    let mismatches = actual
        .map(|actual| plan.compare(actual))
        .unwrap_or_default();
    let rules = &expected.matching_rules;
    let mut explainer = Explainer::new(mismatches);
    explainer.body(
        &expected.contents,
        actual.map(|actual| actual.contents),
        rules,
    )?;
    for (name, value) in expected.metadata.iter() {
        let list = rules.metadata.get(&DocPath::field(name));
        explainer.named(Part::Metadata, (name, &bare(value)), list)?;
    }
    Ok(explainer.finish())
}

struct Explainer {
    mismatches: Vec<Mismatch>,
    explanation: Explanation,
}

impl Explainer {
    fn new(mismatches: Vec<Mismatch>) -> Self {
        Self {
            mismatches,
            explanation: Explanation::default(),
        }
    }

    fn single(&mut self, part: Part, example: &str, list: &RuleList) -> Result<(), CompileError> {
        self.named(
            part,
            ("", example),
            Some(list).filter(|list| !list.is_empty()),
        )
    }

    fn headers(&mut self, headers: &Headers, rules: &MatchingRules) -> Result<(), CompileError> {
        for (name, values) in headers.iter() {
            let list = rules
                .header
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name));
            let example = values.join(", ");
            self.named(Part::Header, (name, &example), list.map(|(_, list)| list))?;
        }
        Ok(())
    }

    /// Explains a place that goes by a name, where at most one list of rules stands.
    fn named(
        &mut self,
        part: Part,
        (name, example): (&str, &str),
        list: Option<&RuleList>,
    ) -> Result<(), CompileError> {
        let chosen = list
            .map(|list| {
                Ok(Candidate {
                    path: name.to_owned(),
                    rules: shown(list)?,
                    cascaded: false,
                    score: 0,
                    steps: 0,
                })
            })
            .transpose()?;
        self.push(Decision {
            part,
            path: name.to_owned(),
            example: Some(example.to_owned()),
            chosen,
            others: Vec::new(),
            differences: Vec::new(),
        });
        Ok(())
    }

    fn body(
        &mut self,
        body: &Body,
        actual: Option<&[u8]>,
        rules: &MatchingRules,
    ) -> Result<(), CompileError> {
        let Some(content) = body.content() else {
            return Ok(());
        };
        let is_json = content
            .content_type
            .as_ref()
            .is_none_or(|named| named.is_json());
        let example = Json::parse(&content.bytes).ok().filter(|_| is_json);
        let actual = actual
            .and_then(|bytes| Json::parse(bytes).ok())
            .filter(|_| is_json);
        let text = String::from_utf8_lossy(&content.bytes);
        let example = example.unwrap_or(Json::String(text));
        let rules = expanded(&rules.body);
        let mut walk = Walk {
            explainer: self,
            rules: Rules::new(&rules)?,
            path: Vec::new(),
        };
        walk.value(Some(&example), actual.as_ref());
        let idle = walk.rules.idle();
        self.explanation.idle.extend(idle);
        Ok(())
    }

    /// Returns whether as many places are explained as anybody reads.
    fn is_full(&self) -> bool {
        self.explanation.decisions.len() >= LIMIT
    }

    fn push(&mut self, mut decision: Decision) {
        decision.differences = self
            .mismatches
            .iter()
            .filter(|mismatch| mismatch.part == decision.part && mismatch.path == decision.path)
            .map(|mismatch| mismatch.kind.sentence.clone())
            .collect();
        self.explanation.decisions.push(decision);
    }

    fn finish(self) -> Explanation {
        self.explanation
    }
}

/// Returns the rules of a list as a report names them.
fn shown(list: &RuleList) -> Result<String, CompileError> {
    let set = RuleSet::compile(list, &"explanation")?;
    let rules: Vec<String> = set.rules.iter().map(ToString::to_string).collect();
    Ok(rules.join(match set.combine {
        Combine::And => " and ",
        Combine::Or => " or ",
    }))
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for decision in &self.decisions {
            write!(f, "{decision}")?;
        }
        for candidate in &self.idle {
            writeln!(f, "governs nothing: {candidate}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.part, self.path.as_str()) {
            (part, "") => write!(f, "{part}: ")?,
            (Part::Body, path) => write!(f, "body at {path}: ")?,
            (part, name) => write!(f, "{part} `{name}`: ")?,
        }
        match (&self.chosen, &self.example) {
            (Some(chosen), _) => writeln!(f, "{chosen}")?,
            (None, Some(example)) => writeln!(f, "equal to {example}")?,
            (None, None) => writeln!(f, "nothing is said about it")?,
        }
        for Outweighed { candidate, reason } in &self.others {
            writeln!(f, "  over {candidate}: {reason}")?;
        }
        for difference in &self.differences {
            writeln!(f, "  but {difference}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rules)?;
        if self.steps > 0 {
            let plural = if self.steps == 1 { "" } else { "s" };
            write!(
                f,
                ", from `{}` ({}, of {} step{plural})",
                self.path, self.score, self.steps
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WeighsLess => "it weighs less",
            Self::FewerNames => "it weighs the same and names fewer steps",
            Self::NamesFurtherLeft => "it weighs the same and its names stand further left",
            Self::SortsLater => "it weighs the same and sorts later",
        })
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature is serde's"
)]
fn part_name<S: serde::Serializer>(part: &Part, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(part.name())
}

/// Places that are explained.
const LIMIT: usize = 20_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ContentType;
    use crate::rules::MatchingRule;

    #[test]
    fn every_place_says_which_rule_decided_and_over_which() {
        let mut expected = Response {
            body: Body::present(r#"{"items":[{"id":1}]}"#, Some(ContentType::json())),
            ..Response::default()
        };
        let body = &mut expected.matching_rules.body;
        for (path, rule) in [
            (
                "$.items",
                MatchingRule::Type {
                    min: Some(1),
                    max: None,
                },
            ),
            ("$.*[*].id", MatchingRule::Number),
            ("$.items[*].id", MatchingRule::Integer),
            ("$.*[0].id", MatchingRule::NotEmpty),
            ("$.nowhere", MatchingRule::Null),
        ] {
            body.add(path.parse().unwrap(), rule);
        }
        let actual = ActualResponse {
            status: 404,
            headers: &[],
            body: br#"{"items":[{"id":"x"},{"id":2}]}"#,
        };
        let explanation = response(&expected, Some(&actual)).unwrap();
        insta::assert_snapshot!(explanation, @r#"
        status: equal to 200
          but expected 200, got 404
        body at $: equal to {"items":[{"id":1}]}
        body at $.items: type, min 1, from `$.items` (8, of 2 steps)
        body at $.items[0]: type, min 1, from `$.items` (8, of 2 steps)
        body at $.items[0].id: notEmpty, from `$.*[0].id` (32, of 4 steps)
          over integer, from `$.items[*].id` (32, of 4 steps): it weighs the same and its names stand further left
          over number, from `$.*[*].id` (16, of 4 steps): it weighs less
          over type, min 1, from `$.items` (8, of 2 steps): it weighs less
        body at $.items[1]: type, min 1, from `$.items` (8, of 2 steps)
        body at $.items[1].id: integer, from `$.items[*].id` (32, of 4 steps)
          over number, from `$.*[*].id` (16, of 4 steps): it weighs less
          over type, min 1, from `$.items` (8, of 2 steps): it weighs less
        governs nothing: number, from `$.*[*].id` (16, of 4 steps)
        governs nothing: null, from `$.nowhere` (8, of 2 steps)
        "#);
    }
}
