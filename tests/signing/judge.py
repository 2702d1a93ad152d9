"""Judges signed files with pyHanko: judge.py ROOT.pem ISSUING.pem COUNT FILE…

Every file must have COUNT signatures, each intact, valid and trusted; the last must cover the whole file and
the others their whole revision, with nothing but further signatures after them. Prints one line a file;
exit 1 if any file fails.
"""
import sys

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

root, issuing = map(load_cert_from_pemder, sys.argv[1:3])
count, files = int(sys.argv[3]), sys.argv[4:]
failed = not files
for path in files:
    faults = []
    with open(path, "rb") as file:
        reader = PdfFileReader(file)
        signatures = reader.embedded_signatures
        if len(signatures) != count:
            faults.append(f"{len(signatures)} signatures instead of {count}")
        for n, signature in enumerate(signatures):
            trust = ValidationContext(trust_roots=[root], other_certs=[issuing])
            status = validate_pdf_signature(signature, trust)
            last = n + 1 == len(signatures)
            wanted = SignatureCoverageLevel.ENTIRE_FILE if last else SignatureCoverageLevel.ENTIRE_REVISION
            sound = status.intact and status.valid and status.trusted and status.coverage == wanted
            allowed = ModificationLevel.NONE if last else ModificationLevel.FORM_FILLING
            sound = sound and status.modification_level is not None and status.modification_level <= allowed
            sound = sound and status.docmdp_ok and status.bottom_line
            if not sound:
                faults.append(f"signature {n + 1}: {status.summary()} {status.coverage} {status.modification_level}")
            attributes = {attribute["type"].native for attribute in signature.signer_info["signed_attrs"]}
            if attributes != {"content_type", "message_digest", "signing_certificate_v2"}:
                faults.append(f"signature {n + 1}: signed attributes {sorted(attributes)}")
    print(("valid    " if not faults else "REFUSED  ") + path)
    for fault in faults:
        print("  " + fault)
    failed = failed or bool(faults)
sys.exit(1 if failed else 0)
