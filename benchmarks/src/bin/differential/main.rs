//! Compares generated pairs of an expectation and an answer with pact-core and pact_matching, and
//! fails on any disagreement that nobody has explained.
//!
//! `cargo run --release --bin differential -- [PAIRS] [SEED]`

mod case;
mod explained;
mod random;
mod sides;

use std::collections::BTreeMap;
use std::process::ExitCode;

use self::case::Case;
use self::explained::explanation;
use self::random::Random;
use self::sides::Verdict;

/// Disagreements of one kind.
struct Class {
    count: usize,
    /// The shortest pair of them.
    smallest: String,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse().expect("a number"));
    let pairs: u64 = arguments.next().unwrap_or(60_000);
    let seed: u64 = arguments.next().unwrap_or(1);
    // What the peer panics on is counted, not printed.
    std::panic::set_hook(Box::new(|_| {}));
    let peer = sides::Peer::new();
    let mut agreed: BTreeMap<&'static str, [usize; 2]> = BTreeMap::new();
    let mut classes: BTreeMap<(&'static str, String), Class> = BTreeMap::new();
    for number in 0..pairs {
        let mut random = Random::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number);
        let case = Case::generate(&mut random);
        let ours = sides::ours(&case);
        let theirs = peer.verdict(&case);
        if ours == theirs {
            agreed.entry(case.kind.name()).or_default()[usize::from(ours == Verdict::Match)] += 1;
            continue;
        }
        let reason = explanation(&case, &ours, &theirs);
        let key = (reason.unwrap_or(UNEXPLAINED), format!("{} ours {ours:?}, theirs {theirs:?}", case.kind.name()));
        let shown = case.to_string();
        let class = classes.entry(key).or_insert_with(|| Class { count: 0, smallest: shown.clone() });
        class.count += 1;
        if shown.len() < class.smallest.len() {
            class.smallest = shown;
        }
    }
    report(pairs, seed, &agreed, &classes)
}

const UNEXPLAINED: &str = "UNEXPLAINED";

fn report(
    pairs: u64,
    seed: u64,
    agreed: &BTreeMap<&'static str, [usize; 2]>,
    classes: &BTreeMap<(&'static str, String), Class>,
) -> ExitCode {
    println!("{pairs} pairs, seed {seed}");
    for (kind, [mismatches, matches]) in agreed {
        println!("  {kind:<10} agreed: {matches} match, {mismatches} do not");
    }
    let mut unexplained = 0;
    for ((reason, verdicts), class) in classes {
        println!("\n{reason}: {verdicts}: {} pairs, the smallest:\n{}", class.count, class.smallest);
        unexplained += if *reason == UNEXPLAINED { class.count } else { 0 };
    }
    let explained: usize = classes.values().map(|class| class.count).sum::<usize>() - unexplained;
    println!("\n{explained} disagreements explained in docs/DIFFERENCES.md, {unexplained} unexplained");
    if unexplained == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
