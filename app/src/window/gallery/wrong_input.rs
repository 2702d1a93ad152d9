//! What a hand types wrongly stays to be mended: Enter after it empties no field of any screen.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use iced::{
    Size,
    keyboard::{Key, key::Named},
};
use widgets::{
    Mode,
    hand::{Hand, Place},
};

use super::{screens, stage};
use crate::{
    assets::Law,
    clock, demo,
    window::{App, counter::Counter},
};

const WRONG: &str = "31/2/x@";

/// Fields for words, where Enter ends the form and these are words like any: a reason, a name, where a file
/// is from; a search that goes on with them elsewhere; and the field that tries a scanner and is emptied after each.
const TAKES_WORDS: [(&str, &[usize]); 30] = [
    ("setup-devices", &[0]),
    ("devices", &[0]),
    ("devices-lost", &[0]),
    ("person-second-line", &[0]),
    ("person-merge", &[1]),
    ("person-split", &[1]),
    ("reception-search", &[0]),
    ("reception-online", &[0]),
    ("find", &[0]),
    ("trust-import", &[0]),
    ("trust-offer", &[0]),
    ("catalogue-import", &[2]),
    ("codes-import", &[2]),
    ("calendar-add", &[0]),
    ("act-pay", &[0]),
    ("act-annul", &[0]),
    ("act-refuse", &[0]),
    ("remark-erase", &[0]),
    ("pay-exempt", &[0]),
    ("pay-cancel", &[0]),
    ("store-remove", &[0]),
    ("step-transfer", &[0, 1]),
    ("step-supplement", &[1]),
    ("step-resolve", &[0, 1]),
    ("step-return", &[0, 1]),
    ("step-refuse", &[0]),
    ("step-stop", &[0]),
    ("step-withdraw", &[0]),
    ("step-undo", &[0]),
    ("step-payment", &[1]),
];

#[test]
fn wrong_input_stays_in_the_field() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let _entered = runtime.enter();
    let folder = tempfile::tempdir().unwrap();
    let law = Arc::new(Law::load().unwrap());
    drop(demo::make(folder.path(), &law, clock::now()).unwrap());
    let open = |screen| {
        let counter = Counter::default();
        let stage = stage(folder.path(), screen, &law, &counter).ok()?;
        let mut app = App::at(stage, law.clone(), counter, Mode::Light);
        app.folder = folder.path().into();
        Some((app, Hand::new(Size::new(1366.0, 768.0))))
    };
    let (mut tried, mut lost) = (0, Vec::new());
    for screen in screens() {
        let mut place = 0;
        while let Some((mut app, mut hand)) = open(screen) {
            // One opening serves all fields of a screen as long as it stays the same screen.
            let (title, fields) = (app.title(), hand.fields(app.view()).len());
            while place < fields && app.title() == title && hand.fields(app.view()).len() == fields
            {
                hand.take(app.view(), Place(place));
                for c in WRONG.chars() {
                    let key = Key::Character(c.to_string().into());
                    for said in hand.press(app.view(), key, Some(c)) {
                        drop(app.update(said));
                    }
                }
                let typed = hand.fields(app.view()).get(place).cloned().unwrap_or_default();
                for said in hand.press(app.view(), Key::Named(Named::Enter), None) {
                    drop(app.update(said));
                }
                let after = hand.fields(app.view());
                // A secret field shows nothing, typed or not.
                if !typed.is_empty() {
                    tried += 1;
                    let words = TAKES_WORDS
                        .iter()
                        .any(|(name, places)| *name == screen && places.contains(&place));
                    if !words && !after.contains(&typed) {
                        let now = app.title();
                        lost.push(format!(
                            "{screen} {place}: {typed:?} {now} {:?}",
                            after.get(place)
                        ));
                    }
                }
                place += 1;
            }
            drop(app);
            if place >= fields {
                break;
            }
        }
    }
    assert!(lost.is_empty(), "{tried} tried, lost {}: {lost:#?}", lost.len());
    assert!(tried > 300, "{tried}");
}
