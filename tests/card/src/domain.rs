//! Where PACE and chip authentication agree on keys, and how PACE maps its nonce (ICAO 9303-11, 4.4.3.3
//! and appendix B). Elements cross this module's border as octets.

use crypto_bigint::BoxedUint;

use crate::cipher::Cipher;
use crate::curve::Curve;
use crate::files::protocol;
use crate::numbers::{Modulus, plain};
use crate::options::Pace;
use crate::tlv::{integer, objects, oid, oid_content, sequence, take};

/// A group modulo a prime (RFC 5114), by the lengths of its prime and its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum Modular {
    /// 1024 and 160 bits.
    #[value(name = "modp1024")]
    Modp1024,
    /// 2048 and 224 bits.
    #[value(name = "modp2048-224")]
    Modp2048Order224,
    /// 2048 and 256 bits.
    #[value(name = "modp2048-256")]
    Modp2048Order256,
}

impl Modular {
    /// Every group, in order of its standardised domain parameter number.
    pub const ALL: [Modular; 3] =
        [Modular::Modp1024, Modular::Modp2048Order224, Modular::Modp2048Order256];

    /// DER DomainParameters of X9.42: prime, generator, order.
    pub fn explicit_parameters(self) -> &'static [u8] {
        match self {
            Modular::Modp1024 => include_bytes!("../groups/modp1024.der"),
            Modular::Modp2048Order224 => include_bytes!("../groups/modp2048-224.der"),
            Modular::Modp2048Order256 => include_bytes!("../groups/modp2048-256.der"),
        }
    }

    fn field(self, index: usize) -> &'static [u8] {
        let (_, fields, _) = take(self.explicit_parameters()).expect("a sequence");
        objects(fields).expect("integers")[index].1
    }

    fn prime(self) -> Modulus {
        Modulus::new(self.field(0))
    }

    /// DER SubjectPublicKeyInfo of the public number.
    pub fn public_key_info(self, number: &[u8]) -> Vec<u8> {
        let algorithm = sequence(&[oid("1.2.840.10046.2.1"), self.explicit_parameters().to_vec()]);
        sequence(&[algorithm, crate::tlv::bit_string(&integer(number))])
    }
}

/// A curve or a group modulo a prime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// An elliptic curve.
    Curve(Curve),
    /// Numbers modulo a prime.
    Modular(Modular),
}

impl Domain {
    /// Standardised domain parameter number (ICAO 9303-11, table 6).
    pub fn parameter_id(self) -> u8 {
        match self {
            Domain::Curve(curve) => curve.parameter_id(),
            Domain::Modular(group) => group as u8,
        }
    }

    /// Octets of a fresh secret.
    pub fn secret_length(self) -> usize {
        match self {
            Domain::Curve(curve) => curve.field_length(),
            Domain::Modular(group) => Modulus::new(group.field(2)).length(),
        }
    }

    /// The public key of a secret under the domain's own generator.
    pub fn public_key(self, secret: &[u8]) -> Vec<u8> {
        match self {
            Domain::Curve(curve) => curve.public_key(secret),
            Domain::Modular(group) => {
                let prime = group.prime();
                prime.octets(&prime.power(&prime.number(group.field(1)), &plain(secret)))
            }
        }
    }

    /// `secret` times `element`; `None` if the element is no member of the group.
    pub fn multiply(self, secret: &[u8], element: &[u8]) -> Option<Vec<u8>> {
        match self {
            Domain::Curve(curve) => curve.multiply(secret, element),
            Domain::Modular(group) => {
                let prime = group.prime();
                let number = plain(element);
                let one = prime.number(&[1]);
                let between = number > BoxedUint::one() && number < prime.less(1);
                let number = prime.number(element);
                let member = prime.power(&number, &plain(group.field(2))) == one;
                (between && member).then(|| prime.octets(&prime.power(&number, &plain(secret))))
            }
        }
    }

    /// Generic mapping: `nonce` times the generator, and `shared`.
    pub fn map(self, nonce: &[u8], shared: &[u8]) -> Option<Vec<u8>> {
        match self {
            Domain::Curve(curve) => curve.map(nonce, shared),
            Domain::Modular(group) => {
                let prime = group.prime();
                let own = prime.number(&self.public_key(nonce));
                Some(prime.octets(&prime.times(&own, &prime.number(shared))))
            }
        }
    }

    /// Integrated mapping: the member that the two nonces stand for.
    pub fn integrate(self, cipher: Cipher, nonce: &[u8], terminal: &[u8]) -> Option<Vec<u8>> {
        if terminal.len() != cipher.key_length() {
            return None;
        }
        match self {
            Domain::Curve(curve) => {
                let (prime, a, b) = curve.equation();
                let prime = Modulus::new(&prime);
                let number = prime.number(&pseudo_random(cipher, nonce, terminal, prime.bits()));
                point_of(&prime, &prime.number(&a), &prime.number(&b), &number)
            }
            Domain::Modular(group) => {
                let prime = group.prime();
                let number = prime.number(&pseudo_random(cipher, nonce, terminal, prime.bits()));
                let order = plain(group.field(2)).into_nz().expect("an order");
                let cofactor = prime.less(1).div_rem(&order).0;
                Some(prime.octets(&prime.power(&number, &cofactor)))
            }
        }
    }

    /// What session keys are derived from: the x coordinate or the number, all its octets.
    pub fn shared_secret(self, element: &[u8]) -> Vec<u8> {
        match self {
            Domain::Curve(curve) => element[1..=curve.field_length()].to_vec(),
            Domain::Modular(_) => element.to_vec(),
        }
    }

    /// Tag of a public key in the data of a PACE token.
    pub fn token_tag(self) -> u32 {
        match self {
            Domain::Curve(_) => 0x86,
            Domain::Modular(_) => 0x84,
        }
    }

    /// Minus one: a number of order two, or for a curve octets that are no point.
    pub fn small_element(self) -> Vec<u8> {
        match self {
            Domain::Curve(curve) => vec![0; 1 + 2 * curve.field_length()],
            Domain::Modular(group) => {
                let prime = group.prime();
                prime.octets(&prime.less(1))
            }
        }
    }
}

/// The pseudo-random function of ICAO 9303-11, 4.4.3.3.2, figure 2.
fn pseudo_random(cipher: Cipher, nonce: &[u8], terminal: &[u8], prime_bits: u32) -> Vec<u8> {
    const SHORT: [&str; 2] =
        ["a668892a7c41e3ca739f40b057d85904", "a4e136ac725f738b01c1f60217c188ad"];
    const LONG: [&str; 2] = [
        "d463d65234124ef7897054986dca0a174e28df758cbaa03f240616414d5a1676",
        "54bd7255f0aaf831bec3423fcf39d69b6cbf066677d0faae5aadd99df8e53517",
    ];
    let octets = |hex: &str| -> Vec<u8> {
        hex.as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    };
    let constants = if cipher.key_length() == 16 { SHORT } else { LONG };
    let [c0, c1] = constants.map(octets);
    let seal = |key: &[u8], data: &[u8]| {
        cipher.encrypt(&key[..cipher.key_length()], &vec![0; cipher.block_length()], data)
    };
    let mut key = seal(terminal, nonce);
    let mut output = Vec::new();
    while (output.len() as u32) * 8 < prime_bits + 64 {
        output.extend(seal(&key, &c1));
        key = seal(&key, &c0);
    }
    output
}

/// The point encoding of ICAO 9303-11, appendix B.2, step by step as printed there.
fn point_of(p: &Modulus, a: &BoxedUint, b: &BoxedUint, t: &BoxedUint) -> Option<Vec<u8>> {
    let one = p.number(&[1]);
    let right = |x: &BoxedUint| {
        let cube = p.times(&p.times(x, x), x);
        p.plus(&p.plus(&cube, &p.times(a, x)), b)
    };
    let alpha = p.minus(&p.times(t, t));
    let sum = p.plus(&alpha, &p.times(&alpha, &alpha));
    if sum == p.number(&[0]) {
        return None;
    }
    let x2 = p.minus(&p.times(&p.times(b, &p.inverse(a)), &p.plus(&one, &p.inverse(&sum))));
    let x3 = p.times(&alpha, &x2);
    let h2 = right(&x2);
    let u = p.times(&p.times(&p.times(t, t), t), &h2);
    // p - 1 - (p + 1)/4.
    let quarter = p.less(3).shr(2).wrapping_add(BoxedUint::one());
    let big_a = p.power(&h2, &p.less(1).wrapping_sub(&quarter));
    let (x, y) = if p.times(&p.times(&big_a, &big_a), &h2) == one {
        (x2, p.times(&big_a, &h2))
    } else {
        (x3, p.times(&big_a, &u))
    };
    Some([&[4], &p.octets(&x)[..], &p.octets(&y)].concat())
}

/// How PACE maps its nonce to a generator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Mapping {
    /// By a first key agreement.
    #[default]
    #[value(name = "gm")]
    Generic,
    /// By a pseudo-random function.
    #[value(name = "im")]
    Integrated,
    /// By a first key agreement that proves the chip's static key; generic mapping is offered beside it.
    #[value(name = "cam")]
    ChipAuthentication,
}

/// One PACE variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suite {
    /// How the nonce is mapped.
    pub mapping: Mapping,
    /// Domain parameters.
    pub domain: Domain,
    /// Session cipher.
    pub cipher: Cipher,
}

impl From<Pace> for Suite {
    fn from(Pace { curve, cipher }: Pace) -> Suite {
        Suite { mapping: Mapping::Generic, domain: Domain::Curve(curve), cipher }
    }
}

impl Suite {
    fn name(self) -> String {
        let agreement = match (self.mapping, self.domain) {
            (Mapping::Generic, Domain::Modular(_)) => 1,
            (Mapping::Generic, Domain::Curve(_)) => 2,
            (Mapping::Integrated, Domain::Modular(_)) => 3,
            (Mapping::Integrated, Domain::Curve(_)) => 4,
            (Mapping::ChipAuthentication, _) => 6,
        };
        format!("{}.{agreement}.{}", protocol::PACE, self.cipher.arc())
    }

    /// Content octets of the variant's object identifier.
    pub fn object_identifier(self) -> Vec<u8> {
        oid_content(&self.name())
    }

    /// DER PACEInfo.
    pub fn info(self) -> Vec<u8> {
        sequence(&[oid(&self.name()), integer(&[2]), integer(&[self.domain.parameter_id()])])
    }

    /// Octets of the chip's nonce: 128 bits, or as many whole blocks as the key of integrated mapping.
    pub fn nonce_length(self) -> usize {
        match self.mapping {
            Mapping::Integrated => self.cipher.key_length().next_multiple_of(16),
            _ => 16,
        }
    }
}

/// Chip authentication data of the mapping: the mapping secret by the static one, modulo the order.
pub fn mapping_proof(curve: Curve, chip: &[u8], mapping: &[u8]) -> Vec<u8> {
    let order = Modulus::new(&curve.order());
    let inverse = order.inverse(&order.number(chip));
    order.octets(&order.times(&inverse, &order.number(mapping)))
}

/// The proof as it goes to the terminal, under the session key; the initial vector is minus one, sealed.
pub fn seal_proof(cipher: Cipher, secret: &[u8], proof: &[u8]) -> Vec<u8> {
    let key = cipher.derive(secret, 1);
    let iv = cipher.encrypt(&key, &[0; 16], &[0xFF; 16]);
    cipher.encrypt(&key, &iv, &cipher.pad(proof))
}
