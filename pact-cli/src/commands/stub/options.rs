//! The options of `pact stub`.

use std::path::PathBuf;

use clap::{ArgAction, Args};

use crate::cli::LogLevel;
use crate::error::CliError;
use crate::watch::Watched;

/// Serve what pact files say: a provider for the time being
#[derive(Args)]
#[command(version, disable_version_flag = true)]
pub(crate) struct StubCommand {
    #[command(flatten)]
    pub(super) loading: Loading,
    #[command(flatten)]
    pub(super) choice: Choice,
    /// Port to listen on; a free one at first
    #[arg(short, long, default_value_t = 0)]
    pub(super) port: u16,
    /// Address to listen on; `0.0.0.0` serves other machines too
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(super) host: String,
    /// Answer preflight requests of browsers
    #[arg(short = 'o', long)]
    pub(super) cors: bool,
    /// Allow the origin that asks, with credentials, instead of any origin without
    #[arg(long, requires = "cors")]
    pub(super) cors_referer: bool,
    /// Header whose value is a pattern for the name of the provider state to answer in
    #[arg(long, value_name = "NAME")]
    pub(super) provider_state_header_name: Option<String>,
    /// Answer although headers of the request are not the contract's
    #[arg(long)]
    pub(super) ignore_request_headers: bool,
    /// Read the files again whenever one of --file or --dir changes
    #[arg(short, long)]
    pub(super) watch: bool,
    /// Log to standard error from this level on
    #[arg(short, long, value_name = "LEVEL")]
    loglevel: Option<LogLevel>,
    /// Print version
    #[arg(short = 'v', long = "version", action = ArgAction::Version)]
    _version: Option<bool>,
}

impl StubCommand {
    /// Returns the level that was asked for, if any.
    pub(crate) const fn log_level(&self) -> Option<LogLevel> {
        self.loglevel
    }
}

/// Where pacts come from.
#[derive(Args)]
#[command(next_help_heading = "Loading pacts")]
pub(crate) struct Loading {
    /// Pact file; may be repeated
    #[arg(short, long = "file", value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Folder of pact files; may be repeated
    #[arg(short, long = "dir", value_name = "FOLDER")]
    pub(super) dirs: Vec<PathBuf>,
    /// Extension of the files in a folder
    #[arg(short, long, value_name = "EXTENSION", default_value = "json")]
    extension: String,
    /// Address of a pact; may be repeated
    #[arg(short, long = "url", value_name = "URL")]
    pub(super) urls: Vec<String>,
    /// Base URL of the broker; the latest pact of every pair is served
    #[arg(short, long, value_name = "URL", env = "PACT_BROKER_BASE_URL")]
    pub(crate) broker_url: Option<String>,
    /// User name and password for broker and URLs, as `name:password`
    #[arg(
        long,
        value_name = "USER",
        env = "PACT_STUB_USER",
        hide_env_values = true
    )]
    pub(super) user: Option<String>,
    /// Bearer token for broker and URLs
    #[arg(
        short,
        long,
        value_name = "TOKEN",
        env = "PACT_BROKER_TOKEN",
        hide_env_values = true
    )]
    pub(super) token: Option<String>,
    /// Accept any certificate of broker and URLs
    #[arg(long)]
    pub(super) insecure_tls: bool,
    /// How often to ask a broker that does not answer, or answers 5xx, 408 or 429
    #[arg(
        long,
        value_name = "NUMBER",
        env = "PACT_BROKER_HTTP_RETRIES",
        default_value_t = 8
    )]
    pub(super) retries: u8,
    /// Only pacts of this consumer: its name, or a pattern for all of it; may be repeated
    #[arg(long = "consumer-name", value_name = "NAME")]
    pub(super) consumers: Vec<String>,
    /// Only pacts of this provider: its name, or a pattern for all of it; may be repeated
    #[arg(long = "provider-name", value_name = "NAME")]
    pub(super) providers: Vec<String>,
}

impl Loading {
    /// Returns what is looked at for changes.
    pub(super) fn watched(&self) -> Result<Watched, CliError> {
        Watched::new(&self.files, &self.dirs, self.extension())
    }

    /// Returns the extension of the files in a folder, without its dot.
    pub(super) fn extension(&self) -> &str {
        self.extension.trim_start_matches('.')
    }

    /// Returns whether files, folders or addresses are named.
    pub(crate) fn names_documents(&self) -> bool {
        !(self.files.is_empty() && self.dirs.is_empty() && self.urls.is_empty())
    }
}

/// Which interactions are served.
#[derive(Args)]
#[command(next_help_heading = "Choosing interactions")]
pub(crate) struct Choice {
    /// Only interactions with a provider state that matches the pattern
    #[arg(short = 's', long, value_name = "REGEX")]
    pub(super) provider_state: Option<String>,
    /// With --provider-state, also interactions without any state
    #[arg(long, requires = "provider_state")]
    pub(super) empty_provider_state: bool,
}
