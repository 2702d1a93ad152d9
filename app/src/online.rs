//! The only place that goes to the network for signatures: time stamps, OCSP answers, revocation lists and
//! issuers' certificates, over HTTP as RFC 3161, 6960 and 5280 have it; and the services that sign remotely. It
//! blocks, for a limited time, and is called from the command line or a worker's thread, never from the window's.
//!
//! What comes is bounded in size and believed by nobody here: [`reports::sign::raise`] judges it. Addresses come
//! from strangers' certificates: only `http://` and `https://` are gone to, and a redirection within one scheme
//! is followed for what is merely fetched. Whom TLS proves is left to the system, which knows the office's proxy;
//! nothing rests on it, as every answer is signed. Only a service that is told a secret ([`Confidant`]) has to prove
//! itself, is reached by `https://` alone and redirects nobody.

use std::{io::ErrorKind, time::Duration};

use reports::sign::raise::{Ask, Silence};
use ureq::{
    Agent, Body,
    http::{Response, Uri, header},
    tls::{RootCerts, TlsConfig},
};

/// Most bytes of a time stamp or an OCSP answer.
const MAX_ANSWER: usize = 1 << 20;
/// Most bytes of what a signing service answers: certificates with their issuers.
const MAX_JSON: usize = 512 << 10;
/// Longest until a connection stands.
const CONNECT: Duration = Duration::from_secs(10);
/// Most redirections.
const HOPS: usize = 3;

/// The services as they are reached from here.
pub struct Online {
    agent: Agent,
    tsa: Option<String>,
}

impl Online {
    /// `tsa` is the time-stamping authority's address; `wait` is the longest time for one answer.
    pub fn new(tsa: Option<String>, wait: Duration) -> Self {
        Self { agent: agent(wait), tsa }
    }

    fn post(&self, url: &str, kind: &str, request: &[u8]) -> Result<Vec<u8>, Silence> {
        let url = address(url)?;
        let sent = self.agent.post(url).header(header::CONTENT_TYPE, kind).send(request);
        body(sent.map_err(silence)?, MAX_ANSWER)
    }
}

impl Ask for Online {
    fn nonce(&mut self) -> [u8; 16] {
        let mut nonce = [0; 16];
        // Without chance the answer to an old question would pass for a new one, and nothing worse.
        let _ = getrandom::fill(&mut nonce);
        nonce
    }

    fn time_stamp(&mut self, request: &[u8]) -> Result<Vec<u8>, Silence> {
        let url = self.tsa.as_deref().ok_or(Silence::Unset)?;
        self.post(url, "application/timestamp-query", request)
    }

    fn status(&mut self, url: &str, request: &[u8]) -> Result<Vec<u8>, Silence> {
        self.post(url, "application/ocsp-request", request)
    }

    fn fetch(&mut self, url: &str, most: usize) -> Result<Vec<u8>, Silence> {
        let mut url = address(url)?;
        for _ in 0..=HOPS {
            let response = self.agent.get(&url).call().map_err(silence)?;
            if !response.status().is_redirection() {
                return body(response, most);
            }
            url = next(&url, &response)?;
        }
        Err(Silence::Address)
    }
}

fn agent(wait: Duration) -> Agent {
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    let config = Agent::config_builder()
        .timeout_global(Some(wait))
        .timeout_connect(Some(CONNECT.min(wait)))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(concat!("motcua/", env!("CARGO_PKG_VERSION")))
        .tls_config(tls)
        .build();
    config.into()
}

/// A service that is told a secret and answers in JSON.
pub struct Confidant(Agent);

impl Confidant {
    /// `wait` is the longest time for one answer.
    pub fn new(wait: Duration) -> Self {
        Self(agent(wait))
    }

    /// Sends JSON and gives the HTTP status with what came, at most [`MAX_JSON`] bytes; refusals have a body too.
    ///
    /// # Errors
    /// [`Silence::Address`] where nobody may be told a secret, and for a redirection.
    pub fn post(
        &self,
        url: &str,
        bearer: Option<&str>,
        body: &[u8],
    ) -> Result<(u16, Vec<u8>), Silence> {
        let mut request = self.0.post(private_address(url)?);
        request = request.header(header::CONTENT_TYPE, "application/json");
        if let Some(token) = bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let response = request.send(body).map_err(silence)?;
        let status = response.status();
        if status.is_redirection() {
            return Err(Silence::Address);
        }
        let limited = response.into_body().into_with_config().limit(MAX_JSON as u64);
        Ok((status.as_u16(), limited.read_to_vec().map_err(silence)?))
    }
}

/// An address that may be told a secret: over TLS, or on this machine itself. One that has a secret in itself
/// (`https://user:secret@host`) would be kept and shown with it.
pub fn private_address(url: &str) -> Result<Uri, Silence> {
    let uri = address(url)?;
    if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(Silence::Address);
    }
    let is_here = matches!(uri.host(), Some("127.0.0.1" | "[::1]"));
    if uri.scheme_str() == Some("https") || is_here { Ok(uri) } else { Err(Silence::Address) }
}

/// Whether that is an address of the web.
pub fn is_web(url: &str) -> bool {
    address(url).is_ok()
}

/// An address of the web.
fn address(url: &str) -> Result<Uri, Silence> {
    let uri: Uri = url.parse().map_err(|_| Silence::Address)?;
    let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
    if is_web && uri.host().is_some_and(|host| !host.is_empty()) {
        Ok(uri)
    } else {
        Err(Silence::Address)
    }
}

/// Where a redirection leads: another place of the same scheme.
fn next(from: &Uri, response: &Response<Body>) -> Result<Uri, Silence> {
    let place = response.headers().get(header::LOCATION).and_then(|place| place.to_str().ok());
    let place = place.ok_or(Silence::Address)?;
    let next = match (place.strip_prefix('/'), from.authority()) {
        (Some(path), Some(host)) if !path.starts_with('/') => {
            address(&format!("{}://{host}/{path}", from.scheme_str().unwrap_or_default()))?
        }
        _ => address(place)?,
    };
    if next.scheme() == from.scheme() { Ok(next) } else { Err(Silence::Address) }
}

fn body(response: Response<Body>, most: usize) -> Result<Vec<u8>, Silence> {
    let status = response.status();
    if status.is_redirection() {
        return Err(Silence::Address);
    }
    if !status.is_success() {
        return Err(Silence::Status(status.as_u16()));
    }
    let limited = response.into_body().into_with_config().limit(most as u64);
    limited.read_to_vec().map_err(silence)
}

fn silence(error: ureq::Error) -> Silence {
    use ureq::Error;
    match error {
        Error::StatusCode(status) => Silence::Status(status),
        Error::Timeout(_) => Silence::TooSlow,
        Error::Io(error) => match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Silence::TooSlow,
            ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe => Silence::BrokeOff,
            // How a TLS handshake fails.
            ErrorKind::InvalidData => Silence::Unproven,
            _ => Silence::Unreachable,
        },
        Error::HostNotFound
        | Error::ConnectionFailed
        | Error::ConnectProxyFailed(_)
        | Error::InvalidProxyUrl => Silence::Unreachable,
        Error::BodyExceedsLimit(_) | Error::LargeResponseHeader(..) => Silence::TooLarge,
        Error::BadUri(_)
        | Error::RedirectFailed
        | Error::TooManyRedirects
        | Error::RequireHttpsOnly(_) => Silence::Address,
        Error::Tls(_) | Error::Rustls(_) | Error::Pem(_) | Error::TlsRequired => Silence::Unproven,
        // The library adds kinds without a new version: none of them is an answer.
        _ => Silence::BrokeOff,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_the_web_is_gone_to() {
        for bad in ["ftp://a/b", "file:///etc/passwd", "http://", "//a/b", "a", "ldap://a/b", ""] {
            assert_eq!(address(bad), Err(Silence::Address), "{bad}");
        }
        assert!(address("http://127.0.0.1:8/tsa").is_ok() && address("https://a.vn").is_ok());
    }

    #[test]
    fn secrets_go_over_tls_or_nowhere() {
        let open = ["http://gwsca.vnpt.vn/sca", "http://127.0.0.1.vn/", "ftp://127.0.0.1/", ""];
        let telling = ["https://user:secret@gwsca.vnpt.vn/sca", "https://user@127.0.0.1:8/"];
        for bad in open.into_iter().chain(telling) {
            assert_eq!(private_address(bad), Err(Silence::Address), "{bad}");
        }
        for good in ["https://gwsca.vnpt.vn/sca", "http://127.0.0.1:8/", "http://[::1]:8/"] {
            assert!(private_address(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn redirections_stay_in_their_scheme() {
        let from = address("http://a.vn:80/crl").unwrap();
        let to = |place: &str| {
            let response = Response::builder().status(302).header(header::LOCATION, place);
            let body = Body::builder().data(Vec::new());
            next(&from, &response.body(body).unwrap()).map(|uri| uri.to_string())
        };
        assert_eq!(to("/new.crl").unwrap(), "http://a.vn:80/new.crl");
        assert_eq!(to("http://b.vn/x").unwrap(), "http://b.vn/x");
        for bad in ["https://a.vn/x", "file:///x", "//b.vn/x", "x.crl", ""] {
            assert_eq!(to(bad), Err(Silence::Address), "{bad}");
        }
    }

    #[test]
    fn without_an_authority_nobody_is_asked() {
        let mut online = Online::new(None, Duration::from_secs(1));
        assert_eq!(online.time_stamp(b""), Err(Silence::Unset));
    }
}
