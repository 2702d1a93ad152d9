//! The issuing state: CSCA, document signers and their certificates (ICAO 9303-12).
//!
//! Elliptic keys are the hash of a label, the RSA key is a constant: each process makes the same CSCA
//! again, so a reader may load it once from a file and trust every card made later. ECDSA signs
//! deterministically, hence even the bytes stay the same.

use rsa::BoxedUint;
use rsa::traits::PublicKeyParts;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::curve::{Curve, der_signature};
use crate::tlv::{bit_string, group, integer, oid, sequence, set, tlv};

/// Hash algorithm of data groups and signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum Hash {
    /// SHA-1, found on old documents only.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Hash {
    /// Every algorithm.
    pub const ALL: [Hash; 4] = [Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512];

    /// Digest of `data`.
    pub fn digest(self, data: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha1 => Sha1::digest(data).to_vec(),
            Hash::Sha256 => Sha256::digest(data).to_vec(),
            Hash::Sha384 => Sha384::digest(data).to_vec(),
            Hash::Sha512 => Sha512::digest(data).to_vec(),
        }
    }

    fn oid(self) -> &'static str {
        match self {
            Hash::Sha1 => "1.3.14.3.2.26",
            Hash::Sha256 => "2.16.840.1.101.3.4.2.1",
            Hash::Sha384 => "2.16.840.1.101.3.4.2.2",
            Hash::Sha512 => "2.16.840.1.101.3.4.2.3",
        }
    }

    /// DER AlgorithmIdentifier of the hash.
    pub fn algorithm(self) -> Vec<u8> {
        sequence(&[oid(self.oid())])
    }
}

/// Kind of a signing key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// ECDSA, the curve named in the certificate.
    Named(Curve),
    /// ECDSA, the curve's parameters written out in the certificate.
    Explicit(Curve),
    /// RSA 2048, signatures by PKCS#1 v1.5.
    RsaPkcs1,
    /// RSA 2048, signatures by PSS.
    RsaPss,
    /// RSA 2048, signatures by PSS whose mask is made with SHA-1 whatever the hash.
    RsaPssOldMask,
    /// RSA 1024, signatures by PKCS#1 v1.5: shorter than ICAO asks.
    RsaShort,
}

impl KeyKind {
    /// The kinds that are as strong as they should be, with the name the command line gives them.
    pub const ALL: [(&'static str, KeyKind); 12] = [
        ("p256", KeyKind::Named(Curve::P256)),
        ("p384", KeyKind::Named(Curve::P384)),
        ("p521", KeyKind::Named(Curve::P521)),
        ("brainpool256", KeyKind::Named(Curve::Brainpool256)),
        ("brainpool384", KeyKind::Named(Curve::Brainpool384)),
        ("brainpool512", KeyKind::Named(Curve::Brainpool512)),
        ("p256-explicit", KeyKind::Explicit(Curve::P256)),
        ("brainpool384-explicit", KeyKind::Explicit(Curve::Brainpool384)),
        ("brainpool512-explicit", KeyKind::Explicit(Curve::Brainpool512)),
        ("rsa", KeyKind::RsaPkcs1),
        ("rsa-pss", KeyKind::RsaPss),
        ("rsa-pss-old-mask", KeyKind::RsaPssOldMask),
    ];
}

impl std::str::FromStr for KeyKind {
    type Err = String;

    fn from_str(name: &str) -> Result<KeyKind, String> {
        let found = KeyKind::ALL.iter().find(|kind| kind.0 == name);
        let names = || KeyKind::ALL.map(|kind| kind.0).join(", ");
        found
            .map(|kind| kind.1)
            .ok_or_else(|| format!("no key kind {name}; there are: {}", names()))
    }
}

/// A private key.
#[derive(Clone)]
pub struct Key {
    kind: KeyKind,
    secret: Vec<u8>,
    /// Index of the RSA key.
    primes: usize,
}

impl Key {
    /// The key belonging to `label`. RSA keys of one purpose are all the same: making primes is slow.
    pub fn of(label: &str, kind: KeyKind) -> Key {
        let primes = ["csca", "document signer", "chip"]
            .iter()
            .position(|purpose| *purpose == label)
            .unwrap_or(3);
        let primes = if kind == KeyKind::RsaShort { 4 } else { primes };
        Key {
            kind,
            secret: Sha256::digest(format!("virtual card: {label}: {kind:?}")).to_vec(),
            primes,
        }
    }

    /// Public point of an elliptic key, `None` for RSA.
    fn point(&self) -> Option<(Curve, Vec<u8>)> {
        match self.kind {
            KeyKind::Named(curve) | KeyKind::Explicit(curve) => {
                Some((curve, curve.public_key(&self.secret)))
            }
            KeyKind::RsaPkcs1 | KeyKind::RsaPss | KeyKind::RsaPssOldMask | KeyKind::RsaShort => {
                None
            }
        }
    }

    fn rsa(&self) -> rsa::PrivateKey {
        let (p, q) = RSA_PRIMES[self.primes];
        let bits = |hex: &str| 4 * hex.len() as u32;
        let number = |hex: &str| BoxedUint::from_be_hex(hex, bits(hex)).expect("hexadecimal");
        rsa::PrivateKey::from_p_q(number(p), number(q), BoxedUint::from(65_537u64))
            .expect("a valid key")
    }

    /// DER SubjectPublicKeyInfo.
    pub fn public_key_info(&self) -> Vec<u8> {
        match self.point() {
            Some((curve, point)) => {
                curve.public_key_info(&point, matches!(self.kind, KeyKind::Explicit(_)))
            }
            None => {
                let key = self.rsa();
                let numbers =
                    sequence(&[integer(&key.n().to_be_bytes()), integer(&key.e().to_be_bytes())]);
                sequence(&[
                    sequence(&[oid("1.2.840.113549.1.1.1"), tlv(0x05, &[])]),
                    bit_string(&numbers),
                ])
            }
        }
    }

    /// DER AlgorithmIdentifier of a signature by this key over `hash`.
    pub fn signature_algorithm(&self, hash: Hash) -> Vec<u8> {
        match self.kind {
            KeyKind::Named(_) | KeyKind::Explicit(_) => sequence(&[oid(match hash {
                Hash::Sha1 => "1.2.840.10045.4.1",
                Hash::Sha256 => "1.2.840.10045.4.3.2",
                Hash::Sha384 => "1.2.840.10045.4.3.3",
                Hash::Sha512 => "1.2.840.10045.4.3.4",
            })]),
            KeyKind::RsaPkcs1 | KeyKind::RsaShort => {
                let name = oid(match hash {
                    Hash::Sha1 => "1.2.840.113549.1.1.5",
                    Hash::Sha256 => "1.2.840.113549.1.1.11",
                    Hash::Sha384 => "1.2.840.113549.1.1.12",
                    Hash::Sha512 => "1.2.840.113549.1.1.13",
                });
                sequence(&[name, tlv(0x05, &[])])
            }
            KeyKind::RsaPss | KeyKind::RsaPssOldMask => {
                let mask = if self.kind == KeyKind::RsaPss { hash } else { Hash::Sha1 };
                let mask = sequence(&[oid("1.2.840.113549.1.1.8"), mask.algorithm()]);
                let salt = integer(&[hash.digest(&[]).len() as u8]);
                let parameters =
                    [group(0xA0, &[hash.algorithm()]), group(0xA1, &[mask]), group(0xA2, &[salt])];
                sequence(&[oid("1.2.840.113549.1.1.10"), sequence(&parameters)])
            }
        }
    }

    /// Signature over `message`, ECDSA in DER form.
    pub fn sign(&self, hash: Hash, message: &[u8]) -> Vec<u8> {
        macro_rules! rsa {
            ($function:ident) => {
                match hash {
                    Hash::Sha1 => self.rsa().$function::<Sha1>(message),
                    Hash::Sha256 => self.rsa().$function::<Sha256>(message),
                    Hash::Sha384 => self.rsa().$function::<Sha384>(message),
                    Hash::Sha512 => self.rsa().$function::<Sha512>(message),
                }
            };
        }
        match self.kind {
            KeyKind::Named(curve) | KeyKind::Explicit(curve) => {
                der_signature(&curve.sign(&self.secret, &hash.digest(message)))
            }
            KeyKind::RsaPkcs1 | KeyKind::RsaShort => {
                rsa!(pkcs1v15_sign).expect("a hash fits the modulus")
            }
            KeyKind::RsaPss => rsa!(pss_sign).expect("a hash fits the modulus"),
            KeyKind::RsaPssOldMask => self.sign_with_old_mask(hash, message),
        }
    }
}

impl Key {
    /// RSASSA-PSS (RFC 8017, 9.1.1) with a salt of zeros, so that certificates stay the same, and MGF1
    /// with SHA-1.
    fn sign_with_old_mask(&self, hash: Hash, message: &[u8]) -> Vec<u8> {
        let key = self.rsa();
        let digest = hash.digest(message);
        let salt = vec![0; digest.len()];
        let proof = hash.digest(&[&[0; 8][..], &digest, &salt].concat());
        let mut block = vec![0; key.size() - digest.len() - 1];
        let one = block.len() - salt.len() - 1;
        block[one] = 1;
        for (n, part) in block.chunks_mut(20).enumerate() {
            let mask = Hash::Sha1.digest(&[&proof[..], &(n as u32).to_be_bytes()].concat());
            part.iter_mut().zip(mask).for_each(|(octet, mask)| *octet ^= mask);
        }
        block[0] &= 0x7F;
        self.private(&[&block[..], &proof, &[0xBC]].concat())
    }

    fn private(&self, message: &[u8]) -> Vec<u8> {
        let number = BoxedUint::from_be_slice(message, 2048).expect("2048 bits");
        let signature = rsa::hazmat::rsa_decrypt(None::<&mut NoBlinding>, &self.rsa(), &number)
            .expect("less than the modulus");
        signature.to_be_bytes().to_vec()
    }

    /// RSA signature with message recovery over `challenge` (ISO 9796-2 scheme 1, ICAO 9303-11, 6.1):
    /// `6A`, random octets, hash, trailer.
    pub fn sign_recoverable(&self, hash: Hash, challenge: &[u8]) -> Vec<u8> {
        let key = self.rsa();
        let trailer: &[u8] = match hash {
            Hash::Sha1 => &[0xBC],
            Hash::Sha256 => &[0x34, 0xCC],
            Hash::Sha512 => &[0x35, 0xCC],
            Hash::Sha384 => &[0x36, 0xCC],
        };
        let mut nonce = vec![0; key.size() - 1 - hash.digest(&[]).len() - trailer.len()];
        getrandom::fill(&mut nonce).expect("the system's randomness");
        let digest = hash.digest(&[&nonce, challenge].concat());
        let message = [&[0x6A], &nonce[..], &digest, trailer].concat();
        self.private(&message)
    }
}

type NoBlinding = dyn rsa::rand_core::TryCryptoRng<Error = std::convert::Infallible>;

/// A certification authority or document signer.
#[derive(Clone)]
pub struct Authority {
    /// Common name; also the label its key comes from.
    pub name: String,
    /// Its private key.
    pub key: Key,
    /// Hash it signs with.
    pub hash: Hash,
    /// Country in its name.
    pub country: &'static str,
    /// Its serial number is longer than RFC 5280 allows.
    pub long_serial: bool,
}

/// What a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Signs certificates and revocation lists.
    Authority,
    /// Signs certificates alone.
    CertificatesAlone,
    /// Signs documents.
    Signer,
    /// Signs documents, and says it is an authority.
    FlaggedSigner,
    /// A signer's without key usage.
    SignerWithoutUsage,
    /// A signer's with an extended key usage.
    SignerForOtherUse,
    /// Signs visas alone.
    VisaSigner,
    /// A signer's whose key was to be used in the first years of its validity alone.
    RetiredSigner,
    /// Signs master lists.
    ListSigner,
}

/// Years in which a certificate is valid, from 1 January to 31 December.
pub type Years = (u16, u16);

impl Authority {
    /// The country signing authority for keys of `kind`.
    pub fn csca(kind: KeyKind) -> Authority {
        Authority::named("Virtual CSCA Viet Nam", "csca", kind)
    }

    /// An authority with the common name `name` and the key of `label`.
    pub fn named(name: &str, label: &str, kind: KeyKind) -> Authority {
        let hash = match kind {
            KeyKind::Named(curve) | KeyKind::Explicit(curve) if curve.field_length() > 48 => {
                Hash::Sha512
            }
            KeyKind::Named(curve) | KeyKind::Explicit(curve) if curve.field_length() > 32 => {
                Hash::Sha384
            }
            _ => Hash::Sha256,
        };
        let key = Key::of(label, kind);
        Authority { name: name.into(), key, hash, country: "VN", long_serial: false }
    }

    /// The same of another country.
    pub fn of(self, country: &'static str) -> Authority {
        Authority { country, ..self }
    }

    /// The self-signed certificate, DER.
    pub fn certificate(&self) -> Vec<u8> {
        self.issue(self, (2020, 2039), Profile::Authority)
    }

    /// DER certificate for `subject`, signed by this authority.
    pub fn issue(&self, subject: &Authority, years: Years, profile: Profile) -> Vec<u8> {
        let date = |year: u16, day: &str| match year {
            // RFC 5280: UTCTime up to 2049.
            ..2050 => tlv(0x17, format!("{:02}{day}", year % 100).as_bytes()),
            _ => tlv(0x18, format!("{year}{day}").as_bytes()),
        };
        let body = sequence(&[
            group(0xA0, &[integer(&[2])]),
            tlv(0x02, &subject.serial()),
            self.key.signature_algorithm(self.hash),
            self.distinguished_name(),
            sequence(&[date(years.0, "0101000000Z"), date(years.1, "1231235959Z")]),
            subject.distinguished_name(),
            subject.key.public_key_info(),
            group(0xA3, &[sequence(&self.extensions(subject, profile))]),
        ]);
        let signature = self.key.sign(self.hash, &body);
        sequence(&[body, self.key.signature_algorithm(self.hash), bit_string(&signature)])
    }

    fn extensions(&self, subject: &Authority, profile: Profile) -> Vec<Vec<u8>> {
        let extension = |id: &str, critical: bool, value: Vec<u8>| {
            let critical = if critical { tlv(0x01, &[0xFF]) } else { Vec::new() };
            sequence(&[oid(id), critical, tlv(0x04, &value)])
        };
        let mut list = vec![
            extension("2.5.29.35", false, sequence(&[tlv(0x80, &self.key_identifier())])),
            extension("2.5.29.14", false, tlv(0x04, &subject.key_identifier())),
        ];
        let authority = sequence(&[tlv(0x01, &[0xFF]), integer(&[0])]);
        if matches!(profile, Profile::Authority | Profile::CertificatesAlone) {
            let usage = if profile == Profile::Authority { [1, 0x06] } else { [2, 0x04] };
            list.push(extension("2.5.29.15", true, tlv(0x03, &usage)));
            list.push(extension("2.5.29.19", true, authority));
            return list;
        }
        if profile != Profile::SignerWithoutUsage {
            list.push(extension("2.5.29.15", true, tlv(0x03, &[7, 0x80])));
        }
        match profile {
            Profile::FlaggedSigner => list.push(extension("2.5.29.19", true, authority)),
            Profile::SignerForOtherUse => {
                // id-kp-emailProtection.
                let usage = sequence(&[oid("1.3.6.1.5.5.7.3.4")]);
                list.push(extension("2.5.29.37", false, usage));
            }
            Profile::ListSigner => {
                let usage = sequence(&[oid("2.23.136.1.1.3")]);
                list.push(extension("2.5.29.37", true, usage));
                return list;
            }
            Profile::RetiredSigner => {
                let days = [tlv(0x80, b"20200101000000Z"), tlv(0x81, b"20210131235959Z")];
                list.push(extension("2.5.29.16", false, sequence(&days)));
            }
            _ => {}
        }
        // Document type list (ICAO 9303-12, 7.1.1): which documents this signer may sign.
        let types: &[&[u8]] = if profile == Profile::VisaSigner { &[b"V"] } else { &[b"I", b"P"] };
        let types = types.iter().map(|kind| tlv(0x13, kind)).collect();
        let list_of_types = sequence(&[integer(&[0]), set(types)]);
        list.push(extension("2.23.136.1.1.6.2", false, list_of_types));
        list
    }

    /// DER issuer or subject name.
    pub fn distinguished_name(&self) -> Vec<u8> {
        let part = |id: &str, tag: u32, text: &str| {
            set(vec![sequence(&[oid(id), tlv(tag, text.as_bytes())])])
        };
        sequence(&[
            part("2.5.4.6", 0x13, self.country),
            part("2.5.4.10", 0x0C, "Virtual card, no real authority"),
            part("2.5.4.3", 0x0C, &self.name),
        ])
    }

    /// Serial number: eight octets, or three times as many; positive.
    pub fn serial(&self) -> Vec<u8> {
        let digest =
            Sha256::digest([self.key.public_key_info(), self.name.clone().into_bytes()].concat());
        let mut serial = digest[..8].to_vec();
        serial[0] = serial[0] & 0x3F | 0x40;
        if self.long_serial { serial.repeat(3) } else { serial }
    }

    pub(crate) fn key_identifier(&self) -> Vec<u8> {
        Sha1::digest(self.key.public_key_info()).to_vec()
    }
}

/// Primes of RSA keys made for this card alone: CSCA, document signer, chips, strangers, a short key.
const RSA_PRIMES: [(&str, &str); 5] = [
    (
        "eb57d9b9f404be67c426ad14eec3bd739b113ada28f14afd8b074ed08bfd382f15c31e7e3c066341239ebc\
         914650bbd24415840a51a11e5597a5311c81f490b1175f0f67c6fb15437018b8922e4d83fb95ae91fee7ad\
         4dcf9f13f07a1d310fea3b7bd79359b9a25c92765c6eaaa972653b524058363e11d54099de4cd0f5efab",
        "c3e0f86d6fdf8ae4925fe5a767f0ba0fcf050e3c53b026f734e78d4caa5d413a0df937f3de3155c9a94956\
         986202f8c3d9a60d66b0cd48d3f297e66bed79b93afe1160caff0e57f7d043559420fd0e0512c1e49ebedc\
         295847e6bf605ab91e3d7e1dcdf3e361bfa62305fe48506abcbb963ef372b7d61781b01f91b93fc2d66b",
    ),
    (
        "f40f3196c969c603df66a5d8d7e124fc72b7d33b61bf61082ab3fcca3e834e4e69dbff85f0d2c3db18a251\
         9e8b3fb3b19ea6dfcd92c45c5f6cedce1b956378358952a98d0339e454b3d5a67938964e11c1bee52a02fe\
         619647e6e0b617edd47d4f4ca406b4ab597a2f939083eeac5c2d5dbfd6f554951fcac8c1cd0b4e7892c1",
        "cc92c6bcc393d33e7ef98dd486d21d0f03086d493156309c1949d537f1eefd4266368a64388170d5418b89\
         840eb0531cbcc930f997eed16c9ef2c13996529ab17162d794b1fffe43089a3bb42f0a1a3e2fe3e7096d59\
         5d8f2422176c12454741edce12a67474edb01d39777e6c07063e8854b2a8958a5e367c8c8d86e430cb25",
    ),
    (
        "db11d5ed9a1d0621c7d84e813e4ea66af78c49c218660ea245a48a4599af5b2b1661a6de7a0b73cdb7b149\
         9f40f81c23a7c28ae53f4a15510880ea70e7a77f5a4baae6fbe049242eea6a3150c94428cd4dfe8936de87\
         e66337c3870158aded27b634bcef9e52a1805606e07db73b431be48eae59837d94d9e19c61cc467c8765",
        "bb93ae75ca110008adeaf0fee0daf95f080744e78fbaf57bb2ccaf24bb7ca69f1729ed57354441fa8cd9e5\
         160d951075734e9fe839323d2d7eb451218a37bc78789be8b9d8c8d44b20f7cfbd86aeb07c9b4797354fb3\
         cddc1f9568b036bee654f50cd3ac3dfae57a6ee75560f0bdbbcfe4d6a69757b63ca2346a828adee50237",
    ),
    (
        "ff7ecd2b1526981bdf096d5622ac468e6de9d2721fd36811e2d278ee4e5d8afd30889436f2388a4a3885b1\
         5273feff5c8280099b8ca1848fe109a0349a450632b208b6f89c63fee9070719641187c0f2270c0f4b24d6\
         f47d65df021f12a1dd5ec7e2e258f045605d2681559a4b1fb82639ec87cffe8904a434cf7dfc29f9f779",
        "d0977b19fa57bb7757b7dbe62cb3b9cf9c60b528a92170668ee9ccd4e359031afb23bd34f1bc603af36640\
         9c20751c8fdb4b28b5ad3b808d622cd45bb9325cbe96ff0ce38fb8ad2dcaf797fd9666bd810c1bea63fd17\
         d389765ce0f3d81d0d5ca386ee49c7d432206a0609cef5867e7b34c47872748d36eabdba14ac78841813",
    ),
    (
        "efc520da0dd3f1ef06f7fc225e919d3e9e32ce95e6ed159e772b864545a9ba67a923a95c6a21cf93b3a716\
         babe5f16d29b234edcece978f91715eda8fb518eb5",
        "dadbe7bd77aea777356eae9962199fb0f91d9c173f77df1b55ef22441aca82dcc1297c8e54e715cf283078\
         5e1fe0bac2a0b0db8ed02147eedfe3604af42b98d3",
    ),
];
