//! Names and keys that came from outside: parsed once at the edge, never checked again.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// Why a text is refused as a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidText {
    /// Nothing but whitespace.
    #[error("cannot be blank")]
    Blank,
    /// A line break inside.
    #[error("cannot contain multiple lines")]
    MultipleLines,
    /// The NUL character, which PostgreSQL cannot store.
    #[error("cannot contain the NUL character")]
    Nul,
    /// A space where a single word is needed.
    #[error("cannot contain spaces")]
    Space,
}

/// What a kind of text must satisfy.
#[derive(Clone, Copy)]
enum Shape {
    Line,
    Word,
}

fn check(text: &str, shape: Shape) -> Result<(), InvalidText> {
    if text.trim().is_empty() {
        return Err(InvalidText::Blank);
    }
    if text.contains(['\n', '\r']) {
        return Err(InvalidText::MultipleLines);
    }
    if text.contains('\0') {
        return Err(InvalidText::Nul);
    }
    match shape {
        Shape::Word if text.contains(char::is_whitespace) => Err(InvalidText::Space),
        Shape::Line | Shape::Word => Ok(()),
    }
}

macro_rules! text {
    ($($(#[$doc:meta])* $name:ident is a $shape:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text if it has the shape of this kind.
            ///
            /// # Errors
            /// The first rule that the text breaks.
            pub fn parse(text: impl Into<String>) -> Result<Self, InvalidText> {
                let text = text.into();
                check(&text, Shape::$shape)?;
                Ok(Self(text))
            }

            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidText;

            fn from_str(text: &str) -> Result<Self, InvalidText> {
                Self::parse(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
    )+};
}

text! {
    /// The name of an application, as consumer, provider or both.
    PacticipantName is a Line;
    /// The number of an application version: any text on one line.
    VersionNumber is a Line;
    /// The name of a branch; may contain slashes.
    BranchName is a Line;
    /// The name of a tag on a version.
    TagName is a Line;
    /// The name of a label on a pacticipant.
    LabelName is a Line;
    /// The name of an environment: one word.
    EnvironmentName is a Word;
    /// The key of a row that clients see in URLs: environments, deployments, releases, webhooks.
    Uuid is a Line;
    /// The SHA-1 of what matters in a contract; see [`super::content::Content`].
    PactSha is a Word;
}

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        ///
        /// Drawn from the one sequence of the broker, so comparing two ids tells which row came
        /// first, whatever the clock said.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, sqlx::Type,
        )]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub i64);
    )+};
}

id! {
    /// Key of a pacticipant.
    PacticipantId;
    /// Key of a version, and its place in the order of versions.
    VersionId;
    /// Key of a branch.
    BranchId;
    /// Key of a contract's content.
    ContentId;
    /// Key of "this version published that content".
    PublicationId;
    /// Key and public number of a verification.
    VerificationId;
    /// Key of an environment.
    EnvironmentId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_refused_by_the_first_rule_it_breaks() {
        let refused = |text: &str| PacticipantName::parse(text).unwrap_err();
        assert_eq!(refused(" \n"), InvalidText::Blank);
        assert_eq!(refused("a\nb"), InvalidText::MultipleLines);
        assert_eq!(refused("a\0b"), InvalidText::Nul);
        assert_eq!(
            PacticipantName::parse("Bücher & Söhne/1").unwrap().as_str(),
            "Bücher & Söhne/1"
        );
        assert_eq!(
            EnvironmentName::parse("my test").unwrap_err(),
            InvalidText::Space
        );
    }
}
