//! Lists the data files of the folders in which every file is one of a kind, so that a new one needs no line of
//! code and none lies there unread.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

/// Folders of `assets` and the names of their constants.
const FOLDERS: [(&str, &str); 5] = [
    ("acts", "ACTS"),
    ("books", "BOOKS"),
    ("eforms", "EFORMS"),
    ("lists", "LISTS"),
    ("wordings", "WORDINGS"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let assets = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../assets");
    println!("cargo::rerun-if-changed={}", assets.display());
    let mut code = String::new();
    for (folder, name) in FOLDERS {
        let mut files = Vec::new();
        for file in fs::read_dir(assets.join(folder))? {
            let path = file?.path();
            if path.extension().is_some_and(|end| end == "json") {
                files.push(path);
            }
        }
        files.sort();
        writeln!(code, "/// Files of `assets/{folder}`, by name.")?;
        writeln!(code, "pub const {name}: &[&[u8]] = &[")?;
        for file in files {
            writeln!(code, "    include_bytes!({file:?}),")?;
        }
        writeln!(code, "];")?;
    }
    Ok(fs::write(Path::new(&env::var("OUT_DIR")?).join("folders.rs"), code)?)
}
