//! Conversations as rows: no port adds them yet.

use sqlx::{AssertSqlSafe, PgConnection};

/// Adds that many conversations: every second is open, each visitor has two, each contact four, and everything
/// that can belong to a conversation does.
pub(crate) async fn add(connection: &mut PgConnection, conversations: u32) {
    let script = format!(
        r#"insert into rooms (
            room_id, contact_id, visitor_id, fname, ts, messages_count, open, visitor_json, source_json, source_text,
            served_by_json, livechat_data_json, tags_json, last_message_json, closed_at, closed_by_json, closer,
            verified, other_json, updated_at, version
        )
        select
            'room-' || n,
            'contact-' || n / 4,
            'visitor-' || n / 2,
            'Mara ' || n,
            n,
            n % 3,
            n % 2 = 0,
            '{{"_id":"visitor-' || n / 2 || '","name":"Mara ' || n || '"}}',
            '{{"type":"' || case n % 3 when 0 then 'app","alias":"Telegram' else 'email' end || '"}}',
            case n % 3 when 0 then E'app\ntelegram' else 'email' end,
            case n % 3 when 0 then '{{"_id":"user-1","username":"agent-' || n % 9 || '","ts":"1970-01-01T00:00:00.009Z"}}' end,
            '{{"topic":"Topic of Mara ' || n || '"}}',
            '["tag"]',
            '{{"msg":"Mara says ' || n || '"}}',
            case when n % 2 > 0 then n + 1000 end,
            case when n % 2 > 0 then '{{"_id":"user-1"}}' end,
            case when n % 2 > 0 then case n % 4 when 1 then 'user' else 'visitor' end end,
            n % 5 = 0,
            '{{}}',
            n,
            1
        from generate_series(1, {conversations}) n;
        insert into contact_rooms select contact_id, room_id, closed_at from rooms;
        insert into visitor_rooms select visitor_id, room_id, ts from rooms;
        insert into open_rooms select visitor_id, room_id from rooms where open;
        insert into messages
        select room_id, 'message of ' || room_id, ts, null, fname || ' writes', visitor_json, '{{}}', ts from rooms;
        insert into inquiries
        select room_id, 'inquiry of ' || room_id, fname, ts, 'queued', fname || ' asks', null, null, null, null, '{{}}',
            ts, 1
        from rooms;
        insert into inquiry_ids select inquiry_id, room_id from inquiries;
        insert into subscriptions
        select room_id, 'user-' || ts % 50, 'subscription of ' || room_id, fname, fname, true, 1, ts, '{{}}', ts, 1
        from rooms;
        insert into user_subscriptions select user_id, room_id from subscriptions;
        update rooms
        set
            department_id = 'department-' || ts % 900,
            served_by_id = 'user-' || ts % 900,
            unanswered_since = case when ts % 100 = 0 then ts end;
        update inquiries
        set
            department_id = 'department-' || ts % 900,
            other_json = '{{"v":{{"_id":"v"}},"source":{{"type":"api"}},"priorityWeight":99,"estimatedWaitingTime":1}}';
        insert into departments
        select 'department-' || n, 'Department ' || n, '', true, true, true, false, '[]', null, '{{}}', n, 1
        from generate_series(1, 3000) n;
        insert into department_agents
        select 'department-' || n, 'user-' || n % 900, null, 0, n from generate_series(1, 3000) n"#
    );
    sqlx::raw_sql(AssertSqlSafe(script)).execute(connection).await.unwrap();
}
