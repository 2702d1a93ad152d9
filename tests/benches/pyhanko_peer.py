"""pyHanko in one process, its session with the token open and logged in: the peer of tests/benches/src/main.rs.

Arguments: PKCS#11 module, folder with root.pem and issuing.pem. Each line on standard input is `sign FILE`,
`sign stamp FILE`, `verify FILE` or `raw`; the answer is the seconds that it took, from the file's bytes in memory
to the signed bytes or the verdict. `file FILE` is signed with a stamp from disk to disk.
"""

import io
import pathlib
import sys
import time

import pkcs11
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator import ValidationContext

module, folder = sys.argv[1:3]
root, issuing = (load_cert_from_pemder(f"{folder}/{name}.pem") for name in ["root", "issuing"])
session = open_pkcs11_session(module, token_criteria=TokenCriteria(label="bench"), user_pin="1234")
signer = PKCS11Signer(session, cert_label="first", key_id=bytes([1]), ca_chain=[issuing])
key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, id=bytes([1]))
style = TextStampStyle(stamp_text="Signed by: %(signer)s\nTime: %(ts)s")


def sign(data, stamp):
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    metadata = signers.PdfSignatureMetadata(
        field_name="Signature1", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    box = {"box": (400, 740, 580, 830)} if stamp else {}
    spec = fields.SigFieldSpec("Signature1", on_page=0, **box)
    pdf_signer = signers.PdfSigner(metadata, signer=signer, new_field_spec=spec, stamp_style=style if stamp else None)
    return pdf_signer.sign_pdf(writer).getbuffer()


def verify(data):
    signature = PdfFileReader(io.BytesIO(data)).embedded_signatures[0]
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[root], other_certs=[issuing]))
    assert status.bottom_line, status.summary()


kept = (None, None)
for line in sys.stdin:
    *what, path = line.split()
    if what == ["file"]:
        start = time.perf_counter()
        file = pathlib.Path(path)
        file.with_suffix(".signed.pdf").write_bytes(sign(file.read_bytes(), True))
        print(time.perf_counter() - start, flush=True)
        continue
    if path != "raw" and kept[0] != (path, pathlib.Path(path).stat().st_mtime_ns):
        kept = ((path, pathlib.Path(path).stat().st_mtime_ns), pathlib.Path(path).read_bytes())
    start = time.perf_counter()
    if path == "raw":
        key.sign(b"1" * 100, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS)
    elif what[0] == "sign":
        sign(kept[1], "stamp" in what)
    else:
        verify(kept[1])
    print(time.perf_counter() - start, flush=True)
