//! Where conversations came from.

use omnicontact_domain::contact::Source;
use omnicontact_ports::StoreError;

use crate::json;
use crate::transaction::SqliteTransaction;

impl SqliteTransaction {
    /// One source for each pair of type and id: from one pair to the next through the index, so that it costs as much
    /// as there are pairs.
    pub(crate) async fn sources(&mut self) -> Result<Vec<Source>, StoreError> {
        let query = sqlx::query!(
            r#"with recursive sources (source_kind, source_id, source_json) as (
                select
                    f.source_kind,
                    f.source_id,
                    f.source_json
                from (
                    select
                        r.source_kind,
                        r.source_id,
                        r.source_json
                    from rooms r
                    order by
                        r.source_kind,
                        r.source_id,
                        r.room_id
                    limit 1
                ) f
                union all
                select
                    n.source_kind,
                    n.source_id,
                    n.source_json
                from sources s
                join rooms n on n.room_id = (
                    select r.room_id
                    from rooms r
                    where (r.source_kind, r.source_id) > (s.source_kind, s.source_id)
                    order by
                        r.source_kind,
                        r.source_id,
                        r.room_id
                    limit 1
                )
            )
            select s.source_json as "source_json!"
            from sources s
            order by
                s.source_kind,
                s.source_id"#
        );
        let rows = self.all(query).await?;
        rows.into_iter().map(|row| json::read("source", "of a list", &row.source_json)).collect()
    }
}
