//! How often an interaction is to be used.

use std::fmt;
use std::ops::{RangeFrom, RangeInclusive, RangeToInclusive};

/// How often a client is to make a request: once or more, unless a test says otherwise.
///
/// Made from a number (`2`), or from a range (`1..=3`, `2..`, `..=3`). An interaction that is never
/// used cannot stand in a contract, so a range that begins below one begins at one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Calls {
    least: usize,
    most: Option<usize>,
}

impl Calls {
    /// Returns whether so many calls are as expected.
    pub const fn allow(self, count: usize) -> bool {
        let too_many = match self.most {
            Some(most) => count > most,
            None => false,
        };
        count >= self.least && !too_many
    }

    /// Returns whether no number of calls is allowed.
    pub(crate) const fn is_impossible(self) -> bool {
        match self.most {
            Some(most) => most < self.least,
            None => false,
        }
    }

    const fn new(least: usize, most: Option<usize>) -> Self {
        Self {
            least: if least == 0 { 1 } else { least },
            most,
        }
    }
}

impl Default for Calls {
    fn default() -> Self {
        Self::new(1, None)
    }
}

impl From<usize> for Calls {
    fn from(count: usize) -> Self {
        Self::new(count, Some(count))
    }
}

impl From<RangeInclusive<usize>> for Calls {
    fn from(range: RangeInclusive<usize>) -> Self {
        Self::new(*range.start(), Some(*range.end()))
    }
}

impl From<RangeFrom<usize>> for Calls {
    fn from(range: RangeFrom<usize>) -> Self {
        Self::new(range.start, None)
    }
}

impl From<RangeToInclusive<usize>> for Calls {
    fn from(range: RangeToInclusive<usize>) -> Self {
        Self::new(1, Some(range.end))
    }
}

impl fmt::Display for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.least, self.most) {
            (1, None) => f.write_str("at least once"),
            (least, None) => write!(f, "at least {least} times"),
            (1, Some(1)) => f.write_str("once"),
            (least, Some(most)) if least == most => write!(f, "{least} times"),
            (1, Some(most)) => write!(f, "at most {most} times"),
            (least, Some(most)) => write!(f, "{least} to {most} times"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_ranges_say_how_often() {
        let check = |calls: Calls, text: &str, allowed: &[usize]| {
            assert_eq!(calls.to_string(), text);
            let found: Vec<usize> = (0..6).filter(|count| calls.allow(*count)).collect();
            assert_eq!(found, allowed, "{text}");
        };
        check(Calls::default(), "at least once", &[1, 2, 3, 4, 5]);
        check(1.into(), "once", &[1]);
        check(2.into(), "2 times", &[2]);
        check((2..).into(), "at least 2 times", &[2, 3, 4, 5]);
        check((..=3).into(), "at most 3 times", &[1, 2, 3]);
        check((0..=2).into(), "at most 2 times", &[1, 2]);
        check((2..=4).into(), "2 to 4 times", &[2, 3, 4]);
        assert!(Calls::from(0).is_impossible());
        assert!(!Calls::from(1).is_impossible());
    }
}
