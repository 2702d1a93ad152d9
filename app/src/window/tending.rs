//! Read models that lag behind are taken on while the window works, behind a locked window too.
//!
//! The ledger's part is done on the window's thread, in slices so short that a key waits for none, with longer rests
//! between them. What failed is tried again with the next beat.

use std::time::Duration;

use iced::Task;

use super::{App, Message};

/// How long a slice takes.
const SLICE: Duration = Duration::from_millis(6);
/// How long the window has its thread to itself then.
const REST: Duration = Duration::from_millis(12);

impl App {
    /// Begins where something lags behind and nothing is being done about it.
    pub(super) fn tend(&mut self) -> Task<Message> {
        let lags = self.shell().is_some_and(|shell| {
            shell.lagging.is_none() && matches!(shell.desk.ledger.lagging(), Ok(Some(_)))
        });
        if lags { self.tended() } else { Task::none() }
    }

    /// Does the next slice.
    pub(super) fn tended(&mut self) -> Task<Message> {
        let Some(shell) = self.shell() else { return Task::none() };
        shell.lagging = shell.desk.ledger.tend(SLICE).unwrap_or_default();
        match shell.lagging {
            Some(_) => Task::future(tokio::time::sleep(REST)).map(|()| Message::Tended),
            None => Task::none(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use iced::Size;
    use widgets::{Mode, hand::Hand};

    use super::*;
    use crate::{
        desk::tests::desk,
        window::{Stage, counter::Counter, shell::Shell},
    };

    /// What a rebuild left for later is done by the window by itself, at its next beat.
    #[test]
    fn what_lags_behind_is_taken_on_while_the_window_stands() {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = desk(folder.path());
        ledger::bench::rebuild(&mut desk.ledger).unwrap();
        let (law, counter) = (desk.law.clone(), Counter::default());
        let (shell, _) = Shell::new(desk, &counter);
        let mut app = App::at(Stage::Desk(Box::new(shell)), law, counter, Mode::Light);
        let lags = |app: &mut App| app.shell().unwrap().desk.ledger.lagging().unwrap().is_some();
        assert!(lags(&mut app));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let _entered = runtime.enter();
        let mut hand = Hand::new(Size::new(1366.0, 768.0));
        let mut tasks = vec![app.beat(false)];
        while let Some(task) = tasks.pop() {
            let said = hand.run(|| app.view(), task);
            tasks.extend(said.into_iter().map(|said| app.update(said)));
        }
        assert!(!lags(&mut app));
        assert_eq!(app.shell().unwrap().lagging, None);
    }
}
