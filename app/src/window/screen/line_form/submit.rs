//! From the form to what the office's rules judge: first what the form itself can tell is missing, in the sentence of
//! the rule that would refuse it, with the field where it is put right.

use office::{
    Explain,
    act::{self, Act, ActError, Definition, Medium},
    arrival::NoticeKind,
    dossier::Fee,
    entry::UserName,
    money::Dong,
    person::Contact,
    register::LineError,
    tariff,
};

use super::{
    AMOUNT, Action, CERTIFIER, COPIES, PAGES, PEOPLE, State, ToDo, ToTell, ToWrite, refusal,
};
use crate::{
    assets::Law,
    desk::lines::Known,
    window::{eform, notice::Notice},
};

/// When an electronic act is signed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Signing {
    /// Here, by whoever is here.
    Now,
    /// It is handed on.
    Later,
}

impl State {
    /// What keeps an act from being done, with the field where it can be put right.
    fn obstacle(&self, kind: &Definition) -> Option<(ActError, String)> {
        if act::asking(&self.draft.people).next().is_none() {
            return Some((ActError::NoRequester, PEOPLE.to_owned()));
        }
        if let Err(error) = self.fee(kind) {
            let pages = self.counts_pages(kind);
            let copies = self.draft.copies.trim().parse::<u32>().is_ok_and(|n| n > 0);
            let field = if pages && copies { PAGES } else { COPIES };
            return Some((error, field.to_owned()));
        }
        let competent = self.competent(kind);
        if kind.medium == Medium::Electronic && competent.is_empty() {
            return Some((ActError::NotTheCertifier, CERTIFIER.to_owned()));
        }
        if self.certifier(kind).is_none() {
            return Some((ActError::NotCompetent, CERTIFIER.to_owned()));
        }
        self.wording(kind).is_none().then(|| (ActError::NoWording, CERTIFIER.to_owned()))
    }

    /// The first problem of the form, in a sentence that counts the others, and its field.
    fn in_the_form(&self) -> Option<(String, String)> {
        let (known, data) = self.filled()?;
        let problems = data.problems(known.form(), self.now.date());
        let first = problems.first()?;
        let rest = match problems.len() - 1 {
            0 => String::new(),
            more => format!(" Còn {more} ô khác cần sửa."),
        };
        Some((format!("{}{rest}", first.sentence), eform::id(&first.key)))
    }

    pub(super) fn submit(&mut self, signing: Signing) -> Action {
        (self.tried, self.notice) = (true, None);
        let law = self.law.clone();
        let Some(known) = self.known(&law) else {
            let words = "Chưa chọn việc. Hãy gõ vài chữ của tên việc rồi nhấn Enter.";
            self.notice = Some(Notice::caution(words));
            return Action::Focus(super::QUERY.to_owned());
        };
        let told = self.in_the_form();
        let legal_basis = law.legal_basis.get(self.draft.basis).cloned().unwrap_or_default();
        let Some(filling) = self.draft.filling.as_ref() else { return Action::None };
        let (data, people) =
            (filling.finished(known.form(), self.now.date()), self.draft.people.clone());
        match known {
            Known::Line(book, _) => match told {
                Some((words, field)) => self.refused(&LineError::NotFilled(words), field),
                None => {
                    let people = people.into_iter().map(|one| one.who).collect();
                    Action::Line(Box::new(ToWrite { book: book.id, people, legal_basis, data }))
                }
            },
            Known::Act(kind, _) => {
                let told = told.map(|(words, field)| (ActError::NotFilled(words), field));
                if let Some((error, field)) = told.or_else(|| self.obstacle(kind)) {
                    return self.refused(&error, field);
                }
                let (Some((pages, copies)), Ok(fee)) = (self.counts(kind), self.fee(kind)) else {
                    return Action::None;
                };
                let (Some(certifier), Some(wording)) = (
                    self.certifier(kind).map(|user| user.name.clone()),
                    self.wording(kind).map(|one| one.id.clone()),
                ) else {
                    return Action::None;
                };
                let unread = !self.draft.amount.trim().is_empty() && matches!(fee, Fee::Unknown(_));
                if unread {
                    let words = "Số tiền chỉ gồm chữ số. Chưa ghi gì vào sổ. Hãy sửa, hoặc để trống nếu chưa biết.";
                    self.notice = Some(Notice::caution(words));
                    return Action::Focus(AMOUNT.to_owned());
                }
                if self.asks_about_kin(&certifier) {
                    return Action::Focus(CERTIFIER.to_owned());
                }
                if let Fee::Amount(amount) = fee
                    && self.asks_about(amount)
                {
                    return Action::Focus(self.first_field());
                }
                let medium = kind.medium;
                let asked = ToDo {
                    kind: kind.id.clone(),
                    people,
                    legal_basis,
                    data,
                    copies,
                    pages,
                    fee,
                    certifier,
                    wording,
                    seen: self.draft.seen.clone(),
                    // The cases stand in the form, and beside the key that this confirms.
                    is_cleared: true,
                };
                match medium {
                    Medium::Paper => Action::Act(Box::new(asked)),
                    // Nobody signs here for another.
                    Medium::Electronic if asked.certifier != self.own => {
                        self.prepare(asked, Signing::Later)
                    }
                    Medium::Electronic => self.prepare(asked, signing),
                }
            }
        }
    }

    /// Earlier acts are about the same asset: they are told once, and who writes it then was shown them.
    pub fn earlier(&mut self, acts: &[Act]) {
        let told = ActError::earlier(acts);
        self.notice = Some(Notice::caution(told.to_string()));
        if let ActError::Earlier { acts, .. } = told {
            self.draft.seen.extend(acts);
        }
    }

    /// Asks once whether somebody is kin of whoever certifies.
    fn asks_about_kin(&mut self, certifier: &UserName) -> bool {
        if self.asked_kin.as_ref() == Some(certifier) {
            return false;
        }
        let known = self.office.colleagues.iter().find(|user| user.name == *certifier);
        let name = known.map(|user| user.full_name.as_str()).unwrap_or_default();
        let Some((who, kin)) = act::kin(&self.draft.people, name) else { return false };
        let words = format!(
            "{} {} với người thực hiện chứng thực. Không được chứng thực cho chính mình và người thân thích (Nghị định 23/2015/NĐ-CP, Điều 9). Chưa ghi gì vào sổ. Nếu không phải, nhấn F2 lần nữa.",
            who.person.name,
            kin.label()
        );
        self.notice = Some(Notice::caution(words));
        self.asked_kin = Some(certifier.clone());
        true
    }

    /// Asks why it is refused.
    pub(super) fn ask_refusal(&mut self) -> Action {
        let law = self.law.clone();
        let Some(Known::Act(kind, _)) = self.known(&law) else { return Action::None };
        if act::asking(&self.draft.people).next().is_none() {
            return self.refused(&ActError::NoRequester, PEOPLE.to_owned());
        }
        self.refusing = self.excluded(kind).map(refusal::State::new);
        Action::Focus(refusal::OTHER.to_owned())
    }

    /// In the dialog that refuses.
    pub(super) fn refuse(&mut self, message: refusal::Message) -> Action {
        let Some(dialog) = &mut self.refusing else { return Action::None };
        let reason = match dialog.update(message) {
            refusal::Action::None => return Action::None,
            refusal::Action::Close => {
                self.refusing = None;
                return Action::Focus(self.first_field());
            }
            refusal::Action::Refuse(reason) => reason,
        };
        let law = self.law.clone();
        let Some(Known::Act(kind, _)) = self.known(&law) else { return Action::None };
        let asks = act::asking(&self.draft.people).next();
        let (Some(asks), Some(procedure)) = (asks, self.procedure(kind)) else {
            return Action::None;
        };
        Action::Refuse(Box::new(ToTell {
            kind: NoticeKind::Refused,
            reason,
            applicant: asks.who.clone(),
            contact: Contact::default(),
            procedure: law.catalogue.stamp(procedure),
            arrival: None,
        }))
    }

    /// What is done, as the law of today has it.
    fn known<'l>(&self, law: &'l Law) -> Option<Known<'l>> {
        let work = self.draft.work.as_ref().filter(|_| !self.choosing)?;
        work.known(law, self.now.date())
    }

    /// Asks once about an amount that has noughts too many.
    fn asks_about(&mut self, amount: Dong) -> bool {
        let asks = self.asked_amount != Some(amount) && tariff::is_unusual(amount, None);
        if asks {
            (self.asked_amount, self.notice) = (Some(amount), Some(Notice::unusual(amount)));
        }
        asks
    }

    fn refused(&mut self, error: &dyn Explain, field: String) -> Action {
        self.notice = Some(Notice::error(error));
        Action::Focus(field)
    }
}
