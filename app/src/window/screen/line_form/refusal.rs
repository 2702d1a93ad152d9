//! Why an act is refused, in writing: the cases in which the law lets nobody do it, and what else there is. The paper is
//! form 03, as a dossier that is not received gets it; its reason names the law.

use office::{act::Exclusion, text::clean_lines};
use widgets::{Dialog, check, column, keys::Pressed, primary, quiet, space, text};

use crate::window::{layout, notice::Notice};

/// What else is the reason.
pub(super) const OTHER: &str = "refusal-other";
/// The dialog's title.
pub(super) const TITLE: &str = "Từ chối chứng thực";
const WIDTH: f32 = 760.0;

/// The dialog's state.
pub struct State {
    law: String,
    /// The cases, and whether each is given.
    cases: Vec<(String, bool)>,
    other: String,
    notice: Option<Notice>,
}

/// What happened in the dialog.
#[derive(Clone, Debug)]
pub enum Message {
    /// A case is given, or is not.
    Ticked(usize, bool),
    /// What else is the reason.
    OtherTyped(String),
    /// Write it.
    Submitted,
    /// Rather not.
    Closed,
}

/// What has to be done.
pub(super) enum Action {
    None,
    /// Refuse it for this reason.
    Refuse(String),
    Close,
}

impl State {
    pub(super) fn new(excluded: &Exclusion) -> Self {
        let cases = excluded.cases.iter().map(|case| (case.clone(), false)).collect();
        Self { law: excluded.law.clone(), cases, other: String::new(), notice: None }
    }

    pub(super) fn key(key: Pressed) -> Option<Message> {
        match key {
            Pressed::F(2) | Pressed::Enter => Some(Message::Submitted),
            Pressed::Escape => Some(Message::Closed),
            _ => None,
        }
    }

    /// It could not be written: everything stays.
    pub(super) fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    pub(super) fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Ticked(place, given) => {
                if let Some(case) = self.cases.get_mut(place) {
                    case.1 = given;
                }
            }
            Message::OtherTyped(words) => self.other = words,
            Message::Submitted => return self.reason(),
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    fn reason(&mut self) -> Action {
        let given = self.cases.iter().filter(|(_, given)| *given).map(|(case, _)| case.clone());
        let by_law: Vec<String> = given.collect();
        let mut reason = by_law.join("; ");
        if !by_law.is_empty() {
            reason = format!("{reason} ({}).", self.law);
        }
        let other = clean_lines(&self.other);
        if !other.is_empty() {
            reason = [reason, other]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" ");
        }
        if reason.is_empty() {
            let words =
                "Chưa nêu lý do. Việc từ chối phải bằng văn bản, nêu rõ lý do. Chưa ghi gì vào sổ.";
            self.notice = Some(Notice::caution(words));
            return Action::None;
        }
        Action::Refuse(reason)
    }

    pub(super) fn view(&self) -> Dialog<'_, Message> {
        let cases = self.cases.iter().enumerate().map(|(place, (case, given))| {
            check(case.as_str(), *given)
                .on_toggle(move |given| Message::Ticked(place, given))
                .into()
        });
        let mut content = column([
            text::body("Người yêu cầu nhận phiếu từ chối nêu rõ lý do. Việc không được ghi vào sổ chứng thực.").into(),
            text::small(format!("Căn cứ: {}", self.law)).into(),
            column(cases).spacing(space::S).into(),
            layout::paper_field("Lý do khác", &self.other)
                .id(OTHER)
                .lines(layout::REASON_LINES)
                .on_change(Message::OtherTyped)
                .into(),
        ]);
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        Dialog::new(TITLE, content)
            .width(WIDTH)
            .action(quiet("Thôi").key("Esc").on_press(Message::Closed))
            .action(primary("Lập phiếu").key("F2").on_press(Message::Submitted))
            .on_close(Message::Closed)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use office::header::Mark;

    use super::*;

    #[test]
    fn a_refusal_names_its_cases_their_law_and_what_else_there_is() {
        let excluded = Exclusion {
            title: "Thử".into(),
            law: "Nghị định thử, Điều 1".into(),
            from: jiff::civil::date(2026, 1, 1),
            until: None,
            cases: vec!["Bản chính bị tẩy xóa".into(), "Bản chính cũ nát".into()],
            source: "thử".into(),
            mark: Mark::M,
            checked: false,
        };
        for (ticked, other, reason) in [
            (&[][..], "", None),
            (&[], " \n", None),
            (&[1], "", Some("Bản chính cũ nát (Nghị định thử, Điều 1).")),
            (
                &[0, 1],
                " Thiếu trang 2. ",
                Some(
                    "Bản chính bị tẩy xóa; Bản chính cũ nát (Nghị định thử, Điều 1). Thiếu trang 2.",
                ),
            ),
            (&[], "Thiếu trang 2.", Some("Thiếu trang 2.")),
        ] {
            let mut dialog = State::new(&excluded);
            for place in ticked {
                let _ = dialog.update(Message::Ticked(*place, true));
            }
            let _ = dialog.update(Message::OtherTyped(other.into()));
            match dialog.update(Message::Submitted) {
                Action::Refuse(words) => assert_eq!(Some(words.as_str()), reason),
                Action::None => assert_eq!(reason, None),
                Action::Close => panic!("it was not closed"),
            }
        }
    }
}
