#![allow(clippy::unwrap_used)]
use std::{
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use office::{Explain, document::Media};

use super::*;

const LONG: Duration = Duration::from_secs(60);

/// A JPEG's first bytes are all that is looked at here.
const PAGE: &str = r"'\377\330\377\340page'";

/// What scanners tell of their sources, by `scanimage --all-options`.
const FEEDER: &str = "All options specific to device `fake':
    --source Flatbed|ADF|ADF Duplex [Flatbed]
        Selects the scan source.";

/// Runs a shell script in the program's place; what came, and how it ended.
fn fed(script: &str, sides: Sides, patience: Duration) -> (Vec<Vec<u8>>, Ended) {
    let memory = tempfile::tempdir().unwrap();
    let script = format!(
        r#"for o in "$@"; do case "$o" in --batch=*) b="${{o#--batch=}}" ;; esac; done
        put() {{ f="$(printf "$b" "$1")"; printf {PAGE}"$1" > "$f.part"; mv "$f.part" "$f"; }}
        case "$*" in *--all-options*) cat <<'END'
{FEEDER}
END
        exit 0 ;; esac
        {script}"#
    );
    let shell = || {
        let mut shell = Command::new("sh");
        shell.args(["-c", &script, "scanimage"]);
        shell
    };
    let job = driver::Job { sides, patience, memory: memory.path() };
    let mut pages = Vec::new();
    let ended = driver::feed(&shell, &job, &|| true, &mut |page| {
        pages.push(page.unwrap().bytes);
        true
    });
    assert_eq!(std::fs::read_dir(memory.path()).unwrap().count(), 0, "nothing is left behind");
    (pages, ended)
}

fn code(ended: &Ended) -> Option<&'static str> {
    ended.trouble.as_ref().map(Explain::code)
}

#[test]
fn a_stack_comes_page_by_page_and_ends_when_the_feeder_is_empty() {
    let end = "echo 'scanimage: sane_start: Document feeder out of documents' >&2";
    let (pages, ended) = fed(&format!("put 1; put 2; put 3; {end}"), Sides::One, LONG);
    assert_eq!((pages.len(), code(&ended)), (3, None));
    assert!(pages.iter().zip(["1", "2", "3"]).all(|(page, n)| page.ends_with(n.as_bytes())));
    let (pages, none) = fed(&format!("{end}; exit 7"), Sides::One, LONG);
    assert_eq!((pages.len(), code(&none)), (0, Some("APP-131")));
}

#[test]
fn what_came_before_a_jam_is_kept_and_told() {
    let jam = "echo 'scanimage: sane_start: Document feeder jammed' >&2; exit 6";
    let broken = "echo 'scanimage: sane_read: Error during device I/O' >&2; exit 9";
    for (script, pages, told) in [
        (format!("put 1; put 2; {jam}"), 2, "APP-132"),
        (jam.to_owned(), 0, "APP-132"),
        (format!("put 1; {broken}"), 1, "APP-133"),
        ("put 1; kill -9 $$".to_owned(), 1, "APP-133"),
        (broken.to_owned(), 0, "APP-64"),
        ("echo 'scanimage: no SANE devices found' >&2; exit 1".to_owned(), 0, "APP-70"),
        // Half a page has no name yet.
        (r#"put 1; printf half > "$(printf "$b" 2).part"; exit 9"#.to_owned(), 1, "APP-133"),
    ] {
        let (came, ended) = fed(&script, Sides::One, LONG);
        assert_eq!((came.len(), code(&ended)), (pages, Some(told)), "{script}");
    }
    let two = ScanError::Jam(2).to_string();
    assert!(two.contains("2 trang đã lấy trước đó vẫn còn nguyên"), "{two}");
}

/// What the program started may outlive it and hold its words open: here until the folder is gone.
#[test]
fn words_that_never_end_hold_no_stack_up() {
    let helper = r#"( while [ -d "${b%/*}" ]; do sleep 1; done ) & put 1"#;
    let jam = "echo 'scanimage: sane_start: Document feeder jammed' >&2";
    let (pages, ended) = fed(&format!("{helper}; {jam}; exit 6"), Sides::One, LONG);
    assert_eq!((pages.len(), code(&ended)), (1, Some("APP-132")));
}

#[test]
fn a_feeder_that_hangs_is_given_up_with_what_came() {
    let (pages, ended) = fed("put 1; exec sleep 600", Sides::One, Duration::from_secs(10));
    assert_eq!((pages.len(), code(&ended)), (1, Some("APP-72")));
}

/// The scanner is asked to stop and may let its sheet out.
#[test]
fn a_stack_that_is_not_wanted_any_more_stops() {
    let memory = tempfile::tempdir().unwrap();
    let script = format!(
        r#"case "$*" in *--all-options*) cat <<'END'
{FEEDER}
END
        exit 0 ;; esac
        for o in "$@"; do case "$o" in --batch=*) b="${{o#--batch=}}" ;; esac; done
        trap 'exit 3' TERM
        n=0; while :; do n=$((n+1)); f="$(printf "$b" $n)"; printf {PAGE} > "$f.part"; mv "$f.part" "$f"; done"#
    );
    let shell = || {
        let mut shell = Command::new("sh");
        shell.args(["-c", &script, "scanimage"]);
        shell
    };
    let job = driver::Job { sides: Sides::One, patience: LONG, memory: memory.path() };
    let mut pages = 0;
    let ended = driver::feed(&shell, &job, &|| true, &mut |_| {
        pages += 1;
        false
    });
    assert_eq!((pages, code(&ended)), (1, None));
    let left = AtomicBool::new(true);
    let ended = driver::feed(&shell, &job, &|| left.load(Ordering::Relaxed), &mut |_| {
        left.store(false, Ordering::Relaxed);
        true
    });
    assert!(ended.trouble.is_none());
    assert_eq!(std::fs::read_dir(memory.path()).unwrap().count(), 0);
}

#[test]
fn an_option_that_a_feeder_lacks_is_left_out() {
    let script = r#"case "$*" in
        *--mode*) echo "scanimage: unrecognized option '--mode=Color'" >&2; exit 1 ;;
        *) put 1; echo "out of documents" >&2 ;;
    esac"#;
    assert_eq!(fed(script, Sides::One, LONG).0.len(), 1);
}

/// Scanners name their feeders as they like.
#[test]
fn the_feeder_and_its_way_to_both_sides_are_found() {
    let of = |words: &str, sides| driver::source(words, sides);
    let one = |source: &str| vec![format!("--source={source}")];
    let listed = "  --source Flatbed|ADF|ADF Duplex [Flatbed]\n";
    assert_eq!(of(listed, Sides::One), Some((one("ADF"), false)));
    assert_eq!(of(listed, Sides::Both), Some((one("ADF Duplex"), true)));
    let fujitsu = "    --source ADF Front|ADF Back|ADF Duplex [ADF Front]\n";
    assert_eq!(of(fujitsu, Sides::One), Some((one("ADF Front"), false)));
    let epson = "    --source Flatbed|Automatic Document Feeder [Flatbed]\n    --adf-mode Simplex|Duplex [Simplex]\n";
    let both = vec!["--source=Automatic Document Feeder".to_owned(), "--adf-mode=Duplex".into()];
    assert_eq!(of(epson, Sides::Both), Some((both, true)));
    let test = "    --source Flatbed|Automatic Document Feeder [Flatbed]\n";
    assert_eq!(of(test, Sides::Both), Some((one("Automatic Document Feeder"), false)));
    let brother = "    --source FlatBed|Automatic Document Feeder(left aligned)|Automatic Document Feeder(left aligned,Duplex)|ADF Manual Duplex [x]\n";
    let duplex = one("Automatic Document Feeder(left aligned,Duplex)");
    assert_eq!(of(brother, Sides::Both), Some((duplex, true)));
    for none in ["", "    --source Flatbed [Flatbed]\n", "    --mode Gray|Color [Gray]\n"] {
        assert_eq!(of(none, Sides::One), None);
    }
}

/// SANE's own test device through the real program: ten pages, then its feeder is empty.
#[test]
fn sanes_test_device_gives_ten_pages() {
    let folder = tempfile::tempdir().unwrap();
    let memory = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("dll.conf"), "test\n").unwrap();
    let program = || {
        let mut program = Command::new("scanimage");
        program.env("SANE_CONFIG_DIR", folder.path());
        program
    };
    let job = driver::Job { sides: Sides::Both, patience: LONG, memory: memory.path() };
    let mut pages = Vec::new();
    let ended = driver::feed(&program, &job, &|| true, &mut |page| {
        pages.push(page.unwrap());
        true
    });
    assert_eq!((pages.len(), code(&ended), ended.one_sided), (10, None, true));
    assert!(pages.iter().all(|page| page.media == Media::Jpeg));
    std::fs::write(folder.path().join("dll.conf"), "").unwrap();
    let ended = driver::feed(&program, &job, &|| true, &mut |_| true);
    assert_eq!(code(&ended), Some("APP-70"));
}

/// Where it is told, it is so.
#[test]
fn only_a_folder_in_memory_is_used() {
    if let Some(memory) = driver::memory() {
        assert!(memory.is_dir());
    }
}
