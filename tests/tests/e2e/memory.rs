//! Does a long visit leave anything behind: memory, nodes, listeners?

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use libtest_mimic::Trial;
use rising_tests::browser::{Need, Screen};
use rising_tests::page::Page;
use serde_json::{Value, json};

use crate::runner::trial_needing;

pub fn trials() -> Vec<Trial> {
    vec![trial_needing(
        &[Need::Inspector],
        "memory: a long visit leaves nothing behind",
        SMALL_PHONE,
        long_visit,
    )]
}

/// A phone of the cheapest sort.
const SMALL_PHONE: Screen = Screen::PHONE.sized(360, 640);

/// Times that its processor is slower. A cheap phone's is slower by six; what is left behind does
/// not depend on it, and the time that this test takes does.
const SLOWER: f64 = 2.0;

/// How much more there may be of anything at the end.
const MARGIN: f64 = 1.1;

/// Keeps hold of the program's memory, which the page shows to nobody.
const WITNESS: &str = "{
    const keep = (made) => {
        const exported = Object.values((made.instance ?? made).exports ?? {});
        window.memoryOfTheProgram ??= exported.find((value) => value instanceof WebAssembly.Memory);
        return made;
    };
    for (const way of ['instantiate', 'instantiateStreaming']) {
        const original = WebAssembly[way];
        WebAssembly[way] = (...given) => original.apply(WebAssembly, given).then(keep);
    }
}";

const VISIT: &str = include_str!("memory.js");

/// What a page holds.
#[derive(Debug, Clone, Copy)]
struct Held {
    /// Bytes of JavaScript's objects.
    scripts: f64,
    /// Bytes of the program's memory.
    program: f64,
    nodes: f64,
    listeners: f64,
    documents: f64,
}

impl Held {
    /// Once nothing is left to be collected.
    async fn by(page: &Page<'_>) -> Result<Held> {
        let browser = page.browser();
        // What the first round lets go of may hold something else.
        for _ in 0..3 {
            browser
                .inspect("HeapProfiler.collectGarbage", json!({}))
                .await?;
        }
        let heap = browser.inspect("Runtime.getHeapUsage", json!({})).await?;
        let counted = browser.inspect("Memory.getDOMCounters", json!({})).await?;
        let program = page
            .execute("return window.memoryOfTheProgram.buffer.byteLength", vec![])
            .await?;
        let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
        Ok(Held {
            scripts: number(&heap["usedSize"]),
            program: number(&program),
            nodes: number(&counted["nodes"]),
            listeners: number(&counted["jsEventListeners"]),
            documents: number(&counted["documents"]),
        })
    }
}

/// How much is done of each thing.
async fn visit(page: &Page<'_>, how: Value) -> Result<()> {
    let start = "window.ended = false; window.visit(arguments[0]).then(() => window.ended = true, (e) => window.ended = String(e))";
    page.execute(start, vec![how]).await?;
    let begun = Instant::now();
    loop {
        match page.execute("return window.ended", vec![]).await? {
            Value::Bool(true) => return Ok(()),
            Value::String(error) => bail!("{error}"),
            _ => ensure!(
                begun.elapsed() < Duration::from_secs(240),
                "the visit takes too long"
            ),
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn long_visit(page: &Page<'_>) -> Result<()> {
    page.browser()
        .inspect("Emulation.setCPUThrottlingRate", json!({ "rate": SLOWER }))
        .await?;
    let outcome = visited(page).await;
    page.browser()
        .inspect("Emulation.setCPUThrottlingRate", json!({ "rate": 1 }))
        .await?;
    outcome
}

async fn visited(page: &Page<'_>) -> Result<()> {
    page.run_first(WITNESS).await?;
    page.open("?date=2021-02-07").await?;
    page.map_view().await?;
    let opened = Held::by(page).await?;
    page.execute(VISIT, vec![]).await?;
    // Through everything, so that all files are there and all parts of the program have come; and
    // more than once, since a program's memory never gets smaller, and it takes some turns until
    // its large pictures have each found a place.
    visit(
        page,
        json!({ "steps": 40, "switches": 12, "chosen": 12, "looked": 8, "opened": 2, "zoomed": 2 }),
    )
    .await?;
    let before = Held::by(page).await?;
    visit(page, json!({ "steps": 200, "switches": 50, "chosen": 100, "looked": 8, "opened": 2, "zoomed": 2 })).await?;
    let after = Held::by(page).await?;
    // For BENCHMARKS.md; the test runner shows it with --nocapture.
    println!("opened: {opened:?}\nseen all: {before:?}\nafter a long visit: {after:?}");
    for (what, before, after) in [
        ("JavaScript's heap", before.scripts, after.scripts),
        ("the program's memory", before.program, after.program),
        ("nodes", before.nodes, after.nodes),
    ] {
        ensure!(
            before > 0.0 && after <= before * MARGIN,
            "{what} grew from {before} to {after}"
        );
    }
    ensure!(
        after.listeners <= before.listeners,
        "listeners: {} before, {} after",
        before.listeners,
        after.listeners
    );
    ensure!(
        after.documents <= before.documents,
        "documents: {} before, {} after",
        before.documents,
        after.documents
    );
    Ok(())
}
