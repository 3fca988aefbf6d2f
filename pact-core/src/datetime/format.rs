//! Writing a date with time by a pattern.

use time::{Month, OffsetDateTime};

use super::pattern::{Pattern, Token};
use super::{MONTHS, WEEKDAYS};

impl Pattern {
    /// Writes the instant in the pattern's fullest form.
    pub fn format(&self, instant: OffsetDateTime) -> String {
        let tokens = self
            .variants()
            .first()
            .map(Vec::as_slice)
            .unwrap_or_default();
        tokens
            .iter()
            .map(|token| match token {
                Token::Literal(text) => text.clone(),
                Token::Field { letter, count } => field(*letter, *count, instant),
            })
            .collect()
    }
}

fn field(letter: char, count: usize, at: OffsetDateTime) -> String {
    let padded = |value: i64| format!("{value:0count$}");
    let (hour, minute, second) = (
        i64::from(at.hour()),
        i64::from(at.minute()),
        i64::from(at.second()),
    );
    let nanosecond = i64::from(at.nanosecond());
    let second_of_day = (hour * 60 + minute) * 60 + second;
    match letter {
        'G' => "AD".to_owned(),
        'y' | 'u' => year(i64::from(at.year()), count),
        'Y' => year(i64::from(at.to_iso_week_date().0), count),
        'M' | 'L' => month(at.month(), count),
        'd' => padded(i64::from(at.day())),
        'D' => padded(i64::from(at.ordinal())),
        'Q' | 'q' => quarter(at.month(), count),
        'w' => padded(i64::from(at.iso_week())),
        'W' => padded((i64::from(at.day()) + 6) / 7),
        'F' => padded((i64::from(at.day()) - 1) / 7 + 1),
        'E' => weekday(at, count),
        'e' | 'c' if count >= 3 => weekday(at, count),
        'e' | 'c' => padded(i64::from(at.weekday().number_from_monday())),
        'a' => if hour < 12 { "AM" } else { "PM" }.to_owned(),
        'h' => padded((hour + 11) % 12 + 1),
        'H' => padded(hour),
        'k' => padded((hour + 23) % 24 + 1),
        'K' => padded(hour % 12),
        'm' => padded(minute),
        's' => padded(second),
        'S' => fraction(nanosecond, count),
        'A' => padded(second_of_day * 1000 + nanosecond / 1_000_000),
        'n' => padded(nanosecond),
        'N' => padded(second_of_day * 1_000_000_000 + nanosecond),
        'X' | 'x' | 'Z' | 'O' | 'z' | 'V' | 'v' => {
            offset(letter, count, at.offset().whole_seconds())
        }
        // The pattern's parser lets no other letter through.
        _ => String::new(),
    }
}

fn year(year: i64, count: usize) -> String {
    if count == 2 {
        format!("{:02}", year.rem_euclid(100))
    } else {
        format!("{year:0count$}")
    }
}

fn month(month: Month, count: usize) -> String {
    let number = u8::from(month);
    let name = MONTHS[usize::from(number - 1)];
    match count {
        3 => name.chars().take(3).collect(),
        4.. => name.to_owned(),
        _ => format!("{number:0count$}"),
    }
}

fn quarter(month: Month, count: usize) -> String {
    let quarter = (u8::from(month) - 1) / 3 + 1;
    match count {
        3 => format!("Q{quarter}"),
        4 => format!(
            "{quarter}{} quarter",
            ["st", "nd", "rd", "th"][usize::from(quarter - 1)]
        ),
        5.. => quarter.to_string(),
        _ => format!("{quarter:0count$}"),
    }
}

fn weekday(at: OffsetDateTime, count: usize) -> String {
    let name = WEEKDAYS[usize::from(at.weekday().number_days_from_monday())];
    if count >= 4 {
        name.to_owned()
    } else {
        name.chars().take(3).collect()
    }
}

fn fraction(nanosecond: i64, count: usize) -> String {
    let digits = format!("{nanosecond:09}");
    digits
        .chars()
        .chain(std::iter::repeat('0'))
        .take(count)
        .collect()
}

/// Writes the offset from UTC; zone names are not known here, so they are written as offsets too.
fn offset(letter: char, count: usize, seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() / 60 % 60);
    match (letter, count, seconds) {
        ('X', _, 0) => "Z".to_owned(),
        ('X' | 'x', 1, _) if minutes == 0 => format!("{sign}{hours:02}"),
        ('X' | 'x', 1 | 2 | 4, _) | ('Z', 1..=3, _) => format!("{sign}{hours:02}{minutes:02}"),
        ('O', 1, _) if minutes == 0 => format!("GMT{sign}{hours}"),
        ('O', 1, _) => format!("GMT{sign}{hours}:{minutes:02}"),
        ('O', _, _) | ('Z', 4, _) => format!("GMT{sign}{hours:02}:{minutes:02}"),
        _ => format!("{sign}{hours:02}:{minutes:02}"),
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::datetime::instant;

    #[track_caller]
    fn check(pattern: &str, expected: &str) {
        let at = instant((2026, 3, 7), (15, 4, 5), -3 * 3600 - 1800) + Duration::milliseconds(67);
        let pattern = Pattern::parse(pattern).unwrap();
        assert_eq!(pattern.format(at), expected);
        assert_eq!(
            pattern.check(expected),
            Ok(()),
            "what is written must be read"
        );
    }

    #[test]
    fn fields_are_written_as_they_are_read() {
        check(
            "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
            "2026-03-07T15:04:05.067-03:30",
        );
        check("EEEE, d MMMM yyyy", "Saturday, 7 March 2026");
        check("EEE dd MMM yy, hh:mm a", "Sat 07 Mar 26, 03:04 PM");
        check("D", "66");
        check("HHmmssSSSSSSZ", "150405067000-0330");
        check("k K", "15 3");
    }
}
