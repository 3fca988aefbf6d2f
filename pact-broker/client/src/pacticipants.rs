//! Applications and their versions, branches and tags.

use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::client::BrokerClient;
use crate::error::BrokerError;
use crate::hal::{Document, segment};
use crate::http::Call;
use crate::matrix::Latest;

/// An application to create or change; what is `None` is not sent.
#[derive(Clone, Debug, Default)]
pub struct PacticipantRequest {
    /// The name, unique in the broker.
    pub name: String,
    /// The name for people.
    pub display_name: Option<String>,
    /// The branch that is deployed from.
    pub main_branch: Option<String>,
    /// Where its source is.
    pub repository_url: Option<String>,
}

impl PacticipantRequest {
    fn to_json(&self) -> Value {
        let mut body = Map::from_iter([("name".to_owned(), json!(self.name))]);
        body.extend(
            self.display_name
                .as_ref()
                .map(|name| ("displayName".to_owned(), json!(name))),
        );
        body.extend(
            self.main_branch
                .as_ref()
                .map(|branch| ("mainBranch".to_owned(), json!(branch))),
        );
        body.extend(
            self.repository_url
                .as_ref()
                .map(|url| ("repositoryUrl".to_owned(), json!(url))),
        );
        Value::Object(body)
    }
}

impl BrokerClient {
    /// Creates the application, or changes it when there is one of that name; says which.
    ///
    /// # Errors
    ///
    /// When the broker cannot be asked or refuses.
    pub async fn create_or_update_pacticipant(
        &self,
        pacticipant: &PacticipantRequest,
    ) -> Result<(bool, Document), BrokerError> {
        let body = pacticipant.to_json();
        let path = pacticipant_path(&pacticipant.name);
        let action = format!("creating or updating {}", pacticipant.name);
        let (created, method, href) = match self.transport.get(&action, &path).await {
            Ok(_) => (false, Method::PATCH, path.as_str()),
            Err(error) if error.is_not_found() => (true, Method::POST, "pacticipants"),
            Err(error) => return Err(error),
        };
        let document = self
            .transport
            .send(Call {
                action: &action,
                method,
                href,
                body: Some(&body),
            })
            .await?;
        Ok((created, document))
    }

    /// Returns the application.
    ///
    /// # Errors
    ///
    /// When there is none of that name, or the broker cannot be asked.
    pub async fn pacticipant(&self, name: &str) -> Result<Document, BrokerError> {
        self.transport
            .get(&format!("reading {name}"), &pacticipant_path(name))
            .await
    }

    /// Returns all applications, embedded as `pacticipants`.
    ///
    /// # Errors
    ///
    /// When the broker cannot be asked.
    pub async fn pacticipants(&self) -> Result<Document, BrokerError> {
        self.transport
            .get("listing applications", "pacticipants")
            .await
    }

    /// Returns one version of the application.
    ///
    /// # Errors
    ///
    /// When there is none, or the broker cannot be asked.
    pub async fn version(&self, pacticipant: &str, version: &str) -> Result<Document, BrokerError> {
        self.transport
            .get(
                &format!("reading {pacticipant} {version}"),
                &version_path(pacticipant, version),
            )
            .await
    }

    /// Returns the latest version of the application, of all or with a tag.
    ///
    /// # Errors
    ///
    /// When there is none, or the broker cannot be asked.
    pub async fn latest_version(
        &self,
        pacticipant: &str,
        latest: &Latest,
    ) -> Result<Document, BrokerError> {
        let path = format!("{}/latest-version", pacticipant_path(pacticipant));
        let href = match latest {
            Latest::Overall => path,
            Latest::WithTag(tag) => format!("{path}/{}", segment(tag)),
        };
        self.transport
            .get(
                &format!("reading the latest version of {pacticipant}"),
                &href,
            )
            .await
    }

    /// Records that the version was built from the branch, creating either where needed.
    ///
    /// # Errors
    ///
    /// When the broker cannot be asked or refuses.
    pub async fn put_branch(
        &self,
        pacticipant: &str,
        version: &str,
        branch: &str,
    ) -> Result<Document, BrokerError> {
        let action = format!("recording branch {branch} of {pacticipant} {version}");
        let branches = format!(
            "{}/branches/{}",
            pacticipant_path(pacticipant),
            segment(branch)
        );
        let href = format!("{branches}/versions/{}", segment(version));
        self.put(&action, &href, &json!({ "name": branch })).await
    }

    /// Deletes a branch; its versions stay.
    ///
    /// # Errors
    ///
    /// When there is none, or the broker cannot be asked.
    pub async fn delete_branch(&self, pacticipant: &str, branch: &str) -> Result<(), BrokerError> {
        let action = format!("deleting branch {branch} of {pacticipant}");
        let href = format!(
            "{}/branches/{}",
            pacticipant_path(pacticipant),
            segment(branch)
        );
        self.delete(&action, &href).await
    }

    /// Tags the version.
    ///
    /// # Errors
    ///
    /// When the broker cannot be asked or refuses.
    pub async fn put_tag(
        &self,
        pacticipant: &str,
        version: &str,
        tag: &str,
    ) -> Result<Document, BrokerError> {
        let action = format!("tagging {pacticipant} {version} with {tag}");
        let href = format!(
            "{}/tags/{}",
            version_path(pacticipant, version),
            segment(tag)
        );
        self.put(&action, &href, &json!({ "name": tag })).await
    }

    /// Removes a tag from the version.
    ///
    /// # Errors
    ///
    /// When the version has no such tag, or the broker cannot be asked.
    pub async fn delete_tag(
        &self,
        pacticipant: &str,
        version: &str,
        tag: &str,
    ) -> Result<(), BrokerError> {
        let action = format!("removing tag {tag} from {pacticipant} {version}");
        let href = format!(
            "{}/tags/{}",
            version_path(pacticipant, version),
            segment(tag)
        );
        self.delete(&action, &href).await
    }

    /// Creates the version if there is none.
    ///
    /// # Errors
    ///
    /// When the broker cannot be asked or refuses.
    pub async fn put_version(
        &self,
        pacticipant: &str,
        version: &str,
    ) -> Result<Document, BrokerError> {
        let action = format!("creating {pacticipant} {version}");
        self.put(&action, &version_path(pacticipant, version), &json!({}))
            .await
    }

    /// Returns the latest pacts of all integrations, embedded as `pacts`.
    ///
    /// # Errors
    ///
    /// When the broker cannot be asked.
    pub async fn latest_pacts(&self) -> Result<Document, BrokerError> {
        let action = "listing the latest pacts";
        let href = self
            .index()
            .await?
            .link(action, "pb:latest-pact-versions", &[])?;
        self.transport.get(action, &href).await
    }

    async fn put(&self, action: &str, href: &str, body: &Value) -> Result<Document, BrokerError> {
        self.transport
            .send(Call {
                action,
                method: Method::PUT,
                href,
                body: Some(body),
            })
            .await
    }

    async fn delete(&self, action: &str, href: &str) -> Result<(), BrokerError> {
        self.transport
            .send(Call {
                action,
                method: Method::DELETE,
                href,
                body: None,
            })
            .await
            .map(drop)
    }
}

fn pacticipant_path(name: &str) -> String {
    format!("pacticipants/{}", segment(name))
}

fn version_path(pacticipant: &str, version: &str) -> String {
    format!(
        "{}/versions/{}",
        pacticipant_path(pacticipant),
        segment(version)
    )
}
