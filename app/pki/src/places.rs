//! Where a certificate says that more about it is found: its issuer, answers on it and revocation lists (RFC
//! 5280, 4.2.1.13 and 4.2.2.1). These are a stranger's addresses: whoever goes there believes nothing for
//! having found it there.

use der::Tag;

use crate::{
    asn1::{Asn1Error, Parts, context, oid},
    certificate::Certificate,
};

/// `id-pe-authorityInfoAccess`
const ACCESS: &str = "1.3.6.1.5.5.7.1.1";
const OCSP: &str = "1.3.6.1.5.5.7.48.1";
const ISSUERS: &str = "1.3.6.1.5.5.7.48.2";
/// Most addresses of one kind.
const MOST: usize = 4;
/// Longest address.
const LONGEST: usize = 2048;

/// Addresses over HTTP; others, such as LDAP directories, are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// OCSP responders.
    pub answers: Vec<String>,
    /// The issuer's certificate.
    pub issuers: Vec<String>,
    /// Revocation lists.
    pub lists: Vec<String>,
}

impl Places {
    /// What a certificate names.
    pub fn of(certificate: &Certificate) -> Self {
        let mut places = Self::default();
        if let Some(value) = certificate.extension(ACCESS) {
            // What cannot be read names no place.
            let _ = places.read_access(value);
        }
        for name in certificate.distribution_points() {
            let name = Parts::of(&name).ok().and_then(|mut parts| parts.next());
            places.lists.extend(name.and_then(|name| address(name.tag, name.value)));
        }
        for list in [&mut places.answers, &mut places.issuers, &mut places.lists] {
            list.truncate(MOST);
        }
        places
    }

    fn read_access(&mut self, value: &[u8]) -> Result<(), Asn1Error> {
        for description in Parts::inside(value)? {
            let mut description = Parts::of(description.value)?;
            let method = oid(description.required(Tag::ObjectIdentifier)?.whole)?;
            let name = description.next().ok_or(Asn1Error::Malformed)?;
            let address = address(name.tag, name.value);
            match method.as_str() {
                OCSP => self.answers.extend(address),
                ISSUERS => self.issuers.extend(address),
                _ => {}
            }
        }
        Ok(())
    }
}

/// A `GeneralName` that is a web address.
fn address(tag: Tag, value: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(value).ok().filter(|text| text.len() <= LONGEST)?;
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    let head = text.split_once("://")?.0.to_ascii_lowercase();
    let is_web = tag == context(6, false) && plain && ["http", "https"].contains(&head.as_str());
    is_web.then(|| text.to_owned())
}
