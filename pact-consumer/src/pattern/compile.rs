//! From a pattern to what a contract holds: an example, rules and generators by path.

use pact_core::generators::Generator;
use pact_core::json::{Json, Object, OwnedJson};
use pact_core::path::{DocPath, PathToken};
use pact_core::rules::{Category, MatchingRule, RuleList, Variant};

use super::Pattern;
use super::choice::{Choice, FoundChoice, Picks};
use super::standing::{At, Called, Side, Standing};

/// A pattern taken apart.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Compiled {
    /// The example.
    pub example: OwnedJson,
    /// The rules by their paths in the example.
    pub rules: Category<DocPath>,
    /// The generators by their paths in the example.
    pub generators: Vec<(DocPath, Generator)>,
    /// What cannot be meant, each with its place.
    pub faults: Vec<String>,
}

/// A pattern taken apart as a run of a test wants it.
#[derive(Debug)]
pub(crate) struct Resolved {
    /// `None` when it is left out in this run.
    pub(crate) compiled: Option<Compiled>,
    pub(crate) choices: Vec<FoundChoice>,
    /// Each to be read after the name of the place the pattern stands at.
    pub(crate) faults: Vec<String>,
}

impl Compiled {
    /// Returns the example as text, for paths, headers and query parameters.
    pub fn example_text(&self) -> String {
        match &self.example {
            Json::String(text) => text.clone().into_owned(),
            other => other.to_compact(),
        }
    }
}

impl Pattern {
    /// Takes the pattern apart as it stands in an answer, with everything in it that may be left
    /// out.
    pub fn compile(&self) -> Compiled {
        let standing = Standing {
            side: Side::Received,
            id: String::new(),
            called: Called::ByPath(String::new()),
            may_be_absent: true,
            picks: &Picks::default(),
        };
        let resolved = self.resolve(&standing);
        let mut compiled = resolved.compiled.unwrap_or_default();
        let faults = resolved.faults.iter();
        compiled.faults = faults.map(|fault| fault.trim_start().to_owned()).collect();
        compiled
    }

    /// Takes the pattern apart as a run of a test wants it at a place.
    pub(crate) fn resolve(&self, standing: &Standing<'_>) -> Resolved {
        let mut walk = Walk {
            standing,
            into: Compiled::default(),
            choices: Vec::new(),
            faults: Vec::new(),
            scope: String::new(),
        };
        let at = At {
            path: DocPath::root(),
            prefix: String::new(),
            may_be_absent: standing.may_be_absent,
        };
        let example = walk.pattern(self, &at);
        let mut compiled = walk.into;
        let compiled = example.map(|example| {
            compiled.example = example;
            compiled
        });
        Resolved {
            compiled,
            choices: walk.choices,
            faults: walk.faults,
        }
    }
}

struct Walk<'w> {
    standing: &'w Standing<'w>,
    into: Compiled,
    choices: Vec<FoundChoice>,
    faults: Vec<String>,
    /// The alternatives taken around the place, which tell choices at one path apart.
    scope: String,
}

impl Walk<'_> {
    /// Takes a pattern apart and returns its example, or none where it is left out.
    fn pattern(&mut self, pattern: &Pattern, at: &At) -> Option<OwnedJson> {
        match pattern {
            Pattern::Array(items) => Some(self.items(items, at)),
            Pattern::ArrayContaining(items) => Some(self.array_containing(items, at)),
            Pattern::Choice(choice) => self.choice(choice, at),
            Pattern::Compiled(compiled) => Some(self.compiled(compiled, at)),
            Pattern::EachLike { element, min, max } => {
                let bounds = MatchingRule::Type {
                    min: *min,
                    max: *max,
                };
                self.into.rules.add(at.path.clone(), bounds);
                let element = self.required(element, &at.step(PathToken::StarIndex));
                Some(Json::Array(vec![element; min.unwrap_or(1).max(1)]))
            }
            Pattern::Fault(reason) => {
                self.fault(at, reason);
                Some(Json::Null)
            }
            Pattern::Literal(value) => Some(value.clone()),
            Pattern::Matching {
                example,
                rules,
                generator,
            } => {
                self.add_rules(rules, generator.as_ref(), example, at);
                match (any_member(rules), example.as_ref()) {
                    (true, Pattern::Object(members)) => Some(self.members(members, at, true)),
                    _ => self.pattern(example, at),
                }
            }
            Pattern::Object(members) => Some(self.members(members, at, false)),
        }
    }

    fn required(&mut self, pattern: &Pattern, at: &At) -> OwnedJson {
        self.pattern(pattern, at).unwrap_or(Json::Null)
    }

    fn items(&mut self, items: &[Pattern], at: &At) -> OwnedJson {
        let items = items.iter().enumerate();
        let examples =
            items.map(|(index, item)| self.required(item, &at.step(PathToken::Index(index))));
        Json::Array(examples.collect())
    }

    /// Takes members apart; `any` puts their rules at whatever member there is.
    fn members(&mut self, members: &[(String, Pattern)], at: &At, any: bool) -> OwnedJson {
        let mut example = Object::new();
        for (name, value) in members {
            let token = match any {
                true => PathToken::Star,
                false => PathToken::Field(name.clone()),
            };
            let mut below = at.step(token);
            below.may_be_absent = true;
            if let Some(value) = self.pattern(value, &below) {
                example.insert(name.clone(), value);
            }
        }
        Json::Object(example)
    }

    fn array_containing(&mut self, items: &[Pattern], at: &At) -> OwnedJson {
        let mut variants = Vec::with_capacity(items.len());
        let mut examples = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let outer = std::mem::take(&mut self.into);
            let inside = At {
                path: DocPath::root(),
                prefix: at.step(PathToken::Index(index)).shown(),
                may_be_absent: false,
            };
            examples.push(self.required(item, &inside));
            let inner = std::mem::replace(&mut self.into, outer);
            variants.push(Variant {
                index,
                rules: inner.rules,
                generators: inner.generators,
            });
        }
        let rule = MatchingRule::ArrayContains { variants };
        self.into.rules.add(at.path.clone(), rule);
        Json::Array(examples)
    }

    fn choice(&mut self, choice: &Choice, at: &At) -> Option<OwnedJson> {
        let shown = at.shown();
        let mut id = format!("{} {shown}{}", self.standing.id, self.scope);
        let twins = self.choices.iter().filter(|known| known.id == id).count();
        if twins > 0 {
            id.push_str(&format!(" ({twins})"));
        }
        let called = match &self.standing.called {
            Called::ByPath(words) => format!("{shown}{words}"),
            Called::Whole(words) => words.clone(),
        };
        let taken = self.standing.picks.of(&id);
        self.choices.push(choice.found(id, &called, taken));
        if choice.alternatives.iter().any(Option::is_none) && !at.may_be_absent {
            let reason = "is optional, but only a member of an object, a header, a query parameter \
                          or an entry of metadata can be left out; describe an interaction of its \
                          own for that";
            self.fault(at, reason);
        }
        let alternative = choice.alternatives.get(taken)?.as_ref()?;
        let length = self.scope.len();
        if taken > 0 {
            self.scope.push_str(&format!(" #{taken}"));
        }
        let example = self.pattern(alternative, at);
        self.scope.truncate(length);
        example
    }

    fn compiled(&mut self, compiled: &Compiled, at: &At) -> OwnedJson {
        let moved = |path: &DocPath| {
            let steps = path.tokens().iter().skip(1).cloned();
            steps.fold(at.path.clone(), |path, step| path.join(step))
        };
        for (path, list) in compiled.rules.iter() {
            add_all(list, &moved(path), &mut self.into);
        }
        let generators = compiled.generators.iter();
        self.into
            .generators
            .extend(generators.map(|(path, generator)| (moved(path), generator.clone())));
        compiled.example.clone()
    }

    fn add_rules(
        &mut self,
        rules: &RuleList,
        generator: Option<&Generator>,
        example: &Pattern,
        at: &At,
    ) {
        if rules.rules.is_empty() {
            // What is made afresh may differ from the example, unless the client sends it.
            let ruled = matches!(
                example,
                Pattern::Compiled(_) | Pattern::EachLike { .. } | Pattern::Matching { .. }
            );
            if self.standing.side == Side::Received && !ruled {
                let any = RuleList::one(MatchingRule::type_rule());
                add_all(&any, &at.path, &mut self.into);
            }
        } else {
            add_all(rules, &at.path, &mut self.into);
        }
        let generator = generator.map(|generator| (at.path.clone(), generator.clone()));
        self.into.generators.extend(generator);
    }

    fn fault(&mut self, at: &At, reason: &str) {
        self.faults.push(match &self.standing.called {
            Called::ByPath(_) => format!(" at {}: {reason}", at.shown()),
            Called::Whole(_) => format!(": {reason}"),
        });
    }
}

/// Returns whether a rule is about any member, whatever its name.
fn any_member(rules: &RuleList) -> bool {
    rules.rules.iter().any(|rule| {
        matches!(
            rule,
            MatchingRule::EachKey { .. } | MatchingRule::EachValue { .. } | MatchingRule::Values
        )
    })
}

/// Adds the rules to those that stand at the path already: `like(regex(..))` means both.
fn add_all(rules: &RuleList, path: &DocPath, into: &mut Compiled) {
    match into.rules.get(path) {
        None => into.rules.set(path.clone(), rules.clone()),
        Some(known) => {
            let fresh = rules
                .rules
                .iter()
                .filter(|rule| !known.rules.contains(rule));
            let fresh: Vec<_> = fresh.cloned().collect();
            for rule in fresh {
                into.rules.add(path.clone(), rule);
            }
        }
    }
}
#[cfg(test)]
mod tests {
    use crate::json_pattern;
    use crate::pattern::{
        Pattern, array_containing, each_like, each_like_min, integer, like, regex,
    };

    /// Shows the example, then each path with its rules.
    fn compiled(pattern: &Pattern) -> String {
        let compiled = pattern.compile();
        let rule = |list: &pact_core::rules::RuleList| {
            list.rules
                .iter()
                .map(pact_core::rules::MatchingRule::name)
                .collect::<Vec<_>>()
                .join("+")
        };
        let rules = compiled
            .rules
            .iter()
            .map(|(path, list)| format!("\n{path} {}", rule(list)))
            .collect::<String>();
        format!("{}{rules}", compiled.example.to_compact())
    }

    #[test]
    fn rules_stand_at_the_paths_of_their_examples() {
        let pattern = json_pattern!({
            "id": integer(42),
            "status": regex("^(open|paid)$", "open"),
            "lines": each_like({ "sku": like("A1"), "tags": ["a", null, 1.5] }),
            "none": null,
            "nested": { "deep": [true, like(1)] },
        });
        insta::assert_snapshot!(compiled(&pattern), @r#"
        {"id":42,"status":"open","lines":[{"sku":"A1","tags":["a",null,1.5]}],"none":null,"nested":{"deep":[true,1]}}
        $.id integer
        $.status regex
        $.lines type
        $.lines[*].sku type
        $.nested.deep[1] type
        "#);
    }

    #[test]
    fn minimum_elements_are_in_the_example() {
        insta::assert_snapshot!(compiled(&each_like_min("a", 2)), @r#"
        ["a","a"]
        $ type
        "#);
    }

    #[test]
    fn functions_stand_in_functions_with_json_among_their_arguments() {
        let pattern = json_pattern!({
            "lines": like(each_like_min({ "sku": regex("[A-Z]1", "A1") }, 2)),
            "any": array_containing([{ "a": 1 }, like("b")]),
            "all": [like([{ "c": integer(1) }]), i64::from(3_u8)],
        });
        insta::assert_snapshot!(compiled(&pattern), @r#"
        {"lines":[{"sku":"A1"},{"sku":"A1"}],"any":[{"a":1},"b"],"all":[[{"c":1}],3]}
        $.lines type+type
        $.lines[*].sku regex
        $.any arrayContains
        $.all[0] type
        $.all[0][0].c integer
        "#);
        let top = json_pattern!(each_like({ "id": integer(1) }));
        insta::assert_snapshot!(compiled(&top), @r#"
        [{"id":1}]
        $ type
        $[*].id integer
        "#);
    }

    #[test]
    fn variables_and_expressions_stand_where_values_do() {
        let (name, count) = ("key", 2);
        let pattern = json_pattern!({ name: count + 1, "list": vec!["x"], "call": like([1, 2]) });
        insta::assert_snapshot!(compiled(&pattern), @r#"
        {"key":3,"list":["x"],"call":[1,2]}
        $.call type
        "#);
    }
}
