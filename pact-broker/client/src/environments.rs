//! Environments, and what is deployed to or released in them.

use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::client::BrokerClient;
use crate::error::BrokerError;
use crate::hal::{Document, segment};
use crate::http::Call;

/// An environment to create or change; what is `None` is not sent.
#[derive(Clone, Debug, Default)]
pub struct EnvironmentRequest {
    /// The name, unique in the broker.
    pub name: String,
    /// The name for people.
    pub display_name: Option<String>,
    /// Whether users of the product depend on it.
    pub production: bool,
    /// Name of who is responsible.
    pub contact_name: Option<String>,
    /// Mail address of who is responsible.
    pub contact_email: Option<String>,
}

impl EnvironmentRequest {
    fn to_json(&self) -> Value {
        let mut body = Map::from_iter([
            ("name".to_owned(), json!(self.name)),
            ("production".to_owned(), json!(self.production)),
        ]);
        body.extend(
            self.display_name
                .as_ref()
                .map(|name| ("displayName".to_owned(), json!(name))),
        );
        let mut contact = Map::new();
        contact.extend(
            self.contact_name
                .as_ref()
                .map(|name| ("name".to_owned(), json!(name))),
        );
        let email = self.contact_email.as_ref();
        contact.extend(email.map(|email| ("details".to_owned(), json!({ "emailAddress": email }))));
        if !contact.is_empty() {
            body.insert("contacts".to_owned(), json!([contact]));
        }
        Value::Object(body)
    }
}

impl BrokerClient {
    /// Creates an environment; the answer has its `uuid`.
    ///
    /// # Errors
    ///
    /// When the name is taken, or the broker cannot be asked or refuses.
    pub async fn create_environment(
        &self,
        environment: &EnvironmentRequest,
    ) -> Result<Document, BrokerError> {
        let action = format!("creating environment {}", environment.name);
        let body = environment.to_json();
        self.transport
            .send(Call {
                action: &action,
                method: Method::POST,
                href: "environments",
                body: Some(&body),
            })
            .await
    }

    /// Replaces an environment.
    ///
    /// # Errors
    ///
    /// When there is none of that UUID, or the broker cannot be asked or refuses.
    pub async fn update_environment(
        &self,
        uuid: &str,
        environment: &EnvironmentRequest,
    ) -> Result<Document, BrokerError> {
        let action = format!("updating environment {uuid}");
        let (href, body) = (environment_path(uuid), environment.to_json());
        self.transport
            .send(Call {
                action: &action,
                method: Method::PUT,
                href: &href,
                body: Some(&body),
            })
            .await
    }

    /// Returns an environment.
    ///
    /// # Errors
    ///
    /// When there is none of that UUID, or the broker cannot be asked.
    pub async fn environment(&self, uuid: &str) -> Result<Document, BrokerError> {
        self.transport
            .get(
                &format!("reading environment {uuid}"),
                &environment_path(uuid),
            )
            .await
    }

    /// Deletes an environment.
    ///
    /// # Errors
    ///
    /// When there is none of that UUID, or the broker cannot be asked.
    pub async fn delete_environment(&self, uuid: &str) -> Result<(), BrokerError> {
        let (action, href) = (
            format!("deleting environment {uuid}"),
            environment_path(uuid),
        );
        self.transport
            .send(Call {
                action: &action,
                method: Method::DELETE,
                href: &href,
                body: None,
            })
            .await
            .map(drop)
    }

    /// Returns all environments, embedded as `environments`.
    ///
    /// # Errors
    ///
    /// When the broker cannot be asked.
    pub async fn environments(&self) -> Result<Document, BrokerError> {
        self.transport
            .get("listing environments", "environments")
            .await
    }

    /// Returns the deployments of the application that run in the environment.
    ///
    /// # Errors
    ///
    /// When the environment is unknown, or the broker cannot be asked.
    pub async fn deployed_versions(
        &self,
        pacticipant: &str,
        environment: &str,
    ) -> Result<Vec<Document>, BrokerError> {
        let action = format!("listing what of {pacticipant} is deployed to {environment}");
        let environment = self.path_of(&action, environment).await?;
        let href = format!(
            "{environment}/deployed-versions/currently-deployed?pacticipant={}",
            segment(pacticipant)
        );
        let list = self.transport.get(&action, &href).await?;
        Ok(list.embedded("deployedVersions"))
    }

    /// Returns the releases of the application that are supported in the environment.
    ///
    /// # Errors
    ///
    /// When the environment is unknown, or the broker cannot be asked.
    pub async fn released_versions(
        &self,
        pacticipant: &str,
        environment: &str,
    ) -> Result<Vec<Document>, BrokerError> {
        let action = format!("listing what of {pacticipant} is released to {environment}");
        let environment = self.path_of(&action, environment).await?;
        let href = format!(
            "{environment}/released-versions/currently-supported?pacticipant={}",
            segment(pacticipant)
        );
        let list = self.transport.get(&action, &href).await?;
        Ok(list.embedded("releasedVersions"))
    }

    /// Records that the version runs in the environment.
    ///
    /// # Errors
    ///
    /// [`BrokerError::NotFound`] when version or environment is unknown; otherwise when the broker
    /// cannot be asked or refuses.
    pub async fn record_deployment(
        &self,
        pacticipant: &str,
        version: &str,
        environment: &str,
        instance: Option<&str>,
    ) -> Result<Document, BrokerError> {
        let action =
            format!("recording the deployment of {pacticipant} {version} to {environment}");
        let body = instance.map_or_else(
            || json!({}),
            |instance| json!({ "applicationInstance": instance, "target": instance }),
        );
        self.record(
            &action,
            (pacticipant, version),
            ("pb:record-deployment", environment),
            &body,
        )
        .await
    }

    /// Records that the version is released and supported in the environment.
    ///
    /// # Errors
    ///
    /// As for [`BrokerClient::record_deployment`].
    pub async fn record_release(
        &self,
        pacticipant: &str,
        version: &str,
        environment: &str,
    ) -> Result<Document, BrokerError> {
        let action = format!("recording the release of {pacticipant} {version} to {environment}");
        self.record(
            &action,
            (pacticipant, version),
            ("pb:record-release", environment),
            &json!({}),
        )
        .await
    }

    /// Records that nothing of the application runs in the environment any more, under the given
    /// instance; returns how many deployments ended.
    ///
    /// # Errors
    ///
    /// When the environment is unknown, or the broker cannot be asked or refuses.
    pub async fn record_undeployment(
        &self,
        pacticipant: &str,
        environment: &str,
        instance: Option<&str>,
    ) -> Result<usize, BrokerError> {
        let action = format!("recording the undeployment of {pacticipant} from {environment}");
        let current = self.deployed_versions(pacticipant, environment).await?;
        let ours = |deployed: &Document| deployed.text("/applicationInstance") == instance;
        self.end_all(
            &action,
            current.into_iter().filter(ours),
            "currentlyDeployed",
        )
        .await
    }

    /// Records that the version is no longer supported in the environment; returns how many
    /// releases ended.
    ///
    /// # Errors
    ///
    /// When the environment is unknown, or the broker cannot be asked or refuses.
    pub async fn record_support_ended(
        &self,
        pacticipant: &str,
        version: &str,
        environment: &str,
    ) -> Result<usize, BrokerError> {
        let action =
            format!("recording the end of support of {pacticipant} {version} in {environment}");
        let current = self.released_versions(pacticipant, environment).await?;
        let ours =
            |released: &Document| released.text("/_embedded/version/number") == Some(version);
        self.end_all(
            &action,
            current.into_iter().filter(ours),
            "currentlySupported",
        )
        .await
    }

    async fn record(
        &self,
        action: &str,
        (pacticipant, version): (&str, &str),
        (rel, environment): (&str, &str),
        body: &Value,
    ) -> Result<Document, BrokerError> {
        let version = self.version(pacticipant, version).await?;
        let Some(href) = version.named_link(rel, environment) else {
            return Err(self.unavailable_environment(action, environment).await?);
        };
        self.transport
            .send(Call {
                action,
                method: Method::POST,
                href: &href,
                body: Some(body),
            })
            .await
    }

    /// Tells an environment nobody knows from one that is closed to this version.
    async fn unavailable_environment(
        &self,
        action: &str,
        name: &str,
    ) -> Result<BrokerError, BrokerError> {
        let known = self.environments().await?.embedded("environments");
        let names: Vec<&str> = known
            .iter()
            .filter_map(|environment| environment.text("/name"))
            .collect();
        let message = if names.contains(&name) {
            format!("environment {name} is not available for this application")
        } else if names.is_empty() {
            format!("environment {name} does not exist; there is none yet")
        } else {
            format!(
                "environment {name} does not exist; there are {}",
                names.join(", ")
            )
        };
        Ok(BrokerError::NotFound {
            action: action.to_owned(),
            messages: vec![message],
        })
    }

    async fn path_of(&self, action: &str, name: &str) -> Result<String, BrokerError> {
        let environments = self.environments().await?.embedded("environments");
        let found = environments
            .iter()
            .find(|environment| environment.text("/name") == Some(name));
        match found.and_then(|environment| environment.text("/uuid")) {
            Some(uuid) => Ok(environment_path(uuid)),
            None => Err(self.unavailable_environment(action, name).await?),
        }
    }

    async fn end_all(
        &self,
        action: &str,
        items: impl Iterator<Item = Document>,
        flag: &str,
    ) -> Result<usize, BrokerError> {
        let body = json!({ flag: false });
        let mut ended = 0;
        for item in items {
            let href = item.link(action, "self", &[])?;
            self.transport
                .send(Call {
                    action,
                    method: Method::PATCH,
                    href: &href,
                    body: Some(&body),
                })
                .await?;
            ended += 1;
        }
        Ok(ended)
    }
}

fn environment_path(uuid: &str) -> String {
    format!("environments/{}", segment(uuid))
}
