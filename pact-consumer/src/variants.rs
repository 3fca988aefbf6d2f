//! The runs of one test: first with everything in place, then once with each alternative.
//!
//! Where interactions have optional, nullable or one-of values, every run is judged like a test of
//! its own. The contract is written once, with the interactions of all runs, when all have passed.
//! Alternatives are taken one at a time, not in all combinations: what one of them hides is run
//! from there.

use std::any::Any;
use std::collections::{HashSet, VecDeque};
use std::panic::resume_unwind;

use crate::builder::PactBuilder;
use crate::error::ConsumerError;
use crate::harness::{TestOptions, TestOutcome};
use crate::message::text_of;
use crate::pattern::Picks;
use crate::report;

/// How often a test is run at most; more variants than this are a mistake in the test.
const MOST_RUNS: usize = 100;

/// The runs of one test.
pub(crate) struct Runs<R> {
    options: TestOptions,
    /// Whether the test can be run more than once.
    again: bool,
    pending: VecDeque<Picks>,
    /// The choices whose alternatives are pending or done.
    known: HashSet<String>,
    runs: usize,
    current: Picks,
    /// The first run and what it returned.
    passed: Option<(PactBuilder, R)>,
}

impl<R: TestOutcome> Runs<R> {
    pub(crate) fn new(options: TestOptions, again: bool) -> Self {
        Self {
            options,
            again,
            pending: VecDeque::from([Picks::default()]),
            known: HashSet::new(),
            runs: 0,
            current: Picks::default(),
            passed: None,
        }
    }

    /// Returns the builder of the next run; none when all are done.
    #[track_caller]
    pub(crate) fn next(&mut self) -> Option<PactBuilder> {
        self.current = self.pending.pop_front()?;
        self.runs += 1;
        assert!(
            self.runs <= MOST_RUNS,
            "the contract has more than {MOST_RUNS} variants: leave fewer values optional, \
             nullable or one of several"
        );
        let mut builder = self.options.begin();
        builder.take(self.current.clone());
        Some(builder)
    }

    /// Judges a run; returns what the test returned when that is a failure.
    #[track_caller]
    pub(crate) fn judge(
        &mut self,
        builder: PactBuilder,
        outcome: Result<R, Box<dyn Any + Send>>,
    ) -> Option<R> {
        let variant = self.current.words();
        let test_failure = match &outcome {
            Ok(outcome) => outcome.failure(),
            Err(panic) => Some(text_of(panic.as_ref())),
        };
        if let Some(mut failure) = builder.failure() {
            failure.panic = test_failure;
            failure.variant = variant;
            self.options.name_in(&mut failure);
            panic!("{}", failure.report());
        }
        if let (Some(text), Some(variant)) = (&test_failure, &variant) {
            let again = self.options.run_by();
            let again =
                again.map_or_else(String::new, |test| format!("\n{}", report::again(&test)));
            panic!("in the variant `{variant}` the test failed: {text}{again}");
        }
        match outcome {
            Err(panic) => resume_unwind(panic),
            Ok(outcome) if test_failure.is_some() => return Some(outcome),
            Ok(outcome) => self.pass(builder, outcome),
        }
        None
    }

    #[track_caller]
    fn pass(&mut self, builder: PactBuilder, outcome: R) {
        let mut met = HashSet::new();
        for choice in builder.choices() {
            met.insert(choice.id.as_str());
            if !self.known.insert(choice.id.clone()) {
                continue;
            }
            for (at, words) in choice.words.iter().enumerate().skip(1) {
                assert!(
                    self.again,
                    "the contract has the variant `{words}`, but a test with parameters beside \
                     the builder is run once: make what it needs inside the test"
                );
                let picks = self.current.with(&choice.id, at, words.clone());
                self.pending.push_back(picks);
            }
        }
        if let Some(variant) = self.current.words()
            && self.current.choices().any(|choice| !met.contains(choice))
        {
            panic!(
                "in the variant `{variant}` the test did not describe the place it is about: \
                 describe the same interactions in every run"
            );
        }
        match &mut self.passed {
            None => self.passed = Some((builder, outcome)),
            Some((first, _)) => first.absorb(&builder),
        }
    }

    /// Writes the contract and returns what the first run returned.
    #[track_caller]
    pub(crate) fn conclude(self) -> R {
        let Some((builder, outcome)) = self.passed else {
            unreachable!("the first run is always pending, and only a passed one comes here");
        };
        match builder.finish() {
            Ok(_) => outcome,
            Err(ConsumerError::Verification(failure)) => panic!("{}", failure.report()),
            Err(error) => panic!("{}", error.story()),
        }
    }
}
