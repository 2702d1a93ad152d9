//! A stack of sheets from the scanner's feeder: every page that came stays, whatever becomes of the next. Pages on which
//! nothing seems to stand, as the backs of a stack that was scanned on both sides, are marked; they go when the clerk
//! says so, never by themselves.

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
    /// Pages that came.
    pages: usize,
    /// What came and is none.
    refused: Option<Notice>,
}

impl Feeding {
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
        self.feeding = Some(Feeding { _wanted: None, pages: 0, refused: None });
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
        let Some(feeding) = &mut self.feeding else { return Action::None };
        match told {
            Told::Page(Ok(_)) if full => {
                let came = feeding.pages;
                self.feeding = None;
                let words = format!(
                    "Một bản điện tử có tối đa {MOST_PAGES} trang. Đã lấy {came} trang của chồng giấy này; các trang sau chưa được lấy."
                );
                self.notice = Some(Notice::caution(words));
                Action::None
            }
            Told::Page(Ok(taken)) => {
                feeding.pages += 1;
                Action::KeepPage(taken)
            }
            Told::Page(Err(notice)) => {
                feeding.refused = Some(notice);
                Action::None
            }
            Told::Ended { one_sided, trouble } => {
                let (pages, refused) = (feeding.pages, feeding.refused.take());
                self.feeding = None;
                // What went wrong is said before what went well.
                self.notice = Some(
                    trouble.or(refused).unwrap_or_else(|| self.counted_stack(pages, one_sided)),
                );
                self.next_page().map_or(Action::None, |(path, place)| Action::Read(path, place))
            }
        }
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
        self.notice = Some(Notice::caution(words));
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
