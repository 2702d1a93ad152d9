//! Pictures in place of a camera, one after the other, round and round.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use image::{ImageReader, Limits, RgbImage};

use super::{Camera, CameraError, Frame, Place, Source};

/// Time between two frames.
const BEAT: Duration = Duration::from_millis(100);
/// Frames that one picture lasts.
const STAY: usize = 5;
/// Pictures taken from one folder.
const MOST: usize = 100;
/// Largest width and height, in pixels.
const SIDE: u32 = 4_096;

struct Pictures {
    files: Vec<PathBuf>,
    beat: usize,
    shown: Option<RgbImage>,
}

pub(super) fn camera(path: PathBuf) -> Option<Camera> {
    let name = format!("Ảnh trong {}", path.display());
    path.exists().then_some(Camera { place: Place::Pictures(path), name })
}

pub(super) fn open(path: &Path) -> Result<Box<dyn Source>, CameraError> {
    let mut files = if path.is_dir() {
        let listed = std::fs::read_dir(path).map_err(|_| CameraError::Absent)?;
        listed.take(MOST).flatten().map(|entry| entry.path()).filter(|p| p.is_file()).collect()
    } else {
        vec![path.to_path_buf()]
    };
    files.sort();
    if files.is_empty() {
        return Err(CameraError::Lost);
    }
    Ok(Box::new(Pictures { files, beat: 0, shown: None }))
}

impl Source for Pictures {
    fn frame(&mut self) -> Result<Frame, CameraError> {
        if self.beat > 0 {
            std::thread::park_timeout(BEAT);
        }
        if self.beat.is_multiple_of(STAY) {
            let file = self.files.get(self.beat / STAY % self.files.len());
            self.shown = Some(load(file.ok_or(CameraError::Lost)?)?);
        }
        self.beat += 1;
        self.shown.clone().map(Frame).ok_or(CameraError::Lost)
    }
}

fn load(path: &Path) -> Result<RgbImage, CameraError> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE);
    limits.max_image_height = Some(SIDE);
    let reader = ImageReader::open(path).and_then(ImageReader::with_guessed_format);
    let mut reader = reader.map_err(|_| CameraError::Lost)?;
    reader.limits(limits);
    reader.decode().map(|picture| picture.into_rgb8()).map_err(|_| CameraError::Format)
}
