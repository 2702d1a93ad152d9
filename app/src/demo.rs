//! A demo office: synthetic people, public logins, dossiers of the last working days. Everything goes
//! through the same acts as in a real office; the ledger and every paper say that it is a demo.

mod work;

use std::sync::Arc;

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime},
};
use ledger::{Founding, Home, Ledger, LedgerError, Security};
use office::{
    book::{Book, BookDefinition},
    calendar::TimeLimit,
    catalogue::Procedure,
    dossier::{Channel, DossierId, PaperForm, Reception, Submitted},
    entry::{Role, User, UserName},
    evidence::Evidence,
    person::{Contact, Document, DocumentKind, Expiry, Identity, Person, PersonalNumber, Sex},
    unit::{Office, OfficeCode, Profile},
};
use serde::Deserialize;

use crate::{assets::Law, clock, desk::Desk};

/// A public login of the demo office.
pub struct Login {
    /// Login name.
    pub user: &'static str,
    /// Password; public.
    pub password: &'static str,
    full_name: &'static str,
    title: &'static str,
    roles: &'static [Role],
}

/// The logins. The first is the administrator, as whom commands open the demo office.
pub const LOGINS: [Login; 4] = [
    Login {
        user: "quantri",
        password: "Hoa-ban-trang-26",
        full_name: "Lương Thị Mẫu",
        title: "Chánh Văn phòng",
        roles: &[Role::Head, Role::SecurityAdministrator],
    },
    Login {
        user: "tiepnhan",
        password: "Ruong-bac-thang-26",
        full_name: "Hoàng Văn Thử",
        title: "Công chức tư pháp – hộ tịch",
        roles: &[Role::Clerk],
    },
    Login {
        user: "chungthuc",
        password: "Song-Chay-xanh-26",
        full_name: "Vàng Thị Giả Định",
        title: "Phó Chủ tịch",
        roles: &[Role::Certifier, Role::Archivist],
    },
    Login {
        user: "congchung",
        password: "Nam-Thi-trong-26",
        full_name: "Nông Văn Ví Dụ",
        title: "Công chứng viên",
        roles: &[Role::Notary],
    },
];

/// The clerk's login.
pub const CLERK: &Login = &LOGINS[1];
/// The certifier's login.
pub const CERTIFIER: &Login = &LOGINS[2];
/// The notary's login: the demo office shows both kinds of work.
pub const NOTARY: &Login = &LOGINS[3];
/// The book of a notary's office, which a one-stop office does not keep.
const NOTARIAL: &str = "notarial";

/// Working days before today that have dossiers.
const DAYS: usize = 8;
/// Dossiers a day.
const A_DAY: usize = 3;

/// A synthetic person of `assets/demo/people.json`.
#[derive(Deserialize)]
pub struct DemoPerson {
    /// 12 digits.
    pub number: PersonalNumber,
    /// Full name.
    pub name: String,
    /// Birth.
    pub birth_date: Date,
    /// Sex.
    pub sex: Sex,
    /// Where they live.
    pub residence: String,
    /// Issue of the card.
    pub issue_date: Date,
    expiry: String,
    /// Telephone, or empty.
    pub phone: String,
}

#[derive(Deserialize)]
struct People {
    people: Vec<DemoPerson>,
}

impl DemoPerson {
    /// The text of the card's QR code.
    pub fn qr(&self) -> String {
        let sex = self.sex.label();
        let day = |date: Date| date.strftime("%d%m%Y").to_string();
        format!(
            "{}||{}|{}|{sex}|{}|{}",
            self.number,
            self.name,
            day(self.birth_date),
            self.residence,
            day(self.issue_date)
        )
    }

    /// What the QR code declares.
    pub fn identity(&self) -> Identity {
        let expiry = self.expiry.parse().map_or(Expiry::Never, Expiry::On);
        Identity {
            person: Person {
                number: Some(self.number.clone()),
                name: self.name.clone(),
                birth_date: Some(self.birth_date.into()),
                sex: Some(self.sex),
                nationality: "Việt Nam".into(),
                residence: self.residence.clone(),
                issue_date: Some(self.issue_date),
                expiry_date: Some(expiry.clone()),
                ..Person::default()
            },
            document: Some(Document {
                kind: DocumentKind::Cccd,
                number: self.number.to_string(),
                expiry: Some(expiry),
            }),
            evidence: Evidence::Declared,
            read: office::person::ReadOn::Unread,
            whose: None,
            reasons: Vec::new(),
        }
    }
}

/// The synthetic people; empty only if the bundled file is damaged.
pub fn people() -> Vec<DemoPerson> {
    serde_json::from_str::<People>(include_str!("../../assets/demo/people.json"))
        .map(|file| file.people)
        .unwrap_or_default()
}

fn office() -> Result<Office, LedgerError> {
    Ok(Office {
        code: OfficeCode::parse("H38.99").map_err(|error| LedgerError::Refused(Box::new(error)))?,
        name: "Ủy ban nhân dân xã Hợp Thành".into(),
        counter: "Trung tâm Phục vụ hành chính công".into(),
        unit_code: "02680".into(),
        place: "Hợp Thành".into(),
        phone: "0214 000 000".into(),
        profile: Profile::OneStop,
        demo: true,
    })
}

fn books(law: &Law) -> Vec<Book> {
    let mut books = law.books.of(Profile::OneStop);
    let notarial = law.books.all().iter().filter(|book| book.id.as_str() == NOTARIAL);
    books.extend(notarial.map(BookDefinition::book));
    books
}

impl Login {
    fn user(&self) -> User {
        User {
            name: UserName(self.user.into()),
            full_name: self.full_name.into(),
            title: self.title.into(),
            roles: self.roles.to_vec(),
        }
    }
}

/// Makes the demo office in an empty data folder and leaves it open as the clerk.
pub fn make<'a>(
    home: impl Into<Home<'a>>,
    law: &Arc<Law>,
    now: Timestamp,
) -> Result<Ledger, LedgerError> {
    let home = home.into();
    let administrator = &LOGINS[0];
    let founded = now.checked_sub((DAYS as i64 * 96).hours()).unwrap_or(now);
    let (mut ledger, _) = Ledger::create(
        home,
        Founding {
            office: office()?,
            device_label: "Máy quầy mẫu".into(),
            first_user: administrator.user(),
            password: administrator.password.to_owned().into(),
            security: Security::default(),
            books: books(law),
            at: founded,
        },
    )?;
    for login in &LOGINS[1..] {
        ledger.add_user(founded, login.user(), login.password)?;
    }
    work::settings(&mut ledger, founded)?;
    work::codes(&mut ledger, law, founded)?;
    drop(ledger);
    let ledger = Ledger::open(home, &UserName(CLERK.user.into()), CLERK.password, now)?;
    let mut desk = Desk::new(ledger, law.clone())?;
    fill(&mut desk, now)?;
    Ok(desk.ledger)
}

/// Dossiers of the last working days, the latest this morning.
fn fill(desk: &mut Desk, now: Timestamp) -> Result<(), LedgerError> {
    let law = desk.law.clone();
    let people = people();
    let today = clock::local(now).date();
    let procedures: Vec<_> = law.catalogue.in_force(today).filter(|one| one.common).collect();
    if people.is_empty() || procedures.is_empty() {
        return Err(LedgerError::Missing);
    }
    let mut days = Vec::new();
    let mut day = today;
    while days.len() < DAYS {
        if law.calendar.is_working(day) {
            days.push(day);
        }
        day = day.saturating_sub(1.day());
    }
    days.reverse();
    let mut n = 0;
    let mut made = Vec::new();
    for (place, day) in days.into_iter().enumerate() {
        for slot in 0..A_DAY {
            let at = day.at(8 + slot as i8, 7 * (n % 8) as i8, 0, 0);
            let at = clock::instant(at).min(now);
            let person = &people[n % people.len()];
            // What is done in a day is late soonest.
            let quick = law.catalogue.find(work::QUICK, today).filter(|_| n % 8 == 5);
            let procedure = quick.unwrap_or(procedures[n * 11 % procedures.len()]);
            let mut identity = person.identity();
            desk.record_reading(at, &mut identity)?;
            let reception = reception(&law, procedure, identity, &person.phone, clock::local(at))?;
            let dossier = desk.receive(at, reception)?;
            made.push(work::Made { dossier, day: place });
            n += 1;
        }
        work::afternoon(desk, &made, place, day, now)?;
    }
    work::line(desk, now)
}

/// What a clerk would hand in for a synthetic person: the ordinary papers of a procedure.
pub fn reception(
    law: &Law,
    procedure: &Procedure,
    applicant: Identity,
    phone: &str,
    now: DateTime,
) -> Result<Reception, LedgerError> {
    // The first paper is the application form, whether or not the catalogue marks it.
    let papers = procedure.components.iter().enumerate().filter(|(n, c)| *n == 0 || c.obligatory);
    Ok(Reception {
        id: DossierId(ledger::random_id()?),
        procedure: law.catalogue.stamp(procedure),
        applicant,
        contact: Contact { phone: phone.into(), ..Contact::default() },
        legal_basis: law.legal_basis.first().cloned().unwrap_or_default(),
        channel: Channel::Counter,
        components: papers
            .map(|(_, component)| Submitted {
                name: component.name.clone(),
                form: match component.shown_only {
                    true => PaperForm::Shown,
                    false => PaperForm::Original,
                },
                quantity: component.originals.max(1),
                proof: None,
            })
            .collect(),
        sets: 1,
        // Where the limit cannot be counted a clerk would enter a day: here a working week.
        deadline: law.calendar.deadline(now, &TimeLimit::WorkingDays(5)),
        time_limit: procedure.time_limit(Channel::Counter),
        fee: procedure.fee(Channel::Counter, now.date()),
        return_place: String::new(),
        receiver: String::new(),
        received_at: now,
        note: String::new(),
        form: None,
        linked: Vec::new(),
        arrival: None,
        origin_code: String::new(),
    })
}
