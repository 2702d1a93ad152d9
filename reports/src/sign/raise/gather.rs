//! Proof that the certificates of a chain were not revoked, gathered from those who may say it. An answer is
//! looked at before it is kept: what does not verify, or speaks of another certificate, is not put into a
//! document that shall convince a reader in ten years.

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use pki::{
    certificate::Certificate,
    cms,
    ocsp::{self, Answer, Standing},
    places::Places,
    revocation::RevocationList,
};

use super::{
    Ask,
    error::{Service, Silence, Why},
    store::Proof,
};

/// Longest chain, root included.
const MAX_CHAIN: usize = 8;
/// Most bytes of an issuer's certificate, or of a bundle with it.
const MAX_CERTIFICATES: usize = 256 << 10;
/// Most certificates that are taken together.
const MAX_POOL: usize = 512;

/// What one certificate's word is.
enum Word {
    Good,
    Revoked(Timestamp),
}

/// What was gathered so far.
pub(super) struct Gathering<'a> {
    pub ask: &'a mut dyn Ask,
    now: Timestamp,
    /// Certificates that are at hand.
    pub pool: Vec<Certificate>,
    pub proof: Proof,
    lists: Vec<RevocationList>,
    answers: Vec<Answer>,
}

/// The issuer of a certificate among others.
fn issuer_among<'p>(certificate: &Certificate, pool: &'p [Certificate]) -> Option<&'p Certificate> {
    pool.iter().find(|one| {
        certificate.names_as_issuer(one)
            && certificate.names_key_of(one) != Some(false)
            && one.may_sign_certificates()
            && one.der != certificate.der
            && certificate.is_signed_by(one) == Some(true)
    })
}

/// Whether a chain from here ends in a root that is among the others.
pub(super) fn is_rooted(certificate: &Certificate, pool: &[Certificate]) -> bool {
    let mut last = certificate;
    for _ in 0..MAX_CHAIN {
        if last.is_self_signed() == Some(true) {
            return true;
        }
        match issuer_among(last, pool) {
            Some(issuer) => last = issuer,
            None => return false,
        }
    }
    false
}

impl<'a> Gathering<'a> {
    pub fn new(ask: &'a mut dyn Ask, pool: Vec<Certificate>, now: Timestamp) -> Self {
        let (lists, answers) = (Vec::new(), Vec::new());
        Self { ask, now, pool, proof: Proof::default(), lists, answers }
    }

    /// Gathers all that proves the chain of a certificate up to its root. `proven` is by when it is known to
    /// have signed: a later revocation does no harm.
    pub fn prove(
        &mut self,
        certificate: &Certificate,
        proven: Option<Timestamp>,
    ) -> Result<(), Why> {
        let chain = self.chain(certificate)?;
        for pair in chain.windows(2) {
            let [below, above] = pair else { continue };
            match self.standing(below, above)? {
                Word::Good => {}
                Word::Revoked(when) if proven.is_some_and(|proven| proven < when) => {}
                Word::Revoked(_) => return Err(Why::Revoked(below.title().to_owned())),
            }
        }
        for one in &chain {
            self.keep_certificate(one);
        }
        Ok(())
    }

    fn keep_certificate(&mut self, certificate: &Certificate) {
        if !self.proof.certificates.contains(&certificate.der) {
            self.proof.certificates.push(certificate.der.clone());
        }
    }

    /// The certificate, its issuers and the root.
    fn chain(&mut self, certificate: &Certificate) -> Result<Vec<Certificate>, Why> {
        let mut chain = vec![certificate.clone()];
        while let Some(last) = chain.last()
            && last.is_self_signed() != Some(true)
        {
            let last = last.clone();
            let missing = || Why::NoIssuer(last.title().to_owned());
            if chain.len() >= MAX_CHAIN {
                return Err(missing());
            }
            if issuer_among(&last, &self.pool).is_none() {
                self.fetch_issuer(&last)?;
            }
            chain.push(issuer_among(&last, &self.pool).ok_or_else(missing)?.clone());
        }
        Ok(chain)
    }

    /// Brings what a certificate names as its issuer's place. Whether it is the issuer is asked afterwards.
    fn fetch_issuer(&mut self, certificate: &Certificate) -> Result<(), Why> {
        let mut silence = None;
        for url in Places::of(certificate).issuers {
            match self.ask.fetch(&url, MAX_CERTIFICATES) {
                Ok(bytes) => {
                    let found = match Certificate::parse(&bytes) {
                        Ok(one) => vec![one],
                        Err(_) => cms::bundle(&bytes).unwrap_or_default(),
                    };
                    self.pool.extend(found);
                    self.pool.truncate(MAX_POOL);
                    if issuer_among(certificate, &self.pool).is_some() {
                        return Ok(());
                    }
                }
                Err(why) => silence = Some(why),
            }
        }
        let name = certificate.title().to_owned();
        Err(match silence {
            Some(why) => Why::Silent(Service::Issuer(name), why),
            None => Why::NoIssuer(name),
        })
    }

    /// What is known of a certificate, asked for where nothing is at hand.
    fn standing(&mut self, certificate: &Certificate, issuer: &Certificate) -> Result<Word, Why> {
        let at_hand = self.answers.iter().find_map(|one| self.answered(one, certificate, issuer));
        if let Some((word, _)) = at_hand {
            return Ok(word);
        }
        if let Some(word) = self.listed(certificate, issuer) {
            return Ok(word);
        }
        let places = Places::of(certificate);
        let mut tried = Tried::default();
        for url in &places.answers {
            if let Some(word) = self.ask_status(url, certificate, issuer, &mut tried) {
                return Ok(word);
            }
        }
        if let Some(word) = self.fetch_lists(&places.lists, certificate, issuer, &mut tried) {
            return Ok(word);
        }
        let name = certificate.title().to_owned();
        Err(match tried.silence {
            _ if places.answers.is_empty() && places.lists.is_empty() => Why::NoPlace(name),
            Some(why) if !tried.useless => Why::Silent(Service::Status(name), why),
            _ => Why::Standing(name),
        })
    }

    fn ask_status(
        &mut self,
        url: &str,
        certificate: &Certificate,
        issuer: &Certificate,
        tried: &mut Tried,
    ) -> Option<Word> {
        let request = ocsp::request(certificate, issuer).ok()?;
        let der = tried.heard(self.ask.status(url, &request))?;
        let answer = Answer::read(&der).ok();
        let said = answer.as_ref().and_then(|one| self.answered(one, certificate, issuer));
        let (Some(answer), Some((word, responder))) = (answer, said) else {
            tried.useless = true;
            return None;
        };
        self.answers.push(answer);
        self.proof.answers.push(der);
        if let Some(responder) = responder {
            self.keep_certificate(&responder);
            // A responder that is to be asked after is asked after by list: its own answers prove nothing.
            if !ocsp::needs_no_check(&responder) && self.listed(&responder, issuer).is_none() {
                let places = Places::of(&responder);
                let unheard = &mut Tried::default();
                self.fetch_lists(&places.lists, &responder, issuer, unheard);
            }
        }
        Some(word)
    }

    /// What an answer says of a certificate now, and who says it. An answer that is over says nothing.
    fn answered(
        &self,
        answer: &Answer,
        certificate: &Certificate,
        issuer: &Certificate,
    ) -> Option<(Word, Option<Certificate>)> {
        let said = answer.about(certificate, issuer)?;
        let sound = said.responder.as_ref().is_none_or(|responder| {
            responder.valid.0 <= said.this_update && said.this_update <= responder.valid.1
        });
        let until = said.next_update.unwrap_or(said.this_update + 24.hours());
        let word = match said.standing {
            Standing::Good if until >= self.now => Word::Good,
            Standing::Revoked(when) => Word::Revoked(when),
            Standing::Good | Standing::Unknown => return None,
        };
        sound.then_some((word, said.responder))
    }

    fn fetch_lists(
        &mut self,
        urls: &[String],
        certificate: &Certificate,
        issuer: &Certificate,
        tried: &mut Tried,
    ) -> Option<Word> {
        for url in urls {
            let fetched = self.ask.fetch(url, pki::revocation::MAX_LIST);
            let Some(der) = tried.heard(fetched) else { continue };
            match RevocationList::parse_of_point(&der) {
                Ok(list) if self.speaks(&list, certificate, issuer) => self.lists.push(list),
                Ok(_) | Err(_) => {
                    tried.useless = true;
                    continue;
                }
            }
            self.proof.lists.push(der);
            return self.listed(certificate, issuer);
        }
        None
    }

    /// What the lists at hand say of a certificate.
    fn listed(&self, certificate: &Certificate, issuer: &Certificate) -> Option<Word> {
        let list = self.lists.iter().find(|list| self.speaks(list, certificate, issuer))?;
        Some(match list.find(certificate) {
            None => Word::Good,
            // Lists tell the day.
            Some(revoked) => match TimeZone::UTC.to_timestamp(revoked.day.at(0, 0, 0, 0)) {
                Ok(when) => Word::Revoked(when),
                Err(_) => Word::Revoked(Timestamp::MIN),
            },
        })
    }

    fn speaks(
        &self,
        list: &RevocationList,
        certificate: &Certificate,
        issuer: &Certificate,
    ) -> bool {
        list.covers(certificate)
            && list.names_as_issuer(issuer)
            && list.names_key_of(issuer) != Some(false)
            && list.is_signed_by(issuer) == Some(true)
            && list.next_update >= TimeZone::UTC.to_datetime(self.now).date()
    }
}

/// What became of asking.
#[derive(Default)]
struct Tried {
    silence: Option<Silence>,
    /// Something came that proves nothing.
    useless: bool,
}

impl Tried {
    fn heard(&mut self, answer: Result<Vec<u8>, Silence>) -> Option<Vec<u8>> {
        match answer {
            Ok(bytes) => Some(bytes),
            Err(why) => {
                self.silence = Some(why);
                None
            }
        }
    }
}
