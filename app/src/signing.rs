//! Signing a PDF by a token: the steps that the command and the screens share. What may block runs on the
//! caller's worker thread, never on the window's. [`remote`] does the same by a service that asks the signer's
//! telephone: both prepare a document, and both fill in what they got ([`fill`]).

pub mod remote;

use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use jiff::Timestamp;
use office::{Explain, date};
use pki::{
    certificate::Certificate,
    hash::Hash,
    signature::{Algorithm, Scheme},
    signing as cms,
};
use reports::sign::{
    self, Look, Plan, Prepared, SignError,
    raise::{self, Ask, Why},
};
use token::{
    Hand, Module, TokenError,
    wire::{HashName, KeyPresence, Mechanism, Pin, Token},
};

use crate::clock;

/// By what somebody signs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// A token in this machine.
    #[default]
    Token,
    /// A service that asks the signer's telephone.
    Remote,
}

/// Where vendors install their modules, the offices' usual ones first.
#[cfg(target_os = "linux")]
const USUAL: &[&str] = &[
    "/usr/lib/bit4id/libbit4xpki.so",
    "/usr/lib/libeToken.so",
    "/usr/lib/libeTPkcs11.so",
    "/usr/lib/viettel-ca_v6.so",
    "/usr/lib/fptca_v4.so",
    "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so",
];
#[cfg(windows)]
const USUAL: &[&str] = &[
    r"C:\Windows\System32\bit4xpki.dll",
    r"C:\Windows\System32\eTPKCS11.dll",
    r"C:\Windows\System32\vnpt-ca_csp11.dll",
    r"C:\Windows\System32\vnptca_p11_v8.dll",
    r"C:\Windows\System32\viettel-ca_v6.dll",
    r"C:\Windows\System32\fptca_v4.dll",
    r"C:\Windows\SysWOW64\bit4xpki.dll",
    r"C:\Windows\SysWOW64\eTPKCS11.dll",
    r"C:\Windows\SysWOW64\vnpt-ca_csp11.dll",
    r"C:\Windows\SysWOW64\viettel-ca_v6.dll",
    r"C:\Windows\SysWOW64\fptca_v4.dll",
];
#[cfg(not(any(target_os = "linux", windows)))]
const USUAL: &[&str] = &["/Library/bit4id/pkcs11/libbit4xpki.dylib"];

/// How long a token may take to answer: a vendor's module opens in up to ten seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// The first module that is installed.
pub fn usual_module() -> Option<PathBuf> {
    USUAL.iter().map(PathBuf::from).find(|path| path.is_file())
}

/// Where the helper lies: beside this program.
pub fn helper_folder() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    program.parent().map(PathBuf::from).unwrap_or_default()
}

/// Why a document was not signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SigningError {
    /// The token.
    #[error(transparent)]
    Token(TokenError),
    /// The document or the certificate.
    #[error(transparent)]
    Document(SignError),
}

impl Explain for SigningError {
    fn code(&self) -> &'static str {
        match self {
            Self::Token(error) => error.code(),
            Self::Document(error) => error.code(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Token(error) => error.english(),
            Self::Document(error) => error.english(),
        }
    }
}

impl From<TokenError> for SigningError {
    fn from(error: TokenError) -> Self {
        Self::Token(error)
    }
}

impl From<SignError> for SigningError {
    fn from(error: SignError) -> Self {
        Self::Document(error)
    }
}

/// A certificate that can be chosen.
#[derive(Clone, Debug)]
pub struct Choice {
    /// On which token.
    pub token: Token,
    /// It.
    pub certificate: Certificate,
    /// Its issuers that lie on the token too.
    pub chain: Vec<Certificate>,
    id: Vec<u8>,
    label: String,
}

impl Choice {
    /// Whether a user means this one: by label, `CKA_ID` or serial number.
    pub fn is_called(&self, name: &str) -> bool {
        let digits = name.replace([':', ' '], "").to_lowercase();
        let is_hex = |bytes: &[u8]| !bytes.is_empty() && hex(bytes) == digits;
        self.label == name || is_hex(&self.id) || is_hex(&self.certificate.serial)
    }
}

impl Choice {
    fn signatory(&self) -> Signatory<'_> {
        Signatory { certificate: &self.certificate, chain: &self.chain }
    }

    /// Whose it is.
    pub fn name(&self) -> String {
        self.certificate.title().to_owned()
    }

    /// Who issued it, until when it holds, and on which token it lies.
    pub fn detail(&self) -> String {
        let until = date::format(self.certificate.not_after);
        format!(
            "Nơi cấp: {}. Hiệu lực đến {until}. Số sê-ri {}. Thiết bị {}.",
            self.certificate.issuer_title(),
            hex(&self.certificate.serial),
            self.token.label,
        )
    }
}

/// One line of a list.
impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} · {} · CKA_ID {} · số sê-ri {} · hiệu lực đến {} · thiết bị {}",
            self.label,
            self.certificate.subject_text,
            hex(&self.id),
            hex(&self.certificate.serial),
            self.certificate.not_after,
            self.token.label,
        )
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The certificates of all tokens whose keys may be there.
pub fn choices(module: &mut Module) -> Result<Vec<Choice>, TokenError> {
    let mut all = Vec::new();
    for token in module.tokens()? {
        let found = module.certificates(&token)?;
        let parsed: Vec<Certificate> =
            found.iter().filter_map(|one| Certificate::parse(&one.der.0).ok()).collect();
        for one in found {
            let Ok(certificate) = Certificate::parse(&one.der.0) else { continue };
            if one.key == KeyPresence::Absent || certificate.is_authority {
                continue;
            }
            all.push(Choice {
                token: token.clone(),
                chain: cms::chain(&certificate, &parsed),
                certificate,
                id: one.id.0,
                label: one.label,
            });
        }
    }
    Ok(all)
}

/// How often a signature is made anew because it came back longer than its room.
const TRIES: usize = 3;
/// Room beyond what was needed the last time.
const SPARE: usize = 4 << 10;

/// A module that the window keeps open. Whatever asks it may block as long as a token does: workers alone use it.
#[derive(Clone)]
pub struct Signer(Arc<Mutex<Module>>);

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer")
    }
}

impl Signer {
    /// The module at a path, or the usual one.
    ///
    /// # Errors
    /// [`TokenError::NoModule`] where none is installed, and those of [`Module::new`].
    pub fn new(module: Option<PathBuf>) -> Result<Self, TokenError> {
        let path = module.or_else(usual_module);
        let path = path.ok_or_else(|| TokenError::NoModule(PathBuf::from("PKCS#11")))?;
        let module = Module::new(&helper_folder(), &path, PATIENCE)?;
        Ok(Self(Arc::new(Mutex::new(module))))
    }

    /// The certificates that can be chosen.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn choices(&self) -> Result<Vec<Choice>, TokenError> {
        let found = choices(&mut self.module())?;
        if found.is_empty() { Err(TokenError::NoCertificate) } else { Ok(found) }
    }

    /// Signs a document with a login of its own, and ends it.
    ///
    /// # Errors
    /// [`SigningError`].
    pub fn sign(
        &self,
        choice: &Choice,
        pin: Option<Pin>,
        document: Waiting,
    ) -> Result<Vec<u8>, SigningError> {
        let mut module = self.module();
        module.login(&choice.token, pin, Hand::Person)?;
        let signed = document.sign(&mut module, choice);
        module.logout(&choice.token);
        signed
    }

    /// Logs in for so many documents that are signed one after the other with [`Signer::go_on`], until
    /// [`Signer::end`]. More than one are a batch, which never uses a token's last try. The PIN goes to the token's
    /// process and is kept nowhere else: a key that wants it before each signature gets it there again.
    ///
    /// # Errors
    /// [`SigningError`].
    pub fn begin(
        &self,
        choice: &Choice,
        pin: Option<Pin>,
        documents: usize,
    ) -> Result<(), SigningError> {
        let hand = if documents > 1 { Hand::Batch } else { Hand::Person };
        Ok(self.module().login(&choice.token, pin, hand)?)
    }

    /// Signs the next document of those that were begun.
    ///
    /// # Errors
    /// [`SigningError`]; where it concerns the token, the login is over.
    pub fn go_on(&self, choice: &Choice, document: Waiting) -> Result<Vec<u8>, SigningError> {
        document.sign(&mut self.module(), choice)
    }

    /// Ends the login of [`Signer::begin`].
    pub fn end(&self, choice: &Choice) {
        self.module().logout(&choice.token);
    }

    /// The module. Where a worker panicked, perhaps logged in, its process is ended and started anew.
    fn module(&self) -> MutexGuard<'_, Module> {
        self.0.lock().unwrap_or_else(|poisoned| {
            self.0.clear_poison();
            let mut module = poisoned.into_inner();
            module.stop();
            module
        })
    }
}

/// A document that waits for its signature.
pub struct Waiting {
    prepared: Prepared,
    /// Length of the file that is signed.
    original: usize,
    plan: Plan,
    algorithm: Algorithm,
}

/// Everything that needs no PIN.
pub fn prepare(
    pdf: Vec<u8>,
    choice: &Choice,
    look: Look,
    now: Timestamp,
) -> Result<Waiting, SigningError> {
    Ok(prepare_for(pdf, choice.signatory(), look, now)?)
}

/// Makes room for the signature of somebody whose certificate signs today.
fn prepare_for(
    pdf: Vec<u8>,
    who: Signatory<'_>,
    look: Look,
    now: Timestamp,
) -> Result<Waiting, SignError> {
    let algorithm = cms::algorithm(who.certificate, now)?;
    let certificates = who.chain.iter().map(|one| one.der.len()).sum::<usize>();
    let plan = Plan {
        at: clock::local(now),
        name: who.certificate.title().to_owned(),
        room: sign::USUAL_ROOM.max(certificates + sign::USUAL_ROOM / 2).min(sign::MAX_ROOM),
        look,
    };
    let original = pdf.len();
    Ok(Waiting { prepared: sign::prepare(pdf, &plan)?, original, plan, algorithm })
}

/// A certificate and its issuers, as far as they are at hand.
#[derive(Clone, Copy)]
struct Signatory<'a> {
    certificate: &'a Certificate,
    chain: &'a [Certificate],
}

/// What became of a signature on its way into the document.
enum Filled {
    /// It is in; and why it has no time stamp although one was asked for.
    Done(Vec<u8>, Option<Why>),
    /// It needs this much room, and the document has less.
    Short(Asked, usize),
}

/// A document with what its signer signs. To make that the whole file is hashed, which is most of the work of signing a
/// large one: it is done once, and the two stay together.
struct Asked {
    prepared: Prepared,
    attributes: Vec<u8>,
}

impl Asked {
    fn of(prepared: Prepared, certificate: &Certificate, algorithm: Algorithm) -> Self {
        Self { attributes: prepared.attributes(certificate, algorithm), prepared }
    }
}

/// Checks a signature against its certificate, has it stamped where somebody is to be asked, and puts it into the
/// document. Whoever made it, what is not the certificate's signature over this document goes no further.
fn fill(
    asked: Asked,
    who: Signatory<'_>,
    algorithm: Algorithm,
    signature: &[u8],
    ask: Option<&mut dyn Ask>,
) -> Result<Filled, SignError> {
    let put = |time_stamp| {
        let parts = cms::Parts {
            certificate: who.certificate,
            chain: who.chain,
            algorithm,
            attributes: &asked.attributes,
            signature,
            time_stamp,
        };
        cms::signed_data(&parts).map_err(|_| SignError::NotTheSigners)
    };
    // Nothing is stamped that is not the signer's.
    let plain = put(None)?;
    let digest = Hash::Sha256.digest(signature);
    let (stamp, mut missing) = match ask.map(|ask| raise::time_stamp(digest, ask)).transpose() {
        Ok(stamp) => (stamp, None),
        Err(why) => (None, Some(why)),
    };
    let mut data = match &stamp {
        Some(stamp) => put(Some(stamp))?,
        None => plain.clone(),
    };
    if stamp.is_some() && data.len() > sign::MAX_ROOM {
        (data, missing) = (plain, Some(SignError::TooMuch.into()));
    }
    if data.len() > asked.prepared.room() {
        return Ok(Filled::Short(asked, data.len()));
    }
    Ok(Filled::Done(asked.prepared.embed(&data)?, missing))
}

impl Waiting {
    /// The signed document, level B-B; somebody has logged in.
    pub fn sign(self, module: &mut Module, choice: &Choice) -> Result<Vec<u8>, SigningError> {
        Ok(self.finish(module, choice, None)?.0)
    }

    /// The same with a time stamp in the signature, level B-T. Where there is none to be had the document is
    /// signed without, level B-B, and the reason comes with it.
    pub fn sign_stamped(
        self,
        module: &mut Module,
        choice: &Choice,
        ask: &mut dyn Ask,
    ) -> Result<(Vec<u8>, Option<Why>), SigningError> {
        self.finish(module, choice, Some(ask))
    }

    fn finish(
        mut self,
        module: &mut Module,
        choice: &Choice,
        mut ask: Option<&mut dyn Ask>,
    ) -> Result<(Vec<u8>, Option<Why>), SigningError> {
        let mechanism = mechanism(self.algorithm)?;
        for _ in 0..TRIES {
            let asked = Asked::of(self.prepared, &choice.certificate, self.algorithm);
            let certificate = &choice.certificate.der;
            let signature =
                module.sign(&choice.token, certificate, mechanism, &asked.attributes)?;
            let ask = ask.as_mut().map(|ask| &mut **ask as &mut dyn Ask);
            match fill(asked, choice.signatory(), self.algorithm, &signature, ask)? {
                Filled::Done(bytes, missing) => return Ok((bytes, missing)),
                Filled::Short(asked, needed) => {
                    // What is signed contains the room: with more of it the document is signed anew.
                    self.plan.room = (needed + SPARE).min(sign::MAX_ROOM.max(needed));
                    let mut pdf = asked.prepared.bytes;
                    pdf.truncate(self.original);
                    self.prepared = sign::prepare(pdf, &self.plan)?;
                }
            }
        }
        Err(SignError::TooMuch.into())
    }
}

/// How a token is asked for it.
fn mechanism(algorithm: Algorithm) -> Result<Mechanism, SignError> {
    let hash = match algorithm.hash {
        Hash::Sha256 => HashName::Sha256,
        Hash::Sha384 => HashName::Sha384,
        Hash::Sha512 => HashName::Sha512,
        // Nothing weaker is written.
        Hash::Sha1 | Hash::Sha224 => return Err(SignError::Unfit(cms::Unfit::Weak)),
    };
    match algorithm.scheme {
        Scheme::Pkcs1 => Ok(Mechanism::RsaPkcs1(hash)),
        Scheme::Pss { .. } => Ok(Mechanism::RsaPss(hash)),
        Scheme::Ecdsa => Ok(Mechanism::Ecdsa(hash)),
        Scheme::PlainEcdsa => Err(SignError::Unfit(cms::Unfit::Unknown)),
    }
}
