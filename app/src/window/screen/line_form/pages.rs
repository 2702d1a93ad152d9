//! The original's pages of an electronic act: scanned, dropped or chosen, in their order; and its signing.

use std::path::PathBuf;

use iced::Length;
use office::{
    act::{ActError, Medium},
    document::Media,
    entry::ContentHash,
};
use reports::sheet::Edges;
use widgets::{Element, Icon, Tone, check, column, quiet, row, secondary, space, text};

use super::{Action, Message, SCANS, State, draft::Scanned, submit::Signing};
use crate::{
    desk::{electronic::MOST_PAGES, lines::Known},
    page::{self, Taken},
    scan::{self, feeder::Sides},
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
        match self.takes_pages() && !self.is_taking() {
            true => {
                (self.scanning, self.notice) =
                    (Some("Đang quét. Máy quét có thể cần nửa phút…"), None);
                Action::Scan(self.next_place())
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
        if self.is_taking() {
            self.queued.push_back(path);
            return Action::None;
        }
        (self.scanning, self.notice) = (Some("Đang đọc tệp…"), None);
        Action::Read(path, self.next_place())
    }

    /// Whether pages are on their way.
    pub(super) fn is_taking(&self) -> bool {
        self.scanning.is_some() || self.feeding.is_some()
    }

    /// The how manieth the next page will be.
    pub(super) fn next_place(&self) -> usize {
        self.draft.scans.len() + 1
    }

    /// The next of several files, and the how manieth page it will be.
    pub fn next_page(&mut self) -> Option<(PathBuf, usize)> {
        // A stack comes first, whole.
        if self.feeding.is_some() {
            return None;
        }
        let next = self.queued.pop_front()?;
        self.scanning = Some("Đang đọc tệp…");
        Some((next, self.next_place()))
    }

    /// Nothing that was asked for comes any more: the window was locked.
    pub fn stop_waiting(&mut self) {
        (self.scanning, self.feeding, self.signing, self.look) = (None, None, None, None);
        self.queued.clear();
    }

    /// A page came, or did not.
    pub(super) fn page_read(&mut self, read: Result<Box<Taken>, Notice>) -> Action {
        // Asked for by a form that was left meanwhile.
        if self.scanning.take().is_none() || !self.takes_pages() {
            return Action::None;
        }
        let kept = match read {
            Ok(taken) if taken.scan.media == Media::Pdf => {
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
            Ok(taken) => return Action::KeepPage(taken),
            Err(notice) => {
                self.notice = Some(notice);
                Action::None
            }
        };
        self.next_page().map_or(kept, |(path, place)| Action::Read(path, place))
    }

    /// The page's bytes are kept, as it came and as it will be where that is another: it stands last.
    pub fn got_page(&mut self, came: ContentHash, treated: Option<ContentHash>, taken: &Taken) {
        let (name, bytes) = (taken.scan.name.clone(), taken.page().bytes.len());
        let words = page::words(&taken.treatment);
        let (content, original) = match treated {
            Some(content) => (content, Some(came)),
            None => (came, None),
        };
        let (treatment, blank) = (taken.treatment, taken.found.blank);
        let as_it_came = original.as_ref().unwrap_or(&content);
        let same = self.draft.scans.iter().position(|page| page.as_it_came() == as_it_came);
        self.draft.scans.push(Scanned { content, name, bytes, original, treatment, blank });
        self.draft.touched = true;
        if let Some(feeding) = &mut self.feeding {
            feeding.kept();
            return;
        }
        let (place, has_rim) = (self.draft.scans.len(), taken.found.cut != Edges::default());
        let mut told = Vec::new();
        if !words.is_empty() {
            told.push(format!(
                "Trang {place}: {words}. Nhấn Ctrl+E để xem trước và sau, hoặc để giữ như bản quét."
            ));
        }
        if has_rim {
            told.push(format!(
                "Trang {place} có thể còn phần ngoài tờ giấy, không tự cắt: nhấn Ctrl+E rồi F7 nếu cần cắt."
            ));
        }
        if let Some(same) = same {
            told.push(format!(
                "Trang {place} là cùng một tệp với trang {}: nếu lấy nhầm hai lần, hãy bỏ một trang.",
                same + 1
            ));
            self.notice = Some(Notice::caution(told.join(" ")));
        } else if !told.is_empty() {
            self.notice = Some(Notice::done(told.join(" ")));
        }
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
        if self.is_taking() {
            let words = "Còn trang đang được lấy. Chưa ký gì. Hãy chờ trang hiện ra rồi ký.";
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
        if self.draft.scans.is_empty() && !self.is_taking() {
            let words = "Chưa có trang nào. Đặt bản chính lên máy quét rồi nhấn F8, đặt cả chồng vào khay nạp rồi nhấn Ctrl+N, hoặc thả ảnh từng trang vào cửa sổ.";
            content = content.push(text::body(words));
        }
        for (place, page) in self.draft.scans.iter().enumerate() {
            let from = match page.name.as_str() {
                "" => "máy quét",
                name => name,
            };
            let mut words = format!("{from}, {}", scan::size(page.bytes));
            let done = page::words(&page.treatment);
            if !done.is_empty() {
                words = format!("{words}, {done}");
            }
            if page.blank {
                words = format!("{words}, có vẻ trống");
            }
            let mut look = quiet("Xem, chỉnh").on_press(Message::LookAsked(place));
            if place + 1 == self.draft.scans.len() {
                look = look.key("Ctrl+E");
            }
            let line = row([
                text::strong(format!("Trang {}", place + 1)).into(),
                text::body(words).width(Length::Fill).into(),
                look.into(),
                quiet("Bỏ").on_press(Message::PageDropped(place)).into(),
            ]);
            content = content.push(line.align_y(iced::Alignment::Center));
        }
        if let Some(words) = self.scanning {
            content = content.push(text::toned(words, Tone::Info));
        }
        if let Some(feeding) = &self.feeding {
            content = content.push(text::toned(feeding.words(), Tone::Info));
        }
        let blanks = self.blanks();
        let drop_blanks = (blanks > 0).then(|| {
            quiet(format!("Bỏ {blanks} trang trống")).key("Ctrl+B").on_press(Message::BlanksDropped)
        });
        let keys = row([
            secondary("Quét trang")
                .icon(Icon::Document)
                .key("F8")
                .id(SCANS)
                .on_press(Message::ScanAsked)
                .into(),
            secondary("Quét cả chồng").key("Ctrl+N").on_press(Message::FeedAsked).into(),
            quiet("Chọn ảnh…").key("F4").on_press(Message::FileAsked).into(),
        ]);
        let both = self.draft.sides == Sides::Both;
        let sides = check("Khay nạp: quét cả hai mặt", both).on_toggle(Message::SidesChosen);
        content.push(keys.push(drop_blanks).wrap()).push(sides).into()
    }
}
