//! Slots of `keys.json`: what a password or the printed recovery code opens.
//!
//! ```text
//! password ──Argon2id──▶ wrapping key ──AES-256-GCM──▶ slot's secret key + office's mark
//! recovery code ──HKDF─▶        "                                │
//! public key ◀── HPKE (RFC 9180: X25519, AES-256-GCM, PSK = mark) ── database key
//! ```
//!
//! The database key is sealed to each slot's public key, so that it can be changed while nobody's password is at hand,
//! see [`crate::rekey`]. The mark is one secret of all slots that never changes and stands in no other place: without
//! it nobody seals a key, so that whoever can write the file cannot have passwords open a ledger of their own.

use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, PskBundle, Serializable, aead::AesGcm256,
    kdf::HkdfSha256, kem::X25519HkdfSha256, single_shot_open, single_shot_seal,
};
use office::entry::{Hash, UserName, sha256};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    LedgerError, Result,
    key::{DatabaseKey, PasswordCost, RecoverySheet, Wrapped, random, stretch},
};

/// What a slot gives.
pub(crate) struct Opened {
    pub(crate) key: DatabaseKey,
    /// The key that the ledger is being moved to.
    pub(crate) next: Option<DatabaseKey>,
}

/// A database key that is sealed to a public key.
#[derive(Clone, Serialize, Deserialize)]
struct SealedKey {
    /// The sender's one-time public key.
    once: String,
    sealed: String,
}

/// A key pair whose secret half lies under another key, and the database key that is sealed to it.
#[derive(Clone, Serialize, Deserialize)]
struct Lock {
    public: String,
    secret: Wrapped,
    key: SealedKey,
    /// While the ledger is being moved to another key: that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<SealedKey>,
}

const SECRET: usize = 32;

impl Lock {
    fn new(key: &DatabaseKey, under: &[u8; 32], bound_to: &str) -> Result<Self> {
        let (secret, public) = X25519HkdfSha256::derive_keypair(&*Zeroizing::new(random::<32>()?));
        let mut inside = Zeroizing::new([0; 2 * SECRET]);
        inside[..SECRET].copy_from_slice(&*Zeroizing::new(secret.to_bytes().0));
        inside[SECRET..].copy_from_slice(key.mark());
        let public = hex::encode(public.to_bytes());
        let secret = Wrapped::seal(&*inside, under, &bound(bound_to, &public))?;
        let key = SealedKey::seal(key, &public, bound_to)?;
        Ok(Self { public, secret, key, next: None })
    }

    fn open(&self, under: &[u8; 32], bound_to: &str) -> Option<Opened> {
        let inside = self.secret.open(under, &bound(bound_to, &self.public))?;
        let (secret, mark) = inside.split_at_checked(SECRET)?;
        let mark = Zeroizing::new(<[u8; 32]>::try_from(mark).ok()?);
        let next = self.next.as_ref().and_then(|next| next.open(secret, &mark, bound_to));
        Some(Opened { key: self.key.open(secret, &mark, bound_to)?, next })
    }

    fn seal_next(&mut self, next: &DatabaseKey, bound_to: &str) -> Result<()> {
        self.next = Some(SealedKey::seal(next, &self.public, bound_to)?);
        Ok(())
    }

    /// The next key is the key now, or it never came to be.
    fn end_move(&mut self, taken: bool) {
        if let Some(next) = self.next.take()
            && taken
        {
            self.key = next;
        }
    }

    /// All that only a new password or sheet changes.
    fn fixed(&self) -> String {
        format!("{}|{}", self.public, self.secret.text())
    }
}

/// The secret half opens under no other public key.
fn bound(bound_to: &str, public: &str) -> String {
    format!("{bound_to}|{public}")
}

impl SealedKey {
    fn seal(key: &DatabaseKey, public: &str, bound_to: &str) -> Result<Self> {
        // Sealing draws its own random bytes and would panic without any.
        random::<1>()?;
        let damaged = || LedgerError::Damaged { place: "tệp khóa keys.json" };
        let public = hex::decode(public).map_err(|_| damaged())?;
        let public = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(&public);
        let mark = PskBundle::new(key.mark(), MARK).map_err(|_| damaged())?;
        let (once, sealed) = single_shot_seal::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Psk(mark),
            &public.map_err(|_| damaged())?,
            bound_to.as_bytes(),
            key.bytes(),
            &[],
        )
        .map_err(|_| damaged())?;
        Ok(Self { once: hex::encode(once.to_bytes()), sealed: hex::encode(sealed) })
    }

    fn open(&self, secret: &[u8], mark: &[u8; 32], bound_to: &str) -> Option<DatabaseKey> {
        let secret = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(secret).ok()?;
        let once = hex::decode(&self.once).ok()?;
        let once = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(&once).ok()?;
        let key = single_shot_open::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Psk(PskBundle::new(mark, MARK).ok()?),
            &secret,
            &once,
            bound_to.as_bytes(),
            &hex::decode(&self.sealed).ok()?,
            &[],
        );
        DatabaseKey::of(&Zeroizing::new(key.ok()?), mark)
    }
}

/// Names the mark to HPKE.
const MARK: &[u8] = b"motcua mark 1";

/// A user's password slot.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PasswordSlot {
    salt: String,
    cost: PasswordCost,
    lock: Lock,
}

impl PasswordSlot {
    pub(crate) fn new(
        key: &DatabaseKey,
        ledger: &str,
        user: &UserName,
        password: &str,
        cost: PasswordCost,
    ) -> Result<Self> {
        let salt = hex::encode(random::<16>()?);
        let under =
            stretch(password, &salt, cost).ok_or(LedgerError::Damaged { place: "tệp khóa" })?;
        Ok(Self { lock: Lock::new(key, &under, &binding(ledger, &user.0))?, salt, cost })
    }

    /// Whether this machine may be asked for what one try costs.
    pub(crate) fn is_bearable(&self) -> bool {
        self.cost.is_bearable()
    }

    pub(crate) fn digest(&self) -> Hash {
        let Self { salt, cost: PasswordCost { memory_kib, passes, lanes }, lock } = self;
        let lock = lock.fixed();
        sha256(format!("motcua slot 2|{salt}|{memory_kib}|{passes}|{lanes}|{lock}").as_bytes())
    }

    pub(crate) fn open(&self, ledger: &str, user: &UserName, password: &str) -> Option<Opened> {
        self.lock.open(&*stretch(password, &self.salt, self.cost)?, &binding(ledger, &user.0))
    }

    pub(crate) fn seal_next(
        &mut self,
        next: &DatabaseKey,
        ledger: &str,
        user: &UserName,
    ) -> Result<()> {
        self.lock.seal_next(next, &binding(ledger, &user.0))
    }

    pub(crate) fn end_move(&mut self, taken: bool) {
        self.lock.end_move(taken);
    }
}

/// The recovery slot.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct RecoverySlot(Lock);

impl RecoverySlot {
    pub(crate) fn new(key: &DatabaseKey, ledger: &str) -> Result<(Self, RecoverySheet)> {
        let sheet = RecoverySheet::random()?;
        Ok((Self(Lock::new(key, &sheet.wrapping_key(), &binding(ledger, ""))?), sheet))
    }

    pub(crate) fn digest(&self) -> Hash {
        sha256(format!("motcua recovery slot 2|{}", self.0.fixed()).as_bytes())
    }

    pub(crate) fn open(&self, ledger: &str, sheet: &RecoverySheet) -> Option<Opened> {
        self.0.open(&sheet.wrapping_key(), &binding(ledger, ""))
    }

    pub(crate) fn seal_next(&mut self, next: &DatabaseKey, ledger: &str) -> Result<()> {
        self.0.seal_next(next, &binding(ledger, ""))
    }

    pub(crate) fn end_move(&mut self, taken: bool) {
        self.0.end_move(taken);
    }
}

/// What a slot is good for: slots cannot be exchanged.
fn binding(ledger: &str, user: &str) -> String {
    format!("motcua key 2|{ledger}|{user}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use office::entry::UserName;

    use super::{DatabaseKey, PasswordCost, PasswordSlot, SealedKey, binding};

    /// Whoever can write the file sees every public key, and cannot have a password open a ledger of their own.
    #[test]
    fn without_the_mark_nobody_seals_a_key() {
        let (ledger, user, password) = ("9", UserName("chi".into()), "Mật-khẩu-7");
        let cost = PasswordCost { memory_kib: 8, passes: 1, lanes: 1 };
        let key = DatabaseKey::random().unwrap();
        let mut slot = PasswordSlot::new(&key, ledger, &user, password, cost).unwrap();
        assert_eq!(slot.open(ledger, &user, password).unwrap().key.to_hex(), key.to_hex());
        let next = key.next().unwrap();
        slot.seal_next(&next, ledger, &user).unwrap();
        slot.end_move(true);
        assert_eq!(slot.open(ledger, &user, password).unwrap().key.to_hex(), next.to_hex());

        let (own, bound_to) = (DatabaseKey::random().unwrap(), binding(ledger, &user.0));
        let mut forged = slot.clone();
        forged.lock.key = SealedKey::seal(&own, &slot.lock.public, &bound_to).unwrap();
        assert!(forged.open(ledger, &user, password).is_none());
        // A key that was sealed for another ledger or another user.
        let mut other = slot.clone();
        other.lock.key = SealedKey::seal(&next, &slot.lock.public, &binding(ledger, "ba")).unwrap();
        assert!(other.open(ledger, &user, password).is_none());
        assert!(slot.open("8", &user, password).is_none());
    }
}
