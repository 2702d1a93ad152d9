//! `virtual-card`: puts a virtual card on a vpcd reader, exports its issuer, prints its QR code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use virtual_card::{
    Access, Biometric, Card, Cipher, Curve, Document, Era, Fault, Hash, KeyKind, Mapping, Modular,
    Options, PEOPLE, Pace, Person, Photo,
    publish::{self, DirectoryValue, Revocations},
    qr, vpcd,
};

/// Puts a virtual identity card on a vpcd reader until interrupted.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Holder, as numbered by `list`.
    #[arg(long, default_value_t = 0, value_parser = holder)]
    person: usize,
    /// Protocols that open the chip: BAC, if the fault needs no other.
    #[arg(long, value_enum)]
    access: Option<Protocol>,
    /// Curve of PACE.
    #[arg(long, value_enum, default_value = "p256")]
    curve: Curve,
    /// Cipher of PACE.
    #[arg(long, value_enum, default_value = "aes128")]
    cipher: Cipher,
    /// Mapping of PACE: generic, if the fault needs no other.
    #[arg(long, value_enum)]
    mapping: Option<Mapping>,
    /// Group modulo a prime in the place of PACE's curve.
    #[arg(long, value_enum)]
    group: Option<Modular>,
    /// Group modulo a prime in the place of chip authentication's curve.
    #[arg(long, value_enum)]
    chip_group: Option<Modular>,
    /// Kind of the issuer's key.
    #[arg(long, default_value = "p384")]
    issuer: KeyKind,
    /// Kind of the document signer's key.
    #[arg(long, default_value = "p256")]
    signer: KeyKind,
    /// Hash of the security object.
    #[arg(long, value_enum, default_value = "sha256")]
    hash: Hash,
    /// Which of the issuer's keys.
    #[arg(long, value_enum, default_value = "first")]
    era: Era,
    /// Leave the document signer's certificate out of the SOD.
    #[arg(long)]
    bare_signer: bool,
    /// Leave the SOD's 77 wrapper out.
    #[arg(long)]
    bare_sod: bool,
    /// Make a passport instead of an identity card.
    #[arg(long)]
    passport: bool,
    /// Make a card of the larger size with two MRZ lines of 36.
    #[arg(long, conflicts_with = "passport")]
    large_card: bool,
    /// Put DG11 and DG12 on the chip.
    #[arg(long)]
    details: bool,
    /// Encoding of the photo.
    #[arg(long, value_enum, default_value = "jpeg")]
    photo: Photo,
    /// Standard of the face record.
    #[arg(long, value_enum, default_value = "19794")]
    biometric: Biometric,
    /// What is wrong with the card, as named by `list`.
    #[arg(long)]
    fault: Option<Fault>,
    /// Commands answered before the fault "pulled" strikes.
    #[arg(long, default_value_t = 20)]
    pulled_after: u32,
    /// Milliseconds an answer takes under the fault "slow".
    #[arg(long, default_value_t = 120)]
    delay: u64,
    /// Port vpcd listens on.
    #[arg(long, default_value_t = vpcd::PORT)]
    port: u16,
}

#[derive(Subcommand)]
enum Command {
    /// Show people and faults.
    List,
    /// Write the issuing authority's certificate.
    Csca {
        /// File to write, DER.
        out: PathBuf,
        /// Kind of the issuer's key.
        #[arg(long, default_value = "p384")]
        issuer: KeyKind,
        /// Which of the issuer's keys.
        #[arg(long, value_enum, default_value = "first")]
        era: Era,
    },
    /// Write a link certificate: one key of the issuing authority vouches for the next.
    Link {
        /// File to write, DER.
        out: PathBuf,
        /// The key that signs.
        #[arg(long, value_enum, default_value = "first")]
        from: Era,
        /// The key that is vouched for.
        #[arg(long, value_enum, default_value = "new-key")]
        to: Era,
        /// Kind of the issuer's keys.
        #[arg(long, default_value = "p384")]
        issuer: KeyKind,
    },
    /// Write the issuer's revocation list, which revokes the signer of the fault "revoked-signer".
    Crl {
        /// File to write, DER.
        out: PathBuf,
        /// Kind of the issuer's key.
        #[arg(long, default_value = "p384")]
        issuer: KeyKind,
        /// Kind of the revoked signer's key.
        #[arg(long, default_value = "p256")]
        signer: KeyKind,
    },
    /// Write a signed master list with all keys of the issuing authority.
    MasterList {
        /// File to write, DER.
        out: PathBuf,
        /// Kind of the issuer's keys.
        #[arg(long, default_value = "p384")]
        issuer: KeyKind,
    },
    /// Write a directory with the master list, the revocation list and the usual document signer.
    Ldif {
        /// File to write.
        out: PathBuf,
        /// Kind of the issuer's keys.
        #[arg(long, default_value = "p384")]
        issuer: KeyKind,
    },
    /// Write the QR code of a card as a PNG picture.
    Qr {
        /// File to write.
        out: PathBuf,
        /// Holder, as numbered by `list`.
        #[arg(long, default_value_t = 0, value_parser = holder)]
        person: usize,
    },
    /// Write the portrait of a person as a JPEG picture.
    Portrait {
        /// File to write.
        out: PathBuf,
        /// Holder, as numbered by `list`.
        #[arg(long, default_value_t = 0, value_parser = holder)]
        person: usize,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Protocol {
    Bac,
    Pace,
    Both,
}

fn holder(text: &str) -> Result<usize, String> {
    let number = text.parse().map_err(|_| "a number is wanted".to_owned())?;
    if number < PEOPLE.len() {
        Ok(number)
    } else {
        Err(format!("people are numbered 0 to {}", PEOPLE.len() - 1))
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match &arguments.command {
        None => serve(&arguments),
        Some(Command::List) => list(),
        Some(Command::Csca { out, issuer, era }) => std::fs::write(out, era.certificate(*issuer)),
        Some(Command::Link { out, from, to, issuer }) => {
            std::fs::write(out, publish::link(*from, *to, *issuer))
        }
        Some(Command::Crl { out, issuer, signer }) => {
            std::fs::write(out, Revocations::usual(*issuer, *signer).der())
        }
        Some(Command::MasterList { out, issuer }) => std::fs::write(out, master_list(*issuer)),
        Some(Command::Ldif { out, issuer }) => {
            let mut options = Options::default();
            options.signing.issuer = *issuer;
            let revocations = Revocations::usual(*issuer, options.signing.signer).der();
            let directory = publish::ldif(&[
                DirectoryValue::MasterList(master_list(*issuer)),
                DirectoryValue::Certificate(publish::signer_der(&options)),
                DirectoryValue::Revocations(revocations),
            ]);
            std::fs::write(out, directory)
        }
        Some(Command::Qr { out, person }) => {
            qr::picture(&PEOPLE[*person], 8).save(out).map_err(std::io::Error::other)
        }
        Some(Command::Portrait { out, person }) => {
            std::fs::write(out, virtual_card::portrait(&PEOPLE[*person]))
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("virtual-card: {error}");
            ExitCode::FAILURE
        }
    }
}

/// All keys of the issuing authority, each self-signed and linked to the one before.
fn master_list(kind: KeyKind) -> Vec<u8> {
    let eras = [Era::First, Era::NewKey, Era::NewName];
    let mut certificates: Vec<Vec<u8>> = eras.map(|era| era.certificate(kind)).into();
    certificates.extend(eras.windows(2).map(|pair| publish::link(pair[0], pair[1], kind)));
    publish::master_list(&certificates, kind, None)
}

fn serve(arguments: &Arguments) -> std::io::Result<()> {
    let pace = Pace { curve: arguments.curve, cipher: arguments.cipher };
    // A fault about passports makes one, a fault about PACE offers it.
    let base = arguments.fault.map_or_else(Options::default, Options::with_fault);
    let mut options = Options {
        person: PEOPLE[arguments.person],
        document: match (arguments.passport, arguments.large_card) {
            (true, _) => Document::Passport,
            (_, true) => Document::LargeCard,
            _ => base.document,
        },
        details: arguments.details || base.details,
        photo: arguments.photo,
        biometric: arguments.biometric,
        access: match arguments.access {
            None => base.access,
            Some(Protocol::Bac) => Access::Bac,
            Some(Protocol::Pace) => Access::Pace(pace),
            Some(Protocol::Both) => Access::Both(pace),
        },
        mapping: arguments.mapping.unwrap_or(base.mapping),
        group: arguments.group.or(base.group),
        chip_group: arguments.chip_group,
        fault: arguments.fault,
        pulled_after: arguments.pulled_after,
        delay: Duration::from_millis(arguments.delay),
        ..base
    };
    options.era = arguments.era;
    options.encloses_signer = !arguments.bare_signer;
    options.signing.digest = arguments.hash;
    options.signing.signature_digest = arguments.hash;
    options.signing.signer = arguments.signer;
    options.signing.issuer = arguments.issuer;
    options.signing.wrapped = !arguments.bare_sod;
    let card = std::sync::Mutex::new(Card::new(options));
    let stream = std::net::TcpStream::connect(("127.0.0.1", arguments.port))?;
    let Person { number, name, .. } = PEOPLE[arguments.person];
    println!("ready: {number} {name} on port {}", arguments.port);
    vpcd::serve(&card, stream)
}

fn list() -> std::io::Result<()> {
    for (number, person) in PEOPLE.iter().enumerate() {
        println!("{number}  {}  {}  {}", person.number, person.born, person.name);
    }
    println!();
    for fault in Fault::ALL {
        println!(
            "{:22}{:12}{}",
            fault.name(),
            format!("{:?}", fault.nature()).to_lowercase(),
            fault.summary()
        );
    }
    Ok(())
}
