//! Remote signing (ký số từ xa): the key lies with a provider, and the signer approves on the telephone.
//!
//! It always takes its time and may never be answered, so there are three steps with data between them:
//! 1. [`Kept::prepare`] makes the document with room for the signature and chooses the request's name. It is written
//!    down ([`Kept::write`]) before anybody is asked: whatever happens then, the request is not forgotten.
//! 2. [`Remote::request`] asks, and [`wait`] looks whether it was approved until the request is over.
//! 3. [`Kept::complete`] checks the signature against the chosen certificate and puts it into the document.
//!
//! A program that ends in between goes on at step 2 ([`Remote::resume`]). A refusal, an expired request or an answer that is not the
//! signer's signature leaves nothing half signed. An answer is used once, however often it comes.
//!
//! Two kinds of service are known, both by a contract of the office with the provider, which is configuration
//! ([`Contract`]). Its secret is never written down: there is no key store that every machine of an office has, so
//! whoever signs is asked for it each time, as for a PIN.
//! - [`sp769`]: VNPT SmartCA, "sp769" version 1. The request is asked after by its number.
//! - [`csc`]: the Cloud Signature Consortium's API, version 1.0.4, as Viettel MySign has it. Its `authorize` is
//!   silent until the telephone answers and cannot be asked after: after a break it asks the telephone again.
//!
//! What comes is a stranger's: bounded in size and time, read strictly, and believed only as far as the signature
//! verifies.

mod csc;
mod error;
mod kept;
mod sp769;

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

use base64ct::{Base64, Encoding};
use pki::certificate::Certificate;
use reports::sign::raise::Silence;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

pub use error::RemoteError;
pub use kept::Kept;

use crate::online::{Confidant, private_address};

/// Most certificates that are looked at.
const MOST_CERTIFICATES: usize = 32;
/// Longest certificate, in base64.
const LONGEST_CERTIFICATE: usize = 48 << 10;
/// Longest for an answer that nobody's telephone is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// Which API a provider has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Api {
    /// VNPT SmartCA.
    #[serde(rename = "smartca-sp769")]
    Sp769,
    /// Cloud Signature Consortium 1.0.4, with the login of Ascertia ADSS (Viettel MySign).
    #[serde(rename = "csc-v1")]
    Csc,
}

/// What an office agreed with a provider, without its secret: there is no field for one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// Which API.
    pub api: Api,
    /// Where it begins, without the last stroke: `https://gwsca.vnpt.vn/sca/sp769`,
    /// `https://remotesigning.viettel.vn/adss/service/ras/csc/v1`.
    pub url: String,
    /// Where one logs in (CSC): `https://remotesigning.viettel.vn/adss/service/ras/v1/login`.
    #[serde(default)]
    pub login: Option<String>,
    /// The office's name at the provider: `sp_id`, `client_id`.
    pub client: String,
    /// The profile of the contract (CSC): `profile_id`.
    #[serde(default)]
    pub profile: Option<String>,
    /// Seconds between two questions whether it was approved.
    #[serde(default = "usual_pause")]
    pub poll_seconds: u64,
    /// Seconds after which the provider gives a request up.
    #[serde(default = "usual_expiry")]
    pub expires_seconds: u64,
}

fn usual_pause() -> u64 {
    3
}

fn usual_expiry() -> u64 {
    300
}

impl Api {
    /// Whose service that is, as its users call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Sp769 => "VNPT SmartCA",
            Self::Csc => "Viettel MySign (CSC)",
        }
    }
}

impl Contract {
    /// One with the usual times.
    ///
    /// # Errors
    /// [`RemoteError::Contract`].
    pub fn new(
        api: Api,
        url: String,
        client: String,
        (login, profile): (Option<String>, Option<String>),
    ) -> Result<Self, RemoteError> {
        let (poll_seconds, expires_seconds) = (usual_pause(), usual_expiry());
        let contract = Self { api, url, login, client, profile, poll_seconds, expires_seconds };
        contract.is_usable().then_some(contract).ok_or(RemoteError::Contract)
    }

    /// Reads a contract's file.
    ///
    /// # Errors
    /// [`RemoteError::Contract`]: no such file, an unknown field (so a secret), or an address that is told none.
    pub fn read(bytes: &[u8]) -> Result<Self, RemoteError> {
        let contract: Self = serde_json::from_slice(bytes).map_err(|_| RemoteError::Contract)?;
        contract.is_usable().then_some(contract).ok_or(RemoteError::Contract)
    }

    /// Whether a request is gone on with without the secret.
    pub fn resumes_without_secret(&self) -> bool {
        match self.api {
            Api::Sp769 => true,
            Api::Csc => false,
        }
    }

    /// Whether it can be used: what was read from a file of choices may have been written by anybody.
    pub fn is_usable(&self) -> bool {
        let login = match (self.api, &self.login) {
            (Api::Sp769, None) => true,
            (Api::Csc, Some(login)) => private_address(login).is_ok(),
            (Api::Sp769, Some(_)) | (Api::Csc, None) => false,
        };
        let profile = (self.api == Api::Csc) || self.profile.is_none();
        let times = (1..=60).contains(&self.poll_seconds)
            && (self.poll_seconds..=900).contains(&self.expires_seconds);
        let url = private_address(&self.url).is_ok() && !self.url.ends_with('/');
        login && profile && times && url && !self.client.is_empty()
    }
}

/// The secret of a contract, or one that a provider gives for a while. Its memory is wiped; it has no `Debug` and is
/// written nowhere.
#[derive(Clone, Default)]
pub struct Secret(Zeroizing<String>);

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self(Zeroizing::new(text)))
    }
}

impl Secret {
    /// As it was typed.
    pub fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }
}

/// A certificate of the signer's that a provider holds the key of.
#[derive(Clone, Debug)]
pub struct Offered {
    /// The provider's name for it: its serial number, or the credential.
    pub credential: String,
    /// It.
    pub certificate: Certificate,
    /// Issuers that came with it.
    pub chain: Vec<Certificate>,
}

impl Offered {
    /// Whose it is.
    pub fn name(&self) -> String {
        self.certificate.title().to_owned()
    }

    /// Who issued it and until when it holds.
    pub fn detail(&self) -> String {
        format!(
            "Nơi cấp: {}. Hiệu lực đến {}. Số sê-ri {}.",
            self.certificate.issuer_title(),
            office::date::format(self.certificate.not_after),
            super::hex(&self.certificate.serial),
        )
    }

    /// Whether a user means this one: by the provider's name for it or by serial number.
    pub fn is_called(&self, name: &str) -> bool {
        self.credential == name || same_serial(&self.certificate, name)
    }
}

/// One line of a list.
impl std::fmt::Display for Offered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} · {} · số sê-ri {} · hiệu lực đến {}",
            self.credential,
            self.certificate.subject_text,
            super::hex(&self.certificate.serial),
            self.certificate.not_after,
        )
    }
}

/// Whether a serial number in hexadecimal is this certificate's, however its zeros are written.
fn same_serial(certificate: &Certificate, text: &str) -> bool {
    let text = text.replace([':', ' '], "").to_lowercase();
    let ours = super::hex(&certificate.serial);
    !text.is_empty() && text.trim_start_matches('0') == ours.trim_start_matches('0')
}

/// Whether a request was approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Not yet.
    Waits,
    /// The signature, as the provider gives it.
    Signed(Vec<u8>),
}

/// Whether somebody still waits for a request. Clones tell the same; a thread that rests hears it at once.
#[derive(Clone, Default)]
pub struct Stop(Arc<(Mutex<bool>, Condvar)>);

impl std::fmt::Debug for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stop({})", self.is_set())
    }
}

impl Stop {
    /// Nobody waits any more.
    pub fn set(&self) {
        let (stopped, heard) = &*self.0;
        *stopped.lock().unwrap_or_else(PoisonError::into_inner) = true;
        heard.notify_all();
    }

    /// Whether nobody waits any more.
    pub fn is_set(&self) -> bool {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Rests for so long, or until nobody waits any more.
    fn rest(&self, length: Duration) {
        let (stopped, heard) = &*self.0;
        let stopped = stopped.lock().unwrap_or_else(PoisonError::into_inner);
        drop(heard.wait_timeout_while(stopped, length, |stopped| !*stopped));
    }
}

/// A provider, for one signer.
pub struct Remote {
    contract: Contract,
    /// The signer's name there: the personal number.
    user: String,
    secret: Secret,
    service: Confidant,
    /// A service whose answer waits for the telephone.
    patient: Confidant,
}

impl Remote {
    /// Nobody is asked yet.
    pub fn new(contract: Contract, user: String, secret: Secret) -> Self {
        let expiry = Duration::from_secs(contract.expires_seconds);
        let service = Confidant::new(PATIENCE.min(expiry));
        Self { contract, user, secret, service, patient: Confidant::new(expiry) }
    }

    /// The signer's certificates.
    ///
    /// # Errors
    /// [`RemoteError`].
    pub fn certificates(&self) -> Result<Vec<Offered>, RemoteError> {
        let found = match self.contract.api {
            Api::Sp769 => sp769::certificates(self),
            Api::Csc => csc::certificates(self),
        }?;
        if found.is_empty() { Err(RemoteError::NoCertificate) } else { Ok(found) }
    }

    /// Asks for the signature. Where the provider is silent afterwards nobody knows whether it was heard: it is asked
    /// after all the same.
    ///
    /// # Errors
    /// [`RemoteError`]: nobody was asked, or it was refused.
    pub fn request(&self, kept: &Kept, stop: &Stop) -> Result<Answer, RemoteError> {
        match self.contract.api {
            Api::Sp769 => sp769::request(self, kept),
            Api::Csc => csc::request(self, kept, stop),
        }
    }

    /// Goes on with a request of a program that ended. Where it cannot be asked after, the telephone is asked again:
    /// what was approved before is lost and was used by nobody.
    ///
    /// # Errors
    /// [`RemoteError`].
    pub fn resume(&self, kept: &Kept, stop: &Stop) -> Result<Answer, RemoteError> {
        match self.contract.api {
            Api::Sp769 => sp769::answer(self, kept),
            Api::Csc => csc::request(self, kept, stop),
        }
    }

    /// Looks whether it was approved.
    fn answer(&self, kept: &Kept) -> Result<Answer, RemoteError> {
        match self.contract.api {
            Api::Sp769 => sp769::answer(self, kept),
            // What was not signed in its one conversation is over.
            Api::Csc => Err(RemoteError::Expired),
        }
    }

    /// How long the provider waits for the telephone from now on; at least one question is asked.
    fn rest(&self, kept: &Kept, now: jiff::Timestamp) -> Duration {
        let whole = Duration::from_secs(self.contract.expires_seconds);
        let gone = Duration::try_from(now.duration_since(kept.asked_at)).unwrap_or_default();
        whole.saturating_sub(gone)
    }
}

/// Asks until there is a signature or the request is over. `first` is what asking or resuming came to. A service that
/// cannot be reached for a while is asked again: the telephone may have approved long since.
///
/// # Errors
/// [`RemoteError::Expired`], [`RemoteError::Unanswered`] where the provider was silent to the end,
/// [`RemoteError::Stopped`], and whatever ends the request.
pub fn wait(
    remote: &Remote,
    kept: &Kept,
    first: Result<Answer, RemoteError>,
    now: jiff::Timestamp,
    stop: &Stop,
) -> Result<Vec<u8>, RemoteError> {
    let pause = Duration::from_secs(remote.contract.poll_seconds);
    let until = Instant::now() + remote.rest(kept, now);
    let mut answer = first;
    loop {
        match answer {
            // What came although nobody waits any more is used by nobody; it can be asked for again.
            _ if stop.is_set() => return Err(RemoteError::Stopped),
            Ok(Answer::Signed(signature)) => return Ok(signature),
            Ok(Answer::Waits) if Instant::now() >= until => return Err(RemoteError::Expired),
            Err(RemoteError::Silent(why)) if !RemoteError::is_passing(why) => {
                return Err(RemoteError::Silent(why));
            }
            Err(RemoteError::Silent(why)) if Instant::now() >= until => {
                return Err(RemoteError::Unanswered(why));
            }
            Ok(Answer::Waits) | Err(RemoteError::Silent(_)) => {}
            Err(error) => return Err(error),
        }
        stop.rest(pause);
        answer = remote.answer(kept);
    }
}

/// Sends a question with a secret in it and gives status and answer.
fn ask<Q: Serialize>(
    service: &Confidant,
    url: &str,
    bearer: Option<&str>,
    question: &Q,
) -> Result<(u16, Vec<u8>), RemoteError> {
    let body = serde_json::to_vec(question).map(Zeroizing::new);
    let body = body.map_err(|_| RemoteError::Nonsense)?;
    let (status, answer) = service.post(url, bearer, &body).map_err(RemoteError::Silent)?;
    match status {
        // Whoever stands in the way answers anything at all: such an answer is nobody's word.
        408 | 429 | 500.. => Err(RemoteError::Silent(Silence::Status(status))),
        _ => Ok((status, answer)),
    }
}

/// Reads JSON: what is asked for has to be there once and of its kind; what else is there is the provider's affair.
fn read<A: DeserializeOwned>(answer: &[u8]) -> Result<A, RemoteError> {
    serde_json::from_slice(answer).map_err(|_| RemoteError::Nonsense)
}

fn bytes_of(base64: &str) -> Result<Vec<u8>, RemoteError> {
    if base64.len() > LONGEST_CERTIFICATE {
        return Err(RemoteError::Nonsense);
    }
    let text: String = base64.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    Base64::decode_vec(&text).map_err(|_| RemoteError::Nonsense)
}

fn certificate_of(base64: &str) -> Result<Certificate, RemoteError> {
    Certificate::parse(&bytes_of(base64)?).map_err(|_| RemoteError::Nonsense)
}

#[cfg(test)]
mod tests;
