//! The resources of the API, one family a file.

pub(crate) mod branches;
pub(crate) mod deployments;
pub(crate) mod diagnostics;
pub(crate) mod environments;
pub(crate) mod index;
pub(crate) mod pacticipants;
pub(crate) mod versions;
pub(crate) mod pacts {
    pub(crate) fn day(_: &crate::domain::time::Timestamp) -> String {
        String::new()
    }
    pub(crate) fn title(pair: crate::api::urls::Pair<'_>, number: &str) -> String {
        format!(
            "Pact between {} ({number}) and {}",
            pair.consumer, pair.provider
        )
    }
}
