//! The procedures beyond the usual ones, and the portal's codes of results.

use super::*;

const MORE: &[u8] = include_bytes!("../../../../../assets/procedures/more.json");

/// Of 225 rows of the sources; refused are 48 without a code, 26 done by another body, 3 with a cut name, a
/// test row and one whose code is out of line.
const MORE_ROWS: usize = 146;

fn more() -> Catalogue {
    Catalogue::parse(MORE).unwrap()
}

#[test]
fn they_join_the_usual_ones() {
    let all = one_stop().clone().joined(more()).unwrap();
    assert_eq!(more().in_force(today()).count(), MORE_ROWS);
    assert_eq!(all.in_force(today()).count(), ROWS + MORE_ROWS);
    assert_eq!(all.header(), one_stop().header());
    for (query, code) in [
        ("dang ky khai sinh", "1.001193"),
        ("dang ky tam tru", "1.004194"),
        ("ho kinh doanh", "1.001612"),
        ("nghia vu quan su tam vang", "1.013138"),
        ("ban le ruou", "2.000620"),
    ] {
        let found = all.search(query, today(), &[]);
        assert_eq!(found.first().map(|p| p.code.as_str()), Some(code), "{query}");
    }
    // A procedure is in one file only.
    let error = one_stop().clone().joined(one_stop().clone()).unwrap_err();
    assert_eq!(error.code(), "OFF-42");
}

#[test]
fn rows_tell_what_they_know() {
    let more = more();
    let find = |code: &str| more.find(code, today()).unwrap();
    for (code, name, limit, fee) in [
        (
            "1.013138",
            "Thủ tục đăng ký nghĩa vụ quân sự tạm vắng",
            TimeLimit::WorkingDays(1),
            Fee::Free,
        ),
        ("1.001662", "Đăng ký khai thác nước dưới đất", TimeLimit::WorkingDays(7), Fee::Free),
        (
            "1.004088",
            "Đăng ký phương tiện lần đầu đối với phương tiện chưa khai thác trên đường thủy nội địa",
            TimeLimit::WorkingDays(2),
            Fee::Amount(Dong(70_000)),
        ),
    ] {
        let row = find(code);
        assert_eq!(row.name, name);
        assert_eq!(row.time_limit(Channel::Counter), limit, "{code}");
        assert_eq!(row.fee(Channel::Counter, today()), fee, "{code}");
        assert!(!row.components.is_empty(), "{code}");
    }
    // The portal's number has lost its unit.
    let port = find("1.004478");
    assert_eq!(port.time_limit(Channel::Online), TimeLimit::Unclear("5".into()));
    assert!(port.flags.contains(&Flag::TimeLimitUnitMissing));
    // Of a third only the code and the name are known, and nothing is made up.
    let bare: Vec<&Procedure> =
        more.in_force(today()).filter(|p| p.flags.contains(&Flag::NameOnly)).collect();
    assert_eq!(bare.len(), 54);
    for row in bare {
        assert!(row.components.is_empty() && row.channels.is_empty(), "{}", row.code);
        assert_eq!(row.time_limit(Channel::Counter), TimeLimit::Unclear(String::new()));
        assert!(matches!(row.fee(Channel::Counter, today()), Fee::Unknown(_)), "{}", row.code);
    }
    for row in more.in_force(today()) {
        assert!(!row.checked && row.mark == Mark::C, "{}", row.code);
        assert!(!row.field.is_empty() && !row.source_date.is_empty(), "{}", row.code);
        assert!(row.level.to_lowercase().contains("xã"), "{}", row.code);
        assert!(!row.name.contains('…'), "{}", row.code);
        assert!(row.components.iter().all(|c| c.satisfied_by.is_empty()), "{}", row.code);
    }
    for code in ["3.000360", "1.115148", "1.008951", "1.014586", "1.013274", "2.002762"] {
        assert!(more.find(code, today()).is_none(), "{code} cannot stand");
    }
}

#[test]
fn results_have_the_portals_codes_where_they_are_known() {
    let all = one_stop().clone().joined(more()).unwrap();
    let code = |procedure: &str, result: &str| {
        let row = all.find(procedure, today()).unwrap();
        let place = row.results.iter().position(|name| name == result).unwrap();
        row.result_codes.get(place).cloned().unwrap_or_default()
    };
    for (procedure, result, expected) in [
        ("1.000080", "Trích lục đăng ký nhận cha, mẹ, con", "KQ.G15.000033"),
        ("1.000094", "Giấy chứng nhận kết hôn", "KQ.G15.000032"),
        // The source cuts the name after 160 signs; only one result begins so.
        (
            "1.014275",
            "Văn bản chấp thuận tổ chức kinh tế được nhận chuyển nhượng, thuê quyền sử dụng đất, nhận góp vốn bằng quyền sử dụng đất để thực hiện dự án đầu tư đối với trường hợp được chấp thuận",
            "KQ.G10.000908",
        ),
        ("1.001699", "Giấy xác nhận khuyết tật", ""),
        ("2.000942", "Bản sao giao dịch được chứng thực", ""),
    ] {
        assert_eq!(code(procedure, result), expected, "{procedure}");
    }
    let count = |rows: &Catalogue| {
        let rows: Vec<&Procedure> = rows.in_force(today()).collect();
        let known = rows.iter().flat_map(|p| &p.result_codes).filter(|code| !code.is_empty());
        (rows.iter().map(|p| p.results.len()).sum::<usize>(), known.count())
    };
    assert_eq!(count(one_stop()), (421, 410));
    assert_eq!(count(&more()), (87, 49));
}
