//! A line that is typed in the form of its book.

use jiff::civil::DateTime;

use super::{BookLine, Value};
use crate::{
    Explain,
    act::ActError,
    book::{BookDefinition, Number, Numbers},
    eform::{Form, FormData},
    person::Identity,
};

/// Why a line is not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// The book's lines are not typed, or the form is another one.
    #[error("Sổ này không ghi bằng biểu mẫu này. Chưa ghi gì vào sổ. Hãy chọn lại việc.")]
    NotTyped,
    /// Not filled in; what is first to be put right.
    #[error("Dòng ghi sổ chưa đủ: {0} Chưa ghi gì vào sổ.")]
    NotFilled(String),
    /// Whom it names.
    #[error(transparent)]
    People(#[from] ActError),
}

impl Explain for LineError {
    fn code(&self) -> &'static str {
        match self {
            Self::NotTyped => "OFF-165",
            Self::NotFilled(_) => "OFF-166",
            Self::People(error) => error.code(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::NotTyped => {
                "The book's lines are not typed in this form. Nothing was recorded. Choose again."
                    .into()
            }
            Self::NotFilled(_) => {
                "The line is not filled in. Nothing was recorded. Put it right and try again."
                    .into()
            }
            Self::People(error) => error.english(),
        }
    }
}

/// A line that is asked for.
#[derive(Clone, Debug)]
pub struct LineRequest<'a> {
    /// Its book.
    pub book: &'a BookDefinition,
    /// The book's form.
    pub form: &'a Form,
    /// Whom it speaks of.
    pub people: Vec<Identity>,
    /// What was typed.
    pub data: FormData,
    /// Local time.
    pub at: DateTime,
}

impl LineRequest<'_> {
    /// Writes it: its number is taken last, when nothing else can fail.
    ///
    /// # Errors
    /// [`LineError`]; then no number was taken.
    pub fn write(self, numbers: &mut dyn Numbers) -> Result<BookLine, LineError> {
        let (id, day) = (self.book.id, self.at.date());
        if self.book.form.as_ref() != Some(&self.form.id) || self.data.form != self.form.id {
            return Err(LineError::NotTyped);
        }
        if let Some(first) = self.form.problems(&self.data, day).into_iter().next() {
            return Err(LineError::NotFilled(first.sentence));
        }
        let fields = self.data.fields.into_iter().filter(|field| !field.value.is_empty());
        // Replaced by the number that is taken last.
        let series = self.book.period.series(id, day);
        let mut line = BookLine {
            book: id,
            number: Number::Pending { series },
            at: self.at,
            values: fields.map(|field| (field.key, Value::Text(field.value))).collect(),
            people: self.people,
        };
        line.check()?;
        line.number = numbers.next(id, day);
        Ok(line)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::Date;

    use super::*;
    use crate::{
        book::{BookId, BookShelf, Issued, Period},
        eform::{Filling, Forms},
        evidence::Evidence,
        fixture::time,
        person::Contact,
    };

    const BOOK: &[u8] = include_bytes!("../../../../assets/books/visitors.json");
    const FORM: &[u8] = include_bytes!("../../../../assets/eforms/visitors.json");

    /// Counts what is taken.
    #[derive(Default)]
    struct Counting(u32);

    impl Numbers for Counting {
        fn next(&mut self, book: BookId, day: Date) -> Number {
            self.0 += 1;
            let series = Period::Day.series(book, day);
            Number::Issued(Issued { series, value: self.0, epoch: 1 })
        }
    }

    fn attempt(change: impl FnOnce(&mut LineRequest<'_>)) -> (Result<BookLine, LineError>, u32) {
        let shelf = BookShelf::parse_all(&[BOOK]).unwrap();
        let forms = Forms::parse(FORM).unwrap();
        let (book, form) = (&shelf.all()[0], &forms.all()[0]);
        let at = time("2026-11-23 09:00");
        let known = [("visitor", "Khách Thử"), ("host", "Văn thư"), ("party", "2")];
        let filling = Filling::new(form, &Identity::nobody(), &Contact::default(), &known);
        let data = filling.finished(form, at.date());
        let mut request = LineRequest { book, form, people: Vec::new(), data, at };
        change(&mut request);
        let mut numbers = Counting::default();
        (request.write(&mut numbers), numbers.0)
    }

    #[test]
    fn a_line_is_written_with_one_number_or_refused_with_none() {
        let (written, taken) = attempt(|_| {});
        let line = written.unwrap();
        let keys: Vec<&str> = line.values.keys().map(String::as_str).collect();
        assert_eq!(
            (taken, keys),
            (1, vec!["host", "party", "visitor"]),
            "what is empty is left out"
        );
        assert_eq!(line.values["visitor"], Value::Text("Khách Thử".into()));
        let forged = Identity { evidence: Evidence::ChipNotAuthentic, ..Identity::nobody() };
        let lacks = "“Người, bộ phận cần gặp”: chưa điền.".to_owned();
        type Change<'a> = Box<dyn FnOnce(&mut LineRequest<'_>) + 'a>;
        let refused: [(Change<'_>, LineError); 4] = [
            (Box::new(|r| r.data.form = "other".into()), LineError::NotTyped),
            (
                Box::new(|r| {
                    let host = r.data.fields.iter_mut().find(|field| field.key == "host");
                    host.unwrap().value.clear();
                }),
                LineError::NotFilled(lacks),
            ),
            (Box::new(|r| r.people = vec![forged]), ActError::ForgedIdentity.into()),
            (Box::new(|r| r.people = vec![Identity::nobody()]), ActError::UnknownRequester.into()),
        ];
        for (change, error) in refused {
            assert_eq!(attempt(change), (Err(error), 0));
        }
    }

    #[test]
    fn a_book_is_typed_in_a_form_that_is_there_or_its_file_is_refused() {
        let forms = Forms::parse(FORM).unwrap();
        for (form, refused) in [("visitors", None), ("no_such", Some("OFF-142"))] {
            let book = String::from_utf8_lossy(BOOK);
            let book = book.replace("\"form\": \"visitors\"", &format!("\"form\": \"{form}\""));
            let shelf = BookShelf::parse_all(&[book.as_bytes()]).unwrap();
            assert_eq!(shelf.check_forms(&forms).err().map(|error| error.code()), refused);
        }
    }
}
