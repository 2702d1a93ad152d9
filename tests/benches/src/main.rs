//! Signing and verifying PDFs, against pyHanko on the same token and the same files:
//! `bench-signing sign|verify FOLDER MODULE PYTHON PEER.py`. FOLDER holds `root.pem`, `issuing.pem` and `issuing.der`;
//! SoftHSM's token is called `bench`, its PIN is 1234.
//!
//! What is timed is work in one process that has everything loaded and has logged in: from a file's bytes in memory
//! to the signed file's bytes, or to the verdict. Our signatures are made as the program makes them, by
//! `motcua-token`, so that the pipe to it is in the figures. Each round runs ours and theirs, who begins
//! alternates, and medians are compared: absolute times are the machine's.
//!
//! The floor of a signature is what nobody can leave out: one bare `C_Sign` by pyHanko's own binding to the same
//! token, and SHA-256 of the bytes. Verifying cannot take less than SHA-256 either. Both sides use the processor's
//! own instructions for it and are equally fast there, so that the larger a file is, the less anybody can be faster
//! than anybody else: beside each ratio stands the greatest that the floor leaves.
//!
//! A batch is what [`batch`] says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod batch;
#[path = "../../../app/ledger/tests/fixture/mod.rs"]
mod fixture;

use std::{
    io::{BufRead, BufReader, Cursor, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use jiff::Timestamp;
use pki::{certificate::Certificate, hash::Hash, signing};
use reports::{
    pdfa::Facts,
    sign::{Look, Plan, USUAL_ROOM, prepare},
    verify::{Overall, Trust, verify},
};
use token::{
    Hand, Module,
    wire::{HashName, Mechanism, Pin, Token},
};

/// Rounds of one file.
const ROUNDS: usize = 21;
const STAMP: &str = "CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH\nSố chứng thực 12 quyển số 01/2026 - SCTĐT/BS\nỦy ban nhân dân xã Hợp Thành";

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [what, folder, module, python, peer] = args.as_slice() else {
        eprintln!("usage: bench-signing sign|verify FOLDER MODULE PYTHON PEER.py");
        std::process::exit(2);
    };
    let folder = Path::new(folder);
    let files = [("small", document(&[page(0)])), ("large", large())];
    let mut hand = Signer::open(Path::new(module));
    let mut peer = Peer::start(python, peer, folder, module);
    println!("{what}: {}", machine());
    match what.as_str() {
        "sign" => {
            sign_each(&files, &mut hand, &mut peer, folder);
            batch::run(&mut hand, &mut peer, folder);
        }
        _ => verify_each(&files, &mut hand, &mut peer, folder),
    }
}

/// Both sign each file, unseen and with a stamp.
fn sign_each(files: &[(&str, Vec<u8>)], hand: &mut Signer, peer: &mut Peer, folder: &Path) {
    for (name, bytes) in files {
        let path = kept(folder, "unsigned.pdf", bytes);
        for (kind, look, words) in
            [("", Look::Invisible, ""), (" with a stamp", Look::Text(STAMP.into()), " stamp")]
        {
            let (mut raw, mut helped, mut hashed) = (Vec::new(), Vec::new(), Vec::new());
            let ask = format!("sign{words} {path}");
            let times = alternate(
                ROUNDS,
                || {
                    let own = bytes.clone();
                    helped.push(timed(|| hand.raw()));
                    timed(|| hand.sign(own, &look))
                },
                || {
                    raw.push(peer.ask("raw"));
                    hashed.push(timed(|| Hash::Sha256.digest(bytes)));
                    peer.ask(&ask)
                },
            );
            let [token, helped, hashed] = [raw, helped, hashed].map(median);
            let floor = token + hashed;
            println!(
                "sign: {name}{kind} ({} bytes), n {ROUNDS}: {}; floor {:.2} ms (C_Sign {:.2}, SHA-256 {:.2}), ours {:.2} of it; C_Sign by the helper {:.2} ms",
                bytes.len(),
                times.told(floor),
                milliseconds(floor),
                milliseconds(token),
                milliseconds(hashed),
                times.ours / floor,
                milliseconds(helped),
            );
        }
    }
    let login = median((0..ROUNDS).map(|_| timed(|| hand.login())).collect());
    println!("sign: a login of its own for each signature would add {:.2} ms", milliseconds(login));
}

/// Both verify what we signed.
fn verify_each(files: &[(&str, Vec<u8>)], hand: &mut Signer, peer: &mut Peer, folder: &Path) {
    let root = std::fs::read(folder.join("root.pem")).unwrap();
    let trust = Trust::read([root.as_slice()]).unwrap();
    for (name, bytes) in files {
        let signed = hand.sign(bytes.clone(), &Look::Invisible);
        let path = kept(folder, "signed.pdf", &signed);
        let ask = format!("verify {path}");
        let mut hashed = Vec::new();
        let times = alternate(
            ROUNDS,
            || {
                timed(|| {
                    let verdict = verify(&signed, &trust, Timestamp::now()).unwrap();
                    assert_eq!(verdict.overall, Overall::Valid);
                })
            },
            || {
                hashed.push(timed(|| Hash::Sha256.digest(&signed)));
                peer.ask(&ask)
            },
        );
        let hashed = median(hashed);
        println!(
            "verify: {name} ({} bytes), n {ROUNDS}: {}; SHA-256 of it {:.2} ms, ours {:.2} of it",
            signed.len(),
            times.told(hashed),
            milliseconds(hashed),
            times.ours / hashed,
        );
    }
}

/// A token that somebody has logged in to, as the program reaches it.
struct Signer {
    module: Module,
    token: Token,
    certificate: Certificate,
    chain: Vec<Certificate>,
}

impl Signer {
    fn open(path: &Path) -> Self {
        let program = std::env::current_exe().unwrap();
        let mut module =
            Module::new(program.parent().unwrap(), path, Duration::from_secs(60)).unwrap();
        let token = module.tokens().unwrap().into_iter().find(|one| one.label == "bench").unwrap();
        let found = module.certificates(&token).unwrap();
        let parsed: Vec<Certificate> =
            found.iter().map(|one| Certificate::parse(&one.der.0).unwrap()).collect();
        let certificate = parsed.iter().find(|one| !one.is_authority).unwrap().clone();
        let chain = signing::chain(&certificate, &parsed);
        let mut signer = Self { module, token, certificate, chain };
        signer.login();
        signer
    }

    fn login(&mut self) {
        let pin = Pin::new("1234".to_owned().into());
        self.module.logout(&self.token);
        self.module.login(&self.token, Some(pin), Hand::Person).unwrap();
    }

    /// The bare signature.
    fn raw(&mut self) -> Vec<u8> {
        let mechanism = Mechanism::RsaPkcs1(HashName::Sha256);
        self.module.sign(&self.token, &self.certificate.der, mechanism, &[0x31; 100]).unwrap()
    }

    /// The program's steps from a document to the signed one.
    fn sign(&mut self, pdf: Vec<u8>, look: &Look) -> Vec<u8> {
        let now = Timestamp::now();
        let algorithm = signing::algorithm(&self.certificate, now).unwrap();
        let plan = Plan {
            at: office::date::local(now),
            name: self.certificate.title().to_owned(),
            room: USUAL_ROOM,
            look: look.clone(),
        };
        let prepared = prepare(pdf, &plan).unwrap();
        let attributes = prepared.attributes(&self.certificate, algorithm);
        let mechanism = Mechanism::RsaPkcs1(HashName::Sha256);
        let signature =
            self.module.sign(&self.token, &self.certificate.der, mechanism, &attributes).unwrap();
        let parts = signing::Parts {
            certificate: &self.certificate,
            chain: &self.chain,
            algorithm,
            attributes: &attributes,
            signature: &signature,
            time_stamp: None,
        };
        prepared.embed(&signing::signed_data(&parts).unwrap()).unwrap()
    }
}

/// pyHanko, in a process that answers one line with the seconds that the work took.
struct Peer {
    child: Child,
    asks: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    fn start(python: &str, script: &str, folder: &Path, module: &str) -> Self {
        let mut child = Command::new(python)
            .args([script, module])
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let asks = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().unwrap());
        Self { child, asks, answers }
    }

    fn ask(&mut self, what: &str) -> f64 {
        writeln!(self.asks.as_mut().unwrap(), "{what}").unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        answer.trim().parse().unwrap()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // A closed pipe ends it.
        self.asks = None;
        let _ = self.child.wait();
    }
}

/// Medians in seconds.
struct Times {
    ours: f64,
    theirs: f64,
}

impl Times {
    /// `floor`: what nobody can be faster than.
    fn told(&self, floor: f64) -> String {
        let Self { ours, theirs } = *self;
        let [times, most] = [theirs / ours, theirs / floor];
        let [ours, theirs] = [ours, theirs].map(milliseconds);
        format!("{ours:.2} ms, pyHanko {theirs:.2} ms, {times:.1} times faster (at most {most:.1})")
    }
}

fn alternate(
    rounds: usize,
    mut ours: impl FnMut() -> f64,
    mut theirs: impl FnMut() -> f64,
) -> Times {
    // Whatever is loaded at the first use is loaded.
    ours();
    theirs();
    let (mut one, mut other) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        if round % 2 == 0 {
            one.push(ours());
            other.push(theirs());
        } else {
            other.push(theirs());
            one.push(ours());
        }
    }
    Times { ours: median(one), theirs: median(other) }
}

fn timed<T>(work: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    std::hint::black_box(work());
    start.elapsed().as_secs_f64()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn milliseconds(seconds: f64) -> f64 {
    seconds * 1000.0
}

fn kept(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path: PathBuf = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path.display().to_string()
}

fn machine() -> String {
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("?");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{}, {cores} cores", model.trim_start_matches([' ', '\t', ':']))
}

/// A scanned page of A4 at 200 dpi, with so many rows that do not compress.
fn page(rows: u32) -> Vec<u8> {
    let mut state = 0x2545_F491_u32;
    let picture = RgbImage::from_fn(1_654, 2_339, |_, y| {
        if y >= rows {
            return Rgb([250, 250, 247]);
        }
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [_, a, b, c] = state.to_le_bytes();
        Rgb([a, b, c])
    });
    let mut jpeg = Vec::new();
    DynamicImage::ImageRgb8(picture)
        .write_to(&mut Cursor::new(&mut jpeg), ImageFormat::Jpeg)
        .unwrap();
    // The density of its JFIF header: 200 points an inch.
    jpeg[13..18].copy_from_slice(&[1, 0, 200, 0, 200]);
    jpeg
}

fn large() -> Vec<u8> {
    let full = page(1_200);
    let count = 15_000_000usize.div_ceil(full.len());
    document(&vec![full; count])
}

fn document(pages: &[Vec<u8>]) -> Vec<u8> {
    let pages: Vec<&[u8]> = pages.iter().map(Vec::as_slice).collect();
    let facts = Facts {
        title: "Chứng thực bản sao điện tử từ bản chính số 12/2026".into(),
        at: jiff::civil::date(2026, 11, 30).at(9, 0, 0, 0),
        id: "12".into(),
    };
    reports::scanned(&pages, "MC1|C|H38.12|0123-4567-89AB-CDEF", &facts).unwrap().bytes
}
