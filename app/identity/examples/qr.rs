//! Measures what the reader of pictures promises: of 480 damaged codes it reads at least as many as the
//! best open reader in every grade of damage, in at most twice the time of the fastest reader that
//! reads 90 % of ours, and it reads nothing in 10,000 pictures without a code.
//!
//! `cargo run --release -p identity --example qr [PICTURES A GRADE] [WITHOUT CODE] [ROUNDS] [SERIES] [PEERS…]`
//! (40, 10,000, 3, 1; the last is the command of the other readers, without it there is rqrr alone).
//! `tests/bench qr` sets the peers up. Unit tests and work on the reader use series 0: every other
//! series holds pictures that the reader was not made with.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use identity::code::image::{FRAME_TIME, Seeker, decode_grey};
use image::GrayImage;
use pictures::{Damage, Series, Without, without_code};

const OURS: &str = "ours";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize, usual: u32| {
        arguments.get(place).map_or(usual, |text| text.parse().expect("a number"))
    };
    let (count, without, rounds) = (number(0, 40), number(1, 10_000), number(2, 3));
    let series = Series(number(3, 1).try_into().expect("a small number"));
    let mut peers = arguments.get(4..).and_then(Peers::start);

    println!(
        "{count} pictures a grade of {series:?}; median of {rounds} rounds a picture; readers take turns"
    );
    let mut all = Table::default();
    for damage in Damage::ALL {
        let mut table = Table::default();
        for index in 0..count {
            let sample = damage.sample(series, index, count);
            let mut readings = vec![
                timed(OURS, rounds, || texts(&sample.picture)),
                timed("rqrr", rounds, || plain_rqrr(&sample.picture)),
            ];
            readings.extend(peers.iter_mut().flat_map(|peers| peers.read(&sample.picture, rounds)));
            for reading in readings {
                let right = reading.texts.iter().any(|text| text == sample.text.as_bytes());
                let wrong = reading.texts.iter().any(|text| text != sample.text.as_bytes());
                table.add(&reading.name, right, wrong, reading.time);
                all.add(&reading.name, right, wrong, reading.time);
            }
        }
        table.print(&format!("{damage:?}"));
    }
    all.print("All");

    let mut false_reads: BTreeMap<String, u32> = BTreeMap::new();
    let mut times = Vec::new();
    for index in 0..without {
        let picture = without_code(series, index);
        let reading = timed(OURS, 1, || texts(&picture));
        times.push(reading.time);
        if !reading.texts.is_empty() {
            let kind = Without::ALL[index as usize % Without::ALL.len()];
            *false_reads.entry(format!("{kind:?}")).or_default() += 1;
        }
    }
    times.sort_unstable();
    let (half, most) = (at(&times, 50), at(&times, 99));
    println!("\n{without} pictures without a code: p50 {half:.1?}, p99 {most:.1?}");
    println!("false reads: {} {false_reads:?}", false_reads.values().sum::<u32>());
    frames(series);
}

/// A camera's frames of 1280 × 720: damaged codes and other things before a grey wall.
fn frames(series: Series) {
    let mut times = Vec::new();
    for index in 0..40 {
        let code =
            Damage::ALL[index as usize % Damage::ALL.len()].sample(series, index, 40).picture;
        for picture in [code, without_code(series, index)] {
            let mut frame = GrayImage::from_pixel(1280, 720, image::Luma([150]));
            for (column, row) in (0..3).flat_map(|row| (0..4).map(move |column| (column, row))) {
                image::imageops::replace(&mut frame, &picture, column * 320, row * 240);
            }
            let mut seeker = Seeker::new();
            for _ in 0..4 {
                let start = Instant::now();
                seeker.frame(&frame);
                times.push(start.elapsed());
            }
        }
    }
    times.sort_unstable();
    let [half, most, worst] = [50, 99, 100].map(|percent| at(&times, percent));
    println!(
        "frames of 1280 × 720 (limit {FRAME_TIME:?}): p50 {half:.1?}, p99 {most:.1?}, most {worst:.1?}"
    );
}

struct Reading {
    name: String,
    texts: Vec<Vec<u8>>,
    time: Duration,
}

fn timed(name: &str, rounds: u32, read: impl Fn() -> Vec<Vec<u8>>) -> Reading {
    let mut times = Vec::new();
    let mut texts = Vec::new();
    for _ in 0..rounds {
        let start = Instant::now();
        texts = read();
        times.push(start.elapsed());
    }
    times.sort_unstable();
    Reading { name: name.into(), texts, time: at(&times, 50) }
}

fn texts(picture: &GrayImage) -> Vec<Vec<u8>> {
    decode_grey(picture).into_iter().map(|code| code.bytes().to_vec()).collect()
}

/// The crate as its documentation shows it.
fn plain_rqrr(picture: &GrayImage) -> Vec<Vec<u8>> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let read = std::panic::catch_unwind(|| {
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
            picture.get_pixel(x as u32, y as u32).0[0]
        });
        let mut codes = Vec::new();
        for grid in prepared.detect_grids() {
            let mut bytes = Vec::new();
            if grid.decode_to(&mut bytes).is_ok() {
                codes.push(bytes);
            }
        }
        codes
    });
    read.unwrap_or_default()
}

/// The other readers, in a process of their own.
struct Peers {
    child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
}

impl Peers {
    fn start(command: &[String]) -> Option<Peers> {
        let (program, arguments) = command.split_first()?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts the peers");
        let to = child.stdin.take();
        let from = BufReader::new(child.stdout.take().unwrap());
        Some(Peers { child, to, from })
    }

    fn read(&mut self, picture: &GrayImage, rounds: u32) -> Vec<Reading> {
        let to = self.to.as_mut().unwrap();
        for number in [picture.width(), picture.height(), rounds] {
            to.write_all(&number.to_le_bytes()).unwrap();
        }
        to.write_all(picture.as_raw()).unwrap();
        to.flush().unwrap();
        let lines = self.from.by_ref().lines().map(Result::unwrap);
        lines
            .take_while(|line| !line.is_empty())
            .map(|line| {
                let mut fields = line.split('\t');
                let name = fields.next().unwrap().into();
                let time = Duration::from_nanos(fields.next().unwrap().parse().unwrap());
                Reading {
                    name,
                    texts: fields.map(|text| hex::decode(text).unwrap()).collect(),
                    time,
                }
            })
            .collect()
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        self.to = None;
        let _ = self.child.wait();
    }
}

#[derive(Default)]
struct Column {
    read: u32,
    wrong: u32,
    times: Vec<Duration>,
}

/// What each reader did.
#[derive(Default)]
struct Table {
    columns: BTreeMap<String, Column>,
}

impl Table {
    fn add(&mut self, name: &str, right: bool, wrong: bool, time: Duration) {
        let column = self.columns.entry(name.into()).or_default();
        column.read += u32::from(right);
        column.wrong += u32::from(wrong);
        column.times.push(time);
    }

    fn print(mut self, title: &str) {
        println!("\n{title:<14} read  share  wrong   p50 ms  p90 ms  mean ms");
        for (name, column) in &mut self.columns {
            column.times.sort_unstable();
            let count = column.times.len();
            println!(
                "  {name:<12} {:>4}  {:>4.0} %  {:>4}  {:>7.2} {:>7.2}  {:>7.2}",
                column.read,
                100.0 * f64::from(column.read) / count as f64,
                column.wrong,
                ms(at(&column.times, 50)),
                ms(at(&column.times, 90)),
                ms(mean(&column.times)),
            );
        }
        let Some(ours) = self.columns.get(OURS) else { return };
        let others = || self.columns.iter().filter(|(name, _)| *name != OURS);
        let best = others().map(|(_, column)| column.read).max().unwrap_or(0);
        let rival = others()
            .filter(|(_, column)| column.read * 10 >= ours.read * 9)
            .min_by_key(|(_, column)| at(&column.times, 50));
        let verdict = rival.map_or("no other reads 90 % of ours".into(), |(name, column)| {
            let (median, mean) = (
                ms(at(&ours.times, 50)) / ms(at(&column.times, 50)),
                ms(mean(&ours.times)) / ms(mean(&column.times)),
            );
            format!("time / fastest of 90 % ({name}): p50 {median:.2}, mean {mean:.2}")
        });
        println!(
            "  ours − best of the others: {:+}; {verdict}",
            i64::from(ours.read) - i64::from(best)
        );
    }
}

fn at(sorted: &[Duration], percent: usize) -> Duration {
    sorted.get(sorted.len() * percent / 100).or(sorted.last()).copied().unwrap_or_default()
}

fn mean(times: &[Duration]) -> Duration {
    times.iter().sum::<Duration>() / times.len().max(1) as u32
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
