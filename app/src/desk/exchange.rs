//! Exchange with the national portal as files: dossiers that citizens filed online come in, the office's
//! own dossiers go out as messages. Nothing that is not known is made up: a dossier of which something
//! obligatory is missing stays out and is listed with what is missing, unless whoever asks will complete
//! it themselves; then what is missing is left out of its message.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time},
};
use ledger::{DossierRecord, Dossiers, LedgerError};
use office::{
    Explain,
    arrival::ArrivalId,
    catalogue::Procedure,
    dossier::{Dossier, Status},
    entry::Event,
    export::{Export, ExportFormat, ExportKind},
    payment::{FeeLine, Payment},
    portal_code::{Coded, Collection},
    workflow::Move,
};
use serde::Serialize;
use serde_json::Value;
use sync::dvcqg::{
    export::{self, Codes, ExportError, Gap, Source},
    import::{self, Import, ImportError},
    message::{DossierMessage, Envelope, ProgressMessage},
    schema::{Schema, SchemaError},
};

use super::Desk;

/// Dossiers fetched at once.
const PAGE: usize = 200;
/// Dossiers that a look at the latest takes in.
const LATEST: usize = 100;

/// Why nothing was exchanged.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The ledger refused.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The file is none.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A dossier cannot be written.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The field tables cannot be read.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The messages cannot be written.
    #[error("Không lập được tệp JSON. Sổ cái không bị ảnh hưởng. Hãy báo bộ phận hỗ trợ.")]
    Json(#[from] serde_json::Error),
}

impl ExchangeError {
    fn explained(&self) -> Option<&dyn Explain> {
        match self {
            Self::Ledger(error) => Some(error),
            Self::Import(error) => Some(error),
            Self::Export(error) => Some(error),
            Self::Schema(error) => Some(error),
            Self::Json(_) => None,
        }
    }
}

impl Explain for ExchangeError {
    fn code(&self) -> &'static str {
        self.explained().map_or("APP-65", Explain::code)
    }

    fn english(&self) -> String {
        let own = || {
            "The JSON file could not be made. The ledger is not affected. Call support.".to_owned()
        };
        self.explained().map_or_else(own, Explain::english)
    }
}

/// What goes out.
#[derive(Default)]
pub struct Outgoing {
    /// Whole dossiers.
    pub dossiers: Vec<DossierMessage>,
    /// Their progress.
    pub progress: Vec<ProgressMessage>,
    /// Dossiers of which something is missing.
    pub lacking: Vec<Lacking>,
    /// How many dossiers there were.
    pub all: usize,
}

/// A dossier of which something is missing.
pub struct Lacking {
    /// Mã hồ sơ.
    pub code: String,
    /// Its procedure.
    pub procedure: String,
    /// What is missing.
    pub gaps: Vec<Gap>,
}

/// A file of messages, one request after the other.
#[derive(Serialize)]
#[serde(untagged)]
enum Request<'a> {
    Dossiers(Envelope<'a, DossierMessage>),
    Progress(Envelope<'a, ProgressMessage>),
}

impl Outgoing {
    /// Which codes the office has to enter before more can go out, with how many dossiers wait for each, the
    /// most first.
    pub fn missing_codes(&self) -> Vec<(Coded, usize)> {
        let mut missing: Vec<(Coded, usize)> = Vec::new();
        for lacking in &self.lacking {
            let mut of: Vec<&Coded> =
                lacking.gaps.iter().filter_map(|gap| gap.code.as_ref()).collect();
            let mut seen = BTreeSet::new();
            of.retain(|subject| seen.insert(subject.key()));
            for subject in of {
                match missing.iter_mut().find(|(known, _)| known.key() == subject.key()) {
                    Some((_, count)) => *count += 1,
                    None => missing.push((subject.clone(), 1)),
                }
            }
        }
        missing.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        missing
    }

    /// The messages as JSON, in the order in which they are sent. `unit`: the office's code. The session
    /// is empty: whoever sends logs in and puts it there.
    pub fn json(&self, unit: &str) -> Result<Vec<u8>, ExchangeError> {
        let mut requests = Vec::new();
        if !self.dossiers.is_empty() {
            let dossiers = Envelope::dossiers("", unit, false, &self.dossiers);
            requests.push(Request::Dossiers(dossiers));
        }
        requests.extend(Envelope::progress("", unit, &self.progress).map(Request::Progress));
        Ok(serde_json::to_vec_pretty(&requests)?)
    }
}

impl Desk {
    /// What a file of online dossiers holds, and what would be taken in of it. Nothing is written.
    pub fn look_at_arrivals(&self, json: &[u8]) -> Result<Import, ExchangeError> {
        let known: BTreeSet<String> =
            self.ledger.arrivals(false)?.into_iter().map(|record| record.arrival.code).collect();
        let mut ids = Ok(());
        let mut id = || match ledger::random_id() {
            Ok(id) => ArrivalId(id),
            Err(error) => {
                ids = Err(error);
                ArrivalId(String::new())
            }
        };
        let read = import::import(json, &Schema::bundled()?, &known, |bytes| {
            (id(), ledger::content_hash(bytes))
        })?;
        ids?;
        Ok(read)
    }

    /// Takes in the online dossiers of a file: all that are new, or none. One that is known is not taken
    /// twice, whatever file it comes in.
    pub fn take_arrivals(&mut self, at: Timestamp, json: &[u8]) -> Result<Import, ExchangeError> {
        let read = self.look_at_arrivals(json)?;
        self.ledger.transact(|writing| {
            for taken in &read.taken {
                let event = Event::DossierArrived { arrival: Box::new(taken.arrival.clone()) };
                writing.record(at, event, &[&taken.message])?;
            }
            Ok(())
        })?;
        Ok(read)
    }

    /// Writes down that messages leave the ledger, before anybody gets them.
    pub fn note_outgoing(
        &mut self,
        at: Timestamp,
        from: Option<Date>,
        to: Date,
        out: &Outgoing,
        json: &[u8],
    ) -> Result<(), LedgerError> {
        let export = Export {
            kind: ExportKind::Dvcqg,
            from,
            to,
            format: ExportFormat::Json,
            rows: out.dossiers.len() as u64,
            content: ledger::content_hash(json),
        };
        self.ledger.record(at, Event::Exported { export: Box::new(export) }, &[]).map(drop)
    }

    /// The messages of the dossiers received on these days, both included. Annulled receptions have no
    /// status at the portal and are left out. `lacking`: write also what is incomplete.
    pub fn outgoing(&self, from: Date, to: Date, lacking: bool) -> Result<Outgoing, ExchangeError> {
        let schema = Schema::bundled()?;
        let midnight = Time::midnight();
        let from = from.to_datetime(midnight);
        let until = to.saturating_add(1.day()).to_datetime(midnight);
        let mut out = Outgoing::default();
        let mut after = 0;
        loop {
            let page = self.ledger.received(from, until, after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = last.place;
            for record in page.iter().filter(|record| record.status() != Status::Annulled) {
                self.add(&mut out, record, &schema, lacking)?;
            }
        }
        Ok(out)
    }

    /// The same of the latest dossiers, for a look at what keeps them back.
    pub fn latest_outgoing(&self) -> Result<Outgoing, ExchangeError> {
        let schema = Schema::bundled()?;
        let mut out = Outgoing::default();
        let latest = self.ledger.dossiers(&Dossiers::All, None, LATEST)?.items;
        for record in latest.iter().filter(|record| record.status() != Status::Annulled) {
            self.add(&mut out, record, &schema, false)?;
        }
        Ok(out)
    }

    fn add(
        &self,
        out: &mut Outgoing,
        record: &DossierRecord,
        schema: &Schema,
        lacking: bool,
    ) -> Result<(), ExchangeError> {
        let dossier = &record.dossier;
        let moves: Vec<Move> =
            self.moves(&dossier.id)?.into_iter().map(|made| made.movement).collect();
        let payments = self.ledger.payments(&dossier.id)?;
        let counting = payments.iter().filter(|paid| paid.cancelled.is_none());
        let counting: Vec<_> = counting.map(|paid| &paid.payment).collect();
        let filed = match dossier.arrival {
            Some(_) => self.ledger.arrival(&dossier.origin_code)?,
            None => None,
        };
        let procedure =
            self.law.catalogue.find(&dossier.procedure.code, dossier.received_at.date());
        let source = Source {
            dossier,
            course: &record.course,
            moves: &moves,
            payments: &counting,
            office: &self.office.name,
            // The receipt promises the result at the counter.
            by_post: Some(false),
            filed_at: filed.map(|record| record.arrival.filed_at),
            codes: &self.codes_of(dossier, procedure, &counting),
        };
        let written = export::export(&source, schema)?;
        out.all += 1;
        if lacking || written.gaps.is_empty() {
            out.dossiers.push(written.dossier);
            out.progress.extend(written.progress);
        }
        if !written.gaps.is_empty() {
            out.lacking.push(Lacking {
                code: dossier.code_label(),
                procedure: dossier.procedure.name.clone(),
                gaps: written.gaps,
            });
        }
        Ok(())
    }

    /// The portal's codes for a dossier, as far as the office has entered them or, for what comes from the
    /// portal's own list, the catalogue has them: those of the day of its reception.
    fn codes_of(
        &self,
        dossier: &Dossier,
        procedure: Option<&Procedure>,
        payments: &[&Payment],
    ) -> Codes {
        let day = dossier.received_at.date();
        let some = |code: &String| (!code.is_empty()).then(|| code.clone());
        let entered = |subject: &Coded| Some(self.codes.on(subject, day)?.code.code.to_string());
        let field = Coded::Field { name: dossier.procedure.field.clone() };
        let components = procedure.map_or(&[][..], |procedure| &procedure.components);
        let results = procedure.into_iter().flat_map(|of| of.results.iter().zip(&of.result_codes));
        let lines = payments.iter().flat_map(|payment| &payment.lines);
        let fee = |line: &FeeLine| {
            let held = self.codes.fee(&dossier.procedure.code, &line.label, day)?;
            Some((line.label.clone(), held.code.code.to_string()))
        };
        let way = |way| Some((way, entered(&Coded::Collection { way })?));
        Codes {
            field: entered(&field).or_else(|| some(&procedure?.field_code)),
            components: components
                .iter()
                .filter_map(|c| Some((c.name.clone(), some(&c.code)?)))
                .collect(),
            results: results.filter_map(|(name, code)| Some((name.clone(), some(code)?))).collect(),
            fees: lines.filter_map(fee).collect(),
            collection: Collection::ALL.into_iter().filter_map(way).collect(),
            links: BTreeMap::new(),
            earlier_results: BTreeMap::new(),
        }
    }
}

/// Whether a file of messages fits the portal's field tables: what is wrong, if anything.
pub fn faults(json: &[u8]) -> Result<Vec<String>, ExchangeError> {
    use sync::dvcqg::Service;
    let schema = Schema::bundled()?;
    let requests: Vec<Value> = serde_json::from_slice(json)?;
    let mut faults = Vec::new();
    for request in &requests {
        let name = request.get("service").and_then(Value::as_str).unwrap_or_default();
        let service = match name {
            name if name == Service::Dossier.name() => Service::Dossier,
            _ => Service::Progress,
        };
        let items = request.get("data").and_then(Value::as_array);
        for item in items.into_iter().flatten() {
            faults.extend(schema.check(service, item).iter().map(ToString::to_string));
        }
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use jiff::civil::date;

    use super::*;
    use crate::{clock, demo, desk::tests::desk};

    fn item(code: &str, channel: &str) -> String {
        format!(
            r#"{{"MaHoSo":"{code}","MaTTHC":"1.010041","TenTTHC":"Xác nhận thông tin về cư trú",
            "KenhThucHien":"{channel}","TrangThaiHoSo":"1","ChuHoSo":"Vàng Thị Mẫu",
            "SoGiayToChuHoSo":"015199000123","NgayNopHoSo":"20261127090000"}}"#
        )
    }

    #[test]
    fn an_online_dossier_comes_in_once_and_what_is_refused_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = desk(folder.path());
        let file = format!("[{},{}]", item("G01-1", "2"), item("G01-2", "1"));
        let seen = desk.look_at_arrivals(file.as_bytes()).unwrap().taken.len();
        assert!(desk.ledger.arrivals(true).unwrap().is_empty(), "a look writes nothing");
        let read = desk.take_arrivals(clock::now(), file.as_bytes()).unwrap();
        assert_eq!(read.taken.len(), seen);
        assert_eq!((read.taken.len(), read.refused.len()), (1, 1));
        // The same file again, and one with a further dossier.
        let again = desk.take_arrivals(clock::now(), file.as_bytes()).unwrap();
        assert_eq!((again.taken.len(), again.refused.len()), (0, 2));
        assert!(again.summary().contains("Nhận 0 trong 2"), "{}", again.summary());
        let more = format!("[{},{}]", item("G01-1", "2"), item("G01-3", "2"));
        assert_eq!(desk.take_arrivals(clock::now(), more.as_bytes()).unwrap().taken.len(), 1);
        assert_eq!(desk.ledger.arrivals(true).unwrap().len(), 2);
        assert!(desk.take_arrivals(clock::now(), b"no json").is_err());
        assert!(desk.ledger.check().unwrap().findings.is_empty());
    }

    /// Enters codes as a file of `lines` brings them.
    fn enter(desk: &mut Desk, at: Timestamp, lines: &str) {
        let file = format!("loai;ten;ma_thu_tuc;ma;tu_ngay\n{lines}");
        let reading = desk.read_codes(file.as_bytes(), None, clock::local(at).date()).unwrap();
        let taken: Vec<_> = reading.taken().cloned().collect();
        assert_eq!(taken.len(), lines.lines().count(), "{:?}", reading.lines);
        desk.take_codes(at, &taken, "ma.csv", "Mã giả định").unwrap();
    }

    /// A birth on `day`, with its fee paid.
    fn birth(desk: &mut Desk, day: Date) {
        let at = clock::instant(day.at(9, 0, 0, 0));
        let law = desk.law.clone();
        let procedure = law.catalogue.find("1.001193", day).unwrap();
        let person = demo::people()[0].identity();
        let reception = demo::reception(&law, procedure, person, "", clock::local(at)).unwrap();
        let dossier = desk.receive(at, reception).unwrap();
        let line = FeeLine {
            label: "Lệ phí khai sinh".into(),
            kind: office::payment::FeeKind::Duty,
            amount: office::money::Dong(8_000),
            origin: office::payment::Origin::Tariff,
        };
        let taking = office::tariff::receipt::Taking {
            lines: vec![line],
            exempted: None,
            method: office::payment::Method::Cash,
            payer: "Người nộp".into(),
        };
        desk.pay(at, &dossier.id, taking).unwrap();
    }

    fn told(desk: &Desk, day: Date) -> String {
        let out = desk.outgoing(day, day, false).unwrap();
        String::from_utf8(out.json("H38.99").unwrap()).unwrap()
    }

    #[test]
    fn a_dossier_goes_out_as_soon_as_its_codes_are_entered_and_a_later_correction_leaves_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = desk(folder.path());
        let (monday, wednesday) = (date(2026, 11, 23), date(2026, 11, 25));
        birth(&mut desk, monday);
        let out = desk.outgoing(monday, monday, false).unwrap();
        let missing: Vec<_> = out.missing_codes().iter().map(|(of, n)| (of.label(), *n)).collect();
        assert_eq!(
            missing,
            [
                ("Lĩnh vực “Hộ tịch”".to_owned(), 1),
                ("Khoản thu “Lệ phí khai sinh” của thủ tục 1.001193".to_owned(), 1),
                ("Hình thức thu “Thu trước”".to_owned(), 1),
            ]
        );
        assert_eq!((out.all, out.dossiers.len(), out.lacking[0].gaps.len()), (1, 0, 3));
        assert_eq!(
            out.lacking[0].gaps[0].sentence,
            "Lĩnh vực “Hộ tịch”: chưa có mã trên Cổng. Hãy ghi mã do tỉnh cấp, không được tự đặt mã."
        );

        let now = clock::instant(monday.at(10, 0, 0, 0));
        enter(
            &mut desk,
            now,
            "Lĩnh vực;Hộ tịch;;GIA-HT;\nPhí;;1.001193;GIA-P1;\nHình thức thu;Thu trước;;GIA-T;\n",
        );
        let before = told(&desk, monday);
        let sent: Value = serde_json::from_str(&before).unwrap();
        let item = &sent[0]["data"][0];
        assert_eq!(item["MaLinhVuc"], "GIA-HT");
        assert_eq!(item["DanhSachLePhi"][0]["MaPhiLePhi"], "GIA-P1");
        assert_eq!(item["DanhSachLePhi"][0]["HinhThucThu"], "GIA-T");

        let later = clock::instant(wednesday.at(8, 0, 0, 0));
        enter(
            &mut desk,
            later,
            "Lĩnh vực;Hộ tịch;;GIA-HT2;25/11/2026\nPhí;Lệ phí khai sinh;1.001193;GIA-P2;25/11/2026\n",
        );
        birth(&mut desk, wednesday);
        assert_eq!(told(&desk, monday), before, "what was told of Monday stays");
        let sent: Value = serde_json::from_str(&told(&desk, wednesday)).unwrap();
        let item = &sent[0]["data"][0];
        assert_eq!(item["MaLinhVuc"], "GIA-HT2");
        assert_eq!(item["DanhSachLePhi"][0]["MaPhiLePhi"], "GIA-P2");
        assert!(desk.ledger.check().unwrap().findings.is_empty());
        // The codes come back with the ledger.
        let codes = desk.codes.clone();
        let desk = Desk::new(desk.ledger, desk.law).unwrap();
        assert_eq!(desk.codes, codes);
    }

    #[test]
    fn every_dossier_of_the_demo_office_goes_out_under_codes_that_say_they_are_made_up() {
        let folder = tempfile::tempdir().unwrap();
        let law = std::sync::Arc::new(crate::assets::Law::load().unwrap());
        let ledger = demo::make(folder.path(), &law, clock::now()).unwrap();
        let desk = Desk::new(ledger, law).unwrap();
        let today = clock::local(clock::now()).date();
        let out = desk.outgoing(Date::MIN, today, false).unwrap();
        assert_eq!((out.all, out.dossiers.len(), out.lacking.len()), (24, 24, 0));
        assert_eq!(faults(&out.json("H38.99").unwrap()).unwrap(), [""; 0]);
        for subject in desk.codes.subjects() {
            for held in desk.codes.history(subject) {
                assert!(held.code.code.as_str().starts_with("MAU-"), "{:?}", held.code);
                assert!(held.entered.words.contains("giả định"));
            }
        }
    }

    #[test]
    fn what_leaves_is_written_down_with_who_how_many_and_the_files_hash() {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = desk(folder.path());
        let day = date(2026, 11, 23);
        birth(&mut desk, day);
        let out = desk.outgoing(day, day, true).unwrap();
        let at = clock::instant(day.at(11, 0, 0, 0));
        desk.note_outgoing(at, Some(day), day, &out, b"abc").unwrap();
        let log = desk
            .ledger
            .log(&[ledger::EventKind::Exported], ledger::Way::Falling, None, 10)
            .unwrap()
            .items;
        let [line] = log.as_slice() else { panic!("one entry") };
        assert_eq!((line.at, line.user.0.as_str()), (at, "chi"));
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let expected = Export {
            kind: ExportKind::Dvcqg,
            from: Some(day),
            to: day,
            format: ExportFormat::Json,
            rows: 1,
            content: office::entry::ContentHash(sha256.into()),
        };
        let entry = line.entry.as_ref().map(|entry| &entry.what);
        assert_eq!(entry, Some(&Event::Exported { export: Box::new(expected) }));
    }

    #[test]
    fn what_goes_out_fits_the_tables_and_what_is_missing_stays_back() {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = desk(folder.path());
        let now = clock::now();
        let law = desk.law.clone();
        let today = clock::local(now).date();
        for (n, code) in ["1.010041", "1.000894", "2.000815"].into_iter().enumerate() {
            let procedure = law.catalogue.find(code, today).unwrap();
            let person = demo::people()[n].identity();
            let reception = demo::reception(&law, procedure, person, "", clock::local(now));
            desk.receive(now, reception.unwrap()).unwrap();
        }
        let out = desk.outgoing(today, today, false).unwrap();
        assert_eq!(out.all, 3);
        for lacking in &out.lacking {
            assert!(!lacking.code.is_empty() && !lacking.gaps.is_empty());
        }
        assert!(faults(&out.json("H38.99").unwrap()).unwrap().is_empty());
        let yesterday = today.saturating_sub(1.day());
        assert_eq!(desk.outgoing(yesterday, yesterday, false).unwrap().all, 0);
        // Whoever completes the messages gets them, without what is not known.
        let all = desk.outgoing(today, today, true).unwrap();
        assert_eq!(all.dossiers.len(), 3);
        assert_eq!(all.lacking.len(), out.lacking.len());
    }
}
