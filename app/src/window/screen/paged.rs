//! Rows of a list that come page by page, with the one that is selected.

/// The rows so far.
pub struct Paged<T> {
    rows: Vec<T>,
    next: Option<u64>,
    selected: Option<u64>,
}

impl<T> Default for Paged<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), next: None, selected: None }
    }
}

impl<T> Paged<T> {
    /// The first page, and where the next begins.
    pub fn show(&mut self, rows: Vec<T>, next: Option<u64>) {
        self.selected = (!rows.is_empty()).then_some(0);
        (self.rows, self.next) = (rows, next);
    }

    /// The next page.
    pub fn extend(&mut self, rows: Vec<T>, next: Option<u64>) {
        self.rows.extend(rows);
        self.next = next;
    }

    /// Selects a row.
    pub fn select(&mut self, place: u64) {
        self.selected = Some(place);
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

    /// Rows so far.
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
