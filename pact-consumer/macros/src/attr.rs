//! The arguments of the attribute.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Error, Expr, ExprLit, Ident, Lit, LitStr, Token};

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

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut arguments = Self::default();
        while !input.is_empty() {
            arguments.argument(input)?;
            if input.is_empty() {
                break;
            }
            if !input.peek(Token![,]) {
                return Err(input.error("put a comma between two arguments"));
            }
            input.parse::<Token![,]>()?;
        }
        Ok(arguments)
    }
}

impl ToTokens for Arguments {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.calls.iter().map(|(_, call)| call.clone()));
    }
}

impl Arguments {
    fn argument(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        if input.peek(Lit) {
            let text = "say what this is: consumer = \"my-app\", provider = \"its-api\"";
            return Err(input.error(text));
        }
        let name: Ident = input.parse()?;
        let text = name.to_string();
        if !NAMES.contains(&text.as_str()) {
            return Err(Error::new(name.span(), unknown(&text)));
        }
        if self.calls.iter().any(|(known, _)| *known == text) {
            return Err(Error::new(name.span(), format!("`{name}` is given twice")));
        }
        if !input.peek(Token![=]) {
            let text = format!("`{name}` needs a value: {name} = \"…\"");
            return Err(Error::new(name.span(), text));
        }
        input.parse::<Token![=]>()?;
        if input.is_empty() || input.peek(Token![,]) {
            let text = format!("`{name}` needs a value: {name} = \"…\"");
            return Err(Error::new(name.span(), text));
        }
        let value: Expr = input.parse()?;
        let call = match text.as_str() {
            "spec_version" => spec_version(&value)?,
            "write_mode" => write_mode(&value)?,
            _ => {
                let value = text_value(&name, &value)?;
                quote!(.#name(#value))
            }
        };
        self.calls.push((text, call));
        Ok(())
    }
}

/// Takes a text in quotes, or a constant or macro that stands for one.
fn text_value<'v>(name: &Ident, value: &'v Expr) -> syn::Result<&'v Expr> {
    let is_text = match value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => {
            if text.value().is_empty() {
                return Err(Error::new_spanned(value, format!("`{name}` is empty")));
            }
            true
        }
        // A constant is written in capitals; a name in small letters has lost its quotes.
        Expr::Path(path) => {
            let last = path.path.segments.last();
            last.is_some_and(|last| last.ident.to_string().chars().any(char::is_uppercase))
        }
        Expr::Macro(_) => true,
        _ => false,
    };
    if is_text {
        return Ok(value);
    }
    let example = if name == "output_dir" {
        "../pacts".to_owned()
    } else {
        let source = value.to_token_stream().to_string();
        let is_name = |c: char| c.is_alphanumeric() || "-_. ".contains(c);
        let spoken = source.replace(" - ", "-").replace(" . ", ".");
        match source.chars().all(is_name) && !source.starts_with(|c: char| c.is_ascii_digit()) {
            true => spoken,
            false => "my-app".to_owned(),
        }
    };
    let text = format!("put the value in quotes: {name} = \"{example}\"");
    Err(Error::new_spanned(value, text))
}

fn spec_version(value: &Expr) -> syn::Result<TokenStream> {
    let text = match value {
        Expr::Lit(ExprLit { lit, .. }) => match lit {
            Lit::Str(text) => text.value(),
            Lit::Int(number) => number.to_string(),
            Lit::Float(number) => number.to_string(),
            _ => String::new(),
        },
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
            return Err(Error::new_spanned(value, text));
        }
    };
    let version = Ident::new(version, proc_macro2::Span::call_site());
    Ok(quote!(.spec_version(::pact_consumer::SpecVersion::#version)))
}

fn write_mode(value: &Expr) -> syn::Result<TokenStream> {
    let text = match value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => LitStr::value(text),
        _ => String::new(),
    };
    match text.as_str() {
        "merge" => Ok(quote!(.write_mode(::pact_consumer::WriteMode::Merge))),
        "overwrite" => Ok(quote!(.write_mode(::pact_consumer::WriteMode::Overwrite))),
        _ => {
            let text = "a pact file is written with write_mode = \"merge\" or \"overwrite\"";
            Err(Error::new_spanned(value, text))
        }
    }
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
