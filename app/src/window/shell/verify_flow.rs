//! Signed files verified: each is read and judged off the window's thread, one after the other.

use std::path::{Path, PathBuf};

use iced::Task;
use office::entry::ContentHash;
use reports::{PaperSize, verify::Trust};
use tokio::task::spawn_blocking;
use widgets::travel;

use super::{Counter, Door, Message, Screen, Shell};
use crate::{
    clock, open,
    verifying::{Examined, VerifyingError, signed_version},
    window::{
        notice::Notice,
        outgoing::{self, Document},
        screen::{
            outlet::Out,
            verify::{self, Action, name_of},
        },
    },
};

impl Shell {
    /// Opens the verifying of signed files.
    pub fn go_verify(&mut self, counter: &Counter) -> Task<Message> {
        self.go_verify_again(Vec::new(), counter)
    }

    /// The same with files that were verified before.
    pub(super) fn go_verify_again(
        &mut self,
        paths: Vec<PathBuf>,
        counter: &Counter,
    ) -> Task<Message> {
        let trust = self.known(self.signature_trust());
        let may_see = self.may_open(super::Bar::Open(Door::Authorities));
        let mut state = verify::State::new(trust.anchors(), may_see);
        let begun = state.take(paths);
        let entered = self.enter(Ok(state), counter);
        Task::batch([entered, self.of_verify(begun, counter)])
    }

    /// Whom the office trusts to issue certificates for signing documents.
    fn signature_trust(&self) -> Result<Trust, ledger::LedgerError> {
        let held = self.desk.ledger.signature_authorities()?;
        let certificates = held.iter().flat_map(|der| reports::verify::certificates(der));
        Ok(Trust::of(certificates))
    }

    pub(super) fn verify(&mut self, message: verify::Message, counter: &Counter) -> Task<Message> {
        let Screen::Verify(state) = &mut self.screen else { return Task::none() };
        let given = matches!(message, verify::Message::FileGiven(_));
        let action = state.update(message);
        let task = self.of_verify(action, counter);
        // The list was not there before the first file.
        if given { Task::batch([task, travel::focus(verify::TABLE)]) } else { task }
    }

    fn of_verify(&mut self, action: Action, counter: &Counter) -> Task<Message> {
        match action {
            Action::None => Task::none(),
            Action::FocusList => travel::focus(verify::TABLE),
            Action::Close => self.go_home(counter),
            Action::Authorities(paths) => self.go_authorities_from(paths, counter),
            Action::Examine(run, path) => {
                let trust = self.known(self.signature_trust());
                examine(run, path, trust)
            }
            Action::Save { path, sha256, length } => {
                self.outgoing.wait("Đang lưu bản đã ký…");
                outgoing::made(move || signed_document(&path, &sha256, length))
                    .map(|told| Message::Outgoing(outgoing::Message::Told(told)))
            }
            Action::Sheet { name, examined, out } => {
                let by = self.desk.ledger.user().full_name.clone();
                let found = verify::words::sheet(name, by, &examined);
                let words = &self.desk.law.papers.verification;
                let pdf = match reports::verification_sheet(&self.desk.office, &found, words) {
                    Ok(pdf) => pdf,
                    Err(error) => {
                        self.outgoing.failed(Notice::error(&error));
                        return Task::none();
                    }
                };
                let document = Document {
                    name: format!("Kết quả kiểm tra chữ ký {}", stem(&found.file)),
                    ending: "pdf",
                    bytes: pdf.bytes,
                    size: PaperSize::A4,
                };
                match out {
                    Out::Print => self.print(document, 1),
                    Out::Pdf | Out::Xlsx => self.save(document),
                }
            }
            Action::Show(path) => {
                let shown = spawn_blocking(move || open::open(&path));
                Task::future(shown).then(|shown| match shown {
                    Ok(Err(error)) => {
                        let told = outgoing::Told::Failed(Notice::error(&error));
                        Task::done(Message::Outgoing(outgoing::Message::Told(told)))
                    }
                    Ok(Ok(())) | Err(_) => Task::none(),
                })
            }
        }
    }
}

fn examine(run: u64, path: PathBuf, trust: Trust) -> Task<Message> {
    let work = {
        let path = path.clone();
        spawn_blocking(move || Examined::of(&path, &trust, clock::now()))
    };
    Task::future(work).then(move |examined| match examined {
        Ok(examined) => Task::done(verify::Message::Examined(run, path.clone(), examined).into()),
        Err(_) => Task::none(),
    })
}

/// A file's name without its ending.
fn stem(name: &str) -> String {
    Path::new(name).file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// What was signed, under the file's own name.
fn signed_document(
    path: &Path,
    sha256: &ContentHash,
    length: usize,
) -> Result<Document, VerifyingError> {
    let name = name_of(path);
    let bytes = signed_version(path, sha256, length)?;
    Ok(Document {
        name: format!("{} – bản đã ký", stem(&name)),
        ending: "pdf",
        bytes,
        size: PaperSize::A4,
    })
}
