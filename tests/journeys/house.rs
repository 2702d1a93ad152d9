//! The house's walls: dependencies point one way only, between crates and between the folders of one.
#![allow(missing_docs, clippy::unwrap_used)]

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use journeys::imports::circles_in;

/// Every arrow between our own crates that is allowed, as (from, to): from depends on to.
const ARROWS: &[(&str, &str)] = &[
    ("identity", "office"),
    ("identity", "pki"),
    ("ledger", "office"),
    ("reports", "office"),
    // What a signature of a PDF is made of.
    ("reports", "pki"),
    ("sync", "office"),
    ("token", "office"),
    ("token", "pki"),
    // One reading of text and dates for fields and records.
    ("widgets", "office"),
    ("motcua", "office"),
    ("motcua", "identity"),
    ("motcua", "ledger"),
    ("motcua", "pki"),
    ("motcua", "reports"),
    ("motcua", "sync"),
    ("motcua", "token"),
    ("motcua", "widgets"),
    ("gateway", "office"),
    ("gateway", "sync"),
];

/// Crates of the tests; they may look at anything, nothing may depend on them but tests.
const TESTS: &[&str] = &["benches", "journeys", "pictures", "virtual-card"];

/// What only one crate may touch: (library, its only users).
const ROOMS: &[(&str, &[&str])] = &[
    ("rusqlite", &["ledger"]),
    ("pcsc", &["identity"]),
    ("cryptoki", &["token"]),
    ("cryptoki-sys", &["token"]),
    ("nokhwa", &["identity"]),
    ("serialport", &["identity"]),
    ("der", &["pki"]),
    ("x509-cert", &["pki"]),
    ("printpdf", &["reports"]),
    ("lopdf", &["reports"]),
    ("ureq", &["motcua"]),
    ("iced", &["widgets", "motcua"]),
];

/// Where the shell looks which screen is open although the file is not that screen's flow: (file, screen). A new
/// screen is left out there without a word; what it should say of itself belongs into `screen::Shown`: the
/// shorter the list the better.
const LOOKED_AT_ELSEWHERE: &[(&str, &str)] = &[
    ("card_flow", "LineForm"),
    ("card_flow", "Person"),
    ("card_flow", "Reception"),
    ("chip_flow", "Home"),
    ("device_flow", "Dossiers"),
    ("device_flow", "Home"),
    ("device_flow", "Reception"),
    ("draft_flow", "LineForm"),
    ("draft_flow", "Reception"),
    ("line_flow", "Person"),
    ("money_flow", "Cash"),
    ("money_flow", "Written"),
    ("reception_flow", "Person"),
    ("same_flow", "Person"),
    ("shell", "Home"),
    ("store_flow", "Person"),
];

fn packages() -> Vec<serde_json::Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// (package, dependency, is it a dev-dependency)
fn arrows() -> Vec<(String, String, bool)> {
    let mut out = Vec::new();
    for package in packages() {
        for dependency in package["dependencies"].as_array().unwrap() {
            out.push((
                package["name"].as_str().unwrap().to_owned(),
                dependency["name"].as_str().unwrap().to_owned(),
                dependency["kind"].as_str() == Some("dev"),
            ));
        }
    }
    out
}

#[test]
fn dependencies_point_one_way() {
    let ours: BTreeSet<String> =
        packages().iter().map(|p| p["name"].as_str().unwrap().to_owned()).collect();
    assert!(ours.contains("office") && ours.contains("motcua"));
    for (from, to, dev) in arrows() {
        if !ours.contains(&to) || TESTS.contains(&from.as_str()) {
            continue;
        }
        let allowed =
            ARROWS.contains(&(from.as_str(), to.as_str())) || (dev && TESTS.contains(&to.as_str()));
        assert!(allowed, "{from} may not depend on {to}");
    }
}

#[test]
fn each_craft_has_one_room() {
    for (from, to, dev) in arrows() {
        for (library, users) in ROOMS {
            if to == *library && !dev && !TESTS.contains(&from.as_str()) {
                assert!(users.contains(&from.as_str()), "{from} may not use {library}");
            }
        }
    }
}

/// Folders of one crate import each other one way only; see [`journeys::imports`].
#[test]
fn imports_go_in_no_circles() {
    let mut found = BTreeSet::new();
    for package in packages() {
        let name = package["name"].as_str().unwrap();
        let sources = Path::new(package["manifest_path"].as_str().unwrap()).with_file_name("src");
        let circles = circles_in(&sources).into_iter();
        found.extend(circles.map(|(module, members)| (name.to_owned(), module, members)));
    }
    assert!(found.is_empty(), "imports go in a circle: {found:#?}");
}

/// The registry of screens names each with its flow, `Name module`; the flow alone looks into its screen.
#[test]
fn a_screen_is_looked_at_by_its_own_flow() {
    let window = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/src/window");
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    let registry = read(&window.join("shell/screens.rs"));
    let table = registry.rsplit_once("\nscreens! {").unwrap().1;
    let row = |line: &str| {
        let mut words = line.trim().trim_end_matches(';').split(' ');
        let (name, module) = (words.next()?, words.next()?);
        let is_row = line.trim().ends_with(';');
        is_row.then(|| (name.to_owned(), module.to_owned()))
    };
    let screens: Vec<(String, String)> = table.lines().filter_map(row).collect();
    assert!(screens.len() > 20, "{screens:?}");
    let flows = fs::read_dir(window.join("shell")).unwrap().map(|file| file.unwrap().path());
    let flows = flows.filter(|path| path.is_file()).chain([window.join("shell.rs")]);
    let mut found = BTreeSet::new();
    for path in flows {
        let file = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = read(&path);
        let code = text.split("\nmod tests {").next().unwrap();
        for (name, module) in &screens {
            let looks = code.contains(&format!("Screen::{name}("));
            if looks && file != "tests" && !code.contains(&format!("fn {module}(")) {
                found.insert((file.clone(), name.clone()));
            }
        }
    }
    let listed: BTreeSet<(String, String)> = LOOKED_AT_ELSEWHERE
        .iter()
        .map(|(file, name)| (file.to_string(), name.to_string()))
        .collect();
    let (new, gone): (Vec<_>, Vec<_>) =
        (found.difference(&listed).collect(), listed.difference(&found).collect());
    assert!(new.is_empty(), "not the screen's flow: {new:?}");
    assert!(gone.is_empty(), "not looked at any more: strike it off the list: {gone:?}");
}

/// `office` decides from values alone: its sources name no clock, file or network.
#[test]
fn office_is_pure() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/office/src");
    let mut seen = 0;
    let mut folders = vec![sources];
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            // Unit tests at a file's end may read the data files they check.
            let code = text.split("#[cfg(test)]").next().unwrap();
            for word in [
                "std::fs",
                "std::net",
                "std::env",
                "std::process",
                "SystemTime",
                "Instant",
                "::now(",
            ] {
                assert!(!code.contains(word), "{} uses {word}", path.display());
            }
            seen += 1;
        }
    }
    assert!(seen > 5);
}

/// A source that no module names is not compiled: what stands in it is read by people only, and wrongly.
#[test]
fn every_source_is_named_by_its_parent() {
    let mut seen = 0;
    for package in packages() {
        let sources = Path::new(package["manifest_path"].as_str().unwrap()).with_file_name("src");
        let targets = package["targets"].as_array().unwrap();
        let mut folders = vec![sources];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|kind| kind == "rs") {
                    let is_root =
                        targets.iter().any(|target| target["src_path"] == *path.to_str().unwrap());
                    assert!(is_root || is_named(&path), "{} is in no module", path.display());
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 200, "{seen}");
}

fn is_named(path: &Path) -> bool {
    let stem = path.file_stem().unwrap().to_string_lossy();
    let folder = path.parent().unwrap();
    let (name, folder) = match &*stem {
        "mod" => (folder.file_name().unwrap().to_string_lossy(), folder.parent().unwrap()),
        _ => (stem, folder),
    };
    let inside = ["mod.rs", "lib.rs", "main.rs"].map(|file| folder.join(file));
    let parents = inside.into_iter().chain([folder.with_extension("rs")]);
    let texts = parents.filter_map(|parent| fs::read_to_string(parent).ok());
    texts.into_iter().any(|text| {
        let line = format!("mod {name};");
        text.contains(&line) || text.contains(&format!("/{name}.rs\""))
    })
}
