//@ crate: deadpool-postgres
//! deadpool: builders, time-outs as a whole, configuration.
use std::time::Duration;

use deadpool_postgres::{Config, Manager, Pool, PoolConfig, Runtime, Timeouts};
use tokio_postgres::NoTls;

pub fn bad_none(manager: Manager) -> anyhow::Result<Pool> {
    Ok(Pool::builder(manager).wait_timeout(None).build()?) //~ unbounded_acquire
}

pub fn bad_in_steps(manager: Manager) -> anyhow::Result<Pool> {
    let mut builder = Pool::builder(manager);
    builder = builder.max_size(8);
    Ok(builder.build()?) //~ unbounded_acquire
}

pub fn good_timeouts(manager: Manager) -> anyhow::Result<Pool> {
    let timeouts = Timeouts::wait_millis(500);
    Ok(Pool::builder(manager).timeouts(timeouts).runtime(Runtime::Tokio1).build()?)
}

pub fn good_config(manager: Manager, config: PoolConfig) -> anyhow::Result<Pool> {
    Ok(Pool::builder(manager).config(config).build()?)
}

pub fn good_from_configuration(config: &Config) -> anyhow::Result<Pool> {
    Ok(config.create_pool(Some(Runtime::Tokio1), NoTls)?)
}

pub fn good_filled_in(url: &str) -> anyhow::Result<Pool> {
    let mut config = Config::new();
    config.url = Some(url.to_owned());
    let mut pool = PoolConfig::new(8);
    pool.timeouts.wait = Some(Duration::from_secs(5));
    config.pool = Some(pool);
    Ok(config.create_pool(Some(Runtime::Tokio1), NoTls)?)
}
