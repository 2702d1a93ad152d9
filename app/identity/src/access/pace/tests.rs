#![allow(clippy::unwrap_used)]
use super::*;
use crate::{
    access::pace_infos,
    authenticity::chip::{ChipKey, security_infos},
    card::script::Script,
};

/// A published example: EF.CardAccess, password, the terminal's random numbers, and what each side says.
struct Example {
    card_access: &'static str,
    password: (Password, &'static str),
    mapping: &'static str,
    agreement: &'static str,
    commands: &'static [&'static str],
    answers: &'static [&'static str],
}

const TOKEN: &str = "7C0A86083ABB9674BCE93C089000";

/// ICAO 9303-11 appendix G.1: ECDH with generic mapping.
const ECDH_GENERIC: Example = Example {
    card_access: "31143012060A04007F0007020204020202010202010D",
    password: (Password::Mrz, "T22000129364081251010318"),
    mapping: "7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99",
    agreement: "A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595",
    commands: &[
        "0022C1A40F800A04007F00070202040202830101",
        "10860000027C0000",
        "10860000457C438141047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D00",
        "10860000457C438341042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB3646200",
        "008600000C7C0A8508C2B0BD78D94BA86600",
    ],
    answers: &[
        "9000",
        "7C12801095A3A016522EE98D01E76CB6B98B42C39000",
        "7C43824104824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F5730D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C549000",
        "7C438441049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F0949000",
        TOKEN,
    ],
};

/// ICAO 9303-11 appendix G.2: DH with generic mapping. The password is the same.
const DH_GENERIC: Example = Example {
    card_access: "31143012060A04007F00070202040102020102020100",
    password: (Password::Mrz, "T22000129364081251010318"),
    mapping: "5265030F751F4AD18B08AC565FC7AC952E41618D",
    agreement: "89CCD99B0E8D3B1F11E1296DCA68EC53411CF2CA",
    commands: &[
        "0022C1A40F800A04007F00070202040102830101",
        "10860000027C0000",
        "10860000867C818381818023FB3749EA030D2A25B278D2A562047ADE3F01B74F17A15402CB7352CA7D2B3EB71C343DB13D1DEBCE9A3666DBCFC920B49174A602CB47965CAA73DC702489A44D41DB914DE9613DC5E98C94160551C0DF86274B9359BC0490D01B03AD54022DCB4F57FAD6322497D7A1E28D46710F461AFE710FBBBC5F8BA166F4311975EC6C00",
        "10860000867C8183838180907D89E2D425A178AA81AF4A7774EC8E388C115CAE67031E85EECE520BD911551B9AE4D04369F29A02626C86FBC6747CC7BC352645B6161A2A42D44EDA80A08FA8D61B76D3A154AD8A5A51786B0BC07147057871A922212C5F67F43173172236B7747D1671E6D692A3C7D40A0C3C5CE397545D015C175EB5130551EDBC2EE5D400",
        "008600000C7C0A8508B46DD9BD4D98381F00",
    ],
    answers: &[
        "9000",
        "7C128010854D8DF5827FA6852D1A4FA701CDDDCA9000",
        "7C818382818078879F57225AA8080D52ED0FC890A4B25336F699AA89A2D3A189654AF70729E623EA5738B26381E4DA19E004706FACE7B235C2DBF2F38748312F3C98C2DD4882A41947B324AA1259AC22579DB93F7085655AF30889DBB845D9E6783FE42C9F2449400306254C8AE8EE9DD812A804C0B66E8CAFC14F84D8258950A91B44126EE69000",
        "7C8183848180075693D9AE941877573E634B6E644F8E60AF17A0076B8B123D9201074D36152BD8B3A213F53820C42ADC79AB5D0AEEC3AEFB91394DA476BD97B9B14D0A65C1FC71A0E019CB08AF55E1F729005FBA7E3FA5DC41899238A250767A6D46DB974064386CD456743585F8E5D90CC8B4004B1F6D866C79CE0584E49687FF61BC29AEA19000",
        "7C0A8608917F37B5C0E6D8D19000",
    ],
};

/// ICAO 9303-11 appendix H.1: ECDH with integrated mapping. The appendix gives the key of the password,
/// 591468CD…; it is that of the CAN 123456, and MSE:Set AT is written here accordingly.
const ECDH_INTEGRATED: Example = Example {
    card_access: "31143012060A04007F0007020204040202010202010D",
    password: (Password::Can, "123456"),
    mapping: "5DD4CBFC96F5453B130D890A1CDBAE32",
    agreement: "A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595",
    commands: &[
        "0022C1A40F800A04007F00070202040402830102",
        "10860000027C0000",
        "10860000147C1281105DD4CBFC96F5453B130D890A1CDBAE3200",
        "10860000457C4383410489CBA23FFE96AA18D824627C3E934E54A9FD0B87A95D1471DC1C0ABFDCD640D46755DE9B7B778280B6BEBD57439ADFEB0E21FD4ED6DF42578C13418A59B34C3700",
        "008600000C7C0A8508450F02B86F6A090900",
    ],
    answers: &[
        "9000",
        "7C128010143DC40C08C8E891FBED7DEDB92B64AD9000",
        "9000",
        "7C4384410467F78E5F7F7686082B293E8D087E056916D0F74BC01A5F8957D0DE45691E51E8932B69A962B52A0985AD2C0A271EE6A13A8ADDDCD1A3A994B9DED257F4D227539000",
        "7C0A860875D4D96E8D5B03089000",
    ],
};

/// ICAO 9303-11 appendix H.2: DH with integrated mapping, with the same key of the password.
const DH_INTEGRATED: Example = Example {
    card_access: "31143012060A04007F00070202040302020102020100",
    password: (Password::Can, "123456"),
    mapping: "B3A6DB3C870C3E99245E0D1C06B747DE",
    agreement: "4BD0E54740F9A028E6A515BFDAF967848C4F5F5FFF65AA0915947FFD1A0DF2FA6981271BC905F3551457B7E03AC3B8066DE4AA406C1171FB43DD939C4BA16175103BA3DEE16419AA248118F90CC36A3D6F4C373652E0C3CCE7F0F1D0C5425B3600F0F0D6A67F004C8BBA33F2B4733C7252445C1DFC4F1107203F71D2EFB28161",
    commands: &[
        "0022C1A40F800A04007F00070202040302830102",
        "10860000027C0000",
        "10860000147C128110B3A6DB3C870C3E99245E0D1C06B747DE00",
        "10860000867C81838381800F0CC62945A8029251FB7EF3C094E12EC68E4EF07F27CB9D9CD04C5C4250FAE0E4F8A951557E929AEB48E5C6DD47F2F5CD7C351A9BD2CD722C07EDE166770F08FFCB370262CF308DD7B07F2E0DA9CAAA1492344C852906919538C98A4BA4187E76CE9D87832386D319CE2E043C3343AEAE6EDBA1A9894DC5094D22F7FE1351D500",
        "008600000C7C0A850855D61977CBF5307E00",
    ],
    answers: &[
        "9000",
        "7C1280109ABB8864CA0FF1551E620D1EF4E135109000",
        "7C0282009000",
        "7C8183848180928D9A0F9DBA450F13FC859C6F290D1D36E42431138A4378500BEB4E0401854CFF111F71CB6DC1D0335807A11388CC8EAA87B07907AAD9FBA6B169AF6D8C26AF8DDDC39ADC3AD2E3FF882B84D23E9768E95A80E4746FB07A9767679FE92133B4D379935C771BD7FBED6C7BB4B1708B275EA75679524CDC9C6A91370CC662A2F39000",
        "7C0A8608C2F04230187E15259000",
    ],
};

/// ICAO 9303-11 appendix I.1: ECDH with chip authentication mapping.
const CHIP_AUTHENTICATION: Example = Example {
    card_access: "31143012060A04007F0007020204060202010202010D",
    password: (Password::Mrz, "C11T002JM496081222310314"),
    mapping: "5D8BB87BD74D985A4B7D4325B9F7B976FE835122773400798914AA22738135CC",
    agreement: "76ECFDAA9841C323A3F5FC5E88B88DB3EFF7E35EBF57A7E6946CB630006C2120",
    commands: &[
        "0022C1A40F800A04007F00070202040602830101",
        "10860000027C0000",
        "10860000457C438141047F1D410ADB7DDB3B84BF1030800981A9105D7457B4A3ADE002384F3086C67EDE1AB889104A27DB6D842B019020FBF3CEACB0DC627F7BDCAC29969E19D0E553C100",
        "10860000457C43834104446C934084D9DAB863944F219520076C29EE3F7AE6722B11FF319EC1C7728F955483400BFF60BF0C5929270009277DC2A515E12575010AD9BA916CF1BF86FEFC00",
        "008600000C7C0A8508E86BD06018A1CD3B00",
    ],
    answers: &[
        "9000",
        "7C128010CB60E8E0D85B76A9BD304747C2AD42E29000",
        "7C43824104A234236AA9B9621E8EFB73B5245C0E09D2576E5277183C1208BDD55280CAE8B304F365713A356E65A451E165ECC9AC0AC46E3771342C8FE5AEDD092685338E239000",
        "7C4384410402AD566F3C6EC7F9324509AD50A51FA52030782A4968FCFEDF737DAEA993333111C3B9B4C2287789BD137E7F8AA882E2A3C633CCD6ECC2C63C57AD401A09C2E19000",
        "7C3C86088596CF055C67C1A38A301EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8798CF77F5B7A54BD10CBA372B42BE0B9B5F28AA8DE2F4F929000",
    ],
};

/// BSI TR-03110 worked example (ECDH). Its password is the PIN 123456 and its MSE:Set AT asks for rights
/// of Terminal Authentication, which passports do not know; the rest is as printed. The last answer is
/// given a certificate reference here, as eID cards add one.
const BSI: Example = Example {
    card_access: "31143012060A04007F0007020204020202010202010D",
    password: (Password::Can, "123456"),
    mapping: "752287F5B02DE3C4BC3E17945118C51B23C97278E4CD748048AC56BA5BDC3D46",
    agreement: "9D9A32DF93A57CCE33CA3CDD3457E33A976F293546C73550F397259C93BE0120",
    commands: &[
        "0022C1A40F800A04007F00070202040202830102",
        "10860000027C0000",
        "10860000457C438141043DD29BBE5907FD21A152ADA4895FAAE7ACC55F5E50EFBFDE5AB0C6EB54F198D615913635F0FDF5BEB383E00355F82D3C41ED0DF2E28363433DFB73856A15DC9F00",
        "10860000457C43834104518BC4E532AD2A9BD6527804D5D665ABD51041037A0CC8AA922804EB501C222B3427388599AFAAE9FBACE2DF93E13C3C4979CD12F0AE3E3C012602839155458200",
        "008600000C7C0A8508A27AE7B36573C1D900",
    ],
    answers: &[
        "9000",
        "7C128010CE834CDE69FFBB1D1EB21585CD709F189000",
        "7C438241049CFCF7582AC986D0DD52FA53123414C3E1B96B4D00ABA8E574679B70EFB5BC3B45D2F13729CC2AE178E7E241B443213533B77DBB44649A815DDC4A2384BA422A9000",
        "7C43844104282CF38073036AFAC216AF135BD994DA0C357F10BD4C34AFEA1042B2EB0FD6804DF3658B835AC2E7133F13691184542BB50B109963A4662ABDC08B9763AF4B5B9000",
        "7C108608A2658C2F38600B0F8704444501029000",
    ],
};

fn run_example(
    example: &Example,
    answers: &[&str],
) -> (Result<Option<MappingProof>, ReadError>, Vec<String>) {
    let infos = pace_infos(&hex::decode(example.card_access).unwrap());
    let suite = infos[0].suite().unwrap();
    let scalar = |h| Scalar::new(hex::decode(h).unwrap());
    let ephemeral =
        Ephemeral { mapping: scalar(example.mapping), agreement: scalar(example.agreement) };
    let (password, text) = example.password;
    let secret = password.secret(text);
    let mut script = Script::new(answers);
    let mut channel = script.channel();
    let result =
        choose(&mut channel, &infos[0], false, password).and_then(|()| match suite.parameters {
            Parameters::Modular(group) => {
                run_in(&mut channel, group, &infos[0], suite, &secret, &ephemeral)
            }
            Parameters::Elliptic(curve) => {
                run_in(&mut channel, curve, &infos[0], suite, &secret, &ephemeral)
            }
        });
    (result.map(|established| established.proof), script.sent)
}

#[test]
fn the_published_examples_byte_for_byte() {
    for example in
        [&ECDH_GENERIC, &DH_GENERIC, &ECDH_INTEGRATED, &DH_INTEGRATED, &CHIP_AUTHENTICATION, &BSI]
    {
        let (result, sent) = run_example(example, example.answers);
        assert!(result.is_ok(), "{result:?} {}", example.card_access);
        assert_eq!(sent, example.commands);
    }
}

/// ICAO 9303-11 appendix I.1: the key of EF.CardSecurity, which names its curve by parameter id.
#[test]
fn the_icao_proof_of_the_chip() {
    let key = "31643062060904007F0007020201023052300C060704007F0007010202010D034200041872709494399E74\
               70A6431BE25E83EEE24FEA568C2ED28DB48E05DB3A610DC884D256A40E35EFCB59BF6753D3A489D28C7A4D\
               973C2DA138A6E7A4A08F68E16F02010D";
    let set = hex::decode(key).unwrap();
    let keys = ChipKey::all(&security_infos(&set));
    let (proof, _) = run_example(&CHIP_AUTHENTICATION, CHIP_AUTHENTICATION.answers);
    let proof = proof.unwrap().unwrap();
    assert_eq!(
        hex::encode_upper(&proof.data),
        "85DC3FA93D0952BFA82F5FD189EE75BD82F11D1F0B8ED4BF5319AC9B53C426B3"
    );
    assert_eq!(keys.len(), 1);
    assert!(keys[0].is_proven_by(&proof));
    for other in [
        MappingProof { parameter_id: 12, ..proof.clone() },
        MappingProof { data: vec![0; 32], ..proof.clone() },
        MappingProof { data: vec![], ..proof.clone() },
        MappingProof { mapping_key: vec![4; 65], ..proof.clone() },
    ] {
        assert!(!keys[0].is_proven_by(&other), "{other:?}");
    }
}

/// What is no proof opens the chip all the same, and proves nothing.
#[test]
fn a_missing_or_broken_proof_is_none() {
    let good = CHIP_AUTHENTICATION.answers[4];
    let token = format!("7C0A{}9000", &good[4..24]);
    let shorter = format!("7C1C{}8A10{}9000", &good[4..24], &good[28..60]);
    for last in [token.as_str(), &shorter, &good.replace("2F4F92", "2F4F93")] {
        let mut answers = CHIP_AUTHENTICATION.answers.to_vec();
        answers[4] = last;
        assert_eq!(run_example(&CHIP_AUTHENTICATION, &answers).0, Ok(None), "{last}");
    }
}

#[test]
fn refusals_and_false_chips() {
    let [_, nonce, mapping, agreement, _] = ECDH_GENERIC.answers else { unreachable!() };
    let off_curve = agreement.replace("F0949000", "F0959000");
    let mirror = |command: usize, from: &str, to: &str| {
        let sent = ECDH_GENERIC.commands[command];
        format!("{}9000", sent[10..sent.len() - 2].replacen(from, to, 1))
    };
    let mirrors = [mirror(2, "8141", "8241"), mirror(3, "8341", "8441")];
    let wrong = TOKEN.replace("3C08", "3C09");
    for (answers, error) in [
        (vec!["6A80", "6A80"], Fault::Status(0x6A80).into()),
        (vec!["9000", "6982"], Fault::Status(0x6982).into()),
        (vec!["9000", "7C0280009000"], Fault::Format.into()),
        (vec!["9000", "7C029000"], Fault::Tlv(tlv::TlvError::Truncated).into()),
        (vec!["9000", "7C0380010F9000"], Fault::Format.into()),
        (vec!["9000", nonce, "7C04820204009000"], Fault::Point.into()),
        (vec!["9000", nonce, &mirrors[0]], Fault::Point.into()),
        (vec!["9000", nonce, mapping, &off_curve], Fault::Point.into()),
        (vec!["9000", nonce, mapping, &mirrors[1]], Fault::Point.into()),
        (vec!["9000", nonce, mapping, agreement, "6300"], ReadError::AccessDenied),
        (vec!["9000", nonce, mapping, agreement, &wrong], ReadError::AccessDenied),
    ] {
        assert_eq!(run_example(&ECDH_GENERIC, &answers).0, Err(error), "{answers:?}");
    }
}

/// Members of small groups, numbers beyond the prime and the terminal's own key come from no chip.
#[test]
fn false_numbers() {
    let [_, nonce, mapping, ..] = DH_GENERIC.answers else { unreachable!() };
    let number = |tag: &str, value: String| format!("7C8183{tag}8180{value}9000");
    let prime = "B10B8F96A080E01DDE92DE5EAE5D54EC52C99FBCFB06A3C69A6A9DCA52D23B616073E28675A23D189838EF1E2EE652C013ECB4AEA906112324975C3CD49B83BFACCBDD7D90C4BD7098488E9C219A73724EFFD6FAE5644738FAA31A4FF55BCCC0A151AF5F0DC8B4BD45BF37DF365C1A65E68CFDA76D4DA708DF1FB2BC2E4A43";
    for value in [
        format!("{:0>256}", 0),
        format!("{:0>256}", 1),
        format!("{:0>256}", 2),
        format!("{prime}70"),
        format!("{prime}71"),
        DH_GENERIC.commands[2][24..280].to_owned(),
    ] {
        let answers = ["9000", nonce, &number("82", value)];
        assert_eq!(run_example(&DH_GENERIC, &answers).0, Err(Fault::Point.into()));
    }
    let echo = DH_GENERIC.commands[3][24..280].to_owned();
    let answers = ["9000", nonce, mapping, &number("84", echo)];
    assert_eq!(run_example(&DH_GENERIC, &answers).0, Err(Fault::Point.into()));
}

#[test]
fn the_parameter_id_is_added_when_the_chip_asks() {
    let answers = [&["6A80"], ECDH_GENERIC.answers].concat();
    let (result, sent) = run_example(&ECDH_GENERIC, &answers);
    assert_eq!(result, Ok(None));
    assert_eq!(sent[1], "0022C1A412800A04007F0007020204020283010184010D");
}
