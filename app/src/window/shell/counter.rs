//! What the counter's devices are and tell: readers and the card on them, the serial scanner.

use identity::{card::Change, code::port::PortError};
use widgets::Tone;

use crate::devices::Devices;

/// The counter's devices.
#[derive(Default)]
pub struct Counter {
    /// Readers plugged in.
    pub readers: Vec<String>,
    /// The reader that holds a card.
    pub card: Option<String>,
    /// No PC/SC service.
    pub no_service: bool,
    /// What was chosen for this machine.
    pub devices: Devices,
    /// Whether the serial scanner is there, as far as it is known.
    pub scanner: Option<Result<(), PortError>>,
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
            Change::ServiceLost => {
                self.no_service = true;
                self.readers.clear();
                self.card = None;
            }
        }
    }

    /// The state of the serial scanner in words, if one was chosen.
    pub fn scanner_status(&self) -> Option<(String, Tone)> {
        self.devices.scanner.as_ref()?;
        Some(match self.scanner {
            None => ("Đang tìm máy quét".into(), Tone::Plain),
            Some(Ok(())) => ("Máy quét sẵn sàng".into(), Tone::Good),
            Some(Err(PortError::Absent | PortError::Lost)) => {
                ("Chưa thấy máy quét".into(), Tone::Caution)
            }
            Some(Err(PortError::Busy)) => {
                ("Chương trình khác đang dùng máy quét".into(), Tone::Bad)
            }
            Some(Err(PortError::Denied)) => ("Không có quyền dùng máy quét".into(), Tone::Bad),
        })
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
