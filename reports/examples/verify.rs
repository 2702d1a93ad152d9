//! Verifies many PDFs at once and prints one line for each: file, verdict, codes, sentences.
//! usage: `verify TRUST.pem FILE.pdf…`
#![allow(clippy::unwrap_used)]

use office::Explain;
use reports::verify::{Trust, verify};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let anchor = std::fs::read(arguments.next().unwrap()).unwrap();
    let trust = Trust::read([anchor.as_slice()]).unwrap();
    for file in arguments {
        let bytes = std::fs::read(&file).unwrap();
        let from = std::time::Instant::now();
        let verdict = verify(&bytes, &trust, jiff::Timestamp::now());
        let took = from.elapsed().as_millis();
        match verdict {
            Err(error) => println!("{file}\t{took} ms\tunreadable\t{} {error}", error.code()),
            Ok(verdict) => {
                let reasons = &verdict.reasons;
                let codes = reasons.iter().map(|reason| reason.code()).collect::<Vec<_>>();
                println!("{file}\t{took} ms\t{:?}\t{codes:?} {reasons:?}", verdict.overall);
                for one in &verdict.signatures {
                    println!(
                        "\t{} {:?} {} {:?} whole={} {:?}",
                        one.signer.as_deref().unwrap_or("?"),
                        one.status,
                        one.level,
                        one.time,
                        one.covers_whole_file,
                        one.reasons.iter().map(|r| (r.code(), r.to_string())).collect::<Vec<_>>()
                    );
                }
            }
        }
    }
}
