//! Rows of a list that come page by page, with the one that is selected.

use ledger::Page;

/// Rows fetched at once.
pub const PAGE: usize = 100;

/// Short pages of the ledger that are asked for at once, some milliseconds each.
pub const SHORT_PAGES: usize = 12;

/// The page from `next` on, with the rows that are wanted. The ledger hands out short pages rather than make a
/// key wait; a few of them are turned until there is a row.
///
/// # Errors
/// Those of turning a page.
pub fn seek<T, E>(
    next: Option<u64>,
    turn: impl Fn(Option<u64>) -> Result<Page<T>, E>,
    wanted: impl Fn(&T) -> bool,
) -> Result<Page<T>, E> {
    let mut found = Page { items: Vec::new(), next };
    for _ in 0..SHORT_PAGES {
        let page = turn(found.next)?;
        found.next = page.next;
        found.items.extend(page.items.into_iter().filter(&wanted));
        if !found.items.is_empty() || found.next.is_none() {
            break;
        }
    }
    Ok(found)
}

/// The rows so far.
pub struct Paged<T> {
    rows: Vec<T>,
    next: Option<u64>,
    /// The last page brought nothing.
    idle: bool,
    selected: Option<u64>,
}

impl<T> Default for Paged<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), next: None, idle: false, selected: None }
    }
}

impl<T> Paged<T> {
    /// The first page, and where the next begins.
    pub fn show(&mut self, rows: Vec<T>, next: Option<u64>) {
        self.selected = (!rows.is_empty()).then_some(0);
        self.idle = rows.is_empty();
        (self.rows, self.next) = (rows, next);
    }

    /// The next page.
    pub fn extend(&mut self, rows: Vec<T>, next: Option<u64>) {
        self.idle = rows.is_empty();
        self.rows.extend(rows);
        if self.selected.is_none() && !self.rows.is_empty() {
            self.selected = Some(0);
        }
        self.next = next;
    }

    /// Selects a row, or none.
    pub fn select(&mut self, place: impl Into<Option<u64>>) {
        self.selected = place.into();
    }

    /// The place of the selected row.
    pub fn selected(&self) -> Option<u64> {
        self.selected
    }

    /// Where the next page begins.
    pub fn next(&self) -> Option<u64> {
        self.next
    }

    /// Whether nothing is there and nothing will come.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.next.is_none()
    }

    /// Whether to go on at once: a page may end before it holds a row, and then no other rows come into sight
    /// that would ask for the next.
    pub fn goes_on(&self) -> bool {
        self.idle && self.next.is_some()
    }

    /// The rows so far.
    pub fn rows(&self) -> &[T] {
        &self.rows
    }

    /// How many they are.
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// Rows for the table: one past the loaded ones asks for the next page when it comes into sight.
    pub fn table_rows(&self) -> u64 {
        self.rows.len() as u64 + u64::from(self.next.is_some())
    }

    /// A row by its place.
    pub fn get(&self, place: u64) -> Option<&T> {
        self.rows.get(usize::try_from(place).ok()?)
    }

    /// Where the page begins that the rows in sight ask for, if they do.
    pub fn wanted(&self, sight: &std::ops::Range<u64>) -> Option<u64> {
        self.next.filter(|_| sight.end > self.rows.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Ten thousand rows in pages of ten; those that are wanted are far apart.
    fn turn(from: Option<u64>) -> Result<Page<u64>, ()> {
        let from = from.unwrap_or(0);
        let items = (from..10_000).take(10).collect();
        Ok(Page { items, next: (from + 10 < 10_000).then_some(from + 10) })
    }

    #[test]
    fn pages_without_a_row_are_passed_over_and_the_list_comes_to_its_end() {
        let wanted = |row: &u64| row % 4_000 == 7;
        let mut rows = Paged::default();
        let first = seek(None, turn, wanted).unwrap();
        rows.show(first.items, first.next);
        assert_eq!((rows.get(0), rows.goes_on(), rows.selected()), (Some(&7), false, Some(0)));
        let mut pages = 0;
        while let Some(next) = rows.wanted(&(0..u64::MAX)) {
            let page = seek(Some(next), turn, wanted).unwrap();
            let nothing = page.items.is_empty();
            rows.extend(page.items, page.next);
            assert_eq!(rows.goes_on(), nothing && rows.next().is_some());
            pages += 1;
        }
        assert_eq!((rows.rows.as_slice(), rows.goes_on()), (&[7, 4_007, 8_007][..], false));
        assert!(pages > 50, "twelve short pages at a time, so that a key is answered: {pages}");
    }

    #[test]
    fn the_first_row_that_comes_late_is_selected() {
        let mut rows = Paged::default();
        rows.show(Vec::new(), Some(9));
        assert!(rows.goes_on() && !rows.is_empty());
        assert_eq!(rows.selected(), None);
        rows.extend(vec!['a'], None);
        assert_eq!(rows.selected(), Some(0));
    }
}
