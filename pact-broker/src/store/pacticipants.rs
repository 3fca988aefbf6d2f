//! Pacticipants and their labels.

use std::collections::HashMap;

use crate::domain::pacticipant::{
    Label, Pacticipant, PacticipantChange, PacticipantDetail, display_name,
};
use crate::domain::text::{BranchName, LabelName, PacticipantId, PacticipantName, VersionNumber};
use crate::domain::time::Timestamp;
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::statement::{Statement, sql};
use crate::store::{Page, Paged, Store, Written};

const SELECT: &str = "SELECT id, name, display_name, repository_url, repository_name, \
    repository_namespace, main_branch, created_at, updated_at FROM pacticipants ";

impl Store {
    /// The pacticipants by name, those with a label or with a text in their name.
    pub async fn pacticipants(
        &self,
        name_contains: Option<&str>,
        label: Option<&LabelName>,
        page: Option<Page>,
    ) -> Result<Paged<PacticipantDetail>, StoreError> {
        let mut tx = self.reading().await?;
        let mut all: Vec<Pacticipant> = match label {
            None => tx.all(sql_select("")).await?,
            Some(label) => {
                let of_label = "WHERE id IN (SELECT pacticipant_id FROM labels WHERE name = $1)";
                tx.all(sql_select(of_label).bind(label)).await?
            }
        };
        if let Some(text) = name_contains.map(str::to_lowercase) {
            all.retain(|one| one.name.as_str().to_lowercase().contains(&text));
        }
        all.sort_by_cached_key(|one| (one.name.as_str().to_lowercase(), one.name.clone()));
        let Paged { items, total } = Paged::of(all, page);
        Ok(Paged {
            items: with_details(&mut tx, items).await?,
            total,
        })
    }

    /// The pacticipant of this name.
    pub async fn pacticipant(
        &self,
        name: &PacticipantName,
    ) -> Result<Option<PacticipantDetail>, StoreError> {
        let mut tx = self.reading().await?;
        detail(&mut tx, name).await
    }

    /// Creates a pacticipant. One that exists is left as it is.
    pub async fn create_pacticipant(
        &self,
        name: &PacticipantName,
        attributes: PacticipantChange,
    ) -> Result<Written<PacticipantDetail>, StoreError> {
        self.change((name.clone(), attributes), |tx, (name, attributes)| {
            Box::pin(async move {
                let made = find_or_create(tx, name).await?;
                if made.created {
                    update(tx, made.value, attributes).await?;
                }
                written(tx, name, made.created).await
            })
        })
        .await
    }

    /// Changes the attributes that the request gives, creating the pacticipant if need be.
    pub async fn update_pacticipant(
        &self,
        name: &PacticipantName,
        change: PacticipantChange,
    ) -> Result<Written<PacticipantDetail>, StoreError> {
        self.change((name.clone(), change), |tx, (name, change)| {
            Box::pin(async move {
                let made = find_or_create(tx, name).await?;
                update(tx, made.value, change).await?;
                written(tx, name, made.created).await
            })
        })
        .await
    }

    /// Changes the attributes that the request gives, if the pacticipant exists.
    pub async fn replace_pacticipant(
        &self,
        name: &PacticipantName,
        change: PacticipantChange,
    ) -> Result<Option<PacticipantDetail>, StoreError> {
        self.change((name.clone(), change), |tx, (name, change)| {
            Box::pin(async move {
                if let Some(pacticipant) = find(tx, name).await? {
                    update(tx, pacticipant, change).await?;
                }
                detail(tx, name).await
            })
        })
        .await
    }

    /// Deletes a pacticipant and everything that is about it; tells whether it existed.
    pub async fn delete_pacticipant(&self, name: &PacticipantName) -> Result<bool, StoreError> {
        self.long_change(name.clone(), |tx, name| {
            Box::pin(
                tx.changed(sql("DELETE FROM pacticipants WHERE name = $1 RETURNING id").bind(name)),
            )
        })
        .await
    }

    /// The names of all labels in use.
    pub async fn labels(&self, page: Option<Page>) -> Result<Paged<LabelName>, StoreError> {
        let mut tx = self.reading().await?;
        let rows: Vec<(LabelName,)> = tx.all(sql("SELECT DISTINCT name FROM labels")).await?;
        let mut names: Vec<_> = rows.into_iter().map(|(name,)| name).collect();
        names.sort();
        Ok(Paged::of(names, page))
    }

    /// A label on a pacticipant.
    pub async fn label(
        &self,
        pacticipant: &PacticipantName,
        label: &LabelName,
    ) -> Result<Option<Label>, StoreError> {
        let mut tx = self.reading().await?;
        find_label(&mut tx, pacticipant, label).await
    }

    /// Puts a label on a pacticipant, creating the pacticipant if need be.
    pub async fn put_label(
        &self,
        pacticipant: &PacticipantName,
        label: &LabelName,
    ) -> Result<Written<Option<Label>>, StoreError> {
        self.change((pacticipant.clone(), label.clone()), |tx, (name, label)| {
            Box::pin(async move {
                let pacticipant = find_or_create(tx, name).await?.value;
                let now = tx.now().clone();
                let insert = sql(
                    "INSERT INTO labels (pacticipant_id, name, created_at, updated_at) \
                     VALUES ($1, $2, $3, $3) ON CONFLICT DO NOTHING RETURNING pacticipant_id",
                );
                let created = tx
                    .changed(insert.bind(pacticipant).bind(label).bind(&now))
                    .await?;
                Ok(Written {
                    value: find_label(tx, name, label).await?,
                    created,
                })
            })
        })
        .await
    }

    /// Takes a label off a pacticipant; tells whether it was on.
    pub async fn delete_label(
        &self,
        pacticipant: &PacticipantName,
        label: &LabelName,
    ) -> Result<bool, StoreError> {
        self.change(
            (pacticipant.clone(), label.clone()),
            |tx, (pacticipant, label)| {
                let delete = sql("DELETE FROM labels WHERE name = $2 AND pacticipant_id = \
                 (SELECT id FROM pacticipants WHERE name = $1) RETURNING pacticipant_id");
                Box::pin(tx.changed(delete.bind(pacticipant).bind(label)))
            },
        )
        .await
    }
}

fn sql_select(rest: &'static str) -> Statement {
    Statement::joined(&[SELECT, rest])
}

/// The key of the pacticipant of this name.
pub(super) async fn find(
    tx: &mut Tx,
    name: &PacticipantName,
) -> Result<Option<PacticipantId>, StoreError> {
    let row = tx
        .optional(sql("SELECT id FROM pacticipants WHERE name = $1").bind(name))
        .await?;
    Ok(row.map(|(id,)| id))
}

/// The key of the pacticipant of this name, which is created if need be. Of several who create it
/// at once, the unique name lets one do so and the others find it.
pub(super) async fn find_or_create(
    tx: &mut Tx,
    name: &PacticipantName,
) -> Result<Written<PacticipantId>, StoreError> {
    if let Some(value) = find(tx, name).await? {
        return Ok(Written {
            value,
            created: false,
        });
    }
    let id = tx.next_id().await?;
    let now = tx.now().clone();
    let insert = sql(
        "INSERT INTO pacticipants (id, name, display_name, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $4) ON CONFLICT (name) DO NOTHING RETURNING id",
    );
    let display_name = display_name(name.as_str());
    let insert = insert.bind(id).bind(name).bind(&display_name).bind(&now);
    if tx.changed(insert).await? {
        return Ok(Written {
            value: PacticipantId(id),
            created: true,
        });
    }
    let (value,) = tx
        .one(sql("SELECT id FROM pacticipants WHERE name = $1").bind(name))
        .await?;
    Ok(Written {
        value,
        created: false,
    })
}

/// Makes the branch the main branch of an application that has none.
pub(super) async fn set_main_branch(
    tx: &mut Tx,
    pacticipant: PacticipantId,
    branch: &BranchName,
) -> Result<(), StoreError> {
    let now = tx.now().clone();
    tx.run(setting_main_branch(pacticipant, branch, &now)).await
}

/// Gives a pacticipant a main branch, unless it has one, just after a moment.
pub(super) fn setting_main_branch(
    pacticipant: PacticipantId,
    branch: &BranchName,
    moment: &Timestamp,
) -> Statement {
    let update = sql("UPDATE pacticipants SET main_branch = $2, updated_at = $3 \
         WHERE id = $1 AND main_branch IS NULL");
    update
        .bind(pacticipant)
        .bind(branch)
        .bind(&moment.just_after())
}

async fn update(
    tx: &mut Tx,
    id: PacticipantId,
    change: &PacticipantChange,
) -> Result<(), StoreError> {
    let before: Pacticipant = tx.one(sql_select("WHERE id = $1").bind(id)).await?;
    let change = change.clone();
    let shown = change.display_name.apply(Some(before.display_name));
    let shown = shown.filter(|shown| !shown.trim().is_empty());
    let shown = shown.unwrap_or_else(|| display_name(before.name.as_str()));
    let url = change.repository_url.apply(before.repository_url);
    let repository = change.repository_name.apply(before.repository_name);
    let namespace = change
        .repository_namespace
        .apply(before.repository_namespace);
    let main_branch = change.main_branch.apply(before.main_branch);
    let now = tx.now().just_after();
    let update = sql(
        "UPDATE pacticipants SET display_name = $2, repository_url = $3, repository_name = $4, \
         repository_namespace = $5, main_branch = $6, updated_at = $7 WHERE id = $1",
    );
    let update = update
        .bind(id)
        .bind(&shown)
        .bind(url.as_ref())
        .bind(repository.as_ref());
    let update = update
        .bind(namespace.as_ref())
        .bind(main_branch.as_ref())
        .bind(&now);
    tx.run(update).await
}

async fn written(
    tx: &mut Tx,
    name: &PacticipantName,
    created: bool,
) -> Result<Written<PacticipantDetail>, StoreError> {
    let pacticipant = tx.one(sql_select("WHERE name = $1").bind(name)).await?;
    let mut details = with_details(tx, vec![pacticipant]).await?;
    let value = details.remove(0);
    Ok(Written { value, created })
}

async fn detail(
    tx: &mut Tx,
    name: &PacticipantName,
) -> Result<Option<PacticipantDetail>, StoreError> {
    let found = tx
        .optional(sql_select("WHERE name = $1").bind(name))
        .await?;
    Ok(with_details(tx, found.into_iter().collect()).await?.pop())
}

async fn with_details(
    tx: &mut Tx,
    pacticipants: Vec<Pacticipant>,
) -> Result<Vec<PacticipantDetail>, StoreError> {
    let ids: Vec<_> = pacticipants.iter().map(|one| one.id).collect();
    let labels = sql(
        "SELECT pacticipant_id, name FROM labels WHERE pacticipant_id IN_LIST($1) ORDER BY name",
    );
    let mut labels_of: HashMap<PacticipantId, Vec<LabelName>> = HashMap::new();
    for (pacticipant, label) in tx.all(labels.ids(&ids)).await? {
        labels_of.entry(pacticipant).or_default().push(label);
    }
    let latest = sql(
        "SELECT p.id, (SELECT v.number FROM versions v WHERE v.pacticipant_id = p.id \
         ORDER BY v.id DESC LIMIT 1) FROM pacticipants p WHERE p.id IN_LIST($1)",
    );
    let latest: Vec<(PacticipantId, Option<VersionNumber>)> = tx.all(latest.ids(&ids)).await?;
    let mut latest: HashMap<_, _> = latest.into_iter().collect();
    let detailed = pacticipants
        .into_iter()
        .map(|pacticipant| PacticipantDetail {
            labels: labels_of.remove(&pacticipant.id).unwrap_or_default(),
            latest_version: latest.remove(&pacticipant.id).flatten(),
            pacticipant,
        });
    Ok(detailed.collect())
}

async fn find_label(
    tx: &mut Tx,
    pacticipant: &PacticipantName,
    label: &LabelName,
) -> Result<Option<Label>, StoreError> {
    let select = sql("SELECT l.name, l.created_at, l.updated_at FROM labels l \
         JOIN pacticipants p ON p.id = l.pacticipant_id WHERE p.name = $1 AND l.name = $2");
    tx.optional(select.bind(pacticipant).bind(label)).await
}
