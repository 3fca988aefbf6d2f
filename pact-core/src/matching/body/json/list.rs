//! Lists: in order, in any order, or with certain elements among them.

use super::equal::{equal, list_equal};
use super::{Place, Rules, Walk};
use crate::json::Json;
use crate::matching::assign::assign;
use crate::matching::render::{compact, spoken};
use crate::matching::value::{Reach, Words};
use crate::plan::json::{ArrayNode, NodeId, VariantNode};
use crate::plan::rule::{Bounds, Rule};
use crate::plan::select::Step;
use crate::rules::Combine;

/// How the elements of a list go together with those of the example.
enum Pairing {
    /// Every one has its own.
    Complete,
    /// These of the example have none.
    Missing(Vec<usize>),
    /// These of the actual list have none.
    Surplus(Vec<usize>),
    /// Too many to try.
    TooMany,
}

impl<'c> Walk<'c, '_> {
    pub(super) fn array(
        &mut self,
        id: NodeId,
        array: &'c ArrayNode,
        elements: &'c [Json<'c>],
        actual: &'c Json<'c>,
    ) {
        let rules = self.rules(self.plan.node(id));
        let Some((rules, beyond)) = rules.zip(array.beyond.as_ref()) else {
            return self.same_length(id, array, elements, actual);
        };
        self.judge_list(rules, Some((id, array)), elements, actual);
        let unordered = |rule: &Rule| matches!(rule, Rule::ArrayContains(_) | Rule::IgnoreOrder(_));
        if rules.exact() && rules.any(unordered) {
            return;
        }
        for (index, element) in elements.iter().enumerate() {
            let node = match array.elements.get(index) {
                Some(node) => *node,
                None => beyond.step(Step::Index(index)),
            };
            self.at(Place::Element(index), node, element);
        }
    }

    /// A list without rules of its own: as long as the example, element by element.
    fn same_length(
        &mut self,
        id: NodeId,
        array: &'c ArrayNode,
        elements: &'c [Json<'c>],
        actual: &'c Json<'c>,
    ) {
        let (wanted, found) = (array.elements.len(), elements.len());
        if wanted == 0 && found > 0 {
            return self.fail(None, Some(id), Some(actual), || Words {
                description: format!("Expected an empty List but received {}", compact(actual)),
                sentence: format!("expected an empty list, got {}", spoken(actual)),
            });
        }
        for (index, (node, element)) in array.elements.iter().zip(elements).enumerate() {
            self.at(Place::Element(index), *node, element);
        }
        let plan = self.plan;
        for (index, node) in array.elements.iter().enumerate().skip(found) {
            if plan.rules(plan.node(*node)).is_some() {
                continue;
            }
            self.path.push(Place::Element(index));
            self.fail(None, Some(*node), None, || {
                let example = plan.example(*node);
                Words {
                    description: format!("Expected {} but was missing", compact(&example)),
                    sentence: format!("expected {}, got nothing", spoken(&example)),
                }
            });
            self.path.pop();
        }
        if wanted != found {
            self.fail(None, Some(id), Some(actual), || Words {
                description: format!(
                    "Expected a List with {wanted} elements but received {found} elements"
                ),
                sentence: format!(
                    "expected {}, got {}",
                    spoken(&Json::Array(vec![Json::Null; wanted])),
                    spoken(actual)
                ),
            });
        }
    }

    /// Tries the rules on a list itself, its elements aside.
    pub(super) fn judge_list(
        &mut self,
        rules: Rules<'c>,
        example: Option<(NodeId, &'c ArrayNode)>,
        elements: &'c [Json<'c>],
        actual: &'c Json<'c>,
    ) {
        if rules
            .set
            .judge(|rule| self.list_holds(rule, rules, example, elements))
        {
            return;
        }
        for rule in &rules.set.rules {
            if self.list_holds(rule, rules, example, elements) {
                continue;
            }
            match (rule, example) {
                (Rule::ArrayContains(_), Some((_, array))) => {
                    self.absent_variants(rule, array, elements);
                }
                (Rule::IgnoreOrder(bounds), Some((_, array))) if bounds.allow(elements.len()) => {
                    self.absent_elements(rule, array, elements);
                }
                _ => self.wrong_collection(rule, example.map(|(id, _)| id), actual, elements.len()),
            }
        }
    }

    fn list_holds(
        &mut self,
        rule: &'c Rule,
        rules: Rules<'c>,
        example: Option<(NodeId, &'c ArrayNode)>,
        elements: &'c [Json<'c>],
    ) -> bool {
        let cascaded = rules.reach == Reach::Cascaded;
        match (rule, example) {
            (Rule::NotEmpty, _) => !elements.is_empty(),
            (Rule::Null, _) => false,
            (Rule::Other(_), _) => cascaded,
            (Rule::Type(bounds), _) => cascaded || bounds.allow(elements.len()),
            (Rule::ArrayContains(_), Some((_, array))) => {
                cascaded
                    || array
                        .variants
                        .iter()
                        .all(|variant| self.contains(variant, elements))
            }
            (Rule::Equality, Some((id, _))) => {
                rules.set.combine == Combine::And || {
                    let plan = self.plan;
                    list_equal(plan, id, elements)
                }
            }
            (Rule::IgnoreOrder(bounds), Some((_, array))) => {
                cascaded
                    || bounds.allow(elements.len())
                        && matches!(self.pair(*bounds, array, elements), Pairing::Complete)
            }
            _ => true,
        }
    }
    /// Returns whether some element is what a variant looks for.
    fn contains(&mut self, variant: &'c VariantNode, elements: &'c [Json<'c>]) -> bool {
        let Some(node) = variant.node else {
            return false;
        };
        elements.iter().any(|element| {
            if variant.exact {
                equal(self.plan, node, element)
            } else {
                self.fits(node, element)
            }
        })
    }

    /// Returns whether an element matches, without a word about why not.
    fn fits(&mut self, node: NodeId, element: &'c Json<'c>) -> bool {
        let probe = self.report.begin_probe();
        self.value(node, element);
        self.report.end_probe(probe)
    }

    fn absent_variants(&mut self, rule: &Rule, array: &'c ArrayNode, elements: &'c [Json<'c>]) {
        let plan = self.plan;
        for variant in &array.variants {
            if self.contains(variant, elements) {
                continue;
            }
            let index = variant.index;
            self.fail(Some(rule), variant.node, None, || match variant.node {
                Some(node) => {
                    let example = plan.example(node);
                    Words {
                        description: format!(
                            "Variant at index {index} ({}) was not found in the actual list",
                            compact(&example)
                        ),
                        sentence: format!(
                            "expected an element like {}, got none among {}",
                            compact(&example),
                            elements.len()
                        ),
                    }
                }
                None => {
                    let count = array.elements.len();
                    Words {
                        description: format!(
                            "ArrayContains: variant {index} is missing from the expected list, which has {count} items"
                        ),
                        sentence: format!("the example has {count} elements, none at index {index}"),
                    }
                }
            });
        }
    }

    /// Pairs every element of the example with an actual one, whatever their order.
    ///
    /// With bounds the lists may differ in length; then all of the shorter one must be paired.
    fn pair(&mut self, bounds: Bounds, array: &'c ArrayNode, elements: &'c [Json<'c>]) -> Pairing {
        let (wanted, found) = (array.elements.len(), elements.len());
        if wanted.saturating_mul(found) > MAX_PAIRS {
            return Pairing::TooMany;
        }
        let bounded = bounds != Bounds::default();
        let mut fitting = Vec::with_capacity(wanted);
        for node in &array.elements {
            let fits: Vec<usize> = (0..found)
                .filter(|at| self.fits(*node, &elements[*at]))
                .collect();
            fitting.push(fits);
        }
        let assigned = assign(&fitting, found);
        let missing: Vec<usize> = (0..wanted).filter(|at| assigned[*at].is_none()).collect();
        let surplus: Vec<usize> = (0..found)
            .filter(|at| !assigned.contains(&Some(*at)))
            .collect();
        if bounded && (missing.is_empty() || surplus.is_empty()) {
            Pairing::Complete
        } else if !missing.is_empty() {
            Pairing::Missing(missing)
        } else if !surplus.is_empty() {
            Pairing::Surplus(surplus)
        } else {
            Pairing::Complete
        }
    }

    fn absent_elements(&mut self, rule: &'c Rule, array: &'c ArrayNode, elements: &'c [Json<'c>]) {
        let Rule::IgnoreOrder(bounds) = rule else {
            return;
        };
        let plan = self.plan;
        match self.pair(*bounds, array, elements) {
            Pairing::Complete => {}
            Pairing::Missing(missing) => {
                for at in missing {
                    let node = array.elements[at];
                    self.fail(Some(rule), Some(node), None, || {
                        let example = compact(&plan.example(node));
                        Words {
                            description: format!("Expected {example} at any index but was missing"),
                            sentence: format!(
                                "expected {example} at any place, got no element like it"
                            ),
                        }
                    });
                }
            }
            Pairing::Surplus(surplus) => {
                for at in surplus {
                    let element = &elements[at];
                    self.fail(Some(rule), None, Some(element), || Words {
                        description: format!(
                            "Unexpected element {} at index {at}",
                            compact(element)
                        ),
                        sentence: format!(
                            "expected nothing like {} at index {at}",
                            compact(element)
                        ),
                    });
                }
            }
            Pairing::TooMany => self.fail(Some(rule), None, None, || Words {
                description: format!(
                    "Lists of {} and {} elements are too long to be compared in any order",
                    array.elements.len(),
                    elements.len()
                ),
                sentence: "expected lists short enough to be compared in any order".to_owned(),
            }),
        }
    }
}

/// Pairs of elements that are tried for one list.
const MAX_PAIRS: usize = 1_000_000;
