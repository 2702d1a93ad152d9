"""Makes forged PDFs by altering genuine ones, and a table of what each must be called and why.
usage: forged.py FOLDER (in which genuine.py made its files)"""

import hashlib
import io
import os
import re
import sys

import requests_mock
from asn1crypto import algos, cms, core, tsp, x509
from certomancer.integrations.illusionist import Illusionist
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter

import pki
import plain
from genuine import PKCS7, Maker, qpdf, write

# A forger's program does not keep to what certifying signers forbid.
signers.PdfSigner._enforce_certification_constraints = lambda *_: None

RANGE = re.compile(rb"/ByteRange ?\[ ?(\d+) (\d+) (\d+) (\d+) *\]")


def span(pdf, which=-1):
    """The place of a signature's Contents, brackets included, and of its ByteRange."""
    found = list(RANGE.finditer(pdf))[which]
    _, first, second, _ = (int(one) for one in found.groups())
    return first, second, found


def contents(pdf, which=-1):
    first, second, _ = span(pdf, which)
    return bytes.fromhex(pdf[first + 1:second - 1].decode())


def with_contents(pdf, der, which=-1):
    """The same file with another signature in its place."""
    first, second, _ = span(pdf, which)
    room = (second - first - 2) // 2
    assert len(der) <= room
    return pdf[:first + 1] + der.hex().encode() + b"0" * (2 * (room - len(der))) + pdf[second - 1:]


def with_range(pdf, numbers, which=-1):
    """The same file with another ByteRange of the same length."""
    _, _, found = span(pdf, which)
    words = b"/ByteRange [%s]" % b" ".join(b"%d" % one for one in numbers)
    assert len(words) <= len(found.group(0)), words
    return pdf[:found.start()] + words.ljust(len(found.group(0))) + pdf[found.end():]


def der_of(pdf, which=-1):
    return cms.ContentInfo.load(contents(pdf, which))


def flip(data, at, bit=1):
    return data[:at] + bytes([data[at] ^ bit]) + data[at + 1:]


def resigned(maker, pdf, change, key="rsa1", hash="sha256"):
    """Alters the CMS by `change(signer_info, signed_data)` before its attributes are signed again."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding
    info = der_of(pdf)
    data = info["content"]
    signer = data["signer_infos"][0]
    change(signer, data)
    signed = signer["signed_attrs"].untag().dump(force=True)
    private = serialization.load_der_private_key(pki.key(maker.arch, key).dump(), None)
    signer["signature"] = private.sign(signed, padding.PKCS1v15(), getattr(hashes, hash.upper())())
    return with_contents(pdf, info.dump(force=True))


def drop_attribute(signer, name):
    kept = [one for one in signer["signed_attrs"] if one["type"].native != name]
    signer["signed_attrs"] = cms.CMSAttributes(kept)


def update_object(pdf, number, change, trailer=b""):
    """An update that writes one object anew, altered as text."""
    found = list(re.finditer(rb"(?:^|\n)%d 0 obj\s(.*?)\s*endobj" % number, pdf, re.S))[-1]
    return plain.update(pdf, {number: change(found.group(1))}, trailer)


def make(maker):
    out = {}

    def keep(name, pdf, overall, *codes):
        out[name] = (pdf, overall, codes)

    objs = plain.objects(3)
    base = plain.classic(objs)
    once = maker.sign(base)
    twice = maker.sign(once, "second", "Ky2")
    p1 = maker.sign(base, certify=True, docmdp_permissions=MDPPerm.NO_CHANGES)
    p2 = maker.sign(base, certify=True, docmdp_permissions=MDPPerm.FILL_FORMS)
    p3 = maker.sign(base, certify=True, docmdp_permissions=MDPPerm.ANNOTATE)
    lt = maker.sign(base, level="B-LT")
    lta = maker.sign(base, level="B-LTA")
    visible = maker.sign(base, visible=(300, 50, 500, 100))
    bases = {"once": once, "twice": twice, "p1": p1, "p2": p2, "p3": p3, "lt": lt, "lta": lta, "visible": visible}

    # ---- bits
    for name, pdf in bases.items():
        at = pdf.index(b"1.000.000")
        keep(f"bit-content-{name}", flip(pdf, at), "invalid", "VER-21")
    keep("bit-header", flip(once, 7), "invalid", "VER-21")
    keep("bit-last-byte", flip(once, len(once) - 8), "invalid")
    first, second, _ = span(once)
    raw = contents(once)
    info = der_of(once)
    signature = info["content"]["signer_infos"][0]["signature"].native
    keep("bit-signature", with_contents(once, raw.replace(signature, flip(signature, 40))), "invalid", "VER-22")
    digest = next(one["values"][0].native for one in info["content"]["signer_infos"][0]["signed_attrs"] if one["type"].native == "message_digest")
    keep("bit-digest-attribute", with_contents(once, raw.replace(digest, flip(digest, 3))), "invalid", "VER-21")
    certificate = pki.cert(maker.arch, "signer").dump()
    keep("bit-certificate", with_contents(once, raw.replace(certificate, flip(certificate, len(certificate) - 5))), "invalid")
    keep("bit-certificate-name", with_contents(once, raw.replace("Nguyễn Văn Mẫu".encode(), "Nguyễn Văn Nẫu".encode())), "invalid")
    keep("text-changed", once.replace(b"1.000.000", b"9.000.000", 1), "invalid", "VER-21")
    keep("sha1-collision-range-content", once.replace(b"/Title (Mau)", b"/Title (Gia)", 1), "invalid", "VER-21")

    # ---- ByteRange
    a, b, c, d = 0, first, second, len(once) - second
    for name, numbers, code in [
        ("starts-late", (1, b - 1, c, d), "VER-13"),
        ("gap-wide", (0, b - 20, c, d), "VER-14"),
        ("gap-wide-after", (0, b, c + 9, d - 9), "VER-14"),
        ("gap-narrow", (0, b + 2, c, d), "VER-14"),
        ("short", (0, b, c, d - 30), "VER-16"),
        ("short-by-one", (0, b, c, d - 7), "VER-16"),
        ("past-end", (0, b, c, d + 9), "VER-13"),
        ("overlap", (0, c, b, d), "VER-13"),
        ("all-once", (0, len(once), len(once), 0), "VER-13"),
        ("two-numbers", (0, len(once)), "VER-13"),
        ("negative", (0, -9, c, d), "VER-13"),
        ("negative-start", (-1, 9, c, d), "VER-13"),
        ("zero", (0, 0, 0, 0), "VER-13"),
        ("only-first", (0, b, c, 0), "VER-16"),
    ]:
        keep(f"range-{name}", with_range(once, numbers), "invalid", code)
    found = span(once)[2]
    words = found.group(0)
    keep("range-missing", once.replace(words, b"/ByteRangf" + words[10:]), "invalid", "VER-13")
    keep("range-null", once.replace(words, b"/ByteRange null".ljust(len(words))), "invalid", "VER-13")
    keep("range-real", once.replace(words, (b"/ByteRange [0. %d %d %d]" % (b, c, d)).ljust(len(words))[:len(words)] if len(b"/ByteRange [0. %d %d %d]" % (b, c, d)) <= len(words) else words.replace(b"[0 ", b"[+").replace(b"[ 0 ", b"[ +")), "invalid")
    keep("range-six-numbers", with_range(once, (0, 5, 5, 5, 9, 9)), "invalid", "VER-13")
    keep("range-huge", with_range(once, (0, b, 999999, 9)), "invalid", "VER-13")

    # ---- Contents
    room = second - first - 2
    keep("contents-zero", once[:first + 1] + b"0" * room + once[second - 1:], "invalid", "VER-15")
    keep("contents-empty", once[:first] + b"<>".ljust(room + 2) + once[second:], "invalid")
    keep("contents-null", once[:first] + b"null".ljust(room + 2) + once[second:], "invalid")
    keep("contents-literal", once[:first] + b"(" + b"a" * room + b")" + once[second:], "invalid", "VER-14")
    keep("contents-padding", with_contents(once, raw.rstrip(b"\0") + b"\0\0x"), "invalid", "VER-15")
    keep("contents-cut", with_contents(once, raw[:900]), "invalid", "VER-20")
    keep("contents-one-byte", with_contents(once, b"\x30"), "invalid", "VER-20")
    keep("contents-empty-sequence", with_contents(once, b"\x30\x00"), "invalid", "VER-20")
    keep("contents-spaces", once[:second - 5] + b"    " + once[second - 1:], "invalid")
    keep("contents-indefinite", with_contents(once, b"\x30\x80" + raw.rstrip(b"\0")[4:] + b"\0\0"), "invalid", "VER-15")
    keep("contents-of-other-file", with_contents(once, contents(p2)[:room // 2].rstrip(b"\0")), "invalid", "VER-21")

    # ---- updates
    fake = plain.stream(plain.content(b"Trang 1: so tien 9.999.000.000 dong"))
    evil_annotation = b"<< /Type /Annot /Subtype /FreeText /Rect [60 700 500 740] /Contents (9 ty) /DA (/F1 18 Tf 0 g) /P 10 0 R >>"
    judged = {"once": "valid_changed_later", "twice": "valid_changed_later", "lt": "valid_changed_later", "lta": "valid_changed_later", "visible": "valid_changed_later", "p1": "invalid", "p2": "invalid", "p3": "invalid"}
    for name, pdf in bases.items():
        code = "VER-53" if judged[name] != "invalid" else "VER-51"
        keep(f"content-replaced-{name}", plain.update(pdf, {11: fake}, root=b"1 0 R"), judged[name], code)
        keep(f"junk-appended-{name}", pdf + b"\n% vo hai\nabc", "invalid", "VER-11")
    page = lambda more: lambda text: text.replace(b"/MediaBox", more + b" /MediaBox", 1)
    for name, pdf in bases.items():
        annots = lambda text: (re.sub(rb"/Annots \[(.*?)\]", rb"/Annots [\1 90 0 R]", text, flags=re.S))
        found = list(re.finditer(rb"\n10 0 obj\s(.*?)\s*endobj", pdf, re.S))[-1].group(1)
        changed = annots(found) if b"/Annots" in found else found.replace(b"/MediaBox", b"/Annots [90 0 R] /MediaBox", 1)
        overall = "valid_changed_later" if name in ("p3",) else judged[name]
        keep(f"evil-annotation-{name}", plain.update(pdf, {10: changed, 90: evil_annotation}), overall, "VER-53" if overall != "invalid" else "VER-51")
    keep("font-replaced", plain.update(once, {3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>"}), "valid_changed_later", "VER-53")
    keep("page-added", plain.update(once, {2: b"<< /Type /Pages /Count 4 /Kids [10 0 R 12 0 R 14 0 R 90 0 R] >>", 90: objs[10]}), "valid_changed_later", "VER-53")
    keep("page-removed", plain.update(once, {2: b"<< /Type /Pages /Count 2 /Kids [10 0 R 12 0 R] >>"}), "valid_changed_later", "VER-53")
    keep("pages-swapped", plain.update(once, {2: b"<< /Type /Pages /Count 3 /Kids [12 0 R 10 0 R 14 0 R] >>"}), "valid_changed_later", "VER-53")
    keep("pages-swapped-p3", plain.update(p3, {2: b"<< /Type /Pages /Count 3 /Kids [12 0 R 10 0 R 14 0 R] >>"}), "invalid", "VER-51")
    keep("page-resource-added", update_object(once, 10, page(b"/Rotate 180")), "valid_changed_later", "VER-53")
    keep("page-box", update_object(p2, 12, lambda text: text.replace(b"842", b"400")), "invalid", "VER-51")
    keep("title-changed", update_object(once, 4, lambda text: text.replace(b"(Mau)", b"(Gia)")), "valid_changed_later", "VER-53")
    keep("object-freed", plain.update(once, {}, free=[11]), "valid_changed_later", "VER-53")
    keep("catalog-action", update_object(once, 1, lambda text: text.replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>", 1)), "valid_changed_later", "VER-53", "VER-64")
    keep("root-moved", plain.update(once, {90: objs[1]}, root=b"90 0 R"), "invalid", "VER-50")
    keep("root-moved-p2", plain.update(p2, {90: objs[1]}, root=b"90 0 R"), "invalid", "VER-50")
    keep("unused-object", plain.update(once, {90: fake}), "valid_changed_later", "VER-53")
    keep("unused-object-p1", plain.update(p1, {90: fake}), "invalid", "VER-51")
    keep("field-dropped", update_object(once, 1, lambda text: re.sub(rb"/AcroForm \d+ 0 R", b"", text)), "invalid", "VER-50")
    keep("two-updates", plain.update(plain.update(once, {11: fake}), {11: objs[11]}), "valid")
    keep("changed-between-signatures", maker.sign(plain.update(once, {11: fake}), "second", "Ky2"), "valid_changed_later", "VER-53")
    keep("changed-between-signatures-p2", maker.sign(plain.update(p2, {11: fake}), "second", "Ky2"), "invalid", "VER-51")
    keep("dss-as-content-lt", plain.update(lt, {11: plain.stream(contents(lt, 0)[:50])}), "valid_changed_later", "VER-53")

    # ---- shadow attacks: prepared before signing
    hidden = plain.objects(1, extra={90: fake})
    shadow = maker.sign(plain.classic(hidden))
    at = shadow.index(b"\n90 0 obj") + 1
    end = len(shadow)
    keep("shadow-replace-by-table", shadow + plain.table({11: at}, b"/Size 95 /Root 1 0 R /Prev %d" % plain.last_table(shadow), end, free=False), "invalid", "VER-10")
    keep("shadow-replace-by-reference", update_object(shadow, 10, lambda text: text.replace(b"/Contents 11 0 R", b"/Contents 90 0 R")), "valid_changed_later", "VER-53")
    cover = b"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Length 0 >>\nstream\n\nendstream"
    overlay = plain.objects(1, extra={90: cover}, page_extra=b"")
    overlay[10] = overlay[10].replace(b"/Font <<", b"/XObject << /X 90 0 R >> /Font <<")
    overlay[11] = plain.stream(plain.content(b"so tien 9.000") + b" /X Do")
    signed = maker.sign(plain.classic(overlay))
    keep("shadow-hide", plain.update(signed, {90: b"<< /Length 0 >>\nstream\n\nendstream"}), "valid_changed_later", "VER-53")
    keep("shadow-hide-freed", plain.update(signed, {}, free=[90]), "valid_changed_later", "VER-53")
    dangling = plain.objects(1)
    dangling[10] = dangling[10].replace(b"/Contents 11 0 R", b"/Contents [11 0 R 95 0 R]")
    signed = maker.sign(plain.classic(dangling))
    keep("shadow-dangling", plain.update(signed, {95: fake}), "valid_changed_later", "VER-53")
    # The page names an object that a later update writes as a "certificate" of the DSS.
    update = plain.update(signed, {95: fake})
    keep("shadow-dss", update_object(update, 1, lambda text: text.replace(b"/Type /Catalog", b"/Type /Catalog /DSS << /Certs [95 0 R] >>", 1)), "valid_changed_later", "VER-53")
    length = plain.objects(1, extra={91: b"%d" % (len(plain.content(b"so tien 5")))})
    length[11] = plain.stream(plain.content(b"so tien 5")).replace(b"/Length %d" % len(plain.content(b"so tien 5")), b"/Length 91 0 R")
    signed = maker.sign(plain.classic(length))
    keep("shadow-length", plain.update(signed, {91: b"10"}), "valid_changed_later", "VER-53")
    form = plain.classic(plain.form())
    signed = maker.sign(form, field="Ky1", new=False)
    keep("form-filled-unasked", maker.fill(signed, "so", "9.000"), "valid_changed_later", "VER-53")
    form_p1 = maker.sign(form, field="Ky2", certify=True, docmdp_permissions=MDPPerm.NO_CHANGES)
    keep("form-filled-p1", maker.fill(form_p1, "so", "9.000"), "invalid", "VER-51")
    locked = maker.sign(form, field="Ky2", spec=SigFieldSpec("Ky2", field_mdp_spec=FieldMDPSpec(FieldMDPAction.INCLUDE, fields=["so"])), certify=True, docmdp_permissions=MDPPerm.FILL_FORMS)
    keep("locked-field-filled", maker.fill(locked, "so", "9.000"), "invalid", "VER-52")
    form_p2 = maker.sign(form, field="Ky2", certify=True, docmdp_permissions=MDPPerm.FILL_FORMS)
    keep("field-moved-p2", update_object(form_p2, 30, lambda text: re.sub(rb"/Rect ?\[.*?\]", b"/Rect [0 0 595 842]", text, flags=re.S)), "invalid", "VER-51")
    keep("field-script-p2", update_object(form_p2, 30, lambda text: text.replace(b"/FT", b"/AA << /K << /S /JavaScript /JS (1) >> >> /FT", 1)), "invalid", "VER-51")
    keep("field-renamed-p2", update_object(form_p2, 30, lambda text: re.sub(rb"/T \((.*?)\)", b"/T (khac)", text, count=1)), "invalid", "VER-51")

    # ---- further signatures as a disguise
    keep("sneaky-signature-p1", maker.sign(p1, "second", "Ky2"), "invalid", "VER-51")
    keep("sneaky-visible-large", maker.sign(once, "second", "Ky2", visible=(0, 0, 595, 842)), "valid_changed_later", "VER-53")
    keep("sneaky-visible-large-p2", maker.sign(p2, "second", "Ky2", visible=(0, 0, 595, 842)), "invalid", "VER-51")
    broken_second = flip(twice, span(twice)[0] + 2 * 1200, 2)
    keep("second-broken", with_contents(twice, b"\x30\x03\x02\x01\x01"), "invalid", "VER-20")
    keep("second-broken-bit", broken_second, "invalid")
    keep("first-broken-of-two", with_contents(twice, flip(contents(twice, 0).rstrip(b"\0"), 1500), 0), "invalid")
    empty_widget = b"<< /FT /Sig /Type /Annot /Subtype /Widget /T (Gia) /Rect [0 0 595 842] /P 10 0 R /AP << /N 91 0 R >> >>"
    found = list(re.finditer(rb"\n10 0 obj\s(.*?)\s*endobj", p2, re.S))[-1].group(1)
    number = int(re.search(rb"/AcroForm (\d+) 0 R", p2).group(1))
    fields_text = list(re.finditer(rb"(?:^|\n)%d 0 obj\s(.*?)\s*endobj" % number, p2, re.S))[-1].group(1)
    with_field = fields_text.replace(b"/Fields [", b"/Fields [90 0 R", 1)
    page_widget = re.sub(rb"/Annots \[", b"/Annots [90 0 R ", found) if b"/Annots" in found else found.replace(b"/MediaBox", b"/Annots [90 0 R] /MediaBox", 1)
    appearance = b"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Length 0 >>\nstream\n\nendstream"
    keep("sneaky-empty-signature-field-p2", plain.update(p2, {10: page_widget, 90: empty_widget, 91: appearance, number: with_field}), "invalid", "VER-51")
    keep("stamp-forged", with_contents(lta, b"\x30\x03\x02\x01\x01"), "invalid", "VER-42")
    keep("stamp-of-other-file", with_contents(lta, contents(maker.sign(plain.classic(plain.objects(1)), level="B-LTA")).rstrip(b"\0")), "invalid", "VER-42")

    untrusted = io.BytesIO()
    signers.PdfTimeStamper(maker.stamper("tsa-other"), field_name="DTS").timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(once)), "sha256", None, output=untrusted)
    untrusted = untrusted.getvalue()
    keep("stamp-untrusted-later", untrusted, "valid", "VER-54")
    field = int(list(re.finditer(rb"\n(\d+) 0 obj\s*<<\s*/FT /Sig\s*/T \(DTS\)", untrusted))[-1].group(1))
    keep("stamp-made-visible-later", update_object(untrusted, field, lambda text: re.sub(rb"/Rect ?\[.*?\]", b"/Rect [60 700 300 740]", text, flags=re.S)), "valid_changed_later", "VER-53")
    keep("appearance-alone-p2", update_object(form_p2, 30, lambda text: text.replace(b"/FT", b"/AP << /N 91 0 R >> /FT", 1)).replace(b"91 0 R", b"11 0 R"), "valid_changed_later", "VER-53")
    keep("appearance-alone-p1", update_object(form_p1, 30, lambda text: text.replace(b"/FT", b"/AP << /N 11 0 R >> /FT", 1)), "invalid", "VER-51")
    keep("field-gets-kids-p2", update_object(form_p2, 30, lambda text: text.replace(b"/FT", b"/Kids [] /FT", 1)), "invalid", "VER-51")
    small = plain.update(once, {90: b"null"})
    keep("size-shrunk", small[:len(once)] + re.sub(rb"/Size \d+", b"/Size 9", small[len(once):]), "invalid", "VER-10")

    # ---- tricks with tables
    loop = plain.update(once, {11: fake})
    keep("table-loop", plain.update(once, {11: fake}, previous=len(once)), "invalid", "VER-10")
    keep("table-previous-missing", plain.update(once, {11: fake}, previous=17), "invalid", "VER-10")
    keep("table-skips-revision", plain.update(once, {11: fake}, previous=plain.last_table(base)), "invalid", "VER-18")
    keep("table-without-previous", re.sub(rb"/Prev \d+", lambda m: b" " * len(m.group(0)), loop[len(once):]).join([once, b""]), "invalid", "VER-10")
    keep("table-object-twice", plain.update(once, {11: fake}).replace(b"11 1\n", b"11 1\n", 1), "valid_changed_later", "VER-53")
    doubled = plain.update(once, {11: fake})
    rows = re.search(rb"xref\n11 1\n(.{20})", doubled[len(once):], re.S)
    keep("table-number-twice", doubled[:len(once)] + doubled[len(once):].replace(rows.group(0), rows.group(0) + b"11 1\n" + rows.group(1), 1), "invalid", "VER-10")
    hidden_stream = b"90 0 obj\n%s\nendobj\n" % plain.stream(b"\x01" + once.index(b"\n13 0 obj").to_bytes(4, "big") + b"\0\0", b" /Type /XRef /Size 95 /Index [11 1] /W [1 4 2] /Root 1 0 R")
    start = len(once)
    text = hidden_stream + b"11 0 obj\n%s\nendobj\n" % objs[11]
    keep("hybrid-other-object", once + text + plain.table({11: start + len(hidden_stream)}, b"/Size 95 /Root 1 0 R /Prev %d /XRefStm %d" % (plain.last_table(once), start), start + len(text), free=False), "invalid", "VER-10")
    keep("duplicate-key-page", update_object(once, 10, lambda t: t.replace(b"/Contents 11 0 R", b"/Contents 11 0 R /Contents 13 0 R")), "invalid", "VER-10")
    doubled_key = once.replace(b"/Type /Sig\n", b"/Type /Sig\n", 1)
    keep("duplicate-key-trailer", plain.update(once, {90: b"null"}, trailer=b" /Root 1 0 R"), "invalid", "VER-10")
    packed = maker.sign(plain.object_streams(plain.objects(3)))
    container = int(re.search(rb"(\d+) 0 obj\n<< /Length \d+ /Type /ObjStm", packed).group(1))
    keep("object-stream-override", plain.update(packed, {container: plain.stream(b"1 0 " + objs[1], b" /Type /ObjStm /N 1 /First 4")}), "invalid", "VER-10")
    keep("junk-between-objects", junk_in_update(once, fake), "invalid", "VER-10")
    keep("object-hidden-in-update", hidden_in_update(once, objs[11], fake), "invalid", "VER-10")
    keep("startxref-into-signed", once + b"startxref\n%d\n%%%%EOF\n" % plain.last_table(base), "invalid", "VER-18")
    keep("startxref-again", once + b"startxref\n%d\n%%%%EOF\n" % plain.last_table(once), "invalid")
    keep("bytes-before-header", b"abc\n" + once, "invalid")
    keep("cut-by-ten", once[:-10], "invalid", "VER-10")
    keep("cut-half", lta[:len(lta) // 2], "invalid", "VER-18")
    keep("zero-appended", once + b"\0" * 64, "invalid", "VER-11")
    keep("newlines-appended", once + b"\n\n\n", "invalid", "VER-11")
    keep("whole-file-appended", once + base, "invalid", "VER-18")
    keep("signed-file-appended", once + twice, "invalid")
    # ---- signature wrapping: the signed bytes are kept, another object is what the field names
    number = int(re.search(rb"\n(\d+) 0 obj[^>]*?/Contents <", once, re.S).group(1)) if re.search(rb"\n(\d+) 0 obj[^>]*?/Contents <", once, re.S) else 0
    text = re.search(rb"\n%d 0 obj\s(.*?)\s*endobj" % number, once, re.S).group(1)
    keep("wrapped-copy", plain.update(once, {number: text, 11: fake}), "invalid")
    keep("wrapped-range", plain.update(once, {number: text.replace(b"/Contents", b"/Contents", 1)}), "invalid")
    field = int(re.search(rb"\n(\d+) 0 obj\s*<<\s*/FT /Sig", once, re.S).group(1))
    field_text = re.search(rb"\n%d 0 obj\s(.*?)\s*endobj" % field, once, re.S).group(1)
    keep("wrapped-field", plain.update(once, {field: re.sub(rb"/V \d+ 0 R", b"/V 90 0 R", field_text), 90: text}), "invalid")
    keep("signature-in-object-stream", in_object_stream(once, number, text), "invalid")

    # ---- CMS
    keep("weak-hash", maker.sign(base, hash="sha1"), "invalid", "VER-27")
    keep("weak-hash-pkcs7", maker.sign(base, hash="sha1", subfilter=PKCS7), "invalid", "VER-27")
    keep("weak-key", maker.sign(base, "weak"), "invalid", "VER-28")
    keep("weak-curve", maker.sign(base, "curve224"), "invalid", "VER-28")
    keep("expired", maker.sign(base, "expired"), "invalid", "VER-35")
    keep("expired-stamped", maker.sign(base, "expired", level="B-T"), "invalid", "VER-34")
    keep("not-yet", maker.sign(base, "early"), "invalid", "VER-36")
    keep("usage", maker.sign(base, "agree"), "invalid", "VER-32")
    keep("usage-server", maker.sign(base, "server"), "invalid", "VER-32")
    keep("critical", maker.sign(base, "critical"), "invalid", "VER-33")
    keep("unknown-issuer", maker.sign(base, "stranger", signer=maker.signer("stranger", issuers=("other",))), "invalid", "VER-30")
    keep("issuer-missing", maker.sign(base, signer=maker.signer(issuers=())), "invalid", "VER-30")
    keep("issued-by-signer", maker.sign(base, "by-leaf", signer=maker.signer("by-leaf", issuers=("signer", "interm"))), "invalid", "VER-31")
    keep("certificate-sha1", maker.sign(base, "sha1cert"), "invalid", "VER-27")
    revoked = maker.sign(base, "revoked")
    keep("revoked", with_lists(maker, revoked), "invalid", "VER-37")
    keep("revoked-stamped", with_lists(maker, maker.sign(base, "revoked", level="B-T")), "invalid", "VER-37")
    keep("other-certificate", resigned(maker, once, swapped(maker, "twin"), key="rsa2"), "invalid")
    keep("other-certificate-same-key", resigned(maker, once, swapped(maker, "email")), "invalid", "VER-24")
    keep("other-key", resigned(maker, once, lambda *_: None, key="rsa2"), "invalid", "VER-22")
    keep("no-certificate", resigned(maker, once, lambda signer, data: data.__setitem__("certificates", cms.CertificateSet([cms.CertificateChoices("certificate", pki.cert(maker.arch, "interm"))]))), "invalid", "VER-23")
    keep("no-signing-certificate", resigned(maker, once, lambda signer, _: drop_attribute(signer, "signing_certificate_v2")), "invalid", "VER-25")
    keep("no-content-type", resigned(maker, once, lambda signer, _: drop_attribute(signer, "content_type")), "invalid", "VER-21")
    keep("no-message-digest", resigned(maker, once, lambda signer, _: drop_attribute(signer, "message_digest")), "invalid", "VER-21")
    keep("no-signed-attributes", resigned_bare(maker, once), "invalid", "VER-20")
    keep("content-inside", resigned(maker, once, lambda _, data: data.__setitem__("encap_content_info", {"content_type": "data", "content": b"xyz"})), "invalid", "VER-20")
    keep("two-signers", two_signers(once), "invalid", "VER-20")
    keep("no-signer", resigned_none(once), "invalid", "VER-20")
    keep("ess-mismatch", resigned(maker, once, ess_of(maker, "second")), "invalid", "VER-24")
    keep("digest-algorithm-swapped", resigned(maker, once, lambda signer, _: signer.__setitem__("digest_algorithm", {"algorithm": "sha512"})), "invalid", "VER-21")
    keep("subfilter-sha1", renamed(maker.sign(base, subfilter=PKCS7), b"/adbe.pkcs7.detached", b"/adbe.pkcs7.sha1"), "invalid", "VER-17")
    keep("subfilter-x509", renamed(maker.sign(base, subfilter=PKCS7), b"/adbe.pkcs7.detached", b"/adbe.x509.rsa_sha1"), "invalid", "VER-17")
    keep("subfilter-own", renamed(maker.sign(base, subfilter=PKCS7), b"/adbe.pkcs7.detached", b"/toi.tu.nghi.ra"), "invalid", "VER-17")
    # ---- time stamps
    stamped = maker.sign(base, level="B-T")
    keep("stamp-swapped", swap_stamp(stamped, maker.sign(plain.classic(plain.objects(1)), level="B-T")), "invalid", "VER-40")
    keep("stamp-bit", broken_stamp(stamped), "invalid", "VER-40")
    keep("stamp-expired-untrusted", maker.sign(base, "expired", level="B-T", tsa=maker.stamper("tsa-other")), "invalid", "VER-35", "VER-41")
    keep("subfilter-stamp-as-signature", renamed(once, b"/ETSI.CAdES.detached", b"/ETSI.RFC3161"), "invalid")
    # ---- told and left as it is: what was signed may show otherwise elsewhere
    keep("xfa", maker.sign(plain.classic({**plain.form(), 33: plain.form()[33].replace(b"/DA", b"/XFA (<x/>) /DA", 1)}), field="Ky1", new=False), "valid", "VER-63")
    keep("script-signed", maker.sign(plain.classic(plain.objects(1, extra_catalog=b" /OpenAction << /S /JavaScript /JS (1) >>"))), "valid", "VER-64")
    # ---- files that cannot be judged
    keep("encrypted", qpdf(base, "--encrypt", "a", "b", "256", "--"), "unreadable", "VER-03")
    keep("not-pdf", b"PK\x03\x04 khong phai", "unreadable", "VER-01")
    keep("broken-unsigned", base[:-30], "unreadable", "VER-02")
    keep("empty", b"", "unreadable", "VER-01")
    return out


def junk_in_update(pdf, fake):
    """An update with bytes between its objects that no table tells of."""
    start = len(pdf)
    junk = b"12345 lung tung\n"
    data, places = plain.body({11: fake}, start + len(junk))
    return pdf + junk + data + plain.table(places, b"/Size 95 /Root 1 0 R /Info 4 0 R /Prev %d" % plain.last_table(pdf), start + len(junk) + len(data), free=False)


def hidden_in_update(pdf, shown, fake):
    """An update that writes one object twice; the table names the harmless one."""
    start = len(pdf)
    data, places = plain.body({11: shown}, start)
    hidden = b"11 0 obj\n%s\nendobj\n" % fake
    return pdf + data + hidden + plain.table(places, b"/Size 95 /Root 1 0 R /Info 4 0 R /Prev %d" % plain.last_table(pdf), start + len(data) + len(hidden), free=False)


def in_object_stream(pdf, number, text):
    """The signature's dictionary again, in an object stream."""
    start = len(pdf)
    stream = b"90 0 obj\n%s\nendobj\n" % plain.stream(b"%d 0 " % number + text, b" /Type /ObjStm /N 1 /First %d" % len(b"%d 0 " % number))
    rows = b"\x02" + (90).to_bytes(4, "big") + b"\0\0" + b"\x01" + start.to_bytes(4, "big") + b"\0\0" + b"\x01" + (start + len(stream)).to_bytes(4, "big") + b"\0\0"
    table = plain.stream(rows, b" /Type /XRef /Size 92 /Index [%d 1 90 2] /W [1 4 2] /Root 1 0 R /Info 4 0 R /Prev %d" % (number, plain.last_table(pdf)))
    return pdf + stream + b"91 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, start + len(stream))


def renamed(pdf, before, after):
    """Another name of the same length: signed bytes change, and the kind is refused before that is seen."""
    assert len(after) <= len(before)
    return pdf.replace(before, after.ljust(len(before)))


def swapped(maker, name):
    """Another certificate in place of the signer's, named by the signer info."""
    def change(signer, data):
        certificate = pki.cert(maker.arch, name)
        data["certificates"] = cms.CertificateSet([cms.CertificateChoices("certificate", one) for one in (certificate, pki.cert(maker.arch, "interm"))])
        signer["sid"] = cms.SignerIdentifier("issuer_and_serial_number", cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number}))
    return change


def ess_of(maker, name):
    """The attribute that names the signer's certificate names another one."""
    digest = hashlib.sha256(pki.cert(maker.arch, name).dump()).digest()

    def change(signer, _):
        for one in signer["signed_attrs"]:
            if one["type"].native == "signing_certificate_v2":
                one["values"] = [tsp.SigningCertificateV2({"certs": [tsp.ESSCertIDv2({"cert_hash": digest})]})]
        signer["signed_attrs"] = cms.CMSAttributes(list(signer["signed_attrs"]))
    return change


def resigned_bare(maker, pdf):
    """A signature right over the content, without attributes."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding
    first, second, _ = span(pdf)
    info = der_of(pdf)
    signer = info["content"]["signer_infos"][0]
    del signer["signed_attrs"]
    private = serialization.load_der_private_key(pki.key(maker.arch, "rsa1").dump(), None)
    signer["signature"] = private.sign(pdf[:first] + pdf[second:], padding.PKCS1v15(), hashes.SHA256())
    return with_contents(pdf, info.dump(force=True))


def two_signers(pdf):
    info = der_of(pdf)
    one = info["content"]["signer_infos"][0]
    info["content"]["signer_infos"] = cms.SignerInfos([one, one.copy()])
    return with_contents(pdf, info.dump(force=True))


def resigned_none(pdf):
    info = der_of(pdf)
    info["content"]["signer_infos"] = cms.SignerInfos([])
    return with_contents(pdf, info.dump(force=True))


def swap_stamp(pdf, other):
    """The time stamp of another signature."""
    info, token = der_of(pdf), der_of(other)["content"]["signer_infos"][0]["unsigned_attrs"]
    info["content"]["signer_infos"][0]["unsigned_attrs"] = token
    return with_contents(pdf, info.dump(force=True))


def broken_stamp(pdf):
    """One bit of the time inside the token."""
    raw = contents(pdf).rstrip(b"\0")
    at = raw.rindex(b"Z", 0, raw.rindex(b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x04"[:4])) if False else re.search(rb"20\d{12}(\.\d+)?Z", raw).start()
    return with_contents(pdf, flip(raw, at + 11))


def with_lists(maker, pdf):
    """The file with a DSS that has the authorities' newest lists."""
    lists = [maker.arch.service_registry.get_crl(name, pki.NOW).dump() for name in ("interm", "root")]
    streams = {200 + n: plain.stream(one) for n, one in enumerate(lists)}
    catalog = list(re.finditer(rb"\n1 0 obj\s(.*?)\s*endobj", pdf, re.S))[-1].group(1)
    streams[1] = catalog.replace(b"/Type /Catalog", b"/Type /Catalog /DSS << /CRLs [200 0 R 201 0 R] >>", 1)
    return plain.update(pdf, streams)


def main(folder):
    maker = Maker(folder)
    with requests_mock.Mocker() as mocker:
        Illusionist(maker.arch).register(mocker)
        files = make(maker)
    write(folder, "forged", files)


if __name__ == "__main__":
    main(sys.argv[1])
