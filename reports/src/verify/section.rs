//! Cross-reference sections (ISO 32000-2, 7.5.4 and 7.5.8): tables and streams, from the raw bytes.

use std::{collections::HashMap, iter, ops::Range};

use super::{
    file::Place,
    object::{Dictionary, Flaw, Object, Reader, Stream},
    stream::{stream_data, unpacked},
};

/// Highest number of an object.
const MAX_NUMBER: u32 = 8_388_607;

/// One cross-reference section.
pub(super) struct Section {
    pub at: usize,
    pub places: HashMap<u32, Place>,
    pub trailer: Dictionary,
    pub tables: Vec<u32>,
    /// What it spans, hybrid stream included.
    pub spans: Vec<Range<usize>>,
    /// Where what follows it begins.
    pub after: usize,
}

/// `startxref`, its number, and where `%%EOF` ends.
pub(super) struct Mark {
    pub at: usize,
    pub end: usize,
}

/// Reads the mark that stands at a byte.
pub(super) fn mark(bytes: &[u8], at: usize) -> Result<Mark, Flaw> {
    let mut reader = Reader::new(bytes, at);
    reader.space();
    reader.keyword(b"startxref")?;
    reader.blank();
    let at = usize::try_from(reader.unsigned()?).map_err(|_| Flaw::Syntax)?;
    reader.blank();
    if !reader.takes(b"%%EOF") {
        return Err(Flaw::Syntax);
    }
    Ok(Mark { at, end: reader.at })
}

/// A linearized file says so in its first object (annex F.3.3).
pub(super) fn is_linearized(bytes: &[u8]) -> bool {
    let mut reader = Reader::new(bytes, 0);
    reader.space();
    let object = reader.header().and_then(|_| reader.object());
    object.is_ok_and(|object| {
        object.dictionary().is_some_and(|entries| entries.get(b"Linearized").is_some())
    })
}

/// The two sections of a linearized file as one.
pub(super) fn joined(main: Section, page: Section) -> Result<Section, Flaw> {
    let mut places = main.places;
    for (number, place) in page.places {
        let known = places.insert(number, place);
        if known.is_some_and(|known| known != place && known != Place::Free) {
            return Err(Flaw::Ambiguous);
        }
    }
    let spans = main.spans.into_iter().chain(page.spans).collect();
    let tables = main.tables.into_iter().chain(page.tables).collect();
    Ok(Section { at: page.at, places, trailer: page.trailer, tables, spans, after: main.after })
}

/// The section at a byte: a table, which may name a stream beside it, or a stream.
pub(super) fn section(bytes: &[u8], at: usize) -> Result<Section, Flaw> {
    let mut reader = Reader::new(bytes, at);
    if reader.keyword(b"xref").is_err() {
        return stream_section(bytes, at);
    }
    let mut places = HashMap::new();
    reader.space();
    while reader.keyword(b"trailer").is_err() {
        let first = u32::try_from(reader.unsigned()?).map_err(|_| Flaw::Limit)?;
        reader.blank();
        let count = u32::try_from(reader.unsigned()?).map_err(|_| Flaw::Limit)?;
        if first.checked_add(count).is_none_or(|end| end > MAX_NUMBER + 1) {
            return Err(Flaw::Limit);
        }
        reader.blank();
        for number in first..first + count {
            let offset = usize::try_from(digits(&mut reader, 10)?).map_err(|_| Flaw::Limit)?;
            reader.blank();
            let generation = u16::try_from(digits(&mut reader, 5)?).map_err(|_| Flaw::Limit)?;
            reader.blank();
            let place = if reader.takes(b"n") {
                Place::At(offset, generation)
            } else if reader.takes(b"f") {
                Place::Free
            } else {
                return Err(Flaw::Syntax);
            };
            reader.blank();
            if places.insert(number, place).is_some() {
                return Err(Flaw::Ambiguous);
            }
        }
    }
    let Object::Dictionary(trailer) = reader.object()? else { return Err(Flaw::Syntax) };
    let mut section = Section {
        at,
        places,
        trailer,
        tables: Vec::new(),
        spans: iter::once(at..reader.at).collect(),
        after: reader.at,
    };
    if let Some(beside) = section.trailer.get(b"XRefStm") {
        let Object::Integer(beside) = beside else { return Err(Flaw::Syntax) };
        let hidden = stream_section(bytes, usize::try_from(*beside).map_err(|_| Flaw::Syntax)?)?;
        for (number, place) in hidden.places {
            // The stream tells of objects that the table calls free or leaves out (7.5.8.4).
            match section.places.insert(number, place) {
                None | Some(Place::Free) => {}
                Some(known) if known == place => {}
                Some(_) => return Err(Flaw::Ambiguous),
            }
        }
        section.tables.extend(hidden.tables);
        section.spans.extend(hidden.spans);
    }
    Ok(section)
}

fn digits(reader: &mut Reader<'_>, count: usize) -> Result<u64, Flaw> {
    let from = reader.at;
    let number = reader.unsigned()?;
    if reader.at - from == count { Ok(number) } else { Err(Flaw::Syntax) }
}

fn stream_section(bytes: &[u8], at: usize) -> Result<Section, Flaw> {
    let mut reader = Reader::new(bytes, at);
    let id = reader.header()?;
    let Object::Dictionary(trailer) = reader.object()? else { return Err(Flaw::Syntax) };
    if trailer.name(b"Type") != Some(b"XRef") {
        return Err(Flaw::Syntax);
    }
    reader.space();
    let data = stream_data(&mut reader, trailer.integer(b"Length").ok_or(Flaw::Syntax)?)?;
    reader.space();
    reader.keyword(b"endobj")?;
    let stream = Stream { dictionary: trailer, data };
    let rows = unpacked(bytes, &stream)?;
    let trailer = stream.dictionary;
    let number = |object: &Object| match object {
        Object::Integer(number) => {
            u32::try_from(*number).ok().filter(|number| *number <= MAX_NUMBER)
        }
        _ => None,
    };
    let numbers = |key: &[u8]| -> Result<Option<Vec<u32>>, Flaw> {
        let Some(items) = trailer.get(key) else { return Ok(None) };
        let items = items.array().ok_or(Flaw::Syntax)?.iter();
        items.map(|item| number(item).ok_or(Flaw::Syntax)).collect::<Result<_, _>>().map(Some)
    };
    let widths = numbers(b"W")?.ok_or(Flaw::Syntax)?;
    let [kind, second, third] = widths[..] else { return Err(Flaw::Syntax) };
    if widths.iter().any(|width| *width > 8) {
        return Err(Flaw::Limit);
    }
    let (kind, second, third) = (kind as usize, second as usize, third as usize);
    let width = kind + second + third;
    let size = number(trailer.get(b"Size").ok_or(Flaw::Syntax)?).ok_or(Flaw::Syntax)?;
    let index = numbers(b"Index")?.unwrap_or_else(|| vec![0, size]);
    if width == 0 || !index.len().is_multiple_of(2) {
        return Err(Flaw::Syntax);
    }
    let mut places = HashMap::new();
    let mut rest = &rows[..];
    for pair in index.chunks_exact(2) {
        if pair[0].checked_add(pair[1]).is_none_or(|end| end > MAX_NUMBER + 1) {
            return Err(Flaw::Limit);
        }
        for number in pair[0]..pair[0] + pair[1] {
            let (row, next) = rest.split_at_checked(width).ok_or(Flaw::Syntax)?;
            rest = next;
            let field = |from: usize, to: usize| {
                row[from..to]
                    .iter()
                    .try_fold(0_usize, |sum, byte| Some(sum.checked_mul(256)? + usize::from(*byte)))
            };
            let what = if kind == 0 { Some(1) } else { field(0, kind) };
            let (two, three) = (field(kind, kind + second), field(kind + second, width));
            let (two, three) = two.zip(three).ok_or(Flaw::Limit)?;
            let place = match what.ok_or(Flaw::Limit)? {
                0 => Place::Free,
                1 => Place::At(two, u16::try_from(three).map_err(|_| Flaw::Limit)?),
                2 => Place::Packed(u32::try_from(two).map_err(|_| Flaw::Limit)?, three),
                // Other types mean null (7.5.8.3); what a later standard makes of them nobody knows.
                _ => return Err(Flaw::Syntax),
            };
            if places.insert(number, place).is_some() {
                return Err(Flaw::Ambiguous);
            }
        }
    }
    if !rest.is_empty() {
        return Err(Flaw::Syntax);
    }
    let after = reader.at;
    Ok(Section {
        at,
        places,
        trailer,
        tables: vec![id.number],
        spans: iter::once(at..after).collect(),
        after,
    })
}
