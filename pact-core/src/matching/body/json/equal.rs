//! Structural equality of a value with its example, whatever the rules say.

use crate::json::Json;
use crate::plan::json::{JsonPlan, NodeId, Shape};

/// Returns whether `actual` is the example: no member more or less, numbers by kind and value.
pub(super) fn equal(plan: &JsonPlan, id: NodeId, actual: &Json<'_>) -> bool {
    match (&plan.node(id).shape, actual) {
        (Shape::Any(_), _) => true,
        (Shape::Array(_), Json::Array(elements)) => list_equal(plan, id, elements),
        (Shape::Object(object), Json::Object(members)) => {
            let mut guess = 0;
            object.members.len() == members.len()
                && members.iter().all(|(name, value)| {
                    object.position(name, guess).is_some_and(|position| {
                        guess = position + 1;
                        equal(plan, object.members[position].1, value)
                    })
                })
        }
        (Shape::Scalar(example), _) => example.is_equivalent(actual),
        (Shape::Array(_) | Shape::Object(_), _) => false,
    }
}

/// Returns whether the elements are those of the example, in order.
pub(super) fn list_equal(plan: &JsonPlan, id: NodeId, elements: &[Json<'_>]) -> bool {
    let Shape::Array(array) = &plan.node(id).shape else {
        return false;
    };
    array.elements.len() == elements.len()
        && array
            .elements
            .iter()
            .zip(elements)
            .all(|(node, element)| equal(plan, *node, element))
}
