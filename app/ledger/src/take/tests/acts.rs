//! What is done at a seat in a schedule: any entry of office work, about anything that was made anywhere.

use super::*;

/// What was made anywhere: acts pick from it whether or not their seat knows it.
#[derive(Default)]
pub(super) struct World {
    pub(super) clock: i64,
    pub(super) dossiers: Vec<DossierId>,
    pub(super) payments: Vec<PaymentId>,
    pub(super) tickets: Vec<TicketId>,
    pub(super) documents: Vec<DocumentId>,
    /// Tellings.
    pub(super) people: Vec<PersonId>,
    /// Those of them that hold no number: two machines may make one with two people apart.
    pub(super) nameless: Vec<PersonId>,
    pub(super) arrivals: Vec<ArrivalId>,
    pub(super) attachments: Vec<AttachmentId>,
    pub(super) acts: Vec<ActId>,
    pub(super) prepared: Vec<Prepared>,
}

type Made = std::result::Result<Event, ReceptionError>;

/// Ids that are taken for an entry.
#[derive(Default)]
struct Chosen {
    dossier: Option<DossierId>,
    payment: Option<PaymentId>,
    ticket: Option<TicketId>,
    document: Option<DocumentId>,
    arrival: Option<ArrivalId>,
    attachment: Option<AttachmentId>,
    act: Option<ActId>,
}

/// What is made bears the chosen id.
fn bearing(
    chosen: &Chosen,
    make: impl FnOnce(&mut dyn Numbers) -> Made,
) -> impl FnOnce(&mut dyn Numbers) -> Made {
    move |numbers| {
        let mut made = make(numbers)?;
        match &mut made {
            Event::FeePaid { payment } => {
                payment.id = chosen.payment.clone().unwrap_or(payment.id.clone());
            }
            Event::TicketDrawn { ticket } => {
                ticket.id = chosen.ticket.clone().unwrap_or(ticket.id.clone());
            }
            _ => {}
        }
        Ok(made)
    }
}

/// A line of a book speaks of these people.
fn speaking_of(
    people: Vec<Identity>,
    make: impl FnOnce(&mut dyn Numbers) -> Made,
) -> impl FnOnce(&mut dyn Numbers) -> Made {
    move |numbers| {
        let mut made = make(numbers)?;
        if let Event::LineWritten { line } = &mut made {
            line.people = people;
        }
        Ok(made)
    }
}

fn some<T: Clone>(dice: &mut Dice, of: &[T]) -> Option<T> {
    (!of.is_empty()).then(|| of[dice.below(of.len() as u64) as usize].clone())
}

impl Seat {
    /// Writes something, or is refused, or is killed before it is on the disk; neither leaves anything.
    pub(super) fn act(&mut self, world: &mut World, dice: &mut Dice, devices: &[DeviceId]) {
        let killed = dice.below(12) == 0;
        let now = self.now(world);
        let reason = String::from("lý do");
        let dossier = some(dice, &world.dossiers);
        let which = dice.below(58);
        let seen = dossier.as_ref().and_then(|dossier| {
            let standing = project::course::standing(&self.db, dossier).unwrap();
            standing.map(|standing| standing.top.course.steps)
        });
        let choice = dice.below(1_000);
        let content = [dice.below(4) as u8];
        let names = ["an", "ba", "cu"];
        let name = names[dice.below(3) as usize];
        let (arrivals, tickets) = (some(dice, &world.arrivals), some(dice, &world.tickets));
        let (attachments, acts) = (some(dice, &world.attachments), some(dice, &world.acts));
        let prepared = some(dice, &world.prepared);
        let (someone, somebody) = (some(dice, &world.people), some(dice, &world.people));
        let nameless = world.nameless.first().copied();
        let (payments, documents) = (some(dice, &world.payments), some(dice, &world.documents));
        let is_copied = self.copied;
        // Now and then an entry bears an id that another seat's bears, whether or not this one knows it.
        let chosen = (dice.below(10) == 0).then(|| Chosen {
            dossier: some(dice, &world.dossiers),
            payment: some(dice, &world.payments),
            ticket: some(dice, &world.tickets),
            document: some(dice, &world.documents),
            arrival: some(dice, &world.arrivals),
            attachment: some(dice, &world.attachments),
            act: some(dice, &world.acts),
        });
        let chosen = chosen.unwrap_or_default();
        let conflicts: Vec<(i64, i64)> =
            rows(&self.db, "SELECT n, kind FROM conflict ORDER BY n, kind", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        let conflict = some(dice, &conflicts);
        let made = self.write(|writing| {
            let none = DossierId("0".repeat(32));
            let dossier = dossier.unwrap_or(none);
            let entry = match which {
                0..=3 => {
                    let mut reception = reception(choice % 6, now);
                    if choice.is_multiple_of(3) {
                        reception.arrival = arrivals;
                    }
                    reception.id = chosen.dossier.unwrap_or(reception.id);
                    writing.append(now, receive(reception))?
                }
                4..=9 => {
                    let step = match choice % 7 {
                        0 | 1 => transfer(["Người hai", "Người ba"][choice as usize % 2]),
                        2 => Step::SupplementAsked { items: vec!["Ảnh".into()], reason },
                        3 => resolve(),
                        4 => hand_over(),
                        5 => Step::Withdrawn { reason },
                        _ => undo(),
                    };
                    writing.append(now, told(&dossier, seen.unwrap_or_default(), now, step))?
                }
                10 => writing.record(now, Event::DossierAnnulled { dossier, reason }, &[])?,
                11 => writing.append(now, bearing(&chosen, pay(&dossier, 8_000, now)))?,
                12 => match payments {
                    Some(payment) => {
                        writing.record(now, Event::PaymentCancelled { payment, reason }, &[])?
                    }
                    None => return Ok(None),
                },
                13 => {
                    let drawn = draw("Hộ tịch", choice.is_multiple_of(2), now);
                    writing.append(now, bearing(&chosen, drawn))?
                }
                14 => match tickets {
                    Some(ticket) => {
                        let step = [
                            TicketStep::Called(format!("{}", choice % 3)),
                            TicketStep::Served,
                            TicketStep::Absent,
                        ][choice as usize % 3]
                            .clone();
                        writing.record(now, Event::TicketMoved { ticket, step }, &[])?
                    }
                    None => return Ok(None),
                },
                15 => match someone {
                    Some(owner) => {
                        let mut kept = document(owner, &content);
                        kept.id = chosen.document.unwrap_or(kept.id);
                        writing.record(now, keep(kept), &[&content])?
                    }
                    None => return Ok(None),
                },
                16 => match documents {
                    Some(document) => {
                        writing.record(now, Event::DocumentRemoved { document, reason }, &[])?
                    }
                    None => return Ok(None),
                },
                17 => {
                    let code = format!("G{}", choice % 4);
                    let mut arrived = arrival(&code, now);
                    arrived.id = chosen.arrival.unwrap_or(arrived.id);
                    writing.record(now, arrive(arrived), &[b"message"])?
                }
                18 => writing.append(now, give_notice(1, now, arrivals))?,
                19 => {
                    let lines = [(&*format!("FT{}", choice % 3), &dossier, 9_000)];
                    writing.record(now, statement(&lines, now), &[])?
                }
                20 => {
                    let level = Evidence::ALL[choice as usize % Evidence::ALL.len()];
                    let mut event = read_event(choice % 6, level);
                    if let (Event::IdentityRead { identity, .. }, 600..) = (&mut event, choice) {
                        (identity.person.number, identity.document) = (None, None);
                        identity.whose = someone.filter(|_| choice.is_multiple_of(2));
                    }
                    writing.record(now, event, &[])?
                }
                21 | 41..=45 => {
                    let whom = nameless.filter(|_| choice > 200).or(someone);
                    let (Some(who), Some(other)) = (whom, somebody) else { return Ok(None) };
                    let purpose = Purpose::Search;
                    let event = match choice % 5 {
                        0 => Event::PersonViewed { who, purpose },
                        1 | 2 => Event::PeopleMerged { one: who, other, reason },
                        3 => Event::PeopleParted { one: who, other, reason },
                        _ => Event::PersonSplit { who, reason },
                    };
                    writing.record(now, event, &[])?
                }
                // What two machines with one key hand over is no book's any more.
                24 if is_copied => return Ok(None),
                24 => {
                    let books = books();
                    let book = books[choice as usize % books.len()];
                    let to = devices[choice as usize % 3].clone();
                    writing.hand_over(now, book, &to)?;
                    return if killed { Err(LedgerError::Stopped) } else { Ok(None) };
                }
                25 => {
                    match choice % 4 {
                        0 => writing.close_volume(now, BookId::TRACKING, 2026)?,
                        1 => writing.open_volume(now, BookId::TRACKING, 2026)?,
                        _ => drop(writing.assign_numbers(now)?),
                    }
                    return if killed { Err(LedgerError::Stopped) } else { Ok(None) };
                }
                26 => {
                    let queues = vec![format!("Hàng {}", choice % 3)];
                    let settings = Box::new(Settings { queues, ..Settings::default() });
                    writing.record(now, Event::SettingsChanged { settings }, &[])?
                }
                27 => writing.record(now, law(&content), &[&content])?,
                28 => {
                    let code = format!("G0{}", choice % 3);
                    writing.record(now, portal_codes(&[("Hộ tịch", &code)], None), &[])?
                }
                29 => {
                    let export = Box::new(Export {
                        kind: ExportKind::Register,
                        from: None,
                        to: crate::local_day(now),
                        format: ExportFormat::Xlsx,
                        rows: choice,
                        content: content_hash(&content),
                    });
                    writing.record(now, Event::Exported { export }, &[])?
                }
                30 => match conflict {
                    Some((place, kind)) => {
                        let settlement = Box::new(Settlement {
                            place: unsigned(place)?,
                            kind: kind_of(kind),
                            words: reason,
                        });
                        writing.record(now, Event::ConflictSettled { settlement }, &[])?
                    }
                    None => return Ok(None),
                },
                34 => {
                    let mut askers = [choice % 6, choice % 4].map(|n| identity(n, Evidence::Typed));
                    if choice >= 500 {
                        (askers[0].person.number, askers[0].document) = (None, None);
                        askers[0].whose = someone;
                    }
                    let id = chosen.act.unwrap_or_else(rooms::random_act);
                    writing.append(now, ask(id, BookId::NOTICE, askers.into(), now))?
                }
                35 => match acts {
                    Some(act) => writing.record(now, annul_act(&act), &[])?,
                    None => return Ok(None),
                },
                36 => match acts {
                    Some(act) if choice.is_multiple_of(2) => {
                        writing.append(now, bearing(&chosen, pay(&act, 6_000, now)))?
                    }
                    Some(act) => writing.record(now, remark(&act, "thu sau"), &[])?,
                    None => return Ok(None),
                },
                37 | 38 => {
                    let sql = "SELECT n FROM entry WHERE kind = ?1 AND payload <> x'' ORDER BY n";
                    let remarks = EventKind::RemarkMade.facts().number;
                    let places: Vec<i64> = rows(writing.db, sql, [remarks], |row| row.get(0))?;
                    let chosen = places.into_iter().skip(choice as usize % 3).step_by(2).take(3);
                    let chosen: Vec<u64> = chosen.map(|n| unsigned(n).unwrap()).collect();
                    writing.erase(now, &chosen, "Luật", &reason)?;
                    return if killed { Err(LedgerError::Stopped) } else { Ok(None) };
                }
                46..=49 => {
                    let mut about = identity(choice % 6, Evidence::Typed);
                    if choice >= 500 {
                        (about.person.number, about.document) = (None, None);
                        about.whose = someone;
                    }
                    let line = write_line(now, "Nơi gửi");
                    writing.append(now, speaking_of(vec![about], line))?
                }
                50 => match documents {
                    Some(document) => {
                        let purpose = Purpose::Reprint;
                        writing.record(now, Event::DocumentViewed { document, purpose }, &[])?
                    }
                    None => return Ok(None),
                },
                51 | 52 => {
                    let user = UserName("chi".into());
                    let event = match choice % 7 {
                        0 => Event::LoginsFailed { user, count: 3 },
                        1 => Event::KeyDemanded,
                        2 => Event::KeyChanged,
                        3 => Event::BackupPlanned { plan: Box::default() },
                        4 => Event::ClockAccepted { last: now },
                        5 => Event::RecoveryUsed { user },
                        _ => Event::RecoveryRenewed,
                    };
                    writing.write(now, event)?
                }
                53 => {
                    let asker = identity(choice % 6, Evidence::Typed);
                    let asked = choice.is_multiple_of(3).then_some("chi");
                    let id = chosen.act.unwrap_or_else(rooms::random_act);
                    let event = rooms::prepare(id, "chi", asked, BookId::NOTICE, vec![asker], now);
                    writing.record(now, event, &[rooms::PAGE])?
                }
                54 => match prepared {
                    // Its file tells the number: a seat without the book refuses.
                    Some(prepared) => {
                        let done = rooms::complete(&prepared, "chi", &content, now);
                        writing.append_with(now, &[&content], done)?
                    }
                    None => return Ok(None),
                },
                55 => match prepared {
                    Some(prepared) => {
                        writing.record(now, rooms::give_back(&prepared.act.id), &[])?
                    }
                    None => return Ok(None),
                },
                56 => {
                    let (id, by) = ([0x10, 0x11, 0x12][choice as usize % 3], "chi");
                    writing.record(now, delegate(&hex::encode([id]), by, name), &[])?
                }
                57 => {
                    let id = [0x10, 0x11, 0x12, 0x13][choice as usize % 4];
                    let delegation = DelegationId(hex::encode([id]).repeat(16));
                    writing.record(now, Event::DelegationEnded { delegation, reason }, &[])?
                }
                31 | 39..=40 => writing.record(now, remark(&dossier, "hẹn chiều"), &[])?,
                32 => {
                    let id = chosen.attachment.map_or_else(rooms::id, |chosen| chosen.0);
                    writing.record(now, attach(&id, &dossier, &content), &[&content])?
                }
                33 => match attachments {
                    Some(attachment) => {
                        writing.record(now, Event::AttachmentRemoved { attachment, reason }, &[])?
                    }
                    None => return Ok(None),
                },
                22 => {
                    let user =
                        fixture::user(name, &[Role::Clerk, Role::Head][..choice as usize % 2 + 1]);
                    let event = match choice % 4 {
                        0 => {
                            let sql = "SELECT active FROM user WHERE name = ?1 AND json_n > 0";
                            let known: Vec<bool> = rows(writing.db, sql, [name], |row| row.get(0))?;
                            match known.first() {
                                None => Event::UserAdded { user },
                                Some(false) => Event::UserEnabled { user },
                                Some(true) => Event::UserChanged { user },
                            }
                        }
                        1 => Event::UserChanged { user },
                        2 => Event::UserDisabled { user: user.name, reason },
                        _ => Event::PasswordChanged { user: UserName(name.into()) },
                    };
                    writing.write(now, event)?
                }
                _ => match choice % 5 {
                    3 => {
                        let (entries, head) = (1, newest(writing.db)?);
                        let manifest = content_hash(b"manifest");
                        writing.write(now, Event::BackupMade { entries, head, manifest })?
                    }
                    4 => writing.write(now, Event::WitnessMade)?,
                    0 => {
                        let (item, bytes) = trust_item(choice as u8 % 4);
                        let source = Box::new(trust_source());
                        let event = Event::TrustAdded { item, source };
                        writing.keep_blobs(&event, &[bytes])?;
                        writing.write(now, event)?
                    }
                    1 => {
                        let fingerprint = trust_item(choice as u8 % 4).0.fingerprint;
                        writing.write(now, Event::TrustRemoved { fingerprint, reason })?
                    }
                    _ => {
                        let paper = Event::PaperMade {
                            subject: (&dossier).into(),
                            kind: PaperKind::Receipt,
                            of: PaperOf::Beginning,
                            content: content_hash(b"pdf"),
                            numbers: Numbering::Issued,
                        };
                        writing.record(now, paper, &[b"pdf"])?
                    }
                },
            };
            if killed { Err(LedgerError::Stopped) } else { Ok(Some(entry)) }
        });
        if killed {
            self.wake();
        }
        if let Ok(Some(Entry { envelope, what })) = made {
            let concerns = what.about().concerns;
            if let [(Whom::Told(identity), _)] = concerns.as_slice() {
                world.people.push(PersonId(envelope.place()));
                if identity.claim().is_none() && identity.whose.is_none() {
                    world.nameless.push(PersonId(envelope.place()));
                }
            }
            match what {
                Event::DossierReceived { dossier } => world.dossiers.push(dossier.id),
                Event::FeePaid { payment } => world.payments.push(payment.id),
                Event::TicketDrawn { ticket } => world.tickets.push(ticket.id),
                Event::DocumentKept { document } => world.documents.push(document.id),
                Event::DossierArrived { arrival } => world.arrivals.push(arrival.id),
                Event::ActDone { act } => world.acts.push(act.id),
                Event::ActPrepared { prepared } => world.prepared.push(*prepared),
                Event::AttachmentAdded { attachment } => world.attachments.push(attachment.id),
                _ => {}
            }
        }
    }
}

fn kind_of(key: i64) -> ConflictKind {
    ConflictKind::ALL.into_iter().find(|kind| conflict_key(*kind) == key).unwrap()
}
