//! Files of the scanner's folder: offered over the open screen, taken into a copy, and left where they are.

use std::path::PathBuf;

use office::{
    document::{Kind, Media, Origin},
    person::PersonId,
};

use super::*;
use crate::{
    scan::Scan,
    watched::{Arrived, News, WatchError},
    window::screen::store,
};

fn arrived(names: &[&str]) -> News {
    let arrived = names
        .iter()
        .map(|name| Arrived { path: PathBuf::from("/scan").join(name), name: (*name).to_owned() });
    News { arrived: arrived.collect(), ..News::default() }
}

fn words(at: &Counted) -> String {
    widgets::shot::words(at.view(), iced::Size::new(1366.0, 2000.0)).join("\n")
}

#[test]
fn files_wait_over_any_screen_and_are_taken_where_papers_are_wanted() {
    let mut at = Counted::at_person("1.001193");
    at.shell.files_came(arrived(&["a.jpg", "b.jpg", "a.jpg"]));
    let shown = words(&at);
    assert!(shown.contains("Tệp mới trong thư mục máy quét: b.jpg, a.jpg."), "{shown}");
    assert!(shown.contains("để lấy") && !shown.contains("Lấy cả"), "{shown}");
    at.press(Pressed::Ctrl('g'));
    assert!(words(&at).contains("b.jpg, a.jpg"), "nothing here takes them");

    let mut at = Counted::at_copy();
    at.shell.files_came(arrived(&["1.jpg", "2.jpg", "3.jpg", "4.jpg"]));
    let shown = words(&at);
    assert!(shown.contains("1.jpg, 2.jpg, 3.jpg và 1 tệp nữa."), "{shown}");
    assert!(shown.contains("Lấy cả"), "{shown}");
    at.press(Pressed::Ctrl('g'));
    let shown = words(&at);
    assert!(!shown.contains("thư mục máy quét"), "{shown}");
    assert!(shown.contains("Đang đọc tệp"), "{shown}");

    // What cannot be taken is told, and goes with the rest.
    let broken = WatchError::Broken("nửa.jpg".into());
    at.shell.files_came(News { troubles: vec![broken], ..News::default() });
    let shown = words(&at);
    assert!(shown.contains("APP-136") && shown.contains("nửa.jpg"), "{shown}");
    at.press(Pressed::Ctrl('u'));
    assert!(!words(&at).contains("APP-136"));
}

/// A copy goes into a store only when the clerk says on what basis, and is told from what somebody brought.
#[test]
fn a_certified_copy_is_kept_as_one() {
    let file = Scan {
        name: String::new(),
        media: Media::Pdf,
        bytes: b"%PDF-1.7\n%%EOF\n".to_vec(),
        restricted: false,
    };
    let copy = store::Copy {
        file,
        title: "Bằng tốt nghiệp".into(),
        number: "12".into(),
        issuer: "UBND xã mẫu".into(),
        issued_on: jiff::civil::date(2026, 3, 2),
    };
    let mut form = store::Form::of_copy(copy);
    let owner = PersonId(7);
    let bases = ["Căn cứ mẫu".to_owned()];
    assert!(form.document(owner, &bases).is_none());
    form.update(store::FormMessage::KindChosen(Kind::ALL[0]));
    assert!(form.document(owner, &bases).is_none(), "no basis is presumed");
    form.update(store::FormMessage::BasisChosen(0));
    let (kept, _) = form.document(owner, &bases).unwrap();
    assert_eq!((kept.origin, kept.title.as_str()), (Origin::CertifiedCopy, "Bằng tốt nghiệp"));
}
