//! A camera that runs while its dialog is open.

use std::sync::{Arc, Mutex, PoisonError, atomic::Ordering};

use iced::{
    Task,
    futures::{SinkExt, channel::mpsc, executor::block_on},
    stream,
    widget::image::Handle,
};
use identity::camera::{self, CameraError, Frame, Place, Seen};

use super::scans::Wanted;

/// The longer side of the preview, in pixels.
const SIDE: u32 = 560;

/// Width, height and pixels (RGBA) of a picture that the window did not take yet.
type Newest = Arc<Mutex<Option<(u32, u32, Vec<u8>)>>>;

/// What the camera tells.
#[derive(Clone, Debug)]
pub enum Told {
    /// There is a newer picture.
    Picture,
    /// A code was seen.
    Code(String),
    /// It ended; with the reason, if nobody stopped it.
    Ended(Option<CameraError>),
}

/// The newest frame, whole.
type Whole = Arc<Mutex<Option<Arc<Frame>>>>;

/// A running camera. Dropping it stops the camera.
pub struct Live {
    newest: Newest,
    whole: Whole,
    _wanted: Wanted,
}

impl Live {
    /// The newest picture, if it was not taken yet.
    pub fn picture(&self) -> Option<Handle> {
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner).take();
        newest.map(|(width, height, pixels)| Handle::from_rgba(width, height, pixels))
    }

    /// The newest picture as a JPEG file, in the camera's full size.
    pub fn still(&self) -> Option<Result<Vec<u8>, CameraError>> {
        let whole = self.whole.lock().unwrap_or_else(PoisonError::into_inner).clone();
        whole.map(|frame| frame.jpeg())
    }
}

/// Starts a camera. The pictures wait in the [`Live`]; the task only says that there is a new one, so a
/// slow window skips pictures and the camera never waits.
pub fn start(place: Place) -> (Live, Task<Told>) {
    let wanted = Wanted::default();
    let ended = wanted.0.clone();
    let newest = Newest::default();
    let slot = newest.clone();
    let whole = Whole::default();
    let whole_slot = whole.clone();
    let told = stream::channel(1, async move |mut sender: mpsc::Sender<Told>| {
        let watcher = sender.clone();
        // A thread of its own and not one of the pool: a driver may never come back.
        let (done, end) = iced::futures::channel::oneshot::channel();
        std::thread::spawn(move || {
            let result = camera::watch(&place, &|| ended.load(Ordering::Relaxed), &|seen| {
                let mut sender = watcher.clone();
                match seen {
                    Seen::Frame(frame) => {
                        let picture = frame.preview(SIDE);
                        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(picture);
                        *whole_slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(frame);
                        // A full channel holds the same word already.
                        let _ = sender.try_send(Told::Picture);
                    }
                    // A closed dialog does not want the code.
                    Seen::Code(code) => drop(block_on(sender.send(Told::Code(code)))),
                }
            });
            let _ = done.send(result);
        });
        // A thread that ends without a word has failed, whatever its reason.
        let problem = end.await.unwrap_or(Err(CameraError::Lost)).err();
        let _ = sender.send(Told::Ended(problem)).await;
    });
    (Live { newest, whole, _wanted: wanted }, Task::stream(told))
}
