//! JSON that loses nothing: numbers keep their text, objects keep their order.
//!
//! `serde_json` offers this only behind features that change every other user of it in the same
//! build, so the contract has a tree of its own. A [`Json`] borrows from the bytes it was parsed
//! from wherever it can; [`Json::into_owned`] cuts it loose.

use std::borrow::Cow;

/// A JSON value whose numbers are text and whose objects are ordered.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Json<'a> {
    /// A list of values.
    Array(Vec<Self>),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    #[default]
    Null,
    /// A number, as it was written.
    Number(Number<'a>),
    /// Names with values, in the order they were written.
    Object(Object<'a>),
    /// Text, unescaped.
    String(Cow<'a, str>),
}

/// A [`Json`] that borrows from nothing.
pub type OwnedJson = Json<'static>;

/// The text of a JSON number, exactly as it was written (`1.0`, `1e2`, thirty digits).
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Number<'a>(pub(crate) Cow<'a, str>);

/// The members of a JSON object in the order they were written; names are unique.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Object<'a>(pub(crate) Vec<(Cow<'a, str>, Json<'a>)>);
