//! The options of `pact mock`.

use std::path::PathBuf;

use clap::{ArgAction, ArgGroup, Args, Subcommand, ValueEnum};

use crate::cli::LogLevel;
use crate::commands::stub::Loading;

/// Run mock servers for tests in any language, and manage them over HTTP
#[derive(Args)]
#[command(
    disable_help_flag = true,
    propagate_version = true,
    version,
    disable_version_flag = true,
    arg_required_else_help = true,
    subcommand_required = true
)]
pub(crate) struct MockCommand {
    #[command(flatten)]
    pub(super) master: Master,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Where the master server is, and what is said about it.
#[derive(Args)]
pub(crate) struct Master {
    /// Port of the master server
    #[arg(short, long, global = true, default_value_t = 8080)]
    pub(super) port: u16,
    /// Host of the master server
    #[arg(
        short,
        long,
        global = true,
        value_name = "HOST",
        default_value = "localhost"
    )]
    pub(super) host: String,
    /// Log to standard error from this level on
    #[arg(short, long = "loglevel", global = true, value_name = "LEVEL")]
    pub(crate) loglevel: Option<LogLevel>,
    /// Accepted for compatibility: colour is left out where nobody would see it
    #[arg(long = "no-term-log", global = true, hide = true)]
    _no_term_log: bool,
    /// Accepted for compatibility: no log file is written
    #[arg(long = "no-file-log", global = true, hide = true)]
    _no_file_log: bool,
    /// Print help
    #[arg(long = "help", global = true, action = ArgAction::Help)]
    _help: Option<bool>,
    /// Print version
    #[arg(short = 'v', long = "version", global = true, action = ArgAction::Version)]
    _version: Option<bool>,
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Start the master server, which the other commands talk to
    Start(Start),
    /// List the mock servers
    List,
    /// Create a mock server for a pact
    Create(Box<Create>),
    /// Check that a mock server got the requests of its pact and no others, then write the pact
    Verify(Selector),
    /// End a mock server
    Shutdown(Selector),
    /// End the master server and all its mock servers
    ShutdownMaster(ShutdownMaster),
}

/// How the master server runs.
#[derive(Args)]
pub(crate) struct Start {
    /// Folder that pacts are written to; the current one at first
    #[arg(short, long, value_name = "FOLDER")]
    pub(super) output: Option<PathBuf>,
    /// Lowest port of mock servers, which take the next free one; any free port at first
    #[arg(long, value_name = "PORT")]
    pub(super) base_port: Option<u16>,
    /// Key that `shutdown-master` has to name; a random one at first
    #[arg(long, value_name = "KEY")]
    pub(super) server_key: Option<String>,
}

/// What a mock server plays; several pacts have a server each.
#[derive(Args)]
pub(crate) struct Create {
    #[command(flatten)]
    pub(super) loading: Loading,
    /// Answer preflight requests of browsers
    #[arg(short, long)]
    pub(super) cors_preflight: bool,
    /// Version of the specification the pact is written in
    #[arg(long, value_name = "VERSION", default_value = "v4")]
    pub(super) specification: Specification,
    /// Serve HTTPS, with a certificate of the server's own
    #[arg(long)]
    pub(super) tls: bool,
    /// File for the certificate that clients have to trust, as PEM
    #[arg(long, value_name = "FILE", requires = "tls")]
    pub(super) ca_certificate: Option<PathBuf>,
}

/// Which mock server is meant.
#[derive(Args)]
#[command(group = ArgGroup::new("which").required(true))]
pub(crate) struct Selector {
    /// Id of the mock server
    #[arg(short = 'i', long, value_name = "ID", group = "which", value_parser = id)]
    pub(super) mock_server_id: Option<String>,
    /// Port of the mock server
    #[arg(short, long, value_name = "PORT", group = "which")]
    pub(super) mock_server_port: Option<u16>,
}

/// How the master server is ended.
#[derive(Args)]
pub(crate) struct ShutdownMaster {
    /// The key that was printed when the master server started
    #[arg(short = 'k', long, value_name = "KEY")]
    pub(super) server_key: String,
    /// Milliseconds that requests still running have
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 100)]
    pub(super) period: u64,
}

/// A version of the specification.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Specification {
    /// 1.0.0
    #[value(alias = "V1")]
    V1,
    /// 1.1.0
    #[value(name = "v1.1", alias = "V1.1")]
    V1_1,
    /// 2.0.0
    #[value(alias = "V2")]
    V2,
    /// 3.0.0
    #[value(alias = "V3")]
    V3,
    /// 4.0
    #[value(alias = "V4")]
    V4,
}

impl Specification {
    /// Returns the name the master server understands.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::V1 => "V1",
            Self::V1_1 => "V1.1",
            Self::V2 => "V2",
            Self::V3 => "V3",
            Self::V4 => "V4",
        }
    }
}

fn id(text: &str) -> Result<String, String> {
    let is_id = text.len() == 8 && text.chars().all(|letter| letter.is_ascii_alphanumeric());
    if is_id {
        Ok(text.to_owned())
    } else {
        Err("an id has eight letters and digits; `pact mock list` shows them".to_owned())
    }
}
