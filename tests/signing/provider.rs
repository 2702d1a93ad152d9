//! `signing-provider FOLDER`: [`journeys::provider`] for the scripts: prints its address and serves until standard
//! input ends.

use std::{io::Read, path::PathBuf};

use journeys::provider::Provider;

fn main() {
    let folder = std::env::args_os().nth(1).map(PathBuf::from).unwrap_or_default();
    let provider = Provider::start(&folder);
    println!("{}", provider.address);
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}
