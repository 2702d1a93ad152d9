"""Makes a small hierarchy with signers' keys, all synthetic: issue.py FOLDER

Writes NAME.key (PKCS#8, PEM) and NAME.der for each signer, root.pem, and issuing.der.
"""
import datetime
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
now = datetime.datetime.now(datetime.timezone.utc)
day = datetime.timedelta(days=1)


def name(common):
    return x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Cơ quan thử nghiệm"),
        x509.NameAttribute(NameOID.COMMON_NAME, common),
    ])


def usage(**on):
    kinds = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
             "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"]
    return x509.KeyUsage(**{kind: on.get(kind, False) for kind in kinds})


def issue(subject, key, issuer, signer, since, until, authority, use, extended=None):
    builder = (
        x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer))
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(since).not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(use, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if extended:
        builder = builder.add_extension(x509.ExtendedKeyUsage([extended]), critical=True)
    return builder.sign(signer, hashes.SHA256())


def keep(file, key, certificate):
    (folder / f"{file}.key").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    (folder / f"{file}.der").write_bytes(certificate.public_bytes(serialization.Encoding.DER))
    (folder / f"{file}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def rsa_key(bits):
    return rsa.generate_private_key(65537, bits)


authority = usage(key_cert_sign=True, crl_sign=True)
root = rsa_key(2048)
keep("root", root, issue("Gốc thử nghiệm", root, "Gốc thử nghiệm", root, now - 4000 * day, now + 4000 * day, True, authority))
issuing = rsa_key(2048)
keep("issuing", issuing, issue("Nơi cấp thử nghiệm", issuing, "Gốc thử nghiệm", root, now - 3000 * day, now + 3000 * day, True, authority))

signs = usage(digital_signature=True, content_commitment=True)
people = {
    "rsa2048": (rsa_key(2048), "Nguyễn Thị Mẫu", -10, 700, signs),
    # Another certificate of the same name, with another key.
    "rsa3072": (rsa_key(3072), "Nguyễn Thị Mẫu", -10, 700, signs),
    "p256": (ec.generate_private_key(ec.SECP256R1()), "Trần Văn Thử", -10, 700, signs),
    "p384": (ec.generate_private_key(ec.SECP384R1()), "Lê Văn Thử", -10, 700, signs),
    "careful": (rsa_key(2048), "Đỗ Thị Cẩn", -10, 700, signs),
    "expired": (rsa_key(2048), "Phạm Thị Cũ", -800, -70, signs),
    "weak": (rsa_key(1024), "Hoàng Văn Ngắn", -10, 700, signs),
    "cipher": (rsa_key(2048), "Vũ Thị Khác", -10, 700, usage(key_encipherment=True)),
}
for file, (key, common, since, until, use) in people.items():
    keep(file, key, issue(common, key, "Nơi cấp thử nghiệm", issuing, now + since * day, now + until * day, False, use))
stamping = rsa_key(2048)
keep("stamping", stamping, issue("Dấu thời gian thử nghiệm", stamping, "Nơi cấp thử nghiệm", issuing, now - 10 * day, now + 700 * day, False, usage(digital_signature=True), ExtendedKeyUsageOID.TIME_STAMPING))
