//! From a pattern to what a contract holds: an example, rules and generators by path.

use pact_core::generators::Generator;
use pact_core::json::{Json, OwnedJson};
use pact_core::path::{DocPath, PathToken};
use pact_core::rules::{Category, MatchingRule, RuleList, Variant};

use super::Pattern;

/// A pattern taken apart.
#[derive(Clone, Debug, Default, PartialEq)]
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
    /// Takes the pattern apart.
    pub fn compile(&self) -> Compiled {
        let mut compiled = Compiled {
            example: self.example(),
            ..Compiled::default()
        };
        collect(self, &DocPath::root(), &mut compiled);
        compiled
    }
}

fn collect(pattern: &Pattern, path: &DocPath, into: &mut Compiled) {
    match pattern {
        Pattern::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &path.join(PathToken::Index(index)), into);
            }
        }
        Pattern::ArrayContaining(items) => {
            let variant = |(index, item): (usize, &Pattern)| {
                let inner = item.compile();
                Variant {
                    index,
                    rules: inner.rules,
                    generators: inner.generators,
                }
            };
            let variants = items.iter().enumerate().map(variant).collect();
            into.rules
                .add(path.clone(), MatchingRule::ArrayContains { variants });
        }
        Pattern::EachLike { element, min, max } => {
            into.rules.add(
                path.clone(),
                MatchingRule::Type {
                    min: Some(*min),
                    max: *max,
                },
            );
            collect(element, &path.join(PathToken::StarIndex), into);
        }
        Pattern::Literal(_) => {}
        Pattern::Matching {
            example,
            rules,
            generator,
        } => {
            add_all(rules, path, into);
            into.generators.extend(
                generator
                    .iter()
                    .map(|generator| (path.clone(), generator.clone())),
            );
            collect(example, path, into);
        }
        Pattern::Object(members) => {
            for (name, value) in members {
                collect(value, &path.join(PathToken::Field(name.clone())), into);
            }
        }
    }
}

/// Adds the rules to those that stand at the path already: `like(regex(..))` means both.
fn add_all(rules: &RuleList, path: &DocPath, into: &mut Compiled) {
    if into.rules.get(path).is_none() {
        into.rules.set(path.clone(), rules.clone());
    } else {
        for rule in &rules.rules {
            into.rules.add(path.clone(), rule.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::json_pattern;
    use crate::pattern::{Pattern, each_like, each_like_min, integer, like, regex};

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
    fn variables_and_expressions_stand_where_values_do() {
        let (name, count) = ("key", 2);
        let pattern = json_pattern!({ name: count + 1, "list": vec!["x"], "call": like([1, 2]) });
        insta::assert_snapshot!(compiled(&pattern), @r#"
        {"key":3,"list":["x"],"call":[1,2]}
        $.call type
        "#);
    }
}
