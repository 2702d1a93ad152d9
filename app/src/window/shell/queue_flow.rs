//! The waiting line: tickets are drawn, called, served; the hall's screen follows by itself.

use iced::Task;
use ledger::{EventKind, LedgerError, TicketPhase};
use office::ticket::TicketStep;
use widgets::travel;

use super::{
    Action, Counter, Message, Over, Screen, Shell,
    rooms::{Door, Room},
};
use crate::{
    clock,
    desk::line,
    devices::Devices,
    window::{
        notice::Notice,
        papers,
        screen::{hall, queue},
    },
};

impl Shell {
    pub(super) fn queue_room(&self, counter: &Counter) -> Result<queue::State, LedgerError> {
        let settings = &self.desk.settings;
        let mut state = queue::State::new(
            settings.queues.clone(),
            settings.counters.clone(),
            counter.devices.seat.clone(),
            self.desk.ledger.may(EventKind::TicketDrawn),
        );
        state.show(self.line()?);
        Ok(state)
    }

    /// The line as it stands now.
    fn line(&self) -> Result<queue::Line, LedgerError> {
        let tickets = self.desk.tickets(clock::now())?;
        let mut now = queue::Line { drawn: tickets.len(), ..queue::Line::default() };
        let mut called = Vec::new();
        for known in tickets {
            let (ticket, number) = (&known.ticket, line::number(&known.ticket));
            match known.state {
                TicketPhase::Waiting => now.waiting.push(queue::Waiting {
                    id: ticket.id.clone(),
                    number,
                    queue: ticket.queue.clone(),
                    first: ticket.first,
                    since: ticket.at.strftime("%H:%M").to_string(),
                }),
                TicketPhase::Called { counter, times, at } => called.push((
                    at,
                    queue::Called {
                        id: ticket.id.clone(),
                        number,
                        queue: ticket.queue.clone(),
                        counter,
                        calls: times,
                    },
                )),
                TicketPhase::Served => now.served += 1,
                TicketPhase::Absent => now.absent += 1,
            }
        }
        called.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        now.called = called.into_iter().map(|(_, called)| called).collect();
        Ok(now)
    }

    /// Brings the line on the screen up to date.
    pub(super) fn refresh_line(&mut self) {
        if !matches!(&self.screen, Screen::Room(room) if matches!(**room, Room::Queue(_) | Room::Hall(_)))
        {
            return;
        }
        let line = self.line();
        let time = clock::local(clock::now()).strftime("%H:%M").to_string();
        match (self.in_room(), line) {
            (Some(Room::Queue(state)), Ok(line)) => state.show(line),
            (Some(Room::Queue(state)), Err(error)) => state.tell(Some(Notice::error(&error))),
            (Some(Room::Hall(state)), Ok(line)) => {
                state.show(line.called, line.waiting.len(), time);
            }
            _ => {}
        }
    }

    /// Whether the hall's screen is shown: it stays although nobody touches the machine.
    pub fn in_hall(&self) -> bool {
        matches!(&self.screen, Screen::Room(room) if matches!(**room, Room::Hall(_)))
    }

    /// Nobody was at the machine for long: whoever leaves the hall's screen has to log in again.
    pub fn hall_left_alone(&mut self) {
        if let Some(Room::Hall(state)) = self.in_room() {
            state.left_alone = true;
        }
    }

    pub(super) fn leave_hall(&mut self, counter: &Counter) -> Action {
        let alone = matches!(self.in_room(), Some(Room::Hall(state)) if state.left_alone);
        let task = self.go_room(Door::Queue, counter);
        if alone { Action::Lock } else { Action::Run(task) }
    }

    /// The counter is this machine's own affair: kept with its devices.
    pub(super) fn choose_seat(&mut self, seat: String, counter: &Counter) -> Action {
        if let Some(Room::Queue(state)) = self.in_room() {
            state.update(queue::Message::CounterChosen(seat.clone()));
        }
        Action::Keep(Devices { seat: Some(seat), ..counter.devices.clone() })
    }

    pub(super) fn queue(&mut self, message: queue::Message, counter: &Counter) -> Task<Message> {
        let now = clock::now();
        let action = match self.in_room() {
            Some(Room::Queue(state)) => state.update(message),
            // From the hall's screen the clerk calls with the same key.
            _ => match self.queue_room(counter) {
                Ok(mut clerk) => clerk.update(message),
                Err(_) => return Task::none(),
            },
        };
        let mut next = Task::none();
        let done = match action {
            queue::Action::None => return Task::none(),
            queue::Action::Close => return self.go_home(counter, None),
            queue::Action::Hall => {
                let office = format!("{} – {}", self.desk.office.counter, self.desk.office.name);
                self.screen = Screen::Room(Box::new(Room::Hall(hall::State::new(office))));
                Ok(())
            }
            queue::Action::Draw { queue, first } => {
                match self.desk.draw_ticket(now, queue.clone(), first) {
                    Ok(ticket) => {
                        if let Some(Room::Queue(state)) = self.in_room() {
                            state.drawn(ticket.id.clone(), line::number(&ticket), queue);
                        }
                        next = travel::focus(queue::HANDED_OVER);
                        Ok(())
                    }
                    Err(error) => Err(error),
                }
            }
            queue::Action::ShowSlip(id) => {
                match papers::slip(&self.desk, &id, now) {
                    Ok(slip) => self.over = Some(Over::Paper(Box::new(slip))),
                    Err(notice) => self.tell_line(notice),
                }
                return Task::none();
            }
            queue::Action::SaveSlip(id) => {
                return match papers::slip(&self.desk, &id, now) {
                    Ok(slip) => self.save(slip.document()),
                    Err(notice) => self.slip_failed(notice),
                };
            }
            queue::Action::PrintSlip(id) => {
                return match papers::slip(&self.desk, &id, now) {
                    Ok(slip) => self.print(slip.document(), 1),
                    Err(notice) => self.slip_failed(notice),
                };
            }
            queue::Action::Call(id, seat) => self.desk.call_ticket(now, &id, &seat),
            queue::Action::Serve(id) => self.desk.move_ticket(now, &id, TicketStep::Served),
            queue::Action::Miss(id) => self.desk.move_ticket(now, &id, TicketStep::Absent),
        };
        if let Some(Room::Queue(state)) = self.in_room() {
            state.tell(done.err().map(|error| Notice::error(&error)));
        }
        self.refresh_line();
        next
    }

    fn slip_failed(&mut self, notice: Notice) -> Task<Message> {
        self.tell_line(notice);
        Task::none()
    }

    fn tell_line(&mut self, notice: Notice) {
        if let Some(Room::Queue(state)) = self.in_room() {
            state.tell(Some(notice));
        }
    }
}
