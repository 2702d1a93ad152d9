//! Amounts in Vietnamese words, as receipts and cash sheets must carry them, see [`office::words`].

use office::words;

/// `Một trăm linh năm nghìn đồng`: the amount in words, the first letter large, with its unit.
pub fn amount_in_words(amount: u64) -> String {
    let words = format!("{} đồng", words::number(amount));
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_begins_large_and_ends_with_its_unit() {
        for (amount, words) in [
            (0, "Không đồng"),
            (8_000, "Tám nghìn đồng"),
            (105_000, "Một trăm linh năm nghìn đồng"),
            (500, "Năm trăm đồng"),
        ] {
            assert_eq!(amount_in_words(amount), words);
        }
        assert!(amount_in_words(u64::MAX).starts_with("Mười tám tỷ bốn trăm bốn mươi sáu triệu"));
    }
}
