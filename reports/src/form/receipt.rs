//! Form 01, "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" (TT 03/2025/TT-VPCP, annex I): what the citizen
//! takes home.
//!
//! The receipt says how the applicant's identity was proven, in the words of the evidence: whoever
//! reads the paper later must not take typed data for chip data. A number that is not issued yet is
//! said to be awaited, in a frame nobody can overlook. Fields that the dossier leaves empty are left
//! out, except where the form asks for an answer.

use office::{
    book::Number,
    calendar::TimeLimit,
    dossier::{Dossier, Fee},
    person::Identity,
    unit::Office,
};
use serde::Deserialize;

use super::{
    FormTexts, FormWords,
    letterhead::{agency, underline},
    words::{date, fill, moment},
};
use crate::{
    Pdf, ReportError,
    page::{
        Align, Sheets,
        font::Cut,
        line_height,
        paper::{Mm, PaperSize, Pt},
        table::Column,
        text::{Line, Span, balance, width},
    },
    pdfa::Facts,
};

/// The words of form 01. Blanks: `{name}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after its place on the form")]
pub struct ReceiptWords {
    pub nation: String,
    pub motto: String,
    /// Blank `{number}`.
    pub number: String,
    pub number_pending: String,
    pub pending: String,
    /// Blanks `{place}`, `{date}`.
    pub place_date: String,
    /// Blanks `{day}`, `{month}`, `{year}`.
    pub date: String,
    /// Blanks `{hour}`, `{minute}`, `{date}`.
    pub moment: String,
    pub title: [String; 2],
    pub code: String,
    pub pending_note: String,
    pub applicant: String,
    pub personal_number: String,
    /// Blank `{document}`.
    pub document_number: String,
    pub evidence: String,
    /// Blanks `{label}`, `{meaning}`.
    pub evidence_words: String,
    pub address: String,
    pub residence: String,
    pub contact_address: String,
    pub phone: String,
    pub email: String,
    pub procedure: String,
    pub procedure_code: String,
    pub channel: String,
    pub components: String,
    pub columns: [String; 4],
    pub sets: String,
    /// Blank `{n}`.
    pub sets_value: String,
    pub time_limit: String,
    /// Blank `{n}`.
    pub working_days: String,
    /// Blank `{n}`.
    pub days: String,
    /// Blank `{n}`.
    pub working_hours: String,
    pub same_day: String,
    pub received_at: String,
    pub due_at: String,
    pub due_unknown: String,
    pub return_place: String,
    pub fee: String,
    pub fee_free: String,
    /// Blank `{note}`.
    pub fee_unknown: String,
    pub book: String,
    /// Blanks `{year}`, `{number}`.
    pub book_value: String,
    pub legal_basis: String,
    pub enquiries: String,
    pub signer_applicant: String,
    pub signer_receiver: String,
    pub sign_here: String,
    pub demo: String,
}

impl FormWords for ReceiptWords {
    const BUNDLED: &str = include_str!("../../../assets/forms/receipt.json");
}

/// Makes the receipt of `dossier`. `qr` is the text of its code ([`office::tag::ReceiptTag`]), at most
/// 210 bytes; a dossier whose number is pending has none. The same input gives the same bytes.
///
/// # Errors
/// [`ReportError::MissingGlyph`] for a character that cannot be printed, [`ReportError::QrTooLong`],
/// [`ReportError::TooLong`].
pub fn receipt(
    office: &Office,
    dossier: &Dossier,
    qr: Option<&str>,
    form: &FormTexts<ReceiptWords>,
    size: PaperSize,
) -> Result<Pdf, ReportError> {
    let mut sheets = set(office, dossier, qr, form, size, 1.0)?;
    // A receipt that spills over by little is set smaller, so that it stays one sheet.
    for scale in TIGHTER {
        if sheets.pages() == 1 {
            break;
        }
        let tighter = set(office, dossier, qr, form, size, scale)?;
        if tighter.pages() == 1 {
            sheets = tighter;
        }
    }
    let facts = Facts {
        title: format!("{} – {}", form.header.title, dossier.code_label()),
        at: dossier.received_at,
        id: dossier.id.0.clone(),
    };
    let stamp = office.demo.then_some(form.texts.demo.as_str());
    sheets.finish(&facts, stamp)
}

/// Sizes that are tried for a receipt of more than one sheet: on A5 down to 8.8 pt, still legible.
const TIGHTER: [f32; 2] = [0.94, 0.88];

fn set(
    office: &Office,
    dossier: &Dossier,
    qr: Option<&str>,
    form: &FormTexts<ReceiptWords>,
    size: PaperSize,
    scale: f32,
) -> Result<Sheets, ReportError> {
    let body = size.body() * scale;
    let sheets = Sheets::with_body(size, body);
    let mut receipt = Receipt { office, dossier, words: &form.texts, body, sheets };
    receipt.letterhead()?;
    receipt.heading(qr)?;
    receipt.applicant()?;
    receipt.matter()?;
    receipt.terms()?;
    receipt.signatures()?;
    Ok(receipt.sheets)
}

struct Receipt<'a> {
    office: &'a Office,
    dossier: &'a Dossier,
    words: &'a ReceiptWords,
    body: Pt,
    sheets: Sheets,
}

impl Receipt<'_> {
    fn span(&self, cut: Cut, scale: f32, text: &str) -> Span {
        Span::new(text, cut, self.body * scale)
    }

    fn plain(&self, text: &str) -> Span {
        self.span(Cut::Regular, 1.0, text)
    }

    fn bold(&self, text: &str) -> Span {
        self.span(Cut::Bold, 1.0, text)
    }

    fn italic(&self, text: &str) -> Span {
        self.span(Cut::Italic, 1.0, text)
    }

    /// A number or amount in groups, which must not be parted by a line's end.
    fn number(&self, text: &str) -> Span {
        Span::unbroken(text, Cut::Regular, self.body)
    }

    /// A line of one span.
    fn single(&self, cut: Cut, scale: f32, text: &str) -> Line {
        vec![self.span(cut, scale, text)]
    }

    /// Left the office and its counter, right nation and motto; below them number, place and date
    /// (NĐ 30/2020, annex I).
    fn letterhead(&mut self) -> Result<(), ReportError> {
        let (left, room, top) = (self.sheets.left(), self.sheets.room(), self.sheets.y());
        let (agency_room, gap) = (room * 0.4, room * 0.015);
        let (nation_x, nation_room) = (left + agency_room + gap, room - agency_room - gap);

        let nation = self.single(Cut::Bold, 0.92, &self.words.nation);
        let motto = self.single(Cut::Bold, 1.0, &self.words.motto);
        let y = self.sheets.lines(
            nation_x,
            top,
            nation_room,
            Align::Centre,
            &[nation, motto.clone()],
        )?;
        let long = width(&motto)?;
        let nation_end = underline(&mut self.sheets, nation_x, nation_room, y, long);

        let agency_end = agency(&mut self.sheets, self.office, left, agency_room)?;

        let y = nation_end.max(agency_end) + (self.body * 0.45).mm();
        let number = match self.dossier.tracking {
            Number::Issued(issued) => {
                let value = format!("{:02}", issued.value);
                fill(&self.words.number, &[("number", &value)])
            }
            Number::Pending { .. } => self.words.number_pending.clone(),
        };
        let number = self.single(Cut::Regular, 1.0, &number);
        self.sheets.line(left, y, agency_room, Align::Centre, &number)?;
        let day = date(&self.words.date, self.dossier.received_at.date());
        let place = fill(&self.words.place_date, &[("place", &self.office.place), ("date", &day)]);
        let place = balance(&[self.span(Cut::Italic, 1.0, &place)], nation_room)?;
        let y = self.sheets.lines(nation_x, y, nation_room, Align::Centre, &place)?;
        self.sheets.move_to(y);
        Ok(())
    }

    /// Title and dossier code at the left, the QR code at the right text edge.
    fn heading(&mut self, qr: Option<&str>) -> Result<(), ReportError> {
        let (left, room) = (self.sheets.left(), self.sheets.room());
        let top = self.sheets.y() + (self.body * 0.5).mm();
        let side = match qr {
            Some(text) => {
                self.sheets.qr(text, self.sheets.right(), top, room * 0.2, room * 0.36)?
            }
            None => Mm(0.0),
        };
        let title_room = room - side;

        let [first, second] = &self.words.title;
        let title = [self.single(Cut::Bold, 1.2, first), self.single(Cut::Bold, 1.2, second)];
        let y = self.sheets.lines(
            left,
            top + (self.body * 0.4).mm(),
            title_room,
            Align::Centre,
            &title,
        )?;
        let y = y + (self.body * 0.45).mm();
        let code_end = match self.dossier.code() {
            Some(code) => {
                let line = [
                    self.span(Cut::Regular, 1.0, &format!("{}: ", self.words.code)),
                    self.span(Cut::Bold, 1.25, &code),
                ];
                self.sheets.line(left, y, title_room, Align::Centre, &line)?;
                y + line_height(&line)
            }
            None => self.pending(left, y, title_room)?,
        };
        self.sheets.move_to(code_end.max(top + side) + (self.body * 0.3).mm());
        Ok(())
    }

    /// The frame that says that the dossier's code is not issued yet.
    fn pending(&mut self, left: Mm, y: Mm, room: Mm) -> Result<Mm, ReportError> {
        let words = format!("{}: {}", self.words.code, self.words.pending).to_uppercase();
        let line = self.single(Cut::Bold, 1.4, &words);
        let pad = (self.body * 0.4).mm();
        let wide = width(&line)? + pad * 4.0;
        let high = line_height(&line) + pad;
        self.sheets.frame(left + (room - wide) / 2.0, y, wide, high, Pt(1.2));
        self.sheets.line(left, y + pad / 2.0, room, Align::Centre, &line)?;
        let note =
            balance(&[self.span(Cut::Italic, 0.85, &self.words.pending_note)], room - pad * 4.0)?;
        self.sheets.lines(
            left + pad * 2.0,
            y + high + pad / 2.0,
            room - pad * 4.0,
            Align::Centre,
            &note,
        )
    }

    /// `Label: value; label: value`. Pairs without a value are left out.
    fn pairs(&self, pairs: Vec<(&str, Span)>) -> Vec<Span> {
        let mut spans = Vec::new();
        for (label, value) in pairs {
            if value.text.trim().is_empty() {
                continue;
            }
            let lead = if spans.is_empty() { "" } else { "; " };
            spans.push(self.plain(&format!("{lead}{label}: ")));
            spans.push(value);
        }
        spans
    }

    /// Pairs as one paragraph.
    fn fields(&mut self, pairs: Vec<(&str, Span)>) -> Result<(), ReportError> {
        let spans = self.pairs(pairs);
        self.sheets.paragraph(Align::Left, &spans)?;
        if !spans.is_empty() {
            self.sheets.skip((self.body * 0.1).mm());
        }
        Ok(())
    }

    fn field(&mut self, label: &str, value: Span) -> Result<(), ReportError> {
        self.fields(vec![(label, value)])
    }

    fn applicant(&mut self) -> Result<(), ReportError> {
        let words = self.words;
        let Identity { person, document, evidence, .. } = &self.dossier.applicant;
        let contact = &self.dossier.contact;

        self.field(&words.applicant, self.bold(&person.name))?;

        let personal = person.number.as_ref().map(|number| number.grouped());
        let paper = document.as_ref().map(|document| {
            let same =
                person.number.as_ref().is_some_and(|number| number.as_str() == document.number);
            let label = fill(&words.document_number, &[("document", document.kind.label())]);
            let number =
                personal.clone().filter(|_| same).unwrap_or_else(|| document.number.clone());
            (label, number, same)
        });
        let mut papers = Vec::new();
        if let Some((label, number, _)) = &paper {
            papers.push((label.as_str(), self.number(number)));
        }
        if let Some(number) = &personal
            && !paper.as_ref().is_some_and(|(_, _, same)| *same)
        {
            papers.push((words.personal_number.as_str(), self.number(number)));
        }
        self.fields(papers)?;
        let proof = fill(
            &words.evidence_words,
            &[("label", evidence.label()), ("meaning", evidence.meaning())],
        );
        self.field(&words.evidence, self.italic(&proof))?;

        match (person.residence.as_str(), contact.address.as_str()) {
            ("", address) | (address, "") => self.field(&words.address, self.plain(address))?,
            (residence, address) => {
                self.field(&words.residence, self.plain(residence))?;
                self.field(&words.contact_address, self.plain(address))?;
            }
        }
        self.fields(vec![
            (&words.phone, self.number(&contact.phone)),
            (&words.email, self.plain(&contact.email)),
        ])
    }

    fn matter(&mut self) -> Result<(), ReportError> {
        let (words, dossier) = (self.words, self.dossier);
        self.fields(vec![
            (&words.procedure, self.bold(&dossier.procedure.name)),
            (&words.procedure_code, self.plain(&dossier.procedure.code)),
        ])?;

        let caption = self.plain(&format!("{}:", words.components));
        let line = line_height(std::slice::from_ref(&caption));
        // The caption stays with the table's header and first row.
        self.sheets.keep(line * 4.5)?;
        self.sheets.paragraph(Align::Left, &[caption])?;
        self.sheets.skip((self.body * 0.15).mm());
        let [number, name, form, quantity] = &words.columns;
        let room = self.sheets.room();
        let column = |heading, share: f32, align| Column { heading, width: room * share, align };
        let rows = dossier.components.iter().enumerate().map(|(i, component)| {
            vec![
                (i + 1).to_string(),
                component.name.clone(),
                component.form.label().to_owned(),
                component.quantity.to_string(),
            ]
        });
        self.sheets.table(
            &[
                column(number, 0.085, Align::Centre),
                column(name, 0.595, Align::Left),
                column(form, 0.17, Align::Centre),
                column(quantity, 0.15, Align::Centre),
            ],
            self.body * 0.95,
            rows,
        )?;
        self.sheets.skip((self.body * 0.4).mm());
        Ok(())
    }

    fn terms(&mut self) -> Result<(), ReportError> {
        let (words, dossier) = (self.words, self.dossier);
        let counted = |template: &str, n: u16| fill(template, &[("n", &format!("{n:02}"))]);
        let limit = match &dossier.time_limit {
            TimeLimit::WorkingDays(n) => counted(&words.working_days, *n),
            TimeLimit::Days(n) => counted(&words.days, *n),
            TimeLimit::WorkingHours(n) => counted(&words.working_hours, *n),
            TimeLimit::SameDay => words.same_day.clone(),
            TimeLimit::Unclear(source) => source.clone(),
        };
        let at = |at| moment(&words.moment, &words.date, at);
        let due = match &dossier.deadline {
            Some(deadline) => at(deadline.at),
            None => words.due_unknown.clone(),
        };
        let fee = match &dossier.fee {
            Fee::Free => words.fee_free.clone(),
            Fee::Amount(amount) => amount.to_string(),
            Fee::Unknown(note) => fill(&words.fee_unknown, &[("note", note)]),
        };
        let series = match &dossier.tracking {
            Number::Issued(issued) => &issued.series,
            Number::Pending { series } => series,
        };
        let line = match dossier.tracking.issued() {
            Some(issued) => format!("{:02}", issued.value),
            None => words.pending.clone(),
        };
        let book =
            fill(&words.book_value, &[("year", &series.year.to_string()), ("number", &line)]);

        let sets = counted(&words.sets_value, dossier.sets);
        self.fields(vec![
            (&words.sets, self.plain(&sets)),
            (&words.channel, self.plain(dossier.channel.label())),
            (&words.fee, self.plain(&fee)),
        ])?;
        self.field(&words.time_limit, self.plain(&limit))?;
        self.field(&words.received_at, self.plain(&at(dossier.received_at)))?;
        self.fields(vec![(&words.due_at, self.bold(&due))])?;
        self.field(&words.return_place, self.plain(&dossier.return_place))?;

        // The signatures never stand on a page without a line of what is signed.
        let book = self.pairs(vec![
            (&words.book, self.plain(&book)),
            (&words.enquiries, self.number(&self.office.phone)),
        ]);
        let basis = format!("{}: {}", words.legal_basis, dossier.legal_basis);
        let basis = [self.span(Cut::Italic, 0.85, &basis)];
        let last = self.sheets.height(&book)? + self.sheets.height(&basis)?;
        let signatures = self.signature_height(&self.signer_names()?);
        self.sheets.keep(last + signatures)?;
        self.sheets.paragraph(Align::Left, &book)?;
        self.sheets.paragraph(Align::Left, &basis)
    }

    fn signer_names(&self) -> Result<[Vec<Line>; 2], ReportError> {
        let room = self.sheets.room() / 2.0 - Mm(4.0);
        let name = |name: &str| balance(&[self.bold(name)], room);
        Ok([name(&self.dossier.applicant.person.name)?, name(&self.dossier.receiver)?])
    }

    /// Room for a hand to sign in.
    fn signing_space(&self) -> Mm {
        (self.body * 4.2).mm()
    }

    fn signature_height(&self, names: &[Vec<Line>; 2]) -> Mm {
        let tall = names.iter().map(Vec::len).max().unwrap_or(0) as f32;
        line_height(&[self.bold("")]) * (2.0 + tall) + self.signing_space() + (self.body * 0.5).mm()
    }

    /// Both signatures side by side, never parted from each other by a page.
    fn signatures(&mut self) -> Result<(), ReportError> {
        let words = self.words;
        let (left, half) = (self.sheets.left(), self.sheets.room() / 2.0);
        let space = self.signing_space();
        let names = self.signer_names()?;
        self.sheets.keep(self.signature_height(&names))?;
        let top = self.sheets.y() + (self.body * 0.5).mm();
        let roles = [&words.signer_applicant, &words.signer_receiver];
        for (i, (role, name)) in roles.into_iter().zip(&names).enumerate() {
            let x = left + half * i as f32;
            let head = [
                self.single(Cut::Bold, 1.0, role),
                self.single(Cut::Italic, 0.95, &words.sign_here),
            ];
            let y = self.sheets.lines(x, top, half, Align::Centre, &head)?;
            self.sheets.lines(x + Mm(2.0), y + space, half - Mm(4.0), Align::Centre, name)?;
        }
        Ok(())
    }
}
