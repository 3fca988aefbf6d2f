//! Moments, kept as text that sorts as time does.

use std::fmt;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde::Serialize;

/// A moment as RFC 3339 text in UTC with six fractional digits, so that its order as text is its
/// order in time on either database.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Timestamp(String);

/// A date or time that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a date or an RFC 3339 date and time such as 2026-01-31T12:00:00Z")]
pub struct InvalidTimestamp {
    /// What was given.
    pub text: String,
}

impl Timestamp {
    /// The moment given by the clock of this machine.
    pub fn now() -> Self {
        Self::from(jiff::Timestamp::now())
    }

    /// Reads a date (its first moment in UTC) or a date and time with offset.
    ///
    /// # Errors
    /// When the text is neither.
    pub fn parse(text: &str) -> Result<Self, InvalidTimestamp> {
        let invalid = || InvalidTimestamp {
            text: text.to_owned(),
        };
        if let Ok(moment) = text.parse::<jiff::Timestamp>() {
            return Ok(Self::from(moment));
        }
        let date = text
            .parse::<jiff::civil::DateTime>()
            .map_err(|_| invalid())?;
        let moment = TimeZone::UTC.to_timestamp(date).map_err(|_| invalid())?;
        Ok(Self::from(moment))
    }

    /// The moment as HAL documents show it: whole seconds with a numeric offset.
    pub fn to_hal(&self) -> String {
        format!("{}+00:00", &self.0[..19])
    }

    /// The stored text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The next moment that can be told apart from this one.
    pub fn just_after(&self) -> Self {
        let moment = self
            .0
            .parse::<jiff::Timestamp>()
            .unwrap_or(jiff::Timestamp::MAX);
        let after = moment.saturating_add(SignedDuration::from_micros(1));
        Self::from(after.unwrap_or(jiff::Timestamp::MAX))
    }

    /// The moment this many seconds earlier, or the earliest one when that is out of range.
    pub fn seconds_earlier(&self, seconds: i64) -> Self {
        let moment = self
            .0
            .parse::<jiff::Timestamp>()
            .unwrap_or(jiff::Timestamp::MIN);
        Self::from(
            moment
                .saturating_sub(SignedDuration::from_secs(seconds))
                .unwrap_or(jiff::Timestamp::MIN),
        )
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(moment: jiff::Timestamp) -> Self {
        Self(moment.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_offsets_become_sortable_utc() {
        let parsed = |text: &str| Timestamp::parse(text).unwrap().to_string();
        assert_eq!(parsed("2026-01-31"), "2026-01-31T00:00:00.000000Z");
        assert_eq!(
            parsed("2026-01-31T10:00:00+02:00"),
            "2026-01-31T08:00:00.000000Z"
        );
        assert!(Timestamp::parse("soon").is_err());
        let moment = Timestamp::parse("2026-01-31T10:00:00Z").unwrap();
        assert_eq!(moment.to_hal(), "2026-01-31T10:00:00+00:00");
        assert_eq!(
            moment.seconds_earlier(60).to_hal(),
            "2026-01-31T09:59:00+00:00"
        );
    }
}
