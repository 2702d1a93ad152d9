//! How a screen's table is looked at: the order of its rows, which of them, and the columns that the user
//! wants. Rows that are all here are sorted here ([`Grid::order`]); those that come page by page are sorted by
//! the ledger, which is told [`Grid::sorted`], and the filter passes over what does not hold its words
//! ([`Grid::holds`]). The columns are this machine's own affair, see [`crate::tables`]; the shell hands them in when the screen
//! opens and keeps what changed.

use jiff::civil::DateTime;
use ledger::Way;
use office::collate;
use widgets::{
    Element, Icon, check, column, field, quiet, space,
    table::{Layout, Order, Table},
    text,
};

/// The filter's field.
pub const FILTER: &str = "grid-filter";

/// The state of a table.
#[derive(Clone)]
pub struct Grid {
    /// Under which name the machine keeps the columns.
    pub name: &'static str,
    heads: Vec<String>,
    /// The columns as they are wanted; `None` until the shell has handed them in.
    pub layout: Option<Layout>,
    sorted: Option<(usize, Order)>,
    query: String,
    asked: bool,
}

/// What happened to it.
#[derive(Clone, Debug)]
pub enum Message {
    /// A head was clicked, or Ctrl and its number pressed.
    Sorted(usize),
    /// Only rows with these words.
    Filtered(String),
    /// Enter in the filter: the list shows it already.
    FilterEntered,
    /// A column has another width.
    Pulled(usize, f32),
    /// Other columns are wanted. The shell takes this word itself.
    ColumnsAsked,
    /// A column is shown or not.
    Shown(usize, bool),
}

/// What a row is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// A figure, a date as a number.
    Number(i64),
    /// Words, as [`office::collate`] sorts them.
    Words(String),
}

impl Key {
    /// The key of words.
    pub fn words(words: &str) -> Self {
        Self::Words(collate::words(words))
    }

    /// The key of a time; what has none comes first.
    pub fn time(at: Option<DateTime>) -> Self {
        Self::Words(at.map(|at| at.to_string()).unwrap_or_default())
    }

    /// The key of a person's name.
    pub fn name(name: &str) -> Self {
        Self::Words(collate::name(name))
    }
}

/// The ledger's word for it.
pub fn way(order: Order) -> Way {
    match order {
        Order::Rising => Way::Rising,
        Order::Falling => Way::Falling,
    }
}

impl Grid {
    /// A table with these heads.
    pub fn new(name: &'static str, heads: &[impl ToString]) -> Self {
        let heads = heads.iter().map(ToString::to_string).collect();
        Self { name, heads, layout: None, sorted: None, query: String::new(), asked: false }
    }

    /// Takes a message in; whether other rows are shown now, or in another order.
    pub fn update(&mut self, message: Message) -> bool {
        let layout = self.layout.get_or_insert_default();
        let head = |n: usize| self.heads.get(n).cloned();
        match message {
            Message::Sorted(column) => {
                self.sorted = match self.sorted {
                    Some((now, Order::Rising)) if now == column => Some((column, Order::Falling)),
                    Some((now, Order::Falling)) if now == column => None,
                    _ => Some((column, Order::Rising)),
                };
                return true;
            }
            Message::Filtered(query) => {
                self.query = query;
                return true;
            }
            Message::Pulled(n, width) => {
                if let Some(head) = head(n) {
                    layout.widths.insert(head, width);
                }
            }
            Message::FilterEntered => {}
            Message::ColumnsAsked => self.asked = true,
            Message::Shown(n, true) => {
                if let Some(head) = head(n) {
                    layout.hidden.remove(&head);
                }
            }
            // One column is always left.
            Message::Shown(n, false) if layout.hidden.len() + 1 < self.heads.len() => {
                layout.hidden.extend(head(n));
            }
            Message::Shown(..) => {}
        }
        false
    }

    /// Whether the user has just asked for other columns.
    pub fn take_asked(&mut self) -> bool {
        std::mem::take(&mut self.asked)
    }

    /// The column and the way in which rows are sorted; `None`: as they come.
    pub fn sorted(&self) -> Option<(usize, Order)> {
        self.sorted
    }

    /// Rows as they come again: what is shown now has an order of its own.
    pub fn unsort(&mut self) {
        self.sorted = None;
    }

    /// How many columns there are.
    pub fn heads(&self) -> usize {
        self.heads.len()
    }

    /// The same columns under other heads.
    pub fn rename(&mut self, heads: Vec<String>) {
        self.heads = heads;
    }

    /// Whether a row with these words holds every word of the filter.
    pub fn holds(&self, words: impl FnOnce() -> String) -> bool {
        let query = office::text::fold(&self.query);
        if query.is_empty() {
            return true;
        }
        let words = format!(" {}", office::text::fold(&words()));
        query.split_whitespace().all(|word| words.contains(&format!(" {word}")))
    }

    /// Whether only some rows are wanted.
    pub fn filters(&self) -> bool {
        !office::text::fold(&self.query).is_empty()
    }

    /// The places of the rows that hold every word of the filter (each begins a word of theirs, without
    /// diacritics), in the order that is wanted; rows that are alike stay as they came.
    pub fn order<T>(
        &self,
        rows: &[T],
        key: impl Fn(&T, usize) -> Key,
        words: impl Fn(&T) -> String,
    ) -> Vec<usize> {
        let found = rows.iter().enumerate().filter(|(_, row)| self.holds(|| words(row)));
        let Some((column, order)) = self.sorted else { return found.map(|(n, _)| n).collect() };
        let mut keyed: Vec<(Key, usize)> = found.map(|(n, row)| (key(row, column), n)).collect();
        keyed.sort_by(|(a, _), (b, _)| match order {
            Order::Rising => a.cmp(b),
            Order::Falling => b.cmp(a),
        });
        keyed.into_iter().map(|(_, n)| n).collect()
    }

    /// The filter's field.
    pub fn filter<'a, M: Clone + 'a>(
        &'a self,
        placeholder: &'a str,
        message: impl Fn(Message) -> M + 'a,
    ) -> Element<'a, M> {
        self.filter_labelled("", placeholder, message)
    }

    /// The same beside fields with labels.
    pub fn filter_labelled<'a, M: Clone + 'a>(
        &'a self,
        label: &'a str,
        placeholder: &'a str,
        message: impl Fn(Message) -> M + 'a,
    ) -> Element<'a, M> {
        field(label, &self.query)
            .id(FILTER)
            .on_submit(message(Message::FilterEntered))
            .icon(Icon::Search)
            .placeholder(placeholder)
            .on_change(move |query| message(Message::Filtered(query)))
            .into()
    }

    /// The table as the user wants it.
    pub fn dress<'a, M: 'a>(
        &self,
        table: Table<'a, M>,
        message: impl Fn(Message) -> M + Copy + 'a,
    ) -> Table<'a, M> {
        let mut table = table
            .on_sort(move |column| message(Message::Sorted(column)))
            .on_pull(move |column, width| message(Message::Pulled(column, width)));
        if let Some(layout) = &self.layout {
            table = table.layout(layout);
        }
        match self.sorted {
            Some((column, order)) => table.sorted(column, order),
            None => table,
        }
    }

    /// The button that asks for other columns.
    pub fn button<'a, M: Clone + 'a>(message: impl Fn(Message) -> M) -> Element<'a, M> {
        quiet("Cột").key("F6").on_press(message(Message::ColumnsAsked)).into()
    }

    /// The choice of columns.
    pub fn choice(&self) -> Element<'_, Message> {
        let hidden = |head: &str| self.layout.as_ref().is_some_and(|l| l.hidden.contains(head));
        let ticks = self.heads.iter().enumerate().map(|(n, head)| {
            check(head.as_str(), !hidden(head)).on_toggle(move |on| Message::Shown(n, on)).into()
        });
        column(ticks)
            .push(text::small(
                "Máy này nhớ lựa chọn. Bản in và tệp luôn đủ mọi cột. Cửa sổ hẹp thì cột phụ tự ẩn; kéo mép đầu cột để đổi chiều rộng. Xếp theo một cột: bấm đầu cột, hoặc Ctrl và số thứ tự của cột khi đang ở trong danh sách; lần nữa thì xếp ngược, lần thứ ba thì thôi xếp.",
            ))
            .spacing(space::S)
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADS: [&str; 3] = ["Số", "Người nộp", "Số tiền"];

    fn grid() -> Grid {
        Grid::new("thu", &HEADS)
    }

    #[test]
    fn a_head_sorts_rising_then_falling_then_as_the_rows_come() {
        let rows = [(3, "Đặng Thị An"), (1, "Bùi Văn Cũ"), (2, "dang thi an"), (10, "Vàng A Thử")];
        let key = |row: &(i64, &str), column: usize| match column {
            0 => Key::Number(row.0),
            _ => Key::words(row.1),
        };
        let mut grid = grid();
        for (column, expected) in [
            (0, [1, 2, 0, 3]),
            (0, [3, 0, 2, 1]),
            (0, [0, 1, 2, 3]),
            (1, [1, 2, 0, 3]),
            (1, [3, 0, 2, 1]),
            (0, [1, 2, 0, 3]),
        ] {
            assert!(grid.update(Message::Sorted(column)));
            let order = grid.order(&rows, key, |row| row.1.to_owned());
            assert_eq!(order, expected, "{column} {:?}", grid.sorted());
        }
        for (query, expected) in [("", &[1, 2, 0, 3][..]), ("AN thị", &[2, 0]), ("ngx", &[])] {
            assert!(grid.update(Message::Filtered(query.into())));
            assert_eq!(grid.order(&rows, key, |row| row.1.to_owned()), expected, "{query}");
        }
    }

    #[test]
    fn columns_come_and_go_and_one_is_always_left() {
        let mut grid = grid();
        for n in 0..3 {
            assert!(!grid.update(Message::Shown(n, false)));
        }
        let layout = grid.layout.clone().unwrap_or_default();
        assert_eq!(layout.hidden.into_iter().collect::<Vec<_>>(), ["Người nộp", "Số"]);
        grid.update(Message::Shown(0, true));
        grid.update(Message::Pulled(2, 88.0));
        grid.update(Message::Pulled(9, 88.0));
        let layout = grid.layout.unwrap_or_default();
        assert_eq!(layout.hidden.into_iter().collect::<Vec<_>>(), ["Người nộp"]);
        assert_eq!(layout.widths.into_iter().collect::<Vec<_>>(), [("Số tiền".to_owned(), 88.0)]);
    }
}
