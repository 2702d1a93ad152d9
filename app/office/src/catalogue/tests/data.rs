//! The shipped data: that what the source left doubtful stays doubtful, and that lists fit together.

use super::*;
use crate::{
    catalogue::essential::{self, Services},
    document,
    header::Certainty,
    id::UserName,
    portal_code::{Code, Coded, Entered, PortalCode, Table},
    unknown::{Gap, Unknown, gaps},
};

const ESSENTIAL: &[u8] = include_bytes!("../../../../../assets/procedures/essential.json");
const MORE: &[u8] = include_bytes!("../../../../../assets/procedures/more.json");
const EXEMPTIONS: &[u8] = include_bytes!("../../../../../assets/procedures/exemptions.json");

fn all() -> Vec<&'static Procedure> {
    one_stop().in_force(today()).collect()
}

#[test]
fn no_limit_is_counted_where_the_source_lost_the_unit() {
    let mut lost = 0;
    for procedure in all() {
        let from_text = procedure.flags.contains(&Flag::TimeLimitFromText);
        let unit_missing = procedure.flags.contains(&Flag::TimeLimitUnitMissing);
        for rule in &procedure.channels {
            if unit_missing && !from_text {
                assert!(matches!(rule.time_limit, TimeLimit::Unclear(_)), "{}", procedure.code);
            }
            if let TimeLimit::Unclear(words) = &rule.time_limit
                && words.parse::<u32>().is_ok()
            {
                assert!(unit_missing, "{}", procedure.code);
                lost += 1;
            }
        }
    }
    assert_eq!(lost, 28, "what neither the portal nor a law tells stays open");
    let file: serde_json::Value = serde_json::from_slice(ONE_STOP).unwrap();
    for row in file["procedures"].as_array().unwrap() {
        for rule in row["channels"].as_array().unwrap() {
            let words = rule["time_limit"].as_str().unwrap();
            if words.bytes().all(|b| b.is_ascii_digit()) {
                assert!(matches!(TimeLimit::read(words), TimeLimit::Unclear(_)), "{words}");
            }
        }
    }
}

#[test]
fn several_limits_of_a_channel_are_not_counted_as_one() {
    for procedure in all() {
        for channel in [Channel::Counter, Channel::Online, Channel::Post] {
            let cases: Vec<&ChannelRule> = procedure.cases(channel).collect();
            assert!(cases.iter().skip(1).all(|rule| !rule.case.is_empty()), "{}", procedure.code);
            assert!(cases.first().is_none_or(|rule| rule.case.is_empty()), "{}", procedure.code);
        }
    }
    let vehicle = one_stop().find("1.013067", today()).unwrap();
    assert!(matches!(vehicle.time_limit(Channel::Counter), TimeLimit::Unclear(_)));
    assert_eq!(vehicle.cases(Channel::Counter).count(), 4);
}

#[test]
fn fees_are_known_or_say_why_not() {
    let fee = |code: &str, channel| one_stop().find(code, today()).unwrap().fee(channel, today());
    assert_eq!(fee("2.001019", Channel::Counter), Fee::Amount(Dong(50_000)));
    assert_eq!(fee("1.010038", Channel::Counter), Fee::Amount(Dong(10_000)));
    for (code, part) in [
        ("1.001612", "Hội đồng nhân dân cấp tỉnh"),
        ("1.004194", "chỉ theo trí nhớ"),
        ("1.014063", "nhiều mức phí"),
        ("1.003133", "không có mức giấy thông hành"),
        ("1.010101", "của thẻ căn cước"),
        ("1.013067", "bảng mức chưa có"),
        ("1.000656", "khai tử đúng hạn: miễn"),
    ] {
        let Fee::Unknown(why) = fee(code, Channel::Counter) else { panic!("{code}") };
        assert!(why.contains(part), "{code}: {why}");
    }
    for procedure in all() {
        for fee in procedure.channels.iter().flat_map(|rule| &rule.fees) {
            match fee {
                FeeRule::Unknown(why) => assert!(!why.is_empty(), "{}", procedure.code),
                FeeRule::Fixed(amount) => assert!(amount.0 >= 1_000, "{}", procedure.code),
                FeeRule::Free | FeeRule::PerPage(_) => {}
            }
        }
    }
}

#[test]
fn rows_are_whole_and_tell_their_doubts() {
    for procedure in all() {
        let code = &procedure.code;
        assert!(!procedure.checked && procedure.mark == Mark::C, "{code}");
        assert!(!procedure.field.is_empty() && !procedure.source.is_empty(), "{code}");
        assert!(!procedure.components.is_empty() && !procedure.channels.is_empty(), "{code}");
        assert!(procedure.flags.contains(&Flag::ObligatoryInferred), "{code}");
        assert!(!procedure.name.starts_with("Công bố Danh mục"), "{code}");
        assert!(procedure.field_code.is_empty(), "{code}: codes of the portal are not known");
        assert!(procedure.components.iter().all(|c| c.code.is_empty()), "{code}");
        let has_counter = procedure.cases(Channel::Counter).next().is_some();
        assert_eq!(has_counter, !procedure.flags.contains(&Flag::CounterNotListed), "{code}");
    }
}

#[test]
fn identity_papers_are_known_as_such() {
    let mut identities = 0;
    for procedure in all() {
        for component in &procedure.components {
            let is_identity = component.satisfied_by.contains(&Means::Identity);
            identities += usize::from(is_identity);
            assert_eq!(component.is_identity(), is_identity);
            if component.shown_only && component.name.starts_with("Hộ chiếu") {
                assert!(is_identity, "{}: {}", procedure.code, component.name);
            }
            for stranger in ["người chết", "người nước ngoài", "người được giám hộ"]
            {
                let about = component.name.contains(stranger);
                let personal = [Means::Identity, Means::Residence];
                let replaced = component.satisfied_by.iter().any(|m| personal.contains(m));
                assert!(!(about && replaced), "{}: {}", procedure.code, component.name);
            }
        }
    }
    assert!(identities >= 50, "{identities}");
}

#[test]
fn what_may_stand_in_a_papers_place_is_as_reviewed() {
    let means = |code: &str, part: &str| {
        let procedure = one_stop().find(code, today()).unwrap();
        let component = procedure.components.iter().find(|c| c.name.contains(part));
        component.unwrap_or_else(|| panic!("{code} {part}")).satisfied_by.clone()
    };
    use document::Kind;
    for (code, part, expected) in [
        ("1.001193", "Tờ khai đăng ký khai sinh", vec![Means::ApplicationForm]),
        ("1.001193", "Giấy chứng sinh", vec![Means::Document(Kind::BirthNotice)]),
        ("1.000656", "Giấy báo tử", vec![Means::Document(Kind::DeathNotice)]),
        ("1.000656", "nơi cư trú cuối cùng", vec![]),
        ("1.004222", "mẫu CT01", vec![Means::ApplicationForm]),
        ("1.004222", "chỗ ở hợp pháp", vec![]),
        ("2.000884", "Căn cước điện tử", vec![Means::Identity]),
        ("1.004884", "Bản sao Giấy khai sinh", vec![Means::Document(Kind::BirthCertificate)]),
        ("1.001612", "Giấy đề nghị đăng ký hộ kinh doanh", vec![Means::ApplicationForm]),
        ("1.001731", "giấy chứng tử", vec![Means::Document(Kind::DeathNotice)]),
        ("1.001776", "Giấy xác nhận khuyết tật", vec![Means::Document(Kind::Disability)]),
        ("1.004837", "Văn bản ủy quyền", vec![Means::Document(Kind::PowerOfAttorney)]),
        ("1.004837", "chứng minh thông tin về cư trú", vec![Means::Residence]),
    ] {
        assert_eq!(means(code, part), expected, "{code} {part}");
    }
}

#[test]
fn the_catalogue_comes_back_from_its_own_bytes() {
    let bytes = one_stop().to_json().unwrap();
    let back = Catalogue::parse(&bytes).unwrap();
    assert_eq!(&back, one_stop());
    assert_eq!(back.to_json().unwrap(), bytes);
    assert!(!bytes.contains(&b'\n'));
}

#[test]
fn every_essential_service_is_here_or_said_not_to_be() {
    let services = Services::parse(ESSENTIAL).unwrap();
    let all = one_stop().clone().joined(Catalogue::parse(MORE).unwrap()).unwrap();
    assert_eq!(services.all().iter().filter(|s| !s.candidate).count(), 25);
    assert_eq!(services.all().iter().filter(|s| s.candidate).count(), 21);
    for service in services.all() {
        assert!(!service.checked);
        assert!(!service.candidate || service.certainty == Certainty::Low);
        for code in &service.codes {
            let here = all.find(code, today()).is_some();
            assert_eq!(here, !service.elsewhere.contains(code), "{code}");
        }
    }
    assert!(services.names("1.001193") && services.names("1.004222"));
    assert!(!services.names("1.004873"), "a candidate is not on the list");
    assert_eq!(services.of("1.004873").count(), 1);
    assert_eq!(services.of("9.999999").count(), 0);
}

#[test]
fn the_list_of_services_is_completed_by_a_file() {
    let services = Services::parse(ESSENTIAL).unwrap();
    let table = "\u{feff}decision;number;name;codes;elsewhere;candidate;certainty;checked;note\n\
        QĐ 06/QĐ-TTg;23;Giải quyết hưởng trợ cấp thất nghiệp;1.000001 1.000002;1.000002;false;cao;true;\n\
        QĐ 422/QĐ-TTg;;Dịch vụ mới;;;true;thấp;false;theo công báo\n";
    let rows = essential::import(table.as_bytes()).unwrap();
    assert_eq!(rows[0].codes, ["1.000001", "1.000002"]);
    assert_eq!(rows[0].number, Some(23));
    let done = services.completed(rows.clone());
    assert_eq!(done.all().len(), services.all().len() + 1);
    assert!(done.names("1.000001"));
    assert_eq!(done.completed(rows), done);
    let json = serde_json::to_vec(done.all()).unwrap();
    assert_eq!(essential::import(&json).unwrap(), done.all());
    for (bytes, code) in [
        ("[]", "OFF-66"),
        ("decision;name;certainty\n", "OFF-66"),
        ("decision;name;certainty\nQĐ 06;X;rất cao\n", "OFF-62"),
        ("decision;name;certainty;codes\nQĐ 06;X;cao;123\n", "OFF-67"),
        ("[{}]", "OFF-62"),
    ] {
        assert_eq!(essential::import(bytes.as_bytes()).unwrap_err().code(), code, "{bytes}");
    }
    assert_eq!(essential::import(b"\xff").unwrap_err().code(), "OFF-61");
}

#[test]
fn the_groups_of_the_law_are_six() {
    let mut exemptions = Exemptions::parse(EXEMPTIONS).unwrap();
    assert_eq!(exemptions.groups.len(), 7);
    exemptions.groups.retain(|group| group.scope.is_none());
    assert_eq!(exemptions.groups.len(), 6);
    assert!(!exemptions.header.checked && exemptions.header.mark == Mark::M);
    assert_eq!(exemptions.find("poor_household").unwrap().label, "Hộ nghèo");
    assert!(exemptions.find("rich").is_none());
    assert!(exemptions.groups.iter().all(|g| g.basis.contains("Điều 10")));
}

#[test]
fn the_waiver_of_digital_citizens_holds_from_day_to_day() {
    let exemptions = Exemptions::parse(EXEMPTIONS).unwrap();
    let offered = |code, channel, day| {
        exemptions.offered(code, channel, day).any(|group| group.id == "digital_citizen")
    };
    for (day, expected) in [
        (date(2026, 8, 14), false),
        (date(2026, 8, 15), true),
        (date(2026, 11, 23), true),
        (date(2027, 2, 28), true),
        (date(2027, 3, 1), false),
    ] {
        assert_eq!(offered("1.004222", Channel::Online, day), expected, "{day}");
        assert!(
            !offered("1.004222", Channel::Counter, day),
            "{day}: only what was handed in online"
        );
        assert!(!offered("1.001193", Channel::Online, day), "{day}: not in the annex");
        assert_eq!(exemptions.offered("1.001193", Channel::Online, day).count(), 6);
    }
    let group = exemptions.find("digital_citizen").unwrap();
    let scope = group.scope.as_ref().unwrap();
    assert_eq!(scope.codes.len(), 11);
    for code in &scope.codes {
        let row = one_stop().find(code, today()).unwrap();
        assert!(row.cases(Channel::Online).next().is_some(), "{code}");
    }
    // The copy that was read is a poor one: the clerk is told.
    assert!(!scope.checked && scope.mark == Mark::C && scope.condition.contains("OCR"));
    assert!(group.basis.starts_with("Nghị quyết 66.22/2026/NQ-CP"));
}

#[test]
fn what_is_not_known_is_counted() {
    let services = Services::parse(ESSENTIAL).unwrap();
    let all = one_stop().clone().joined(Catalogue::parse(MORE).unwrap()).unwrap();
    let found = gaps(&all, &services, &Table::default(), today());
    let of = |what| found.iter().filter(move |gap| gap.what == what);
    for (what, count) in
        [(Unknown::Content, 54), (Unknown::ServiceCode, 9), (Unknown::ServiceElsewhere, 7)]
    {
        assert_eq!(of(what).count(), count, "{what:?}");
    }
    let absent: Vec<&str> = of(Unknown::ServiceElsewhere).map(|gap| gap.code.as_str()).collect();
    assert_eq!(
        absent,
        ["2.001403", "1.001456", "3.000333", "1.013833", "3.000347", "3.000348", "1.001437"],
        "of the essential services, in no list of procedures here"
    );
    let find = |what, code: &str| of(what).find(|gap| gap.code == code).map(|gap| gap.why.clone());
    for (what, code, why) in [
        (Unknown::Fee, "1.004873", "Hội đồng nhân dân cấp tỉnh quyết định mức"),
        (Unknown::TimeLimit, "2.000554", "Chưa rõ thời hạn (nguồn ghi “5”)"),
        (Unknown::ResultCode, "1.001699", "1 trên 1 kết quả"),
        (Unknown::PaperCode, "1.001193", " giấy tờ"),
    ] {
        let found = find(what, code).unwrap();
        assert!(found.contains(why), "{code}: {found}");
    }
    for (what, code) in [
        (Unknown::Fee, "1.004222"),
        (Unknown::Fee, "2.000815"),
        (Unknown::TimeLimit, "1.001193"),
        (Unknown::ResultCode, "1.001193"),
    ] {
        assert_eq!(find(what, code), None, "{what:?} of {code} is known");
    }
    let field = of(Unknown::FieldCode).find(|gap| gap.name == "Hộ tịch").unwrap();
    assert_eq!(field.why, "41 thủ tục");
    assert!(Unknown::ALL.iter().all(|what| of(*what).next().is_some()));
    // What an update or the office tells is gone from the list.
    let mut codes = Table::default();
    let field = PortalCode {
        subject: Coded::Field { name: "Hộ tịch".into() },
        code: Code::parse("G99-HT01").unwrap(),
        from: None,
    };
    let entered = Entered {
        at: jiff::Timestamp::UNIX_EPOCH,
        by: UserName("can.bo".into()),
        file: String::new(),
        words: "Mã giả định".into(),
    };
    codes.enter(&entered, vec![field]);
    let mut row = all.find("1.001699", today()).unwrap().clone();
    row.result_codes = vec!["KQ.G99.000001".into()];
    row.field_code = "G99-X01".into();
    let (told, _) = all.merged(vec![row], today()).unwrap();
    let told = gaps(&told, &services, &codes, today());
    let is = |gap: &&Gap| gap.what == Unknown::ResultCode && gap.code == "1.001699";
    assert!(!told.iter().any(|gap| is(&gap)));
    assert!(!told.iter().any(|gap| gap.what == Unknown::FieldCode && gap.name == "Hộ tịch"));
    assert!(told.iter().any(|gap| gap.what == Unknown::FieldCode && gap.name == "Chứng thực"));
}
