//! The seeds of the fuzz targets, run through the same functions.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[expect(unreachable_pub, reason = "it is a crate of its own for the fuzzer")]
#[path = "../../fuzz/src/lib.rs"]
mod fuzz;

#[test]
fn every_seed_passes_its_door() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    let folders: BTreeSet<String> = fs::read_dir(&seeds)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let doors: BTreeSet<String> = fuzz::DOORS
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    assert_eq!(folders, doors, "a folder of seeds for each door");
    for (name, door) in fuzz::DOORS {
        let mut count = 0;
        for entry in fs::read_dir(seeds.join(name)).unwrap() {
            door(&fs::read(entry.unwrap().path()).unwrap());
            count += 1;
        }
        assert!(count > 1, "`{name}` has {count} seeds");
    }
}
