//! The photo in DG2.
//!
//! DG2 wraps one or more biometric templates around records of ISO 19794-5, which have a binary layout,
//! or of ISO 39794-5, which is DER. The first record that holds an image gives the photo. The image is
//! known by its magic number within the field that the record gives to it; it ends where that field
//! ends, and decoders ignore what may follow.

use pki::tlv;
use serde::Serialize;

use crate::error::{Fault, ReadError};

/// How the photo is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// JPEG
    Jpeg,
    /// JPEG 2000, as a file or a bare codestream.
    #[serde(rename = "jp2")]
    Jpeg2000,
}

impl Format {
    /// The format of an image file, by its magic number.
    pub fn of(image: &[u8]) -> Option<Self> {
        MAGIC.iter().find(|(magic, _)| image.starts_with(magic)).map(|(_, format)| *format)
    }
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

/// Biometric data blocks (ISO 7816-11): as octets, and as a template.
const BLOCKS: [u32; 2] = [0x5F2E, 0x7F2E];
/// Octets before the image that some records leave in its field.
const MAX_LEAD: usize = 64;

/// Finds the first photo.
///
/// Errors: broken TLV, or no record with an image.
pub fn face(dg2: &[u8]) -> Result<Face, ReadError> {
    let outer = tlv::single(dg2)?;
    let mut found = None;
    tlv::walk(outer.value, &mut |element| {
        let block = BLOCKS.contains(&element.tag);
        if block && found.is_none() {
            found = match element.value.strip_prefix(b"FAC\0") {
                Some(record) => iso_19794(record).and_then(image),
                None => iso_39794(element.value),
            };
        }
        !block
    })?;
    found.ok_or(Fault::Format.into())
}

/// The image of the first face of an ISO 19794-5 record, after its magic: a version of 4 bytes, the
/// record's length in 4 and the number of faces in 2; then the face's length in 4, its features in 16
/// with their count first, 8 bytes for each feature point, and 12 bytes about the image. Lengths beyond
/// the record end with it.
fn iso_19794(record: &[u8]) -> Option<&[u8]> {
    let faces = u16::from_be_bytes(*record.get(8..)?.first_chunk()?);
    let face = record.get(10..).filter(|_| faces > 0)?;
    let length = u32::from_be_bytes(*face.first_chunk()?) as usize;
    let face = &face[..length.min(face.len())];
    let points = usize::from(u16::from_be_bytes(*face.get(4..)?.first_chunk()?));
    face.get(20 + 8 * points + 12..)
}

/// The image of an ISO 39794-5 block: its path is 65 A1 30 A1 A0 A0 80 with optional blocks beside each
/// step, some of which issuers wrap differently. No other primitive [0] begins like an image.
fn iso_39794(block: &[u8]) -> Option<Face> {
    let mut found = None;
    tlv::walk(block, &mut |element| {
        if element.tag == 0x80 && found.is_none() {
            found = image(element.value);
        }
        true
    })
    .ok()?;
    found
}

/// The image that begins in the field.
fn image(field: &[u8]) -> Option<Face> {
    (0..field.len().min(MAX_LEAD)).find_map(|at| {
        let bytes = field.get(at..)?;
        Some(Face { format: Format::of(bytes)?, bytes: bytes.to_vec() })
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use pki::tlv::encode;
    use proptest::prelude::*;

    const JPEG: &[u8] = &[0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3];
    const JP2: &[u8] = &[0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20, 9];
    const CODESTREAM: &[u8] = &[0xFF, 0x4F, 0xFF, 0x51, 9];

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

    fn with_length(record: &[u8], length: u32) -> Vec<u8> {
        let mut record = record.to_vec();
        record[14..18].copy_from_slice(&length.to_be_bytes());
        record
    }

    fn instance(tag: u32, record: &[u8]) -> Vec<u8> {
        let block = [encode(0xA1, &[0x80, 0x02, 0x01, 0x01]), encode(tag, record)].concat();
        encode(0x7F60, &block)
    }

    fn dg2(tag: u32, record: &[u8]) -> Vec<u8> {
        let template = [&[0x02, 0x01, 0x01][..], &instance(tag, record)].concat();
        encode(0x75, &encode(0x7F61, &template))
    }

    fn several(records: &[&[u8]]) -> Vec<u8> {
        let count = vec![0x02, 0x01, records.len() as u8];
        let instances = records.iter().map(|record| instance(0x5F2E, record));
        let template: Vec<u8> = std::iter::once(count).chain(instances).flatten().collect();
        encode(0x75, &encode(0x7F61, &template))
    }

    /// ISO 39794-5 with a capture time and landmarks beside the image, as some issuers have them.
    fn iso_39794(image: &[u8]) -> Vec<u8> {
        let version = encode(0xA0, &[0x80, 0x01, 0x03, 0x81, 0x02, 0x07, 0xE3]);
        let about = encode(0xA1, &encode(0xA0, &[0x80, 0x01, 0x02]));
        let plane = encode(0xA0, &[encode(0x80, image), about].concat());
        let representation = [
            encode(0x80, &[0]),
            encode(0xA1, &encode(0xA0, &plane)),
            encode(0xA2, &[0x80, 0x02, 0x07, 0xEA]),
            encode(0xA9, &encode(0x30, &encode(0xA0, &[0x80, 0x01, 0x05]))),
        ];
        let representations = encode(0xA1, &encode(0x30, &representation.concat()));
        encode(0xA1, &encode(0x65, &[version, representations].concat()))
    }

    #[test]
    fn photos_are_found() {
        for (bytes, format, image) in [
            (dg2(0x5F2E, &record(JPEG, 0)), Format::Jpeg, JPEG.to_vec()),
            (dg2(0x5F2E, &record(JP2, 3)), Format::Jpeg2000, JP2.to_vec()),
            (dg2(0x7F2E, &iso_39794(JP2)), Format::Jpeg2000, JP2.to_vec()),
            (dg2(0x7F2E, &record(CODESTREAM, 1)), Format::Jpeg2000, CODESTREAM.to_vec()),
            (dg2(0x5F2E, &iso_39794(JPEG)), Format::Jpeg, JPEG.to_vec()),
            // What follows the record is not the image's, what follows inside its field is left to it.
            (dg2(0x5F2E, &[&record(JPEG, 0)[..], &[7; 5]].concat()), Format::Jpeg, JPEG.to_vec()),
            (
                dg2(0x5F2E, &record(&[JP2, &[7; 5]].concat(), 0)),
                Format::Jpeg2000,
                [JP2, &[7; 5]].concat(),
            ),
            (dg2(0x5F2E, &record(&[&[0; 4], JPEG].concat(), 0)), Format::Jpeg, JPEG.to_vec()),
            // A length of 4 GB ends with the record.
            (dg2(0x5F2E, &with_length(&record(JPEG, 0), u32::MAX)), Format::Jpeg, JPEG.to_vec()),
            // The first record with an image counts.
            (
                several(&[&record(b"GIF89a", 0), &record(JP2, 0), &record(JPEG, 0)]),
                Format::Jpeg2000,
                JP2.to_vec(),
            ),
            (several(&[&iso_39794(JPEG), &record(JP2, 0)]), Format::Jpeg, JPEG.to_vec()),
        ] {
            assert_eq!(face(&bytes).unwrap(), Face { format, bytes: image });
        }
    }

    #[test]
    fn without_a_photo_it_is_an_error() {
        let no_faces = [&b"FAC\x00010\x00"[..], &[0; 4], &[0, 0], &record(JPEG, 0)[14..]].concat();
        let far = [&record(JPEG, 0)[..18], &[0xFF, 0xFF], &record(JPEG, 0)[20..]].concat();
        for record in [b"FAC\0".to_vec(), record(b"GIF89a", 0), no_faces, far, iso_39794(b"GIF89a")]
        {
            assert!(face(&dg2(0x5F2E, &record)).is_err(), "{}", hex::encode(record));
        }
        assert!(face(&dg2(0x04, JPEG)).is_err());
        assert!(face(&[]).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(
            tag in proptest::sample::select(&BLOCKS),
            magic in any::<bool>(),
            bytes in proptest::collection::vec(any::<u8>(), 0..120),
        ) {
            let start = if magic { &b"FAC\0"[..] } else { &[] };
            let _ = face(&dg2(tag, &[start, &bytes].concat()));
            let _ = face(&encode(0x75, &bytes));
        }

        #[test]
        fn altered_records_are_survived(new in any::<bool>(), at in 0usize..100, byte in any::<u8>()) {
            let record = if new { iso_39794(JPEG) } else { record(JPEG, 1) };
            let mut bytes = dg2(0x5F2E, &record);
            if let Some(slot) = bytes.get_mut(at) {
                *slot = byte;
            }
            let _ = face(&bytes);
        }
    }
}
