//! A stack of sheets on its way from the scanner's feeder to the open screen.

use std::sync::atomic::Ordering;

use iced::{
    Task,
    futures::{SinkExt, channel::mpsc, executor::block_on},
    stream,
};

use super::{notice::Notice, scans::Wanted};
use crate::{
    page::Taken,
    scan::feeder::{self, Sides},
};

/// What comes of it.
#[derive(Clone, Debug)]
pub enum Told {
    /// A page, or why it is none.
    Page(Result<Box<Taken>, Notice>),
    /// The stack is over.
    Ended {
        /// Both sides were asked for and the scanner has no way to.
        one_sided: bool,
        /// Why it did not end with an empty feeder.
        trouble: Option<Notice>,
    },
}

/// Starts the feeder; `first` is the how manieth page comes next. Dropping what is returned stops it.
pub fn start(sides: Sides, first: usize) -> (Wanted, Task<Told>) {
    let wanted = Wanted::default();
    let left = wanted.0.clone();
    let told = stream::channel(1, async move |sender: mpsc::Sender<Told>| {
        // A thread of its own and not one of the pool: a scanner takes minutes.
        std::thread::spawn(move || {
            let mut sender = sender;
            let mut place = first;
            let is_wanted = || !left.load(Ordering::Relaxed);
            let ended = {
                let sender = &mut sender;
                feeder::feed(sides, &is_wanted, &mut |page| {
                    // Made straight while the scanner goes on with the next.
                    let page = page.and_then(|scan| Taken::of(scan, place));
                    place += usize::from(page.is_ok());
                    let page = page.map(Box::new).map_err(|error| Notice::error(&error));
                    // A window that is gone wants no more pages.
                    is_wanted() && block_on(sender.send(Told::Page(page))).is_ok()
                })
            };
            let trouble = ended.trouble.map(|error| Notice::error(&error));
            let _ = block_on(sender.send(Told::Ended { one_sided: ended.one_sided, trouble }));
        });
    });
    (wanted, Task::stream(told))
}
