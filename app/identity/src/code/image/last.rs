//! The last resort on still pictures: the `rqrr` crate, another reader with other faults.
//!
//! It is asked where every way of ours found nothing: of sharp pictures taken aslant it reads some that ours
//! does not (`examples/qr.rs`). It reads hard modules and asserts on some corners, so it runs in a guard
//! against its panics, on pictures of bounded size, and only text counts as read.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
};

use image::GrayImage;

use super::Payload;

/// Largest picture given to it, in pixels: it has no limit of its own on time.
const MAX_PIXELS: u32 = 4_000_000;
/// Most codes taken from one picture.
const MAX_CODES: usize = 8;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic on this thread now is caught here and only means that nothing was read: a program's
/// panic hook has nothing to say then.
pub fn is_guarded() -> bool {
    GUARDED.get()
}

/// The codes that it reads; empty where it panics.
pub(super) fn read(picture: &GrayImage) -> Vec<Payload> {
    if picture.width().saturating_mul(picture.height()) > MAX_PIXELS {
        return Vec::new();
    }
    GUARDED.set(true);
    let texts = catch_unwind(AssertUnwindSafe(|| texts(picture)));
    GUARDED.set(false);
    texts.unwrap_or_default().into_iter().map(Payload::Text).collect()
}

fn texts(picture: &GrayImage) -> Vec<String> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let row = |y: usize| y * width;
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        picture.as_raw()[row(y) + x]
    });
    let grids = prepared.detect_grids();
    let codes = grids.iter().take(MAX_CODES).filter_map(|grid| {
        let mut bytes = Vec::new();
        grid.decode_to(&mut bytes).ok()?;
        String::from_utf8(bytes).ok().filter(|text| !text.is_empty())
    });
    codes.collect()
}

#[cfg(test)]
mod tests {
    use image::Luma;

    use super::{super::tests::draw, *};

    #[test]
    fn a_plain_code_is_read_and_a_huge_picture_is_left() {
        let code = draw("Kính gửi ông Nguyễn Văn A".as_bytes(), 4);
        assert_eq!(read(&code), [Payload::Text("Kính gửi ông Nguyễn Văn A".into())]);
        // What is no text is left to the reader that proves each block.
        assert_eq!(read(&draw(&[0xFF, 0xFE, 0x01], 4)), []);
        assert_eq!(read(&GrayImage::from_pixel(4_000, 4_000, Luma([200]))), []);
        assert!(!is_guarded());
    }
}
