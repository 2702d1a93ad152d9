//! Figures for the reports, added up from the tally.

use std::collections::BTreeMap;

use jiff::{
    ToSpan,
    civil::{Date, DateTime},
};
use office::{
    dossier::Channel,
    entry::READERS,
    statistics::{Account, GroupBy, Measure, Period, Row},
};
use rusqlite::{Connection, params};

use crate::rows::rows;
use crate::{
    Ledger, Result,
    model::require_figures,
    project::{
        course::channel_key,
        tally::{MONTH_LATE, MONTH_OPEN, day_key, measure_key, month_key},
    },
    roles::require,
};

/// Accounts by slice.
type Accounts = BTreeMap<i64, Account>;

impl Ledger {
    /// Figures of a period, a row for each group that has any; see [`office::statistics`] for what they
    /// mean. `now` tells what is late where the period is not over; days to come have no rows.
    ///
    /// # Errors
    /// [`crate::LedgerError::NotAllowed`] for roles that see no people.
    pub fn figures(&self, period: &Period, by: GroupBy, now: DateTime) -> Result<Vec<Row>> {
        require(&self.user.roles, READERS)?;
        require_figures(&self.db)?;
        if period.from > period.to {
            return Ok(Vec::new());
        }
        let rows = match by {
            GroupBy::Month | GroupBy::Day => self.figures_of_spans(period, by, now)?,
            _ => self.figures_of_slices(period, by, now)?,
        };
        Ok(rows.into_iter().filter(|row| !row.figures.is_empty()).collect())
    }

    fn figures_of_slices(&self, period: &Period, by: GroupBy, now: DateTime) -> Result<Vec<Row>> {
        let mut accounts = balances(&self.db, period.from)?;
        for (_, slice, measure, count) in changes(&self.db, period)? {
            accounts.entry(slice).or_default().add(measure, count);
        }
        let late_now = (period.to >= now.date()).then(|| late_now(&self.db, now)).transpose()?;
        let mut groups: BTreeMap<String, (String, Account, i64)> = BTreeMap::new();
        for (slice, key, label) in groups_of_slices(&self.db, by)? {
            let account = accounts.get(&slice).copied().unwrap_or_default();
            let late = match &late_now {
                Some(late) => late.get(&slice).copied().unwrap_or(0),
                None => account.late(),
            };
            let group = groups.entry(key).or_insert_with(|| (label, Account::default(), 0));
            group.1.merge(&account);
            group.2 += late;
        }
        Ok(groups
            .into_iter()
            .map(|(key, (label, account, late))| Row { key, label, figures: account.figures(late) })
            .collect())
    }

    fn figures_of_spans(&self, period: &Period, by: GroupBy, now: DateTime) -> Result<Vec<Row>> {
        let mut before = Account::default();
        for account in balances(&self.db, period.from)?.values() {
            before.merge(account);
        }
        let mut days: BTreeMap<i64, Account> = BTreeMap::new();
        for (day, _, measure, count) in changes(&self.db, period)? {
            days.entry(day).or_default().add(measure, count);
        }
        let mut rows = Vec::new();
        let mut first = period.from;
        while first <= period.to && first <= now.date() {
            let last = match by {
                GroupBy::Month => first.last_of_month().min(period.to),
                _ => first,
            };
            let mut account = before.following();
            for (_, day) in days.range(day_key(first)..=day_key(last)) {
                account.merge(day);
            }
            let late = match last >= now.date() {
                true => late_now(&self.db, now)?.values().sum(),
                false => account.late(),
            };
            let (key, label) = match by {
                GroupBy::Month => ("%Y-%m", "%m/%Y"),
                _ => ("%Y-%m-%d", "%d/%m/%Y"),
            };
            rows.push(Row {
                key: first.strftime(key).to_string(),
                label: first.strftime(label).to_string(),
                figures: account.figures(late),
            });
            before = account;
            let Ok(next) = last.checked_add(1.day()) else { break };
            first = next;
        }
        Ok(rows)
    }
}

/// What was open and late in each slice when `day` began: whole months, then the days of its own month.
fn balances(db: &Connection, day: Date) -> Result<Accounts> {
    let mut accounts = Accounts::new();
    let months: Vec<(i64, i64, i64)> = rows(
        db,
        "SELECT slice, measure, count FROM tally WHERE period < ?1",
        [month_key(day)],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    for (slice, measure, count) in months {
        let account = accounts.entry(slice).or_default();
        match measure {
            MONTH_OPEN => account.open_before += count,
            MONTH_LATE => account.late_before += count,
            _ => {}
        }
    }
    if let Ok(to) = day.yesterday()
        && day.day() > 1
    {
        let period = Period { from: day.first_of_month(), to };
        for (_, slice, measure, count) in changes(db, &period)? {
            let account = accounts.entry(slice).or_default();
            account.open_before += measure.open() * count;
            account.late_before += measure.late() * count;
        }
    }
    Ok(accounts)
}

/// What the days of a period saw: day, slice, measure, count.
fn changes(db: &Connection, period: &Period) -> Result<Vec<(i64, i64, Measure, i64)>> {
    let found: Vec<(i64, i64, i64, i64)> = rows(
        db,
        "SELECT period, slice, measure, count FROM tally WHERE period BETWEEN ?1 AND ?2",
        params![day_key(period.from), day_key(period.to)],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
    )?;
    let named = |key: i64| Measure::ALL.into_iter().find(|measure| measure_key(*measure) == key);
    Ok(found
        .into_iter()
        .filter_map(|(day, slice, key, count)| Some((day, slice, named(key)?, count)))
        .collect())
}

/// How many dossiers of each slice are late now.
fn late_now(db: &Connection, now: DateTime) -> Result<BTreeMap<i64, i64>> {
    let late: Vec<(i64, i64)> = rows(
        db,
        "SELECT slice, count(*) FROM dossier WHERE due_at < ?1 AND due_at IS NOT NULL GROUP BY slice",
        [now.to_string()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(late.into_iter().collect())
}

/// Every slice with its group's key and label.
fn groups_of_slices(db: &Connection, by: GroupBy) -> Result<Vec<(i64, String, String)>> {
    let columns = match by {
        GroupBy::Procedure => "slice.procedure, procedure.name",
        GroupBy::Field => "field, field",
        GroupBy::Officer => "officer, officer",
        GroupBy::Channel => "channel, channel",
        GroupBy::All | GroupBy::Month | GroupBy::Day => "'', 'Tổng số'",
    };
    let sql = format!(
        "SELECT id, {columns} FROM slice JOIN procedure ON procedure.code = slice.procedure ORDER BY id"
    );
    rows(db, &sql, [], |row| {
        let id = row.get(0)?;
        if by == GroupBy::Channel {
            let key: i64 = row.get(1)?;
            let channels = [Channel::Counter, Channel::Online, Channel::Post];
            let channel = channels.into_iter().find(|channel| channel_key(*channel) == key);
            return Ok((
                id,
                key.to_string(),
                channel.map(Channel::label).unwrap_or_default().into(),
            ));
        }
        let (key, mut label): (String, String) = (row.get(1)?, row.get(2)?);
        if label.is_empty() {
            label = "(chưa ghi)".into();
        }
        Ok((id, key, label))
    })
}
