//! The options of `pact verifier`.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args, value_parser};

use crate::cli::LogLevel;

/// Verify that a running provider keeps its contracts
#[derive(Args, Clone)]
#[command(disable_help_flag = true, version, disable_version_flag = true)]
pub(crate) struct VerifierCommand {
    /// Print help
    #[arg(long, action = ArgAction::Help)]
    help: Option<bool>,
    /// Print version
    #[arg(short = 'v', long, action = ArgAction::Version)]
    version: Option<bool>,
    #[command(flatten)]
    pub(super) loading: Loading,
    #[command(flatten)]
    pub(super) provider: Provider,
    #[command(flatten)]
    pub(super) states: States,
    #[command(flatten)]
    pub(super) filters: Filters,
    #[command(flatten)]
    pub(super) publishing: Publishing,
    #[command(flatten)]
    pub(super) choice: BrokerChoice,
    #[command(flatten)]
    pub(super) running: Running,
    #[command(flatten)]
    pub(super) reports: Reports,
    #[command(flatten)]
    pub(crate) logging: Logging,
    #[command(flatten)]
    pub(super) without_effect: WithoutEffect,
}

/// Where pacts come from.
#[derive(Args, Clone)]
#[command(next_help_heading = "Loading pacts")]
pub(crate) struct Loading {
    /// Pact file; may be repeated
    #[arg(short, long = "file", value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Folder of pact files; may be repeated
    #[arg(short, long = "dir", value_name = "FOLDER")]
    pub(super) dirs: Vec<PathBuf>,
    /// Address of a pact; may be repeated
    #[arg(short, long = "url", value_name = "URL")]
    pub(super) urls: Vec<String>,
    /// Base URL of the broker to fetch pacts from
    #[arg(short, long, value_name = "URL", env = "PACT_BROKER_BASE_URL")]
    pub(super) broker_url: Option<String>,
    /// Address of the one pact to verify, as a webhook of the broker passed it on
    #[arg(long, value_name = "URL", env = "PACT_WEBHOOK_CALLBACK_URL")]
    pub(super) webhook_callback_url: Option<String>,
    /// Pass when there is no pact to verify
    #[arg(long)]
    pub(super) ignore_no_pacts_error: bool,
    /// User name for broker and URLs
    #[arg(
        long,
        value_name = "NAME",
        env = "PACT_BROKER_USERNAME",
        hide_env_values = true
    )]
    pub(super) user: Option<String>,
    /// Password for broker and URLs
    #[arg(
        long,
        value_name = "PASSWORD",
        env = "PACT_BROKER_PASSWORD",
        hide_env_values = true
    )]
    pub(super) password: Option<String>,
    /// Bearer token for broker and URLs
    #[arg(
        short,
        long,
        value_name = "TOKEN",
        env = "PACT_BROKER_TOKEN",
        hide_env_values = true
    )]
    pub(super) token: Option<String>,
}

/// What is verified.
#[derive(Args, Clone)]
#[command(next_help_heading = "Provider")]
pub(crate) struct Provider {
    /// Its host [default: localhost]
    #[arg(short = 'h', long, value_name = "HOST", env = "PACT_PROVIDER_HOSTNAME")]
    pub(super) hostname: Option<String>,
    /// Its port [default: that of the protocol]
    #[arg(short, long, value_name = "PORT", env = "PACT_PROVIDER_PORT")]
    pub(super) port: Option<u16>,
    /// Its protocol, `http` or `https`
    #[arg(
        long,
        alias = "scheme",
        value_name = "PROTOCOL",
        env = "PACT_PROVIDER_TRANSPORT",
        default_value = "http"
    )]
    pub(super) transport: String,
    /// Other ways to it, as `PROTOCOL:PORT[/PATH]`; may be repeated
    #[arg(long, value_name = "TRANSPORT", num_args = 1..)]
    pub(super) transports: Vec<String>,
    /// Its name in the pacts
    #[arg(short = 'n', long, value_name = "NAME", env = "PACT_PROVIDER_NAME")]
    pub(super) provider_name: Option<String>,
    /// Path before all paths of the pacts
    #[arg(long, value_name = "PATH", env = "PACT_PROVIDER_BASE_PATH")]
    pub(super) base_path: Option<String>,
    /// Deadline of one request, in milliseconds [default: 5000]
    #[arg(
        long,
        value_name = "MILLISECONDS",
        env = "PACT_PROVIDER_REQUEST_TIMEOUT",
        value_parser = value_parser!(u64).range(1..)
    )]
    pub(super) request_timeout: Option<u64>,
    /// Largest answer that is read, in bytes [default: 67108864]
    #[arg(long, value_name = "BYTES")]
    pub(super) max_answer: Option<usize>,
    /// Header for every request, as `KEY=VALUE`; may be repeated
    #[arg(short = 'H', long = "header", value_name = "HEADER")]
    pub(super) headers: Vec<String>,
    /// Accept any certificate
    #[arg(long)]
    pub(super) disable_ssl_verification: bool,
    /// PEM file of certificates to trust besides the system's
    #[arg(long, value_name = "FILE")]
    pub(super) ca_certificate: Option<PathBuf>,
    /// PEM file of the certificate to show to the provider
    #[arg(long, value_name = "FILE", requires = "client_key")]
    pub(super) client_certificate: Option<PathBuf>,
    /// PEM file of the key of that certificate
    #[arg(long, value_name = "FILE", requires = "client_certificate")]
    pub(super) client_key: Option<PathBuf>,
    /// Follow redirects instead of comparing them with the contract
    #[arg(long)]
    pub(super) follow_redirects: bool,
}

/// How it is brought into the states the pacts name.
#[derive(Args, Clone)]
#[command(next_help_heading = "Provider states")]
pub(crate) struct States {
    /// Address that is told each state
    #[arg(
        short,
        long,
        value_name = "URL",
        env = "PACT_PROVIDER_STATE_CHANGE_URL"
    )]
    pub(super) state_change_url: Option<String>,
    /// Send states in the query instead of the body
    #[arg(long, env = "PACT_PROVIDER_STATE_CHANGE_AS_QUERY", value_parser = FalseyValueParser::new())]
    pub(super) state_change_as_query: bool,
    /// Also tell when a state is no longer needed
    #[arg(long, env = "PACT_PROVIDER_STATE_CHANGE_TEARDOWN", value_parser = FalseyValueParser::new())]
    pub(super) state_change_teardown: bool,
}

/// Which interactions.
#[derive(Args, Clone)]
#[command(next_help_heading = "Filtering interactions")]
pub(crate) struct Filters {
    /// Only those whose description matches
    #[arg(long, value_name = "REGEX", env = "PACT_DESCRIPTION")]
    pub(super) filter_description: Option<String>,
    /// Only those with a provider state that matches
    #[arg(
        long,
        value_name = "REGEX",
        env = "PACT_PROVIDER_STATE",
        conflicts_with = "filter_no_state"
    )]
    pub(super) filter_state: Option<String>,
    /// Only those without provider states
    #[arg(long, env = "PACT_PROVIDER_NO_STATE", value_parser = FalseyValueParser::new())]
    pub(super) filter_no_state: bool,
    /// Only those of this consumer; may be repeated
    #[arg(short = 'c', long = "filter-consumer", value_name = "CONSUMER")]
    pub(super) filter_consumers: Vec<String>,
    /// Only this one, by its id, key, whole description, or the name a failure is reported with; may
    /// be repeated
    #[arg(
        long = "filter-interaction",
        value_name = "NAME",
        env = "PACT_INTERACTION"
    )]
    pub(super) filter_interactions: Vec<String>,
}

/// How the run goes.
#[derive(Args, Clone)]
#[command(next_help_heading = "Running")]
pub(crate) struct Running {
    /// Verify only what failed according to the last results in the file of --json
    #[arg(long, requires = "json", conflicts_with_all = ["publish", "filter_description", "filter_state", "filter_no_state", "filter_consumers", "filter_interactions"])]
    pub(super) last_failed: bool,
    /// Verify this many interactions at a time, of one pact or of several; their provider states must not disturb each other
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = value_parser!(u16).range(1..))]
    pub(super) jobs: u16,
    /// Run an interaction once that several pacts have in common, where it holds
    #[arg(long)]
    pub(super) run_identical_once: bool,
    /// Verify again whenever a file of --file or --dir changes, until Ctrl-C
    #[arg(long, conflicts_with_all = ["publish", "last_failed"])]
    pub(super) watch: bool,
    /// Stop at the first failure
    #[arg(long, conflicts_with = "publish")]
    pub(super) exit_on_first_error: bool,
}

/// What the broker is told.
#[derive(Args, Clone)]
#[command(next_help_heading = "Publishing")]
pub(crate) struct Publishing {
    /// Publish the results to the broker
    #[arg(long, requires = "provider_version")]
    pub(super) publish: bool,
    /// Version of the provider that is verified
    #[arg(long, value_name = "VERSION")]
    pub(super) provider_version: Option<String>,
    /// Where the build can be looked at
    #[arg(long, value_name = "URL")]
    pub(super) build_url: Option<String>,
    /// Tags of the provider's version, with commas
    #[arg(long, value_name = "TAGS", value_delimiter = ',')]
    pub(super) provider_tags: Vec<String>,
    /// Branch the provider's version was built from
    #[arg(long, value_name = "BRANCH")]
    pub(super) provider_branch: Option<String>,
}

/// Which pacts of the broker.
#[derive(Args, Clone)]
#[command(next_help_heading = "Pact broker")]
pub(crate) struct BrokerChoice {
    /// The latest pacts with these tags of the consumers, with commas
    #[arg(
        long,
        value_name = "TAGS",
        value_delimiter = ',',
        conflicts_with = "consumer_version_selectors"
    )]
    pub(super) consumer_version_tags: Vec<String>,
    /// A consumer version selector as JSON; may be repeated
    #[arg(long, value_name = "SELECTOR")]
    pub(super) consumer_version_selectors: Vec<String>,
    /// Let pacts fail that this provider never kept, without failing the build
    #[arg(long)]
    pub(super) enable_pending: bool,
    /// Also verify work in progress since this date, without failing the build
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) include_wip_pacts_since: Option<String>,
    /// How often a request is tried in all while the broker is overloaded or restarting
    #[arg(
        long,
        value_name = "TIMES",
        env = "PACT_BROKER_HTTP_RETRIES",
        default_value_t = 8
    )]
    pub(super) retries: u8,
    /// Deadline of one request to the broker or the address of a pact, in milliseconds [default: 30000]
    #[arg(long, value_name = "MILLISECONDS", value_parser = value_parser!(u64).range(1..))]
    pub(super) broker_timeout: Option<u64>,
}

/// What the ecosystem's verifier takes and this one has no use for. It is taken so that a script
/// need not be changed, and the user is told.
#[derive(Args, Clone)]
#[command(next_help_heading = "Taken without effect")]
pub(crate) struct WithoutEffect {
    /// There is no XML to transform: --html writes a page that is complete
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(super) xslt: Option<PathBuf>,
    /// Nothing is sent to anybody
    #[arg(long, hide_short_help = true)]
    pub(super) enable_otel: bool,
    /// Nothing is sent to anybody
    #[arg(long, hide_short_help = true)]
    pub(super) enable_otel_logs: bool,
    /// Nothing is sent to anybody
    #[arg(long, hide_short_help = true)]
    pub(super) enable_otel_traces: bool,
    /// Nothing is sent to anybody
    #[arg(long, value_name = "EXPORTERS", hide_short_help = true)]
    pub(super) otel_exporter: Option<String>,
    /// Nothing is sent to anybody
    #[arg(long, value_name = "URL", hide_short_help = true)]
    pub(super) otel_exporter_endpoint: Option<String>,
    /// Nothing is sent to anybody
    #[arg(long, value_name = "PROTOCOL", hide_short_help = true)]
    pub(super) otel_exporter_protocol: Option<String>,
}

impl WithoutEffect {
    /// Returns the options that were given, each with the reason why it has no effect.
    pub(super) fn given(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        const TELEMETRY: &str = "this program sends no telemetry";
        [
            (
                self.xslt.is_some(),
                "--xslt",
                "the page of --html needs no transformation",
            ),
            (self.enable_otel, "--enable-otel", TELEMETRY),
            (self.enable_otel_logs, "--enable-otel-logs", TELEMETRY),
            (self.enable_otel_traces, "--enable-otel-traces", TELEMETRY),
            (self.otel_exporter.is_some(), "--otel-exporter", TELEMETRY),
            (
                self.otel_exporter_endpoint.is_some(),
                "--otel-exporter-endpoint",
                TELEMETRY,
            ),
            (
                self.otel_exporter_protocol.is_some(),
                "--otel-exporter-protocol",
                TELEMETRY,
            ),
        ]
        .into_iter()
        .filter_map(|(given, option, reason)| given.then_some((option, reason)))
    }
}

/// What is logged besides the results, and how it looks.
#[derive(Args, Clone, Copy)]
#[command(next_help_heading = "Logging")]
pub(crate) struct Logging {
    /// Log to standard error from this level on
    #[arg(short, long = "loglevel", value_name = "LEVEL")]
    pub(crate) level: Option<LogLevel>,
    /// Log in several lines an event
    #[arg(long, conflicts_with_all = ["compact_log", "full_log"])]
    pub(crate) pretty_log: bool,
    /// Log in one line an event
    #[arg(long, conflicts_with = "compact_log")]
    pub(crate) full_log: bool,
    /// Log in short lines
    #[arg(long)]
    pub(crate) compact_log: bool,
}

/// How the results are shown.
#[derive(Args, Clone)]
#[command(next_help_heading = "Output")]
pub(crate) struct Reports {
    /// Write the results as JSON to this file
    #[arg(
        short,
        long = "json",
        value_name = "FILE",
        env = "PACT_VERIFIER_JSON_REPORT"
    )]
    pub(super) json: Option<PathBuf>,
    /// Write the results as JUnit XML to this file
    #[arg(
        short = 'x',
        long = "junit",
        value_name = "FILE",
        env = "PACT_VERIFIER_JUNIT_REPORT"
    )]
    pub(super) junit: Option<PathBuf>,
    /// Write the results as a web page to this file
    #[arg(long = "html", value_name = "FILE", env = "PACT_VERIFIER_HTML_REPORT")]
    pub(super) html: Option<PathBuf>,
    /// Write what failed as SARIF, for code scanners, to this file
    #[arg(long = "sarif", value_name = "FILE")]
    pub(super) sarif: Option<PathBuf>,
    /// Without colours
    #[arg(long, alias = "no-color")]
    pub(super) no_colour: bool,
}
