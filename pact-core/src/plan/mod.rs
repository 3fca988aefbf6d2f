//! Interactions compiled for comparison.
