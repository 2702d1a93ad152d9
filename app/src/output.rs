//! What commands print. A reader that has gone (`motcua import … | head`) stops no work: what is written to
//! the ledger is written whole, and the rest of the words is heard by nobody.

/// As `println!`, but a closed pipe is no failure.
macro_rules! say {
    ($($words:tt)*) => {
        $crate::output::line(format_args!($($words)*))
    };
}
pub(crate) use say;

/// Writes a line to standard output.
pub fn line(words: std::fmt::Arguments<'_>) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    // Nothing can be told where nobody listens.
    let _ = out.write_fmt(words).and_then(|()| out.write_all(b"\n"));
}

/// As `eprintln!`, but a closed pipe is no failure.
pub fn error(words: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr().lock(), "{words}");
}
