//! A stack of sheets from the scanner's feeder: every page that came stays, whatever becomes of the next. Pages on which
//! nothing seems to stand, as the backs of a stack that was scanned on both sides, are marked; they go when the clerk
//! says so, never by themselves.

use office::Explain;

use super::{Action, State};
use crate::{
    desk::electronic::MOST_PAGES,
    window::{feeding::Told, notice::Notice, scans::Wanted},
};

/// The window's title meanwhile.
pub(super) const TITLE: &str = "Đang quét cả chồng";

/// A stack on its way. Dropping it stops the scanner.
pub(super) struct Feeding {
    /// Nothing before the scanner has started.
    _wanted: Option<Wanted>,
    /// Pages that came from the scanner, whatever became of them.
    came: usize,
    /// Pages that are kept beside the draft.
    pages: usize,
    /// What came and is no page: the how manieth of the stack, and why.
    refused: Vec<(usize, Notice)>,
}

impl Feeding {
    /// A page is kept.
    pub(super) fn kept(&mut self) {
        self.pages += 1;
    }

    /// A notice, and which pages were refused: a copy that lacks one must not go unnoticed.
    fn telling(&self, notice: Notice) -> Notice {
        if self.refused.is_empty() {
            return notice;
        }
        let places: Vec<String> = self.refused.iter().map(|(at, _)| at.to_string()).collect();
        let (count, places) = (places.len(), places.join(", "));
        notice.and(&format!(
            "Có {count} trang không dùng được nên chưa lấy: trang thứ {places} trong chồng giấy. Hãy quét lại."
        ))
    }

    /// How far it is.
    pub(super) fn words(&self) -> String {
        let stop = "Esc để dừng.";
        match self.pages {
            0 => format!("Đang quét chồng giấy trong khay nạp… {stop}"),
            pages => format!("Đang quét chồng giấy trong khay nạp: đã lấy {pages} trang. {stop}"),
        }
    }
}

impl State {
    /// Scans what lies in the feeder.
    pub(super) fn feed(&mut self) -> Action {
        if !self.takes_pages() || self.is_taking() {
            return Action::None;
        }
        self.feeding = Some(Feeding { _wanted: None, came: 0, pages: 0, refused: Vec::new() });
        self.notice = None;
        Action::Feed(self.draft.sides, self.next_place())
    }

    /// The feeder has started.
    pub fn feeds(&mut self, wanted: Wanted) {
        if let Some(feeding) = &mut self.feeding {
            feeding._wanted = Some(wanted);
        }
    }

    /// What comes from the feeder.
    pub(super) fn fed(&mut self, told: Told) -> Action {
        let full = self.draft.scans.len() >= MOST_PAGES;
        let Some(mut feeding) = self.feeding.take() else { return Action::None };
        match told {
            Told::Page(Ok(_)) if full => {
                let words = format!(
                    "Một bản điện tử có tối đa {MOST_PAGES} trang. Đã lấy {} trang của chồng giấy này; các trang sau chưa được lấy.",
                    feeding.pages
                );
                self.notice = Some(feeding.telling(Notice::caution(words)));
                Action::None
            }
            Told::Page(page) => {
                feeding.came += 1;
                let action = match page {
                    // Counted when it is kept.
                    Ok(taken) => Action::KeepPage(taken),
                    Err(notice) => {
                        feeding.refused.push((feeding.came, notice));
                        Action::None
                    }
                };
                self.feeding = Some(feeding);
                action
            }
            Told::Ended { one_sided, trouble } => {
                // What went wrong is said before what went well.
                let notice = match (trouble, feeding.refused.first()) {
                    (Some(trouble), _) => trouble,
                    (None, Some((_, why))) => {
                        why.clone().and(&format!("Đã lấy {} trang từ khay nạp.", feeding.pages))
                    }
                    (None, None) => self.counted_stack(feeding.pages, one_sided),
                };
                self.notice = Some(feeding.telling(notice));
                self.next_page().map_or(Action::None, |(path, place)| Action::Read(path, place))
            }
        }
    }

    /// A page could not be kept: nothing more is taken, so that no page is missing between two others.
    pub fn not_kept(&mut self, error: &dyn Explain) {
        let mut notice = Notice::error(error);
        if let Some(feeding) = self.feeding.take() {
            let words = format!(
                "Đã dừng quét. Đã lấy {} trang của chồng giấy này; các trang sau chưa được lấy.",
                feeding.pages
            );
            notice = feeding.telling(notice.and(&words));
        }
        let files = self.queued.len();
        if files > 0 {
            self.queued.clear();
            notice = notice.and(&format!("{files} tệp đang chờ cũng chưa được lấy."));
        }
        self.notice = Some(notice);
    }

    fn counted_stack(&self, pages: usize, one_sided: bool) -> Notice {
        let mut words = format!("Đã lấy {pages} trang từ khay nạp.");
        let blanks = self.blanks();
        if blanks > 0 {
            words += &format!(
                " {blanks} trang có vẻ trống: hãy xem rồi nhấn Ctrl+B để bỏ, hoặc để nguyên."
            );
        }
        if one_sided {
            words += " Máy quét không báo cách quét hai mặt nên chỉ quét một mặt.";
        }
        match one_sided || blanks > 0 {
            true => Notice::caution(words),
            false => Notice::done(words),
        }
    }

    /// The clerk stops the scanner.
    pub(super) fn stop_feeding(&mut self) {
        let Some(feeding) = self.feeding.take() else { return };
        let words = match feeding.pages {
            0 => "Đã dừng quét. Chưa lấy trang nào.".to_owned(),
            pages => format!("Đã dừng quét. {pages} trang đã lấy vẫn còn nguyên."),
        };
        self.notice = Some(feeding.telling(Notice::caution(words)));
    }

    /// How many pages seem to be empty.
    pub(super) fn blanks(&self) -> usize {
        self.draft.scans.iter().filter(|page| page.blank).count()
    }

    /// The pages that seem to be empty go.
    pub(super) fn drop_blanks(&mut self) {
        let blanks = self.blanks();
        if blanks == 0 {
            return;
        }
        self.draft.scans.retain(|page| !page.blank);
        let left = self.draft.scans.len();
        self.notice = Some(Notice::done(format!("Đã bỏ {blanks} trang trống; còn {left} trang.")));
    }
}
