//! What stands in the source: the attribute's arguments and the function below it.

use proc_macro::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use crate::attr::Arguments;
use crate::error::Error;
use crate::tokens::{Tokens, first_of, is_joint, is_sign, is_word};

/// Attributes that end in `test` and make no test.
const NO_TESTS: [&str; 1] = ["traced_test"];

/// What may stand between a function's visibility and its `fn`.
const QUALIFIERS: [&str; 4] = ["const", "async", "unsafe", "extern"];

pub(crate) struct PactTest {
    pub(crate) arguments: Arguments,
    pub(crate) function: Function,
}

impl PactTest {
    pub(crate) fn parse(arguments: TokenStream, function: TokenStream) -> Result<Self, Error> {
        let arguments = Arguments::parse(arguments)?;
        let whole: Vec<TokenTree> = function.clone().into_iter().collect();
        let function = Function::parse(Tokens::new(function)).ok_or_else(|| {
            let text = "#[pact_test] stands above a test function: fn test(pact: &mut PactBuilder)";
            Error::across(&whole, text)
        })?;
        Ok(Self {
            arguments,
            function,
        })
    }

    /// Returns whether an attribute below makes the function a test.
    pub(crate) fn has_test_attribute(&self) -> bool {
        self.function.attributes.iter().any(|attribute| {
            let name = attribute.name.as_str();
            !NO_TESTS.contains(&name) && (name.ends_with("test") || name == "test_case")
        })
    }

    /// Returns another attribute of this kind.
    pub(crate) fn second(&self) -> Option<&Attribute> {
        let mut attributes = self.function.attributes.iter();
        attributes.find(|attribute| attribute.name == "pact_test")
    }
}

/// A function, cut only as far as the expansion needs it.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Vec<TokenTree>,
    /// From `async` and the like to the generic parameters.
    pub(crate) head: Vec<TokenTree>,
    pub(crate) is_async: bool,
    /// Where `fn` stands.
    pub(crate) keyword: Span,
    pub(crate) name: Ident,
    /// The first of the generic parameters that is no lifetime.
    pub(crate) generic: Vec<TokenTree>,
    pub(crate) parentheses: Group,
    pub(crate) parameters: Vec<Parameter>,
    /// The return type and what comes after `where`.
    pub(crate) tail: Vec<TokenTree>,
    pub(crate) body: TokenTree,
}

impl Function {
    /// Returns nothing for an item that is no function or has no body.
    fn parse(mut tokens: Tokens) -> Option<Self> {
        let attributes = attributes(&mut tokens)?;
        let visibility = visibility(&mut tokens);
        let mut head = qualifiers(&mut tokens);
        let is_async = head.iter().any(|token| is_word(token, "async"));
        let keyword = tokens.word("fn")?;
        let TokenTree::Ident(name) = tokens.next()? else {
            return None;
        };
        let generics = tokens.angles();
        let inside = generics.get(1..generics.len().saturating_sub(1));
        let generic = first_named(Tokens::new(inside.unwrap_or_default().to_vec()));
        let keyword_span = keyword.span();
        head.extend([keyword, name.clone().into()]);
        head.extend(generics);
        let TokenTree::Group(parentheses) = tokens.next()? else {
            return None;
        };
        let mut tail = tokens.rest();
        let body = tail.pop().as_ref().and_then(first_of)?;
        if !is_group(&body, Delimiter::Brace) {
            return None;
        }
        Some(Self {
            attributes,
            visibility,
            head,
            is_async,
            keyword: keyword_span,
            name,
            generic,
            parameters: parameters(parentheses.stream())?,
            parentheses,
            tail,
            body,
        })
    }
}

/// `#[…]`
pub(crate) struct Attribute {
    /// The last part of its path.
    name: String,
    pub(crate) tokens: Vec<TokenTree>,
}

/// `#[case] mut id: u32`
pub(crate) struct Parameter {
    attributes: Vec<TokenTree>,
    pattern: Vec<TokenTree>,
    colon: Option<TokenTree>,
    /// Its type; nothing for `self`.
    pub(crate) kind: Vec<TokenTree>,
}

impl Parameter {
    fn parse(mut tokens: Tokens) -> Option<Self> {
        let attributes = attributes(&mut tokens)?.into_iter();
        let mut pattern = Vec::new();
        let mut colon = None;
        while let Some(token) = tokens.next_whole() {
            let is_in_path =
                is_joint(&token) && tokens.first().is_some_and(|next| is_sign(&next, ':'));
            if is_sign(&token, ':') && !is_in_path {
                colon = Some(token);
                break;
            }
            pattern.push(token);
            // The second half of `::`.
            if is_in_path {
                pattern.extend(tokens.next_whole());
            }
        }
        Some(Self {
            attributes: attributes.flat_map(|attribute| attribute.tokens).collect(),
            pattern,
            colon,
            kind: tokens.rest(),
        })
    }

    /// Returns whether this is `self` in one of its forms.
    pub(crate) fn is_receiver(&self) -> bool {
        let last = self.pattern.last();
        last.is_some_and(|last| is_word(last, "self"))
    }

    /// Returns the name, if the pattern is no more than that.
    pub(crate) fn name(&self) -> Option<Ident> {
        let mut pattern = Tokens::new(self.pattern.iter().cloned());
        pattern.word("mut");
        match (pattern.next(), pattern.next()) {
            (Some(TokenTree::Ident(name)), None) if name.to_string() != "_" => Some(name),
            _ => None,
        }
    }

    /// Returns it as it stands in the source.
    pub(crate) fn tokens(&self) -> Vec<TokenTree> {
        [self.attributes.clone(), self.without_attributes()].concat()
    }

    pub(crate) fn without_attributes(&self) -> Vec<TokenTree> {
        let parts = self.pattern.iter().chain(&self.colon).chain(&self.kind);
        parts.cloned().collect()
    }

    /// Returns it with a name instead of its pattern.
    pub(crate) fn named(&self, name: &Ident) -> Vec<TokenTree> {
        let name = TokenTree::from(name.clone());
        let before = self.attributes.iter().chain([&name]);
        let parts = before.chain(&self.colon).chain(&self.kind);
        parts.cloned().collect()
    }
}

/// Returns the first generic parameter that a caller would have to name: no lifetime.
fn first_named(mut generics: Tokens) -> Vec<TokenTree> {
    while generics.first().is_some_and(|first| is_sign(&first, '\'')) {
        generics.until_comma();
        generics.next();
    }
    generics.until_comma()
}

fn parameters(tokens: TokenStream) -> Option<Vec<Parameter>> {
    let mut tokens = Tokens::new(tokens);
    let mut parameters = Vec::new();
    while tokens.first().is_some() {
        parameters.push(Parameter::parse(Tokens::new(tokens.until_comma()))?);
        tokens.next();
    }
    Some(parameters)
}

/// Takes the attributes, if what begins with `#` is one.
fn attributes(tokens: &mut Tokens) -> Option<Vec<Attribute>> {
    let mut attributes = Vec::new();
    while let Some(sign) = tokens.sign('#') {
        let TokenTree::Group(brackets) = tokens.next()? else {
            return None;
        };
        attributes.push(Attribute {
            name: name_of(&brackets),
            tokens: vec![sign, brackets.into()],
        });
    }
    Some(attributes)
}

/// Returns the last part of an attribute's path.
fn name_of(brackets: &Group) -> String {
    let mut name = String::new();
    for token in Tokens::new(brackets.stream()) {
        match token {
            TokenTree::Ident(part) => name = part.to_string(),
            token if is_sign(&token, ':') => {}
            _ => break,
        }
    }
    name
}

/// Takes `pub` or `pub(…)`.
fn visibility(tokens: &mut Tokens) -> Vec<TokenTree> {
    let Some(word) = tokens.word("pub") else {
        return Vec::new();
    };
    let place = tokens.first();
    let place = place.filter(|place| is_group(place, Delimiter::Parenthesis));
    let place = place.and_then(|_| tokens.next());
    [word].into_iter().chain(place).collect()
}

/// Takes `const async unsafe extern "C"`, or as many of them as there are.
fn qualifiers(tokens: &mut Tokens) -> Vec<TokenTree> {
    let mut qualifiers = Vec::new();
    loop {
        let is_qualifier = match tokens.first() {
            Some(TokenTree::Ident(word)) => QUALIFIERS.contains(&word.to_string().as_str()),
            Some(TokenTree::Literal(_)) => qualifiers
                .last()
                .is_some_and(|last| is_word(last, "extern")),
            _ => false,
        };
        if !is_qualifier {
            return qualifiers;
        }
        qualifiers.extend(tokens.next());
    }
}

fn is_group(token: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)
}
