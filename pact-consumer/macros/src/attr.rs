//! The arguments of the attribute.

use proc_macro::{Ident, Literal, TokenStream, TokenTree};

use crate::error::Error;
use crate::quote::quote;
use crate::tokens::{Tokens, is_sign, last_of_path};

/// The arguments there are.
const NAMES: [&str; 5] = [
    "consumer",
    "provider",
    "output_dir",
    "spec_version",
    "write_mode",
];

/// `consumer = "…", provider = "…"` and the others, in any order; each as the call on the options
/// that it stands for.
#[derive(Default)]
pub(crate) struct Arguments {
    calls: Vec<(String, TokenStream)>,
}

impl Arguments {
    pub(crate) fn parse(tokens: TokenStream) -> Result<Self, Error> {
        let mut arguments = Self::default();
        let mut tokens = Tokens::new(tokens);
        while let Some(first) = tokens.first() {
            arguments.argument(&first, &tokens.until_comma())?;
            tokens.next();
        }
        Ok(arguments)
    }

    /// Returns the calls one after another.
    pub(crate) fn calls(&self) -> TokenStream {
        self.calls.iter().map(|(_, call)| call.clone()).collect()
    }

    /// Takes what stands between two commas; `first` is the second of them if nothing does.
    fn argument(&mut self, first: &TokenTree, argument: &[TokenTree]) -> Result<(), Error> {
        let (name, value) = match argument {
            [TokenTree::Ident(name), value @ ..] => (name, value),
            [TokenTree::Literal(_), ..] => {
                let text = "say what this is: consumer = \"my-app\", provider = \"its-api\"";
                return Err(Error::new(first.span(), text));
            }
            _ => {
                let text = "an argument begins with its name: consumer = \"my-app\"";
                return Err(Error::new(first.span(), text));
            }
        };
        let text = name.to_string();
        if !NAMES.contains(&text.as_str()) {
            return Err(Error::new(name.span(), unknown(&text)));
        }
        if self.calls.iter().any(|(known, _)| *known == text) {
            return Err(Error::new(name.span(), format!("`{name}` is given twice")));
        }
        let Some(value) = after_equals(value) else {
            let text = format!("`{name}` needs a value: {name} = \"…\"");
            return Err(Error::new(name.span(), text));
        };
        check_end(value)?;
        let seen: Vec<TokenTree> = Tokens::new(value.to_vec()).collect();
        let call = match text.as_str() {
            "spec_version" => spec_version(&seen)?,
            "write_mode" => write_mode(&seen)?,
            _ => {
                check_text(name, &seen)?;
                let name = TokenTree::from(name.clone()).into();
                let value = value.iter().cloned().collect();
                quote(".NAME(VALUE)", &[("NAME", name), ("VALUE", value)])
            }
        };
        self.calls.push((text, call));
        Ok(())
    }
}

/// Returns what comes after `=`, which is neither nothing nor the rest of `==` or `=>`.
fn after_equals(tokens: &[TokenTree]) -> Option<&[TokenTree]> {
    let (sign, value) = tokens.split_first()?;
    let first = value.first()?;
    let is_whole = !is_sign(first, '=') && !is_sign(first, '>');
    (is_sign(sign, '=') && is_whole).then_some(value)
}

/// Refuses a value that runs into the next argument.
fn check_end(value: &[TokenTree]) -> Result<(), Error> {
    let is_literal = |token: &TokenTree| matches!(token, TokenTree::Literal(_));
    let is_operand = |token: &TokenTree| !matches!(token, TokenTree::Punct(_));
    for (index, (before, token)) in value.iter().zip(value.iter().skip(1)).enumerate() {
        let after = value.get(index + 2);
        let is_name = after.is_some_and(|after| is_sign(after, '='));
        let is_other = is_name || is_literal(before) || is_literal(token);
        if is_sign(token, ';') || (is_operand(before) && is_operand(token) && is_other) {
            let text = "put a comma between two arguments";
            return Err(Error::new(token.span(), text));
        }
    }
    Ok(())
}

/// Takes a text in quotes, or a constant or macro that stands for one.
fn check_text(name: &Ident, value: &[TokenTree]) -> Result<(), Error> {
    let is_text = match value {
        [TokenTree::Literal(literal)] => {
            let text = text_of(literal);
            if text.as_deref() == Some("") {
                return Err(Error::across(value, format!("`{name}` is empty")));
            }
            text.is_some()
        }
        [path @ .., sign, TokenTree::Group(_)] if is_sign(sign, '!') => {
            last_of_path(path).is_some()
        }
        // A constant is written in capitals; a name in small letters has lost its quotes.
        path => {
            last_of_path(path).is_some_and(|last| last.to_string().chars().any(char::is_uppercase))
        }
    };
    if is_text {
        return Ok(());
    }
    let example = if name.to_string() == "output_dir" {
        "../pacts".to_owned()
    } else {
        let source = TokenStream::from_iter(value.to_vec()).to_string();
        let is_name = |c: char| c.is_alphanumeric() || "-_. ".contains(c);
        let spoken = source.replace(" - ", "-").replace(" . ", ".");
        match source.chars().all(is_name) && !source.starts_with(|c: char| c.is_ascii_digit()) {
            true => spoken,
            false => "my-app".to_owned(),
        }
    };
    let text = format!("put the value in quotes: {name} = \"{example}\"");
    Err(Error::across(value, text))
}

fn spec_version(value: &[TokenTree]) -> Result<TokenStream, Error> {
    let text = match value {
        [TokenTree::Literal(literal)] => text_of(literal).unwrap_or_else(|| literal.to_string()),
        _ => String::new(),
    };
    let version = match text.trim_start_matches(['v', 'V']) {
        "1" | "1.0" | "1.0.0" => "V1",
        "1.1" | "1.1.0" => "V1_1",
        "2" | "2.0" | "2.0.0" => "V2",
        "3" | "3.0" | "3.0.0" => "V3",
        "4" | "4.0" => "V4",
        _ => {
            let text = "the specification has the versions \"1\", \"1.1\", \"2\", \"3\" and \"4\"";
            return Err(Error::across(value, text));
        }
    };
    let call = format!(".spec_version(::pact_consumer::SpecVersion::{version})");
    Ok(quote(&call, &[]))
}

fn write_mode(value: &[TokenTree]) -> Result<TokenStream, Error> {
    let text = match value {
        [TokenTree::Literal(literal)] => text_of(literal),
        _ => None,
    };
    let mode = match text.as_deref() {
        Some("merge") => "Merge",
        Some("overwrite") => "Overwrite",
        _ => {
            let text = "a pact file is written with write_mode = \"merge\" or \"overwrite\"";
            return Err(Error::across(value, text));
        }
    };
    let call = format!(".write_mode(::pact_consumer::WriteMode::{mode})");
    Ok(quote(&call, &[]))
}

/// Returns what stands in the quotes of a string.
///
/// Escapes stay as they are written: no version and no mode has a letter that needs one.
fn text_of(literal: &Literal) -> Option<String> {
    let source = literal.to_string();
    let quoted = match source.strip_prefix('r') {
        Some(raw) => raw.trim_matches('#'),
        None => source.as_str(),
    };
    let text = quoted.strip_prefix('"')?.strip_suffix('"')?;
    Some(text.to_owned())
}

fn unknown(name: &str) -> String {
    let letters = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    // Letters in another order, or the beginning of a name: what fingers and memory get wrong.
    let like = |known: &&&str| letters(known) == letters(name) || known.starts_with(name);
    match NAMES.iter().find(like) {
        Some(known) => format!("unknown argument `{name}`; did you mean `{known}`?"),
        None => format!(
            "unknown argument `{name}`; there are `{}`",
            NAMES.join("`, `")
        ),
    }
}
