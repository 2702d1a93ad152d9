//! What happened to the dossier, from its reception on, and the files that go with it.

use widgets::{Element, Icon, column, icon, pressable, quiet, row, section, space, text};

use super::{Message, State};

impl State {
    /// The files that came with the dossier: they go with it, whoever it is handed to.
    pub(super) fn files(&self) -> Option<Element<'_, Message>> {
        if self.record.files.is_empty() && !self.rights.attach {
            return None;
        }
        let lines = self.record.files.iter().map(|file| {
            let mut line = row([
                icon(Icon::Document),
                text::body(file.name.as_str()).width(iced::Length::Fill).into(),
            ]);
            if let Some(id) = file.put.as_ref().filter(|_| self.rights.attach) {
                let asked = Message::DetachAsked(id.clone(), file.name.clone());
                line = line.push(quiet("Bỏ").on_press(asked));
            }
            pressable(line)
                .chosen(self.shown.as_ref() == Some(&file.content))
                .on_press(Message::FileChosen(file.content.clone()))
                .into()
        });
        let lines = column(lines).spacing(space::XS);
        let add = quiet("Thêm tệp").key("Ctrl+T").on_press(Message::AttachAsked);
        let add = self.rights.attach.then(|| add.into());
        Some(section("Tệp đính kèm", add, lines).into())
    }

    /// Steps, reception, money and notes, the newest first.
    pub(super) fn way(&self) -> Element<'_, Message> {
        let mut all: Vec<_> = self.record.also.iter().chain(&self.record.past).collect();
        all.sort_by_key(|past| past.at);
        let lines = all.into_iter().rev().map(|past| {
            let label = match past.undone {
                true => text::body(format!("{} (đã hoàn tác)", past.label)),
                false => text::strong(past.label),
            };
            let when = past.at.strftime("%H:%M %d/%m/%Y");
            let mut line =
                column([label.into(), text::small(format!("{when} · {}", past.by)).into()]);
            if !past.detail.is_empty() {
                line = line.push(text::body(past.detail.as_str()));
            }
            if let Some(place) = past.remark.filter(|_| self.rights.erase) {
                line =
                    line.push(quiet("Xóa nội dung ghi chú").on_press(Message::EraseAsked(place)));
            }
            line.spacing(0.0).into()
        });
        column(lines).spacing(space::S).into()
    }
}
