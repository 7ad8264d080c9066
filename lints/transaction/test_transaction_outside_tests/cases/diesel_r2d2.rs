//@ crate: diesel-r2d2-pg
//! Test transactions by diesel's two calls.
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_query;

fn add(conn: &mut PgConnection) -> QueryResult<usize> {
    sql_query("INSERT INTO audit (what) VALUES ('x')").execute(conn)
}

pub fn bad_begin(conn: &mut PgConnection) -> QueryResult<usize> {
    conn.begin_test_transaction()?; //~ test_transaction_outside_tests
    add(conn)
}

pub fn bad_closure(conn: &mut PgConnection) -> usize {
    conn.test_transaction::<_, diesel::result::Error, _>(|conn| add(conn)) //~ test_transaction_outside_tests?
}

pub fn good_transaction(conn: &mut PgConnection) -> QueryResult<usize> {
    conn.transaction(|conn| add(conn))
}

// A helper that tests share.
pub fn good_test_connection(url: &str) -> PgConnection {
    let mut conn = PgConnection::establish(url).expect("a database");
    conn.begin_test_transaction().expect("a transaction");
    conn
}

pub mod fixtures {
    use super::*;

    pub fn good_connection(url: &str) -> PgConnection {
        let mut conn = PgConnection::establish(url).expect("a database");
        conn.begin_test_transaction().expect("a transaction");
        conn
    }
}

#[cfg(test)]
mod checks {
    use super::*;

    fn good_in_tests(conn: &mut PgConnection) -> QueryResult<usize> {
        conn.begin_test_transaction()?;
        add(conn)
    }

    #[test]
    fn adds() {
        let mut conn = good_test_connection("postgres://localhost/app");
        assert!(good_in_tests(&mut conn).is_ok());
    }
}
