//! Who may do what: every role against every kind of event, tried on a real ledger.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use std::path::Path;

use fixture::{
    PASSWORD, at, chi, found, identity, known, office, read_event, receive, reception,
    rooms::{
        PAGE, annul_act, arrival, arrive, attach, delegate, do_act, document, draw, give_back,
        give_notice, keep, law, pay, portal_codes, prepare, random_act, remark, statement, step,
        transfer,
    },
    teller, trial, trust_item, trust_source, user, write_line,
};
use ledger::{
    Dossiers, EventKind, Ledger, LedgerError, Present, Restore, Scope, SeatRequest, content_hash,
};
use office::{
    Explain,
    act::{ActId, DelegationId},
    attachment::AttachmentId,
    book::{Book, BookId, Issued, Period},
    conflict::{ConflictKind, Settlement},
    document::{DocumentId, KeptDocument},
    dossier::{DossierId, ReceptionError},
    entry::{
        DeviceId, Event, Numbering, PaperKind, PaperOf, Purpose, Role,
        Shown::{self, ToLogReaders, ToReaders},
        User, UserName,
    },
    evidence::Evidence,
    export::{Export, ExportFormat, ExportKind},
    payment::PaymentId,
    person::{Document, DocumentKind, Identity, Person, PersonId},
    ticket::{TicketId, TicketStep},
};
use tempfile::tempdir;

/// Columns: clerk, certifier, notary, head, archivist, security administrator, lodging owner; whom the log
/// shows it to.
const MATRIX: [(EventKind, &str, Shown); 61] = [
    (EventKind::OfficeFounded, ".......", ToLogReaders),
    (EventKind::DeviceEnrolled, ".......", ToLogReaders),
    (EventKind::DeviceAdmitted, "...x...", ToLogReaders),
    (EventKind::BranchAdmitted, "...x...", ToLogReaders),
    (EventKind::UserAdded, "...x.x.", ToLogReaders),
    (EventKind::UserChanged, "...x.x.", ToLogReaders),
    (EventKind::UserDisabled, "...x.x.", ToLogReaders),
    (EventKind::UserEnabled, "...x.x.", ToLogReaders),
    (EventKind::PasswordChanged, "...x.x.", ToLogReaders),
    (EventKind::LoginsFailed, ".......", ToLogReaders),
    (EventKind::BookOpened, "...xx..", ToLogReaders),
    (EventKind::LineWritten, "xxxxx.x", ToReaders),
    (EventKind::VolumeOpened, "...xx..", ToLogReaders),
    (EventKind::VolumeClosed, "...xx..", ToLogReaders),
    (EventKind::LeaseTaken, "...x...", ToLogReaders),
    (EventKind::NumberAssigned, ".......", ToLogReaders),
    (EventKind::IdentityRead, "xxx...x", ToReaders),
    (EventKind::PersonViewed, "xxxxx.x", ToReaders),
    (EventKind::PeopleMerged, "x..x...", ToReaders),
    (EventKind::PeopleParted, "x..x...", ToReaders),
    (EventKind::PersonSplit, "x..x...", ToReaders),
    (EventKind::DossierReceived, "x......", ToReaders),
    (EventKind::DossierAnnulled, "x..x...", ToReaders),
    (EventKind::PaperMade, "xxxx...", ToReaders),
    (EventKind::BackupMade, "...x.x.", ToLogReaders),
    (EventKind::Restored, "...x.x.", ToLogReaders),
    (EventKind::WitnessMade, ".......", ToLogReaders),
    (EventKind::KeyDemanded, "...x.x.", ToLogReaders),
    (EventKind::KeyChanged, ".......", ToLogReaders),
    (EventKind::ClockAccepted, "...x...", ToLogReaders),
    (EventKind::RecoveryUsed, ".......", ToLogReaders),
    (EventKind::RecoveryRenewed, "...x.x.", ToLogReaders),
    (EventKind::TrustAdded, "...x.x.", ToLogReaders),
    (EventKind::TrustRemoved, "...x.x.", ToLogReaders),
    (EventKind::DossierMoved, "xx.x...", ToReaders),
    (EventKind::NoticeGiven, "xx.x...", ToReaders),
    (EventKind::DossierArrived, "x..x...", ToReaders),
    (EventKind::FeePaid, "x......", ToReaders),
    (EventKind::PaymentCancelled, "x..x...", ToReaders),
    (EventKind::StatementImported, "x..x...", ToReaders),
    (EventKind::TicketDrawn, "x......", ToLogReaders),
    (EventKind::TicketMoved, "xx.....", ToLogReaders),
    (EventKind::DocumentKept, "xx..x..", ToReaders),
    (EventKind::DocumentViewed, "xxxxx..", ToReaders),
    (EventKind::DocumentRemoved, "...xx..", ToReaders),
    (EventKind::ActDone, "xxxx...", ToReaders),
    (EventKind::ActAnnulled, ".xxx...", ToReaders),
    (EventKind::ActPrepared, "xxxx...", ToReaders),
    (EventKind::ActReturned, "xxxx...", ToReaders),
    (EventKind::DelegationGiven, "...x...", ToLogReaders),
    (EventKind::DelegationEnded, "...x...", ToLogReaders),
    (EventKind::RemarkMade, "xxxxx..", ToReaders),
    (EventKind::AttachmentAdded, "xxxx...", ToReaders),
    (EventKind::AttachmentRemoved, "xxxx...", ToReaders),
    (EventKind::Erased, "...xx..", ToReaders),
    (EventKind::SettingsChanged, "...x...", ToLogReaders),
    (EventKind::LawUpdated, "...xx..", ToLogReaders),
    (EventKind::ConflictSettled, "...x...", ToReaders),
    (EventKind::PortalCodesEntered, "...x.x.", ToLogReaders),
    (EventKind::BackupPlanned, "...x.x.", ToLogReaders),
    (EventKind::Exported, "xx.xx..", ToLogReaders),
];

/// What the office of the test has from the beginning.
fn ledger_payment() -> PaymentId {
    PaymentId("02".repeat(16))
}

fn kept_document() -> DocumentId {
    DocumentId("03".repeat(16))
}

fn done_act() -> ActId {
    ActId("05".repeat(16))
}

fn put_attachment() -> AttachmentId {
    AttachmentId("04".repeat(16))
}

fn name(role: Role) -> UserName {
    UserName(format!("u{}", role as u8))
}

fn attempt(
    kind: EventKind,
    ledger: &mut Ledger,
    id: &DossierId,
    [who, other]: [PersonId; 2],
    scratch: &Path,
) -> Result<(), LedgerError> {
    let now = at(100);
    match kind {
        EventKind::OfficeFounded => {
            ledger.record(now, Event::OfficeFounded { office: office(false) }, &[]).map(drop)
        }
        EventKind::DeviceEnrolled => {
            let event = Event::DeviceEnrolled {
                device: DeviceId("00".repeat(16)),
                public_key: "00".repeat(32),
                label: String::new(),
            };
            ledger.record(now, event, &[]).map(drop)
        }
        EventKind::DeviceAdmitted => {
            let request = SeatRequest::make(&scratch.join("seat"), "Quầy 2").unwrap();
            ledger.admit_seat(&request, &scratch.join("copy"), now).map(drop)
        }
        EventKind::BranchAdmitted => ledger.admit_branches(now).map(drop),
        EventKind::LoginsFailed => {
            ledger.record(now, Event::LoginsFailed { user: chi(), count: 1 }, &[]).map(drop)
        }
        EventKind::UserAdded => {
            ledger.add_user(now, user("moi", &[Role::SecurityAdministrator]), PASSWORD)
        }
        EventKind::UserChanged => {
            let bo = User { title: "Phó phòng".into(), ..user("bo", &[Role::Clerk]) };
            ledger.change_user(now, bo)
        }
        EventKind::UserEnabled => {
            ledger.add_user(now, user("ve", &[Role::SecurityAdministrator]), PASSWORD)
        }
        EventKind::UserDisabled => ledger.disable_user(now, &UserName("bo".into()), "nghỉ"),
        EventKind::PasswordChanged => ledger.reset_password(now, &chi(), PASSWORD),
        EventKind::LineWritten => ledger.append(now, write_line(now, "Sở Nội vụ")).map(drop),
        EventKind::VolumeOpened => ledger.open_volume(now, BookId::TRACKING, 2027),
        EventKind::VolumeClosed => ledger.close_volume(now, BookId::TRACKING, 2026),
        EventKind::BookOpened => {
            let book = Book { id: BookId::new("trial_two").unwrap(), ..ledger.books()?.remove(1) };
            ledger.open_book(now, book)
        }
        EventKind::LeaseTaken => ledger.continue_after(now, BookId::TRACKING, 50, false),
        EventKind::NumberAssigned => {
            let series = Period::Year.series(BookId::TRACKING, ledger::local_day(now));
            let number = Issued { series, value: 9, epoch: 1 };
            ledger.record(now, Event::NumberAssigned { place: 1, number }, &[]).map(drop)
        }
        EventKind::IdentityRead => {
            ledger.record(now, read_event(1, Evidence::Typed), &[]).map(drop)
        }
        EventKind::PersonViewed => ledger.view_person(now, who, Purpose::Search).map(drop),
        EventKind::PeopleMerged => {
            let event =
                Event::PeopleMerged { one: who, other, reason: "đổi hộ chiếu".into() };
            ledger.record(now, event, &[]).map(drop)
        }
        EventKind::PeopleParted => {
            let event = Event::PeopleParted { one: who, other, reason: "trùng tên".into() };
            ledger.record(now, event, &[]).map(drop)
        }
        EventKind::PersonSplit => {
            let event = Event::PersonSplit { who, reason: "nhầm số".into() };
            ledger.record(now, event, &[]).map(drop)
        }
        EventKind::DossierReceived => ledger.append(now, receive(reception(2, now))).map(drop),
        EventKind::DossierAnnulled => ledger
            .record(now, Event::DossierAnnulled { dossier: id.clone(), reason: "nhầm".into() }, &[])
            .map(drop),
        EventKind::PaperMade => {
            let event = Event::PaperMade {
                subject: id.into(),
                kind: PaperKind::Receipt,
                of: PaperOf::Beginning,
                content: content_hash(b"pdf"),
                numbers: Numbering::Issued,
            };
            ledger.record(now, event, &[b"pdf"]).map(drop)
        }
        EventKind::BackupMade => ledger.backup(&scratch.join("made"), now).map(drop),
        EventKind::Restored => panic!("tried on a backup"),
        EventKind::WitnessMade => ledger.record(now, Event::WitnessMade, &[]).map(drop),
        EventKind::KeyDemanded => ledger.demand_new_key(now),
        EventKind::KeyChanged => ledger.record(now, Event::KeyChanged, &[]).map(drop),
        EventKind::ClockAccepted => ledger.accept_clock(at(-1_000)),
        EventKind::RecoveryUsed => {
            ledger.record(now, Event::RecoveryUsed { user: chi() }, &[]).map(drop)
        }
        EventKind::RecoveryRenewed => ledger.renew_recovery(now).map(drop),
        EventKind::TrustAdded => ledger.add_trust(now, &trust_source(), &[trust_item(2)]).map(drop),
        EventKind::TrustRemoved => {
            ledger.remove_trust(now, &[trust_item(1).0.fingerprint], "hết dùng")
        }
        EventKind::DossierMoved => {
            ledger.record(now, step(id, 0, now, transfer("Người hai")), &[]).map(drop)
        }
        EventKind::NoticeGiven => ledger.append(now, give_notice(3, now, None)).map(drop),
        EventKind::DossierArrived => {
            ledger.record(now, arrive(arrival("G22-2", now)), &[b"message"]).map(drop)
        }
        EventKind::FeePaid => ledger.append(now, pay(id, 8_000, now)).map(drop),
        EventKind::PaymentCancelled => {
            let payment = ledger_payment();
            let reason = "thu nhầm".into();
            ledger.record(now, Event::PaymentCancelled { payment, reason }, &[]).map(drop)
        }
        EventKind::StatementImported => {
            ledger.record(now, statement(&[("FT1", id, 8_000)], now), &[]).map(drop)
        }
        EventKind::TicketDrawn => ledger.append(now, draw("", false, now)).map(drop),
        EventKind::TicketMoved => {
            let (ticket, step) = (TicketId("01".repeat(16)), TicketStep::Served);
            ledger.record(now, Event::TicketMoved { ticket, step }, &[]).map(drop)
        }
        EventKind::DocumentKept => {
            ledger.record(now, keep(document(who, b"scan")), &[b"scan"]).map(drop)
        }
        EventKind::DocumentViewed => {
            ledger.open_document(now, &kept_document(), Purpose::Reception).map(drop)
        }
        EventKind::DocumentRemoved => {
            let event =
                Event::DocumentRemoved { document: kept_document(), reason: "hết hạn".into() };
            ledger.record(now, event, &[]).map(drop)
        }
        EventKind::ActDone => {
            ledger.append(now, do_act(random_act(), trial().id, &[1], now)).map(drop)
        }
        EventKind::ActPrepared => {
            let own = ledger.user().name.0.clone();
            let asker = vec![identity(1, Evidence::ChipSigned)];
            let event = prepare(random_act(), &own, None, trial().id, asker, now);
            ledger.record(now, event, &[PAGE]).map(drop)
        }
        EventKind::ActReturned => {
            let (own, id) = (ledger.user().name.0.clone(), random_act());
            let asker = vec![identity(1, Evidence::ChipSigned)];
            let event = prepare(id.clone(), &own, None, trial().id, asker, now);
            ledger.record(now, event, &[PAGE])?;
            ledger.record(now, give_back(&id), &[]).map(drop)
        }
        EventKind::ActAnnulled => ledger.record(now, annul_act(&done_act()), &[]).map(drop),
        EventKind::DelegationGiven => {
            let event = delegate("07", &ledger.user().name.0.clone(), "bo");
            ledger.record(now, event, &[]).map(drop)
        }
        EventKind::DelegationEnded => {
            ledger.end_delegation(now, &DelegationId("06".repeat(16)), "hết việc")
        }
        EventKind::RemarkMade => ledger.record(now, remark(id, "hẹn chiều"), &[]).map(drop),
        EventKind::AttachmentAdded => {
            ledger.record(now, attach(&fixture::rooms::id(), id, b"tep"), &[b"tep"]).map(drop)
        }
        EventKind::AttachmentRemoved => {
            ledger.remove_attachment(now, &put_attachment(), "nhầm hồ sơ")
        }
        EventKind::Erased => {
            let places: Vec<u64> = ledger.remarks(id)?.iter().map(|remark| remark.place).collect();
            ledger.erase(now, &places, "Luật", "nhầm người")
        }
        EventKind::SettingsChanged => {
            ledger.record(now, Event::SettingsChanged { settings: Box::default() }, &[]).map(drop)
        }
        EventKind::LawUpdated => ledger.record(now, law(b"law"), &[b"law"]).map(drop),
        EventKind::ConflictSettled => {
            let (kind, words) = (ConflictKind::Step, "làm lại".into());
            let settlement = Box::new(Settlement { place: 1, kind, words });
            ledger.record(now, Event::ConflictSettled { settlement }, &[]).map(drop)
        }
        EventKind::PortalCodesEntered => {
            ledger.record(now, portal_codes(&[("Hộ tịch", "GIA-1")], None), &[]).map(drop)
        }
        EventKind::BackupPlanned => {
            ledger.record(now, Event::BackupPlanned { plan: Box::default() }, &[]).map(drop)
        }
        EventKind::Exported => {
            let export = Box::new(Export {
                kind: ExportKind::Register,
                from: None,
                to: ledger::local_day(now),
                format: ExportFormat::Pdf,
                rows: 1,
                content: content_hash(b"pdf"),
            });
            ledger.record(now, Event::Exported { export }, &[]).map(drop)
        }
    }
}

#[test]
fn every_role_may_do_exactly_what_the_table_says() {
    let scratch = tempdir().unwrap();
    // One office with a user of each role, kept as a backup; each attempt starts from a copy of it.
    let origin = scratch.path().join("origin");
    let (mut ledger, _) = found(&origin);
    ledger.open_book(at(0), trial().book()).unwrap();
    for role in Role::ALL {
        ledger.add_user(at(1), user(&name(role).0, &[role]), PASSWORD).unwrap();
    }
    ledger.add_user(at(1), user("bo", &[Role::Clerk]), PASSWORD).unwrap();
    ledger.add_user(at(1), user("ve", &[Role::SecurityAdministrator]), PASSWORD).unwrap();
    ledger.disable_user(at(1), &UserName("ve".into()), "nghỉ").unwrap();
    let received = ledger.append(at(2), receive(reception(1, at(2)))).unwrap();
    let passport = Identity {
        document: Some(Document {
            kind: DocumentKind::Passport,
            number: "24AA00001".into(),
            expiry: None,
        }),
        person: Person::default(),
        ..identity(2, Evidence::Typed)
    };
    let passport = Event::IdentityRead {
        identity: Box::new(passport),
        face: None,
        signer: None,
        legal_basis: "Luật Căn cước".into(),
    };
    let passport = ledger.record(at(2), passport, &[]).unwrap();
    let who = [known(&mut ledger, 1, at(2)), teller(&passport)];
    let Event::DossierReceived { dossier } = received.what else { panic!() };
    ledger.record(at(2), delegate("06", "chi", "bo"), &[]).unwrap();
    ledger.add_trust(at(2), &trust_source(), &[trust_item(1)]).unwrap();
    ledger
        .append(at(2), |numbers| {
            let mut event = draw("", false, at(2))(numbers)?;
            if let Event::TicketDrawn { ticket } = &mut event {
                ticket.id = TicketId("01".repeat(16));
            }
            Ok::<_, ReceptionError>(event)
        })
        .unwrap();
    ledger
        .append(at(2), |numbers| {
            let mut event = pay(&dossier.id, 8_000, at(2))(numbers)?;
            if let Event::FeePaid { payment } = &mut event {
                payment.id = ledger_payment();
            }
            Ok::<_, ReceptionError>(event)
        })
        .unwrap();
    ledger.append(at(2), do_act(done_act(), trial().id, &[1], at(2))).unwrap();
    ledger.record(at(2), attach(&put_attachment().0, &dossier.id, b"put"), &[b"put"]).unwrap();
    ledger.record(at(2), remark(&dossier.id, "nhầm người"), &[]).unwrap();
    let kept = KeptDocument { id: kept_document(), ..document(who[0], b"kept") };
    ledger.record(at(2), keep(kept), &[b"kept"]).unwrap();
    let backup = scratch.path().join("backup");
    ledger.backup(&backup, at(3)).unwrap();
    drop(ledger);

    for (i, role) in Role::ALL.into_iter().enumerate() {
        let data = scratch.path().join(format!("data{i}"));
        let request = Restore {
            user: &name(role),
            password: PASSWORD,
            device_label: "Máy mới",
            accept_findings: false,
            present: Present::Refused,
            at: at(4),
        };
        let restored = Ledger::restore(&backup, &data, &request).map(|_| ());
        for (kind, row, shown) in MATRIX {
            let expected = row.as_bytes()[i] == b'x';
            assert_eq!(kind.roles().contains(&role), expected, "{kind:?} {role:?}");
            assert_eq!(kind.facts().shown, shown, "{kind:?}");
            if kind == EventKind::Restored {
                assert_eq!(outcome(&restored), expected, "{kind:?} {role:?}");
                continue;
            }
            let copy = scratch.path().join(format!("copy{i}-{kind:?}"));
            copy_office(&origin, &copy);
            let mut ledger = Ledger::open(&copy, &name(role), PASSWORD, at(5)).unwrap();
            let before = ledger.head().clone();
            let tried = attempt(kind, &mut ledger, &dossier.id, who, &copy);
            assert_eq!(outcome(&tried), expected, "{kind:?} {role:?}");
            assert_eq!(ledger.may(kind), expected);
            let grown = ledger.head().sequence > before.sequence;
            // No machine was copied here: there is nothing to admit.
            let writes = expected && kind != EventKind::BranchAdmitted;
            assert_eq!(grown, writes, "{kind:?} {role:?}: an entry only where it is allowed");
        }
    }
}

/// Allowed, or refused for want of a role; anything else is a failure of the test.
fn outcome(result: &Result<(), LedgerError>) -> bool {
    match result {
        Ok(()) => true,
        Err(LedgerError::NotAllowed { .. }) => false,
        Err(other) => panic!("{}: {other}", other.code()),
    }
}

fn copy_office(from: &Path, to: &Path) {
    std::fs::create_dir_all(to.join("office")).unwrap();
    for file in std::fs::read_dir(from.join("office")).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join("office").join(file.file_name())).unwrap();
    }
}

#[test]
fn who_keeps_the_keys_reads_no_dossier_and_clerks_read_no_log() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    for role in Role::ALL {
        ledger.add_user(at(1), user(&name(role).0, &[role]), PASSWORD).unwrap();
    }
    drop(ledger);
    for (role, dossiers, log) in [
        (Role::Clerk, true, false),
        (Role::Certifier, true, false),
        (Role::Notary, true, false),
        (Role::Head, true, true),
        (Role::Archivist, true, true),
        (Role::SecurityAdministrator, false, true),
        (Role::LodgingOwner, true, false),
    ] {
        let ledger = Ledger::open(data.path(), &name(role), PASSWORD, at(2)).unwrap();
        assert_eq!(ledger.search("a", Scope::All, None, 9).is_ok(), dossiers, "{role:?}");
        assert_eq!(ledger.dossiers(&Dossiers::All, None, 9).is_ok(), dossiers, "{role:?}");
        assert_eq!(ledger.log(&[], ledger::Way::Falling, None, 9).is_ok(), log, "{role:?}");
        if let Ok(page) = ledger.log(&[], ledger::Way::Falling, None, 9) {
            for line in page.items {
                let row = MATRIX.iter().find(|row| Some(row.0) == line.kind).unwrap();
                let shown = dossiers || row.2 == ToLogReaders;
                assert_eq!(line.entry.is_some(), shown, "{role:?} {:?}", line.kind);
            }
        }
    }
}

#[test]
fn only_a_head_makes_readers() {
    let scratch = tempdir().unwrap();
    let (mut ledger, _) = found(scratch.path());
    for role in [Role::Head, Role::SecurityAdministrator, Role::Clerk] {
        ledger.add_user(at(1), user(&name(role).0, &[role]), PASSWORD).unwrap();
    }
    drop(ledger);
    for granter in [Role::Head, Role::SecurityAdministrator, Role::Clerk] {
        let mut ledger = Ledger::open(scratch.path(), &name(granter), PASSWORD, at(2)).unwrap();
        for (i, granted) in Role::ALL.into_iter().enumerate() {
            let expected = granter == Role::Head
                || (granter == Role::SecurityAdministrator
                    && granted == Role::SecurityAdministrator);
            assert_eq!(ledger.may_grant(granted), expected, "{granter:?} {granted:?}");
            let mut new = user(&format!("{}-{i}", name(granter).0), &[granted]);
            new.roles.push(Role::SecurityAdministrator);
            let tried = ledger.add_user(at(3), new, PASSWORD);
            assert_eq!(outcome(&tried), expected, "{granter:?} {granted:?}");
        }
    }
}

/// Each who may change users tries to give each role to somebody and to take it away.
#[test]
fn roles_are_changed_by_whom_they_are_granted() {
    let scratch = tempdir().unwrap();
    let (mut ledger, _) = found(scratch.path());
    let granters = [Role::Head, Role::SecurityAdministrator, Role::Clerk];
    for role in granters {
        ledger.add_user(at(1), user(&name(role).0, &[role]), PASSWORD).unwrap();
    }
    ledger.add_user(at(1), user("ba", &[Role::LodgingOwner]), PASSWORD).unwrap();
    ledger.add_user(at(1), user("bao", &Role::ALL), PASSWORD).unwrap();
    drop(ledger);
    let roles = |ledger: &Ledger, name: &str| {
        let all = ledger.all_users().unwrap();
        all.into_iter().find(|known| known.user.name.0 == name).unwrap().user.roles
    };
    for granter in granters {
        let mut ledger = Ledger::open(scratch.path(), &name(granter), PASSWORD, at(2)).unwrap();
        for role in Role::ALL.into_iter().filter(|role| *role != Role::LodgingOwner) {
            let expected = granter == Role::Head
                || (granter == Role::SecurityAdministrator && role == Role::SecurityAdministrator);
            let both = [Role::LodgingOwner, role];
            let given = ledger.change_user(at(3), user("ba", &both));
            assert_eq!(outcome(&given), expected, "{granter:?} gives {role:?}");
            assert_eq!(roles(&ledger, "ba").contains(&role), expected);
            let rest: Vec<_> = Role::ALL.into_iter().filter(|other| *other != role).collect();
            let taken = ledger.change_user(at(3), user("bao", &rest));
            assert_eq!(outcome(&taken), expected, "{granter:?} takes {role:?}");
            assert_eq!(!roles(&ledger, "bao").contains(&role), expected);
            if expected {
                ledger.change_user(at(3), user("ba", &[Role::LodgingOwner])).unwrap();
                ledger.change_user(at(3), user("bao", &Role::ALL)).unwrap();
            }
        }
        assert!(ledger.check().unwrap().findings.is_empty());
    }
}

#[test]
fn nobody_changes_own_roles_and_a_head_is_always_left() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let keeper = UserName("khoa".into());
    ledger.add_user(at(1), user("khoa", &[Role::Clerk]), PASSWORD).unwrap();
    let me = ledger.user().clone();
    let fewer = User { roles: vec![Role::Clerk], ..me.clone() };
    assert_eq!(ledger.change_user(at(2), fewer).unwrap_err().code(), "LED-34");
    let named = User { full_name: "Trần Thị Chi Mai".into(), ..me.clone() };
    ledger.change_user(at(2), named.clone()).unwrap();
    assert_eq!(ledger.user(), &named, "the session knows at once");
    let gone = user("khong", &[Role::Clerk]);
    assert_eq!(ledger.change_user(at(2), gone).unwrap_err().code(), "LED-04");

    ledger.change_user(at(3), user("khoa", &[Role::Head])).unwrap();
    drop(ledger);
    let mut ledger = Ledger::open(data.path(), &keeper, PASSWORD, at(4)).unwrap();
    ledger.change_user(at(5), User { roles: vec![Role::Clerk], ..named.clone() }).unwrap();
    drop(ledger);
    // Nobody is left who could give the role back.
    let mut ledger = Ledger::open(data.path(), &keeper, PASSWORD, at(6)).unwrap();
    let own = user("khoa", &[Role::Clerk]);
    assert_eq!(ledger.change_user(at(6), own).unwrap_err().code(), "LED-34");
}

#[test]
fn the_security_administrator_reads_who_may_what_but_nobodys_data() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let keeper = name(Role::SecurityAdministrator);
    ledger.add_user(at(1), user(&keeper.0, &[Role::SecurityAdministrator]), PASSWORD).unwrap();
    let received = ledger.append(at(2), receive(reception(1, at(2)))).unwrap();
    let Event::DossierReceived { dossier } = received.what else { panic!() };
    let annulled = Event::DossierAnnulled { dossier: dossier.id, reason: "nhầm".into() };
    ledger.record(at(3), annulled, &[]).unwrap();
    drop(ledger);
    let ledger = Ledger::open(data.path(), &keeper, PASSWORD, at(4)).unwrap();
    let lines = ledger.log(&[], ledger::Way::Falling, None, 50).unwrap().items;
    let shown: Vec<_> = lines.iter().filter(|l| l.entry.is_some()).filter_map(|l| l.kind).collect();
    assert!(shown.contains(&EventKind::UserAdded), "{shown:?}");
    let hidden: Vec<_> =
        lines.iter().filter(|l| l.entry.is_none()).filter_map(|l| l.kind).collect();
    assert_eq!(hidden, [EventKind::DossierAnnulled, EventKind::DossierReceived]);
}
