//! One pass over a pattern that rewrites what the engines here spell otherwise.

use std::iter::Peekable;
use std::str::Chars;

/// A rewritten pattern.
pub(super) struct Translated {
    /// The pattern in the dialect of the `regex` crate.
    pub(super) pattern: String,
    /// Whether it holds something the linear engine reads with another meaning.
    pub(super) backtracks: bool,
}

/// Rewrites a pattern; what is not known is left as it stands for the engine to judge.
pub(super) fn translate(source: &str) -> Translated {
    let mut translator = Translator {
        rest: source.chars().peekable(),
        out: String::with_capacity(source.len() + 16),
        class_depth: 0,
        after_quantifier: false,
        backtracks: false,
    };
    while let Some(character) = translator.rest.next() {
        translator.step(character);
    }
    Translated {
        pattern: translator.out,
        backtracks: translator.backtracks,
    }
}

struct Translator<'a> {
    rest: Peekable<Chars<'a>>,
    out: String,
    class_depth: usize,
    /// Whether the last thing written was a quantifier, so that a `+` makes it possessive.
    after_quantifier: bool,
    backtracks: bool,
}

impl Translator<'_> {
    fn step(&mut self, character: char) {
        let after_quantifier = std::mem::take(&mut self.after_quantifier);
        match character {
            '\\' => self.escape(),
            '[' => self.open_bracket(),
            ']' if self.class_depth > 0 => {
                self.class_depth -= 1;
                self.out.push(']');
            }
            '-' | '~' if self.class_depth > 0 && self.rest.peek() == Some(&character) => {
                // Doubled, these are set operations in the `regex` crate and nowhere else.
                self.out.push(character);
                self.out.push('\\');
            }
            _ if self.class_depth > 0 => self.out.push(character),
            '(' => self.group(),
            '{' => self.brace(),
            '}' => self.out.push_str(r"\}"),
            '+' if after_quantifier => {
                self.backtracks = true;
                self.out.push('+');
            }
            '*' | '+' | '?' => {
                self.out.push(character);
                self.after_quantifier = !after_quantifier;
            }
            _ => self.out.push(character),
        }
    }

    /// A class opens, nests, or names a POSIX class; an unclosed inner bracket is meant literally.
    fn open_bracket(&mut self) {
        if self.class_depth == 0 {
            self.class_depth = 1;
            self.out.push('[');
            if self.rest.next_if_eq(&'^').is_some() {
                self.out.push('^');
            }
            if self.rest.next_if_eq(&']').is_some() {
                self.out.push_str(r"\]");
            }
            return;
        }
        let ahead: String = self.rest.clone().take(24).collect();
        match ahead.find(":]") {
            Some(end) if ahead.starts_with(':') && end > 0 => {
                self.out.push('[');
                self.out.push_str(&ahead[..end + 2]);
                self.rest.nth(ahead[..end + 1].chars().count());
            }
            _ if self.closes(self.class_depth + 1) => {
                self.class_depth += 1;
                self.out.push('[');
            }
            _ => self.out.push_str(r"\["),
        }
    }

    /// Returns whether the rest has at least `count` closing brackets that are not escaped.
    fn closes(&self, count: usize) -> bool {
        let (mut found, mut rest) = (0, self.rest.clone());
        while let Some(character) = rest.next() {
            match character {
                '\\' => {
                    rest.next();
                }
                ']' => found += 1,
                _ => {}
            }
            if found >= count {
                return true;
            }
        }
        false
    }

    fn group(&mut self) {
        self.out.push('(');
        if self.rest.next_if_eq(&'?').is_none() {
            return;
        }
        match self.rest.peek() {
            Some('#') => {
                self.out.pop();
                for skipped in self.rest.by_ref() {
                    if skipped == ')' {
                        break;
                    }
                }
            }
            Some('\'') => {
                self.rest.next();
                self.out.push_str("?<");
                for character in self.rest.by_ref() {
                    if character == '\'' {
                        self.out.push('>');
                        break;
                    }
                    self.out.push(character);
                }
            }
            Some('>') => {
                self.backtracks = true;
                self.out.push('?');
            }
            Some(_) | None => {
                self.out.push('?');
                self.flags();
            }
        }
    }

    /// Line anchors are always on here, so what `m` adds is that a dot takes a line break.
    fn flags(&mut self) {
        while let Some(flag) = self
            .rest
            .next_if(|next| next.is_ascii_alphabetic() || *next == '-')
        {
            match flag {
                'm' => self.out.push('s'),
                other => self.out.push(other),
            }
            if flag == 'P' {
                return;
            }
        }
    }

    /// A brace is a quantifier only when it holds bounds; otherwise it is a brace.
    fn brace(&mut self) {
        let ahead: String = self
            .rest
            .clone()
            .take(16)
            .take_while(|next| *next != '}')
            .collect();
        let bounds = match ahead.split_once(',') {
            Some((low, high)) => (low, Some(high)),
            None => (ahead.as_str(), None),
        };
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let closed = self.rest.clone().nth(ahead.chars().count()) == Some('}');
        let quantifier = match bounds {
            (low, None) if is_number(low) => low.to_owned(),
            (low, Some("")) if is_number(low) => format!("{low},"),
            ("", Some(high)) if is_number(high) => format!("0,{high}"),
            (low, Some(high)) if is_number(low) && is_number(high) => format!("{low},{high}"),
            _ => {
                self.out.push_str(r"\{");
                return;
            }
        };
        if !closed {
            self.out.push_str(r"\{");
            return;
        }
        self.out.push('{');
        self.out.push_str(&quantifier);
        self.out.push('}');
        self.rest.nth(ahead.chars().count());
        self.after_quantifier = true;
    }

    fn escape(&mut self) {
        let Some(character) = self.rest.next() else {
            self.out.push('\\');
            return;
        };
        let in_class = self.class_depth > 0;
        match character {
            'Z' if !in_class => self.out.push_str(r"\z"),
            'h' if in_class => self.out.push_str("0-9a-fA-F"),
            'h' => self.out.push_str("[0-9a-fA-F]"),
            'H' => self.out.push_str("[^0-9a-fA-F]"),
            'R' => self
                .out
                .push_str(r"(?:\r\n|[\n\x0B\f\r\x{85}\x{2028}\x{2029}])"),
            'N' => self.out.push_str(r"[^\n]"),
            'O' => self.out.push_str("(?s:.)"),
            'e' => self.out.push_str(r"\x1B"),
            'Q' => self.quoted(),
            'E' => {}
            'u' => self.utf16(),
            'p' | 'P' => self.property(character),
            'x' => {
                self.out.push_str(r"\x");
                self.in_braces();
            }
            '0' => self.out.push_str(r"\x00"),
            other if other.is_ascii_alphanumeric() => self.out.extend(['\\', other]),
            other => self.literal(other),
        }
    }

    /// Takes what stands in braces next as part of an escape, not as a quantifier.
    fn in_braces(&mut self) {
        let inner = self.rest.clone().skip(1);
        let length = inner.take_while(|next| *next != '}').count();
        let is_closed = self.rest.clone().nth(length + 1) == Some('}');
        if self.rest.peek() == Some(&'{') && is_closed {
            self.out.extend(self.rest.by_ref().take(length + 2));
        }
    }

    fn quoted(&mut self) {
        while let Some(character) = self.rest.next() {
            if character == '\\' && self.rest.next_if_eq(&'E').is_some() {
                return;
            }
            self.literal(character);
        }
    }

    fn literal(&mut self, character: char) {
        if r"\.+*?()|[]{}^$#&-~/".contains(character) {
            self.out.push('\\');
        }
        self.out.push(character);
    }

    /// `\uXXXX`, of which two may be the halves of one character.
    fn utf16(&mut self) {
        let Some(high) = self.hex4() else {
            self.out.push_str(r"\u");
            return;
        };
        let mut code = high;
        if (0xD800..0xDC00).contains(&high) {
            let mut ahead = self.rest.clone();
            if ahead.next() == Some('\\') && ahead.next() == Some('u') {
                self.rest = ahead;
                if let Some(low) = self.hex4() {
                    code = 0x10000 + ((high - 0xD800) << 10) + (low.wrapping_sub(0xDC00) & 0x3FF);
                }
            }
        }
        self.out.push_str(&format!(r"\x{{{code:X}}}"));
    }

    fn hex4(&mut self) -> Option<u32> {
        let digits: String = self.rest.clone().take(4).collect();
        if digits.len() != 4 {
            return None;
        }
        let code = u32::from_str_radix(&digits, 16).ok()?;
        self.rest.nth(3);
        Some(code)
    }

    /// Java's names for POSIX classes; all other properties are known to the engine.
    fn property(&mut self, kind: char) {
        let ahead: String = self.rest.clone().take(24).collect();
        let name = ahead
            .strip_prefix('{')
            .and_then(|inner| inner.split_once('}'))
            .map(|(name, _)| name);
        let posix = match name {
            Some("Alnum") => "alnum",
            Some("Blank") => "blank",
            Some("Cntrl") => "cntrl",
            Some("Graph") => "graph",
            Some("Print") => "print",
            Some("Punct") => "punct",
            Some("XDigit") => "xdigit",
            Some("ASCII") => "ascii",
            Some(_) | None => {
                self.out.extend(['\\', kind]);
                self.in_braces();
                return;
            }
        };
        let length = name.map_or(0, str::len) + 2;
        self.rest.nth(length - 1);
        let negated = if kind == 'P' { "^" } else { "" };
        self.out.push_str(&format!("[[:{negated}{posix}:]]"));
    }
}
