//! The sRGB colour profile (ICC.1:2001-04, version 2.1), computed instead of shipped: a matrix, a
//! white point and one tone curve say all of IEC 61966-2-1.

/// Points of the tone curve.
const CURVE_POINTS: u16 = 1024;

/// The profile's bytes.
pub(super) fn srgb() -> Vec<u8> {
    let curve = curve();
    // Colorants adapted to D50, as every sRGB profile of version 2 carries them.
    let tags: [(&[u8; 4], Vec<u8>); 7] = [
        (b"desc", description("sRGB IEC61966-2.1")),
        (b"cprt", text("No copyright, use freely")),
        (b"wtpt", xyz(0.9642, 1.0, 0.8249)),
        (b"rXYZ", xyz(0.436_07, 0.222_49, 0.013_92)),
        (b"gXYZ", xyz(0.385_15, 0.716_87, 0.097_08)),
        (b"bXYZ", xyz(0.143_07, 0.060_61, 0.714_10)),
        (b"rTRC", curve),
    ];

    let count = tags.len() + 2;
    let mut table = Vec::new();
    let mut data = Vec::new();
    let start = 128 + 4 + 12 * count;
    for (name, body) in &tags {
        let names: &[&[u8; 4]] =
            if *name == b"rTRC" { &[b"rTRC", b"gTRC", b"bTRC"] } else { &[name] };
        for name in names {
            table.extend_from_slice(*name);
            table.extend(((start + data.len()) as u32).to_be_bytes());
            table.extend((body.len() as u32).to_be_bytes());
        }
        data.extend_from_slice(body);
        data.resize(data.len().next_multiple_of(4), 0);
    }

    let mut profile = Vec::with_capacity(start + data.len());
    profile.extend(((start + data.len()) as u32).to_be_bytes());
    profile.extend([0; 4]);
    profile.extend([2, 0x10, 0, 0]);
    profile.extend(b"mntrRGB XYZ ");
    // A fixed date: the profile never changes.
    for part in [2026u16, 1, 1, 0, 0, 0] {
        profile.extend(part.to_be_bytes());
    }
    profile.extend(b"acsp");
    profile.extend([0; 28]);
    for part in [0.9642, 1.0, 0.8249] {
        profile.extend(fixed(part));
    }
    profile.resize(128, 0);
    profile.extend((count as u32).to_be_bytes());
    profile.extend(table);
    profile.extend(data);
    profile
}

/// s15Fixed16.
fn fixed(value: f64) -> [u8; 4] {
    ((value * 65536.0).round() as i32).to_be_bytes()
}

fn xyz(x: f64, y: f64, z: f64) -> Vec<u8> {
    let mut body = b"XYZ \0\0\0\0".to_vec();
    for value in [x, y, z] {
        body.extend(fixed(value));
    }
    body
}

fn text(ascii: &str) -> Vec<u8> {
    let mut body = b"text\0\0\0\0".to_vec();
    body.extend(ascii.bytes());
    body.push(0);
    body
}

/// textDescriptionType: ASCII, then empty Unicode and ScriptCode parts.
fn description(ascii: &str) -> Vec<u8> {
    let mut body = b"desc\0\0\0\0".to_vec();
    body.extend((ascii.len() as u32 + 1).to_be_bytes());
    body.extend(ascii.bytes());
    body.push(0);
    body.extend([0; 8 + 3 + 67]);
    body
}

/// The tone curve of IEC 61966-2-1: device value to light.
fn curve() -> Vec<u8> {
    let mut body = b"curv\0\0\0\0".to_vec();
    body.extend(u32::from(CURVE_POINTS).to_be_bytes());
    for i in 0..CURVE_POINTS {
        let value = f64::from(i) / f64::from(CURVE_POINTS - 1);
        let light =
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) };
        body.extend(((light * 65535.0).round() as u16).to_be_bytes());
    }
    body
}
