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

/// ICAO 9303-11, appendix G.2: PACE, DH generic mapping modulo the 1024-bit prime, AES-128.
#[test]
fn icao_appendix_g2_pace() {
    let options = Options {
        mrz_information: Some("T22000129364081251010318".into()),
        access: Access::Pace(Pace { curve: Curve::P256, cipher: Cipher::Aes128 }),
        group: Some(Modular::Modp1024),
        ..Options::default()
    };
    let random = Random::scripted(&[
        &hex("FA5B7E3E49753A0DB9178B7B9BD898C8"),
        &hex("66DDAFEAC1609CB5B963BB0CB3FF8B3E047F336C"),
        &hex("A5B780126B7C980E9FCEA1D4539DA1D27C342DFA"),
    ]);
    replay(
        &mut Card::with_random(options, random),
        &[
            ("00A4020C02011C", "9000"),
            ("00B0000000", "31143012060A04007F000702020401020201020201009000"),
            ("0022C1A40F800A04007F00070202040102830101", "9000"),
            ("10860000027C0000", "7C128010854D8DF5827FA6852D1A4FA701CDDDCA9000"),
            (
                "10860000867C818381818023FB3749EA030D2A25B278D2A562047ADE3F01B74F17A15402CB7352CA7D2B3E\
                 B71C343DB13D1DEBCE9A3666DBCFC920B49174A602CB47965CAA73DC702489A44D41DB914DE9613DC5E98C\
                 94160551C0DF86274B9359BC0490D01B03AD54022DCB4F57FAD6322497D7A1E28D46710F461AFE710FBBBC\
                 5F8BA166F4311975EC6C00",
                "7C818382818078879F57225AA8080D52ED0FC890A4B25336F699AA89A2D3A189654AF70729E6\
                 23EA5738B26381E4DA19E004706FACE7B235C2DBF2F38748312F3C98C2DD4882A41947B324AA1259AC2257\
                 9DB93F7085655AF30889DBB845D9E6783FE42C9F2449400306254C8AE8EE9DD812A804C0B66E8CAFC14F84\
                 D8258950A91B44126EE69000",
            ),
            (
                "10860000867C8183838180907D89E2D425A178AA81AF4A7774EC8E388C115CAE67031E85EECE520BD91155\
                 1B9AE4D04369F29A02626C86FBC6747CC7BC352645B6161A2A42D44EDA80A08FA8D61B76D3A154AD8A5A51\
                 786B0BC07147057871A922212C5F67F43173172236B7747D1671E6D692A3C7D40A0C3C5CE397545D015C17\
                 5EB5130551EDBC2EE5D400",
                "7C8183848180075693D9AE941877573E634B6E644F8E60AF17A0076B8B123D9201074D36152B\
                 D8B3A213F53820C42ADC79AB5D0AEEC3AEFB91394DA476BD97B9B14D0A65C1FC71A0E019CB08AF55E1F729\
                 005FBA7E3FA5DC41899238A250767A6D46DB974064386CD456743585F8E5D90CC8B4004B1F6D866C79CE05\
                 84E49687FF61BC29AEA19000",
            ),
            ("008600000C7C0A8508B46DD9BD4D98381F00", "7C0A8608917F37B5C0E6D8D19000"),
        ],
    );
}

/// A card whose access key is the CAN 123456: the key that appendix H gives is derived from it.
fn appendix_h(group: Option<Modular>) -> Options {
    let person = Person { number: "099188123456", ..PEOPLE[0] };
    let pace = Pace { curve: Curve::Brainpool256, cipher: Cipher::Aes128 };
    let access = Access::Pace(pace);
    Options { person, access, mapping: Mapping::Integrated, group, ..Options::default() }
}

/// ICAO 9303-11, appendix H.1: PACE, ECDH integrated mapping, brainpoolP256r1, AES-128.
#[test]
fn icao_appendix_h1_pace() {
    let random = Random::scripted(&[
        &hex("2923BE84E16CD6AE529049F1F1BBE9EB"),
        &hex("107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A"),
    ]);
    replay(
        &mut Card::with_random(appendix_h(None), random),
        &[
            ("0022C1A40F800A04007F00070202040402830102", "9000"),
            ("10860000027C0000", "7C128010143DC40C08C8E891FBED7DEDB92B64AD9000"),
            ("10860000147C1281105DD4CBFC96F5453B130D890A1CDBAE3200", "7C0282009000"),
            (
                "10860000457C4383410489CBA23FFE96AA18D824627C3E934E54A9FD0B87A95D1471DC1C0ABFDCD640D4\
                 6755DE9B7B778280B6BEBD57439ADFEB0E21FD4ED6DF42578C13418A59B34C3700",
                "7C4384410467F78E5F7F7686082B293E8D087E056916D0F74BC01A5F8957D0DE45691E51E8\
                 932B69A962B52A0985AD2C0A271EE6A13A8ADDDCD1A3A994B9DED257F4D227539000",
            ),
            ("008600000C7C0A8508450F02B86F6A090900", "7C0A860875D4D96E8D5B03089000"),
        ],
    );
}

/// ICAO 9303-11, appendix H.2: PACE, DH integrated mapping modulo the 1024-bit prime, AES-128.
#[test]
fn icao_appendix_h2_pace() {
    let random = Random::scripted(&[
        &hex("FA5B7E3E49753A0DB9178B7B9BD898C8"),
        &hex(
            "020F018C7284B047FA7721A337EFB7ACB1440BB30C5252BD41C97C30C994BB78E9F0C5B32744D84017D21FFA\
              6878396A6469CA283EF5C000DAF7D261A39AB8860ED4610AB5343390897AAB5A7787E4FAEFA0649C6A94FDF8\
              2D991E8E3FC332F5142729E7040A3F7D5A4D3CD75CBEE1F043C1CAD2DD484FEB4ED22B597D36688E",
        ),
    ]);
    replay(
        &mut Card::with_random(appendix_h(Some(Modular::Modp1024)), random),
        &[
            ("0022C1A40F800A04007F00070202040302830102", "9000"),
            ("10860000027C0000", "7C1280109ABB8864CA0FF1551E620D1EF4E135109000"),
            ("10860000147C128110B3A6DB3C870C3E99245E0D1C06B747DE00", "7C0282009000"),
            (
                "10860000867C81838381800F0CC62945A8029251FB7EF3C094E12EC68E4EF07F27CB9D9CD04C5C4250FAE0\
                 E4F8A951557E929AEB48E5C6DD47F2F5CD7C351A9BD2CD722C07EDE166770F08FFCB370262CF308DD7B07F\
                 2E0DA9CAAA1492344C852906919538C98A4BA4187E76CE9D87832386D319CE2E043C3343AEAE6EDBA1A989\
                 4DC5094D22F7FE1351D500",
                "7C8183848180928D9A0F9DBA450F13FC859C6F290D1D36E42431138A4378500BEB4E0401854C\
                 FF111F71CB6DC1D0335807A11388CC8EAA87B07907AAD9FBA6B169AF6D8C26AF8DDDC39ADC3AD2E3FF882B\
                 84D23E9768E95A80E4746FB07A9767679FE92133B4D379935C771BD7FBED6C7BB4B1708B275EA75679524C\
                 DC9C6A91370CC662A2F39000",
            ),
            ("008600000C7C0A850855D61977CBF5307E00", "7C0A8608C2F04230187E15259000"),
        ],
    );
}

/// ICAO 9303-11, appendix I.1: the chip's side of chip authentication mapping. The appendix prints the
/// public half of the static key alone; its secret follows from the mapping secret and the proof.
#[test]
fn icao_appendix_i1_proof() {
    use domain::{mapping_proof, seal_proof};
    let curve = Curve::Brainpool256;
    let chip = hex("86C88A4579CE48135878E6348A734B5D47CE5BC1E54C0E8978687B49FDE2E2C2");
    let mapping = hex("9E56A6B59C95D06ECE5CD10F983BB2F4F1943528E577F23881D89D8C3BBEE0AA");
    assert_eq!(
        hex_of(curve.public_key(&chip)),
        "041872709494399E7470A6431BE25E83EEE24FEA568C2ED28DB48E05DB3A610DC8\
         84D256A40E35EFCB59BF6753D3A489D28C7A4D973C2DA138A6E7A4A08F68E16F"
    );
    assert_eq!(
        hex_of(curve.public_key(&mapping)),
        "04A234236AA9B9621E8EFB73B5245C0E09D2576E5277183C1208BDD55280CAE8B3\
         04F365713A356E65A451E165ECC9AC0AC46E3771342C8FE5AEDD092685338E23"
    );
    let proof = mapping_proof(curve, &chip, &mapping);
    let printed = "85DC3FA93D0952BFA82F5FD189EE75BD82F11D1F0B8ED4BF5319AC9B53C426B3";
    assert_eq!(hex_of(&proof), printed);
    let shared = hex("67950559D0C06B4D4B86972D14460837461087F8419FDBC36AAF6CEAAC462832");
    assert_eq!(hex_of(Cipher::Aes128.derive(&shared, 1)), "0A9DA4DB03BDDE39FC5202BC44B2E89E");
    assert_eq!(
        hex_of(seal_proof(Cipher::Aes128, &shared, &proof)),
        "1EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8798CF77F5B7A54BD\
         10CBA372B42BE0B9B5F28AA8DE2F4F92"
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
                let key = files::chip_key(&options.person, "chip authentication");
                let point = curve.public_key(&key);
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
            Fault::AlteredDg11 => &[11],
            Fault::AlteredDg12 => &[12],
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
