//! A paper that was just made and belongs to no dossier: seen as it will be printed, printed, saved.

use widgets::{
    Dialog, Element, column, field, preview,
    preview::{Page, Zoom},
    primary, quiet, row, secondary, text,
};

use super::dossier::{COPIES, COPIES_WIDTH, ONE, copies};
use crate::window::{notice::Notice, outgoing::Document};

const WIDTH: f32 = 620.0;
const HEIGHT: f32 = 400.0;

/// The dialog's state.
pub struct State {
    /// What it is called, as a file too.
    pub title: String,
    /// The PDF.
    pub pdf: Vec<u8>,
    /// Its sheet.
    pub size: reports::PaperSize,
    pages: Vec<Page>,
    copies: String,
    zoom: Zoom,
    notice: Option<Notice>,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// Print it.
    Printed,
    /// How many copies.
    CopiesTyped(String),
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
        Self { title, pdf, size, pages, copies: ONE.into(), zoom: Zoom::default(), notice }
    }

    /// It goes out of the machine.
    pub fn document(&self) -> Document {
        Document {
            name: self.title.clone(),
            ending: "pdf",
            bytes: self.pdf.clone(),
            size: self.size,
        }
    }

    /// Another number of copies.
    pub fn type_copies(&mut self, text: String) {
        self.copies = text;
        self.notice = None;
    }

    /// How many copies are asked for; tells what is wrong with another number.
    pub fn copies(&mut self) -> Option<u16> {
        let asked = copies(&self.copies);
        self.notice = asked.is_none().then(|| Notice::caution(COPIES));
        asked
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
        content = content.push(
            row([
                text::small("Số bản in").into(),
                field("", &self.copies)
                    .width(COPIES_WIDTH)
                    .on_change(Message::CopiesTyped)
                    .on_submit(Message::Printed)
                    .into(),
            ])
            .align_y(iced::Alignment::Center),
        );
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
