//! What keeps a form from being handed in.

use jiff::civil::Date;

use super::{
    data::FormData,
    definition::{Field, FieldKind, Form, Leaves},
    value::{self, NO, YES},
};
use crate::{
    partial_date::PartialDate,
    person::{PersonalNumber, Sex},
};

/// One thing to put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Key of the field.
    pub key: String,
    /// What to do, in Vietnamese.
    pub sentence: String,
}

impl Form {
    /// What is wrong with the data on the day `today`, in the form's order; empty: it may be handed in.
    pub fn problems(&self, data: &FormData, today: Date) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self
            .fields()
            .filter_map(|(_, field)| {
                let what = problem(field, data.value(&field.key), today)?;
                let sentence = format!("“{}”: {what}", field.label);
                Some(Problem { key: field.key.clone(), sentence })
            })
            .collect();
        let miscounted = self.leaves.iter().filter_map(|leaves| self.miscounted(leaves, data));
        problems.extend(miscounted);
        let strange = data.fields.iter().filter(|v| self.field(&v.key).is_none());
        problems.extend(strange.map(|v| Problem {
            key: v.key.clone(),
            sentence: "Tờ khai có ô không thuộc biểu mẫu này. Hãy mở lại tờ khai.".into(),
        }));
        problems
    }

    /// A text whose pages cannot be on its sheets; nothing while one of the two counts is missing or no number.
    fn miscounted(&self, leaves: &Leaves, data: &FormData) -> Option<Problem> {
        let count = |key: &String| data.value(key).parse::<u64>().ok();
        let (sheets, pages) = (count(&leaves.sheets)?, count(&leaves.pages)?);
        let holds = sheets > 0 && (sheets..=sheets.saturating_mul(2)).contains(&pages);
        let label = &self.field(&leaves.pages)?.label;
        (!holds).then(|| Problem {
            key: leaves.pages.clone(),
            sentence: format!(
                "“{label}”: {pages} trang không thể nằm trên {sheets} tờ, vì mỗi tờ có một hoặc hai trang."
            ),
        })
    }
}

fn problem(field: &Field, text: &str, today: Date) -> Option<&'static str> {
    if text.is_empty() {
        return field.required.then_some("chưa điền.");
    }
    if value::is_too_long(&field.kind, text) {
        return Some("dài quá mức, hãy rút ngắn.");
    }
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    match &field.kind {
        FieldKind::Text | FieldKind::LongText | FieldKind::Address => None,
        FieldKind::Date => date_problem(field, text, today),
        FieldKind::Number | FieldKind::Money => (!digits(text)).then_some("chỉ nhận chữ số."),
        FieldKind::PersonalNumber => {
            PersonalNumber::parse(text).is_err().then_some("phải có đúng 12 chữ số.")
        }
        FieldKind::IdentityNumber => (digits(text) && !matches!(text.len(), 9 | 12)).then_some(
            "số định danh phải có đúng 12 chữ số, số chứng minh nhân dân cũ có 9 chữ số.",
        ),
        FieldKind::Phone => {
            let number = text.trim_start_matches('+');
            let holds = digits(number) && (8..=15).contains(&number.len());
            (!holds).then_some("số điện thoại phải có từ 8 đến 15 chữ số.")
        }
        FieldKind::Email => {
            let holds = text.split_once('@').is_some_and(|(name, host)| {
                !name.is_empty() && host.contains('.') && !host.contains('@')
            }) && !text.contains(' ');
            (!holds).then_some("thư điện tử phải có dạng ten@noi.vn.")
        }
        FieldKind::Sex => {
            let known = [Sex::Male, Sex::Female].iter().any(|sex| sex.label() == text);
            (!known).then_some("chỉ nhận Nam hoặc Nữ.")
        }
        FieldKind::Choice(options) => (!options.iter().any(|option| option == text))
            .then_some("không có trong danh sách lựa chọn."),
        FieldKind::YesNo => (text != YES && text != NO).then_some("chỉ nhận Có hoặc Không."),
    }
}

fn date_problem(field: &Field, text: &str, today: Date) -> Option<&'static str> {
    const OLDEST: i16 = 1850;
    let Some(date) = PartialDate::parse(text) else {
        return Some("ngày không có thật hoặc không có dạng ngày/tháng/năm.");
    };
    if date.day().is_none() && !field.partial {
        Some("cần đủ ngày, tháng, năm.")
    } else if date.year() < OLDEST {
        Some("năm quá xa trong quá khứ.")
    } else if !field.future && date.earliest() > today {
        Some("ngày không thể ở tương lai.")
    } else {
        None
    }
}
