//! EF.SOD, the document security object: the hashes of all data groups, signed (ICAO 9303-10, 4.6.2).

use std::collections::BTreeMap;

use pki::{
    asn1::{Asn1Error, Parts, Tag, small},
    cms::{SignedData, Signer},
    hash::Hash,
    tlv,
};

use crate::groups::{Group, LdsVersion};

/// `id-icao-ldsSecurityObject`, and its identifier before ICAO had an arc of its own.
const SECURITY_OBJECT: [&str; 2] = ["2.23.136.1.1.1", "1.3.27.1.1.1"];

/// A parsed security object. Nothing in it is trusted before every signer's [`SignerInfo::holds`](pki::cms::SignerInfo::holds).
pub struct SecurityObject {
    /// Hash algorithm of the groups.
    pub hash: Hash,
    /// Hash of each data group.
    pub groups: BTreeMap<Group, Vec<u8>>,
    /// The versions that a security object of version 1 repeats from EF.COM.
    pub lds: Option<LdsVersion>,
    /// Who signed: at least one. Each must hold, as nothing says which one counts.
    pub signers: Vec<Signer>,
}

impl SecurityObject {
    /// Reads EF.SOD, with or without its outer tag 77. [`Asn1Error::UnknownHash`] if a hash is not known
    /// here: nothing in the object can be checked then.
    pub fn parse(file: &[u8]) -> Result<Self, Asn1Error> {
        let bytes = match tlv::split(file) {
            Ok((outer, _)) if outer.tag == 0x77 => outer.value,
            _ => file,
        };
        let mut data = SignedData::read(bytes)?;
        if !SECURITY_OBJECT.contains(&data.content_type.as_str()) {
            return Err(Asn1Error::Malformed);
        }
        let signers = data.signed_by()?;
        let mut object = Parts::inside(data.content)?;
        // Version 0, or 1 with the versions of the LDS (ICAO 9303-10, 4.6.2.2).
        if small(object.required(Tag::Integer)?.whole)? > 1 {
            return Err(Asn1Error::Malformed);
        }
        let hash = Hash::read(object.required(Tag::Sequence)?.whole)?;
        let groups = group_hashes(object.required(Tag::Sequence)?.value)?;
        let lds = object.optional(Tag::Sequence).map(|lds| lds_version(lds.value)).transpose()?;
        Ok(Self { hash, groups, lds, signers })
    }
}

/// A group that is listed twice is refused: each reader could believe another hash.
fn group_hashes(list: &[u8]) -> Result<BTreeMap<Group, Vec<u8>>, Asn1Error> {
    let mut groups = BTreeMap::new();
    for entry in Parts::of(list)? {
        let mut entry = Parts::of(entry.value)?;
        let number = small(entry.required(Tag::Integer)?.whole)?;
        let group = Group::from_number(number).ok_or(Asn1Error::Malformed)?;
        let value = entry.required(Tag::OctetString)?.value.to_vec();
        if groups.insert(group, value).is_some() {
            return Err(Asn1Error::Malformed);
        }
    }
    Ok(groups)
}

fn lds_version(info: &[u8]) -> Result<LdsVersion, Asn1Error> {
    let mut info = Parts::of(info)?;
    let mut text = || Ok::<_, Asn1Error>(info.required(Tag::PrintableString)?.value.to_vec());
    Ok(LdsVersion { lds: text()?, unicode: text()? })
}
