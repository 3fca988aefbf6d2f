//! The resources of the API, one family a file.

pub(crate) mod badges;
pub(crate) mod branches;
pub(crate) mod dashboard;
pub(crate) mod deployments;
pub(crate) mod diagnostics;
pub(crate) mod diff;
pub(crate) mod environments;
pub(crate) mod for_verification;
pub(crate) mod index;
pub(crate) mod integrations;
pub(crate) mod matrix;
mod matrix_query;
pub(crate) mod pact_lists;
pub(crate) mod pacticipants;
pub(crate) mod pacts;
mod provider_states;
pub(crate) mod publish;
mod selectors;
pub(crate) mod triggered_webhooks;
pub(crate) mod verifications;
pub(crate) mod versions;
mod webhook_body;
pub(crate) mod webhooks;
