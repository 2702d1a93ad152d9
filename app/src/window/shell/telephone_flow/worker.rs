//! What is done away from the window's thread for a remote signature.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use iced::{Task, futures::channel::oneshot};
use reports::sign::Look;

use crate::{
    clock,
    desk::{electronic::Unsigned, telephone::Awaited},
    signing::remote::{Contract, Kept, Offered, Remote, RemoteError, Secret, Stop, wait},
    window::{notice::Notice, screen::telephone},
};

/// A document that was prepared.
pub struct Ready {
    /// The act, as it is kept.
    pub(super) awaited: Awaited,
    /// Its document, as it is kept.
    pub(super) bytes: Arc<Vec<u8>>,
}

/// How a telephone is asked.
#[derive(Clone, Copy)]
pub(super) enum Asking {
    /// For the first time.
    First,
    /// It may have been asked before.
    Resumed,
}

/// A number for each request and for each time that it is asked.
pub(super) fn number() -> u64 {
    static NUMBERS: AtomicU64 = AtomicU64::new(0);
    NUMBERS.fetch_add(1, Ordering::Relaxed)
}

/// Runs work that may wait for a person on a thread of its own: whoever closes the window does not wait for it.
pub(super) fn elsewhere<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Task<Option<T>> {
    let (sender, receiver) = oneshot::channel();
    let work = move || {
        // Nobody listens any more where the window closed.
        let _ = sender.send(work());
    };
    // Where no thread can be had nothing comes, as from one that fell.
    drop(thread::Builder::new().name(name.to_owned()).spawn(work));
    Task::future(receiver).map(Result::ok)
}

/// Makes the document of an act and makes it ready for the telephone.
pub(super) fn prepare(
    unsigned: Unsigned,
    contract: Contract,
    user: String,
    offered: Offered,
) -> Result<Arc<Ready>, Notice> {
    let pdf = unsigned.document().map_err(|error| Notice::error(&error))?;
    let (look, times) = (Look::Text(unsigned.stamp.clone()), (unsigned.at(), clock::now()));
    let kept = Kept::prepare(pdf, contract, user, offered, look, times);
    let kept = kept.map_err(|error| telephone::told(&error))?;
    let bytes = kept.write().map_err(|error| telephone::told(&error))?;
    Ok(Arc::new(Ready {
        awaited: Awaited::new(unsigned, &kept, bytes.len()),
        bytes: Arc::new(bytes),
    }))
}

/// The same document for a new request.
pub(super) fn renew(bytes: &[u8], awaited: Awaited) -> Result<Arc<Ready>, Notice> {
    let renewed = Kept::read(bytes).and_then(|kept| kept.renewed(clock::now()));
    let kept = renewed.map_err(|error| telephone::told(&error))?;
    let bytes = kept.write().map_err(|error| telephone::told(&error))?;
    Ok(Arc::new(Ready { awaited: awaited.asked(&kept, bytes.len()), bytes: Arc::new(bytes) }))
}

/// Asks and waits. The signature is checked against the chosen certificate before the file is handed back.
pub(super) fn ask(
    bytes: &[u8],
    secret: Secret,
    asking: Asking,
    stop: &Stop,
) -> Result<Arc<Vec<u8>>, RemoteError> {
    let kept = Kept::read(bytes)?;
    let remote = Remote::new(kept.contract.clone(), kept.user.clone(), secret);
    let first = match asking {
        // Nobody was asked, or it was refused at once.
        Asking::First => Ok(remote.request(&kept, stop)?),
        Asking::Resumed => remote.resume(&kept, stop),
    };
    let signature = wait(&remote, &kept, first, clock::now(), stop)?;
    Ok(Arc::new(kept.complete(&signature, None)?.0))
}
