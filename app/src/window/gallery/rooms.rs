//! The rooms behind the counter and the taking of money, by the window's own messages.

use std::{io::Write, path::PathBuf};

use ledger::{BackupProgress, LedgerError};
use office::{
    arrival::NoticeKind,
    book::{BookId, VolumeId},
    settings::LawKind,
};
use widgets::{DateInput, date::Century};

use super::{Counter, Message, Shell};
use crate::{
    clock,
    desk::{intake::ToTell, money::Standing},
    diagnostics::Part,
    failure::{AppError, Failure},
    window::{
        backups::Running,
        screen::{
            books, calendar, cash, catalogue, codes, diagnostics, dossier, issued, numbers, pay,
            period, queue, statement,
        },
        shell::{
            Bar, Door,
            file_read::{self, Asked},
        },
    },
};

/// Names of these screens.
pub const SCREENS: [&str; 53] = [
    "pay",
    "pay-transfer",
    "pay-exempt",
    "pay-lines",
    "pay-cancel",
    "cash",
    "cash-empty",
    "statement",
    "statement-refused",
    "queue",
    "queue-ticket",
    "queue-slip",
    "hall",
    "issued",
    "issued-paper",
    "register",
    "books",
    "books-close",
    "books-bind",
    "statistics",
    "catalogue",
    "catalogue-search",
    "catalogue-essential",
    "catalogue-unknown",
    "catalogue-fees",
    "catalogue-import",
    "codes",
    "codes-missing",
    "codes-empty",
    "codes-form",
    "codes-import",
    "codes-waiting",
    "codes-clerk",
    "calendar",
    "calendar-add",
    "calendar-refused",
    "calendar-hours",
    "calendar-hours-refused",
    "calendar-hours-set",
    "settings",
    "backup",
    "backup-running",
    "numbers",
    "seats",
    "seats-conflict",
    "seats-settle",
    "seats-hand-over",
    "seats-admit",
    "seats-restored",
    "seats-fork",
    "seats-adopt",
    "seats-copy",
    "diagnostics",
];

/// Whether a screen is shown to the head of the office.
pub fn is_for_head(screen: &str) -> bool {
    screen.starts_with("catalogue-import")
        || (screen.starts_with("codes") && screen != "codes-clerk")
        || screen.starts_with("calendar")
        || screen.starts_with("settings")
        || screen.starts_with("statement")
        || screen.starts_with("backup")
        || screen == "numbers"
        || screen.starts_with("seats")
        || screen == "pay-cancel"
}

/// Opens the screen of this name.
pub fn open(shell: &mut Shell, screen: &str, counter: &Counter) -> Result<(), Failure> {
    let import = catalogue::Message::Import;
    match screen {
        _ if screen.starts_with("pay") => return take_money(shell, screen, counter),
        "cash" | "cash-empty" => {
            enter(shell, Door::Cash, counter);
            let month = period::Message::LengthChosen(match screen {
                "cash" => period::Length::Month,
                _ => period::Length::Day,
            });
            drop(shell.update(cash::Message::Period(month).into(), counter));
        }
        "statement" | "statement-refused" => {
            let file = statement_file(shell, screen == "statement-refused")?;
            enter(shell, Door::Cash, counter);
            for message in [
                cash::Message::Own(cash::Own::StatementAsked),
                cash::Message::Own(cash::Own::Statement(statement::Message::PathTyped(path(
                    &file,
                )))),
                cash::Message::Own(cash::Own::Statement(statement::Message::Confirmed)),
            ] {
                drop(shell.update(message.into(), counter));
            }
            arrive(shell, Asked::Statement(path(&file)), &file, counter);
        }
        "queue" => enter(shell, Door::Queue, counter),
        "queue-ticket" | "queue-slip" => {
            enter(shell, Door::Queue, counter);
            let drawn = queue::Message::Drawn("Đất đai".into());
            let shown = (screen == "queue-slip").then_some(queue::Message::SlipShown);
            for message in [drawn].into_iter().chain(shown) {
                drop(shell.update(message.into(), counter));
            }
        }
        "hall" => {
            enter(shell, Door::Queue, counter);
            drop(shell.update(queue::Message::HallAsked.into(), counter));
        }
        "issued" | "issued-paper" => {
            make_papers(shell, counter)?;
            enter(shell, Door::Issued, counter);
            if screen == "issued-paper" {
                drop(shell.update(issued::Message::Opened(0).into(), counter));
            }
        }
        "register" => enter(shell, Door::Register, counter),
        "books" | "books-close" | "books-bind" => {
            enter(shell, Door::Books, counter);
            if screen == "books-close" {
                let year = clock::local(clock::now()).year();
                let volume = VolumeId { book: BookId::TRACKING, year, volume: 1 };
                let asked = books::Message::Asked(books::Deed::Close(volume));
                drop(shell.update(asked.into(), counter));
            }
            if screen == "books-bind" {
                let asked = books::Message::BindAsked(BookId::TRACKING);
                drop(shell.update(asked.into(), counter));
            }
        }
        "backup" => enter(shell, Door::Backup, counter),
        "backup-running" => {
            enter(shell, Door::Backup, counter);
            shell.backup_begun(Running::at(BackupProgress::Copying(180 << 20, 412 << 20)));
        }
        "diagnostics" => {
            let mut state = diagnostics::State::default();
            state.update(diagnostics::Message::Looked(machine()));
            shell.screen = state.into();
        }
        "numbers" => {
            let day = clock::local(clock::now()).date();
            let ledger = &shell.desk.ledger;
            let books = ledger.books()?.into_iter();
            let waiting = books.map(|book| ledger.last_number(book.id, day));
            let waiting = waiting.collect::<Result<Vec<_>, _>>()?;
            let mut state = numbers::State::new(waiting, true);
            state.update(numbers::Message::Typed(BookId::TRACKING, "5000".into()));
            let far = LedgerError::NumberJump {
                book: shell.desk.book_label(BookId::TRACKING),
                known: 24,
                given: 5000,
            };
            state.refused(BookId::TRACKING, &far);
            shell.screen = state.into();
        }
        _ if screen.starts_with("seats") => {
            shell.screen = super::seats::state(screen, shell.desk.ledger.books()?)?.into();
        }
        "statistics" => enter(shell, Door::Statistics, counter),
        "catalogue" => enter(shell, Door::Catalogue, counter),
        "catalogue-search" => {
            enter(shell, Door::Catalogue, counter);
            let typed = catalogue::Message::QueryTyped("chung thuc ban sao".into());
            drop(shell.update(typed.into(), counter));
        }
        "catalogue-essential" => {
            enter(shell, Door::Catalogue, counter);
            let viewed = catalogue::Message::Viewed(1);
            drop(shell.update(viewed.into(), counter));
        }
        "catalogue-unknown" => {
            enter(shell, Door::Catalogue, counter);
            let viewed = catalogue::Message::Viewed(2);
            drop(shell.update(viewed.into(), counter));
        }
        "catalogue-fees" => {
            enter(shell, Door::Catalogue, counter);
            let typed = catalogue::Message::QueryTyped("cap doi the can cuoc".into());
            drop(shell.update(typed.into(), counter));
        }
        "catalogue-import" => {
            let file = catalogue_file()?;
            enter(shell, Door::Catalogue, counter);
            for message in [
                catalogue::Message::ImportAsked,
                import(catalogue::import::Message::PathTyped(path(&file))),
                import(catalogue::import::Message::Confirmed),
            ] {
                drop(shell.update(message.into(), counter));
            }
            let from = clock::local(clock::now()).date();
            let handed =
                catalogue::import::Handed { kind: LawKind::Catalogue, path: path(&file), from };
            arrive(shell, Asked::Law(handed), &file, counter);
            let selected = import(catalogue::import::Message::Selected(0));
            drop(shell.update(selected.into(), counter));
        }
        _ if screen.starts_with("codes") => return show_codes(shell, screen, counter),
        "calendar-hours" | "calendar-hours-refused" | "calendar-hours-set" => {
            enter(shell, Door::Calendar, counter);
            let from = DateInput::new(Some(jiff::civil::date(2027, 1, 4)), Century::This);
            let saturday = match screen {
                "calendar-hours-refused" => "11:30-7:30",
                _ => "7h30-11h30",
            };
            for message in [
                calendar::Message::HoursAsked,
                calendar::Message::Hours(calendar::hours::Change::From(from)),
                calendar::Message::Hours(calendar::hours::Change::Session(5, 0, saturday.into())),
                calendar::Message::WordsTyped("Quyết định 31/QĐ-UBND (mẫu)".into()),
            ] {
                drop(shell.update(message.into(), counter));
            }
            if screen != "calendar-hours" {
                let confirmed = calendar::Message::Confirmed;
                drop(shell.update(confirmed.into(), counter));
            }
        }
        "calendar" | "calendar-add" | "calendar-refused" => {
            enter(shell, Door::Calendar, counter);
            if screen == "calendar" {
                return Ok(());
            }
            let day = |day| DateInput::new(Some(day), Century::This);
            let wrong = jiff::civil::date(2027, 1, 1);
            for message in [
                calendar::Message::HolidayAsked,
                calendar::Message::NameTyped("Ngày hội văn hóa của xã (mẫu)".into()),
                calendar::Message::FirstTyped(day(match screen {
                    "calendar-add" => jiff::civil::date(2026, 12, 21),
                    _ => wrong,
                })),
                calendar::Message::WordsTyped("Thông báo 12/TB-UBND (mẫu)".into()),
            ] {
                drop(shell.update(message.into(), counter));
            }
            if screen == "calendar-refused" {
                let confirmed = calendar::Message::Confirmed;
                drop(shell.update(confirmed.into(), counter));
            }
        }
        _ => enter(shell, Door::Settings, counter),
    }
    Ok(())
}

/// What a machine without devices tells for support.
fn machine() -> Vec<Part> {
    let part = |title, lines: &[(&str, &str)]| Part {
        title,
        lines: lines.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
    };
    vec![
        part(
            "Chương trình",
            &[
                ("Phiên bản", "0.1.0 (bản phát hành)"),
                ("Hệ điều hành", "Ubuntu 24.04.3 LTS"),
                ("Thư mục dữ liệu", "/home/chi/.local/share/motcua"),
            ],
        ),
        part("Đầu đọc thẻ", &[("Đầu đọc", "chưa thấy đầu đọc nào")]),
    ]
}

fn enter(shell: &mut Shell, door: Door, counter: &Counter) {
    drop(shell.update(Message::Bar(Bar::Open(door)), counter));
}

/// The portal's codes: the demo's own, none at all, or a file with lines that are refused.
fn show_codes(shell: &mut Shell, screen: &str, counter: &Counter) -> Result<(), Failure> {
    let file = written(
        "loai;ten;ma_thu_tuc;ma;tu_ngay\n\
         Lĩnh vực;Hộ tịch;;MAU-LV-21;01/12/2026\n\
         Lĩnh vực;Chứng thực;;MAU LV 22;\n\
         Lĩnh vực;Chứng thưc bản sao;;MAU-LV-23;\n\
         Phí, lệ phí;;1.001193;MAU-PHI-24;\n\
         Hình thức thu;Thu sau;;MAU-THU-2;\n",
    )?;
    if screen == "codes-waiting" {
        shell.desk.codes = office::portal_code::Table::default();
    }
    enter(shell, Door::Codes, counter);
    let messages = match screen {
        "codes-missing" => vec![codes::Message::MissingToggled],
        "codes-empty" => vec![
            codes::Message::MissingToggled,
            codes::Message::QueryTyped("ho tich mau khong co".into()),
        ],
        "codes-form" => {
            vec![codes::Message::QueryTyped("ho tich".into()), codes::Message::CodeAsked]
        }
        "codes-import" => vec![
            codes::Message::ImportAsked,
            codes::Message::Import(codes::import::Message::PathTyped(path(&file))),
            codes::Message::Import(codes::import::Message::Confirmed),
        ],
        "codes-waiting" => vec![codes::Message::Viewed(1)],
        _ => Vec::new(),
    };
    for message in messages {
        drop(shell.update(message.into(), counter));
    }
    if screen == "codes-import" {
        let handed = codes::import::Handed { path: path(&file), from: None };
        arrive(shell, Asked::Codes(handed), &file, counter);
    }
    Ok(())
}

/// Receipts of the latest dossiers, and a paper that was given without one.
fn make_papers(shell: &mut Shell, counter: &Counter) -> Result<(), Failure> {
    let latest = shell.desk.ledger.dossiers(&ledger::Dossiers::All, None, 6)?;
    for record in &latest.items {
        drop(shell.open_dossier(&record.dossier.id, counter));
    }
    let Some(record) = latest.items.into_iter().next() else { return Ok(()) };
    let dossier = record.dossier;
    let refused = ToTell {
        kind: NoticeKind::Refused,
        reason: "Yêu cầu không thuộc thẩm quyền giải quyết của Ủy ban nhân dân cấp xã.".into(),
        applicant: dossier.applicant,
        contact: dossier.contact,
        procedure: dossier.procedure,
        arrival: None,
    };
    shell.desk.tell(clock::now(), refused, None)?;
    Ok(())
}

/// The form for money over a dossier that has been paid for.
fn take_money(shell: &mut Shell, screen: &str, counter: &Counter) -> Result<(), Failure> {
    let today = clock::local(clock::now()).date();
    let takings = shell.desk.cash_book(today.saturating_sub(jiff::Span::new().days(20)), today)?;
    let wanted = takings.iter().rev().find(|taking| match screen {
        "pay-cancel" => taking.standing == Standing::Counts,
        _ => true,
    });
    let id = match (screen, wanted) {
        ("pay-cancel", Some(taking)) => Some(taking.payment.subject.clone()),
        _ => {
            let latest = shell.desk.ledger.dossiers(&ledger::Dossiers::All, None, 40)?;
            let unpaid = latest.items.iter().find(|record| {
                let id = &record.dossier.id;
                record.status().is_open() && takings.iter().all(|t| t.payment.subject != id.into())
            });
            unpaid.map(|record| (&record.dossier.id).into())
        }
    };
    let Some(id) = id else { return Ok(()) };
    drop(shell.open_subject(&id, counter));
    drop(shell.update(dossier::Message::PaymentAsked.into(), counter));
    let mut messages = Vec::new();
    match screen {
        "pay-transfer" => messages.extend([
            pay::Message::AmountTyped("16.000".into()),
            pay::Message::MethodChosen(office::payment::Method::Transfer),
        ]),
        "pay-exempt" => messages.push(pay::Message::GroupChosen(Some(1))),
        "pay-lines" => {
            messages.push(pay::Message::AmountTyped("16.000".into()));
            for copies in 1..=5 {
                messages.extend([
                    pay::Message::LineAdded,
                    pay::Message::LabelTyped(format!("Chứng thực bản sao: giấy tờ thứ {copies}")),
                    pay::Message::KindChosen(office::payment::FeeKind::Charge),
                    pay::Message::AmountTyped(format!("{copies}0.000")),
                ]);
            }
            // One line more does not fit.
            messages.push(pay::Message::LineAdded);
        }
        "pay-cancel" => {
            if let Some(taking) = wanted {
                messages.push(pay::Message::CancelAsked(taking.payment.id.clone()));
            }
        }
        _ => {}
    }
    for message in messages {
        drop(shell.update(Message::Pay(message), counter));
    }
    Ok(())
}

/// The file that a dialog asked for was read.
fn arrive(shell: &mut Shell, asked: Asked, file: &tempfile::NamedTempFile, counter: &Counter) {
    let read = file_read::bytes(&path(file));
    drop(shell.update(Message::FileRead(asked, read), counter));
}

fn path(file: &tempfile::NamedTempFile) -> String {
    PathBuf::from(file.path()).display().to_string()
}

fn written(text: &str) -> Result<tempfile::NamedTempFile, AppError> {
    let failed =
        |source| AppError::Write { path: std::env::temp_dir().display().to_string(), source };
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    Ok(file)
}

/// A statement that names dossiers of the demo office, as a bank would write it.
fn statement_file(shell: &Shell, strange: bool) -> Result<tempfile::NamedTempFile, Failure> {
    if strange {
        return Ok(written("cột một;cột hai\n1;2\n")?);
    }
    let latest = shell.desk.ledger.dossiers(&ledger::Dossiers::All, None, 3)?;
    let codes: Vec<String> =
        latest.items.iter().filter_map(|record| record.dossier.code()).collect();
    let today = clock::local(clock::now()).date().strftime("%d/%m/%Y").to_string();
    let code = |n: usize| codes.get(n).cloned().unwrap_or_default();
    let mangled = code(1).replace(['.', '-'], "").to_lowercase();
    let text = format!(
        "Ngày giao dịch;Số tham chiếu;Ghi nợ;Ghi có;Nội dung\n\
         {today};FT001;;16000;{} nop le phi\n\
         {today};FT002;;8000;CK {mangled} le phi\n\
         {today};FT002;;8000;CK {mangled} le phi\n\
         {today};FT003;;50000;UNG HO QUY VI NGUOI NGHEO\n\
         {today};FT004;120000;;Phi quan ly tai khoan\n\
         {today};;;10000;khong co so tham chieu\n",
        code(0)
    );
    Ok(written(&text)?)
}

/// A changed and a new procedure.
fn catalogue_file() -> Result<tempfile::NamedTempFile, Failure> {
    let text = "ma_thu_tuc;ten_thu_tuc;linh_vuc;cap;kenh;thoi_han;muc_thu;ten_giay_to;ban_chinh;ban_sao;bat_buoc\n\
        1.001193;Thủ tục đăng ký khai sinh;Hộ tịch;Cấp Xã;Trực tiếp;2 ngày làm việc;8000;Tờ khai đăng ký khai sinh;1;0;1\n\
        9.999001;Thủ tục mẫu của tỉnh;Hộ tịch;Cấp Xã;Trực tiếp;5 ngày làm việc;0;Đơn đề nghị;1;0;1\n\
        9.99;Dòng sai mã;Hộ tịch;Cấp Xã;Trực tiếp;5 ngày làm việc;0;Đơn đề nghị;1;0;1\n";
    Ok(written(text)?)
}
