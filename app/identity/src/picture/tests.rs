#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use virtual_card::{PEOPLE, Photo, photo, portrait};

use super::*;

fn jpeg_of(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image::RgbImage::new(width, height).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

fn distance(a: &Picture, b: &Picture) -> f64 {
    let sum: u64 = a.rgba.iter().zip(&b.rgba).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / a.rgba.len() as f64
}

/// The files come from another encoder; the JPEG of the same drawing from a third.
#[test]
fn all_formats_show_the_same_person() {
    for person in &PEOPLE {
        let expected = decode(&portrait(person)).unwrap();
        assert_eq!((expected.width, expected.height), (300, 400));
        for kind in [Photo::Jp2, Photo::J2k] {
            let mut bytes = photo(person, kind);
            let shown = decode(&bytes).unwrap();
            assert_eq!((shown.width, shown.height), (300, 400));
            assert!(distance(&expected, &shown) < 5.0, "{}", distance(&expected, &shown));
            bytes.extend([7; 9]);
            assert_eq!(decode(&bytes).unwrap(), shown);
        }
    }
    let (one, other) = (&PEOPLE[0], &PEOPLE[1]);
    let [one, other] = [one, other].map(|person| decode(&photo(person, Photo::Jp2)).unwrap());
    assert!(distance(&one, &other) > 5.0);
}

#[test]
fn too_much_is_refused_before_it_is_decoded() {
    let stream = photo(&PEOPLE[0], Photo::J2k);
    // Offsets in the codestream: the grid at 8, the tiles at 24; after SIZ the coding style.
    let coding = stream.windows(2).position(|w| w == [0xFF, 0x52]).unwrap();
    let layers = coding + 6;
    let block = coding + 10;
    for (what, at, octets) in [
        ("a wide grid", 8, &60_000u32.to_be_bytes()[..]),
        ("a high grid", 12, &60_000u32.to_be_bytes()),
        ("the widest grid", 8, &u32::MAX.to_be_bytes()),
        ("tiles of one column", 24, &1u32.to_be_bytes()),
        ("tiles of one sample", 24, &[0, 0, 0, 1, 0, 0, 0, 1]),
        ("no tiles", 24, &[0; 8]),
        ("60,000 components", 40, &60_000u16.to_be_bytes()),
        ("two components", 40, &2u16.to_be_bytes()),
        ("a depth of 38", 42, &[37]),
        ("no subsampling", 43, &[0, 0]),
        ("layers without end", layers, &u16::MAX.to_be_bytes()),
        ("levels without end", coding + 9, &[200]),
        ("precincts that are not there", coding + 4, &[1]),
        ("blocks beyond the standard", block, &[9, 9]),
    ] {
        let mut bytes = stream.clone();
        bytes[at..at + octets.len()].copy_from_slice(octets);
        assert!(!is_drawable(&bytes) && decode(&bytes).is_none(), "{what}");
    }
    assert!(is_drawable(&stream));
    for (width, height, drawn) in [(1600, 1600, true), (1601, 1600, false), (4001, 1, false)] {
        let bytes = jpeg_of(width, height);
        assert_eq!(is_drawable(&bytes), drawn);
        assert_eq!(decode(&bytes).is_some(), drawn);
    }
}

/// Precincts of one sample and blocks of 16 with many layers: 4 GB of bookkeeping for 300 octets.
#[test]
fn bookkeeping_is_counted() {
    let stream = photo(&PEOPLE[0], Photo::J2k);
    let coding = stream.windows(2).position(|w| w == [0xFF, 0x52]).unwrap();
    let after =
        coding + 2 + usize::from(u16::from_be_bytes([stream[coding + 2], stream[coding + 3]]));
    let with = |layers: u16, levels: u8, block: u8, precinct: Option<u8>| {
        let precincts = precinct.map_or(vec![], |p| vec![p; usize::from(levels) + 1]);
        let mut segment = vec![0xFF, 0x52, 0, 12 + precincts.len() as u8];
        segment.extend([u8::from(precinct.is_some()), 0]);
        segment.extend(layers.to_be_bytes());
        segment.extend([1, levels, block, block, 0, 0]);
        segment.extend(precincts);
        let mut bytes = [&stream[..coding], &segment, &stream[after..]].concat();
        bytes[8..16].copy_from_slice(&[0, 0, 6, 64, 0, 0, 6, 64]);
        bytes[24..32].copy_from_slice(&[0, 0, 6, 64, 0, 0, 6, 64]);
        bytes
    };
    for (bytes, drawn) in [
        (with(1, 5, 4, None), true),
        (with(12, 5, 3, None), true),
        (with(1, 5, 4, Some(0x88)), true),
        (with(1, 5, 4, Some(0x11)), false),
        (with(1, 5, 4, Some(0x00)), false),
        (with(32, 0, 0, None), false),
        (with(32, 5, 1, Some(0xFF)), false),
    ] {
        assert_eq!(is_drawable(&bytes), drawn, "{}", hex::encode(&bytes[coding..coding + 20]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn altered_photos_are_survived(
        kind in prop_oneof![Just(Photo::Jpeg), Just(Photo::Jp2), Just(Photo::J2k)],
        changes in proptest::collection::vec((0.0f64..1.0, any::<u8>()), 1..4),
        header in any::<bool>(),
        keep in 0.0f64..1.0,
    ) {
        let mut bytes = photo(&PEOPLE[0], kind);
        for (at, byte) in changes {
            let span = if header { 200 } else { bytes.len() };
            bytes[(span as f64 * at) as usize] = byte;
        }
        bytes.truncate((bytes.len() as f64 * (0.5 + keep)) as usize);
        if let Some(picture) = decode(&bytes) {
            prop_assert!(fits(picture.width, picture.height));
            prop_assert_eq!(picture.rgba.len(), (picture.width * picture.height * 4) as usize);
        }
    }

    #[test]
    fn any_bytes_are_survived(
        magic in proptest::sample::select(vec![
            &[0xFF, 0xD8, 0xFF][..],
            &[0xFF, 0x4F, 0xFF, 0x51],
            b"\0\0\0\x0CjP  ",
        ]),
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        prop_assert!(decode(&[magic, &bytes].concat()).is_none());
    }
}
