//! The program, a broker for it to ask, and servers that always give one answer.

mod broker;
mod one_answer;
mod program;
mod recorder;
mod routes;
mod started;

pub(crate) use broker::TestBroker;
pub(crate) use one_answer::OneAnswer;
pub(crate) use program::{Outcome, Pact};
pub(crate) use recorder::Recorder;
pub(crate) use routes::{Reply, Routes};
pub(crate) use started::Started;

/// Returns a small pact file between the two.
pub(crate) fn pact_file(consumer: &str, provider: &str) -> String {
    pact_with_status(consumer, provider, 200)
}

/// Returns a small pact file between the two that expects the status.
pub(crate) fn pact_with_status(consumer: &str, provider: &str, status: u16) -> String {
    format!(
        r#"{{
  "consumer": {{"name": "{consumer}"}},
  "provider": {{"name": "{provider}"}},
  "interactions": [
    {{
      "description": "a request for order 42",
      "request": {{"method": "GET", "path": "/orders/42"}},
      "response": {{"status": {status}}}
    }}
  ],
  "metadata": {{"pactSpecification": {{"version": "2.0.0"}}}}
}}
"#
    )
}
