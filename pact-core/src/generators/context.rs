//! What generators draw on.

use std::error::Error;
use std::fmt;
use std::time::SystemTime;

use time::{Duration, OffsetDateTime};

use crate::json::Object;

/// On whose side values are made; it decides which generators act.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mode {
    /// A mock server answers a consumer's test.
    Consumer,
    /// A verifier asks the provider.
    Provider,
}

/// What generators draw on: chance, a clock, and what is known about the other side.
#[derive(Clone, Debug)]
pub struct GenerationContext {
    /// On whose side values are made.
    pub mode: Mode,
    /// The instant that `now` means.
    pub now: OffsetDateTime,
    /// What provider states gave: their parameters and what their handlers returned.
    pub values: Object<'static>,
    /// The mock server's address, without a slash at its end.
    pub mock_server: Option<String>,
    chance: Chance,
}

/// A value could not be made.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct GenerateError {
    /// The type of the generator.
    pub generator: String,
    /// The part and the path the value is for.
    pub place: String,
    /// Why it could not be made.
    pub reason: String,
}

impl fmt::Display for GenerateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            generator,
            place,
            reason,
        } = self;
        write!(formatter, "generator `{generator}` for {place}: {reason}")
    }
}

impl Error for GenerateError {}

impl GenerationContext {
    /// Returns a context that draws its chances from the seed.
    pub const fn new(mode: Mode, now: OffsetDateTime, seed: u64) -> Self {
        Self {
            mode,
            now,
            values: Object::new(),
            mock_server: None,
            chance: Chance(seed),
        }
    }

    /// Returns a context for the system's time, in UTC; one no calendar has counts as 1970.
    pub fn utc(mode: Mode, now: SystemTime, seed: u64) -> Self {
        let since = now.duration_since(SystemTime::UNIX_EPOCH).ok();
        let since = since.and_then(|since| Duration::try_from(since).ok());
        let now = since.and_then(|since| OffsetDateTime::UNIX_EPOCH.checked_add(since));
        Self::new(mode, now.unwrap_or(OffsetDateTime::UNIX_EPOCH), seed)
    }

    /// Draws a number below `bound`; 0 when there is none.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        // The high half of a product is even enough for examples.
        let drawn = u128::from(self.chance.next()) * u128::from(bound);
        u64::try_from(drawn >> 64).unwrap_or_default()
    }

    /// Draws one of the items.
    pub(super) fn choose<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let at = usize::try_from(self.below(items.len() as u64)).ok()?;
        items.get(at)
    }
}

/// `SplitMix64`: a few lines, well spread, and the same everywhere.
#[derive(Clone, Debug)]
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
