//! Writes the tests' papers into a folder, for validators and for the eye:
//! `cargo run -p reports --example fixtures -- DIR`.
#![allow(clippy::unwrap_used)]

#[path = "../tests/fixtures/mod.rs"]
mod fixtures;

use reports::{FormTexts, Pdf, receipt, recovery_sheet};

fn main() {
    let folder = std::env::args().nth(1).map(std::path::PathBuf::from).unwrap();
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, pdf: Pdf| {
        let path = folder.join(format!("{name}.pdf"));
        std::fs::write(&path, pdf.bytes).unwrap();
        println!("{} {}", path.display(), pdf.pages);
    };
    let form = FormTexts::bundled().unwrap();
    for (name, office, dossier, size) in fixtures::all() {
        write(name, receipt(&office, &dossier, fixtures::qr(&dossier), &form, size).unwrap());
    }
    let form = FormTexts::bundled().unwrap();
    for (name, office, code) in fixtures::sheets() {
        write(name, recovery_sheet(&office, code, fixtures::MADE_AT, &form).unwrap());
    }
    let papers = fixtures::steps::papers().into_iter().chain(fixtures::tables::papers());
    for (name, pdf, _) in papers.chain(fixtures::acts::papers()) {
        write(name, pdf);
    }
}
