//! What is written is looked at byte by byte; whether others accept it is judged by `tests/signing/run`.
#![allow(clippy::unwrap_used)]

use jiff::civil::date;
use lopdf::{Stream, StringFormat};

use super::*;

/// A document of one page. `change` has it before it is written.
fn document(change: impl FnOnce(&mut Document, ObjectId, ObjectId)) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let pages = document.new_object_id();
    let content = document.add_object(Stream::new(Dictionary::new(), b"0 0 m".to_vec()));
    let page = document.add_object(dictionary! {
        "Type" => "Page",
        "Parent" => pages,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        "Resources" => Dictionary::new(),
        "Contents" => content,
    });
    let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    document.objects.insert(pages, Object::Dictionary(tree));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    change(&mut document, catalog, page);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// One that nobody signed.
pub(super) fn plain() -> Vec<u8> {
    document(|_, _, _| {})
}

fn plan() -> Plan {
    Plan {
        at: date(2026, 11, 30).at(9, 5, 7, 0),
        name: "Nguyễn Thị Mẫu".into(),
        room: 100,
        look: Look::Invisible,
    }
}

fn in_catalog(key: &str, value: Object) -> Vec<u8> {
    document(|document, catalog, _| {
        document.get_dictionary_mut(catalog).unwrap().set(key, value);
    })
}

/// The four numbers of the last `/ByteRange`.
fn range(bytes: &[u8]) -> Vec<usize> {
    let text = String::from_utf8_lossy(bytes);
    let numbers = text.rsplit("/ByteRange[").next().unwrap().split(']').next().unwrap();
    numbers.split_whitespace().map(|number| number.parse().unwrap()).collect()
}

#[test]
fn everything_but_the_room_is_covered() {
    let original = plain();
    let prepared = prepare(original.clone(), &plan()).unwrap();
    assert!(prepared.bytes.starts_with(&original), "not one byte of the file changes");
    assert_eq!(prepared.gap.len(), 2 * plan().room + 2);
    let gap = &prepared.gap;
    assert_eq!(range(&prepared.bytes), [0, gap.start, gap.end, prepared.bytes.len() - gap.end]);
    let around = [&prepared.bytes[..gap.start], &prepared.bytes[gap.end..]].concat();
    assert_eq!(prepared.digest(Hash::Sha256), Hash::Sha256.digest(&around));

    let signed = prepared.clone().embed(&[0xAB; 100]).unwrap();
    assert_eq!(signed.len(), prepared.bytes.len());
    assert_eq!(&signed[gap.start..gap.start + 5], b"<ABAB");
    assert_eq!([&signed[..gap.start], &signed[gap.end..]].concat(), around);
    assert_eq!(prepared.embed(&[0xAB; 101]), Err(SignError::NoRoom(101)));
}

#[test]
fn pictures_are_not_kept_twice_and_come_through() {
    let (mut picture, bytes) = ((0, 0), vec![7; 5_000]);
    let original = document(|document, _, _| {
        let kind = dictionary! { "Type" => "XObject", "Subtype" => "Image" };
        picture = document.add_object(Stream::new(kind, bytes.clone()));
    });
    let content = |document: &Document| {
        document.get_object(picture).unwrap().as_stream().unwrap().content.clone()
    };
    assert!(content(&Update::of(original.clone()).unwrap().document).is_empty());
    let signed = prepare(original, &plan()).unwrap().embed(&[1; 50]).unwrap();
    assert_eq!(content(&Document::load_mem(&signed).unwrap()), bytes);
}

#[test]
fn what_waited_on_disk_goes_on_and_nothing_else_does() {
    let Prepared { bytes, gap } = prepare(plain(), &plan()).unwrap();
    assert!(Prepared::resume(bytes.clone(), gap.clone()).is_ok());
    for other in [gap.start + 1..gap.end, 0..10, bytes.len()..bytes.len() + 10, gap.end..gap.end] {
        assert_eq!(Prepared::resume(bytes.clone(), other), Err(SignError::Altered));
    }
    let signed = Prepared { bytes, gap: gap.clone() }.embed(&[1; 50]).unwrap();
    assert_eq!(Prepared::resume(signed, gap), Err(SignError::Altered), "signed already");
}

/// Forms and lists that stand in the page or catalogue, or are objects of their own.
#[test]
fn each_signature_has_a_field_of_its_own() {
    let own_list = document(|document, catalog, page| {
        let list = document.add_object(Object::Array(Vec::new()));
        document.get_dictionary_mut(page).unwrap().set("Annots", list);
        let fields = document.add_object(Object::Array(Vec::new()));
        let form = document.add_object(dictionary! { "Fields" => fields });
        document.get_dictionary_mut(catalog).unwrap().set("AcroForm", form);
    });
    for start in [plain(), own_list] {
        let mut bytes = start;
        for round in 1..=3 {
            bytes = prepare(bytes, &plan()).unwrap().embed(&[round; 10]).unwrap();
            let read = Document::load_mem(&bytes).unwrap();
            let catalog = read.catalog().unwrap();
            let form = dictionary_at(&read, catalog, b"AcroForm").unwrap();
            assert_eq!(form.get(b"SigFlags").unwrap().as_i64().unwrap(), 3);
            let fields = entry(&read, form, b"Fields").unwrap().as_array().unwrap();
            let names: Vec<_> = fields
                .iter()
                .map(|field| follow(&read, field).as_dict().unwrap().get(b"T").unwrap())
                .map(|name| String::from_utf8_lossy(name.as_str().unwrap()).into_owned())
                .collect();
            let wanted: Vec<_> = (1..=round).map(|n| format!("Signature{n}")).collect();
            assert_eq!(names, wanted);
            let page = read.page_iter().next().unwrap();
            let page = read.get_dictionary(page).unwrap();
            let shown = entry(&read, page, b"Annots").unwrap().as_array().unwrap();
            assert_eq!(shown, fields, "each field's widget is on the page");
        }
    }
}

#[test]
fn what_cannot_be_signed_is_refused_by_name() {
    let refused = |bytes: Vec<u8>| prepare(bytes, &plan()).unwrap_err();
    assert_eq!(refused(b"text".to_vec()), SignError::NoPdf);
    assert_eq!(refused([b"\xEF\xBB\xBF".to_vec(), plain()].concat()), SignError::Leading);
    let whole = plain();
    assert_eq!(refused(whole[..whole.len() - 20].to_vec()), SignError::Broken);
    // An object that is not where the table says.
    let moved = String::from_utf8_lossy(&whole).replace("0 0 m", "0 0  m");
    assert_eq!(refused(moved.into_bytes()), SignError::Broken);
    let form = dictionary! { "Fields" => vec![], "XFA" => Object::Array(Vec::new()) };
    assert_eq!(refused(in_catalog("AcroForm", form.into())), SignError::DynamicForm);
    let certified = |allowed: i64| {
        document(|document, catalog, _| {
            let signature = document.add_object(dictionary! {
                "Type" => "Sig",
                "Reference" => vec![dictionary! {
                    "TransformMethod" => "DocMDP",
                    "TransformParams" => dictionary! { "P" => allowed },
                }.into()],
            });
            let permissions = dictionary! { "DocMDP" => signature };
            document.get_dictionary_mut(catalog).unwrap().set("Perms", permissions);
        })
    };
    assert_eq!(refused(certified(1)), SignError::Certified);
    assert!(prepare(certified(2), &plan()).is_ok(), "a form may be filled in and signed");
    let empty = document(|document, _, page| {
        let parent = document.get_dictionary(page).unwrap().get(b"Parent").unwrap();
        let parent = parent.as_reference().unwrap();
        let tree = dictionary! { "Type" => "Pages", "Kids" => vec![], "Count" => 0 };
        document.objects.insert(parent, tree.into());
    });
    assert_eq!(refused(empty), SignError::NoPages);
    let locked = document(|document, _, _| {
        document.trailer.set("Encrypt", dictionary! { "Filter" => "Standard" });
    });
    assert!(matches!(refused(locked), SignError::Encrypted | SignError::Broken));
    assert_eq!(prepare(plain(), &Plan { room: MAX_ROOM + 1, ..plan() }), Err(SignError::TooMuch));
}

#[test]
fn stamps_stand_beside_each_other_and_have_their_letters() {
    let look = Look::Text("BẢN SAO ĐIỆN TỬ".into());
    let mut bytes = plain();
    for round in 1..=3 {
        let plan = Plan { look: look.clone(), ..plan() };
        bytes = prepare(bytes, &plan).unwrap().embed(&[round; 10]).unwrap();
    }
    let read = Document::load_mem(&bytes).unwrap();
    let page = read.get_dictionary(read.page_iter().next().unwrap()).unwrap();
    let mut seen: Vec<Vec<f32>> = Vec::new();
    for widget in entry(&read, page, b"Annots").unwrap().as_array().unwrap() {
        let widget = follow(&read, widget).as_dict().unwrap();
        let place = widget.get(b"Rect").unwrap().as_array().unwrap();
        let place: Vec<f32> = place.iter().map(|number| number.as_float().unwrap()).collect();
        let apart = |other: &Vec<f32>| place[3] <= other[1] || place[2] <= other[0];
        assert!(place[1] > 842.0 - 57.0, "within the 20 mm above the text of an A4 page");
        assert!(seen.iter().all(apart), "{place:?} lies over {seen:?}");
        assert!(place[0] > 0.0 && place[2] < 595.0 && place[3] < 842.0);
        seen.push(place);
        let look = dictionary_at(&read, widget, b"AP").unwrap();
        let look = entry(&read, look, b"N").unwrap().as_stream().unwrap();
        let fonts = dictionary_at(&read, &look.dict, b"Resources").unwrap();
        let fonts = dictionary_at(&read, fonts, b"Font").unwrap();
        assert!(
            fonts.len() == 1 && fonts.iter().all(|(_, font)| follow(&read, font).as_dict().is_ok())
        );
    }
    assert_eq!(seen.len(), 3);
    let strange = Plan { look: Look::Text("中".into()), ..plan() };
    assert_eq!(prepare(plain(), &strange), Err(SignError::MissingGlyph('中')));
}

/// Names and strings with every byte come back as they were.
#[test]
fn objects_are_written_as_they_were() {
    let all: Vec<u8> = (0..=255).collect();
    let odd = dictionary! {
        "A#b (c)/d" => Object::String(all.clone(), StringFormat::Literal),
        "R" => Object::Real(-0.015625),
        "L" => vec![Object::Null, true.into(), (-7).into(), Object::Name(b"x y".to_vec())],
    };
    let mut update = Update::of(in_catalog("Odd", odd.clone().into())).unwrap();
    let root = update.document.trailer.get(b"Root").unwrap().as_reference().unwrap();
    let catalog = update.document.get_object(root).unwrap().clone();
    update.put(root, catalog);
    let bytes = update.finish().unwrap();
    let read = Document::load_mem(&bytes).unwrap();
    let back = read.catalog().unwrap().get(b"Odd").unwrap().as_dict().unwrap();
    assert_eq!(back.get(b"A#b (c)/d").unwrap().as_str().unwrap(), all);
    assert_eq!(back.get(b"R").unwrap(), odd.get(b"R").unwrap());
    assert_eq!(back.get(b"L").unwrap(), odd.get(b"L").unwrap());
}
