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

mod body;
mod place;
mod serialize;
#[cfg(test)]
mod tests;
mod walk;

use std::collections::BTreeMap;
use std::fmt;

use self::body::Contents;
use crate::matching::body::effective_type;
use crate::matching::metadata::content_type;
use crate::matching::render::bare;
use crate::matching::{ActualMessage, ActualRequest, ActualResponse, Mismatch, Part};
use crate::model::{Body, Headers, Message, Request, Response};
use crate::path::DocPath;
use crate::plan::http::named_type;
use crate::plan::rule::RuleSet;
use crate::plan::{CompileError, MessagePlan, RequestPlan, ResponsePlan};
use crate::rules::{Combine, MatchingRules, RuleList};

/// Which rules decided a comparison, place by place.
#[derive(Clone, Debug, Default)]
pub struct Explanation {
    /// The places in the order they are compared.
    pub decisions: Vec<Decision>,
    /// Rules that govern no place: their paths lead nowhere, or others outweigh them everywhere.
    pub idle: Vec<Candidate>,
    /// Differences at no place above: something arrived that nothing was said about.
    pub differences: Vec<String>,
}

/// What decided about one place.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The part.
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
#[derive(Clone, Debug, Eq, PartialEq)]
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
#[derive(Clone, Debug)]
pub struct Outweighed {
    /// The rules.
    pub candidate: Candidate,
    /// Why others decide.
    pub reason: Reason,
}

/// Why a rule path does not govern a place it reaches.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
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
    let named_type = named_type(&expected.headers);
    explainer.body(
        &expected.body,
        named_type,
        actual.map(|actual| actual.body),
        rules,
    )?;
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
    let named_type = named_type(&expected.headers);
    explainer.body(
        &expected.body,
        named_type,
        actual.map(|actual| actual.body),
        rules,
    )?;
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
        content_type(&expected.metadata),
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
    /// The differences not shown yet, by their place.
    mismatches: BTreeMap<(Part, String), Vec<Mismatch>>,
    explanation: Explanation,
}

impl Explainer {
    fn new(found: Vec<Mismatch>) -> Self {
        let mut mismatches: BTreeMap<_, Vec<Mismatch>> = BTreeMap::new();
        for mismatch in found {
            let place = (mismatch.part, mismatch.path.clone());
            mismatches.entry(place).or_default().push(mismatch);
        }
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
        let chosen = list.map(|list| named_candidate(name, list)).transpose()?;
        self.place(part, name, example, chosen);
        Ok(())
    }

    fn place(&mut self, part: Part, path: &str, example: &str, chosen: Option<Candidate>) {
        self.push(Decision {
            part,
            path: path.to_owned(),
            example: Some(example.to_owned()),
            chosen,
            others: Vec::new(),
            differences: Vec::new(),
        });
    }

    fn body(
        &mut self,
        body: &Body,
        named_type: Option<&str>,
        actual: Option<&[u8]>,
        rules: &MatchingRules,
    ) -> Result<(), CompileError> {
        let Some(content) = body.content() else {
            return Ok(());
        };
        let content_type = effective_type(content, named_type);
        let contents = Contents {
            content_type: content_type.as_ref(),
            example: &content.bytes,
            actual,
            prefix: DocPath::root(),
        };
        contents.explain(&rules.body, self)
    }

    /// Returns whether as many places are explained as anybody reads.
    fn is_full(&self) -> bool {
        self.explanation.decisions.len() >= LIMIT
    }

    /// Adds a decision with the differences found at its place.
    fn push(&mut self, mut decision: Decision) {
        let key = (decision.part, decision.path.clone());
        let found = self.mismatches.remove(&key).unwrap_or_default();
        decision.differences = found.into_iter().map(|found| found.kind.sentence).collect();
        self.explanation.decisions.push(decision);
    }

    fn finish(self) -> Explanation {
        let mut explanation = self.explanation;
        let elsewhere = self.mismatches.into_values().flatten();
        explanation.differences = elsewhere.map(|found| found.to_string()).collect();
        explanation
    }
}

/// Returns rules that stand at a name rather than a path.
fn named_candidate(name: &str, list: &RuleList) -> Result<Candidate, CompileError> {
    Ok(Candidate {
        path: name.to_owned(),
        rules: shown(list)?,
        cascaded: false,
        score: 0,
        steps: 0,
    })
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
        for difference in &self.differences {
            writeln!(f, "differs: {difference}")?;
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

/// Places that are explained.
const LIMIT: usize = 20_000;
