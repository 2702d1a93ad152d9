//! What the clerk does next: a badge and a reason leave a person at the counter waiting. The advice is the
//! office's own care, no duty of law: it never names a penalty or an authority that must be called.

use identity::authenticity::Finding;
use office::evidence::Evidence;

/// The next steps after a reading: what the findings ask for and what the level asks for. A false chip's
/// refusal comes before all else. Evidence that is no chip's has no findings.
pub fn next_steps(evidence: Evidence, findings: &[Finding]) -> Vec<&'static str> {
    let mut steps: Vec<&'static str> = Vec::new();
    for step in findings.iter().filter_map(special) {
        if !steps.contains(&step) {
            steps.push(step);
        }
    }
    let at = if evidence.usable() { steps.len() } else { 0 };
    steps.splice(at..at, general(evidence).iter().copied());
    steps
}

fn general(evidence: Evidence) -> &'static [&'static str] {
    match evidence {
        Evidence::ChipAuthentic => &["So ảnh trên chip với người đang có mặt, rồi tiếp nhận."],
        Evidence::ChipSigned => &[
            "So ảnh trên chip với người đang có mặt, so thông tin ở đây với mặt giấy tờ, rồi tiếp nhận.",
        ],
        Evidence::ChipIssuerUnknown => &[
            "So ảnh với người đang có mặt và so từng mục với mặt giấy tờ trước khi tiếp nhận: chip này chưa được xác nhận.",
        ],
        Evidence::ChipNotAuthentic => &[
            "Không dùng kết quả này để xác nhận danh tính, không nhận hồ sơ bằng giấy tờ này.",
            "Đề nghị xuất trình giấy tờ khác và báo người phụ trách của đơn vị.",
        ],
        Evidence::VneidConfirmed => &["So người đang có mặt với ảnh trên giấy tờ, rồi tiếp nhận."],
        Evidence::Declared => &["So thông tin với mặt thẻ và với người đang có mặt."],
        Evidence::Typed => &["So từng mục với bản gốc giấy tờ và với người đang có mặt."],
    }
}

/// What one finding asks for beyond its own sentence.
fn special(finding: &Finding) -> Option<&'static str> {
    Some(match finding {
        Finding::OtherCard => {
            "Xem lại số, mã QR hoặc dòng MRZ vừa nhập có đúng là của giấy tờ này không, rồi đọc lại một lần."
        }
        Finding::CopyProofFalse | Finding::AccessDiffers => {
            "Đặt thẻ sát đầu đọc, giữ yên và đọc lại một lần. Nếu vẫn như vậy, coi là chip không thật."
        }
        Finding::Altered(_)
        | Finding::CheckDigits
        | Finding::Contradiction(_)
        | Finding::ListedNotSigned(_)
        | Finding::SignedNotListed(_)
        | Finding::Missing(_)
        | Finding::Unsigned(_) => {
            "So từng mục in trên mặt giấy tờ với dữ liệu chip tự khai và ghi lại chỗ khác nhau."
        }
        Finding::SignerRevoked(_) | Finding::IssuerRevoked(_) => {
            "Hướng dẫn người đến hỏi cơ quan đã cấp giấy tờ này."
        }
        Finding::IssuerUnknown | Finding::IssuerUnsupported => {
            "Nhờ người quản trị nạp chứng thư gốc (CSCA) của nước cấp, hoặc danh sách gốc (master list) có nước đó (Khác → Chứng thư tin cậy), rồi đọc lại."
        }
        Finding::IssuerOtherKey => {
            "Chưa coi là đã xác nhận: hỏi cấp trên chứng thư gốc mới của nơi cấp, nạp vào máy (Khác → Chứng thư tin cậy) rồi đọc lại."
        }
        Finding::RevocationsStale => "Nhờ người quản trị nạp danh sách thu hồi mới của nơi cấp.",
        Finding::DocumentExpired => {
            "Giấy tờ đã hết hạn: xem thủ tục có nhận giấy tờ hết hạn không. Nếu không, hướng dẫn công dân làm thủ tục cấp đổi."
        }
        Finding::Unread(_) => "Lấy mục chip ghi không rõ theo mặt giấy tờ.",
        Finding::Discrepancy(_) => {
            "So mục ghi không giống nhau với mặt giấy tờ và lấy theo mặt giấy tờ."
        }
        Finding::FellBack | Finding::CopyNotChecked => {
            "Nếu cần chắc chắn hơn, đặt lại thẻ và đọc lại một lần."
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use identity::groups::Group;

    use super::*;

    #[test]
    fn every_level_has_a_next_step_and_only_a_false_chip_ends_the_work() {
        for evidence in Evidence::ALL {
            let steps = next_steps(evidence, &[]);
            assert!(!steps.is_empty(), "{evidence:?}");
            let refused = steps.iter().any(|step| step.starts_with("Không dùng kết quả này"));
            assert_eq!(refused, !evidence.usable(), "{evidence:?}");
        }
    }

    #[test]
    fn a_step_is_told_once() {
        let findings = [Group::DG1, Group::DG2, Group::DG13].map(Finding::Altered);
        let steps = next_steps(Evidence::ChipNotAuthentic, &findings);
        assert_eq!(steps.len(), 3, "{steps:?}");
    }
}
