//! A batch of prepared copies, end to end, against pyHanko on the same token.
//!
//! Ours is what the desk does when a certifier signs what waits: read the preparation and its page from the encrypted
//! ledger, rehearse the act for its number, set the page as an archive document, put the stamp in, sign by
//! `motcua-token`, check the signature and write act and file durably. The login is made anew every [`ONE_PIN`]
//! copies, as the program signs no more with one PIN. Left out: the window between two copies.
//!
//! pyHanko gets the finished archive documents as files, in a session that stays logged in; it reads each, signs it with
//! its stamp and writes it beside, without syncing it to the disk. So all that ours does besides signing counts
//! against us. Both take turns after each login, so that a slow moment falls on both.

use std::path::Path;

use ledger::{Ledger, content_hash};
use office::{act::ActId, book::BookId, entry::Event, evidence::Evidence};
use reports::{
    sign::Look,
    verify::{Overall, Trust, verify},
};

use crate::{
    Peer, STAMP, Signer, document,
    fixture::{assert_clean, at, found, identity, rooms},
    kept, milliseconds, page, timed,
};

/// Copies of the batch.
const COPIES: u64 = 100;
/// Most copies that the program signs with one PIN.
const ONE_PIN: usize = 20;

/// Both sign the batch.
pub fn run(hand: &mut Signer, peer: &mut Peer, folder: &Path) {
    let (mut ledger, _) = found(&folder.join("office"));
    let waiting: Vec<(ActId, String)> = (1..=COPIES)
        .map(|n| {
            let page = page(n as u32);
            let file =
                kept(folder, &format!("copy-{n}.pdf"), &document(std::slice::from_ref(&page)));
            (prepared(&mut ledger, n, &page), file)
        })
        .collect();
    // Whatever is loaded at the first use is loaded.
    hand.sign(document(&[page(0)]), &Look::Text(STAMP.into()));
    peer.ask(&format!("file {}", waiting[0].1));
    let (mut ours, mut theirs) = (0.0, 0.0);
    for (n, some) in waiting.chunks(ONE_PIN).enumerate() {
        let mut our_turn = || {
            timed(|| {
                hand.login();
                some.iter().for_each(|(id, _)| sign(&mut ledger, hand, id));
            })
        };
        let mut their_turn =
            || some.iter().map(|(_, file)| peer.ask(&format!("file {file}"))).sum::<f64>();
        if n.is_multiple_of(2) {
            ours += our_turn();
            theirs += their_turn();
        } else {
            theirs += their_turn();
            ours += our_turn();
        }
    }
    assert_signed(&ledger, folder);
    println!(
        "sign: a batch of {COPIES} prepared copies (ours: ledger to ledger, theirs: signing alone): {:.0} ms, pyHanko {:.0} ms, {:.1} times faster",
        milliseconds(ours),
        milliseconds(theirs),
        theirs / ours
    );
}

/// A copy of one page that waits.
fn prepared(ledger: &mut Ledger, n: u64, page: &[u8]) -> ActId {
    let (id, now) = (rooms::random_act(), at(n as i64));
    let asker = vec![identity(n, Evidence::ChipSigned)];
    let mut event = rooms::prepare(id.clone(), "chi", None, BookId::NOTICE, asker, now);
    if let Event::ActPrepared { prepared } = &mut event {
        prepared.pages = vec![content_hash(page)];
    }
    ledger.record(now, event, &[page]).unwrap();
    id
}

/// The desk's steps from what waits to the act.
fn sign(ledger: &mut Ledger, hand: &mut Signer, id: &ActId) {
    let now = at(10_000);
    let prepared = ledger.preparation(id).unwrap().unwrap().prepared;
    let page = ledger.kept(&prepared.pages[0]).unwrap();
    let stand_in = b"to be signed".as_slice();
    let rehearsed = ledger.rehearse(|writing| {
        let entry = writing.append_with(
            now,
            &[stand_in],
            rooms::complete(&prepared, "chi", stand_in, now),
        )?;
        Ok(entry.what.numbers()[0].value)
    });
    let number = rehearsed.unwrap();
    let pdf = document(&[page.read().unwrap()]);
    let signed = hand.sign(pdf, &Look::Text(format!("{STAMP}\n{number}")));
    let done = rooms::complete(&prepared, "chi", &signed, now);
    let entry = ledger.append_with(now, &[&signed], done).unwrap();
    assert_eq!(entry.what.numbers()[0].value, number);
}

/// Whether all that was timed was done.
fn assert_signed(ledger: &Ledger, folder: &Path) {
    let root = std::fs::read(folder.join("root.pem")).unwrap();
    let trust = Trust::read([root.as_slice()]).unwrap();
    let acts = ledger.acts(None, 2 * COPIES as usize).unwrap().items;
    assert_eq!(acts.len() as u64, COPIES);
    for act in acts {
        let signed = ledger.blob(act.act.document.as_ref().unwrap()).unwrap();
        let verdict = verify(&signed, &trust, jiff::Timestamp::now()).unwrap();
        assert_eq!(verdict.overall, Overall::Valid);
    }
    assert!(ledger.prepared().unwrap().is_empty());
    assert_clean(ledger);
}
