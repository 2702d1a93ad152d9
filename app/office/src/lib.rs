//! The words and rules of office work. Pure: no clock, no file, no network, no window.
//!
//! Time, random ids and law data come in as values; what comes out is decided by these alone, so a
//! dispute about a deadline or a number can be replayed years later from the ledger's entries.
//!
//! # Glossary
//!
//! | here | tiếng Việt |
//! |---|---|
//! | [`Person`](person::Person) | công dân, người nộp |
//! | [`Evidence`](evidence::Evidence) | mức chứng cứ về danh tính |
//! | [`PartialDate`](partial_date::PartialDate) | ngày, tháng, năm sinh như giấy tờ ghi |
//! | [`StillAsked`](waiver::StillAsked) | lý do vẫn cần xuất trình giấy tờ tùy thân |
//! | [`PersonId`](person::PersonId) | một người của cơ quan, gọi bằng vị trí của một mục ghi nói về họ |
//! | [`Claim`](person::Claim) | số chỉ một người có: số định danh, số hộ chiếu |
//! | [`Procedure`](catalogue::Procedure) | thủ tục hành chính |
//! | [`Component`](catalogue::Component) | thành phần hồ sơ |
//! | [`Essential`](catalogue::essential::Essential) | dịch vụ công thiết yếu |
//! | [`document::Kind`] | loại giấy tờ của công dân |
//! | [`Form`](eform::Form) | tờ khai, biểu mẫu điện tử |
//! | [`Dossier`](dossier::Dossier) | hồ sơ |
//! | Receipt | giấy tiếp nhận hồ sơ và hẹn trả kết quả (mẫu 01) |
//! | [`Book`](book::Book), [`BookDefinition`](book::BookDefinition) | sổ, định nghĩa của sổ |
//! | [`Act`](act::Act) | việc chứng thực, công chứng |
//! | [`Prepared`](act::Prepared) | bản điện tử chờ ký số |
//! | [`Course`](workflow::Course) | quá trình giải quyết hồ sơ |
//! | [`FormData`](eform::FormData) | tờ khai điện tử |
//! | [`KeptDocument`](document::KeptDocument) | giấy tờ trong kho của công dân |
//! | [`Payment`](payment::Payment) | biên lai thu phí, lệ phí |
//! | [`Case`](tariff::receipt::Case), [`Due`](tariff::Due) | trường hợp thu; còn thiếu, đủ, thừa |
//! | [`Transfer`](vietqr::Transfer) | mã VietQR chuyển khoản |
//! | [`Credit`](statement::Credit) | khoản tiền vào trong sao kê |
//! | [`LinkedPart`](dossier::LinkedPart) | phần việc liên thông |
//! | [`Gap`](indicators::Gap) | điều còn thiếu theo bộ chỉ số 766 |
//! | [`Ticket`](ticket::Ticket) | phiếu số thứ tự |
//! | [`Arrival`](arrival::Arrival) | hồ sơ nộp trực tuyến |
//! | [`PortalCode`](portal_code::PortalCode) | mã của Cổng Dịch vụ công quốc gia: mã lĩnh vực, mã phí, lệ phí |
//! | [`ConflictKind`](conflict::ConflictKind) | điều mâu thuẫn giữa các máy |
//! | Lease | quyền cấp số của một máy |
//! | Branch | mục ghi mà bản sao của một máy đã viết bằng khóa của máy ấy |
//! | [`Subject`](subject::Subject) | việc mà giấy tờ, tiền, ghi chú, tệp đính kèm gắn vào |
//! | [`Remark`](remark::Remark), [`Attachment`](attachment::Attachment) | ghi chú, tệp đính kèm |
//! | [`Erasure`](entry::Erasure) | xóa nội dung của mục ghi theo quy định |
//! | [`Figures`](statistics::Figures) | số liệu báo cáo tình hình giải quyết hồ sơ |
//! | [`Entry`](entry::Entry) | việc đã xảy ra, ghi vào sổ cái |

pub mod act;
pub mod arrival;
pub mod asset;
pub mod attachment;
pub mod backup;
pub mod book;
pub mod calendar;
pub mod catalogue;
pub mod collate;
pub mod conflict;
pub mod date;
pub mod document;
pub mod dossier;
pub mod eform;
pub mod entry;
pub mod evidence;
pub mod explain;
pub mod export;
#[cfg(test)]
mod fixture;
pub mod header;
pub mod id;
pub mod indicators;
pub mod linked;
pub mod lists;
pub mod money;
pub mod partial_date;
pub mod payment;
pub mod person;
pub mod phone;
pub mod portal_code;
pub mod register;
pub mod remark;
pub mod role;
pub mod settings;
pub mod spreadsheet;
pub mod stage;
pub mod statement;
pub mod statistics;
pub mod subject;
pub mod tag;
pub mod tariff;
pub mod text;
pub mod ticket;
pub mod trust;
pub mod unit;
pub mod unknown;
pub mod vietqr;
pub mod waiver;
pub mod words;
pub mod workflow;

pub use explain::Explain;
