//! Runs what others wrote about Pact against this project's public API.

mod broker_exchanges;
mod consumer_features;
mod contract;
mod feature;
mod fixture;
mod generator_features;
mod matching_features;
mod provider_features;
mod published_pacts;
mod real_pacts;
mod real_plans;
mod specification;
mod support;
