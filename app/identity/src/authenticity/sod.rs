//! EF.SOD, the document security object: the hashes of all data groups, signed (ICAO 9303-10, 4.6.2).

use std::collections::BTreeMap;

use der::{AnyRef, Decode, Tag};

use super::cms::{SignedData, Signer, known_hash, parts, take, take_if, wrong};
use crate::{
    cipher::Hash,
    groups::{Group, LdsVersion},
};

/// `id-icao-ldsSecurityObject`, and its identifier before ICAO had an arc of its own.
const SECURITY_OBJECT: [&str; 2] = ["2.23.136.1.1.1", "1.3.27.1.1.1"];

/// A parsed security object. Nothing in it is trusted before every signer's [`SignerInfo::holds`](super::cms::SignerInfo::holds).
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
    /// Reads EF.SOD, with or without its outer tag 77. [`der::ErrorKind::OidUnknown`] if a hash is not
    /// known here: nothing in the object can be checked then.
    pub fn parse(file: &[u8]) -> der::Result<Self> {
        let bytes = match crate::tlv::split(file) {
            Ok((outer, _)) if outer.tag == 0x77 => outer.value,
            _ => file,
        };
        let mut data = SignedData::read(bytes)?;
        if !SECURITY_OBJECT.contains(&data.content_type.as_str()) {
            return Err(wrong(Tag::ObjectIdentifier));
        }
        let signers = data.signed_by()?;
        let mut object = parts(AnyRef::from_der(data.content)?.value())?.into_iter();
        // Version 0, or 1 with the versions of the LDS (ICAO 9303-10, 4.6.2.2).
        if u8::from_der(take(&mut object, Tag::Integer)?.2)? > 1 {
            return Err(wrong(Tag::Integer));
        }
        let hash = known_hash(take(&mut object, Tag::Sequence)?.2)?;
        let groups = group_hashes(take(&mut object, Tag::Sequence)?.1)?;
        let lds = take_if(&mut object, Tag::Sequence).map(|lds| lds_version(lds.1)).transpose()?;
        Ok(Self { hash, groups, lds, signers })
    }
}

/// A group that is listed twice is refused: each reader could believe another hash.
fn group_hashes(list: &[u8]) -> der::Result<BTreeMap<Group, Vec<u8>>> {
    let mut groups = BTreeMap::new();
    for (_, entry, _) in parts(list)? {
        let mut entry = parts(entry)?.into_iter();
        let number = u8::from_der(take(&mut entry, Tag::Integer)?.2)?;
        let group = Group::from_number(number).ok_or_else(|| wrong(Tag::Integer))?;
        let value = take(&mut entry, Tag::OctetString)?.1.to_vec();
        if groups.insert(group, value).is_some() {
            return Err(wrong(Tag::Sequence));
        }
    }
    Ok(groups)
}

fn lds_version(info: &[u8]) -> der::Result<LdsVersion> {
    let mut info = parts(info)?.into_iter();
    let mut text = || Ok::<_, der::Error>(take(&mut info, Tag::PrintableString)?.1.to_vec());
    Ok(LdsVersion { lds: text()?, unicode: text()? })
}
