//! A page of an electronic copy before and after it was made straight. What was proposed is taken back, the page is
//! turned onto its feet and cut at its edges by keys; the scan itself stays beside the draft until the copy is signed.

use std::sync::Arc;

use office::entry::ContentHash;
use reports::sheet::{Angle, Edges, Quarters, Treatment};
use widgets::{
    Dialog, Element, Tone, column, keys::Pressed, picture, primary, quiet, row, secondary, space,
    text,
};

use super::{Action, State, draft::Scanned};
use crate::{
    page::{After, Opened},
    window::notice::Notice,
};

/// The dialog's title.
pub(super) const TITLE: &str = "Xem, chỉnh trang";
const WIDTH: f32 = 1_040.0;
/// Of each side so manieth part is never cut off: an identity card on the glass of A4 takes more.
const LEAST: u32 = 10;

/// The dialog's state.
pub(super) struct Look {
    /// Its place among the pages.
    place: usize,
    /// Which page it is: another may have come to its place meanwhile.
    content: ContentHash,
    treatment: Treatment,
    opened: Option<Arc<Opened>>,
    /// What is being drawn: one at a time, as each takes some tenths of a second of a whole core.
    drawing: Option<Treatment>,
    /// As it would be; older than the treatment while it is drawn.
    after: Option<After>,
    notice: Option<Notice>,
}

/// A side of the page as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// At the left.
    Left,
    /// Above.
    Top,
    /// At the right.
    Right,
    /// Below.
    Bottom,
}

/// What happened in the dialog.
#[derive(Clone, Debug)]
pub enum Message {
    /// The page was decoded, or cannot be; whose content it is.
    Opened(ContentHash, Result<Arc<Opened>, Notice>),
    /// Straight, or as it was scanned.
    SkewSwitched,
    /// A quarter of a turn to the right.
    Turned,
    /// Cut to the sheet, or whole.
    CutSwitched,
    /// Some more is cut off at a side.
    Trimmed(Side),
    /// The page after this treatment was drawn, or cannot be.
    Drawn(ContentHash, Treatment, Result<After, Notice>),
    /// This is the page.
    Confirmed,
    /// Rather not.
    Closed,
}

/// What the shell has to do for the dialog.
pub enum Asked {
    /// Decode the page with these bytes, the how manieth it is, and its file's name.
    Open(ContentHash, usize, String),
    /// Draw a page after its treatment.
    Draw(ContentHash, Arc<Opened>, Treatment),
    /// Keep the page at a place as it is now.
    Keep(usize, Box<After>),
}

impl Look {
    fn new(place: usize, page: &Scanned) -> Self {
        Self {
            place,
            content: page.as_it_came().clone(),
            treatment: page.treatment,
            opened: None,
            drawing: None,
            after: None,
            notice: None,
        }
    }

    /// What a key says here.
    pub(super) fn key(&self, key: Pressed) -> Option<Message> {
        Some(match key {
            Pressed::F(5) => Message::SkewSwitched,
            Pressed::F(6) => Message::Turned,
            Pressed::F(7) => Message::CutSwitched,
            Pressed::Left => Message::Trimmed(Side::Left),
            Pressed::Up => Message::Trimmed(Side::Top),
            Pressed::Right => Message::Trimmed(Side::Right),
            Pressed::Down => Message::Trimmed(Side::Bottom),
            Pressed::Enter | Pressed::F(2) => Message::Confirmed,
            Pressed::Escape => Message::Closed,
            _ => return None,
        })
    }

    /// Whether the page that is drawn is the one that is wanted.
    fn is_drawn(&self) -> bool {
        self.after.as_ref().is_some_and(|after| after.treatment == self.treatment)
    }

    /// What lies beside the sheet at the present angle.
    fn sheet(&self, opened: &Opened) -> Edges {
        match self.treatment.skew {
            Angle(0) => opened.found.cut_as_is,
            _ => opened.found.cut,
        }
    }

    /// Has the page drawn as it is wanted now; while another is drawn, afterwards.
    fn draw(&mut self) -> Action {
        let Some(opened) = self.opened.clone().filter(|_| self.drawing.is_none()) else {
            return Action::None;
        };
        self.notice = None;
        if self.is_drawn() {
            return Action::None;
        }
        self.drawing = Some(self.treatment);
        Action::Look(Asked::Draw(self.content.clone(), opened, self.treatment))
    }

    /// The page after a treatment. Whoever pressed on meanwhile wants the newest, and none between.
    fn drawn(&mut self, treatment: Treatment, drawn: Result<After, Notice>) -> Action {
        // Asked for by a dialog that was closed.
        if self.drawing != Some(treatment) {
            return Action::None;
        }
        self.drawing = None;
        match drawn {
            Ok(after) => self.after = Some(after),
            Err(notice) if treatment == self.treatment => {
                self.notice = Some(notice);
                return Action::None;
            }
            Err(_) => {}
        }
        self.draw()
    }

    /// Cuts a step off a side, as long as a [`LEAST`]th of the page stays.
    fn trim(&mut self, side: Side, step: u32, (width, height): (u32, u32)) {
        // The sides as they are shown, seen in the page before its quarters of a turn.
        let turns = match self.treatment.quarters {
            Quarters::None => 0,
            Quarters::Right => 1,
            Quarters::Half => 2,
            Quarters::Left => 3,
        };
        let sides = [Side::Left, Side::Top, Side::Right, Side::Bottom];
        let shown = sides.iter().position(|one| *one == side).unwrap_or_default();
        let cut = &mut self.treatment.cut;
        let (edge, opposite, whole) = match sides[(shown + 4 - turns) % 4] {
            Side::Left => (&mut cut.left, cut.right, width),
            Side::Top => (&mut cut.top, cut.bottom, height),
            Side::Right => (&mut cut.right, cut.left, width),
            Side::Bottom => (&mut cut.bottom, cut.top, height),
        };
        let more = edge.saturating_add(step);
        if more.saturating_add(opposite) <= whole - whole / LEAST {
            *edge = more;
        }
    }

    /// Draws the dialog.
    pub(super) fn view(&self) -> Dialog<'_, Message> {
        let before = self.opened.as_ref().map(|opened| opened.before.clone());
        let after = self.after.as_ref().map(|after| after.picture.clone());
        let side = |title, handle| -> Element<'_, Message> {
            column([text::strong(title).into(), picture::page(handle)]).spacing(space::XS).into()
        };
        let pictures = row([side("Bản quét", before), side("Trang sẽ ký", after)]);
        let mut content = column([pictures.into()]);
        if let Some(opened) = &self.opened {
            let skew = match (opened.found.skew, self.treatment.skew) {
                (Angle(0), _) => None,
                (found, Angle(0)) => Some(format!("Làm thẳng {found}")),
                _ => Some("Giữ độ lệch như bản quét".to_owned()),
            };
            let cut = match self.treatment.cut == Edges::default() {
                false => Some("Thôi cắt mép"),
                true if self.sheet(opened) == Edges::default() => None,
                true => Some("Cắt theo mép tờ giấy"),
            };
            let keys = row([])
                .push(skew.map(|it| secondary(it).key("F5").on_press(Message::SkewSwitched)))
                .push(secondary("Xoay 90°").key("F6").on_press(Message::Turned))
                .push(cut.map(|it| secondary(it).key("F7").on_press(Message::CutSwitched)));
            let arrows = "Phím mũi tên: cắt thêm khoảng 2 mm ở cạnh ấy.";
            content = content.push(keys.wrap()).push(text::small(arrows));
        }
        if !self.is_drawn() && self.notice.is_none() {
            content = content.push(text::toned("Đang vẽ trang…", Tone::Info));
        }
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        Dialog::new(format!("Trang {}", self.place + 1), content)
            .width(WIDTH)
            .action(quiet("Thôi").key("Esc").on_press(Message::Closed))
            .action(
                primary("Dùng trang này")
                    .key("Enter")
                    .on_press_maybe(self.is_drawn().then_some(Message::Confirmed)),
            )
            .on_close(Message::Closed)
    }
}

impl State {
    /// Opens the page at a place.
    pub(super) fn look_at(&mut self, place: usize) -> Action {
        let Some(page) = self.draft.scans.get(place).filter(|_| self.signing.is_none()) else {
            return Action::None;
        };
        let look = Look::new(place, page);
        let asked = Asked::Open(look.content.clone(), place + 1, page.name.clone());
        self.look = Some(look);
        Action::Look(asked)
    }

    /// Takes a message of the dialog in.
    pub(super) fn looked(&mut self, message: Message) -> Action {
        let Some(look) = &mut self.look else { return Action::None };
        match message {
            // Of a page that was looked at before.
            Message::Opened(content, _) | Message::Drawn(content, ..)
                if content != look.content => {}
            Message::Opened(_, Ok(opened)) => {
                look.opened = Some(opened);
                return look.draw();
            }
            Message::Drawn(_, treatment, drawn) => return look.drawn(treatment, drawn),
            Message::Opened(_, Err(notice)) => look.notice = Some(notice),
            Message::SkewSwitched => {
                let Some(opened) = look.opened.clone() else { return Action::None };
                let is_cut = look.treatment.cut != Edges::default();
                look.treatment.skew = match look.treatment.skew {
                    Angle(0) => opened.found.skew,
                    _ => Angle(0),
                };
                // What is cut is counted in the straightened page.
                look.treatment.cut = match is_cut {
                    true => look.sheet(&opened),
                    false => Edges::default(),
                };
                return look.draw();
            }
            Message::Turned => {
                look.treatment.quarters = look.treatment.quarters.next();
                return look.draw();
            }
            Message::CutSwitched => {
                let Some(opened) = look.opened.clone() else { return Action::None };
                look.treatment.cut = match look.treatment.cut == Edges::default() {
                    true => look.sheet(&opened),
                    false => Edges::default(),
                };
                return look.draw();
            }
            Message::Trimmed(side) => {
                let Some(opened) = look.opened.clone() else { return Action::None };
                look.trim(side, opened.step, opened.size());
                return look.draw();
            }
            // The page that is wanted is still being drawn.
            Message::Confirmed if !look.is_drawn() => {}
            Message::Confirmed => {
                let Some(look) = self.look.take() else { return Action::None };
                let same = self.draft.scans.get(look.place).filter(|page| {
                    *page.as_it_came() == look.content && page.treatment != look.treatment
                });
                return match (same, look.after) {
                    (Some(_), Some(after)) => {
                        Action::Look(Asked::Keep(look.place, Box::new(after)))
                    }
                    _ => Action::None,
                };
            }
            Message::Closed => {
                self.look = None;
            }
        }
        Action::None
    }

    /// The page at a place is another now. Returns the bytes that no page needs any more.
    pub fn page_changed(
        &mut self,
        place: usize,
        after: &After,
        content: Option<ContentHash>,
    ) -> Option<ContentHash> {
        let page = self.draft.scans.get_mut(place)?;
        let came = page.as_it_came().clone();
        let before = page.content.clone();
        match content {
            Some(content) => {
                page.bytes = after.treated.as_ref().map_or(page.bytes, |scan| scan.bytes.len());
                (page.content, page.original) = (content, Some(came));
            }
            None => (page.content, page.original) = (came, None),
        }
        page.treatment = after.treatment;
        self.draft.touched = true;
        let needed = |page: &Scanned| page.content == before || *page.as_it_came() == before;
        (!self.draft.scans.iter().any(needed)).then_some(before)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn asked(action: Action) -> Option<Treatment> {
        match action {
            Action::Look(Asked::Draw(_, _, treatment)) => Some(treatment),
            _ => None,
        }
    }

    /// One page is drawn at a time, the newest wish next; what was asked for by another dialog is no answer.
    #[test]
    fn a_look_draws_one_page_at_a_time_and_the_newest_wish_next() {
        let mut png = Vec::new();
        let picture = image::GrayImage::from_pixel(700, 900, image::Luma([245]));
        picture.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
        let opened = Arc::new(Opened::of(&png, String::new(), 1).unwrap());
        let page = Scanned {
            content: ContentHash::of(&png),
            name: String::new(),
            bytes: png.len(),
            original: None,
            treatment: Treatment::default(),
            blank: false,
        };
        let mut look = Look::new(0, &page);
        let size = opened.size();
        let after = |treatment| opened.after(treatment).map_err(|error| Notice::error(&error));
        assert_eq!(asked(look.draw()), None, "nothing is decoded yet");
        look.opened = Some(opened.clone());
        let first = look.treatment;
        assert_eq!(asked(look.draw()), Some(first));
        for _ in 0..3 {
            look.trim(Side::Left, 5, size);
            assert_eq!(asked(look.draw()), None, "the first is still drawn");
        }
        let newest = look.treatment;
        let stale = Treatment { skew: Angle(300), ..first };
        assert_eq!(asked(look.drawn(stale, after(stale))), None);
        assert!(look.after.is_none());
        assert_eq!(asked(look.drawn(first, after(first))), Some(newest));
        assert!(!look.is_drawn());
        assert_eq!(asked(look.drawn(newest, after(newest))), None);
        assert!(look.is_drawn());
        // The first comes once more, late.
        assert_eq!(asked(look.drawn(first, after(first))), None);
        assert!(look.is_drawn());
        // What failed is told, and tried again when something else is wanted.
        look.trim(Side::Top, 5, size);
        let wanted = asked(look.draw()).unwrap();
        let error = crate::scan::ScanError::NoPicture;
        assert_eq!(asked(look.drawn(wanted, Err(Notice::error(&error)))), None);
        assert!(look.notice.is_some() && !look.is_drawn());
        look.trim(Side::Top, 5, size);
        assert!(asked(look.draw()).is_some() && look.notice.is_none());
        // Some of the page always stays, however long a key is held.
        for side in [Side::Left, Side::Right, Side::Top, Side::Bottom].repeat(500) {
            look.trim(side, 5, size);
        }
        let cut = look.treatment.cut;
        let left = (size.0 - cut.left - cut.right, size.1 - cut.top - cut.bottom);
        assert!(left.0 >= size.0 / LEAST && left.1 >= size.1 / LEAST, "{left:?}");
    }
}
