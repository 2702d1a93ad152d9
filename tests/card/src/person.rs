//! The invented people on the cards, and what their printed card says in MRZ and QR form.
//!
//! Every number begins with 099, a province code never given out. Names, addresses and dates are
//! made up; the list covers the shapes that break readers: words for the expiry date, parents
//! missing, several spouses, fields that need long TLV lengths, an expired card.

/// Sex as printed on the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// Nam.
    Male,
    /// Nữ.
    Female,
}

/// One holder. Dates are `dd/mm/yyyy`; text is Vietnamese in NFC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// Identity number, 12 digits.
    pub number: &'static str,
    /// Full name.
    pub name: &'static str,
    /// Date of birth.
    pub born: &'static str,
    /// Sex.
    pub sex: Sex,
    /// Dân tộc.
    pub ethnicity: &'static str,
    /// Tôn giáo.
    pub religion: &'static str,
    /// Quê quán.
    pub origin: &'static str,
    /// Nơi thường trú.
    pub residence: &'static str,
    /// Đặc điểm nhận dạng.
    pub features: &'static str,
    /// Date of issue.
    pub issued: &'static str,
    /// Date of expiry, or the words "Không thời hạn".
    pub expires: &'static str,
    /// Father's name, if recorded.
    pub father: Option<&'static str>,
    /// Mother's name, if recorded.
    pub mother: Option<&'static str>,
    /// Names of spouses.
    pub spouses: &'static [&'static str],
    /// Former nine-digit number.
    pub former: Option<&'static str>,
}

/// Everyone there is a card for.
pub const PEOPLE: [Person; 8] = [
    Person {
        number: "099188000101",
        name: "Nguyễn Thị Hương Giang",
        born: "12/03/1988",
        sex: Sex::Female,
        ethnicity: "Kinh",
        religion: "Không",
        origin: "Xuân Quang, Bảo Thắng, Lào Cai",
        residence: "Tổ 5, Phố Lu, Bảo Thắng, Lào Cai",
        features: "Nốt ruồi cách 1,5cm dưới trước đuôi mắt trái",
        issued: "10/05/2021",
        expires: "12/03/2028",
        father: Some("Nguyễn Văn Quyết"),
        mother: Some("Phạm Thị Huệ"),
        spouses: &["Trần Đình Khôi"],
        former: Some("000188101"),
    },
    Person {
        number: "099090000202",
        name: "Đỗ Đức Đạt",
        born: "29/01/1990",
        sex: Sex::Male,
        ethnicity: "Tày",
        religion: "Không",
        origin: "Nghĩa Đô, Bảo Yên, Lào Cai",
        residence: "Thôn Nà Đình, Nghĩa Đô, Bảo Yên, Lào Cai",
        features: "Sẹo chấm cách 2cm trên sau đầu lông mày phải",
        issued: "22/08/2022",
        expires: "29/01/2030",
        father: Some("Đỗ Văn Đoàn"),
        mother: Some("Hoàng Thị Ngọ"),
        spouses: &[],
        former: None,
    },
    Person {
        number: "099152000303",
        name: "Lý Tả Mẩy",
        born: "02/09/1952",
        sex: Sex::Female,
        ethnicity: "Dao",
        religion: "Không",
        origin: "Tả Phìn, Sa Pa, Lào Cai",
        residence: "Thôn Sả Séng, Tả Phìn, Sa Pa, Lào Cai",
        features: "Nốt ruồi cách 0,8cm trên trước cánh mũi trái",
        issued: "15/04/2021",
        expires: "Không thời hạn",
        father: None,
        mother: None,
        spouses: &["Chảo Vần Phù"],
        former: Some("000152303"),
    },
    Person {
        number: "099075000404",
        name: "Giàng A Sử",
        born: "17/11/1975",
        sex: Sex::Male,
        ethnicity: "Mông",
        religion: "Tin lành",
        origin: "Lùng Phình, Bắc Hà, Lào Cai",
        residence: "Thôn Lùng Chín, Lùng Phình, Bắc Hà, Lào Cai",
        features: "Sẹo dài 1cm cách 0,5cm dưới sau cánh mũi trái",
        issued: "03/12/2021",
        expires: "17/11/2035",
        father: Some("Giàng Seo Páo"),
        mother: None,
        spouses: &["Vàng Thị Mỷ", "Sùng Thị Dế"],
        former: Some("000075404"),
    },
    Person {
        number: "099193000505",
        name: "Công Tằng Tôn Nữ Nguyễn Phước Quỳnh Diễm Thuỵ Đoan Trang",
        born: "31/12/1993",
        sex: Sex::Female,
        ethnicity: "Kinh",
        religion: "Phật giáo",
        origin: "Thôn Vỹ Dạ Thượng, Xã Phú Thượng, Huyện Phú Vang, Tỉnh Thừa Thiên Huế (theo giấy khai sinh đăng ký lại)",
        residence: "Số nhà 128/16/7B, ngõ 45, ngách 12, đường Hoàng Quốc Việt kéo dài, Tổ dân phố số 27, \
                    Phường Bắc Cường, Thành phố Lào Cai, Tỉnh Lào Cai",
        features: "Nốt ruồi cách 1,2cm dưới sau khoé mắt phải; sẹo chấm cách 0,5cm trên trước đầu lông mày trái; \
                   sẹo dài 2,5cm cách 1cm dưới trước dái tai phải; nốt ruồi cách 3cm dưới sau mép trái; \
                   vết chàm hình bầu dục cách 4cm dưới sau tai trái; sẹo tròn cách 2cm trên sau cánh mũi phải",
        issued: "18/07/2023",
        expires: "31/12/2033",
        father: Some("Công Tằng Tôn Thất Nguyễn Phước Bửu Đĩnh Khương"),
        mother: Some("Huỳnh Thị Ngọc Bích Thuỷ Nguyệt Quỳnh Như"),
        spouses: &["Đặng Trần Vũ Đình Đông Hải"],
        former: Some("000193505"),
    },
    Person {
        number: "099306000606",
        name: "Vàng Thị Ơn",
        born: "05/06/2006",
        sex: Sex::Female,
        ethnicity: "Nùng",
        religion: "Không",
        origin: "Nấm Lư, Mường Khương, Lào Cai",
        residence: "Thôn Cốc Chứ, Nấm Lư, Mường Khương, Lào Cai",
        features: "Nốt ruồi cách 1cm trên sau mép phải",
        issued: "20/09/2024",
        expires: "05/06/2031",
        father: Some("Vàng Văn Thề"),
        mother: Some("Lù Thị Sẻn"),
        spouses: &[],
        former: None,
    },
    Person {
        number: "099084000707",
        name: "Hoàng Ngọc Ánh",
        born: "08/10/1984",
        sex: Sex::Male,
        ethnicity: "Giáy",
        religion: "Công giáo",
        origin: "Quang Kim, Bát Xát, Lào Cai",
        residence: "Tổ 3, Cốc Lếu, Lào Cai, Lào Cai",
        features: "Sẹo chấm cách 1cm dưới sau đuôi mắt phải",
        issued: "11/02/2021",
        expires: "08/10/2024",
        father: Some("Hoàng Văn Ứng"),
        mother: Some("Lương Thị Ỏn"),
        spouses: &["Bùi Thị Thuý Ái"],
        former: Some("000084707"),
    },
    Person {
        number: "099200000808",
        name: "Phan Ưng Kỳ",
        born: "29/02/2000",
        sex: Sex::Male,
        ethnicity: "Kinh",
        religion: "Không",
        origin: "Thịnh Hưng, Yên Bình, Yên Bái",
        residence: "Thôn Bến Đền, Gia Phú, Bảo Thắng, Lào Cai",
        features: "Không có",
        issued: "28/02/2025",
        expires: "29/02/2040",
        father: Some("Phan Ưng Lịch"),
        mother: Some("Ngô Thị Yến"),
        spouses: &["Mạc Thị Ngọc Lan"],
        former: None,
    },
];

impl Sex {
    /// The word on the card.
    pub fn word(self) -> &'static str {
        match self {
            Sex::Male => "Nam",
            Sex::Female => "Nữ",
        }
    }
}

/// A document number that is the end of nobody's personal number.
pub const OTHER_DOCUMENT: &str = "099999999";

impl Person {
    /// Card access number: the last six digits of the identity number.
    pub fn can(&self) -> &'static str {
        &self.number[6..]
    }

    /// Number in the MRZ's document field: the last nine digits.
    pub fn document_number(&self) -> &'static str {
        &self.number[3..]
    }

    /// Three MRZ lines of 30 (ICAO 9303-5) without line breaks.
    pub fn mrz(&self) -> String {
        let upper = format!("IDVNM{}{}<<", with_check(self.document_number()), self.number);
        let upper = format!("{upper}{}", check_digit(self.number));
        let middle = format!(
            "{}{}{}VNM<<<<<<<<<<<",
            with_check(&short(self.born)),
            self.mrz_sex(),
            self.mrz_expiry()
        );
        let composite =
            format!("{}{}{}{}", &upper[5..], &middle[..7], &middle[8..15], &middle[18..]);
        format!("{upper}{middle}{}{:<<30.30}", check_digit(&composite), self.mrz_name())
    }

    /// The card's lines with another document number, all check digits right.
    pub fn with_other_document(&self, card: &str) -> String {
        let upper = format!("{}{}{}", &card[..5], with_check(OTHER_DOCUMENT), &card[15..30]);
        let middle = &card[30..59];
        let composite =
            format!("{}{}{}{}", &upper[5..], &middle[..7], &middle[8..15], &middle[18..]);
        format!("{upper}{middle}{}{}", check_digit(&composite), &card[60..])
    }

    /// Two MRZ lines of 44 (ICAO 9303-4) for this person's invented passport.
    pub fn passport_mrz(&self) -> String {
        let upper = format!("P<VNM{:<<39.39}", self.mrz_name());
        let born = with_check(&short(self.born));
        let number = with_check(&self.passport_number());
        let personal = with_check(&format!("{:<<14}", self.number));
        let composite = format!("{number}{born}{}{personal}", self.mrz_expiry());
        let middle = format!("{number}VNM{born}{}{}{personal}", self.mrz_sex(), self.mrz_expiry());
        format!("{upper}{middle}{}", check_digit(&composite))
    }

    /// Two MRZ lines of 36 (ICAO 9303-6) for a card of the larger size.
    pub fn large_card_mrz(&self) -> String {
        let number = with_check(&self.passport_number());
        let born = with_check(&short(self.born));
        let expires = self.mrz_expiry();
        let composite = format!("{number}{born}{expires}<<<<<<<");
        let upper = format!("I<VNM{:<<31.31}", self.mrz_name());
        let middle = format!("{number}VNM{born}{}{expires}<<<<<<<", self.mrz_sex());
        format!("{upper}{middle}{}", check_digit(&composite))
    }

    /// Invented passport number, nine characters.
    pub fn passport_number(&self) -> String {
        format!("X{}", &self.number[4..])
    }

    /// What BAC and PACE derive keys from: number, birth and expiry date, each with its check digit.
    pub fn mrz_information(&self, document_number: &str) -> String {
        format!(
            "{}{}{}",
            with_check(document_number),
            with_check(&short(self.born)),
            self.mrz_expiry()
        )
    }

    /// The QR code on the card: seven fields.
    pub fn qr(&self) -> String {
        let solid = |date: &str| date.replace('/', "");
        [
            self.number,
            self.former.unwrap_or(""),
            self.name,
            &solid(self.born),
            self.sex.word(),
            self.residence,
            &solid(self.issued),
        ]
        .join("|")
    }

    fn mrz_expiry(&self) -> String {
        // The MRZ wants a date even of a card without expiry. 31/12/99 is an assumption: no public source
        // shows such a card.
        let date = if self.expires.contains('/') { short(self.expires) } else { "991231".into() };
        with_check(&date)
    }

    fn mrz_sex(&self) -> char {
        match self.sex {
            Sex::Male => 'M',
            Sex::Female => 'F',
        }
    }

    fn mrz_name(&self) -> String {
        let plain: String = self.name.chars().map(plain_letter).collect();
        match plain.split_once(' ') {
            Some((family, given)) => format!("{family}<<{}", given.replace(' ', "<")),
            None => plain,
        }
    }
}

/// `dd/mm/yyyy` as `yymmdd`.
fn short(date: &str) -> String {
    format!("{}{}{}", &date[8..], &date[3..5], &date[..2])
}

fn with_check(field: &str) -> String {
    format!("{field}{}", check_digit(field))
}

/// Check digit by weights 7, 3, 1 (ICAO 9303-3, 4.9).
pub fn check_digit(field: &str) -> u32 {
    let value = |c: char| if c == '<' { 0 } else { c.to_digit(36).unwrap() };
    field
        .chars()
        .zip([7, 3, 1].into_iter().cycle())
        .map(|(c, weight)| value(c) * weight)
        .sum::<u32>()
        % 10
}

/// A Vietnamese letter as a capital without marks.
fn plain_letter(letter: char) -> char {
    const FAMILIES: [(char, &str); 7] = [
        ('A', "aàáảãạăằắẳẵặâầấẩẫậ"),
        ('D', "đ"),
        ('E', "eèéẻẽẹêềếểễệ"),
        ('I', "iìíỉĩị"),
        ('O', "oòóỏõọôồốổỗộơờớởỡợ"),
        ('U', "uùúủũụưừứửữự"),
        ('Y', "yỳýỷỹỵ"),
    ];
    let lower = letter.to_lowercase().next().unwrap_or(letter);
    let family = FAMILIES.iter().find(|family| family.1.contains(lower));
    family.map_or(letter.to_ascii_uppercase(), |family| family.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mrz_follows_the_published_layout() {
        let sample = Person {
            number: "099090000123",
            name: "Nguyễn Văn A",
            born: "02/01/1990",
            expires: "02/01/2039",
            sex: Sex::Male,
            ..PEOPLE[0]
        };
        let mrz = sample.mrz();
        assert_eq!(&mrz[..14], "IDVNM090000123");
        assert_eq!(&mrz[60..], "NGUYEN<<VAN<A<<<<<<<<<<<<<<<<<");
        // ICAO 9303-5 appendix B: a check digit over known characters.
        assert_eq!(check_digit("D23145890"), 7);
        assert_eq!(check_digit("740812"), 2);
        assert_eq!(check_digit("120415"), 9);
    }

    #[test]
    fn every_person_has_lines_of_the_right_length_and_no_stray_letter() {
        let allowed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '<';
        for person in &PEOPLE {
            assert_eq!(
                [person.mrz(), person.passport_mrz(), person.large_card_mrz()]
                    .map(|zone| zone.len()),
                [90, 88, 72],
                "{}",
                person.name
            );
            assert!(
                [person.mrz(), person.passport_mrz(), person.large_card_mrz()]
                    .iter()
                    .all(|zone| zone.chars().all(allowed)),
                "{}",
                person.name
            );
            assert_eq!(person.number.len(), 12);
        }
    }
}
