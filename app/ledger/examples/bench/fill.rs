//! A ledger as it is after some years: dossiers in every status, most of them done.

use std::time::Instant;

use ledger::{Ledger, Writing};
use office::{
    dossier::{Channel, DossierId},
    evidence::Evidence,
    money::Dong,
    workflow::{Handover, Step},
};

use crate::fixture::{
    at, found, read_event, receive, reception,
    rooms::{hand_over, resolve, told},
};

/// Seconds between two receptions.
pub const SPACING: i64 = 120;
/// Receptions until a dossier's first, second and third step.
const FIRST: u64 = 30;
const SECOND: [u64; 3] = [1_500, 2_100, 2_600];
const THIRD: u64 = 3_000;
/// Officer who worked here only at the beginning, and a procedure that hardly anybody asks for.
pub const RARE_OFFICER: &str = "Người đã nghỉ";
pub const RARE_PROCEDURE: &str = "1.999999";
pub const COMMON_PROCEDURE: &str = "1.100000";
pub const FIELD: &str = "Lĩnh vực 3";

pub fn officer(i: u64) -> String {
    format!("Chuyên viên {}", i % 10)
}

pub fn unit(i: u64) -> String {
    format!("Phòng {}", i % 10 % 4)
}

/// The `i`th dossier's luck, below 1,000.
fn luck(i: u64) -> u64 {
    (i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) % 1_000
}

pub fn fill(data: &std::path::Path, dossiers: u64) -> Ledger {
    let (mut ledger, _) = found(data);
    let start = Instant::now();
    let mut i = 0;
    while i < dossiers + THIRD {
        ledger
            .transact(|writing| {
                for _ in 0..5_000 {
                    live(writing, i, dossiers)?;
                    i += 1;
                }
                Ok(())
            })
            .unwrap();
    }
    let bytes = std::fs::metadata(data.join("office/ledger.db")).unwrap().len();
    println!(
        "{dossiers} dossiers, {} entries in {:.0?}, {} MB",
        ledger.head().entries,
        start.elapsed(),
        bytes / 1_000_000
    );
    ledger
}

/// What happens in one span of [`SPACING`]: a reception, and steps of earlier ones.
fn live(writing: &mut Writing<'_>, i: u64, dossiers: u64) -> ledger::Result<()> {
    let now = at(i as i64 * SPACING);
    if i < dossiers {
        if i.is_multiple_of(10) {
            writing.record(now, read_event(i, Evidence::ChipSigned), &[])?;
        }
        let mut reception = reception(i, now);
        reception.id = id(i);
        // Half of all dossiers are for a tenth of the procedures.
        let kind = luck(i + 1) * luck(i + 2) / 8_334;
        reception.procedure.code = format!("1.{:06}", 100_000 + kind);
        reception.procedure.name = format!("Thủ tục số {kind}");
        reception.procedure.field = format!("Lĩnh vực {}", kind % 12);
        if i % (dossiers / 5).max(1) == 17 {
            reception.procedure.code = RARE_PROCEDURE.into();
        }
        reception.receiver = format!("Tiếp nhận {}", i % 3);
        reception.channel = match luck(i + 3) {
            0..800 => Channel::Counter,
            800..950 => Channel::Online,
            _ => Channel::Post,
        };
        writing.append(now, receive(reception))?;
    }
    for (lag, seen) in [(FIRST, 0), (SECOND[0], 1), (SECOND[1], 1), (SECOND[2], 1), (THIRD, 2)] {
        let Some(earlier) = i.checked_sub(lag).filter(|earlier| *earlier < dossiers) else {
            continue;
        };
        if let Some(step) = step(earlier, lag, seen) {
            writing.append(now, told(&id(earlier), seen, now, step))?;
        }
    }
    Ok(())
}

/// 70 % go all the way, 20 % wait to be fetched, 5 % end otherwise, 5 % are being worked on.
fn step(i: u64, lag: u64, seen: u32) -> Option<Step> {
    let reason = String::from("theo quy định");
    match (seen, luck(i)) {
        (0, 0..900 | 950..985) => {
            let officer = if i < 1_000 { RARE_OFFICER.into() } else { officer(i) };
            Some(Step::Transferred(Handover {
                unit: unit(i),
                officer,
                note: String::new(),
                until: None,
            }))
        }
        (0, 900..930) => Some(Step::Refused { reason }),
        (0, 930..940) => Some(Step::Withdrawn { reason }),
        (0, 940..950) => Some(Step::Stopped { reason, fees: String::new() }),
        (0, 985..990) => Some(Step::SupplementAsked { items: vec!["Ảnh".into()], reason }),
        (0, 990..993) => Some(Step::PaymentAsked { amount: Dong(8_000), reason }),
        (1, luck @ 0..900) => {
            let when = match luck % 10 {
                0 => SECOND[2],
                1 | 2 => SECOND[1],
                _ => SECOND[0],
            };
            (when == lag).then(resolve)
        }
        (2, 0..700) => Some(hand_over()),
        _ => None,
    }
}

fn id(i: u64) -> DossierId {
    DossierId(format!("{i:032x}"))
}
