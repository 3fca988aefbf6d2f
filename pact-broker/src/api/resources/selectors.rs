//! Reading a request for the pacts to verify: selectors and what goes with them.

use serde_json::{Map, Value};

use crate::{
    api::{
        error::{ApiError, FieldError, Segment},
        fields::{Fields, Need, line_problem},
    },
    domain::{
        selector::{ConsumerVersionSelector, SelectorKind, VerificationRequest},
        text::{BranchName, EnvironmentName, PacticipantName, TagName},
        time::Timestamp,
    },
};

/// Keys that choose by what a version is, of which environments are no part.
const BY_VERSION: [&str; 7] = [
    "latest",
    "tag",
    "fallbackTag",
    "branch",
    "fallbackBranch",
    "matchingBranch",
    "mainBranch",
];
/// Keys that choose by where a version is.
const BY_PLACE: [&str; 4] = ["environment", "deployed", "released", "deployedOrReleased"];

/// Reads the body of a request; `environments` are the names that exist.
pub(crate) fn read(
    body: &Map<String, Value>,
    environments: &[EnvironmentName],
) -> Result<VerificationRequest, ApiError> {
    let mut fields = Fields::of(body);
    let tags: Vec<TagName> = fields
        .lines("providerVersionTags")
        .into_iter()
        .filter_map(|tag| TagName::parse(tag).ok())
        .collect();
    let pending = fields.boolean("includePendingStatus", Need::Optional);
    let since = since(&mut fields);
    let branch = branch(
        &mut fields,
        pending == Some(true) || since.is_some(),
        tags.is_empty(),
    );
    let listed = fields
        .array("consumerVersionSelectors", Need::Optional)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let mut selectors = Vec::new();
    for (index, selector) in listed.iter().enumerate() {
        let place = vec![
            Segment::Key("consumerVersionSelectors".to_owned()),
            Segment::Index(index),
        ];
        let Value::Object(members) = selector else {
            fields.absorb(vec![FieldError::new(place, "must be an object")]);
            continue;
        };
        let mut reading = Reading {
            fields: Fields::inside(members, place),
            members,
            environments,
        };
        let has_branch = branch.is_some();
        selectors.extend(reading.selector(has_branch));
        fields.absorb(reading.fields.into_errors());
    }
    fields.finish(Some(VerificationRequest {
        selectors,
        provider_branch: branch,
        provider_tags: tags,
        include_pending: pending.unwrap_or(true),
        include_wip_since: since,
    }))
}

fn since(fields: &mut Fields<'_>) -> Option<Timestamp> {
    let text = fields.text("includeWipPactsSince", Need::Optional)?;
    match Timestamp::parse(text) {
        Ok(since) => Some(since),
        Err(_) => {
            fields.refuse("includeWipPactsSince", "must be a date");
            None
        }
    }
}

/// Reads the provider's branch. An empty one is what build scripts send by mistake; it is refused where it matters.
fn branch(fields: &mut Fields<'_>, matters: bool, no_tags: bool) -> Option<BranchName> {
    let text = fields.text("providerVersionBranch", Need::Optional)?;
    if text.is_empty() {
        if matters && no_tags {
            let message = "must not be empty when pending or work in progress pacts are asked for and no tags are given";
            fields.refuse("providerVersionBranch", message);
        }
        return None;
    }
    match BranchName::parse(text) {
        Ok(branch) => Some(branch),
        Err(error) => {
            fields.refuse("providerVersionBranch", error.to_string());
            None
        }
    }
}

/// One selector of the request.
struct Reading<'a> {
    fields: Fields<'a>,
    members: &'a Map<String, Value>,
    environments: &'a [EnvironmentName],
}

/// The value of `branch`: a name, or any.
enum Branch {
    Any,
    Named(BranchName),
}

impl Reading<'_> {
    fn has(&self, key: &str) -> bool {
        self.members.get(key).is_some_and(|value| !value.is_null())
    }

    fn is(&self, key: &str, value: bool) -> bool {
        self.members.get(key) == Some(&Value::Bool(value))
    }

    fn selector(&mut self, provider_has_branch: bool) -> Option<ConsumerVersionSelector> {
        self.check_flags();
        let consumer = self
            .name("consumer")
            .and_then(|name| PacticipantName::parse(name).ok());
        let branch = self.branch();
        let tag = self.name("tag").and_then(|name| TagName::parse(name).ok());
        let fallback_tag = self
            .name("fallbackTag")
            .and_then(|name| TagName::parse(name).ok());
        let fallback_branch = self
            .name("fallbackBranch")
            .and_then(|name| BranchName::parse(name).ok());
        let environment = self
            .name("environment")
            .and_then(|name| EnvironmentName::parse(name).ok());
        if !self.fields.is_fine() {
            return None;
        }
        self.check_combination(provider_has_branch);
        self.check_environment(environment.as_ref());
        if !self.fields.is_fine() {
            return None;
        }
        let kind = match (branch, tag) {
            (Some(Branch::Any), _) => SelectorKind::AnyBranch,
            (Some(Branch::Named(branch)), _) => SelectorKind::Branch {
                branch,
                fallback: fallback_branch,
            },
            (None, Some(tag)) if self.is("latest", true) => SelectorKind::LatestTagged {
                tag,
                fallback: fallback_tag,
            },
            (None, Some(tag)) => SelectorKind::AllTagged(tag),
            (None, None) => self.without_name(environment),
        };
        Some(ConsumerVersionSelector { consumer, kind })
    }

    fn without_name(&self, environment: Option<EnvironmentName>) -> SelectorKind {
        if self.is("mainBranch", true) {
            SelectorKind::MainBranch
        } else if self.is("matchingBranch", true) {
            SelectorKind::MatchingBranch
        } else if self.is("deployed", true) {
            SelectorKind::Deployed(environment)
        } else if self.is("released", true) {
            SelectorKind::Released(environment)
        } else if self.is("deployedOrReleased", true) {
            SelectorKind::DeployedOrReleased(environment)
        } else if let Some(environment) = environment {
            SelectorKind::Environment(environment)
        } else {
            SelectorKind::Latest
        }
    }

    fn check_flags(&mut self) {
        for key in [
            "mainBranch",
            "matchingBranch",
            "deployed",
            "released",
            "deployedOrReleased",
        ] {
            if self.has(key) && !self.is(key, true) {
                self.fields.refuse(key, "must be one of: true");
            }
        }
        if self.has("latest") && !self.is("latest", true) && !self.is("latest", false) {
            self.fields.refuse("latest", "must be one of: true, false");
        }
    }

    fn name(&mut self, key: &str) -> Option<String> {
        self.fields.line(key, Need::Optional).map(str::to_owned)
    }

    fn branch(&mut self) -> Option<Branch> {
        match self.members.get("branch")? {
            Value::Null => None,
            Value::Bool(true) => Some(Branch::Any),
            Value::String(name) => match line_problem(name) {
                None => BranchName::parse(name.as_str()).ok().map(Branch::Named),
                Some(problem) => {
                    self.fields.refuse("branch", problem);
                    None
                }
            },
            _ => {
                self.fields.refuse("branch", "must be a string or true");
                None
            }
        }
    }

    fn check_combination(&mut self, provider_has_branch: bool) {
        let chosen = BY_PLACE
            .iter()
            .chain(&["mainBranch", "tag", "branch", "matchingBranch"])
            .any(|key| self.has(key));
        if !chosen && !self.is("latest", true) {
            let message = "must say which versions: by mainBranch, branch, matchingBranch, tag, latest, environment, deployed, released or deployedOrReleased";
            self.fields.refuse_whole(message);
        }
        self.check_alone("mainBranch");
        self.check_alone("matchingBranch");
        if self.has("mainBranch") && self.is("latest", false) {
            self.fields
                .refuse_whole("mainBranch cannot be combined with latest=false");
        }
        if self.has("matchingBranch") && !provider_has_branch {
            self.fields
                .refuse_whole("matchingBranch needs providerVersionBranch");
        }
        if self.has("tag") && self.has("branch") {
            self.fields
                .refuse_whole("cannot name both a tag and a branch");
        }
        for by_version in BY_VERSION {
            for by_place in BY_PLACE {
                if self.has(by_version) && self.has(by_place) {
                    self.fields
                        .refuse_whole(format!("{by_version} cannot be combined with {by_place}"));
                }
            }
        }
        self.check_fallbacks();
        for (one, other) in [
            ("deployed", "released"),
            ("deployed", "deployedOrReleased"),
            ("released", "deployedOrReleased"),
        ] {
            if self.has(one) && self.has(other) {
                self.fields
                    .refuse_whole(format!("{one} cannot be combined with {other}"));
            }
        }
    }

    /// Main and matching branch stand for themselves; only the consumer may be named beside them.
    fn check_alone(&mut self, key: &str) {
        let allowed = |other: &str| other == key || (other == "latest" && key == "mainBranch");
        if self.has(key)
            && BY_VERSION
                .iter()
                .filter(|other| !allowed(other))
                .any(|other| self.has(other))
        {
            self.fields.refuse_whole(format!(
                "{key} cannot be combined with anything but consumer"
            ));
        }
    }

    fn check_fallbacks(&mut self) {
        if self.has("fallbackTag") {
            if !self.has("tag") {
                self.fields.refuse_whole("fallbackTag needs a tag");
            }
            if !self.is("latest", true) {
                self.fields.refuse_whole("fallbackTag needs latest=true");
            }
        }
        if self.has("fallbackBranch") {
            if !self.has("branch") {
                self.fields.refuse_whole("fallbackBranch needs a branch");
            }
            if self.is("latest", false) {
                self.fields
                    .refuse_whole("fallbackBranch cannot be combined with latest=false");
            }
        }
        if self.has("branch") && self.is("latest", false) {
            self.fields
                .refuse_whole("branch cannot be combined with latest=false");
        }
    }

    fn check_environment(&mut self, environment: Option<&EnvironmentName>) {
        if let Some(name) = environment
            && !self.environments.contains(name)
        {
            self.fields
                .refuse_whole(format!("there is no environment named '{name}'"));
        }
    }
}
