//! What was written: an act or a line is shown with its number, and what comes next begins here. Looks at who asked
//! for an act are written down before it is opened from elsewhere.

use iced::Task;
use jiff::civil::Date;
use ledger::{EventKind, LedgerError};
use office::{
    act::{Act, ActId, LookupCode, Part, Standing},
    book::{BookId, Number},
    dossier::Fee,
    eform::FormData,
    entry::{Event, Purpose},
    money::Dong,
    person::Identity,
    register::{BookLine, Value},
};
use reports::form::certification::Numbered;
use widgets::travel;

use super::{Counter, Message, Screen, Shell, over::Over};
use crate::{
    clock,
    desk::wording::WORDING,
    window::{
        notice::Notice,
        papers,
        screen::{
            list::List,
            register,
            written::{self, About, Again},
        },
    },
};

impl Shell {
    /// Opens an act; the looks at who asked for it are written down first.
    pub(super) fn open_act(&mut self, id: &ActId, counter: &Counter) -> Task<Message> {
        let looked = self.desk.act(id).and_then(|record| {
            for who in record.act.identities() {
                self.look_at_person(who, Purpose::Reprint)?;
            }
            Ok(())
        });
        match looked {
            Ok(()) => {
                self.leave_counter();
                self.show_act(id, None, None, counter)
            }
            Err(error) => self.go_home_telling(counter, Some(Notice::error(&error))),
        }
    }

    /// Opens the act of a look-up code.
    pub(super) fn look_up(&mut self, code: LookupCode, counter: &Counter) -> Task<Message> {
        match self.desk.ledger.act_of_code(code) {
            Ok(Some(record)) => self.open_act(&record.act.id, counter),
            Ok(None) => {
                let words = format!(
                    "Sổ của cơ quan này không có việc nào mang mã tra cứu {code}. Chưa mở gì. Hãy đối chiếu lại mã, hoặc hỏi cơ quan ghi trên bản sao."
                );
                self.go_home_telling(counter, Some(Notice::caution(words)))
            }
            Err(error) => self.go_home_telling(counter, Some(Notice::error(&error))),
        }
    }

    /// Shows an act as it stands now; `again`: the same may be done once more for whoever is here.
    pub(super) fn show_act(
        &mut self,
        id: &ActId,
        again: Option<Again>,
        notice: Option<Notice>,
        counter: &Counter,
    ) -> Task<Message> {
        match self.about_act(id, counter) {
            Ok(about) => self.show_written(written::State::new(about, again, notice)),
            Err(error) => self.not_shown(notice, &error, counter),
        }
    }

    /// What was just done is told although it cannot be shown: nobody does it twice.
    fn not_shown(
        &mut self,
        notice: Option<Notice>,
        error: &LedgerError,
        counter: &Counter,
    ) -> Task<Message> {
        let told = match notice {
            Some(notice) => notice.not_shown(error),
            None => Notice::error(error),
        };
        self.go_home_telling(counter, Some(told))
    }

    /// Shows a line that was just written.
    pub(super) fn show_line(
        &mut self,
        line: BookLine,
        again: Option<Again>,
        notice: Option<Notice>,
        counter: &Counter,
    ) -> Task<Message> {
        let number = match self.number_words(&line.number) {
            Ok(number) => number,
            Err(error) => return self.not_shown(notice, &error, counter),
        };
        let book = line.book;
        let columns = self.desk.definition(book).map(|book| book.columns.clone());
        let columns = columns.unwrap_or_default();
        let told = columns.iter().filter_map(|column| {
            let value = line.values.get(&column.key)?.to_string();
            (!value.is_empty()).then(|| (column.title().to_owned(), value))
        });
        let at = (String::from("Lúc"), Value::Time(line.at).to_string());
        let about = About {
            label: self.desk.book_label(book),
            number,
            issued: line.number.issued().is_some(),
            book: (book, self.desk.book_label(book)),
            day: line.at.date(),
            people: people(line.people.iter()),
            facts: told.chain([at]).collect(),
            money: None,
            subject: None,
            may_pay: false,
            wording: None,
            document: None,
            keepable: None,
            annulled: None,
            annullable: None,
            related: Vec::new(),
        };
        self.show_written(written::State::new(about, again, notice))
    }

    fn show_written(&mut self, state: written::State) -> Task<Message> {
        self.stop_reading();
        self.screen = state.into();
        Task::none()
    }

    fn about_act(&self, id: &ActId, counter: &Counter) -> Result<About, LedgerError> {
        let record = self.desk.act(id)?;
        let stamped = self.desk.stamped(id)?;
        let money = self.desk.act_money(&record)?;
        let act = &record.act;
        let spared = money
            .payments
            .iter()
            .any(|one| one.cancelled.is_none() && one.payment.exempted.is_some());
        let owed = match act.fee {
            Fee::Free => false,
            Fee::Amount(amount) => !spared && amount > money.taken,
            Fee::Unknown(_) => money.payments.iter().all(|one| one.cancelled.is_some()),
        };
        let mut facts = told(&act.form);
        if act.pages > 1 {
            facts.push(("Số trang tính phí".into(), act.pages.to_string()));
        }
        facts.push(("Số bản".into(), act.copies.to_string()));
        for signer in &act.signers {
            let part = match signer.part {
                Part::Receives => "Người tiếp nhận",
                Part::Certifies => "Người thực hiện chứng thực",
            };
            let title = match signer.title.as_str() {
                "" => String::new(),
                title => format!(", {title}"),
            };
            facts.push((part.into(), format!("{}{title}", signer.full_name)));
            let by = signer.delegated.as_ref();
            facts.extend(by.map(|by| ("Chứng thực theo ủy quyền".into(), by.words())));
        }
        let cleared = act.cleared.clone();
        facts.extend(
            cleared.map(|law| {
                ("Đã xác nhận không thuộc trường hợp không được chứng thực".into(), law)
            }),
        );
        facts.push(("Lúc".into(), Value::Time(act.at).to_string()));
        facts.extend(act.lookup().map(|code| ("Mã tra cứu".into(), code.to_string())));
        if act.document.is_some() {
            let newest = stamped.as_ref().map(|later| later.kind);
            let words = self.stamping.words(id, newest, counter.devices.tsa.as_deref());
            facts.push(("Dấu thời gian".into(), words));
        }
        let fee = match &act.fee {
            Fee::Free => String::from("Không thu"),
            Fee::Amount(amount) => amount.to_string(),
            Fee::Unknown(why) => why.clone(),
        };
        facts.push(("Phí".into(), fee));
        let book = act.number.series().book;
        Ok(About {
            label: act.label.clone(),
            number: self.number_words(&act.number)?,
            issued: act.number.issued().is_some(),
            book: (book, self.desk.book_label(book)),
            day: act.at.date(),
            people: taking_part(act),
            facts,
            money: match (&record.annulled, money.taken) {
                (None, _) => Some((money.words(&act.fee), owed)),
                (Some(_), Dong(0)) => None,
                (Some(_), taken) => Some((format!("Đã thu {taken}."), false)),
            },
            subject: Some(id.into()),
            may_pay: self.desk.ledger.may(EventKind::FeePaid) && record.annulled.is_none(),
            wording: (self.desk.ledger.may(EventKind::PaperMade) && record.annulled.is_none())
                .then(|| id.clone()),
            document: act.document.is_some().then(|| id.clone()),
            keepable: (act.document.is_some()
                && record.annulled.is_none()
                && act.requesters().next().is_some()
                && self.desk.ledger.may(EventKind::DocumentKept))
            .then(|| id.clone()),
            annullable: (self.desk.ledger.may(EventKind::ActAnnulled) && record.annulled.is_none())
                .then(|| id.clone()),
            annulled: record.annulled.map(|annulled| annulled.reason),
            related: self.desk.relations(book)?.of(id).to_vec(),
        })
    }

    /// A number as its book writes it, with its volume where the book has some.
    fn number_words(&self, number: &Number) -> Result<String, LedgerError> {
        let Numbered { number, volume } = self.desk.numbered(number)?;
        Ok(match (number.as_str(), volume.as_str()) {
            ("", _) => "Chờ cấp số".into(),
            (number, "") => format!("Số {number}"),
            (number, volume) => format!("Số {number}, quyển số {volume}"),
        })
    }

    pub(super) fn written(
        &mut self,
        message: written::Message,
        counter: &Counter,
    ) -> Task<Message> {
        let Screen::Written(state) = &mut self.screen else { return Task::none() };
        match state.update(message) {
            written::Action::None => Task::none(),
            written::Action::Pay(subject) => self.open_pay(&subject),
            written::Action::Again(again) => {
                self.open_line_form(Some(again.who), Some(again.work), counter)
            }
            written::Action::Wording(id) => {
                match self.desk.wording(clock::now(), &id) {
                    Ok(_) => self.show_act_paper(&id, &WORDING),
                    Err(error) => self.screen.tell(Notice::error(&error)),
                }
                Task::none()
            }
            written::Action::Document(name, id) => {
                match papers::signed(&self.desk, name, &id) {
                    Ok(paper) => self.over = Some(Over::Paper(Box::new(paper))),
                    Err(error) => self.screen.tell(Notice::error(&error)),
                }
                Task::none()
            }
            written::Action::Open(id) => self.show_act(&id, None, None, counter),
            written::Action::Store(id) => self.store_copy(&id),
            written::Action::Focus(field) => travel::focus(field),
            written::Action::Annul(id, reason) => self.annul_act(id, reason, counter),
            written::Action::Book(book, day) => self.open_book(book, day, counter),
            written::Action::Close => match self.left.take() {
                Some(person) => self.back_to(*person),
                None => self.go_home(counter),
            },
        }
    }

    fn annul_act(&mut self, id: ActId, reason: String, counter: &Counter) -> Task<Message> {
        let event = Event::ActAnnulled { act: id.clone(), reason };
        match self.desk.ledger.record(clock::now(), event, &[]) {
            Ok(_) => {
                let words = "Đã hủy. Số trong sổ vẫn giữ nguyên; biên lai đã lập, nếu có, được hủy riêng ở màn hình thu phí.";
                self.show_act(&id, None, Some(Notice::done(words)), counter)
            }
            Err(error) => {
                self.screen.tell(Notice::error(&error));
                Task::none()
            }
        }
    }

    /// Opens a book around a day.
    fn open_book(&mut self, book: BookId, day: Date, counter: &Counter) -> Task<Message> {
        let shown = register::Register::of(&self.desk, book).and_then(|book| {
            let mut list = List::new(book, day);
            list.fetch(&self.desk, None)?;
            Ok(list)
        });
        self.enter(shown, counter)
    }
}

/// The same of who takes part in an act: as what, where it says more than that they asked.
fn taking_part(act: &Act) -> Vec<(String, String, String)> {
    let told = people(act.identities()).into_iter().zip(&act.people);
    let standing = told.map(|((name, number, proof), one)| match one.standing {
        Standing::Asks => (name, number, proof),
        ref other => (name, number, format!("{} – {proof}", other.label())),
    });
    standing.collect()
}

fn people<'a>(people: impl Iterator<Item = &'a Identity>) -> Vec<(String, String, String)> {
    let told = |who: &Identity| {
        let number = who.person.number.as_ref().map(|number| number.grouped());
        (who.person.name.clone(), number.unwrap_or_default(), who.proof())
    };
    people.map(told).collect()
}

fn told(form: &FormData) -> Vec<(String, String)> {
    let filled = form.fields.iter().filter(|field| !field.value.is_empty());
    filled.map(|field| (field.label.clone(), field.value.clone())).collect()
}
