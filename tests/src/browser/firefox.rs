//! Controls Firefox by WebDriver BiDi, and by preferences and internal services, which its driver
//! lets scripts use.

use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use fantoccini::Client;
use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::bidi::BiDi;
use super::{ConsoleLine, Location, Screen, command, connect};
use crate::page::ScreenPoint;

#[derive(Debug)]
pub(super) struct Firefox {
    client: Client,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    bidi: BiDi,
    /// The handle of the tab of the test.
    tab: String,
    /// Identifiers of the scripts that run before those of a page.
    init_scripts: Vec<Value>,
}

/// The window holds every screen that a test uses: touches outside the window do nothing.
const WINDOW: [&str; 5] = ["-headless", "-width", "1600", "-height", "2200"];

/// Resets the preferences that emulation changes.
const RESET_PREFERENCES: &str = "
    Services.io.offline = false;
    const { prefs } = Services;
    for (const name of ['ui.prefersReducedMotion',
        'layout.css.prefers-color-scheme.content-override',
        'ui.useAccessibilityTheme', 'browser.display.document_color_use', 'permissions.default.geo',
        'dom.events.testing.asyncClipboard'])
        prefs.clearUserPref(name);
";

/// Returns the errors, warnings and security messages of the console; `console.error` and the like
/// arrive as events.
const CONSOLE: &str = "
    const messages = Services.console.getMessageArray()
        .filter((message) => message instanceof Ci.nsIScriptError);
    Services.console.reset();
    const { errorFlag, warningFlag } = Ci.nsIScriptError;
    const isOfPage = ({ category, sourceName }) =>
        /^https?:|^blob:|^$/.test(sourceName) && !category.startsWith('chrome');
    const isError = (flags) => (flags & warningFlag) === 0 && (flags & 8) === 0;
    return messages.filter(isOfPage).map(({ category, errorMessage, flags, sourceName }) =>
        [category, isError(flags), `${errorMessage} (${sourceName})`])";

/// Joins the arguments of `console.error` to one text: BiDi does not give the text of an Error.
const JOIN_ERROR_TEXTS: &str = "() => {
    const { error } = console;
    console.error = (...words) => error.call(console, words.join(' '));
}";

/// The errors of requests that end because their page is left. The page itself reports other
/// failures.
const ABORTED_REQUESTS: [&str; 2] = [
    "NetworkError when attempting to fetch resource",
    "AbortError: The operation was aborted",
];

impl Firefox {
    pub async fn start(webdriver: &str, program: &Path) -> Result<Self> {
        let preferences = json!({
            // Only the page may make requests.
            "network.captive-portal-service.enabled": false,
            "network.connectivity-service.enabled": false,
            "geo.provider.network.url": "",
            // Timers must not be slowed down in background windows.
            "dom.min_background_timeout_value": 4,
            "dom.w3c_touch_events.enabled": 1,
            // Selected text has system colours under forced colours; without a desktop the defaults
            // would not be legible.
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
            json!({ "functionDeclaration": JOIN_ERROR_TEXTS }),
        )
        .await?;
        let tab = String::from(client.window().await?);
        Ok(Self {
            client,
            state: Mutex::new(State {
                bidi,
                tab,
                init_scripts: Vec::new(),
            }),
        })
    }

    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// Sends a BiDi command for the tab of the test.
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
    async fn execute_in_chrome(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
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
        self.execute_in_chrome(
            "Services.prefs.setIntPref(...arguments)",
            vec![json!(name), json!(value)],
        )
        .await?;
        Ok(())
    }

    pub async fn navigate(&self, address: &str) -> Result<()> {
        // The focus may be in the browser's own buttons after Tab, and the test may have changed
        // the tab.
        self.execute_in_chrome("gBrowser.selectedBrowser.focus()", vec![])
            .await?;
        self.state.lock().await.tab = String::from(self.client.window().await?);
        let result = self
            .bidi(
                "browsingContext.navigate",
                json!({ "context": null, "url": address, "wait": "none" }),
            )
            .await;
        match result {
            // Firefox reports a network error even where a service worker answers. The caller waits
            // for the page anyway.
            Err(error) if error.to_string().contains("NS_ERROR_") => Ok(()),
            other => other.map(drop),
        }
    }

    pub async fn console(&self) -> Result<Vec<ConsoleLine>> {
        let kept = self.execute_in_chrome(CONSOLE, vec![]).await?;
        let source = |category: &Value| match category.as_str().unwrap_or_default() {
            // A response that is not a script.
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
                state.bidi.put_back(event);
                continue;
            }
            let entry = &event["params"];
            let text = entry["text"].as_str().unwrap_or_default().to_owned();
            // The console keeps the other messages.
            if entry["type"] == "console" {
                let error = entry["level"] == "error"
                    && !ABORTED_REQUESTS.iter().any(|left| text.contains(left));
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
                state.bidi.put_back(event);
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
            for script in std::mem::take(&mut state.init_scripts) {
                state
                    .bidi
                    .command("script.removePreloadScript", json!({ "script": script }))
                    .await?;
            }
        }
        self.execute_in_chrome(RESET_PREFERENCES, vec![]).await?;
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
        self.execute_in_chrome(script, vec![]).await?;
        Ok(())
    }

    /// Clears the storage of all sites.
    pub async fn forget_site(&self, _: &str) -> Result<()> {
        let script = "return new Promise((done) =>
            Services.clearData.deleteData(
                Ci.nsIClearDataService.CLEAR_DOM_STORAGES, (failed) => done(failed)))";
        let failed = self.execute_in_chrome(script, vec![]).await?;
        ensure!(
            failed == json!(0),
            "Firefox did not clear the storage of sites: {failed}"
        );
        Ok(())
    }

    /// Sends native touches: WebDriver's own do not scroll a page in Firefox.
    pub async fn fingers(&self, moments: &[Vec<ScreenPoint>]) -> Result<()> {
        let script = "const [moments] = arguments;
            const { windowUtils: tools, devicePixelRatio: density } = window;
            const { left, top } = gBrowser.selectedBrowser.getBoundingClientRect();
            const put = (state, fingers) => fingers.forEach(([x, y], id) =>
                tools.sendNativeTouchPoint(id, state,
                    (window.mozInnerScreenX + left + x) * density,
                    (window.mozInnerScreenY + top + y) * density, 1, 90));
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
        self.execute_in_chrome(script, vec![places.collect()])
            .await?;
        Ok(())
    }

    pub async fn set_scripts(&self, on: bool) -> Result<()> {
        self.execute_in_chrome(
            "gBrowser.selectedBrowser.browsingContext.allowJavascript = arguments[0]",
            vec![json!(on)],
        )
        .await?;
        Ok(())
    }

    pub async fn add_init_script(&self, source: &str) -> Result<()> {
        let function = json!({ "functionDeclaration": format!("() => {{ {source} }}") });
        let mut state = self.state.lock().await;
        let script = state
            .bidi
            .command("script.addPreloadScript", function)
            .await?["script"]
            .take();
        state.init_scripts.push(script);
        Ok(())
    }

    pub async fn set_screen(&self, screen: Screen) -> Result<()> {
        let Screen {
            width,
            height,
            density,
            touch,
        } = screen;
        // Bits: 1 for a coarse pointer, 2 for a fine one, 4 for hover.
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
                // The preference reports a high-contrast theme; Firefox does not force its colours
                // on pages unless asked to.
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
            // Firefox has no other source: see the preferences in `start`.
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
        self.execute_in_chrome(
            "Services.prefs.setBoolPref('dom.events.testing.asyncClipboard', true)",
            vec![],
        )
        .await?;
        Ok(())
    }

    /// Uses preferences, because the protocol has a command only since version 140.
    pub async fn set_downloads(&self, folder: &Path) -> Result<()> {
        let preferences = "
            Services.prefs.setIntPref('browser.download.folderList', 2);
            Services.prefs.setStringPref('browser.download.dir', arguments[0]);
            Services.prefs.setBoolPref('browser.download.useDownloadDir', true);
            Services.prefs.setBoolPref(
                'browser.download.always_ask_before_handling_new_types', false);
            Services.prefs.setBoolPref('browser.download.alwaysOpenPanel', false)";
        self.execute_in_chrome(preferences, vec![json!(folder)])
            .await?;
        Ok(())
    }

    /// Works offline, as the browser's menu does; requests to this machine still succeed. BiDi's
    /// command does not open any page, even one that a service worker answers.
    pub async fn set_offline(&self, offline: bool) -> Result<()> {
        self.execute_in_chrome("Services.io.offline = arguments[0]", vec![json!(offline)])
            .await?;
        Ok(())
    }
}
