//! Serves a broker on the port and file given, for trying it out.

use pact_broker::{Broker, BrokerConfig};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let port = arguments.next().unwrap_or_else(|| "9292".to_owned());
    let file = arguments
        .next()
        .unwrap_or_else(|| "broker.sqlite".to_owned());
    let config = BrokerConfig::new(
        format!("sqlite://{file}"),
        format!("127.0.0.1:{port}").parse()?,
    );
    let broker = Broker::start(config).await?;
    tokio::signal::ctrl_c().await?;
    broker.shutdown().await;
    Ok(())
}
