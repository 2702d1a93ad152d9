//! The original's pages of an electronic act: scanned, dropped or chosen, in their order; and its signing.

use std::path::PathBuf;

use iced::Length;
use office::{
    act::{ActError, Medium},
    document::Media,
    entry::ContentHash,
};
use widgets::{Element, Icon, Tone, column, quiet, row, secondary, space, text};

use super::{Action, Message, SCANS, State, draft::Scanned, submit::Signing};
use crate::{
    desk::{electronic::MOST_PAGES, lines::Known},
    scan::{self, Scan},
    window::{notice::Notice, screen::sign},
};

impl State {
    /// Whether a page may be added now.
    pub(super) fn takes_pages(&self) -> bool {
        self.signing.is_none()
            && matches!(self.filled(), Some((Known::Act(kind, _), _)) if kind.medium == Medium::Electronic)
    }

    /// The pages, by their contents.
    pub(super) fn contents(&self) -> Vec<ContentHash> {
        self.draft.scans.iter().map(|page| page.content.clone()).collect()
    }

    pub(super) fn scan(&mut self) -> Action {
        match self.takes_pages() && self.scanning.is_none() {
            true => {
                (self.scanning, self.notice) =
                    (Some("Đang quét. Máy quét có thể cần nửa phút…"), None);
                Action::Scan
            }
            // One page at a time: the scanner is busy with the first.
            false => Action::None,
        }
    }

    /// A file was chosen or dropped; several that are dropped come one after the other.
    pub(super) fn read(&mut self, path: PathBuf) -> Action {
        if !self.takes_pages() {
            return Action::None;
        }
        if self.scanning.is_some() {
            self.queued.push_back(path);
            return Action::None;
        }
        (self.scanning, self.notice) = (Some("Đang đọc tệp…"), None);
        Action::Read(path)
    }

    /// The next of several files.
    pub fn next_page(&mut self) -> Option<PathBuf> {
        let next = self.queued.pop_front()?;
        self.scanning = Some("Đang đọc tệp…");
        Some(next)
    }

    /// Nothing that was asked for comes any more: the window was locked.
    pub fn stop_waiting(&mut self) {
        (self.scanning, self.signing) = (None, None);
        self.queued.clear();
    }

    /// A page came, or did not.
    pub(super) fn page_read(&mut self, read: Result<Scan, Notice>) -> Action {
        // Asked for by a form that was left meanwhile.
        if self.scanning.take().is_none() || !self.takes_pages() {
            return Action::None;
        }
        let kept = match read {
            Ok(scan) if scan.media == Media::Pdf => {
                let words = "Bản điện tử được chụp từ bản chính: hãy quét, hoặc chọn ảnh JPEG, PNG của từng trang. Tệp PDF chưa được lấy.";
                self.notice = Some(Notice::caution(words));
                Action::None
            }
            Ok(_) if self.draft.scans.len() >= MOST_PAGES => {
                let words = format!(
                    "Một bản điện tử có tối đa {MOST_PAGES} trang. Trang này chưa được lấy."
                );
                self.notice = Some(Notice::caution(words));
                Action::None
            }
            Ok(scan) => return Action::KeepPage(scan),
            Err(notice) => {
                self.notice = Some(notice);
                Action::None
            }
        };
        self.next_page().map_or(kept, Action::Read)
    }

    /// The page's bytes are kept: it stands last.
    pub fn got_page(&mut self, content: ContentHash, scan: &Scan) {
        let (name, bytes) = (scan.name.clone(), scan.bytes.len());
        self.draft.scans.push(Scanned { content, name, bytes });
        self.draft.touched = true;
    }

    pub(super) fn drop_page(&mut self, place: usize) {
        if place < self.draft.scans.len() {
            self.draft.scans.remove(place);
        }
    }

    /// It is ready to be signed; what has to be done first.
    pub fn sign(&mut self, what: String, offer: Option<sign::Offer>) -> sign::Action {
        let own = self.office.colleagues.iter().find(|user| user.name == self.own);
        let certifier = own.map(|user| user.full_name.clone()).unwrap_or_default();
        let dialog = sign::State::new(what, certifier, offer);
        let first = dialog.first();
        self.signing = Some(dialog);
        first
    }

    /// The dialog that signs.
    pub fn signing(&mut self) -> Option<&mut sign::State> {
        self.signing.as_mut()
    }

    /// It is not signed now.
    pub fn unsigned(&mut self, notice: Option<Notice>) {
        (self.signing, self.notice) = (None, notice);
    }

    /// What has to be signed or handed on, or why it is not ready.
    pub(super) fn prepare(&mut self, asked: super::ToDo, signing: Signing) -> Action {
        if self.scanning.is_some() {
            let words =
                "Còn một trang đang được lấy. Chưa ký gì. Hãy chờ trang này hiện ra rồi ký.";
            self.notice = Some(Notice::caution(words));
            return Action::None;
        }
        if self.draft.scans.is_empty() {
            self.notice = Some(Notice::error(&ActError::NoDocument));
            return Action::Focus(SCANS.to_owned());
        }
        match signing {
            Signing::Now => Action::Prepare(Box::new(asked), self.contents()),
            Signing::Later => {
                let whom = (!self.draft.anyone).then(|| asked.certifier.clone());
                Action::HandOn(Box::new(asked), self.contents(), whom)
            }
        }
    }

    /// Draws the pages.
    pub(super) fn pages(&self) -> Element<'_, Message> {
        let mut content = column([]).spacing(space::XS);
        if self.draft.scans.is_empty() && self.scanning.is_none() {
            let words = "Chưa có trang nào. Đặt bản chính lên máy quét rồi nhấn F8, hoặc thả ảnh từng trang vào cửa sổ.";
            content = content.push(text::body(words));
        }
        for (place, page) in self.draft.scans.iter().enumerate() {
            let from = match page.name.as_str() {
                "" => "máy quét",
                name => name,
            };
            let words = format!("{from}, {}", scan::size(page.bytes));
            let line = row([
                text::strong(format!("Trang {}", place + 1)).into(),
                text::body(words).width(Length::Fill).into(),
                quiet("Bỏ").on_press(Message::PageDropped(place)).into(),
            ]);
            content = content.push(line.align_y(iced::Alignment::Center));
        }
        if let Some(words) = self.scanning {
            content = content.push(text::toned(words, Tone::Info));
        }
        let keys = row([
            secondary("Quét trang")
                .icon(Icon::Document)
                .key("F8")
                .id(SCANS)
                .on_press(Message::ScanAsked)
                .into(),
            quiet("Chọn ảnh…").key("F4").on_press(Message::FileAsked).into(),
        ]);
        content.push(keys).into()
    }
}
