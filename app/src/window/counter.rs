//! What the counter's devices are and tell: readers and the card on them, the serial scanner.

use identity::{card::Change, code::port::PortError};
use widgets::Tone;

use crate::devices::Devices;

/// The counter's devices.
#[derive(Default)]
pub struct Counter {
    /// Readers plugged in.
    pub readers: Vec<String>,
    /// Readers that hold a card. The last one is read: where the latest card was placed, or the clerk's
    /// choice.
    pub cards: Vec<String>,
    /// The last one is the clerk's choice: it stays the one that is read until its card is taken away,
    /// whatever comes and goes on other readers.
    pub(crate) chosen: bool,
    /// No PC/SC service.
    pub no_service: bool,
    /// What was chosen for this machine.
    pub devices: Devices,
    /// Whether the serial scanner is there, as far as it is known.
    pub scanner: Option<Result<(), PortError>>,
    /// What the logged-in user's signed files wait for, in words.
    pub stamping: Option<String>,
}

impl Counter {
    /// Takes a change in.
    pub fn note(&mut self, change: &Change) {
        let before = self.cards.last().cloned();
        match change {
            Change::Readers(readers) => {
                self.no_service = false;
                self.cards.retain(|card| readers.contains(card));
                self.readers.clone_from(readers);
            }
            Change::CardPlaced(reader) => {
                let kept = self.chosen && before.as_ref() != Some(reader);
                self.cards.retain(|card| card != reader);
                let place = self.cards.len() - usize::from(kept);
                self.cards.insert(place, reader.clone());
            }
            Change::CardRemoved(reader) => self.cards.retain(|card| card != reader),
            Change::ServiceLost => {
                self.no_service = true;
                self.readers.clear();
                self.cards.clear();
            }
        }
        self.chosen &= self.cards.last() == before.as_ref();
    }

    /// The reader whose card is read.
    pub fn card(&self) -> Option<&String> {
        self.cards.last()
    }

    /// Takes the card of another reader.
    pub fn choose_next(&mut self) {
        if let Some(last) = self.cards.pop() {
            self.cards.insert(0, last);
            self.chosen = true;
        }
    }

    /// Why no card can be read, what still works and what to do.
    pub fn problem(&self) -> Option<&'static str> {
        if self.no_service {
            Some(
                "Dịch vụ đầu đọc thẻ (pcscd) chưa chạy nên chưa đọc được chip. Vẫn nhận mã QR, dòng MRZ và số nhập tay. Hãy khởi động lại máy hoặc gọi người quản trị máy; khi dịch vụ chạy lại, đầu đọc tự dùng được.",
            )
        } else if self.readers.is_empty() {
            Some(
                "Chưa cắm đầu đọc thẻ nên chưa đọc được chip. Vẫn nhận mã QR, dòng MRZ và số nhập tay. Hãy cắm đầu đọc; không cần mở lại chương trình.",
            )
        } else {
            None
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
    pub fn status(&self) -> (String, Tone) {
        if self.no_service {
            ("Dịch vụ đầu đọc thẻ chưa chạy".into(), Tone::Bad)
        } else if self.cards.len() > 1 {
            (format!("Có thẻ trên {} đầu đọc", self.cards.len()), Tone::Good)
        } else if !self.cards.is_empty() {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_card_is_read_unless_the_clerk_chooses() {
        let mut counter = Counter::default();
        let (one, two) = ("Một".to_owned(), "Hai".to_owned());
        let mut read = |change: Option<Change>| {
            match change {
                Some(change) => counter.note(&change),
                None => counter.choose_next(),
            }
            counter.card().cloned()
        };
        let readers = Change::Readers(vec![one.clone(), two.clone()]);
        assert_eq!(read(Some(readers.clone())), None);
        assert_eq!(read(Some(Change::CardPlaced(one.clone()))).as_ref(), Some(&one));
        assert_eq!(read(Some(Change::CardPlaced(two.clone()))).as_ref(), Some(&two));
        assert_eq!(read(None).as_ref(), Some(&one));
        // A card that comes and goes elsewhere does not undo the choice.
        assert_eq!(read(Some(Change::CardRemoved(two.clone()))).as_ref(), Some(&one));
        assert_eq!(read(Some(Change::CardPlaced(two.clone()))).as_ref(), Some(&one));
        assert_eq!(read(Some(Change::CardRemoved(one.clone()))).as_ref(), Some(&two));
        assert_eq!(read(None).as_ref(), Some(&two));
        assert_eq!(read(Some(Change::Readers(vec![one.clone()]))), None, "unplugged with its card");
        assert_eq!(read(Some(readers)), None);
        assert_eq!(read(Some(Change::CardPlaced(two.clone()))).as_ref(), Some(&two));
        assert_eq!(read(Some(Change::ServiceLost)), None);
    }
}
