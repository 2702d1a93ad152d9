//! What files offer to trust: DER, PEM with remarks, folders, master lists, LDIF, revocation lists; and
//! what is refused or left out.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;

use base64ct::{Base64, Encoding};
use identity::trust::{
    Kind, ListProof, ListVoucher, Offer, OfferError, SkipReason, Trust, TrustError,
};
use jiff::civil::date;
use virtual_card::{
    Curve, Era, KeyKind, Options, csca_der, foreign_csca_der,
    publish::{
        DirectoryValue, ListFlaw, RevocationFlaw, Revocations, ldif, link, master_list, signer_der,
    },
};

const ISSUER: KeyKind = KeyKind::Named(Curve::P384);
const SIGNER: KeyKind = KeyKind::Named(Curve::P256);

fn certificates() -> [Vec<u8>; 3] {
    [ISSUER, KeyKind::Explicit(Curve::Brainpool512), KeyKind::RsaPss].map(csca_der)
}

fn pem(label: &str, der: &[u8]) -> String {
    let body = Base64::encode_string(der);
    let lines: Vec<&str> = body.as_bytes().chunks(64).map(|l| str::from_utf8(l).unwrap()).collect();
    format!("subject=CSCA\n-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn skipped(offer: &Offer) -> Vec<(SkipReason, usize)> {
    offer.skipped.iter().map(|skipped| (skipped.reason, skipped.count)).collect()
}

#[test]
fn every_kind_of_file() {
    let [first, second, third] = certificates();
    let list = |certificates: &[Vec<u8>]| master_list(certificates, ISSUER, None);
    let three = [first.clone(), second.clone(), third.clone()];
    let crl = Revocations::usual(ISSUER, SIGNER).der();
    let signer = signer_der(&Options::default());
    let directory = ldif(&[
        DirectoryValue::MasterList(list(&three)),
        DirectoryValue::Certificate(signer.clone()),
        DirectoryValue::Certificate(signer.clone()),
        DirectoryValue::Revocations(crl.clone()),
    ]);
    for (name, bytes, certificates, revocations) in [
        ("DER", first.clone(), 1, 0),
        ("PEM", pem("CERTIFICATE", &second).into_bytes(), 1, 0),
        (
            "two in one PEM",
            (pem("CERTIFICATE", &first) + &pem("CERTIFICATE", &third)).into_bytes(),
            2,
            0,
        ),
        ("master list", list(&three), 3, 0),
        ("master list in PEM", pem("CMS", &list(&three)).into_bytes(), 3, 0),
        ("document signer", signer, 1, 0),
        ("revocation list", crl.clone(), 0, 1),
        ("revocation list in PEM", pem("X509 CRL", &crl).into_bytes(), 0, 1),
        ("directory", directory.clone().into_bytes(), 4, 1),
        ("directory with CRLF", directory.replace('\n', "\r\n").into_bytes(), 4, 1),
    ] {
        let offer = Offer::read(&bytes, &Trust::none()).unwrap_or_else(|e| panic!("{name}: {e}"));
        let counts = (offer.certificates.len(), offer.revocations.len());
        assert_eq!(counts, (certificates, revocations), "{name}");
        assert_eq!(skipped(&offer), [], "{name}");
        assert!(!offer.is_known(), "{name}");
        let mut trust = Trust::none();
        assert_eq!(trust.add(&bytes), certificates + revocations, "{name}");
        // The same again is known, and changes nothing.
        let again = Offer::read(&bytes, &trust).unwrap();
        assert!(again.is_known(), "{name}");
        trust.accept(&again);
        assert_eq!((trust.len(), trust.lists().count()), counts, "{name}");
    }
}

#[test]
fn an_offer_tells_what_each_certificate_is() {
    let country = |era: Era| era.certificate(ISSUER);
    for (name, der, kind) in [
        ("first", country(Era::First), Kind::CountrySigner),
        ("new key", country(Era::NewKey), Kind::CountrySigner),
        ("link of one name", link(Era::First, Era::NewKey, ISSUER), Kind::Link),
        ("link to a new name", link(Era::NewKey, Era::NewName, ISSUER), Kind::Link),
        ("signer", signer_der(&Options::default()), Kind::DocumentSigner),
    ] {
        let offer = Offer::read(&der, &Trust::none()).unwrap();
        let [offered] = &offer.certificates[..] else { panic!("{name}") };
        assert_eq!(offered.kind, kind, "{name}");
        assert_eq!(offered.certificate.country.as_deref(), Some("VN"), "{name}");
        assert_eq!(offered.fingerprint.to_string().len(), 64, "{name}");
    }
}

#[test]
fn a_master_list_says_who_signed_it() {
    let certificates: Vec<Vec<u8>> = certificates().into();
    let bytes = master_list(&certificates, ISSUER, None);
    let mut known = Trust::none();
    known.add(&certificates[0]);
    let mut other = Trust::none();
    other.add(&csca_der(KeyKind::RsaPss));
    for (trust, voucher) in [
        (&Trust::none(), ListVoucher::Listed),
        (&known, ListVoucher::Known),
        (&other, ListVoucher::Listed),
    ] {
        let offer = Offer::read(&bytes, trust).unwrap();
        let expected = ListProof {
            signer: offer.lists[0].signer.clone(),
            country: Some("VN".into()),
            made: Some(date(2026, 10, 15)),
            voucher,
        };
        assert_eq!(offer.lists, [expected]);
        assert!(offer.lists[0].signer.contains("Virtual Master List Signer"));
    }
}

/// What entries keep of an offer: enough to tell later what was trusted, and on whose word.
#[test]
fn an_offer_is_told_as_entries_keep_it() {
    use office::trust::{TrustKind, Voucher};
    let certificates: Vec<Vec<u8>> = certificates().into();
    let mut known = Trust::none();
    known.add(&certificates[0]);
    let list = master_list(&certificates, ISSUER, None);
    let crl = Revocations::usual(ISSUER, SIGNER).der();
    let offer = Offer::read(&list, &known).unwrap();
    assert!(matches!(offer.voucher(), Voucher::KnownListSigner { .. }));
    let item = offer.certificates[0].item();
    assert_eq!(
        item.fingerprint.0,
        hex::encode(virtual_card::Hash::Sha256.digest(&offer.certificates[0].certificate.der))
    );
    assert_eq!((item.kind, item.country.as_str()), (TrustKind::CountrySigner, "VN"));
    assert_eq!((item.from, item.until), (date(2020, 1, 1), date(2039, 12, 31)));
    assert!(item.name.contains("Virtual CSCA Viet Nam"), "{}", item.name);
    let offer = Offer::read(&list, &Trust::none()).unwrap();
    assert!(matches!(offer.voucher(), Voucher::OwnListSigner { .. }));
    let offer = Offer::read(&crl, &known).unwrap();
    let item = offer.revocations[0].item();
    assert_eq!((item.kind, item.country.as_str()), (TrustKind::RevocationList, "VN"));
    assert_eq!((item.from, item.until), (date(2026, 9, 1), date(2027, 9, 1)));
    // A list beside a loose certificate does not vouch for that.
    let directory = ldif(&[
        DirectoryValue::MasterList(list),
        DirectoryValue::Certificate(Era::NewName.certificate(ISSUER)),
    ]);
    assert_eq!(Offer::read(directory.as_bytes(), &known).unwrap().voucher(), Voucher::Person);
}

#[test]
fn a_false_master_list_is_refused_whole() {
    let certificates: Vec<Vec<u8>> = certificates().into();
    for (flaw, expected) in [
        (ListFlaw::Signature, OfferError::ListFalse),
        (ListFlaw::Added, OfferError::ListFalse),
        (ListFlaw::OtherUse, OfferError::ListFalse),
        (ListFlaw::Expired, OfferError::ListFalse),
        (ListFlaw::Unsigned, OfferError::ListFalse),
        (ListFlaw::NoCertificate, OfferError::ListFalse),
        (ListFlaw::UnknownIssuer, OfferError::ListUnvouched),
    ] {
        let bytes = master_list(&certificates, ISSUER, Some(flaw));
        assert_eq!(Offer::read(&bytes, &Trust::none()).unwrap_err(), expected, "{flaw:?}");
        let directory = ldif(&[
            DirectoryValue::Certificate(certificates[0].clone()),
            DirectoryValue::MasterList(bytes.clone()),
        ]);
        let refused = Offer::read(directory.as_bytes(), &Trust::none()).unwrap_err();
        assert_eq!(refused, expected, "{flaw:?} in a directory");
        assert_eq!(Trust::none().add(&bytes), 0);
    }
    // A country signer that is listed no more vouches if it is trusted here.
    let without = master_list(&certificates[1..], ISSUER, None);
    assert_eq!(Offer::read(&without, &Trust::none()).unwrap_err(), OfferError::ListUnvouched);
    let mut known = Trust::none();
    known.add(&certificates[0]);
    assert_eq!(Offer::read(&without, &known).unwrap().certificates.len(), 2);
    // One changed bit anywhere in the list's last quarter, where content ends and proofs begin.
    let whole = master_list(&certificates, ISSUER, None);
    for at in (whole.len() * 3 / 4..whole.len()).step_by(7) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        assert!(Offer::read(&bytes, &Trust::none()).is_err(), "octet {at}");
    }
}

#[test]
fn what_is_left_out_is_counted_and_told() {
    let [good, ..] = certificates();
    let mut forged = good.clone();
    *forged.last_mut().unwrap() ^= 1;
    let signer = signer_der(&Options::default());
    let junk = [0x30, 0x03, 0x02, 0x01, 0x07].to_vec();
    let listed = |more: &[&Vec<u8>]| {
        let all: Vec<Vec<u8>> =
            std::iter::once(&good).chain(more.iter().copied()).cloned().collect();
        master_list(&all, ISSUER, None)
    };
    let two_countries = virtual_card::publish::foreign_link("LA", ISSUER);
    for (name, bytes, expected) in [
        ("junk", listed(&[&junk]), vec![(SkipReason::Unreadable, 1)]),
        ("false root", listed(&[&forged]), vec![(SkipReason::FalseSelfSignature, 1)]),
        ("signer in a list", listed(&[&signer]), vec![(SkipReason::NotAuthority, 1)]),
        ("two countries", listed(&[&two_countries]), vec![(SkipReason::Country, 1)]),
        (
            "all",
            listed(&[&junk, &forged, &signer]),
            vec![
                (SkipReason::Unreadable, 1),
                (SkipReason::NotAuthority, 1),
                (SkipReason::FalseSelfSignature, 1),
            ],
        ),
    ] {
        let offer = Offer::read(&bytes, &Trust::none()).unwrap();
        assert_eq!((offer.certificates.len(), skipped(&offer)), (1, expected), "{name}");
    }
    for (name, bytes) in
        [("text", b"hello".to_vec()), ("nothing", vec![]), ("junk", junk), ("forged", forged)]
    {
        assert_eq!(Offer::read(&bytes, &Trust::none()).unwrap_err(), OfferError::Nothing, "{name}");
    }
}

#[test]
fn revocation_lists_are_offered_with_their_worth() {
    let issuer = csca_der(ISSUER);
    let mut trust = Trust::none();
    trust.add(&issuer);
    let list = |flaw| Revocations { flaw, ..Revocations::usual(ISSUER, SIGNER) }.der();
    let offer = Offer::read(&list(None), &trust).unwrap();
    assert!(offer.revocations[0].vouched);
    assert_eq!(offer.revocations[0].list.count(), 1);
    // Its issuer may come in the same file, or later.
    let directory = ldif(&[
        DirectoryValue::Revocations(list(None)),
        DirectoryValue::Certificate(issuer.clone()),
    ]);
    assert!(Offer::read(directory.as_bytes(), &Trust::none()).unwrap().revocations[0].vouched);
    assert!(!Offer::read(&list(None), &Trust::none()).unwrap().revocations[0].vouched);
    for (flaw, reason) in [
        (RevocationFlaw::Signature, SkipReason::FalseRevocations),
        (RevocationFlaw::Stranger, SkipReason::FalseRevocations),
        (RevocationFlaw::BySigner, SkipReason::FalseRevocations),
        (RevocationFlaw::Indirect, SkipReason::NotPlainRevocations),
        (RevocationFlaw::Delta, SkipReason::NotPlainRevocations),
        (RevocationFlaw::UnknownCritical, SkipReason::NotPlainRevocations),
        (RevocationFlaw::NoNextUpdate, SkipReason::Unreadable),
    ] {
        let directory = ldif(&[
            DirectoryValue::Certificate(issuer.clone()),
            DirectoryValue::Revocations(list(Some(flaw))),
        ]);
        let offer = Offer::read(directory.as_bytes(), &Trust::none()).unwrap();
        assert_eq!(skipped(&offer), [(reason, 1)], "{flaw:?}");
        assert!(offer.revocations.is_empty(), "{flaw:?}");
    }
}

#[test]
fn folders_and_files() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let [first, second, third] = certificates();
    fs::write(folder.join("z.cer"), &first).unwrap();
    fs::write(folder.join("b.pem"), pem("CERTIFICATE", &second)).unwrap();
    let note = folder.join("note.txt");
    fs::write(&note, "no certificate").unwrap();
    // Vouched for by a country signer that comes later in the folder.
    let single = folder.join("c.ml");
    fs::write(&single, master_list(std::slice::from_ref(&third), ISSUER, None)).unwrap();

    assert_eq!(Trust::load(&[folder]).unwrap().len(), 3);
    let with_issuer = [single.clone(), folder.join("z.cer")];
    assert_eq!(Trust::load(&with_issuer).unwrap().len(), 2);
    assert!(matches!(Trust::load(&[&single]), Err(TrustError::Refused { .. })));
    assert!(matches!(Trust::load(&[&note]), Err(TrustError::Nothing(path)) if path == note));
    let absent = folder.join("absent.cer");
    assert!(matches!(Trust::load(&[&absent]), Err(TrustError::File { .. })));
    fs::write(&single, master_list(&[first], ISSUER, Some(ListFlaw::Signature))).unwrap();
    assert!(matches!(Trust::load(&[folder]), Err(TrustError::Refused { .. })), "not passed over");
}

/// What a ledger kept is what was taken, and 800 certificates are no delay at the program's start.
#[test]
fn trust_comes_back_from_its_bytes() {
    let mut trust = Trust::none();
    for der in certificates() {
        trust.add(&der);
    }
    trust.add(&Revocations::usual(ISSUER, SIGNER).der());
    let certificates: Vec<&[u8]> = trust.certificates().map(|c| c.der.as_slice()).collect();
    let lists: Vec<&[u8]> = trust.lists().map(|l| l.der.as_slice()).collect();
    let odd: &[&[u8]] = &[b"odd"];
    let again = Trust::from_der(odd.iter().copied().chain(certificates.clone()), lists);
    assert_eq!((again.len(), again.lists().count()), (3, 1));
    for certificate in trust.certificates() {
        assert!(again.knows(&certificate.fingerprint()));
    }

    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let foreign = foreign_csca_der("ZZ", KeyKind::RsaPss);
    let place = foreign.windows(2).rposition(|pair| pair == b"ZZ").unwrap();
    let many: Vec<Vec<u8>> = LETTERS
        .bytes()
        .flat_map(|a| LETTERS.bytes().map(move |b| [a, b]))
        .map(|code| {
            let mut der = foreign.clone();
            der[place..place + 2].copy_from_slice(&code);
            der
        })
        .chain(certificates.iter().map(|der| der.to_vec()))
        .cycle()
        .take(800)
        .collect();
    let start = std::time::Instant::now();
    let world = Trust::from_der(many.iter().map(Vec::as_slice), []);
    let took = start.elapsed();
    assert_eq!(world.len(), 800);
    eprintln!("800 certificates in {took:?}");
    assert!(took < std::time::Duration::from_secs(2), "{took:?}");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(128))]

    /// Files come from anywhere: whatever was done to one, it is read or refused in peace.
    #[test]
    fn damaged_files_are_survived(file in 0usize..4, position in 0.0f64..1.0, mask in 1u8..=255, cut in 0usize..3) {
        let [first, second, _] = certificates();
        let crl = Revocations::usual(ISSUER, SIGNER).der();
        let list = master_list(&[first.clone(), second], ISSUER, None);
        let directory = ldif(&[
            DirectoryValue::MasterList(list.clone()),
            DirectoryValue::Revocations(crl.clone()),
        ]);
        let mut bytes = [first, list, crl, directory.into_bytes()][file].clone();
        let at = (bytes.len() as f64 * position) as usize;
        bytes[at] ^= mask;
        bytes.truncate(bytes.len() - cut);
        let offer = Offer::read(&bytes, &Trust::none());
        proptest::prop_assert!(file != 1 || cut == 0 || offer.is_err(), "a list that is cut short");
        if let Ok(offer) = offer {
            let mut trust = Trust::none();
            trust.accept(&offer);
            let _ = trust.superseded();
        }
    }
}
