//! Money for a dossier or an act, the bank's statements, and papers of days on their way out.

use iced::{Task, widget::image::Handle};
use jiff::civil::Date;
use ledger::{EventKind, LedgerError, PaymentRecord};
use office::{
    act::ActId,
    dossier::{Channel, DossierId},
    money::Dong,
    statement,
    subject::Subject,
    tariff::receipt,
    vietqr::Transfer,
};
use widgets::travel;

use super::{Counter, Message, Over, Screen, Shell, file_read};
use crate::{
    clock,
    desk::{
        self,
        books::{Format, Paper},
        money,
    },
    picture,
    window::{
        notice::Notice,
        outgoing::Document,
        papers,
        screen::{
            Shown,
            outlet::Out,
            pay,
            statement::{Fate, Line},
        },
    },
};

impl Shell {
    /// Opens the form for money of a dossier or an act.
    pub(super) fn open_pay(&mut self, subject: &Subject) -> Task<Message> {
        let about = match subject {
            Subject::Dossier(id) => self.money_of(id),
            Subject::Act(id) => self.money_of_act(id),
        };
        match about {
            Ok(about) => {
                let state = pay::State::new(about);
                let field = state.first_field();
                self.over = Some(Over::Pay(subject.clone(), Box::new(state)));
                travel::focus(field)
            }
            Err(error) => {
                self.screen.tell(Notice::error(&error));
                Task::none()
            }
        }
    }

    fn money_of_act(&self, id: &ActId) -> Result<pay::About, LedgerError> {
        let record = self.desk.act(id)?;
        let money = self.desk.act_money(&record)?;
        let (act, law) = (&record.act, &self.desk.law);
        let day = act.at.date();
        let kind = law.acts.find(&act.kind, day);
        let code = kind.and_then(|kind| kind.procedure.as_deref());
        let procedure = code.and_then(|code| law.catalogue.find(code, day));
        let groups =
            code.into_iter().flat_map(|code| law.exemptions.offered(code, Channel::Counter, day));
        Ok(pay::About {
            what: act.name(),
            payer: act.requesters().next().map(|who| who.person.name.clone()).unwrap_or_default(),
            cases: act.case(procedure).into_iter().collect(),
            groups: groups.cloned().collect(),
            paid: money.payments.iter().map(paid).collect(),
            arrived: arrived(money.arrived()),
            account: self.desk.settings.account.is_some(),
            may_cancel: self.desk.ledger.may(EventKind::PaymentCancelled),
        })
    }

    fn money_of(&self, id: &DossierId) -> Result<pay::About, LedgerError> {
        let record = self.desk.dossier(id)?;
        let money = self.desk.money(&record, &self.desk.moves(id)?)?;
        let dossier = &record.dossier;
        let filed = match dossier.arrival {
            Some(_) => self.desk.ledger.arrival(&dossier.origin_code)?,
            None => None,
        };
        let filed = filed.map(|record| record.arrival.filed_at);
        let law = &self.desk.law;
        let procedure = law.catalogue.find(&dossier.procedure.code, dossier.received_at.date());
        Ok(pay::About {
            what: format!("hồ sơ {}", dossier.code_label()),
            payer: dossier.applicant.person.name.clone(),
            cases: receipt::cases(dossier, procedure),
            groups: receipt::spared(&law.exemptions, dossier, filed).cloned().collect(),
            paid: money.payments.iter().map(paid).collect(),
            arrived: arrived(money.account.arrived()),
            account: self.desk.settings.account.is_some(),
            may_cancel: self.desk.ledger.may(EventKind::PaymentCancelled),
        })
    }

    pub(super) fn pay(&mut self, message: pay::Message, counter: &Counter) -> Task<Message> {
        let Some(Over::Pay(subject, state)) = &mut self.over else { return Task::none() };
        let action = state.update(message);
        let subject = subject.clone();
        let now = clock::now();
        match action {
            pay::Action::None => Task::none(),
            pay::Action::Focus(field) => travel::focus(field),
            pay::Action::Code => {
                let code = state.transfer().and_then(|amount| self.transfer_code(&subject, amount));
                if let Some(Over::Pay(_, state)) = &mut self.over {
                    match code {
                        None => state.show_code(None),
                        Some(Ok(code)) => state.show_code(Some(code)),
                        Some(Err(notice)) => {
                            state.show_code(None);
                            state.refused(notice);
                        }
                    }
                }
                Task::none()
            }
            pay::Action::Close => {
                self.over = None;
                Task::none()
            }
            pay::Action::Take(taking) => match self.desk.pay(now, &subject, taking) {
                Ok(payment) => {
                    self.over = None;
                    let words = format!(
                        "Đã thu {}. Nhấn F9 để in biên lai, F8 để lưu tệp PDF.",
                        payment.total()
                    );
                    let paper = desk::papers::Paper::fee_receipt(&payment);
                    match &subject {
                        Subject::Dossier(id) => {
                            self.show_paper_of(id, Some(paper), Notice::done(words))
                        }
                        Subject::Act(id) => {
                            let words = format!("Đã thu {}.", payment.total());
                            let shown = self.again_at(id, Notice::done(words), counter);
                            self.show_act_paper(id, &paper);
                            shown
                        }
                    }
                }
                Err(error) => self.pay_refused(Notice::error(&error)),
            },
            pay::Action::Cancel(payment, reason) => {
                match self.desk.cancel_payment(now, &payment, reason) {
                    Ok(()) => {
                        self.over = None;
                        let words = "Đã hủy biên lai. Số biên lai vẫn giữ nguyên trong sổ.";
                        match &subject {
                            Subject::Dossier(id) => {
                                self.show_dossier(id, None, Some(Notice::done(words)))
                            }
                            Subject::Act(id) => self.again_at(id, Notice::done(words), counter),
                        }
                    }
                    Err(error) => self.pay_refused(Notice::error(&error)),
                }
            }
        }
    }

    /// Shows the act anew for which money was taken or given back.
    fn again_at(&mut self, id: &ActId, notice: Notice, counter: &Counter) -> Task<Message> {
        let again = match &self.screen {
            Screen::Written(state) => state.again().cloned(),
            _ => None,
        };
        self.show_act(id, again, Some(notice), counter)
    }

    /// Shows a paper of an act over the screen.
    pub(super) fn show_act_paper(&mut self, id: &ActId, paper: &desk::papers::Paper) {
        let shown = || -> Result<_, desk::DeskError> {
            let mut made = self.desk.ledger.papers(id)?.into_iter();
            let newest = made.find(|made| made.kind == paper.kind && made.of == paper.of);
            let made = newest.ok_or(LedgerError::Missing)?;
            let name = format!("{} {}", paper.kind.label(), self.desk.act(id)?.act.name());
            papers::kept(&self.desk, name, paper, &made.content)
        };
        match shown() {
            Ok(paper) => self.over = Some(Over::Paper(Box::new(paper))),
            Err(error) => self.screen.tell(Notice::error(&error)),
        }
    }

    fn pay_refused(&mut self, notice: Notice) -> Task<Message> {
        if let Some(Over::Pay(_, state)) = &mut self.over {
            state.refused(notice);
        }
        Task::none()
    }

    /// The code of a transfer to the office's account, if it has one.
    fn transfer_code(&self, subject: &Subject, amount: Dong) -> Option<Result<Handle, Notice>> {
        let account = self.desk.settings.account.as_ref()?;
        if amount == Dong(0) {
            return None;
        }
        let code = match subject {
            Subject::Dossier(id) => self.desk.dossier(id).map(|record| record.dossier.code()),
            Subject::Act(id) => self.desk.act(id).map(|record| record.act.transfer_words()),
        };
        let code = match code {
            Ok(code) => code?,
            Err(error) => return Some(Err(Notice::error(&error))),
        };
        Some(match Transfer::new(account, amount, &code) {
            Ok(transfer) => picture::qr_pixels(&transfer.to_string())
                .map(|(side, rgba)| Handle::from_rgba(side, side, rgba))
                .map_err(|error| Notice::error(&error)),
            Err(error) => Err(Notice::error(&error)),
        })
    }

    /// A statement's file was read, or not.
    pub(super) fn statement_read(&mut self, path: &str, read: Result<Vec<u8>, Notice>) {
        let read = read.and_then(|bytes| {
            let read = self.desk.read_statement(&file_read::name(path), &bytes);
            read.map_err(|error| Notice::error(&error))
        });
        let Screen::Cash(state) = &mut self.screen else { return };
        let Some(dialog) = &mut state.content.statement else { return };
        match read {
            Ok(read) => {
                dialog.show(lines(&read));
                self.statement = Some(read);
            }
            Err(notice) => dialog.refused(notice),
        }
    }

    /// A doubtful line is counted for the next of its dossiers, or for none.
    pub(super) fn decide(&mut self, place: usize) {
        let Some(read) = &mut self.statement else { return };
        if !read.decide(place) {
            return;
        }
        let shown = lines(read);
        if let Screen::Cash(state) = &mut self.screen
            && let Some(dialog) = &mut state.content.statement
        {
            dialog.redraw(shown);
        }
    }

    pub(super) fn take_statement(&mut self) {
        let Some(read) = self.statement.take() else { return };
        let taken = self.desk.take_statement(clock::now(), &read);
        let Screen::Cash(state) = &mut self.screen else { return };
        match taken {
            Ok(count) => {
                state.content.statement = None;
                state.tell(Notice::done(format!(
                    "Đã ghi {count} khoản chuyển tiền vào sổ. Hồ sơ hiện “ngân hàng đã báo có”; hãy lập biên lai trong từng hồ sơ."
                )));
            }
            Err(error) => {
                if let Some(dialog) = &mut state.content.statement {
                    dialog.refused(Notice::error(&error));
                }
            }
        }
    }
}

/// What the bank reported beyond the receipts.
fn arrived(amount: Dong) -> Vec<String> {
    let some = amount > Dong(0);
    some.then(|| format!("Ngân hàng đã báo có {amount}, chưa lập biên lai.")).into_iter().collect()
}

fn paid(record: &PaymentRecord) -> pay::Paid {
    let payment = &record.payment;
    pay::Paid {
        id: payment.id.clone(),
        words: format!(
            "Biên lai số {}: {}, {}, {}",
            money::receipt_number(payment),
            payment.total(),
            payment.method.label().to_lowercase(),
            payment.at.strftime("%H:%M %d/%m/%Y")
        ),
        cancelled: record.cancelled.as_ref().map(|cancelled| cancelled.reason.clone()),
    }
}

/// What becomes of each line of a statement.
fn lines(read: &money::Read) -> Vec<Line> {
    let mut lines = Vec::new();
    let codes = |subjects: &[Subject]| {
        let codes = subjects.iter().filter_map(|subject| read.codes.get(subject).cloned());
        codes.collect::<Vec<_>>().join(", ")
    };
    for (place, (credit, fate)) in read.reading.credits.iter().zip(&read.sorted.fates).enumerate() {
        let decided = read.decided.get(&place);
        let (fate, code, why) = match fate {
            statement::Fate::Known => (Fate::Known, String::new(), None),
            statement::Fate::Matched(line) => {
                (Fate::Matched, codes(std::slice::from_ref(&line.subject)), None)
            }
            statement::Fate::Doubtful { subjects, why } => match decided {
                Some(subject) => {
                    (Fate::Decided, codes(std::slice::from_ref(subject)), Some(why.to_string()))
                }
                None => (Fate::Doubtful, codes(subjects), Some(why.to_string())),
            },
            statement::Fate::Unmatched => (Fate::Unmatched, String::new(), None),
        };
        lines.push(Line {
            fate,
            at: Some(credit.at),
            amount: Some(credit.amount),
            code,
            words: credit.words.clone(),
            why,
        });
    }
    lines.extend(read.reading.refused.iter().map(|refused| Line {
        fate: Fate::Refused,
        at: None,
        amount: None,
        code: String::new(),
        words: String::new(),
        why: Some(refused.to_string()),
    }));
    lines
}

impl Shell {
    /// Prints a paper of days, or saves it.
    pub(super) fn take_out(
        &mut self,
        paper: Paper,
        days: Option<(Date, Date)>,
        out: Out,
    ) -> Task<Message> {
        let Some((from, to)) = days else {
            let words = "Chưa chọn đủ ngày. Hãy chọn kỳ rồi làm lại.";
            self.outgoing.failed(Notice::caution(words));
            return Task::none();
        };
        let format = match out {
            Out::Print | Out::Pdf => Format::Pdf,
            Out::Xlsx => Format::Xlsx,
        };
        let days = if from == to { from.to_string() } else { format!("{from} {to}") };
        let exported = (out != Out::Print).then_some(format);
        match self.desk.take_out(clock::now(), paper, from, to, exported) {
            Err(error) => {
                self.outgoing.failed(Notice::error(&error));
                Task::none()
            }
            Ok(bytes) => {
                let name = format!("{} {days}", self.desk.paper_name(paper));
                let (ending, size) = (format.extension(), paper.sheet());
                let document = Document { name, ending, bytes, size };
                match out {
                    Out::Print => self.print(document, 1),
                    Out::Pdf | Out::Xlsx => self.save(document),
                }
            }
        }
    }

    /// Prints a document; what comes of it is told at the window's foot.
    pub(super) fn print(&mut self, document: Document, copies: u16) -> Task<Message> {
        self.outgoing.print(document, copies).map(Message::Outgoing)
    }

    /// Saves a document; what comes of it is told at the window's foot.
    pub(super) fn save(&mut self, document: Document) -> Task<Message> {
        self.outgoing.save(document).map(Message::Outgoing)
    }
}
