//! Sheets of paper under way: what is drawn where, flowing from page to page.
//!
//! A form is first a list of marks at positions; only [`Sheets::finish`] makes a PDF of it. So the
//! whole document is known (its glyphs, its number of pages) before the first byte is written, and a
//! missing glyph or an overlong document fails before anything exists.

pub mod font;
pub mod paper;
pub mod qr;
pub mod table;
pub mod text;
mod writer;

use font::Cut;
use paper::{Mm, PaperSize, Pt};
use text::{Line, Span};

use crate::{Pdf, ReportError, error::MAX_PAGES, pdfa::Facts};

/// No volume of a register is longer.
pub const MAX_REGISTER_PAGES: usize = 5_000;

/// Line height in font sizes.
const LEADING: f32 = 1.2;
/// From the top of a line to its baseline, in font sizes.
const BASELINE: f32 = 0.93;

/// Something on a page. Positions from the top left of the sheet.
#[derive(Clone, Debug, PartialEq)]
enum Mark {
    /// Text from `x` on, standing on `baseline`.
    Text { x: Mm, baseline: Mm, span: Span },
    /// A straight black line.
    Rule { from: (Mm, Mm), to: (Mm, Mm), thickness: Pt },
    /// A rectangle `(x, y, width, height)` in a grey, 0 black to 1 white.
    Shade((Mm, Mm, Mm, Mm), f32),
    /// Black rectangles `(x, y, width, height)`, painted as one shape so that no seam shows.
    Shape(Vec<(Mm, Mm, Mm, Mm)>),
}

/// A small picture that is to stand on a page of somebody else's document.
pub(crate) struct Picture {
    /// A document whose one page is the picture.
    pub document: lopdf::Document,
    /// Its width and height.
    pub size: (Mm, Mm),
}

/// Lines of text, broken to `width`, as a picture just as high as they are.
///
/// # Errors
/// [`ReportError::MissingGlyph`].
pub(crate) fn picture(text: &[Span], width: Mm) -> Result<Picture, ReportError> {
    let mut marks = Vec::new();
    let mut top = Mm(0.0);
    for line in text::wrap(text, width)? {
        let baseline = top + (tallest(&line) * BASELINE).mm();
        top += (tallest(&line) * LEADING).mm();
        let mut x = Mm(0.0);
        for span in line {
            let advance = span.cut.width(&span.text, span.size)?;
            marks.push(Mark::Text { x, baseline, span });
            x += advance;
        }
    }
    let size = (width, top);
    Ok(Picture { document: writer::draw(size, &[marks])?, size })
}

/// Where a line stands in its room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// At the left.
    Left,
    /// In the middle.
    Centre,
    /// At the right: amounts.
    Right,
}

/// A document under way.
pub struct Sheets {
    size: PaperSize,
    body: Pt,
    pages: Vec<Vec<Mark>>,
    /// Pages from which the numbers begin anew.
    parts: Vec<usize>,
    limit: usize,
    y: Mm,
    /// What stands at each sheet's place for the seal; none where the document is not bound.
    sheet: Option<String>,
}

/// Height of the place for the seal across the sheets' edges: seals are 36 mm wide.
const SEAL: Mm = Mm(36.0);

impl Sheets {
    /// One empty page.
    pub fn new(size: PaperSize) -> Self {
        Self::with_body(size, size.body())
    }

    /// Empty sheets with running text of another size.
    pub fn with_body(size: PaperSize, body: Pt) -> Self {
        Self {
            size,
            body,
            pages: vec![Vec::new()],
            parts: vec![0],
            limit: MAX_PAGES,
            y: size.margins().top,
            sheet: None,
        }
    }

    /// Sheets of a register, up to [`MAX_REGISTER_PAGES`].
    pub fn of_register(size: PaperSize, body: Pt) -> Self {
        Self { limit: MAX_REGISTER_PAGES, ..Self::with_body(size, body) }
    }

    /// Size of running text.
    pub fn body(&self) -> Pt {
        self.body
    }

    /// Pages so far, at least 1.
    pub fn pages(&self) -> usize {
        self.pages.len()
    }

    /// The sheet.
    pub fn size(&self) -> PaperSize {
        self.size
    }

    /// Left edge of the text.
    pub fn left(&self) -> Mm {
        self.size.margins().left
    }

    /// Right edge of the text.
    pub fn right(&self) -> Mm {
        self.size.width() - self.size.margins().right
    }

    /// Width of the text.
    pub fn room(&self) -> Mm {
        self.right() - self.left()
    }

    /// Where the text ends.
    pub fn bottom(&self) -> Mm {
        self.size.height() - self.size.margins().bottom
    }

    /// Where the next line begins.
    pub fn y(&self) -> Mm {
        self.y
    }

    /// Moves to `y` on this page.
    pub fn move_to(&mut self, y: Mm) {
        self.y = y;
    }

    /// Leaves `gap` free.
    pub fn skip(&mut self, gap: Mm) {
        self.y += gap;
    }

    /// Begins a page.
    ///
    /// # Errors
    /// [`ReportError::TooLong`] beyond [`MAX_PAGES`], or [`MAX_REGISTER_PAGES`] in a register.
    pub fn new_page(&mut self) -> Result<(), ReportError> {
        if self.pages.len() >= self.limit {
            return Err(ReportError::TooLong);
        }
        self.pages.push(Vec::new());
        self.y = self.size.margins().top;
        Ok(())
    }

    /// Begins a page unless `height` still fits here.
    ///
    /// # Errors
    /// [`ReportError::TooLong`].
    pub fn keep(&mut self, height: Mm) -> Result<(), ReportError> {
        if self.y + height > self.bottom() {
            self.new_page()?;
        }
        Ok(())
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// A line from one point to another.
    pub fn rule(&mut self, from: (Mm, Mm), to: (Mm, Mm), thickness: Pt) {
        self.mark(Mark::Rule { from, to, thickness });
    }

    /// A frame around a box.
    pub fn frame(&mut self, x: Mm, y: Mm, width: Mm, height: Mm, thickness: Pt) {
        let (right, bottom) = (x + width, y + height);
        // Lines end square: half a thickness more closes the corners.
        let half = thickness.mm() / 2.0;
        self.rule((x - half, y), (right + half, y), thickness);
        self.rule((right, y), (right, bottom), thickness);
        self.rule((right + half, bottom), (x - half, bottom), thickness);
        self.rule((x, bottom), (x, y), thickness);
    }

    /// A dotted line from `x` to `right` to write on.
    pub fn dots(&mut self, x: Mm, right: Mm, y: Mm) {
        const SIDE: Mm = Mm(0.35);
        const STEP: Mm = Mm(1.4);
        let count = ((right - x).0 / STEP.0).max(0.0) as usize;
        self.shape((0..count).map(|i| (x + STEP * i as f32, y, SIDE, SIDE)).collect());
    }

    /// A filled rectangle in a grey, 0 black to 1 white.
    pub fn shade(&mut self, x: Mm, y: Mm, width: Mm, height: Mm, grey: f32) {
        self.mark(Mark::Shade((x, y, width, height), grey));
    }

    fn shape(&mut self, rectangles: Vec<(Mm, Mm, Mm, Mm)>) {
        self.mark(Mark::Shape(rectangles));
    }

    /// Sets one line whose top is at `top`, in the box from `x` of width `room`.
    ///
    /// # Errors
    /// [`ReportError::MissingGlyph`].
    pub fn line(
        &mut self,
        x: Mm,
        top: Mm,
        room: Mm,
        align: Align,
        line: &[Span],
    ) -> Result<(), ReportError> {
        let mut x = match align {
            Align::Left => x,
            Align::Centre => x + (room - text::width(line)?) / 2.0,
            Align::Right => x + room - text::width(line)?,
        };
        let baseline = top + (tallest(line) * BASELINE).mm();
        for span in line {
            let width = span.cut.width(&span.text, span.size)?;
            self.mark(Mark::Text { x, baseline, span: span.clone() });
            x += width;
        }
        Ok(())
    }

    /// Sets lines one below the other from `top` on without leaving the page; returns where they end.
    ///
    /// # Errors
    /// [`ReportError::MissingGlyph`].
    pub fn lines(
        &mut self,
        x: Mm,
        top: Mm,
        room: Mm,
        align: Align,
        lines: &[Line],
    ) -> Result<Mm, ReportError> {
        let mut top = top;
        for line in lines {
            self.line(x, top, room, align, line)?;
            top += line_height(line);
        }
        Ok(top)
    }

    /// Sets a paragraph across the text's width from here on, flowing to further pages.
    ///
    /// # Errors
    /// [`ReportError::MissingGlyph`], [`ReportError::TooLong`].
    pub fn paragraph(&mut self, align: Align, spans: &[Span]) -> Result<(), ReportError> {
        for line in text::wrap(spans, self.room())? {
            let height = line_height(&line);
            self.keep(height)?;
            self.line(self.left(), self.y, self.room(), align, &line)?;
            self.y += height;
        }
        Ok(())
    }

    /// Height of [`Sheets::paragraph`] for these spans.
    ///
    /// # Errors
    /// [`ReportError::MissingGlyph`].
    pub fn height(&self, spans: &[Span]) -> Result<Mm, ReportError> {
        let lines = text::wrap(spans, self.room())?;
        Ok(lines.iter().fold(Mm(0.0), |sum, line| sum + line_height(line)))
    }

    /// Sets one line at a place of a page that was left already.
    ///
    /// # Errors
    /// [`ReportError::MissingGlyph`].
    pub fn line_on(
        &mut self,
        page: usize,
        (x, top): (Mm, Mm),
        room: Mm,
        align: Align,
        line: &[Span],
    ) -> Result<(), ReportError> {
        let later = self.pages.split_off((page + 1).min(self.pages.len()));
        let set = self.line(x, top, room, align, line);
        self.pages.extend(later);
        set
    }

    /// Marks at the right edge of every sheet the place for the seal that joins it to its neighbours (giáp lai), with
    /// these words; blanks `{sheet}` and `{sheets}`. A sheet is a page: it is printed on one side.
    pub fn number_sheets(&mut self, words: &str) {
        self.sheet = Some(words.to_owned());
    }

    /// The place for the seal on the page that is last, sheet `n` of `all`.
    fn place_seal(&mut self, words: &str, n: usize, all: usize) -> Result<(), ReportError> {
        let words = words.replace("{sheet}", &n.to_string()).replace("{sheets}", &all.to_string());
        let (edge, middle) = (self.size.width(), self.size.height() / 2.0);
        let room = self.size.margins().right;
        for y in [middle - SEAL / 2.0, middle + SEAL / 2.0] {
            self.rule((edge - room * 0.5, y), (edge, y), Pt(0.4));
        }
        let small = Span::new(&words, Cut::Regular, self.body * 0.6);
        // Between the text and the edge, however long the number of sheets is.
        let wide = text::width(std::slice::from_ref(&small))?;
        let size = if wide > room { small.size * (room.0 / wide.0) } else { small.size };
        self.line(edge - room, middle, room, Align::Centre, &[Span { size, ..small }])
    }

    /// Begins a page of a part that goes to other hands: its pages are numbered for themselves.
    ///
    /// # Errors
    /// As [`Sheets::new_page`].
    pub fn new_part(&mut self) -> Result<(), ReportError> {
        self.new_page()?;
        self.parts.push(self.pages.len() - 1);
        Ok(())
    }

    /// Puts page numbers top centre on every page but a part's first (NĐ 30/2020; a roll is one strip and
    /// has none), and `stamp`, where there is one, below the text of every page.
    ///
    /// # Errors
    /// [`ReportError::MissingGlyph`].
    fn furnish(&mut self, stamp: Option<&str>) -> Result<(), ReportError> {
        let (x, room, small) = (self.left(), self.room(), self.body * 0.9);
        let margins = self.size.margins();
        let drawn = std::mem::take(&mut self.pages);
        let (mut first, all, sheet) = (0, drawn.len(), self.sheet.take());
        for (i, marks) in drawn.into_iter().enumerate() {
            self.pages.push(marks);
            if let Some(words) = &sheet {
                self.place_seal(words, i + 1, all)?;
            }
            if self.parts.contains(&i) {
                first = i;
            }
            if i > first && self.size != PaperSize::Roll80 {
                let number = Span::new(&(i - first + 1).to_string(), Cut::Regular, self.body);
                let top = margins.top - (number.size * 1.5).mm();
                self.line(x, top, room, Align::Centre, &[number])?;
            }
            if let Some(stamp) = stamp {
                // A roll is narrower than the stamp.
                let wide = text::width(&[Span::new(stamp, Cut::Bold, small)])?;
                let size = if wide > room { small * (room.0 / wide.0) } else { small };
                let span = Span::new(stamp, Cut::Bold, size);
                let top = self.bottom() + margins.bottom * 0.25;
                self.line(x, top, room, Align::Centre, &[span])?;
            }
        }
        Ok(())
    }

    /// Makes the PDF. `stamp` is printed on every page.
    ///
    /// # Errors
    /// [`ReportError::MissingGlyph`], [`ReportError::Font`], [`ReportError::Assembly`].
    pub fn finish(mut self, facts: &Facts, stamp: Option<&str>) -> Result<Pdf, ReportError> {
        self.furnish(stamp)?;
        writer::write(self.size, &self.pages, facts)
    }
}

/// Height of a line.
pub fn line_height(line: &[Span]) -> Mm {
    (tallest(line) * LEADING).mm()
}

fn tallest(line: &[Span]) -> Pt {
    Pt(line.iter().fold(0.0, |size, span| span.size.0.max(size)))
}
