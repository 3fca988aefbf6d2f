//! A text that a regular expression matches.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::GenerationContext;
use crate::matching::pattern::{Pattern, Verdict};

/// How many more repeats than it must an unbounded repetition gets.
const MOST_REPEATS: u32 = 10;

/// Longest text that is made, in bytes.
const LONGEST: usize = 64 << 10;

/// Deepest nesting of the expression.
const DEEPEST: u32 = 100;

/// Texts that are tried before a pattern is given up: what it says of its surroundings, with
/// anchors and the like, is not heeded while a text is drawn.
const ATTEMPTS: usize = 50;

/// Returns a text the pattern matches from beginning to end.
pub(super) fn matching_text(
    pattern: &str,
    context: &mut GenerationContext,
) -> Result<String, String> {
    let none = |reason: &str| format!("no text can be made for `{pattern}`: {reason}");
    let compiled = Pattern::compile(pattern).map_err(|reason| none(&reason))?;
    let parsed = ParserBuilder::new()
        .nest_limit(DEEPEST)
        .build()
        .parse(&Pattern::dialect(pattern));
    let hir = parsed.map_err(|error| none(first_line(&error.to_string())))?;
    for _ in 0..ATTEMPTS {
        let mut text = String::new();
        write(&hir, context, &mut text)?;
        if matches!(compiled.try_on(&text), Verdict::Match) {
            return Ok(text);
        }
    }
    Err(none("none of those tried matches it"))
}

fn write(hir: &Hir, context: &mut GenerationContext, text: &mut String) -> Result<(), String> {
    if text.len() > LONGEST {
        return Err(format!("the pattern wants more than {LONGEST} bytes"));
    }
    match hir.kind() {
        // Anchors hold at both ends of a text that is matched as a whole.
        HirKind::Empty | HirKind::Look(_) => Ok(()),
        HirKind::Literal(literal) => {
            text.push_str(&String::from_utf8_lossy(&literal.0));
            Ok(())
        }
        HirKind::Class(class) => {
            text.push(draw(class, context).ok_or("the pattern has a class without characters")?);
            Ok(())
        }
        // However often it stands there, it is nothing.
        HirKind::Repetition(repetition) if repetition.sub.properties().maximum_len() == Some(0) => {
            Ok(())
        }
        HirKind::Repetition(repetition) => {
            let most = repetition
                .max
                .unwrap_or_else(|| repetition.min.saturating_add(MOST_REPEATS));
            let spread = most.saturating_sub(repetition.min).min(MOST_REPEATS);
            let drawn = context.below(u64::from(spread) + 1);
            let times = u64::from(repetition.min) + drawn;
            (0..times).try_for_each(|_| write(&repetition.sub, context, text))
        }
        HirKind::Capture(capture) => write(&capture.sub, context, text),
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, context, text)),
        HirKind::Alternation(choices) => match context.choose(choices) {
            Some(choice) => write(choice, context, text),
            None => Err("the pattern has no alternatives".to_owned()),
        },
    }
}

/// Draws a character of the class: a printable ASCII one where there is any.
fn draw(class: &Class, context: &mut GenerationContext) -> Option<char> {
    let ranges: Vec<(u32, u32)> = match class {
        Class::Unicode(class) => class
            .ranges()
            .iter()
            .map(|range| (range.start().into(), range.end().into()))
            .collect(),
        Class::Bytes(class) => class
            .ranges()
            .iter()
            .map(|range| (range.start().into(), range.end().into()))
            .collect(),
    };
    let printable: Vec<(u32, u32)> = ranges
        .iter()
        .map(|(start, end)| ((*start).max(0x20), (*end).min(0x7e)))
        .filter(|(start, end)| start <= end)
        .collect();
    let ranges = if printable.is_empty() {
        ranges
    } else {
        printable
    };
    let size = |(start, end): &(u32, u32)| u64::from(end - start) + 1;
    let mut drawn = context.below(ranges.iter().map(size).sum());
    for range in &ranges {
        if drawn < size(range) {
            return char::from_u32(range.0 + u32::try_from(drawn).ok()?)
                .or_else(|| char::from_u32(range.0));
        }
        drawn -= size(range);
    }
    None
}

fn first_line(text: &str) -> &str {
    text.lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or(text)
        .trim()
}
