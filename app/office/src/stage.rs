//! The stages of a dossier's way: from one handover to the next. A handover may say until when its unit
//! has to be ready (the office's own rule for the procedure); form 06 then states for each stage whether
//! it was, besides the result of the whole way.
//!
//! While the clock stands still a stage's time has no end that anybody said, so a stage in which a
//! supplement was asked for has no result of its own.

use jiff::civil::DateTime;

use crate::workflow::{Move, Punctuality, Step};

/// For each step, how the stage that it ended was kept; `None` where it ended none, where the stage had
/// no end of its own, or where the step was taken back later.
pub fn results(moves: &[Move]) -> Vec<Option<Punctuality>> {
    let mut results = vec![None; moves.len()];
    // The stage's end after each step that still counts, and which step that was.
    let mut standing: Vec<(usize, Option<DateTime>)> = Vec::new();
    for (i, movement) in moves.iter().enumerate() {
        let until = standing.last().and_then(|(_, until)| *until);
        let next = match &movement.step {
            Step::Undone { .. } => {
                if let Some((taken_back, _)) = standing.pop() {
                    results[taken_back] = None;
                }
                continue;
            }
            Step::Transferred(to) => to.until,
            Step::Resolved(_) | Step::Refused { .. } | Step::Stopped { .. } => None,
            Step::SupplementAsked { .. } | Step::Withdrawn { .. } => {
                standing.push((i, None));
                continue;
            }
            Step::Supplemented { .. }
            | Step::PaymentAsked { .. }
            | Step::Extended { .. }
            | Step::DueCorrected { .. }
            | Step::Returned(_) => {
                standing.push((i, until));
                continue;
            }
        };
        results[i] = until.map(|until| Punctuality::of(movement.at, until));
        standing.push((i, next));
    }
    results
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::{
        dossier::DossierId,
        workflow::{Handover, Outcome, Return},
    };

    /// A way in letters, each step followed by the day of November on which it was taken: `T` transfer,
    /// `T(d)` transfer until noon of day d, `S` supplement asked, `B` brought, `R` resolved, `V` returned,
    /// `F` refused, `W` withdrawn, `U` undone.
    fn way(text: &str) -> Vec<Move> {
        let noon = |day: &str| {
            DateTime::strptime("%Y-%m-%d %H:%M", format!("2026-11-{day} 12:00")).unwrap()
        };
        let moves = text.split_whitespace().enumerate().map(|(i, word)| {
            let (name, day) = word.split_once('@').unwrap();
            let reason = || "vì".to_owned();
            let step = match name.as_bytes()[0] {
                b'T' => Step::Transferred(Handover {
                    unit: "Phòng".into(),
                    officer: String::new(),
                    note: String::new(),
                    until: name.strip_prefix("T(").map(|rest| noon(rest.trim_end_matches(')'))),
                }),
                b'S' => Step::SupplementAsked { items: vec!["Giấy".into()], reason: reason() },
                b'B' => Step::Supplemented { components: Vec::new(), deadline: None },
                b'R' => Step::Resolved(Outcome {
                    title: "Kết quả".into(),
                    number: String::new(),
                    signed_on: None,
                    content: None,
                }),
                b'V' => Step::Returned(Return {
                    receiver: "Người nhận".into(),
                    receiver_paper: String::new(),
                    by_post: false,
                }),
                b'F' => Step::Refused { reason: reason() },
                b'W' => Step::Withdrawn { reason: reason() },
                _ => Step::Undone { reason: reason() },
            };
            Move {
                dossier: DossierId("00000000000000000000000000000001".into()),
                seen: u32::try_from(i).unwrap(),
                at: noon(day),
                by: "Cán bộ Giả Định".into(),
                step,
                notice: None,
            }
        });
        moves.collect()
    }

    #[test]
    fn each_stage_is_judged_by_its_own_end() {
        // Per step: `e` early, `o` on the day, `l` late, `-` nothing to say.
        for (text, expected) in [
            ("T@02 R@05 V@06", "---"),
            ("T(05)@02 R@04 V@06", "-e-"),
            ("T(05)@02 R@05 V@06", "-o-"),
            ("T(05)@02 R@06 V@06", "-l-"),
            ("T(03)@02 T(05)@04 T@05 R@20", "-lo-"),
            ("T(03)@02 F@04", "-l"),
            ("T(03)@02 W@04", "--"),
            ("T(03)@02 S@03 B@09 R@10", "----"),
            ("T(03)@02 S@03 B@09 T(12)@10 R@11", "----e"),
            // A handover taken back: the stage before it goes on.
            ("T(05)@02 T(09)@03 U@03 R@06", "---l"),
            ("T(05)@02 R@04 U@04 R@06", "---l"),
            ("T(05)@02 U@02 R@06", "---"),
        ] {
            let told: String = results(&way(text))
                .into_iter()
                .map(|result| match result {
                    None => '-',
                    Some(Punctuality::Early) => 'e',
                    Some(Punctuality::OnTime) => 'o',
                    Some(Punctuality::Late) => 'l',
                })
                .collect();
            assert_eq!(told, expected, "{text}");
        }
    }
}
