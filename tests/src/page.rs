//! A page in a browser: opening, waiting, pointer and keys.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use fantoccini::Client;
use fantoccini::actions::{
    Actions, InputSource as _, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions,
    PointerAction, TouchActions, WheelAction, WheelActions,
};
use fantoccini::key::Key;
use rising_words::Language;
use serde_json::{Value, json};
use xtask::server::ResponseFault;

use crate::browser::{Browser, EngineName, Location, Need, Screen};
use crate::controls;
use crate::picture::Picture;
use crate::seen::{Row, SCRIPT, Seen};
use crate::site::Site;

/// How long anything may take that is not slowed down on purpose. Generous, because a test that
/// fails on a busy machine tells nothing.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Rows on a page of the table.
const PAGE: usize = 50;

/// Time between two looks at the page.
const PAUSE: Duration = Duration::from_millis(40);

/// How long a browser may be on its way from one page to the next.
const BETWEEN_PAGES: Duration = Duration::from_secs(5);

/// A point of the viewport in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// From the left edge.
    pub x: f64,
    /// From the top edge.
    pub y: f64,
}

/// One test's page: a browser of its own for the while, and a server of its own.
#[derive(Debug)]
pub struct Page<'a> {
    browser: &'a Browser,
    site: Site,
    screen: Cell<Screen>,
    /// Failing requests are what the test is about.
    faulty: Cell<bool>,
    /// What the program may say in the console, in a test that breaks it.
    excused: RefCell<Vec<String>>,
    guests: RefCell<Vec<String>>,
}

impl<'a> Page<'a> {
    /// An empty page on that screen.
    ///
    /// # Errors
    /// If the browser or the server fails.
    pub async fn new(browser: &'a Browser, site: Site, screen: Screen) -> Result<Self> {
        browser.reset(screen).await?;
        // An earlier test may have had the same port.
        browser.forget_site(&site.server().url()).await?;
        if let Some(witness) = browser.witness() {
            site.server().add_early_script(witness);
        }
        Ok(Self {
            browser,
            site,
            screen: Cell::new(screen),
            faulty: Cell::new(false),
            excused: RefCell::default(),
            guests: RefCell::default(),
        })
    }

    /// The browser it is in.
    pub fn browser(&self) -> &Browser {
        self.browser
    }

    /// The site that it is served.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Turns the phone or changes the window.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn set_screen(&self, screen: Screen) -> Result<()> {
        self.screen.set(screen);
        self.browser.set_screen(screen).await
    }

    /// Runs a script in every page to come before its own.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn run_first(&self, source: &str) -> Result<()> {
        if !self.browser.run_first(source).await? {
            self.site.server().add_early_script(source);
        }
        Ok(())
    }

    /// The screen it is on.
    pub fn screen(&self) -> Screen {
        self.screen.get()
    }

    /// Makes requests whose path contains `part` meet `fault`. The browser's own lines about them
    /// are no errors then.
    pub fn set_fault(&self, part: &str, fault: ResponseFault) {
        self.faulty.set(true);
        self.site.server().set_fault(part, fault);
    }

    /// From now on, requests that fail are what the test is about.
    pub fn expect_failed_requests(&self) {
        self.faulty.set(true);
    }

    /// From now on, the console may hold lines with that text.
    pub fn excuse(&self, text: &str) {
        self.excused.borrow_mut().push(text.to_owned());
    }

    /// From now on, the page may request what begins with that address, of another server.
    pub fn expect_requests_to(&self, address: &str) {
        self.guests.borrow_mut().push(address.to_owned());
    }

    /// Goes to the site with that query (`?date=…`, or nothing) and waits until all that it wants
    /// is there.
    ///
    /// # Errors
    /// If it does not come to that.
    pub async fn open(&self, query: &str) -> Result<Seen> {
        self.go(query).await?;
        self.until("the page with all its figures", Seen::settled)
            .await
    }

    /// Goes to the site and waits for nothing but its HTML.
    ///
    /// # Errors
    /// If the browser cannot get it.
    pub async fn go(&self, query: &str) -> Result<()> {
        self.go_to(query).await
    }

    /// Goes to that address within the site, as [`Page::go`] does.
    ///
    /// # Errors
    /// If the browser cannot get it.
    pub async fn go_to(&self, address: &str) -> Result<()> {
        let address = format!("{}{address}", self.site.server().url());
        self.mark_as_left().await?;
        // The `load` event may be long in coming from a server with a fault; nothing here waits for
        // it.
        self.browser.navigate(&address).await?;
        arrive(&self.browser.client(), &address, PATIENCE).await
    }

    /// Marks the page that is there, so that [`Page::until_another`] does not take it for the next,
    /// which may have the same address.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn mark_as_left(&self) -> Result<()> {
        self.execute("document.isLeft = true", vec![]).await?;
        Ok(())
    }

    /// Waits until another page is there than the one that was marked.
    ///
    /// # Errors
    /// If none comes within [`PATIENCE`].
    pub async fn until_another(&self, what: &str) -> Result<()> {
        self.until_script(what, "return !document.isLeft").await
    }

    /// What is on the page now.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn seen(&self) -> Result<Seen> {
        let begun = Instant::now();
        loop {
            match self.look(SCRIPT).await? {
                Value::Null if begun.elapsed() < BETWEEN_PAGES => tokio::time::sleep(PAUSE).await,
                value => {
                    return serde_json::from_value(value)
                        .context("the script that looks at the page gives something else");
                }
            }
        }
    }

    /// Waits until the page is so, and gives what is on it then.
    ///
    /// # Errors
    /// If that takes longer than [`PATIENCE`]; the message holds what is on the page instead.
    pub async fn until(&self, what: &str, is_so: impl Fn(&Seen) -> bool) -> Result<Seen> {
        self.until_within(PATIENCE, what, is_so).await
    }

    /// Waits until the page is so, but no longer than that.
    ///
    /// # Errors
    /// As [`Page::until`].
    pub async fn until_within(
        &self,
        limit: Duration,
        what: &str,
        is_so: impl Fn(&Seen) -> bool,
    ) -> Result<Seen> {
        let begun = Instant::now();
        loop {
            let seen = self.seen().await?;
            if is_so(&seen) {
                return Ok(seen);
            }
            if begun.elapsed() > limit {
                bail!(
                    "waited {} s in vain for {what}; on the page is {seen:#?}",
                    limit.as_secs()
                );
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Waits until a script gives `true`.
    ///
    /// # Errors
    /// If that takes longer than [`PATIENCE`]; the message holds what it gave last.
    pub async fn until_script(&self, what: &str, script: &str) -> Result<()> {
        let begun = Instant::now();
        loop {
            let value = self.look(script).await?;
            if value == json!(true) {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                bail!(
                    "waited in vain for {what}: {value}; on the page is {:#?}",
                    self.seen().await
                );
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Runs a script that may be run more than once: between two pages there may be nothing to look
    /// at.
    pub(crate) async fn look(&self, script: &str) -> Result<Value> {
        let begun = Instant::now();
        loop {
            match self.execute(script, vec![]).await {
                Err(_) if begun.elapsed() < BETWEEN_PAGES => tokio::time::sleep(PAUSE).await,
                value => return value,
            }
        }
    }

    /// Looks into the page's first frame from now on, once it is there.
    ///
    /// # Errors
    /// If none comes.
    pub async fn enter_frame(&self) -> Result<()> {
        // A document that a frame has before its last one is gone with it, and the driver would
        // stay there.
        let there = "return document.readyState === 'complete' && document.querySelectorAll('iframe').length > 0";
        self.until_script("the page with its frame", there).await?;
        Ok(self.browser.client().enter_frame(0).await?)
    }

    /// Runs the body of a function in the page.
    ///
    /// # Errors
    /// If it throws.
    pub async fn execute(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.browser.client().execute(script, arguments).await?)
    }

    /// What is on the screen.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn picture(&self) -> Result<Picture> {
        Picture::decode(
            &self.browser.client().screenshot().await?,
            self.screen().density,
        )
    }

    /// The middle of the control with that role and name, which a screen reader gives and a reader
    /// sees, scrolled into view.
    ///
    /// # Errors
    /// If there is not exactly one.
    pub async fn control(&self, role: &str, name: &str) -> Result<Spot> {
        let begun = Instant::now();
        loop {
            let found = self.controls(role, name).await?;
            let place = match &found[..] {
                [one] => self.resting_place(one).await,
                _ => Err(anyhow!("there are {}", found.len())),
            };
            match place {
                Ok(spot) => return Ok(spot),
                Err(error) if begun.elapsed() > PATIENCE => {
                    bail!(
                        "the {role} \"{name}\": {error:#}; on the page is {:#?}",
                        self.seen().await?
                    )
                }
                // It may move, or have been made anew.
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// The middle of an element, scrolled into view, where it still is a little later.
    async fn resting_place(&self, element: &Value) -> Result<Spot> {
        let place = self.execute(controls::PLACE, vec![element.clone()]).await?;
        tokio::time::sleep(PAUSE).await;
        // What is above it may still grow.
        ensure!(
            self.execute(controls::PLACE, vec![element.clone()]).await? == place,
            "it moves"
        );
        let (x, y) = place[0]
            .as_f64()
            .zip(place[1].as_f64())
            .context("it has no box")?;
        Ok(Spot { x, y })
    }

    /// The controls with that role and name, as the browser tells both to a screen reader.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn controls(&self, role: &str, name: &str) -> Result<Vec<Value>> {
        let candidates = self
            .execute(controls::CANDIDATES, vec![json!(role), json!(name)])
            .await?;
        let mut found = Vec::new();
        for element in candidates.as_array().into_iter().flatten() {
            // One that has gone meanwhile is none.
            let is = async |what: &str, value: &str| {
                self.browser
                    .computed(element, what)
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

    /// The role and the name of an element that a script gave, as the browser tells them to a
    /// screen reader.
    ///
    /// # Errors
    /// If the element has gone.
    pub async fn spoken(&self, element: &Value) -> Result<(String, String)> {
        let computed = async |what: &str| self.browser.computed(element, what).await;
        Ok((
            computed("computedrole").await?,
            computed("computedlabel").await?,
        ))
    }

    /// Clicks that control, or taps it where there is no mouse.
    ///
    /// # Errors
    /// If there is not exactly one.
    pub async fn press(&self, role: &str, name: &str) -> Result<()> {
        let spot = self.control(role, name).await?;
        self.click(spot).await
    }

    /// Clicks there, or taps where there is no mouse and the browser knows fingers.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn click(&self, spot: Spot) -> Result<()> {
        self.clicks(spot, 1, Duration::ZERO).await
    }

    /// Clicks there twice, or taps, with that much time from the end of the first to the second.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn double_click(&self, spot: Spot, between: Duration) -> Result<()> {
        self.clicks(spot, 2, between).await
    }

    async fn clicks(&self, spot: Spot, number: u32, between: Duration) -> Result<()> {
        let spot = self.browser.aim(spot);
        let (down, up) = (
            PointerAction::Down {
                button: MOUSE_BUTTON_LEFT,
            },
            PointerAction::Up {
                button: MOUSE_BUTTON_LEFT,
            },
        );
        let wait = pause(between.as_millis() as u64);
        let fingers = Need::Touch.lacking_in(self.browser.name()).is_none();
        if self.screen().touch && fingers {
            let finger = TouchActions::new("finger".into()).then(move_to(spot));
            let taps = (0..number).fold(finger, |finger, tap| {
                let finger = if tap > 0 {
                    finger.then(wait.clone())
                } else {
                    finger
                };
                finger.then(down.clone()).then(pause(30)).then(up.clone())
            });
            return self.perform(taps).await;
        }
        let mouse = MouseActions::new("mouse".into()).then(move_to(spot));
        let clicks = (0..number).fold(mouse, |mouse, click| {
            let mouse = if click > 0 {
                mouse.then(wait.clone())
            } else {
                mouse
            };
            mouse.then(down.clone()).then(up.clone())
        });
        self.perform(clicks).await
    }

    /// Moves the mouse there.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn hover(&self, spot: Spot) -> Result<()> {
        self.perform(MouseActions::new("mouse".into()).then(move_to(self.browser.aim(spot))))
            .await
    }

    /// Drags with the mouse from one place to another, `steps` moves on the way.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn drag(&self, from: Spot, by: (f64, f64), steps: u32) -> Result<()> {
        let mut mouse = MouseActions::new("mouse".into())
            .then(move_to(self.browser.aim(from)))
            .then(PointerAction::Down {
                button: MOUSE_BUTTON_LEFT,
            });
        for step in 1..=steps {
            let part = f64::from(step) / f64::from(steps);
            let spot = self.browser.aim(Spot {
                x: from.x + by.0 * part,
                y: from.y + by.1 * part,
            });
            mouse = mouse.then(PointerAction::MoveTo {
                duration: Some(Duration::from_millis(8)),
                x: spot.x,
                y: spot.y,
            });
        }
        self.perform(mouse.then(PointerAction::Up {
            button: MOUSE_BUTTON_LEFT,
        }))
        .await
    }

    /// Spreads two fingers about a place, from that far apart to that far.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn pinch(&self, middle: Spot, from: f64, to: f64) -> Result<()> {
        let moments: Vec<Vec<Spot>> = (0..=8)
            .map(|step| (from + (to - from) * f64::from(step) / 8.0) / 2.0)
            .map(|reach| {
                [-reach, reach]
                    .map(|side| Spot {
                        x: middle.x + side,
                        y: middle.y,
                    })
                    .to_vec()
            })
            .collect();
        self.fingers(&moments).await
    }

    /// Puts fingers on the page, moves them together and lifts them: where all of them are, from
    /// the first moment to the last. That fingers scroll the page is to be relied on by tests that
    /// state [`Need::Touch`] only.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn fingers(&self, moments: &[Vec<Spot>]) -> Result<()> {
        self.browser.fingers(moments).await
    }

    /// Turns the wheel there; `by` is in pixels, towards the reader positive.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn wheel(&self, at: Spot, by: i64) -> Result<()> {
        let at = self.browser.aim(at);
        let wheel = WheelActions::new("wheel".into()).then(WheelAction::Scroll {
            duration: None,
            x: at.x as i64,
            y: at.y as i64,
            delta_x: 0,
            delta_y: self.browser.turn(by),
        });
        self.perform(wheel).await
    }

    /// Turns the wheel there while the Ctrl key is held.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn wheel_with_ctrl(&self, at: Spot, by: i64) -> Result<()> {
        if self.browser.name() == EngineName::WebKit {
            // Its driver's keys and wheel know nothing of each other.
            let script = "const [clientX, clientY, deltaY] = arguments, at = document.elementFromPoint(clientX, clientY);
                const [inside, box] = [at.contentDocument, at.getBoundingClientRect()];
                const [x, y] = inside ? [clientX - box.left, clientY - box.top] : [clientX, clientY];
                (inside ?? document).elementFromPoint(x, y).dispatchEvent(new WheelEvent('wheel',
                    { clientX: x, clientY: y, deltaY, ctrlKey: true, bubbles: true, cancelable: true, composed: true }))";
            self.execute(script, vec![json!(at.x), json!(at.y), json!(by)])
                .await?;
            return Ok(());
        }
        let ctrl = char::from(Key::Control);
        let held = KeyActions::new("keyboard".into())
            .then(KeyAction::Down { value: ctrl })
            .then(KeyAction::Pause {
                duration: Duration::ZERO,
            })
            .then(KeyAction::Up { value: ctrl });
        let turn = WheelAction::Scroll {
            duration: None,
            x: at.x as i64,
            y: at.y as i64,
            delta_x: 0,
            delta_y: by,
        };
        let wheel = WheelActions::new("wheel".into())
            .then(WheelAction::Pause {
                duration: Duration::ZERO,
            })
            .then(turn)
            .then(WheelAction::Pause {
                duration: Duration::ZERO,
            });
        self.perform(Actions::from(held).and(wheel)).await
    }

    /// The text in the clipboard, after [`Browser::allow_clipboard`].
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn clipboard(&self) -> Result<String> {
        let text = if self.browser.name() == EngineName::WebKit {
            // No script may read it there; a reader may paste it. Beside an open dialog nothing
            // takes the keyboard.
            let field = "(document.querySelector('dialog[open]') ?? document.body).append(Object.assign(document.createElement('textarea'), { id: 'pasted' }));
                document.getElementById('pasted').focus({ preventScroll: true })";
            self.execute(field, vec![]).await?;
            let [ctrl, v] = [char::from(Key::Control), 'v'];
            let keys = KeyActions::new("keyboard".into())
                .then(KeyAction::Down { value: ctrl })
                .then(KeyAction::Down { value: v })
                .then(KeyAction::Up { value: v })
                .then(KeyAction::Up { value: ctrl });
            self.perform(keys).await?;
            let pasted = "const field = document.getElementById('pasted'), { value } = field; field.remove(); return value";
            self.execute(pasted, vec![]).await?
        } else {
            self.execute("return navigator.clipboard.readText()", vec![])
                .await?
        };
        Ok(text
            .as_str()
            .context("the clipboard gives no text")?
            .to_owned())
    }

    /// Where the device says it is, for pages to come.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn set_location(&self, location: Location) -> Result<()> {
        if let Some(script) = self.browser.set_location(location).await? {
            self.site.server().add_early_script(&script);
        }
        Ok(())
    }

    /// Takes the network away, or gives it back.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn set_offline(&self, offline: bool) -> Result<()> {
        // Before the page is told that there is a network again, and asks.
        if !offline {
            self.site.server().set_unreachable(false);
        }
        if !self.browser.set_offline(offline).await? && offline {
            self.site.server().set_unreachable(true);
        }
        Ok(())
    }

    /// Presses a key.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn key(&self, key: Key) -> Result<()> {
        self.keys(&[key]).await
    }

    /// Presses keys one after the other.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn keys(&self, keys: &[Key]) -> Result<()> {
        let mut actions = KeyActions::new("keyboard".into());
        for key in keys.iter().map(|&key| char::from(key)) {
            actions = actions
                .then(KeyAction::Down { value: key })
                .then(KeyAction::Up { value: key });
        }
        self.perform(actions).await
    }

    /// Types a text where the keyboard's focus is.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        let mut actions = KeyActions::new("keyboard".into());
        for key in text.chars() {
            actions = actions
                .then(KeyAction::Down { value: key })
                .then(KeyAction::Up { value: key });
        }
        self.perform(actions).await
    }

    /// Presses Tab until the focus is so, as a reader without a mouse does.
    ///
    /// # Errors
    /// If it never is in as many steps as a reader may be asked for.
    pub async fn tab_until(&self, what: &str, is_there: impl Fn(&Seen) -> bool) -> Result<Seen> {
        let mut path = Vec::new();
        for _ in 0..80 {
            self.key(Key::Tab).await?;
            let seen = self.seen().await?;
            if is_there(&seen) {
                return Ok(seen);
            }
            path.push(
                seen.focus
                    .map(|focus| format!("{}: {} \"{}\"", focus.region, focus.tag, focus.text)),
            );
        }
        Err(anyhow!("no Tab led to {what}, but to {path:#?}"))
    }

    /// Goes through the whole table, as a reader does who wants all of its rows.
    ///
    /// # Errors
    /// If there are not that many.
    pub async fn all_rows(&self, number: usize) -> Result<Vec<Row>> {
        self.press(
            "button",
            &format!("Browse all {}", Language::En.number(number as u64)),
        )
        .await?;
        let mut rows: Vec<Row> = vec![];
        loop {
            let next = rows.len();
            let page = number.saturating_sub(next).min(PAGE);
            let is_there = |seen: &Seen| {
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
            // By script, since a level has more than a hundred pages; `keyboard.rs` presses the
            // button. It comes with a part.
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

    /// How many entries the tab's history has.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn history(&self) -> Result<u64> {
        self.execute("return history.length", vec![])
            .await?
            .as_u64()
            .context("the history has no length")
    }

    /// What holds for every test at its end: the console has no error, the page did nothing that
    /// its own security policy forbids, and nothing was asked from anywhere else.
    ///
    /// # Errors
    /// If that is not so.
    pub async fn check_manners(&self) -> Result<()> {
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
            let excused = (self.faulty.get() && line.source == "network")
                || self
                    .excused
                    .borrow()
                    .iter()
                    .any(|text| line.text.contains(text));
            line.error && !excused
        });
        ensure!(
            errors.is_empty(),
            "the browser's console has errors: {errors:#?}"
        );
        let own = self.site.server().url();
        let own_page = |address: &String| {
            address.starts_with(&own)
                || ["data:", "blob:", "about:"]
                    .iter()
                    .any(|scheme| address.starts_with(scheme))
        };
        let mut elsewhere = self.browser.requested().await?;
        let guests = self.guests.borrow();
        elsewhere.retain(|address| {
            !own_page(address) && !guests.iter().any(|guest| address.starts_with(guest))
        });
        ensure!(
            elsewhere.is_empty(),
            "the page asked another server for {elsewhere:#?}"
        );
        Ok(())
    }

    async fn perform(&self, actions: impl Into<Actions>) -> Result<()> {
        let client = self.browser.client();
        client.perform_actions(actions).await?;
        Ok(())
    }
}

/// Waits until the HTML of the page at that address is there, of another than the one marked as
/// left.
pub(crate) async fn arrive(client: &Client, address: &str, patience: Duration) -> Result<()> {
    let begun = Instant::now();
    loop {
        let script =
            "return !document.isLeft && document.readyState !== 'loading' && location.href";
        // A script can be caught between two pages.
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
        tokio::time::sleep(PAUSE).await;
    }
}

fn move_to(spot: Spot) -> PointerAction {
    PointerAction::MoveTo {
        duration: Some(Duration::ZERO),
        x: spot.x,
        y: spot.y,
    }
}

fn pause(milliseconds: u64) -> PointerAction {
    PointerAction::Pause {
        duration: Duration::from_millis(milliseconds),
    }
}
