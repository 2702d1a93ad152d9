//! Pictures of signed files that are verified and of whom the office trusts for it: made-up verdicts and
//! certificates, as the demo office trusts nobody.

use std::{path::PathBuf, sync::Arc};

use jiff::{Timestamp, civil::date};
use ledger::TrustRecord;
use office::{
    entry::UserName,
    trust::{TrustItem, TrustKind, TrustSource, Voucher},
};
use reports::verify::{
    Change, Checked, Level, Overall, Reason, Status, TimeSource, Verdict, VerifyError,
};

use super::Screen;
use crate::{
    authorities::{Offer, Offered},
    clock,
    verifying::Examined,
    window::screen::{
        authorities::{self, Rights},
        trust::Row,
        verify::{Message, State},
    },
};

/// Names of these screens.
pub const SCREENS: [&str; 10] = [
    "verify",
    "verify-list",
    "verify-running",
    "verify-valid",
    "verify-changed",
    "verify-invalid",
    "verify-unknown",
    "authorities",
    "authorities-add",
    "authorities-remove",
];

const ROOT: &str = "CN=Root CA mẫu,O=Cơ quan chứng thực mẫu,C=VN";
const ISSUER: &str = "CN=CA mẫu số 1,O=Cơ quan chứng thực mẫu,C=VN";

/// The screen of this name.
pub fn screen(name: &str) -> Screen {
    match name {
        "authorities" | "authorities-add" | "authorities-remove" => authorities(name).into(),
        _ => verifying(name).into(),
    }
}

fn verifying(name: &str) -> State {
    let mut state = State::new(usize::from(name != "verify"), true);
    if name == "verify" {
        return state;
    }
    let files = files();
    let paths: Vec<PathBuf> = files.iter().map(|(name, _)| path(name)).collect();
    drop(state.take(paths));
    let done = if name == "verify-running" { 2 } else { files.len() };
    for (name, verdict) in files.into_iter().take(done) {
        drop(state.update(Message::Examined(0, path(name), examined(name, verdict))));
    }
    let row = match name {
        "verify-changed" => 1,
        "verify-invalid" => 2,
        "verify-unknown" => 3,
        _ => 0,
    };
    drop(state.update(Message::Selected(row)));
    if !matches!(name, "verify-list" | "verify-running") {
        drop(state.update(Message::Opened));
    }
    state
}

fn path(name: &str) -> PathBuf {
    PathBuf::from("/home/mau/Tải về").join(name)
}

fn examined(name: &str, verdict: Result<Verdict, VerifyError>) -> Examined {
    Examined {
        sha256: Some(ledger::content_hash(name.as_bytes())),
        at: clock::instant(date(2026, 11, 30).at(9, 15, 0, 0)),
        verdict: verdict.map(Arc::new).map_err(|error| Arc::new(error.into())),
    }
}

/// Some file of each outcome.
fn files() -> Vec<(&'static str, Result<Verdict, VerifyError>)> {
    let of = |overall, signatures: Vec<Checked>, reasons, revisions| {
        Ok(Verdict { overall, signatures, reasons, revisions })
    };
    let valid = checked(Status::Valid, vec![Reason::RevocationUnknown, Reason::ClaimedTime]);
    let stamped = Checked {
        field: "Signature2".into(),
        signer: Some("Ủy ban nhân dân xã Mẫu".into()),
        organisation: Some("Ủy ban nhân dân xã Mẫu".into()),
        level: Level::LongTerm,
        time: Some((moment(), TimeSource::Timestamp)),
        covers_whole_file: true,
        revision: Some(2),
        ..checked(Status::Valid, Vec::new())
    };
    let first = Checked {
        covers_whole_file: false,
        reasons: vec![
            Reason::Added(Change::Signature("Signature2".into())),
            Reason::Covers { signed: 1, all: 2 },
            Reason::RevocationUnknown,
            Reason::ClaimedTime,
        ],
        ..valid.clone()
    };
    let changed = Checked {
        covers_whole_file: false,
        signed_bytes: Some(48_213),
        ..checked(
            Status::ValidChangedLater,
            vec![
                Reason::Changed(Change::Page(2)),
                Reason::Changed(Change::Filled("so_tien".into())),
                Reason::Changed(Change::Annotation(1)),
                Reason::Covers { signed: 1, all: 3 },
                Reason::RevocationUnknown,
                Reason::ClaimedTime,
            ],
        )
    };
    let broken = Checked { intact: false, ..checked(Status::Invalid, vec![Reason::Digest]) };
    let unknown = checked(
        Status::Invalid,
        vec![
            Reason::UnknownIssuer("CN=Sub CA lạ,O=Tổ chức lạ,C=VN".into()),
            Reason::RevocationUnknown,
            Reason::ClaimedTime,
        ],
    );
    vec![
        ("Hợp đồng thuê nhà (hai bên ký).pdf", of(Overall::Valid, vec![first, stamped], vec![], 2)),
        ("Giấy ủy quyền.pdf", of(Overall::ValidChangedLater, vec![changed], vec![], 3)),
        ("Kết quả 000.00.12.H38.pdf", of(Overall::Invalid, vec![broken], vec![], 1)),
        ("Trích lục bản điện tử.pdf", of(Overall::Invalid, vec![unknown], vec![], 1)),
        ("Tờ khai.pdf", of(Overall::Unsigned, vec![], vec![], 1)),
        ("Bản quét có mật khẩu.pdf", Err(VerifyError::Encrypted)),
    ]
}

fn moment() -> Timestamp {
    clock::instant(date(2026, 11, 12).at(14, 5, 30, 0))
}

fn checked(status: Status, reasons: Vec<Reason>) -> Checked {
    Checked {
        field: "Signature1".into(),
        signer: Some("Nguyễn Văn Mẫu".into()),
        organisation: None,
        issuer: Some(ISSUER.into()),
        issuer_title: Some("CA mẫu số 1".into()),
        level: Level::Basic,
        time: Some((moment(), TimeSource::Signer)),
        intact: true,
        signed_bytes: Some(51_002),
        covers_whole_file: true,
        revision: Some(1),
        status,
        reasons,
    }
}

fn item(name: &str, until: i16) -> TrustItem {
    TrustItem {
        kind: TrustKind::SignatureAuthority,
        fingerprint: ledger::content_hash(name.as_bytes()),
        country: "VN".into(),
        name: name.into(),
        serial: "54ab10ce7f2290".into(),
        from: date(2021, 5, 20),
        until: date(until, 5, 20),
    }
}

fn authorities(name: &str) -> authorities::State {
    let rights = Rights { add: true, remove: true };
    let today = clock::local(clock::now()).date();
    let mut state = authorities::State::new(today, rights, Vec::new());
    let rows = [(ISSUER, 2031, "ca-mau.p7b"), (ROOT, 2046, "root-mau.crt")];
    let rows = rows.into_iter().zip(1..).map(|((name, until, file), place)| Row {
        record: TrustRecord {
            place,
            at: clock::instant(date(2026, 11, 2).at(9, 30, 0, 0)),
            by: UserName("quantri".into()),
            item: item(name, until),
            source: TrustSource {
                file: file.into(),
                sha256: ledger::content_hash(file.as_bytes()),
                voucher: Voucher::Person,
                words: "Nơi cấp gửi kèm công văn ngày 30/10/2026; đã đọc SHA-256 qua điện thoại."
                    .into(),
            },
        },
        by: "Lý Thị Mẫu".into(),
    });
    state.show(rows.collect());
    match name {
        "authorities-add" => {
            let path = PathBuf::from("/media/usb/ca-2.p7b");
            let offered = |name: &str, until, issuer: &str| Offered {
                item: item(name, until),
                issuer: issuer.into(),
                der: Vec::new(),
            };
            let offer = Offer {
                file: "ca-2.p7b".into(),
                sha256: ledger::content_hash(b"ca-2.p7b"),
                authorities: vec![
                    offered(ROOT, 2046, "Root CA mẫu"),
                    offered("CN=CA mẫu số 2,O=Cơ quan chứng thực mẫu,C=VN", 2033, "Root CA mẫu"),
                ],
                left_out: 1,
            };
            drop(state.update(authorities::Message::FileGiven(path.clone())));
            drop(state.update(authorities::Message::Read(path, Ok(offer))));
        }
        "authorities-remove" => drop(state.update(authorities::Message::RemoveAsked)),
        _ => {}
    }
    state
}
