//! A paper that was just made and belongs to no dossier: seen as it will be printed, printed, saved.

use widgets::{
    Dialog, Element, column, preview,
    preview::{Page, Zoom},
    primary, quiet, secondary,
};

use crate::window::notice::Notice;

const WIDTH: f32 = 620.0;
const HEIGHT: f32 = 420.0;

/// The dialog's state.
pub struct State {
    /// What it is called, as a file too.
    pub title: String,
    /// The PDF.
    pub pdf: Vec<u8>,
    /// Its sheet.
    pub size: reports::PaperSize,
    pages: Vec<Page>,
    zoom: Zoom,
    notice: Option<Notice>,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// Print it.
    Printed,
    /// Save it.
    Saved,
    /// Larger or smaller.
    Zoomed(Zoom),
    /// Done.
    Closed,
}

impl State {
    /// Shows the pages of `pdf`.
    pub fn new(
        title: String,
        pdf: Vec<u8>,
        size: reports::PaperSize,
        pages: Vec<Page>,
        notice: Option<Notice>,
    ) -> Self {
        Self { title, pdf, size, pages, zoom: Zoom::default(), notice }
    }

    /// Says something.
    pub fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// Larger or smaller.
    pub fn zoom(&mut self, zoom: Zoom) {
        self.zoom = zoom;
    }

    /// Draws the dialog.
    pub fn view(&self) -> Dialog<'_, Message> {
        let pages: Element<'_, Message> =
            preview(&self.pages, self.zoom).on_zoom(Message::Zoomed).into();
        let mut content = column([iced::widget::container(pages).height(HEIGHT).into()]);
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        Dialog::new(self.title.as_str(), content)
            .width(WIDTH)
            .action(quiet("Đóng").key("Esc").on_press(Message::Closed))
            .action(secondary("Lưu").key("F8").on_press(Message::Saved))
            .action(primary("In").key("F9").on_press(Message::Printed))
            .on_close(Message::Closed)
    }
}
