//! Serves the order API on the address given, by default 127.0.0.1:8080.

use order_api::{Store, app};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    axum::serve(listener, app(Store::in_memory().await?)).await?;
    Ok(())
}
