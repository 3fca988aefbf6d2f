//! Whether a text is a date or time in a pattern.

use super::pattern::{Pattern, Token};
use super::{MONTHS, WEEKDAYS};

impl Pattern {
    /// Returns whether all of `text` is a date or time in this pattern; the error says why not.
    ///
    /// # Errors
    ///
    /// Refuses text of another form, values out of range, and days their month does not have.
    pub fn check(&self, text: &str) -> Result<(), String> {
        let mut first_error = None;
        for variant in self.variants() {
            match check_variant(variant, text) {
                Ok(()) => return Ok(()),
                Err(error) => {
                    first_error.get_or_insert(error);
                }
            }
        }
        Err(first_error.unwrap_or_default())
    }
}

fn check_variant(tokens: &[Token], text: &str) -> Result<(), String> {
    let mut reader = Reader {
        rest: text,
        ..Reader::default()
    };
    for (at, token) in tokens.iter().enumerate() {
        let digits_follow = matches!(
            tokens.get(at + 1),
            Some(Token::Field { letter, count }) if is_numeric(*letter, *count)
        );
        match token {
            Token::Field { letter, count } => reader.field(*letter, *count, digits_follow)?,
            Token::Literal(literal) => reader.literal(literal)?,
        }
    }
    if !reader.rest.is_empty() {
        return Err(format!("`{}` is left over", reader.rest));
    }
    reader.is_a_day()
}

/// Reads a text field by field and keeps what the others must agree with.
#[derive(Default)]
struct Reader<'a> {
    rest: &'a str,
    year: Option<u64>,
    month: Option<u64>,
    day: Option<u64>,
}

/// How many digits a number has, and between which values it lies.
struct Digits {
    what: &'static str,
    least: usize,
    most: usize,
    range: std::ops::RangeInclusive<u64>,
}

impl<'a> Reader<'a> {
    fn field(&mut self, letter: char, count: usize, digits_follow: bool) -> Result<(), String> {
        match letter {
            'G' => self.one_of(
                "an era",
                &[
                    "Anno Domini",
                    "Before Christ",
                    "BCE",
                    "AD",
                    "BC",
                    "CE",
                    "A",
                    "B",
                ],
            ),
            'M' | 'L' if count > 2 => self.month_name(letter, count),
            'E' => self.weekday(count),
            'e' | 'c' if count > 2 => self.weekday(count),
            'Q' | 'q' if count == 3 => self.one_of("a quarter", &["Q1", "Q2", "Q3", "Q4"]),
            'Q' | 'q' if count == 4 => self.one_of(
                "a quarter",
                &["1st quarter", "2nd quarter", "3rd quarter", "4th quarter"],
            ),
            'Q' | 'q' if count > 4 => self.number(letter, 1, digits_follow),
            'a' => self.one_of("am or pm", &["am", "pm"]),
            'X' | 'x' | 'Z' | 'O' => self.offset(letter, count),
            'z' | 'V' => self.zone(),
            _ => self.number(letter, count, digits_follow),
        }
    }

    fn literal(&mut self, literal: &str) -> Result<(), String> {
        match self.rest.strip_prefix(literal) {
            Some(rest) => {
                self.rest = rest;
                Ok(())
            }
            None => Err(format!("expected `{literal}` at `{}`", self.rest)),
        }
    }

    fn number(&mut self, letter: char, count: usize, digits_follow: bool) -> Result<(), String> {
        let mut digits = digits(letter, count);
        if digits_follow {
            // Fields without anything between them are as long as they are written.
            digits.most = digits.least;
        }
        if matches!(letter, 'u' | 'y' | 'Y') && !digits_follow {
            self.rest = self.rest.strip_prefix('-').unwrap_or(self.rest);
        }
        let value = self.digits(&digits)?;
        match letter {
            'y' | 'u' if count == 2 => self.year = Some(2000 + value),
            'y' | 'u' => self.year = Some(value),
            'M' | 'L' => self.month = Some(value),
            'd' => self.day = Some(value),
            _ => {}
        }
        Ok(())
    }

    fn digits(&mut self, wanted: &Digits) -> Result<u64, String> {
        let what = wanted.what;
        let length = self
            .rest
            .bytes()
            .take(wanted.most)
            .take_while(u8::is_ascii_digit)
            .count();
        if length < wanted.least {
            let plural = if wanted.least == 1 { "" } else { "s" };
            return Err(format!(
                "expected {what} of at least {} digit{plural} at `{}`",
                wanted.least, self.rest
            ));
        }
        let (text, rest) = self.rest.split_at(length);
        self.rest = rest;
        let value = text
            .parse()
            .map_err(|_| format!("{what} {text} is too great"))?;
        if wanted.range.contains(&value) {
            Ok(value)
        } else {
            let (low, high) = (wanted.range.start(), wanted.range.end());
            Err(format!("{what} {text} is not between {low} and {high}"))
        }
    }

    fn month_name(&mut self, letter: char, count: usize) -> Result<(), String> {
        if letter == 'L' && self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            return self.number('L', 1, false);
        }
        let at = self.name("a month", &MONTHS, count)?;
        self.month = u64::try_from(at + 1).ok();
        Ok(())
    }

    fn weekday(&mut self, count: usize) -> Result<(), String> {
        self.name("a day of the week", &WEEKDAYS, count).map(drop)
    }

    /// Takes a name, whole, in three letters or in one, as the count says.
    fn name(&mut self, what: &str, names: &[&'static str], count: usize) -> Result<usize, String> {
        let taken = |length: fn(&str) -> usize| {
            names
                .iter()
                .position(|name| starts_with(self.rest, &name[..length(name)]))
                .map(|at| (at, length(names[at])))
        };
        let found = match count {
            1..=3 => taken(|_| 3),
            4 => taken(str::len),
            _ => taken(str::len).or_else(|| taken(|_| 1)),
        };
        let (at, length) = found.ok_or_else(|| format!("expected {what} at `{}`", self.rest))?;
        self.rest = &self.rest[length..];
        Ok(at)
    }

    fn one_of(&mut self, what: &str, words: &[&str]) -> Result<(), String> {
        let word = words
            .iter()
            .find(|word| starts_with(self.rest, word))
            .ok_or_else(|| format!("expected {what} at `{}`", self.rest))?;
        self.rest = &self.rest[word.len()..];
        Ok(())
    }

    /// Takes an offset from UTC in the form that letter and count ask for.
    fn offset(&mut self, letter: char, count: usize) -> Result<(), String> {
        if letter == 'O' || letter == 'Z' && count == 4 {
            self.literal("GMT")?;
            if !self.rest.starts_with(['+', '-']) {
                return Ok(());
            }
            return self.signed(1, &[Minutes::Colon, Minutes::Without]);
        }
        let zulu = letter == 'X' || letter == 'Z' && count == 5;
        if zulu && let Some(rest) = self.rest.strip_prefix('Z') {
            self.rest = rest;
            return Ok(());
        }
        match (letter, count) {
            ('X' | 'x', 1) => self.signed(2, &[Minutes::Plain, Minutes::Without]),
            ('X' | 'x', 3 | 5) | ('Z', 5) => self.signed(2, &[Minutes::Colon]),
            _ => self.signed(2, &[Minutes::Plain]),
        }
    }

    /// Takes a sign, the hours, and the minutes in the first of the forms that fits.
    fn signed(&mut self, least: usize, forms: &[Minutes]) -> Result<(), String> {
        self.rest = self
            .rest
            .strip_prefix(['+', '-'])
            .ok_or_else(|| format!("expected an offset like +01:00 at `{}`", self.rest))?;
        self.digits(&Digits {
            what: "the hours of the offset",
            least,
            most: 2,
            range: 0..=18,
        })?;
        let digit_at = |at: usize| self.rest.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
        for form in forms {
            match form {
                Minutes::Colon if self.rest.starts_with(':') && digit_at(1) => {
                    self.rest = &self.rest[1..];
                    return self.minutes();
                }
                Minutes::Plain if digit_at(0) => return self.minutes(),
                Minutes::Without => return Ok(()),
                Minutes::Colon | Minutes::Plain => {}
            }
        }
        Err(format!(
            "expected the minutes of the offset at `{}`",
            self.rest
        ))
    }

    fn minutes(&mut self) -> Result<(), String> {
        self.digits(&Digits {
            what: "the minutes of the offset",
            least: 2,
            most: 2,
            range: 0..=59,
        })
        .map(drop)
    }

    /// Takes a zone by abbreviation, region or offset.
    fn zone(&mut self) -> Result<(), String> {
        if self.rest.starts_with(['+', '-']) {
            return self.signed(1, &[Minutes::Colon, Minutes::Plain, Minutes::Without]);
        }
        let allowed = |c: char| c.is_ascii_alphanumeric() || "/_+-:".contains(c);
        let mut length = self.rest.find(|c| !allowed(c)).unwrap_or(self.rest.len());
        // Full names are several words: Pacific Standard Time.
        while let Some(more) = self.rest[length..].strip_prefix(' ') {
            let word = more
                .find(|c: char| !c.is_ascii_alphabetic())
                .unwrap_or(more.len());
            if word == 0 {
                break;
            }
            length += 1 + word;
        }
        if length == 0 || !self.rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err(format!("expected a time zone at `{}`", self.rest));
        }
        self.rest = &self.rest[length..];
        Ok(())
    }

    /// Checks that the month has the day.
    fn is_a_day(&self) -> Result<(), String> {
        let (Some(month), Some(day)) = (self.month, self.day) else {
            return Ok(());
        };
        let leap = self
            .year
            .is_none_or(|year| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
        let days = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        if day <= days {
            Ok(())
        } else {
            Err(format!("month {month} has no day {day}"))
        }
    }
}

/// How the minutes of an offset follow the hours.
#[derive(Clone, Copy)]
enum Minutes {
    Colon,
    Plain,
    Without,
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

fn is_numeric(letter: char, count: usize) -> bool {
    match letter {
        'M' | 'L' | 'Q' | 'q' | 'e' | 'c' => count <= 2,
        'G' | 'E' | 'a' | 'X' | 'x' | 'Z' | 'O' | 'z' | 'V' => false,
        _ => true,
    }
}

/// Returns how a number is written and where it lies.
fn digits(letter: char, count: usize) -> Digits {
    let (what, most, range) = match letter {
        'M' | 'L' => ("the month", 2, 1..=12),
        'd' => ("the day", 2, 1..=31),
        'D' => ("the day of the year", 3, 1..=366),
        'Q' | 'q' => ("the quarter", 2, 1..=4),
        'w' => ("the week", 2, 1..=53),
        'W' => ("the week of the month", 1, 0..=6),
        'F' => ("the week of the month", 1, 1..=5),
        'e' | 'c' => ("the day of the week", 2, 1..=7),
        'h' => ("the hour", 2, 1..=12),
        'H' => ("the hour", 2, 0..=23),
        'k' => ("the hour", 2, 1..=24),
        'K' => ("the hour", 2, 0..=11),
        'm' => ("the minute", 2, 0..=59),
        // A leap second is one.
        's' => ("the second", 2, 0..=60),
        'S' => ("the fraction", count, 0..=999_999_999),
        'A' => ("the millisecond of the day", 8, 0..=86_399_999),
        'n' => ("the nanosecond", 9, 0..=999_999_999),
        'N' => ("the nanosecond of the day", 14, 0..=86_399_999_999_999),
        _ => ("the year", if count == 2 { 2 } else { 9 }, 0..=999_999_999),
    };
    Digits {
        what,
        least: count.min(most),
        most,
        range,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, good: &[&str], bad: &[&str]) {
        let pattern = Pattern::parse(pattern).unwrap();
        for text in good {
            assert_eq!(pattern.check(text), Ok(()), "{text} in {pattern}");
        }
        for text in bad {
            assert!(pattern.check(text).is_err(), "{text} in {pattern}");
        }
    }

    #[test]
    fn dates_have_the_days_their_months_have() {
        check(
            "yyyy-MM-dd",
            &["2020-02-29", "2026-12-31", "10000-01-01"],
            &[
                "2021-02-29",
                "1900-02-29",
                "2020-04-31",
                "2020-4-30",
                "20-04-30",
                "2020-13-01",
                "2020-01-01T",
                "",
            ],
        );
        check("d/M/yy", &["1/2/20", "31/12/99"], &["1/2/2020", "0/1/20"]);
        check("yyyyMMdd", &["20200229"], &["2020229", "020200229"]);
        check("dd-MM", &["29-02"], &["30-02"]);
        check("D", &["366", "1"], &["367", "0"]);
        check(
            "EEE, d MMM yyyy",
            &["Tue, 3 Jun 2008", "tue, 30 JUN 2008"],
            &["Tuesday, 3 Jun 2008", "Tue, 31 Jun 2008"],
        );
        check("EEEE d MMMM", &["Monday 1 January"], &["Mon 1 January"]);
        check("MMMMM", &["J", "January"], &["Jan"]);
        check("LLL", &["Jan", "1"], &["x"]);
        check("G", &["AD", "BC"], &["xx"]);
    }

    #[test]
    fn times_have_exact_digits_and_ranges() {
        check(
            "HH:mm:ss",
            &["23:59:60", "00:00:00"],
            &["24:00:00", "1:02:03", "10:60:00", "10:10:61"],
        );
        check("H:m", &["1:2", "23:59"], &["24:0"]);
        check(
            "hh:mm a",
            &["12:00 AM", "01:30 pm"],
            &["13:00 AM", "01:30 a.m."],
        );
        check("ss.SSS", &["01.123"], &["01.12", "01.1234"]);
        check("k K", &["24 11"], &["0 11", "24 12"]);
    }

    #[test]
    fn offsets_and_zones_come_in_their_forms() {
        check(
            "X",
            &["Z", "+01", "+0130", "-12"],
            &["+01:30", "+19", "z", "++01"],
        );
        check("XX", &["Z", "+0130"], &["+01", "+01:30"]);
        check(
            "XXX",
            &["Z", "+14:00", "-08:00"],
            &["+0100", "+01", "+1:00"],
        );
        check("xxx", &["+00:00"], &["Z"]);
        check("Z", &["+0000", "-0800"], &["Z", "+00:00"]);
        check("ZZZZZ", &["+01:00", "Z"], &["+0100"]);
        check("ZZZZ", &["GMT", "GMT+1", "GMT+08:00"], &["+08:00"]);
        check(
            "z",
            &["UTC", "EST", "America/New_York", "Pacific Standard Time"],
            &["", "1"],
        );
        check(
            "VV",
            &["America/Argentina/Buenos_Aires", "Etc/UTC", "Z", "+01:00"],
            &["/x"],
        );
        check(
            super::super::DATE_TIME,
            &["2020-01-01T10:00:00+12:45", "2020-01-01T10:00:00Z"],
            &["2020-01-01 10:00:00Z"],
        );
        check(
            "yyyy-MM-dd'T'HH:mm[:ss[.SSS]]XXX",
            &[
                "2020-01-01T10:00Z",
                "2020-01-01T10:00:01Z",
                "2020-01-01T10:00:01.123Z",
            ],
            &["2020-01-01T10:00.123Z"],
        );
    }

    #[test]
    fn the_reason_is_named() {
        let why =
            |pattern: &str, text: &str| Pattern::parse(pattern).unwrap().check(text).unwrap_err();
        insta::assert_snapshot!(why("yyyy-MM-dd", "23/07/19"), @"expected the year of at least 4 digits at `23/07/19`");
        insta::assert_snapshot!(why("HH:mm", "10:61"), @"the minute 61 is not between 0 and 59");
        insta::assert_snapshot!(why("HH:mm", "10:01x"), @"`x` is left over");
        insta::assert_snapshot!(why("yyyy-MM-dd", "2021-02-29"), @"month 2 has no day 29");
        insta::assert_snapshot!(why("HH:mm", "10-01"), @"expected `:` at `-01`");
    }
}
