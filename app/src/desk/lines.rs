//! What is done beside dossiers: acts, and lines that are typed into a book. Which there are is data (`assets/acts`,
//! the books with a form); here is which of them a user may write today, and the writing: one entry with its number,
//! and the end of the draft, or none of them.

use jiff::{Timestamp, civil::Date};
use ledger::{ActRecord, EventKind, LedgerError, PaymentRecord, Writing};
use office::{
    act::{
        Act, ActError, ActId, Definition, Delegation, Medium, Name, Part, Participant, Request,
        Signer, Signing,
    },
    book::{BookDefinition, BookId},
    dossier::Fee,
    eform::{Form, FormData},
    entry::{Event, User, UserName},
    evidence::Evidence,
    money::Dong,
    payment::MatchedLine,
    person::{Identity, PersonId, ReadOn},
    register::{BookLine, LineRequest},
    tariff::{self, TariffError, account},
};
use serde::{Deserialize, Serialize};

use super::{
    Desk,
    papers::{printable, refused},
};
use crate::{assets::Law, clock};

/// What the keys of all drafts of acts and lines begin with.
pub const LINES: &str = "form/line:";

/// Random id of a draft, 32 hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DraftId(pub String);

impl DraftId {
    /// Where it is kept while it is filled in.
    pub fn key(&self) -> String {
        format!("{LINES}{}", self.0)
    }

    /// What the keys of its scanned pages begin with.
    pub fn pages(&self) -> String {
        format!("page/{}/", self.0)
    }
}

/// What can be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// An act of this kind.
    Act(Name),
    /// A line of this book.
    Line(BookId),
}

/// A work as the law of a day has it.
#[derive(Clone, Copy, Debug)]
pub enum Known<'a> {
    /// An act of this kind.
    Act(&'a Definition, &'a Form),
    /// A line of this book.
    Line(&'a BookDefinition, &'a Form),
}

impl Work {
    /// What it is on `day`; `None` where it is not done any more.
    pub fn known<'a>(&self, law: &'a Law, day: Date) -> Option<Known<'a>> {
        match self {
            Work::Act(kind) => {
                let kind = law.acts.find(kind, day)?;
                Some(Known::Act(kind, law.forms.find(&kind.form)?))
            }
            Work::Line(book) => {
                let book = law.books.find(*book)?;
                Some(Known::Line(book, law.forms.find(book.form.as_deref()?)?))
            }
        }
    }
}

impl<'a> Known<'a> {
    /// Its name.
    pub fn label(self) -> &'a str {
        match self {
            Known::Act(kind, _) => &kind.label,
            Known::Line(book, _) => &book.label,
        }
    }

    /// The form that it is written in.
    pub fn form(self) -> &'a Form {
        match self {
            Known::Act(_, form) | Known::Line(_, form) => form,
        }
    }
}

/// A work that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What.
    pub work: Work,
    /// Its name.
    pub label: String,
    /// The law that it rests on, or what it is.
    pub detail: String,
}

/// What a user may write today.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// Acts in the order of their files, then books.
    pub all: Vec<Offer>,
    /// Names of books of such an office that would be needed besides and are not open yet.
    pub closed: Vec<String>,
}

/// What an act of a kind costs by the pages and copies that its fee counts, or by its value; unknown where the catalogue tells none.
///
/// # Errors
/// [`TariffError`].
pub fn fee(
    law: &Law,
    kind: &Definition,
    day: Date,
    (pages, copies): (u32, u32),
    value: Option<Dong>,
) -> Result<Fee, TariffError> {
    let procedure = kind.procedure.as_deref().and_then(|code| law.catalogue.find(code, day));
    match (procedure, law.acts.by_value(kind)) {
        (Some(procedure), _) => tariff::counted(procedure, day, pages, copies),
        (None, Some(rule)) => {
            match value.filter(|value| *value > Dong(0)).and_then(|v| rule.fee(v)) {
                Some(fee) => tariff::sum([fee]).map(Fee::Amount),
                None => Ok(Fee::Unknown("Phí tính theo giá trị: chưa nhập giá trị".into())),
            }
        }
        (None, None) => Ok(Fee::Unknown("Danh mục chưa có mức thu của việc này".into())),
    }
}

/// An act that is asked for, as the clerk filled it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToDo {
    /// Its kind.
    pub kind: Name,
    /// Who takes part.
    pub people: Vec<Participant>,
    /// Legal basis or consent for using their data.
    pub legal_basis: String,
    /// What it is about.
    pub data: FormData,
    /// How many copies.
    pub copies: u32,
    /// Pages that its fee counts.
    pub pages: u32,
    /// What it costs.
    pub fee: Fee,
    /// Who certifies.
    pub certifier: UserName,
    /// The wording.
    pub wording: Name,
    /// Earlier acts about the same assets that were shown.
    pub seen: Vec<ActId>,
    /// Somebody looked and says that it is none of the cases in which it may not be done.
    pub is_cleared: bool,
}

/// Who works here, and who certifies by delegation.
#[derive(Clone, Debug, Default)]
pub struct Certifying {
    /// The users whose rights last, in the order of their names.
    pub colleagues: Vec<User>,
    /// The delegations that were not ended.
    pub delegations: Vec<Delegation>,
}

impl Certifying {
    /// The users who may certify acts of a kind on `day`.
    pub fn competent<'a>(&'a self, kind: &Definition, day: Date) -> Vec<&'a User> {
        self.colleagues.iter().filter(|user| self.may(user, kind, day)).collect()
    }

    /// Whether somebody may certify acts of a kind on `day`.
    pub fn may(&self, user: &User, kind: &Definition, day: Date) -> bool {
        user.roles.iter().any(|role| kind.roles.contains(role))
            || self.delegation(user, kind, day).is_some()
    }

    /// The delegation by which somebody certifies acts of a kind on `day`: of use to who does not hold the power by role.
    pub fn delegation(&self, user: &User, kind: &Definition, day: Date) -> Option<&Delegation> {
        let holds = user.roles.iter().any(|role| kind.roles.contains(role));
        let covers = |one: &&Delegation| one.to == user.name && one.covers(&kind.id, day);
        self.delegations.iter().find(covers).filter(|_| !holds)
    }
}

/// A line that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToWrite {
    /// Its book.
    pub book: BookId,
    /// Whom it speaks of.
    pub people: Vec<Identity>,
    /// Legal basis or consent for using their data.
    pub legal_basis: String,
    /// What was typed.
    pub data: FormData,
}

/// How an act stands with its money.
pub struct ActMoney {
    /// Receipts, oldest first, cancelled ones too.
    pub payments: Vec<PaymentRecord>,
    /// What they come to, cancelled ones left out.
    pub taken: Dong,
    /// What a bank told of.
    transfers: Vec<MatchedLine>,
}

impl Desk {
    /// What the logged-in user may write on `day`.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn offers(&self, day: Date) -> Result<Offers, LedgerError> {
        let kept = self.ledger.books()?;
        let roles = &self.ledger.user().roles;
        let mut offers = Offers::default();
        // Who may do it is whoever writes its book; an electronic act is also prepared, by who sees the book.
        let mut offer = |book: BookId, kind: EventKind, offered: Offer| {
            let prepares = kind == EventKind::ActPrepared;
            if !self.ledger.may(kind) {
                return;
            }
            match kept.iter().find(|known| known.id == book) {
                Some(known) => {
                    let who = if prepares { &known.readers } else { &known.writers };
                    if who.iter().any(|role| roles.contains(role)) {
                        offers.all.push(offered);
                    }
                }
                None => {
                    let writes = |b: &&BookDefinition| {
                        b.profiles.contains(&self.office.profile)
                            && b.writers.iter().any(|role| roles.contains(role))
                    };
                    let known = self.law.books.find(book).filter(writes);
                    offers.closed.extend(known.map(|b| b.label.clone()));
                }
            }
        };
        for kind in self.law.acts.in_force(day) {
            let (label, detail) = (kind.label.clone(), kind.law.clone());
            let work = Work::Act(kind.id.clone());
            let event = match kind.medium {
                Medium::Paper => EventKind::ActDone,
                Medium::Electronic => EventKind::ActPrepared,
            };
            offer(kind.book, event, Offer { work, label, detail });
        }
        for book in self.law.books.all().iter().filter(|book| book.form.is_some()) {
            let (label, detail) = (book.label.clone(), "Ghi một dòng vào sổ".to_owned());
            let work = Work::Line(book.id);
            offer(book.id, EventKind::LineWritten, Offer { work, label, detail });
        }
        Ok(offers)
    }

    /// The users whose rights last, in the order of their names.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn colleagues(&self) -> Result<Vec<User>, LedgerError> {
        let known = self.ledger.all_users()?.into_iter().filter(|known| known.active);
        Ok(known.map(|known| known.user).collect())
    }

    /// Who may certify, by role or by delegation.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn certifying(&self) -> Result<Certifying, LedgerError> {
        let delegations = self.ledger.standing_delegations()?;
        Ok(Certifying { colleagues: self.colleagues()?, delegations })
    }

    /// Does an act on paper: its number, the entry, the end of its draft.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] with [`office::act::ActError`], and those of the ledger; then nothing is written.
    pub fn do_act(
        &mut self,
        at: Timestamp,
        asked: ToDo,
        draft: &DraftId,
    ) -> Result<Act, LedgerError> {
        let (law, office) = (self.law.clone(), self.certifying()?);
        let mut request = self.request(at, asked, &law, &office)?;
        let legal_basis = request.legal_basis.clone();
        self.ledger.transact(|writing| {
            record_typed(writing, at, identities(&mut request.people), &legal_basis)?;
            let mut done = None;
            writing.append(at, |numbers| {
                let act = request.act(numbers)?;
                done = Some(act.clone());
                Ok::<_, ActError>(Event::ActDone { act: Box::new(act) })
            })?;
            end_draft(writing, draft)?;
            done.ok_or(LedgerError::Missing)
        })
    }

    /// An act as it is asked for, with who signs it.
    pub(super) fn request<'a>(
        &self,
        at: Timestamp,
        asked: ToDo,
        law: &'a Law,
        office: &'a Certifying,
    ) -> Result<Request<'a>, LedgerError> {
        printable(texts(&asked.data)).map_err(refused)?;
        let local = clock::local(at);
        let known = Work::Act(asked.kind).known(law, local.date());
        let Some(Known::Act(kind, form)) = known else {
            return Err(LedgerError::Refused(Box::new(ActError::NotInForce(local.date()))));
        };
        let wording = law
            .wordings
            .find(&asked.wording)
            .ok_or_else(|| LedgerError::Refused(Box::new(ActError::NoWording)))?;
        let own = self.ledger.user().name.clone();
        let mut signing = Vec::new();
        for (name, part) in [(&own, Part::Receives), (&asked.certifier, Part::Certifies)] {
            // Who certifies by themselves at the counter signs once.
            if part == Part::Receives && own == asked.certifier {
                continue;
            }
            let known = office.colleagues.iter().find(|user| user.name == *name);
            let Some(user) = known else { continue };
            let (signer, roles) = (signer(user, part), user.roles.as_slice());
            signing.push(Signing { signer, roles, delegations: &office.delegations });
        }
        Ok(Request {
            id: ActId(ledger::random_id()?),
            kind,
            form,
            people: asked.people,
            seen: asked.seen,
            excluded: law.acts.excluded(kind, local.date()),
            is_cleared: asked.is_cleared,
            here: self.office.place.clone(),
            legal_basis: asked.legal_basis,
            data: asked.data,
            copies: asked.copies,
            pages: asked.pages,
            fee: asked.fee,
            signing,
            wording,
            at: local,
        })
    }

    /// Writes a line: its number, the entry, the end of its draft.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] with [`office::register::LineError`], and those of the ledger; then nothing is written.
    pub fn write_line(
        &mut self,
        at: Timestamp,
        asked: ToWrite,
        draft: &DraftId,
    ) -> Result<BookLine, LedgerError> {
        printable(texts(&asked.data)).map_err(refused)?;
        let (law, local) = (self.law.clone(), clock::local(at));
        let Some(Known::Line(book, form)) = Work::Line(asked.book).known(&law, local.date()) else {
            return Err(LedgerError::NoBook { book: asked.book });
        };
        let legal_basis = asked.legal_basis;
        let mut request =
            LineRequest { book, form, people: asked.people, data: asked.data, at: local };
        self.ledger.transact(|writing| {
            record_typed(writing, at, &mut request.people, &legal_basis)?;
            let mut written = None;
            writing.append(at, |numbers| {
                let line = request.write(numbers)?;
                written = Some(line.clone());
                Ok::<_, office::register::LineError>(Event::LineWritten { line: Box::new(line) })
            })?;
            end_draft(writing, draft)?;
            written.ok_or(LedgerError::Missing)
        })
    }

    /// How an act stands with its money.
    ///
    /// # Errors
    /// Those of the ledger, [`TariffError`].
    pub fn act_money(&self, record: &ActRecord) -> Result<ActMoney, LedgerError> {
        let payments = self.ledger.payments(&record.act.id)?;
        let counting = payments.iter().filter(|record| record.cancelled.is_none());
        let taken = tariff::sum(counting.map(|record| record.payment.total()))
            .map_err(|error| LedgerError::Refused(Box::new(error)))?;
        let transfers = self.ledger.transfers(&record.act.id)?;
        Ok(ActMoney { payments, taken, transfers })
    }
}

impl ActMoney {
    fn counting(&self) -> Vec<&PaymentRecord> {
        self.payments.iter().filter(|one| one.cancelled.is_none()).collect()
    }

    /// What a bank told of and no receipt was made for yet.
    pub fn arrived(&self) -> Dong {
        let counting = self.counting().into_iter().map(|record| &record.payment);
        account::arrived(counting, &self.transfers)
    }

    /// How it stands, in a sentence or two.
    pub fn words(&self, fee: &Fee) -> String {
        let stands = self.stands(fee);
        match self.arrived() {
            Dong(0) => stands,
            arrived => format!("{stands} Ngân hàng đã báo có {arrived}, chưa lập biên lai."),
        }
    }

    fn stands(&self, fee: &Fee) -> String {
        let counting = self.counting();
        let spared = counting.iter().any(|one| one.payment.exempted.is_some());
        match (fee, counting.is_empty()) {
            (Fee::Free, true) => "Không phải nộp phí.".into(),
            (Fee::Unknown(why), true) => format!("Chưa rõ mức phí: {why}."),
            (Fee::Amount(amount), _) if *amount > self.taken && !spared => {
                format!("Còn phải thu {}.", Dong(amount.0 - self.taken.0))
            }
            (Fee::Amount(amount), _) if *amount < self.taken => {
                format!("Đã thu {}, thừa {}.", self.taken, Dong(self.taken.0 - amount.0))
            }
            _ => format!("Đã thu {}.", self.taken),
        }
    }
}

/// Ends a draft: it was written. Pages that were scanned for it go along, used or not.
pub(super) fn end_draft(writing: &mut Writing<'_>, draft: &DraftId) -> Result<(), LedgerError> {
    writing.delete_drafts_under(&draft.pages())?;
    writing.delete_draft(&draft.key())
}

/// What a chip or a code said was recorded when it was read; what is typed is recorded with what uses it. Who has no
/// number is the person of that reading.
pub(super) fn record_typed<'p>(
    writing: &mut Writing<'_>,
    at: Timestamp,
    people: impl IntoIterator<Item = &'p mut Identity>,
    legal_basis: &str,
) -> Result<(), LedgerError> {
    let typed = |who: &&mut Identity| {
        who.evidence == Evidence::Typed && !matches!(who.read, ReadOn::Earlier { .. })
    };
    for who in people.into_iter().filter(typed) {
        let read = Event::IdentityRead {
            identity: Box::new(who.clone()),
            face: None,
            signer: None,
            legal_basis: legal_basis.to_owned(),
        };
        let place = writing.record(at, read, &[])?.envelope.place();
        if who.claim().is_none() {
            who.whose = Some(PersonId(place));
        }
    }
    Ok(())
}

/// A user as they sign in a part.
pub(super) fn signer(user: &User, part: Part) -> Signer {
    Signer {
        user: user.name.clone(),
        full_name: user.full_name.clone(),
        title: user.title.clone(),
        part,
        // Whether it is by one, the act's own rules say.
        delegated: None,
    }
}

/// Who takes part in an act.
pub(super) fn identities(people: &mut [Participant]) -> impl Iterator<Item = &mut Identity> {
    people.iter_mut().map(|one| &mut one.who)
}

/// What was typed, by its names on the screen.
fn texts(data: &FormData) -> impl Iterator<Item = (&str, &str)> {
    data.fields.iter().map(|field| (field.label.as_str(), field.value.as_str()))
}
