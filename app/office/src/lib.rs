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
//! | [`Procedure`](catalogue::Procedure) | thủ tục hành chính |
//! | [`Component`](catalogue::Component) | thành phần hồ sơ |
//! | [`Essential`](catalogue::essential::Essential) | dịch vụ công thiết yếu |
//! | [`document::Kind`] | loại giấy tờ của công dân |
//! | [`Form`](eform::Form) | tờ khai, biểu mẫu điện tử |
//! | [`Dossier`](dossier::Dossier) | hồ sơ |
//! | Receipt | giấy tiếp nhận hồ sơ và hẹn trả kết quả (mẫu 01) |
//! | [`Book`](book::Book) | sổ |
//! | Lease | quyền cấp số của một máy |
//! | [`Entry`](entry::Entry) | việc đã xảy ra, ghi vào sổ cái |

pub mod book;
pub mod calendar;
pub mod catalogue;
pub mod document;
pub mod dossier;
pub mod eform;
pub mod entry;
pub mod evidence;
pub mod explain;
pub mod money;
pub mod person;
pub mod tag;
pub mod text;
pub mod trust;
pub mod unit;

pub use explain::Explain;
