//! Runs the real program against real brokers and reads what it prints.

mod broker;
mod faults;
mod publish;
mod support;
