//! Transactions in the real window, by keys: two parties and two witnesses before a clerk and a certifier; a notarised
//! sale that the block list stops.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use journeys::{
    pdf_text,
    window::{Window, administrator, assert_clean, demo},
};
use office::act::{Part, Standing};

const CLERK: (&str, &str) = ("tiepnhan", "Ruong-bac-thang-26");
const NOTARY: (&str, &str) = ("congchung", "Nam-Thi-trong-26");

/// Codes of synthetic people, as a scanner writes them.
const PEOPLE: [&str; 4] = [
    "001099000123||NGUYEN VAN A|02011999|Nam|Xa Hop Thanh, tinh Lao Cai|10052022",
    "001099000124||NGUYEN VAN B|03011999|Nam|Xa Hop Thanh, tinh Lao Cai|10052022",
    "001099000125||NGUYEN VAN C|04011999|Nam|Xa Hop Thanh, tinh Lao Cai|10052022",
    "001099000126||NGUYEN VAN D|05011999|Nam|Xa Hop Thanh, tinh Lao Cai|10052022",
];

/// Whoever is at the counter, with a work that is chosen by a few words.
fn begin(window: &Window, work: &str, title: &str) {
    window.settle();
    window.screen.write(PEOPLE[0]);
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Công dân");
    window.screen.press(&["F5"]);
    window.screen.wait_for_title("Chọn việc");
    window.screen.write(work);
    window.wait_until_still("transactions-choice");
    window.screen.press(&["Return"]);
    window.screen.wait_for_title(title);
}

/// One more person's paper.
fn one_more(window: &Window, code: &str) {
    let before = window.screen.look();
    window.screen.press(&["F7"]);
    window.settle_from(before);
    let before = window.screen.look();
    window.screen.scan(code);
    window.settle_from(before);
}

/// Goes through fields with Tab, typing into each; an empty one stays as it is, and of a list Tab takes what was
/// found.
fn fill(window: &Window, values: &[&str]) {
    for value in values {
        if !value.is_empty() {
            window.screen.write(value);
            window.settle();
        }
        window.screen.press(&["Tab"]);
    }
}

#[test]
fn two_parties_and_two_witnesses_sign_before_clerk_and_certifier() {
    let data = demo();
    let mut window = Window::open_with(data.path(), None, &[]);
    window.log_in_as(CLERK.0, CLERK.1);
    begin(&window, "chung thuc giao dich", "Chứng thực");
    // Name, signed, sheets, pages, given, note; the asset, its number, owner, issued, issuer, whether it is land.
    fill(
        &window,
        &["tang cho xe may", "Ky", "2", "4", "", "", "Xe may", "24B1-123.45", "", "", "", "Khong"],
    );
    window.wait_until_still("transactions-filled");
    one_more(&window, PEOPLE[1]);
    for witness in &PEOPLE[2..] {
        one_more(&window, witness);
        // From the second side to the witnesses it is one turn.
        let before = window.screen.look();
        window.screen.press(&["ctrl+t"]);
        window.settle_from(before);
    }
    let before = window.screen.look();
    window.screen.press(&["ctrl+4"]);
    window.settle_from(before);
    fill(&window, &["Vang Thi"]);
    window.settle();
    window.wait_until_still("transactions-people");
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Đã ghi vào sổ");
    window.screen.press(&["F8"]);
    window.screen.wait_for_title("Phiếu");
    window.wait_until_still("transactions-wording");
    window.screen.press(&["F8"]);
    let told = pdf_text(&window.saved()).split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "LỜI CHỨNG CHỨNG THỰC GIAO DỊCH",
        "Bên A: ",
        "Bên B: ",
        "có người làm chứng: ",
        "là người tiếp nhận hồ sơ",
        "Người tiếp nhận hồ sơ",
        "Người thực hiện chứng thực",
        "quyển số 01/",
    ] {
        assert!(told.contains(words), "no {words:?} in {told}");
    }
    window.kill();
    assert_clean(data.path());
    let ledger = administrator(data.path());
    let act = ledger.acts(None, 1).unwrap().items.remove(0).act;
    let parts: Vec<Part> = act.signers.iter().map(|signer| signer.part).collect();
    assert_eq!(parts, [Part::Receives, Part::Certifies]);
    let witnesses = act.people.iter().filter(|one| one.standing == Standing::Witness).count();
    assert_eq!((act.people.len(), witnesses), (4, 2));
}

#[test]
fn a_notarised_sale_stops_at_the_block_list() {
    let data = demo();
    let mut window = Window::open_with(data.path(), None, &[]);
    window.log_in_as(NOTARY.0, NOTARY.1);
    begin(&window, "ngan chan", "Ghi sổ");
    // What, which document, its day, whose, lifted by; the asset.
    fill(
        &window,
        &["Ngan chan", "12/CV-THA", "20/11/2026", "Chi cuc Thi hanh an", "", "BC 123456"],
    );
    window.wait_until_still("transactions-block");
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Đã ghi vào sổ");
    window.screen.press(&["F12"]);
    window.screen.wait_for_title("Trang chính");

    begin(&window, "chuyen nhuong, mua ban", "Chứng thực");
    // Name, content, value, place, service, signed, sheets, pages, why, given, note; the asset, number, owner.
    let sale = [
        "chuyen nhuong",
        "",
        "2000000000",
        "",
        "",
        "Ky",
        "3",
        "6",
        "",
        "",
        "",
        "Thua dat",
        "BC 123456",
        "A",
    ];
    fill(&window, &sale);
    one_more(&window, PEOPLE[1]);
    window.wait_until_still("transactions-sale");
    let before = window.screen.look();
    window.screen.press(&["F2"]);
    window.settle_from(before);
    window.wait_until_still("transactions-barred");
    // Nothing but the block stands in the way: of another asset the same is notarised.
    let before = window.screen.look();
    window.screen.press(&["ctrl+2"]);
    window.settle_from(before);
    window.screen.press(&["Tab", "ctrl+a"]);
    window.screen.write("BC 999999");
    window.settle();
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Đã ghi vào sổ");
    window.kill();
    assert_clean(data.path());
    let ledger = administrator(data.path());
    let acts = ledger.acts(None, 9).unwrap().items;
    let assets: Vec<_> = acts.iter().map(|one| one.act.form.value("asset_number")).collect();
    assert_eq!(assets, ["BC 999999"], "what is barred is not notarised");
}
