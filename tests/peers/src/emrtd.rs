//! The crate `emrtd` reading the chip on the first reader over BAC, again and again: prints the
//! microseconds of each reading. usage: peer-emrtd NUMBER BIRTH EXPIRY TIMES FILE… (files as 4 hex digits)

use std::{env, time::Instant};

use emrtd::{EmrtdComms, other_mrz};

type Failure = Box<dyn std::error::Error>;

fn read(secret: &str, files: &[[u8; 2]]) -> Result<(), Failure> {
    let context = pcsc::Context::establish(pcsc::Scope::User)?;
    let mut names = [0; 2048];
    let reader = context.list_readers(&mut names)?.next().ok_or("no reader")?;
    let card = context.connect(reader, pcsc::ShareMode::Shared, pcsc::Protocols::ANY)?;
    let mut chip = EmrtdComms::new(card);
    chip.select_emrtd_application()?;
    chip.establish_bac_session_keys(secret.as_bytes())?;
    for file in files {
        chip.select_ef(file, "", true)?;
        chip.read_data_from_ef(true)?;
    }
    Ok(())
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [number, birth, expiry, times, files @ ..] = &arguments[..] else {
        return Err("usage".into());
    };
    let secret = other_mrz(number, birth, expiry)?;
    let files: Result<Vec<[u8; 2]>, _> =
        files.iter().map(|file| u16::from_str_radix(file, 16).map(u16::to_be_bytes)).collect();
    let files = files?;
    for _ in 0..times.parse::<usize>()? {
        let start = Instant::now();
        read(&secret, &files)?;
        println!("{}", start.elapsed().as_micros());
    }
    Ok(())
}
