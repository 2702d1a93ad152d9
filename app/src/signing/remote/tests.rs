//! What is read of files and numbers; the services themselves are tried by the journey `remote`.
#![allow(clippy::unwrap_used)]

use super::*;

const SMART_CA: &str =
    r#"{"api": "smartca-sp769", "url": "https://gwsca.vnpt.vn/sca/sp769", "client": "mau"}"#;
const MY_SIGN: &str = r#"{"api": "csc-v1", "url": "https://remotesigning.viettel.vn/adss/service/ras/csc/v1",
    "login": "https://remotesigning.viettel.vn/adss/service/ras/v1/login", "client": "mau", "profile": "p"}"#;

#[test]
fn a_contract_names_no_secret_and_no_open_road() {
    let smart = Contract::read(SMART_CA.as_bytes()).unwrap();
    assert_eq!((smart.api, smart.poll_seconds, smart.expires_seconds), (Api::Sp769, 3, 300));
    assert!(Contract::read(MY_SIGN.as_bytes()).is_ok());
    let bad = [
        (SMART_CA, "https", "http"),
        (SMART_CA, "\"mau\"", "\"mau\", \"sp_password\": \"x\""),
        (SMART_CA, "\"mau\"", "\"\""),
        (SMART_CA, "sp769\", \"client", "sp769/\", \"client"),
        (SMART_CA, "\"mau\"", "\"mau\", \"poll_seconds\": 0"),
        (SMART_CA, "\"mau\"", "\"mau\", \"expires_seconds\": 2"),
        (SMART_CA, "\"mau\"", "\"mau\", \"profile\": \"p\""),
        (MY_SIGN, "ras/v1/login", "ras/v1/login\", \"secret\": \"x"),
        (MY_SIGN, "\"login\": \"https", "\"login\": \"http"),
        (MY_SIGN, "csc-v1", "csc-v2"),
        (SMART_CA, "https://", "https://user:secret@"),
        (MY_SIGN, "\"login\": \"https://", "\"login\": \"https://user@"),
    ];
    for (whole, from, to) in bad {
        let text = whole.replacen(from, to, 1);
        assert_ne!(text, whole, "{from}");
        assert_eq!(Contract::read(text.as_bytes()), Err(RemoteError::Contract), "{text}");
    }
}

#[test]
fn what_was_written_down_is_read_like_a_strangers() {
    for bad in [&b""[..], b"motcua-waits-1\n", b"motcua-waits-1\n{}\n%PDF", b"%PDF-1.7\n"] {
        assert_eq!(Kept::read(bad).unwrap_err(), RemoteError::Damaged);
    }
}

#[test]
fn a_refusal_shows_what_can_be_shown() {
    let denied = |name, number| RemoteError::denied(name, number);
    assert_eq!(denied("sig_user_not_found", 404), RemoteError::Denied("sig_user_not_found".into()));
    assert_eq!(denied("\u{202e}\n\u{1b}[0m<b>", 404), RemoteError::Denied("0mb".into()));
    assert_eq!(denied("", 403), RemoteError::Denied("403".into()));
}

/// A page of whoever stands in the way does not end a request that the telephone may still answer; the provider's own
/// refusal does.
#[test]
fn only_the_provider_ends_a_request_that_waits() {
    for status in [401, 403, 404, 407] {
        let page = sp769::heard((status, b"<html>proxy</html>".to_vec()));
        assert_eq!(page, Err(RemoteError::Silent(Silence::Status(status))));
        assert!(RemoteError::is_passing(Silence::Status(status)), "it is asked after again");
        let refused = br#"{"status_code": 400, "message": "EXPIRED", "data": null}"#.to_vec();
        assert!(sp769::heard((status, refused)).is_ok());
    }
    assert!(sp769::heard((200, b"<html>".to_vec())).is_ok(), "read, and told as nonsense");
}
