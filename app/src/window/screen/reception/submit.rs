//! From the form to what the office's rules judge: first what the form itself can tell is missing, with
//! the field where it is put right.

use office::{
    dossier::{Fee, Reception},
    person::Contact,
    tariff,
    text::{clean, clean_lines},
};

use super::{
    Action, Asked, Given, State,
    draft::{Paper, Stands},
    linked, papers,
};
use crate::{
    desk::intake::{Intake, ToKeep},
    window::{eform, notice::Notice, screen::notice_form},
};

impl State {
    pub(super) fn ask_incomplete(&mut self) -> Action {
        if self.procedure().is_none() {
            self.notice = Some(Notice::caution("Hãy chọn thủ tục trước khi lập phiếu."));
            return Action::None;
        }
        let papers = self.draft.papers.iter().filter(|paper| !paper.is_data());
        let items = papers.map(|paper| (paper.name.clone(), false)).collect();
        self.asked = Some(Asked::Incomplete(Box::new(notice_form::State::new(false, items))));
        Action::Focus(notice_form::REASON.to_owned())
    }

    pub(super) fn incomplete(&mut self, message: notice_form::Message) -> Action {
        let Some(Asked::Incomplete(dialog)) = &mut self.asked else { return Action::None };
        match dialog.update(message) {
            notice_form::Action::None => Action::None,
            notice_form::Action::Close => {
                self.asked = None;
                Action::None
            }
            notice_form::Action::Give(answer) => match self.procedure() {
                Some(procedure) => Action::Notice(Box::new(Given {
                    answer,
                    applicant: self.draft.identity.clone(),
                    contact: self.clean_contact(),
                    procedure: self.law.catalogue.stamp(procedure),
                    arrival: self.draft.arrival.clone(),
                })),
                None => Action::None,
            },
        }
    }

    fn clean_contact(&self) -> Contact {
        let contact = &self.draft.contact;
        Contact {
            phone: clean(&contact.phone),
            email: clean(&contact.email),
            address: clean(&contact.address),
        }
    }

    /// What keeps it from being received, with the field where it can be put right.
    fn obstacle(&self) -> Option<(String, String)> {
        let form = self.used_form();
        let problems = form.map(|(form, data)| data.problems(form, self.now.date()));
        if let Some(first) = problems.as_ref().and_then(|problems| problems.first()) {
            let more = problems.as_ref().map_or(0, |problems| problems.len() - 1);
            let rest = if more > 0 {
                format!(" Còn {more} ô khác cần sửa.")
            } else {
                String::new()
            };
            let words = format!("Tờ khai chưa đủ. {}{rest} Chưa ghi gì vào sổ.", first.sentence);
            return Some((words, eform::id(&first.key)));
        }
        let undecided = |paper: &Paper| paper.taken && paper.form.is_none();
        if let Some(n) = self.draft.papers.iter().position(undecided) {
            let name = self.draft.papers.get(n).map_or("", |paper| paper.name.as_str());
            let words = format!(
                "Chưa chọn loại giấy tờ đã nhận (bản chính, bản sao hay xuất trình): {name}. Chưa ghi gì vào sổ."
            );
            return Some((words, papers::form_id(n)));
        }
        let nameless = |link: &linked::Link| clean(&link.agency).is_empty();
        let part = self.draft.linked.iter().position(nameless)?;
        let words = "Thủ tục liên thông chưa ghi cơ quan thực hiện. Chưa ghi gì vào sổ.".to_owned();
        Some((words, linked::agency(part)))
    }

    pub(super) fn submit(&mut self) -> Action {
        self.tried = true;
        self.notice = None;
        let Some(procedure) = self.procedure() else {
            self.notice = Some(Notice::caution(self.no_procedure()));
            return Action::None;
        };
        if let Some((words, field)) = self.obstacle() {
            self.notice = Some(Notice::caution(words));
            return Action::Focus(field);
        }
        let (terms, channel) = (&self.draft.terms, self.draft.channel);
        let settled = terms
            .deadline(procedure, channel, &self.law.calendar, self.now)
            .and_then(|deadline| Ok((deadline, terms.fee(procedure, channel, self.now.date())?)));
        let (deadline, fee) = match settled {
            Ok(settled) => settled,
            Err(missing) => {
                // A day that is none is told by its field.
                let told = self.due.check().is_err();
                self.notice = (!told).then(|| Notice::caution(missing.sentence()));
                return Action::Focus(self.first_field());
            }
        };
        if let Fee::Amount(amount) = fee
            && self.asked_amount != Some(amount)
            && tariff::is_unusual(amount, None)
        {
            (self.asked_amount, self.notice) = (Some(amount), Some(Notice::unusual(amount)));
            return Action::Focus(self.first_field());
        }
        let taken = || self.draft.papers.iter().filter(|paper| paper.taken);
        let parts = linked::parts(&self.draft.linked, &self.law, Some(&deadline), self.now.date());
        let form = self.used_form();
        Action::Receive(Box::new(Intake {
            keep: taken().filter_map(to_keep).collect(),
            reception: Reception {
                id: self.draft.id.clone(),
                // The desk gives the signer's name and the time when it is written.
                receiver: String::new(),
                received_at: self.now,
                return_place: String::new(),
                procedure: self.law.catalogue.stamp(procedure),
                applicant: self.draft.identity.clone(),
                contact: self.clean_contact(),
                legal_basis: self
                    .law
                    .legal_basis
                    .get(self.draft.basis)
                    .cloned()
                    .unwrap_or_default(),
                channel,
                components: taken().map(Paper::submitted).collect(),
                sets: self.draft.sets.trim().parse().unwrap_or(0),
                deadline: Some(deadline),
                time_limit: procedure.time_limit(channel),
                fee,
                note: clean_lines(&self.draft.note),
                form: form.map(|(form, data)| data.finished(form, self.now.date())),
                linked: parts,
                arrival: self.draft.arrival.clone(),
                origin_code: self.draft.origin_code.clone(),
            },
        }))
    }
}

/// A scan that also goes into the person's store.
fn to_keep(paper: &Paper) -> Option<ToKeep> {
    let Some(Stands::Scan(scan)) = &paper.stands else { return None };
    let (kind, legal_basis, keep_until) = scan.keep.clone()?;
    Some(ToKeep {
        kind,
        title: paper.name.clone(),
        media: scan.media,
        content: scan.content.clone(),
        legal_basis,
        keep_until,
    })
}
