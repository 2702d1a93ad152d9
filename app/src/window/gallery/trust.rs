//! The pictures of what is trusted: made-up certificates, as the demo office trusts nobody.

use jiff::civil::{Date, date};
use ledger::TrustRecord;
use office::{
    entry::{ContentHash, UserName},
    trust::{TrustItem, TrustKind, TrustSource, Voucher},
};
use widgets::Tone;

use crate::{
    clock,
    window::screen::trust::{Handover, Message, Offered, Row, State},
};

const LIST: &str = "CN=Mẫu Master List Signer, O=Cơ quan mẫu, C=XX";
const MADE: Date = date(2026, 10, 1);

fn items() -> Vec<TrustItem> {
    use TrustKind::{CountrySigner, Link, RevocationList};
    [
        ("VN", "CN=CSCA mẫu Việt Nam, OU=Giấy tờ mẫu, O=Cơ quan mẫu, C=VN", CountrySigner, 2039),
        ("VN", "CN=CSCA mẫu Việt Nam 2, OU=Giấy tờ mẫu, O=Cơ quan mẫu, C=VN", CountrySigner, 2044),
        ("VN", "CN=CSCA mẫu Việt Nam 2, OU=Giấy tờ mẫu, O=Cơ quan mẫu, C=VN", Link, 2039),
        ("VN", "CN=CSCA mẫu Việt Nam, OU=Giấy tờ mẫu, O=Cơ quan mẫu, C=VN", RevocationList, 2025),
        ("XX", "CN=Country Signer XX, O=Specimen, C=XX", CountrySigner, 2031),
        ("YY", "CN=Country Signer YY, O=Specimen, C=YY", CountrySigner, 2024),
    ]
    .into_iter()
    .map(|(country, name, kind, until)| TrustItem {
        kind,
        fingerprint: ledger::content_hash(format!("{name}{until}").as_bytes()),
        country: country.into(),
        name: name.into(),
        serial: if kind == RevocationList { String::new() } else { "4a11c07f2e90b6".into() },
        from: date(2021, 1, 1),
        until: date(until, 12, 31),
    })
    .collect()
}

fn rows() -> Vec<Row> {
    let sha256 = ContentHash(ledger::content_hash(LIST.as_bytes()).0);
    let source = |kind| {
        match kind {
        TrustKind::CountrySigner => TrustSource {
            file: "danh-sach-goc.ml".into(),
            sha256: sha256.clone(),
            voucher: Voucher::OwnListSigner { signer: LIST.into(), made: Some(MADE) },
            words: "Công an tỉnh trao tận tay ngày 02/10/2026; đã đọc SHA-256 qua điện thoại với nơi cấp.".into(),
        },
        _ => TrustSource {
            file: "thu-hoi.crl".into(),
            sha256: sha256.clone(),
            voucher: Voucher::Person,
            words: "Tải từ trang của nơi cấp; đã so SHA-256 với công văn.".into(),
        },
    }
    };
    let rows = items().into_iter().zip(1..).map(|(item, place)| Row {
        record: TrustRecord {
            place,
            at: clock::instant(date(2026, 10, 2).at(9, 30, 0, 0)),
            by: UserName("quantri".into()),
            source: source(item.kind),
            item,
        },
        by: "Lý Thị Mẫu".into(),
    });
    rows.collect()
}

/// The screen with certificates, as `screen` names it.
pub fn state(screen: &str) -> State {
    let mut state = State::new(clock::local(clock::now()).date(), true, None);
    state.show(rows(), false);
    drop(state.update(Message::CountryChosen(Some("VN".into()))));
    match screen {
        "trust-import" => state.hand_over(Handover::default()),
        "trust-offer" => state.hand_over(Handover::at(Offered {
            files: vec![
                (
                    format!(
                        "danh-sach-goc.ml: danh sách gốc do {LIST} ký ngày 01/10/2026; tệp nguyên vẹn, nhưng người ký chỉ được chính danh sách xác nhận. SHA-256 của tệp: {}",
                        ledger::content_hash(LIST.as_bytes()).0
                    ),
                    Tone::Caution,
                ),
                (
                    format!(
                        "thu-hoi.crl: danh sách thu hồi có chữ ký đúng của nơi cấp đã biết. SHA-256 của tệp: {}",
                        ledger::content_hash(MADE.to_string().as_bytes()).0
                    ),
                    Tone::Good,
                ),
            ],
            items: items().into_iter().zip([true, false, false, false, true, false]).collect(),
            skipped: vec!["3 mục không đọc được".into(), "1 mục không ghi đúng một nước".into()],
            signers: 30_412,
            needs_words: true,
            selected: Some(1),
            ..Offered::default()
        })),
        "trust-remove" => drop(state.update(Message::RemoveAsked)),
        _ => {}
    }
    state
}
