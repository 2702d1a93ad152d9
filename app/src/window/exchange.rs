//! Entries go to other machines and come from them by a folder while the window goes on, behind a locked window too.
//!
//! Only one connection may hold the ledger's file, so no other thread exchanges. The ledger's part is done here in
//! steps of one frame, each as short as a few hundred entries; the folder, a stick or a share that may be slow or not
//! answer, is read and written on a thread of its own between two steps.

use iced::Task;
use ledger::{Export, ExportFile, Frame, Import, LedgerError, Received, Sent, Taken};

use super::{App, Message, notice::Notice};
use crate::clock;

/// Which way entries go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Into a folder.
    Out,
    /// Out of a folder, into this ledger.
    In,
}

/// An exchange that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    /// Which way.
    pub way: Way,
    /// Entries that went so far.
    pub entries: u64,
}

/// What the thread of the folder tells.
pub enum Told {
    /// A frame was written.
    Wrote(Box<Result<(Export, ExportFile), LedgerError>>),
    /// The file is whole.
    Sent(Box<Result<Sent, LedgerError>>),
    /// The next frame was read; what was taken before.
    Read(Box<(Import, Taken, Result<Option<Frame>, LedgerError>)>),
    /// The thread ended by a panic.
    Fell,
}

/// Runs on a thread of its own.
fn elsewhere(work: impl FnOnce() -> Told + Send + 'static) -> Task<Message> {
    let work = async move { tokio::task::spawn_blocking(work).await };
    Task::perform(work, |told| Message::Exchange(told.unwrap_or(Told::Fell)))
}

fn read(mut import: Import, taken: Taken) -> Task<Message> {
    elsewhere(move || {
        let frame = import.read();
        Told::Read(Box::new((import, taken, frame)))
    })
}

impl App {
    /// Begins an exchange by `folder`.
    pub(super) fn exchange(&mut self, way: Way, folder: &std::path::Path) -> Task<Message> {
        let Some(shell) = self.shell() else { return Task::none() };
        shell.exchange_runs(Running { way, entries: 0 });
        shell.exchange.folder = Some(folder.to_path_buf());
        let ledger = &shell.desk.ledger;
        let begun = match way {
            Way::Out => ledger.begin_export(folder).map(|(export, file)| self.send(export, file)),
            Way::In => ledger.begin_import(folder).map(|import| read(import, Taken::default())),
        };
        begun.unwrap_or_else(|error| self.exchange_ended(Notice::error(&error)))
    }

    pub(super) fn exchange_told(&mut self, told: Told) -> Task<Message> {
        // Another user's desk waits for nothing.
        if self.shell().is_none_or(|shell| shell.exchange.running.is_none()) {
            return Task::none();
        }
        let done = match told {
            Told::Wrote(wrote) => match *wrote {
                Ok((export, file)) => return self.send(export, file),
                Err(error) => Err(error),
            },
            Told::Sent(made) => made.map(sent),
            Told::Read(came) => {
                let (import, taken, frame) = *came;
                match frame {
                    Ok(Some(frame)) => return self.take(import, taken, &frame),
                    Ok(None) => self.took(import.received(taken)),
                    Err(error) => Err(error),
                }
            }
            Told::Fell => Err(LedgerError::Stopped),
        };
        self.exchange_ended(done.unwrap_or_else(|error| Notice::error(&error)))
    }

    /// Reads the next frame of the ledger and has it written.
    fn send(&mut self, mut export: Export, mut file: ExportFile) -> Task<Message> {
        let Some(shell) = self.shell() else { return Task::none() };
        shell.exchange_runs(Running { way: Way::Out, entries: file.entries() });
        match shell.desk.ledger.next_frame(&mut export) {
            Ok(Some(frame)) => elsewhere(move || {
                Told::Wrote(Box::new(file.write(&frame).map(|()| (export, file))))
            }),
            Ok(None) => elsewhere(move || Told::Sent(Box::new(file.end()))),
            Err(error) => self.exchange_ended(Notice::error(&error)),
        }
    }

    /// Takes a frame and has the next one read.
    fn take(&mut self, import: Import, mut taken: Taken, frame: &Frame) -> Task<Message> {
        let Some(shell) = self.shell() else { return Task::none() };
        match shell.desk.ledger.take_frame(clock::now(), frame) {
            Ok(more) => {
                taken += more;
                shell.exchange_runs(Running { way: Way::In, entries: taken.taken });
                read(import, taken)
            }
            Err(error) => self.exchange_ended(Notice::error(&error)),
        }
    }

    /// All was taken: numbers that others await are issued, and the desk works by what came.
    fn took(&mut self, received: Received) -> Result<Notice, LedgerError> {
        let Some(shell) = self.shell() else { return Err(LedgerError::Stopped) };
        shell.desk.reload()?;
        let issued = shell.desk.ledger.assign_numbers(clock::now())?;
        Ok(took(&received, issued, shell.desk.ledger.open_conflicts()?))
    }

    fn exchange_ended(&mut self, notice: Notice) -> Task<Message> {
        if let Some(shell) = self.shell() {
            shell.exchange_ended(notice);
        }
        Task::none()
    }
}

fn sent(sent: Sent) -> Notice {
    match sent.file {
        Some(file) => Notice::done(format!(
            "Đã xuất {} mục ghi và {} tệp lưu: {}. Mang tệp này sang máy kia rồi nhập ở đó.",
            sent.entries,
            sent.blobs,
            file.display()
        )),
        None => Notice::done("Các máy khác đã có đủ mục ghi của máy này; không có gì để xuất."),
    }
}

/// What came, what waits and what is wrong, the most important last.
fn took(received: &Received, issued: u64, conflicts: u64) -> Notice {
    let Taken { taken, known, held, forked, refused } = received.entries;
    let mut words = format!("Đã nhập {taken} mục ghi mới; {known} mục ghi đã có từ trước.");
    let mut say = |count: u64, sentence: &str| {
        if count > 0 {
            words += &format!(" {count} {sentence}");
        }
    };
    say(issued, "số mà máy khác đang chờ đã được cấp: hãy xuất lại để máy ấy nhận.");
    say(received.foreign, "tệp của cơ quan khác đã được bỏ qua.");
    say(held, "mục ghi đang giữ lại: xem lý do ở dưới.");
    say(conflicts, "mâu thuẫn chờ xử lý.");
    say(received.broken, "tệp bị cắt hoặc bị sửa: phần đọc được đã nhập, hãy xuất lại từ máy kia.");
    say(
        forked,
        "mục ghi trái với chuỗi của chính máy viết chúng: có hai máy dùng một khóa. Các mục ghi này được giữ riêng.",
    );
    say(refused, "mục ghi bị từ chối: chữ ký không đúng hoặc không đọc được.");
    match held + conflicts + received.broken + forked + refused {
        0 => Notice::done(words),
        _ => Notice::caution(words),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use std::{ops::ControlFlow, path::Path, sync::Arc};

    use iced::Size;
    use ledger::{Joining, Ledger, SeatRequest};
    use office::{book::BookId, dossier::Dossier};
    use widgets::{Mode, hand::Hand};

    use super::*;
    use crate::{
        assets::Law,
        demo,
        desk::{Desk, tests::desk},
        window::{
            Stage, backups,
            counter::Counter,
            screen::seats::Message as Seats,
            shell::{self, Bar, Door, Shell},
        },
    };

    /// A machine at work, with its screen of machines open.
    struct Machine {
        app: App,
        hand: Hand,
    }

    impl Machine {
        fn at(desk: Desk) -> Self {
            let law = desk.law.clone();
            let counter = Counter::default();
            let (mut shell, _) = Shell::new(desk, &counter);
            drop(shell.go(Door::Seats, &counter));
            let app = App::at(Stage::Desk(Box::new(shell)), law, counter, Mode::Light);
            Self { app, hand: Hand::new(Size::new(1366.0, 768.0)) }
        }

        fn desk(&mut self) -> &mut Desk {
            &mut self.app.shell().unwrap().desk
        }

        /// Until nothing is ready any more.
        fn hear(&mut self, message: shell::Message) {
            let mut tasks = vec![self.app.update(Message::Desk(message))];
            while let Some(task) = tasks.pop() {
                let app = &self.app;
                let said = self.hand.wait(|| app.view(), task);
                tasks.extend(said.into_iter().map(|said| self.app.update(said)));
            }
        }

        fn says(&mut self, message: Seats) {
            self.hear(message.into());
        }

        /// Exchanges by a folder; gives the words on the screen.
        fn exchange(&mut self, way: Way, folder: &Path) -> Vec<String> {
            self.says(Seats::FolderTyped(folder.display().to_string()));
            self.says(Seats::ExchangeAsked(way));
            assert_eq!(self.app.shell().unwrap().exchange.running, None);
            widgets::shot::words(self.app.view(), Size::new(1366.0, 768.0))
        }

        fn receive(&mut self) -> Dossier {
            let now = clock::now();
            let at = clock::local(now);
            let law = self.desk().law.clone();
            let procedure = law.catalogue.in_force(at.date()).next().unwrap();
            let who = demo::people()[1].identity();
            let reception = demo::reception(&law, procedure, who, "", at).unwrap();
            self.desk().receive(now, reception).unwrap()
        }
    }

    fn told(words: &[String], beginning: &str) -> String {
        let found = words.iter().find(|words| words.starts_with(beginning));
        found.unwrap_or_else(|| panic!("{beginning}: {words:#?}")).clone()
    }

    /// A machine is let in by the window, works apart, and what it wrote comes by a folder: its number is issued by
    /// the machine that holds the book and goes back; then the book itself is handed over.
    #[test]
    fn a_new_machine_joins_and_exchanges_by_a_folder() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let _entered = runtime.enter();
        let scratch = tempfile::tempdir().unwrap();
        let folder = |name: &str| {
            let folder = scratch.path().join(name);
            std::fs::create_dir_all(&folder).unwrap();
            folder
        };
        let mut first = Machine::at(desk(&scratch.path().join("a")));
        let data = scratch.path().join("b");
        let file = scratch.path().join("xin-vao.json");
        let request = SeatRequest::make(&data, "Quầy 2").unwrap();
        request.write(&file).unwrap();
        let copies = folder("copies");
        first.says(Seats::AdmitAsked);
        first.says(Seats::FileGiven(file));
        let words = widgets::shot::words(first.app.view(), Size::new(1366.0, 768.0));
        told(&words, &request.code().unwrap());
        first.says(Seats::TargetTyped(copies.display().to_string()));
        first.says(Seats::Confirmed);
        let user = first.desk().ledger.user().name.clone();
        let joining = Joining { user: &user, password: "Mật-khẩu-7", at: clock::now() };
        let copy = backups::find(&copies);
        let joined =
            Ledger::join_office(&copy, &data, &joining, &|_| ControlFlow::Continue(())).unwrap();
        let mut second = Machine::at(Desk::new(joined, Arc::new(Law::load().unwrap())).unwrap());
        let here = second.receive();
        assert_eq!(here.tracking.issued(), None, "the first machine holds the book");

        let stick = folder("usb");
        told(&second.exchange(Way::Out, &stick), "Đã xuất");
        let words = told(&first.exchange(Way::In, &stick), "Đã nhập");
        assert!(words.contains("số mà máy khác đang chờ đã được cấp"), "{words}");
        let known = |machine: &mut Machine| machine.desk().dossier(&here.id).unwrap().dossier;
        let issued = known(&mut first).tracking.issued().map(|number| number.value);
        assert_eq!(issued, Some(1));
        let again = told(&first.exchange(Way::In, &stick), "Đã nhập");
        assert!(again.starts_with("Đã nhập 0 mục ghi mới;"), "{again}");

        first.says(Seats::HandOverAsked(BookId::TRACKING));
        first.says(Seats::Confirmed);
        let back = folder("back");
        told(&first.exchange(Way::Out, &back), "Đã xuất");
        told(&second.exchange(Way::In, &back), "Đã nhập");
        assert_eq!(known(&mut second).tracking, known(&mut first).tracking);
        let next = second.receive().tracking;
        assert_eq!(next.issued().map(|number| number.value), Some(2));
        let after = first.receive().tracking;
        assert_eq!(after.issued(), None, "no number is issued twice");

        // What cannot be read is told, and all is as before.
        told(&first.exchange(Way::In, &folder("empty")), "Không thấy tệp trao đổi");
        told(&first.exchange(Way::Out, &scratch.path().join("none")), "Không có thư mục");
        for machine in [&mut first, &mut second] {
            assert!(machine.desk().ledger.check().unwrap().clean());
        }
    }

    /// What came of an exchange is told to whoever comes back to the screen.
    #[test]
    fn what_ended_elsewhere_is_told_on_the_way_back() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let _entered = runtime.enter();
        let scratch = tempfile::tempdir().unwrap();
        let mut machine = Machine::at(desk(&scratch.path().join("a")));
        let task = machine.app.exchange(Way::Out, scratch.path());
        machine.hear(shell::Message::Bar(Bar::Open(Door::Home)));
        let mut tasks = vec![task];
        while let Some(task) = tasks.pop() {
            let app = &machine.app;
            let said = machine.hand.wait(|| app.view(), task);
            tasks.extend(said.into_iter().map(|said| machine.app.update(said)));
        }
        machine.hear(shell::Message::Bar(Bar::Open(Door::Seats)));
        let words = widgets::shot::words(machine.app.view(), Size::new(1366.0, 768.0));
        told(&words, "Đã xuất");
    }
}
