//! One browser, driven over WebDriver and, for what that has no word for, over Chromium's own protocol through it.

use std::cell::RefCell;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::settings::Settings;

/// Nothing but the page is to run or to be fetched, colours are to arrive as they were painted, and nobody is there to
/// answer questions.
const FLAGS: [&str; 16] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--mute-audio",
    "--window-size=1280,900",
];

/// A screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Screen {
    /// In CSS pixels.
    pub width: u32,
    /// In CSS pixels.
    pub height: u32,
    /// Device pixels per CSS pixel.
    pub density: f64,
    /// A finger in place of a mouse.
    pub touch: bool,
}

impl Screen {
    /// A laptop.
    pub const DESKTOP: Screen = Screen { width: 1280, height: 800, density: 1.0, touch: false };
    /// A phone.
    pub const PHONE: Screen = Screen { width: 390, height: 844, density: 2.0, touch: true };

    /// The same with another size.
    pub const fn sized(self, width: u32, height: u32) -> Screen {
        Screen { width, height, ..self }
    }

    /// The same with other pixels.
    pub const fn with_density(self, density: f64) -> Screen {
        Screen { density, ..self }
    }
}

/// A browser with the event loop that its connection lives in.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    runtime: Runtime,
    /// Scripts that run before those of a page, by the numbers that the browser gave them.
    early_scripts: RefCell<Vec<String>>,
}

/// What the device answers when a page asks where it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Location {
    /// There, in degrees, within that many metres.
    At { latitude: f64, longitude: f64, accuracy: f64 },
    /// The reader does not allow it.
    Denied,
    /// It does not know.
    Unavailable,
}

/// A line of the browser's console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleLine {
    /// `network` for a request that failed, `javascript` or `console-api` for what a program said, and others.
    pub source: String,
    /// `SEVERE`, `WARNING`, `INFO` or `DEBUG`.
    pub level: String,
    /// What it says.
    pub text: String,
}

impl Browser {
    /// Starts one.
    ///
    /// # Errors
    /// If the driver does not answer or cannot start it.
    pub fn start(settings: &Settings) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "binary": settings.chromium, "args": FLAGS },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            // A page whose server stalls is never loaded, and is there to be looked at all the same.
            "pageLoadStrategy": "none",
            "timeouts": { "script": 30_000, "pageLoad": 30_000 },
        });
        let Value::Object(capabilities) = capabilities else { bail!("capabilities are an object") };
        let client = runtime
            .block_on(async {
                let mut connector = HttpConnector::new();
                connector.enforce_http(true);
                ClientBuilder::new(connector).capabilities(capabilities).connect(&settings.webdriver).await
            })
            .with_context(|| format!("the driver at {} started no browser", settings.webdriver))?;
        Ok(Self { client, runtime, early_scripts: RefCell::default() })
    }

    /// Ends it.
    ///
    /// # Errors
    /// If the driver does not answer.
    pub fn close(self) -> Result<()> {
        Ok(self.runtime.block_on(self.client.close())?)
    }

    /// Runs a test's future to its end.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// WebDriver's commands.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// A command of Chromium's protocol, such as `Emulation.setEmulatedMedia`.
    ///
    /// # Errors
    /// If the browser refuses it.
    pub async fn cdp(&self, command: &str, parameters: Value) -> Result<Value> {
        let body = json!({ "cmd": command, "params": parameters });
        self.post("goog/cdp/execute", body).await.with_context(|| format!("{command} failed"))
    }

    /// What the console said since this was last asked.
    ///
    /// # Errors
    /// If the driver does not answer.
    pub async fn console(&self) -> Result<Vec<ConsoleLine>> {
        let lines = self.post("se/log", json!({ "type": "browser" })).await?;
        let text = |line: &Value, field: &str| line[field].as_str().unwrap_or_default().to_owned();
        Ok(lines
            .as_array()
            .into_iter()
            .flatten()
            .map(|line| ConsoleLine {
                source: text(line, "source"),
                level: text(line, "level"),
                text: text(line, "message"),
            })
            .collect())
    }

    /// The addresses of all requests that pages made since this was last asked, answered or not.
    ///
    /// # Errors
    /// If the driver does not answer.
    pub async fn requested(&self) -> Result<Vec<String>> {
        let events = self.post("se/log", json!({ "type": "performance" })).await?;
        let mut addresses = Vec::new();
        for event in events.as_array().into_iter().flatten() {
            let message: Value = serde_json::from_str(event["message"].as_str().unwrap_or_default())?;
            let event = &message["message"];
            if event["method"] == "Network.requestWillBeSent" {
                addresses.push(event["params"]["request"]["url"].as_str().unwrap_or_default().to_owned());
            }
        }
        Ok(addresses)
    }

    /// An empty page on that screen, with nothing emulated, nothing in the logs and no address in the history that the
    /// next test could go back to by mistake.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn reset(&self, screen: Screen) -> Result<()> {
        self.client.goto("about:blank").await?;
        self.client.wait().at_most(Duration::from_secs(20)).for_url(&url::Url::parse("about:blank")?).await?;
        self.set_screen(screen).await?;
        self.set_offline(false).await?;
        self.set_scripts(true).await?;
        for identifier in self.early_scripts.take() {
            self.cdp("Page.removeScriptToEvaluateOnNewDocument", json!({ "identifier": identifier })).await?;
        }
        self.set_media(&[]).await?;
        self.cdp("Browser.resetPermissions", json!({})).await?;
        self.cdp("Emulation.clearGeolocationOverride", json!({})).await?;
        self.cdp("Page.resetNavigationHistory", json!({})).await?;
        self.console().await?;
        self.requested().await?;
        Ok(())
    }

    /// Forgets every file that it has kept.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn forget_files(&self) -> Result<()> {
        self.cdp("Network.clearBrowserCache", json!({})).await?;
        Ok(())
    }

    /// Forgets all that the pages of a site have kept, their service workers as well.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn forget_site(&self, address: &str) -> Result<()> {
        let origin = url::Url::parse(address)?.origin().ascii_serialization();
        self.cdp("Storage.clearDataForOrigin", json!({ "origin": origin, "storageTypes": "all" })).await?;
        Ok(())
    }

    /// Lets pages run scripts, or not.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn set_scripts(&self, on: bool) -> Result<()> {
        self.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": !on })).await?;
        Ok(())
    }

    /// Runs a script in every page to come before its own, until the next [`Browser::reset`].
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn run_first(&self, source: &str) -> Result<()> {
        let added = self.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await?;
        let identifier = added["identifier"].as_str().context("the browser gave the script no identifier")?;
        self.early_scripts.borrow_mut().push(identifier.to_owned());
        Ok(())
    }

    /// Changes the screen, as turning a phone does.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn set_screen(&self, screen: Screen) -> Result<()> {
        let Screen { width, height, density, touch } = screen;
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": density, "mobile": touch });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await?;
        let touch = json!({ "enabled": touch, "maxTouchPoints": 5 });
        self.cdp("Emulation.setTouchEmulationEnabled", touch).await?;
        Ok(())
    }

    /// Answers media queries so: `("prefers-color-scheme", "dark")`.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn set_media(&self, features: &[(&str, &str)]) -> Result<()> {
        let features: Vec<Value> =
            features.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        self.cdp("Emulation.setEmulatedMedia", json!({ "media": "", "features": features })).await?;
        Ok(())
    }

    /// Where the device says it is, until the next [`Browser::reset`].
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn set_location(&self, location: Location) -> Result<()> {
        let setting = if location == Location::Denied { "denied" } else { "granted" };
        let permission = json!({ "permission": { "name": "geolocation" }, "setting": setting });
        self.cdp("Browser.setPermission", permission).await?;
        let place = match location {
            Location::At { latitude, longitude, accuracy } => {
                json!({ "latitude": latitude, "longitude": longitude, "accuracy": accuracy })
            }
            Location::Denied | Location::Unavailable => json!({}),
        };
        self.cdp("Emulation.setGeolocationOverride", place).await?;
        Ok(())
    }

    /// Lets pages read the clipboard, which asks the reader otherwise.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn allow_clipboard(&self) -> Result<()> {
        for name in ["clipboard-read", "clipboard-write"] {
            let permission = json!({ "permission": { "name": name }, "setting": "granted" });
            self.cdp("Browser.setPermission", permission).await?;
        }
        Ok(())
    }

    /// Puts what pages let the reader download into that folder, without asking.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn set_downloads(&self, folder: &Path) -> Result<()> {
        let behaviour = json!({ "behavior": "allow", "downloadPath": folder });
        self.cdp("Browser.setDownloadBehavior", behaviour).await?;
        Ok(())
    }

    /// Takes the network away, or gives it back.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn set_offline(&self, offline: bool) -> Result<()> {
        let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.cdp("Network.emulateNetworkConditions", conditions).await?;
        Ok(())
    }

    async fn post(&self, path: &'static str, body: Value) -> Result<Value> {
        Ok(self.client.issue_cmd(Post { path, body }).await?)
    }
}

/// A command that is not in the WebDriver standard.
#[derive(Debug)]
struct Post {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Post {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}
