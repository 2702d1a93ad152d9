//! Cameras: which there are, their pictures as they come, and the codes in them.
//!
//! A driver may hang and a search takes longer than a frame, so frames are taken on one thread and
//! searched on another, always the newest; neither ever waits for the window. A [`Source`] is a real
//! camera (V4L2 on Linux, Media Foundation on Windows) or a folder of pictures, which stands in for one
//! where there is none. Frames live in memory alone.

mod pictures;
mod webcam;

use std::{
    path::PathBuf,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use image::{GrayImage, Luma, RgbImage, codecs::jpeg::JpegEncoder, imageops};
use office::Explain;

use crate::{
    code::image::{Payload, Seeker},
    photo,
};

/// Where frames come from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// The system's n-th camera.
    Device(u32),
    /// A picture or a folder of pictures.
    Pictures(PathBuf),
}

/// A camera of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Camera {
    /// Where it is.
    pub place: Place,
    /// Its name, for people.
    pub name: String,
}

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CameraError {
    /// None is plugged in.
    #[error(
        "Máy này không có camera, hoặc camera chưa cắm. Hãy cắm camera rồi thử lại, hoặc dùng máy quét."
    )]
    Absent,
    /// Another program has it.
    #[error(
        "Camera đang được ứng dụng khác dùng (Zalo, Zoom, trình duyệt…). Hãy tắt camera ở ứng dụng đó rồi thử lại."
    )]
    Busy,
    /// The user may not use it.
    #[error(
        "Hệ điều hành không cho chương trình dùng camera. Hãy cho phép trong phần quyền riêng tư, hoặc nhờ người quản trị máy (trên Linux: nhóm video)."
    )]
    Denied,
    /// It stopped.
    #[error("Camera ngừng gửi hình. Chưa đọc được gì. Hãy cắm lại camera rồi thử lại.")]
    Lost,
    /// Its pictures cannot be understood.
    #[error(
        "Camera gửi hình theo dạng không đọc được. Hãy dùng camera khác, máy quét, hoặc thả ảnh chụp thẻ vào cửa sổ."
    )]
    Format,
}

impl Explain for CameraError {
    fn code(&self) -> &'static str {
        match self {
            CameraError::Absent => "IDN-70",
            CameraError::Busy => "IDN-71",
            CameraError::Denied => "IDN-72",
            CameraError::Lost => "IDN-73",
            CameraError::Format => "IDN-74",
        }
    }

    fn english(&self) -> String {
        match self {
            CameraError::Absent => "There is no camera. Plug one in or use a scanner.",
            CameraError::Busy => "Another application uses the camera. Close it there.",
            CameraError::Denied => "The system forbids the camera (Linux: group video).",
            CameraError::Lost => "The camera stopped sending pictures. Plug it in again.",
            CameraError::Format => "The camera's picture format is not understood.",
        }
        .into()
    }
}

/// One picture.
pub struct Frame(RgbImage);

impl Frame {
    /// Width and height in pixels, and the pixels as RGBA, scaled down to fit `side`.
    pub fn preview(&self, side: u32) -> (u32, u32, Vec<u8>) {
        let (width, height) = self.0.dimensions();
        let longest = width.max(height).max(1);
        let fit = |length: u32| (length * side.min(longest) / longest).max(1);
        let small = imageops::thumbnail(&self.0, fit(width), fit(height));
        let pixels = small.pixels().flat_map(|pixel| {
            let [red, green, blue] = pixel.0;
            [red, green, blue, 255]
        });
        (small.width(), small.height(), pixels.collect())
    }

    /// The picture as a JPEG file.
    pub fn jpeg(&self) -> Result<Vec<u8>, CameraError> {
        const QUALITY: u8 = 90;
        let mut file = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut file, QUALITY);
        encoder.encode_image(&self.0).map_err(|_| CameraError::Format)?;
        Ok(file)
    }

    fn grey(&self) -> GrayImage {
        GrayImage::from_fn(self.0.width(), self.0.height(), |x, y| {
            let [red, green, blue] = self.0.get_pixel(x, y).0.map(u32::from);
            // ITU-R BT.601, in 1/256.
            let light = (77 * red + 150 * green + 29 * blue) / 256;
            Luma([u8::try_from(light).unwrap_or(u8::MAX)])
        })
    }
}

/// What gives frames. It blocks until the next one is there.
pub trait Source {
    /// The next frame.
    fn frame(&mut self) -> Result<Frame, CameraError>;
}

/// The cameras of this machine; `pictures` stands in for them.
pub fn cameras(pictures: Option<PathBuf>) -> Vec<Camera> {
    match pictures {
        Some(path) => pictures::camera(path).into_iter().collect(),
        None => webcam::cameras(),
    }
}

/// Opens a camera. The source stays on the thread that opened it.
pub fn open(place: &Place) -> Result<Box<dyn Source>, CameraError> {
    match place {
        Place::Device(number) => webcam::open(*number),
        Place::Pictures(path) => pictures::open(path),
    }
}

/// What the camera sees.
pub enum Seen {
    /// A picture.
    Frame(Arc<Frame>),
    /// The text of a code; told again only after another code or none was seen.
    Code(String),
}

/// How long after one search for a machine readable zone the next may begin: it costs far more than a
/// code's.
const ZONE_PAUSE: Duration = Duration::from_millis(600);

/// Looks for codes in every frame and for a machine readable zone in some.
struct Search {
    seeker: Seeker,
    zone_after: Instant,
}

impl Search {
    fn new() -> Self {
        Self { seeker: Seeker::new(), zone_after: Instant::now() }
    }

    /// The text of a frame's code, or the lines of a zone of which no character is doubtful: the next
    /// frame may be clearer.
    fn seek(&mut self, frame: &Frame) -> Option<String> {
        let grey = frame.grey();
        if let Some(Payload::Text(text)) = self.seeker.frame(&grey) {
            return Some(text);
        }
        if Instant::now() < self.zone_after {
            return None;
        }
        let zone = photo::read_frame(&grey).ok().filter(|zone| zone.doubtful.is_empty());
        self.zone_after = Instant::now() + ZONE_PAUSE;
        zone.map(|zone| zone.text())
    }
}

/// Watches until `stopped`; blocks, so it wants a thread of its own. `tell` is called from two threads.
pub fn watch(
    place: &Place,
    stopped: &(dyn Fn() -> bool + Sync),
    tell: &(dyn Fn(Seen) + Sync),
) -> Result<(), CameraError> {
    let mut source = open(place)?;
    let newest = Newest::default();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut search = Search::new();
            let mut last = None;
            while let Some(frame) = newest.take() {
                let found = search.seek(&frame);
                if let Some(code) = found.as_ref().filter(|_| found != last) {
                    tell(Seen::Code(code.clone()));
                }
                last = found;
            }
        });
        let mut taken = || {
            let frame = Arc::new(source.frame()?);
            tell(Seen::Frame(frame.clone()));
            newest.put(frame);
            Ok(())
        };
        let mut result = Ok(());
        while result.is_ok() && !stopped() {
            result = taken();
        }
        newest.end();
        result
    })
}

/// The newest frame that was not looked at yet.
#[derive(Default)]
struct Newest {
    slot: Mutex<Slot>,
    changed: Condvar,
}

#[derive(Default)]
struct Slot {
    frame: Option<Arc<Frame>>,
    ended: bool,
}

impl Newest {
    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, frame: Arc<Frame>) {
        self.slot().frame = Some(frame);
        self.changed.notify_one();
    }

    fn end(&self) {
        self.slot().ended = true;
        self.changed.notify_one();
    }

    /// Waits for a frame; `None` when there will be no more.
    fn take(&self) -> Option<Arc<Frame>> {
        let waiting = |slot: &mut Slot| slot.frame.is_none() && !slot.ended;
        let slot = self.changed.wait_while(self.slot(), waiting);
        let mut slot = slot.unwrap_or_else(PoisonError::into_inner);
        if slot.ended { None } else { slot.frame.take() }
    }
}

#[cfg(test)]
mod tests;
