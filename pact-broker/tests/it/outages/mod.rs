//! A database that goes away, replies that get lost, brokers that start at one moment, more requests
//! than can be answered.

mod connections;
mod starting;

#[path = "."]
mod on_sqlite {
    use crate::support::brokers::on_sqlite as broker;
    use crate::support::brokers::{hold_writers, start_on_sqlite_with as start_with};

    mod overload;
    mod replies;
}

#[path = "."]
mod on_postgres {
    use crate::support::brokers::on_postgres as broker;
    use crate::support::brokers::{hold_writers, start_on_postgres_with as start_with};

    mod overload;
    mod replies;
}
