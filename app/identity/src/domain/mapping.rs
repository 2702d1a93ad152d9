//! The pseudo-random function of PACE's integrated mapping (ICAO 9303-11, 4.4.3.3.2): it makes one
//! number of the chip's and the terminal's nonces, longer than the prime by 64 bits so that reducing it
//! leaves no bias.

use crate::cipher::{Cipher, Misfit};

/// `c0` and `c1` for an output of 128 bits (ICAO 9303-11, 4.4.3.3.2).
const SHORT: [[u8; 16]; 2] = [
    0xA668_892A_7C41_E3CA_739F_40B0_57D8_5904_u128.to_be_bytes(),
    0xA4E1_36AC_725F_738B_01C1_F602_17C1_88AD_u128.to_be_bytes(),
];
/// The same for 256 bits, in two halves.
const LONG: [[[u8; 16]; 2]; 2] = [
    [
        0xD463_D652_3412_4EF7_8970_5498_6DCA_0A17_u128.to_be_bytes(),
        0x4E28_DF75_8CBA_A03F_2406_1641_4D5A_1676_u128.to_be_bytes(),
    ],
    [
        0x54BD_7255_F0AA_F831_BEC3_423F_CF39_D69B_u128.to_be_bytes(),
        0x6CBF_0666_77D0_FAAE_5AAD_D99D_F8E5_3517_u128.to_be_bytes(),
    ],
];

/// `R(s, t)` for a prime of `prime_bits`: `chip` is the chip's nonce `s`, `terminal` the terminal's
/// nonce `t`, as long as the cipher's key.
///
/// Errors: [`Misfit`] if a nonce is too short for the cipher.
pub fn pseudo_random(
    cipher: Cipher,
    chip: &[u8],
    terminal: &[u8],
    prime_bits: u32,
) -> Result<Vec<u8>, Misfit> {
    let [c0, c1] = match cipher {
        Cipher::TripleDes | Cipher::Aes128 => SHORT.map(|c| c.to_vec()),
        Cipher::Aes192 | Cipher::Aes256 => LONG.map(|halves| halves.concat()),
    };
    let encrypt = |key: &[u8], data: &[u8]| {
        // Where the output is longer than a key, its beginning is the key.
        let key = key.get(..cipher.key_length()).ok_or(Misfit)?;
        cipher.encrypt(key, &vec![0; cipher.block()], data.to_vec())
    };
    let blocks = (prime_bits as usize + 64).div_ceil(8 * c1.len());
    let mut key = encrypt(terminal, chip)?;
    let mut output = Vec::new();
    for _ in 0..blocks {
        output.extend(encrypt(&key, &c1)?);
        key = encrypt(&key, &c0)?;
    }
    Ok(output)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::{Domain, elliptic, encoding::is_mappable, modular};
    use pki::curve;

    fn hex(text: &str) -> Vec<u8> {
        hex::decode(text).unwrap()
    }

    /// ICAO 9303-11 appendix H.1: ECDH on brainpoolP256r1.
    #[test]
    fn the_icao_example_on_a_curve() {
        let (s, t) =
            (hex("2923BE84E16CD6AE529049F1F1BBE9EB"), hex("5DD4CBFC96F5453B130D890A1CDBAE32"));
        let number = pseudo_random(Cipher::Aes128, &s, &t, 256).unwrap();
        assert_eq!(
            hex::encode_upper(&number),
            "E4447E2DFB3586BAC05DDB00156B57FBB2179A3949294C97254189800C517BAA\
             8DA0FF397ED8C445D3E421E4FEB57322"
        );
        let curve = elliptic::by_parameter_id(13).unwrap();
        let generator = curve.member_of(&number).unwrap();
        assert_eq!(
            hex::encode_upper(curve.encode(&generator).unwrap()),
            "048E82D31559ED0FDE92A4D0498ADD3C23BABA94FB77691E31E90AEA77FB17D427\
             4C1AE14BD0C3DBAC0C871B7F3608169364437CA30AC243A089D3F266C1E60FAD"
        );
    }

    /// ICAO 9303-11 appendix H.2: DH in the group with a 1024-bit prime.
    #[test]
    fn the_icao_example_modulo_a_prime() {
        let (s, t) =
            (hex("FA5B7E3E49753A0DB9178B7B9BD898C8"), hex("B3A6DB3C870C3E99245E0D1C06B747DE"));
        let number = pseudo_random(Cipher::Aes128, &s, &t, 1024).unwrap();
        assert_eq!(
            hex::encode_upper(&number),
            "EAB98D13E09052952AA729907C3C946184DEA0FE74AD2B3AF506F0A83018459C\
             38099CD1F7FF4EA0A078DB1FAC1365505E3DC85500EF95E20B4EEF2E88489233\
             BEE0546B472F994B618D168702406791DEEF3CB4810932EC278F3533FDB860EB\
             4835C36FA4F1BF3FA0B828A718C96BDE88FBA38A3E6C35AAA10959251EB5FC71\
             0FC187258995944C0F926E249373F485"
        );
        let group = modular::by_parameter_id(0).unwrap();
        let generator = group.member_of(&number).unwrap();
        assert_eq!(
            hex::encode_upper(group.encode(&generator).unwrap()),
            "1D7D767F11E333BCD6DBAEF40E799E7A926B96973550656FF3C830726D118D61\
             C276CDCC61D475CF03A98E0C0E79CAEBA5BE25578BD4551D0B10903236F0B0F9\
             76852FA78EEA14EA0ACA87D1E91F688FE0DFF897BBE35A472621D343564B262F\
             34223AE8FC59B664BFEDFA2BFE7516CA5510A6BBB633D517EC25D4E0BBAA16C2"
        );
    }

    #[test]
    fn every_group_has_members_for_any_number() {
        for seed in 0..8u8 {
            for cipher in [Cipher::TripleDes, Cipher::Aes128, Cipher::Aes192, Cipher::Aes256] {
                let nonces = [[seed; 32], [seed ^ 0x5A; 32]];
                let number = |bits| pseudo_random(cipher, &nonces[0], &nonces[1], bits).unwrap();
                for curve in curve::all().iter().filter(|c| is_mappable(c)) {
                    let point = curve.member_of(&number(curve.prime_bits())).unwrap();
                    let encoded = curve.encode(&point).unwrap();
                    assert!(curve.decode(&encoded).is_some(), "{}", curve.name);
                }
            }
            let group = modular::by_parameter_id(2).unwrap();
            let nonces = [[seed; 32], [seed ^ 0x5A; 32]];
            let number = pseudo_random(Cipher::Aes256, &nonces[0], &nonces[1], 2048).unwrap();
            let encoded = group.encode(&group.member_of(&number).unwrap()).unwrap();
            assert!(group.decode(&encoded).is_some());
        }
    }

    #[test]
    fn short_nonces_are_refused() {
        for (cipher, chip, terminal) in
            [(Cipher::Aes128, 16, 15), (Cipher::Aes192, 16, 24), (Cipher::Aes256, 16, 32)]
        {
            let result = pseudo_random(cipher, &vec![1; chip], &vec![2; terminal], 256);
            assert_eq!(result, Err(Misfit), "{cipher:?}");
        }
    }
}
