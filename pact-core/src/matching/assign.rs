//! The greatest pairing of two sides.

use std::collections::VecDeque;

/// Pairs as many of the left side as possible, each with its own on the right side of `right`
/// places; `fitting` lists for each on the left what it may be paired with.
///
/// Pairing one after the other with whatever is free would miss pairings that exist; a path of
/// exchanges is looked for where nothing is free.
pub(crate) fn assign(fitting: &[Vec<usize>], right: usize) -> Vec<Option<usize>> {
    let mut of_left: Vec<Option<usize>> = vec![None; fitting.len()];
    let mut of_right: Vec<Option<usize>> = vec![None; right];
    for start in 0..fitting.len() {
        augment(fitting, start, &mut of_left, &mut of_right);
    }
    of_left
}

/// Looks, breadth first, for a free place that `start` can have when others move.
fn augment(
    fitting: &[Vec<usize>],
    start: usize,
    of_left: &mut [Option<usize>],
    of_right: &mut [Option<usize>],
) {
    let mut came_from: Vec<Option<usize>> = vec![None; of_right.len()];
    let mut open = VecDeque::from([start]);
    while let Some(left) = open.pop_front() {
        for place in fitting[left].iter().copied() {
            if came_from[place].is_some() {
                continue;
            }
            came_from[place] = Some(left);
            match of_right[place] {
                Some(holder) => open.push_back(holder),
                None => return exchange(place, &came_from, of_left, of_right),
            }
        }
    }
}

/// Moves everyone on the way back from a free place.
fn exchange(
    free: usize,
    came_from: &[Option<usize>],
    of_left: &mut [Option<usize>],
    of_right: &mut [Option<usize>],
) {
    let mut place = Some(free);
    while let Some(at) = place {
        let Some(left) = came_from[at] else {
            return;
        };
        place = of_left[left].replace(at);
        of_right[at] = Some(left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_move_where_nothing_is_free() {
        assert_eq!(assign(&[vec![0, 1], vec![0]], 2), [Some(1), Some(0)]);
        assert_eq!(
            assign(&[vec![0, 1], vec![0, 2], vec![0], vec![1]], 3),
            [Some(1), Some(2), Some(0), None]
        );
        assert_eq!(assign(&[], 3), []);
    }
}
