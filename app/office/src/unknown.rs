//! What the catalogue does not know, in one place.
//!
//! A paper says of itself what it needs; the clerk shall read once, not on every paper, what nobody has found
//! yet: codes of the portal, fees that the province decides, limits without a unit, services without a
//! procedure. The list is made from the data, so that what an update tells is gone from it at once.

use jiff::civil::Date;

use crate::{
    calendar::TimeLimit,
    catalogue::{
        Catalogue, FeeRule, Flag, Procedure,
        essential::{Essential, Services},
    },
    portal_code::{Coded, Table},
};

/// What is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unknown {
    /// All but code and name of a procedure.
    Content,
    /// A time limit that can be counted.
    TimeLimit,
    /// A fee.
    Fee,
    /// The portal's code of a result.
    ResultCode,
    /// The portal's code of a paper.
    PaperCode,
    /// The portal's code of a field (lĩnh vực).
    FieldCode,
    /// Which procedure an essential service is.
    ServiceCode,
    /// A procedure of an essential service that is in no list here.
    ServiceElsewhere,
}

impl Unknown {
    /// Every kind, in the order of what hinders a clerk most.
    pub const ALL: [Unknown; 8] = [
        Unknown::Fee,
        Unknown::TimeLimit,
        Unknown::Content,
        Unknown::ResultCode,
        Unknown::FieldCode,
        Unknown::PaperCode,
        Unknown::ServiceCode,
        Unknown::ServiceElsewhere,
    ];

    /// Its name on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Unknown::Content => "Thủ tục chỉ biết mã và tên",
            Unknown::TimeLimit => "Thời hạn chưa tính được",
            Unknown::Fee => "Mức phí, lệ phí",
            Unknown::ResultCode => "Mã kết quả của Cổng",
            Unknown::PaperCode => "Mã giấy tờ của Cổng",
            Unknown::FieldCode => "Mã lĩnh vực của Cổng",
            Unknown::ServiceCode => "Mã của dịch vụ thiết yếu",
            Unknown::ServiceElsewhere => "Dịch vụ thiết yếu có mã ngoài danh mục",
        }
    }
}

/// One thing that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// What.
    pub what: Unknown,
    /// Code of the procedure; empty for a field, and for a service without one.
    pub code: String,
    /// Name of the procedure, the field or the service.
    pub name: String,
    /// What the source says instead, or how much is missing.
    pub why: String,
}

/// All that is not known on a day: by procedure, then fields, then services. `codes`: what the office
/// entered.
pub fn gaps(catalogue: &Catalogue, services: &Services, codes: &Table, day: Date) -> Vec<Gap> {
    let mut out = Vec::new();
    let mut fields: Vec<(&str, usize)> = Vec::new();
    for procedure in catalogue.in_force(day) {
        of_procedure(procedure, day, &mut out);
        if procedure.field_code.is_empty() {
            match fields.iter_mut().find(|(field, _)| *field == procedure.field) {
                Some((_, count)) => *count += 1,
                None => fields.push((&procedure.field, 1)),
            }
        }
    }
    fields
        .retain(|(field, _)| codes.on(&Coded::Field { name: (*field).to_owned() }, day).is_none());
    out.extend(fields.into_iter().map(|(field, count)| Gap {
        what: Unknown::FieldCode,
        code: String::new(),
        name: field.to_owned(),
        why: format!("{count} thủ tục"),
    }));
    for service in services.all() {
        of_service(service, catalogue, day, &mut out);
    }
    out
}

fn of_procedure(procedure: &Procedure, day: Date, out: &mut Vec<Gap>) {
    let mut add = |what, why| {
        let name = procedure.short_name().to_owned();
        out.push(Gap { what, code: procedure.code.clone(), name, why });
    };
    if procedure.flags.contains(&Flag::NameOnly) {
        return add(Unknown::Content, procedure.source.clone());
    }
    let unclear = procedure.channels.iter().filter(|rule| rule.case.is_empty());
    let unclear = unclear.map(|rule| &rule.time_limit);
    if let Some(limit) = unclear.into_iter().find(|limit| matches!(limit, TimeLimit::Unclear(_))) {
        add(Unknown::TimeLimit, limit.to_string());
    }
    let why = procedure.channels.iter().find_map(|rule| match rule.rates(day).fees {
        [] => Some("Nguồn không ghi mức thu".to_owned()),
        fees => fees.iter().find_map(|fee| match fee {
            FeeRule::Unknown(why) => Some(why.clone()),
            FeeRule::Free | FeeRule::Fixed(_) | FeeRule::PerPage(_) => None,
        }),
    });
    if let Some(why) = why {
        add(Unknown::Fee, why);
    }
    let known = procedure.result_codes.iter().filter(|code| !code.is_empty()).count();
    match procedure.results.len() {
        0 => add(Unknown::ResultCode, "Nguồn không ghi kết quả".into()),
        all if known < all => {
            add(Unknown::ResultCode, format!("{} trên {all} kết quả", all - known))
        }
        _ => {}
    }
    let uncoded = procedure.components.iter().filter(|paper| paper.code.is_empty()).count();
    if uncoded > 0 {
        add(Unknown::PaperCode, format!("{uncoded} giấy tờ"));
    }
}

fn of_service(service: &Essential, catalogue: &Catalogue, day: Date, out: &mut Vec<Gap>) {
    let mut add = |what, code: &str, why| {
        out.push(Gap { what, code: code.to_owned(), name: service.name.clone(), why });
    };
    if service.codes.is_empty() {
        add(Unknown::ServiceCode, "", format!("{}: {}", service.decision, service.note));
    }
    for code in service.codes.iter().filter(|code| catalogue.find(code, day).is_none()) {
        let why = match service.elsewhere.contains(code) {
            true => "do cơ quan cấp khác thực hiện",
            false => "không có trong danh mục này",
        };
        add(Unknown::ServiceElsewhere, code, format!("{}: {why}", service.decision));
    }
}
