//! Putting in order what several lists show in parts, when clocks tell seconds only.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::domain::time::Timestamp;

/// Returns the places of things in the order in which they happened: by their moments, and as the
/// chains say, each of which names some of them in their order. Where these contradict each other,
/// the chains are right.
pub(super) fn in_order(moments: &[Timestamp], chains: &[Vec<usize>]) -> Vec<usize> {
    let mut waiting_for = vec![0_usize; moments.len()];
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); moments.len()];
    for (before, after) in chains
        .iter()
        .flat_map(|chain| chain.iter().zip(chain.iter().skip(1)))
    {
        waiting_for[*after] += 1;
        followers[*before].push(*after);
    }
    let mut placed = vec![false; moments.len()];
    let mut ordered = Vec::with_capacity(moments.len());
    let ready = (0..moments.len()).filter(|place| waiting_for[*place] == 0);
    let mut ready: BinaryHeap<_> = ready
        .map(|place| Reverse((&moments[place], place)))
        .collect();
    // Chains that go round in a circle are no order: the earliest of those left breaks it.
    let mut left: Vec<usize> = (0..moments.len()).collect();
    left.sort_by_key(|place| (&moments[*place], *place));
    let mut left = left.into_iter();
    while ordered.len() < moments.len() {
        let next = match ready.pop() {
            Some(Reverse((_, place))) => Some(place),
            None => left.find(|place| !placed[*place]),
        };
        let Some(place) = next.filter(|place| !placed[*place]) else {
            continue;
        };
        placed[place] = true;
        ordered.push(place);
        for after in &followers[place] {
            waiting_for[*after] = waiting_for[*after].saturating_sub(1);
            if waiting_for[*after] == 0 {
                ready.push(Reverse((&moments[*after], *after)));
            }
        }
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(seconds: &[u32], chains: &[Vec<usize>], expected: &[usize]) {
        let moment =
            |second: &u32| Timestamp::parse(&format!("2026-01-31T10:00:{second:02}Z")).unwrap();
        let moments: Vec<_> = seconds.iter().map(moment).collect();
        assert_eq!(in_order(&moments, chains), expected);
    }

    #[test]
    fn moments_decide_and_chains_where_these_do_not() {
        check(&[3, 1, 2], &[], &[1, 2, 0]);
        check(&[1, 1, 1], &[vec![2, 0], vec![0, 1]], &[2, 0, 1]);
        check(&[1, 1, 0], &[vec![1, 0]], &[2, 1, 0]);
        // A clock that was put back.
        check(&[5, 1], &[vec![0, 1]], &[0, 1]);
    }

    #[test]
    fn chains_that_contradict_each_other_still_give_an_order() {
        check(&[2, 1, 3], &[vec![0, 1], vec![1, 0]], &[2, 1, 0]);
    }
}
