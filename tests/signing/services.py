"""Services of a small hierarchy on 127.0.0.1: time stamps, OCSP, revocation lists, issuers' certificates, by
certomancer; and time-stamping services that behave badly, each in its own way. usage: services.py FOLDER

Writes NAME.key (PKCS#8, PEM) and NAME.der for each signer and root.pem into FOLDER, prints the address, and the
one over TLS, on one line and serves until standard input ends. While FOLDER/down exists, nothing is told of any
certificate. What was asked for stands in FOLDER/asked, an address a line.
"""
import os
import ssl
import sys
import threading
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import cms, core, ocsp, pem, tsp, x509
from certomancer.registry import CertLabel, ServiceLabel
from certomancer.services import TimeStamper

import pki

FOLDER = os.path.abspath(sys.argv[1])
ANSWER = "application/timestamp-reply"


def denied(reason):
    status = tsp.PKIStatusInfo({"status": "rejection", "fail_info": {reason}})
    # What refuses has no token, which the library's answer must have.
    return core.Sequence(contents=status.dump())


def changed(query, field, value):
    query = query.copy()
    if field == "nonce":
        query["nonce"] = value
    else:
        query["message_imprint"]["hashed_message"] = value
    return query


def fat(query, certificates):
    """A stamp with more certificates than there is room for at first, or at all."""
    answer = stamper("tsa", "tsa").request_tsa_response(query)
    token = answer["time_stamp_token"]["content"]
    token["certificates"] = cms.CertificateSet([pki.cert(arch, "tsa")] * certificates)
    return answer


def stamper(cert, key, **more):
    return TimeStamper(pki.cert(arch, cert), pki.key(arch, key), certs_to_embed=[pki.cert(arch, "root")], **more)


BAD = {
    "nonce": lambda query: stamper("tsa", "tsa").request_tsa_response(changed(query, "nonce", 4711)),
    "imprint": lambda query: stamper("tsa", "tsa").request_tsa_response(changed(query, "imprint", b"\x00" * 32)),
    "stranger": lambda query: stamper("tsa", "other").request_tsa_response(query),
    "loose": lambda query: stamper("tsa-loose", "tsa").request_tsa_response(query),
    "person": lambda query: stamper("signer", "rsa1").request_tsa_response(query),
    "weak": lambda query: stamper("tsa", "tsa", md_algorithm="sha1").request_tsa_response(query),
    "denied": lambda query: denied("bad_alg"),
    "busy": lambda query: denied("time_not_available"),
    "fat": lambda query: fat(query, 18),
    "endless": lambda query: fat(query, 60),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def give(self, data, kind, status=200, **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def note(self):
        with open(os.path.join(FOLDER, "asked"), "a", encoding="utf-8") as file:
            file.write(self.path + "\n")

    def do_POST(self):
        self.note()
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        kind, name = self.path.strip("/").split("/")[-2:]
        now = datetime.now(tz=timezone.utc)
        services = arch.service_registry
        if kind == "tsa":
            assert self.headers["Content-Type"] == "application/timestamp-query"
            query = tsp.TimeStampReq.load(asked, strict=True)
            tsa = services.summon_timestamper(ServiceLabel(name), now)
            self.give(tsa.request_tsa_response(query).dump(), ANSWER)
        elif kind == "ocsp" and not os.path.exists(os.path.join(FOLDER, "down")):
            assert self.headers["Content-Type"] == "application/ocsp-request"
            query = ocsp.OCSPRequest.load(asked, strict=True)
            responder = services.summon_responder(ServiceLabel(name), now)
            self.give(responder.build_ocsp_response(query).dump(), "application/ocsp-response")
        elif kind == "bad":
            self.bad(name, asked)
        else:
            self.give(b"", "text/plain", 503)

    def bad(self, name, asked):
        if name in BAD:
            self.give(BAD[name](tsp.TimeStampReq.load(asked)).dump(), ANSWER)
        elif name == "late":
            # Until whoever asks gives up.
            self.connection.recv(1)
            self.close_connection = True
        elif name == "closes":
            self.close_connection = True
        elif name == "half":
            self.send_response(200)
            self.send_header("Content-Length", "5000")
            self.end_headers()
            self.wfile.write(b"half")
            self.close_connection = True
        elif name == "garbage":
            self.give(b"<html>Welcome to our hotel</html>", "text/html")
        elif name == "error":
            self.give(b"", "text/plain", 500)
        elif name == "gone":
            self.give(b"", "text/plain", 404)
        elif name == "huge":
            self.give(bytes(3 << 20), ANSWER)
        elif name == "elsewhere":
            self.give(b"", "text/plain", 307, Location="ftp://127.0.0.1/tsa")
        else:
            self.give(b"", "text/plain", 404)

    def do_GET(self):
        self.note()
        parts = self.path.strip("/").split("/")
        services = arch.service_registry
        if "crls" in parts and not os.path.exists(os.path.join(FOLDER, "down")):
            crl = services.get_crl(ServiceLabel(parts[-2]), datetime.now(tz=timezone.utc))
            self.give(crl.dump(), "application/pkix-crl")
        elif "certs" in parts:
            found = services.get_cert_from_repo(ServiceLabel(parts[-2]), None)
            self.give(found.dump(), "application/pkix-cert")
        else:
            self.give(b"", "text/plain", 503)


def keep(name):
    certificate = pki.cert(arch, name)
    with open(os.path.join(FOLDER, name + ".der"), "wb") as file:
        file.write(certificate.dump())
    with open(os.path.join(FOLDER, name + ".pem"), "wb") as file:
        file.write(pem.armor("CERTIFICATE", certificate.dump()))
    if name in pki.SIGNERS:
        key = os.path.join(FOLDER, pki.SIGNERS[name][0] + ".pem")
        with open(key, "rb") as old, open(os.path.join(FOLDER, name + ".key"), "wb") as new:
            new.write(old.read())


class Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        # Whoever gives up, or has had too much, hangs up.
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


server = Server(("127.0.0.1", 0), Handler)
server.daemon_threads = True
address = "http://127.0.0.1:%d" % server.server_address[1]
arch = pki.make(FOLDER, address)
for name in ("root", "interm", "signer", "third", "revoked", "web"):
    keep(name)
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(os.path.join(FOLDER, "web.pem"), os.path.join(FOLDER, "other.pem"))
secret = Server(("127.0.0.1", 0), Handler)
secret.daemon_threads = True
secret.socket = tls.wrap_socket(secret.socket, server_side=True)
for one in (server, secret):
    threading.Thread(target=one.serve_forever, daemon=True).start()
print(address, "https://localhost:%d" % secret.server_address[1], flush=True)
sys.stdin.read()
