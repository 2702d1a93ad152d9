//! The text of tables that spreadsheets and banks save: which bytes are text at all, and what parts the
//! cells.
//!
//! UTF-8 is read with or without its mark, UTF-16 only with its mark ("Unicode Text" of Excel), since
//! without one it cannot be told from other bytes. Old code pages (Windows-1258, 1252, TCVN3) are refused:
//! each would read as plausible letters of another. A first line `sep=;` is Excel's own note, no row.

use std::{borrow::Cow, collections::HashMap};

use crate::text::fold;

/// Why bytes are no text of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    /// An Excel workbook, a PDF or another file of its own form.
    #[error(
        "Tệp là sổ tính Excel hoặc tệp dạng khác, không phải bảng dạng chữ. Trong Excel hãy chọn Tệp → Lưu thành (Save As) → “CSV UTF-8 (Comma delimited)”, rồi nhập tệp vừa lưu."
    )]
    Workbook,
    /// Text in an old code page.
    #[error(
        "Tệp dùng bảng mã chữ cũ nên tiếng Việt sẽ sai. Trong Excel hãy chọn Tệp → Lưu thành (Save As) → “CSV UTF-8 (Comma delimited)”, rồi nhập tệp vừa lưu."
    )]
    CodePage,
}

impl NotText {
    /// The same in English.
    pub fn english(self) -> &'static str {
        match self {
            Self::Workbook => {
                "The file is a workbook or another kind of file, no text table. In Excel choose File, Save As, “CSV UTF-8 (Comma delimited)” and import that file."
            }
            Self::CodePage => {
                "The file uses an old code page, in which Vietnamese would be wrong. In Excel choose File, Save As, “CSV UTF-8 (Comma delimited)” and import that file."
            }
        }
    }
}

/// Most characters of an unknown column's name that are told.
const MOST_NAME: usize = 60;

/// First bytes of files that are no text: ZIP (XLSX), OLE2 (XLS), PDF.
const NO_TEXT: [&[u8]; 3] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-"];

/// The text of a file, without its mark and with plain ends of lines, so that lines are counted as a
/// person counts them.
///
/// # Errors
/// [`NotText`].
pub fn text(bytes: &[u8]) -> Result<String, NotText> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        _ if NO_TEXT.iter().any(|begin| bytes.starts_with(begin)) => return Err(NotText::Workbook),
        _ => {
            let text = std::str::from_utf8(bytes).map_err(|_| NotText::CodePage)?;
            Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(text))
        }
    };
    // No table holds this; UTF-16 without its mark does.
    if text.contains('\0') {
        return Err(NotText::CodePage);
    }
    Ok(text.replace("\r\n", "\n"))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'static, str>, NotText> {
    let (units, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(NotText::CodePage);
    }
    char::decode_utf16(units.iter().map(|pair| unit(*pair)))
        .collect::<Result<String, _>>()
        .map(Cow::Owned)
        .map_err(|_| NotText::CodePage)
}

/// What Excel's first line `sep=;` says parts the cells, and the rest from that line's end on, so that
/// lines are counted with it.
pub fn separator(text: &str) -> Option<(u8, &str)> {
    let (first, rest) = text.split_at(text.find('\n').unwrap_or(text.len()));
    let sign = first.trim_end_matches([' ', ';', ',']).get(..4)?;
    if !sign.eq_ignore_ascii_case("sep=") {
        return None;
    }
    match first.as_bytes().get(4) {
        Some(sign @ (b';' | b',' | b'\t' | b'|')) => Some((*sign, rest)),
        _ => None,
    }
}

/// Reads a table whose cells are parted by what its first line says, or by whichever of tab, `;` and `,`
/// is most frequent in its head.
pub(crate) fn reader(text: &str) -> csv::Reader<&[u8]> {
    let head = text.lines().next().unwrap_or_default();
    let count = |sign: &u8| head.bytes().filter(|byte| byte == sign).count();
    let (delimiter, text) = separator(text)
        .unwrap_or((*b"\t;,".iter().max_by_key(|sign| count(sign)).unwrap_or(&b','), text));
    csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(text.as_bytes())
}

/// Columns of a table by their names, which are read without diacritics and with `_` for a blank: `ma_thu_tuc`.
pub(crate) struct Columns(HashMap<String, usize>);

impl Columns {
    /// The columns of a head, and the names of those that are not among `known`. Of two with one name the first
    /// counts.
    ///
    /// # Errors
    /// The first of the `needed` that is missing.
    pub(crate) fn of(
        head: &csv::StringRecord,
        known: &[(&str, &str)],
        needed: &[&'static str],
    ) -> Result<(Self, Vec<String>), &'static str> {
        let (mut columns, mut unknown) = (HashMap::new(), Vec::new());
        for (n, name) in head.iter().enumerate() {
            let name = fold(name).replace(' ', "_");
            if known.iter().any(|(known, _)| *known == name) {
                columns.entry(name).or_insert(n);
            } else if !name.is_empty() {
                unknown.push(name.chars().take(MOST_NAME).collect());
            }
        }
        match needed.iter().find(|needed| !columns.contains_key(**needed)) {
            Some(missing) => Err(missing),
            None => Ok((Self(columns), unknown)),
        }
    }

    /// What stands in a column of this line; nothing where there is no such column.
    pub(crate) fn cell<'r>(&self, record: &'r csv::StringRecord, column: &str) -> &'r str {
        self.0.get(column).and_then(|n| record.get(*n)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn wide(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn text_is_read_however_excel_saved_it() {
        let table = "\u{feff}Ngày\tSố tiền\r\n1\t2\r\n";
        for bytes in [
            table.as_bytes().to_vec(),
            table.trim_start_matches('\u{feff}').as_bytes().to_vec(),
            wide(table, u16::to_le_bytes),
            wide(table, u16::to_be_bytes),
        ] {
            assert_eq!(text(&bytes).unwrap(), "Ngày\tSố tiền\n1\t2\n");
        }
    }

    #[test]
    fn what_is_no_certain_text_is_refused() {
        let mut cut = wide("\u{feff}ab", u16::to_le_bytes);
        cut.pop();
        for (bytes, why) in [
            (b"Nop l\xea ph\xed".to_vec(), NotText::CodePage),
            (wide("Ngay", u16::to_le_bytes), NotText::CodePage),
            (cut, NotText::CodePage),
            (vec![0xff, 0xfe, 0x00, 0xd8], NotText::CodePage),
            (b"PK\x03\x04rest".to_vec(), NotText::Workbook),
            (b"\xd0\xcf\x11\xe0\xa1\xb1".to_vec(), NotText::Workbook),
            (b"%PDF-1.7".to_vec(), NotText::Workbook),
        ] {
            assert_eq!(text(&bytes).unwrap_err(), why, "{bytes:?}");
        }
    }

    #[test]
    fn excels_note_of_the_separator_is_no_row() {
        assert_eq!(separator("sep=;\na;b\n"), Some((b';', "\na;b\n")));
        assert_eq!(separator("SEP=,\na,b"), Some((b',', "\na,b")));
        assert_eq!(separator("sep=;;;;\na;b"), Some((b';', "\na;b")));
        assert_eq!(separator("sep=\t\na\tb"), Some((b'\t', "\na\tb")));
        for text in ["", "sep", "sep=", "sep=x\na", "separator;b\n", "á=;\n", "a;b\nsep=;\n"] {
            assert_eq!(separator(text), None, "{text}");
        }
    }
}
