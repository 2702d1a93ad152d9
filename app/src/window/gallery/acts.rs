//! Acts and lines of books, by the window's own messages.

use std::sync::Arc;

use office::{
    act::{Hindrance, Name},
    book::BookId,
    entry::UserName,
    person::Identity,
};
use reports::preview::PageImage;

use super::{Counter, Message, Shell};
use crate::{
    demo,
    desk::lines::Work,
    failure::Failure,
    page::{Opened, Taken},
    scan::Scan,
    window::{
        notice::Notice,
        screen::{
            line_form::{self, LookMessage},
            pay, person, written,
        },
        shell::Door,
    },
};

/// Names of these screens.
pub const SCREENS: [&str; 13] = [
    "act-electronic",
    "act-page",
    "act-choice",
    "act",
    "act-filled",
    "act-problems",
    "act-nobody",
    "act-done",
    "act-pay",
    "act-annul",
    "act-refuse",
    "transaction",
    "visitors",
];

fn typed(key: &str, words: &str) -> line_form::Message {
    line_form::Message::Form(line_form::FormMessage::Typed(key.into(), words.into()))
}

/// Stages one of [`SCREENS`].
pub fn at_desk(
    shell: &mut Shell,
    screen: &str,
    identity: Identity,
    counter: &Counter,
) -> Result<(), Failure> {
    let mut messages: Vec<line_form::Message> = Vec::new();
    let copy = Name::parse("certified_copy").ok().map(Work::Act);
    let electronic = Name::parse("electronic_copy").ok().map(Work::Act);
    let transaction = Name::parse("transaction").ok().map(Work::Act);
    let visitors = BookId::new("visitors").ok().map(Work::Line);
    match screen {
        "visitors" | "act-nobody" => drop(shell.go(Door::LineForm, counter)),
        _ => {
            drop(shell.open_read(identity, &[], None, None));
            drop(shell.update(person::Message::OtherAsked.into(), counter));
        }
    }
    let work = match screen {
        "act-choice" => None,
        "visitors" => visitors,
        "transaction" => transaction,
        "act-electronic" | "act-page" => electronic,
        _ => copy,
    };
    messages.extend(work.map(line_form::Message::Chosen));
    match screen {
        "visitors" => messages.extend([
            typed("visitor", "Sùng Thị Mẫu"),
            typed("from", "Công ty Thử Nghiệm, phường Mẫu"),
            typed("host", "Phòng Kinh tế"),
            typed("party", "2"),
        ]),
        "transaction" => messages.extend([
            typed("name", "tặng cho xe máy"),
            typed("sheets", "2"),
            typed("text_pages", "4"),
            typed("asset_number", "24B1-123.45"),
            typed("land", "Không"),
            line_form::Message::HindranceChosen(0, Some(Hindrance::Reading)),
            line_form::Message::Submitted,
        ]),
        "act-filled" | "act-refuse" | "act-done" | "act-pay" | "act-annul" => messages.extend([
            typed("original", "Bằng tốt nghiệp trung học phổ thông"),
            line_form::Message::PagesTyped("3".into()),
            line_form::Message::CopiesTyped("2".into()),
            line_form::Message::CertifierChosen(UserName(demo::LOGINS[2].user.into())),
        ]),
        "act-problems" => messages
            .extend([line_form::Message::PagesTyped("0".into()), line_form::Message::Submitted]),
        _ => {}
    }
    if matches!(screen, "act-done" | "act-pay" | "act-annul") {
        messages.push(line_form::Message::Submitted);
    }
    if screen == "act-refuse" {
        messages.push(line_form::Message::RefusalAsked);
    }
    for message in messages {
        drop(shell.update(message.into(), counter));
    }
    if matches!(screen, "act-electronic" | "act-page") {
        take_pages(shell, counter)?;
    }
    if screen == "act-page" {
        look_at_page(shell, counter)?;
    }
    if screen == "act-annul" {
        drop(shell.update(written::Message::AnnulAsked.into(), counter));
        let reason = written::Message::ReasonTyped("Nhập nhầm số trang".into());
        drop(shell.update(reason.into(), counter));
    }
    if screen == "act-pay" {
        drop(shell.update(written::Message::PaymentAsked.into(), counter));
        drop(shell.update(Message::Pay(pay::Message::PayerTyped("Lò Văn Mẫu".into())), counter));
    }
    Ok(())
}

/// Pages of an electronic copy as a scanner with a dark lid gives them: one lies askew.
fn take_pages(shell: &mut Shell, counter: &Counter) -> Result<(), Failure> {
    let Some(paper) = paper(shell)? else { return Ok(()) };
    for degrees in [0.0, 3.2] {
        let scan = Scan::of(String::new(), scanned(&paper, degrees)?);
        let taken = scan.and_then(|scan| Taken::of(scan, 1)).map(Box::new);
        let taken = taken.map_err(|error| Notice::error(&error));
        for message in [line_form::Message::ScanAsked, line_form::Message::PageRead(taken)] {
            drop(shell.update(message.into(), counter));
        }
    }
    Ok(())
}

/// Looks at the page that lies askew.
fn look_at_page(shell: &mut Shell, counter: &Counter) -> Result<(), Failure> {
    drop(shell.update(line_form::Message::LastLookAsked.into(), counter));
    let Some(paper) = paper(shell)? else { return Ok(()) };
    let bytes = scanned(&paper, 3.2)?;
    let content = ledger::content_hash(&bytes);
    let Ok(opened) = Opened::of(&bytes, String::new(), 2).map(Arc::new) else { return Ok(()) };
    let treatment = opened.found.straightening();
    let after = opened.after(treatment);
    let after = after.map_err(|error| Notice::error(&error));
    for message in [
        LookMessage::Opened(content.clone(), Ok(opened)),
        LookMessage::Drawn(content, treatment, after),
    ] {
        drop(shell.update(line_form::Message::Look(message).into(), counter));
    }
    Ok(())
}

/// A paper of the demo office as a picture, some hundred points an inch.
fn paper(shell: &Shell) -> Result<Option<PageImage>, Failure> {
    let ledger = &shell.desk.ledger;
    let latest = ledger.dossiers(&ledger::Dossiers::All, None, 1)?.items.pop();
    let Some(record) = latest else { return Ok(None) };
    let Some(made) = ledger.papers(&record.dossier.id)?.pop() else { return Ok(None) };
    let pages = reports::preview::render(&ledger.blob(&made.content)?, 1.5).unwrap_or_default();
    Ok(pages.into_iter().next())
}

/// It on the glass of a scanner with a dark lid, askew by so many degrees.
fn scanned(paper: &PageImage, degrees: f64) -> Result<Vec<u8>, Failure> {
    let (sine, cosine) = degrees.to_radians().sin_cos();
    let (width, height) = (paper.width + 120, paper.height + 120);
    let picture = image::RgbImage::from_fn(width, height, |x, y| {
        let x = f64::from(x) - f64::from(width) / 2.0;
        let y = f64::from(y) - f64::from(height) / 2.0;
        let across = x * cosine + y * sine + f64::from(paper.width) / 2.0;
        let down = y * cosine - x * sine + f64::from(paper.height) / 2.0;
        let inside = (0.0..f64::from(paper.width)).contains(&across)
            && (0.0..f64::from(paper.height)).contains(&down);
        let at = ((down as u32 * paper.width + across as u32) * 4) as usize;
        match paper.rgba.get(at..at + 3).filter(|_| inside) {
            Some(&[red, green, blue]) => image::Rgb([red, green, blue]),
            _ => image::Rgb([46, 46, 48]),
        }
    });
    let mut png = Vec::new();
    picture
        .write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png)
        .map_err(|_| crate::failure::AppError::Assets("scan".into()))?;
    Ok(png)
}
