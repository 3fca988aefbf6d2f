//! The options of `pact broker start`, and the configuration they make.

use std::net::{IpAddr, SocketAddr};

use clap::{Args, builder::BoolishValueParser};
use pact_broker::{BaseUrl, BrokerConfig, Network};

use super::access::AccessOptions;
use crate::commands::broker::database::Database;
use crate::error::CliError;

/// Where to listen, where the data lives, and how the broker behaves.
#[derive(Args)]
pub(crate) struct Start {
    /// Address to listen on
    #[arg(
        long,
        value_name = "HOST",
        env = "PACT_BROKER_HOST",
        default_value = "127.0.0.1"
    )]
    host: String,
    /// Port to listen on; 0 takes any free one
    #[arg(
        short,
        long,
        value_name = "PORT",
        env = "PACT_BROKER_PORT",
        default_value_t = 9292
    )]
    port: u16,
    #[command(flatten)]
    database: Database,
    /// URL at which clients reach this broker, when a proxy stands before it; may be repeated, and links
    /// then start with the one a request came by
    #[arg(
        long = "base-url",
        value_name = "URL",
        env = "PACT_BROKER_BASE_URL",
        value_delimiter = ' '
    )]
    base_urls: Vec<String>,
    #[arg(
        long,
        hide = true,
        env = "PACT_BROKER_BASE_URLS",
        value_delimiter = ' '
    )]
    more_base_urls: Vec<String>,
    /// Address or network (`10.0.0.0/8`) of a proxy whose `X-Forwarded-…` headers tell which of the base
    /// URLs a request came by, besides those on this machine; may be repeated
    #[arg(
        long = "trusted-proxy",
        value_name = "ADDRESS",
        env = "PACT_BROKER_TRUSTED_PROXIES",
        value_delimiter = ' '
    )]
    trusted_proxies: Vec<String>,
    #[command(flatten)]
    behaviour: Behaviour,
    /// Host that webhooks may call, wherever it stands (a name, an address, or `*.domain`); without
    /// any, webhooks call public addresses only. May be repeated
    #[arg(
        long = "webhook-host",
        value_name = "HOST",
        env = "PACT_BROKER_WEBHOOK_HOST_WHITELIST",
        value_delimiter = ' '
    )]
    webhook_hosts: Vec<String>,
    /// Scheme that the URLs of webhooks may have; may be repeated
    #[arg(
        long = "webhook-scheme",
        value_name = "SCHEME",
        env = "PACT_BROKER_WEBHOOK_SCHEME_WHITELIST",
        value_delimiter = ' ',
        default_value = "https"
    )]
    webhook_schemes: Vec<String>,
    /// HTTP method that webhooks may use; may be repeated
    #[arg(
        long = "webhook-method",
        value_name = "METHOD",
        env = "PACT_BROKER_WEBHOOK_HTTP_METHOD_WHITELIST",
        value_delimiter = ' ',
        default_value = "POST"
    )]
    webhook_methods: Vec<String>,
    #[command(flatten)]
    access: AccessOptions,
}

/// What the broker makes of what it is told.
#[derive(Args)]
struct Behaviour {
    /// Allow a published version to get other content, which makes earlier answers about it wrong
    #[arg(
        long,
        value_name = "BOOL",
        env = "PACT_BROKER_ALLOW_DANGEROUS_CONTRACT_MODIFICATION",
        value_parser = BoolishValueParser::new(),
        num_args = 0..=1,
        default_value_t = false,
        default_missing_value = "true"
    )]
    allow_dangerous_contract_modification: bool,
    /// Refuse a new pacticipant whose name nearly equals an existing one
    #[arg(
        long,
        value_name = "BOOL",
        env = "PACT_BROKER_CHECK_FOR_POTENTIAL_DUPLICATE_PACTICIPANT_NAMES",
        value_parser = BoolishValueParser::new(),
        default_value_t = true
    )]
    check_for_potential_duplicate_pacticipant_names: bool,
    /// Take the first tag of a new version as its branch
    #[arg(
        long,
        value_name = "BOOL",
        env = "PACT_BROKER_USE_FIRST_TAG_AS_BRANCH",
        value_parser = BoolishValueParser::new(),
        default_value_t = true
    )]
    use_first_tag_as_branch: bool,
    /// Record a deployment for a tag named like an environment
    #[arg(
        long,
        value_name = "BOOL",
        env = "PACT_BROKER_CREATE_DEPLOYED_VERSIONS_FOR_TAGS",
        value_parser = BoolishValueParser::new(),
        default_value_t = true
    )]
    create_deployed_versions_for_tags: bool,
    /// Make the first of the main branch candidates that is seen a pacticipant's main branch
    #[arg(
        long,
        value_name = "BOOL",
        env = "PACT_BROKER_AUTO_DETECT_MAIN_BRANCH",
        value_parser = BoolishValueParser::new(),
        default_value_t = true
    )]
    auto_detect_main_branch: bool,
    /// Branch that becomes the main branch when it is seen; may be repeated
    #[arg(
        long = "main-branch-candidate",
        value_name = "BRANCH",
        env = "PACT_BROKER_MAIN_BRANCH_CANDIDATES",
        value_delimiter = ' ',
        default_values = ["develop", "main", "master"]
    )]
    main_branch_candidates: Vec<String>,
}

impl Start {
    /// Makes the configuration, or says which setting cannot be meant.
    pub(super) async fn config(self) -> Result<BrokerConfig, CliError> {
        let address = address(&self.host, self.port).await?;
        let mut config = BrokerConfig::new(self.database.url()?, address);
        for text in said(self.base_urls).chain(said(self.more_base_urls)) {
            let url = BaseUrl::parse(&text).map_err(|error| CliError::usage(error.to_string()))?;
            if !config.base_urls.contains(&url) {
                config.base_urls.push(url);
            }
        }
        for text in said(self.trusted_proxies) {
            let network = text
                .parse::<Network>()
                .map_err(|error| CliError::usage(error.to_string()))?;
            config.trusted_proxies.push(network);
        }
        config.access = self.access.access()?;
        config.webhook_hosts = said(self.webhook_hosts).collect();
        config.webhook_schemes = said(self.webhook_schemes).collect();
        config.webhook_methods = said(self.webhook_methods).collect();
        self.behaviour.settle(&mut config);
        Ok(config)
    }
}

impl Behaviour {
    fn settle(self, config: &mut BrokerConfig) {
        config.allow_dangerous_contract_modification = self.allow_dangerous_contract_modification;
        config.check_for_potential_duplicate_pacticipant_names =
            self.check_for_potential_duplicate_pacticipant_names;
        config.use_first_tag_as_branch = self.use_first_tag_as_branch;
        config.create_deployed_versions_for_tags = self.create_deployed_versions_for_tags;
        config.main_branch_candidates = if self.auto_detect_main_branch {
            said(self.main_branch_candidates).collect()
        } else {
            Vec::new()
        };
    }
}

/// A variable that is set to nothing says nothing, as does a space too many between two values.
fn said(values: Vec<String>) -> impl Iterator<Item = String> {
    values.into_iter().filter(|value| !value.is_empty())
}

async fn address(host: &str, port: u16) -> Result<SocketAddr, CliError> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(ip) = bare.parse::<IpAddr>() {
        return Ok(SocketAddr::new(ip, port));
    }
    let found = tokio::net::lookup_host((host, port)).await;
    let first = found.ok().and_then(|mut addresses| addresses.next());
    first.ok_or_else(|| {
        CliError::usage_with_hint(
            format!("`{host}` is not an address of this machine"),
            "listen on 127.0.0.1 for this machine alone, on 0.0.0.0 for all that can reach it",
        )
    })
}
