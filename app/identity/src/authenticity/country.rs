//! Which country a signer may sign for: the issuing state of the MRZ (ICAO 9303-3, 5) against the
//! country in the certificates' names (ICAO 9303-12, 7.1: ISO 3166-1 alpha-2).
//!
//! Without this comparison any trusted state could sign a Vietnamese card. An issuing code that is not
//! listed here is no fault of the document: its chain just stays unknown.

/// Issuing states by ISO 3166-1 alpha-3 and alpha-2.
const STATES: &str = "\
    ABW=AW AFG=AF AGO=AO AIA=AI ALA=AX ALB=AL AND=AD ARE=AE ARG=AR ARM=AM ASM=AS ATA=AQ ATF=TF \
    ATG=AG AUS=AU AUT=AT AZE=AZ BDI=BI BEL=BE BEN=BJ BES=BQ BFA=BF BGD=BD BGR=BG BHR=BH BHS=BS \
    BIH=BA BLM=BL BLR=BY BLZ=BZ BMU=BM BOL=BO BRA=BR BRB=BB BRN=BN BTN=BT BVT=BV BWA=BW CAF=CF \
    CAN=CA CCK=CC CHE=CH CHL=CL CIV=CI CMR=CM COD=CD COG=CG COK=CK COL=CO COM=KM CPV=CV CRI=CR \
    CUB=CU CUW=CW CXR=CX CYM=KY CYP=CY CZE=CZ DJI=DJ DMA=DM DNK=DK DOM=DO DZA=DZ ECU=EC EGY=EG \
    ERI=ER ESH=EH ESP=ES EST=EE ETH=ET FIN=FI FJI=FJ FLK=FK FRA=FR FRO=FO FSM=FM GAB=GA GBR=GB \
    GEO=GE GGY=GG GHA=GH GIB=GI GIN=GN GLP=GP GMB=GM GNB=GW GNQ=GQ GRC=GR GRD=GD GRL=GL GTM=GT \
    GUF=GF GUM=GU GUY=GY HKG=HK HMD=HM HND=HN HRV=HR HTI=HT HUN=HU IDN=ID IMN=IM IND=IN IOT=IO \
    IRL=IE IRN=IR IRQ=IQ ISL=IS ISR=IL ITA=IT JAM=JM JEY=JE JOR=JO JPN=JP KAZ=KZ KEN=KE KGZ=KG \
    KHM=KH KIR=KI KNA=KN KOR=KR KWT=KW LAO=LA LBN=LB LBR=LR LBY=LY LCA=LC LIE=LI LKA=LK LSO=LS \
    LTU=LT LUX=LU LVA=LV MAC=MO MAF=MF MAR=MA MCO=MC MDA=MD MDG=MG MDV=MV MEX=MX MHL=MH MKD=MK \
    MLI=ML MLT=MT MMR=MM MNE=ME MNG=MN MNP=MP MOZ=MZ MRT=MR MSR=MS MTQ=MQ MUS=MU MWI=MW MYS=MY \
    MYT=YT NAM=NA NCL=NC NER=NE NFK=NF NGA=NG NIC=NI NIU=NU NLD=NL NOR=NO NPL=NP NRU=NR NZL=NZ \
    OMN=OM PAK=PK PAN=PA PCN=PN PER=PE PHL=PH PLW=PW PNG=PG POL=PL PRI=PR PRK=KP PRT=PT PRY=PY \
    PSE=PS PYF=PF QAT=QA REU=RE ROU=RO RUS=RU RWA=RW SAU=SA SDN=SD SEN=SN SGP=SG SGS=GS SHN=SH \
    SJM=SJ SLB=SB SLE=SL SLV=SV SMR=SM SOM=SO SPM=PM SRB=RS SSD=SS STP=ST SUR=SR SVK=SK SVN=SI \
    SWE=SE SWZ=SZ SXM=SX SYC=SC SYR=SY TCA=TC TCD=TD TGO=TG THA=TH TJK=TJ TKL=TK TKM=TM TLS=TL \
    TON=TO TTO=TT TUN=TN TUR=TR TUV=TV TWN=TW TZA=TZ UGA=UG UKR=UA UMI=UM URY=UY USA=US UZB=UZ \
    VAT=VA VCT=VC VEN=VE VGB=VG VIR=VI VNM=VN VUT=VU WLF=WF WSM=WS YEM=YE ZAF=ZA ZMB=ZM ZWE=ZW";

/// Issuing codes outside ISO 3166-1, and states whose parts sign under codes of their own.
const SPECIAL: [(&str, &[&str]); 6] = [
    ("D", &["DE"]),
    ("CHN", &["CN", "HK", "MO"]),
    ("GBD", &["GB"]),
    ("RKS", &["KS", "XK"]),
    ("EUE", &["EU"]),
    ("UNO", &["UN"]),
];

/// Whether certificates of `country` may sign for the issuing state `state` of an MRZ; `None` if the
/// state is not known here. Some states write their country in lower case.
pub fn may_sign_for(state: &str, country: &str) -> Option<bool> {
    let same = |code: &str| code.eq_ignore_ascii_case(country);
    if let Some((_, codes)) = SPECIAL.iter().find(|(code, _)| *code == state) {
        return Some(codes.iter().any(|code| same(code)));
    }
    let mut listed = STATES.split(' ').filter_map(|entry| entry.split_once('='));
    listed.find_map(|(code, country)| (code == state).then(|| same(country)))
}

/// The listed state with that code of two or three letters, in any case, by its code of three.
pub fn state(code: &str) -> Option<&'static str> {
    let mut listed = STATES.split(' ').filter_map(|entry| entry.split_once('='));
    let is_named = |one: &str| one.eq_ignore_ascii_case(code);
    listed.find_map(|(three, two)| (is_named(three) || is_named(two)).then_some(three))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_and_their_signers() {
        for (state, country, expected) in [
            ("VNM", "VN", Some(true)),
            ("VNM", "vn", Some(true)),
            ("VNM", "LA", Some(false)),
            ("VNM", "", Some(false)),
            ("D", "de", Some(true)),
            ("D", "DK", Some(false)),
            ("AFG", "AF", Some(true)),
            ("ZWE", "ZW", Some(true)),
            ("CHN", "HK", Some(true)),
            ("EUE", "EU", Some(true)),
            ("UTO", "UT", None),
            ("", "VN", None),
            ("VN", "VN", None),
        ] {
            assert_eq!(may_sign_for(state, country), expected, "{state} {country}");
        }
    }

    #[test]
    fn the_table_is_well_formed() {
        let entries: Vec<&str> = STATES.split(' ').collect();
        assert!(entries.len() > 180);
        for entry in entries {
            let (state, country) = entry.split_once('=').unwrap_or_default();
            let capitals = |text: &str| text.bytes().all(|b| b.is_ascii_uppercase());
            assert!(state.len() == 3 && country.len() == 2, "{entry}");
            assert!(capitals(state) && capitals(country), "{entry}");
        }
    }
}
