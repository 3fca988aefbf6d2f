#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pact_core_fuzz::header(bytes));
