//! Papers that were made: listed, opened, printed once more.

use std::collections::HashMap;

use iced::Task;
use ledger::{LedgerError, Made, MadePaper, Page};
use office::{
    dossier::Status,
    entry::{Purpose, UserName},
    person::PersonId,
    subject::Subject,
};
use widgets::travel;

use super::{Counter, Message, Over, PAGE, Screen, Shell};
use crate::{
    clock,
    desk::{DeskError, intake, papers::Paper},
    window::{
        notice::Notice,
        papers,
        screen::{
            Shown,
            issued::{self, Row, Target},
            paged::seek,
            paper,
        },
    },
};

impl Shell {
    /// Opens the papers that were made.
    pub(super) fn go_issued(&mut self, counter: &Counter) -> Task<Message> {
        let state = self.issued_room();
        self.enter(state, counter)
    }

    fn issued_room(&self) -> Result<issued::State, LedgerError> {
        let mut state = issued::State::new();
        let page = self.issued_page(&state, None)?;
        state.show(page.items, page.next);
        Ok(state)
    }

    fn issued_page(
        &self,
        state: &issued::State,
        after: Option<u64>,
    ) -> Result<Page<Row>, LedgerError> {
        let ledger = &self.desk.ledger;
        let names = self.names()?;
        let (day, way) = state.wanted();
        let until = day.map(|day| ledger.place_after(day)).transpose()?;
        let turn = |after| -> Result<Page<Row>, LedgerError> {
            let made = ledger.made(way, until, after, PAGE)?;
            let rows = made.items.into_iter().map(|made| self.issued_row(made, &names));
            Ok(Page { items: rows.collect::<Result<_, _>>()?, next: made.next })
        };
        seek(after, turn, |row| state.holds(row))
    }

    fn issued_row(
        &self,
        made: MadePaper,
        names: &HashMap<UserName, String>,
    ) -> Result<Row, LedgerError> {
        let at = clock::local(made.at).strftime("%d/%m/%Y %H:%M").to_string();
        let by = names.get(&made.by).cloned().unwrap_or(made.by.0);
        Ok(match made.what {
            Made::Of { subject: Subject::Act(id), kind, of, content } => {
                let (record, paper) = (self.desk.act(&id)?, Paper { kind, of });
                let names = record.act.requesters.iter().map(|who| who.person.name.as_str());
                Row {
                    at,
                    kind: kind.label().to_owned(),
                    code: record.act.name(),
                    annulled: record.annulled.is_some(),
                    name: names.collect::<Vec<_>>().join(", "),
                    by,
                    target: Target::Of { subject: Subject::Act(id), paper, content },
                }
            }
            Made::Of { subject: Subject::Dossier(dossier), kind, of, content } => {
                let (record, paper) = (self.desk.dossier(&dossier)?, Paper { kind, of });
                Row {
                    at,
                    kind: self.desk.title(&dossier, &paper)?,
                    code: record.dossier.code_label(),
                    annulled: record.status() == Status::Annulled,
                    name: record.dossier.applicant.person.name,
                    by,
                    target: Target::Of { subject: Subject::Dossier(dossier), paper, content },
                }
            }
            Made::Notice(notice) => Row {
                at,
                kind: intake::form(&notice).label().to_owned(),
                code: match notice.number.issued() {
                    Some(issued) => format!("Số {:02}", issued.value),
                    None => "chờ cấp số".into(),
                },
                annulled: false,
                name: notice.applicant.person.name.clone(),
                by,
                target: Target::Notice(made.place, notice),
            },
        })
    }

    pub(super) fn issued(&mut self, message: issued::Message, counter: &Counter) -> Task<Message> {
        let Screen::Issued(state) = &mut self.screen else { return Task::none() };
        let (after, task) = match state.update(message) {
            issued::Action::None => return Task::none(),
            issued::Action::Close => return self.go_home(counter),
            issued::Action::Entered => (None, travel::focus(issued::TABLE)),
            issued::Action::Fetch => (None, Task::none()),
            issued::Action::More(after) => (Some(after), Task::none()),
            issued::Action::Open(target) => {
                match self.issued_paper(&target) {
                    Ok(paper) => self.over = Some(Over::Paper(Box::new(paper))),
                    Err(error) => {
                        if let Screen::Issued(state) = &mut self.screen {
                            state.tell(Notice::error(&error));
                        }
                    }
                }
                return Task::none();
            }
        };
        let Screen::Issued(state) = &self.screen else { return Task::none() };
        let page = self.issued_page(state, after);
        let Screen::Issued(state) = &mut self.screen else { return Task::none() };
        match (page, after) {
            (Ok(page), None) => state.show(page.items, page.next),
            (Ok(page), Some(_)) => state.extend(page.items, page.next),
            (Err(error), _) => state.tell(Notice::error(&error)),
        }
        let again = issued::Message::Ranged(0..u64::MAX);
        match state.goes_on() {
            true => Task::batch([task, Task::done(again.into())]),
            false => task,
        }
    }

    /// A paper as it was handed over; the look at its person is written down first.
    fn issued_paper(&mut self, target: &Target) -> Result<paper::State, DeskError> {
        match target {
            Target::Of { subject, paper, content } => {
                let name = match subject {
                    Subject::Dossier(id) => {
                        let record = self.desk.dossier(id)?;
                        self.note_look(record.place)?;
                        papers::name(&record.dossier, &self.desk.title(id, paper)?)
                    }
                    Subject::Act(id) => {
                        let act = self.desk.act(id)?.act;
                        for who in &act.requesters {
                            self.look_at_person(who, Purpose::Reprint)?;
                        }
                        format!("{} {}", paper.kind.label(), act.name())
                    }
                };
                papers::kept(&self.desk, name, paper, content)
            }
            Target::Notice(place, notice) => {
                self.note_look(*place)?;
                papers::notice(&self.desk, notice)
            }
        }
    }

    fn note_look(&mut self, place: u64) -> Result<(), LedgerError> {
        let who = PersonId(place);
        self.desk.ledger.view_person(clock::now(), who, Purpose::Reprint).map(drop)
    }
}
