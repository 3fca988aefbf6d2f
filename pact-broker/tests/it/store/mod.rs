//! The store on both databases: every module of tests is included once for each.

#[path = "."]
mod on_sqlite {
    use crate::support::database::on_sqlite as empty_store;
    use crate::support::database::on_sqlite_with as store_with;

    mod deciding;
    mod progress;
    mod publishing;
    mod races;
    mod selecting;
    mod versions;
    mod webhooks;
}

#[path = "."]
mod on_postgres {
    use crate::support::database::on_postgres as empty_store;
    use crate::support::database::on_postgres_with as store_with;

    mod deciding;
    mod progress;
    mod publishing;
    mod races;
    mod selecting;
    mod versions;
    mod webhooks;
}
