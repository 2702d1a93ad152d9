//! Papers as others read them: poppler's tools and the preview.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use reports::{PaperSize, preview};

/// Output of a reader fed with `pdf`; `-` is its standard input.
pub fn read_by(tool: &str, args: &[&str], pdf: &[u8]) -> Vec<u8> {
    let mut child = Command::new(tool)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|_| panic!("{tool} is missing: install poppler-utils and qpdf"));
    child.stdin.take().unwrap().write_all(pdf).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{tool}: {output:?}");
    output.stdout
}

/// Text in reading order, blanks as single spaces, pages apart.
pub fn pages_of(pdf: &[u8]) -> Vec<String> {
    let text = String::from_utf8(read_by("pdftotext", &["-raw", "-", "-"], pdf)).unwrap();
    let mut pages: Vec<String> = text
        .split('\u{c}')
        .map(|page| page.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(pages.pop().as_deref(), Some(""), "text ends with a form feed");
    pages
}

/// Page 1 as grey values, `scale` pixels a point.
pub fn grey(pdf: &[u8], scale: f32) -> (usize, usize, Vec<u8>) {
    let page = preview::render(pdf, scale).unwrap().swap_remove(0);
    let grey = page
        .rgba
        .chunks_exact(4)
        .map(|p| ((u16::from(p[0]) + u16::from(p[1]) + u16::from(p[2])) / 3) as u8)
        .collect();
    (page.width as usize, page.height as usize, grey)
}

/// Every word of `pdf` is inside the sheet's margins.
pub fn assert_within_margins(name: &str, pdf: &[u8], size: PaperSize) {
    let boxes = read_by("pdftotext", &["-bbox", "-", "-"], pdf);
    let boxes = String::from_utf8(boxes).unwrap();
    let margins = size.margins();
    let (left, right) = (margins.left.pt().0 - 1.0, (size.width() - margins.right).pt().0 + 1.0);
    let height = size.height().pt().0;
    let mut words = 0;
    for line in boxes.lines().filter(|line| line.contains("<word ")) {
        let [x_min, y_min, x_max, y_max] = ["xMin", "yMin", "xMax", "yMax"].map(|key| {
            let after = line.split_once(&format!("{key}=\"")).unwrap().1;
            after.split_once('"').unwrap().0.parse::<f32>().unwrap()
        });
        assert!(
            x_min >= left && x_max <= right && y_min > 14.0 && y_max < height - 14.0,
            "{name}: {line}"
        );
        words += 1;
    }
    // A slip and a stamp say little.
    let few = if size == PaperSize::Roll80 || name.starts_with("wording") { 30 } else { 80 };
    assert!(words > few, "{name}: {words} words");
}

/// The QR codes that a scanner finds on page 1.
pub fn codes_on(pdf: &[u8]) -> Vec<String> {
    let (width, height, grey) = grey(pdf, 3.0);
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| grey[y * width + x]);
    image.detect_grids().iter().map(|grid| grid.decode().unwrap().1).collect()
}
