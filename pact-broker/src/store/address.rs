//! The address of a database as it may be shown.

/// Returns the address without user name, password and options, as those of PostgreSQL may be a
/// password too. What leads to a file is shown as it is.
pub fn shown_address(url: &str) -> String {
    if url.starts_with("sqlite:") {
        url.to_owned()
    } else {
        pact_broker_client::shown_address(url)
    }
}

#[cfg(test)]
mod tests {
    use super::shown_address;

    #[test]
    fn a_server_is_shown_without_a_password_and_a_file_as_it_is() {
        for (url, shown) in [
            ("postgres://me:s@crt@db/pact", "postgres://db/pact"),
            ("postgres://db/pact?password=s3cret", "postgres://db/pact"),
            ("mysql://me:s3cret@db/x", "mysql://db/x"),
            (
                "sqlite:///srv/me@work/a.sqlite",
                "sqlite:///srv/me@work/a.sqlite",
            ),
        ] {
            assert_eq!(shown_address(url), shown, "{url}");
        }
    }
}
