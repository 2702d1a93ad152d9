//! Pictures dropped on the window: each is searched off the window's thread, one after the other, for a
//! code and, without one, for a machine readable zone.

use std::{
    collections::VecDeque,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use identity::{
    code::{CodeError, Kind, Report, image::MAX_FILE},
    photo::{self, PhotoError},
};

use super::{notice::Notice, scans::Scan};

/// Pictures taken at once; who drops a whole folder did not mean to.
const MOST: usize = 20;

/// The pictures that were dropped together.
#[derive(Default)]
pub struct Dropped {
    waiting: VecDeque<PathBuf>,
    busy: bool,
    done: u64,
    found: Vec<Scan>,
    problem: Option<Notice>,
}

/// What came of them.
pub struct Outcome {
    /// The code or zone to go on with.
    pub scan: Option<Scan>,
    /// What the clerk should know.
    pub notice: Option<Notice>,
}

impl Dropped {
    /// One more picture. Returns the one to be searched now.
    pub fn take(&mut self, path: PathBuf) -> Option<PathBuf> {
        if self.waiting.len() + self.found.len() < MOST {
            self.waiting.push_back(path);
        } else {
            self.problem = Some(Notice::caution(format!(
                "Chỉ đọc {MOST} ảnh một lần; các ảnh sau đã bỏ qua."
            )));
        }
        if self.busy { None } else { self.next() }
    }

    fn next(&mut self) -> Option<PathBuf> {
        let next = self.waiting.pop_front();
        self.busy = next.is_some();
        next
    }

    /// A picture was searched. Returns the next one, or what came of all.
    pub fn searched(&mut self, result: Result<Scan, Notice>) -> Result<PathBuf, Outcome> {
        self.done += 1;
        match result {
            Ok(scan) if !self.found.contains(&scan) => self.found.push(scan),
            Ok(_) => {}
            Err(notice) => self.problem = Some(notice),
        }
        if let Some(next) = self.next() {
            return Ok(next);
        }
        let Self { found, problem, .. } = std::mem::take(self);
        let more = found.len().saturating_sub(1);
        let notice = match more {
            0 => problem,
            _ => Some(Notice::caution(format!(
                "Còn {more} ảnh khác có mã khác. Hãy thả từng ảnh một để mở từng người."
            ))),
        };
        Err(Outcome { scan: found.into_iter().next(), notice })
    }

    /// How many are done, of how many, while a search runs.
    pub fn progress(&self) -> Option<(u64, u64)> {
        let all = self.done + self.waiting.len() as u64 + 1;
        self.busy.then_some((self.done, all))
    }

    /// Whether pictures still wait for their turn.
    pub fn waits(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The rest is not wanted any more; the one that runs ends by itself.
    pub fn stop(&mut self) {
        self.waiting.clear();
        self.found.clear();
    }
}

/// What a picture holds, or why nothing can be taken from it.
pub fn search(path: &Path) -> Result<Scan, Notice> {
    let report = Report::of_file(path).map_err(|error| Notice::error(&error))?;
    match report.kind {
        Kind::None => zone(path),
        // A code of bytes is no text for anybody.
        _ if report.raw.starts_with("hex:") => Err(Notice::caution(report.warnings.join(" "))),
        _ => Ok(Scan { text: report.raw, remarks: report.notes }),
    }
}

fn zone(path: &Path) -> Result<Scan, Notice> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut bytes))
        .map_err(|error| Notice::error(&CodeError::File(error)))?;
    let zone = photo::read_image(&bytes).map_err(|error| match error {
        PhotoError::NotFound => Notice::caution(
            "Không tìm thấy mã QR hay dòng MRZ trong ảnh. Hãy chụp gần hơn, đủ sáng, không lóa.",
        ),
        other => Notice::error(&other),
    })?;
    Ok(Scan { text: zone.text(), remarks: zone.doubt().into_iter().collect() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn end(dropped: &mut Dropped, path: &Path) -> Outcome {
        match dropped.searched(search(path)) {
            Err(outcome) => outcome,
            Ok(next) => end(dropped, &next),
        }
    }

    #[test]
    fn of_several_pictures_one_person_is_opened_and_the_rest_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for (name, text) in [("a.png", "099099000123"), ("b.png", "099099000456")] {
            crate::picture::qr(text, &path(name)).unwrap();
        }
        std::fs::write(path("note.txt"), "no picture").unwrap();
        for (names, code, told) in [
            (&["a.png"][..], Some("099099000123"), false),
            (&["note.txt"], None, true),
            (&["none.png"], None, true),
            // The same code twice is one person; what is no picture beside one is told.
            (&["a.png", "a.png"], Some("099099000123"), false),
            (&["note.txt", "b.png"], Some("099099000456"), true),
            (&["a.png", "b.png"], Some("099099000123"), true),
        ] {
            let mut dropped = Dropped::default();
            let mut first = None;
            for name in names {
                first = dropped.take(path(name)).or(first);
            }
            let all = names.len() as u64;
            assert_eq!(dropped.progress(), Some((0, all)), "{names:?}");
            let outcome = end(&mut dropped, &first.unwrap());
            assert_eq!(outcome.scan.as_ref().map(|scan| &*scan.text), code, "{names:?}");
            assert_eq!(outcome.notice.is_some(), told, "{names:?}");
            assert_eq!(dropped.progress(), None);
        }
    }

    #[test]
    fn what_is_not_wanted_any_more_is_not_searched() {
        let mut dropped = Dropped::default();
        assert!(dropped.take("1.png".into()).is_some());
        for _ in 0..2 * MOST {
            assert!(dropped.take("2.png".into()).is_none());
        }
        assert_eq!(dropped.progress(), Some((0, MOST as u64 + 1)));
        dropped.stop();
        let outcome = end(&mut dropped, Path::new("1.png"));
        assert!(outcome.scan.is_none());
    }
}
