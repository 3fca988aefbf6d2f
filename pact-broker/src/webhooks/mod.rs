//! The requests that webhooks make: whom they may call, and one call.

mod call;
mod guard;

pub(crate) use self::{
    call::{Attempt, HIDDEN, Telling, call},
    guard::Guard,
};
