//! Block ciphers, MACs and key derivation of ICAO 9303-11 (9.7, 9.8).

use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use aes::{Aes128, Aes192, Aes256};
use cmac::{Cmac, KeyInit, Mac};
use des::{Des, TdesEde2};
use retail_mac::RetailMac;
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// Symmetric suite of a secure channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum Cipher {
    /// Two-key triple DES with retail MAC.
    #[value(name = "3des")]
    Tdes,
    /// AES-128 with CMAC.
    #[value(name = "aes128")]
    Aes128,
    /// AES-192 with CMAC.
    #[value(name = "aes192")]
    Aes192,
    /// AES-256 with CMAC.
    #[value(name = "aes256")]
    Aes256,
}

macro_rules! cbc {
    ($self:ident, $mode:ident, $operation:ident, $key:expr, $iv:expr, $data:expr) => {
        match $self {
            Cipher::Tdes => cbc::$mode::<TdesEde2>::new_from_slices($key, $iv)
                .unwrap()
                .$operation::<NoPadding>($data),
            Cipher::Aes128 => cbc::$mode::<Aes128>::new_from_slices($key, $iv)
                .unwrap()
                .$operation::<NoPadding>($data),
            Cipher::Aes192 => cbc::$mode::<Aes192>::new_from_slices($key, $iv)
                .unwrap()
                .$operation::<NoPadding>($data),
            Cipher::Aes256 => cbc::$mode::<Aes256>::new_from_slices($key, $iv)
                .unwrap()
                .$operation::<NoPadding>($data),
        }
    };
}

impl Cipher {
    /// Every suite.
    pub const ALL: [Cipher; 4] = [Cipher::Tdes, Cipher::Aes128, Cipher::Aes192, Cipher::Aes256];

    /// Octets of a block, which is also the length of the send sequence counter.
    pub fn block_length(self) -> usize {
        if self == Cipher::Tdes { 8 } else { 16 }
    }

    /// Octets of a key.
    pub fn key_length(self) -> usize {
        match self {
            Cipher::Tdes | Cipher::Aes128 => 16,
            Cipher::Aes192 => 24,
            Cipher::Aes256 => 32,
        }
    }

    /// Last arc of the PACE and chip authentication object identifiers (1 to 4).
    pub fn arc(self) -> u8 {
        match self {
            Cipher::Tdes => 1,
            Cipher::Aes128 => 2,
            Cipher::Aes192 => 3,
            Cipher::Aes256 => 4,
        }
    }

    /// Key derivation function (ICAO 9303-11, 9.7.1). `counter`: 1 encryption, 2 MAC, 3 password.
    pub fn derive(self, secret: &[u8], counter: u8) -> Vec<u8> {
        let input = [secret, &[0, 0, 0, counter]].concat();
        match self {
            // Parity bits are left as they are: the cipher ignores them.
            Cipher::Tdes | Cipher::Aes128 => Sha1::digest(&input)[..16].to_vec(),
            Cipher::Aes192 => Sha256::digest(&input)[..24].to_vec(),
            Cipher::Aes256 => Sha256::digest(&input).to_vec(),
        }
    }

    /// CBC encryption of whole blocks.
    pub fn encrypt(self, key: &[u8], iv: &[u8], data: &[u8]) -> Vec<u8> {
        cbc!(self, Encryptor, encrypt_padded_vec, key, iv, data)
    }

    /// CBC decryption; `None` unless `data` is whole blocks.
    pub fn decrypt(self, key: &[u8], iv: &[u8], data: &[u8]) -> Option<Vec<u8>> {
        cbc!(self, Decryptor, decrypt_padded_vec, key, iv, data).ok()
    }

    /// Eight octets of MAC. Retail MAC works on whole blocks, so `data` must be padded for triple DES.
    pub fn mac(self, key: &[u8], data: &[u8]) -> Vec<u8> {
        fn tag<M: Mac + KeyInit>(key: &[u8], data: &[u8]) -> Vec<u8> {
            let mut mac = <M as KeyInit>::new_from_slice(key).unwrap();
            mac.update(data);
            mac.finalize().into_bytes()[..8].to_vec()
        }
        match self {
            Cipher::Tdes => tag::<RetailMac<Des>>(key, data),
            Cipher::Aes128 => tag::<Cmac<Aes128>>(key, data),
            Cipher::Aes192 => tag::<Cmac<Aes192>>(key, data),
            Cipher::Aes256 => tag::<Cmac<Aes256>>(key, data),
        }
    }

    /// Padding method 2 of ISO 9797-1: `80` and zeros up to a block border.
    pub fn pad(self, data: &[u8]) -> Vec<u8> {
        let mut padded = [data, &[0x80]].concat();
        padded.resize(padded.len().next_multiple_of(self.block_length()), 0);
        padded
    }
}

/// Takes padding method 2 off again.
pub fn unpad(data: &[u8]) -> Option<&[u8]> {
    let end = data.iter().rposition(|&b| b != 0)?;
    (data[end] == 0x80).then(|| &data[..end])
}
