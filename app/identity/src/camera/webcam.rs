//! A camera of the system.

use image::{ImageFormat, RgbImage};
use nokhwa::{
    NokhwaError,
    pixel_format::RgbFormat,
    query,
    utils::{
        ApiBackend, CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType,
        Resolution,
    },
};

use super::{Camera, CameraError, Frame, Place, Source};

/// What is asked for, or what comes nearest: enough for the dense code of a card a hand's breadth away.
const WANTED: (u32, u32, u32) = (1280, 720, 15);
/// Cameras that are listed.
const MOST: usize = 16;

struct Webcam(nokhwa::Camera);

pub(super) fn cameras() -> Vec<Camera> {
    let found = query(ApiBackend::Auto).unwrap_or_default();
    let camera = |info: nokhwa::utils::CameraInfo| {
        let number = info.index().as_index().ok()?;
        Some(Camera { place: Place::Device(number), name: info.human_name() })
    };
    let mut cameras: Vec<Camera> = found.into_iter().filter_map(camera).take(MOST).collect();
    // One camera may show itself as several devices; the first of a name is the one with pictures.
    cameras.sort_by_key(|camera| match camera.place {
        Place::Device(number) => number,
        Place::Pictures(_) => u32::MAX,
    });
    let mut names: Vec<String> = Vec::new();
    cameras.retain(|camera| {
        let new = !names.contains(&camera.name);
        names.push(camera.name.clone());
        new
    });
    cameras
}

pub(super) fn open(number: u32) -> Result<Box<dyn Source>, CameraError> {
    let (width, height, rate) = WANTED;
    let mut last = CameraError::Format;
    for format in [FrameFormat::MJPEG, FrameFormat::YUYV, FrameFormat::NV12] {
        let wanted = CameraFormat::new(Resolution::new(width, height), format, rate);
        let kind = RequestedFormatType::Closest(wanted);
        let formats = [format];
        let request = RequestedFormat::with_formats(kind, &formats);
        let opened = nokhwa::Camera::new(CameraIndex::Index(number), request)
            .and_then(|mut camera| camera.open_stream().map(|()| camera));
        match opened {
            Ok(camera) => return Ok(Box::new(Webcam(camera))),
            Err(error) => last = why(&error),
        }
        if last != CameraError::Format {
            break;
        }
    }
    Err(last)
}

impl Source for Webcam {
    fn frame(&mut self) -> Result<Frame, CameraError> {
        let buffer = self.0.frame().map_err(|_| CameraError::Lost)?;
        let picture: Option<RgbImage> = match buffer.source_frame_format() {
            FrameFormat::MJPEG => {
                image::load_from_memory_with_format(buffer.buffer(), ImageFormat::Jpeg)
                    .ok()
                    .map(|picture| picture.into_rgb8())
            }
            _ => buffer.decode_image::<RgbFormat>().ok().and_then(|picture| {
                RgbImage::from_raw(picture.width(), picture.height(), picture.into_raw())
            }),
        };
        picture.map(Frame).ok_or(CameraError::Format)
    }
}

/// The library tells the system's error in words only.
pub(super) fn why(error: &NokhwaError) -> CameraError {
    let words = error.to_string().to_lowercase();
    let says = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    if says(&["os error 16", "busy", "in use"]) {
        CameraError::Busy
    } else if says(&["os error 13", "permission", "denied"]) {
        CameraError::Denied
    } else if says(&["os error 2)", "os error 19", "no such"]) {
        CameraError::Absent
    } else {
        CameraError::Format
    }
}
