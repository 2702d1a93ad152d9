//! Very long words in every free text of every paper: nothing leaves the sheet and no letter is lost.

use office::{
    arrival::NoticeKind,
    dossier::{Dossier, PaperForm},
    payment::{Exempted, FeeLine, Payment},
    unit::Office,
    workflow::{Course, Handover, Outcome, Return, Step},
};
use proptest::prelude::*;
use reports::{
    FormTexts, PaperSize, Pdf,
    form::{fee_receipt::Matter, notice::Told},
};

use crate::{
    fixtures::{self, steps, tables},
    readers::{assert_within_margins, read_by},
};

const A5: PaperSize = PaperSize::A5;
const A4: PaperSize = PaperSize::A4;

/// A text of one letter that stands nowhere else, `long` times, in words of `word` letters.
fn text(letter: char, long: usize, word: usize) -> String {
    let letters: Vec<char> = std::iter::repeat_n(letter, long).collect();
    let words = letters.chunks(word).map(|word| word.iter().collect::<String>());
    words.collect::<Vec<_>>().join(" ")
}

/// Whose letters they are, and how many of them each text has.
#[derive(Clone, Copy, Debug)]
struct Long {
    name: usize,
    title: usize,
    typed: usize,
    word: usize,
}

const NAME: char = 'Ŵ';
const TITLE: char = 'Ź';
const TYPED: char = 'Ħ';

impl Long {
    fn name(self) -> String {
        text(NAME, self.name, self.word)
    }

    fn title(self) -> String {
        text(TITLE, self.title, self.word)
    }

    fn typed(self) -> String {
        text(TYPED, self.typed, self.word)
    }

    fn dossier(self) -> Dossier {
        let mut dossier = fixtures::dossier();
        dossier.applicant.person.name = self.name();
        dossier.procedure.name = self.title();
        dossier.contact.email = self.typed();
        dossier.contact.address = self.typed();
        dossier.return_place = self.typed();
        dossier.legal_basis = self.typed();
        for form in PaperForm::ALL {
            dossier.components.push(fixtures::paper(&self.typed(), form, 1));
        }
        dossier
    }

    /// Every paper, and whether it tells name, title and typed text.
    fn papers(self) -> Vec<(&'static str, Pdf, PaperSize, [bool; 3])> {
        let (office, dossier) = (fixtures::office(), self.dossier());
        let mut out = Vec::new();
        let all = [true, true, true];
        let mut add = |name, pdf: Result<Pdf, reports::ReportError>, size, tells| {
            out.push((name, pdf.unwrap(), size, tells));
        };
        let (name, title, typed) = (self.name(), self.title(), self.typed());
        let step = |step| steps::step(&dossier, step);
        for size in [A5, A4] {
            let form = FormTexts::bundled().unwrap();
            let pdf = reports::receipt(&office, &dossier, fixtures::qr(&dossier), &form, size);
            add("receipt", pdf, size, all);
            let asked = step(Step::SupplementAsked {
                items: vec![title.clone(), typed.clone()],
                reason: typed.clone(),
            });
            let form = FormTexts::bundled().unwrap();
            let told = Told::Step(&dossier, &asked);
            add("supplement", reports::supplement_request(&office, told, &form, size), size, all);
            let mut notice = steps::counter_notice(NoticeKind::Refused);
            notice.applicant.person.name = name.clone();
            notice.procedure.name = title.clone();
            notice.reason = typed.clone();
            notice.by = name.clone();
            let form = FormTexts::bundled().unwrap();
            let pdf = reports::refusal(&office, Told::Counter(&notice), &form, size);
            add("refusal", pdf, size, all);
            let before = Course { unit: typed.clone(), ..Course::begin(&dossier) };
            let late = step(Step::Extended { deadline: steps::due(12, 22), reason: typed.clone() });
            let form = FormTexts::bundled().unwrap();
            let pdf = reports::apology(&office, &dossier, &late, &before, &name, &form, size);
            add("apology", pdf, size, all);
            let stopped = step(Step::Stopped { reason: typed.clone(), fees: typed.clone() });
            let form = FormTexts::bundled().unwrap();
            let pdf =
                reports::stop_notice(&office, &dossier, &stopped, &before, &name, &form, size);
            add("stop", pdf, size, all);
            let handed = step(Step::Transferred(Handover {
                unit: typed.clone(),
                officer: name.clone(),
                note: typed.clone(),
                until: None,
            }));
            let papers: Vec<_> = dossier.components.iter().collect();
            let form = FormTexts::bundled().unwrap();
            let pdf =
                reports::handover_slip(&office, &dossier, &handed, &before, &papers, &form, size);
            add("handover", pdf, size, all);
            let outcome = Outcome {
                title: title.clone(),
                number: typed.clone(),
                signed_on: None,
                content: None,
            };
            let back = step(Step::Returned(Return {
                receiver: name.clone(),
                receiver_paper: typed.clone(),
                by_post: false,
            }));
            let form = FormTexts::bundled().unwrap();
            let pdf = reports::result_receipt(&office, &dossier, &outcome, &back, &form, size);
            add("result", pdf, size, all);
        }
        let handed = step(Step::Transferred(Handover {
            unit: typed.clone(),
            officer: name.clone(),
            note: typed.clone(),
            until: None,
        }));
        let form = FormTexts::bundled().unwrap();
        let pdf = reports::control_sheet(&office, &dossier, &[handed], 1, &form);
        add("control", pdf, A4, all);
        let mut payment: Payment = steps::payment(1);
        payment.payer = name.clone();
        payment.collector = name.clone();
        payment.series = typed.clone();
        payment.exempted = Some(Exempted { label: typed.clone(), basis: typed.clone() });
        let line = payment.lines[0].clone();
        payment.lines = vec![FeeLine { label: typed.clone(), ..line }];
        let form = FormTexts::bundled().unwrap();
        let pdf = reports::fee_receipt(&office, &payment, Matter::Dossier(&dossier), &form);
        add("fee receipt", pdf, A4, all);
        let mut data = steps::form_data(0);
        data.title = title.clone();
        for field in &mut data.fields {
            field.value = typed.clone();
        }
        let form = FormTexts::bundled().unwrap();
        let mut of = steps::application_of(&data, "H38.12-261123-0007");
        (of.signer, of.addressee) = (&name, &typed);
        add("application", reports::application(&office, &of, &form), A4, all);
        let wide = PaperSize::A4Landscape;
        let mut lines = tables::lines(2);
        for line in &mut lines {
            super::tables::put(line, "applicant", &name);
            super::tables::put(line, "procedure", &title);
            for key in ["contact", "agency", "note"] {
                super::tables::put(line, key, &typed);
            }
        }
        let form = FormTexts::bundled().unwrap();
        let pdf = reports::register(&office, &tables::book(), &tables::volume(), &lines, &form);
        add("register", pdf, wide, all);
        let mut taken = tables::taken(2);
        for one in &mut taken {
            (one.payer, one.matter, one.collector) = (name.clone(), title.clone(), typed.clone());
            one.standing = reports::form::cash::Standing::Cancelled(typed.clone());
        }
        let form = FormTexts::bundled().unwrap();
        let pdf = reports::cash_sheet(&office, steps::AT, &taken, &tables::mark(), &form);
        add("cash sheet", pdf, wide, all);
        let mut figures = tables::figures();
        for field in &mut figures.fields {
            field.name = typed.clone();
            for (procedure, _) in &mut field.procedures {
                *procedure = title.clone();
            }
        }
        figures.author = name.clone();
        let form = FormTexts::bundled().unwrap();
        add("statistics", reports::statistics(&office, &figures, &form), wide, all);
        let slip = Office { counter: title, ..office };
        let ticket = steps::ticket(&typed, false);
        let form = FormTexts::bundled().unwrap();
        let pdf = reports::ticket_slip(&slip, &ticket, 4, steps::AT, &form);
        add("ticket", pdf, PaperSize::Roll80, [false, true, true]);
        out
    }

    fn check(self) {
        for (name, pdf, size, tells) in self.papers() {
            assert_within_margins(name, &pdf.bytes, size);
            let text = String::from_utf8(read_by("pdftotext", &["-", "-"], &pdf.bytes)).unwrap();
            let lengths = [(NAME, self.name), (TITLE, self.title), (TYPED, self.typed)];
            for ((letter, long), tells) in lengths.into_iter().zip(tells) {
                let printed = text.matches(letter).count();
                assert_eq!(printed > 0, tells, "{name}: {letter} {self:?}");
                assert_eq!(printed % long, 0, "{name}: a letter of {letter} is lost, {self:?}");
            }
        }
    }
}

#[test]
fn a_name_of_64_letters_and_a_title_of_300_are_printed_whole() {
    for word in [300, 7] {
        Long { name: 64, title: 300, typed: 150, word }.check();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2))]
    #[test]
    fn no_length_of_any_text_loses_a_letter(
        name in 1usize..90, title in 1usize..400, typed in 1usize..260, word in 1usize..120,
    ) {
        Long { name, title, typed, word }.check();
    }
}
