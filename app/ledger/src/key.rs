//! Keys: the ledger's random key, what a password and the printed recovery code make of themselves, and what a
//! password must be like.
//!
//! The database key is random and never derived from a password. A password makes a wrapping key with Argon2id, the
//! recovery code (150 random bits) makes one with HKDF; what lies under them is told in [`crate::lock`]. Whoever
//! holds the files can guess passwords off line at Argon2id's price; lock-out protects the login screen only.

use std::fmt;

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use argon2::{Algorithm, Argon2, Params, Version};
use hkdf::Hkdf;
use office::{Explain, entry::UserName, text};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{LedgerError, Result};

/// The SQLCipher key, 32 random bytes, and the mark of the office's slots, see [`crate::lock`]. Wiped on drop, never
/// shown.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct DatabaseKey {
    bytes: [u8; 32],
    mark: [u8; 32],
}

impl DatabaseKey {
    /// The first key of a ledger.
    pub(crate) fn random() -> Result<Self> {
        Ok(Self { bytes: random()?, mark: random()? })
    }

    /// Another key of the same ledger.
    pub(crate) fn next(&self) -> Result<Self> {
        Ok(Self { bytes: random()?, mark: self.mark })
    }

    pub(crate) fn of(bytes: &[u8], mark: &[u8; 32]) -> Option<Self> {
        Some(Self { bytes: bytes.try_into().ok()?, mark: *mark })
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    pub(crate) fn mark(&self) -> &[u8; 32] {
        &self.mark
    }

    /// The value of `PRAGMA key`: raw bytes, no derivation by SQLCipher.
    pub(crate) fn pragma(&self) -> Zeroizing<String> {
        let digits = Zeroizing::new(hex::encode(self.bytes));
        Zeroizing::new(format!("x'{}'", *digits))
    }

    pub(crate) fn to_hex(&self) -> String {
        hex::encode(self.bytes) + &hex::encode(self.mark)
    }

    pub(crate) fn from_hex(digits: &str) -> Option<Self> {
        let mut both = [[0; 32]; 2];
        hex::decode_to_slice(digits, both.as_flattened_mut()).ok()?;
        let [bytes, mark] = both;
        Some(Self { bytes, mark })
    }
}

/// Random bytes of the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| LedgerError::NoRandomness)?;
    Ok(bytes)
}

/// A fresh random id of 32 hex digits, for entries and dossiers.
pub fn random_id() -> Result<String> {
    Ok(hex::encode(random::<16>()?))
}

/// What one guess of a password costs (Argon2id, RFC 9106).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for PasswordCost {
    /// 64 MiB, 3 passes: RFC 9106's second choice, which a counter's old machine bears.
    fn default() -> Self {
        Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 }
    }
}

impl PasswordCost {
    /// The least that OWASP's Password Storage Cheat Sheet names for Argon2id.
    const FLOOR: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
    /// A counter's old machine bears it for some seconds; a changed file may not ask for all of its memory.
    const CEILING: Self = Self { memory_kib: 256 * 1024, passes: 10, lanes: 4 };

    pub(crate) fn bounded(self) -> Self {
        let (floor, ceiling) = (Self::FLOOR, Self::CEILING);
        Self {
            memory_kib: self.memory_kib.clamp(floor.memory_kib, ceiling.memory_kib),
            passes: self.passes.clamp(floor.passes, ceiling.passes),
            lanes: self.lanes.clamp(floor.lanes, ceiling.lanes),
        }
    }

    pub(crate) fn is_bearable(self) -> bool {
        let ceiling = Self::CEILING;
        self.memory_kib <= ceiling.memory_kib
            && self.passes <= ceiling.passes
            && self.lanes <= ceiling.lanes
    }
}

/// A secret wrapped under another key.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Wrapped {
    nonce: String,
    sealed: String,
}

impl Wrapped {
    pub(crate) fn seal(secret: &[u8], under: &[u8; 32], bound_to: &str) -> Result<Self> {
        let nonce: [u8; 12] = random()?;
        let payload = Payload { msg: secret, aad: bound_to.as_bytes() };
        let sealed = Aes256Gcm::new(under.into())
            .encrypt(&nonce.into(), payload)
            .map_err(|_| LedgerError::NoRandomness)?;
        Ok(Self { nonce: hex::encode(nonce), sealed: hex::encode(sealed) })
    }

    pub(crate) fn open(&self, under: &[u8; 32], bound_to: &str) -> Option<Zeroizing<Vec<u8>>> {
        let mut nonce = [0; 12];
        hex::decode_to_slice(&self.nonce, &mut nonce).ok()?;
        let sealed = hex::decode(&self.sealed).ok()?;
        let payload = Payload { msg: &sealed, aad: bound_to.as_bytes() };
        Aes256Gcm::new(under.into()).decrypt(&nonce.into(), payload).ok().map(Zeroizing::new)
    }

    /// Its text, for a digest.
    pub(crate) fn text(&self) -> String {
        format!("{}|{}", self.nonce, self.sealed)
    }
}

/// Passwords are compared in NFC: input methods differ in how they write Vietnamese.
pub(crate) fn stretch(
    password: &str,
    salt: &str,
    cost: PasswordCost,
) -> Option<Zeroizing<[u8; 32]>> {
    let password = Zeroizing::new(text::clean(password));
    // The slot file is outside data.
    if !cost.is_bearable() {
        return None;
    }
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32)).ok()?;
    let mut out = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt.as_bytes(), &mut *out)
        .ok()?;
    Some(out)
}

/// 32 signs without 0/O and 1/I, five bits each.
const SIGNS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const SECRET_SIGNS: usize = 30;
const CHECK_SIGNS: usize = 2;

/// The printed code that opens the ledger when passwords are lost: `XXXX-XXXX-…`, eight groups of
/// four; the last two signs check the others. Shown once, when the office is founded or the sheet is
/// renewed.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct RecoverySheet(String);

impl RecoverySheet {
    pub(crate) fn random() -> Result<Self> {
        let mut bytes = Zeroizing::new([0; SECRET_SIGNS]);
        getrandom::fill(&mut *bytes).map_err(|_| LedgerError::NoRandomness)?;
        let mut signs: String = bytes.iter().map(|b| sign(*b)).collect();
        let check = check_signs(&signs);
        signs.push_str(&check);
        Ok(Self(signs))
    }

    /// Reads a typed code; case, spaces and hyphens do not matter.
    pub fn parse(typed: &str) -> Result<Self> {
        let signs: String = typed
            .chars()
            .filter(|c| c.is_alphanumeric())
            .map(|c| c.to_ascii_uppercase())
            .take(64)
            .collect();
        let known =
            signs.len() == SECRET_SIGNS + CHECK_SIGNS && signs.bytes().all(|b| SIGNS.contains(&b));
        if known && signs.ends_with(&check_signs(&signs[..SECRET_SIGNS])) {
            Ok(Self(signs))
        } else {
            Err(LedgerError::WrongRecoveryCode)
        }
    }

    /// The code as printed.
    pub fn code(&self) -> Zeroizing<String> {
        let mut out = Zeroizing::new(String::with_capacity(40));
        for (i, c) in self.0.chars().enumerate() {
            if i > 0 && i % 4 == 0 {
                out.push('-');
            }
            out.push(c);
        }
        out
    }

    pub(crate) fn wrapping_key(&self) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        // HKDF-SHA256 cannot fail for 32 bytes; a zero key would merely open nothing.
        let _ =
            Hkdf::<Sha256>::new(None, self.0.as_bytes()).expand(b"motcua recovery 1", &mut *key);
        key
    }
}

impl fmt::Debug for RecoverySheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoverySheet(…)")
    }
}

fn sign(byte: u8) -> char {
    char::from(SIGNS[usize::from(byte % 32)])
}

fn check_signs(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().take(CHECK_SIGNS).map(|b| sign(*b)).collect()
}

/// What a password must be like. The thresholds are the office's (law on level 3 systems).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordRule {
    /// Fewest characters.
    pub min_length: usize,
    /// How many of: small letters, capitals, digits, other signs.
    pub kinds: usize,
}

/// Most characters of a password.
const LONGEST_PASSWORD: usize = 128;

impl Default for PasswordRule {
    fn default() -> Self {
        Self { min_length: 8, kinds: 3 }
    }
}

/// Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordWeakness {
    /// Too short.
    #[error("Mật khẩu phải có ít nhất {min} ký tự. Hãy đặt mật khẩu dài hơn.")]
    TooShort {
        /// Fewest characters.
        min: usize,
    },
    /// Too long.
    #[error("Mật khẩu dài quá {LONGEST_PASSWORD} ký tự. Hãy đặt mật khẩu ngắn hơn.")]
    TooLong,
    /// Too few kinds of signs.
    #[error(
        "Mật khẩu phải có ít nhất {kinds} trong 4 loại: chữ thường, chữ hoa, chữ số, ký tự khác. Hãy thêm loại còn thiếu."
    )]
    TooPlain {
        /// Kinds needed.
        kinds: usize,
    },
    /// Contains the login name.
    #[error("Mật khẩu không được chứa tên đăng nhập. Hãy chọn mật khẩu khác.")]
    HoldsName,
    /// Fewer than four different signs.
    #[error("Mật khẩu lặp lại quá ít ký tự nên dễ đoán. Hãy chọn mật khẩu khác.")]
    Repeats,
    /// The one until now.
    #[error("Mật khẩu mới trùng mật khẩu đang dùng. Hãy chọn mật khẩu khác.")]
    Same,
}

impl Explain for PasswordWeakness {
    fn code(&self) -> &'static str {
        "LED-08"
    }

    fn english(&self) -> String {
        match self {
            Self::TooShort { min } => {
                format!("A password needs at least {min} characters. Choose a longer one.")
            }
            Self::TooLong => format!(
                "A password has at most {LONGEST_PASSWORD} characters. Choose a shorter one."
            ),
            Self::TooPlain { kinds } => format!(
                "A password needs at least {kinds} of: small letters, capitals, digits, other signs."
            ),
            Self::HoldsName => "A password may not contain the login name. Choose another.".into(),
            Self::Repeats => "The password repeats too few signs. Choose another.".into(),
            Self::Same => "This is the password in use. Choose another.".into(),
        }
    }
}

impl PasswordRule {
    /// No office asks for less than the usual rule, nor for more than anybody can remember.
    pub(crate) fn bounded(self) -> Self {
        let floor = Self::default();
        Self {
            min_length: self.min_length.clamp(floor.min_length, LONGEST_PASSWORD / 2),
            kinds: self.kinds.clamp(floor.kinds, 4),
        }
    }

    /// Whether `password` may be set for `user`.
    pub fn check(
        &self,
        user: &UserName,
        password: &str,
    ) -> std::result::Result<(), PasswordWeakness> {
        let password = Zeroizing::new(text::clean(password));
        let length = password.chars().count();
        let mut distinct: Vec<char> = password.chars().collect();
        distinct.sort_unstable();
        distinct.dedup();
        let kinds = [
            password.chars().any(char::is_lowercase),
            password.chars().any(char::is_uppercase),
            password.chars().any(|c| c.is_ascii_digit()),
            password.chars().any(|c| !c.is_alphanumeric()),
        ];
        let different = distinct.len();
        distinct.zeroize();
        if length < self.min_length {
            Err(PasswordWeakness::TooShort { min: self.min_length })
        } else if length > LONGEST_PASSWORD {
            Err(PasswordWeakness::TooLong)
        } else if kinds.iter().filter(|k| **k).count() < self.kinds {
            Err(PasswordWeakness::TooPlain { kinds: self.kinds })
        } else if password.to_lowercase().contains(&user.0.to_lowercase()) {
            Err(PasswordWeakness::HoldsName)
        } else if different < 4 {
            Err(PasswordWeakness::Repeats)
        } else {
            Ok(())
        }
    }
}
