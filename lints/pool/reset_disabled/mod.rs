//! Pools that hand out sessions as others left them.

use crate::body::EventKind;
use crate::context::UnitContext;
use crate::infer::Setting;
use crate::lint::{Check, Finding, Label, Level, Lint};

/// The lint.
pub static LINT: Lint = Lint {
    name: "reset_disabled",
    group: "pool",
    level: Level::Allow,
    summary: "a pool's reset of sessions between two users is switched off",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    for event in unit.flow.unit.events() {
        let EventKind::PoolOption {
            option,
            value: Some(Setting::Switch(false)),
            ..
        } = &event.kind
        else {
            continue;
        };
        if *option != "reset" {
            continue;
        }
        let primary = Label {
            span: unit.span(event),
            message: "switches the reset off".to_owned(),
        };
        let message = "sessions go from one borrower to the next as they are: variables, temporary tables, autocommit and a BEGIN by text included";
        let mut finding = unit.finding(&LINT, primary, message.to_owned());
        finding.help = Some("leave the reset on".to_owned());
        found.push(finding);
    }
}
