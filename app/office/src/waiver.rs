//! When verified data stand for the identity paper.
//!
//! Nobody may be asked for a paper whose data the state has (NQ 66.7/2025/NQ-CP); but data that are not
//! positively proven replace nothing. So the paper is waived only for a reading of the very day whose
//! hashes, signature and chain are good, of a chip that leaves no question open whether it is a copy, of a
//! document that has not expired; or for a person whom the province confirmed that day. Everything else leaves the paper asked
//! for, with the reason. Reception, paper-free reception, the rules of a reception and the printed papers
//! all ask here.

use jiff::civil::Date;

use crate::{
    Explain,
    evidence::Evidence,
    person::{Expiry, Identity, ReadOn},
};

/// Why the identity paper is still asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StillAsked {
    /// The chip failed its checks.
    #[error("Chip không vượt qua kiểm tra: dữ liệu của nó không thay được giấy tờ nào.")]
    NotAuthentic,
    /// Typed, or from an unsigned code.
    #[error(
        "Danh tính chưa được xác thực bằng chip: vẫn cần xuất trình giấy tờ tùy thân. Hãy đọc chip nếu có thẻ."
    )]
    Unverified,
    /// Signer, issuer or the chip itself could not be confirmed, a copy among that.
    #[error(
        "Máy này chưa xác nhận được nơi cấp, người ký hoặc chip gốc: vẫn cần xuất trình giấy tờ tùy thân."
    )]
    NotConfirmed,
    /// Read on another day than the one that counts.
    #[error(
        "Giấy tờ đọc ngày {}, không phải hôm nay: vẫn cần xuất trình giấy tờ tùy thân. Hãy đọc lại thẻ.", .0.strftime("%d/%m/%Y")
    )]
    ReadEarlier(Date),
    /// A chip's data whose day is not known.
    #[error("Không rõ ngày đọc giấy tờ: vẫn cần xuất trình giấy tờ tùy thân. Hãy đọc lại thẻ.")]
    DayUnknown,
    /// The document's time is over.
    #[error(
        "Giấy tờ đã hết hạn ngày {}: không thay được việc xuất trình giấy tờ tùy thân.", .0.strftime("%d/%m/%Y")
    )]
    Expired(Date),
}

impl Explain for StillAsked {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAuthentic => "OFF-120",
            Self::Unverified => "OFF-121",
            Self::NotConfirmed => "OFF-122",
            Self::ReadEarlier(_) => "OFF-124",
            Self::DayUnknown => "OFF-125",
            Self::Expired(_) => "OFF-126",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::NotAuthentic => "The chip failed its checks: its data replace no paper.".into(),
            Self::Unverified => "The identity is not verified by a chip: the identity paper is still needed. Read the chip if there is one.".into(),
            Self::NotConfirmed => "Issuer, signer or the chip itself is not confirmed here: the identity paper is still needed.".into(),
            Self::ReadEarlier(day) => format!("The document was read on {day}, not today: the identity paper is still needed. Read the card again."),
            Self::DayUnknown => "It is not known when the document was read: the identity paper is still needed. Read the card again.".into(),
            Self::Expired(day) => format!("The document expired on {day}: it does not replace the identity paper."),
        }
    }
}

impl Identity {
    /// Whether these data stand for the identity paper on `day`; why not, else.
    pub fn waives_paper(&self, day: Date) -> Result<(), StillAsked> {
        match self.evidence {
            Evidence::ChipNotAuthentic => return Err(StillAsked::NotAuthentic),
            Evidence::ChipIssuerUnknown => return Err(StillAsked::NotConfirmed),
            Evidence::Declared | Evidence::Typed => {
                return Err(match self.read {
                    ReadOn::Earlier { day, .. } => StillAsked::ReadEarlier(day),
                    ReadOn::Unread | ReadOn::Day(_) => StillAsked::Unverified,
                });
            }
            Evidence::ChipAuthentic | Evidence::ChipSigned | Evidence::VneidConfirmed => {}
        }
        match self.read {
            ReadOn::Day(read) if read == day => {}
            ReadOn::Day(read) | ReadOn::Earlier { day: read, .. } => {
                return Err(StillAsked::ReadEarlier(read));
            }
            ReadOn::Unread => return Err(StillAsked::DayUnknown),
        }
        match self.expired(day) {
            Some(last) => Err(StillAsked::Expired(last)),
            None => Ok(()),
        }
    }

    /// The last day of the document, if it is over on `day`.
    pub fn expired(&self, day: Date) -> Option<Date> {
        let document = self.document.as_ref().and_then(|document| document.expiry.as_ref());
        let ends = [document, self.person.expiry_date.as_ref()];
        let last = ends.into_iter().flatten().filter_map(|expiry| match expiry {
            Expiry::On(last) => Some(*last),
            Expiry::Never | Expiry::NotStated => None,
        });
        last.min().filter(|last| *last < day)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;

    use super::*;
    use crate::person::{Document, DocumentKind, Person};

    const TODAY: Date = date(2026, 11, 29);
    const YESTERDAY: Date = date(2026, 11, 28);
    const TOMORROW: Date = date(2026, 11, 30);

    fn identity(evidence: Evidence, read: ReadOn, expiry: Option<Expiry>) -> Identity {
        Identity {
            person: Person { name: "NGUYỄN VĂN A".into(), ..Person::default() },
            document: Some(Document {
                kind: DocumentKind::CanCuoc,
                number: "001099000123".into(),
                expiry,
            }),
            evidence,
            read,
            whose: None,
            reasons: Vec::new(),
        }
    }

    #[test]
    fn only_what_is_proven_today_waives_the_paper() {
        use Evidence as E;
        use StillAsked as S;
        let today = ReadOn::Day(TODAY);
        let earlier = |level| ReadOn::Earlier { day: YESTERDAY, level };
        let lasting = Some(Expiry::On(date(2039, 1, 2)));
        for (evidence, read, expiry, expected) in [
            (E::ChipAuthentic, today, lasting.clone(), Ok(())),
            (E::VneidConfirmed, today, None, Ok(())),
            (E::ChipAuthentic, today, Some(Expiry::Never), Ok(())),
            (E::ChipAuthentic, today, Some(Expiry::NotStated), Ok(())),
            // A document that tells no end has not ended.
            (E::ChipAuthentic, today, None, Ok(())),
            // The last day still counts.
            (E::ChipAuthentic, today, Some(Expiry::On(TODAY)), Ok(())),
            (E::ChipAuthentic, today, Some(Expiry::On(YESTERDAY)), Err(S::Expired(YESTERDAY))),
            (E::VneidConfirmed, today, Some(Expiry::On(YESTERDAY)), Err(S::Expired(YESTERDAY))),
            // A chip without any means of proof: no question about copying is left open.
            (E::ChipSigned, today, lasting.clone(), Ok(())),
            (E::ChipSigned, today, Some(Expiry::On(YESTERDAY)), Err(S::Expired(YESTERDAY))),
            (E::ChipIssuerUnknown, today, lasting.clone(), Err(S::NotConfirmed)),
            (E::ChipNotAuthentic, today, lasting.clone(), Err(S::NotAuthentic)),
            (E::Declared, today, None, Err(S::Unverified)),
            (E::Typed, today, None, Err(S::Unverified)),
            (E::Typed, ReadOn::Unread, None, Err(S::Unverified)),
            (
                E::ChipAuthentic,
                ReadOn::Day(YESTERDAY),
                lasting.clone(),
                Err(S::ReadEarlier(YESTERDAY)),
            ),
            (E::VneidConfirmed, ReadOn::Day(YESTERDAY), None, Err(S::ReadEarlier(YESTERDAY))),
            // A clock that was wrong when the card was read.
            (
                E::ChipAuthentic,
                ReadOn::Day(TOMORROW),
                lasting.clone(),
                Err(S::ReadEarlier(TOMORROW)),
            ),
            (E::ChipAuthentic, ReadOn::Unread, lasting.clone(), Err(S::DayUnknown)),
            (E::Typed, earlier(E::ChipAuthentic), lasting.clone(), Err(S::ReadEarlier(YESTERDAY))),
            (E::ChipAuthentic, earlier(E::ChipAuthentic), lasting, Err(S::ReadEarlier(YESTERDAY))),
        ] {
            let told = format!("{evidence:?} {read:?} {expiry:?}");
            let identity = identity(evidence, read, expiry);
            assert_eq!(identity.waives_paper(TODAY), expected, "{told}");
            // What has become an earlier day's reading never waives again.
            assert!(
                identity.waives_paper(TOMORROW).is_err() || told.contains("2026-11-30"),
                "{told}"
            );
            assert!(
                identity.as_of(TOMORROW).waives_paper(TOMORROW).is_err()
                    || read == ReadOn::Day(TOMORROW)
            );
        }
    }

    #[test]
    fn the_next_day_a_reading_is_an_earlier_one_with_its_day_and_level() {
        let read = identity(Evidence::ChipAuthentic, ReadOn::Day(YESTERDAY), None);
        let stored = read.as_of(TODAY);
        assert_eq!(stored.evidence, Evidence::Typed);
        let level = Evidence::ChipAuthentic;
        assert_eq!(stored.read, ReadOn::Earlier { day: YESTERDAY, level });
        assert_eq!(stored.proof(), "Lưu từ lần đọc ngày 28/11/2026 (khi đó: Chip đã xác thực)");
        assert_eq!(stored.person, read.person);
        // Again, on a later day: still that reading of that day.
        assert_eq!(stored.as_of(TOMORROW), stored);
        assert_eq!(read.as_of(YESTERDAY), read);
        let typed = identity(Evidence::Typed, ReadOn::Unread, None);
        assert_eq!(typed.as_of(TOMORROW), typed);
        let forged = identity(Evidence::ChipNotAuthentic, ReadOn::Day(YESTERDAY), None);
        assert_eq!(forged.as_of(TODAY), forged, "a forged chip never looks like a stored person");
    }

    /// The stored form of an entry that knows no day of reading is still read.
    #[test]
    fn the_day_goes_with_the_identity() {
        let read = identity(Evidence::ChipAuthentic, ReadOn::Day(YESTERDAY), None);
        for identity in
            [read.clone(), read.as_of(TODAY), identity(Evidence::Typed, ReadOn::Unread, None)]
        {
            let text = serde_json::to_string(&identity).unwrap();
            assert_eq!(serde_json::from_str::<Identity>(&text).unwrap(), identity);
        }
    }
}
