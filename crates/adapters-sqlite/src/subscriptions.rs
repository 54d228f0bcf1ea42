//! Subscriptions: what open conversations are to their agents.

use async_trait::async_trait;
use omnicontact_domain::conversation::{Subscription, VisitorSnapshot};
use omnicontact_domain::id::{RoomId, UserId};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::version::Version;
use omnicontact_ports::{Constraint, StoreError, SubscriptionRepository};
use serde::{Deserialize, Serialize};

use crate::error::corrupt;
use crate::json;
use crate::transaction::SqliteTransaction;

const WHAT: &str = "subscription";

/// A row of `subscriptions`.
struct SubscriptionRow {
    room_id: String,
    user_id: String,
    subscription_id: String,
    name: String,
    alert: bool,
    unread: i64,
    ts: i64,
    other_json: String,
    updated_at: i64,
    version: i64,
}

/// What nobody looks for.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Other {
    username: String,
    user_mentions: u64,
    #[serde(rename = "v")]
    visitor: VisitorSnapshot,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    department: Option<String>,
}

impl Other {
    fn text(subscription: &Subscription) -> Result<String, StoreError> {
        json::write(&Self {
            username: subscription.username.clone(),
            user_mentions: subscription.user_mentions,
            visitor: subscription.visitor.clone(),
            department: subscription.department.clone(),
        })
    }
}

impl SubscriptionRow {
    fn into_subscription(self) -> Result<Subscription, StoreError> {
        let id = self.subscription_id;
        let other: Other = json::read(WHAT, &id, &self.other_json)?;
        Ok(Subscription {
            room_id: self.room_id.into(),
            user_id: self.user_id.into(),
            username: other.username,
            name: self.name,
            alert: self.alert,
            unread: u64::try_from(self.unread).map_err(|error| corrupt(WHAT, &id, error))?,
            user_mentions: other.user_mentions,
            visitor: other.visitor,
            department: other.department,
            ts: Timestamp::from_millis(self.ts),
            updated_at: Timestamp::from_millis(self.updated_at),
            version: Version::new(self.version),
            id,
        })
    }
}

/// A checked query for rows of `subscriptions` (as `s`); the statement goes on with its `from` clause.
macro_rules! select_subscription {
    ($tail:tt $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            SubscriptionRow,
            r#"select
                s.room_id as "room_id!",
                s.user_id as "user_id!",
                s.subscription_id as "subscription_id!",
                s.name as "name!",
                s.alert as "alert!: bool",
                s.unread as "unread!",
                s.ts as "ts!",
                s.other_json as "other_json!",
                s.updated_at as "updated_at!",
                s.version as "version!"
            "# + $tail
            $(, $argument)*
        )
    };
}

fn unread(subscription: &Subscription) -> Result<i64, StoreError> {
    i64::try_from(subscription.unread).map_err(|error| StoreError::Backend(error.into()))
}

#[async_trait]
impl SubscriptionRepository for SqliteTransaction {
    async fn find(&mut self, room: &RoomId, user: &UserId) -> Result<Option<Subscription>, StoreError> {
        let query = select_subscription!(
            "from subscriptions s
            where s.room_id = $1
                and s.user_id = $2",
            room.as_str(),
            user.as_str()
        );
        self.optional(query).await?.map(SubscriptionRow::into_subscription).transpose()
    }

    async fn list_by_room(&mut self, room: &RoomId) -> Result<Vec<Subscription>, StoreError> {
        let query = select_subscription!(
            "from subscriptions s
            where s.room_id = $1
            order by s.user_id",
            room.as_str()
        );
        self.all(query).await?.into_iter().map(SubscriptionRow::into_subscription).collect()
    }

    async fn add(&mut self, subscription: &Subscription) -> Result<(), StoreError> {
        let query = sqlx::query!(
            "insert into subscriptions (
                room_id,
                user_id,
                subscription_id,
                name,
                fname,
                alert,
                unread,
                ts,
                other_json,
                updated_at,
                version
            )
            select
                r.room_id,
                $2,
                $3,
                $4,
                $4,
                $5,
                $6,
                $7,
                $8,
                $9,
                $10
            from rooms r
            where r.room_id = $1
            on conflict (room_id, user_id) do nothing",
            subscription.room_id.as_str(),
            subscription.user_id.as_str(),
            subscription.id,
            subscription.name,
            subscription.alert,
            unread(subscription)?,
            subscription.ts.as_millis(),
            Other::text(subscription)?,
            subscription.updated_at.as_millis(),
            subscription.version.number()
        );
        if self.execute(query).await? == 0 {
            let taken = self.find(&subscription.room_id, &subscription.user_id).await?.is_some();
            let broken = if taken { Constraint::Subscription } else { Constraint::Reference };
            return Err(StoreError::Conflict(broken));
        }
        let query = sqlx::query!(
            "insert into user_subscriptions (
                user_id,
                room_id
            )
            values ($1, $2)
            on conflict (user_id, room_id) do nothing",
            subscription.user_id.as_str(),
            subscription.room_id.as_str()
        );
        self.execute(query).await?;
        Ok(())
    }

    async fn update(&mut self, subscription: &Subscription) -> Result<(), StoreError> {
        let query = sqlx::query!(
            "update subscriptions
            set
                subscription_id = $3,
                name = $4,
                fname = $4,
                alert = $5,
                unread = $6,
                ts = $7,
                other_json = $8,
                updated_at = $9,
                version = $10
            where room_id = $1
                and user_id = $2
                and version = $11",
            subscription.room_id.as_str(),
            subscription.user_id.as_str(),
            subscription.id,
            subscription.name,
            subscription.alert,
            unread(subscription)?,
            subscription.ts.as_millis(),
            Other::text(subscription)?,
            subscription.updated_at.as_millis(),
            subscription.version.next().number(),
            subscription.version.number()
        );
        if self.execute(query).await? == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    async fn remove(&mut self, room: &RoomId, user: &UserId) -> Result<bool, StoreError> {
        let query = sqlx::query!(
            "delete from user_subscriptions
            where user_id = $1
                and room_id = $2",
            user.as_str(),
            room.as_str()
        );
        self.execute(query).await?;
        let query = sqlx::query!(
            "delete from subscriptions
            where room_id = $1
                and user_id = $2",
            room.as_str(),
            user.as_str()
        );
        Ok(self.execute(query).await? > 0)
    }

    async fn remove_by_room(&mut self, room: &RoomId) -> Result<u64, StoreError> {
        let query = sqlx::query!(
            "delete from user_subscriptions
            where user_id in (
                select s.user_id
                from subscriptions s
                where s.room_id = $1
            )
                and room_id = $1",
            room.as_str()
        );
        self.execute(query).await?;
        let query = sqlx::query!("delete from subscriptions where room_id = $1", room.as_str());
        self.execute(query).await
    }
}
