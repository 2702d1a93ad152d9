"""Judges levels with pyHanko: levels.py ROOT.pem LEVEL FILE…

The last signature of every file must be of that level: whole, trusted, unchanged but for proof, with a trusted
time (B-T); with nothing but the file and the root every certificate, also of the time stamps, must be proven not to
be revoked (B-LT); and a time stamp must stand over what proves it (B-LTA). Where the signature has a time stamp of
its own, B-LTA must also pass the validation of ETSI EN 319 102-1, 5.6.3; pyHanko knows it for such signatures only.
Prints one line a file; exit 1 if any file fails.
"""
import asyncio
import sys

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec, RevinfoOnlineFetchingRule, RevocationInfoGatheringSpec, SignatureValidationSpec)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

root = load_cert_from_pemder(sys.argv[1])
level, files = sys.argv[2], sys.argv[3:]


def spec():
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=[root]),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO))
    return PdfSignatureValidationSpec(SignatureValidationSpec(
        cert_validation_policy=policy,
        revinfo_gathering_policy=RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY)))


def judge(reader):
    signature = reader.embedded_regular_signatures[-1]
    stamps = [one for one in reader.embedded_timestamp_signatures if one.signed_revision > signature.signed_revision]
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[root]))
    if not (status.intact and status.valid and status.trusted and status.bottom_line):
        yield status.summary()
    if status.modification_level > ModificationLevel.LTA_UPDATES:
        yield str(status.modification_level)
    timed = status.timestamp_validity
    timed_inside = timed = timed is not None and timed.intact and timed.valid and timed.trusted
    for stamp in stamps:
        proof = validate_pdf_timestamp(stamp, ValidationContext(trust_roots=[root]))
        if not (proof.intact and proof.valid and proof.trusted):
            yield "time stamp: " + proof.summary()
        timed = True
    if not timed:
        yield "no trusted time"
    if level == "B-T":
        return
    at = reader
    if level == "B-LTA":
        if not stamps:
            yield "no time stamp over the document"
            return
        # What the last time stamp covers.
        at = reader.get_historical_resolver(stamps[-1].signed_revision)
    store = DocumentSecurityStore.read_dss(at)
    if not (store.ocsps and store.crls and len(store.certs) >= 4):
        yield f"store: {len(store.ocsps)} answers, {len(store.crls)} lists, {len(store.certs)} certificates"
    proven = store.as_validation_context({"trust_roots": [root], "allow_fetching": False, "revocation_mode": "require"})
    status = validate_pdf_signature(signature, proven, proven)
    if not status.bottom_line:
        yield "not proven: " + status.summary()
    for stamp in stamps:
        status = validate_pdf_timestamp(stamp, proven)
        if not (status.intact and status.valid and status.trusted):
            yield "time stamp not proven: " + status.summary()
    if level == "B-LTA" and timed_inside:
        result = asyncio.run(ades_lta_validation(signature, spec()))
        if result.ades_subindic != AdESPassed.OK:
            yield f"{result.ades_subindic} {result.failure_msg}"


failed = not files
for path in files:
    with open(path, "rb") as file:
        faults = list(judge(PdfFileReader(file)))
    print(("valid    " if not faults else "REFUSED  ") + path)
    for fault in faults:
        print("  " + fault)
    failed = failed or bool(faults)
sys.exit(1 if failed else 0)
