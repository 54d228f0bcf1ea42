//! Visitors: finding, registering, overwriting. The statement that writes a visitor writes its keys, too.

use async_trait::async_trait;
use omnicontact_domain::id::VisitorId;
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::visitor::{
    Visitor, VisitorKeys, VisitorOrder, VisitorSearch, VisitorTexts, VisitorToken,
};
use omnicontact_ports::{Constraint, StoreError, VisitorFilter, VisitorPage, VisitorRepository};

use crate::transaction::PgTransaction;
use crate::visitor_row::{ReadVisitor, VisitorRow, select_visitor};
use crate::visitor_writes::TextChange;
use crate::{visitor_batch, visitor_filter, visitor_pages, visitor_writes};

#[async_trait]
impl VisitorRepository for PgTransaction {
    async fn find(&mut self, id: &VisitorId) -> Result<Option<Visitor>, StoreError> {
        let query = select_visitor!("from visitors v where v.visitor_id = $1", id.as_str());
        let row = self.optional(query).await?;
        self.take_visitor(row)
    }

    async fn find_by_token(&mut self, token: &VisitorToken) -> Result<Option<Visitor>, StoreError> {
        let query = select_visitor!(
            "from visitor_tokens k
            join visitors v on v.visitor_id = k.visitor_id
            where k.token = $1",
            token.as_str()
        );
        let row = self.optional(query).await?;
        self.take_visitor(row)
    }

    async fn find_by_email(&mut self, address: &str) -> Result<Option<Visitor>, StoreError> {
        let query = select_visitor!(
            "from visitor_emails k
            join visitors v on v.visitor_id = k.visitor_id
            where k.address = $1
            order by v.ts, v.visitor_id
            limit 1",
            address
        );
        let row = self.optional(query).await?;
        self.take_visitor(row)
    }

    async fn find_by_filter(&mut self, filter: &VisitorFilter) -> Result<Option<Visitor>, StoreError> {
        let Some(mut builder) = visitor_filter::statement(filter) else { return Ok(None) };
        // How many visitors a custom value finds differs widely: such a statement is planned anew.
        let wire = if filter.custom.is_empty() { self.wire() } else { self.unprepared_wire() };
        let row = builder.build_query_as::<VisitorRow>().fetch_optional(wire).await;
        let row = row.map_err(|error| self.fail(error))?;
        self.take_visitor(row)
    }

    async fn list_page(
        &mut self,
        search: &VisitorSearch,
        order: (VisitorOrder, Direction),
        page: Page,
    ) -> Result<VisitorPage, StoreError> {
        visitor_pages::list(self, search, order, page).await
    }

    async fn list_by_name_start(
        &mut self,
        start: &str,
        except: &[VisitorId],
        most: u32,
    ) -> Result<Vec<Visitor>, StoreError> {
        visitor_pages::by_name_start(self, start, except, most).await
    }

    /// Advisory locks, because what is to be locked need not exist yet. On a distributed engine they are
    /// kept by the node that was asked: all registrations must then go through one coordinator.
    async fn lock_registration<'a>(
        &mut self,
        token: &VisitorToken,
        phone: Option<&'a str>,
        email: Option<&'a str>,
    ) -> Result<(), StoreError> {
        let mut locks = vec![lock_number("visitor-token:", token.as_str())];
        locks.extend(phone.map(|number| lock_number("visitor-phone:", number)));
        locks.extend(email.map(|address| lock_number("visitor-email:", address)));
        // Everybody takes them in this order, so that nobody waits in a circle. `unnest` returns its rows
        // in the order of the array, and each lock is taken as its row passes.
        locks.sort_unstable();
        let query = sqlx::query!(
            "select pg_advisory_xact_lock(lock_number)
            from unnest($1::bigint[]) as wanted (lock_number)",
            &locks
        );
        self.execute(query).await?;
        Ok(())
    }

    async fn next_guest_number(&mut self) -> Result<u64, StoreError> {
        let query = sqlx::query!(r#"select nextval('guest_numbers') as "number!""#);
        let number = self.one(query).await?.number;
        u64::try_from(number).map_err(|error| StoreError::Backend(error.into()))
    }

    async fn add(&mut self, visitor: &Visitor) -> Result<(), StoreError> {
        let row = VisitorRow::of(visitor)?;
        let keys = VisitorKeys::of(visitor);
        let texts = VisitorTexts::of(visitor);
        let outcome = visitor_writes::insert(self, &row, &keys, texts).await?;
        if outcome.stored {
            return Ok(());
        }
        if let Some(token) = row.token.as_deref() {
            if outcome.claimed {
                // Another transaction stored the id after this one had looked.
                visitor_writes::release_token(self, token, &row.visitor_id).await?;
            } else if !outcome.known {
                return Err(StoreError::Conflict(Constraint::VisitorToken));
            }
        }
        Err(StoreError::Conflict(Constraint::Id))
    }

    async fn add_many(&mut self, visitors: &[Visitor]) -> Result<u64, StoreError> {
        visitor_batch::add_many(self, visitors).await
    }

    async fn update(&mut self, visitor: &Visitor) -> Result<(), StoreError> {
        let row = VisitorRow::of(visitor)?;
        let new = VisitorKeys::of(visitor);
        let Some((old, old_texts)) = self.old_keys(visitor).await? else { return Err(StoreError::Stale) };
        let texts = TextChange::between(old_texts.as_ref(), VisitorTexts::of(visitor));
        let next = visitor.version.next().number();
        let outcome = visitor_writes::overwrite(self, &row, next, &old, &new, texts).await?;
        match (outcome.current, outcome.written) {
            (_, true) => Ok(()),
            (true, false) => Err(StoreError::Conflict(Constraint::VisitorToken)),
            (false, false) => Err(StoreError::Stale),
        }
    }

    async fn release_manager(&mut self, username: &str, now: Timestamp) -> Result<u64, StoreError> {
        visitor_writes::release_manager(self, username, now.as_millis()).await
    }
}

impl PgTransaction {
    fn take_visitor(&mut self, row: Option<VisitorRow>) -> Result<Option<Visitor>, StoreError> {
        let visitor = row.map(VisitorRow::into_visitor).transpose()?;
        if let Some(visitor) = &visitor {
            self.last_visitor = Some(ReadVisitor::of(visitor));
        }
        Ok(visitor)
    }

    /// The keys and texts that stand in the store for this version of a visitor; `None` when another one stands
    /// there.
    async fn old_keys(
        &mut self,
        visitor: &Visitor,
    ) -> Result<Option<(VisitorKeys, Option<VisitorTexts>)>, StoreError> {
        let version = visitor.version.number();
        if let Some(read) = self.last_visitor.take()
            && read.version == version
            && read.id == visitor.id.as_str()
        {
            return Ok(Some((read.keys, read.texts)));
        }
        let query = select_visitor!(
            "from visitors v where v.visitor_id = $1 and v.version = $2",
            visitor.id.as_str(),
            version
        );
        let row = self.optional(query).await?;
        let stored = row.map(VisitorRow::into_visitor).transpose()?;
        Ok(stored.map(|stored| (VisitorKeys::of(&stored), VisitorTexts::of(&stored))))
    }
}

/// The number of a lock: FNV-1a over what is locked, the same on every node and forever. Two things with one
/// number only wait for each other.
pub(crate) fn lock_number(kind: &str, key: &str) -> i64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let hash = kind
        .bytes()
        .chain(key.bytes())
        .fold(OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
    hash.cast_signed()
}
