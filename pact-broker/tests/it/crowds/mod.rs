//! Sixty-four clients at one moment, over HTTP, on both databases.

#[path = "."]
mod on_sqlite {
    use crate::support::brokers::on_sqlite as broker;

    mod names;
    mod publishers;
}

#[path = "."]
mod on_postgres {
    use crate::support::brokers::on_postgres as broker;

    mod names;
    mod publishers;
}
