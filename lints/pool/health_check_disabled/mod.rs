//! Pools that hand out connections without asking whether they live.

use crate::context::{MadePool, UnitContext};
use crate::infer::Setting;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::sql::Database;

/// The lint.
pub static LINT: Lint = Lint {
    name: "health_check_disabled",
    group: "pool",
    level: Level::Allow,
    summary: "a pool's check of idle connections is switched off",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

/// Servers, proxies and firewalls close what was idle longer than this at the earliest, in milliseconds.
const IDLE_LIMIT: u64 = 300_000;

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    for pool in unit.pools_made() {
        let Some((event, Some(Setting::Switch(false)))) = pool.option("health_check") else {
            continue;
        };
        let is_local = unit.databases(Some(pool.part)) == [Database::Sqlite];
        if is_local || pool.has_checkout_hook || is_short_lived(&pool) {
            continue;
        }
        let primary = Label {
            span: unit.span(event),
            message: "switches the check off".to_owned(),
        };
        let message = "connections are handed out unchecked: after a restart of the server, or a firewall's idle limit, the first requests fail on dead ones";
        let mut finding = unit.finding(&LINT, primary, message.to_owned());
        finding.help = Some(
            "leave it on, or close idle connections before anything else does: an idle time-out of a few minutes at most"
                .to_owned(),
        );
        found.push(finding);
    }
}

/// No connection is idle, or alive, long enough to be closed by others.
fn is_short_lived(pool: &MadePool<'_>) -> bool {
    let is_short = |option| matches!(pool.option(option), Some((_, Some(Setting::Duration(time)))) if time <= IDLE_LIMIT);
    is_short("idle_timeout") || is_short("max_lifetime")
}
