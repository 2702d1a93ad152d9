//! Ciphers and key derivation of ICAO 9303-11, sections 9.7 and 9.8, behind two small enums, so that the
//! protocols above never mention a concrete cipher.

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::{Array, Block, BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit};
use cmac::{Cmac, Mac};
use des::{Des, TdesEde2};
use pki::hash::Hash;
use retail_mac::RetailMac;
use zeroize::Zeroizing;

/// Secret key bytes, wiped when dropped.
pub type Secret = Zeroizing<Vec<u8>>;

/// A block cipher of secure messaging, with its key length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Cipher {
    TripleDes,
    Aes128,
    Aes192,
    Aes256,
}

/// What a derived key is for: the counter of the key derivation function (ICAO 9303-11, 9.7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// K_enc
    Encryption = 1,
    /// K_mac
    Mac = 2,
    /// K_π
    Password = 3,
}

/// The input was no whole number of blocks, or a key had a wrong length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misfit;

impl Cipher {
    /// Bytes of one block.
    pub fn block(self) -> usize {
        if self == Cipher::TripleDes { 8 } else { 16 }
    }

    /// Bytes of a key.
    pub fn key_length(self) -> usize {
        match self {
            Cipher::TripleDes | Cipher::Aes128 => 16,
            Cipher::Aes192 => 24,
            Cipher::Aes256 => 32,
        }
    }

    /// Derives a key from a shared secret. The parity bits of DES keys are ignored by DES, so they are
    /// left as the hash gave them.
    pub fn derive(self, secret: &[u8], purpose: Purpose) -> Secret {
        let mut input = Zeroizing::new(secret.to_vec());
        input.extend([0, 0, 0, purpose as u8]);
        let hash = match self {
            Cipher::TripleDes | Cipher::Aes128 => Hash::Sha1,
            Cipher::Aes192 | Cipher::Aes256 => Hash::Sha256,
        };
        let mut key = Zeroizing::new(hash.digest(&input));
        key.truncate(self.key_length());
        key
    }

    /// CBC encryption of whole blocks; `iv` is one block.
    pub fn encrypt(self, key: &[u8], iv: &[u8], mut data: Vec<u8>) -> Result<Vec<u8>, Misfit> {
        match self {
            Cipher::TripleDes => cbc_encrypt::<cbc::Encryptor<TdesEde2>>(key, iv, &mut data),
            Cipher::Aes128 => cbc_encrypt::<cbc::Encryptor<Aes128>>(key, iv, &mut data),
            Cipher::Aes192 => cbc_encrypt::<cbc::Encryptor<Aes192>>(key, iv, &mut data),
            Cipher::Aes256 => cbc_encrypt::<cbc::Encryptor<Aes256>>(key, iv, &mut data),
        }?;
        Ok(data)
    }

    /// CBC decryption of whole blocks; `iv` is one block.
    pub fn decrypt(self, key: &[u8], iv: &[u8], mut data: Vec<u8>) -> Result<Vec<u8>, Misfit> {
        match self {
            Cipher::TripleDes => cbc_decrypt::<cbc::Decryptor<TdesEde2>>(key, iv, &mut data),
            Cipher::Aes128 => cbc_decrypt::<cbc::Decryptor<Aes128>>(key, iv, &mut data),
            Cipher::Aes192 => cbc_decrypt::<cbc::Decryptor<Aes192>>(key, iv, &mut data),
            Cipher::Aes256 => cbc_decrypt::<cbc::Decryptor<Aes256>>(key, iv, &mut data),
        }?;
        Ok(data)
    }

    /// The 8-byte MAC: retail MAC for 3DES (the caller pads), CMAC cut to its left half for AES.
    pub fn mac(self, key: &[u8], data: &[u8]) -> Result<[u8; 8], Misfit> {
        let full = match self {
            Cipher::TripleDes => mac::<RetailMac<Des>>(key, data),
            Cipher::Aes128 => mac::<Cmac<Aes128>>(key, data),
            Cipher::Aes192 => mac::<Cmac<Aes192>>(key, data),
            Cipher::Aes256 => mac::<Cmac<Aes256>>(key, data),
        }?;
        full.first_chunk().copied().ok_or(Misfit)
    }

    /// Checks an 8-byte MAC in constant time.
    pub fn mac_matches(self, key: &[u8], data: &[u8], mac: &[u8]) -> bool {
        let Ok(own) = self.mac(key, data) else { return false };
        mac.len() == own.len() && own.iter().zip(mac).fold(0, |d, (a, b)| d | (a ^ b)) == 0
    }

    /// Pads by ISO 9797-1 method 2: `80 00 …` to the next block.
    pub fn pad(self, mut data: Vec<u8>) -> Vec<u8> {
        data.push(0x80);
        data.resize(data.len().next_multiple_of(self.block()), 0);
        data
    }
}

/// Removes the padding of ISO 9797-1 method 2.
pub fn unpad(mut data: Vec<u8>) -> Result<Vec<u8>, Misfit> {
    while data.last() == Some(&0) {
        data.pop();
    }
    if data.pop() == Some(0x80) { Ok(data) } else { Err(Misfit) }
}

fn cbc_encrypt<C: BlockModeEncrypt + KeyIvInit>(
    key: &[u8],
    iv: &[u8],
    data: &mut [u8],
) -> Result<(), Misfit> {
    let mut cipher = C::new_from_slices(key, iv).map_err(|_| Misfit)?;
    let (blocks, rest): (&mut [Block<C>], _) = Array::slice_as_chunks_mut(data);
    if !rest.is_empty() {
        return Err(Misfit);
    }
    cipher.encrypt_blocks(blocks);
    Ok(())
}

fn cbc_decrypt<C: BlockModeDecrypt + KeyIvInit>(
    key: &[u8],
    iv: &[u8],
    data: &mut [u8],
) -> Result<(), Misfit> {
    let mut cipher = C::new_from_slices(key, iv).map_err(|_| Misfit)?;
    let (blocks, rest): (&mut [Block<C>], _) = Array::slice_as_chunks_mut(data);
    if !rest.is_empty() {
        return Err(Misfit);
    }
    cipher.decrypt_blocks(blocks);
    Ok(())
}

fn mac<M: Mac + KeyInit>(key: &[u8], data: &[u8]) -> Result<Vec<u8>, Misfit> {
    let mut mac = M::new_from_slice(key).map_err(|_| Misfit)?;
    mac.update(data);
    Ok(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// ICAO 9303-11 appendix D.1: the published keys carry odd parity, which DES ignores.
    fn without_parity(key: &[u8]) -> Vec<u8> {
        key.iter().map(|b| b & 0xFE).collect()
    }

    #[test]
    fn keys_of_the_icao_bac_example() {
        let seed = hex::decode("239AB9CB282DAF66231DC5A4DF6BFBAE").unwrap();
        for (purpose, key) in [
            (Purpose::Encryption, "AB94FDECF2674FDFB9B391F85D7F76F2"),
            (Purpose::Mac, "7962D9ECE03D1ACD4C76089DCE131543"),
        ] {
            let key = hex::decode(key).unwrap();
            let derived = Cipher::TripleDes.derive(&seed, purpose);
            assert_eq!(without_parity(&derived), without_parity(&key));
        }
    }

    #[test]
    fn session_keys_of_the_icao_pace_example() {
        let secret =
            hex::decode("28768D20701247DAE81804C9E780EDE582A9996DB4A315020B2733197DB84925");
        let secret = secret.unwrap();
        let derived = |p| hex::encode_upper(Cipher::Aes128.derive(&secret, p));
        assert_eq!(derived(Purpose::Encryption), "F5F0E35C0D7161EE6724EE513A0D9A7F");
        assert_eq!(derived(Purpose::Mac), "FE251C7858B356B24514B3BD5F4297D1");
    }

    #[test]
    fn padding_is_removed_only_where_it_is() {
        for length in 0..40 {
            for cipher in [Cipher::TripleDes, Cipher::Aes256] {
                let padded = cipher.pad(vec![0; length]);
                assert_eq!(padded.len() % cipher.block(), 0);
                assert_eq!(unpad(padded).unwrap(), vec![0; length]);
            }
        }
        assert_eq!(unpad(vec![]), Err(Misfit));
        assert_eq!(unpad(vec![0, 0]), Err(Misfit));
        assert_eq!(unpad(vec![0x80, 1]), Err(Misfit));
    }

    #[test]
    fn broken_blocks_are_errors() {
        assert_eq!(Cipher::Aes128.decrypt(&[0; 16], &[0; 16], vec![0; 17]), Err(Misfit));
        assert_eq!(Cipher::Aes128.encrypt(&[0; 16], &[0; 8], vec![0; 16]), Err(Misfit));
        assert_eq!(Cipher::TripleDes.mac(&[0; 15], &[]), Err(Misfit));
    }
}
