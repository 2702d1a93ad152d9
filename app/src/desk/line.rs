//! The waiting line at the desk. A ticket's number is of its day; a ticket names nobody.

use jiff::Timestamp;
use ledger::{LedgerError, TicketPhase, TicketState};
use office::{
    book::BookId,
    dossier::ReceptionError,
    entry::Event,
    ticket::{Ticket, TicketId, TicketStep, ahead, order},
};

use super::Desk;
use crate::clock;

impl Desk {
    /// Draws a ticket of a queue; an empty name: for anything.
    pub fn draw_ticket(
        &mut self,
        at: Timestamp,
        queue: String,
        first: bool,
    ) -> Result<Ticket, LedgerError> {
        let (id, local) = (TicketId(ledger::random_id()?), clock::local(at));
        let mut written = None;
        self.ledger.append(at, |numbers| {
            let number = numbers.next(BookId::TICKET, local.date());
            let ticket = Ticket { id, number, queue, first, at: local };
            written = Some(ticket.clone());
            Ok::<_, ReceptionError>(Event::TicketDrawn { ticket })
        })?;
        written.ok_or(LedgerError::Missing)
    }

    /// Calls a ticket to a counter, the first time or again. Whoever was there before and is not marked
    /// otherwise has been served.
    pub fn call_ticket(
        &mut self,
        at: Timestamp,
        ticket: &TicketId,
        counter: &str,
    ) -> Result<(), LedgerError> {
        let day = clock::local(at).date();
        let before = self.ledger.tickets(day)?.into_iter().filter(|known| {
            let there =
                matches!(&known.state, TicketPhase::Called { counter: c, .. } if c == counter);
            there && known.ticket.id != *ticket
        });
        let before: Vec<TicketId> = before.map(|known| known.ticket.id).collect();
        for id in before {
            self.move_ticket(at, &id, TicketStep::Served)?;
        }
        self.move_ticket(at, ticket, TicketStep::Called(counter.to_owned()))
    }

    /// Serves a ticket, or notes that nobody came.
    pub fn move_ticket(
        &mut self,
        at: Timestamp,
        ticket: &TicketId,
        step: TicketStep,
    ) -> Result<(), LedgerError> {
        self.ledger.record(at, Event::TicketMoved { ticket: ticket.clone(), step }, &[])?;
        Ok(())
    }

    /// The tickets of today, those who wait in the order in which they are called: first who goes ahead
    /// by law, then by number.
    pub fn tickets(&self, at: Timestamp) -> Result<Vec<TicketState>, LedgerError> {
        let mut all = self.ledger.tickets(clock::local(at).date())?;
        all.sort_by(|a, b| order(&a.ticket, &b.ticket));
        Ok(all)
    }

    /// A ticket of today, and how many people wait before it now.
    pub fn ticket(&self, at: Timestamp, id: &TicketId) -> Result<(Ticket, usize), LedgerError> {
        let tickets = self.tickets(at)?;
        let of = tickets.iter().find(|known| known.ticket.id == *id);
        let ticket = &of.ok_or(LedgerError::Missing)?.ticket;
        let waiting = tickets.iter().filter(|known| known.state == TicketPhase::Waiting);
        let waiting: Vec<Ticket> = waiting.map(|known| known.ticket.clone()).collect();
        Ok((ticket.clone(), ahead(&waiting, ticket)))
    }
}

/// `012`: as the hall reads it.
pub fn number(ticket: &Ticket) -> String {
    match ticket.number.issued() {
        Some(issued) => format!("{:03}", issued.value),
        None => "chờ số".into(),
    }
}
