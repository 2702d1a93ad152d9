//! Basic Access Control (ICAO 9303-11, 4.3).

use pki::hash::Hash;
use zeroize::Zeroizing;

use crate::{
    apdu::Command,
    card::Channel,
    cipher::{Cipher, Purpose},
    error::{Fault, ReadError},
    messaging::SecureMessaging,
};

const CIPHER: Cipher = Cipher::TripleDes;
const ZERO: [u8; 8] = [0; 8];

/// The terminal's random numbers; a test gives the published ones.
pub struct Randoms {
    nonce: [u8; 8],
    key: Zeroizing<[u8; 16]>,
}

impl Randoms {
    fn fresh() -> Result<Self, ReadError> {
        let (mut nonce, mut key) = ([0; 8], Zeroizing::new([0; 16]));
        getrandom::fill(&mut nonce).map_err(|_| Fault::Random)?;
        getrandom::fill(&mut key[..]).map_err(|_| Fault::Random)?;
        Ok(Self { nonce, key })
    }
}

/// Runs BAC with the MRZ information and returns the protected channel.
pub fn run(channel: &mut Channel<'_>, mrz_information: &str) -> Result<SecureMessaging, ReadError> {
    run_with(channel, mrz_information, &Randoms::fresh()?)
}

fn run_with(
    channel: &mut Channel<'_>,
    mrz_information: &str,
    randoms: &Randoms,
) -> Result<SecureMessaging, ReadError> {
    let digest = Zeroizing::new(Hash::Sha1.digest(mrz_information.as_bytes()));
    let encryption = CIPHER.derive(&digest[..16], Purpose::Encryption);
    let mac = CIPHER.derive(&digest[..16], Purpose::Mac);

    let challenge = channel.send(&Command::new(0, 0x84, 0, 0).expect(8))?.ok()?;
    let challenge: [u8; 8] = challenge.try_into().map_err(|_| Fault::Format)?;

    let secret = [&randoms.nonce[..], &challenge, &randoms.key[..]].concat();
    let mut message = CIPHER.encrypt(&encryption, &ZERO, secret)?;
    message.extend(CIPHER.mac(&mac, &CIPHER.pad(message.clone()))?);
    let answer = channel.send(&Command::new(0, 0x82, 0, 0).with(message).expect(0x28))?;
    let answer = match answer.status.0 {
        0x9000 => answer.data,
        // Instruction or length unknown, or no such key on the chip: this chip has no BAC. Anything else
        // refuses the key.
        sw @ (0x6D00 | 0x6E00 | 0x6700 | 0x6A88) => return Err(Fault::Status(sw).into()),
        _ => return Err(ReadError::AccessDenied),
    };

    let (cryptogram, tag) = answer.split_at_checked(32).ok_or(Fault::Format)?;
    if !CIPHER.mac_matches(&mac, &CIPHER.pad(cryptogram.to_vec()), tag) {
        return Err(Fault::Mac.into());
    }
    let plain = Zeroizing::new(CIPHER.decrypt(&encryption, &ZERO, cryptogram.to_vec())?);
    if plain[..8] != challenge || plain[8..16] != randoms.nonce {
        return Err(Fault::Mac.into());
    }
    let seed: Zeroizing<Vec<u8>> =
        Zeroizing::new(randoms.key.iter().zip(&plain[16..32]).map(|(a, b)| a ^ b).collect());
    let counter = [&challenge[4..], &randoms.nonce[4..]].concat();
    Ok(SecureMessaging::new(
        CIPHER,
        CIPHER.derive(&seed, Purpose::Encryption),
        CIPHER.derive(&seed, Purpose::Mac),
        counter,
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::card::script::Script;

    const ANSWER: &str =
        "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D7449";

    fn icao(answers: &[&str]) -> (Result<String, ReadError>, Vec<String>) {
        let randoms = Randoms {
            nonce: hex::decode("781723860C06C226").unwrap().try_into().unwrap(),
            key: Zeroizing::new(
                hex::decode("0B795240CB7049B01C19B33E32804F0B").unwrap().try_into().unwrap(),
            ),
        };
        let mut script = Script::new(answers);
        let mut channel = script.channel();
        let result =
            run_with(&mut channel, "L898902C<369080619406236", &randoms).and_then(|secure| {
                channel.protect(secure);
                let select = Command::new(0, 0xA4, 0x02, 0x0C).with([0x01, 0x1E]);
                channel.send(&select)?.ok()?;
                let read = channel.send(&Command::new(0, 0xB0, 0, 0).expect(4))?.ok()?;
                Ok(hex::encode_upper(read))
            });
        (result, script.sent)
    }

    /// ICAO 9303-11 appendix D.3 and D.4.
    #[test]
    fn the_icao_example_opens_and_reads() {
        let (result, sent) = icao(&[
            "4608F919887022129000",
            &format!("{ANSWER}9000"),
            "990290008E08FA855A5D4C50A8ED9000",
            "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000",
        ]);
        assert_eq!(result.unwrap(), "60145F01");
        assert_eq!(
            sent,
            [
                "0084000008",
                "008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A728",
                "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800",
                "0CB000000D9701048E08ED6705417E96BA5500",
            ]
        );
    }

    #[test]
    fn refusals_and_false_answers() {
        let challenge = "4608F919887022129000";
        for (answers, error) in [
            (vec![challenge, "6300"], ReadError::AccessDenied),
            (vec![challenge, "6982"], ReadError::AccessDenied),
            (vec![challenge, "63CF"], ReadError::AccessDenied),
            (vec![challenge, "63C0"], ReadError::AccessDenied),
            (vec![challenge, "6983"], ReadError::AccessDenied),
            (vec![challenge, "6D00"], Fault::Status(0x6D00).into()),
            (vec![challenge, "6A88"], Fault::Status(0x6A88).into()),
            (vec!["6982"], Fault::Status(0x6982).into()),
            (vec!["46089000"], Fault::Format.into()),
            (vec![challenge, "9000"], Fault::Format.into()),
            (vec![challenge, &format!("{}009000", &ANSWER[..78])], Fault::Mac.into()),
            (vec!["4608F919887022139000", &format!("{ANSWER}9000")], Fault::Mac.into()),
            (vec![challenge], ReadError::CardLost),
        ] {
            let (result, sent) = icao(&answers);
            assert_eq!(result, Err(error), "{answers:?}");
            assert!(sent.len() <= 2, "never a second try");
        }
    }
}
