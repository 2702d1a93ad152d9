"""A public key infrastructure that nobody trusts outside these tests: two levels, OCSP, CRL, time stamps."""

import datetime
import os

import yaml
from certomancer.registry import CertLabel, CertomancerConfig, KeyLabel, ArchLabel
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pyhanko_certvalidator.registry import SimpleCertificateStore

PREFIX = "http://pki.test"
NOW = datetime.datetime.now(tz=datetime.timezone.utc).replace(microsecond=0)

SIGN = {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": ["digital_signature", "non_repudiation"]}}
SERVICE = {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": ["digital_signature"]}}
AGREE = {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": ["key_agreement"]}}


def usages(*names):
    return {"id": "extended_key_usage", "critical": True, "value": list(names)}


# name of the certificate: (key, common name, extensions, more)
SIGNERS = {
    "signer": ("rsa1", "Nguyễn Văn Mẫu", [SIGN], {}),
    "second": ("rsa2", "Trần Thị Thử", [SIGN], {}),
    "third": ("ec256", "Lê Văn Đường Cong", [SIGN], {}),
    "curve384": ("ec384", "Phạm Thị Cong", [SIGN], {}),
    "long": ("rsa3072", "Hoàng Văn Dài", [SIGN], {}),
    "email": ("rsa1", "Người ký thư", [SIGN, usages("email_protection")], {}),
    "weak": ("rsa1024", "Khóa ngắn", [SIGN], {}),
    "curve224": ("ec224", "Đường cong ngắn", [SIGN], {}),
    "agree": ("rsa1", "Sai mục đích", [AGREE], {}),
    "server": ("rsa1", "Máy chủ", [SERVICE, usages("server_auth")], {}),
    "expired": ("rsa1", "Hết hạn", [SIGN], {"validity": ("2021-01-01", "2023-01-01")}),
    "early": ("rsa1", "Chưa có hiệu lực", [SIGN], {"validity": ("2038-01-01", "2039-01-01")}),
    "revoked": ("rsa2", "Bị thu hồi", [SIGN], {"revocation": {"revoked-since": "2025-06-01T00:00:00+0000", "reason": "key_compromise"}}),
    "twin": ("rsa2", "Nguyễn Văn Mẫu", [SIGN], {}),
    "critical": ("rsa1", "Điều kiện lạ", [SIGN, {"id": "1.3.6.1.4.1.99999.1", "critical": True, "value": b"\x05\x00"}], {}),
    "sha1cert": ("rsa1", "Chứng thư SHA-1", [SIGN], {"signature-algo": "sha1_rsa"}),
}


def keys(folder):
    """The keys, made once."""
    os.makedirs(folder, exist_ok=True)
    made = {}
    kinds = {
        "root": 2048, "interm": 2048, "tsa": 2048, "ocsp": 2048, "other": 2048, "rsa1": 2048, "rsa2": 2048,
        "rsa1024": 1024, "rsa3072": 3072,
        "ec256": ec.SECP256R1(), "ec384": ec.SECP384R1(), "ec224": ec.SECP224R1(),
    }
    for name, kind in kinds.items():
        path = os.path.join(folder, name + ".pem")
        if not os.path.exists(path):
            key = rsa.generate_private_key(65537, kind) if isinstance(kind, int) else ec.generate_private_key(kind)
            with open(path, "wb") as file:
                file.write(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        made[name] = {"path": name + ".pem"}
    return made


def validity(start="2020-01-01", end="2040-01-01"):
    return {"valid-from": start + "T00:00:00+0000", "valid-to": end + "T00:00:00+0000"}


def access(*repositories, answers=()):
    """Where issuers' certificates and OCSP answers are found."""
    links = [{"repo": one} for one in repositories]
    return {"id": "authority_information_access", "smart-value": {"schema": "aia-urls", "params": {"ocsp-responder-names": list(answers), "ca-issuer-links": links}}}


def make(folder, prefix=PREFIX):
    """The architecture, with its keys in `folder` and its services at `prefix`."""
    folder = os.path.abspath(folder)
    entities = {name: {"common-name": words[1], "country-name": "VN"} for name, words in SIGNERS.items()}
    for name, words in {"root": "Gốc thử nghiệm", "interm": "Nơi cấp thử nghiệm", "other": "Gốc lạ", "tsa": "Dấu thời gian thử nghiệm", "tsa-other": "Dấu thời gian lạ", "tsa-loose": "Dấu thời gian không đánh dấu", "ocsp": "Trả lời OCSP", "web": "localhost", "stranger": "Nguyễn Văn Mẫu", "fake-ca": "Nguyễn Văn Mẫu", "by-leaf": "Người do lá cấp"}.items():
        entities[name] = {"common-name": words, "country-name": "VN"}
    certs = {
        "root": {"subject": "root", "issuer": "root", "subject-key": "root", "authority-key": "root", "validity": validity(), "profiles": [{"id": "simple-ca", "params": {"crl-repo": "root"}}]},
        "interm": {"subject": "interm", "issuer": "root", "subject-key": "interm", "authority-key": "root", "validity": validity(), "extensions": [access("root")], "profiles": [{"id": "simple-ca", "params": {"max-path-len": 0, "crl-repo": "root"}}]},
        "other": {"subject": "other", "issuer": "other", "subject-key": "other", "authority-key": "other", "validity": validity(), "profiles": ["simple-ca"]},
        "tsa": {"subject": "tsa", "issuer": "root", "subject-key": "tsa", "authority-key": "root", "validity": validity(), "extensions": [SERVICE, usages("time_stamping"), access("root"), {"id": "crl_distribution_points", "smart-value": {"schema": "crl-dist-url", "params": {"crl-repo-names": ["root"]}}}]},
        # Not marked critical.
        "tsa-loose": {"subject": "tsa-loose", "issuer": "root", "subject-key": "tsa", "authority-key": "root", "validity": validity(), "extensions": [SERVICE, dict(usages("time_stamping"), critical=False)]},
        "tsa-other": {"subject": "tsa-other", "issuer": "other", "subject-key": "tsa", "authority-key": "other", "validity": validity(), "extensions": [SERVICE, usages("time_stamping")]},
        "ocsp": {"subject": "ocsp", "issuer": "interm", "subject-key": "ocsp", "authority-key": "interm", "validity": validity(), "extensions": [SERVICE, usages("ocsp_signing"), {"id": "ocsp_no_check"}]},
        # A server of the web on this machine.
        "web": {"subject": "web", "issuer": "root", "subject-key": "other", "authority-key": "root", "validity": {"valid-from": (NOW - datetime.timedelta(days=1)).isoformat(), "valid-to": (NOW + datetime.timedelta(days=90)).isoformat()}, "extensions": [SERVICE, usages("server_auth"), {"id": "subject_alt_name", "smart-value": {"schema": "general-names", "params": [{"type": "dns_name", "value": "localhost"}]}}]},
        # The same name as a good signer, from an authority that nobody here trusts.
        "stranger": {"subject": "signer", "issuer": "other", "subject-key": "rsa2", "authority-key": "other", "validity": validity(), "extensions": [SIGN]},
        # Issued by a signer, who is no authority.
        "by-leaf": {"subject": "by-leaf", "issuer": "signer", "issuer-cert": "signer", "subject-key": "rsa2", "authority-key": "rsa1", "validity": validity(), "extensions": [SIGN]},
    }
    crl = {"id": "crl_distribution_points", "smart-value": {"schema": "crl-dist-url", "params": {"crl-repo-names": ["interm"]}}}
    ocsp = access("interm", answers=["interm"])
    for name, (key, _, extensions, more) in SIGNERS.items():
        cert = {"subject": name, "issuer": "interm", "subject-key": key, "authority-key": "interm", "extensions": [*extensions, crl, ocsp]}
        cert["validity"] = validity(*more.get("validity", ()))
        for one in ("revocation", "signature-algo"):
            if one in more:
                cert[one] = more[one]
        certs[name] = cert
    config = {
        "external-url-prefix": prefix,
        "keysets": {"docs": {"path-prefix": folder, "keys": keys(folder)}},
        "pki-architectures": {"docs": {
            "keyset": "docs", "entities": entities, "certs": certs,
            "services": {
                "ocsp": {"interm": {"for-issuer": "interm", "responder-cert": "ocsp", "signing-key": "ocsp"}},
                "crl-repo": {
                    "root": {"for-issuer": "root", "signing-key": "root", "simulated-update-schedule": "P90D"},
                    "interm": {"for-issuer": "interm", "signing-key": "interm", "simulated-update-schedule": "P90D"},
                },
                "cert-repo": {"root": {"for-issuer": "root"}, "interm": {"for-issuer": "interm"}},
                "time-stamping": {"tsa": {"signing-key": "tsa", "signing-cert": "tsa"}, "other": {"signing-key": "tsa", "signing-cert": "tsa-other"}},
            },
        }},
    }
    path = os.path.join(folder, "pki.yml")
    with open(path, "w") as file:
        yaml.safe_dump(config, file, allow_unicode=True)
    return CertomancerConfig.from_file(path, folder).get_pki_arch(ArchLabel("docs"))


def cert(arch, name):
    return arch.get_cert(CertLabel(name))


def key(arch, name):
    return arch.key_set.get_private_key(KeyLabel(name))


def signer_key(arch, name):
    return key(arch, SIGNERS[name][0] if name in SIGNERS else {"stranger": "rsa2", "by-leaf": "rsa2"}[name])


def store(arch, *names):
    return SimpleCertificateStore.from_certs(cert(arch, name) for name in names)
