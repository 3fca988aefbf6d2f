//! Environments.

use crate::domain::environment::{Environment, EnvironmentAttributes};
use crate::domain::pacticipant::display_name;
use crate::domain::text::{EnvironmentName, Uuid};
use crate::store::Store;
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::statement::{Statement, sql};

const SELECT: &str = "SELECT id, uuid, name, display_name, production, contacts, created_at, \
    updated_at FROM environments ";

impl Store {
    /// The environments by display name, or the one of a name.
    pub async fn environments(
        &self,
        name: Option<&EnvironmentName>,
    ) -> Result<Vec<Environment>, StoreError> {
        let select = Statement::joined(&[SELECT, "WHERE $1 IS NULL OR name = $1"]);
        let mut all: Vec<Environment> = self.all(select.bind(name)).await?;
        all.sort_by_cached_key(|one| (one.display_name.to_lowercase(), one.name.clone()));
        Ok(all)
    }

    /// The environment with this key.
    pub async fn environment(&self, uuid: &Uuid) -> Result<Option<Environment>, StoreError> {
        let mut tx = self.reading().await?;
        find(&mut tx, uuid).await
    }

    /// Creates an environment.
    pub async fn create_environment(
        &self,
        attributes: EnvironmentAttributes,
    ) -> Result<Environment, StoreError> {
        self.change(attributes, |tx, attributes| {
            Box::pin(async move {
                let (id, uuid, now) = (tx.next_id().await?, tx.ambient.uuid(), tx.now().clone());
                let insert = sql(
                    "INSERT INTO environments (id, uuid, name, display_name, production, contacts, \
                     created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7) \
                     ON CONFLICT (name) DO NOTHING RETURNING id",
                );
                let insert = insert.bind(id).bind(&uuid).bind(&attributes.name);
                let insert = insert
                    .bind(&shown_name(attributes))
                    .bind(attributes.production);
                if !tx
                    .changed(insert.bind(&attributes.contacts).bind(&now))
                    .await?
                {
                    return Err(name_taken(attributes));
                }
                tx.one(Statement::joined(&[SELECT, "WHERE id = $1"]).bind(id))
                    .await
            })
        })
        .await
    }

    /// Replaces the attributes of an environment, if it exists.
    pub async fn replace_environment(
        &self,
        uuid: &Uuid,
        attributes: EnvironmentAttributes,
    ) -> Result<Option<Environment>, StoreError> {
        self.change((uuid.clone(), attributes), |tx, (uuid, attributes)| {
            Box::pin(async move {
                let taken = sql("SELECT id FROM environments WHERE name = $1 AND uuid <> $2");
                if tx.changed(taken.bind(&attributes.name).bind(uuid)).await? {
                    return Err(name_taken(attributes));
                }
                let now = tx.now().clone();
                let update = sql(
                    "UPDATE environments SET name = $2, display_name = $3, production = $4, \
                     contacts = $5, updated_at = $6 WHERE uuid = $1",
                );
                let update = update
                    .bind(uuid)
                    .bind(&attributes.name)
                    .bind(&shown_name(attributes));
                let update = update
                    .bind(attributes.production)
                    .bind(&attributes.contacts);
                tx.run(update.bind(&now)).await?;
                find(tx, uuid).await
            })
        })
        .await
    }

    /// Deletes an environment with its deployments and releases; tells whether it existed.
    pub async fn delete_environment(&self, uuid: &Uuid) -> Result<bool, StoreError> {
        self.change(uuid.clone(), |tx, uuid| {
            Box::pin(
                tx.changed(sql("DELETE FROM environments WHERE uuid = $1 RETURNING id").bind(uuid)),
            )
        })
        .await
    }
}

fn shown_name(attributes: &EnvironmentAttributes) -> String {
    let given = attributes
        .display_name
        .clone()
        .filter(|name| !name.trim().is_empty());
    given.unwrap_or_else(|| display_name(attributes.name.as_str()))
}

fn name_taken(attributes: &EnvironmentAttributes) -> StoreError {
    StoreError::EnvironmentNameTaken {
        name: attributes.name.to_string(),
    }
}

pub(super) async fn find(tx: &mut Tx, uuid: &Uuid) -> Result<Option<Environment>, StoreError> {
    tx.optional(Statement::joined(&[SELECT, "WHERE uuid = $1"]).bind(uuid))
        .await
}
