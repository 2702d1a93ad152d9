#![allow(clippy::unwrap_used)]

use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use image::Rgb;
use nokhwa::NokhwaError;

use super::*;

const TEXT: &str = "001099000123||NGUYEN VAN A|02011999|Nam|Xa Hop Thanh, tinh Lao Cai|10052022";

/// A picture with a code, a quarter of it wide, or without one.
fn picture(path: &Path, code: Option<&str>) {
    let mut picture = RgbImage::from_pixel(1280, 720, Rgb([200, 190, 180]));
    if let Some(text) = code {
        let code = qrcode::QrCode::new(text).unwrap();
        let side = code.width() as u32;
        for (x, y) in (0..side).flat_map(|y| (0..side).map(move |x| (x, y))) {
            let dark = code[(x as usize, y as usize)] == qrcode::Color::Dark;
            for (dx, dy) in (0..36).map(|n| (n % 6, n / 6)) {
                let light = if dark { 20 } else { 240 };
                picture.put_pixel(400 + 6 * x + dx, 150 + 6 * y + dy, Rgb([light; 3]));
            }
        }
    }
    picture.save(path).unwrap();
}

#[test]
fn a_code_that_comes_into_sight_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    picture(&folder.path().join("1.png"), None);
    picture(&folder.path().join("2.jpg"), Some(TEXT));
    let place = Place::Pictures(folder.path().to_path_buf());
    let (frames, codes) = (Mutex::new(0), Mutex::new(Vec::new()));
    let enough = AtomicBool::new(false);
    let result = watch(&place, &|| enough.load(Ordering::Relaxed), &|seen| match seen {
        Seen::Frame(frame) => {
            assert_eq!(frame.preview(320), {
                let (_, _, pixels) = frame.preview(320);
                (320, 180, pixels)
            });
            let mut frames = frames.lock().unwrap();
            *frames += 1;
            // Two rounds of both pictures; a slow machine may need more to see the code.
            let seen = codes.lock().unwrap().len();
            if (*frames >= 20 && seen > 0) || *frames > 200 {
                enough.store(true, Ordering::Relaxed);
            }
        }
        Seen::Code(code) => codes.lock().unwrap().push(code),
    });
    assert_eq!(result, Ok(()));
    let (frames, codes) = (frames.into_inner().unwrap(), codes.into_inner().unwrap());
    assert!(codes.iter().all(|code| code == TEXT) && !codes.is_empty());
    // The code is in sight for five frames in ten.
    assert!(codes.len() <= frames / 10 + 1, "{} times in {frames} frames", codes.len());
}

#[test]
fn what_is_no_camera_is_told_in_words() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(cameras(Some(folder.path().join("none"))), []);
    let place = Place::Pictures(folder.path().to_path_buf());
    assert_eq!(open(&place).err(), Some(CameraError::Lost), "an empty folder");
    std::fs::write(folder.path().join("1.jpg"), b"no picture").unwrap();
    assert_eq!(open(&place).unwrap().frame().err(), Some(CameraError::Format));
    let system = |words: &str| NokhwaError::OpenStreamError(words.into());
    for (words, error) in [
        ("Device or resource busy (os error 16)", CameraError::Busy),
        ("Permission denied (os error 13)", CameraError::Denied),
        ("No such file or directory (os error 2)", CameraError::Absent),
        ("No such device (os error 19)", CameraError::Absent),
        ("Invalid argument (os error 22)", CameraError::Format),
    ] {
        assert_eq!(webcam::why(&system(words)), error, "{words}");
    }
}

#[test]
fn a_still_is_a_jpeg_of_the_whole_frame() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("1.png");
    picture(&path, Some(TEXT));
    let frame = open(&Place::Pictures(path)).unwrap().frame().unwrap();
    let still =
        image::load_from_memory_with_format(&frame.jpeg().unwrap(), image::ImageFormat::Jpeg);
    let still = still.unwrap();
    assert_eq!((still.width(), still.height()), (1280, 720));
    assert_eq!(crate::code::image::decode_image(&frame.jpeg().unwrap()).unwrap().len(), 1);
}
