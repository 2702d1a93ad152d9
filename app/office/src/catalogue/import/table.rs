//! A catalogue as a table (CSV), for offices whose province gives a spreadsheet.
//!
//! UTF-8, with or without a byte order mark, cells parted by `;` or `,`. The first line names the
//! columns of [`COLUMNS`], in any order. A procedure takes as many lines as it has papers, channels or
//! results: lines of one code belong together, the first of them carries the name and the field.

use std::collections::HashMap;

use super::{
    Amount, Candidate, Import, ImportError, Origin, fee, flags, is_conditional, shortened,
};
use crate::{
    calendar::TimeLimit,
    catalogue::{ChannelRule, Component, Flag, MAX_PROCEDURES, Procedure},
    date::{self, Century},
    dossier::Channel,
    spreadsheet::{Columns, reader},
    text,
};

/// The columns, with what stands in them. Only `ma_thu_tuc` and `ten_thu_tuc` must be there.
pub const COLUMNS: [(&str, &str); 22] = [
    ("ma_thu_tuc", "Mã thủ tục, ví dụ 1.001193"),
    ("ten_thu_tuc", "Tên thủ tục"),
    ("linh_vuc", "Lĩnh vực"),
    ("ma_linh_vuc", "Mã lĩnh vực của Cổng"),
    ("cap", "Cấp thực hiện"),
    ("het_hieu_luc", "Ngày cuối còn hiệu lực, dd/mm/yyyy"),
    ("kenh", "1 hoặc Trực tiếp; 2 hoặc Trực tuyến; 3 hoặc Bưu chính công ích"),
    ("truong_hop_thoi_han", "Trường hợp áp dụng thời hạn; trống là trường hợp thường"),
    ("thoi_han", "Thời hạn kèm đơn vị, ví dụ 3 ngày làm việc"),
    ("muc_thu", "Mức thu bằng đồng, chỉ chữ số; 0 là miễn phí"),
    ("ma_phi", "Mã phí, lệ phí của Cổng"),
    ("ghi_chu_muc_thu", "Ghi chú về mức thu"),
    ("ten_giay_to", "Tên giấy tờ"),
    ("ma_giay_to", "Mã giấy tờ của Cổng"),
    ("nhom_giay_to", "Nhóm giấy tờ"),
    ("khi_nao", "Khi nào phải nộp"),
    ("ban_chinh", "Số bản chính"),
    ("ban_sao", "Số bản sao"),
    ("bat_buoc", "1 là bắt buộc, 0 là không"),
    ("mau_so", "Số hiệu mẫu đơn, tờ khai"),
    ("ket_qua", "Tên kết quả"),
    ("ma_ket_qua", "Mã kết quả của Cổng"),
];

/// Reads a table. Lines that cannot be right take their procedure with them.
pub fn table(bytes: &[u8], origin: &Origin) -> Result<Import, ImportError> {
    let text = super::text_of(bytes)?;
    let mut reader = reader(&text);
    let head = reader.headers().map_err(|e| ImportError::table(&e))?.clone();
    let (columns, unknown) = Columns::of(&head, &COLUMNS, &["ma_thu_tuc", "ten_thu_tuc"])
        .map_err(ImportError::MissingColumn)?;
    let mut rows: Vec<Candidate> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(|e| ImportError::table(&e))?;
        let line = Line { columns: &columns, record: &record };
        let number = record.position().map_or(0, csv::Position::line);
        let code = line.cell("ma_thu_tuc");
        let place = *places.entry(code.clone()).or_insert_with(|| {
            rows.push(Candidate {
                place: format!("dòng {number}"),
                name: shortened(&code, 100),
                procedure: Ok(Box::new(line.procedure(origin))),
            });
            rows.len() - 1
        });
        if rows.len() > MAX_PROCEDURES {
            return Err(ImportError::TooLarge);
        }
        let Some(row) = rows.get_mut(place) else { continue };
        if let Ok(procedure) = &mut row.procedure
            && let Err(why) = line.add_to(procedure)
        {
            row.place = format!("dòng {number}");
            row.procedure = Err(format!("Không nhận: {why}."));
        }
    }
    for row in &mut rows {
        if let Ok(procedure) = &mut row.procedure {
            let stated = flags(procedure);
            procedure.flags.extend(stated);
        }
    }
    Import::sifted(rows, unknown)
}

/// One line of the table.
struct Line<'a> {
    columns: &'a Columns,
    record: &'a csv::StringRecord,
}

impl Line<'_> {
    fn cell(&self, column: &str) -> String {
        text::clean(self.columns.cell(self.record, column))
    }

    fn number<T: std::str::FromStr>(&self, column: &str) -> Result<Option<T>, &'static str> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return Ok(None);
        }
        cell.parse().map(Some).map_err(|_| "có ô số mà không phải số nguyên")
    }

    /// The procedure with what its first line says of the whole.
    fn procedure(&self, origin: &Origin) -> Procedure {
        Procedure {
            code: self.cell("ma_thu_tuc"),
            name: self.cell("ten_thu_tuc"),
            short_name: String::new(),
            field: self.cell("linh_vuc"),
            field_code: self.cell("ma_linh_vuc"),
            level: self.cell("cap"),
            common: false,
            components: Vec::new(),
            notes: Vec::new(),
            channels: Vec::new(),
            results: Vec::new(),
            result_codes: Vec::new(),
            legal_basis: Vec::new(),
            from: None,
            until: None,
            source: text::clean(&origin.source),
            source_date: origin.date.to_string(),
            mark: origin.mark,
            checked: false,
            flags: Vec::new(),
        }
    }

    fn add_to(&self, procedure: &mut Procedure) -> Result<(), &'static str> {
        let until = self.cell("het_hieu_luc");
        if !until.is_empty() {
            let date = date::parse(&until, Century::This);
            procedure.until = date.map_err(|_| "ngày hết hiệu lực không có dạng dd/mm/yyyy")?;
        }
        self.add_channel(procedure)?;
        self.add_component(procedure)?;
        let result = self.cell("ket_qua");
        if !result.is_empty() {
            let code = self.cell("ma_ket_qua");
            let before = procedure.results.len();
            procedure.results.push(result);
            if !code.is_empty() || !procedure.result_codes.is_empty() {
                procedure.result_codes.resize(before, String::new());
                procedure.result_codes.push(code);
            }
        }
        Ok(())
    }

    fn add_channel(&self, procedure: &mut Procedure) -> Result<(), &'static str> {
        let channel = self.cell("kenh");
        if channel.is_empty() {
            return Ok(());
        }
        let kind = match text::fold(&channel).as_str() {
            "1" | "truc tiep" => Channel::Counter,
            "2" | "truc tuyen" => Channel::Online,
            "3" | "buu chinh cong ich" | "buu chinh" | "dich vu buu chinh" => Channel::Post,
            _ => return Err("kênh phải là Trực tiếp, Trực tuyến hoặc Bưu chính công ích"),
        };
        let note = self.cell("ghi_chu_muc_thu");
        let stated = fee(self.number("muc_thu")?.map(Amount::Dong), &note);
        let code = self.cell("ma_phi");
        let case = self.cell("truong_hop_thoi_han");
        let time_limit = TimeLimit::read(&self.cell("thoi_han"));
        let same = procedure
            .channels
            .iter_mut()
            .find(|rule| rule.kind == kind && rule.case == case && rule.time_limit == time_limit);
        let rule = match same {
            Some(rule) => rule,
            None => {
                procedure.channels.push(ChannelRule {
                    kind,
                    case,
                    time_limit,
                    fees: Vec::new(),
                    fee_names: Vec::new(),
                    fee_codes: Vec::new(),
                    fee_note: note,
                    fee_source: None,
                    later_fees: Vec::new(),
                });
                let Some(rule) = procedure.channels.last_mut() else { return Ok(()) };
                rule
            }
        };
        if let Some(fee) = stated {
            if !code.is_empty() || !rule.fee_codes.is_empty() {
                rule.fee_codes.resize(rule.fees.len(), String::new());
                rule.fee_codes.push(code);
            }
            rule.fees.push(fee);
        }
        Ok(())
    }

    fn add_component(&self, procedure: &mut Procedure) -> Result<(), &'static str> {
        let name = self.cell("ten_giay_to");
        if name.is_empty() {
            return Ok(());
        }
        let mut component = Component {
            name,
            code: self.cell("ma_giay_to"),
            group: self.cell("nhom_giay_to"),
            when: self.cell("khi_nao"),
            originals: self.number("ban_chinh")?.unwrap_or(0),
            copies: self.number("ban_sao")?.unwrap_or(0),
            obligatory: false,
            shown_only: false,
            form_no: self.cell("mau_so"),
            satisfied_by: Vec::new(),
        };
        component.obligatory = match self.cell("bat_buoc").as_str() {
            "1" => true,
            "0" => false,
            "" => {
                if !procedure.flags.contains(&Flag::ObligatoryInferred) {
                    procedure.flags.push(Flag::ObligatoryInferred);
                }
                !is_conditional(&component)
            }
            _ => return Err("cột bat_buoc chỉ nhận 1 hoặc 0"),
        };
        procedure.components.push(component);
        Ok(())
    }
}
