//! Tests that a long visit leaves no memory, nodes or listeners behind.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use libtest_mimic::Trial;
use rising_tests::browser::{Capability, Screen};
use rising_tests::page::Page;
use serde_json::{Value, json};

use crate::runner::trial_needing;

pub fn trials() -> Vec<Trial> {
    vec![trial_needing(
        &[Capability::Inspector],
        "memory: a long visit leaves nothing behind",
        SMALL_PHONE,
        long_visit,
    )]
}

/// The screen of a cheap phone.
const SMALL_PHONE: Screen = Screen::PHONE.with_size(360, 640);

/// The factor by which the processor is slowed down. A cheap phone is slower by six; the factor
/// does not change what is left behind, but how long this test takes.
const SLOWER: f64 = 2.0;

/// The allowed growth of each quantity.
const MARGIN: f64 = 1.1;

/// Keeps a reference to the memory of the program, which the page does not expose.
const KEEP_MEMORY: &str = "{
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

/// The memory, nodes and listeners of a page.
#[derive(Debug, Clone, Copy)]
struct MemoryUse {
    /// Bytes of JavaScript objects.
    scripts: f64,
    /// Bytes of the WebAssembly memory.
    program: f64,
    nodes: f64,
    listeners: f64,
    documents: f64,
}

impl MemoryUse {
    /// Measures a page after garbage collection.
    async fn by(page: &Page<'_>) -> Result<MemoryUse> {
        let browser = page.browser();
        // Objects released in the first collection may have held others.
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
        Ok(MemoryUse {
            scripts: number(&heap["usedSize"]),
            program: number(&program),
            nodes: number(&counted["nodes"]),
            listeners: number(&counted["jsEventListeners"]),
            documents: number(&counted["documents"]),
        })
    }
}

/// Runs a visit with this number of each action.
async fn visit(page: &Page<'_>, how: Value) -> Result<()> {
    let start = "window.ended = false; window.visit(arguments[0])
        .then(() => window.ended = true, (e) => window.ended = String(e))";
    page.execute(start, vec![how]).await?;
    let begun = Instant::now();
    loop {
        match page.execute("return window.ended", vec![]).await? {
            Value::Bool(true) => return Ok(()),
            Value::String(error) => bail!("{error}"),
            _ => ensure!(
                begun.elapsed() < Duration::from_mins(4),
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
    let outcome = measure_visit(page).await;
    page.browser()
        .inspect("Emulation.setCPUThrottlingRate", json!({ "rate": 1 }))
        .await?;
    outcome
}

async fn measure_visit(page: &Page<'_>) -> Result<()> {
    page.add_init_script(KEEP_MEMORY).await?;
    page.open("?date=2021-02-07").await?;
    page.map_view().await?;
    let opened = MemoryUse::by(page).await?;
    page.execute(VISIT, vec![]).await?;
    // Goes through everything, so that all files and chunks are loaded, and more than once: the
    // memory of a program never shrinks, and it takes some turns until its large images have found
    // a place.
    visit(
        page,
        json!({ "steps": 40, "switches": 12, "chosen": 12, "looked": 8, "opened": 2, "zoomed": 2 }),
    )
    .await?;
    let before = MemoryUse::by(page).await?;
    visit(
        page,
        json!({
            "steps": 200, "switches": 50, "chosen": 100, "looked": 8, "opened": 2, "zoomed": 2,
        }),
    )
    .await?;
    let after = MemoryUse::by(page).await?;
    // The figures for BENCHMARKS.md; the test runner shows them with --nocapture.
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
