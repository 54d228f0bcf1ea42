//! The parameters that say whom a request is about.

use omnicontact_usecases::users::Whom;

/// `userId` wins over `username`, which wins over `user`, another word for a username. Blank ones say nothing.
pub(super) fn whom(user_id: Option<String>, username: Option<String>, user: Option<String>) -> Option<Whom> {
    let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    filled(user_id)
        .map(|id| Whom::Id(id.into()))
        .or_else(|| filled(username).or_else(|| filled(user)).map(Whom::Username))
}
