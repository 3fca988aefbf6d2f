//! Numbers as text.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// The text of a JSON number, exactly as it was written (`1.0`, `1e2`, thirty digits).
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Number<'a>(pub(crate) Cow<'a, str>);

/// A text is not a JSON number.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ParseNumberError {
    /// The text that was to be parsed.
    pub text: String,
}

impl fmt::Display for ParseNumberError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text } = self;
        write!(
            formatter,
            "`{text}` is not a JSON number like `42` or `-1.5e3`"
        )
    }
}

impl Error for ParseNumberError {}

impl Number<'_> {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Copies the text when it is borrowed.
    pub fn into_owned(self) -> Number<'static> {
        Number(Cow::Owned(self.0.into_owned()))
    }

    /// Returns whether the number is written without fraction and exponent.
    pub fn is_integer(&self) -> bool {
        !self
            .0
            .bytes()
            .any(|byte| matches!(byte, b'.' | b'e' | b'E'))
    }

    /// Returns the value when it is written as an integer and fits.
    pub fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// Returns the value when it is written as an integer and fits.
    pub fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    /// Returns the nearest floating point value; infinite when the number is out of range.
    pub fn as_f64(&self) -> f64 {
        // Every JSON number is in the grammar that `f64` parses.
        self.0.parse().unwrap_or(f64::NAN)
    }

    /// Compares by value, whatever the size and spelling: `1e2` and `100` are equal.
    pub fn cmp_value(&self, other: &Number<'_>) -> Ordering {
        let (mine, theirs) = (Decimal::of(&self.0), Decimal::of(&other.0));
        match (mine.sign(), theirs.sign()) {
            (Ordering::Less, Ordering::Less) => theirs.cmp_magnitude(&mine),
            (Ordering::Greater, Ordering::Greater) => mine.cmp_magnitude(&theirs),
            (left, right) => left.cmp(&right),
        }
    }

    /// Returns whether both are integers or both are not, and equal in value.
    pub fn is_equivalent(&self, other: &Number<'_>) -> bool {
        self.0 == other.0
            || (self.is_integer() == other.is_integer() && self.cmp_value(other).is_eq())
    }
}

impl fmt::Display for Number<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Number<'static> {
    type Err = ParseNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match number_length(text.as_bytes()) {
            Ok(length) if length == text.len() => Ok(Self(Cow::Owned(text.to_owned()))),
            Ok(_) | Err(_) => Err(ParseNumberError {
                text: text.to_owned(),
            }),
        }
    }
}

impl From<i64> for Number<'_> {
    fn from(value: i64) -> Self {
        Self(Cow::Owned(value.to_string()))
    }
}

impl From<u64> for Number<'_> {
    fn from(value: u64) -> Self {
        Self(Cow::Owned(value.to_string()))
    }
}

/// Where a text stops being a number, and what would have been right there.
#[derive(Clone, Copy, Debug)]
pub(super) struct NumberFault {
    pub(super) at: usize,
    pub(super) expected: &'static str,
}

/// Returns how many bytes at the start of `bytes` are a JSON number.
pub(super) fn number_length(bytes: &[u8]) -> Result<usize, NumberFault> {
    let digits_from = |at: usize| {
        bytes[at..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let some_digits_from = |at: usize, expected| match digits_from(at) {
        0 => Err(NumberFault { at, expected }),
        count => Ok(at + count),
    };
    let start = usize::from(bytes.first() == Some(&b'-'));
    let mut at = match bytes.get(start) {
        Some(b'0') => start + 1,
        _ => some_digits_from(start, "a digit")?,
    };
    if bytes.get(at) == Some(&b'.') {
        at = some_digits_from(at + 1, "a digit after the point")?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        at += 1;
        if let Some(b'+' | b'-') = bytes.get(at) {
            at += 1;
        }
        at = some_digits_from(at, "a digit of the exponent")?;
    }
    Ok(at)
}

/// A number cut into sign, digits and the place of the point.
struct Decimal<'a> {
    negative: bool,
    /// Digits before and after the point, the leading zeros of both together cut off.
    before: &'a [u8],
    after: &'a [u8],
    /// Number of digits before the point once the exponent has been applied.
    magnitude: i64,
}

impl<'a> Decimal<'a> {
    fn of(text: &'a str) -> Self {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, saturating_exponent(exponent)),
            None => (text, 0),
        };
        let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let before = before.trim_start_matches('0');
        let significant = match before {
            "" => after.trim_start_matches('0'),
            _ => after,
        };
        let skipped = after.len() - significant.len();
        let magnitude = i64::try_from(before.len())
            .unwrap_or(i64::MAX)
            .saturating_sub(i64::try_from(skipped).unwrap_or(i64::MAX))
            .saturating_add(exponent);
        Self {
            negative,
            before: before.as_bytes(),
            after: significant.as_bytes(),
            magnitude,
        }
    }

    fn digits(&self) -> impl Iterator<Item = u8> {
        self.before.iter().chain(self.after).copied()
    }

    fn sign(&self) -> Ordering {
        match self.digits().any(|digit| digit != b'0') {
            false => Ordering::Equal,
            true if self.negative => Ordering::Less,
            true => Ordering::Greater,
        }
    }

    fn cmp_magnitude(&self, other: &Self) -> Ordering {
        self.magnitude
            .cmp(&other.magnitude)
            .then_with(|| cmp_digits(self.digits(), other.digits()))
    }
}

/// Compares digits after the same point; missing ones are zeros.
fn cmp_digits(mut left: impl Iterator<Item = u8>, mut right: impl Iterator<Item = u8>) -> Ordering {
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (one, another) => match one.unwrap_or(b'0').cmp(&another.unwrap_or(b'0')) {
                Ordering::Equal => {}
                decided => return decided,
            },
        }
    }
}

fn saturating_exponent(text: &str) -> i64 {
    // Half the range leaves room to add the number of digits.
    const LIMIT: i64 = i64::MAX / 2;
    match text.parse::<i64>() {
        Ok(exponent) => exponent.clamp(-LIMIT, LIMIT),
        Err(_) if text.starts_with('-') => -LIMIT,
        Err(_) => LIMIT,
    }
}
