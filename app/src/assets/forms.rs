//! The words of every form, parsed once at start.

use reports::{
    FormTexts,
    form::{
        application::ApplicationWords,
        bound::BoundWords,
        cash::CashWords,
        certification::CertificationWords,
        control::ControlWords,
        fee_receipt::FeeReceiptWords,
        handover::HandoverWords,
        notice::{ApologyWords, RefusalWords, StopWords, SupplementWords},
        receipt::ReceiptWords,
        recovery::RecoveryWords,
        register::RegisterWords,
        result::ResultWords,
        statistics::StatisticsWords,
        ticket::TicketWords,
        verification::VerificationWords,
    },
};

use crate::failure::AppError;

/// The forms of a one-stop office.
#[derive(Clone)]
pub struct FormSet {
    /// Mẫu 01.
    pub receipt: FormTexts<ReceiptWords>,
    /// Mẫu 02.
    pub supplement: FormTexts<SupplementWords>,
    /// Mẫu 03.
    pub refusal: FormTexts<RefusalWords>,
    /// Mẫu 04.
    pub apology: FormTexts<ApologyWords>,
    /// Mẫu 05.
    pub stop: FormTexts<StopWords>,
    /// Mẫu 06.
    pub control: FormTexts<ControlWords>,
    /// Mẫu 07.
    pub register: FormTexts<RegisterWords>,
    /// A book that is printed to be bound.
    pub bound: FormTexts<BoundWords>,
    /// Biên lai thu phí, lệ phí.
    pub fee_receipt: FormTexts<FeeReceiptWords>,
    /// Giấy biên nhận trả kết quả.
    pub result: FormTexts<ResultWords>,
    /// Phiếu bàn giao hồ sơ.
    pub handover: FormTexts<HandoverWords>,
    /// Tờ khai.
    pub application: FormTexts<ApplicationWords>,
    /// Báo cáo tình hình giải quyết hồ sơ.
    pub statistics: FormTexts<StatisticsWords>,
    /// Bảng kê thu phí, lệ phí.
    pub cash: FormTexts<CashWords>,
    /// Phiếu số thứ tự.
    pub ticket: FormTexts<TicketWords>,
    /// What stands around a wording.
    pub certification: FormTexts<CertificationWords>,
    /// Phiếu khôi phục.
    pub recovery: FormTexts<RecoveryWords>,
    /// Kết quả kiểm tra chữ ký số.
    pub verification: FormTexts<VerificationWords>,
}

impl FormSet {
    /// Reads the bundled words.
    pub fn bundled() -> Result<Self, AppError> {
        let named = |name: &'static str| move |_| AppError::Assets(name.into());
        Ok(Self {
            receipt: FormTexts::bundled().map_err(named("receipt"))?,
            supplement: FormTexts::bundled().map_err(named("supplement"))?,
            refusal: FormTexts::bundled().map_err(named("refusal"))?,
            apology: FormTexts::bundled().map_err(named("apology"))?,
            stop: FormTexts::bundled().map_err(named("stop"))?,
            control: FormTexts::bundled().map_err(named("control"))?,
            register: FormTexts::bundled().map_err(named("register"))?,
            bound: FormTexts::bundled().map_err(named("bound"))?,
            fee_receipt: FormTexts::bundled().map_err(named("fee_receipt"))?,
            result: FormTexts::bundled().map_err(named("result"))?,
            handover: FormTexts::bundled().map_err(named("handover"))?,
            application: FormTexts::bundled().map_err(named("application"))?,
            statistics: FormTexts::bundled().map_err(named("statistics"))?,
            cash: FormTexts::bundled().map_err(named("cash"))?,
            ticket: FormTexts::bundled().map_err(named("ticket"))?,
            certification: FormTexts::bundled().map_err(named("certification"))?,
            recovery: FormTexts::bundled().map_err(named("recovery"))?,
            verification: FormTexts::bundled().map_err(named("verification"))?,
        })
    }
}
