//! PACE with elliptic curves and generic mapping (ICAO 9303-11, 4.4).

use zeroize::Zeroizing;

use super::PaceInfo;
use crate::{
    card::{Channel, Command, Response},
    cipher::{Cipher, Hash, Misfit, Purpose},
    curve::{Curve, Point, Scalar},
    error::{Fault, ReadError},
    messaging::SecureMessaging,
    tlv,
};

/// Which password proves that the card was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Password {
    /// The MRZ information.
    Mrz = 1,
    /// The card access number.
    Can = 2,
}

impl Password {
    /// `f(π)` of ICAO 9303-11, 9.7.3.
    fn secret(self, text: &str) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(match self {
            Password::Mrz => Hash::Sha1.digest(text.as_bytes()),
            Password::Can => text.as_bytes().to_vec(),
        })
    }
}

/// The terminal's two ephemeral private keys; a test gives the published ones.
struct Ephemeral {
    mapping: Scalar,
    agreement: Scalar,
}

/// Runs PACE and returns the protected channel.
///
/// Errors: [`ReadError::AccessDenied`] if the password is wrong, [`ReadError::Unreadable`] if the chip
/// fails in any other way.
pub fn run(
    channel: &mut Channel<'_>,
    info: &PaceInfo,
    ambiguous: bool,
    password: Password,
    text: &str,
) -> Result<SecureMessaging, ReadError> {
    let (_, curve) = info.suite().ok_or(Fault::Format)?;
    let fresh = || curve.random_scalar().map_err(|_| Fault::Random);
    let ephemeral = Ephemeral { mapping: fresh()?, agreement: fresh()? };
    run_with(channel, info, ambiguous, password, text, &ephemeral)
}

fn run_with(
    channel: &mut Channel<'_>,
    info: &PaceInfo,
    ambiguous: bool,
    password: Password,
    text: &str,
    ephemeral: &Ephemeral,
) -> Result<SecureMessaging, ReadError> {
    let (cipher, curve) = info.suite().ok_or(Fault::Format)?;
    choose(channel, info, ambiguous, password)?;

    let encrypted = step(channel, &[], 0x80, false)?;
    let blocks = encrypted.len() / cipher.block();
    if encrypted.is_empty() || encrypted.len() % cipher.block() != 0 || blocks > 4 {
        return Err(Fault::Format.into());
    }
    let key = cipher.derive(&password.secret(text), Purpose::Password);
    let nonce = Zeroizing::new(cipher.decrypt(&key, &vec![0; cipher.block()], encrypted)?);

    let own = curve.multiply(&ephemeral.mapping, curve.generator());
    let chip = point(curve, &step(channel, &object(0x81, curve, &own)?, 0x82, false)?)?;
    let shared = curve.multiply(&ephemeral.mapping, &chip);
    let generator = curve.add(&curve.multiply(&nonce, curve.generator()), &shared);
    if curve.is_infinity(&generator) || curve.is_infinity(&shared) {
        return Err(Fault::Point.into());
    }

    let own = curve.multiply(&ephemeral.agreement, &generator);
    let chip = point(curve, &step(channel, &object(0x83, curve, &own)?, 0x84, false)?)?;
    if curve.same(&own, &chip) {
        return Err(Fault::Point.into());
    }
    let secret =
        curve.x_coordinate(&curve.multiply(&ephemeral.agreement, &chip)).ok_or(Fault::Point)?;
    let secret = Zeroizing::new(secret);
    let encryption = cipher.derive(&secret, Purpose::Encryption);
    let mac = cipher.derive(&secret, Purpose::Mac);

    let token = |of: &Point| -> Result<[u8; 8], ReadError> {
        let data = token_input(&info.oid, &curve.encode(of).ok_or(Fault::Point)?);
        Ok(token(cipher, &mac, data)?)
    };
    let answer = authenticate(channel, &tlv::encode(0x85, &token(&chip)?), true)?;
    // The token is all that the chip can object to now: the password was wrong.
    if !answer.status.is_ok() {
        return Err(ReadError::AccessDenied);
    }
    if dynamic(&answer.data, 0x86)? != token(&own)? {
        return Err(ReadError::AccessDenied);
    }
    Ok(SecureMessaging::new(cipher, encryption, mac, vec![0; cipher.block()]))
}

/// MSE:Set AT. The parameter id is sent when the chip offers several, or asks for it.
fn choose(
    channel: &mut Channel<'_>,
    info: &PaceInfo,
    ambiguous: bool,
    password: Password,
) -> Result<(), ReadError> {
    let mut data = tlv::encode(0x80, &info.oid);
    data.extend(tlv::encode(0x83, &[password as u8]));
    let with_parameters = || {
        let mut longer = data.clone();
        longer.extend(info.parameter_id.map(|id| tlv::encode(0x84, &[id])).unwrap_or_default());
        longer
    };
    let mut set = |data: Vec<u8>| channel.send(&Command::new(0, 0x22, 0xC1, 0xA4).with(data));
    let mut status = set(if ambiguous { with_parameters() } else { data.clone() })?.status.0;
    if !ambiguous && (0x6A80..=0x6AFF).contains(&status) {
        status = set(with_parameters())?.status.0;
    }
    match status {
        // 63Cx warns that few tries are left; the choice itself is done.
        0x9000 | 0x63C1..=0x63CF => Ok(()),
        other => Err(Fault::Status(other).into()),
    }
}

/// GENERAL AUTHENTICATE; all but the last are chained.
fn authenticate(
    channel: &mut Channel<'_>,
    content: &[u8],
    last: bool,
) -> Result<Response, ReadError> {
    let cla = if last { 0x00 } else { 0x10 };
    let data = tlv::encode(0x7C, content);
    channel.send(&Command::new(cla, 0x86, 0, 0).with(data).expect(256))
}

fn step(
    channel: &mut Channel<'_>,
    content: &[u8],
    wanted: u32,
    last: bool,
) -> Result<Vec<u8>, ReadError> {
    let data = authenticate(channel, content, last)?.ok()?;
    Ok(dynamic(&data, wanted)?.to_vec())
}

/// The value of one dynamic authentication data object.
fn dynamic(data: &[u8], wanted: u32) -> Result<&[u8], ReadError> {
    let outer = tlv::find(data, 0x7C)?;
    Ok(tlv::find(outer.value, wanted)?.value)
}

fn object(tag: u32, curve: &Curve, point: &Point) -> Result<Vec<u8>, ReadError> {
    Ok(tlv::encode(tag, &curve.encode(point).ok_or(Fault::Point)?))
}

fn point(curve: &Curve, bytes: &[u8]) -> Result<Point, ReadError> {
    curve.decode(bytes).ok_or_else(|| Fault::Point.into())
}

/// The public key data object over which tokens are made (ICAO 9303-11, 9.4.5).
fn token_input(oid: &[u8], point: &[u8]) -> Vec<u8> {
    let mut content = tlv::encode(0x06, oid);
    content.extend(tlv::encode(0x86, point));
    tlv::encode(0x7F49, &content)
}

fn token(cipher: Cipher, mac: &[u8], input: Vec<u8>) -> Result<[u8; 8], Misfit> {
    let input = if cipher == Cipher::TripleDes { cipher.pad(input) } else { input };
    cipher.mac(mac, &input)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{access::pace_infos, card::script::Script};

    const NONCE: &str = "7C12801095A3A016522EE98D01E76CB6B98B42C39000";
    const MAPPING: &str = "7C43824104824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F5730D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C549000";
    const AGREEMENT: &str = "7C438441049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F0949000";
    const TOKEN: &str = "7C0A86083ABB9674BCE93C089000";

    /// ICAO 9303-11 appendix G.1 with these answers of the chip.
    fn icao(answers: &[&str]) -> (Result<(), ReadError>, Vec<String>) {
        let infos =
            pace_infos(&hex::decode("31143012060A04007F0007020204020202010202010D").unwrap());
        let scalar = |h| Scalar::new(hex::decode(h).unwrap());
        let ephemeral = Ephemeral {
            mapping: scalar("7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99"),
            agreement: scalar("A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595"),
        };
        let mut script = Script::new(answers);
        let mut channel = script.channel();
        let key = "T22000129364081251010318";
        let result = run_with(&mut channel, &infos[0], false, Password::Mrz, key, &ephemeral);
        (result.map(|_| ()), script.sent)
    }

    #[test]
    fn the_icao_example_byte_for_byte() {
        let (result, sent) = icao(&["9000", NONCE, MAPPING, AGREEMENT, TOKEN]);
        assert_eq!(result, Ok(()));
        assert_eq!(
            sent,
            [
                "0022C1A40F800A04007F00070202040202830101",
                "10860000027C0000",
                "10860000457C438141047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D00",
                "10860000457C438341042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB3646200",
                "008600000C7C0A8508C2B0BD78D94BA86600",
            ]
        );
    }

    #[test]
    fn refusals_and_false_chips() {
        let off_curve = AGREEMENT.replace("F0949000", "F0959000");
        let mirror = "7C438441042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB364629000";
        let wrong = TOKEN.replace("3C08", "3C09");
        for (answers, error) in [
            (vec!["6A80", "6A80"], Fault::Status(0x6A80).into()),
            (vec!["9000", "6982"], Fault::Status(0x6982).into()),
            (vec!["9000", "7C0280009000"], Fault::Format.into()),
            (vec!["9000", "7C029000"], Fault::Tlv(crate::tlv::TlvError::Truncated).into()),
            (vec!["9000", "7C0380010F9000"], Fault::Format.into()),
            (vec!["9000", NONCE, "7C04820204009000"], Fault::Point.into()),
            (vec!["9000", NONCE, MAPPING, &off_curve], Fault::Point.into()),
            (vec!["9000", NONCE, MAPPING, mirror], Fault::Point.into()),
            (vec!["9000", NONCE, MAPPING, AGREEMENT, "6300"], ReadError::AccessDenied),
            (vec!["9000", NONCE, MAPPING, AGREEMENT, &wrong], ReadError::AccessDenied),
        ] {
            assert_eq!(icao(&answers).0, Err(error), "{answers:?}");
        }
    }

    #[test]
    fn the_parameter_id_is_added_when_the_chip_asks() {
        let (result, sent) = icao(&["6A80", "9000", NONCE, MAPPING, AGREEMENT, TOKEN]);
        assert_eq!(result, Ok(()));
        assert_eq!(sent[1], "0022C1A412800A04007F0007020204020283010184010D");
    }
}
