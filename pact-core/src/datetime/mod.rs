//! Dates and times as contracts write them: patterns in the language of Java's
//! `DateTimeFormatter`, English names, no locale, no clock.

mod check;
mod expression;
mod format;
mod pattern;

pub use expression::{Base, ParseExpressionError, evaluate};
pub use pattern::{ParsePatternError, Pattern, Token};

/// The pattern of a date without one of its own.
pub const DATE: &str = "yyyy-MM-dd";

/// The pattern of a date with time without one of its own.
pub const DATE_TIME: &str = "yyyy-MM-dd'T'HH:mm:ss[.SSS]XXX";

/// The pattern of a time without one of its own.
pub const TIME: &str = "HH:mm:ss";

/// The months in English, in order.
pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The days of the week in English, Monday first.
pub(crate) const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// Returns an instant of a date, a time and an offset in seconds.
#[cfg(test)]
pub(crate) fn instant(
    (year, month, day): (i32, u8, u8),
    (hour, minute, second): (u8, u8, u8),
    offset: i32,
) -> time::OffsetDateTime {
    let month = time::Month::try_from(month).unwrap();
    let date = time::Date::from_calendar_date(year, month, day).unwrap();
    let at = date.with_hms(hour, minute, second).unwrap();
    at.assume_offset(time::UtcOffset::from_whole_seconds(offset).unwrap())
}
