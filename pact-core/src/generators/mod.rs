//! Generators as data: which values are made afresh, and how.

mod generator;

pub use generator::{Generator, Generators, UuidFormat};
