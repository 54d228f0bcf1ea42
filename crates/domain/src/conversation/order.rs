//! What lists of conversations can be ordered by.

/// What conversations can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoomOrder {
    /// `_id`
    Id,
    /// `fname`
    Name,
    /// `ts`
    StartedAt,
    /// `lm`
    LastMessageAt,
    /// `msgs`
    Messages,
    /// `servedBy.username`
    Agent,
    /// `departmentId`
    Department,
    /// `closedAt`
    ClosedAt,
    /// `queuedAt`
    QueuedAt,
    /// `priorityWeight`
    Priority,
}

impl RoomOrder {
    /// The field with that name on the wire. `None` for a name that orders nothing.
    ///
    /// ```
    /// use omnicontact_domain::conversation::RoomOrder;
    /// assert_eq!(RoomOrder::parse("lm"), Some(RoomOrder::LastMessageAt));
    /// assert_eq!(RoomOrder::parse("nothing"), None);
    /// ```
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        Some(match path {
            "_id" => Self::Id,
            "fname" => Self::Name,
            "ts" => Self::StartedAt,
            "lm" => Self::LastMessageAt,
            "msgs" => Self::Messages,
            "servedBy.username" => Self::Agent,
            "departmentId" => Self::Department,
            "closedAt" => Self::ClosedAt,
            "queuedAt" => Self::QueuedAt,
            "priorityWeight" => Self::Priority,
            _ => return None,
        })
    }
}
