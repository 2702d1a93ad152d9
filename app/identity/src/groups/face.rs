//! The photo in DG2.
//!
//! DG2 wraps a CBEFF template around an ISO 19794-5 or 39794-5 record, which wraps the image. The image
//! is known by its magic number and ends where its record ends; decoders ignore what may follow.

use serde::Serialize;

use crate::{
    error::{Fault, ReadError},
    tlv,
};

/// How the photo is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// JPEG
    Jpeg,
    /// JPEG 2000, as a file or a bare codestream.
    Jpeg2000,
}

/// The photo as the chip holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct Face {
    /// Its encoding.
    pub format: Format,
    /// The image file.
    pub bytes: Vec<u8>,
}

/// The photo stays out of logs.
impl std::fmt::Debug for Face {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Face({:?}, {} bytes)", self.format, self.bytes.len())
    }
}

const MAGIC: [(&[u8], Format); 3] = [
    (&[0xFF, 0xD8, 0xFF], Format::Jpeg),
    (&[0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20], Format::Jpeg2000),
    (&[0xFF, 0x4F, 0xFF, 0x51], Format::Jpeg2000),
];

/// Biometric data blocks: ISO 19794 and 39794.
const BLOCKS: [u32; 2] = [0x5F2E, 0x7F2E];

/// Finds the first photo.
pub fn face(dg2: &[u8]) -> Result<Face, ReadError> {
    let outer = tlv::single(dg2)?;
    let mut block: Option<&[u8]> = None;
    tlv::walk(outer.value, &mut |element| {
        let found = BLOCKS.contains(&element.tag);
        if found && block.is_none() {
            block = Some(element.value);
        }
        !found
    })?;
    let record = block.ok_or(Fault::Format)?;
    let image = iso_19794(record).unwrap_or(record);
    let (at, format) = (0..image.len())
        .find_map(|at| {
            MAGIC.iter().find(|(m, _)| image[at..].starts_with(m)).map(|(_, f)| (at, *f))
        })
        .ok_or(Fault::Format)?;
    Ok(Face { format, bytes: image[at..].to_vec() })
}

/// The image of the first face of an ISO 19794-5 record: a general header of 14 bytes, the length of
/// the face's data in 4, its features in 16 with their count first, 8 bytes for each feature point, and
/// 12 bytes about the image.
fn iso_19794(record: &[u8]) -> Option<&[u8]> {
    let face = record.strip_prefix(b"FAC\0")?.get(10..)?;
    let length = u32::from_be_bytes(*face.first_chunk()?) as usize;
    let face = &face[..length.min(face.len())];
    let points = usize::from(u16::from_be_bytes(*face.get(4..)?.first_chunk()?));
    let image = face.get(20 + 8 * points + 12..)?;
    MAGIC.iter().any(|(magic, _)| image.starts_with(magic)).then_some(image)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::tlv::encode;
    use proptest::prelude::*;

    const JPEG: &[u8] = &[0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3];
    const JP2: &[u8] = &[0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20, 9];

    fn record(image: &[u8], points: u16) -> Vec<u8> {
        let mut face = points.to_be_bytes().to_vec();
        face.extend([0; 14]);
        // Feature points that look like a JPEG must not be taken for one.
        face.extend([0xFF, 0xD8, 0xFF, 0, 0, 0, 0, 0].repeat(points.into()));
        face.extend([0; 12]);
        face.extend(image);
        let mut out = b"FAC\x00010\x00".to_vec();
        out.extend((face.len() as u32 + 18).to_be_bytes());
        out.extend([0, 1]);
        out.extend((face.len() as u32 + 4).to_be_bytes());
        out.extend(face);
        out
    }

    fn dg2(tag: u32, record: &[u8]) -> Vec<u8> {
        let block = [encode(0xA1, &[0x80, 0x02, 0x01, 0x01]), encode(tag, record)].concat();
        let template = [&[0x02, 0x01, 0x01][..], &encode(0x7F60, &block)].concat();
        encode(0x75, &encode(0x7F61, &template))
    }

    #[test]
    fn photos_are_found() {
        for (bytes, format, image) in [
            (dg2(0x5F2E, &record(JPEG, 0)), Format::Jpeg, JPEG.to_vec()),
            (dg2(0x5F2E, &record(JP2, 3)), Format::Jpeg2000, JP2.to_vec()),
            (dg2(0x7F2E, &encode(0xA1, JP2)), Format::Jpeg2000, JP2.to_vec()),
            (dg2(0x5F2E, &[&record(JPEG, 0)[..], &[7; 5]].concat()), Format::Jpeg, JPEG.to_vec()),
        ] {
            assert_eq!(face(&bytes).unwrap(), Face { format, bytes: image });
        }
    }

    #[test]
    fn without_a_photo_it_is_an_error() {
        for bytes in
            [dg2(0x5F2E, b"FAC\0"), dg2(0x5F2E, &record(b"GIF89a", 0)), dg2(0x04, JPEG), vec![]]
        {
            assert!(face(&bytes).is_err());
        }
    }

    proptest! {
        #[test]
        fn altered_records_are_survived(at in 0usize..100, byte in any::<u8>()) {
            let mut bytes = dg2(0x5F2E, &record(JPEG, 1));
            if let Some(slot) = bytes.get_mut(at) {
                *slot = byte;
            }
            let _ = face(&bytes);
        }
    }
}
