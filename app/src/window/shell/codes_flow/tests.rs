#![allow(clippy::unwrap_used, clippy::panic)]
use std::sync::Arc;

use iced::Size;
use office::entry::Event;
use widgets::keys::Pressed;

use super::*;
use crate::{
    assets::Law,
    demo,
    desk::{Desk, tests::desk},
    window::shell::{Bar, Door},
};

struct At {
    shell: Shell,
    counter: Counter,
    _folder: tempfile::TempDir,
}

impl At {
    /// At the codes of an office that has none and has received three births.
    fn office() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = desk(folder.path());
        let (law, now) = (desk.law.clone(), clock::now());
        let procedure = law.catalogue.find("1.001193", clock::local(now).date()).unwrap();
        for person in demo::people().iter().take(3) {
            let who = person.identity();
            let reception = demo::reception(&law, procedure, who, "", clock::local(now)).unwrap();
            desk.receive(now, reception).unwrap();
        }
        Self::open(desk, folder)
    }

    /// A clerk at the codes of the demo office.
    fn clerk() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let law = Arc::new(Law::load().unwrap());
        let ledger = demo::make(folder.path(), &law, clock::now()).unwrap();
        Self::open(Desk::new(ledger, law).unwrap(), folder)
    }

    fn open(desk: Desk, folder: tempfile::TempDir) -> Self {
        let counter = Counter::default();
        let (mut shell, _) = Shell::new(desk, &counter);
        drop(shell.update(Message::Bar(Bar::Open(Door::Codes)), &counter));
        Self { shell, counter, _folder: folder }
    }

    fn tell(&mut self, message: codes::Message) {
        drop(self.shell.update(message.into(), &self.counter));
    }

    fn press(&mut self, key: Pressed) {
        drop(self.shell.key(key, &self.counter));
    }

    fn type_code(&mut self, code: &str, words: &str) {
        self.tell(codes::Message::Form(form::Message::CodeTyped(code.into())));
        self.tell(codes::Message::Form(form::Message::WordsTyped(words.into())));
        self.press(Pressed::Enter);
    }

    fn words(&self) -> Vec<String> {
        let view = self.shell.view(&self.counter, sync::Link::Offline);
        widgets::shot::words(view, Size::new(1366.0, 768.0))
    }

    fn shows(&self, part: &str) -> bool {
        self.words().iter().any(|words| words.contains(part))
    }

    fn entered(&self) -> Vec<Event> {
        let kind = &[EventKind::PortalCodesEntered];
        let log = self.shell.desk.ledger.log(kind, ledger::Way::Falling, None, 100).unwrap().items;
        log.into_iter().filter_map(|line| Some(line.entry?.what)).collect()
    }
}

/// A head goes from a dossier that waits to its code, writes it, and reads another from a file.
#[test]
fn a_code_is_written_from_the_dossier_that_waits_for_it() {
    let mut at = At::office();
    assert!(at.shows("Hồ sơ chờ mã (3)"));
    at.tell(codes::Message::Viewed(1));
    assert!(at.shows("0 gửi được, 3 chưa gửi được"));
    at.press(Pressed::F(4));
    assert!(at.shows("Ai cấp mã và đã đối chiếu thế nào"));
    at.type_code("GIA 1", "Mã giả định");
    assert!(at.shows("Không nhận: mã chỉ gồm chữ cái"));
    at.type_code("GIA-1", " ");
    assert!(at.shows("Chưa ghi mã do ai cấp"));
    assert!(at.entered().is_empty(), "nothing was written so far");
    at.type_code("GIA-1", "Mã giả định");
    assert!(
        at.shows("Đã ghi mã GIA-1 – Lĩnh vực “Hộ tịch”. 3 trong 3 hồ sơ nhận gần nhất gửi được")
    );
    assert!(at.shows("Không hồ sơ nào chờ mã"));
    let entered = at.entered();
    assert_eq!(entered.len(), 1);
    let Event::PortalCodesEntered { codes } = &entered[0] else { panic!("another event") };
    assert_eq!((codes.codes.len(), codes.words.as_str()), (1, "Mã giả định"));

    // Another from a file of which one line is refused.
    let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    let lines = "loai;ten;ma\nHình thức thu;Thu trước;GIA-T\nHình thức thu;Thu nợ;GIA-N\n";
    std::fs::write(file.path(), lines).unwrap();
    at.press(Pressed::F(2));
    at.tell(codes::Message::Import(import::Message::FileGiven(file.path().into())));
    let path = file.path().display().to_string();
    let read = file_read::bytes(&path);
    let handed = import::Handed { path, from: None };
    drop(at.shell.update(Message::FileRead(file_read::Asked::Codes(handed), read), &at.counter));
    assert!(at.shows("Nhận 1 trong 2 dòng của tệp, 0 dòng đã có, 1 dòng bị từ chối."));
    assert!(at.shows("dòng 3: Hình thức thu, Thu nợ – hình thức thu phải là"));
    at.tell(codes::Message::Import(import::Message::WordsTyped("Mã giả định".into())));
    at.press(Pressed::Enter);
    assert!(at.shows("Đã ghi mã GIA-T – Hình thức thu “Thu trước”."));
    assert_eq!(at.entered().len(), 2);
    assert!(at.shell.desk.ledger.check().unwrap().findings.is_empty());
}

#[test]
fn a_clerk_sees_the_codes_and_writes_none() {
    let mut at = At::clerk();
    assert!(at.shows("Chỉ lãnh đạo và quản trị an toàn thông tin ghi được mã."));
    for key in [Pressed::F(4), Pressed::F(2)] {
        at.press(key);
        assert!(!at.shows("Ai cấp mã và đã đối chiếu thế nào"));
        assert!(!at.words().iter().any(|words| words == "Chọn tệp…"));
    }
}
