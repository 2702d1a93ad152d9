//! Diffie-Hellman modulo a prime: the three groups of ICAO 9303-11's standardised domain parameters
//! (RFC 5114, sections 2.1 to 2.3), and groups that an issuer wrote into DG14 itself.
//!
//! PACE uses the standardised groups only: EF.CardAccess is not signed, and a group of a forger's choice
//! would tell him the password. Chip Authentication takes any group of a sound size, for its parameters
//! stand beside the key under the issuer's signature.
//!
//! A chip's public key must lie between 2 and p − 2 and, where the order is known, in the group of that
//! order: members of small groups would give away the terminal's secret piece by piece.

use std::sync::LazyLock;

use crypto_bigint::{
    BoxedUint,
    modular::{BoxedMontyForm, BoxedMontyParams},
};
use pki::{
    asn1::first_unsigned,
    number::{modulus, reduced, residue},
};

use super::{Domain, Scalar, random_below};

/// Bytes and bits of a prime that is accepted from DG14.
const PRIME_BYTES: std::ops::RangeInclusive<usize> = 128..=512;
const PRIME_BITS: std::ops::RangeInclusive<u32> = 1024..=4096;

/// The numbers modulo a prime, or those of a prime order among them.
#[derive(Clone)]
pub struct Group {
    prime: BoxedMontyParams,
    generator: BoxedMontyForm,
    /// Prime order of the generator, where it is known.
    order: Option<BoxedMontyParams>,
}

/// A member of some group.
pub type Number = BoxedMontyForm;

/// The group of an ICAO parameter id (0 to 2).
pub fn by_parameter_id(id: u8) -> Option<&'static Group> {
    GROUPS.get(usize::from(id))
}

static GROUPS: LazyLock<Vec<Group>> = LazyLock::new(|| {
    let bytes = |hex: &str| hex::decode(hex).ok();
    let read = |known: &Known| {
        let (prime, generator) = (bytes(known.prime)?, bytes(known.generator)?);
        Group::new(&prime, &generator, Some(&bytes(known.order)?))
    };
    KNOWN.iter().filter_map(read).collect()
});

impl Group {
    /// The numbers are big-endian, without leading zeros. Their sizes are looked at before any
    /// arithmetic: a chip may send numbers of 250 KB, which exhaust the stack or take minutes.
    fn new(prime: &[u8], generator: &[u8], order: Option<&[u8]>) -> Option<Self> {
        let largest = generator.len().max(order.map_or(0, <[u8]>::len));
        if !PRIME_BYTES.contains(&prime.len()) || largest > prime.len() {
            return None;
        }
        let prime = modulus(prime)?;
        let generator = residue(generator, &prime)?;
        let order = match order {
            Some(order) => Some(modulus(order)?),
            None => None,
        };
        let group = Self { prime, generator, order };
        let sound = PRIME_BITS.contains(&group.prime_bits()) && group.is_member(&group.generator);
        sound.then_some(group)
    }

    /// The group that the `parameters` of a DH public key give: the elements of `DomainParameters` of X9.42
    /// (RFC 3279), or of `DHParameter` of PKCS#3, which has no order.
    pub fn by_parameters(parameters: &[u8], with_order: bool) -> Option<Self> {
        if with_order {
            let [prime, generator, order] = first_unsigned(parameters).ok()?;
            Self::new(prime, generator, Some(order))
        } else {
            let [prime, generator] = first_unsigned(parameters).ok()?;
            Self::new(prime, generator, None)
        }
    }

    /// Bytes of an encoded member.
    pub fn length(&self) -> usize {
        self.prime_bits().div_ceil(8) as usize
    }

    fn is_member(&self, number: &Number) -> bool {
        let one = Number::one(&self.prime);
        let trivial = bool::from(number.is_zero()) || *number == one || *number == -&one;
        let in_order = self.order.as_ref().is_none_or(|order| {
            number.pow_bounded_exp(order.modulus().as_ref(), order.modulus().as_ref().bit_width())
                == one
        });
        !trivial && in_order
    }
}

impl Domain for Group {
    type Element = Number;
    const TOKEN_TAG: u32 = 0x84;

    fn generator(&self) -> Number {
        self.generator.clone()
    }

    fn random_secret(&self) -> Result<Scalar, getrandom::Error> {
        random_below(self.order.as_ref().unwrap_or(&self.prime))
    }

    fn multiply(&self, secret: &[u8], element: &Number) -> Number {
        let bits = secret.len() as u32 * 8;
        let precision = bits.next_multiple_of(64).max(64);
        match BoxedUint::from_be_slice(secret, precision) {
            Ok(exponent) => element.pow_bounded_exp(&exponent, bits),
            // The precision holds every byte; a neutral element is refused by all who ask for one.
            Err(_) => Number::one(&self.prime),
        }
    }

    fn add(&self, left: &Number, right: &Number) -> Number {
        left * right
    }

    fn is_neutral(&self, element: &Number) -> bool {
        *element == Number::one(&self.prime)
    }

    fn encode(&self, element: &Number) -> Option<Vec<u8>> {
        let bytes = element.retrieve().to_be_bytes();
        Some(bytes.get(bytes.len().checked_sub(self.length())?..)?.to_vec())
    }

    /// Some chips leave leading zeros out.
    fn decode(&self, bytes: &[u8]) -> Option<Number> {
        let number = residue(bytes, &self.prime).filter(|_| bytes.len() <= self.length())?;
        self.is_member(&number).then_some(number)
    }

    fn shared_secret(&self, element: &Number) -> Option<Vec<u8>> {
        self.encode(element)
    }

    fn prime_bits(&self) -> u32 {
        self.prime.modulus().as_ref().bit_width()
    }

    /// The power with the cofactor brings any number into the group of the generator's order.
    fn member_of(&self, pseudo_random: &[u8]) -> Option<Number> {
        let order = self.order.as_ref()?.modulus().as_nz_ref();
        let less = self.prime.modulus().as_ref().wrapping_sub(BoxedUint::one());
        let (cofactor, _) = less.div_rem(order);
        let number = reduced(pseudo_random, &self.prime)?.pow(&cofactor);
        self.is_member(&number).then_some(number)
    }
}

/// A group as printed in RFC 5114, in hexadecimal.
struct Known {
    prime: &'static str,
    generator: &'static str,
    order: &'static str,
}

#[rustfmt::skip]
const KNOWN: &[Known] = &[
    Known {
        prime: "b10b8f96a080e01dde92de5eae5d54ec52c99fbcfb06a3c69a6a9dca52d23b61\
            6073e28675a23d189838ef1e2ee652c013ecb4aea906112324975c3cd49b83bf\
            accbdd7d90c4bd7098488e9c219a73724effd6fae5644738faa31a4ff55bccc0\
            a151af5f0dc8b4bd45bf37df365c1a65e68cfda76d4da708df1fb2bc2e4a4371",
        generator: "a4d1cbd5c3fd34126765a442efb99905f8104dd258ac507fd6406cff14266d31\
            266fea1e5c41564b777e690f5504f213160217b4b01b886a5e91547f9e2749f4\
            d7fbd7d3b9a92ee1909d0d2263f80a76a6a24c087a091f531dbf0a0169b6a28a\
            d662a4d18e73afa32d779d5918d08bc8858f4dcef97c2a24855e6eeb22b3b2e5",
        order: "f518aa8781a8df278aba4e7d64b7cb9d49462353",
    },
    Known {
        prime: "ad107e1e9123a9d0d660faa79559c51fa20d64e5683b9fd1b54b1597b61d0a75\
            e6fa141df95a56dbaf9a3c407ba1df15eb3d688a309c180e1de6b85a1274a0a6\
            6d3f8152ad6ac2129037c9edefda4df8d91e8fef55b7394b7ad5b7d0b6c12207\
            c9f98d11ed34dbf6c6ba0b2c8bbc27be6a00e0a0b9c49708b3bf8a3170918836\
            81286130bc8985db1602e714415d9330278273c7de31efdc7310f7121fd5a074\
            15987d9adc0a486dcdf93acc44328387315d75e198c641a480cd86a1b9e587e8\
            be60e69cc928b2b9c52172e413042e9b23f10b0e16e79763c9b53dcf4ba80a29\
            e3fb73c16b8e75b97ef363e2ffa31f71cf9de5384e71b81c0ac4dffe0c10e64f",
        generator: "ac4032ef4f2d9ae39df30b5c8ffdac506cdebe7b89998caf74866a08cfe4ffe3\
            a6824a4e10b9a6f0dd921f01a70c4afaab739d7700c29f52c57db17c620a8652\
            be5e9001a8d66ad7c17669101999024af4d027275ac1348bb8a762d0521bc98a\
            e247150422ea1ed409939d54da7460cdb5f6c6b250717cbef180eb34118e98d1\
            19529a45d6f834566e3025e316a330efbb77a86f0c1ab15b051ae3d428c8f8ac\
            b70a8137150b8eeb10e183edd19963ddd9e263e4770589ef6aa21e7f5f2ff381\
            b539cce3409d13cd566afbb48d6c019181e1bcfe94b30269edfe72fe9b6aa4bd\
            7b5a0f1c71cfff4c19c418e1f6ec017981bc087f2a7065b384b890d3191f2bfa",
        order: "801c0d34c58d93fe997177101f80535a4738cebcbf389a99b36371eb",
    },
    Known {
        prime: "87a8e61db4b6663cffbbd19c651959998ceef608660dd0f25d2ceed4435e3b00\
            e00df8f1d61957d4faf7df4561b2aa3016c3d91134096faa3bf4296d830e9a7c\
            209e0c6497517abd5a8a9d306bcf67ed91f9e6725b4758c022e0b1ef4275bf7b\
            6c5bfc11d45f9088b941f54eb1e59bb8bc39a0bf12307f5c4fdb70c581b23f76\
            b63acae1caa6b7902d52526735488a0ef13c6d9a51bfa4ab3ad8347796524d8e\
            f6a167b5a41825d967e144e5140564251ccacb83e6b486f6b3ca3f7971506026\
            c0b857f689962856ded4010abd0be621c3a3960a54e710c375f26375d7014103\
            a4b54330c198af126116d2276e11715f693877fad7ef09cadb094ae91e1a1597",
        generator: "3fb32c9b73134d0b2e77506660edbd484ca7b18f21ef205407f4793a1a0ba125\
            10dbc15077be463fff4fed4aac0bb555be3a6c1b0c6b47b1bc3773bf7e8c6f62\
            901228f8c28cbb18a55ae31341000a650196f931c77a57f2ddf463e5e9ec144b\
            777de62aaab8a8628ac376d282d6ed3864e67982428ebc831d14348f6f2f9193\
            b5045af2767164e1dfc967c1fb3f2e55a4bd1bffe83b9c80d052b985d182ea0a\
            db2a3b7313d3fe14c8484b1e052588b9b7d2bbd2df016199ecd06e1557cd0915\
            b3353bbb64e0ec377fd028370df92b52c7891428cdc67eb6184b523d1db246c3\
            2f63078490f00ef8d647d148d47954515e2327cfef98c582664b4c0f6cc41659",
        order: "8cf83642a709a097b447997640129da299b1a47d1eb3750ba308b0fe64f5fbd3",
    },
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use pki::tlv;

    #[test]
    fn the_standardised_groups_are_sound() {
        let bits: Vec<_> = (0..=3)
            .map(|id| {
                let group = by_parameter_id(id)?;
                let order = group.order.as_ref()?.modulus().as_ref().bit_width();
                Some((group.prime_bits(), order))
            })
            .collect();
        assert_eq!(bits, [Some((1024, 160)), Some((2048, 224)), Some((2048, 256)), None]);
    }

    #[test]
    fn key_agreement_is_symmetric() {
        for group in GROUPS.iter() {
            let (a, b) = (group.random_secret().unwrap(), group.random_secret().unwrap());
            let left = group.multiply(&a, &group.multiply(&b, &group.generator()));
            let right = group.multiply(&b, &group.multiply(&a, &group.generator()));
            assert_eq!(group.encode(&left), group.encode(&right));
        }
    }

    #[test]
    fn numbers_outside_the_group_are_refused() {
        for group in GROUPS.iter() {
            let prime = group.prime.modulus().as_ref().to_be_bytes();
            let good = group.encode(&group.generator()).unwrap();
            let mut unfit = good.clone();
            *unfit.last_mut().unwrap() ^= 1;
            let mut minus_one = prime.to_vec();
            *minus_one.last_mut().unwrap() -= 1;
            let longer = [&[0], &good[..]].concat();
            // Two generates no group of the standardised orders.
            for bad in [vec![], vec![0], vec![1], vec![2], minus_one, prime.to_vec(), unfit, longer]
            {
                assert!(group.decode(&bad).is_none(), "{}", hex::encode(bad));
            }
            assert!(group.decode(&good).is_some());
        }
    }

    #[test]
    fn parameters_of_unfit_size_are_refused() {
        let number = |hex: &str| tlv::encode(0x02, &hex::decode(hex).unwrap());
        let prime = format!("00{}", KNOWN[0].prime);
        let (generator, order) =
            (format!("00{}", KNOWN[0].generator), format!("00{}", KNOWN[0].order));
        for (fields, with_order, good) in [
            (vec![number(&prime), number(&generator), number(&order)], true, true),
            (vec![number(&prime), number(&generator)], false, true),
            (vec![number(&prime), number(&generator)], true, false),
            (vec![number(&prime), number("02"), number(&order)], true, false),
            (vec![number(&prime), number("01")], false, false),
            (vec![number("17"), number("05")], false, false),
            (vec![number(&format!("7F{}FF", "FF".repeat(599))), number("05")], false, false),
        ] {
            let parameters = fields.concat();
            assert_eq!(Group::by_parameters(&parameters, with_order).is_some(), good);
        }
    }
    /// Numbers as long as a file, in a thread as small as the window's helpers.
    #[test]
    fn endless_numbers_cost_nothing() {
        let endless = || {
            let number = |length: usize| tlv::encode(0x02, &vec![0x7F; length]);
            let (fit, huge) = (number(512), number(250_000));
            for parameters in [
                [&huge[..], &fit, &fit].concat(),
                [&fit[..], &huge, &fit].concat(),
                [&fit[..], &fit, &huge].concat(),
            ] {
                assert!(Group::by_parameters(&parameters, true).is_none());
            }
        };
        let start = std::time::Instant::now();
        let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(endless).unwrap();
        assert!(thread.join().is_ok());
        assert!(start.elapsed() < std::time::Duration::from_secs(5));
    }
}
