#![allow(clippy::unwrap_used)]
use proptest::prelude::*;

use super::*;
use crate::{
    book::{BookId, Issued, Period},
    fixture::time,
};

fn ticket(number: u32, queue: &str, first: bool) -> Ticket {
    let at = time("2026-11-23 07:30");
    let series = Period::Day.series(BookId::TICKET, at.date());
    Ticket {
        id: TicketId(format!("t{number:03}")),
        number: if number == 0 {
            Number::Pending { series }
        } else {
            Number::Issued(Issued { series, value: number, epoch: 1 })
        },
        queue: queue.into(),
        first,
        at,
    }
}

#[test]
fn the_line_of_a_morning() {
    let waiting = [
        ticket(4, "Chứng thực", false),
        ticket(1, "Hộ tịch", false),
        ticket(3, "Hộ tịch", true),
        ticket(2, "", false),
        ticket(0, "Hộ tịch", false),
    ];
    let called = |queue: &str| next(&waiting, queue).map(|t| t.id.0.clone());
    assert_eq!(called("Hộ tịch").as_deref(), Some("t003"), "ahead by law");
    assert_eq!(called("Chứng thực").as_deref(), Some("t002"), "comes for anything");
    assert_eq!(called("").as_deref(), Some("t003"));
    for (ticket, before) in waiting.iter().zip([1, 1, 0, 2, 3]) {
        assert_eq!(ahead(&waiting, ticket), before, "{}", ticket.id.0);
    }
    assert_eq!(next(&[], ""), None);
}

#[test]
fn only_tickets_that_nobody_called_wait() {
    assert!(waits(&[]));
    for step in [TicketStep::Called("Quầy 1".into()), TicketStep::Served, TicketStep::Absent] {
        assert!(!waits(&[step]));
    }
}

#[test]
fn waiting_is_counted_in_rounds() {
    for (people, counters, minutes) in
        [(0, 2, Some(0)), (1, 2, Some(10)), (2, 2, Some(10)), (5, 2, Some(30)), (1, 0, None)]
    {
        assert_eq!(minutes_to_wait(people, counters, 10), minutes);
    }
    assert_eq!(minutes_to_wait(usize::MAX, 1, 10), None);
}

proptest! {
    #[test]
    fn calling_one_after_the_other_serves_everybody_in_order(
        people in prop::collection::vec((0u8..3, any::<bool>()), 0..30),
    ) {
        let queues = ["", "Hộ tịch", "Chứng thực"];
        let mut waiting: Vec<Ticket> = (1..).zip(&people)
            .map(|(n, (queue, first))| ticket(n, queues[usize::from(*queue)], *first)).collect();
        let mut called: Vec<Ticket> = Vec::new();
        while let Some(one) = next(&waiting, "").cloned() {
            prop_assert!(waiting.iter().all(|t| !t.first) || one.first);
            prop_assert_eq!(ahead(&waiting, &one), 0);
            waiting.retain(|t| t.id != one.id);
            called.push(one);
        }
        prop_assert_eq!(called.len(), people.len());
        prop_assert!(called.windows(2).all(|w| order(&w[0], &w[1]) == Ordering::Less));
    }
}
