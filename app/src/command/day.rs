//! `motcua day`: the demo day without hands. A card that lies on a reader is read; else the QR picture
//! of a synthetic person. What was used is said.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use clap::Args;
use identity::{
    ReadError,
    access::Keys,
    code::{Scanned, image::decode_image},
    reading::Reading,
    trust::TrustError,
};
use ledger::Ledger;
use office::{
    Explain,
    act::{Act, Circumstances, Name, Participant, Place},
    dossier::Fee,
    eform::{Filling, Form},
    entry::UserName,
    money::Dong,
    person::{Contact, Identity},
};

use super::{Context, Outcome, read};
use crate::{
    assets::Law,
    clock, demo,
    desk::{
        Desk,
        lines::{self, DraftId, Known, ToDo, Work},
    },
    failure::{AppError, Failure},
    output::say,
    picture,
    reader::{self, Request},
};

/// How long to look for a card.
const PATIENCE: Duration = Duration::from_millis(500);
/// Đăng ký khai sinh.
const PROCEDURE: &str = "1.001193";

/// The kind of act that is done.
const COPY: &str = "certified_copy";
const SALE: &str = "notary_sale";
/// What is sold on the day.
const LAND: [(&str, &str); 9] = [
    ("name", "chuyển nhượng quyền sử dụng đất"),
    ("value", "2000000000"),
    ("signed", "Ký"),
    ("sheets", "3"),
    ("text_pages", "6"),
    ("given", "mỗi bên 01 bản"),
    ("asset", "Thửa đất số 12, tờ bản đồ số 3, xã Hợp Thành, 200 m²"),
    ("asset_number", "BC 123456"),
    ("asset_owner", "Bên chuyển nhượng"),
];

/// Options of `day`.
#[derive(Args)]
pub struct Options {
    /// Thư mục để lại giấy tờ.
    #[arg(long, default_value = "motcua-day", value_name = "THƯ-MỤC")]
    out: PathBuf,
    #[command(flatten)]
    key: read::KeyOptions,
    /// Chứng thư CSCA: tệp hoặc thư mục; dùng được nhiều lần.
    #[arg(long, value_name = "ĐƯỜNG-DẪN")]
    csca: Vec<PathBuf>,
}

/// Runs the day.
pub fn run(context: &Context, options: Options) -> Outcome {
    let law = Arc::new(Law::load()?);
    let ledger = open(context, &law)?;
    let mut desk = Desk::new(ledger, law)?;
    std::fs::create_dir_all(&options.out).map_err(|source| write_error(&options.out, source))?;

    say!("1. Công dân đến quầy.");
    let people = demo::people();
    let first = people.first().ok_or_else(|| AppError::Assets("people".into()))?;
    let qr = options.out.join("the-mau-qr.png");
    picture::qr(&first.qr(), &qr)?;
    let mut declared = scan(&qr)?;
    let keys = match options.key.keys()? {
        Some(keys) => keys,
        None => Keys::number(&first.number),
    };
    let identity = match chip(&desk, &options, &keys) {
        Ok(reading) => {
            say!(
                "   Đã đọc chip của thẻ trên đầu đọc: {} APDU, {} ms.",
                reading.apdus,
                reading.milliseconds
            );
            desk.record_chip(clock::now(), &reading)?.0
        }
        Err(error) => {
            say!("   Không đọc chip: {error}");
            say!("   Dùng ảnh mã QR của người mẫu: {}", qr.display());
            desk.record_reading(clock::now(), &mut declared)?;
            declared
        }
    };
    say!("   Chứng cứ: {}. {}", identity.evidence.label(), identity.evidence.meaning());
    for reason in &identity.reasons {
        say!("   - {reason}");
    }
    match identity.waives_paper(clock::local(clock::now()).date()) {
        Ok(()) => say!("   Dữ liệu thay được giấy tờ tùy thân."),
        Err(why) => say!("   {why}"),
    }

    say!("2. Tiếp nhận hồ sơ.");
    let now = clock::local(clock::now());
    let procedure = desk
        .law
        .catalogue
        .find(PROCEDURE, now.date())
        .ok_or_else(|| AppError::Assets(PROCEDURE.into()))?;
    let asks = identity.clone();
    let reception = demo::reception(&desk.law, procedure, identity, &first.phone, now)?;
    say!("   Thủ tục: {} ({}).", reception.procedure.name, reception.procedure.code);
    let dossier = desk.receive(clock::now(), reception)?;
    say!("   Mã hồ sơ: {}.", dossier.code_label());
    if let Some(deadline) = &dossier.deadline {
        say!("   Hẹn trả: {}.", deadline.at.strftime("%H:%M ngày %d/%m/%Y"));
    }

    say!("3. Giấy tiếp nhận hồ sơ và hẹn trả kết quả.");
    let pdf = desk.receipt(clock::now(), &dossier)?;
    let path = options.out.join("giay-tiep-nhan.pdf");
    std::fs::write(&path, &pdf).map_err(|source| write_error(&path, source))?;
    say!("   {}", path.display());

    say!("4. Chứng thực bản sao từ bản chính.");
    let act = certified_copy(&mut desk, asks)?;
    say!("   {}: {} trang, {} bản.", act.name(), act.pages, act.copies);
    write_wording(&mut desk, &act, &options.out.join("loi-chung-ban-sao.pdf"))?;

    say!("5. Công chứng giao dịch.");
    let act = notarised_sale(&mut desk)?;
    if let Fee::Amount(fee) = act.fee {
        say!("   {}: phí {fee}.", act.name());
    }
    write_wording(&mut desk, &act, &options.out.join("loi-chung-cong-chung.pdf"))?;

    say!("6. Gửi lên tỉnh: {} mục đang chờ, chưa nối với tỉnh.", desk.ledger.outbox_len());
    Ok(ExitCode::SUCCESS)
}

fn write_wording(desk: &mut Desk, act: &Act, path: &Path) -> Result<(), Failure> {
    let content = desk.wording(clock::now(), &act.id)?;
    let pdf = desk.ledger.blob(&content)?;
    std::fs::write(path, &pdf).map_err(|source| write_error(path, source))?;
    say!("   {}", path.display());
    Ok(())
}

/// A sale of land between two synthetic people, notarised. A day that is played again sells it once more: the earlier
/// sales are shown to whoever notarises, and the act keeps which.
fn notarised_sale(desk: &mut Desk) -> Result<Act, Failure> {
    let mut people = Vec::new();
    for person in demo::people().iter().take(2) {
        let mut who = person.identity();
        desk.record_reading(clock::now(), &mut who)?;
        people.push(who);
    }
    let land = |form: &Form| Filling::new(form, &Identity::nobody(), &Contact::default(), &LAND);
    do_act(desk, SALE, people, land, (1, 2), demo::NOTARY)
}

/// A certified copy on paper of a diploma that the citizen brought along, in the wording of its case.
fn certified_copy(desk: &mut Desk, asks: Identity) -> Result<Act, Failure> {
    let values = [("original", "Bằng tốt nghiệp trung học phổ thông")];
    let diploma = |form: &Form| Filling::new(form, &asks, &Contact::default(), &values);
    do_act(desk, COPY, vec![asks.clone()], diploma, (2, 3), demo::CERTIFIER)
}

/// An act as a clerk would do it: everybody stands where it is likely, and fee and wording are those of its case.
fn do_act(
    desk: &mut Desk,
    kind: &str,
    people: Vec<Identity>,
    fill: impl FnOnce(&Form) -> Filling,
    (pages, copies): (u32, u32),
    certifier: &demo::Login,
) -> Result<Act, Failure> {
    let missing = || AppError::Assets(kind.into());
    let name = Name::parse(kind).map_err(|_| missing())?;
    let (law, day) = (desk.law.clone(), clock::local(clock::now()).date());
    let known = Work::Act(name.clone()).known(&law, day);
    let Some(Known::Act(definition, form)) = known else { return Err(missing().into()) };
    let mut taking_part: Vec<Participant> = Vec::new();
    for who in people {
        let standing = definition.usual(&taking_part);
        taking_part.push(Participant { standing, ..who.into() });
    }
    let data = fill(form).finished(form, day);
    let value = law.acts.by_value(definition).and_then(|rule| Dong::parse(data.value(&rule.field)));
    let fee = lines::fee(&law, definition, day, (pages, copies), value)
        .map_err(|error| ledger::LedgerError::Refused(Box::new(error)))?;
    let circumstances = Circumstances::of(Place::OneStop, &taking_part);
    let fitting = law.wordings.fitting(&name, day, circumstances, |key| data.value(key));
    let wording = fitting.first().ok_or_else(missing)?.id.clone();
    let earlier = desk.ledger.acts_of_assets(&data, &[])?;
    let asked = ToDo {
        kind: name,
        people: taking_part,
        legal_basis: law.legal_basis.first().cloned().unwrap_or_default(),
        certifier: UserName(certifier.user.into()),
        seen: earlier.into_iter().map(|act| act.id).collect(),
        // What the day certifies is made up and whole.
        is_cleared: true,
        data,
        copies,
        pages,
        fee,
        wording,
    };
    Ok(desk.do_act(clock::now(), asked, &DraftId(ledger::random_id()?))?)
}

/// The demo office as its clerk; it is made where the folder is empty.
fn open(context: &Context, law: &Arc<Law>) -> Result<Ledger, Failure> {
    if !Ledger::exists(&context.folder) {
        return Ok(demo::make(context.home(), law, clock::now())?);
    }
    if !Ledger::is_demo(&context.folder)? {
        return Err(AppError::RealOfficeDay.into());
    }
    let clerk = UserName(demo::CLERK.user.into());
    Ok(Ledger::open(context.home(), &clerk, demo::CLERK.password, clock::now())?)
}

/// Reads the picture as a scanner would.
fn scan(path: &Path) -> Result<Identity, Failure> {
    let bytes = std::fs::read(path)
        .map_err(|source| AppError::Read { path: path.display().to_string(), source })?;
    for payload in decode_image(&bytes)? {
        if let Scanned::Card(code) = Scanned::read(&payload.raw())? {
            return Ok(code.identity);
        }
    }
    Err(AppError::Assets("people".into()).into())
}

fn chip(desk: &Desk, options: &Options, keys: &Keys) -> Result<Reading, ChipError> {
    let trust = desk.trust.clone().with_files(&options.csca)?;
    let request = Request { reader: None, keys: keys.clone(), trust, patience: PATIENCE };
    Ok(reader::read(request, |_| ControlFlow::Continue(()))?)
}

#[derive(Debug, thiserror::Error)]
enum ChipError {
    #[error("{}", .0.sentence(Default::default()))]
    Trust(#[from] TrustError),
    #[error("{}", .0.sentence(Default::default()))]
    Read(#[from] ReadError),
}

fn write_error(path: &Path, source: std::io::Error) -> AppError {
    AppError::Write { path: path.display().to_string(), source }
}
