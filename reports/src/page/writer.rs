//! From marks to PDF operators (printpdf), then to an archive file ([`crate::pdfa`]).

use std::collections::{BTreeMap, BTreeSet};

use printpdf::{
    Color, FontId, Greyscale, LinePoint, Mm as PdfMm, Op, PaintMode, PdfDocument, PdfFont,
    PdfFontHandle, PdfPage, PdfSaveOptions, Point, Polygon, PolygonRing, Pt as PdfPt, TextItem,
    WindingOrder,
};

use super::{
    Mark,
    font::Face,
    paper::{Mm, PaperSize},
};
use crate::{
    Pdf, ReportError,
    pdfa::{self, Facts},
};

/// Writes the pages.
pub(super) fn write(
    size: PaperSize,
    pages: &[Vec<Mark>],
    facts: &Facts,
) -> Result<Pdf, ReportError> {
    let raw = draw((size.width(), size.height()), pages)?;
    Ok(Pdf { bytes: pdfa::archive(raw, facts)?, pages: pages.len() })
}

/// Draws pages of a size, with the fonts that they use.
pub(super) fn draw(size: (Mm, Mm), pages: &[Vec<Mark>]) -> Result<lopdf::Document, ReportError> {
    let mut document = PdfDocument::new("");
    let mut used: BTreeMap<Face, BTreeSet<char>> = BTreeMap::new();
    for mark in pages.iter().flatten() {
        if let Mark::Text { span, .. } = mark {
            for (face, run) in span.cut.runs(&span.text)? {
                used.entry(face).or_default().extend(run.chars());
            }
        }
    }
    for (face, chars) in &used {
        document
            .resources
            .fonts
            .map
            .insert(FontId(face.resource().into()), PdfFont::new(face.cut_down(chars)?));
    }
    document.pages = pages.iter().map(|marks| page(size, marks)).collect::<Result<_, _>>()?;

    let mut warnings = Vec::new();
    Ok(printpdf::to_lopdf_doc(&document, &PdfSaveOptions::default(), &mut warnings))
}

fn page(size: (Mm, Mm), marks: &[Mark]) -> Result<PdfPage, ReportError> {
    let black = Color::Greyscale(Greyscale::new(0.0, None));
    let point = |x: Mm, y: Mm| Point {
        x: PdfPt(hundredths(x.pt().0)),
        y: PdfPt(hundredths((size.1 - y).pt().0)),
    };
    let corner = |x: Mm, y: Mm| LinePoint { p: point(x, y), bezier: false };
    let ring = |x: Mm, y: Mm, width: Mm, height: Mm| PolygonRing {
        points: vec![
            corner(x, y),
            corner(x + width, y),
            corner(x + width, y + height),
            corner(x, y + height),
        ],
    };
    let mut ops =
        vec![Op::SetFillColor { col: black.clone() }, Op::SetOutlineColor { col: black.clone() }];
    for mark in marks {
        match mark {
            Mark::Text { x, baseline, span } => {
                ops.push(Op::StartTextSection);
                for (n, (face, run)) in span.cut.runs(&span.text)?.into_iter().enumerate() {
                    ops.push(Op::SetFont {
                        font: PdfFontHandle::External(FontId(face.resource().into())),
                        size: PdfPt(span.size.0),
                    });
                    if n == 0 {
                        ops.push(Op::SetTextCursor { pos: point(*x, *baseline) });
                    }
                    ops.push(Op::ShowText { items: vec![TextItem::Text(run)] });
                }
                ops.push(Op::EndTextSection);
            }
            Mark::Rule { from, to, thickness } => ops.extend([
                Op::SetOutlineThickness { pt: PdfPt(thickness.0) },
                Op::DrawLine {
                    line: printpdf::Line {
                        points: vec![corner(from.0, from.1), corner(to.0, to.1)],
                        is_closed: false,
                    },
                },
            ]),
            Mark::Shade((x, y, width, height), grey) => ops.extend([
                Op::SetFillColor { col: Color::Greyscale(Greyscale::new(*grey, None)) },
                Op::DrawPolygon {
                    polygon: Polygon {
                        rings: vec![ring(*x, *y, *width, *height)],
                        mode: PaintMode::Fill,
                        winding_order: WindingOrder::NonZero,
                    },
                },
                Op::SetFillColor { col: black.clone() },
            ]),
            Mark::Shape(rectangles) => ops.push(Op::DrawPolygon {
                polygon: Polygon {
                    rings: rectangles
                        .iter()
                        .map(|&(x, y, width, height)| ring(x, y, width, height))
                        .collect(),
                    mode: PaintMode::Fill,
                    winding_order: WindingOrder::NonZero,
                },
            }),
        }
    }
    Ok(PdfPage::new(PdfMm(size.0.0), PdfMm(size.1.0), ops))
}

/// Short numbers keep the file small; a hundredth of a point is beyond any printer.
fn hundredths(points: f32) -> f32 {
    (points * 100.0).round() / 100.0
}
