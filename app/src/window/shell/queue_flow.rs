//! The waiting line: tickets are drawn, called, served; the hall's screen follows by itself.

use iced::Task;
use ledger::{EventKind, LedgerError, TicketPhase};
use office::ticket::TicketStep;
use widgets::travel;

use super::{Action, Counter, Message, Over, Screen, Shell};
use crate::{
    clock,
    desk::line,
    devices::Devices,
    window::{
        notice::Notice,
        papers,
        screen::{Shown, hall, queue},
    },
};

impl Shell {
    /// Opens the waiting line.
    pub(super) fn go_queue(&mut self, counter: &Counter) -> Task<Message> {
        let line = self.queue_room(counter);
        self.enter(line, counter)
    }

    fn queue_room(&self, counter: &Counter) -> Result<queue::State, LedgerError> {
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
        if !matches!(&self.screen, Screen::Queue(_) | Screen::Hall(_)) {
            return;
        }
        let line = self.line();
        let time = clock::local(clock::now()).strftime("%H:%M").to_string();
        match (&mut self.screen, line) {
            (Screen::Queue(state), Ok(line)) => state.show(line),
            (Screen::Queue(state), Err(error)) => state.tell(Notice::error(&error)),
            (Screen::Hall(state), Ok(line)) => {
                state.show(line.called, line.waiting.len(), time);
            }
            (Screen::Hall(state), Err(error)) => state.tell(Notice::error(&error)),
            _ => {}
        }
    }

    /// Whether the hall's screen is shown: it stays although nobody touches the machine.
    pub fn in_hall(&self) -> bool {
        matches!(self.screen, Screen::Hall(_))
    }

    /// Nobody was at the machine for long: whoever leaves the hall's screen has to log in again.
    pub fn hall_left_alone(&mut self) {
        if let Screen::Hall(state) = &mut self.screen {
            state.left_alone = true;
        }
    }

    pub(super) fn hall(&mut self, message: hall::Message, counter: &Counter) -> Action {
        match message {
            // The clerk calls with the same key as from the line.
            hall::Message::NextCalled => self.queue(queue::Message::NextCalled, counter),
            hall::Message::Left => self.leave_hall(counter),
        }
    }

    fn leave_hall(&mut self, counter: &Counter) -> Action {
        let alone = matches!(&self.screen, Screen::Hall(state) if state.left_alone);
        let task = self.go_queue(counter);
        if alone { Action::Lock } else { Action::Run(task) }
    }

    /// The counter is this machine's own affair: kept with its devices.
    fn choose_seat(&mut self, seat: String, counter: &Counter) -> Action {
        if let Screen::Queue(state) = &mut self.screen {
            state.update(queue::Message::CounterChosen(seat.clone()));
        }
        Action::Keep(Devices { seat: Some(seat), ..counter.devices.clone() })
    }

    pub(super) fn queue(&mut self, message: queue::Message, counter: &Counter) -> Action {
        match message {
            queue::Message::CounterChosen(seat) => self.choose_seat(seat, counter),
            message => Action::Run(self.in_line(message, counter)),
        }
    }

    fn in_line(&mut self, message: queue::Message, counter: &Counter) -> Task<Message> {
        let now = clock::now();
        let action = match &mut self.screen {
            Screen::Queue(state) => state.update(message),
            // From the hall's screen the clerk calls with the same key.
            _ => match self.queue_room(counter) {
                Ok(mut clerk) => clerk.update(message),
                Err(error) => {
                    self.tell_line(Notice::error(&error));
                    return Task::none();
                }
            },
        };
        let mut next = Task::none();
        let done = match action {
            queue::Action::None => return Task::none(),
            queue::Action::Close => return self.go_home(counter),
            queue::Action::Hall => {
                let office = format!("{} – {}", self.desk.office.counter, self.desk.office.name);
                self.screen = hall::State::new(office).into();
                Ok(())
            }
            queue::Action::Draw { queue, first } => {
                match self.desk.draw_ticket(now, queue.clone(), first) {
                    Ok(ticket) => {
                        if let Screen::Queue(state) = &mut self.screen {
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
        if let Screen::Queue(state) = &mut self.screen {
            state.say(done.err().map(|error| Notice::error(&error)));
        }
        self.refresh_line();
        next
    }

    fn slip_failed(&mut self, notice: Notice) -> Task<Message> {
        self.tell_line(notice);
        Task::none()
    }

    fn tell_line(&mut self, notice: Notice) {
        match &mut self.screen {
            Screen::Queue(state) => state.tell(notice),
            Screen::Hall(state) => state.tell(notice),
            _ => {}
        }
    }
}
