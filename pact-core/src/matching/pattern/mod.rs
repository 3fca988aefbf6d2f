//! Regular expressions as contracts use them.
//!
//! A pattern must match the whole value. Files carry the dialects of Ruby, Java, JavaScript and
//! .NET; [`translate`] turns what they share into the dialect of the `regex` crate. They run on the
//! engine of that crate, in linear time; the crate itself only wraps it, and would be built by all
//! who test with this one. Only what needs look-around or back-references goes to a backtracking
//! engine, and that one has a limit; it is there with the feature `look-around`.

#[cfg(feature = "look-around")]
mod backtracking;
mod known;
mod translate;

use std::fmt;
use std::sync::Arc;

use regex_automata::meta;

#[cfg(feature = "look-around")]
use self::backtracking::Backtracking;
use self::translate::translate;

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    source: Arc<str>,
    engine: Engine,
}

#[derive(Clone, Debug)]
enum Engine {
    #[cfg(feature = "look-around")]
    Backtracking(Arc<Backtracking>),
    Linear(Arc<Linear>),
}

#[derive(Debug)]
struct Linear {
    /// The whole pattern, as the engine reads it.
    source: String,
    regex: meta::Regex,
}

impl Verdict {
    fn of(found: bool) -> Self {
        if found { Self::Match } else { Self::NoMatch }
    }
}

/// What became of trying a pattern on a text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// The whole text matches.
    Match,
    /// It does not.
    NoMatch,
    /// The backtracking engine gave up.
    #[cfg_attr(
        not(feature = "look-around"),
        expect(dead_code, reason = "the linear engine never gives up")
    )]
    TooCostly,
}

impl Pattern {
    /// Compiles a pattern; the error is the engine's text on one line.
    pub(crate) fn compile(source: &str) -> Result<Self, String> {
        if source.len() > MAX_SOURCE {
            return Err(format!(
                "it is longer than {MAX_SOURCE} bytes: {} bytes",
                source.len()
            ));
        }
        if let Some(pattern) = known::find(source) {
            return Ok(pattern);
        }
        let translated = translate(source);
        let whole = format!(r"\A(?m:{})\z", translated.pattern);
        let mut first_error = None;
        if !translated.backtracks {
            match linear(&whole, SMALL) {
                Ok(engine) => {
                    let pattern = Self::new(source, engine);
                    known::keep(source, &pattern);
                    return Ok(pattern);
                }
                Err(error) if error.size_limit().is_some() => {}
                Err(error) => first_error = Some(reason(&error)),
            }
        }
        if !translated.backtracks && first_error.is_none() {
            match linear(&whole, SIZE_LIMIT) {
                Ok(engine) => return Ok(Self::new(source, engine)),
                Err(error) => match error.size_limit() {
                    Some(limit) => {
                        return Err(format!("it needs more than {limit} bytes when compiled"));
                    }
                    None => first_error = Some(reason(&error)),
                },
            }
        }
        Self::with_look_around(source, &whole).map_err(|reason| first_error.unwrap_or(reason))
    }

    #[cfg(feature = "look-around")]
    fn with_look_around(source: &str, whole: &str) -> Result<Self, String> {
        let backtracking = Backtracking::compile(whole)?;
        Ok(Self::new(
            source,
            Engine::Backtracking(Arc::new(backtracking)),
        ))
    }

    #[cfg(not(feature = "look-around"))]
    fn with_look_around(_source: &str, _whole: &str) -> Result<Self, String> {
        Err(NO_LOOK_AROUND.to_owned())
    }

    /// Returns the whole pattern as the `regex` crate compiled it, when that engine runs it.
    pub(crate) fn linear_source(&self) -> Option<&str> {
        match &self.engine {
            Engine::Linear(engine) => Some(&engine.source),
            #[cfg(feature = "look-around")]
            Engine::Backtracking(_) => None,
        }
    }

    /// Tries the pattern on the whole of `text`.
    pub(crate) fn try_on(&self, text: &str) -> Verdict {
        let found = match &self.engine {
            Engine::Linear(engine) => engine.regex.is_match(text),
            #[cfg(feature = "look-around")]
            Engine::Backtracking(engine) => return engine.try_on(text),
        };
        Verdict::of(found)
    }

    /// Returns what the first group of a pattern of the `regex` crate holds where it is found first.
    pub(crate) fn first_group<'t>(source: &str, text: &'t str) -> Result<Option<&'t str>, String> {
        let regex = meta::Regex::new(source).map_err(|error| reason(&error))?;
        let mut captures = regex.create_captures();
        regex.captures(text, &mut captures);
        Ok(captures.get_group(1).map(|group| &text[group.range()]))
    }

    /// Returns the pattern in the dialect of the `regex` crate, as far as it can be said there.
    pub(crate) fn dialect(source: &str) -> String {
        translate(source).pattern
    }

    fn new(source: &str, engine: Engine) -> Self {
        Self {
            source: source.into(),
            engine,
        }
    }
}

impl fmt::Display for Pattern {
    /// Writes the pattern as its author did.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

fn linear(pattern: &str, size_limit: usize) -> Result<Engine, Box<meta::BuildError>> {
    let config = meta::Config::new().nfa_size_limit(Some(size_limit));
    let regex = meta::Builder::new().configure(config).build(pattern);
    let regex = regex.map_err(Box::new)?;
    Ok(Engine::Linear(Arc::new(Linear {
        source: pattern.to_owned(),
        regex,
    })))
}

/// Returns what is wrong with a pattern.
fn reason(error: &meta::BuildError) -> String {
    match error.syntax_error() {
        #[cfg(not(feature = "look-around"))]
        Some(regex_syntax::Error::Parse(error)) if is_beyond_the_engine(error.kind()) => {
            NO_LOOK_AROUND.to_owned()
        }
        Some(error) => one_line(&error.to_string()),
        None => one_line(&error.to_string()),
    }
}

#[cfg(not(feature = "look-around"))]
const NO_LOOK_AROUND: &str = "look-around and back-references need the feature `look-around`";

/// Returns whether a pattern is well formed and only asks for another engine.
#[cfg(not(feature = "look-around"))]
const fn is_beyond_the_engine(kind: &regex_syntax::ast::ErrorKind) -> bool {
    use regex_syntax::ast::ErrorKind;
    matches!(
        kind,
        ErrorKind::UnsupportedBackreference | ErrorKind::UnsupportedLookAround
    )
}

/// Returns the last line of an engine's message, which says what is wrong; the lines above draw it.
fn one_line(message: &str) -> String {
    let line = message.trim().lines().last().unwrap_or_default();
    line.trim().trim_start_matches("error: ").to_owned()
}

/// Longer patterns are refused before they cost anything.
const MAX_SOURCE: usize = 64 * 1024;

/// Bytes a compiled pattern may take to be kept for the next who needs it.
const SMALL: usize = 256 * 1024;

/// Bytes a compiled pattern may take.
const SIZE_LIMIT: usize = 10 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, text: &str, expected: bool) {
        let compiled = Pattern::compile(pattern).unwrap();
        let verdict = compiled.try_on(text);
        assert_eq!(
            verdict == Verdict::Match,
            expected,
            "{pattern} on {text:?}: {verdict:?}"
        );
    }

    #[test]
    fn a_pattern_matches_the_whole_value() {
        check(r"\d{1,4}", "9999", true);
        check(r"\d{1,4}", "9999ABC", false);
        check("a|ab", "ab", true);
        check("^a$", "a\n", false);
        check("^a$\n^b$", "a\nb", true);
        check("", "", true);
        check(r"a\Z", "a\n", false);
        check(".", "\n", false);
        check("(?m).", "\n", true);
        check("(?s).", "\n", true);
    }

    #[test]
    fn dialects_of_other_languages_are_understood() {
        check(r"^\/orders\/\d+$", "/orders/42", true);
        check(r"\h{2}\H", "aFg", true);
        check(r"\p{Lu}\P{Lu}{2}\pL", "Ébcd", true);
        check(r"\p{Alpha}\x{1F600}\x41{2}", "a😀AA", true);
        check(r"[\h-]+", "de-ad", true);
        check(r"(?<year>\d{4})", "2026", true);
        check(r"(?'year'\d{4})", "2026", true);
        check(r"[[:alpha:]]+", "abc", true);
        check(r"\p{Alnum}+", "a1", true);
        check(r"[\p{Punct}]+", "!?", true);
        check(r"\Qa.b\E+", "a.bb", true);
        check(r"\Qa.b\E", "axb", false);
        check(r"\u0041\x42\x{43}", "ABC", true);
        check(r"\uD83D\uDE00", "\u{1F600}", true);
        check("a{,2}b", "aab", true);
        check("^{.*}$", "{x}", true);
        check(r"a(?#comment)b", "ab", true);
        check(r"\R", "\r\n", true);
        check(r"\<b\>", "<b>", true);
        check(r#"\"x\"\ y"#, "\"x\" y", true);
        check("[^[]+", "abc", true);
        check(r"[\w.+-]+@[\w-]+", "a.b+c@d-e", true);
    }

    #[test]
    fn look_around_and_back_references_work_within_a_limit() {
        check("^(?!foo).*$", "bar", true);
        check("^(?!foo).*$", "foobar", false);
        check(r"(a|b)\1", "aa", true);
        check(r"(a|b)\1", "ab", false);
        check(r"(?<=a)b|ab", "ab", true);
        let costly = Pattern::compile(r"(?:(a+)+\1)+b").unwrap();
        for _ in 0..50 {
            assert_eq!(costly.try_on(&"a".repeat(2000)), Verdict::TooCostly);
        }
        assert_eq!(costly.try_on("aab"), Verdict::Match);
    }

    #[test]
    fn a_wrong_pattern_is_refused_with_its_reason() {
        insta::assert_snapshot!(Pattern::compile("(a").unwrap_err(), @"unclosed group");
        insta::assert_snapshot!(Pattern::compile(r"(?:\w{1000}){1000}").unwrap_err(), @"it needs more than 10485760 bytes when compiled");
        assert!(Pattern::compile(&"a".repeat(MAX_SOURCE + 1)).is_err());
    }
}
