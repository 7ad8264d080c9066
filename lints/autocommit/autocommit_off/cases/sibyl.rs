//@ crate: sibyl apart: needs Oracle's client library to link
//! sibyl: nothing is committed by itself.
use sibyl::{Result, Session, SessionPool};

const ADD: &str = "INSERT INTO audit_log (what) VALUES ('x')";

// The session goes back to its pool, which rolls back.
pub fn bad_pooled(pool: &SessionPool) -> Result<()> {
    let session = pool.get_session()?;
    session.prepare(ADD)?.execute(())?; //~ autocommit_off
    Ok(())
}

pub fn good_committed(pool: &SessionPool) -> Result<()> {
    let session = pool.get_session()?;
    session.prepare(ADD)?.execute(())?;
    session.commit()
}

// The caller's session is the caller's to commit.
pub fn good_borrowed(session: &Session) -> Result<()> {
    session.prepare(ADD)?.execute(())?;
    Ok(())
}
