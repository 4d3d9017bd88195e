//! Firefox: over WebDriver BiDi, and by preferences and its own services, which its driver lets
//! scripts reach.

use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use fantoccini::Client;
use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::bidi::BiDi;
use super::{ConsoleLine, Location, Screen, command, connect};
use crate::page::Spot;

#[derive(Debug)]
pub(super) struct Firefox {
    client: Client,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    bidi: BiDi,
    /// The tab that the test is in.
    tab: String,
    /// Scripts that run before those of a page, by the names that the browser gave them.
    early_scripts: Vec<Value>,
}

/// A window that holds every screen that a test may ask for: beyond its edges there is nothing to
/// touch.
const WINDOW: [&str; 5] = ["-headless", "-width", "1600", "-height", "2200"];

/// What preferences are when nothing is emulated.
const PLAIN: &str = "
    Services.io.offline = false;
    const { prefs } = Services;
    for (const name of ['ui.prefersReducedMotion', 'layout.css.prefers-color-scheme.content-override',
        'ui.useAccessibilityTheme', 'browser.display.document_color_use', 'permissions.default.geo', 'dom.events.testing.asyncClipboard'])
        prefs.clearUserPref(name);
";

/// What the console keeps of errors, warnings and security; `console.error` and its like come as
/// events.
const CONSOLE: &str = "
    const messages = Services.console.getMessageArray().filter((message) => message instanceof Ci.nsIScriptError);
    Services.console.reset();
    const { errorFlag, warningFlag } = Ci.nsIScriptError;
    return messages.filter(({ category, sourceName }) => /^https?:|^blob:|^$/.test(sourceName) && !category.startsWith('chrome'))
        .map(({ category, errorMessage, flags, sourceName }) =>
            [category, (flags & warningFlag) === 0 && (flags & 8) === 0, `${errorMessage} (${sourceName})`])";

/// Of an error that a page tells the console, BiDi gives no words.
const WORDS: &str = "() => {
    const { error } = console;
    console.error = (...words) => error.call(console, words.join(' '));
}";

/// What a page that is left says of the requests it had under way. Of those that fail otherwise the
/// page itself tells.
const LEFT: [&str; 2] = [
    "NetworkError when attempting to fetch resource",
    "AbortError: The operation was aborted",
];

impl Firefox {
    pub async fn start(webdriver: &str, program: &Path) -> Result<Self> {
        let preferences = json!({
            // Nothing but the page is to be fetched.
            "network.captive-portal-service.enabled": false,
            "network.connectivity-service.enabled": false,
            "geo.provider.network.url": "",
            // Scripts that wait for the page must not be held up by windows in the background.
            "dom.min_background_timeout_value": 4,
            "dom.w3c_touch_events.enabled": 1,
            // What is chosen has the colours of a system with forced ones; those of no system at
            // all cannot be read.
            "ui.highlight": "#37006e",
            "ui.highlighttext": "#ffffff",
            "ui.selecteditem": "#37006e",
            "ui.selecteditemtext": "#ffffff",
        });
        let capabilities = json!({
            "browserName": "firefox",
            "webSocketUrl": true,
            "moz:firefoxOptions": { "binary": program, "args": WINDOW, "prefs": preferences },
        });
        let client = connect(webdriver, capabilities).await?;
        let address = client
            .capabilities()
            .and_then(|found| found.get("webSocketUrl"))
            .and_then(Value::as_str);
        let mut bidi =
            BiDi::connect(address.context("the driver gave no address for BiDi")?).await?;
        bidi.command(
            "session.subscribe",
            json!({ "events": ["log.entryAdded", "network.beforeRequestSent"] }),
        )
        .await?;
        bidi.command(
            "script.addPreloadScript",
            json!({ "functionDeclaration": WORDS }),
        )
        .await?;
        let tab = String::from(client.window().await?);
        Ok(Self {
            client,
            state: Mutex::new(State {
                bidi,
                tab,
                early_scripts: Vec::new(),
            }),
        })
    }

    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// A command of BiDi about the tab that the test is in.
    async fn bidi(&self, name: &str, mut parameters: Value) -> Result<Value> {
        let mut state = self.state.lock().await;
        for (field, value) in [
            ("context", json!(state.tab)),
            ("contexts", json!([state.tab])),
        ] {
            if parameters.get(field).is_some() {
                parameters[field] = value;
            }
        }
        state.bidi.command(name, parameters).await
    }

    /// Runs a script in the browser itself, not in the page.
    async fn inside(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        let context = async |name: &str| {
            command(
                &self.client,
                "moz/context",
                Some(json!({ "context": name })),
            )
            .await
        };
        context("chrome").await?;
        let result = self.client.execute(script, arguments).await;
        context("content").await?;
        Ok(result?)
    }

    async fn set_preference(&self, name: &str, value: i32) -> Result<()> {
        self.inside(
            "Services.prefs.setIntPref(...arguments)",
            vec![json!(name), json!(value)],
        )
        .await?;
        Ok(())
    }

    pub async fn navigate(&self, address: &str) -> Result<()> {
        // Tab may have led out of the page before into the browser's own buttons; and a test may
        // have changed the tab.
        self.inside("gBrowser.selectedBrowser.focus()", vec![])
            .await?;
        self.state.lock().await.tab = String::from(self.client.window().await?);
        let gone = self
            .bidi(
                "browsingContext.navigate",
                json!({ "context": null, "url": address, "wait": "none" }),
            )
            .await;
        match gone {
            // That the network failed is told also where a service worker has the page. Whoever
            // waits for it will see.
            Err(error) if error.to_string().contains("NS_ERROR_") => Ok(()),
            other => other.map(drop),
        }
    }

    pub async fn console(&self) -> Result<Vec<ConsoleLine>> {
        let kept = self.inside(CONSOLE, vec![]).await?;
        let source = |category: &Value| match category.as_str().unwrap_or_default() {
            // An answer that is no script.
            "MIMEMISMATCH" => "network".to_owned(),
            other => other.to_owned(),
        };
        let kept = kept
            .as_array()
            .into_iter()
            .flatten()
            .map(|line| ConsoleLine {
                source: source(&line[0]),
                error: line[1] == true,
                text: line[2].as_str().unwrap_or_default().to_owned(),
            });
        let mut lines: Vec<ConsoleLine> = kept.collect();
        let mut state = self.state.lock().await;
        for event in state.bidi.events().await? {
            if event["method"] != "log.entryAdded" {
                state.bidi.keep(event);
                continue;
            }
            let said = &event["params"];
            let text = said["text"].as_str().unwrap_or_default().to_owned();
            // The others are among those kept.
            if said["type"] == "console" {
                let error =
                    said["level"] == "error" && !LEFT.iter().any(|left| text.contains(left));
                lines.push(ConsoleLine {
                    source: "console".into(),
                    error,
                    text,
                });
            }
        }
        Ok(lines)
    }

    pub async fn requested(&self) -> Result<Vec<String>> {
        let mut state = self.state.lock().await;
        let mut addresses = Vec::new();
        for event in state.bidi.events().await? {
            if event["method"] == "network.beforeRequestSent" {
                addresses.push(
                    event["params"]["request"]["url"]
                        .as_str()
                        .unwrap_or_default()
                        .to_owned(),
                );
            } else {
                state.bidi.keep(event);
            }
        }
        Ok(addresses)
    }

    pub async fn reset(&self, screen: Screen) -> Result<()> {
        // A new tab has no history.
        let fresh = self.client.new_window(true).await?.handle;
        for old in self
            .client
            .windows()
            .await?
            .into_iter()
            .filter(|window| *window != fresh)
        {
            self.client.switch_to_window(old).await?;
            self.client.close_window().await?;
        }
        self.client
            .switch_to_window(WindowHandle::clone(&fresh))
            .await?;
        {
            let mut state = self.state.lock().await;
            state.tab = String::from(fresh);
            for script in std::mem::take(&mut state.early_scripts) {
                state
                    .bidi
                    .command("script.removePreloadScript", json!({ "script": script }))
                    .await?;
            }
        }
        self.inside(PLAIN, vec![]).await?;
        self.set_screen(screen).await?;
        self.console().await?;
        self.requested().await?;
        Ok(())
    }

    pub async fn forget_files(&self) -> Result<()> {
        let script = "Services.cache2.clear();
            const tools = Cc['@mozilla.org/image/tools;1'].getService(Ci.imgITools);
            tools.getImgCacheForDocument(null).clearCache();
            ChromeUtils.clearResourceCache()";
        self.inside(script, vec![]).await?;
        Ok(())
    }

    /// It forgets those of all sites.
    pub async fn forget_site(&self, _: &str) -> Result<()> {
        let script = "return new Promise((done) =>
            Services.clearData.deleteData(Ci.nsIClearDataService.CLEAR_DOM_STORAGES, (failed) => done(failed)))";
        let failed = self.inside(script, vec![]).await?;
        ensure!(
            failed == json!(0),
            "Firefox did not forget what sites have kept: {failed}"
        );
        Ok(())
    }

    /// WebDriver's own touches do not scroll a page in Firefox. These come from below, as a
    /// screen's do.
    pub async fn fingers(&self, moments: &[Vec<Spot>]) -> Result<()> {
        let script = "const [moments] = arguments, { windowUtils: tools, devicePixelRatio: density } = window;
            const { left, top } = gBrowser.selectedBrowser.getBoundingClientRect();
            const put = (state, fingers) => fingers.forEach(([x, y], id) => tools.sendNativeTouchPoint(id, state,
                (window.mozInnerScreenX + left + x) * density, (window.mozInnerScreenY + top + y) * density, 1, 90));
            return (async () => {
                for (const fingers of moments) {
                    put(tools.TOUCH_CONTACT, fingers);
                    await new Promise((done) => window.setTimeout(done, 20));
                }
                put(tools.TOUCH_REMOVE, moments.at(-1));
            })()";
        let places = moments.iter().map(|fingers| {
            fingers
                .iter()
                .map(|spot| json!([spot.x, spot.y]))
                .collect::<Value>()
        });
        self.inside(script, vec![places.collect()]).await?;
        Ok(())
    }

    pub async fn set_scripts(&self, on: bool) -> Result<()> {
        self.inside(
            "gBrowser.selectedBrowser.browsingContext.allowJavascript = arguments[0]",
            vec![json!(on)],
        )
        .await?;
        Ok(())
    }

    pub async fn run_first(&self, source: &str) -> Result<()> {
        let function = json!({ "functionDeclaration": format!("() => {{ {source} }}") });
        let mut state = self.state.lock().await;
        let script = state
            .bidi
            .command("script.addPreloadScript", function)
            .await?["script"]
            .take();
        state.early_scripts.push(script);
        Ok(())
    }

    pub async fn set_screen(&self, screen: Screen) -> Result<()> {
        let Screen {
            width,
            height,
            density,
            touch,
        } = screen;
        // Bits for a coarse pointer, a fine one, and one that can hover.
        let pointer = if touch { 1 } else { 2 | 4 };
        for name in ["ui.primaryPointerCapabilities", "ui.allPointerCapabilities"] {
            self.set_preference(name, pointer).await?;
        }
        let viewport = json!({ "width": width, "height": height });
        let parameters =
            json!({ "context": null, "viewport": viewport, "devicePixelRatio": density });
        self.bidi("browsingContext.setViewport", parameters).await?;
        Ok(())
    }

    pub async fn set_media(&self, features: &[(&str, &str)]) -> Result<()> {
        for feature in features {
            let (name, value) = match *feature {
                ("prefers-color-scheme", "dark") => {
                    ("layout.css.prefers-color-scheme.content-override", 0)
                }
                ("prefers-color-scheme", "light") => {
                    ("layout.css.prefers-color-scheme.content-override", 1)
                }
                ("prefers-reduced-motion", value) => {
                    ("ui.prefersReducedMotion", i32::from(value == "reduce"))
                }
                // It is what a system with such a theme says, and is not forced on pages unless
                // that is asked for.
                ("prefers-contrast", value) => {
                    ("ui.useAccessibilityTheme", i32::from(value == "more"))
                }
                ("forced-colors", "active") => ("browser.display.document_color_use", 2),
                (name, value) => bail!("Firefox has no preference for {name}: {value}"),
            };
            self.set_preference(name, value).await?;
        }
        Ok(())
    }

    pub async fn set_location(&self, location: Location) -> Result<()> {
        let (allowed, denied) = (1, 2);
        let permission = if location == Location::Denied {
            denied
        } else {
            allowed
        };
        self.set_preference("permissions.default.geo", permission)
            .await?;
        let place = match location {
            Location::At {
                latitude,
                longitude,
                accuracy,
            } => {
                json!({ "latitude": latitude, "longitude": longitude, "accuracy": accuracy })
            }
            // It has no other way to find out: see the preferences it starts with.
            Location::Denied | Location::Unavailable => Value::Null,
        };
        self.bidi(
            "emulation.setGeolocationOverride",
            json!({ "contexts": [], "coordinates": place }),
        )
        .await?;
        Ok(())
    }

    pub async fn allow_clipboard(&self) -> Result<()> {
        self.inside(
            "Services.prefs.setBoolPref('dom.events.testing.asyncClipboard', true)",
            vec![],
        )
        .await?;
        Ok(())
    }

    /// By its preferences: the protocol's own command for it came only after version 140.
    pub async fn set_downloads(&self, folder: &Path) -> Result<()> {
        let preferences = "
            Services.prefs.setIntPref('browser.download.folderList', 2);
            Services.prefs.setStringPref('browser.download.dir', arguments[0]);
            Services.prefs.setBoolPref('browser.download.useDownloadDir', true);
            Services.prefs.setBoolPref('browser.download.always_ask_before_handling_new_types', false);
            Services.prefs.setBoolPref('browser.download.alwaysOpenPanel', false)";
        self.inside(preferences, vec![json!(folder)]).await?;
        Ok(())
    }

    /// As its own menu does it. What is on this machine it reaches all the same. (BiDi's way
    /// refuses to go to a page, even if a service worker has it.)
    pub async fn set_offline(&self, offline: bool) -> Result<()> {
        self.inside("Services.io.offline = arguments[0]", vec![json!(offline)])
            .await?;
        Ok(())
    }
}
