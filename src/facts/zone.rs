//! Time zones, as people and configurations name them. The only user of the database of zones.

use std::fmt;

use chrono::{DateTime, Duration, FixedOffset, NaiveDateTime, Offset as _, TimeZone as _, Utc};
use chrono_tz::Tz;

/// Zones by abbreviations that mean one thing, in hours from UTC. `CST`, `IST` and the like mean several, so the newsletter's own zone holds.
const ABBREVIATIONS: [(&str, i32); 26] = [
    ("Z", 0),
    ("UTC", 0),
    ("GMT", 0),
    ("WET", 0),
    ("WEST", 1),
    ("BST", 1),
    ("CET", 1),
    ("CEST", 2),
    ("EET", 2),
    ("EEST", 3),
    ("MSK", 3),
    ("EST", -5),
    ("EDT", -4),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
    ("HKT", 8),
    ("SGT", 8),
    ("JST", 9),
    ("KST", 9),
    ("AEST", 10),
    ("AEDT", 11),
    ("NZST", 12),
    ("NZDT", 13),
];

/// A time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// One whose clocks never change: `+08:00`.
    Fixed(FixedOffset),
    /// That of a place, where summer time may change them: `Europe/Berlin`.
    Place(Tz),
}

impl Zone {
    /// Reads a zone as texts name it: `Z`, `+8`, `+0800`, `UTC+8`, `GMT+08:00`, `CEST`, `Europe/Berlin`.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        if let Some((_, hours)) = ABBREVIATIONS.iter().find(|(zone, _)| zone.eq_ignore_ascii_case(name)) {
            return FixedOffset::east_opt(hours * 3600).map(Self::Fixed);
        }
        let offset = ["UTC", "GMT"].iter().find_map(|zone| name.strip_prefix(zone)).unwrap_or(name);
        if offset.starts_with(['+', '-', '−']) {
            return hours(offset).map(Self::Fixed);
        }
        name.parse().ok().filter(|_| name.contains('/')).map(Self::Place)
    }

    /// Reads a setting. Abbreviations are none: they leave out half of the year.
    ///
    /// # Errors
    /// What is neither an offset nor the name of a place's zone, in words that say what would do.
    pub(super) fn of_setting(setting: &str) -> Result<Self, String> {
        let offset = setting.parse().map(Self::Fixed).ok();
        let place = || Some(Self::Place(setting.parse().ok().filter(|_| setting.contains('/') || setting == "UTC")?));
        offset.or_else(place).ok_or_else(|| {
            format!(
                "{setting:?} isn't a UTC offset or a zone's name; write one such as \"+08:00\" or \"Europe/Berlin\""
            )
        })
    }

    /// How far clocks that show this time are from UTC. A time that they show twice is the first of them, and one that they leave out is
    /// told by those that weren't moved forward yet.
    pub(crate) fn offset_at(self, local: NaiveDateTime) -> FixedOffset {
        match self {
            Self::Fixed(offset) => offset,
            Self::Place(place) => [local, local - Duration::days(1)]
                .iter()
                .find_map(|local| place.offset_from_local_datetime(local).earliest())
                .map_or_else(|| place.offset_from_utc_datetime(&local).fix(), |offset| offset.fix()),
        }
    }

    /// A moment, as the zone's clocks show it.
    pub(crate) fn show(self, moment: DateTime<Utc>) -> DateTime<FixedOffset> {
        match self {
            Self::Fixed(offset) => moment.with_timezone(&offset),
            Self::Place(place) => moment.with_timezone(&place).fixed_offset(),
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(offset) => offset.fmt(f),
            Self::Place(place) => place.fmt(f),
        }
    }
}

/// `+8`, `+08`, `+0800`, `+08:00`, `-5:30`.
fn hours(offset: &str) -> Option<FixedOffset> {
    let is_west = !offset.starts_with('+');
    let digits = offset.trim_start_matches(['+', '-', '−']);
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() > 2 => digits.split_at_checked(digits.len() - 2)?,
        None => (digits, "0"),
    };
    let number = |digits: &str| digits.parse::<i32>().ok().filter(|_| digits.len() <= 2);
    let seconds = number(hours)? * 3600 + number(minutes).filter(|minutes| *minutes < 60)? * 60;
    FixedOffset::east_opt(if is_west { -seconds } else { seconds })
}
