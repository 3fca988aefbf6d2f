//! Moving a date with time by an expression such as `next monday @ noon + 1 hour`.

use std::error::Error;
use std::fmt;

use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, Weekday};

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
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ParseExpressionError {
    /// The text that was to be parsed.
    pub expression: String,
    /// Number of characters before the fault.
    pub position: usize,
    /// What would have been right there.
    pub expected: &'static str,
}

impl fmt::Display for ParseExpressionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            expression,
            position,
            expected,
        } = self;
        write!(
            formatter,
            "date expression `{expression}` is wrong at character {position}: expected {expected}"
        )
    }
}

impl Error for ParseExpressionError {}

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
    now: OffsetDateTime,
) -> Result<OffsetDateTime, ParseExpressionError> {
    let mut parser = Parser {
        expression,
        position: 0,
        at: PrimitiveDateTime::new(now.date(), now.time()),
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
    Ok(parser.at.assume_offset(now.offset()))
}

struct Parser<'a> {
    expression: &'a str,
    /// In bytes.
    position: usize,
    at: PrimitiveDateTime,
}

/// A distance in time.
#[derive(Clone, Copy)]
enum Span {
    /// One that is always as long.
    Exact(Duration),
    /// One as long as the months it leads through.
    Months(i64),
}

impl Parser<'_> {
    fn date_part(&mut self) -> Result<(), ParseExpressionError> {
        match self.word_of(&["now", "today", "yesterday", "tomorrow"]) {
            Some("yesterday") => self.shift(Span::Exact(-Duration::DAY))?,
            Some("tomorrow") => self.shift(Span::Exact(Duration::DAY))?,
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
                date_span("week", 2 * direction)
            } else {
                date_span(unit, direction)
            };
            return self.shift(span.ok_or_else(|| self.error("a unit"))?);
        }
        if let Some(month) = self.month_name() {
            return self.go_to_month(month, direction);
        }
        if self.word_of(&["month"]).is_some() {
            return self.shift(Span::Months(direction));
        }
        if let Some(weekday) = self.weekday_name() {
            return self.go_to_weekday(weekday, direction);
        }
        if self.word_of(&["day"]).is_some() {
            return self.shift(Span::Exact(Duration::days(direction)));
        }
        Err(self.error("a unit, a month or a day of the week"))
    }

    /// Goes to the first of the next or last month of that name, never the present one.
    fn go_to_month(&mut self, month: Month, direction: i64) -> Result<(), ParseExpressionError> {
        let (wanted, present) = (u8::from(month), u8::from(self.at.month()));
        let mut year = self.at.year();
        if direction > 0 && wanted <= present {
            year = year.saturating_add(1);
        } else if direction < 0 && wanted >= present {
            year = year.saturating_sub(1);
        }
        let moved = Date::from_calendar_date(year, month, 1);
        let moved = moved.map_err(|_| self.error("a date the calendar has"))?;
        self.at = self.at.replace_date(moved);
        Ok(())
    }

    /// Goes to the next or last day of that name, never the present one.
    fn go_to_weekday(
        &mut self,
        weekday: Weekday,
        direction: i64,
    ) -> Result<(), ParseExpressionError> {
        let number = |day: Weekday| i64::from(day.number_days_from_monday());
        let ahead = (number(weekday) - number(self.at.weekday())).rem_euclid(7);
        let distance = match (direction > 0, ahead) {
            (true, 0) => 7,
            (true, _) => ahead,
            (false, _) => ahead - 7,
        };
        self.shift(Span::Exact(Duration::days(distance)))
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
        let on_the_clock = u8::try_from(hour % 12).unwrap_or_default();
        let hour = match self.word_of(&["am", "pm"]) {
            Some("am") => on_the_clock,
            Some(_) => on_the_clock + 12,
            None if self.at.hour() < on_the_clock => on_the_clock,
            None => on_the_clock + 12,
        };
        self.set_hour(hour)
    }

    fn set_hour(&mut self, hour: u8) -> Result<(), ParseExpressionError> {
        let time = Time::from_hms(hour, 0, 0).map_err(|_| self.error("an hour of the day"))?;
        self.at = self.at.replace_time(time);
        Ok(())
    }

    fn shift(&mut self, span: Span) -> Result<(), ParseExpressionError> {
        let moved = match span {
            Span::Exact(duration) => self.at.checked_add(duration),
            Span::Months(months) => {
                in_months(self.at.date(), months).map(|date| self.at.replace_date(date))
            }
        };
        self.at = moved.ok_or_else(|| self.error("a date the calendar has"))?;
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

    fn month_name(&mut self) -> Option<Month> {
        let at = MONTHS
            .iter()
            .position(|name| self.take(name) || self.take(name.get(..3).unwrap_or(name)))?;
        Some(Month::January.nth_next(u8::try_from(at).ok()?))
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
        Some(Weekday::Monday.nth_next(u8::try_from(at).ok()?))
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

/// Returns the same day so many months later, or the last day of that month when it is shorter.
fn in_months(date: Date, months: i64) -> Option<Date> {
    let present = i64::from(date.year()) * 12 + i64::from(u8::from(date.month())) - 1;
    let wanted = present.checked_add(months)?;
    let year = i32::try_from(wanted.div_euclid(12)).ok()?;
    let month = Month::January.nth_next(u8::try_from(wanted.rem_euclid(12)).ok()?);
    Date::from_calendar_date(year, month, date.day().min(month.length(year))).ok()
}

fn date_span(unit: &str, amount: i64) -> Option<Span> {
    match unit.trim_end_matches('s') {
        "day" => Some(Span::Exact(Duration::days(amount))),
        "week" => Some(Span::Exact(Duration::weeks(amount))),
        "month" => Some(Span::Months(amount)),
        "year" => Some(Span::Months(amount.checked_mul(12)?)),
        _ => None,
    }
}

fn time_span(unit: &str, amount: i64) -> Option<Span> {
    let duration = match unit.trim_end_matches('s') {
        "hour" => Duration::hours(amount),
        "minute" => Duration::minutes(amount),
        "second" => Duration::seconds(amount),
        "millisecond" => Duration::milliseconds(amount),
        _ => return None,
    };
    Some(Span::Exact(duration))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datetime::{Pattern, instant};

    #[track_caller]
    fn check(expression: &str, base: Base, expected: &str) {
        let now = instant((2026, 3, 31), (10, 15, 0), 2 * 3600);
        let at = evaluate(expression, base, now).unwrap();
        let written = Pattern::parse("yyyy-MM-dd'T'HH:mm:ss").unwrap().format(at);
        assert_eq!(written, expected, "{expression}");
        assert_eq!(at.offset(), now.offset());
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
        let now = instant((2026, 3, 31), (10, 15, 0), 0);
        let fault = |text, base| evaluate(text, base, now).unwrap_err().to_string();
        insta::assert_snapshot!(fault("today + x days", Base::Date), @"date expression `today + x days` is wrong at character 8: expected a whole number up to a million");
        insta::assert_snapshot!(fault("today junk", Base::Date), @"date expression `today junk` is wrong at character 6: expected `+`, `-`, `next` or `last`");
        insta::assert_snapshot!(fault("now + 1000000 years", Base::Date), @"date expression `now + 1000000 years` is wrong at character 19: expected a date the calendar has");
        insta::assert_snapshot!(fault("13 o'clock", Base::Time), @"date expression `13 o'clock` is wrong at character 2: expected an hour from 1 to 12");
        assert!(evaluate(&"next day ".repeat(1000), Base::Date, now).is_err());
    }
}
