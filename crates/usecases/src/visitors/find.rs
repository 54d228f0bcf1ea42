//! Find a visitor by its token: `GET livechat/visitor/:token`.

use omnicontact_domain::visitor::{Visitor, VisitorToken};

use super::VisitorError;
use crate::Context;

/// The visitor with that token.
///
/// There is no actor: who knows the token is the visitor.
///
/// # Errors
/// [`VisitorError`]: `NotFound`, `Store`.
pub async fn find_visitor(ctx: &Context, token: &VisitorToken) -> Result<Visitor, VisitorError> {
    let found = ctx.store.read().await?.visitors().find_by_token(token).await?;
    found.ok_or(VisitorError::NotFound)
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::MockTransaction;

    use super::*;
    use crate::context::test::context;
    use crate::prepared::{reading, visitor};

    #[tokio::test]
    async fn a_token_finds_its_visitor_or_nobody() {
        for known in [true, false] {
            let mut tx = MockTransaction::default();
            tx.visitors
                .expect_find_by_token()
                .withf(|token| token.as_str() == "t1")
                .returning(move |_| Ok(known.then(|| visitor("t1"))));
            let answer = find_visitor(&context(reading(tx)), &"t1".into()).await;
            assert_eq!(answer.is_ok(), known);
            assert!(known || matches!(answer, Err(VisitorError::NotFound)));
        }
    }
}
