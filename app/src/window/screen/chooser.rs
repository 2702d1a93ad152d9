//! A file is chosen: folders one press away, the newest file marked, a look at the marked one beside it.
//! Words narrow the list; a path typed instead of words goes there.

use std::path::PathBuf;

use iced::{
    Length,
    widget::{Row, container},
};
use office::text::fold;
use widgets::{
    Dialog, Element, Icon, Tone, column, field, preview,
    preview::{Page, Zoom},
    primary, quiet, row, secondary, space, table,
    table::{Cell, Column},
    text,
};

use crate::{
    browse::{self, Entry, Listing, Place, Wanted},
    clock, scan,
    window::notice::Notice,
};

/// The field for words or a path.
pub const QUERY: &str = "chooser-query";
const TITLE: &str = "Chọn tệp";
const OPENING: &str = "Đang mở thư mục";
const WIDTH: f32 = 1000.0;
const HEIGHT: f32 = 380.0;
const LOOK_WIDTH: f32 = 300.0;

/// The dialog's state.
pub struct State {
    wanted: Wanted,
    folder: PathBuf,
    places: Vec<Place>,
    query: String,
    listing: Listing,
    /// Places of the entries that the words find.
    found: Vec<usize>,
    marked: usize,
    listed: bool,
    look: Look,
    notice: Option<Notice>,
}

/// The look at the marked file. One file is drawn at a time, however fast the mark moves on.
#[derive(Default)]
enum Look {
    #[default]
    None,
    Drawing,
    Drawn(PathBuf, Option<Vec<Page>>),
}

/// What happened in the dialog.
#[derive(Clone, Debug)]
pub enum Message {
    /// Words or a path.
    Typed(String),
    /// Arrow keys.
    Moved(i8),
    /// Enter: into the marked folder, or this file.
    Entered,
    /// A row was marked.
    Marked(u64),
    /// A row was opened.
    Opened(u64),
    /// One of the places.
    PlaceChosen(usize),
    /// To the folder above.
    UpAsked,
    /// All files that are shown, where several are wanted.
    AllAsked,
    /// A folder was read.
    Listed(PathBuf, Result<Listing, Notice>),
    /// A file was drawn; `None` where it cannot be.
    Drawn(PathBuf, Option<Vec<Page>>),
    /// Rather not.
    Closed,
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Read this folder.
    List(PathBuf),
    /// Draw the first page of this file.
    Draw(PathBuf),
    /// This file it is.
    Pick(PathBuf),
    /// These files, all of them.
    PickAll(Vec<PathBuf>),
    /// Close.
    Close,
}

impl State {
    /// Begins in `folder`, which is yet to be read.
    pub fn new(wanted: Wanted, folder: PathBuf, places: Vec<Place>) -> Self {
        Self {
            wanted,
            folder,
            places,
            query: String::new(),
            listing: Listing::default(),
            found: Vec::new(),
            marked: 0,
            listed: false,
            look: Look::None,
            notice: None,
        }
    }

    /// The window's title: nothing can be chosen before the folder is there.
    pub fn title(&self) -> &'static str {
        if self.listed { TITLE } else { OPENING }
    }

    /// What is wanted.
    pub fn wanted(&self) -> Wanted {
        self.wanted
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Typed(query) => {
                let narrower = browse::typed_path(&query, &self.folder).is_none();
                self.query = query;
                self.notice = None;
                if narrower {
                    self.narrow();
                }
                self.draw()
            }
            Message::Moved(by) => {
                let last = self.found.len().saturating_sub(1);
                self.marked = self.marked.saturating_add_signed(by.into()).min(last);
                self.draw()
            }
            Message::Marked(place) => {
                self.marked = usize::try_from(place).unwrap_or_default();
                self.draw()
            }
            Message::Opened(place) => {
                self.marked = usize::try_from(place).unwrap_or_default();
                self.open_marked()
            }
            Message::Entered => match browse::typed_path(&self.query, &self.folder) {
                Some(path) => self.go_typed(path),
                None => self.open_marked(),
            },
            Message::PlaceChosen(place) => match self.places.get(place) {
                Some(place) => self.go(place.folder.clone()),
                None => Action::None,
            },
            Message::UpAsked => match self.folder.parent() {
                Some(parent) => self.go(parent.to_path_buf()),
                None => Action::None,
            },
            Message::AllAsked => match self.files() {
                files if self.wanted.is_several() && !files.is_empty() => Action::PickAll(files),
                _ => Action::None,
            },
            Message::Listed(folder, result) => {
                if folder == self.folder {
                    self.show(result);
                }
                self.draw()
            }
            Message::Drawn(path, pages) => {
                self.look = Look::Drawn(path, pages);
                // The mark may stand elsewhere by now.
                self.draw()
            }
            Message::Closed => Action::Close,
        }
    }

    fn show(&mut self, result: Result<Listing, Notice>) {
        self.listed = true;
        match result {
            Ok(listing) => self.listing = listing,
            Err(notice) => self.notice = Some(notice),
        }
        self.narrow();
    }

    /// Finds what the words name and marks the newest file, or else the first folder.
    fn narrow(&mut self) {
        self.found = browse::matching(&self.listing.entries, &self.query);
        let file = |n: &usize| !self.listing.entries[*n].is_folder();
        self.marked = self.found.iter().position(file).unwrap_or_default();
    }

    fn entry(&self, place: usize) -> Option<&Entry> {
        self.listing.entries.get(*self.found.get(place)?)
    }

    /// The files that are shown.
    fn files(&self) -> Vec<PathBuf> {
        let entries = self.found.iter().filter_map(|n| self.listing.entries.get(*n));
        entries.filter(|entry| !entry.is_folder()).map(|entry| entry.path.clone()).collect()
    }

    fn open_marked(&mut self) -> Action {
        match self.entry(self.marked) {
            Some(entry) if entry.is_folder() => {
                let folder = entry.path.clone();
                self.go(folder)
            }
            Some(entry) => Action::Pick(entry.path.clone()),
            None => Action::None,
        }
    }

    fn go(&mut self, folder: PathBuf) -> Action {
        let places = std::mem::take(&mut self.places);
        *self = Self::new(self.wanted, folder.clone(), places);
        Action::List(folder)
    }

    fn go_typed(&mut self, path: PathBuf) -> Action {
        if path.is_dir() {
            return self.go(path);
        }
        if path.is_file() {
            return Action::Pick(path);
        }
        self.notice = Some(Notice::caution(
            "Không có tệp hay thư mục nào ở đường dẫn này. Hãy kiểm tra lại chữ, hoặc chọn trong danh sách.",
        ));
        Action::None
    }

    fn draw(&mut self) -> Action {
        let marked = self.entry(self.marked).filter(|entry| !entry.is_folder());
        let Some(path) = marked.map(|entry| entry.path.clone()) else { return Action::None };
        match &self.look {
            Look::Drawing => Action::None,
            Look::Drawn(drawn, _) if *drawn == path => Action::None,
            _ if self.wanted != Wanted::Paper => Action::None,
            _ => {
                self.look = Look::Drawing;
                Action::Draw(path)
            }
        }
    }

    /// Draws the dialog.
    pub fn view(&self) -> Dialog<'_, Message> {
        let places = self.places.iter().enumerate().map(|(n, place)| -> Element<'_, Message> {
            let here = place.folder == self.folder;
            let button =
                if here { secondary(place.label.as_str()) } else { quiet(place.label.as_str()) };
            button.on_press(Message::PlaceChosen(n)).into()
        });
        let mut content = column([
            Row::with_children(places).spacing(space::XS).wrap().into(),
            field("", &self.query)
                .id(QUERY)
                .icon(Icon::Search)
                .placeholder("Vài chữ trong tên tệp, hoặc đường dẫn")
                .plain()
                .on_change(Message::Typed)
                .on_submit(Message::Entered)
                .into(),
            row([
                widgets::icon(Icon::Folder),
                text::strong(self.folder.display().to_string()).width(Length::Fill).into(),
                text::small(self.wanted.label()).into(),
            ])
            .into(),
        ]);
        let mut body = Row::new().push(self.list()).spacing(space::M);
        if self.wanted == Wanted::Paper {
            body = body.push(container(self.look()).width(LOOK_WIDTH));
        }
        content = content.push(container(body).height(HEIGHT));
        if self.listing.cut {
            content = content.push(text::toned(
                "Thư mục có nhiều tệp: chỉ hiện các tệp mới nhất.",
                Tone::Caution,
            ));
        }
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        let marked = self.entry(self.marked).is_some();
        let mut dialog = Dialog::new(TITLE, content).width(WIDTH);
        let files = if self.wanted.is_several() { self.files().len() } else { 0 };
        if files > 1 {
            let all = secondary(format!("Chọn cả {files} tệp")).key("F7");
            dialog = dialog.action(all.on_press(Message::AllAsked));
        }
        dialog
            .action(
                quiet("Lên một cấp")
                    .key("F6")
                    .on_press_maybe(self.folder.parent().map(|_| Message::UpAsked)),
            )
            .action(quiet("Thôi").key("Esc").on_press(Message::Closed))
            .action(primary("Chọn").key("Enter").on_press_maybe(marked.then_some(Message::Entered)))
            .on_close(Message::Closed)
    }

    fn list(&self) -> Element<'_, Message> {
        if self.found.is_empty() {
            let words = match (self.listed, fold(&self.query).is_empty()) {
                (false, _) => OPENING,
                (true, true) => "Thư mục không có tệp nào thuộc loại cần chọn.",
                (true, false) => "Không có tệp nào khớp. Hãy gõ ít chữ hơn.",
            };
            return container(text::body(words)).width(Length::Fill).into();
        }
        table(
            [
                Column::share("Tên", 1),
                Column::fixed("Sửa lúc", 152.0),
                Column::fixed("Dung lượng", 96.0).end(),
            ],
            self.found.len() as u64,
            |place, column| {
                let entry = self.entry(usize::try_from(place).ok()?)?;
                Some(Cell::from(match column {
                    0 if entry.is_folder() => format!("▸ {}", entry.name),
                    0 => entry.name.clone(),
                    1 => entry.at.map(moment).unwrap_or_default(),
                    _ => size(entry),
                }))
            },
        )
        .selected(Some(self.marked as u64))
        .on_select(Message::Marked)
        .on_open(Message::Opened)
        .into()
    }

    fn look(&self) -> Element<'_, Message> {
        let marked = self.entry(self.marked).filter(|entry| !entry.is_folder());
        match (marked, &self.look) {
            (Some(entry), Look::Drawn(path, Some(pages))) if entry.path == *path => {
                preview(pages, Zoom::Width).into()
            }
            (Some(entry), Look::Drawn(path, None)) if entry.path == *path => {
                text::toned("Không vẽ được tệp này.", Tone::Caution).into()
            }
            (Some(_), _) => text::small("Đang vẽ…").into(),
            (None, _) => text::small("Xem trước tệp được chọn.").into(),
        }
    }
}

fn moment(at: jiff::Timestamp) -> String {
    clock::local(at).strftime("%H:%M %d/%m/%Y").to_string()
}

fn size(entry: &Entry) -> String {
    entry
        .bytes
        .map(|bytes| scan::size(usize::try_from(bytes).unwrap_or(usize::MAX)))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use std::path::Path;

    use super::*;

    fn listing(names: &[&str]) -> Listing {
        let entry = |name: &&str| Entry {
            name: (*name).into(),
            path: Path::new("/scan").join(name),
            bytes: name.contains('.').then_some(1),
            at: None,
        };
        Listing { entries: names.iter().map(entry).collect(), cut: false }
    }

    fn opened(names: &[&str]) -> (State, Action) {
        let mut state = State::new(Wanted::Paper, "/scan".into(), Vec::new());
        let action = state.update(Message::Listed("/scan".into(), Ok(listing(names))));
        (state, action)
    }

    fn picks(action: Action, name: &str) -> bool {
        matches!(action, Action::Pick(path) if path == Path::new("/scan").join(name))
    }

    #[test]
    fn all_files_are_taken_together_only_where_several_are_wanted() {
        let listed =
            || Message::Listed("/scan".into(), Ok(listing(&["thư mục", "a.pdf", "b.pdf"])));
        let mut state = State::new(Wanted::Signed, "/scan".into(), Vec::new());
        state.update(listed());
        let Action::PickAll(files) = state.update(Message::AllAsked) else { panic!("not taken") };
        assert_eq!(files, [Path::new("/scan/a.pdf"), Path::new("/scan/b.pdf")]);
        let mut state = State::new(Wanted::Paper, "/scan".into(), Vec::new());
        state.update(listed());
        assert!(matches!(state.update(Message::AllAsked), Action::None));
    }

    #[test]
    fn enter_takes_the_newest_file_and_words_another() {
        let (mut state, action) = opened(&["thư mục", "mới.pdf", "cũ.pdf"]);
        assert!(matches!(action, Action::Draw(path) if path == Path::new("/scan/mới.pdf")));
        assert!(picks(state.update(Message::Entered), "mới.pdf"));
        state.update(Message::Typed("cu".into()));
        assert!(picks(state.update(Message::Entered), "cũ.pdf"));
        state.update(Message::Typed("x".into()));
        assert!(matches!(state.update(Message::Entered), Action::None));
        state.update(Message::Typed("/không/có".into()));
        assert!(matches!(state.update(Message::Entered), Action::None));
        assert!(state.notice.is_some());
    }

    #[test]
    fn folders_are_entered_and_left_and_what_comes_late_falls_away() {
        let (mut state, _) = opened(&["con", "a.pdf"]);
        state.update(Message::Moved(-1));
        assert!(
            matches!(state.update(Message::Entered), Action::List(p) if p == Path::new("/scan/con"))
        );
        state.update(Message::Listed("/scan".into(), Ok(listing(&["a.pdf"]))));
        assert!(matches!(state.update(Message::Entered), Action::None), "the former folder's file");
        assert!(
            matches!(state.update(Message::UpAsked), Action::List(p) if p == Path::new("/scan"))
        );
    }

    #[test]
    fn one_file_is_drawn_at_a_time() {
        let (mut state, _) = opened(&["a.pdf", "b.pdf", "c.pdf"]);
        assert!(matches!(state.update(Message::Moved(1)), Action::None));
        assert!(matches!(state.update(Message::Moved(1)), Action::None));
        let next = state.update(Message::Drawn("/scan/a.pdf".into(), None));
        assert!(matches!(next, Action::Draw(path) if path == Path::new("/scan/c.pdf")));
        let done = state.update(Message::Drawn("/scan/c.pdf".into(), None));
        assert!(matches!(done, Action::None));
    }
}
