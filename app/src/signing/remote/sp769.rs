//! VNPT SmartCA, API "sp769" version 1 (VNPT's integration guide 4.1): `get_certificate`, `sign` with a hash in
//! hexadecimal, and `status` of a request, which needs no secret.
//!
//! The guide names two words of a request's state, SUCCESS and that it waits; EXPIRED is known from use, and those of
//! refusals are the ones of the provider's older API. A word that is not known here is no answer: the request then
//! runs until it expires.

use reports::sign::raise::Silence;
use serde::{Deserialize, Serialize};

use super::{
    Answer, Kept, MOST_CERTIFICATES, Offered, Remote, RemoteError, ask, bytes_of, certificate_of,
    kept::transaction_name, read, same_serial,
};

/// Whom and what each question names.
#[derive(Serialize)]
struct Account<'a> {
    sp_id: &'a str,
    sp_password: &'a str,
    user_id: &'a str,
    serial_number: &'a str,
    transaction_id: &'a str,
}

#[derive(Serialize)]
struct Sign<'a> {
    #[serde(flatten)]
    account: Account<'a>,
    transaction_desc: &'a str,
    time_stamp: String,
    sign_files: [File<'a>; 1],
}

#[derive(Serialize)]
struct File<'a> {
    /// SHA-256 of the signed attributes, in hexadecimal.
    data_to_be_signed: String,
    doc_id: &'a str,
    file_type: &'static str,
    sign_type: &'static str,
}

/// Every answer.
#[derive(Deserialize)]
struct Envelope<D> {
    status_code: Option<u32>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default = "Option::default")]
    data: Option<D>,
}

#[derive(Deserialize)]
struct Held {
    #[serde(default)]
    user_certificates: Option<Vec<Entry>>,
}

#[derive(Deserialize)]
struct Entry {
    serial_number: String,
    cert_data: String,
    #[serde(default)]
    chain_data: Option<Chain>,
}

#[derive(Deserialize)]
struct Chain {
    #[serde(default)]
    ca_cert: Option<String>,
    #[serde(default)]
    root_cert: Option<String>,
}

#[derive(Deserialize)]
struct Begun {
    transaction_id: String,
}

#[derive(Deserialize)]
struct State {
    #[serde(default)]
    signatures: Option<Vec<Signature>>,
}

#[derive(Deserialize)]
struct Signature {
    doc_id: String,
    #[serde(default)]
    signature_value: Option<String>,
}

/// The account of a question.
fn account<'a>(remote: &'a Remote, serial_number: &'a str, transaction: &'a str) -> Account<'a> {
    Account {
        sp_id: &remote.contract.client,
        sp_password: &remote.secret.0,
        user_id: &remote.user,
        serial_number,
        transaction_id: transaction,
    }
}

/// What an answer says, or why it says no.
fn open<D: serde::de::DeserializeOwned>(
    (status, answer): (u16, Vec<u8>),
) -> Result<(String, Option<D>), RemoteError> {
    let envelope: Envelope<D> = match read(&answer) {
        Ok(envelope) => envelope,
        // A refusal need not be JSON.
        Err(_) if status == 401 => return Err(RemoteError::NotKnown),
        Err(_) if status >= 400 => return Err(RemoteError::Denied(status.to_string())),
        Err(error) => return Err(error),
    };
    let message = envelope.message.unwrap_or_default();
    let code = envelope.status_code.unwrap_or(u32::from(status));
    if status < 400 && code == 200 {
        return Ok((message, envelope.data));
    }
    Err(match message.trim().to_ascii_uppercase().as_str() {
        "SP_CREDENTIAL_INVALID" => RemoteError::NotKnown,
        "CREDENTIAL_STATUS_INVALID" => RemoteError::Blocked,
        word => match ended(word) {
            Some(ended) => ended,
            None if code == 401 => RemoteError::NotKnown,
            None => RemoteError::denied(word, code),
        },
    })
}

/// A request that is over without a signature.
fn ended(word: &str) -> Option<RemoteError> {
    match word {
        "EXPIRED" | "TRANSACTION_EXPIRED" => Some(RemoteError::Expired),
        "SIGNER_REJECTED" | "USER_REJECTED" | "REJECTED" | "USER_DENIED" => {
            Some(RemoteError::Refused)
        }
        "AUTHORIZE_KEY_FAILED" | "SIGN_FAILED" => Some(RemoteError::Failed),
        _ => None,
    }
}

fn at(remote: &Remote, path: &str) -> String {
    format!("{}/v1/{path}", remote.contract.url)
}

/// The signer's certificates. What cannot be read is not offered.
pub(super) fn certificates(remote: &Remote) -> Result<Vec<Offered>, RemoteError> {
    let transaction = transaction_name()?;
    let url = at(remote, "credentials/get_certificate");
    let answer = ask(&remote.service, &url, None, &account(remote, "", &transaction))?;
    let (_, held) = open::<Held>(answer)?;
    let entries = held.and_then(|held| held.user_certificates).unwrap_or_default();
    if entries.len() > MOST_CERTIFICATES {
        return Err(RemoteError::Nonsense);
    }
    let mut found = Vec::new();
    for entry in entries {
        let certificate = certificate_of(&entry.cert_data)?;
        if !same_serial(&certificate, &entry.serial_number) {
            return Err(RemoteError::AnotherCertificate);
        }
        let issuers = entry.chain_data.into_iter().flat_map(|c| [c.ca_cert, c.root_cert]).flatten();
        let issuers: Vec<_> = issuers.filter_map(|one| certificate_of(&one).ok()).collect();
        let chain = pki::signing::chain(&certificate, &issuers);
        found.push(Offered { credential: entry.serial_number, certificate, chain });
    }
    Ok(found)
}

/// Asks the telephone.
pub(super) fn request(remote: &Remote, kept: &Kept) -> Result<Answer, RemoteError> {
    let question = Sign {
        account: account(remote, &kept.credential, &kept.transaction),
        transaction_desc: "Ký số văn bản bằng phần mềm Một Cửa",
        time_stamp: kept.asked_at.strftime("%Y%m%d%H%M%SZ").to_string(),
        sign_files: [File {
            data_to_be_signed: crate::signing::hex(&kept.digest()),
            doc_id: &kept.name,
            file_type: "pdf",
            sign_type: "hash",
        }],
    };
    let answer = match ask(&remote.service, &at(remote, "signatures/sign"), None, &question) {
        Ok(answer) => answer,
        // It may have been heard: it is asked after.
        Err(RemoteError::Silent(why)) if RemoteError::may_be_heard(why) => {
            return Ok(Answer::Waits);
        }
        Err(error) => return Err(error),
    };
    let (_, begun) = open::<Begun>(answer)?;
    let begun = begun.ok_or(RemoteError::Nonsense)?;
    // It is asked after by the name that was written down.
    if begun.transaction_id == kept.transaction {
        Ok(Answer::Waits)
    } else {
        Err(RemoteError::Nonsense)
    }
}

/// What was heard of a request that waits. A refusal that is not JSON is not the provider's word: whoever stands in the
/// way said it, and the request may still be answered.
pub(super) fn heard((status, answer): (u16, Vec<u8>)) -> Result<(u16, Vec<u8>), RemoteError> {
    if status >= 400 && read::<Envelope<serde::de::IgnoredAny>>(&answer).is_err() {
        return Err(RemoteError::Silent(Silence::Status(status)));
    }
    Ok((status, answer))
}

/// Whether it was approved.
pub(super) fn answer(remote: &Remote, kept: &Kept) -> Result<Answer, RemoteError> {
    let url = at(remote, &format!("signatures/sign/{}/status", kept.transaction));
    let heard = heard(ask(&remote.service, &url, None, &serde_json::json!({}))?)?;
    let (message, state) = open::<State>(heard)?;
    if let Some(ended) = ended(&message.trim().to_ascii_uppercase()) {
        return Err(ended);
    }
    let all = state.and_then(|state| state.signatures).unwrap_or_default();
    let ours = all.into_iter().filter(|one| one.doc_id == kept.name);
    let mut ours: Vec<String> = ours.filter_map(|one| one.signature_value).collect();
    // The same twice is one.
    ours.dedup();
    match &ours[..] {
        [] if message.trim().eq_ignore_ascii_case("SUCCESS") => Err(RemoteError::Nonsense),
        [] => Ok(Answer::Waits),
        [one] => Ok(Answer::Signed(bytes_of(one)?)),
        [..] => Err(RemoteError::Nonsense),
    }
}
