//! A provider of remote signing on 127.0.0.1, VNPT's "sp769" and CSC v1, with a telephone that approves, refuses, waits
//! or is told lies about. The first part of an address says how it behaves: `http://127.0.0.1:PORT/refuses/sca/sp769`.
//!
//! What it was asked is kept, so that a test can see how often a telephone rang. It signs with openssl: another judge
//! than the programs that are tried.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};

/// The secret that it takes.
pub const SECRET: &str = "bi-mat-gia-dinh";
/// The signer's number.
pub const USER: &str = "001099000123";

/// A request for a signature.
#[derive(Default)]
struct Request {
    hash: String,
    document: String,
    /// How often it was asked after.
    polls: usize,
}

#[derive(Default)]
struct State {
    requests: Mutex<HashMap<String, Request>>,
    asked: Mutex<Vec<String>>,
    approved: AtomicBool,
}

/// A running provider; its threads end with the program.
pub struct Provider {
    /// Where it is, without the part that says how it behaves.
    pub address: String,
    state: Arc<State>,
}

impl Provider {
    /// Starts one with `signer.key`, `signer.der`, `other.key`, `other.der` (the keys as PEM) and `issuing.der` of a
    /// folder.
    pub fn start(folder: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State::default());
        let (folder, shared) = (folder.to_owned(), state.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (folder, state) = (folder.clone(), shared.clone());
                // Whoever hangs up is not answered.
                std::thread::spawn(move || drop(serve(stream, &folder, &state)));
            }
        });
        Self { address, state }
    }

    /// The telephone of `held` approves.
    pub fn approve(&self) {
        self.state.approved.store(true, Ordering::SeqCst);
    }

    /// How often a place was asked whose path ends so.
    pub fn asked(&self, end: &str) -> usize {
        self.state.asked.lock().unwrap().iter().filter(|path| path.ends_with(end)).count()
    }

    /// The same of one that behaves so.
    pub fn asked_of(&self, behaviour: &str, end: &str) -> usize {
        let begin = format!("/{behaviour}/");
        let asked = self.state.asked.lock().unwrap();
        asked.iter().filter(|path| path.starts_with(&begin) && path.ends_with(end)).count()
    }

    /// A contract for one way to behave, as a file's text.
    pub fn contract(&self, api: &str, behaviour: &str) -> String {
        let at = format!("{}/{behaviour}", self.address);
        let more = match api {
            "csc-v1" => {
                json!({ "url": format!("{at}/csc/v1"), "login": format!("{at}/login"), "profile": "adss:ras:profile:001" })
            }
            _ => json!({ "url": format!("{at}/sca/sp769") }),
        };
        // Who never answers is waited for no longer than a test takes.
        let expires = if matches!(behaviour, "never" | "gone") { 2 } else { 60 };
        let mut contract =
            json!({ "api": api, "client": "mau", "poll_seconds": 1, "expires_seconds": expires });
        let fields = contract.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        contract.to_string()
    }
}

/// What is answered.
enum Reply {
    Json(u16, Value),
    Text(String),
    Elsewhere(String),
    /// Nothing: the connection ends.
    Close,
}

fn serve(mut stream: TcpStream, folder: &Path, state: &State) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(told) = line.strip_prefix("content-length:") {
            length = told.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let question: Value = serde_json::from_slice(&body).unwrap_or_default();
    state.asked.lock().unwrap().push(path.clone());
    let (behaviour, rest) = path.trim_start_matches('/').split_once('/').unwrap_or_default();
    let shop = Shop { folder, state, behaviour };
    let (status, kind, answer) = match shop.answer(rest, &question) {
        Reply::Json(status, value) => (status, String::new(), value.to_string()),
        Reply::Text(text) => (200, String::new(), text),
        Reply::Elsewhere(place) => (307, format!("Location: {place}\r\n"), String::new()),
        Reply::Close => return Ok(()),
    };
    let length = answer.len();
    write!(
        stream,
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n{kind}\r\n{answer}"
    )
}

struct Shop<'a> {
    folder: &'a Path,
    state: &'a State,
    behaviour: &'a str,
}

impl Shop<'_> {
    fn is(&self, behaviour: &str) -> bool {
        self.behaviour == behaviour
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn base64(&self, bytes: &[u8]) -> String {
        String::from_utf8(run("openssl", &["base64", "-A"], bytes)).unwrap()
    }

    fn certificate(&self, name: &str) -> String {
        self.base64(&std::fs::read(self.file(&format!("{name}.der"))).unwrap())
    }

    fn serial(&self, name: &str) -> String {
        let path = self.file(&format!("{name}.der")).to_string_lossy().into_owned();
        let told =
            run("openssl", &["x509", "-inform", "DER", "-in", &path, "-noout", "-serial"], b"");
        String::from_utf8(told).unwrap().trim().trim_start_matches("serial=").to_lowercase()
    }

    /// The signature of a digest, by whose key the behaviour says, in base64.
    fn sign(&self, digest: &[u8]) -> String {
        let key = if self.is("other-key") { "other.key" } else { "signer.key" };
        let key = self.file(key).to_string_lossy().into_owned();
        let changed: Vec<u8> = digest.iter().map(|byte| byte ^ 1).collect();
        let digest = if self.is("other-text") { &changed } else { digest };
        let arguments = ["pkeyutl", "-sign", "-inkey", &key, "-pkeyopt", "digest:sha256"];
        self.base64(&run("openssl", &arguments, digest))
    }

    fn signatures(&self, digest: &[u8]) -> Vec<String> {
        let one = self.sign(digest);
        match self.behaviour {
            "twice" => vec![one.clone(), one],
            "differs" => vec![one, self.base64(b"another")],
            "none" => Vec::new(),
            _ => vec![one],
        }
    }

    fn answer(&self, path: &str, question: &Value) -> Reply {
        match self.behaviour {
            "redirects" => {
                return Reply::Elsewhere(format!("/good/{path}"));
            }
            "huge" => return Reply::Text(format!("{{\"message\": \"{}\"}}", "x".repeat(1 << 20))),
            "closed" => return Reply::Close,
            _ => {}
        }
        if path.starts_with("sca/sp769/v1/signatures/sign/") {
            return self.status(path.split('/').nth(5).unwrap_or_default());
        }
        match path {
            "sca/sp769/v1/credentials/get_certificate" => self.offer(question),
            "sca/sp769/v1/signatures/sign" => self.begin(question),
            "login" => {
                if self.is("unknown") || question["client_secret"] != SECRET {
                    return Reply::Json(401, json!({ "error": "invalid_client" }));
                }
                Reply::Json(200, json!({ "access_token": "the-gia-dinh", "expires_in": 300 }))
            }
            "csc/v1/credentials/list" => Reply::Json(200, json!({ "credentialIDs": ["mau-1"] })),
            "csc/v1/credentials/info" => self.inform(),
            "csc/v1/credentials/authorize" => self.authorize(),
            "csc/v1/signatures/signHash" => self.sign_hash(question),
            _ => Reply::Json(404, json!({ "error": "invalid_request" })),
        }
    }

    fn knows(&self, question: &Value) -> bool {
        question["sp_password"] == SECRET && question["user_id"] == USER && !self.is("unknown")
    }

    fn offer(&self, question: &Value) -> Reply {
        if !self.knows(question) {
            return Reply::Json(
                401,
                json!({ "status_code": 401, "message": "SP_CREDENTIAL_INVALID" }),
            );
        }
        let certificate = if self.is("other-certificate") { "other" } else { "signer" };
        let held = match self.behaviour {
            "nobody" => json!([]),
            _ => json!([{
                "cert_status": "Đang hoạt động",
                "serial_number": self.serial("signer"),
                "cert_data": self.certificate(certificate),
                "chain_data": { "ca_cert": self.certificate("issuing"), "root_cert": null },
            }]),
        };
        let data = json!({ "user_certificates": held });
        Reply::Json(200, json!({ "status_code": 200, "message": "Success", "data": data }))
    }

    fn begin(&self, question: &Value) -> Reply {
        if !self.knows(question) {
            return Reply::Json(
                401,
                json!({ "status_code": 401, "message": "SP_CREDENTIAL_INVALID" }),
            );
        }
        if self.is("blocked") {
            return Reply::Json(
                403,
                json!({ "status_code": 403, "message": "CREDENTIAL_STATUS_INVALID" }),
            );
        }
        let name = question["transaction_id"].as_str().unwrap_or_default().to_owned();
        let file = &question["sign_files"][0];
        let text = |field: &str| file[field].as_str().unwrap_or_default().to_owned();
        let (hash, document) = (text("data_to_be_signed"), text("doc_id"));
        let request = Request { hash, document, polls: 0 };
        let old = self.state.requests.lock().unwrap().insert(name.clone(), request);
        if old.is_some() {
            return Reply::Json(
                400,
                json!({ "status_code": 400, "message": "TRANSACTION_DUPLICATED" }),
            );
        }
        if self.is("lost") {
            return Reply::Close;
        }
        let data = json!({ "transaction_id": name, "tran_code": "1" });
        Reply::Json(
            200,
            json!({ "status_code": 200, "message": "sig_wait_for_user_confirm", "data": data }),
        )
    }

    fn status(&self, name: &str) -> Reply {
        let mut requests = self.state.requests.lock().unwrap();
        let Some(request) = requests.get_mut(name) else {
            return Reply::Json(
                404,
                json!({ "status_code": 404, "message": "TRANSACTION_NOT_FOUND" }),
            );
        };
        request.polls += 1;
        let waits = |message: Value| {
            let data = json!({ "transaction_id": name, "signatures": null });
            Reply::Json(200, json!({ "status_code": 200, "message": message, "data": data }))
        };
        match self.behaviour {
            "refuses" => return waits("SIGNER_REJECTED".into()),
            "expires" => return waits("EXPIRED".into()),
            "fails" => return waits("SIGN_FAILED".into()),
            "never" | "waits" => return waits("sig_wait_for_user_confirm".into()),
            "gone" => return Reply::Close,
            "garbage" => return Reply::Text("<html>".into()),
            "breaks" if request.polls < 2 => return Reply::Close,
            "slow" if request.polls < 3 => return waits(Value::Null),
            "held" if !self.state.approved.load(Ordering::SeqCst) => return waits("".into()),
            _ => {}
        }
        let signatures: Vec<Value> = self
            .signatures(&from_hex(&request.hash))
            .into_iter()
            .map(|one| json!({ "doc_id": request.document, "signature_value": one, "timestamp_signature": null }))
            .collect();
        let data = json!({ "transaction_id": name, "signatures": signatures });
        Reply::Json(200, json!({ "status_code": 200, "message": "SUCCESS", "data": data }))
    }

    fn inform(&self) -> Reply {
        // Another one only once the first was chosen.
        let asked = self.state.asked.lock().unwrap();
        let here = "/other-certificate/csc/v1/credentials/info";
        let again = asked.iter().filter(|path| *path == here).count() > 1;
        drop(asked);
        let other = self.is("other-certificate") && again;
        let certificate = if other { "other" } else { "signer" };
        let chain = [self.certificate(certificate), self.certificate("issuing")];
        Reply::Json(200, json!({ "cert": { "status": "valid", "certificates": chain } }))
    }

    fn authorize(&self) -> Reply {
        let until = |done: &dyn Fn() -> bool| {
            while !done() {
                std::thread::park_timeout(Duration::from_millis(20));
            }
        };
        match self.behaviour {
            "refuses" => return Reply::Json(400, json!({ "error": "access_denied" })),
            "expires" => return Reply::Json(400, json!({ "error": "authorization_timeout" })),
            "blocked" => return Reply::Json(400, json!({ "error": "invalid_request" })),
            "gone" => return Reply::Close,
            "garbage" => return Reply::Text("<html>".into()),
            "held" => until(&|| self.state.approved.load(Ordering::SeqCst)),
            "never" => until(&|| false),
            _ => {}
        }
        Reply::Json(200, json!({ "SAD": "du-lieu-kich-hoat", "expiresIn": 300 }))
    }

    fn sign_hash(&self, question: &Value) -> Reply {
        if question["SAD"] != "du-lieu-kich-hoat" {
            return Reply::Json(400, json!({ "error": "invalid_request" }));
        }
        let hash = question["hash"][0].as_str().unwrap_or_default();
        let digest = run("openssl", &["base64", "-A", "-d"], hash.as_bytes());
        Reply::Json(200, json!({ "signatures": self.signatures(&digest) }))
    }
}

fn from_hex(text: &str) -> Vec<u8> {
    let digit =
        |at: usize| u8::from_str_radix(text.get(at..at + 2).unwrap_or("00"), 16).unwrap_or(0);
    (0..text.len()).step_by(2).map(digit).collect()
}

fn run(program: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}");
    output.stdout
}
