//! LDIF (RFC 2849) as the ICAO public key directory publishes it: each entry is a row of attributes, the
//! ones of interest in base64. Files are named, chosen and vouched for by an administrator; a value given
//! by URL is not fetched.

use base64ct::{Base64, Encoding};

/// What an attribute holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Certificate,
    MasterList,
    Revocations,
}

/// One attribute's value, or `None` where its base64 is broken.
pub(super) type Value = (Holds, Option<Vec<u8>>);

/// Whether the text looks like LDIF: a `version:` or `dn:` line before anything else.
pub(super) fn is_ldif(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let first = bytes.split(|b| *b == b'\n').find(|line| {
        !line.trim_ascii().is_empty() && !line.starts_with(b"#") && !line.starts_with(b" ")
    });
    let begins = |line: &[u8], word: &[u8]| {
        line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    first.is_some_and(|line| begins(line, b"version:") || begins(line, b"dn:"))
}

/// The attributes of interest, in order.
pub(super) fn values(bytes: &[u8]) -> impl Iterator<Item = Value> + '_ {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    Lines { rest: bytes }.filter_map(|line| value(&line))
}

/// Lines with their continuations, which begin with one space.
struct Lines<'a> {
    rest: &'a [u8],
}

impl Lines<'_> {
    fn physical(&mut self) -> Option<&[u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.iter().position(|b| *b == b'\n');
        let (line, rest) = match end {
            Some(end) => (&self.rest[..end], &self.rest[end + 1..]),
            None => (self.rest, &[][..]),
        };
        self.rest = rest;
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }
}

impl Iterator for Lines<'_> {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let mut line = self.physical()?.to_vec();
        while self.rest.first() == Some(&b' ') {
            line.extend(self.physical()?.get(1..)?);
        }
        Some(line)
    }
}

fn value(line: &[u8]) -> Option<Value> {
    let colon = line.iter().position(|b| *b == b':')?;
    let (description, rest) = line.split_at(colon);
    // `name;binary`: options do not change what the attribute is.
    let name = description.split(|b| *b == b';').next()?.to_ascii_lowercase();
    let holds = match name.as_slice() {
        b"usercertificate" | b"cacertificate" => Holds::Certificate,
        b"cscamasterlistdata" | b"pkdmasterlistcontent" => Holds::MasterList,
        b"certificaterevocationlist" => Holds::Revocations,
        _ => return None,
    };
    let Some(encoded) = rest.strip_prefix(b"::") else { return Some((holds, None)) };
    let encoded = std::str::from_utf8(encoded.trim_ascii()).ok();
    Some((holds, encoded.and_then(|encoded| Base64::decode_vec(encoded).ok())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_as_the_standard_writes_them() {
        let cert = |bytes: &[u8]| (Holds::Certificate, Some(bytes.to_vec()));
        for (text, expected) in [
            ("dn: c=VN\nuserCertificate;binary:: AQID\n", vec![cert(&[1, 2, 3])]),
            ("dn: c=VN\r\nuserCertificate;binary:: AQ\r\n ID\r\n\r\n", vec![cert(&[1, 2, 3])]),
            (
                "version: 1\n\n# note\ndn: c=VN\nUSERCERTIFICATE:: AQ\n I\n D",
                vec![cert(&[1, 2, 3])],
            ),
            // A comment may be folded too, and then hides what looks like an attribute.
            ("dn: c=VN\n# old\n userCertificate:: AQID\n", vec![]),
            ("dn: c=VN\nuserCertificate:: A*\n", vec![(Holds::Certificate, None)]),
            ("dn: c=VN\nuserCertificate:< file:///etc/passwd\n", vec![(Holds::Certificate, None)]),
            ("dn: c=VN\nuserCertificate: AQID\n", vec![(Holds::Certificate, None)]),
            (
                "dn: c=VN\ncertificateRevocationList;binary:: BA==\nCscaMasterListData:: BQ==\n",
                vec![(Holds::Revocations, Some(vec![4])), (Holds::MasterList, Some(vec![5]))],
            ),
            ("dn: c=VN\nuserPassword:: AQID\n", vec![]),
            ("", vec![]),
            (" \n \n", vec![]),
        ] {
            assert_eq!(values(text.as_bytes()).collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn ldif_is_told_from_other_files() {
        for (text, expected) in [
            ("version: 1\n", true),
            ("\u{FEFF}# PKD\n# more\n\ndn: c=VN\n", true),
            ("DN:: Yz1WTg==\n", true),
            ("-----BEGIN CERTIFICATE-----\n", false),
            ("0\u{1}dn:", false),
            ("", false),
        ] {
            assert_eq!(is_ldif(text.as_bytes()), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
            let _ = is_ldif(&bytes);
            values(&bytes).for_each(drop);
        }
    }
}
