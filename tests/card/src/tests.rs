//! The card against published examples and against its own smallest terminal.

use hex::encode_upper as hex_of;

use super::*;
use crate::terminal::{Password, Terminal, point_of};

fn hex(text: &str) -> Vec<u8> {
    hex::decode(text.replace(char::is_whitespace, "")).unwrap()
}

/// Replays a published exchange: each command must bring its answer.
fn replay(card: &mut Card, exchange: &[(&str, &str)]) {
    for (command, answer) in exchange {
        assert_eq!(
            hex_of(card.respond(&hex(command))),
            answer.replace(' ', ""),
            "answer to {command}"
        );
    }
}

/// ICAO 9303-11, appendix D: BAC, then EF.COM through secure messaging.
#[test]
fn icao_appendix_d_bac_and_secure_messaging() {
    let options =
        Options { mrz_information: Some("L898902C<369080619406236".into()), ..Options::default() };
    let random =
        Random::scripted(&[&hex("4608F91988702212"), &hex("0B4F80323EB3191CB04970CB4052790B")]);
    let mut card = Card::with_random(options, random);
    card.replace_file(COM, hex("60145F0104303130365F36063034303030305C026175"));
    replay(
        &mut card,
        &[
            ("00A4040C07A0000002471001", "9000"),
            ("0084000008", "4608F919887022129000"),
            (
                "008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2\
                 5F1448EEA8AD90A728",
                "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F\
                 2F2D235D074D74499000",
            ),
            (
                "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800",
                "990290008E08FA855A5D4C50A8ED9000",
            ),
            (
                "0CB000000D9701048E08ED6705417E96BA5500",
                "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000",
            ),
            (
                "0CB000040D9701128E082EA28A70F3C7B53500",
                "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
            ),
        ],
    );
    assert_eq!((card.log().opened_by_bac, card.log().wrong_keys), (1, 0));
}

/// ICAO 9303-11, appendix G.1: PACE, ECDH generic mapping, brainpoolP256r1, AES-128, MRZ password.
#[test]
fn icao_appendix_g1_pace() {
    let suite = Pace { curve: Curve::Brainpool256, cipher: Cipher::Aes128 };
    let options = Options {
        mrz_information: Some("T22000129364081251010318".into()),
        access: Access::Pace(suite),
        ..Options::default()
    };
    let random = Random::scripted(&[
        &hex("3F00C4D39D153F2B2A214A078D899B22"),
        &hex("498FF49756F2DC1587840041839A85982BE7761D14715FB091EFA7BCE9058560"),
        &hex("107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A"),
    ]);
    replay(
        &mut Card::with_random(options, random),
        &[
            ("00A4020C02011C", "9000"),
            ("00B0000000", "31143012060A04007F0007020204020202010202010D9000"),
            ("0022C1A40F800A04007F00070202040202830101", "9000"),
            ("10860000027C0000", "7C12801095A3A016522EE98D01E76CB6B98B42C39000"),
            (
                "10860000457C438141047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E\
                 544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D00",
                "7C43824104824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57\
                 30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C549000",
            ),
            (
                "10860000457C438341042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C\
                 3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB3646200",
                "7C438441049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB\
                 7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F0949000",
            ),
            ("008600000C7C0A8508C2B0BD78D94BA86600", "7C0A86083ABB9674BCE93C089000"),
        ],
    );
}

fn mrz_of(person: &Person) -> String {
    person.mrz_information(person.document_number())
}

/// Opens the chip as its options allow.
fn open<T: FnMut(&[u8]) -> Vec<u8>>(terminal: &mut Terminal<T>, options: &Options) {
    if let Some(suite) = options.access.pace() {
        terminal.pace(suite, Password::Can(options.person.can())).unwrap();
        terminal.select_application();
    } else {
        terminal.select_application();
        terminal.basic_access(&mrz_of(&options.person)).unwrap();
    }
}

#[test]
fn every_suite_opens_and_reads_every_file() {
    let files = [COM, SOD, data_group(1), data_group(13)];
    for (row, curve) in Curve::ALL.into_iter().enumerate() {
        for (column, cipher) in Cipher::ALL.into_iter().enumerate() {
            let suite = Pace { curve, cipher };
            let options = Options { access: Access::Both(suite), ..Options::default() };
            let mrz = mrz_of(&options.person);
            let mut card = Card::new(options.clone());
            let expected = files.map(|file| card.file(file).unwrap().to_vec());
            let mut terminal = Terminal::new(|command: &[u8]| card.respond(command));
            let by_can = (row + column) % 2 == 0;
            let password =
                if by_can { Password::Can(options.person.can()) } else { Password::Mrz(&mrz) };
            terminal.pace(suite, password).unwrap();
            terminal.select_application();
            for (file, content) in files.into_iter().zip(expected) {
                assert_eq!(
                    terminal.read(file, 256).as_ref(),
                    Ok(&content),
                    "{suite:?} file {file:04X}"
                );
                assert_eq!(
                    terminal.read(file, 60_000),
                    Ok(content),
                    "{suite:?} file {file:04X} extended"
                );
            }
        }
    }
}

/// RFC 7027, appendix A.3: the curve written out in this crate.
#[test]
fn rfc_7027_brainpool_p512r1() {
    let secret = hex("16302FF0DBBB5A8D733DAB7141C1B45ACBC8715939677F6A56850A38BD87BD59\
                      B09E80279609FF333EB9D4C061231FB26F92EEB04982A5F1D1764CAD57665422");
    let point = Curve::Brainpool512.public_key(&secret);
    assert_eq!(
        hex_of(&point[1..65]),
        "0A420517E406AAC0ACDCE90FCD71487718D3B953EFD7FBEC5F7F27E28C614999\
         9397E91E029E06457DB2D3E640668B392C2A7E737A7F0BF04436D11640FD09FD"
    );
}

#[test]
fn chip_authentication_changes_the_keys_on_a_true_chip_only() {
    for curve in [Curve::P256, Curve::Brainpool384] {
        for cipher in Cipher::ALL {
            for fault in [None, Some(Fault::Clone)] {
                let suite = Pace { curve, cipher };
                let options =
                    Options { chip_authentication: Some(suite), fault, ..Options::default() };
                let key = files::chip_key(&options.person, "chip authentication", curve);
                let point =
                    point_of(curve, &curve.public_key_info(&curve.public_key(&key.secret), false));
                let mut card = Card::new(options.clone());
                let mut terminal = Terminal::new(|command: &[u8]| card.respond(command));
                open(&mut terminal, &options);
                terminal.chip_authentication(suite, &point);
                let status = terminal.secure(&[0, 0xA4, 0x02, 0x0C], &[0x01, 0x01], None).status;
                assert_eq!(
                    status,
                    if fault.is_none() { 0x9000 } else { 0x6988 },
                    "{suite:?} {fault:?}"
                );
            }
        }
    }
}

#[test]
fn active_authentication_by_curve_is_verified_by_the_library() {
    use p256::ecdsa::signature::Verifier;
    use p256::ecdsa::{Signature, VerifyingKey};
    for (fault, true_chip) in
        [(None, true), (Some(Fault::DerSignature), true), (Some(Fault::Clone), false)]
    {
        let options = Options { fault, ..Options::default() };
        let mut card = Card::new(options.clone());
        let point = point_of(Curve::P256, card.file(data_group(15)).unwrap());
        let mut terminal = Terminal::new(|command: &[u8]| card.respond(command));
        open(&mut terminal, &options);
        let signature = terminal.active_authentication(*b"12345678", 256).data;
        let signature = match fault {
            Some(Fault::DerSignature) => Signature::from_der(&signature).unwrap(),
            _ => Signature::from_slice(&signature).unwrap(),
        };
        let key = VerifyingKey::from_sec1_bytes(&point).unwrap();
        assert_eq!(key.verify(b"12345678", &signature).is_ok(), true_chip, "{fault:?}");
    }
}

#[test]
fn active_authentication_by_rsa_recovers_its_message() {
    use rsa::BoxedUint;
    for (hash, trailer) in [(Hash::Sha1, "BC"), (Hash::Sha256, "34CC"), (Hash::Sha512, "35CC")] {
        let active_authentication = Some(ActiveKey::Rsa(hash));
        let options = Options { active_authentication, ..Options::default() };
        let mut card = Card::new(options.clone());
        let file = card.file(data_group(15)).unwrap().to_vec();
        let mut terminal = Terminal::new(|command: &[u8]| card.respond(command));
        open(&mut terminal, &options);
        assert_eq!(
            terminal.active_authentication(*b"12345678", 256).status,
            0x6700,
            "256 octets need more room"
        );
        let signature = terminal.active_authentication(*b"12345678", 60_000).data;
        // The modulus ends where the exponent's five octets begin.
        let modulus =
            BoxedUint::from_be_slice(&file[file.len() - 261..file.len() - 5], 2048).unwrap();
        let key = rsa::PublicKey::new(modulus, BoxedUint::from(65_537u64)).unwrap();
        let number = BoxedUint::from_be_slice(&signature, 2048).unwrap();
        let message = rsa::hazmat::rsa_encrypt(&key, &number).unwrap().to_be_bytes();
        let (inner, end) = message.split_at(256 - trailer.len() / 2);
        let (start, digest) = inner.split_at(inner.len() - hash.digest(&[]).len());
        assert_eq!((start[0], hex_of(end)), (0x6A, trailer.to_owned()));
        assert_eq!(digest, hash.digest(&[&start[1..], b"12345678"].concat()));
    }
}

/// Data groups on the chip whose hash is not in the SOD.
fn altered_groups(card: &Card) -> Vec<u8> {
    let sod = card.file(SOD).unwrap();
    let whole = |file: &[u8]| {
        tlv::take(file).map_or(file.to_vec(), |object| file[..file.len() - object.2.len()].to_vec())
    };
    let listed =
        |file: &[u8]| sod.windows(32).any(|window| window == Hash::Sha256.digest(&whole(file)));
    (1..=16)
        .filter(|&number| card.file(data_group(number)).is_some_and(|file| !listed(file)))
        .collect()
}

#[test]
fn faults_alter_exactly_the_files_they_name() {
    for &fault in Fault::ALL {
        let expected: &[u8] = match fault {
            Fault::AlteredDg1 => &[1],
            Fault::AlteredDg2 | Fault::HugeLength => &[2],
            Fault::AlteredDg13 | Fault::PresentUnlisted | Fault::EndlessFile | Fault::CutFile => {
                &[13]
            }
            Fault::SodHashMismatch => &[1, 2, 13, 14, 15],
            Fault::ShortGroupHash => &[1],
            Fault::AlteredDg14 => &[14],
            Fault::AlteredDg15 => &[15],
            _ => &[],
        };
        assert_eq!(
            altered_groups(&Card::new(Options::with_fault(fault))),
            expected,
            "{}",
            fault.name()
        );
    }
}

#[test]
fn spoiled_answers_are_what_their_fault_says() {
    let select = [0, 0xA4, 0x02, 0x0C];
    // Octets of the answer to a protected SELECT: sound, it is 99 02 90 00 8E 08 … 90 00. This terminal
    // takes a bare status word for an answer; a reader must not.
    for (fault, length, accepted) in [
        (None, 16, true),
        (Some(Fault::WrongMac), 16, false),
        (Some(Fault::PlainAnswer), 2, true),
        (Some(Fault::UnsignedAnswer), 6, false),
        (Some(Fault::GarbageAnswer), 37, false),
        (Some(Fault::OneByteAnswer), 1, false),
    ] {
        let options = Options { fault, ..Options::default() };
        let mut card = Card::new(options.clone());
        let mut last = Vec::new();
        let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut terminal = Terminal::new(|command: &[u8]| {
                last = card.respond(command);
                last.clone()
            });
            open(&mut terminal, &options);
            assert_eq!(terminal.secure(&select, &[1, 1], None).data, [] as [u8; 0]);
        }));
        assert_eq!((last.len(), checked.is_ok()), (length, accepted), "{fault:?}");
    }
}

#[test]
fn a_passport_opens_with_its_own_number() {
    let options = Options { document: Document::Passport, ..Options::default() };
    let person = options.person;
    let mut card = Card::new(options);
    let mut terminal = Terminal::new(|command: &[u8]| card.respond(command));
    terminal.select_application();
    terminal.basic_access(&person.mrz_information(&person.passport_number())).unwrap();
    let dg1 = terminal.read(data_group(1), 256).unwrap();
    assert_eq!(&dg1[5..], person.passport_mrz().as_bytes());
    assert_eq!(terminal.read(data_group(13), 256), Err(0x6A82));
}

#[test]
fn the_chip_keeps_its_files_closed() {
    let mut card = Card::new(Options::default());
    let mut terminal = Terminal::new(|command: &[u8]| card.respond(command));
    terminal.select_application();
    let cases: [(&str, u16); 6] = [
        ("00A4020C02011E", 0x6982),
        ("00B09E0000", 0x6982),
        ("0088000008000000000000000000", 0x6982),
        ("00B0000000", 0x6986),
        ("00A4020C020109", 0x6982),
        ("00FF0000", 0x6D00),
    ];
    for (command, status) in cases {
        assert_eq!(terminal.raw(&hex(command)).1, status, "{command}");
    }
    terminal.basic_access(&mrz_of(&PEOPLE[0])).unwrap();
    assert_eq!(terminal.read(0x0103, 256), Err(0x6982), "fingerprints");
    assert_eq!(terminal.read(0x010B, 256), Err(0x6A82), "never issued");
    assert_eq!(terminal.raw(&hex("00A4020C02011E")).1, 0x6982, "a plain command ends the session");
    assert_eq!(terminal.secure(&[0, 0xB0, 0x9E, 0], &[], Some(256)).status, 0x6988, "and its keys");
}

#[test]
fn a_wrong_key_is_refused_and_counted() {
    let suite = Pace { curve: Curve::P256, cipher: Cipher::Aes128 };
    let mut card = Card::new(Options { access: Access::Both(suite), ..Options::default() });
    let mut terminal = Terminal::new(|command: &[u8]| card.respond(command));
    assert_eq!(terminal.pace(suite, Password::Can("123456")), Err(0x6300));
    terminal.select_application();
    assert_eq!(terminal.basic_access(&mrz_of(&PEOPLE[1])), Err(0x6300));
    assert_eq!(
        (card.log().wrong_keys, card.log().opened_by_bac, card.log().opened_by_pace),
        (2, 0, 0)
    );
}

#[test]
fn large_files_are_read_by_odd_instructions() {
    let options = Options { fault: Some(Fault::HugeLength), ..Options::default() };
    let mut card = Card::new(options.clone());
    let mut terminal = Terminal::new(|command: &[u8]| card.respond(command));
    open(&mut terminal, &options);
    let answer = terminal.secure(&[0, 0xB1, 0x00, 0x02], &hex("540400000000"), Some(8));
    assert_eq!(hex_of(&answer.data[..6]), "530875831000");
    let answer = terminal.secure(&[0, 0xB1, 0x00, 0x00], &hex("54030FFFFF"), Some(200));
    assert_eq!((answer.data.len(), answer.status), (2 + 6, 0x6282));
}

#[test]
fn dg13_lengths_cover_all_three_forms() {
    let long = Card::new(Options { person: PEOPLE[4], ..Options::default() });
    let dg13 = long.file(0x010D).unwrap();
    let (_, outer, _) = tlv::take(dg13).unwrap();
    let items = tlv::find(tlv::find(outer, 0x30).unwrap(), 0x31).unwrap();
    let lengths: Vec<usize> =
        tlv::objects(items).unwrap().iter().map(|item| item.1.len()).collect();
    for range in [0..0x80, 0x80..0x100, 0x100..0x1000] {
        assert!(lengths.iter().any(|length| range.contains(length)), "{range:?} in {lengths:?}");
    }
}

#[test]
fn certificates_are_the_same_in_every_process() {
    for (name, kind) in KeyKind::ALL.into_iter().filter(|kind| !kind.0.starts_with("rsa")) {
        assert_eq!(csca_der(kind), csca_der(kind), "{name}");
    }
    let digest = hex_of(Hash::Sha256.digest(&csca_der(KeyKind::Named(Curve::P384))));
    assert_eq!(digest, "BEC8A2AA029AA94D787B71D1D580D7333678609247117184A054EB1AE773DDE8");
}

#[test]
fn every_fault_makes_a_card_that_answers() {
    for &fault in Fault::ALL {
        let mut card = Card::new(Options::with_fault(fault));
        let select = hex("00A4040C07A0000002471001");
        let expected = if fault == Fault::NotAnId { "6A82" } else { "9000" };
        assert_eq!(hex_of(card.respond(&select)), expected, "{}", fault.name());
    }
}

#[test]
fn a_pulled_card_is_silent_for_good() {
    let mut card = Card::new(Options { pulled_after: 3, ..Options::with_fault(Fault::Pulled) });
    let lengths: Vec<usize> = (0..5).map(|_| card.respond(&hex("0084000008")).len()).collect();
    assert_eq!((lengths, card.present()), (vec![2, 2, 2, 0, 0], false));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

    /// Whatever a reader sends, the card answers with a status word and goes on.
    #[test]
    fn no_command_stops_the_card(
        steps in proptest::collection::vec(
            (0usize..10, proptest::collection::vec(proptest::prelude::any::<u8>(), 0..40)), 1..12),
    ) {
        // Headers the card knows, so that the random part reaches its handlers.
        const HEADERS: [&str; 10] = [
            "", "00A4040C07A0000002471001", "00A4020C", "00B0", "00B1", "0084000008", "00820000", "0022C1A4",
            "10860000", "0CB0",
        ];
        static MADE: std::sync::OnceLock<std::sync::Mutex<Card>> = std::sync::OnceLock::new();
        let suite = Pace { curve: Curve::P256, cipher: Cipher::Aes128 };
        let options = Options { access: Access::Both(suite), ..Options::default() };
        let mut card = MADE.get_or_init(|| Card::new(options).into()).lock().unwrap();
        card.reset();
        for (header, rest) in steps {
            proptest::prop_assert!(card.respond(&[hex(HEADERS[header]), rest].concat()).len() >= 2);
        }
    }
}
