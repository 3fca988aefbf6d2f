//! Moving a date with time by an expression such as `next monday @ noon + 1 hour`.

use jiff::civil::{DateTime, Weekday};
use jiff::{Span, ToSpan, ZonedDateTime};

use super::{MONTHS, WEEKDAYS};

/// Longest expression that is read, in bytes.
const LONGEST: usize = 1024;

/// Which grammar an expression is written in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Base {
    /// Dates only: `today + 1 day`.
    Date,
    /// A date part, then `@` and a time part.
    DateTime,
    /// Times only: `noon + 1 hour`.
    Time,
}

/// A text is not a date or time expression.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("date expression `{expression}` is wrong at character {position}: expected {expected}")]
#[non_exhaustive]
pub struct ParseExpressionError {
    /// The text that was to be parsed.
    pub expression: String,
    /// Number of characters before the fault.
    pub position: usize,
    /// What would have been right there.
    pub expected: &'static str,
}

/// Returns the instant the expression means, seen from `now`.
///
/// Months and years keep the day where the month has it, else take the month's last day.
///
/// # Errors
///
/// When the text is no expression, or leads to a date no calendar has.
pub fn evaluate(
    expression: &str,
    base: Base,
    now: &ZonedDateTime,
) -> Result<ZonedDateTime, ParseExpressionError> {
    let mut parser = Parser {
        expression,
        position: 0,
        at: now.datetime(),
    };
    if expression.len() > LONGEST {
        return Err(parser.error("at most 1024 bytes"));
    }
    if base != Base::Time {
        parser.date_part()?;
    }
    if base == Base::Time || (base == Base::DateTime && parser.take("@")) {
        parser.time_part()?;
    }
    parser.skip_blanks();
    if !parser.rest().is_empty() {
        return Err(parser.error(if base == Base::DateTime {
            "`+`, `-`, `next`, `last` or `@`"
        } else {
            "`+`, `-`, `next` or `last`"
        }));
    }
    let moved = parser.at.to_zoned_datetime(now.time_zone().clone());
    moved.map_err(|_| parser.error("a date the calendar has"))
}

struct Parser<'a> {
    expression: &'a str,
    /// In bytes.
    position: usize,
    at: DateTime,
}

impl Parser<'_> {
    fn date_part(&mut self) -> Result<(), ParseExpressionError> {
        match self.word_of(&["now", "today", "yesterday", "tomorrow"]) {
            Some("yesterday") => self.shift((-1).days())?,
            Some("tomorrow") => self.shift(1.day())?,
            Some(_) | None => {}
        }
        loop {
            if let Some(sign) = self.sign() {
                let amount = self.amount()? * sign;
                let unit = self.word_of(&[
                    "days", "day", "weeks", "week", "months", "month", "years", "year",
                ]);
                let span = unit.and_then(|unit| date_span(unit, amount));
                self.shift(span.ok_or_else(|| self.error("`day`, `week`, `month` or `year`"))?)?;
            } else if let Some(direction) = self.direction() {
                self.date_step(direction)?;
            } else {
                return Ok(());
            }
        }
    }

    fn date_step(&mut self, direction: i64) -> Result<(), ParseExpressionError> {
        if let Some(unit) = self.word_of(&["fortnight", "week", "year"]) {
            let span = if unit == "fortnight" {
                Some((14 * direction).days())
            } else {
                date_span(unit, direction)
            };
            return self.shift(span.ok_or_else(|| self.error("a unit"))?);
        }
        if let Some(month) = self.month_name() {
            return self.go_to_month(month, direction);
        }
        if self.word_of(&["month"]).is_some() {
            return self.shift(direction.months());
        }
        if let Some(weekday) = self.weekday_name() {
            let nth = i32::try_from(direction).unwrap_or(1);
            let date = self
                .at
                .date()
                .nth_weekday(nth, weekday)
                .map_err(|_| self.error("a date the calendar has"))?;
            self.at = date.to_datetime(self.at.time());
            return Ok(());
        }
        if self.word_of(&["day"]).is_some() {
            return self.shift(direction.days());
        }
        Err(self.error("a unit, a month or a day of the week"))
    }

    /// Goes to the first of the next or last month of that name, never the present one.
    fn go_to_month(&mut self, month: i8, direction: i64) -> Result<(), ParseExpressionError> {
        let mut year = self.at.year();
        if direction > 0 && month <= self.at.month() {
            year = year.saturating_add(1);
        } else if direction < 0 && month >= self.at.month() {
            year = year.saturating_sub(1);
        }
        let moved = self.at.with().year(year).month(month).day(1).build();
        self.at = moved.map_err(|_| self.error("a date the calendar has"))?;
        Ok(())
    }

    fn time_part(&mut self) -> Result<(), ParseExpressionError> {
        match self.word_of(&["now", "midnight", "noon"]) {
            Some("midnight") => self.set_hour(0)?,
            Some("noon") => self.set_hour(12)?,
            Some(_) => {}
            None => self.o_clock()?,
        }
        const UNITS: [&str; 8] = [
            "hours",
            "hour",
            "minutes",
            "minute",
            "seconds",
            "second",
            "milliseconds",
            "millisecond",
        ];
        loop {
            let amount = if let Some(sign) = self.sign() {
                self.amount()? * sign
            } else if let Some(direction) = self.direction() {
                direction
            } else {
                return Ok(());
            };
            let span = self
                .word_of(&UNITS)
                .and_then(|unit| time_span(unit, amount));
            self.shift(
                span.ok_or_else(|| self.error("`hour`, `minute`, `second` or `millisecond`"))?,
            )?;
        }
    }

    /// Reads `5 o'clock [am|pm]`; without either the next such hour of a clock with twelve.
    fn o_clock(&mut self) -> Result<(), ParseExpressionError> {
        self.skip_blanks();
        if !self
            .rest()
            .starts_with(|first: char| first.is_ascii_digit())
        {
            return Ok(());
        }
        let hour = self.amount()?;
        if !(1..=12).contains(&hour) {
            return Err(self.error("an hour from 1 to 12"));
        }
        if !self.take("o'clock") {
            return Err(self.error("`o'clock`"));
        }
        let on_the_clock = i8::try_from(hour % 12).unwrap_or_default();
        let hour = match self.word_of(&["am", "pm"]) {
            Some("am") => on_the_clock,
            Some(_) => on_the_clock + 12,
            None if self.at.hour() < on_the_clock => on_the_clock,
            None => on_the_clock + 12,
        };
        self.set_hour(hour)
    }

    fn set_hour(&mut self, hour: i8) -> Result<(), ParseExpressionError> {
        let set = self
            .at
            .with()
            .hour(hour)
            .minute(0)
            .second(0)
            .subsec_nanosecond(0)
            .build();
        self.at = set.map_err(|_| self.error("an hour of the day"))?;
        Ok(())
    }

    fn shift(&mut self, span: Span) -> Result<(), ParseExpressionError> {
        self.at = self
            .at
            .checked_add(span)
            .map_err(|_| self.error("a date the calendar has"))?;
        Ok(())
    }

    fn sign(&mut self) -> Option<i64> {
        if self.take("+") {
            Some(1)
        } else if self.take("-") {
            Some(-1)
        } else {
            None
        }
    }

    fn direction(&mut self) -> Option<i64> {
        self.word_of(&["next", "last"])
            .map(|word| if word == "next" { 1 } else { -1 })
    }

    fn amount(&mut self) -> Result<i64, ParseExpressionError> {
        self.skip_blanks();
        let digits: String = self
            .rest()
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        let amount = digits
            .parse::<i64>()
            .ok()
            .filter(|amount| *amount <= 1_000_000);
        let amount = amount.ok_or_else(|| self.error("a whole number up to a million"))?;
        self.position += digits.len();
        Ok(amount)
    }

    fn month_name(&mut self) -> Option<i8> {
        let at = MONTHS
            .iter()
            .position(|name| self.take(name) || self.take(name.get(..3).unwrap_or(name)))?;
        i8::try_from(at + 1).ok()
    }

    fn weekday_name(&mut self) -> Option<Weekday> {
        const SHORT: [&[&str]; 7] = [
            &["mon"],
            &["tues", "tue"],
            &["wed"],
            &["thurs", "thur", "thu"],
            &["fri"],
            &["sat"],
            &["sun"],
        ];
        let at = WEEKDAYS
            .iter()
            .zip(SHORT)
            .position(|(name, short)| self.take(name) || short.iter().any(|s| self.take(s)))?;
        Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok()
    }

    fn word_of(&mut self, words: &[&'static str]) -> Option<&'static str> {
        words.iter().copied().find(|word| self.take(word))
    }

    /// Takes the text when it stands next, whatever its case.
    fn take(&mut self, text: &str) -> bool {
        self.skip_blanks();
        let found = self
            .rest()
            .get(..text.len())
            .is_some_and(|next| next.eq_ignore_ascii_case(text));
        if found {
            self.position += text.len();
        }
        found
    }

    fn skip_blanks(&mut self) {
        let blanks = self.rest().len() - self.rest().trim_start().len();
        self.position += blanks;
    }

    fn rest(&self) -> &str {
        self.expression.get(self.position..).unwrap_or_default()
    }

    fn error(&self, expected: &'static str) -> ParseExpressionError {
        let before = self.expression.get(..self.position).unwrap_or_default();
        ParseExpressionError {
            expression: self.expression.to_owned(),
            position: before.chars().count(),
            expected,
        }
    }
}

fn date_span(unit: &str, amount: i64) -> Option<Span> {
    let span = Span::new();
    match unit.trim_end_matches('s') {
        "day" => span.try_days(amount).ok(),
        "week" => span.try_weeks(amount).ok(),
        "month" => span.try_months(amount).ok(),
        "year" => span.try_years(amount).ok(),
        _ => None,
    }
}

fn time_span(unit: &str, amount: i64) -> Option<Span> {
    let span = Span::new();
    match unit.trim_end_matches('s') {
        "hour" => span.try_hours(amount).ok(),
        "minute" => span.try_minutes(amount).ok(),
        "second" => span.try_seconds(amount).ok(),
        "millisecond" => span.try_milliseconds(amount).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expression: &str, base: Base, expected: &str) {
        let now: ZonedDateTime = "2026-03-31T10:15:00+02:00[+02:00]".parse().unwrap();
        let at = evaluate(expression, base, &now).unwrap();
        assert_eq!(at.datetime().to_string(), expected, "{expression}");
    }

    #[test]
    fn dates_move_by_words_and_amounts() {
        check("today", Base::Date, "2026-03-31T10:15:00");
        check("", Base::Date, "2026-03-31T10:15:00");
        check("tomorrow + 1 month", Base::Date, "2026-05-01T10:15:00");
        check("next month", Base::Date, "2026-04-30T10:15:00");
        check("next monday", Base::Date, "2026-04-06T10:15:00");
        check("last Tue", Base::Date, "2026-03-24T10:15:00");
        check("last friday", Base::Date, "2026-03-27T10:15:00");
        check("next jan", Base::Date, "2027-01-01T10:15:00");
        check("last march", Base::Date, "2025-03-01T10:15:00");
        check("now+2weeks-1day", Base::Date, "2026-04-13T10:15:00");
        check("last fortnight", Base::Date, "2026-03-17T10:15:00");
    }

    #[test]
    fn times_move_after_the_at_sign() {
        check("now @ + 1 hour", Base::DateTime, "2026-03-31T11:15:00");
        check(
            "today @ 5 o'clock pm",
            Base::DateTime,
            "2026-03-31T17:00:00",
        );
        check(
            "yesterday - 2 weeks @ midnight",
            Base::DateTime,
            "2026-03-16T00:00:00",
        );
        check("@ noon + 90 minutes", Base::DateTime, "2026-03-31T13:30:00");
        check("12 o'clock am", Base::Time, "2026-03-31T00:00:00");
        check("12 o'clock pm", Base::Time, "2026-03-31T12:00:00");
        check("9 o'clock", Base::Time, "2026-03-31T21:00:00");
        check("next second", Base::Time, "2026-03-31T10:15:01");
    }

    #[test]
    fn a_fault_is_named_with_its_place() {
        let now: ZonedDateTime = "2026-03-31T10:15:00+00:00[+00:00]".parse().unwrap();
        let fault = |text, base| evaluate(text, base, &now).unwrap_err().to_string();
        insta::assert_snapshot!(fault("today + x days", Base::Date), @"date expression `today + x days` is wrong at character 8: expected a whole number up to a million");
        insta::assert_snapshot!(fault("today junk", Base::Date), @"date expression `today junk` is wrong at character 6: expected `+`, `-`, `next` or `last`");
        insta::assert_snapshot!(fault("now + 1000000 years", Base::Date), @"date expression `now + 1000000 years` is wrong at character 19: expected `day`, `week`, `month` or `year`");
        insta::assert_snapshot!(fault("13 o'clock", Base::Time), @"date expression `13 o'clock` is wrong at character 2: expected an hour from 1 to 12");
        assert!(evaluate(&"next day ".repeat(1000), Base::Date, &now).is_err());
    }
}
