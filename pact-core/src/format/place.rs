//! Where in a pact something stands, for messages.

use std::fmt;

/// A place in a pact file.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Place {
    /// The interaction it is in; `None` for what belongs to the whole pact.
    pub interaction: Option<InteractionPlace>,
    /// JSON pointer, from the interaction when there is one and from the file's root otherwise.
    pub pointer: String,
}

/// An interaction by its position and its words.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct InteractionPlace {
    /// Position in the file's list, from 0; shown from 1.
    pub index: usize,
    /// The description.
    pub description: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.interaction, self.pointer.as_str()) {
            (Some(interaction), "") => write!(f, "{interaction}"),
            (Some(interaction), pointer) => write!(f, "{interaction}, `{pointer}`"),
            (None, "") => f.write_str("the pact"),
            (None, pointer) => write!(f, "`{pointer}`"),
        }
    }
}

impl fmt::Display for InteractionPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.index + 1;
        write!(f, "interaction {number} (`{}`)", self.description)
    }
}

/// The place a reader or writer is at, kept on the stack: naming it costs nothing until it is
/// needed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'p> {
    parent: Option<&'p Self>,
    step: Step<'p>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'p> {
    Index(usize),
    Interaction { index: usize, description: &'p str },
    Name(&'p str),
    Root,
}

impl<'p> At<'p> {
    pub(crate) const fn root() -> Self {
        Self {
            parent: None,
            step: Step::Root,
        }
    }

    pub(crate) const fn interaction(index: usize, description: &'p str) -> Self {
        Self {
            parent: None,
            step: Step::Interaction { index, description },
        }
    }

    pub(crate) const fn name(&'p self, name: &'p str) -> Self {
        Self {
            parent: Some(self),
            step: Step::Name(name),
        }
    }

    pub(crate) const fn index(&'p self, index: usize) -> Self {
        Self {
            parent: Some(self),
            step: Step::Index(index),
        }
    }

    pub(crate) fn place(&self) -> Place {
        let mut place = match self.parent {
            Some(parent) => parent.place(),
            None => Place::default(),
        };
        match self.step {
            Step::Index(index) => place.pointer.push_str(&format!("/{index}")),
            Step::Interaction { index, description } => {
                place.interaction = Some(InteractionPlace {
                    index,
                    description: description.to_owned(),
                });
            }
            Step::Name(name) => {
                place.pointer.push('/');
                place
                    .pointer
                    .push_str(&name.replace('~', "~0").replace('/', "~1"));
            }
            Step::Root => {}
        }
        place
    }
}
