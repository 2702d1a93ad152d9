//! The forms on the wire, with the portal's own names. Scalars are strings unless the field tables say
//! otherwise; what is not known is left out.
//!
//! The forms carry personal data, so they have no `Debug` that shows any.

use std::fmt;

use serde::Serialize;

/// One request.
#[derive(Clone, Serialize)]
pub struct Envelope<'a, T> {
    /// Session of the login.
    pub session: &'a str,
    /// The office's code at the portal.
    pub madonvi: &'a str,
    /// [`Service::name`](super::Service::name).
    pub service: &'static str,
    /// `True` where the portal has the dossier already; dossiers only.
    #[serde(rename = "isUpdating", skip_serializing_if = "Option::is_none")]
    pub is_updating: Option<&'static str>,
    /// The items.
    pub data: &'a [T],
}

impl<'a> Envelope<'a, DossierMessage> {
    /// Dossiers, new or, after the portal has said that it has them, as an update.
    pub fn dossiers(
        session: &'a str,
        unit: &'a str,
        updating: bool,
        data: &'a [DossierMessage],
    ) -> Self {
        Envelope {
            session,
            madonvi: unit,
            service: super::Service::Dossier.name(),
            is_updating: Some(if updating { "True" } else { "False" }),
            data,
        }
    }
}

impl<'a> Envelope<'a, ProgressMessage> {
    /// Progress in requests of at most [`CHUNK`](super::CHUNK) items, in order.
    pub fn progress(
        session: &'a str,
        unit: &'a str,
        items: &'a [ProgressMessage],
    ) -> impl Iterator<Item = Self> {
        items.chunks(super::CHUNK).map(move |data| Envelope {
            session,
            madonvi: unit,
            service: super::Service::Progress.name(),
            is_updating: None,
            data,
        })
    }
}

/// A form with the portal's names: `doc, Rust name, name on the wire`.
macro_rules! form {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $wire:literal,)* }
     lists { $($(#[$list_doc:meta])* $list:ident: $list_wire:literal [$item:ty],)* }) => {
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq, Eq, Serialize)]
        pub struct $name {
            $($(#[$field_doc])* #[serde(rename = $wire, skip_serializing_if = "Option::is_none")]
            pub $field: Option<String>,)*
            $($(#[$list_doc])* #[serde(rename = $list_wire)]
            pub $list: Vec<$item>,)*
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

form! {
    /// An item of `DongBoHoSoMC`.
    DossierMessage {
        /// Mã hồ sơ.
        code: "MaHoSo",
        /// Mã thủ tục.
        procedure: "MaTTHC",
        /// Tên thủ tục.
        procedure_name: "TenTTHC",
        /// Mã lĩnh vực.
        field: "MaLinhVuc",
        /// Tên lĩnh vực.
        field_name: "TenLinhVuc",
        /// Số biên nhận: the office's own code of a dossier that has the portal's.
        receipt: "SoBienNhan",
        /// Kênh thực hiện, 1–3.
        channel: "KenhThucHien",
        /// Chủ hồ sơ.
        owner: "ChuHoSo",
        /// Số giấy tờ chủ hồ sơ.
        owner_paper: "SoGiayToChuHoSo",
        /// Loại đối tượng, 1–4.
        owner_kind: "LoaiDoiTuong",
        /// Thông tin khác.
        other: "ThongTinKhac",
        /// Thư điện tử.
        email: "Email",
        /// Số điện thoại.
        phone: "SoDienThoai",
        /// Trích yếu hồ sơ, at most 1.000 characters.
        summary: "TrichYeuHoSo",
        /// Ngày tiếp nhận.
        received: "NgayTiepNhan",
        /// Ngày hẹn trả.
        due: "NgayHenTra",
        /// Trạng thái hồ sơ, 1–10.
        status: "TrangThaiHoSo",
        /// Ngày trả.
        returned: "NgayTra",
        /// Hình thức trả: 0 at the counter, 1 by post.
        return_form: "HinhThuc",
        /// Ngày kết thúc xử lý.
        ended: "NgayKetThucXuLy",
        /// Đơn vị xử lý.
        unit: "DonViXuLy",
        /// Ghi chú.
        note: "GhiChu",
        /// Ngày nộp hồ sơ.
        filed: "NgayNopHoSo",
        /// Ngày từ chối.
        refused: "NgayTuChoi",
        /// Nơi nộp hồ sơ: 1 the portal, 2 this system.
        filed_at: "NoiNopHoSo",
        /// Hồ sơ có thành phần số hóa, 0/1.
        digitised: "HoSoCoThanhPhanSoHoa",
        /// Tài khoản được xác thực với VNeID, 0/1.
        confirmed: "TaiKhoanDuocXacThucVoiVNeID",
        /// Được thanh toán trực tuyến, 0–3.
        paid_online: "DuocThanhToanTrucTuyen",
    }
    lists {
        /// Định danh chủ hồ sơ; empty where no number is known.
        numbers: "DinhDanhCHS" [NumberMessage],
        /// Cơ sở dữ liệu đã kết nối; empty: none.
        databases: "DSKetNoiCSDL" [DatabaseMessage],
        /// Tài liệu nộp: components that have a file.
        files: "TaiLieuNop" [FileMessage],
        /// Phí, lệ phí that were taken.
        fees: "DanhSachLePhi" [FeeMessage],
        /// Components without a file.
        papers: "DanhSachTepDinhKemKhac" [PaperMessage],
        /// Yêu cầu bổ sung.
        supplements: "DanhSachHoSoBoSung" [SupplementMessage],
        /// Giấy tờ kết quả.
        results: "DanhSachGiayToKetQua" [ResultMessage],
    }
}

form! {
    /// A number of the applicant.
    NumberMessage {
        /// 1: twelve digits, 2: nine digits.
        kind: "LoaiDinhDanh",
        /// The number.
        number: "SoDinhDanh",
    }
    lists {}
}

form! {
    /// A database that was asked. The portal's list of codes is not known here.
    DatabaseMessage {
        /// Its code.
        code: "MaCSDL",
    }
    lists {}
}

form! {
    /// A component's file.
    FileMessage {
        /// Its name, at most 4.000 characters.
        name: "TenTepDinhKem",
        /// Mã thành phần hồ sơ.
        component: "MaThanhPhanHoSo",
        /// Where the portal fetches it.
        link: "DuongDanTaiTepTin",
        /// Được số hóa, 0/1.
        digitised: "DuocSoHoa",
        /// Được tái sử dụng: 0 no, 1 a digitised component, 2 an earlier result.
        reused: "DuocTaiSuDung",
        /// Lấy từ kho dữ liệu điện tử quốc gia, 0/1.
        national_store: "DuocLayTuKhoDMQG",
        /// Mã kết quả thay thế, with `reused` 2.
        result: "MaKetQuaThayThe",
    }
    lists {}
}

form! {
    /// A fee that was taken.
    FeeMessage {
        /// Its name.
        name: "TenPhiLePhi",
        /// Its code.
        code: "MaPhiLePhi",
        /// Hình thức thu.
        collection: "HinhThucThu",
        /// Đồng.
        amount: "Gia",
        /// 1 phí, 2 lệ phí (inferred by the source).
        kind: "LoaiPhiLePhi",
    }
    lists {}
}

/// A component without a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PaperMessage {
    /// Its name.
    #[serde(rename = "TenGiayTo")]
    pub name: String,
    /// How many; a number on the wire.
    #[serde(rename = "SoLuong")]
    pub quantity: u16,
}

/// A supplement that was asked for.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct SupplementMessage {
    /// Its place in the dossier, from 1; a number on the wire.
    #[serde(rename = "HoSoBoSungId")]
    pub id: u32,
    /// Who asked.
    #[serde(rename = "NguoiYeuCauBoSung")]
    pub asked_by: String,
    /// What for and why.
    #[serde(rename = "NoiDungBoSung")]
    pub content: String,
    /// When it was asked for.
    #[serde(rename = "NgayBoSung")]
    pub asked: String,
    /// Who took it in.
    #[serde(rename = "NguoiTiepNhanBoSung", skip_serializing_if = "Option::is_none")]
    pub taken_by: Option<String>,
    /// When it came.
    #[serde(rename = "NgayTiepNhanBoSung", skip_serializing_if = "Option::is_none")]
    pub taken: Option<String>,
    /// Whether it came; a boolean on the wire.
    #[serde(rename = "TrangThaiBoSung")]
    pub done: bool,
    /// What came.
    #[serde(rename = "DanhSachGiayToBoSung")]
    pub files: Vec<FileMessage>,
    /// Deadline before.
    #[serde(rename = "NgayHenTraTruoc", skip_serializing_if = "Option::is_none")]
    pub due_before: Option<String>,
    /// Deadline after.
    #[serde(rename = "NgayHenTraMoi", skip_serializing_if = "Option::is_none")]
    pub due_after: Option<String>,
}

impl fmt::Debug for SupplementMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SupplementMessage(…)")
    }
}

form! {
    /// A result that is there as a file.
    ResultMessage {
        /// Its name, at most 2.000 characters.
        name: "TenGiayTo",
        /// Where the portal fetches it.
        link: "DuongDanTepTinKetQua",
        /// The procedure's code of the result.
        code: "MaGiayToKetQua",
    }
    lists {}
}

form! {
    /// An item of `CapNhatTienDoHoSoMC`.
    ProgressMessage {
        /// Mã hồ sơ.
        code: "MaHoSo",
        /// Người xử lý, at most 50 characters.
        officer: "NguoiXuLy",
        /// Thời điểm xử lý.
        at: "ThoiDiemXuLy",
        /// Phòng ban xử lý.
        unit: "PhongBanXuLy",
        /// Nội dung xử lý.
        content: "NoiDungXuLy",
        /// Trạng thái, 1–10.
        status: "TrangThai",
        /// Ngày kết thúc theo quy định.
        due: "NgayKetThucTheoQuyDinh",
    }
    lists {}
}
