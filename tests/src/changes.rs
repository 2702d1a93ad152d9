//! Prints what happens at the readers, one line a change, for the journey `readers`.

use identity::card::Watcher;

fn main() {
    let mut watcher = Watcher::new();
    while let Some(change) = watcher.wait_for_change() {
        println!("{change:?}");
    }
}
