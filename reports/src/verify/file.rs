//! A PDF as the row of its revisions (ISO 32000-2, 7.5.6), read from the raw bytes without any repair.
//!
//! A revision is what one save wrote: objects, a cross-reference section, `startxref` and `%%EOF`. Its end is
//! computed from its own section, never searched for; every section's objects must lie in its own revision
//! (an entry that repeats what an older section says is no contradiction). A linearized file's two sections
//! are one revision (annex F).

use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet},
    ops::Range,
    rc::Rc,
};

use super::{
    object::{Dictionary, Flaw, Id, Object, Reader, Stream},
    section::{is_linearized, joined, mark, section},
    stream::{starts_stream, stream_data, unpacked},
};

/// Most saves of one file.
const MAX_REVISIONS: usize = 256;
/// Most entries of all sections together.
const MAX_ENTRIES: usize = 4_000_000;
/// Most bytes that all packed streams together may grow to.
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
