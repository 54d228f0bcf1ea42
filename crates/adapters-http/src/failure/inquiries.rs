//! Failures of inquiries.

use omnicontact_domain::contact::MayNotTake;
use omnicontact_domain::conversation::TakeRefused;
use omnicontact_usecases::inquiries::{GiveBackError, InquiryError, TakeError};

use crate::error::ApiError;

impl From<InquiryError> for ApiError {
    fn from(error: InquiryError) -> Self {
        match error {
            InquiryError::Denied(denied) => denied.into(),
            InquiryError::Store(error) => error.into(),
        }
    }
}

impl From<TakeError> for ApiError {
    fn from(error: TakeError) -> Self {
        match error {
            TakeError::Denied(denied) => denied.into(),
            TakeError::NoUser => Self::plain("The user is invalid"),
            TakeError::Refused(TakeRefused::NoInquiry) => Self::coded("error-not-found", "Inquiry not found"),
            TakeError::Refused(TakeRefused::Taken) => {
                Self::coded("error-inquiry-taken", "Inquiry already taken")
            }
            TakeError::Refused(TakeRefused::NotOnline) => Self::coded(
                "error-agent-status-service-offline",
                "Agent status is offline or Omnichannel service is not active",
            ),
            TakeError::Refused(TakeRefused::Contact(refused)) => match refused {
                MayNotTake::NoContact => Self::coded("error-invalid-contact", ""),
                MayNotTake::Unknown => Self::coded("error-unknown-contact", ""),
                MayNotTake::Unverified => Self::coded("error-unverified-contact", ""),
            },
            TakeError::Store(error) => error.into(),
        }
    }
}

impl From<GiveBackError> for ApiError {
    fn from(error: GiveBackError) -> Self {
        match error {
            GiveBackError::Denied(denied) => denied.into(),
            GiveBackError::NoConversation => Self::plain("error-room-not-found"),
            GiveBackError::Closed => Self::plain("room-closed"),
            GiveBackError::NoDepartment => Self::plain("error-department-not-found"),
            GiveBackError::Store(error) => error.into(),
        }
    }
}
