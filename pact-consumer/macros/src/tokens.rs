//! Reading of tokens.

use proc_macro::{Delimiter, Ident, Spacing, TokenTree};

/// What is left to read of a stream.
///
/// What a `macro_rules!` macro puts in as a whole, such as a type, stands in a group without
/// delimiters. [`Self::first`] and [`Self::next`], and what is built on them, see through such groups;
/// the other methods keep them, since without its group `dyn A + B` is another type below a reference.
pub(crate) struct Tokens {
    /// The last token comes first.
    rest: Vec<TokenTree>,
}

impl Tokens {
    pub(crate) fn new(tokens: impl IntoIterator<Item = TokenTree>) -> Self {
        let mut rest: Vec<TokenTree> = tokens.into_iter().collect();
        rest.reverse();
        Self { rest }
    }

    /// Returns the next token and leaves it there.
    pub(crate) fn first(&self) -> Option<TokenTree> {
        self.rest.iter().rev().find_map(first_of)
    }

    pub(crate) fn next_whole(&mut self) -> Option<TokenTree> {
        self.rest.pop()
    }

    /// Takes the next token if it is this word.
    pub(crate) fn word(&mut self, word: &str) -> Option<TokenTree> {
        self.first().filter(|token| is_word(token, word))?;
        self.next()
    }

    /// Takes the next token if it is this sign.
    pub(crate) fn sign(&mut self, sign: char) -> Option<TokenTree> {
        self.first().filter(|token| is_sign(token, sign))?;
        self.next()
    }

    /// Takes everything up to a comma outside of `<>`, which stays.
    pub(crate) fn until_comma(&mut self) -> Vec<TokenTree> {
        let mut taken = Vec::new();
        let mut angles = Angles::default();
        while let Some(token) = self.rest.pop() {
            if angles.is_outside(&token) && is_sign(&token, ',') {
                self.rest.push(token);
                break;
            }
            taken.push(token);
        }
        taken
    }

    /// Takes `<…>`, or nothing if it does not come next.
    pub(crate) fn angles(&mut self) -> Vec<TokenTree> {
        let mut taken = Vec::new();
        let mut angles = Angles::default();
        while let Some(token) = self.rest.pop() {
            if angles.is_outside(&token) {
                self.rest.push(token);
                break;
            }
            taken.push(token);
            if angles.depth == 0 {
                break;
            }
        }
        taken
    }

    pub(crate) fn rest(self) -> Vec<TokenTree> {
        self.rest.into_iter().rev().collect()
    }
}

impl Iterator for Tokens {
    type Item = TokenTree;

    fn next(&mut self) -> Option<TokenTree> {
        loop {
            match self.rest.pop()? {
                TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                    self.rest.extend(Self::new(group.stream()).rest);
                }
                token => return Some(token),
            }
        }
    }
}

/// Follows `<` and `>`, which are no groups to the compiler's lexer.
#[derive(Default)]
struct Angles {
    depth: usize,
    after_dash: bool,
}

impl Angles {
    /// Takes the next token, and returns whether it neither stands in `<>` nor is one of them.
    fn is_outside(&mut self, token: &TokenTree) -> bool {
        let was_outside = self.depth == 0;
        let is_arrow = self.after_dash && is_sign(token, '>');
        if is_sign(token, '<') {
            self.depth += 1;
        } else if is_sign(token, '>') && !is_arrow {
            self.depth = self.depth.saturating_sub(1);
        }
        self.after_dash = is_sign(token, '-') && is_joint(token);
        was_outside && self.depth == 0
    }
}

/// Returns the first token, seen through groups without delimiters.
pub(crate) fn first_of(token: &TokenTree) -> Option<TokenTree> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => group
            .stream()
            .into_iter()
            .find_map(|inner| first_of(&inner)),
        token => Some(token.clone()),
    }
}

/// Returns the last name of a path such as `a::B::<C>::d`, if the tokens are one.
pub(crate) fn last_of_path(tokens: &[TokenTree]) -> Option<&Ident> {
    let mut angles = Angles::default();
    let mut last = None;
    let mut is_after_name = false;
    for token in tokens {
        let is_outside = angles.is_outside(token);
        match token {
            _ if !is_outside => {}
            TokenTree::Ident(name) if !is_after_name => {
                last = Some(name);
                is_after_name = true;
            }
            token if is_sign(token, ':') => is_after_name = false,
            _ => return None,
        }
    }
    last
}

pub(crate) fn is_sign(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// Returns whether the next sign follows without a space, as in `::` and `->`.
pub(crate) fn is_joint(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.spacing() == Spacing::Joint)
}

pub(crate) fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident.to_string() == word)
}
