//! A PDF as the row of its revisions (ISO 32000-2, 7.5.6), read from the raw bytes without any repair.
//!
//! A revision is what one save wrote: objects, a cross-reference section, `startxref` and `%%EOF`. Its end is
//! computed from its own section, never searched for; every section's objects must lie in its own revision
//! (an entry that repeats what an older section says is no contradiction). A linearized file's two sections
//! are one revision (annex F).

use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet},
    io::Read,
    iter,
    ops::Range,
    rc::Rc,
};

use flate2::read::ZlibDecoder;

use super::object::{Dictionary, Flaw, Id, Object, Reader, Stream};

/// Most saves of one file.
const MAX_REVISIONS: usize = 256;
/// Highest number of an object.
const MAX_NUMBER: u32 = 8_388_607;
/// Most entries of all sections together.
const MAX_ENTRIES: usize = 4_000_000;
/// Most bytes that one packed stream and all together may grow to.
const MAX_UNPACKED: usize = 64 << 20;
const MAX_UNPACKED_ALL: usize = 512 << 20;
/// Most objects that are read.
const MAX_OBJECTS: usize = 3_000_000;
/// Most steps of comparing revisions of one file.
const MAX_STEPS: usize = 20_000_000;

/// Where an object lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Free,
    /// At this byte, with this generation.
    At(usize, u16),
    /// In that object stream, at that index.
    Packed(u32, usize),
}

/// One save.
#[derive(Debug)]
pub(super) struct Revision {
    /// What its section says of objects.
    pub places: HashMap<u32, Place>,
    pub trailer: Dictionary,
    /// Objects that are cross-reference streams of this save.
    pub tables: Vec<u32>,
    /// Its bytes: from the end of the one before to after its `%%EOF`.
    pub bytes: Range<usize>,
    /// Where `%%EOF` itself ends, before an end of line.
    pub mark: usize,
    /// The bytes of its cross-reference sections, from their start to the end of `%%EOF`.
    sections: Vec<Range<usize>>,
}

/// An object stream's data, and the numbers and places of its objects.
type Unpacked = (Vec<u8>, Vec<(u32, usize)>);

/// A file and what was read of it.
pub(super) struct File<'a> {
    pub bytes: &'a [u8],
    /// Oldest first; at least one.
    pub revisions: Vec<Revision>,
    objects: RefCell<HashMap<(Place, usize), Rc<Object>>>,
    unpacked: RefCell<HashMap<usize, Rc<Unpacked>>>,
    unpacked_bytes: Cell<usize>,
    steps: Cell<usize>,
}

impl std::hash::Hash for Place {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        match self {
            Place::Free => 0.hash(state),
            Place::At(at, _) => (1, at).hash(state),
            Place::Packed(stream, index) => (2, stream, index).hash(state),
        }
    }
}

/// One cross-reference section.
struct Section {
    at: usize,
    places: HashMap<u32, Place>,
    trailer: Dictionary,
    tables: Vec<u32>,
    /// What it spans, hybrid stream included.
    spans: Vec<Range<usize>>,
    /// Where what follows it begins.
    after: usize,
}

/// `startxref`, its number, and where `%%EOF` ends.
struct Mark {
    at: usize,
    end: usize,
}

fn mark(bytes: &[u8], at: usize) -> Result<Mark, Flaw> {
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

impl<'a> File<'a> {
    /// Reads the sections, not the objects. Returns with it the bytes after the last revision that are no
    /// revision: they must be looked at by whoever judges.
    pub fn read(bytes: &'a [u8]) -> Result<(Self, Range<usize>), Flaw> {
        let last = rfind(bytes, b"startxref").ok_or(Flaw::Syntax)?;
        let newest = mark(bytes, last)?;
        let mut sections = vec![section(bytes, newest.at)?];
        let mut seen = HashSet::from([newest.at]);
        let mut count = 0;
        while let Some(previous) = sections.last().and_then(|section| section.trailer.get(b"Prev"))
        {
            let Object::Integer(at) = previous else { return Err(Flaw::Syntax) };
            let at = usize::try_from(*at).map_err(|_| Flaw::Syntax)?;
            if !seen.insert(at) || sections.len() > MAX_REVISIONS {
                return Err(if sections.len() > MAX_REVISIONS {
                    Flaw::Limit
                } else {
                    Flaw::Ambiguous
                });
            }
            let next = section(bytes, at)?;
            count += next.places.len();
            if count > MAX_ENTRIES {
                return Err(Flaw::Limit);
            }
            sections.push(next);
        }
        sections.reverse();
        let mut revisions: Vec<Revision> = Vec::new();
        let mut sections = sections.into_iter().peekable();
        while let Some(mut section) = sections.next() {
            let from = revisions.last().map_or(0, |revision| revision.bytes.end);
            let mut mark = mark(bytes, section.after)?;
            let first = revisions.is_empty();
            // Linearized: the main section lies behind the one of the first page, which names it.
            if first && let Some(page) = sections.next_if(|page| page.at < section.at) {
                if page.after > section.at || mark.at != page.at || !is_linearized(bytes) {
                    return Err(Flaw::Ambiguous);
                }
                section = joined(section, page)?;
            } else if mark.at != section.at {
                return Err(Flaw::Ambiguous);
            }
            if section.spans.iter().any(|span| span.start < from || span.end > mark.end) {
                return Err(Flaw::Ambiguous);
            }
            if let Some(main) = section.spans.first_mut() {
                main.end = mark.end;
            }
            let mut reader = Reader::new(bytes, mark.end);
            reader.end_of_line();
            let end = reader.at;
            mark.end = mark.end.min(end);
            let revision = Revision {
                places: section.places,
                trailer: section.trailer,
                tables: section.tables,
                bytes: from..end,
                mark: mark.end,
                sections: section.spans,
            };
            revisions.push(revision);
        }
        let file = Self {
            bytes,
            revisions,
            objects: RefCell::default(),
            unpacked: RefCell::default(),
            unpacked_bytes: Cell::new(0),
            steps: Cell::new(0),
        };
        file.check_places()?;
        let end = file.revisions.last().map_or(0, |revision| revision.bytes.end);
        Ok((file, end..bytes.len()))
    }

    /// Every entry points into its own revision, or says what was said before.
    fn check_places(&self) -> Result<(), Flaw> {
        let mut size = 0;
        for (index, revision) in self.revisions.iter().enumerate() {
            // Objects from `Size` on are missing for one reader and there for another (7.5.5).
            let own = revision.trailer.integer(b"Size").unwrap_or_default();
            let highest = revision.places.keys().max().copied().unwrap_or_default();
            if own < size || (index > 0 && own <= i64::from(highest)) {
                return Err(Flaw::Ambiguous);
            }
            size = own;
            for (number, place) in &revision.places {
                let Place::At(at, _) = place else { continue };
                let repeats = || {
                    index
                        .checked_sub(1)
                        .is_some_and(|before| self.place(*number, before).0 == *place)
                };
                if !revision.bytes.contains(at) && !repeats() {
                    return Err(Flaw::Ambiguous);
                }
            }
        }
        Ok(())
    }

    /// Counts a step of comparing revisions: all comparisons of one file together are limited.
    pub fn step(&self) -> Result<(), Flaw> {
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > MAX_STEPS { Err(Flaw::Limit) } else { Ok(()) }
    }

    /// Where an object lies in the file as of a revision, and which revision says so.
    pub fn place(&self, number: u32, revision: usize) -> (Place, usize) {
        for index in (0..=revision).rev() {
            let said = self.revisions.get(index).and_then(|one| one.places.get(&number));
            if let Some(place) = said {
                return (*place, index);
            }
        }
        (Place::Free, 0)
    }

    /// The object that a reference means in a revision; one that is not there is `null` (7.3.10).
    pub fn resolve(&self, id: Id, revision: usize) -> Result<Rc<Object>, Flaw> {
        let (place, owner) = self.place(id.number, revision);
        match place {
            Place::Free => return Ok(Rc::new(Object::Null)),
            Place::At(_, generation) if generation != id.generation => {
                return Ok(Rc::new(Object::Null));
            }
            Place::Packed(..) if id.generation != 0 => return Ok(Rc::new(Object::Null)),
            // The same container then and now: else two readers could open two different ones.
            Place::Packed(stream, _)
                if self.place(stream, owner).0 != self.place(stream, revision).0 =>
            {
                return Err(Flaw::Ambiguous);
            }
            Place::At(..) | Place::Packed(..) => {}
        }
        // What an object holds is read as of the revision that wrote it.
        let key = (place, owner);
        if let Some(object) = self.objects.borrow().get(&key) {
            return Ok(Rc::clone(object));
        }
        let object = match place {
            Place::Free => Object::Null,
            Place::At(at, _) => {
                let (found, object, _) = self.indirect(at, owner)?;
                if found != id {
                    return Err(Flaw::Ambiguous);
                }
                object
            }
            Place::Packed(stream, index) => self.packed(stream, index, id.number, owner)?,
        };
        let object = Rc::new(object);
        let mut objects = self.objects.borrow_mut();
        if objects.len() >= MAX_OBJECTS {
            return Err(Flaw::Limit);
        }
        objects.insert(key, Rc::clone(&object));
        Ok(object)
    }

    /// What a value is once references are followed.
    pub fn follow(&self, object: &Object, revision: usize) -> Result<Rc<Object>, Flaw> {
        let mut object = Rc::new(object.clone());
        for _ in 0..8 {
            let Object::Reference(id) = *object else { return Ok(object) };
            object = self.resolve(id, revision)?;
        }
        Err(Flaw::Limit)
    }

    /// The value of a key, followed.
    pub fn value(
        &self,
        dictionary: &Dictionary,
        key: &[u8],
        revision: usize,
    ) -> Result<Rc<Object>, Flaw> {
        self.follow(dictionary.get(key).unwrap_or(&Object::Null), revision)
    }

    /// `12 0 obj … endobj` at a place, and where it ends.
    fn indirect(&self, at: usize, revision: usize) -> Result<(Id, Object, usize), Flaw> {
        let mut reader = Reader::new(self.bytes, at);
        reader.blank();
        let id = reader.header()?;
        let object = reader.object()?;
        reader.space();
        let object = match object {
            Object::Dictionary(dictionary) if starts_stream(&reader) => {
                let length = self.length(&dictionary, id, revision)?;
                let data = stream_data(&mut reader, length)?;
                Object::Stream(Stream { dictionary, data })
            }
            other => other,
        };
        reader.space();
        reader.keyword(b"endobj")?;
        Ok((id, object, reader.at))
    }

    /// A stream's length, which may stand in an object of its own. An object stream's may not be packed
    /// itself: it could lie in that very stream.
    fn length(&self, dictionary: &Dictionary, id: Id, revision: usize) -> Result<i64, Flaw> {
        match dictionary.get(b"Length") {
            Some(Object::Integer(length)) => Ok(*length),
            Some(Object::Reference(length)) if *length != id => {
                let (place, owner) = self.place(length.number, revision);
                let packs = dictionary.name(b"Type") == Some(b"ObjStm");
                let readable = match place {
                    Place::Free => false,
                    Place::At(..) => self.is_plain_number(place),
                    Place::Packed(..) => !packs,
                };
                match &*if readable { self.resolve(*length, owner)? } else { Rc::new(Object::Null) }
                {
                    Object::Integer(length) => Ok(*length),
                    _ => Err(Flaw::Syntax),
                }
            }
            _ => Err(Flaw::Syntax),
        }
    }

    /// Whether an indirect number stands there: a stream's length may not be a stream.
    fn is_plain_number(&self, place: Place) -> bool {
        let Place::At(at, _) = place else { return false };
        let mut reader = Reader::new(self.bytes, at);
        reader.blank();
        reader.header().is_ok() && matches!(reader.object(), Ok(Object::Integer(_)))
    }

    fn packed(&self, stream: u32, index: usize, number: u32, owner: usize) -> Result<Object, Flaw> {
        let (place, _) = self.place(stream, owner);
        let Place::At(at, 0) = place else { return Err(Flaw::Ambiguous) };
        let known = self.unpacked.borrow().get(&at).cloned();
        let unpacked = match known {
            Some(unpacked) => unpacked,
            None => {
                let unpacked = Rc::new(self.unpack(at, stream, owner)?);
                self.unpacked.borrow_mut().insert(at, Rc::clone(&unpacked));
                unpacked
            }
        };
        let (data, index_of) = &*unpacked;
        let (found, offset) = *index_of.get(index).ok_or(Flaw::Ambiguous)?;
        let end = index_of.get(index + 1).map_or(data.len(), |next| next.1);
        let own = data.get(offset..end).ok_or(Flaw::Ambiguous)?;
        if found != number {
            return Err(Flaw::Ambiguous);
        }
        let mut reader = Reader::new(own, 0);
        let object = reader.object()?;
        reader.space();
        if reader.at != own.len() {
            return Err(Flaw::Syntax);
        }
        Ok(object)
    }

    /// An object stream's data and its objects' numbers and places.
    fn unpack(&self, at: usize, number: u32, owner: usize) -> Result<Unpacked, Flaw> {
        let (id, object, _) = self.indirect(at, owner)?;
        let Object::Stream(stream) = object else { return Err(Flaw::Syntax) };
        if id.number != number || stream.dictionary.name(b"Type") != Some(b"ObjStm") {
            return Err(Flaw::Ambiguous);
        }
        let data = unpacked(self.bytes, &stream)?;
        self.unpacked_bytes.set(self.unpacked_bytes.get() + data.len());
        if self.unpacked_bytes.get() > MAX_UNPACKED_ALL {
            return Err(Flaw::Limit);
        }
        let size = |key: &[u8]| {
            let number = stream.dictionary.integer(key).ok_or(Flaw::Syntax)?;
            usize::try_from(number).map_err(|_| Flaw::Syntax)
        };
        let (count, first) = (size(b"N")?, size(b"First")?);
        let mut reader = Reader::new(data.get(..first).ok_or(Flaw::Syntax)?, 0);
        let mut index = Vec::new();
        let mut numbers = HashSet::new();
        for _ in 0..count {
            reader.blank();
            let number = u32::try_from(reader.unsigned()?).map_err(|_| Flaw::Limit)?;
            reader.blank();
            let offset = usize::try_from(reader.unsigned()?).map_err(|_| Flaw::Limit)?;
            let ascends = index.last().is_none_or(|(_, last)| *last < first + offset);
            if !numbers.insert(number) || !ascends {
                return Err(Flaw::Ambiguous);
            }
            index.push((number, first + offset));
        }
        Ok((data, index))
    }

    /// Where the data of the newest revision's streams lie.
    pub fn streams(&self) -> Vec<Range<usize>> {
        let last = self.revisions.len() - 1;
        let numbers: HashSet<u32> =
            self.revisions.iter().flat_map(|revision| revision.places.keys().copied()).collect();
        let places = numbers.into_iter().map(|number| self.place(number, last));
        let streams = places.filter_map(|(place, owner)| match place {
            Place::At(at, _) => self.indirect(at, owner).ok(),
            Place::Free | Place::Packed(..) => None,
        });
        streams
            .filter_map(|(_, object, _)| match object {
                Object::Stream(stream) => Some(stream.data),
                _ => None,
            })
            .collect()
    }

    /// Whether a revision's bytes are its objects and sections and nothing else, every object at the place
    /// that its section tells.
    pub fn is_tiled(&self, index: usize) -> Result<(), Flaw> {
        let revision = self.revisions.get(index).ok_or(Flaw::Limit)?;
        let mut at = revision.bytes.start;
        loop {
            let mut reader = Reader::new(self.bytes, at);
            reader.space();
            if reader.at >= revision.mark {
                return Ok(());
            }
            if let Some(span) = revision.sections.iter().find(|span| span.start == reader.at) {
                at = span.end;
                continue;
            }
            let place = reader.at;
            let (id, _, end) = self.indirect(place, index)?;
            let told = revision.places.get(&id.number);
            if told != Some(&Place::At(place, id.generation)) {
                return Err(Flaw::Ambiguous);
            }
            at = end;
        }
    }
}

fn rfind(bytes: &[u8], word: &[u8]) -> Option<usize> {
    let mut end = bytes.len();
    while let Some(at) = bytes[..end].iter().rposition(|byte| *byte == word[0]) {
        if bytes[at..].starts_with(word) {
            return Some(at);
        }
        end = at;
    }
    None
}

fn starts_stream(reader: &Reader<'_>) -> bool {
    reader.clone().keyword(b"stream").is_ok()
}

fn stream_data(reader: &mut Reader<'_>, length: i64) -> Result<Range<usize>, Flaw> {
    reader.keyword(b"stream")?;
    if !(reader.takes(b"\r\n") || reader.takes(b"\n")) {
        return Err(Flaw::Syntax);
    }
    let from = reader.at;
    let length = usize::try_from(length).map_err(|_| Flaw::Syntax)?;
    let to = from.checked_add(length).filter(|to| *to <= reader.bytes.len()).ok_or(Flaw::Syntax)?;
    reader.at = to;
    reader.end_of_line();
    reader.keyword(b"endstream")?;
    Ok(from..to)
}

/// A linearized file says so in its first object (annex F.3.3).
fn is_linearized(bytes: &[u8]) -> bool {
    let mut reader = Reader::new(bytes, 0);
    reader.space();
    let object = reader.header().and_then(|_| reader.object());
    object.is_ok_and(|object| {
        object.dictionary().is_some_and(|entries| entries.get(b"Linearized").is_some())
    })
}

/// The two sections of a linearized file as one.
fn joined(main: Section, page: Section) -> Result<Section, Flaw> {
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
fn section(bytes: &[u8], at: usize) -> Result<Section, Flaw> {
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

/// A stream's data, unpacked: no filter, or Flate alone with at most a PNG predictor.
pub(super) fn unpacked(bytes: &[u8], stream: &Stream) -> Result<Vec<u8>, Flaw> {
    let data = bytes.get(stream.data.clone()).ok_or(Flaw::Syntax)?;
    let dictionary = &stream.dictionary;
    let single = |object: &Object| -> Result<Object, Flaw> {
        match object {
            Object::Array(items) if items.len() == 1 => Ok(items[0].clone()),
            Object::Array(_) => Err(Flaw::Filter),
            other => Ok(other.clone()),
        }
    };
    match dictionary.get(b"Filter").map(single).transpose()? {
        None => {
            return if data.len() > MAX_UNPACKED { Err(Flaw::Limit) } else { Ok(data.to_vec()) };
        }
        Some(Object::Name(name)) if name == b"FlateDecode" => {}
        Some(_) => return Err(Flaw::Filter),
    }
    let mut out = Vec::new();
    let mut decoder = ZlibDecoder::new(data).take(MAX_UNPACKED as u64 + 1);
    decoder.read_to_end(&mut out).map_err(|_| Flaw::Syntax)?;
    if out.len() > MAX_UNPACKED {
        return Err(Flaw::Limit);
    }
    match dictionary.get(b"DecodeParms").map(single).transpose()? {
        None | Some(Object::Null) => Ok(out),
        Some(Object::Dictionary(parameters)) => unpredicted(out, &parameters),
        Some(_) => Err(Flaw::Filter),
    }
}

/// Undoes PNG prediction (ISO/IEC 15948, 9.2) of rows of bytes.
fn unpredicted(data: Vec<u8>, parameters: &Dictionary) -> Result<Vec<u8>, Flaw> {
    let number = |key: &[u8], default| parameters.integer(key).unwrap_or(default);
    match number(b"Predictor", 1) {
        1 => return Ok(data),
        10..=15 => {}
        _ => return Err(Flaw::Filter),
    }
    if number(b"Colors", 1) != 1 || number(b"BitsPerComponent", 8) != 8 {
        return Err(Flaw::Filter);
    }
    let columns = usize::try_from(number(b"Columns", 1)).map_err(|_| Flaw::Filter)?;
    if !(1..=4096).contains(&columns) || !data.len().is_multiple_of(columns + 1) {
        return Err(Flaw::Filter);
    }
    let mut out: Vec<u8> = Vec::with_capacity(data.len());
    let mut above = vec![0; columns];
    for row in data.chunks_exact(columns + 1) {
        let mut line = row[1..].to_vec();
        for at in 0..columns {
            let left = if at > 0 { line[at - 1] } else { 0 };
            let corner = if at > 0 { above[at - 1] } else { 0 };
            let guess = match row[0] {
                0 => 0,
                1 => left,
                2 => above[at],
                3 => ((u16::from(left) + u16::from(above[at])) / 2) as u8,
                4 => paeth(left, above[at], corner),
                _ => return Err(Flaw::Syntax),
            };
            line[at] = line[at].wrapping_add(guess);
        }
        out.extend_from_slice(&line);
        above = line;
    }
    Ok(out)
}

fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, above, corner].map(i16::from);
    let guess = a + b - c;
    let [pa, pb, pc] = [a, b, c].map(|one| (guess - one).abs());
    if pa <= pb && pa <= pc {
        left
    } else if pb <= pc {
        above
    } else {
        corner
    }
}
