//! Who may do what: the one table, tested as a whole.
//!
//! Least privilege: the security administrator keeps users, backups and trust and sees no dossier; whoever
//! handles dossiers gives no rights, and only a head gives rights over people's data. A person may hold
//! several roles.

use office::entry::{Event, Role};

use crate::{LedgerError, Result};

/// The kinds of [`Event`], as the log filters by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// [`Event::OfficeFounded`]
    OfficeFounded,
    /// [`Event::DeviceEnrolled`]
    DeviceEnrolled,
    /// [`Event::UserAdded`]
    UserAdded,
    /// [`Event::UserChanged`]
    UserChanged,
    /// [`Event::UserDisabled`]
    UserDisabled,
    /// [`Event::PasswordChanged`]
    PasswordChanged,
    /// [`Event::LoginsFailed`]
    LoginsFailed,
    /// [`Event::LeaseTaken`]
    LeaseTaken,
    /// [`Event::IdentityRead`]
    IdentityRead,
    /// [`Event::PersonViewed`]
    PersonViewed,
    /// [`Event::DossierReceived`]
    DossierReceived,
    /// [`Event::DossierAnnulled`]
    DossierAnnulled,
    /// [`Event::PaperMade`]
    PaperMade,
    /// [`Event::BackupMade`]
    BackupMade,
    /// [`Event::Restored`]
    Restored,
    /// [`Event::ClockAccepted`]
    ClockAccepted,
    /// [`Event::RecoveryUsed`]
    RecoveryUsed,
    /// [`Event::RecoveryRenewed`]
    RecoveryRenewed,
    /// [`Event::TrustAdded`]
    TrustAdded,
    /// [`Event::TrustRemoved`]
    TrustRemoved,
    /// [`Event::DossierMoved`]
    DossierMoved,
    /// [`Event::NoticeGiven`]
    NoticeGiven,
    /// [`Event::DossierArrived`]
    DossierArrived,
    /// [`Event::FeePaid`]
    FeePaid,
    /// [`Event::PaymentCancelled`]
    PaymentCancelled,
    /// [`Event::StatementImported`]
    StatementImported,
    /// [`Event::TicketDrawn`]
    TicketDrawn,
    /// [`Event::TicketMoved`]
    TicketMoved,
    /// [`Event::DocumentKept`]
    DocumentKept,
    /// [`Event::DocumentViewed`]
    DocumentViewed,
    /// [`Event::DocumentRemoved`]
    DocumentRemoved,
    /// [`Event::SettingsChanged`]
    SettingsChanged,
    /// [`Event::LawUpdated`]
    LawUpdated,
    /// [`Event::PortalCodesEntered`]
    PortalCodesEntered,
    /// [`Event::BackupPlanned`]
    BackupPlanned,
    /// [`Event::Exported`]
    Exported,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [EventKind; 36] = [
        EventKind::OfficeFounded,
        EventKind::DeviceEnrolled,
        EventKind::UserAdded,
        EventKind::UserChanged,
        EventKind::UserDisabled,
        EventKind::PasswordChanged,
        EventKind::LoginsFailed,
        EventKind::LeaseTaken,
        EventKind::IdentityRead,
        EventKind::PersonViewed,
        EventKind::DossierReceived,
        EventKind::DossierAnnulled,
        EventKind::PaperMade,
        EventKind::BackupMade,
        EventKind::Restored,
        EventKind::ClockAccepted,
        EventKind::RecoveryUsed,
        EventKind::RecoveryRenewed,
        EventKind::TrustAdded,
        EventKind::TrustRemoved,
        EventKind::DossierMoved,
        EventKind::NoticeGiven,
        EventKind::DossierArrived,
        EventKind::FeePaid,
        EventKind::PaymentCancelled,
        EventKind::StatementImported,
        EventKind::TicketDrawn,
        EventKind::TicketMoved,
        EventKind::DocumentKept,
        EventKind::DocumentViewed,
        EventKind::DocumentRemoved,
        EventKind::SettingsChanged,
        EventKind::LawUpdated,
        EventKind::PortalCodesEntered,
        EventKind::BackupPlanned,
        EventKind::Exported,
    ];

    /// The kind of an event.
    pub fn of(event: &Event) -> Self {
        match event {
            Event::OfficeFounded { .. } => Self::OfficeFounded,
            Event::DeviceEnrolled { .. } => Self::DeviceEnrolled,
            Event::UserAdded { .. } => Self::UserAdded,
            Event::UserChanged { .. } => Self::UserChanged,
            Event::UserDisabled { .. } => Self::UserDisabled,
            Event::PasswordChanged { .. } => Self::PasswordChanged,
            Event::LoginsFailed { .. } => Self::LoginsFailed,
            Event::LeaseTaken { .. } => Self::LeaseTaken,
            Event::IdentityRead { .. } => Self::IdentityRead,
            Event::PersonViewed { .. } => Self::PersonViewed,
            Event::DossierReceived { .. } => Self::DossierReceived,
            Event::DossierAnnulled { .. } => Self::DossierAnnulled,
            Event::PaperMade { .. } => Self::PaperMade,
            Event::BackupMade { .. } => Self::BackupMade,
            Event::Restored { .. } => Self::Restored,
            Event::ClockAccepted { .. } => Self::ClockAccepted,
            Event::RecoveryUsed { .. } => Self::RecoveryUsed,
            Event::RecoveryRenewed => Self::RecoveryRenewed,
            Event::TrustAdded { .. } => Self::TrustAdded,
            Event::TrustRemoved { .. } => Self::TrustRemoved,
            Event::DossierMoved { .. } => Self::DossierMoved,
            Event::NoticeGiven { .. } => Self::NoticeGiven,
            Event::DossierArrived { .. } => Self::DossierArrived,
            Event::FeePaid { .. } => Self::FeePaid,
            Event::PaymentCancelled { .. } => Self::PaymentCancelled,
            Event::StatementImported { .. } => Self::StatementImported,
            Event::TicketDrawn { .. } => Self::TicketDrawn,
            Event::TicketMoved { .. } => Self::TicketMoved,
            Event::DocumentKept { .. } => Self::DocumentKept,
            Event::DocumentViewed { .. } => Self::DocumentViewed,
            Event::DocumentRemoved { .. } => Self::DocumentRemoved,
            Event::SettingsChanged { .. } => Self::SettingsChanged,
            Event::LawUpdated { .. } => Self::LawUpdated,
            Event::PortalCodesEntered { .. } => Self::PortalCodesEntered,
            Event::BackupPlanned { .. } => Self::BackupPlanned,
            Event::Exported { .. } => Self::Exported,
        }
    }

    /// The kind's number in the ledger's file: never changed, never reused.
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::OfficeFounded => 1,
            Self::DeviceEnrolled => 2,
            Self::UserAdded => 3,
            Self::UserDisabled => 4,
            Self::PasswordChanged => 5,
            Self::LoginsFailed => 6,
            Self::LeaseTaken => 7,
            Self::IdentityRead => 8,
            Self::PersonViewed => 9,
            Self::DossierReceived => 10,
            Self::DossierAnnulled => 11,
            Self::PaperMade => 12,
            Self::BackupMade => 13,
            Self::Restored => 14,
            Self::ClockAccepted => 15,
            Self::RecoveryUsed => 16,
            Self::RecoveryRenewed => 17,
            Self::TrustAdded => 18,
            Self::TrustRemoved => 19,
            Self::DossierMoved => 20,
            Self::NoticeGiven => 21,
            Self::DossierArrived => 22,
            Self::FeePaid => 23,
            Self::PaymentCancelled => 24,
            Self::StatementImported => 25,
            Self::TicketDrawn => 26,
            Self::TicketMoved => 27,
            Self::DocumentKept => 28,
            Self::DocumentViewed => 29,
            Self::DocumentRemoved => 30,
            Self::SettingsChanged => 31,
            Self::LawUpdated => 32,
            Self::BackupPlanned => 33,
            Self::Exported => 34,
            Self::UserChanged => 35,
            Self::PortalCodesEntered => 36,
        }
    }

    /// Roles that may bring this about; none where the ledger alone does.
    pub fn roles(self) -> &'static [Role] {
        use Role::{
            Archivist, Certifier, Clerk, Head, LodgingOwner, Notary, SecurityAdministrator,
        };
        match self {
            Self::OfficeFounded
            | Self::DeviceEnrolled
            | Self::LoginsFailed
            | Self::RecoveryUsed => &[],
            Self::UserAdded | Self::UserChanged | Self::UserDisabled => {
                &[Head, SecurityAdministrator]
            }
            // One's own password anybody; see `Ledger::change_password`.
            Self::PasswordChanged => &[Head, SecurityAdministrator],
            Self::LeaseTaken | Self::ClockAccepted => &[Head],
            Self::IdentityRead => &[Clerk, Certifier, Notary, LodgingOwner],
            Self::PersonViewed => &[Clerk, Certifier, Notary, Head, Archivist, LodgingOwner],
            Self::DossierReceived => &[Clerk],
            Self::DossierAnnulled => &[Clerk, Head],
            Self::PaperMade => &[Clerk, Certifier, Notary, Head],
            // What the plan asks for is made in anybody's session; see `Ledger::begin_backup`.
            Self::BackupMade
            | Self::BackupPlanned
            | Self::Restored
            | Self::RecoveryRenewed
            | Self::TrustAdded
            | Self::TrustRemoved => &[Head, SecurityAdministrator],
            Self::DossierMoved => &[Clerk, Certifier, Head],
            Self::NoticeGiven => &[Clerk],
            Self::DossierArrived => &[Clerk, Head],
            Self::FeePaid => &[Clerk],
            Self::PaymentCancelled => &[Clerk, Head],
            Self::StatementImported => &[Clerk, Head],
            Self::TicketDrawn => &[Clerk],
            Self::TicketMoved => &[Clerk, Certifier],
            Self::DocumentKept => &[Clerk, Certifier, Archivist],
            Self::DocumentViewed => &[Clerk, Certifier, Notary, Head, Archivist],
            Self::DocumentRemoved => &[Archivist, Head],
            Self::SettingsChanged => &[Head],
            Self::LawUpdated => &[Head, Archivist],
            // Codes are no one's data: who keeps the links to the province may enter them.
            Self::PortalCodesEntered => &[Head, SecurityAdministrator],
            Self::Exported => &[Clerk, Certifier, Head, Archivist],
        }
    }

    /// Whether the event speaks of people or dossiers: then only [`READERS`] see it in the log.
    pub fn shows_people(self) -> bool {
        matches!(
            self,
            Self::IdentityRead
                | Self::PersonViewed
                | Self::DossierReceived
                | Self::DossierAnnulled
                | Self::PaperMade
                | Self::DossierMoved
                | Self::NoticeGiven
                | Self::DossierArrived
                | Self::FeePaid
                | Self::PaymentCancelled
                | Self::StatementImported
                | Self::DocumentKept
                | Self::DocumentViewed
                | Self::DocumentRemoved
        )
    }

    /// Whether somebody only looked.
    pub(crate) fn is_look(self) -> bool {
        matches!(self, Self::PersonViewed | Self::DocumentViewed)
    }

    /// Whether the event must not be dated before the newest one. The others are the way back in when
    /// the clock once was too far ahead: logging in, recovering, accepting the clock.
    pub(crate) fn follows_clock(self) -> bool {
        !matches!(
            self,
            Self::LoginsFailed | Self::PasswordChanged | Self::RecoveryUsed | Self::ClockAccepted
        )
    }

    /// Whether a caller may hand the event in; the others have methods of their own that also keep
    /// keys, leases or files in step.
    pub fn open_to_callers(self) -> bool {
        matches!(
            self,
            Self::IdentityRead
                | Self::PersonViewed
                | Self::DossierReceived
                | Self::DossierAnnulled
                | Self::PaperMade
                | Self::DossierMoved
                | Self::NoticeGiven
                | Self::DossierArrived
                | Self::FeePaid
                | Self::PaymentCancelled
                | Self::StatementImported
                | Self::TicketDrawn
                | Self::TicketMoved
                | Self::DocumentKept
                | Self::DocumentViewed
                | Self::DocumentRemoved
                | Self::SettingsChanged
                | Self::LawUpdated
                | Self::PortalCodesEntered
                | Self::BackupPlanned
                | Self::Exported
        )
    }
}

/// Roles that see people and dossiers.
pub const READERS: &[Role] =
    &[Role::Clerk, Role::Certifier, Role::Notary, Role::Head, Role::Archivist, Role::LodgingOwner];

/// Roles that read the log of everything that happened.
pub const LOG_READERS: &[Role] = &[Role::Head, Role::Archivist, Role::SecurityAdministrator];

/// Roles that may give a user `role`: whoever keeps the keys cannot make a reader.
pub fn granters(role: Role) -> &'static [Role] {
    if READERS.contains(&role) { &[Role::Head] } else { EventKind::UserAdded.roles() }
}

/// Whether one of `roles` is among `needed`.
pub(crate) fn require(roles: &[Role], needed: &[Role]) -> Result<()> {
    if roles.iter().any(|role| needed.contains(role)) {
        Ok(())
    } else {
        Err(LedgerError::NotAllowed { needed: needed.to_vec() })
    }
}
