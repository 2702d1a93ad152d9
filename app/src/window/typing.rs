//! What reaches the window by keys and scanners: the keys that no control took go to what is open, a scan to the
//! desk from anywhere.

use std::sync::atomic::{AtomicU64, Ordering};

use iced::{Event, Task, event::Status, keyboard};
use widgets::keys::Pressed;

use super::{
    App, Message, Stage,
    notice::Notice,
    rest,
    scans::{Scan, Serial},
    screen::{camera, devices, join, login, password, restore, setup},
};
use crate::{crash, keys};

/// How many keys controls took.
static TAKEN: AtomicU64 = AtomicU64::new(0);

/// A key that no control took.
pub(super) fn untaken(key: keyboard::Event) -> Message {
    Message::Keyboard(key, TAKEN.load(Ordering::Relaxed))
}

/// Tells of the keys that no control took, and counts the others without waking the window for them.
pub(super) fn heard(event: Event, status: Status) -> Option<Message> {
    let Event::Keyboard(key) = event else { return None };
    match status {
        Status::Ignored => Some(untaken(key)),
        Status::Captured => {
            if matches!(key, keyboard::Event::KeyPressed { .. }) {
                TAKEN.fetch_add(1, Ordering::Relaxed);
            }
            None
        }
    }
}

impl App {
    /// A key that no control took.
    pub(super) fn keyboard(&mut self, event: &keyboard::Event) -> Task<Message> {
        crash::fall_if_asked();
        let Some(key) = Pressed::of(event) else { return Task::none() };
        if key == Pressed::F(11) {
            return self.update(Message::ModeSwitched);
        }
        if self.closing {
            return match key {
                Pressed::Escape | Pressed::Enter => self.update(Message::CloseDropped),
                _ => Task::none(),
            };
        }
        if let Some(help) = &self.help {
            return match help.key(key) {
                Some(message) => self.update(Message::Help(message)),
                None => Task::none(),
            };
        }
        if key == Pressed::F(1) {
            return self.open_help();
        }
        // A scanner in keyboard mode begins with a digit too: only one that stays alone is a choice.
        if let Pressed::Digit(digit) = key {
            let scans = self.scans;
            return Task::future(tokio::time::sleep(rest::ALONE))
                .map(move |()| Message::Digit(digit, scans));
        }
        match &mut self.stage {
            Stage::Desk(shell) => {
                let action = shell.key(key, &self.counter);
                self.act(action)
            }
            Stage::Setup(wizard) | Stage::Founded(wizard, _) if wizard.tries_devices() => {
                let camera = |message| devices::Message::Camera(message);
                let message = match key {
                    Pressed::F(7) => devices::Message::CameraTried,
                    Pressed::F(8) => devices::Message::TokenTried,
                    Pressed::F(5) => camera(camera::Message::Again),
                    Pressed::Escape => camera(camera::Message::Closed),
                    Pressed::Enter if wizard.devices.tries_camera() => {
                        camera(camera::Message::Closed)
                    }
                    Pressed::Enter => return self.setup(setup::Message::Next),
                    _ => return Task::none(),
                };
                self.setup_devices(message)
            }
            Stage::Setup(_) | Stage::Founded(..) => match key {
                Pressed::Enter => self.setup(setup::Message::Next),
                Pressed::Escape => self.setup(setup::Message::Back),
                Pressed::F(8) => self.setup(setup::Message::SheetSaved),
                Pressed::F(9) => self.setup(setup::Message::SheetPrinted),
                Pressed::Ctrl('l') => self.lock(),
                _ => Task::none(),
            },
            Stage::Restore(_) => match key {
                Pressed::Enter => self.restore(restore::Message::Submitted),
                Pressed::Escape => self.restore(restore::Message::Closed),
                _ => Task::none(),
            },
            Stage::Join(_) => match key {
                Pressed::Enter => self.join(join::Message::Submitted),
                Pressed::Escape => self.join(join::Message::Back),
                Pressed::F(4) => self.join(join::Message::NextPlace),
                Pressed::F(8) => self.join(join::Message::CopyThere),
                _ => Task::none(),
            },
            Stage::Login(_) | Stage::Locked(..) => match key {
                Pressed::Enter => self.login(login::Message::Submitted),
                Pressed::F(2) => self.login(login::Message::Forgotten),
                Pressed::F(4) => self.login(login::Message::OtherUser),
                Pressed::F(8) => self.login(login::Message::RestoreAsked),
                Pressed::F(9) => self.login(login::Message::OlderAccepted),
                Pressed::Escape => self.login(login::Message::Remembered),
                _ => Task::none(),
            },
            Stage::First(..) => match key {
                Pressed::Enter => self.first_password(password::Message::Submitted),
                Pressed::Escape => self.first_password(password::Message::Closed),
                _ => Task::none(),
            },
        }
    }

    /// Something was typed at a scanner's pace, into no field: a scan, or the work of a quick hand.
    pub(super) fn typed_quickly(&mut self, text: String) -> Task<Message> {
        match &mut self.stage {
            Stage::Desk(shell) if keys::is_of_a_hand(&text) => {
                self.scans += 1;
                shell.typed_quickly(text, &self.counter).map(Message::Desk)
            }
            _ => self.scanned(&text),
        }
    }

    pub(super) fn scanned(&mut self, scan: &str) -> Task<Message> {
        // A digit that still waits was the scanner's.
        self.scans += 1;
        match self.zone.join(scan, rest::moment()) {
            Some(whole) => self.scanned_whole(whole.into()),
            None => Task::none(),
        }
    }

    pub(super) fn scanned_whole(&mut self, scan: Scan) -> Task<Message> {
        self.help = None;
        match &mut self.stage {
            Stage::Desk(shell) => shell.scanned(scan, &self.counter).map(Message::Desk),
            Stage::Setup(wizard) | Stage::Founded(wizard, _) if wizard.tries_devices() => {
                wizard.devices.scanned(&scan.text);
                Task::none()
            }
            _ => Task::none(),
        }
    }

    pub(super) fn serial(&mut self, heard: Serial) -> Task<Message> {
        match heard {
            Serial::Ready => self.counter.scanner = Some(Ok(())),
            Serial::Lost(error) => self.counter.scanner = Some(Err(error)),
            Serial::Code(Ok(text)) if rest::touched() => return self.scanned(&text),
            Serial::Code(Ok(_)) => return self.tick(),
            Serial::Code(Err(error)) => match &mut self.stage {
                Stage::Desk(shell) => {
                    return shell.scan_failed(&error, &self.counter).map(Message::Desk);
                }
                Stage::Setup(wizard) | Stage::Founded(wizard, _) => {
                    wizard.devices.tell(Notice::error(&*error));
                }
                Stage::Login(_)
                | Stage::First(..)
                | Stage::Locked(..)
                | Stage::Restore(_)
                | Stage::Join(_) => {}
            },
        }
        Task::none()
    }
}
