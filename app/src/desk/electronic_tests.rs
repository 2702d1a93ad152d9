//! Electronic copies at a desk with a real ledger: what a signature that fails, comes late or is lost leaves behind.
#![allow(clippy::unwrap_used, clippy::panic)]

use jiff::{Timestamp, civil::date};
use office::{
    Explain,
    act::{Act, ActError, ActId, LookupCode, Name},
    book::BookId,
    dossier::Fee,
    eform::Filling,
    entry::{ContentHash, Event, Numbering, PaperKind, PaperOf, Role, User, UserName},
    money::Dong,
    person::{Contact, Identity},
    subject::Subject,
};
use reports::verify::Level;

use super::{
    Desk,
    certificates::Status,
    lines::{DraftId, Known, ToDo, Work, fee},
    tests::desk,
};
use crate::{clock, demo, scan::Scan};

/// Monday, 23 November 2026, at an hour.
pub(super) fn at(hour: i8) -> Timestamp {
    clock::instant(date(2026, 11, 23).at(hour, 0, 0, 0))
}

fn kind() -> Name {
    Name::parse("electronic_copy").unwrap()
}

pub(super) fn draft(n: u8) -> DraftId {
    DraftId(format!("{n:032x}"))
}

/// A page of A5 at 200 dpi, each `n` another one.
pub(super) fn page(n: u8) -> Scan {
    let picture = image::RgbImage::from_pixel(1_166, 1_654, image::Rgb([n, 200, 230]));
    let mut png = Vec::new();
    picture.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
    Scan::of(String::new(), png).unwrap()
}

pub(crate) fn asked(desk: &Desk, pages: u32) -> ToDo {
    let (work, day) = (Work::Act(kind()), date(2026, 11, 23));
    let Some(Known::Act(definition, form)) = work.known(&desk.law, day) else { panic!() };
    let values = [("original", "Bằng tốt nghiệp")];
    let filling = Filling::new(form, &Identity::nobody(), &Contact::default(), &values);
    ToDo {
        kind: kind(),
        people: vec![demo::people()[0].identity().into()],
        seen: Vec::new(),
        is_cleared: true,
        legal_basis: "Luật thử".into(),
        data: filling.finished(form, day),
        copies: 1,
        pages,
        fee: fee(&desk.law, definition, day, (pages, 1), None).unwrap(),
        certifier: UserName("chi".into()),
        wording: Name::parse("electronic_copy_45").unwrap(),
    }
}

pub(super) fn kept(desk: &mut Desk, draft: &DraftId, count: u8) -> Vec<ContentHash> {
    desk.ledger.save_draft(&draft.key(), b"{}").unwrap();
    (0..count).map(|n| desk.keep_page(draft, &page(n)).unwrap()).collect()
}

pub(super) fn number(act: &Act) -> u32 {
    act.number.issued().unwrap().value
}

pub(super) fn last(desk: &Desk) -> u32 {
    let book = BookId::new("electronic_copy").unwrap();
    desk.ledger.last_number(book, date(2026, 11, 23)).unwrap().last
}

const PASSWORD: &str = "Mật-khẩu-8";

/// Somebody else who certifies.
fn another_certifier(desk: &mut Desk) -> UserName {
    let other = User {
        name: UserName("binh".into()),
        full_name: "Người Bình".into(),
        title: "Phó Chủ tịch".into(),
        roles: vec![Role::Certifier],
    };
    desk.ledger.add_user(at(8), other.clone(), PASSWORD).unwrap();
    other.name
}

#[test]
fn the_stamp_tells_the_number_that_the_signed_copy_gets() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let pages = kept(&mut desk, &draft(1), 3);
    let todo = asked(&desk, 3);
    assert_eq!(todo.fee, Fee::Amount(Dong(5_000)));
    let unsigned = desk.prepare_copy(at(9), todo, &draft(1), &pages).unwrap();
    let stamp =
        "CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH\nSố chứng thực 1, quyển số 01/2026 - SCTĐT/BS\n";
    assert!(unsigned.stamp.starts_with(stamp), "{}", unsigned.stamp);
    assert_eq!(last(&desk), 0, "nothing is used before it is signed");
    assert_eq!(reports::preview::render(&unsigned.document().unwrap(), 0.2).unwrap().len(), 3);

    let act = desk.finish_copy(unsigned, b"signed").unwrap();
    assert_eq!((number(&act), last(&desk)), (1, 1));
    let document = act.document.clone().unwrap();
    assert_eq!(desk.ledger.blob(&document).unwrap(), b"signed");
    assert!(desk.ledger.drafts().unwrap().is_empty(), "draft and pages ended with it");
    assert!(desk.ledger.check().unwrap().clean());
}

/// The act names what was signed; what was added behind it is a paper of the act. What waits is told by the ledger
/// alone, so that it is the same after a restart.
#[test]
fn a_file_with_a_time_stamp_is_kept_beside_the_signed_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let pages = kept(&mut desk, &draft(1), 1);
    let todo = asked(&desk, 1);
    let unsigned = desk.prepare_copy(at(9), todo, &draft(1), &pages).unwrap();
    let act = desk.finish_copy(unsigned, b"signed").unwrap();
    let waits = |desk: &Desk| !desk.unstamped(at(10), None).unwrap().acts.is_empty();
    assert_eq!(desk.unstamped(at(10), None).unwrap().acts, std::slice::from_ref(&act.id));
    let sealer = desk.ledger.sealer();
    let signed = desk.to_stamp(&act.id).unwrap();
    assert_eq!(signed.read().unwrap(), b"signed");
    for other in [&b"signed"[..], b"signe", b"another file"] {
        assert!(signed.extended(other.into(), Level::Archive, &sealer).is_none());
    }
    assert!(signed.extended(b"signed, not stamped".into(), Level::Basic, &sealer).is_none());

    let stamped =
        signed.extended(b"signed, stamped".into(), Level::Time, &sealer).unwrap().unwrap();
    let late = signed
        .extended(b"signed, stamped elsewhere".into(), Level::Archive, &sealer)
        .unwrap()
        .unwrap();
    desk.keep_stamped(at(10), &act.id, &stamped).unwrap();
    assert!(desk.keep_stamped(at(10), &act.id, &stamped).is_err(), "nothing is kept twice");
    assert!(desk.keep_stamped(at(10), &act.id, &late).is_err(), "nor beside what is there");
    assert!(waits(&desk), "for its proof");
    let much_later = at(10) + jiff::SignedDuration::from_hours(31 * 24);
    assert!(desk.unstamped(much_later, None).unwrap().acts.is_empty(), "not for ever");

    let proven = desk.to_stamp(&act.id).unwrap();
    assert_eq!(proven.read().unwrap(), b"signed, stamped");
    let again = b"signed, stamped, more".to_vec();
    assert!(
        proven.extended(again, Level::LongTerm, &sealer).is_none(),
        "what is worth no more is not kept"
    );
    let proven = proven
        .extended(b"signed, stamped, proven".into(), Level::Archive, &sealer)
        .unwrap()
        .unwrap();
    desk.keep_stamped(at(10), &act.id, &proven).unwrap();
    assert_eq!(desk.signed_file(&act.id).unwrap(), b"signed, stamped, proven");
    assert!(!waits(&desk));
    assert_eq!(desk.stamped(&act.id).unwrap().unwrap().kind, PaperKind::LongTerm);
    assert_eq!(desk.act(&act.id).unwrap().act.document, act.document);

    // Nothing that does not begin with what was signed stands in its place, whoever kept it.
    let other = b"another file";
    let event = Event::PaperMade {
        subject: Subject::from(&act.id),
        kind: PaperKind::LongTerm,
        of: PaperOf::Beginning,
        content: ledger::content_hash(other),
        numbers: Numbering::Issued,
    };
    desk.ledger.record(at(11), event, &[other]).unwrap();
    // Nobody made any of them: they stand not among the papers that were issued.
    assert!(desk.ledger.made(ledger::Way::Falling, None, None, 10).unwrap().items.is_empty());
    assert_eq!(desk.signed_file(&act.id).unwrap(), b"signed, stamped, proven");
    assert!(desk.ledger.check().unwrap().clean());
}

#[test]
fn what_is_never_signed_uses_no_number_and_keeps_its_pages() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let pages = kept(&mut desk, &draft(1), 1);
    for _ in 0..3 {
        let todo = asked(&desk, 1);
        drop(desk.prepare_copy(at(9), todo, &draft(1), &pages).unwrap());
    }
    assert_eq!(last(&desk), 0);
    assert_eq!(desk.page(&draft(1), &pages[0]).unwrap(), page(0).bytes);
    assert!(desk.ledger.check().unwrap().clean());
    desk.drop_line(&draft(1)).unwrap();
    assert!(desk.page(&draft(1), &pages[0]).is_err());
}

/// Two copies are prepared with the same number; the second signature comes too late for it.
#[test]
fn a_number_that_went_to_another_act_meanwhile_is_not_used_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let both = [1, 2].map(|n| {
        let pages = kept(&mut desk, &draft(n), 1);
        let todo = asked(&desk, 1);
        desk.prepare_copy(at(9), todo, &draft(n), &pages).unwrap()
    });
    let [first, second] = both;
    assert_eq!(number(&desk.finish_copy(first, b"one").unwrap()), 1);
    let late = desk.finish_copy(second, b"two").unwrap_err();
    assert_eq!((late.code(), last(&desk)), ("OFF-169", 1));
    // Signed anew it gets the next one.
    let pages = kept(&mut desk, &draft(2), 1);
    let todo = asked(&desk, 1);
    let again = desk.prepare_copy(at(10), todo, &draft(2), &pages).unwrap();
    assert_eq!(number(&desk.finish_copy(again, b"two").unwrap()), 2);
    assert!(desk.ledger.check().unwrap().clean());
}

#[test]
fn what_cannot_be_certified_is_refused_before_anybody_signs() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    another_certifier(&mut desk);
    let pages = kept(&mut desk, &draft(1), 1);
    let mut refused = |change: fn(&mut ToDo), pages: &[ContentHash]| {
        let mut todo = asked(&desk, 1);
        change(&mut todo);
        desk.prepare_copy(at(9), todo, &draft(1), pages).unwrap_err().code()
    };
    assert_eq!(refused(|_| {}, &[]), "OFF-167");
    assert_eq!(refused(|todo| todo.certifier = UserName("binh".into()), &pages), "OFF-170");
    assert_eq!(refused(|todo| todo.people.clear(), &pages), "OFF-151");
    assert_eq!(refused(|todo| todo.wording = Name::parse("copy_23").unwrap(), &pages), "OFF-158");
    // It is no act on paper, and one on paper has no file.
    let todo = asked(&desk, 1);
    assert_eq!(desk.do_act(at(9), todo, &draft(1)).unwrap_err().code(), "OFF-167");
    assert_eq!(last(&desk), 0);
}

/// What goes to the province's look-up names nobody, and leads from a code back to its act.
#[test]
fn the_look_up_knows_code_number_state_and_hash_and_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    for n in [1, 2] {
        let pages = kept(&mut desk, &draft(n), 1);
        let todo = asked(&desk, 1);
        let unsigned = desk.prepare_copy(at(9), todo, &draft(n), &pages).unwrap();
        desk.finish_copy(unsigned, &[n]).unwrap();
    }
    let acts = desk.ledger.acts(None, 9).unwrap().items;
    let (second, first) = (acts[0].act.clone(), acts[1].act.clone());
    let annulled = Event::ActAnnulled { act: second.id.clone(), reason: "Ghi nhầm".into() };
    desk.ledger.record(at(10), annulled, &[]).unwrap();

    let day = date(2026, 11, 23);
    let (file, bytes) = desk.certificates(at(11), None, day).unwrap();
    let told: Vec<_> = file
        .certificates
        .iter()
        .map(|one| (one.number, one.status, one.annulled_on, one.sha256.clone().unwrap()))
        .collect();
    // SHA-256 of the bytes 01 and 02.
    let hashes = [
        "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a",
        "dbc1b4c900ffe48d575b5da5c638040125f65db0fe3e24494b76ea986457d986",
    ];
    assert_eq!(
        told,
        [
            (1, Status::Valid, None, hashes[0].to_owned()),
            (2, Status::Annulled, Some(day), hashes[1].to_owned()),
        ]
    );
    let text = String::from_utf8(bytes).unwrap();
    let name = &first.people[0].who.person.name;
    assert!(!text.contains(name.as_str()) && !text.contains("Bằng tốt nghiệp"), "{text}");
    let code = LookupCode::parse(&file.certificates[0].code).unwrap();
    assert_eq!(desk.ledger.act_of_code(code).unwrap().unwrap().act, first);
    let other = LookupCode::parse("0000-0000-0000-0000").unwrap();
    assert_eq!(desk.ledger.act_of_code(other).unwrap(), None);
    let before = date(2026, 11, 22);
    assert!(desk.certificates(at(11), None, before).unwrap().0.certificates.is_empty());
}

/// Whoever certifies writes the entry: another certifier's hand is refused, whatever the file.
#[test]
fn nobody_completes_what_another_signed() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let other = another_certifier(&mut desk);
    let pages = kept(&mut desk, &draft(1), 1);
    let todo = asked(&desk, 1);
    let unsigned = desk.prepare_copy(at(9), todo, &draft(1), &pages).unwrap();
    let act = desk.finish_copy(unsigned, b"one").unwrap();
    let Desk { ledger, law, .. } = desk;
    drop(ledger);
    let ledger = ledger::Ledger::open(folder.path(), &other, PASSWORD, at(10)).unwrap();
    let mut desk = Desk::new(ledger, law).unwrap();
    let forged = desk.ledger.append_with(at(10), &[b"two"], |numbers| {
        let number = numbers.next(act.number.series().book, date(2026, 11, 23));
        let document = Some(ledger::content_hash(b"two"));
        let act = Act { id: ActId("f".repeat(32)), number, document, ..act.clone() };
        Ok::<_, ActError>(Event::ActDone { act: Box::new(act) })
    });
    assert_eq!(forged.unwrap_err().code(), "OFF-170");
    assert_eq!(last(&desk), 1);
}

/// What is only rehearsed leaves nothing: no entry, no lease of a new year, no volume, no content.
#[test]
fn what_is_rehearsed_leaves_the_ledger_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let pages = kept(&mut desk, &draft(1), 1);
    let state = |desk: &Desk| {
        let contents = folder.path().join("office/contents");
        let files = std::fs::read_dir(contents).map_or(0, |files| files.count());
        (desk.ledger.head().clone(), desk.ledger.volumes().unwrap(), files)
    };
    let before = state(&desk);
    let todo = asked(&desk, 1);
    drop(desk.prepare_copy(at(9), todo, &draft(1), &pages).unwrap());
    assert_eq!(state(&desk), before);
    assert!(desk.ledger.check().unwrap().clean());
}
