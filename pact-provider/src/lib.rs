//! Part of the contract-testing suite.
