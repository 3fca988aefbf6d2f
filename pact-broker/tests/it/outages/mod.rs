//! A database that goes away, replies that get lost, brokers that start at one moment.

mod connections;
mod starting;

#[path = "."]
mod on_sqlite {
    use crate::support::brokers::on_sqlite as broker;

    mod replies;
}

#[path = "."]
mod on_postgres {
    use crate::support::brokers::on_postgres as broker;

    mod replies;
}
