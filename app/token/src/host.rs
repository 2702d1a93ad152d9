//! What the helper does with a module.
//!
//! A private key belongs to a certificate by `CKA_ID`, and where that misleads by its public key; never by a
//! label, which vendors set as they like. Attributes with impossible lengths count as absent.

use std::{collections::HashMap, path::PathBuf};

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error, RvError},
    mechanism::{
        Mechanism as Call, MechanismType,
        rsa::{PkcsMgfType, PkcsPssParams},
    },
    object::{Attribute, AttributeInfo, AttributeType, ObjectClass, ObjectHandle},
    session::{Session, UserType},
    slot::{Slot, TokenInfo},
    types::AuthPin,
};
use pki::{
    certificate::Certificate,
    hash::Hash,
    signature::{Algorithm, Scheme},
    signing,
};
use token::wire::{
    Answer, Ask, Bytes, Fault, Found, HashName, KeyPresence, Mechanism, Pin, PinState, Token,
};

use crate::raw::Calls;

/// Longest attribute that is believed.
const MAX_ATTRIBUTE: usize = 64 << 10;
/// Most objects of a kind that are looked at.
const MAX_OBJECTS: usize = 256;

/// A loaded module and its open sessions.
#[derive(Default)]
pub struct Host {
    module: Option<(Pkcs11, Calls)>,
    sessions: HashMap<u64, Seat>,
}

/// A token under way.
struct Seat {
    session: Session,
    /// Kept for keys that want it before each signature.
    pin: Option<AuthPin>,
    logged_in: bool,
    /// The key that signed last. Looking for one reads every object of the token, which takes longer than a
    /// signature; its handle holds until the login ends.
    known: Option<Known>,
}

/// A key that was found.
struct Known {
    /// The certificate it was asked for by.
    certificate: Vec<u8>,
    key: ObjectHandle,
    /// Whether it wants the PIN before each signature.
    wants_pin: bool,
}

impl Known {
    fn of(session: &Session, certificate: &[u8]) -> Result<Self, Fault> {
        let parsed = parse(certificate).ok_or(Fault::NoKey)?;
        let id = objects(session, ObjectClass::CERTIFICATE)?.into_iter().find_map(|object| {
            match attribute(session, object, AttributeType::Value) {
                Some(Attribute::Value(der)) if der.starts_with(&parsed.der) => {
                    Some(id_of(session, object))
                }
                _ => None,
            }
        });
        let keys = Keys::of(session)?;
        let key = keys.of_certificate(&id.unwrap_or_default(), &parsed).ok_or(Fault::NoKey)?;
        let wants_pin = attribute(session, key, AttributeType::AlwaysAuthenticate);
        let wants_pin = matches!(wants_pin, Some(Attribute::AlwaysAuthenticate(true)));
        Ok(Self { certificate: certificate.to_vec(), key, wants_pin })
    }
}

impl Host {
    /// Does what was asked.
    pub fn answer(&mut self, ask: Ask) -> Result<Answer, Fault> {
        match ask {
            Ask::Open { module } => self.open(module).map(|()| Answer::Opened),
            Ask::Tokens => self.tokens().map(Answer::Tokens),
            Ask::Certificates { slot } => self.certificates(slot).map(Answer::Certificates),
            Ask::Login { slot, pin } => self.login(slot, pin).map(|()| Answer::LoggedIn),
            Ask::Logout { slot } => self.logout(slot).map(|()| Answer::LoggedOut),
            Ask::Sign { slot, certificate, mechanism, message } => {
                let signature = self.sign(slot, &certificate.0, mechanism, &message.0);
                signature.map(|signature| Answer::Signature(Bytes(signature)))
            }
        }
    }

    fn open(&mut self, path: PathBuf) -> Result<(), Fault> {
        let module = Pkcs11::new(&path).map_err(|_| Fault::NotAModule)?;
        let plain = || CInitializeArgs::new(CInitializeFlags::empty());
        let locking = CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK);
        // Some modules do not know the flag; the helper calls from one thread only.
        if let Err(error) = module.initialize(locking).or_else(|_| module.initialize(plain())) {
            return Err(fault(&error));
        }
        let calls = Calls::of(&path).ok_or(Fault::NotAModule)?;
        self.module = Some((module, calls));
        Ok(())
    }

    fn module(&self) -> Result<&Pkcs11, Fault> {
        self.module.as_ref().map(|(module, _)| module).ok_or(Fault::NotAModule)
    }

    fn tokens(&self) -> Result<Vec<Token>, Fault> {
        let module = self.module()?;
        let slots = module.get_slots_with_token().map_err(|error| fault(&error))?;
        let found = slots.into_iter().filter_map(|slot| {
            let info = module.get_token_info(slot).ok()?;
            info.token_initialized().then(|| Token {
                slot: slot.id(),
                label: info.label().trim().to_owned(),
                serial: info.serial_number().trim().to_owned(),
                manufacturer: info.manufacturer_id().trim().to_owned(),
                pin: pin_state(&info),
                has_keys: info.protected_authentication_path(),
            })
        });
        Ok(found.collect())
    }

    /// The session on a slot, opened when it is asked for: opening can take ten seconds.
    fn seat(&mut self, slot: u64) -> Result<&mut Seat, Fault> {
        if !self.sessions.contains_key(&slot) {
            let place = Slot::try_from(slot).map_err(|_| Fault::Gone)?;
            let session = self.module()?.open_ro_session(place).map_err(|error| fault(&error))?;
            self.sessions.insert(slot, Seat { session, pin: None, logged_in: false, known: None });
        }
        self.sessions.get_mut(&slot).ok_or(Fault::Gone)
    }

    fn certificates(&mut self, slot: u64) -> Result<Vec<Found>, Fault> {
        let seat = self.seat(slot)?;
        let session = &seat.session;
        let keys = Keys::of(session)?;
        let mut found = Vec::new();
        for object in objects(session, ObjectClass::CERTIFICATE)? {
            let Some(Attribute::Value(der)) = attribute(session, object, AttributeType::Value)
            else {
                continue;
            };
            // Some tokens pad the value.
            let Some(certificate) = parse(&der) else { continue };
            let id = id_of(session, object);
            let label = match attribute(session, object, AttributeType::Label) {
                Some(Attribute::Label(label)) => String::from_utf8_lossy(&label).trim().to_owned(),
                _ => String::new(),
            };
            let key = match keys.of_certificate(&id, &certificate) {
                Some(_) => KeyPresence::Here,
                None if seat.logged_in => KeyPresence::Absent,
                None => KeyPresence::Untold,
            };
            found.push(Found { der: Bytes(certificate.der), id: Bytes(id), label, key });
        }
        Ok(found)
    }

    fn login(&mut self, slot: u64, pin: Option<Pin>) -> Result<(), Fault> {
        // A token that is logged in already would take any PIN.
        self.logout(slot)?;
        let seat = self.seat(slot)?;
        let pin = pin.map(|pin| AuthPin::from(pin.text().to_owned()));
        let result = match seat.session.login(UserType::User, pin.as_ref()) {
            Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
            other => other,
        };
        match result {
            Ok(()) => {
                seat.pin = pin;
                seat.logged_in = true;
                Ok(())
            }
            Err(error) => Err(self.told(slot, fault(&error))),
        }
    }

    fn logout(&mut self, slot: u64) -> Result<(), Fault> {
        let seat = self.seat(slot)?;
        (seat.pin, seat.logged_in, seat.known) = (None, false, None);
        match seat.session.logout() {
            Ok(()) | Err(Error::Pkcs11(RvError::UserNotLoggedIn, _)) => Ok(()),
            Err(error) => Err(fault(&error)),
        }
    }

    /// A wrong PIN with what the token says of the tries that are left.
    fn told(&self, slot: u64, fault: Fault) -> Fault {
        let Fault::WrongPin(_) = fault else { return fault };
        let info = Slot::try_from(slot).ok().and_then(|slot| {
            self.module().ok().and_then(|module| module.get_token_info(slot).ok())
        });
        Fault::WrongPin(info.map_or(PinState::Low, |info| pin_state(&info)))
    }

    fn sign(
        &mut self,
        slot: u64,
        certificate: &[u8],
        mechanism: Mechanism,
        message: &[u8],
    ) -> Result<Vec<u8>, Fault> {
        let seat = self.seat(slot)?;
        if !seat.logged_in {
            return Err(Fault::NotLoggedIn);
        }
        let held = seat.known.take().filter(|known| known.certificate == certificate);
        let asked = (certificate, mechanism, message);
        if let Some(held) = held {
            let (signature, known) = self.sign_by(slot, Some(held), asked)?;
            let fits = parse(certificate)
                .is_some_and(|parsed| is_of(&parsed, mechanism, message, &signature));
            match after_held(fits, &known, || self.find(slot, certificate))? {
                After::Done => {
                    self.seat(slot)?.known = Some(known);
                    return Ok(signature);
                }
                // Whoever signs is told that this is not the signer's; the next document begins with a new handle.
                After::Refused => return Ok(signature),
                After::Again(found) => {
                    let (signature, known) = self.sign_by(slot, Some(found), asked)?;
                    self.seat(slot)?.known = Some(known);
                    return Ok(signature);
                }
            }
        }
        let (signature, known) = self.sign_by(slot, None, asked)?;
        self.seat(slot)?.known = Some(known);
        Ok(signature)
    }

    fn find(&self, slot: u64, certificate: &[u8]) -> Result<Known, Fault> {
        let seat = self.sessions.get(&slot).ok_or(Fault::Gone)?;
        Known::of(&seat.session, certificate)
    }

    /// Signs once, by this key or by one that is looked for.
    fn sign_by(
        &mut self,
        slot: u64,
        known: Option<Known>,
        (certificate, mechanism, message): (&[u8], Mechanism, &[u8]),
    ) -> Result<(Vec<u8>, Known), Fault> {
        let seat = self.sessions.get(&slot).ok_or(Fault::Gone)?;
        let session = &seat.session;
        let (call, data) = prepared(mechanism, message);
        // A module that has forgotten the handle is asked for the key anew.
        let known = match known.filter(|known| session.sign_init(&call, known.key).is_ok()) {
            Some(known) => known,
            None => {
                let known = Known::of(session, certificate)?;
                session.sign_init(&call, known.key).map_err(|error| fault(&error))?;
                known
            }
        };
        if known.wants_pin {
            // Nothing but the login may stand between here and the signature.
            let login = session.login(UserType::ContextSpecific, seat.pin.as_ref());
            if let Err(error) = login {
                let fault = self.told(slot, fault(&error));
                self.sessions.remove(&slot);
                return Err(fault);
            }
        }
        let (_, calls) = self.module.as_ref().ok_or(Fault::NotAModule)?;
        let signature = calls.sign(session, &data)?;
        let signature = match mechanism {
            Mechanism::Ecdsa(_) => signing::ecdsa_signature(&signature).ok_or(Fault::Nonsense)?,
            Mechanism::RsaPkcs1(_) | Mechanism::RsaPss(_) => signature,
        };
        Ok((signature, known))
    }
}

/// What follows a signature by a handle that was kept.
#[derive(Debug, PartialEq, Eq)]
enum After<K> {
    /// It is the certificate's.
    Done,
    /// It is not, and nothing else is to be tried.
    Refused,
    /// It is not: the module has given the handle to another key. The certificate's key has this one now.
    Again(K),
}

/// A key as it concerns whether to sign once more.
trait Handle {
    /// Whether the module knows both by the same handle.
    fn is(&self, other: &Self) -> bool;
    /// Whether it wants the PIN before each signature.
    fn wants_pin(&self) -> bool;
}

impl Handle for Known {
    fn is(&self, other: &Self) -> bool {
        self.key == other.key
    }

    fn wants_pin(&self) -> bool {
        self.wants_pin
    }
}

/// Whether to sign once more after a signature by a kept handle; `fits`: it is the certificate's. Never by the same handle,
/// which would sign wrongly again, and never by a key that would want the PIN again: a wrong guess of it might be
/// the token's last.
fn after_held<K: Handle>(
    fits: bool,
    held: &K,
    find: impl FnOnce() -> Result<K, Fault>,
) -> Result<After<K>, Fault> {
    if fits {
        return Ok(After::Done);
    }
    if held.wants_pin() {
        return Ok(After::Refused);
    }
    let found = find()?;
    Ok(if found.is(held) || found.wants_pin() { After::Refused } else { After::Again(found) })
}

/// Whether a signature is by a certificate's key.
fn is_of(
    certificate: &Certificate,
    mechanism: Mechanism,
    message: &[u8],
    signature: &[u8],
) -> bool {
    let (scheme, name) = match mechanism {
        Mechanism::RsaPkcs1(name) => (Scheme::Pkcs1, name),
        Mechanism::RsaPss(name) => (Scheme::Pss { mask: hash_of(name), salt: salt_of(name) }, name),
        Mechanism::Ecdsa(name) => (Scheme::Ecdsa, name),
    };
    let algorithm = Algorithm { hash: hash_of(name), scheme };
    certificate.key().is_some_and(|key| key.verifies(&algorithm, message, signature))
}

/// Bytes of salt in RSASSA-PSS: as many as the hash has (RFC 8017, 9.1).
fn salt_of(name: HashName) -> usize {
    match name {
        HashName::Sha256 => 32,
        HashName::Sha384 => 48,
        HashName::Sha512 => 64,
    }
}

fn hash_of(name: HashName) -> Hash {
    match name {
        HashName::Sha256 => Hash::Sha256,
        HashName::Sha384 => Hash::Sha384,
        HashName::Sha512 => Hash::Sha512,
    }
}

/// A private key as far as it is told apart.
struct Key {
    object: ObjectHandle,
    id: Vec<u8>,
    /// Modulus or point, where the token tells.
    number: Option<Vec<u8>>,
}

struct Keys(Vec<Key>);

impl Keys {
    fn of(session: &Session) -> Result<Self, Fault> {
        let public: Vec<(Vec<u8>, Vec<u8>)> = objects(session, ObjectClass::PUBLIC_KEY)?
            .into_iter()
            .filter_map(|object| Some((id_of(session, object), number_of(session, object)?)))
            .collect();
        let keys = objects(session, ObjectClass::PRIVATE_KEY)?.into_iter().map(|object| {
            let id = id_of(session, object);
            let beside = || {
                let mut same = public.iter().filter(|(other, _)| !id.is_empty() && *other == id);
                same.next().filter(|_| same.next().is_none()).map(|(_, number)| number.clone())
            };
            let number = number_of(session, object).or_else(beside);
            Key { object, id, number }
        });
        Ok(Self(keys.collect()))
    }

    /// The key of a certificate with this `CKA_ID`.
    fn of_certificate(&self, id: &[u8], certificate: &Certificate) -> Option<ObjectHandle> {
        let number = signing::key_number(certificate)?;
        let fits = |key: &&Key| key.number.as_ref() == Some(&number);
        let untold = |key: &&Key| key.number.is_none();
        let named = |key: &&Key| !id.is_empty() && key.id == id;
        let of = |key: &Key| key.object;
        self.0.iter().find(|key| named(key) && fits(key)).map(of).or_else(|| {
            self.0
                .iter()
                .find(fits)
                .or_else(|| self.0.iter().find(|key| named(key) && untold(key)))
                .map(of)
        })
    }
}

fn parse(der: &[u8]) -> Option<Certificate> {
    let length = whole_length(der)?;
    Certificate::parse(der.get(..length)?).ok()
}

/// Length of the DER element that `bytes` begin with.
fn whole_length(bytes: &[u8]) -> Option<usize> {
    let (&first, rest) = bytes.get(1..)?.split_first()?;
    if first < 0x80 {
        return Some(2 + usize::from(first));
    }
    let digits = rest.get(..usize::from(first & 0x7F))?;
    if digits.len() > 3 {
        return None;
    }
    let length = digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit));
    Some(2 + digits.len() + length)
}

fn objects(session: &Session, class: ObjectClass) -> Result<Vec<ObjectHandle>, Fault> {
    let mut found =
        session.find_objects(&[Attribute::Class(class)]).map_err(|error| fault(&error))?;
    found.truncate(MAX_OBJECTS);
    Ok(found)
}

/// One attribute, if the token has it with a length that can be.
fn attribute(session: &Session, object: ObjectHandle, kind: AttributeType) -> Option<Attribute> {
    match session.get_attribute_info(object, &[kind]).ok()?.first()? {
        AttributeInfo::Available(length) if *length <= MAX_ATTRIBUTE => {}
        _ => return None,
    }
    session.get_attributes(object, &[kind]).ok()?.into_iter().next()
}

fn id_of(session: &Session, object: ObjectHandle) -> Vec<u8> {
    match attribute(session, object, AttributeType::Id) {
        Some(Attribute::Id(id)) => id,
        _ => Vec::new(),
    }
}

/// The modulus without leading zeros, or the point, which some tokens wrap into an OCTET STRING as they
/// should and some do not.
fn number_of(session: &Session, object: ObjectHandle) -> Option<Vec<u8>> {
    if let Some(Attribute::Modulus(modulus)) = attribute(session, object, AttributeType::Modulus) {
        let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
        return Some(modulus[zeros..].to_vec()).filter(|modulus| !modulus.is_empty());
    }
    match attribute(session, object, AttributeType::EcPoint) {
        Some(Attribute::EcPoint(point)) => match point.as_slice() {
            [0x04, 0x81, _, inner @ ..] if inner.first() == Some(&4) => Some(inner.to_vec()),
            [0x04, length, inner @ ..]
                if inner.first() == Some(&4) && usize::from(*length) == inner.len() =>
            {
                Some(inner.to_vec())
            }
            _ => Some(point),
        },
        _ => None,
    }
}

/// The call, and what it is made over.
fn prepared(mechanism: Mechanism, message: &[u8]) -> (Call<'static>, Vec<u8>) {
    let hash = hash_of;
    match mechanism {
        Mechanism::RsaPkcs1(name) => {
            let digest = hash(name).digest(message);
            (Call::RsaPkcs, signing::digest_info(hash(name), &digest))
        }
        Mechanism::RsaPss(name) => {
            let digest = hash(name).digest(message);
            let (hash_alg, mgf) = match name {
                HashName::Sha256 => (MechanismType::SHA256, PkcsMgfType::MGF1_SHA256),
                HashName::Sha384 => (MechanismType::SHA384, PkcsMgfType::MGF1_SHA384),
                HashName::Sha512 => (MechanismType::SHA512, PkcsMgfType::MGF1_SHA512),
            };
            let length = salt_of(name) as cryptoki_sys::CK_ULONG;
            let parameters = PkcsPssParams { hash_alg, mgf, s_len: length.into() };
            (Call::RsaPkcsPss(parameters), digest)
        }
        Mechanism::Ecdsa(name) => (Call::Ecdsa, hash(name).digest(message)),
    }
}

fn pin_state(info: &TokenInfo) -> PinState {
    if info.user_pin_locked() {
        PinState::Locked
    } else if info.user_pin_final_try() {
        PinState::LastTry
    } else if info.user_pin_count_low() {
        PinState::Low
    } else if !info.user_pin_initialized() {
        PinState::Missing
    } else {
        PinState::Fine
    }
}

fn fault(error: &Error) -> Fault {
    match error {
        Error::Pkcs11(code, _) => match code {
            RvError::PinIncorrect => Fault::WrongPin(PinState::Low),
            RvError::PinLocked => Fault::Locked,
            RvError::PinInvalid | RvError::PinLenRange => Fault::PinForm,
            RvError::UserNotLoggedIn => Fault::NotLoggedIn,
            RvError::TokenNotPresent
            | RvError::TokenNotRecognized
            | RvError::DeviceRemoved
            | RvError::SlotIdInvalid
            | RvError::SessionClosed
            | RvError::SessionHandleInvalid => Fault::Gone,
            other => Fault::Module(format!("{other:?}")),
        },
        Error::LibraryLoading(_) | Error::MissingSymbol(_) | Error::NullFunctionPointer => {
            Fault::NotAModule
        }
        _ => Fault::Nonsense,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A key of a module in the test: its handle, and whether it wants the PIN each time.
    #[derive(Debug, PartialEq, Eq)]
    struct Found(u32, bool);

    impl Handle for Found {
        fn is(&self, other: &Self) -> bool {
            self.0 == other.0
        }

        fn wants_pin(&self) -> bool {
            self.1
        }
    }

    /// A module that gave a kept handle to another key: the signer's is looked for once, and signs only where that asks
    /// for no PIN and is another handle.
    #[test]
    fn a_handle_that_signs_wrongly_is_looked_for_anew_once() {
        let asked = std::cell::Cell::new(0);
        let after = |fits, held: Found, found: Result<Found, Fault>| {
            asked.set(0);
            let find = || {
                asked.set(asked.get() + 1);
                found
            };
            after_held(fits, &held, find)
        };
        let no_pin = |handle| Found(handle, false);
        assert_eq!(after(true, no_pin(1), Ok(no_pin(2))).unwrap(), After::Done);
        assert_eq!(asked.get(), 0, "what signs rightly is not looked for");
        assert_eq!(after(false, no_pin(1), Ok(no_pin(2))).unwrap(), After::Again(no_pin(2)));
        assert_eq!(asked.get(), 1);
        assert_eq!(after(false, no_pin(1), Ok(no_pin(1))).unwrap(), After::Refused);
        assert_eq!(after(false, no_pin(1), Ok(Found(2, true))).unwrap(), After::Refused);
        assert_eq!(after(false, Found(1, true), Ok(no_pin(2))).unwrap(), After::Refused);
        assert_eq!(asked.get(), 0, "a key that wants its PIN each time is not tried again");
        assert!(after(false, no_pin(1), Err(Fault::Gone)).is_err());
    }
}
