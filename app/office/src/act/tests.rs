//! A trial kind of act, with every rule that the engine has.
#![allow(clippy::unwrap_used)]

use jiff::civil::Date;

use super::*;
use crate::{
    Explain,
    book::{BookId, BookShelf, Issued, Period},
    catalogue::Catalogue,
    eform::{Filling, Forms},
    entry::Event,
    evidence::Evidence,
    fixture::{self, time},
    money::Dong,
    person::{Contact, PersonId, PersonalNumber},
    tariff::TariffError,
};

const FORMS: &str = r#"{"header":{"title":"Thử","version":"2026-11-23","source":"","mark":"M","checked":false,"licence":""},
"forms":[{"id":"trial_copy","title":"Bản sao","source":"thử","certainty":"thấp","sections":[
 {"id":"asks","title":"Người yêu cầu","subject":"applicant","fields":[
  {"key":"name","label":"Họ tên","kind":"text","required":true,"fills_from":"name"}]},
 {"id":"paper","title":"Giấy tờ","fields":[
  {"key":"title","label":"Tên bản chính","kind":"text","required":true},
  {"key":"signed","label":"Cách ký","kind":{"choice":["Ký","Điểm chỉ"]}}]}]}]}"#;

pub(super) const KINDS: &str = r#"{"header":{"title":"Thử","version":"2026-11-23","source":"","mark":"M","checked":false,"licence":""},
"kinds":[{"id":"copy","label":"Chứng thực bản sao","law":"thử","from":"2026-01-01","until":"2026-12-31",
 "book":"notice","form":"trial_copy","roles":["certifier","head"],"source":"thử","mark":"M","checked":false}]}"#;

const WORDINGS: &str = r#"{"header":{"title":"Thử","version":"2026-11-23","source":"","mark":"M","checked":false,"licence":""},
"wordings":[
 {"id":"counter","kinds":["copy"],"label":"Tại quầy","law":"thử","from":"2026-01-01","until":"2026-11-30","look":"page",
  "text":[{"title":"THỬ"},{"people":"{index}. {honorific} {name}"},{"text":"{form.title}, số {number}"}],
  "source":"thử","mark":"M","checked":false},
 {"id":"counter_2","kinds":["copy"],"label":"Tại quầy, bản mới","law":"thử","from":"2026-12-01","look":"stamp",
  "text":[{"text":"Số {number}"}],"source":"thử","mark":"M","checked":false},
 {"id":"one_inked","kinds":["copy"],"label":"Điểm chỉ","law":"thử","from":"2026-01-01","look":"page",
  "when":{"place":"office","several":false,"form":{"signed":["Điểm chỉ"]}},
  "text":[{"text":"{honorific} {name} {form_small.signed}"}],"source":"thử","mark":"M","checked":false}]}"#;

pub(super) fn forms() -> Forms {
    Forms::parse(FORMS.as_bytes()).unwrap()
}

fn kinds() -> Definitions {
    Definitions::parse_all(&[KINDS.as_bytes()], &forms()).unwrap()
}

pub(super) fn wordings() -> Wordings {
    Wordings::parse_all(&[WORDINGS.as_bytes()]).unwrap()
}

/// Counts what is taken.
#[derive(Default)]
pub(super) struct Counting(pub(super) u32);

impl Numbers for Counting {
    fn next(&mut self, book: BookId, day: Date) -> Number {
        self.0 += 1;
        let series = Period::Year.series(book, day);
        Number::Issued(Issued { series, value: self.0, epoch: 1 })
    }
}

pub(super) fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

pub(super) fn signing(part: Part, roles: &[Role]) -> Signing<'_> {
    let signer = Signer {
        user: UserName("thu".into()),
        full_name: "Người Ký".into(),
        title: "Phó Chủ tịch".into(),
        part,
        delegated: None,
    };
    Signing { signer, roles, delegations: &[] }
}

/// Two copies of a diploma for somebody known, received by one and certified by another.
pub(super) fn request<'a>(
    form: &'a Form,
    kind: &'a Definition,
    wording: &'a Wording,
) -> Request<'a> {
    let who = Identity { whose: Some(PersonId(7)), ..fixture::dossier().applicant };
    let day = time("2026-11-23 09:00");
    let filled = Filling::new(form, &who, &Contact::default(), &[("title", "Bằng tốt nghiệp")]);
    Request {
        id: ActId("1".into()),
        kind,
        form,
        people: vec![who.into()],
        seen: Vec::new(),
        here: "Hợp Thành".into(),
        legal_basis: "NĐ 23/2015".into(),
        data: filled.finished(form, day.date()),
        copies: 2,
        pages: 3,
        fee: Fee::Amount(Dong(12_000)),
        signing: vec![
            signing(Part::Receives, &[Role::Clerk]),
            signing(Part::Certifies, &[Role::Certifier]),
        ],
        wording,
        excluded: None,
        is_cleared: false,
        at: day,
    }
}

fn attempt(change: impl FnOnce(&mut Request<'_>)) -> (Result<Act, ActError>, u32) {
    attempt_in("counter", change)
}

fn circumstances(place: Place, asking: usize) -> Circumstances {
    Circumstances { place, asking, witnesses: false, interpreter: false }
}

fn attempt_in(
    wording: &str,
    change: impl FnOnce(&mut Request<'_>),
) -> (Result<Act, ActError>, u32) {
    let (forms, kinds, wordings) = (forms(), kinds(), wordings());
    let (form, kind) = (forms.find("trial_copy").unwrap(), &kinds.kinds[0]);
    let mut request = request(form, kind, wordings.find(&name(wording)).unwrap());
    change(&mut request);
    let mut numbers = Counting::default();
    (request.act(&mut numbers), numbers.0)
}

#[test]
fn an_act_is_done_with_one_number_or_refused_with_none() {
    let (done, taken) = attempt(|_| {});
    let act = done.unwrap();
    assert_eq!((taken, act.name().as_str()), (1, "Chứng thực bản sao số 1/2026"));
    assert_eq!(act.number.issued().unwrap().series.book, BookId::NOTICE);
    assert_eq!(act.form.value("title"), "Bằng tốt nghiệp");
    assert_eq!(act.check(), Ok(()));
    let stored = serde_json::to_string(&act).unwrap();
    assert_eq!(serde_json::from_str::<Act>(&stored).unwrap(), act);
    assert!(!format!("{act:?}").contains("Người"), "debug output names nobody");

    type Change = fn(&mut Request<'_>);
    let refused: [(Change, ActError); 13] = [
        (
            |r| r.at = time("2027-01-02 09:00"),
            ActError::NotInForce(time("2027-01-02 09:00").date()),
        ),
        (|r| r.people.clear(), ActError::NoRequester),
        (|r| r.people = vec![r.people[0].clone(); MOST_REQUESTERS + 1], ActError::TooManyPeople),
        (|r| r.people[0].who.evidence = Evidence::ChipNotAuthentic, ActError::ForgedIdentity),
        // Without a number and without a person gone on with.
        (|r| r.people[0].who.whose = None, ActError::UnknownRequester),
        (|r| r.copies = 0, ActError::Counts),
        (|r| r.pages = MOST_COUNTED + 1, ActError::Counts),
        (|r| r.fee = Fee::Amount(Dong(u64::MAX)), ActError::Fee(TariffError::TooMuch)),
        (|r| r.data = r.form.blank(), ActError::NotFilled("“Họ tên”: chưa điền.".into())),
        (
            |r| r.data.form = "other".into(),
            ActError::NotFilled("Biểu mẫu không phải của loại việc này.".into()),
        ),
        (|r| r.signing.clear(), ActError::NotCompetent),
        (|r| drop(r.signing.pop()), ActError::NotCompetent),
        (|r| r.signing[1].roles = &[Role::Clerk, Role::Notary], ActError::NotCompetent),
    ];
    for (change, error) in refused {
        let (done, taken) = attempt(change);
        assert_eq!((done, taken), (Err(error), 0));
    }
}

/// Where the law names cases in which nobody may do it, somebody has to say that it is none of them; the act keeps it.
#[test]
fn what_the_law_excludes_is_looked_at_before_it_is_done() {
    let cases = r#""exclusions":{"none":[{"title":"Không được chứng thực","law":"Điều thử","from":"2026-11-01",
        "until":"2026-11-30","cases":["Bị tẩy xóa"],"source":"thử","mark":"M","checked":false}]},"kinds""#;
    let named = KINDS.replace(r#""roles""#, r#""excluded":"none","roles""#);
    let whole = named.replace(r#""kinds""#, cases);
    for (from, to, code) in [
        (r#""cases":["Bị tẩy xóa"]"#, r#""cases":[]"#, "OFF-162"),
        ("Bị tẩy xóa", " ", "OFF-162"),
        ("2026-11-30", "2026-10-30", "OFF-162"),
        (r#""excluded":"none""#, r#""excluded":"other""#, "OFF-162"),
    ] {
        let read = Definitions::parse_all(&[whole.replace(from, to).as_bytes()], &forms());
        assert_eq!(read.err().map(|error| error.code()), Some(code), "{from}");
    }
    let kinds = Definitions::parse_all(&[whole.as_bytes()], &forms()).unwrap();
    let kind = &kinds.kinds[0];
    let (forms, wordings) = (forms(), wordings());
    for (day, is_cleared, cleared) in [
        ("2026-11-23 09:00", false, Err("OFF-186")),
        ("2026-11-23 09:00", true, Ok(Some("Điều thử"))),
        // Nothing is named any more.
        ("2026-12-01 09:00", false, Ok(None)),
    ] {
        let at = time(day);
        let wording = if at.date().month() == 12 { "counter_2" } else { "counter" };
        let wording = wordings.find(&name(wording)).unwrap();
        let request = Request {
            excluded: kinds.excluded(kind, at.date()),
            is_cleared,
            at,
            ..request(forms.find("trial_copy").unwrap(), kind, wording)
        };
        let mut numbers = Counting::default();
        let done = request.act(&mut numbers);
        assert_eq!(numbers.0, u32::from(cleared.is_ok()));
        let told = done.as_ref().map(|act| act.cleared.as_deref()).map_err(|error| error.code());
        assert_eq!(told, cleared, "{day}");
    }
}

/// An electronic act is done by its signed file, with the number that the file tells, or not at all.
#[test]
fn an_electronic_act_has_the_number_that_was_signed() {
    let (forms, wordings) = (forms(), wordings());
    let electronic = KINDS.replace(r#""roles""#, r#""medium":"electronic","roles""#);
    let kinds = Definitions::parse_all(&[electronic.as_bytes()], &forms).unwrap();
    let wording = wordings.find(&name("counter")).unwrap();
    let request = Request {
        signing: vec![signing(Part::Certifies, &[Role::Certifier])],
        ..request(forms.find("trial_copy").unwrap(), &kinds.kinds[0], wording)
    };
    let day = request.at;
    assert_eq!(request.clone().act(&mut Counting::default()), Err(ActError::NoDocument));
    let next = |numbers: &mut Counting| numbers.next(BookId::NOTICE, day.date());
    let series = Period::Year.series(BookId::NOTICE, day.date());
    assert_eq!(request.unsigned(Number::Pending { series }), Err(ActError::AwaitedNumber));

    let unsigned = request.unsigned(next(&mut Counting(4))).unwrap();
    assert_eq!(
        (unsigned.name().as_str(), &unsigned.document),
        ("Chứng thực bản sao số 5/2026", &None)
    );
    let file = ContentHash("a".repeat(64));
    let done = unsigned.clone().signed(&mut Counting(4), file.clone()).unwrap();
    assert_eq!(done, Act { document: Some(file.clone()), ..unsigned.clone() });
    let told = Event::ActDone { act: Box::new(done) };
    assert_eq!(told.about().blobs, [&file]);
    assert_eq!(unsigned.signed(&mut Counting(5), file), Err(ActError::NumberTaken));
    // What is not electronic is never signed so.
    let kinds = self::kinds();
    let paper = Request { kind: &kinds.kinds[0], ..request };
    assert_eq!(paper.unsigned(next(&mut Counting(0))), Err(ActError::NoDocument));
}

/// A wording is of its kind, its day, its place and what stands in the form.
#[test]
fn an_act_is_certified_in_a_wording_that_fits_it() {
    fn inked(r: &mut Request<'_>) {
        r.signing.remove(0);
        r.form.set(&mut r.data, "signed", "Điểm chỉ").unwrap();
    }
    type Change = fn(&mut Request<'_>);
    let cases: [(&str, Change, bool); 8] = [
        ("counter", |_| {}, true),
        ("counter", |r| r.at = time("2026-12-01 00:00"), false),
        ("counter_2", |r| r.at = time("2026-12-01 00:00"), true),
        ("counter_2", |_| {}, false),
        ("one_inked", inked, true),
        ("one_inked", |_| {}, false),
        (
            "one_inked",
            |r| {
                inked(r);
                r.signing.insert(0, signing(Part::Receives, &[Role::Clerk]));
            },
            false,
        ),
        (
            "one_inked",
            |r| {
                inked(r);
                r.people.push(r.people[0].clone());
            },
            false,
        ),
    ];
    for (i, (wording, change, fits)) in cases.into_iter().enumerate() {
        let (done, taken) = attempt_in(wording, change);
        let told = done.map(|act| act.wording).map_err(|error| error.code());
        let wanted = if fits { Ok(name(wording)) } else { Err("OFF-158") };
        assert_eq!((told, taken), (wanted, u32::from(fits)), "{i}: {wording}");
    }
}

#[test]
fn the_wording_with_the_most_conditions_is_the_usual_one() {
    let (wordings, copy) = (wordings(), name("copy"));
    let day = |day: &str| day.parse::<Date>().unwrap();
    for (on, place, people, signed, ids) in [
        ("2026-11-23", Place::Office, 1, "Điểm chỉ", vec!["one_inked", "counter"]),
        ("2026-11-23", Place::Office, 2, "Điểm chỉ", vec!["counter"]),
        ("2026-11-23", Place::OneStop, 1, "Điểm chỉ", vec!["counter"]),
        ("2026-11-23", Place::Office, 1, "Ký", vec!["counter"]),
        ("2026-12-01", Place::Office, 1, "Điểm chỉ", vec!["one_inked", "counter_2"]),
        ("2025-12-01", Place::Office, 1, "Ký", vec![]),
    ] {
        let found = wordings.fitting(&copy, day(on), circumstances(place, people), |_| signed);
        let found: Vec<&str> = found.iter().map(|wording| wording.id.as_str()).collect();
        assert_eq!(found, ids, "{on} {place:?} {people} {signed}");
    }
    assert!(
        wordings
            .fitting(&name("other"), day("2026-11-23"), circumstances(Place::Office, 1), |_| "")
            .is_empty()
    );
}

#[test]
fn a_file_of_wordings_is_whole_or_refused() {
    for (from, to, what) in [
        ("", "", None),
        // Blanks and braces.
        ("{number}", "{nombre}", Some("OFF-161")),
        ("{number}", "{number", Some("OFF-161")),
        ("{number}", "number}", Some("OFF-161")),
        ("{number}", "{form.}{form_big.x}", Some("OFF-161")),
        ("THỬ", " ", Some("OFF-161")),
        // One of several people is meant, and nothing says which.
        ("THỬ", "{name}", Some("OFF-162")),
        ("[\"copy\"]", "[]", Some("OFF-162")),
        ("\"counter_2\"", "\"counter\"", Some("OFF-162")),
        ("\"until\":\"2026-11-30\"", "\"until\":\"2025-11-30\"", Some("OFF-162")),
        ("\"look\":\"page\"", "\"look\":\"wall\"", Some("OFF-161")),
        ("Tại quầy, bản mới", "", Some("OFF-162")),
    ] {
        let read = Wordings::parse_all(&[WORDINGS.replace(from, to).as_bytes()]);
        assert_eq!(read.err().map(|error| error.code()), what, "{from} → {to}");
    }
    for (from, to, fits) in [
        ("", "", true),
        ("{form.title}", "{form.heading}", false),
        ("\"signed\":[\"Điểm chỉ\"]", "\"signed\":[\"Vẽ\"]", false),
        ("\"signed\":[\"Điểm chỉ\"]", "\"title\":[\"Bằng\"]", false),
        ("[\"copy\"]", "[\"other\"]", false),
    ] {
        let read = Wordings::parse_all(&[WORDINGS.replace(from, to).as_bytes()]).unwrap();
        assert_eq!(read.check_within(&kinds(), &forms()).is_ok(), fits, "{from} → {to}");
    }
    // A kind without a wording is none.
    let none = Wordings { headers: Vec::new(), all: Vec::new() };
    assert!(none.check_within(&kinds(), &forms()).is_err());
}

#[test]
fn the_weakest_evidence_counts() {
    let (done, _) = attempt(|r| {
        let mut other = r.people[0].clone();
        other.who.evidence = Evidence::ChipAuthentic;
        r.people.push(other);
    });
    let event = Event::ActDone { act: Box::new(done.unwrap()) };
    assert_eq!(event.about().evidence, Some(Evidence::Typed));
}

#[test]
fn a_file_of_kinds_is_whole_or_refused() {
    let forms = forms();
    for (from, to, what) in [
        ("", "", None),
        ("\"copy\"", "\"Copy\"", Some("OFF-161")),
        ("trial_copy", "no_such", Some("OFF-162")),
        ("[\"certifier\",\"head\"]", "[]", Some("OFF-162")),
        (
            "2026-01-01\",\"until\":\"2026-12-31",
            "2027-01-01\",\"until\":\"2026-12-31",
            Some("OFF-162"),
        ),
        ("Chứng thực bản sao", " ", Some("OFF-162")),
        ("\"law\"", "\"lore\"", Some("OFF-161")),
    ] {
        let read = Definitions::parse_all(&[KINDS.replace(from, to).as_bytes()], &forms);
        assert_eq!(read.err().map(|error| error.code()), what, "{from} → {to}");
    }
    let mut two: serde_json::Value = serde_json::from_str(KINDS).unwrap();
    let mut next = two["kinds"][0].clone();
    for (from, until, fits) in [
        ("2026-12-31", None, false),
        ("2027-01-01", None, true),
        ("2025-01-01", None, false),
        ("2025-01-01", Some("2025-12-31"), true),
    ] {
        next["from"] = from.into();
        next["until"] = until.map_or(serde_json::Value::Null, Into::into);
        let both = vec![two["kinds"][0].clone(), next.clone()];
        two["kinds"] = both.into();
        let bytes = serde_json::to_vec(&two).unwrap();
        assert_eq!(Definitions::parse_all(&[&bytes], &forms).is_ok(), fits, "{from} {until:?}");
    }
    let many = vec![b' '; (1 << 20) + 1];
    assert_eq!(Definitions::parse_all(&[&many], &forms).err().map(|e| e.code()), Some("OFF-160"));
}

#[test]
fn a_kind_has_its_book_and_its_fee_among_those_of_the_office() {
    let shelf = BookShelf::parse_all(&[include_bytes!("../../../../assets/books/notice.json")]);
    let rows = include_bytes!("../../../../assets/procedures/one_stop.json");
    let (shelf, catalogue) = (shelf.unwrap(), Catalogue::parse(rows).unwrap());
    let fee = |code: &str| format!("\"form\":\"trial_copy\",\"procedure\":\"{code}\"");
    for (from, to, what) in [
        ("", String::new(), None),
        ("\"form\":\"trial_copy\"", fee("2.000815"), None),
        ("\"form\":\"trial_copy\"", fee("9.999999"), Some("OFF-162")),
        ("\"notice\"", "\"tracking\"".into(), Some("OFF-162")),
    ] {
        let read = Definitions::parse_all(&[KINDS.replace(from, &to).as_bytes()], &forms());
        let checked = read.unwrap().check_within(&shelf, &catalogue);
        assert_eq!(checked.err().map(|error| error.code()), what, "{from} → {to}");
    }
}

#[test]
fn a_kind_is_found_by_its_name_and_day() {
    let kinds = kinds();
    for (id, day, found) in [
        ("copy", "2026-11-23", true),
        ("copy", "2027-01-01", false),
        ("other", "2026-11-23", false),
    ] {
        assert_eq!(kinds.find(&name(id), day.parse().unwrap()).is_some(), found, "{id} {day}");
    }
}

#[test]
fn a_short_name_is_plain() {
    for text in ["", "1a", "_a", "Copy", "sao chép", "a-b", &"a".repeat(41)] {
        assert_eq!(Name::parse(text), Err(NoName), "{text}");
        assert!(serde_json::from_value::<Name>(text.into()).is_err());
    }
    for text in ["a", "certified_copy_2", &"a".repeat(40)] {
        assert_eq!(Name::parse(text).map(String::from), Ok(text.to_owned()));
    }
}

/// A transaction's rules: everybody on a side, helpers where they are needed, land only where it lies.
#[test]
fn people_stand_where_the_kind_has_a_place_for_them() {
    let sided = KINDS.replace(
        r#""roles""#,
        r#""sides":[{"id":"seller","label":"Bên bán"},{"id":"buyer","label":"Bên mua"}],"helpers":true,"only_here":{"about":"signed","yes":["Ký"],"commune":"title"},"roles""#,
    );
    let mut kinds = Definitions::parse_all(&[sided.as_bytes()], &forms()).unwrap();
    let kind: &'static Definition = Box::leak(Box::new(kinds.kinds.remove(0)));
    let side = |place: usize| Standing::Side(kind.sides[place].clone());
    let person = |number: &str, standing: Standing| {
        let mut who = fixture::dossier().applicant;
        who.person.number = Some(PersonalNumber::parse(number).unwrap());
        Participant { standing, ..who.into() }
    };
    let (seller, buyer) = (person("001099000111", side(0)), person("001099000112", side(1)));
    let witness = |number: &str| person(number, Standing::Witness);
    let two = || vec![witness("001099000113"), witness("001099000114")];
    let interpreter = person("001099000115", Standing::Interpreter);
    let hindered = |hindrance| Participant { hindrance: Some(hindrance), ..seller.clone() };
    let both = |first: Participant| vec![first, buyer.clone()];
    let and = |mut people: Vec<Participant>, more: Vec<Participant>| {
        people.extend(more);
        people
    };
    // What it is, who takes part, where the land lies, what comes of it.
    type Case = (&'static str, Vec<Participant>, &'static str, Result<(), &'static str>);
    let cases: Vec<Case> = vec![
        ("one on each side", both(seller.clone()), "Hợp Thành", Ok(())),
        (
            "two buyers",
            and(both(seller.clone()), vec![person("001099000116", side(1))]),
            "",
            Ok(()),
        ),
        ("nobody buys", vec![seller.clone()], "", Err("OFF-172")),
        ("nobody sells", vec![buyer.clone()], "", Err("OFF-172")),
        (
            "on no side",
            and(both(seller.clone()), vec![person("001099000116", Standing::Asks)]),
            "",
            Err("OFF-171"),
        ),
        ("helpers alone", two(), "", Err("OFF-172")),
        ("cannot read", both(hindered(Hindrance::Reading)), "", Err("OFF-173")),
        (
            "cannot hear, one witness",
            and(both(hindered(Hindrance::Hearing)), vec![witness("001099000113")]),
            "",
            Err("OFF-173"),
        ),
        ("cannot sign, two witnesses", and(both(hindered(Hindrance::Signing)), two()), "", Ok(())),
        ("speaks another language", both(hindered(Hindrance::Language)), "", Err("OFF-174")),
        (
            "with an interpreter",
            and(both(hindered(Hindrance::Language)), vec![interpreter.clone()]),
            "",
            Ok(()),
        ),
        (
            "the buyer is a witness",
            and(
                both(hindered(Hindrance::Reading)),
                vec![witness("001099000113"), witness("001099000112")],
            ),
            "",
            Err("OFF-175"),
        ),
        (
            "one witness twice",
            and(
                both(hindered(Hindrance::Reading)),
                vec![witness("001099000113"), witness("001099000113")],
            ),
            "",
            Err("OFF-175"),
        ),
        ("land elsewhere", both(seller.clone()), "Cam Đường", Err("OFF-178")),
        ("land in a place of other marks", both(seller.clone()), "Hợp Thanh", Err("OFF-178")),
        ("land here, written out", both(seller.clone()), "xã Hợp Thành, tỉnh Lào Cai", Ok(())),
        ("a ward of the same name", both(seller.clone()), "phường Hợp Thành", Ok(())),
        (
            "too much of a name",
            both(Participant { acts_for: "a".repeat(401), ..seller.clone() }),
            "",
            Err("OFF-154"),
        ),
    ];
    for (what, people, lies, expected) in cases {
        let (done, taken) = attempt(|r| {
            r.kind = kind;
            r.people = people;
            let (about, lies) =
                if lies.is_empty() { ("Điểm chỉ", "xe máy") } else { ("Ký", lies) };
            r.form.set(&mut r.data, "signed", about).unwrap();
            r.form.set(&mut r.data, "title", lies).unwrap();
        });
        let told = done.as_ref().map(|_| ()).map_err(Explain::code);
        assert_eq!((told, taken), (expected, u32::from(expected.is_ok())), "{what}");
    }
    // What is offered for the next person is what is most likely meant.
    assert_eq!(kind.usual(&[]), side(0));
    assert_eq!(kind.usual(std::slice::from_ref(&seller)), side(1));
    assert_eq!(kind.usual(&both(seller.clone())), side(1));
    assert_eq!(kind.usual(&both(hindered(Hindrance::Reading))), Standing::Witness);
    assert_eq!(kind.usual(&and(both(hindered(Hindrance::Reading)), two())), side(1));
    assert_eq!(kind.usual(&both(hindered(Hindrance::Language))), Standing::Interpreter);
    // Everybody stands in the histories, and among those who ask only those who do.
    let (done, _) = attempt(|r| {
        r.kind = kind;
        r.people = and(both(hindered(Hindrance::Reading)), two());
        r.form.set(&mut r.data, "title", "Hợp Thành").unwrap();
    });
    let done = done.unwrap();
    assert_eq!((done.requesters().count(), done.identities().count()), (2, 4));
    let told = Event::ActDone { act: Box::new(done) };
    assert_eq!(told.about().asked_by().count(), 4);
}

/// TT 257/2016/TT-BTC art. 4 as the facts tell it, at its steps and between them.
#[test]
fn a_fee_by_value_rises_in_steps() {
    let kinds = include_bytes!("../../../../assets/acts/notary.json");
    let forms = include_bytes!("../../../../assets/eforms/notary.json");
    let forms = Forms::parse(forms).unwrap();
    let kinds = Definitions::parse_all(&[kinds], &forms).unwrap();
    let sale = kinds.find(&name("notary_sale"), "2026-11-30".parse().unwrap()).unwrap();
    let rule = kinds.by_value(sale).unwrap();
    for (value, fee) in [
        (1, 50_000),
        (49_999_999, 50_000),
        (50_000_000, 100_000),
        (100_000_000, 100_000),
        (100_010_000, 100_010),
        (500_000_000, 500_000),
        (1_000_000_000, 1_000_000),
        (2_000_000_000, 1_600_000),
        (3_000_000_000, 2_200_000),
        (4_500_000_000, 2_950_000),
        (5_000_000_000, 3_200_000),
        (10_000_000_000, 5_200_000),
        (50_000_000_000, 17_200_000),
        (100_000_000_000, 32_200_000),
        (289_000_000_000, 70_000_000),
        (u64::MAX, 70_000_000),
    ] {
        assert_eq!(rule.fee(Dong(value)), Some(Dong(fee)), "{value}");
    }
    let wrong = |change: fn(&mut ByValue)| {
        let mut kinds = kinds.clone();
        kinds.tariffs.values_mut().for_each(change);
        kinds.kinds[0].check(&forms, &kinds.tariffs)
    };
    assert!(wrong(|_| {}).is_ok());
    assert!(wrong(|rule| rule.steps.clear()).is_err());
    assert!(wrong(|rule| rule.steps[0].from = Dong(1)).is_err());
    assert!(wrong(|rule| rule.steps.swap(1, 2)).is_err());
    assert!(wrong(|rule| rule.field = "name".into()).is_err());
}

#[test]
fn kin_of_whoever_certifies_are_asked_about() {
    let person = |name: &str, father: &str, spouse: &str, standing: Standing| {
        let mut who = fixture::dossier().applicant;
        (who.person.name, who.person.father) = (name.into(), father.into());
        (who.person.mother, who.person.spouses) = (String::new(), vec![spouse.into()]);
        Participant { standing, ..who.into() }
    };
    let asks = |name, father, spouse| person(name, father, spouse, Standing::Asks);
    for (people, expected) in [
        (vec![asks("Lò Văn Thử", "Lò Văn Cha", "")], None),
        (vec![asks("VÀNG THỊ GIẢ ĐỊNH", "", "")], Some(Kin::Namesake)),
        (vec![asks("Lò Văn Thử", "vang thi gia dinh", "")], Some(Kin::Child)),
        (vec![asks("Lò Văn Thử", "", "Vàng Thị Giả Định")], Some(Kin::Spouse)),
        (
            vec![asks("Lò Văn Thử", "", ""), asks("Lò Văn Hai", "", "Vàng Thị Giả Định")],
            Some(Kin::Spouse),
        ),
        // Whoever helps asks for nothing.
        (vec![person("Vàng Thị Giả Định", "", "", Standing::Witness)], None),
    ] {
        assert_eq!(kin(&people, "Vàng Thị Giả Định").map(|(_, kin)| kin), expected);
    }
    assert_eq!(kin(&[asks("", "", "")], ""), None, "no name is nobody's");
}
