//! PDF/A-2b (ISO 19005-2): what printpdf leaves out or gets wrong for archives.
//!
//! printpdf's own conformance setting writes a print-shop profile and no valid XMP; here the catalogue
//! gets an sRGB output intent, XMP in step with the Info dictionary, the language, a title and a
//! document id made from the content instead of from chance.

mod icc;

use std::{io::Write, sync::LazyLock};

use flate2::{Compression, write::ZlibEncoder};
use jiff::civil::DateTime;
use lopdf::{Document, Object, Stream, StringFormat, dictionary};
use sha2::{Digest, Sha256};

use crate::ReportError;

/// Program name in the file.
const CREATOR: &str = "Một Cửa";

/// What a document says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Title, shown in the viewer's title bar.
    pub title: String,
    /// When the recorded event happened, Asia/Ho_Chi_Minh; not when the file was made.
    pub at: DateTime,
    /// Names the recorded thing for ever: a reprint has the same.
    pub id: String,
}

/// Compressing was most of the work of a paper: this level costs one part in a hundred more bytes than the
/// best and far less time.
const LEVEL: Compression = Compression::new(6);

/// The colour profile is the same in every document: it is made once.
static PROFILE: LazyLock<Result<Stream, ReportError>> = LazyLock::new(|| {
    let mut stream = Stream::new(dictionary! { "N" => 3 }, icc::srgb());
    squeeze(&mut stream)?;
    Ok(stream)
});

/// Compresses a stream that is not yet.
pub(crate) fn squeeze(stream: &mut Stream) -> Result<(), ReportError> {
    if !stream.allows_compression || stream.dict.has(b"Filter") {
        return Ok(());
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), LEVEL);
    encoder.write_all(&stream.content).map_err(|_| ReportError::Assembly)?;
    let small = encoder.finish().map_err(|_| ReportError::Assembly)?;
    if small.len() < stream.content.len() {
        stream.dict.set("Filter", "FlateDecode");
        stream.set_content(small);
    }
    Ok(())
}

/// Turns a plain document into an archive file.
///
/// # Errors
/// [`ReportError::Assembly`].
pub fn archive(mut document: Document, facts: &Facts) -> Result<Vec<u8>, ReportError> {
    document.version = "1.7".into();
    for object in document.objects.values_mut() {
        if let Object::Stream(stream) = object {
            squeeze(stream)?;
        }
    }

    let profile = document.add_object(PROFILE.clone()?);
    let metadata = document.add_object(
        Stream::new(
            dictionary! { "Type" => "Metadata", "Subtype" => "XML" },
            xmp(facts).into_bytes(),
        )
        .with_compression(false),
    );
    let catalog = document.catalog_mut().map_err(|_| ReportError::Assembly)?;
    catalog.set(
        "OutputIntents",
        vec![Object::Dictionary(dictionary! {
            "Type" => "OutputIntent",
            "S" => "GTS_PDFA1",
            "OutputConditionIdentifier" => Object::string_literal("sRGB IEC61966-2.1"),
            "Info" => Object::string_literal("sRGB IEC61966-2.1"),
            "DestOutputProfile" => profile,
        })],
    );
    catalog.set("Metadata", metadata);
    catalog.set("Lang", Object::string_literal("vi-VN"));
    catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });

    let info = document.add_object(dictionary! {
        "Title" => utf16(&facts.title),
        "Creator" => utf16(CREATOR),
        "Producer" => utf16(CREATOR),
        "CreationDate" => Object::string_literal(pdf_date(facts.at)),
        "ModDate" => Object::string_literal(pdf_date(facts.at)),
    });
    if let Ok(Object::Reference(old)) = document.trailer.get(b"Info").cloned() {
        document.objects.remove(&old);
    }
    document.trailer.set("Info", info);

    // The second half of the id is the content's hash, so the file is written once without it.
    document.trailer.remove(b"ID");
    let content = save(&mut document)?;
    document.trailer.set("ID", vec![half(facts.id.as_bytes()), half(&content)]);
    save(&mut document)
}

fn save(document: &mut Document) -> Result<Vec<u8>, ReportError> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).map_err(|_| ReportError::Assembly)?;
    Ok(bytes)
}

/// Sixteen bytes of a hash.
fn half(of: &[u8]) -> Object {
    let digest: Vec<u8> = Sha256::digest(of).iter().copied().take(16).collect();
    Object::String(digest, StringFormat::Hexadecimal)
}

pub(crate) fn utf16(text: &str) -> Object {
    let bytes =
        [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    Object::String(bytes, StringFormat::Hexadecimal)
}

/// `D:20261123091500+07'00'`
pub(crate) fn pdf_date(at: DateTime) -> String {
    format!("D:{}+07'00'", at.strftime("%Y%m%d%H%M%S"))
}

/// The XMP packet (ISO 16684-1).
fn xmp(facts: &Facts) -> String {
    let at = facts.at.strftime("%Y-%m-%dT%H:%M:%S+07:00");
    let title = escape(&facts.title);
    format!(
        r#"<?xpacket begin="{bom}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
   <pdfaid:part>2</pdfaid:part>
   <pdfaid:conformance>B</pdfaid:conformance>
   <dc:format>application/pdf</dc:format>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
   <dc:language><rdf:Bag><rdf:li>vi-VN</rdf:li></rdf:Bag></dc:language>
   <xmp:CreatorTool>{CREATOR}</xmp:CreatorTool>
   <xmp:CreateDate>{at}</xmp:CreateDate>
   <xmp:ModifyDate>{at}</xmp:ModifyDate>
   <pdf:Producer>{CREATOR}</pdf:Producer>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"#,
        bom = '\u{FEFF}'
    )
}

fn escape(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .map(|c| match c {
            '&' => "&amp;".into(),
            '<' => "&lt;".into(),
            '>' => "&gt;".into(),
            other => other.to_string(),
        })
        .collect()
}
