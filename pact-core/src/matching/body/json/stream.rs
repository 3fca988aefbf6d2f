//! A JSON text against its plan while it is read, without building a tree.
//!
//! Most bodies match. This walk says so from the text alone, or says nothing: whatever it does not
//! understand at a glance (an escape, another spelling of a number, a rule that looks at a whole
//! list, a difference) is left to the comparison of trees, which decides.

use super::{Unexpected, compare_at};
use crate::json::{Cursor, Json};
use crate::matching::report::Report;
use crate::plan::json::{ArrayNode, JsonPlan, NodeId, ObjectNode, Shape};
use crate::plan::rule::{Rule, RuleSet};
use crate::plan::select::Step;

/// Returns whether the text is certain to match; `false` means that somebody must look closer.
pub(crate) fn surely_matches(plan: &JsonPlan, unexpected: Unexpected, text: &str) -> bool {
    let mut walk = Stream {
        plan,
        unexpected,
        text: Cursor::new(text),
    };
    walk.text.skip_space();
    walk.value(plan.root()).is_some() && {
        walk.text.skip_space();
        walk.text.is_at_end()
    }
}

struct Stream<'p, 'a> {
    plan: &'p JsonPlan,
    unexpected: Unexpected,
    text: Cursor<'a>,
}

/// A step of the walk: `None` as soon as the match is not certain.
type Certain = Option<()>;

impl<'p> Stream<'p, '_> {
    fn value(&mut self, id: NodeId) -> Certain {
        let plan = self.plan;
        let node = plan.node(id);
        let rules = plan.rules(node);
        match &node.shape {
            Shape::Scalar(example) if rules.is_none() => {
                if self.same_scalar(example) {
                    return Some(());
                }
            }
            Shape::Object(object) if object.extra.is_none() && self.text.peek() == Some(b'{') => {
                match rules {
                    None => return self.object(object, false),
                    Some((set, cascaded)) if only_kinds(set, cascaded) => {
                        return self.object(object, set.is_strict());
                    }
                    Some(_) => {}
                }
            }
            Shape::Array(array) if self.text.peek() == Some(b'[') => match rules {
                None => return self.array(array, None),
                Some((set, cascaded)) if only_types(set) => {
                    return self.array(array, Some((set, cascaded)));
                }
                Some(_) => {}
            },
            Shape::Any(_) | Shape::Array(_) | Shape::Object(_) | Shape::Scalar(_) => {}
        }
        self.as_tree(id)
    }

    /// Reads the value as a tree and compares that.
    fn as_tree(&mut self, id: NodeId) -> Certain {
        let value = self.text.value()?;
        let mut report = Report::probe();
        compare_at(self.plan, id, self.unexpected, &value, &mut report);
        (!report.has_failed()).then_some(())
    }

    /// Takes a scalar that is spelled as the example is.
    fn same_scalar(&mut self, example: &Json<'static>) -> bool {
        match example {
            Json::Bool(true) => self.text.take_word("true"),
            Json::Bool(false) => self.text.take_word("false"),
            Json::Null => self.text.take_word("null"),
            Json::Number(number) => self.text.take_number(number.as_str()),
            Json::String(text) => self.text.take_string(text),
            Json::Array(_) | Json::Object(_) => false,
        }
    }

    fn object(&mut self, object: &'p ObjectNode, strict: bool) -> Certain {
        // One bit for each member of the example: a name that stands twice is no plain case.
        let mut seen: u128 = 0;
        if object.members.len() > 128 || !self.text.enter() {
            return None;
        }
        let strict = strict || self.unexpected == Unexpected::Refused;
        let mut guess = 0;
        let mut first = true;
        while self.text.next_in(b'}', &mut first)? {
            let position = match object.members.get(guess) {
                Some((name, _)) if self.text.take_string(name) => Some(guess),
                _ => object.position(self.text.plain_string()?, guess),
            };
            self.text.take_colon()?;
            let Some(position) = position else {
                if strict {
                    return None;
                }
                self.text.value()?;
                continue;
            };
            let bit = 1 << position;
            if seen & bit != 0 {
                return None;
            }
            seen |= bit;
            guess = position + 1;
            self.value(object.members[position].1)?;
        }
        (seen.count_ones() as usize == object.members.len()).then_some(())
    }

    fn array(&mut self, array: &'p ArrayNode, rules: Option<(&RuleSet, bool)>) -> Certain {
        if !self.text.enter() {
            return None;
        }
        let growing = rules.zip(array.beyond.as_ref());
        let (mut count, mut first) = (0, true);
        while self.text.next_in(b']', &mut first)? {
            let node = match (array.elements.get(count), growing) {
                (Some(node), _) => *node,
                (None, Some((_, beyond))) => beyond.step(Step::Index(count)),
                (None, None) => return None,
            };
            self.value(node)?;
            count += 1;
        }
        let long_enough = match growing {
            Some(((set, cascaded), _)) => cascaded || set.judge(|rule| allows(rule, count)),
            None => count == array.elements.len(),
        };
        long_enough.then_some(())
    }
}

/// Returns whether the rules say no more of an object than that it is one.
fn only_kinds(set: &RuleSet, cascaded: bool) -> bool {
    set.rules
        .iter()
        .all(|rule| matches!(rule, Rule::Type(bounds) if cascaded || bounds.is_open()))
}

/// Returns whether the rules say no more of a list than how long it is.
fn only_types(set: &RuleSet) -> bool {
    set.rules.iter().all(|rule| matches!(rule, Rule::Type(_)))
}

fn allows(rule: &Rule, count: usize) -> bool {
    matches!(rule, Rule::Type(bounds) if bounds.allow(count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Category, MatchingRule};

    /// Streams a text against an example with rules.
    fn sure(example: &str, rules: &[(&str, MatchingRule)], text: &str) -> bool {
        let example = Json::parse(example.as_bytes()).unwrap();
        let mut category = Category::default();
        for (path, rule) in rules {
            category.add(path.parse().unwrap(), rule.clone());
        }
        let plan = JsonPlan::compile(&example, &category, "body").unwrap();
        surely_matches(&plan, Unexpected::Allowed, text)
    }

    #[test]
    fn what_is_written_alike_matches_at_once() {
        let example = r#"{"a":1,"b":[true,null,"x"],"c":{"d":-2.50}}"#;
        assert!(sure(example, &[], example));
        assert!(sure(
            example,
            &[],
            " {\"c\" : {\"d\":-2.50, \"e\":[{}]},\n\"b\":[true , null,\"x\"] ,\"a\":1, \"z\":\"\\n\"}\t"
        ));
    }

    #[test]
    fn other_spellings_are_read_as_trees() {
        assert!(sure(r#"{"a":"é"}"#, &[], r#"{"a":"\u00e9"}"#));
        assert!(sure(r#"{"a":1.0}"#, &[], r#"{"a":1.00}"#));
    }

    #[test]
    fn elements_and_scalars_with_rules_are_tried() {
        let rules = [
            (
                "$.l",
                MatchingRule::Type {
                    min: Some(2),
                    max: None,
                },
            ),
            ("$.l[*].id", MatchingRule::Integer),
        ];
        assert!(sure(
            r#"{"l":[{"id":1}]}"#,
            &rules,
            r#"{"l":[{"id":7},{"id":8,"x":1}]}"#
        ));
        assert!(!sure(r#"{"l":[{"id":1}]}"#, &rules, r#"{"l":[{"id":7}]}"#));
        assert!(!sure(
            r#"{"l":[{"id":1}]}"#,
            &rules,
            r#"{"l":[{"id":7},{"id":"8"}]}"#
        ));
    }

    #[test]
    fn nothing_that_is_no_match_is_sure() {
        for text in [
            r#"{"a":2,"b":"x"}"#,
            r#"{"a":1}"#,
            r#"{"a":1,"b":"xx"}"#,
            r#"{"a":1,"b":"x""#,
            r#"{"a":1,"b":"x"}}"#,
            r#"{"a":1,"b":"x",}"#,
            r#"{"a":1,"a":1,"b":"x"}"#,
            r#"{"a":1 "b":"x"}"#,
            r#"{"a":12,"b":"x"}"#,
            r#"{"a":1.5,"b":"x"}"#,
            "{\"a\":1,\"b\":\"x\",\"c\":\"\u{1}\"}",
            "",
        ] {
            assert!(!sure(r#"{"a":1,"b":"x"}"#, &[], text), "{text}");
        }
        assert!(!sure("[]", &[], "[1]"));
        assert!(!sure(r#"{"a":"q\"x"}"#, &[], r#"{"a":"q"x"}"#));
        let deep = format!("{{\"a\":1,\"z\":{}{}}}", "[".repeat(600), "]".repeat(600));
        assert!(!sure(r#"{"a":1}"#, &[], &deep));
    }
}
