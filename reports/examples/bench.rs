//! Receipts of different synthetic people to PDF/A-2b, against typst setting the same page with the same
//! fonts: `bench COUNT ROUNDS PYTHON PEER.py FONTS`. Both run in processes that have loaded their fonts;
//! rounds are interleaved, medians are compared. Neither draws a QR code: typst has none of its own.
#![allow(clippy::unwrap_used, dead_code)]

#[path = "../tests/fixtures/mod.rs"]
mod fixtures;

use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
    time::Instant,
};

use office::{dossier::Dossier, person::PersonalNumber};
use reports::{FormTexts, PaperSize, receipt};

const FAMILIES: [&str; 8] = ["NGUYỄN", "TRẦN", "LÊ", "PHẠM", "HOÀNG", "GIÀNG", "LÝ", "VŨ"];
const MIDDLES: [&str; 5] = ["VĂN", "THỊ", "ĐỨC", "NGỌC", "QUỲNH"];
const GIVEN: [&str; 9] =
    ["MẪU", "THỬ", "VÍ DỤ", "GIẢ ĐỊNH", "ẢO", "TƯỞNG TƯỢNG", "HƯỚNG", "ĐẶNG", "KHUẾ"];

fn dossier(i: usize) -> Dossier {
    let mut dossier = fixtures::dossier();
    let number = format!("099099{:06}", 100_000 + i);
    let person = &mut dossier.applicant.person;
    person.name = [FAMILIES[i % 8], MIDDLES[i / 8 % 5], GIVEN[i / 40 % 9]].join(" ");
    person.number = PersonalNumber::parse(&number).ok();
    person.residence = format!("Thôn Kíp Tước {}, xã Hợp Thành, tỉnh Lào Cai", i + 1);
    if let Some(document) = &mut dossier.applicant.document {
        document.number = number;
    }
    dossier
}

/// Time and memory of a register of ten thousand lines, in this process before anything else.
fn year_of_a_ward() {
    let office = fixtures::office();
    let (volume, lines) = (fixtures::tables::volume(), fixtures::tables::lines(10_000));
    let tracking = fixtures::tables::book();
    let form = FormTexts::bundled().unwrap();
    let start = Instant::now();
    let book = reports::register_workbook(&office, &tracking, &volume, &lines, &form).unwrap();
    let workbook = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let pdf = reports::register(&office, &tracking, &volume, &lines, &form).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("?").trim();
    println!(
        "papers: register of 10000 lines: PDF {seconds:.1} s ({} pages, {} kB), XLSX {workbook:.1} s ({} kB), peak memory {peak}",
        pdf.pages,
        pdf.bytes.len() / 1000,
        book.len() / 1000,
    );
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [count, rounds, python, peer, fonts] = args.as_slice() else {
        eprintln!("usage: bench COUNT ROUNDS PYTHON PEER.py FONTS");
        std::process::exit(2);
    };
    let (count, rounds): (usize, usize) = (count.parse().unwrap(), rounds.parse().unwrap());
    let office = fixtures::office();
    let form = FormTexts::bundled().unwrap();
    let dossiers: Vec<Dossier> = (0..count).map(dossier).collect();
    let make = |dossier| receipt(&office, dossier, None, &form, PaperSize::A5).unwrap();

    year_of_a_ward();

    let folder = tempfile::tempdir().unwrap();
    let people = folder.path().join("people.json");
    let people_json: Vec<_> = dossiers
        .iter()
        .map(|d| {
            let person = &d.applicant.person;
            serde_json::json!({
                "name": person.name,
                "number": person.number.as_ref().unwrap().grouped(),
                "address": person.residence,
                "phone": d.contact.phone,
                "code": d.code_label(),
            })
        })
        .collect();
    std::fs::write(&people, serde_json::to_vec(&people_json).unwrap()).unwrap();
    let mut child = Command::new(python)
        .args([peer, fonts])
        .arg(&people)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut asks = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    let size = answers.next().unwrap().unwrap();

    let ours_size = make(&dossiers[0]).bytes.len();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let start = Instant::now();
        for dossier in &dossiers {
            std::hint::black_box(make(dossier));
        }
        ours.push(start.elapsed().as_secs_f64());
        writeln!(asks, "go").unwrap();
        theirs.push(answers.next().unwrap().unwrap().parse::<f64>().unwrap());
    }
    drop(asks);
    child.wait().unwrap();

    let each = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2] / count as f64 * 1000.0
    };
    let (ours, theirs) = (each(&mut ours), each(&mut theirs));
    println!(
        "papers: {count} receipts to PDF/A-2b, median of {rounds} rounds: {ours:.2} ms a receipt ({ours_size} bytes), typst {theirs:.2} ms ({size} bytes), ratio {:.2}",
        ours / theirs
    );
}
