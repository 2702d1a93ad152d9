//! A copy waits for the telephone: behind a lock its form is closed, and nothing else is done with its draft.

use super::{pages::white, *};
use crate::{
    desk::{electronic_tests::asked, lines::DraftId, telephone::Awaited},
    window::screen::home::Begun,
};

impl Counted {
    /// The form of a copy, with its request over it.
    fn at_request() -> (Self, DraftId) {
        let mut at = Self::at_copy();
        let id = at.draft();
        let desk = &mut at.shell.desk;
        let page = desk.keep_page(&id, &white()).unwrap();
        let todo = asked(desk, 1);
        let unsigned = desk.prepare_copy(clock::now(), todo, &id, &[page]).unwrap();
        desk.keep_awaited(&Awaited::of(unsigned)).unwrap();
        at.shell.keep_draft();
        at.shell.find_waiting();
        (at, id)
    }

    fn shows_request(&mut self) -> bool {
        matches!(self.shell.over.take(), Some(Over::Telephone))
    }
}

#[test]
fn a_lock_closes_the_form_of_what_waits() {
    let (mut at, id) = Counted::at_request();
    assert!(at.shell.act_form().is_some());
    at.shell.forget_passwords(&at.counter);
    assert!(matches!(at.shell.screen, Screen::Home(_)) && at.shell.over.is_none());
    assert_eq!(at.shell.waiting_draft(), Some(&id), "it waits behind the lock");
    at.press(Pressed::F(9));
    drop(at.shell.resume_line(&id, &at.counter));
    assert!(at.shows_request() && at.shell.act_form().is_none());
}

#[test]
fn what_waits_is_not_handed_on_nor_put_aside() {
    let (mut at, id) = Counted::at_request();
    at.shell.over = None;
    let todo = asked(&at.shell.desk, 1);
    drop(at.shell.hand_on(todo, &id, &[], None, &at.counter));
    assert!(at.shows_request());
    at.shell.put_aside(&Begun::Line(id), Some(clock::local(clock::now())));
    assert!(at.shows_request() && at.shell.thrown_away().is_none());
    assert!(at.shell.desk.awaited().unwrap().is_some());
}
