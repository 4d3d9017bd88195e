//! Controls Chromium by its own protocol, which its driver passes on.

use std::cell::RefCell;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use fantoccini::Client;
use serde_json::{Value, json};

use super::{ConsoleLine, Location, Screen, command, connect};
use crate::page::ScreenPoint;

/// Switches off everything but the page: background requests, prompts and colour correction.
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

#[derive(Debug)]
pub(super) struct Chromium {
    client: Client,
    /// Identifiers of the scripts that run before those of a page.
    init_scripts: RefCell<Vec<String>>,
    /// The identifier of [`OFFLINE`], while the network is off.
    offline_script: RefCell<Option<String>>,
}

/// Makes `navigator.onLine` false in every page. The browser forgets its own switch when a page
/// runs in another process.
const OFFLINE: &str = "{
    const own = Object.getOwnPropertyDescriptor(Navigator.prototype, 'onLine');
    Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false, configurable: true });
    window.restoreOnLine = () => Object.defineProperty(Navigator.prototype, 'onLine', own);
}";

/// Undoes [`OFFLINE`] in the current page.
const ONLINE: &str = "if (window.restoreOnLine) {
    restoreOnLine();
    delete window.restoreOnLine;
    dispatchEvent(new Event('online'));
}";

impl Chromium {
    pub async fn start(webdriver: &str, program: &Path) -> Result<Self> {
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "binary": program, "args": FLAGS },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        let client = connect(webdriver, capabilities).await?;
        Ok(Self {
            client,
            init_scripts: RefCell::default(),
            offline_script: RefCell::default(),
        })
    }

    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// Sends a command of Chromium's protocol, such as `Emulation.setEmulatedMedia`.
    pub async fn cdp(&self, name: &str, parameters: Value) -> Result<Value> {
        let body = json!({ "cmd": name, "params": parameters });
        command(&self.client, "goog/cdp/execute", Some(body))
            .await
            .with_context(|| format!("{name} failed"))
    }

    pub async fn navigate(&self, address: &str) -> Result<()> {
        self.cdp("Page.navigate", json!({ "url": address })).await?;
        Ok(())
    }

    pub async fn console(&self) -> Result<Vec<ConsoleLine>> {
        let lines = command(&self.client, "se/log", Some(json!({ "type": "browser" }))).await?;
        let text = |line: &Value, field: &str| line[field].as_str().unwrap_or_default().to_owned();
        Ok(lines
            .as_array()
            .into_iter()
            .flatten()
            .map(|line| ConsoleLine {
                source: text(line, "source"),
                error: line["level"] == "SEVERE",
                text: text(line, "message"),
            })
            .collect())
    }

    pub async fn requested(&self) -> Result<Vec<String>> {
        let events = command(
            &self.client,
            "se/log",
            Some(json!({ "type": "performance" })),
        )
        .await?;
        let mut addresses = Vec::new();
        for event in events.as_array().into_iter().flatten() {
            let message: Value =
                serde_json::from_str(event["message"].as_str().unwrap_or_default())?;
            let event = &message["message"];
            if event["method"] == "Network.requestWillBeSent" {
                addresses.push(
                    event["params"]["request"]["url"]
                        .as_str()
                        .unwrap_or_default()
                        .to_owned(),
                );
            }
        }
        Ok(addresses)
    }

    pub async fn reset(&self, screen: Screen) -> Result<()> {
        self.client.goto("about:blank").await?;
        self.client
            .wait()
            .at_most(Duration::from_secs(20))
            .for_url(&url::Url::parse("about:blank")?)
            .await?;
        self.set_screen(screen).await?;
        self.set_offline(false).await?;
        self.set_scripts(true).await?;
        for identifier in self.init_scripts.take() {
            self.remove_init_script(&identifier).await?;
        }
        self.set_media(&[]).await?;
        self.cdp("Browser.resetPermissions", json!({})).await?;
        self.cdp("Emulation.clearGeolocationOverride", json!({}))
            .await?;
        self.cdp("Page.resetNavigationHistory", json!({})).await?;
        self.console().await?;
        self.requested().await?;
        Ok(())
    }

    pub async fn forget_files(&self) -> Result<()> {
        self.cdp("Network.clearBrowserCache", json!({})).await?;
        Ok(())
    }

    pub async fn forget_site(&self, address: &str) -> Result<()> {
        let origin = url::Url::parse(address)?.origin().ascii_serialization();
        self.cdp(
            "Storage.clearDataForOrigin",
            json!({ "origin": origin, "storageTypes": "all" }),
        )
        .await?;
        Ok(())
    }

    pub async fn fingers(&self, moments: &[Vec<ScreenPoint>]) -> Result<()> {
        let touch = async |kind: &str, fingers: &[ScreenPoint]| {
            let points: Vec<Value> = (0..)
                .zip(fingers)
                .map(|(id, &ScreenPoint { x, y })| json!({ "x": x, "y": y, "id": id }))
                .collect();
            self.cdp(
                "Input.dispatchTouchEvent",
                json!({ "type": kind, "touchPoints": points }),
            )
            .await
        };
        let mut kind = "touchStart";
        for fingers in moments {
            touch(kind, fingers).await?;
            kind = "touchMove";
        }
        touch("touchEnd", &[]).await?;
        Ok(())
    }

    pub async fn set_scripts(&self, on: bool) -> Result<()> {
        self.cdp(
            "Emulation.setScriptExecutionDisabled",
            json!({ "value": !on }),
        )
        .await?;
        Ok(())
    }

    pub async fn add_init_script(&self, source: &str) -> Result<()> {
        let identifier = self.register_init_script(source).await?;
        self.init_scripts.borrow_mut().push(identifier);
        Ok(())
    }

    /// Runs a script before those of every later page, and returns its identifier.
    async fn register_init_script(&self, source: &str) -> Result<String> {
        let added = self
            .cdp(
                "Page.addScriptToEvaluateOnNewDocument",
                json!({ "source": source }),
            )
            .await?;
        Ok(added["identifier"]
            .as_str()
            .context("the browser gave the script no identifier")?
            .to_owned())
    }

    async fn remove_init_script(&self, identifier: &str) -> Result<()> {
        self.cdp(
            "Page.removeScriptToEvaluateOnNewDocument",
            json!({ "identifier": identifier }),
        )
        .await?;
        Ok(())
    }

    pub async fn set_screen(&self, screen: Screen) -> Result<()> {
        let Screen {
            width,
            height,
            density,
            touch,
        } = screen;
        let metrics = json!({
            "width": width,
            "height": height,
            "deviceScaleFactor": density,
            "mobile": touch,
        });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics)
            .await?;
        let touch = json!({ "enabled": touch, "maxTouchPoints": 5 });
        self.cdp("Emulation.setTouchEmulationEnabled", touch)
            .await?;
        Ok(())
    }

    pub async fn set_media(&self, features: &[(&str, &str)]) -> Result<()> {
        let features: Vec<Value> = features
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        self.cdp(
            "Emulation.setEmulatedMedia",
            json!({ "media": "", "features": features }),
        )
        .await?;
        Ok(())
    }

    pub async fn set_location(&self, location: Location) -> Result<()> {
        let setting = if location == Location::Denied {
            "denied"
        } else {
            "granted"
        };
        let permission = json!({ "permission": { "name": "geolocation" }, "setting": setting });
        self.cdp("Browser.setPermission", permission).await?;
        let place = match location {
            Location::At {
                latitude,
                longitude,
                accuracy,
            } => {
                json!({ "latitude": latitude, "longitude": longitude, "accuracy": accuracy })
            }
            Location::Denied | Location::Unavailable => json!({}),
        };
        self.cdp("Emulation.setGeolocationOverride", place).await?;
        Ok(())
    }

    pub async fn allow_clipboard(&self) -> Result<()> {
        for name in ["clipboard-read", "clipboard-write"] {
            let permission = json!({ "permission": { "name": name }, "setting": "granted" });
            self.cdp("Browser.setPermission", permission).await?;
        }
        Ok(())
    }

    pub async fn set_downloads(&self, folder: &Path) -> Result<()> {
        let behaviour = json!({ "behavior": "allow", "downloadPath": folder });
        self.cdp("Browser.setDownloadBehavior", behaviour).await?;
        Ok(())
    }

    pub async fn set_offline(&self, offline: bool) -> Result<()> {
        let conditions = json!({
            "offline": offline,
            "latency": 0,
            "downloadThroughput": -1,
            "uploadThroughput": -1,
        });
        self.cdp("Network.emulateNetworkConditions", conditions)
            .await?;
        if let Some(identifier) = self.offline_script.take() {
            self.remove_init_script(&identifier).await?;
        }
        if offline {
            let identifier = self.register_init_script(OFFLINE).await?;
            self.offline_script.replace(Some(identifier));
        } else {
            self.client.execute(ONLINE, vec![]).await?;
        }
        Ok(())
    }
}
