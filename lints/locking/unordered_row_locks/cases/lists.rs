//@ crate: sqlx-postgres
//! Lists joined in one statement: who decides their order.
use std::collections::HashMap;

use futures::StreamExt;
use futures::stream::{FuturesOrdered, FuturesUnordered};
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, Transaction};

mod sql {
    pub const SORTED_INSIDE: &str = "UPDATE pages SET views = new.n FROM \
        (SELECT * FROM UNNEST($1::bigint[], $2::bigint[]) AS v(id, n) ORDER BY 1) AS new WHERE pages.id = new.id";
    pub const AS_GIVEN: &str = "UPDATE pages SET views = new.n FROM \
        (SELECT * FROM UNNEST($1::bigint[], $2::bigint[]) AS v(id, n)) AS new WHERE pages.id = new.id";
}

// The inner query sorts, by position.
pub async fn good_sorted_inside(pool: &PgPool, views: HashMap<i64, i64>) -> sqlx::Result<()> {
    let (ids, counts): (Vec<i64>, Vec<i64>) = views.into_iter().unzip();
    sqlx::query(sql::SORTED_INSIDE).bind(ids).bind(counts).execute(pool).await?;
    Ok(())
}

// It hands on what it is given.
pub async fn bad_as_given(pool: &PgPool, views: HashMap<i64, i64>) -> sqlx::Result<()> {
    let (ids, counts): (Vec<i64>, Vec<i64>) = views.into_iter().unzip();
    sqlx::query(sql::AS_GIVEN).bind(ids).bind(counts).execute(pool).await?; //~ unordered_row_locks?
    Ok(())
}

// Sorted by name in a common table expression.
pub async fn good_sorted_expression(pool: &PgPool, ids: HashMap<i64, i64>) -> sqlx::Result<()> {
    let ids: Vec<i64> = ids.into_keys().collect();
    sqlx::query(
        "WITH v AS (SELECT id FROM UNNEST($1::bigint[]) AS t(id) ORDER BY id) \
         DELETE FROM pages USING v WHERE pages.id = v.id",
    )
    .bind(ids)
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn bad_expression(pool: &PgPool, ids: HashMap<i64, i64>) -> sqlx::Result<()> {
    let ids: Vec<i64> = ids.into_keys().collect();
    sqlx::query("WITH v AS (SELECT id FROM UNNEST($1::bigint[]) AS t(id)) DELETE FROM pages USING v WHERE pages.id = v.id")
        .bind(ids)
        .execute(pool) //~ unordered_row_locks?
        .await?;
    Ok(())
}

// What is grouped comes in an order of the database's.
pub async fn good_grouped(pool: &PgPool, sites: HashMap<i64, i64>) -> sqlx::Result<()> {
    let sites: Vec<i64> = sites.into_keys().collect();
    sqlx::query(
        "WITH wanted AS (SELECT site FROM UNNEST($1::bigint[]) AS w(site)), \
              newest AS (SELECT pages.site, max(pages.id) AS id FROM pages JOIN wanted ON wanted.site = pages.site GROUP BY pages.site) \
         DELETE FROM pages USING newest WHERE pages.site = newest.site AND pages.id < newest.id",
    )
    .bind(sites)
    .execute(pool)
    .await?;
    Ok(())
}

// An upsert of rows that the inner query sorts.
pub async fn good_upsert_sorted(pool: &PgPool, views: HashMap<i64, i64>) -> sqlx::Result<()> {
    let ids: Vec<i64> = views.into_keys().collect();
    sqlx::query("INSERT INTO counters (id, n) SELECT id, 1 FROM UNNEST($1::bigint[]) AS t(id) ORDER BY id ON CONFLICT (id) DO UPDATE SET n = counters.n + 1")
        .bind(ids)
        .execute(pool)
        .await?;
    Ok(())
}

pub async fn bad_upsert_as_given(pool: &PgPool, views: HashMap<i64, i64>) -> sqlx::Result<()> {
    let ids: Vec<i64> = views.into_keys().collect();
    sqlx::query("INSERT INTO counters (id, n) SELECT id, 1 FROM UNNEST($1::bigint[]) AS t(id) ON CONFLICT (id) DO UPDATE SET n = counters.n + 1")
        .bind(ids)
        .execute(pool) //~ unordered_row_locks?
        .await?;
    Ok(())
}

// Nobody in the workspace fills the list from something without an order.
pub async fn good_unknown_caller(pool: &PgPool, ids: &[i64]) -> sqlx::Result<()> {
    sqlx::query("UPDATE pages SET views = 0 FROM UNNEST($1::bigint[]) AS v(id) WHERE pages.id = v.id").bind(ids).execute(pool).await?;
    Ok(())
}

pub struct Done {
    page: i64,
    token: Option<i64>,
}

pub struct Store {
    schema: String,
}

impl Store {
    async fn good_finish(&self, tx: &mut Transaction<'_, Postgres>, tokens: &[i64]) -> sqlx::Result<()> {
        let ids: Vec<i64> = tokens.iter().map(|token| token + 1).collect();
        let text = format!("DELETE FROM {}.leases AS l USING (SELECT * FROM UNNEST($1::bigint[])) AS v(id) WHERE l.id = v.id", self.schema);
        sqlx::query(AssertSqlSafe(text)).bind(&ids).execute(tx.as_mut()).await?;
        Ok(())
    }

    async fn good_finish_all(&self, pool: &PgPool, tokens: &[i64]) -> sqlx::Result<()> {
        let mut tx = pool.begin().await?;
        self.good_finish(&mut tx, tokens).await?;
        tx.commit().await
    }

    // Sorted two calls up.
    pub async fn good_flush(&self, pool: &PgPool, pending: HashMap<i64, Done>) -> sqlx::Result<()> {
        let mut batch: Vec<Done> = pending.into_values().collect();
        batch.sort_unstable_by_key(|done| done.page);
        match batch.iter().map(|done| done.token).collect::<Option<Vec<i64>>>() {
            Some(tokens) => self.good_finish_all(pool, &tokens).await,
            None => Ok(()),
        }
    }

    async fn bad_touch(&self, conn: &mut PgConnection, ids: &[i64]) -> sqlx::Result<()> {
        let text = format!("UPDATE {}.pages AS p SET views = 0 FROM UNNEST($1::bigint[]) AS v(id) WHERE p.id = v.id", self.schema);
        sqlx::query(AssertSqlSafe(text)).bind(ids).execute(conn).await?; //~ unordered_row_locks?
        Ok(())
    }

    async fn good_touch_all(&self, pool: &PgPool, ids: &[i64]) -> sqlx::Result<()> {
        let mut tx = pool.begin().await?;
        self.bad_touch(&mut tx, ids).await?;
        tx.commit().await
    }

    // Not sorted, two calls up.
    pub async fn good_touch_flush(&self, pool: &PgPool, pending: HashMap<i64, Done>) -> sqlx::Result<()> {
        let batch: Vec<Done> = pending.into_values().collect();
        let ids: Vec<i64> = batch.iter().filter(|done| done.token.is_some()).map(|done| done.page).collect();
        for chunk in ids.chunks(100) {
            self.good_touch_all(pool, chunk).await?;
        }
        Ok(())
    }

    async fn good_reset(&self, pool: &PgPool, ids: &[i64]) -> sqlx::Result<()> {
        sqlx::query("UPDATE pages SET views = 0 FROM UNNEST($1::bigint[]) AS v(id) WHERE pages.id = v.id").bind(ids).execute(pool).await?;
        Ok(())
    }

    pub async fn good_reset_sorted(&self, pool: &PgPool, mut ids: Vec<i64>) -> sqlx::Result<()> {
        ids.sort_unstable();
        self.good_reset(pool, &ids).await
    }
}

async fn ask(page: i64) -> sqlx::Result<i64> {
    Ok(page + 1)
}

// What finishes first is pushed first.
pub async fn bad_finished(pool: &PgPool, pages: &[i64]) -> sqlx::Result<()> {
    let mut asked = pages.iter().map(|page| ask(*page)).collect::<FuturesUnordered<_>>();
    let mut ids = Vec::new();
    while let Some(id) = asked.next().await {
        ids.push(id?);
    }
    sqlx::query("UPDATE pages SET views = 0 FROM UNNEST($1::bigint[]) AS v(id) WHERE pages.id = v.id")
        .bind(&ids)
        .execute(pool) //~ unordered_row_locks?
        .await?;
    Ok(())
}

pub async fn bad_finished_pushed(pool: &PgPool, pages: &[i64]) -> sqlx::Result<()> {
    let mut asked = FuturesUnordered::new();
    for page in pages {
        asked.push(ask(*page));
    }
    let mut tx = pool.begin().await?;
    while let Some(id) = asked.next().await {
        sqlx::query("UPDATE pages SET views = 0 WHERE id = $1").bind(id?).execute(&mut *tx).await?; //~ unordered_row_locks?
    }
    tx.commit().await
}

// These finish as they like and come in order.
pub async fn good_finished_in_order(pool: &PgPool, pages: &[i64]) -> sqlx::Result<()> {
    let mut asked = pages.iter().map(|page| ask(*page)).collect::<FuturesOrdered<_>>();
    let mut ids = Vec::new();
    while let Some(id) = asked.next().await {
        ids.push(id?);
    }
    sqlx::query("UPDATE pages SET views = 0 FROM UNNEST($1::bigint[]) AS v(id) WHERE pages.id = v.id").bind(&ids).execute(pool).await?;
    Ok(())
}

// Sorted when all have finished.
pub async fn good_finished_sorted(pool: &PgPool, pages: &[i64]) -> sqlx::Result<()> {
    let mut asked = pages.iter().map(|page| ask(*page)).collect::<FuturesUnordered<_>>();
    let mut ids = Vec::new();
    while let Some(id) = asked.next().await {
        ids.push(id?);
    }
    ids.sort_unstable();
    sqlx::query("UPDATE pages SET views = 0 FROM UNNEST($1::bigint[]) AS v(id) WHERE pages.id = v.id").bind(&ids).execute(pool).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    // A test is nobody to meet.
    #[sqlx::test]
    async fn good_resets(pool: sqlx::PgPool) {
        let ids: Vec<i64> = HashSet::from([1, 2]).into_iter().collect();
        let store = super::Store { schema: "public".to_owned() };
        store.good_reset(&pool, &ids).await.unwrap();
    }
}
