//! What must be true in the provider before an interaction is replayed.

use crate::json::Object;

/// A provider state: a name the provider knows, with parameters.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ProviderState {
    /// The state's name, as the provider's handlers know it.
    pub name: String,
    /// Parameters for the handler (V3 and later).
    pub params: Object<'static>,
}

impl ProviderState {
    /// Returns a state without parameters.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            params: Object::default(),
        }
    }
}
