//! What the shell asks of the desk for its screens: lines, pages, pictures, and the documents that go out.

use iced::{Size, widget::image::Handle};
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime},
};
use ledger::{
    AttachmentRecord, DossierRecord, Dossiers, Filter, Hit, LedgerError, LogLine, MoveRecord, Page,
    PaymentRecord, PersonRecord, Reading, RemarkRecord, RemarkWords, Scope,
};
use office::{
    act::ActId,
    arrival::CounterNotice,
    attachment::Attachment,
    book::BookId,
    calendar::{self, due_state},
    document::Media,
    dossier::{Dossier, DossierId, Status, Submitted},
    entry::{ContentHash, Event, Numbering, UserName},
    person::{Identity, Person, ReadOn},
    subject::Subject,
    ticket::TicketId,
    workflow::{Course, Step},
};
use reports::{PaperSize, ReportError};
use widgets::preview;

use super::{
    layout,
    notice::Notice,
    outgoing::Document,
    screen::{
        dossier, dossiers,
        home::{Day, Line, MOST, Opens},
        log,
        paged::{SHORT_PAGES, seek},
        paper, person,
    },
};
use crate::{
    assets::Law,
    clock,
    desk::{
        Desk, DeskError,
        line::number as line_number,
        money::Money,
        papers::{Paper, sheet},
        steps,
    },
};

/// Latest dossiers on the home screen.
const LATEST: usize = 8;
/// Pressing dossiers on the home screen.
const PRESSING: usize = 8;
/// Dossiers on the home screen that wait for the citizen, of either kind.
const WAITING: usize = 5;
/// Pixels per point of the preview: sharp at the usual width.
const PREVIEW_SCALE: f32 = 2.0;

/// A dossier's line, with the name that counters use for the procedure.
pub fn line(law: &Law, record: &DossierRecord) -> Line {
    let dossier = &record.dossier;
    let known = law.catalogue.find(&dossier.procedure.code, dossier.received_at.date());
    Line {
        opens: Opens::Dossier(record.dossier.id.clone()),
        code: record.dossier.code_label(),
        name: record.dossier.applicant.person.name.clone(),
        procedure: known.map_or(&*dossier.procedure.name, |p| p.short_name()).to_owned(),
        badge: None,
    }
}

/// The day's figures, and the dossiers that wait for somebody's work.
pub fn day(desk: &Desk, now: DateTime) -> Result<Day, LedgerError> {
    let ledger = &desk.ledger;
    let today = now.date().to_datetime(jiff::civil::Time::midnight());
    let tomorrow = today.saturating_add(1.day());
    let year_ago = today.saturating_sub(1.year());
    let overdue = ledger.due(year_ago, today, MOST)?;
    let due_today = ledger.due(today, tomorrow, MOST)?;
    let (_, soon_until) = calendar::soon(&desk.law.calendar, now);
    let mut due_soon = ledger.due(tomorrow, soon_until, MOST)?;
    due_soon.retain(|record| {
        let deadline = record.course.deadline.as_ref();
        deadline
            .is_some_and(|deadline| calendar::is_near(deadline, record.dossier.received_at, now))
    });
    let due = |record: &DossierRecord| {
        let deadline = record.course.deadline.as_ref()?;
        let state = due_state(deadline, now);
        let near = calendar::is_near(deadline, record.dossier.received_at, now);
        let badge = Some((state.to_string(), layout::due_tone(state, near)));
        Some(Line { badge, ..line(&desk.law, record) })
    };
    let pressing = overdue.iter().chain(&due_today).chain(&due_soon).filter_map(due);
    let standing = |statuses: &[Status]| -> Result<Vec<Line>, LedgerError> {
        let filter = Filter { statuses: statuses.to_vec(), ..Filter::default() };
        let mut found = Page { items: Vec::new(), next: None };
        for _ in 0..SHORT_PAGES {
            let page = ledger.list(&filter, found.next, WAITING)?;
            found.next = page.next;
            found.items.extend(page.items);
            if found.items.len() >= WAITING || found.next.is_none() {
                break;
            }
        }
        let lines = found.items.iter().take(WAITING).map(|record| {
            let status = record.status();
            let badge = Some((status.label().to_owned(), dossier::status_tone(status)));
            Line { badge, ..line(&desk.law, record) }
        });
        Ok(lines.collect())
    };
    Ok(Day {
        due: pressing.take(PRESSING).collect(),
        to_return: standing(&[Status::Resolved])?,
        waiting: standing(&[Status::SupplementAsked, Status::PaymentAsked])?,
        date: Some(now.date()),
        received: u64::from(ledger.last_number(BookId::DOSSIER_CODE, now.date())?.last),
        due_today: due_today.len() as u64,
        due_soon: due_soon.len() as u64,
        overdue: overdue.len() as u64,
        latest: ledger
            .dossiers(&Dossiers::All, None, LATEST)?
            .items
            .iter()
            .map(|r| line(&desk.law, r))
            .collect(),
    })
}

/// Dossiers of the list's view that hold every word of its search, in its order; what is searched for newest first.
pub fn find_dossiers(
    desk: &Desk,
    list: &dossiers::State,
    before: Option<u64>,
    limit: usize,
) -> Result<Page<DossierRecord>, LedgerError> {
    let query = list.query();
    if query.trim().is_empty() {
        let filter = list.filter();
        return seek(before, |next| desk.ledger.list(&filter, next, limit), |r| list.holds(r));
    }
    let turn = |next| -> Result<Page<DossierRecord>, LedgerError> {
        let page = desk.ledger.search(query, Scope::Dossiers, next, limit)?;
        let dossier = |hit| match hit {
            Hit::Dossier(record) => Some(*record),
            Hit::Person { .. } | Hit::Line(_) => None,
        };
        Ok(Page { items: page.items.into_iter().filter_map(dossier).collect(), next: page.next })
    };
    seek(before, turn, |record| list.holds(record))
}

/// A photo with its key in the ledger.
pub type Face = (Vec<u8>, ContentHash);

/// A person of the ledger as they count today: facts, level, day and photo of the one reading that stands
/// for them.
pub fn stored_person(
    desk: &Desk,
    record: &PersonRecord,
    today: Date,
) -> Result<(Identity, Option<Face>), LedgerError> {
    let mut identity = record.best.identity.clone();
    if identity.read == ReadOn::Unread {
        identity.read = ReadOn::Day(clock::local(record.best.at).date());
    }
    let face = match &record.best.face {
        Some(hash) => match desk.ledger.blob(hash) {
            // The check tells of it; the person is served all the same.
            Err(LedgerError::ContentLost) => None,
            bytes => Some((bytes?, hash.clone())),
        },
        None => None,
    };
    Ok((identity.as_of(today), face))
}

/// What this reading must be held against: a stronger one of an earlier time.
pub fn stronger_before(record: &PersonRecord, now: &Identity) -> Option<String> {
    let best = &record.best;
    if best.identity.evidence.rank() >= now.evidence.rank() {
        return None;
    }
    let differs = different(&now.person, &best.identity.person);
    Some(format!("Lần trước: {}; lần này: {}.{differs}", told(best), now.evidence.label()))
}

/// A reading's level and day.
fn told(reading: &Reading) -> String {
    let day = clock::local(reading.at).strftime("%d/%m/%Y");
    format!("{} {day}", reading.identity.evidence.label())
}

/// Where two readings tell different things, in a sentence.
fn different(one: &Person, other: &Person) -> String {
    match one.differences(other).as_slice() {
        [] => String::new(),
        names => format!(" Khác nhau: {}. Hãy so với giấy tờ.", names.join(", ")),
    }
}

/// What an entry is about, see [`log::detail`].
pub fn detail(desk: &Desk, event: &Event) -> String {
    let words = log::Words {
        code: &|subject: &Subject| desk.name_of(subject).unwrap_or_else(|_| subject.to_string()),
        book: &|id| desk.book_label(id),
        known: &|who| desk.ledger.claim_label(who).unwrap_or_default(),
    };
    log::detail(event, &words)
}

/// A line of a person's history.
pub fn happened(desk: &Desk, line: &LogLine) -> person::Happened {
    let event = line.entry.as_ref().map(|entry| &entry.what);
    let (detail, opens) = match event {
        Some(Event::DossierReceived { dossier }) => (
            format!("{} – {}", dossier.code_label(), dossier.procedure.name),
            Some(Subject::from(&dossier.id)),
        ),
        Some(Event::IdentityRead { identity, .. }) => {
            let kind = identity.document.as_ref().map(|document| document.kind.label());
            let kind = kind.map(|kind| format!(" – {kind}")).unwrap_or_default();
            (format!("{}{kind}", identity.evidence.label()), None)
        }
        Some(event) => (detail(desk, event), event.about().subject),
        None => (String::new(), None),
    };
    person::Happened {
        at: clock::local(line.at),
        by: line.user.0.clone(),
        label: event.map_or("", Event::label),
        detail,
        opens,
    }
}

/// What the readings since then say, in a sentence each: weaker, so they replaced nothing.
pub fn weaker_since(record: &PersonRecord) -> Vec<String> {
    let best = &record.best;
    let later = record.later.iter();
    let weaker = later.filter(|one| one.identity.evidence.rank() > best.identity.evidence.rank());
    weaker
        .map(|one| {
            format!(
                "Thông tin và ảnh theo lần đọc: {}; lần sau: {} – yếu hơn nên không thay.{}",
                told(best),
                told(one),
                different(&one.identity.person, &best.identity.person)
            )
        })
        .collect()
}

/// A chip's photo as pixels; `None` for formats and sizes that cannot be shown.
pub fn photo(bytes: &[u8]) -> Option<Handle> {
    let picture = identity::picture::decode(bytes)?;
    Some(Handle::from_rgba(picture.width, picture.height, picture.rgba))
}

/// A dossier with all that its screen shows; its receipt is made if it is missing. The notice tells why
/// the receipt could not be made.
pub fn dossier(
    desk: &mut Desk,
    id: &DossierId,
    at: Timestamp,
) -> Result<(dossier::Record, Option<Notice>), LedgerError> {
    let record = desk.dossier(id)?;
    let problem = match record.status() {
        Status::Annulled => None,
        _ => desk.receipt(at, &record.dossier).err().map(|error| Notice::error(&error)),
    };
    let moves = desk.moves(id)?;
    let asked =
        moves.iter().rev().filter(|made| made.counts).find_map(|made| match &made.movement.step {
            Step::SupplementAsked { items, .. } => Some(items.clone()),
            _ => None,
        });
    let asked_and_undone = moves
        .iter()
        .any(|made| !made.counts && matches!(made.movement.step, Step::SupplementAsked { .. }));
    let past = moves
        .iter()
        .map(|made| dossier::Past {
            at: made.movement.at,
            by: made.movement.by.clone(),
            label: made.movement.step.label(),
            detail: steps::detail(&made.movement.step),
            undone: !made.counts && !matches!(made.movement.step, Step::Undone { .. }),
            remark: None,
        })
        .collect();
    let papers = desk
        .ledger
        .papers(id)?
        .into_iter()
        .map(|made| {
            let paper = Paper { kind: made.kind, of: made.of };
            let (at, title) = (clock::local(made.at), desk.title(id, &paper)?);
            let title = match made.numbers {
                Numbering::Issued => title,
                Numbering::Awaited => format!("{title} – chờ cấp số"),
            };
            Ok(dossier::Made { at, title, paper, content: made.content })
        })
        .collect::<Result<_, LedgerError>>()?;
    let to_make = desk
        .papers_to_make(id)?
        .into_iter()
        .map(|paper| Ok((desk.title(id, &paper)?, paper)))
        .collect::<Result<_, LedgerError>>()?;
    let procedure = &record.dossier.procedure;
    let known = desk.law.catalogue.find(&procedure.code, record.dossier.received_at.date());
    let result = known.and_then(|procedure| procedure.results.first().cloned());
    let resumed = desk.resumed(&record, at);
    let money = desk.money(&record, &moves)?;
    let attachments = desk.ledger.attachments(id)?;
    let mut also = history(&record, &money);
    also.extend(notes(desk, id, &attachments)?);
    let mut files = files(&record.dossier, &moves);
    files.extend(attachments.into_iter().filter(|put| put.removed.is_none()).map(|put| {
        let Attachment { id, name, content, .. } = put.attachment;
        dossier::Attached { content, name, put: Some(id) }
    }));
    let asked_for = known.into_iter().flat_map(|procedure| &procedure.components);
    let checklist = asked_for.map(|component| component.name.clone()).collect();
    let gaps = desk.gaps(&record, &moves, &money, at);
    let money = money.account.words(&record.dossier.fee);
    let status = record.status();
    // An annulled reception has no way to go on.
    let (dossier, course) = (record.dossier, Course { status, ..record.course });
    Ok((
        dossier::Record {
            dossier,
            course,
            past,
            also,
            files,
            checklist,
            papers,
            to_make,
            gaps,
            money,
            result: result.unwrap_or_default(),
            resumed,
            asked: asked.unwrap_or_default(),
            asked_and_undone,
        },
        problem,
    ))
}

/// What belongs to a dossier's history besides its steps.
fn history(record: &DossierRecord, money: &Money) -> Vec<dossier::Past> {
    let dossier = &record.dossier;
    let past = |at, by: &str, label, detail| dossier::Past {
        at,
        by: by.to_owned(),
        label,
        detail,
        undone: false,
        remark: None,
    };
    let received = past(
        dossier.received_at,
        &dossier.receiver,
        "Tiếp nhận hồ sơ",
        format!("{}, số thành phần: {}", dossier.channel.label(), dossier.components.len()),
    );
    let mut also = vec![received];
    for PaymentRecord { payment, cancelled, .. } in &money.payments {
        let number = payment.receipt.issued().map_or_else(|| "chờ".into(), |n| n.value.to_string());
        let (total, method) = (payment.total(), payment.method.label().to_lowercase());
        let words = format!("Biên lai số {number}: {total}, {method}");
        also.push(past(payment.at, &payment.collector, "Thu phí, lệ phí", words));
        if let Some(cancelled) = cancelled {
            let words = format!("Biên lai số {number}: {}", cancelled.reason);
            also.push(past(clock::local(cancelled.at), &cancelled.by.0, "Hủy biên lai", words));
        }
    }
    for line in &money.account.transfers {
        let words = format!("{}, số giao dịch {}", line.amount, line.reference);
        also.push(past(line.at, "Sao kê", "Ngân hàng báo có", words));
    }
    if let Some(annulled) = &record.annulled {
        let at = clock::local(annulled.at);
        also.push(past(at, &annulled.by.0, "Hủy tiếp nhận", annulled.reason.clone()));
    }
    also
}

/// What was noted on a dossier, and the files that were put to it afterwards.
fn notes(
    desk: &Desk,
    id: &DossierId,
    attachments: &[AttachmentRecord],
) -> Result<Vec<dossier::Past>, LedgerError> {
    let past = |at, by: &UserName, label, detail: &str| {
        let by = desk.full_name(by)?;
        let (at, detail) = (clock::local(at), detail.to_owned());
        Ok::<_, LedgerError>(dossier::Past { at, by, label, detail, undone: false, remark: None })
    };
    let mut all = Vec::new();
    for RemarkRecord { place, at, by, words } in desk.ledger.remarks(id)? {
        let (words, remark) = match words {
            RemarkWords::Kept(text) => (text, Some(place)),
            RemarkWords::Erased { at, by, legal_basis, reason } => {
                let (day, by) = (clock::local(at).strftime("%d/%m/%Y"), desk.full_name(&by)?);
                let words = format!(
                    "Nội dung đã xóa ngày {day} theo {legal_basis}. Người xóa: {by}. Lý do: {reason}"
                );
                (words, None)
            }
        };
        all.push(past(at, &by, "Ghi chú", &words).map(|past| dossier::Past { remark, ..past }));
    }
    for put in attachments {
        let name = &put.attachment.name;
        all.push(past(put.at, &put.by, "Đính kèm tệp", name));
        if let Some(removed) = &put.removed {
            let words = format!("{name}. Lý do: {}", removed.reason);
            all.push(past(removed.at, &removed.by, "Bỏ tệp đính kèm", &words));
        }
    }
    all.into_iter().collect()
}

/// The files that go with a dossier: of its components, of what was brought later, and its result.
fn files(dossier: &Dossier, moves: &[MoveRecord]) -> Vec<dossier::Attached> {
    let of = |part: &Submitted| {
        let content = part.proof.as_ref()?.content()?.clone();
        Some(dossier::Attached { content, name: part.name.clone(), put: None })
    };
    let mut files: Vec<_> = dossier.components.iter().filter_map(of).collect();
    for made in moves.iter().filter(|made| made.counts) {
        match &made.movement.step {
            Step::Supplemented { components, .. } => files.extend(components.iter().filter_map(of)),
            Step::Resolved(outcome) => {
                files.extend(outcome.content.clone().map(|content| dossier::Attached {
                    content,
                    name: format!("Kết quả: {}", outcome.title),
                    put: None,
                }))
            }
            _ => {}
        }
    }
    files
}

/// The pages of a paper that is kept.
pub fn pages(desk: &Desk, content: &ContentHash) -> Result<Vec<preview::Page>, DeskError> {
    Ok(pdf_pages(&desk.ledger.blob(content)?)?)
}

/// The pages of a document.
pub fn pdf_pages(pdf: &[u8]) -> Result<Vec<preview::Page>, ReportError> {
    let images = reports::preview::render(pdf, PREVIEW_SCALE)?;
    Ok(images.into_iter().map(page).collect())
}

fn page(page: reports::preview::PageImage) -> preview::Page {
    preview::Page {
        size: Size::new(page.width as f32, page.height as f32),
        handle: Handle::from_rgba(page.width, page.height, page.rgba),
    }
}

/// A kept paper, to be printed or saved.
pub fn document(desk: &Desk, dossier: &Dossier, paper: &dossier::Made) -> Result<Document, Notice> {
    let bytes = desk.ledger.blob(&paper.content).map_err(|error| Notice::error(&error))?;
    Ok(Document {
        name: name(dossier, &paper.title),
        ending: "pdf",
        bytes,
        size: sheet(paper.paper.kind),
    })
}

/// The paper of a notice, to be seen and printed.
pub fn notice(desk: &Desk, notice: &CounterNotice) -> Result<paper::State, DeskError> {
    let (kind, pdf) = desk.notice(notice)?;
    let pages = pdf_pages(&pdf)?;
    let title = match notice.number.issued() {
        Some(issued) => format!("{} số {:02}", kind.label(), issued.value),
        None => kind.label().to_owned(),
    };
    Ok(paper::State::new(title, pdf, sheet(kind), pages, None))
}

/// A kept paper under this name, to be seen and printed again as it was handed over.
pub fn kept(
    desk: &Desk,
    title: String,
    paper: &Paper,
    content: &ContentHash,
) -> Result<paper::State, DeskError> {
    let pdf = desk.ledger.blob(content)?;
    let pages = pdf_pages(&pdf)?;
    Ok(paper::State::new(title, pdf, sheet(paper.kind), pages, None))
}

/// The signed file of an electronic act under this name, to be seen, printed and saved.
pub fn signed(desk: &Desk, title: String, id: &ActId) -> Result<paper::State, DeskError> {
    let pdf = desk.signed_file(id)?;
    let pages = pdf_pages(&pdf)?;
    Ok(paper::State::new(title, pdf, PaperSize::A4, pages, None))
}

/// What a paper of a dossier is called, as a file too: by the dossier's code, no person.
pub fn name(dossier: &Dossier, title: &str) -> String {
    format!("{title} {}", dossier.code().unwrap_or_else(|| dossier.id.0.clone()))
}

/// The slip of a ticket of today, to be seen and printed.
pub fn slip(desk: &Desk, id: &TicketId, at: Timestamp) -> Result<paper::State, Notice> {
    let (ticket, ahead) = desk.ticket(at, id).map_err(|error| Notice::error(&error))?;
    let (now, words) = (clock::local(at), &desk.law.papers.ticket);
    let made = reports::ticket_slip(&desk.office, &ticket, ahead, now, words);
    let made = made.and_then(|pdf| Ok((pdf_pages(&pdf.bytes)?, pdf.bytes)));
    let (pages, pdf) = made.map_err(|error| Notice::error(&error))?;
    let title = format!("Phiếu số thứ tự {}", line_number(&ticket));
    Ok(paper::State::new(title, pdf, PaperSize::Roll80, pages, None))
}

/// The pages of a document of a person's store.
pub fn document_pages(bytes: &[u8], media: Media) -> Result<Vec<preview::Page>, Notice> {
    match media {
        Media::Pdf => pdf_pages(bytes).map_err(|error| Notice::error(&error)),
        Media::Jpeg | Media::Png => {
            let picture = crate::picture::scaled(bytes, PICTURE).ok_or_else(|| {
                Notice::caution(
                    "Ảnh trong kho không vẽ lại được. Nội dung vẫn còn nguyên trong sổ. Hãy lưu một bản quét khác.",
                )
            })?;
            let (width, height, rgba) = picture;
            Ok(vec![preview::Page {
                size: Size::new(width as f32, height as f32),
                handle: Handle::from_rgba(width, height, rgba),
            }])
        }
    }
}

/// The first page of a file that is looked at before it is taken; `None` where it cannot be drawn.
pub fn look(bytes: &[u8], media: Media) -> Option<Vec<preview::Page>> {
    match media {
        Media::Pdf => {
            let pages = reports::preview::render_pages(bytes, LOOK_SCALE, 0..1).ok()?;
            Some(pages.into_iter().map(page).collect())
        }
        Media::Jpeg | Media::Png => document_pages(bytes, media).ok(),
    }
}

/// Pixels per point of a small look.
const LOOK_SCALE: f32 = 0.75;

/// The longer side of a shown scan, in pixels: sharp at the usual width.
const PICTURE: u32 = 1600;

/// The recovery code on paper, to be printed or saved; nothing of it stays in the ledger.
pub fn recovery_sheet(desk: &Desk, code: &str) -> Result<Document, Notice> {
    let (now, words) = (clock::local(clock::now()), &desk.law.papers.recovery);
    let pdf = reports::recovery_sheet(&desk.office, code, now, words)
        .map_err(|error| Notice::error(&error))?;
    Ok(Document {
        name: "Phiếu khôi phục".into(),
        ending: "pdf",
        bytes: pdf.bytes,
        size: PaperSize::A4,
    })
}

/// Said of a recovery sheet that lies in a file.
pub const REMOVE_SHEET: &str =
    "Hãy in phiếu rồi xóa tệp khỏi máy: ai có tệp này cũng mở được sổ cái.";

/// ` – 12 mục chờ gửi, cũ nhất 3 giờ`, or nothing where none waits.
pub fn waiting(desk: &Desk) -> Result<String, LedgerError> {
    let count = desk.ledger.outbox_len();
    if count == 0 {
        return Ok(String::new());
    }
    let oldest = desk.ledger.outbox_oldest()?;
    let age = oldest.map(|at| clock::now().duration_since(at)).map(|age| match age.as_hours() {
        hours if hours >= 48 => format!(", cũ nhất {} ngày", hours / 24),
        hours if hours >= 1 => format!(", cũ nhất {hours} giờ"),
        _ => format!(", cũ nhất {} phút", age.as_mins()),
    });
    Ok(format!(" – {count} mục chờ gửi{}", age.unwrap_or_default()))
}
