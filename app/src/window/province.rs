//! Whether the way to the province is open, tried off the window's thread.

use std::{sync::Arc, time::Duration};

use iced::{
    futures::{SinkExt, Stream, channel::mpsc},
    stream,
};
use sync::Link;

/// How often it is tried.
const EVERY: Duration = Duration::from_secs(30);
/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Tries the way to the province again and again and tells how it changes.
pub fn watch(gateway: &Arc<str>) -> impl Stream<Item = Link> + use<> {
    let gateway = gateway.clone();
    stream::channel(1, async move |mut sender: mpsc::Sender<Link>| {
        let mut known = None;
        loop {
            let gateway = gateway.clone();
            let tried = tokio::task::spawn_blocking(move || sync::link(Some(&gateway), PATIENCE));
            if let Ok(link) = tried.await
                && known.replace(link) != Some(link)
                && sender.send(link).await.is_err()
            {
                return;
            }
            tokio::time::sleep(EVERY).await;
        }
    })
}
