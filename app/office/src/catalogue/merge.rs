//! What an import changes, and the catalogue with the changes.
//!
//! A changed procedure gets a new row in force from a day, and its old row ends the day before: a
//! dossier received earlier still finds the row of its day. What only this catalogue knows (short
//! names, what may stand in a paper's place) passes on to the new row.

use jiff::civil::Date;

use super::{Catalogue, CatalogueError, ChannelRule, Component, FeeRule, Procedure};
use crate::{dossier::Fee, text};

/// What becomes of one procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Code.
    pub code: String,
    /// Name, the new one where it changed.
    pub name: String,
    /// What happens.
    pub kind: ChangeKind,
}

/// What happens to a procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was not in force before.
    Added,
    /// Something in it differs; at least one field.
    Changed(Vec<FieldChange>),
    /// Nothing differs.
    Unchanged,
    /// It ends; the day is the last one in force.
    Ended(Date),
}

/// A field before and after, in words for the eye.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The field's name on the screen.
    pub label: &'static str,
    /// Before; empty: nothing.
    pub before: String,
    /// After; empty: nothing.
    pub after: String,
}

impl Catalogue {
    /// The catalogue with `rows` in force from the day `from`, and what becomes of each of them, in
    /// their order. A row with an end (`until`) ends its procedure on that day, or earlier where it
    /// ended earlier already. A second row of a code is passed over. Procedures of which no row is
    /// given stay as they are: a file may hold a part only.
    pub fn merged(
        &self,
        rows: Vec<Procedure>,
        from: Date,
    ) -> Result<(Catalogue, Vec<Change>), CatalogueError> {
        let mut kept: Vec<Procedure> = self.rows.iter().map(|row| row.procedure.clone()).collect();
        let mut changes: Vec<Change> = Vec::new();
        for row in rows {
            if changes.iter().any(|change| change.code == row.code) {
                continue;
            }
            changes.push(merge(&mut kept, row, from)?);
        }
        let mut header = self.header.clone();
        if changes.iter().any(|change| change.kind != ChangeKind::Unchanged) {
            header.version = header.version.max(from);
        }
        Ok((Catalogue::checked(header, kept)?, changes))
    }
}

/// Puts one row in.
fn merge(kept: &mut Vec<Procedure>, row: Procedure, from: Date) -> Result<Change, CatalogueError> {
    let end = row.until;
    let old = kept.iter().position(|p| p.code == row.code && p.is_in_force(from));
    let Some(old) = old.and_then(|i| kept.get_mut(i)) else {
        let next = kept.iter().filter(|p| p.code == row.code).filter_map(|p| p.from);
        let next = next.filter(|day| *day > from).min().map(|day| before(day, &row.code));
        let change = change(&row, ChangeKind::Added);
        kept.push(Procedure { from: Some(from), until: earlier(end, next.transpose()?), ..row });
        return Ok(change);
    };
    let row = row.keeping(old);
    let fields = differences(old, &row);
    if fields.is_empty() {
        let last = earlier(end, old.until);
        let kind = match last {
            Some(day) if last != old.until => {
                old.until = Some(day.max(from));
                ChangeKind::Ended(day.max(from))
            }
            _ => ChangeKind::Unchanged,
        };
        return Ok(change(&row, kind));
    }
    let change = change(&row, ChangeKind::Changed(fields));
    let new = Procedure { from: Some(from), until: earlier(end, old.until), ..row };
    if old.from == Some(from) {
        *old = new;
    } else {
        old.until = Some(before(from, &new.code)?);
        kept.push(new);
    }
    Ok(change)
}

fn change(row: &Procedure, kind: ChangeKind) -> Change {
    Change { code: row.code.clone(), name: row.name.clone(), kind }
}

fn before(day: Date, code: &str) -> Result<Date, CatalogueError> {
    day.yesterday().map_err(|_| CatalogueError::WrongRow {
        code: code.to_owned(),
        what: "ngày hiệu lực quá sớm",
    })
}

fn earlier(a: Option<Date>, b: Option<Date>) -> Option<Date> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, None) | (None, one) => one,
    }
}

impl Procedure {
    /// The row with what its source does not say and `old` knows.
    fn keeping(mut self, old: &Procedure) -> Self {
        let fill = |text: &mut String, other: &String| {
            if text.is_empty() {
                text.clone_from(other);
            }
        };
        fill(&mut self.short_name, &old.short_name);
        fill(&mut self.field, &old.field);
        fill(&mut self.field_code, &old.field_code);
        fill(&mut self.level, &old.level);
        self.common |= old.common;
        if self.notes.is_empty() {
            self.notes.clone_from(&old.notes);
        }
        if self.legal_basis.is_empty() {
            self.legal_basis.clone_from(&old.legal_basis);
        }
        for component in &mut self.components {
            if let Some(old) = old.components.iter().find(|old| is_same(old, component)) {
                component.keep(old);
            }
        }
        self
    }
}

fn is_same(a: &Component, b: &Component) -> bool {
    a.group == b.group && text::fold(&a.name) == text::fold(&b.name)
}

impl Component {
    fn keep(&mut self, old: &Component) {
        if self.code.is_empty() {
            self.code.clone_from(&old.code);
        }
        if self.when.is_empty() {
            self.when.clone_from(&old.when);
        }
        if self.form_no.is_empty() {
            self.form_no.clone_from(&old.form_no);
        }
        if self.satisfied_by.is_empty() {
            self.satisfied_by.clone_from(&old.satisfied_by);
        }
        self.shown_only |= old.shown_only;
        if self.originals == 0 && self.copies == 0 {
            (self.originals, self.copies) = (old.originals, old.copies);
            self.obligatory = old.obligatory;
        }
    }

    fn words(&self) -> String {
        let mut words = self.name.clone();
        for (sign, text) in [(" – ", &self.group), (" – ", &self.when), (", mẫu ", &self.form_no)]
        {
            if !text.is_empty() {
                words.push_str(sign);
                words.push_str(text);
            }
        }
        words.push_str(&format!(" ({} bản chính, {} bản sao", self.originals, self.copies));
        words.push_str(if self.obligatory { ", bắt buộc)" } else { ")" });
        words
    }
}

impl ChannelRule {
    fn words(&self) -> String {
        let mut words = self.kind.label().to_owned();
        if !self.case.is_empty() {
            words.push_str(&format!(" ({})", self.case));
        }
        words.push_str(&format!(": {}", self.time_limit));
        words
    }

    fn fee_words(&self) -> String {
        let mut words =
            format!("{}: {}", self.kind.label(), rates_words(&self.fees, &self.fee_names));
        for later in &self.later_fees {
            let from = later.from.strftime("%d/%m/%Y");
            words.push_str(&format!("; từ {from}: {}", rates_words(&later.fees, &later.names)));
        }
        if !self.fee_note.is_empty() {
            words.push_str(&format!(" – {}", self.fee_note));
        }
        words
    }
}

fn rates_words(fees: &[FeeRule], names: &[String]) -> String {
    let named = |(i, fee): (usize, &FeeRule)| match names.get(i) {
        Some(name) if !name.is_empty() => format!("{name}: {}", fee_words(fee)),
        _ => fee_words(fee),
    };
    fees.iter().enumerate().map(named).collect::<Vec<_>>().join("; ")
}

fn fee_words(fee: &FeeRule) -> String {
    match fee.fee() {
        Fee::Free => "Miễn phí".into(),
        Fee::Amount(amount) => amount.to_string(),
        Fee::Unknown(why) => why,
    }
}

/// The fields in which two rows of a procedure differ. Where a row comes from and when it is in force
/// is no content.
fn differences(old: &Procedure, new: &Procedure) -> Vec<FieldChange> {
    fn lines<T>(list: &[T], words: impl Fn(&T) -> String) -> String {
        list.iter().map(words).collect::<Vec<_>>().join("\n")
    }
    let codes = |p: &Procedure| {
        let of_papers = p.components.iter().map(|c| &c.code);
        let of_fees = p.channels.iter().flat_map(|rule| &rule.fee_codes);
        let all =
            [&p.field_code].into_iter().chain(of_papers).chain(of_fees).chain(&p.result_codes);
        all.map(String::as_str).collect::<Vec<_>>().join(" ").trim().to_owned()
    };
    let means = |c: &Component| {
        let means: Vec<&str> = c.satisfied_by.iter().map(|means| means.label()).collect();
        format!(
            "{}: {}{}",
            c.name,
            means.join(", "),
            if c.shown_only { " (xuất trình)" } else { "" }
        )
    };
    let fields = [
        ("Tên thủ tục", old.name.clone(), new.name.clone()),
        ("Tên gọi tắt", old.short_name.clone(), new.short_name.clone()),
        ("Lĩnh vực", old.field.clone(), new.field.clone()),
        ("Cấp thực hiện", old.level.clone(), new.level.clone()),
        (
            "Thành phần hồ sơ",
            lines(&old.components, Component::words),
            lines(&new.components, Component::words),
        ),
        ("Giấy tờ được thay bằng", lines(&old.components, means), lines(&new.components, means)),
        (
            "Thời hạn",
            lines(&old.channels, ChannelRule::words),
            lines(&new.channels, ChannelRule::words),
        ),
        (
            "Phí, lệ phí",
            lines(&old.channels, ChannelRule::fee_words),
            lines(&new.channels, ChannelRule::fee_words),
        ),
        ("Kết quả", old.results.join("\n"), new.results.join("\n")),
        ("Căn cứ pháp lý", old.legal_basis.join("\n"), new.legal_basis.join("\n")),
        ("Ghi chú", old.notes.join("\n"), new.notes.join("\n")),
        ("Mã của Cổng", codes(old), codes(new)),
        (
            "Điều còn nghi ngờ",
            lines(&old.flags, |flag| flag.label().to_owned()),
            lines(&new.flags, |flag| flag.label().to_owned()),
        ),
    ];
    fields
        .into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(label, before, after)| FieldChange { label, before, after })
        .collect()
}
