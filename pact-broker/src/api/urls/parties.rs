//! Addresses of pacticipants and all that is theirs, of environments and what is there.

use super::{Urls, seg};

impl Urls {
    pub(crate) fn pacticipants(&self) -> String {
        self.at("/pacticipants")
    }

    pub(crate) fn pacticipant(&self, name: &str) -> String {
        self.at(&format!("/pacticipants/{}", seg(name)))
    }

    pub(crate) fn pacticipants_with_label(&self, label: &str) -> String {
        self.at(&format!("/pacticipants/label/{}", seg(label)))
    }

    pub(crate) fn labels(&self) -> String {
        self.at("/labels")
    }

    /// Whom a pacticipant is connected with.
    pub(crate) fn group(&self, pacticipant: &str) -> String {
        self.at(&format!("/groups/{}", seg(pacticipant)))
    }

    pub(crate) fn label(&self, pacticipant: &str, label: &str) -> String {
        format!("{}/labels/{}", self.pacticipant(pacticipant), seg(label))
    }

    pub(crate) fn versions(&self, pacticipant: &str) -> String {
        format!("{}/versions", self.pacticipant(pacticipant))
    }

    pub(crate) fn version(&self, pacticipant: &str, number: &str) -> String {
        format!("{}/{}", self.versions(pacticipant), seg(number))
    }

    pub(crate) fn tag(&self, pacticipant: &str, number: &str, tag: &str) -> String {
        format!("{}/tags/{}", self.version(pacticipant, number), seg(tag))
    }

    pub(crate) fn versions_with_tag(&self, pacticipant: &str, tag: &str) -> String {
        format!(
            "{}/tags/{}/versions",
            self.pacticipant(pacticipant),
            seg(tag)
        )
    }

    pub(crate) fn branches(&self, pacticipant: &str) -> String {
        format!("{}/branches", self.pacticipant(pacticipant))
    }

    pub(crate) fn branch(&self, pacticipant: &str, branch: &str) -> String {
        format!("{}/{}", self.branches(pacticipant), seg(branch))
    }

    pub(crate) fn branch_version(&self, pacticipant: &str, branch: &str, number: &str) -> String {
        format!(
            "{}/versions/{}",
            self.branch(pacticipant, branch),
            seg(number)
        )
    }

    pub(crate) fn environments(&self) -> String {
        self.at("/environments")
    }

    pub(crate) fn environment(&self, uuid: &str) -> String {
        self.at(&format!("/environments/{}", seg(uuid)))
    }

    pub(crate) fn record_deployment(
        &self,
        pacticipant: &str,
        number: &str,
        environment: &str,
    ) -> String {
        format!(
            "{}/deployed-versions/environment/{}",
            self.version(pacticipant, number),
            seg(environment)
        )
    }

    pub(crate) fn record_release(
        &self,
        pacticipant: &str,
        number: &str,
        environment: &str,
    ) -> String {
        format!(
            "{}/released-versions/environment/{}",
            self.version(pacticipant, number),
            seg(environment)
        )
    }

    pub(crate) fn deployed_version(&self, uuid: &str) -> String {
        self.at(&format!("/deployed-versions/{}", seg(uuid)))
    }

    pub(crate) fn released_version(&self, uuid: &str) -> String {
        self.at(&format!("/released-versions/{}", seg(uuid)))
    }
}
