//! What can be found wrong with an interaction before a test runs against it.

use pact_core::format::{self, WriteError};
use pact_core::lint;
use pact_core::model::{Interaction, InteractionKind, Pact, SpecVersion};
use pact_core::rules::{MatchingRule, MatchingRules};

use super::{Draft, PactBuilder};
use crate::error::ConsumerError;

impl PactBuilder {
    /// Refuses what no provider could be held to: patterns that mean nothing, examples that break
    /// their own rules, and what the version of the contract cannot hold.
    pub(crate) fn check<'d>(
        &self,
        drafts: impl IntoIterator<Item = &'d Draft>,
    ) -> Result<(), ConsumerError> {
        for draft in drafts {
            let interaction = || draft.finished().description;
            if let Some(fault) = draft.faults.first() {
                return Err(ConsumerError::Pattern {
                    interaction: interaction(),
                    fault: fault.clone(),
                });
            }
            let pact = self.contract_of([draft]);
            if !draft.is_given {
                examples_hold(&pact)?;
            }
            fits_version(pact)?;
        }
        Ok(())
    }
}

/// Refuses a request that another interaction of the same server would answer each time.
pub(super) fn requests_differ(drafts: &[Draft]) -> Result<(), ConsumerError> {
    let requests = || {
        drafts.iter().enumerate().filter_map(|(at, draft)| {
            let InteractionKind::Http(exchange) = &draft.interaction.kind else {
                return None;
            };
            Some((at, &exchange.request))
        })
    };
    for (later, request) in requests() {
        let mut before = requests().take_while(|(earlier, _)| *earlier < later);
        if let Some((earlier, _)) = before.find(|(_, other)| *other == request) {
            return Err(ConsumerError::SameRequest {
                interaction: drafts[later].finished().description,
                earlier: drafts[earlier].finished().description,
            });
        }
    }
    Ok(())
}

/// Refuses examples that do not satisfy their own rules.
fn examples_hold(pact: &Pact) -> Result<(), ConsumerError> {
    let Some(interaction) = pact.interactions.first() else {
        return Ok(());
    };
    let interaction = interaction.description.clone();
    let mut problems = Vec::new();
    for finding in lint::lint_pact(pact) {
        let place = finding.place.pointer.split('/').nth(1).unwrap_or_default();
        let problem = match (finding.code, place) {
            (_, "") => finding.message,
            ("not-comparable", place) => format!("{place} {}", finding.message),
            (_, place) => format!("{place}: {}", finding.message),
        };
        match finding.code {
            "not-comparable" | "wrong-generator" => {
                return Err(ConsumerError::Pattern {
                    interaction,
                    fault: problem,
                });
            }
            "example-mismatch" | "unused-rule" => problems.push(problem),
            _ => {}
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(ConsumerError::Example {
        interaction,
        problems,
    })
}

/// Refuses what the pact's version has no words for.
fn fits_version(mut pact: Pact) -> Result<(), ConsumerError> {
    let version = pact.spec_version;
    if version == SpecVersion::V4 {
        return Ok(());
    }
    let interaction = pact
        .interactions
        .first()
        .map(|interaction| interaction.description.clone())
        .unwrap_or_default();
    // Written as a conversion, so that nothing passes because its own file might have said it.
    pact.spec_version = SpecVersion::V4;
    let things = match format::write_as(&pact, version) {
        Ok((_, losses)) => {
            let mut things: Vec<String> = losses.into_iter().map(|loss| loss.what).collect();
            let kinds = pact.interactions.iter().map(|found| &found.kind);
            for rule in kinds.flat_map(rules_of) {
                let thing = format!("the rule `{}`", rule.name());
                if since(rule) > version && !things.contains(&thing) {
                    things.push(thing);
                }
            }
            things
        }
        Err(WriteError::Kind { kind, .. }) => vec![kind.to_owned()],
        Err(other) => vec![other.to_string()],
    };
    if things.is_empty() {
        return Ok(());
    }
    Err(ConsumerError::Version {
        interaction,
        version,
        things,
    })
}

/// Returns all rules of an interaction.
fn rules_of(kind: &InteractionKind) -> Vec<&MatchingRule> {
    let all: Vec<&MatchingRules> = match kind {
        InteractionKind::AsyncMessage(message) => vec![&message.matching_rules],
        InteractionKind::Http(exchange) => vec![
            &exchange.request.matching_rules,
            &exchange.response.matching_rules,
        ],
        InteractionKind::Other { .. } => Vec::new(),
        InteractionKind::SyncMessage(exchange) => {
            let answers = exchange
                .responses
                .iter()
                .map(|answer| &answer.matching_rules);
            answers.chain([&exchange.request.matching_rules]).collect()
        }
    };
    all.into_iter().flat_map(in_all_parts).collect()
}

fn in_all_parts(rules: &MatchingRules) -> Vec<&MatchingRule> {
    let paths = rules.body.iter().chain(rules.metadata.iter());
    let names = rules.header.iter().chain(rules.query.iter());
    let lists = paths
        .map(|(_, list)| list)
        .chain(names.map(|(_, list)| list))
        .chain([&rules.method, &rules.path, &rules.status]);
    lists.flat_map(|list| &list.rules).collect()
}

/// Returns the version of the specification that brought a rule.
fn since(rule: &MatchingRule) -> SpecVersion {
    match rule {
        MatchingRule::Equality | MatchingRule::Regex { .. } | MatchingRule::Type { .. } => {
            SpecVersion::V2
        }
        MatchingRule::Boolean
        | MatchingRule::ContentType { .. }
        | MatchingRule::Date { .. }
        | MatchingRule::DateTime { .. }
        | MatchingRule::Decimal
        | MatchingRule::Include { .. }
        | MatchingRule::Integer
        | MatchingRule::Null
        | MatchingRule::Number
        | MatchingRule::Time { .. }
        | MatchingRule::Values => SpecVersion::V3,
        MatchingRule::ArrayContains { .. }
        | MatchingRule::EachKey { .. }
        | MatchingRule::EachValue { .. }
        | MatchingRule::IgnoreOrder { .. }
        | MatchingRule::NotEmpty
        | MatchingRule::Other { .. }
        | MatchingRule::Semver
        | MatchingRule::StatusCode { .. } => SpecVersion::V4,
    }
}

/// Refuses requests beside messages where the version keeps them apart.
pub(super) fn kinds_fit(pact: &Pact) -> Result<(), ConsumerError> {
    match of_another_kind(pact) {
        Some(other) => Err(ConsumerError::Version {
            interaction: other.description.clone(),
            version: pact.spec_version,
            things: vec!["requests and messages in one contract".to_owned()],
        }),
        None => Ok(()),
    }
}

/// Returns an interaction that the pact's version keeps apart from those before it: until V3 a
/// contract is about requests or about messages.
pub(crate) fn of_another_kind(pact: &Pact) -> Option<&Interaction> {
    if pact.spec_version >= SpecVersion::V4 {
        return None;
    }
    let is_message = |kind: &InteractionKind| matches!(kind, InteractionKind::AsyncMessage(_));
    let first = is_message(&pact.interactions.first()?.kind);
    let mut interactions = pact.interactions.iter();
    interactions.find(|interaction| is_message(&interaction.kind) != first)
}
