//! The frame that the counter's forms share: letterhead, title, fields, the applicant's block, lists and
//! signatures. A form says what stands where; how it stands is decided here once.

use jiff::civil::{Date, DateTime};
use office::{
    book::Number,
    dossier::ProcedureStamp,
    person::{Contact, Identity},
    unit::Office,
};

use super::{
    FormTexts,
    common::CommonWords,
    letterhead::{agency, underline},
    mark::Mark,
    words::{date, fill, moment, running, short},
};
use crate::{
    Pdf, ReportError,
    page::{
        Align, Sheets,
        font::Cut,
        line_height,
        paper::{Mm, PaperSize, Pt},
        table::Column,
        text::{Line, Span, balance, width, wrap},
    },
    pdfa::Facts,
};

/// Sizes that are tried for a form of more than one sheet: on A5 down to 8.8 pt, still legible.
const TIGHTER: [f32; 2] = [0.94, 0.88];

/// A form under way.
pub(super) struct Setting<'a> {
    pub office: &'a Office,
    pub common: &'a CommonWords,
    pub body: Pt,
    /// Room for a hand to sign in, in font sizes.
    pub signing: f32,
    pub sheets: Sheets,
}

/// Room for a signature.
const SIGNING: f32 = 4.2;

/// Who signs, and what stands below the role. An empty name leaves its line to the hand.
pub(super) struct Signer<'s> {
    pub role: &'s str,
    pub how: &'s str,
    pub name: &'s str,
}

/// Sets a form by `set`. One that spills over by little is set smaller, so that it stays one sheet.
pub(super) fn fitted<'a>(
    office: &'a Office,
    common: &'a CommonWords,
    size: PaperSize,
    set: impl Fn(&mut Setting<'a>) -> Result<(), ReportError>,
) -> Result<Sheets, ReportError> {
    let at = |scale: f32| {
        let mut setting = Setting::new(office, common, size, size.body() * scale);
        set(&mut setting)?;
        Ok::<_, ReportError>(setting.sheets)
    };
    let mut sheets = at(1.0)?;
    for scale in TIGHTER {
        if sheets.pages() == 1 {
            break;
        }
        let tighter = at(scale)?;
        if tighter.pages() == 1 {
            sheets = tighter;
        }
    }
    Ok(sheets)
}

/// Makes the PDF: `about` goes into its title, `id` names what was recorded.
pub(super) fn finish<Words>(
    sheets: Sheets,
    office: &Office,
    form: &FormTexts<Words>,
    about: &str,
    at: DateTime,
    id: String,
) -> Result<Pdf, ReportError> {
    let facts = Facts { title: format!("{} – {about}", form.header.title), at, id };
    sheets.finish(&facts, office.demo.then_some(form.common.demo.as_str()))
}

impl<'a> Setting<'a> {
    /// One empty page.
    pub fn new(office: &'a Office, common: &'a CommonWords, size: PaperSize, body: Pt) -> Self {
        Self::on(office, common, Sheets::with_body(size, body))
    }

    /// On these sheets.
    pub fn on(office: &'a Office, common: &'a CommonWords, sheets: Sheets) -> Self {
        Self { office, common, body: sheets.body(), signing: SIGNING, sheets }
    }

    pub fn span(&self, cut: Cut, scale: f32, text: &str) -> Span {
        Span::new(text, cut, self.body * scale)
    }

    pub fn plain(&self, text: &str) -> Span {
        self.span(Cut::Regular, 1.0, text)
    }

    pub fn bold(&self, text: &str) -> Span {
        self.span(Cut::Bold, 1.0, text)
    }

    pub fn italic(&self, text: &str) -> Span {
        self.span(Cut::Italic, 1.0, text)
    }

    /// A number or amount in groups, which must not be parted by a line's end.
    pub fn number(&self, text: &str) -> Span {
        Span::unbroken(text, Cut::Regular, self.body)
    }

    /// A line of one span.
    pub fn single(&self, cut: Cut, scale: f32, text: &str) -> Line {
        vec![self.span(cut, scale, text)]
    }

    /// Leaves some lines free.
    pub fn skip(&mut self, lines: f32) {
        self.sheets.skip((self.body * lines).mm());
    }

    /// The office's name in running text.
    pub fn office_name(&self) -> String {
        running(&self.office.name, &self.common.names)
    }

    /// The counter's name in running text.
    pub fn counter_name(&self) -> String {
        running(&self.office.counter, &self.common.names)
    }

    /// `ngày 05 tháng 01 năm 2026`
    pub fn date(&self, day: Date) -> String {
        date(&self.common.date, day)
    }

    /// `07 giờ 30 phút, ngày …`
    pub fn moment(&self, at: DateTime) -> String {
        moment(&self.common.moment, &self.common.date, at)
    }

    /// `Số: 05/…`, or that the number is awaited.
    pub fn numbered(&self, template: &str, number: &Number) -> String {
        match number {
            Number::Issued(issued) => {
                fill(template, &[("number", &format!("{:02}", issued.value))])
            }
            Number::Pending { .. } => self.common.number_pending.clone(),
        }
    }

    /// `Hợp Thành, ngày …`
    pub fn place_date(&self, day: Date) -> String {
        let day = self.date(day);
        fill(&self.common.place_date, &[("place", &self.office.place), ("date", &day)])
    }

    /// Left the office and its counter, right nation and motto; below them number (or none), place and
    /// date (NĐ 30/2020, annex I).
    pub fn letterhead(&mut self, number: &str, day: Date) -> Result<(), ReportError> {
        let (left, room, top) = (self.sheets.left(), self.sheets.room(), self.sheets.y());
        let (agency_room, gap) = (room * 0.4, room * 0.015);
        let (nation_x, nation_room) = (left + agency_room + gap, room - agency_room - gap);

        let nation_end = self.nation(nation_x, top, nation_room)?;
        let agency_end = agency(&mut self.sheets, self.office, left, agency_room)?;

        let y = nation_end.max(agency_end) + (self.body * 0.45).mm();
        let number = self.single(Cut::Regular, 1.0, number);
        self.sheets.line(left, y, agency_room, Align::Centre, &number)?;
        let place = balance(&[self.italic(&self.place_date(day))], nation_room)?;
        let y = self.sheets.lines(nation_x, y, nation_room, Align::Centre, &place)?;
        self.sheets.move_to(y);
        Ok(())
    }

    /// Nation and motto with its rule; returns where they end.
    pub fn nation(&mut self, x: Mm, top: Mm, room: Mm) -> Result<Mm, ReportError> {
        let nation = self.single(Cut::Bold, 0.92, &self.common.nation);
        let motto = self.single(Cut::Bold, 1.0, &self.common.motto);
        let long = width(&motto)?;
        let y = self.sheets.lines(x, top, room, Align::Centre, &[nation, motto])?;
        Ok(underline(&mut self.sheets, x, room, y, long))
    }

    /// The title in bold, in the middle.
    pub fn title(&mut self, title: &[String]) -> Result<(), ReportError> {
        self.skip(0.9);
        for line in title {
            for line in balance(&[self.span(Cut::Bold, 1.2, line)], self.sheets.room())? {
                self.sheets.paragraph(Align::Centre, &line)?;
            }
        }
        Ok(())
    }

    /// The dossier's code below the title, or the frame that says it is awaited.
    pub fn code(&mut self, code: Option<&str>) -> Result<(), ReportError> {
        let y = self.sheets.y() + (self.body * 0.45).mm();
        let (left, room) = (self.sheets.left(), self.sheets.room());
        let end = self.code_at(code, left, y, room)?;
        self.sheets.move_to(end);
        Ok(())
    }

    /// The dossier's code in a column; returns where it ends.
    pub fn code_at(
        &mut self,
        code: Option<&str>,
        left: Mm,
        y: Mm,
        room: Mm,
    ) -> Result<Mm, ReportError> {
        let Some(code) = code else { return self.pending(left, y, room) };
        let label = self.plain(&format!("{}: ", self.common.code));
        let line = [label, self.span(Cut::Bold, 1.25, code)];
        self.sheets.line(left, y, room, Align::Centre, &line)?;
        Ok(y + line_height(&line))
    }

    /// The frame that says that the dossier's code is not issued yet.
    fn pending(&mut self, left: Mm, y: Mm, room: Mm) -> Result<Mm, ReportError> {
        let words = format!("{}: {}", self.common.code, self.common.pending).to_uppercase();
        let line = self.single(Cut::Bold, 1.4, &words);
        let pad = (self.body * 0.4).mm();
        let wide = width(&line)? + pad * 4.0;
        let high = line_height(&line) + pad;
        self.sheets.frame(left + (room - wide) / 2.0, y, wide, high, Pt(1.2));
        self.sheets.line(left, y + pad / 2.0, room, Align::Centre, &line)?;
        Ok(y + high + pad / 2.0)
    }

    /// `Label: value; label: value`. Pairs without a value are left out.
    pub fn pairs(&self, pairs: Vec<(&str, Span)>) -> Vec<Span> {
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
    pub fn fields(&mut self, pairs: Vec<(&str, Span)>) -> Result<(), ReportError> {
        let spans = self.pairs(pairs);
        self.sheets.paragraph(Align::Left, &spans)?;
        if !spans.is_empty() {
            self.skip(0.1);
        }
        Ok(())
    }

    pub fn field(&mut self, label: &str, value: Span) -> Result<(), ReportError> {
        self.fields(vec![(label, value)])
    }

    /// A paragraph of running text.
    pub fn text(&mut self, text: &str) -> Result<(), ReportError> {
        let spans = [self.plain(text)];
        self.sheets.paragraph(Align::Left, &spans)?;
        self.skip(0.1);
        Ok(())
    }

    /// Who applies and how that was proven, then how to reach them.
    pub fn applicant(
        &mut self,
        label: &str,
        identity: &Identity,
        contact: &Contact,
        day: Date,
    ) -> Result<(), ReportError> {
        let words = self.common;
        let Identity { person, document, .. } = identity;
        self.field(label, self.bold(&person.name))?;

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
        let mut proof = words.evidence_words.of(identity);
        if let Some(last) = identity.expired(day) {
            proof.push_str(". ");
            proof.push_str(&fill(&words.evidence_expired, &[("day", &short(last))]));
        }
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

    /// What is asked for.
    pub fn procedure(&mut self, procedure: &ProcedureStamp) -> Result<(), ReportError> {
        let words = self.common;
        self.fields(vec![
            (&words.procedure, self.bold(&procedure.name)),
            (&words.procedure_code, self.plain(&procedure.code)),
        ])
    }

    /// A numbered list with hanging numbers, `gap` lines between its items.
    pub fn list(&mut self, items: &[String], gap: f32) -> Result<(), ReportError> {
        let indent = (self.body * 1.6).mm();
        for (i, item) in items.iter().enumerate() {
            self.skip(gap);
            let (left, room) = (self.sheets.left(), self.sheets.room());
            let mut number = self.plain(&format!("{}.", i + 1));
            for line in wrap(&[self.plain(item)], room - indent)? {
                self.sheets.keep(line_height(&line))?;
                let y = self.sheets.y();
                self.sheets.line(left, y, indent, Align::Left, &[number.clone()])?;
                self.sheets.line(left + indent, y, room - indent, Align::Left, &line)?;
                self.sheets.skip(line_height(&line));
                number.text.clear();
            }
        }
        Ok(())
    }

    /// Columns by their headings, shares of the width and how they stand.
    pub fn columns<'h>(&self, of: &[(&'h String, f32, Align)]) -> Vec<Column<'h>> {
        let room = self.sheets.room();
        of.iter()
            .map(|&(heading, share, align)| Column { heading, width: room * share, align })
            .collect()
    }

    /// How far the ledger had come, in small letters.
    pub fn mark(&self, mark: &Mark) -> Span {
        self.span(Cut::Regular, 0.7, &mark.line(self.common))
    }

    /// The last lines and the signatures: the signatures never stand on a page without a line of what
    /// is signed. A single signer stands at the right.
    pub fn closing(
        &mut self,
        last: &[Vec<Span>],
        signers: &[Signer<'_>],
    ) -> Result<(), ReportError> {
        let mut height = self.signature_height(signers)?;
        for spans in last {
            height += self.sheets.height(spans)?;
        }
        self.sheets.keep(height)?;
        for spans in last {
            self.sheets.paragraph(Align::Left, spans)?;
        }
        self.signatures(signers)
    }

    /// Like [`Self::closing`], with place and date above the one signer at the right.
    pub fn closing_at(
        &mut self,
        place_date: &str,
        last: &[Vec<Span>],
        signers: &[Signer<'_>],
    ) -> Result<(), ReportError> {
        let place = balance(&[self.italic(place_date)], self.half())?;
        let mut height = self.signature_height(signers)?;
        for spans in last {
            height += self.sheets.height(spans)?;
        }
        for line in &place {
            height += line_height(line);
        }
        self.sheets.keep(height + (self.body * 0.5).mm())?;
        for spans in last {
            self.sheets.paragraph(Align::Left, spans)?;
        }
        self.skip(0.5);
        let (x, y, half) = (self.sheets.left() + self.half(), self.sheets.y(), self.half());
        let end = self.sheets.lines(x, y, half, Align::Centre, &place)?;
        self.sheets.move_to(end);
        self.signatures(signers)
    }

    /// Keeps `height` and the signatures below it on one page.
    pub fn keep_signed(&mut self, height: Mm, signers: &[Signer<'_>]) -> Result<(), ReportError> {
        let signatures = self.signature_height(signers)?;
        self.sheets.keep(height + signatures)
    }

    fn half(&self) -> Mm {
        self.sheets.room() / 2.0
    }

    fn heads(&self, signer: &Signer<'_>) -> Result<Vec<Line>, ReportError> {
        let mut lines = Vec::new();
        for role in signer.role.lines() {
            lines.append(&mut balance(&[self.bold(role)], self.half() - Mm(4.0))?);
        }
        lines.push(self.single(Cut::Italic, 0.95, signer.how));
        Ok(lines)
    }

    fn names(&self, signer: &Signer<'_>) -> Result<Vec<Line>, ReportError> {
        balance(&[self.bold(signer.name)], self.half() - Mm(4.0))
    }

    /// Room for a hand to sign in.
    fn signing_space(&self) -> Mm {
        (self.body * self.signing).mm()
    }

    fn signature_height(&self, signers: &[Signer<'_>]) -> Result<Mm, ReportError> {
        let mut tall = 0;
        for signer in signers {
            tall = tall.max(self.heads(signer)?.len() + self.names(signer)?.len());
        }
        let line = line_height(&[self.bold("")]);
        Ok(line * tall as f32 + self.signing_space() + (self.body * 0.5).mm())
    }

    /// Signatures side by side, never parted from each other by a page.
    fn signatures(&mut self, signers: &[Signer<'_>]) -> Result<(), ReportError> {
        let (left, half) = (self.sheets.left(), self.half());
        let first = if signers.len() == 1 { left + half } else { left };
        let top = self.sheets.y() + (self.body * 0.5).mm();
        let mut heads = Vec::new();
        for signer in signers {
            heads.push(self.heads(signer)?);
        }
        let high = heads.iter().map(Vec::len).max().unwrap_or(0);
        let signing = top + line_height(&[self.bold("")]) * high as f32 + self.signing_space();
        let mut end = signing;
        for (i, (signer, head)) in signers.iter().zip(&heads).enumerate() {
            let x = first + half * i as f32 + Mm(2.0);
            let room = half - Mm(4.0);
            self.sheets.lines(x, top, room, Align::Centre, head)?;
            let names = self.names(signer)?;
            end = end.max(self.sheets.lines(x, signing, room, Align::Centre, &names)?);
        }
        self.sheets.move_to(end);
        Ok(())
    }
}
