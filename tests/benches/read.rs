//! One card read whole through a real PC/SC service: our reader against the least that the standard
//! allows for the same blocks, and against the crate `emrtd` over BAC, with what our reading does more
//! than its taken apart. Readings alternate in one run; ratios count, absolute times are the machine's.
//! usage: bench-read [PEER-PROGRAM]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    ops::ControlFlow,
    process::Command,
    time::{Duration, Instant},
};

use identity::{
    ReadError,
    access::Keys,
    card::{self, Transport},
    reading,
    trust::Trust,
};
use jiff::civil::date;
use journeys::pcscd::{Pcscd, READER};
use virtual_card::{
    Access, COM, Card, Cipher, Curve, Options, PEOPLE, Pace, SOD, csca_der, data_group,
};

/// How long the service may take to notice the card.
const PATIENCE: Duration = Duration::from_secs(5);
/// Readings in one turn, and turns.
const TURN: usize = 10;
const TURNS: usize = 6;

/// Quality of the JPEG that makes the photo some 20 KB, as a 2024 card has it.
const QUALITY: u8 = 86;

/// Counts the time in which the chip has the word.
struct Timed<T> {
    card: T,
    /// Of MSE:Set AT and GENERAL AUTHENTICATE: keys are agreed on.
    agreements: Duration,
    /// Of all other commands.
    others: Duration,
    last_answer: Instant,
}

impl<T: Transport> Transport for Timed<T> {
    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, ReadError> {
        let start = Instant::now();
        let answer = self.card.transmit(apdu);
        self.last_answer = Instant::now();
        let time = match apdu[1] {
            0x22 | 0x86 => &mut self.agreements,
            _ => &mut self.others,
        };
        *time += self.last_answer - start;
        answer
    }

    fn extended_length(&self) -> bool {
        self.card.extended_length()
    }
}

/// The parts of one of our readings, in the order in which [`read_ours`] gives them.
const PARTS: [&str; 5] = [
    "waiting for the card and connecting",
    "service and card agree on keys",
    "service and card, other commands",
    "our work up to the last answer",
    "judging",
];

/// Reads once: microseconds of each of the [`PARTS`], APDUs, bytes.
fn read_ours(keys: &Keys, trust: &Trust) -> [u64; PARTS.len() + 2] {
    let start = Instant::now();
    let card = card::wait_for_card(Some(READER), PATIENCE, &mut || ControlFlow::Continue(()))
        .expect("the card");
    let connected = Instant::now();
    let (agreements, others) = (Duration::ZERO, Duration::ZERO);
    let mut chip = Timed { card, agreements, others, last_answer: connected };
    let mut go_on = |_| ControlFlow::Continue(());
    let reading = reading::read(&mut chip, keys, trust, date(2026, 11, 23), &mut go_on).unwrap();
    let judging = chip.last_answer.elapsed();
    let work = chip.last_answer - connected - chip.agreements - chip.others;
    let [waiting, agreements, others, work, judging] =
        [connected - start, chip.agreements, chip.others, work, judging]
            .map(|time| time.as_micros() as u64);
    [waiting, agreements, others, work, judging, reading.apdus.into(), reading.bytes]
}

/// The ways in that are measured.
fn ways() -> [(&'static str, Access); 3] {
    let pace = |curve, cipher| Access::Pace(Pace { curve, cipher });
    [
        ("BAC", Access::Bac),
        ("PACE P-256 AES-128", pace(Curve::P256, Cipher::Aes128)),
        ("PACE brainpoolP256 AES-256", pace(Curve::Brainpool256, Cipher::Aes256)),
    ]
}

fn options(access: Access) -> Options {
    Options { access, quality: QUALITY, ..Options::default() }
}

fn files(card: &Card) -> Vec<(u16, usize)> {
    [COM, SOD]
        .into_iter()
        .chain([1, 2, 13, 14, 15].map(data_group))
        .map(|id| (id, card.file(id).expect("a file").len()))
        .collect()
}

/// The least that a reading of these files can cost in short APDUs: (APDUs, bytes). One READ BINARY by
/// short file id a block, the largest block that fits 256 bytes with its protection (ICAO 9303-11, 9.8),
/// and two commands of Chip Authentication, whose bytes are counted as PACE's agreement.
fn least(access: Access, files: &[(u16, usize)]) -> (u32, u64) {
    let block = if access == Access::Bac { 8 } else { 16 };
    // 87 81 LL 01, 99 02 SW, 8E 08 MAC, SW: the rest of 256 bytes in whole blocks, one byte of padding.
    let largest = (256 - 4 - 4 - 10) / block * block - 1;
    // Header, Lc, 97 01 Le, 8E 08 MAC, Le.
    let command = 4 + 1 + 3 + 10 + 1;
    let answer = |payload: usize| {
        let sealed = (payload / block + 1) * block + 1;
        let header = if sealed < 128 { 2 } else { 3 };
        header + sealed + 4 + 10 + 2
    };
    let (mut apdus, mut bytes) = (0, 0);
    for (_, length) in files {
        for at in (0..*length).step_by(largest) {
            apdus += 1;
            bytes += command + answer((length - at).min(largest));
        }
    }
    // SELECT, GET CHALLENGE, EXTERNAL AUTHENTICATE.
    let bac = (3, 14 + 15 + 88);
    // EF.CardAccess, MSE:Set AT, four times GENERAL AUTHENTICATE, SELECT under the new keys.
    let pace = (7, 5 + 22 + 22 + 30 + 2 * (75 + 71) + 18 + 14 + 35 + 16);
    let chip = (2, 40 + 18 + 103 + 18);
    let opening: (u32, usize) = if access == Access::Bac { bac } else { pace };
    (apdus + opening.0 + chip.0, (bytes + opening.1 + chip.1) as u64)
}

/// The program again, as a client of the test's own service.
fn client(service: &Pcscd, program: &std::path::Path, arguments: &[String]) -> Vec<String> {
    let (name, socket) = service.environment();
    let output = Command::new(program).args(arguments).env(name, socket).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn median<T: Copy + Ord>(mut values: Vec<T>) -> T {
    values.sort();
    values[values.len() / 2]
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "ours") {
        let options = options(Access::Bac);
        let keys = Keys::mrz(&options.mrz()).unwrap();
        let mut trust = Trust::none();
        trust.add(&csca_der(options.signing.issuer));
        for _ in 0..TURN {
            println!("{}", read_ours(&keys, &trust).map(|number| number.to_string()).join(" "));
        }
        return;
    }
    let me = std::env::current_exe().unwrap();
    println!(
        "one card over pcscd, {} readings each, medians; all files judged by ours, only fetched by emrtd",
        TURN * TURNS
    );
    for (name, access) in ways() {
        let card = Card::new(options(access));
        let files = files(&card);
        let photo = card.file(data_group(2)).map_or(0, <[u8]>::len);
        let (least_apdus, least_bytes) = least(access, &files);
        let service = Pcscd::start();
        let inserted = service.insert(card);
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let mut their_apdus = 0;
        for _ in 0..TURNS {
            for line in client(&service, &me, &["ours".into()]) {
                let numbers: Vec<u64> = line.split(' ').map(|n| n.parse().unwrap()).collect();
                ours.push(numbers);
            }
            let (Some(peer), Access::Bac) = (arguments.first(), access) else { continue };
            let before = inserted.card().log().commands;
            let holder = &PEOPLE[0];
            let short = |day: &str| format!("{}{}{}", &day[8..], &day[3..5], &day[..2]);
            let mut call = vec![
                holder.document_number().to_owned(),
                short(holder.born),
                short(holder.expires),
                TURN.to_string(),
            ];
            call.extend(files.iter().map(|(id, _)| format!("{id:04x}")));
            let lines = client(&service, peer.as_ref(), &call);
            theirs.extend(lines.iter().map(|line| line.parse::<u64>().unwrap()));
            their_apdus = (inserted.card().log().commands - before) / TURN as u32;
        }
        let of_each = |value: fn(&[u64]) -> u64| median(ours.iter().map(|c| value(c)).collect());
        let total = of_each(|c| c[..PARTS.len()].iter().sum());
        let host = of_each(|c| c[3] + c[4]);
        let bare = of_each(|c| c[0] + c[2] + c[3]);
        let (apdus, bytes) = (ours[0][5], ours[0][6]);
        println!(
            "{name} (DG2 {photo} bytes): {apdus} APDUs, least {least_apdus}, ratio {:.2}; {bytes} bytes, least {least_bytes}, ratio {:.2} (goal <= 1.10)",
            apdus as f64 / f64::from(least_apdus),
            bytes as f64 / least_bytes as f64,
        );
        println!(
            "  host time per APDU without service and card: {:.3} ms (goal <= 0.3); whole reading {:.1} ms",
            host as f64 / 1e3 / apdus as f64,
            total as f64 / 1e3,
        );
        for (place, part) in PARTS.iter().enumerate() {
            let time = median(ours.iter().map(|c| c[place]).collect());
            println!("    {part}: {:.1} ms", time as f64 / 1e3);
        }
        if !theirs.is_empty() {
            let their = median(theirs);
            println!(
                "  emrtd 0.0.2: {their_apdus} APDUs, {:.1} ms; ours / emrtd {:.2}; without agreement and judging, which it leaves out, {:.2}",
                their as f64 / 1e3,
                total as f64 / their as f64,
                bare as f64 / their as f64
            );
        }
    }
}
