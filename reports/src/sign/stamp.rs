//! What is seen of a signature: text at the top right of page 1, Times New Roman's metrics, 10 points, black,
//! without a picture (NĐ 30/2020/NĐ-CP, annex I, on the digital signature of an electronic copy).
//!
//! The font is embedded with its widths, so that the document stays what it was for archives (PDF/A-2b). A
//! stamp never lies over another one: further signers' stand left of it, then below.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

use super::{Plan, SignError, append::Update, follow};
use crate::{
    ReportError,
    page::{
        self,
        font::Cut,
        paper::{Mm, Pt},
        text::Span,
    },
    pdfa,
};

/// As wide as the line with the time, and three side by side on A4.
const WIDTH: Mm = Mm(62.0);
const SIZE: Pt = Pt(10.0);
/// From the edges of the page, and between two stamps, in points.
const MARGIN: f32 = 14.0;
const GAP: f32 = 6.0;
/// Longest text: longer ones would cover the page.
const LONGEST: usize = 400;
/// Deepest tree of pages that is looked up for inherited values.
const DEEPEST: usize = 64;

/// A rectangle: left, bottom, right, top.
type Box4 = [f32; 4];

/// How a page is shown: its box and by how many quarters it is turned clockwise.
struct Shown {
    bounds: Box4,
    quarters: i64,
}

impl From<ReportError> for SignError {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::MissingGlyph { c } | ReportError::Unprintable { c, .. } => {
                Self::MissingGlyph(c)
            }
            _ => Self::Stamp,
        }
    }
}

/// Puts the stamp's objects into the update; the rectangle for the widget and its appearance.
pub(super) fn put(
    update: &mut Update,
    page: ObjectId,
    text: &str,
    plan: &Plan,
) -> Result<(Vec<Object>, ObjectId), SignError> {
    let text: String = text.chars().take(LONGEST).collect();
    let at = plan.at.strftime("%d.%m.%Y %H:%M:%S +07:00");
    let words = format!("{text}\nKý bởi: {}\nThời gian ký: {at}", plan.name);
    let words = words.trim_start();
    let picture = page::picture(&[Span::new(words, Cut::Regular, SIZE)], WIDTH)?;
    let (width, height) = (picture.size.0.pt().0, picture.size.1.pt().0);
    let shown = Shown::of(&update.document, page);
    let taken = stamps(&update.document, page);
    let place = shown.free(width, height, &taken);
    let appearance = appearance(update, &picture.document, (width, height), shown.quarters)?;
    Ok((place.iter().map(|number| Object::Real(*number)).collect(), appearance))
}

impl Shown {
    fn of(document: &Document, page: ObjectId) -> Self {
        let numbers =
            |key: &[u8]| -> Option<Box4> { rectangle(document, &inherited(document, page, key)?) };
        // A4 where a page does not say.
        let bounds = numbers(b"CropBox").or_else(|| numbers(b"MediaBox"));
        let turned = inherited(document, page, b"Rotate").and_then(|turn| turn.as_i64().ok());
        Self {
            bounds: bounds.unwrap_or([0.0, 0.0, 595.0, 842.0]),
            quarters: turned.unwrap_or(0).div_euclid(90).rem_euclid(4),
        }
    }

    /// Where a stamp of this size stands: the first free place from the top right, to the left and then down, as
    /// the margin above the text is free for longest.
    fn free(&self, width: f32, height: f32, taken: &[Box4]) -> Box4 {
        let [left, bottom, right, top] = self.bounds;
        let (across, up) = match self.quarters {
            1 | 3 => (top - bottom, right - left),
            _ => (right - left, top - bottom),
        };
        let mut y = up - MARGIN - height;
        while y >= MARGIN {
            let mut x = across - MARGIN - width;
            while x >= MARGIN {
                let place = self.in_page([x, y, x + width, y + height]);
                if !taken.iter().any(|other| overlap(&place, other)) {
                    return place;
                }
                x -= width + GAP;
            }
            y -= GAP;
        }
        self.in_page([across - MARGIN - width, up - MARGIN - height, across - MARGIN, up - MARGIN])
    }

    /// A rectangle as it is seen, in the page's own coordinates.
    fn in_page(&self, seen: Box4) -> Box4 {
        let [left, bottom, right, top] = self.bounds;
        let point = |x: f32, y: f32| match self.quarters {
            1 => (right - y, bottom + x),
            2 => (right - x, top - y),
            3 => (left + y, top - x),
            _ => (left + x, bottom + y),
        };
        let (one, other) = (point(seen[0], seen[1]), point(seen[2], seen[3]));
        [one.0.min(other.0), one.1.min(other.1), one.0.max(other.0), one.1.max(other.1)]
    }
}

fn overlap(one: &Box4, other: &Box4) -> bool {
    one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3]
}

/// A page's value, or the one of the nearest node above it.
fn inherited(document: &Document, page: ObjectId, key: &[u8]) -> Option<Object> {
    let mut node = document.get_dictionary(page).ok()?;
    for _ in 0..DEEPEST {
        if let Ok(value) = node.get(key) {
            return Some(follow(document, value).clone());
        }
        node = follow(document, node.get(b"Parent").ok()?).as_dict().ok()?;
    }
    None
}

fn rectangle(document: &Document, object: &Object) -> Option<Box4> {
    let numbers = object.as_array().ok()?.iter();
    let numbers: Vec<f32> =
        numbers.filter_map(|number| follow(document, number).as_float().ok()).collect();
    let [a, b, c, d] = numbers[..] else { return None };
    Some([a.min(c), b.min(d), a.max(c), b.max(d)])
}

/// The fields that are seen on the page already.
fn stamps(document: &Document, page: ObjectId) -> Vec<Box4> {
    let list = document.get_dictionary(page).ok().and_then(|page| page.get(b"Annots").ok());
    let list = list.and_then(|list| follow(document, list).as_array().ok());
    let annotations = list.into_iter().flatten();
    annotations
        .filter_map(|annotation| follow(document, annotation).as_dict().ok())
        .filter(|annotation| {
            matches!(annotation.get(b"Subtype"), Ok(Object::Name(name)) if name == b"Widget")
        })
        .filter_map(|widget| rectangle(document, follow(document, widget.get(b"Rect").ok()?)))
        .collect()
}

/// The picture as a form XObject, upright on a page that is turned.
fn appearance(
    update: &mut Update,
    picture: &Document,
    (width, height): (f32, f32),
    quarters: i64,
) -> Result<ObjectId, SignError> {
    let page = picture.page_iter().next().ok_or(SignError::Stamp)?;
    let content = picture.get_page_content(page);
    let resources = inherited(picture, page, b"Resources").ok_or(SignError::Stamp)?;
    let resources = resources.as_dict().map_err(|_| SignError::Stamp)?;
    // Only fonts are drawn with; printpdf lists what it could draw with.
    let fonts = resources.get(b"Font").map_err(|_| SignError::Stamp)?;
    let mut moved = BTreeMap::new();
    let fonts = moved_into(update, picture, fonts, &mut moved, 0)?;
    let (a, b, c, d) = match quarters {
        1 => (0, 1, -1, 0),
        2 => (-1, 0, 0, -1),
        3 => (0, -1, 1, 0),
        _ => (1, 0, 0, 1),
    };
    let mut stream = Stream::new(
        dictionary! {
            "Type" => "XObject",
            "Subtype" => "Form",
            "BBox" => vec![0.into(), 0.into(), Object::Real(width), Object::Real(height)],
            "Matrix" => vec![a.into(), b.into(), c.into(), d.into(), 0.into(), 0.into()],
            "Resources" => dictionary! { "Font" => fonts },
        },
        content,
    );
    pdfa::squeeze(&mut stream)?;
    let id = update.reserve();
    update.put(id, Object::Stream(stream));
    Ok(id)
}

/// An object of the picture with all that it refers to, under numbers of the signed file.
fn moved_into(
    update: &mut Update,
    picture: &Document,
    object: &Object,
    moved: &mut BTreeMap<ObjectId, ObjectId>,
    depth: usize,
) -> Result<Object, SignError> {
    if depth > DEEPEST {
        return Err(SignError::Stamp);
    }
    let mut inside = |object: &Object| moved_into(update, picture, object, moved, depth + 1);
    Ok(match object {
        Object::Reference(old) => {
            if let Some(new) = moved.get(old) {
                return Ok((*new).into());
            }
            let found = picture.get_object(*old).map_err(|_| SignError::Stamp)?;
            let new = update.reserve();
            moved.insert(*old, new);
            let mut copy = moved_into(update, picture, found, moved, depth + 1)?;
            if let Object::Stream(stream) = &mut copy {
                pdfa::squeeze(stream)?;
            }
            update.put(new, copy);
            new.into()
        }
        Object::Array(members) => {
            Object::Array(members.iter().map(&mut inside).collect::<Result<_, _>>()?)
        }
        Object::Dictionary(dictionary) => Object::Dictionary(of_dictionary(dictionary, inside)?),
        Object::Stream(stream) => {
            let mut copy = stream.clone();
            copy.dict = of_dictionary(&stream.dict, inside)?;
            Object::Stream(copy)
        }
        plain => plain.clone(),
    })
}

fn of_dictionary(
    dictionary: &Dictionary,
    mut inside: impl FnMut(&Object) -> Result<Object, SignError>,
) -> Result<Dictionary, SignError> {
    let mut copy = Dictionary::new();
    for (key, value) in dictionary {
        copy.set(key.clone(), inside(value)?);
    }
    Ok(copy)
}
