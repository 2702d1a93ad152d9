//! Papers that were made: listed, opened, printed once more.

use std::collections::HashMap;

use iced::Task;
use jiff::civil::Date;
use ledger::{LedgerError, Made, MadePaper};
use office::{
    dossier::Status,
    entry::{Purpose, UserName},
    person::Identity,
};
use widgets::travel;

use super::{Counter, Message, Over, PAGE, Shell, rooms::Room};
use crate::{
    clock,
    desk::{DeskError, intake, papers::Paper},
    window::{
        notice::Notice,
        papers,
        screen::{
            issued::{self, Row, Target},
            paper,
        },
    },
};

impl Shell {
    pub(super) fn issued_room(&self) -> Result<issued::State, LedgerError> {
        let (rows, next) = self.issued_rows(None)?;
        Ok(issued::State::new(rows, next))
    }

    fn issued_until(&self, day: Option<Date>) -> Result<(Vec<Row>, Option<u64>), LedgerError> {
        let before = day.map(|day| self.desk.ledger.place_after(day)).transpose()?;
        self.issued_rows(before)
    }

    fn issued_rows(&self, before: Option<u64>) -> Result<(Vec<Row>, Option<u64>), LedgerError> {
        let users = self.desk.ledger.all_users()?;
        let names: HashMap<UserName, String> =
            users.into_iter().map(|known| (known.user.name, known.user.full_name)).collect();
        let made = self.desk.ledger.made(before, PAGE)?;
        let rows = made.items.into_iter().map(|made| self.issued_row(made, &names));
        Ok((rows.collect::<Result<_, _>>()?, made.next))
    }

    fn issued_row(
        &self,
        made: MadePaper,
        names: &HashMap<UserName, String>,
    ) -> Result<Row, LedgerError> {
        let at = clock::local(made.at).strftime("%d/%m/%Y %H:%M").to_string();
        let by = names.get(&made.by).cloned().unwrap_or(made.by.0);
        Ok(match made.what {
            Made::Of { dossier, kind, of, content } => {
                let (record, paper) = (self.desk.dossier(&dossier)?, Paper { kind, of });
                Row {
                    at,
                    kind: self.desk.title(&dossier, &paper)?,
                    code: record.dossier.code_label(),
                    annulled: record.status() == Status::Annulled,
                    name: record.dossier.applicant.person.name,
                    by,
                    target: Target::Of { dossier, paper, content },
                }
            }
            Made::Notice(notice) => Row {
                at,
                kind: intake::form(&notice).label().to_owned(),
                code: match notice.number.issued() {
                    Some(issued) => format!("Số {}", issued.value),
                    None => "chờ cấp số".into(),
                },
                annulled: false,
                name: notice.applicant.person.name.clone(),
                by,
                target: Target::Notice(notice),
            },
        })
    }

    pub(super) fn issued(&mut self, message: issued::Message, counter: &Counter) -> Task<Message> {
        let Some(Room::Issued(state)) = self.in_room() else { return Task::none() };
        match state.update(message) {
            issued::Action::None => Task::none(),
            issued::Action::Close => self.go_home(counter, None),
            issued::Action::Fetch(day) => {
                let fetched = self.issued_until(day);
                let Some(Room::Issued(state)) = self.in_room() else { return Task::none() };
                match fetched {
                    Ok((rows, next)) => state.show(rows, next),
                    Err(error) => state.tell(Notice::error(&error)),
                }
                travel::focus(issued::TABLE)
            }
            issued::Action::More(before) => {
                let fetched = self.issued_rows(Some(before));
                let Some(Room::Issued(state)) = self.in_room() else { return Task::none() };
                match fetched {
                    Ok((rows, next)) => state.extend(rows, next),
                    Err(error) => state.tell(Notice::error(&error)),
                }
                Task::none()
            }
            issued::Action::Open(target) => {
                match self.issued_paper(&target) {
                    Ok(paper) => self.over = Some(Over::Paper(Box::new(paper))),
                    Err(error) => {
                        if let Some(Room::Issued(state)) = self.in_room() {
                            state.tell(Notice::error(&error));
                        }
                    }
                }
                Task::none()
            }
        }
    }

    /// A paper as it was handed over; the look at its person is written down first.
    fn issued_paper(&mut self, target: &Target) -> Result<paper::State, DeskError> {
        match target {
            Target::Of { dossier, paper, content } => {
                let dossier = self.desk.dossier(dossier)?.dossier;
                self.note_look(&dossier.applicant)?;
                papers::kept(&self.desk, &dossier, paper, content)
            }
            Target::Notice(notice) => {
                self.note_look(&notice.applicant)?;
                papers::notice(&self.desk, notice)
            }
        }
    }

    fn note_look(&mut self, whose: &Identity) -> Result<(), LedgerError> {
        self.desk.ledger.view_person(clock::now(), &whose.key(), Purpose::Reprint).map(drop)
    }
}
