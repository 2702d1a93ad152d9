"""Makes signed PDFs as other makers make them (pyHanko on many shapes of files) and a table of what each is
worth. usage: genuine.py FOLDER"""

import io
import os
import re
import subprocess
import sys
import tempfile

import requests_mock
from asn1crypto import pem
from certomancer.integrations.illusionist import Illusionist
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils import generic
from pyhanko.sign import signers, fields, timestamps
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, MDPPerm, FieldMDPSpec, FieldMDPAction
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.fetchers.requests_fetchers import RequestsFetcherBackend

import pki
import plain

PADES, PKCS7 = SigSeedSubFilter.PADES, SigSeedSubFilter.ADOBE_PKCS7_DETACHED


class Maker:
    def __init__(self, folder):
        self.arch = pki.make(os.path.join(folder, "keys"))
        self.tsa = self.stamper("tsa")

    def stamper(self, name):
        return timestamps.DummyTimeStamper(pki.cert(self.arch, name), pki.key(self.arch, "tsa"), certs_to_embed=pki.store(self.arch, "root" if name == "tsa" else "other"))

    def signer(self, name="signer", pss=False, issuers=("interm",)):
        return signers.SimpleSigner(pki.cert(self.arch, name), pki.signer_key(self.arch, name), pki.store(self.arch, *issuers), prefer_pss=pss)

    def context(self):
        return ValidationContext(trust_roots=[pki.cert(self.arch, "root")], other_certs=[pki.cert(self.arch, "interm")], allow_fetching=True, fetcher_backend=RequestsFetcherBackend(), revocation_mode="hard-fail")

    def sign(self, pdf, name="signer", field="Ky", level="B-B", subfilter=PADES, pss=False, hash="sha256", visible=None, signer=None, strict=True, tsa=None, spec=None, new=True, **more):
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=strict)
        if level in ("B-LT", "B-LTA"):
            more.update(embed_validation_info=True, validation_context=self.context(), use_pades_lta=level == "B-LTA")
        meta = signers.PdfSignatureMetadata(field_name=field, md_algorithm=hash, subfilter=subfilter, **more)
        if spec is None and new:
            spec = SigFieldSpec(field, box=visible, on_page=0) if visible else SigFieldSpec(field)
        out = io.BytesIO()
        pdf_signer = signers.PdfSigner(
            meta, signer=signer or self.signer(name, pss), timestamper=(tsa or self.tsa) if level != "B-B" else None,
            stamp_style=TextStampStyle(stamp_text="Da ky\n%(ts)s") if visible else None, new_field_spec=spec if new else None)
        pdf_signer.sign_pdf(writer, output=out)
        return out.getvalue()

    def fill(self, pdf, name, value):
        """Fills a text field by an update."""
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        form = writer.root["/AcroForm"]
        for one in form["/Fields"]:
            field = one.get_object()
            if field["/T"] == name:
                field["/V"] = generic.TextStringObject(value)
                writer.mark_update(one)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    def document_stamp(self, pdf):
        out = io.BytesIO()
        signers.PdfTimeStamper(self.tsa).timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), "sha256", self.context(), output=out)
        return out.getvalue()

    def archive_again(self, pdf):
        out = io.BytesIO()
        signers.PdfTimeStamper(self.tsa).update_archival_timestamp_chain(PdfFileReader(io.BytesIO(pdf)), self.context(), output=out)
        return out.getvalue()


def openssl(maker, pdf, *options):
    """The same file with its signature made anew by OpenSSL."""
    first, second = (int(one) for one in re.findall(rb"/ByteRange ?\[ ?0 (\d+) (\d+) ", pdf)[-1])
    with tempfile.TemporaryDirectory() as folder:
        path = lambda name: os.path.join(folder, name)
        for name in ("signer", "interm"):
            with open(path(name), "wb") as file:
                file.write(pem.armor("CERTIFICATE", pki.cert(maker.arch, name).dump()))
        with open(path("key"), "wb") as file:
            file.write(pem.armor("PRIVATE KEY", pki.key(maker.arch, "rsa1").dump()))
        with open(path("data"), "wb") as file:
            file.write(pdf[:first] + pdf[second:])
        subprocess.run(["openssl", "cms", "-sign", "-binary", "-outform", "DER", "-in", path("data"), "-signer", path("signer"), "-inkey", path("key"), "-certfile", path("interm"), "-out", path("cms"), *options], check=True)
        with open(path("cms"), "rb") as file:
            made = file.read()
    room = second - first - 2
    return pdf[:first + 1] + made.hex().encode().ljust(room, b"0") + pdf[second - 1:]


def qpdf(pdf, *options):
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "in.pdf"), os.path.join(folder, "out.pdf")
        with open(source, "wb") as file:
            file.write(pdf)
        subprocess.run(["qpdf", *options, source, target], check=True)
        with open(target, "rb") as file:
            return file.read()


def shapes():
    small = plain.classic(plain.objects(3))
    return {
        "classic": small,
        "no-newline": small.rstrip(b"\n"),
        "carriage": small.replace(b"%%EOF\n", b"%%EOF\r\n"),
        "objstm": plain.object_streams(plain.objects(3)),
        "hybrid": plain.hybrid(plain.objects(3)),
        "linear": qpdf(small, "--linearize"),
        "linear-objstm": qpdf(small, "--linearize", "--object-streams=generate"),
        "qpdf-objstm": qpdf(small, "--object-streams=generate"),
        "updated": plain.update(small, {11: plain.stream(plain.content(b"da sua truoc khi ky"))}),
    }


def make(maker):
    """name → (bytes, overall, levels)"""
    out = {}

    def keep(name, pdf, overall="valid", *levels):
        out[name] = (pdf, overall, levels or ("B-B",))

    bases = shapes()
    for shape, pdf in bases.items():
        strict = shape != "hybrid"
        for level in ("B-B", "B-T", "B-LT", "B-LTA"):
            keep(f"{shape}-{level}", maker.sign(pdf, level=level, strict=strict), "valid", level)
    base, objstm = bases["classic"], bases["objstm"]
    keep("pss", maker.sign(base, pss=True))
    keep("pss-lta", maker.sign(base, pss=True, level="B-LTA"), "valid", "B-LTA")
    keep("ec256", maker.sign(base, "third"))
    keep("ec256-lt", maker.sign(base, "third", level="B-LT"), "valid", "B-LT")
    keep("ec384", maker.sign(base, "curve384", hash="sha384"))
    keep("rsa3072-sha512", maker.sign(base, "long", hash="sha512"))
    keep("sha384", maker.sign(base, hash="sha384"))
    keep("email", maker.sign(base, "email"))
    keep("pkcs7", maker.sign(base, subfilter=PKCS7))
    keep("pkcs7-t", maker.sign(base, subfilter=PKCS7, level="B-T"), "valid", "B-T")
    keep("pkcs7-archive", maker.sign(base, subfilter=PKCS7, level="B-LT"), "valid", "B-LT")
    keep("pkcs7-ec", maker.sign(objstm, "third", subfilter=PKCS7))
    keep("pkcs7-openssl", openssl(maker, maker.sign(base, subfilter=PKCS7)))
    keep("pkcs7-openssl-pss", openssl(maker, maker.sign(base, subfilter=PKCS7), "-keyopt", "rsa_padding_mode:pss"))
    keep("pkcs7-openssl-key-id", openssl(maker, maker.sign(base, subfilter=PKCS7), "-keyid"))
    keep("cades-openssl", openssl(maker, maker.sign(base), "-cades"))
    keep("visible", maker.sign(base, visible=(300, 50, 500, 100)))
    keep("visible-objstm", maker.sign(objstm, visible=(300, 50, 500, 100), level="B-LTA"), "valid", "B-LTA")
    two = maker.sign(maker.sign(base), "second", "Ky2")
    keep("two", two, "valid", "B-B", "B-B")
    keep("three", maker.sign(two, "third", "Ky3"), "valid", "B-B", "B-B", "B-B")
    keep("two-visible", maker.sign(maker.sign(base, visible=(50, 50, 200, 100)), "second", "Ky2", visible=(300, 50, 500, 100)), "valid", "B-B", "B-B")
    keep("two-objstm", maker.sign(maker.sign(objstm), "second", "Ky2"), "valid", "B-B", "B-B")
    keep("two-hybrid", maker.sign(maker.sign(bases["hybrid"], strict=False), "second", "Ky2", strict=False), "valid", "B-B", "B-B")
    keep("two-linear", maker.sign(maker.sign(bases["linear"], visible=(50, 50, 200, 100)), "second", "Ky2", visible=(300, 50, 500, 100)), "valid", "B-B", "B-B")
    keep("two-lt", maker.sign(maker.sign(base, level="B-LT"), "second", "Ky2", level="B-LT"), "valid", "B-LT", "B-LT")
    keep("two-lta", maker.sign(maker.sign(base, level="B-LTA"), "second", "Ky2", level="B-LTA"), "valid", "B-LTA", "B-LTA")
    for name, permission in (("p1", MDPPerm.NO_CHANGES), ("p2", MDPPerm.FILL_FORMS), ("p3", MDPPerm.ANNOTATE)):
        keep(f"certified-{name}", maker.sign(base, certify=True, docmdp_permissions=permission))
    keep("certified-p1-lta", maker.sign(base, level="B-LTA", certify=True, docmdp_permissions=MDPPerm.NO_CHANGES), "valid", "B-LTA")
    certified = maker.sign(base, certify=True, docmdp_permissions=MDPPerm.FILL_FORMS)
    keep("certified-two", maker.sign(certified, "second", "Ky2"), "valid", "B-B", "B-B")
    form = plain.classic(plain.form())
    keep("form-field", maker.sign(form, field="Ky1", new=False))
    keep("form-objstm", maker.sign(plain.object_streams(plain.form()), field="Ky1", new=False))
    form_certified = maker.sign(form, field="CK", certify=True, docmdp_permissions=MDPPerm.FILL_FORMS)
    keep("form-certified-filled", maker.fill(form_certified, "ten", "moi"))
    keep("form-certified-filled-signed", maker.sign(maker.fill(form_certified, "ten", "moi"), "second", "Ky1", new=False), "valid", "B-B", "B-B")
    locked = maker.sign(form, field="Ky2", spec=SigFieldSpec("Ky2", field_mdp_spec=FieldMDPSpec(FieldMDPAction.INCLUDE, fields=["so"])), certify=True, docmdp_permissions=MDPPerm.FILL_FORMS)
    keep("locked-other-filled", maker.fill(locked, "ten", "moi"))
    keep("stamped-later", maker.document_stamp(maker.sign(base)), "valid", "B-T")
    keep("archived-twice", maker.archive_again(maker.sign(base, level="B-LTA")), "valid", "B-LTA")
    keep("other-tsa", maker.sign(base, level="B-T", tsa=maker.stamper("tsa-other")), "valid", "B-B")
    keep("signed-name-bmp", maker.sign(base, reason="Duyệt", location="Hà Nội"))
    # Changed after signing without anybody's leave, and files without a signature.
    keep("form-filled", maker.fill(maker.sign(form, field="Ky1", new=False), "ten", "moi"), "valid_changed_later")
    keep("only-stamp", maker.document_stamp(base), "unsigned", "-")
    for shape, pdf in bases.items():
        keep(f"{shape}-unsigned", pdf, "unsigned", "-")
    return out


def write(folder, name, files):
    os.makedirs(os.path.join(folder, name), exist_ok=True)
    with open(os.path.join(folder, name + ".tsv"), "w") as table:
        for file, (pdf, overall, words) in files.items():
            with open(os.path.join(folder, name, file + ".pdf"), "wb") as out:
                out.write(pdf)
            table.write(f"{file}\t{overall}\t{','.join(words)}\n")


def main(folder):
    maker = Maker(folder)
    with requests_mock.Mocker() as mocker:
        Illusionist(maker.arch).register(mocker)
        files = make(maker)
    write(folder, "genuine", files)
    with open(os.path.join(folder, "root.crt"), "wb") as out:
        out.write(pki.cert(maker.arch, "root").dump())


if __name__ == "__main__":
    main(sys.argv[1])
