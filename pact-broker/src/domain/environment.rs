//! Environments, and which versions are in them.

use crate::domain::text::{
    EnvironmentId, EnvironmentName, PacticipantName, Uuid, VersionId, VersionNumber,
};
use crate::domain::time::Timestamp;

/// A place that versions are deployed or released to.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Environment {
    /// Its key.
    pub id: EnvironmentId,
    /// Its key in URLs.
    pub uuid: Uuid,
    /// Its unique name.
    pub name: EnvironmentName,
    /// The name for people.
    pub display_name: String,
    /// Whether real users are served there; informational.
    pub production: bool,
    /// The JSON array of contacts as it was given.
    pub contacts: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// The attributes of an environment as a request gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentAttributes {
    /// Its unique name.
    pub name: EnvironmentName,
    /// The name for people; derived from the name when absent.
    pub display_name: Option<String>,
    /// Whether real users are served there.
    pub production: bool,
    /// The JSON array of contacts.
    pub contacts: String,
}

/// That a version was deployed to an environment.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DeployedVersion {
    /// Its key in URLs.
    pub uuid: Uuid,
    /// The version.
    pub version_id: VersionId,
    /// The application.
    pub pacticipant: PacticipantName,
    /// The version's number.
    pub number: VersionNumber,
    /// The environment.
    #[sqlx(flatten)]
    pub environment: EnvironmentRef,
    /// The instance of the application, when there are several.
    pub application_instance: Option<String>,
    /// Whether it is what runs there now.
    pub currently_deployed: bool,
    /// When it was replaced or removed.
    pub undeployed_at: Option<Timestamp>,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// When the record last changed.
    pub updated_at: Timestamp,
}

/// That a version was released to an environment.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ReleasedVersion {
    /// Its key in URLs.
    pub uuid: Uuid,
    /// The version.
    pub version_id: VersionId,
    /// The application.
    pub pacticipant: PacticipantName,
    /// The version's number.
    pub number: VersionNumber,
    /// The environment.
    #[sqlx(flatten)]
    pub environment: EnvironmentRef,
    /// When support for it ended.
    pub support_ended_at: Option<Timestamp>,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// When the record last changed.
    pub updated_at: Timestamp,
}

impl ReleasedVersion {
    /// Whether the version is still supported there.
    pub fn currently_supported(&self) -> bool {
        self.support_ended_at.is_none()
    }
}

/// The environment of a deployment or release.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct EnvironmentRef {
    /// Its key in URLs.
    #[sqlx(rename = "environment_uuid")]
    pub uuid: Uuid,
    /// Its name.
    #[sqlx(rename = "environment_name")]
    pub name: EnvironmentName,
    /// Its name for people.
    #[sqlx(rename = "environment_display_name")]
    pub display_name: String,
    /// Whether real users are served there.
    #[sqlx(rename = "environment_production")]
    pub production: bool,
    /// The JSON array of contacts as it was given.
    #[sqlx(rename = "environment_contacts")]
    pub contacts: String,
    /// When it was created.
    #[sqlx(rename = "environment_created_at")]
    pub created_at: Timestamp,
    /// When it last changed.
    #[sqlx(rename = "environment_updated_at")]
    pub updated_at: Timestamp,
}

impl From<&Environment> for EnvironmentRef {
    fn from(environment: &Environment) -> Self {
        Self {
            uuid: environment.uuid.clone(),
            name: environment.name.clone(),
            display_name: environment.display_name.clone(),
            production: environment.production,
            contacts: environment.contacts.clone(),
            created_at: environment.created_at.clone(),
            updated_at: environment.updated_at.clone(),
        }
    }
}

/// Which current deployments in an environment a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeploymentFilter {
    /// Those of one application.
    pub pacticipant: Option<PacticipantName>,
    /// Those of one instance; `Some(None)` means those without one.
    pub application_instance: Option<Option<String>>,
}

/// Which supported releases in an environment a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReleaseFilter {
    /// Those of one application.
    pub pacticipant: Option<PacticipantName>,
    /// Those of one version number.
    pub version: Option<VersionNumber>,
}
