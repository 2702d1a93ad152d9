//! Every input in `tests/fuzz/corpus` again, on every test run: seeds, and what once broke a parser.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../../tests/fuzz/checks.rs"]
mod checks;

use std::{fs, path::Path, time::Instant};

#[test]
fn every_border_holds_against_its_corpus() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fuzz/corpus");
    for (name, check) in checks::ALL {
        let mut inputs = 0;
        for file in fs::read_dir(corpora.join(name)).unwrap() {
            let path = file.unwrap().path();
            let start = Instant::now();
            check(&fs::read(&path).unwrap());
            assert!(start.elapsed() < checks::PATIENCE, "{}", path.display());
            inputs += 1;
        }
        assert!(inputs > 0, "no corpus for {name}");
    }
}
