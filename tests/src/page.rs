//! Opens a page in a browser and waits for its content; [`input`] sends pointer and keyboard input.

mod input;

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use fantoccini::Client;
use rising_words::Language;
use serde_json::{Value, json};
use xtask::server::ResponseFault;

use crate::browser::{Browser, Location, Screen};
use crate::controls;
use crate::page_state::{PageState, SCRIPT, TableRow};
use crate::screenshot::Screenshot;
use crate::site::Site;

/// The longest wait for anything that is not slowed down on purpose. It is generous, so that a busy
/// machine fails no test.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The rows on a page of the table.
const ROWS_PER_PAGE: usize = 50;

/// The time between two queries of the page.
const POLL_INTERVAL: Duration = Duration::from_millis(40);

/// The longest time that a browser may have no page between two.
const NAVIGATION_LIMIT: Duration = Duration::from_secs(5);

/// A point of the viewport in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScreenPoint {
    /// From the left edge.
    pub x: f64,
    /// From the top edge.
    pub y: f64,
}

/// The page of one test, which has its own server, and its browser to itself while it runs.
#[derive(Debug)]
pub struct Page<'a> {
    browser: &'a Browser,
    site: Site,
    screen: Cell<Screen>,
    /// Whether failed requests are expected.
    expects_failed_requests: Cell<bool>,
    /// The texts of console errors that a test causes on purpose.
    expected_errors: RefCell<Vec<String>>,
    /// The starts of the addresses on other servers that the page may request.
    allowed_requests: RefCell<Vec<String>>,
}

impl<'a> Page<'a> {
    /// Opens an empty page on that screen.
    ///
    /// # Errors
    /// If the browser or the server fails.
    pub async fn new(browser: &'a Browser, site: Site, screen: Screen) -> Result<Self> {
        browser.reset(screen).await?;
        // An earlier test may have served its site at the same port.
        browser.forget_site(&site.server().url()).await?;
        if let Some(recorder) = browser.console_recorder() {
            site.server().inject_script(recorder);
        }
        Ok(Self {
            browser,
            site,
            screen: Cell::new(screen),
            expects_failed_requests: Cell::new(false),
            expected_errors: RefCell::default(),
            allowed_requests: RefCell::default(),
        })
    }

    /// The browser of the page.
    pub fn browser(&self) -> &Browser {
        self.browser
    }

    /// The site that the page is served from.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Changes the size and density of the screen, as turning a phone does.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn set_screen(&self, screen: Screen) -> Result<()> {
        self.screen.set(screen);
        self.browser.set_screen(screen).await
    }

    /// Runs a script in every later page before the scripts of that page.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn add_init_script(&self, source: &str) -> Result<()> {
        if !self.browser.add_init_script(source).await? {
            self.site.server().inject_script(source);
        }
        Ok(())
    }

    /// The screen of the page.
    pub fn screen(&self) -> Screen {
        self.screen.get()
    }

    /// Makes requests whose path contains `part` fail as `fault` says, and expects the console
    /// errors of failed requests.
    pub fn set_fault(&self, part: &str, fault: ResponseFault) {
        self.expects_failed_requests.set(true);
        self.site.server().set_fault(part, fault);
    }

    /// Expects failed requests from now on.
    pub fn expect_failed_requests(&self) {
        self.expects_failed_requests.set(true);
    }

    /// Expects console errors that contain this text from now on.
    pub fn allow_console_errors(&self, text: &str) {
        self.expected_errors.borrow_mut().push(text.to_owned());
    }

    /// Allows requests to addresses on another server that start with `address`.
    pub fn expect_requests_to(&self, address: &str) {
        self.allowed_requests.borrow_mut().push(address.to_owned());
    }

    /// Opens the site with a query (`?date=…`, or an empty string) and waits until all requested
    /// data is shown.
    ///
    /// # Errors
    /// If that takes longer than [`PATIENCE`].
    pub async fn open(&self, query: &str) -> Result<PageState> {
        self.go(query).await?;
        self.until("the page with all its figures", PageState::is_settled)
            .await
    }

    /// Opens the site and waits for its HTML only.
    ///
    /// # Errors
    /// If the browser does not arrive there.
    pub async fn go(&self, query: &str) -> Result<()> {
        self.go_to(query).await
    }

    /// Opens an address within the site, as [`Page::go`] does.
    ///
    /// # Errors
    /// If the browser does not arrive there.
    pub async fn go_to(&self, address: &str) -> Result<()> {
        let address = format!("{}{address}", self.site.server().url());
        self.mark_as_left().await?;
        // The `load` event is not waited for: a server with a fault may delay it.
        self.browser.navigate(&address).await?;
        arrive(&self.browser.client(), &address, PATIENCE).await
    }

    /// Marks the current page, so that [`Page::until_another`] does not mistake it for the next,
    /// which may have the same address.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn mark_as_left(&self) -> Result<()> {
        self.execute("document.isLeft = true", vec![]).await?;
        Ok(())
    }

    /// Waits until the browser has left the page that was marked.
    ///
    /// # Errors
    /// If no other page loads within [`PATIENCE`].
    pub async fn until_another(&self, what: &str) -> Result<()> {
        self.until_script(what, "return !document.isLeft").await
    }

    /// Returns the content of the page.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn state(&self) -> Result<PageState> {
        let begun = Instant::now();
        loop {
            match self.execute_between_pages(SCRIPT).await? {
                Value::Null if begun.elapsed() < NAVIGATION_LIMIT => {
                    tokio::time::sleep(POLL_INTERVAL).await;
                }
                value => {
                    return serde_json::from_value(value)
                        .context("page_state.js returned an unexpected format");
                }
            }
        }
    }

    /// Waits until the content of the page satisfies a condition, and returns it.
    ///
    /// # Errors
    /// If that takes longer than [`PATIENCE`]; the message holds the content of the page.
    pub async fn until(
        &self,
        what: &str,
        condition: impl Fn(&PageState) -> bool,
    ) -> Result<PageState> {
        self.until_within(PATIENCE, what, condition).await
    }

    /// Waits as [`Page::until`], for at most `limit`.
    ///
    /// # Errors
    /// As [`Page::until`].
    pub async fn until_within(
        &self,
        limit: Duration,
        what: &str,
        condition: impl Fn(&PageState) -> bool,
    ) -> Result<PageState> {
        let begun = Instant::now();
        loop {
            let seen = self.state().await?;
            if condition(&seen) {
                return Ok(seen);
            }
            if begun.elapsed() > limit {
                bail!(
                    "waited {} s in vain for {what}; the page shows {seen:#?}",
                    limit.as_secs()
                );
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Waits until a script returns `true`.
    ///
    /// # Errors
    /// If that takes longer than [`PATIENCE`]; the message holds the last result.
    pub async fn until_script(&self, what: &str, script: &str) -> Result<()> {
        let begun = Instant::now();
        loop {
            let value = self.execute_between_pages(script).await?;
            if value == json!(true) {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                bail!(
                    "waited in vain for {what}: {value}; the page shows {:#?}",
                    self.state().await
                );
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Runs a script that has no side effects, again if the browser is between two pages.
    pub(crate) async fn execute_between_pages(&self, script: &str) -> Result<Value> {
        let begun = Instant::now();
        loop {
            match self.execute(script, vec![]).await {
                Err(_) if begun.elapsed() < NAVIGATION_LIMIT => {
                    tokio::time::sleep(POLL_INTERVAL).await;
                }
                value => return value,
            }
        }
    }

    /// Waits for the first frame of the page and runs later scripts in it.
    ///
    /// # Errors
    /// If the page has no frame within [`PATIENCE`].
    pub async fn enter_frame(&self) -> Result<()> {
        // The driver would stay in a document that the frame has before its last one.
        let has_frame = "return document.readyState === 'complete'
            && document.querySelectorAll('iframe').length > 0";
        self.until_script("the page with its frame", has_frame)
            .await?;
        Ok(self.browser.client().enter_frame(0).await?)
    }

    /// Runs the body of a function in the page and returns its result.
    ///
    /// # Errors
    /// If the script throws.
    pub async fn execute(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.browser.client().execute(script, arguments).await?)
    }

    /// Takes a screenshot of the viewport.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn screenshot(&self) -> Result<Screenshot> {
        Screenshot::decode(
            &self.browser.client().screenshot().await?,
            self.screen().density,
        )
    }

    /// Scrolls the control with this accessible role and name into view and returns its middle.
    ///
    /// # Errors
    /// If not exactly one control matches within [`PATIENCE`].
    pub async fn control(&self, role: &str, name: &str) -> Result<ScreenPoint> {
        let begun = Instant::now();
        loop {
            let found = self.controls(role, name).await?;
            let place = match &found[..] {
                [one] => self.resting_place(one).await,
                _ => Err(anyhow!("{} controls match", found.len())),
            };
            match place {
                Ok(spot) => return Ok(spot),
                Err(error) if begun.elapsed() > PATIENCE => {
                    bail!(
                        "the {role} \"{name}\": {error:#}; the page shows {:#?}",
                        self.state().await?
                    )
                }
                // The control may move, or be rendered again.
                Err(_) => tokio::time::sleep(POLL_INTERVAL).await,
            }
        }
    }

    /// Scrolls an element into view and returns its middle, once it does not move.
    async fn resting_place(&self, element: &Value) -> Result<ScreenPoint> {
        let place = self
            .execute(controls::SCROLL_TO_MIDDLE, vec![element.clone()])
            .await?;
        tokio::time::sleep(POLL_INTERVAL).await;
        // Content above it may still grow.
        ensure!(
            self.execute(controls::SCROLL_TO_MIDDLE, vec![element.clone()])
                .await?
                == place,
            "it moves"
        );
        let (x, y) = place[0]
            .as_f64()
            .zip(place[1].as_f64())
            .context("it has no box")?;
        Ok(ScreenPoint { x, y })
    }

    /// Returns the controls with this accessible role and name.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn controls(&self, role: &str, name: &str) -> Result<Vec<Value>> {
        let candidates = self
            .execute(controls::CANDIDATES, vec![json!(role), json!(name)])
            .await?;
        let mut found = Vec::new();
        for element in candidates.as_array().into_iter().flatten() {
            // An element that was removed meanwhile does not match.
            let is = async |what: &str, value: &str| {
                self.browser
                    .computed_property(element, what)
                    .await
                    .is_ok_and(|computed| computed == value)
            };
            if is("computedlabel", name).await && is("computedrole", self.browser.role(role)).await
            {
                found.push(element.clone());
            }
        }
        Ok(found)
    }

    /// Returns the accessible role and name of an element that a script returned.
    ///
    /// # Errors
    /// If the element was removed.
    pub async fn accessible_role_and_name(&self, element: &Value) -> Result<(String, String)> {
        let computed = async |what: &str| self.browser.computed_property(element, what).await;
        Ok((
            computed("computedrole").await?,
            computed("computedlabel").await?,
        ))
    }

    /// Sets the position of the device for later pages.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn set_location(&self, location: Location) -> Result<()> {
        if let Some(script) = self.browser.set_location(location).await? {
            self.site.server().inject_script(&script);
        }
        Ok(())
    }

    /// Switches the network off or on.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn set_offline(&self, offline: bool) -> Result<()> {
        // The server has to answer before the page hears that it is online and asks.
        if !offline {
            self.site.server().set_unreachable(false);
        }
        if !self.browser.set_offline(offline).await? && offline {
            self.site.server().set_unreachable(true);
        }
        Ok(())
    }

    /// Returns all rows of the table, page by page.
    ///
    /// # Errors
    /// If the table does not have `number` rows.
    pub async fn all_rows(&self, number: usize) -> Result<Vec<TableRow>> {
        self.press(
            "button",
            &format!("Browse all {}", Language::En.texts().number(number as u64)),
        )
        .await?;
        let mut rows: Vec<TableRow> = vec![];
        loop {
            let next = rows.len();
            let page = number.saturating_sub(next).min(ROWS_PER_PAGE);
            let is_there = |seen: &PageState| {
                seen.rows.len() == page
                    && seen
                        .rows
                        .first()
                        .is_some_and(|row| row.position == next + 2)
            };
            rows.extend(
                self.until(&format!("row {next} of the table"), is_there)
                    .await?
                    .rows,
            );
            if rows.len() >= number {
                ensure!(
                    rows.len() == number,
                    "{} rows where {number} should be",
                    rows.len()
                );
                return Ok(rows);
            }
            // By script, because a level has more than a hundred pages; `keyboard.rs` presses the
            // button. The button is in a chunk that loads later.
            self.until_script(
                "the next page's button",
                "return !!document.querySelector('[data-testid=next-rows]')",
            )
            .await?;
            self.execute(
                "document.querySelector('[data-testid=next-rows]').click()",
                vec![],
            )
            .await?;
        }
    }

    /// Returns the number of entries in the history of the tab.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn history(&self) -> Result<u64> {
        self.execute("return history.length", vec![])
            .await?
            .as_u64()
            .context("the history has no length")
    }

    /// Checks the conditions of every test at its end: the console has no error, the page broke no
    /// rule of its security policy, and it requested nothing from another server.
    ///
    /// # Errors
    /// If a condition is broken; the message says which.
    pub async fn check_console_and_requests(&self) -> Result<()> {
        let mut errors = self.browser.console().await?;
        let forbidden = errors.iter().find(|line| {
            line.text
                .replace('-', " ")
                .contains("Content Security Policy")
        });
        ensure!(
            forbidden.is_none(),
            "the page's security policy forbids what it does: {forbidden:#?}"
        );
        errors.retain(|line| {
            let expected_errors = (self.expects_failed_requests.get() && line.source == "network")
                || self
                    .expected_errors
                    .borrow()
                    .iter()
                    .any(|text| line.text.contains(text));
            line.error && !expected_errors
        });
        ensure!(
            errors.is_empty(),
            "the browser's console has errors: {errors:#?}"
        );
        let own = self.site.server().url();
        let is_own = |address: &String| {
            address.starts_with(&own)
                || ["data:", "blob:", "about:"]
                    .iter()
                    .any(|scheme| address.starts_with(scheme))
        };
        let mut foreign = self.browser.requested().await?;
        let allowed_requests = self.allowed_requests.borrow();
        foreign.retain(|address| {
            !is_own(address)
                && !allowed_requests
                    .iter()
                    .any(|guest| address.starts_with(guest))
        });
        ensure!(
            foreign.is_empty(),
            "the page requested from another server: {foreign:#?}"
        );
        Ok(())
    }
}

/// Waits for the HTML of the page at an address, which must not be the page marked as left.
pub(crate) async fn arrive(client: &Client, address: &str, patience: Duration) -> Result<()> {
    let begun = Instant::now();
    loop {
        let script =
            "return !document.isLeft && document.readyState !== 'loading' && location.href";
        // A script may fail between two pages.
        if client
            .execute(script, vec![])
            .await
            .is_ok_and(|at| at == json!(address))
        {
            return Ok(());
        }
        ensure!(
            begun.elapsed() < patience,
            "the browser did not go to {address}"
        );
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}
