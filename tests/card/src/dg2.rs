//! DG2: the portrait in a biometric data block (ICAO 9303-10, 4.7.2), of the old kind and of the new.

use crate::fault::Fault;
use crate::options::{Biometric, Options};
use crate::person::Person;
use crate::portrait::{self, Photo};
use crate::tlv::{group, integer, sequence, tlv};

/// The file.
pub fn file(options: &Options, person: &Person) -> Vec<u8> {
    let mut photo = match (options.fault, options.photo) {
        (Some(Fault::PhotoBomb), _) => portrait::bomb(person),
        (_, Photo::Jpeg) => portrait::jpeg_of_quality(person, options.quality),
        (_, kind) => portrait::photo(person, kind),
    };
    if options.fault == Some(Fault::TrailingOctets) {
        photo.extend([0; 7]);
    }
    let (format, block) = match options.biometric {
        Biometric::Iso19794 => (8, tlv(0x5F2E, &iso_19794(options, person, &photo))),
        // ISO 39794-5 has format type 0009 of the same owner.
        Biometric::Iso39794 => (9, tlv(0x7F2E, &iso_39794(options.photo, &photo))),
    };
    let header = group(
        0xA1,
        &[
            tlv(0x80, &[1, 1]),
            tlv(0x81, &[2]),
            tlv(0x82, &[0]),
            // Format owner JTC 1/SC 37.
            tlv(0x87, &[1, 1]),
            tlv(0x88, &[0, format]),
        ],
    );
    group(0x75, &[group(0x7F61, &[integer(&[1]), group(0x7F60, &[header, block])])])
}

fn iso_19794(options: &Options, person: &Person, photo: &[u8]) -> Vec<u8> {
    let fault = options.fault;
    let length = if fault == Some(Fault::FaceOf4Gb) { u32::MAX } else { 32 + photo.len() as u32 };
    let points: u16 = if fault == Some(Fault::FaceBeyond) { u16::MAX } else { 0 };
    let faces: u16 = if fault == Some(Fault::NoFaces) { 0 } else { 1 };
    let sex = if person.mrz().as_bytes()[37] == b'M' { 1 } else { 2 };
    let image_type = if options.photo == Photo::Jpeg { 0 } else { 1 };
    [
        b"FAC\x00010\x00",
        &(14 + 32 + photo.len() as u32).to_be_bytes()[..],
        &faces.to_be_bytes(),
        &length.to_be_bytes(),
        &points.to_be_bytes(),
        &[sex],
        &[0; 13],
        // Full frontal, 300 by 400, sRGB 24, unspecified source.
        &[1, image_type, 0x01, 0x2C, 0x01, 0x90, 1, 0, 0, 0, 0, 0],
        photo,
    ]
    .concat()
}

/// The fields that ISO 39794-5 wants at least, and a quality block beside them.
fn iso_39794(kind: Photo, photo: &[u8]) -> Vec<u8> {
    let version = group(0xA0, &[tlv(0x80, &[3]), tlv(0x81, &[0x07, 0xE3])]);
    let format = tlv(0x80, &[if kind == Photo::Jpeg { 2 } else { 3 }]);
    let about = group(0xA1, &[group(0xA0, &[format])]);
    let plane = group(0xA0, &[tlv(0x80, photo), about]);
    let algorithm = group(0xA0, &[tlv(0x80, &[1, 1]), tlv(0x81, &[1])]);
    let quality = group(0xA3, &[sequence(&[algorithm, group(0xA1, &[tlv(0x80, &[80])])])]);
    let representation =
        sequence(&[tlv(0x80, &[0]), group(0xA1, &[group(0xA0, &[plane])]), quality]);
    group(0xA1, &[group(0x65, &[version, group(0xA1, &[representation])])])
}
