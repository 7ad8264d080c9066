//! What the engine sees of control flow: each shape's events and edges, word for word.

mod branches;
mod futures;
mod loops;
mod owners;
mod parameters;
mod statements;

use std::fs;

use acid::Options;
use acid::body::dump;
use acid::config::Config;
use acid::lower::Bodies;
use acid::lowered::Lowered;
use acid::source::Sources;
use acid::workspace::Workspace;
use expect_test::Expect;

const PACKAGE: &str = "[package]\nname = \"app\"\nversion = \"0.1.0\"\n";
const DEPENDENCIES: &str = "[dependencies]\nrusqlite = \"0.31\"\nsqlx = { version = \"0.8\", features = [\"postgres\"] }\ntokio = \"1\"\nfutures = \"0.3\"\naws-sdk-s3 = \"1\"\n";

const PRELUDE: &str = "use sqlx::{PgPool, Postgres, Transaction};\nuse std::time::Duration;\n
async fn one(tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<()> { sqlx::query(\"UPDATE a SET x = 1\").execute(&mut **tx).await?; Ok(()) }
async fn two(pool: &PgPool) -> sqlx::Result<()> { sqlx::query(\"UPDATE b SET x = 1\").execute(pool).await?; Ok(()) }
";

/// Compares the units of an async function with this body, which has a `pool` and returns a `sqlx::Result<()>`.
fn check(body: &str, expected: &Expect) {
    check_in(2024, body, expected);
}

/// As `check`, in this edition.
fn check_in(edition: u16, body: &str, expected: &Expect) {
    let text = format!(
        "{PRELUDE}struct Holder<'a> {{ tx: Transaction<'a, Postgres> }}\nasync fn shape(pool: &PgPool) -> sqlx::Result<()> {{\n{body}\n}}\n"
    );
    expected.assert_eq(&events(&text, edition));
}

fn events(text: &str, edition: u16) -> String {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("src");
    fs::create_dir(&source).unwrap();
    let manifest = format!("{PACKAGE}edition = \"{edition}\"\n{DEPENDENCIES}");
    fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    fs::write(source.join("lib.rs"), text).unwrap();
    let options = Options::default();
    let workspace = Workspace::load(&[folder.path().to_path_buf()], None).unwrap();
    let config = Config::load(&options, &workspace).unwrap();
    let (sources, unread) = Sources::read(&workspace.files);
    assert_eq!(unread, []);
    let catalogue = acid::analyse::catalogue(acid::analyse::sheets().unwrap(), &config).unwrap();
    let lowered = Lowered::read(&workspace, &sources, catalogue.file_macros(), Bodies::Later);
    let input = acid::analyse::Input {
        workspace: &workspace,
        sources: &sources,
        config: &config,
        catalogue: &catalogue,
        lowered: &lowered,
    };
    acid::analyse::with_context(input, false, |cx| {
        let is_shape = |owner| match owner {
            acid::infer::Owner::Fn(id) => cx.defs().function(id).ir.name == "shape",
            acid::infer::Owner::Value(_) => false,
        };
        let units = cx
            .program
            .units
            .iter()
            .filter(|unit| is_shape(unit.id.owner));
        let dumps = units.map(|unit| match unit.id.inner {
            None => dump(cx.defs(), text, unit),
            Some(_) => format!("{:?}\n{}", unit.kind, dump(cx.defs(), text, unit)),
        });
        dumps.collect::<Vec<_>>().concat()
    })
}
