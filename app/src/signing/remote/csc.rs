//! The API of the Cloud Signature Consortium, version 1.0.4, with the login that Ascertia ADSS puts before it, as
//! Viettel MySign has it: `credentials/list`, `credentials/info`, `credentials/authorize`, which is silent until the
//! telephone answers and gives the signature activation data (SAD), and `signatures/signHash`.
//!
//! Login, SAD and signature are one uninterrupted conversation; of it nothing is kept.

use base64ct::{Base64, Encoding};
use reports::sign::raise::Silence;
use serde::{Deserialize, Serialize};

use super::{
    Answer, Kept, MOST_CERTIFICATES, Offered, Remote, RemoteError, Secret, Stop, ask, bytes_of,
    certificate_of, read,
};
use crate::online::Confidant;

const SHA_256: &str = "2.16.840.1.101.3.4.2.1";
const RSA: &str = "1.2.840.113549.1.1.1";

#[derive(Serialize)]
struct Login<'a> {
    client_id: &'a str,
    client_secret: &'a str,
    user_id: &'a str,
    profile_id: &'a str,
}

#[derive(Deserialize)]
struct LoggedIn {
    access_token: Secret,
}

#[derive(Serialize)]
struct List<'a> {
    #[serde(rename = "userID")]
    user: &'a str,
}

#[derive(Deserialize)]
struct Listed {
    #[serde(rename = "credentialIDs")]
    credentials: Vec<String>,
}

#[derive(Serialize)]
struct Info<'a> {
    #[serde(rename = "credentialID")]
    credential: &'a str,
    certificates: &'static str,
    #[serde(rename = "certInfo")]
    cert_info: bool,
    #[serde(rename = "authInfo")]
    auth_info: bool,
}

#[derive(Deserialize)]
struct Informed {
    cert: Cert,
}

#[derive(Deserialize)]
struct Cert {
    certificates: Vec<String>,
}

#[derive(Serialize)]
struct Document<'a> {
    document_id: &'a str,
    document_name: &'a str,
}

#[derive(Serialize)]
struct Authorize<'a> {
    #[serde(rename = "credentialID")]
    credential: &'a str,
    #[serde(rename = "numSignatures")]
    signatures: u32,
    documents: [Document<'a>; 1],
    hash: [&'a str; 1],
    description: &'static str,
}

#[derive(Deserialize)]
struct Authorized {
    #[serde(rename = "SAD")]
    sad: Secret,
}

#[derive(Serialize)]
struct SignHash<'a> {
    #[serde(rename = "credentialID")]
    credential: &'a str,
    #[serde(rename = "SAD")]
    sad: &'a str,
    documents: [Document<'a>; 1],
    hash: [&'a str; 1],
    #[serde(rename = "hashAlgo")]
    hash_algorithm: &'static str,
    #[serde(rename = "signAlgo")]
    algorithm: &'static str,
}

#[derive(Deserialize)]
struct Signed {
    signatures: Vec<String>,
}

/// A refusal (CSC 1.0.4, 8.3; RFC 6749, 5.2).
#[derive(Deserialize)]
struct Refusal {
    error: String,
}

/// A conversation of somebody who logged in.
struct Session<'a> {
    remote: &'a Remote,
    token: Secret,
}

/// Logs in.
fn log_in(remote: &Remote) -> Result<Session<'_>, RemoteError> {
    let question = Login {
        client_id: &remote.contract.client,
        client_secret: &remote.secret.0,
        user_id: &remote.user,
        profile_id: remote.contract.profile.as_deref().unwrap_or_default(),
    };
    let url = remote.contract.login.as_deref().ok_or(RemoteError::Contract)?;
    let answer: LoggedIn = open(ask(&remote.service, url, None, &question)?)?;
    // It goes into a header.
    let plain = |byte: u8| byte.is_ascii_graphic();
    if answer.access_token.0.is_empty() || !answer.access_token.0.bytes().all(plain) {
        return Err(RemoteError::Nonsense);
    }
    Ok(Session { remote, token: answer.access_token })
}

fn open<A: serde::de::DeserializeOwned>(
    (status, answer): (u16, Vec<u8>),
) -> Result<A, RemoteError> {
    // Some services refuse with 200.
    let Ok(Refusal { error }) = read::<Refusal>(&answer) else {
        return match status {
            200..300 => read(&answer),
            401 => Err(RemoteError::NotKnown),
            _ => Err(RemoteError::denied("", u32::from(status))),
        };
    };
    Err(match error.trim().to_ascii_lowercase().as_str() {
        "access_denied" | "authorization_declined" | "user_rejected" | "user_declined" => {
            RemoteError::Refused
        }
        "expired" | "timeout" | "authorization_timeout" | "authorization_expired" => {
            RemoteError::Expired
        }
        "invalid_client" | "unauthorized_client" | "invalid_token" | "unauthorized" => {
            RemoteError::NotKnown
        }
        _ => RemoteError::denied(&error, u32::from(status)),
    })
}

impl Session<'_> {
    fn ask<Q: Serialize, A: serde::de::DeserializeOwned>(
        &self,
        service: &Confidant,
        path: &str,
        question: &Q,
    ) -> Result<A, RemoteError> {
        let url = format!("{}/{path}", self.remote.contract.url);
        open(ask(service, &url, Some(&self.token.0), question)?)
    }

    fn offered(&self, credential: &str) -> Result<Offered, RemoteError> {
        let question = Info { credential, certificates: "chain", cert_info: true, auth_info: true };
        let answer: Informed = self.ask(&self.remote.service, "credentials/info", &question)?;
        let chain = answer.cert.certificates;
        if chain.len() > MOST_CERTIFICATES {
            return Err(RemoteError::Nonsense);
        }
        let (first, issuers) = chain.split_first().ok_or(RemoteError::NoCertificate)?;
        let certificate = certificate_of(first)?;
        let issuers: Vec<_> = issuers.iter().filter_map(|one| certificate_of(one).ok()).collect();
        let chain = pki::signing::chain(&certificate, &issuers);
        Ok(Offered { credential: credential.to_owned(), certificate, chain })
    }
}

/// The signer's certificates.
pub(super) fn certificates(remote: &Remote) -> Result<Vec<Offered>, RemoteError> {
    let session = log_in(remote)?;
    let question = List { user: &remote.user };
    let listed: Listed = session.ask(&remote.service, "credentials/list", &question)?;
    if listed.credentials.len() > MOST_CERTIFICATES {
        return Err(RemoteError::Nonsense);
    }
    listed.credentials.iter().map(|credential| session.offered(credential)).collect()
}

/// Asks the telephone and, when it approved and somebody still waits, for the signature.
pub(super) fn request(remote: &Remote, kept: &Kept, stop: &Stop) -> Result<Answer, RemoteError> {
    let session = log_in(remote)?;
    if session.offered(&kept.credential)?.certificate.der != kept.certificate.der {
        return Err(RemoteError::AnotherCertificate);
    }
    let hash = Base64::encode_string(&kept.digest());
    let document = || Document { document_id: &kept.name, document_name: &kept.name };
    let question = Authorize {
        credential: &kept.credential,
        signatures: 1,
        documents: [document()],
        hash: [&hash],
        description: "Ký số văn bản bằng phần mềm Một Cửa",
    };
    let authorized = session.ask(&remote.patient, "credentials/authorize", &question);
    let authorized: Authorized = authorized.map_err(|error| match error {
        // It is the telephone that is silent.
        RemoteError::Silent(Silence::TooSlow) => RemoteError::Expired,
        error => error,
    })?;
    if stop.is_set() {
        return Err(RemoteError::Stopped);
    }
    let question = SignHash {
        credential: &kept.credential,
        sad: &authorized.sad.0,
        documents: [document()],
        hash: [&hash],
        hash_algorithm: SHA_256,
        algorithm: RSA,
    };
    let mut signed: Signed = session.ask(&remote.service, "signatures/signHash", &question)?;
    // The same twice is one.
    signed.signatures.dedup();
    match &signed.signatures[..] {
        [one] => Ok(Answer::Signed(bytes_of(one)?)),
        _ => Err(RemoteError::Nonsense),
    }
}
