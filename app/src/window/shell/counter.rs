//! What lies on the counter's reader, as far as the desk has to know.

use identity::card::Change;
use widgets::Tone;

/// What lies on the counter's reader.
#[derive(Default)]
pub struct Counter {
    /// Readers plugged in.
    pub readers: Vec<String>,
    /// The reader that holds a card.
    pub card: Option<String>,
    /// No PC/SC service.
    pub no_service: bool,
}

impl Counter {
    /// Takes a change in.
    pub fn note(&mut self, change: &Change) {
        match change {
            Change::Readers(readers) => {
                self.no_service = false;
                if self.card.as_ref().is_some_and(|card| !readers.contains(card)) {
                    self.card = None;
                }
                self.readers.clone_from(readers);
            }
            Change::CardPlaced(reader) => self.card = Some(reader.clone()),
            Change::CardRemoved(reader) if self.card.as_ref() == Some(reader) => self.card = None,
            Change::CardRemoved(_) => {}
            Change::ServiceLost => *self = Self { no_service: true, ..Self::default() },
        }
    }

    /// The state of the readers in words.
    pub(super) fn status(&self) -> (String, Tone) {
        if self.no_service {
            ("Dịch vụ đầu đọc thẻ chưa chạy".into(), Tone::Bad)
        } else if self.card.is_some() {
            ("Có thẻ trên đầu đọc".into(), Tone::Good)
        } else {
            match self.readers.as_slice() {
                [] => ("Chưa cắm đầu đọc thẻ".into(), Tone::Caution),
                [_] => ("Đầu đọc sẵn sàng".into(), Tone::Good),
                readers => (format!("{} đầu đọc sẵn sàng", readers.len()), Tone::Good),
            }
        }
    }
}
