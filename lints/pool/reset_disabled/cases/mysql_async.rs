//@ crate: mysql-async
//! mysql_async: for all of a pool, or for one connection.
use mysql_async::{Opts, OptsBuilder, Pool, PoolOpts};

pub fn bad_off(opts: Opts) -> Pool {
    Pool::new(OptsBuilder::from_opts(opts).pool_opts(PoolOpts::default().with_reset_connection(false))) //~ reset_disabled
}

pub fn good_default(opts: Opts) -> Pool {
    Pool::new(opts)
}

pub fn good_configured(opts: Opts, reset: bool) -> Pool {
    Pool::new(OptsBuilder::from_opts(opts).pool_opts(PoolOpts::default().with_reset_connection(reset)))
}
