//! What the broker knows and how it decides: types and pure functions, no database, no HTTP.

pub mod content;
pub mod difference;
pub mod environment;
pub mod event;
pub mod interaction;
pub mod interaction_ids;
pub mod json;
pub mod matrix;
pub mod merge;
pub mod pact;
pub mod pacticipant;
pub mod pending;
pub mod pretty;
pub mod selector;
pub mod template;
pub mod text;
pub mod time;
pub mod verification;
pub mod version;
pub mod webhook;
pub mod wip;
