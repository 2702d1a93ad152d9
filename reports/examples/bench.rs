//! Receipts and wordings of different synthetic people and a book of 500 lines to PDF/A-2b, against typst setting the
//! same words with the same fonts: `bench COUNT ROUNDS PYTHON PEER.py FONTS`, with the templates beside the peer.
//! Both run in processes that have loaded their fonts; rounds are interleaved, who begins alternates, medians are
//! compared. Neither draws a QR code: typst has none of its own.
#![allow(clippy::unwrap_used, dead_code)]

#[path = "../tests/fixtures/mod.rs"]
mod fixtures;

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use office::{
    act::{Act, Name},
    dossier::Dossier,
    person::PersonalNumber,
    register::Line,
};
use reports::{FormTexts, PaperSize, Pdf, form::certification::Numbered, receipt};
use serde_json::{Value, json};

/// Lines of the book that both set.
const LINES: usize = 500;
/// Different books: typst remembers what it set before.
const BOOKS: usize = 4;

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

/// Somebody else's setter, and how often both are asked.
struct Peer<'a> {
    python: &'a str,
    script: &'a Path,
    fonts: &'a str,
    rounds: usize,
}

impl Peer<'_> {
    /// Sets documents on both sides: `ours` makes one, `blanks` has theirs.
    fn race(&self, what: &str, template: &str, blanks: &[Value], ours: impl Fn(usize) -> Pdf) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("blanks.json");
        std::fs::write(&file, serde_json::to_vec(blanks).unwrap()).unwrap();
        let mut command = Command::new(self.python);
        command.arg(self.script).arg(self.fonts).arg(self.script.with_file_name(template));
        command.arg(&file).stdin(Stdio::piped()).stdout(Stdio::piped());
        if let Some(keep) = std::env::var_os("MOTCUA_BENCH_KEEP") {
            let keep = Path::new(&keep);
            std::fs::write(keep.join(template).with_extension("ours.pdf"), ours(0).bytes).unwrap();
            command.arg(keep.join(template).with_extension("pdf"));
        }
        let mut child = command.spawn().unwrap();
        let mut asks = child.stdin.take().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
        let size = answers.next().unwrap().unwrap();
        let Pdf { bytes, pages } = ours(0);
        let we = || {
            let start = Instant::now();
            for place in 0..blanks.len() {
                std::hint::black_box(ours(place));
            }
            start.elapsed().as_secs_f64()
        };
        let mut they = || {
            writeln!(asks, "go").unwrap();
            answers.next().unwrap().unwrap().parse::<f64>().unwrap()
        };
        let (mut one, mut other) = (Vec::new(), Vec::new());
        for round in 0..self.rounds {
            if round % 2 == 0 {
                one.push(we());
                other.push(they());
            } else {
                other.push(they());
                one.push(we());
            }
        }
        drop(asks);
        child.wait().unwrap();
        let each = |mut times: Vec<f64>| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2] / blanks.len() as f64 * 1000.0
        };
        let (one, other) = (each(one), each(other));
        println!(
            "papers: {} × {what} to PDF/A-2b, median of {} rounds: {one:.2} ms each ({pages} pages, {} bytes), typst {other:.2} ms ({size} bytes), ratio {:.2}",
            blanks.len(),
            self.rounds,
            bytes.len(),
            one / other
        );
    }
}

/// The wording of a signature at the counter.
fn wordings(peer: &Peer<'_>, count: usize) {
    let (all, form) = (fixtures::acts::wordings(), FormTexts::bundled().unwrap());
    let wording = all.find(&Name::parse("signature_counter").unwrap()).unwrap();
    let numbered = Numbered { number: "8160".into(), volume: "03/2026".into() };
    let acts: Vec<Act> = (0..count)
        .map(|i| fixtures::acts::act(wording, vec![dossier(i).applicant], true))
        .collect();
    let blank = |act: &Act| {
        let who = act.requesters().next().unwrap();
        json!({"name": who.person.name, "number": who.document.as_ref().unwrap().number})
    };
    let blanks: Vec<Value> = acts.iter().map(blank).collect();
    let office = fixtures::office();
    peer.race("a wording", "wording.typ", &blanks, |i| {
        reports::certification(&office, &acts[i], wording, &numbered, &form).unwrap()
    });
}

/// A book with its cover.
fn book(peer: &Peer<'_>) {
    let (office, book) = (fixtures::office(), fixtures::tables::book());
    let (volume, lines) = (fixtures::tables::volume(), fixtures::tables::lines(BOOKS * LINES));
    let form = FormTexts::bundled().unwrap();
    let books: Vec<&[Line]> = lines.chunks(LINES).collect();
    let blank = |lines: &&[Line]| {
        let words: Vec<Vec<String>> =
            lines.iter().map(|line| line.iter().map(ToString::to_string).collect()).collect();
        let total = book.totals(lines);
        json!({"lines": serde_json::to_string(&words).unwrap(), "total": total})
    };
    let blanks: Vec<Value> = books.iter().map(blank).collect();
    peer.race(&format!("a book of {LINES} lines"), "register.typ", &blanks, |i| {
        reports::register(&office, &book, &volume, books[i], &form).unwrap()
    });
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [count, rounds, python, script, fonts] = args.as_slice() else {
        eprintln!("usage: bench COUNT ROUNDS PYTHON PEER.py FONTS");
        std::process::exit(2);
    };
    let (count, rounds): (usize, usize) = (count.parse().unwrap(), rounds.parse().unwrap());
    let peer = Peer { python, script: Path::new(script), fonts, rounds };
    let office = fixtures::office();
    let form = FormTexts::bundled().unwrap();
    let dossiers: Vec<Dossier> = (0..count).map(dossier).collect();

    year_of_a_ward();

    let blank = |d: &Dossier| {
        let person = &d.applicant.person;
        json!({
            "name": person.name,
            "number": person.number.as_ref().unwrap().grouped(),
            "address": person.residence,
            "phone": d.contact.phone,
            "code": d.code_label(),
        })
    };
    let blanks: Vec<Value> = dossiers.iter().map(blank).collect();
    peer.race("a receipt", "receipt.typ", &blanks, |i| {
        receipt(&office, &dossiers[i], None, &form, PaperSize::A5).unwrap()
    });
    wordings(&peer, count);
    book(&peer);
}
