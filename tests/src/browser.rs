//! Controls one browser. WebDriver commands are the same in all engines ([`Browser::client`]); each
//! engine has its own way for the rest:
//!
//! | module | driver | means |
//! |---|---|---|
//! | [`chromium`] | chromedriver | Chromium's own protocol, passed on by the driver |
//! | [`firefox`] | geckodriver | WebDriver BiDi, and preferences set at run time |
//! | [`webkit`] | WebKitWebDriver | new sessions with other options, and scripts in the page |
//!
//! [`Capability::missing_in`] lists what an engine cannot do. Tests that need it are skipped there,
//! and the run lists them at its end.

mod bidi;
mod chromium;
mod firefox;
mod proxy;
mod webkit;

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use fantoccini::error::CmdError;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
pub use xtask::setup::Engine as EngineName;

use crate::page::ScreenPoint;
use crate::settings::Settings;
use chromium::Chromium;
use firefox::Firefox;
use webkit::WebKit;

/// The size, density and kind of a screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Screen {
    /// In CSS pixels.
    pub width: u32,
    /// In CSS pixels.
    pub height: u32,
    /// Device pixels per CSS pixel.
    pub density: f64,
    /// Whether it is a touch screen.
    pub touch: bool,
}

impl Screen {
    /// A laptop.
    pub const DESKTOP: Screen = Screen {
        width: 1280,
        height: 800,
        density: 1.0,
        touch: false,
    };
    /// A phone.
    pub const PHONE: Screen = Screen {
        width: 390,
        height: 844,
        density: 2.0,
        touch: true,
    };

    /// The same screen with another size.
    pub const fn with_size(self, width: u32, height: u32) -> Screen {
        Screen {
            width,
            height,
            ..self
        }
    }

    /// The same screen with another density.
    pub const fn with_density(self, density: f64) -> Screen {
        Screen { density, ..self }
    }
}

/// A capability that some engines lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capability {
    /// Touch that taps and scrolls, and a device that reports it.
    Touch,
    /// Measurement of layout shifts.
    LayoutShift,
    /// Forced colours.
    ForcedColours,
    /// A screen with safe area insets.
    SafeAreas,
    /// A protocol that reports memory, nodes and listeners.
    Inspector,
    /// The content of `noscript` shows while scripts are off.
    Noscript,
    /// IBM's checker reads the name of a group from a legend that is visually hidden.
    HiddenLegends,
}

impl Capability {
    /// Returns why an engine lacks the capability; `None` if it has it.
    pub fn missing_in(self, engine: EngineName) -> Option<&'static str> {
        match (engine, self) {
            (EngineName::Chromium, _) => None,
            (_, Capability::LayoutShift) => Some("it does not measure layout shifts"),
            (_, Capability::SafeAreas) => Some("its driver cannot set safe area insets"),
            (_, Capability::Inspector) => {
                Some("its driver does not report memory, nodes and listeners")
            }
            (EngineName::Firefox, _) => None,
            (EngineName::WebKit, Capability::Touch) => {
                Some("its driver sends touches as mouse events")
            }
            (EngineName::WebKit, Capability::ForcedColours) => Some("it has no forced colours"),
            (EngineName::WebKit, Capability::HiddenLegends) => {
                Some("IBM's checker does not see visually hidden legends there")
            }
            (EngineName::WebKit, Capability::Noscript) => {
                Some("its driver does not work without scripts")
            }
        }
    }
}

/// A browser and the event loop of its connection.
#[derive(Debug)]
pub struct Browser {
    engine: Engine,
    runtime: Runtime,
}

#[derive(Debug)]
enum Engine {
    Chromium(Chromium),
    Firefox(Box<Firefox>),
    WebKit(WebKit),
}

/// Evaluates the same expression for the engine in use.
macro_rules! in_each {
    ($browser:expr, $engine:ident => $work:expr) => {
        match &$browser.engine {
            Engine::Chromium($engine) => $work,
            Engine::Firefox($engine) => $work,
            Engine::WebKit($engine) => $work,
        }
    };
}

/// The answer of the device to a request for its position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Location {
    /// A position in degrees, with the accuracy in metres.
    At {
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
        /// Metres of the circle that holds the device with 95% confidence.
        accuracy: f64,
    },
    /// The user does not allow it.
    Denied,
    /// The position is not known.
    Unavailable,
}

/// A line of the browser's console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleLine {
    /// `network` for a failed request; other values for a script's messages.
    pub source: String,
    /// Whether it is an error.
    pub error: bool,
    /// The text.
    pub text: String,
}

impl Browser {
    /// Starts a browser with the driver at an address.
    ///
    /// # Errors
    /// If the driver does not answer or cannot start the browser.
    pub fn start(settings: &Settings, webdriver: &str) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let program = &settings.program;
        let engine = runtime
            .block_on(async {
                Ok::<_, anyhow::Error>(match settings.engine {
                    EngineName::Chromium => {
                        Engine::Chromium(Chromium::start(webdriver, program).await?)
                    }
                    EngineName::Firefox => {
                        Engine::Firefox(Box::new(Firefox::start(webdriver, program).await?))
                    }
                    EngineName::WebKit => Engine::WebKit(WebKit::start(webdriver, program).await?),
                })
            })
            .with_context(|| format!("the driver at {webdriver} started no browser"))?;
        Ok(Self { engine, runtime })
    }

    /// Closes the browser.
    ///
    /// # Errors
    /// If the driver does not answer.
    pub fn close(self) -> Result<()> {
        self.runtime.block_on(async {
            if let Engine::WebKit(engine) = &self.engine {
                engine.close().await;
                return Ok(());
            }
            Ok(self.client().close().await?)
        })
    }

    /// Runs a future to its end.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// The name of the engine.
    pub fn name(&self) -> EngineName {
        match self.engine {
            Engine::Chromium(_) => EngineName::Chromium,
            Engine::Firefox(_) => EngineName::Firefox,
            Engine::WebKit(_) => EngineName::WebKit,
        }
    }

    /// The client for WebDriver commands.
    pub fn client(&self) -> Client {
        in_each!(self, engine => engine.client())
    }

    /// Opens an address without waiting for it.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn navigate(&self, address: &str) -> Result<()> {
        in_each!(self, engine => engine.navigate(address).await)
    }

    /// Returns the console messages since the last call.
    ///
    /// # Errors
    /// If the driver does not answer.
    pub async fn console(&self) -> Result<Vec<ConsoleLine>> {
        in_each!(self, engine => engine.console().await)
    }

    /// Returns the addresses of requests since the last call, answered or not: all of them, or, in
    /// engines that do not report them, those to other machines.
    ///
    /// # Errors
    /// If the driver does not answer.
    pub async fn requested(&self) -> Result<Vec<String>> {
        in_each!(self, engine => engine.requested().await)
    }

    /// Opens an empty page on that screen, with no emulation, empty logs and no history that the
    /// next test could go back to.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn reset(&self, screen: Screen) -> Result<()> {
        in_each!(self, engine => engine.reset(screen).await)
    }

    /// Clears the HTTP cache. The current page may be closed.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn forget_files(&self) -> Result<()> {
        in_each!(self, engine => engine.forget_files().await)
    }

    /// Clears the storage of a site, including its service workers.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn forget_site(&self, address: &str) -> Result<()> {
        in_each!(self, engine => engine.forget_site(address).await)
    }

    /// Puts fingers on the page, moves them together and lifts them. Each moment holds the
    /// positions of all fingers.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub(crate) async fn fingers(&self, moments: &[Vec<ScreenPoint>]) -> Result<()> {
        in_each!(self, engine => engine.fingers(moments).await)
    }

    /// Sends a command of Chromium's own protocol. For tests that need [`Capability::Inspector`].
    ///
    /// # Errors
    /// If the browser refuses it, or is another engine.
    pub async fn inspect(&self, command: &str, parameters: Value) -> Result<Value> {
        match &self.engine {
            Engine::Chromium(engine) => engine.cdp(command, parameters).await,
            _ => bail!(
                "{command} is a command of Chromium's protocol: \
                 the test has to require Capability::Inspector"
            ),
        }
    }

    /// Converts a point of the page to the position that the driver needs.
    pub(crate) fn driver_point(&self, spot: ScreenPoint) -> ScreenPoint {
        match &self.engine {
            Engine::WebKit(engine) => engine.driver_point(spot),
            Engine::Chromium(_) | Engine::Firefox(_) => spot,
        }
    }

    /// Converts a turn of the wheel to the distance that the driver needs.
    pub(crate) fn wheel_delta(&self, by: i64) -> i64 {
        match &self.engine {
            Engine::WebKit(engine) => engine.wheel_delta(by),
            Engine::Chromium(_) | Engine::Firefox(_) => by,
        }
    }

    /// Switches the scripts of pages on or off. The current page may be closed.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn set_scripts(&self, on: bool) -> Result<()> {
        in_each!(self, engine => engine.set_scripts(on).await)
    }

    /// Runs a script in every later page before its own scripts, until the next [`Browser::reset`].
    /// Returns `false` if the server has to add the script instead.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub(crate) async fn add_init_script(&self, source: &str) -> Result<bool> {
        match &self.engine {
            Engine::Chromium(engine) => engine.add_init_script(source).await?,
            Engine::Firefox(engine) => engine.add_init_script(source).await?,
            Engine::WebKit(_) => return Ok(false),
        }
        Ok(true)
    }

    /// A script that the server has to add to every page, so that [`Browser::console`] has messages
    /// to return.
    pub(crate) fn console_recorder(&self) -> Option<&'static str> {
        matches!(self.engine, Engine::WebKit(_)).then_some(webkit::CONSOLE_RECORDER)
    }

    /// Changes the screen, as turning a phone does.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn set_screen(&self, screen: Screen) -> Result<()> {
        in_each!(self, engine => engine.set_screen(screen).await)
    }

    /// Sets the answers to media queries, such as `("prefers-color-scheme", "dark")`. The current
    /// page may be closed.
    ///
    /// # Errors
    /// If the browser does not answer, or does not support the feature.
    pub async fn set_media(&self, features: &[(&str, &str)]) -> Result<()> {
        in_each!(self, engine => engine.set_media(features).await)
    }

    /// Sets the position of the device until the next [`Browser::reset`]. Returns a script if later
    /// pages have to run it first for this.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub(crate) async fn set_location(&self, location: Location) -> Result<Option<String>> {
        match &self.engine {
            Engine::Chromium(engine) => engine.set_location(location).await?,
            Engine::Firefox(engine) => engine.set_location(location).await?,
            Engine::WebKit(_) => return Ok(Some(webkit::location_script(location))),
        }
        Ok(None)
    }

    /// Allows pages to use the clipboard, for which they would otherwise ask the user.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn allow_clipboard(&self) -> Result<()> {
        match &self.engine {
            Engine::Chromium(engine) => engine.allow_clipboard().await,
            Engine::Firefox(engine) => engine.allow_clipboard().await,
            // WebKit allows writing without asking, and does not allow reading at all: see
            // `Page::clipboard`.
            Engine::WebKit(_) => Ok(()),
        }
    }

    /// Saves downloads in a folder without asking. The current page may be closed.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn set_downloads(&self, folder: &Path) -> Result<()> {
        in_each!(self, engine => engine.set_downloads(folder).await)
    }

    /// Switches the network off or on. Returns `false` if the server has to become unreachable as
    /// well.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub(crate) async fn set_offline(&self, offline: bool) -> Result<bool> {
        match &self.engine {
            Engine::Chromium(engine) => {
                engine.set_offline(offline).await?;
                return Ok(true);
            }
            Engine::Firefox(engine) => engine.set_offline(offline).await?,
            Engine::WebKit(engine) => engine.set_navigator_offline(offline).await?,
        }
        Ok(false)
    }

    /// Returns the name of a role in this WebDriver: WebKit reports a number field as a text field.
    pub(crate) fn role<'a>(&self, role: &'a str) -> &'a str {
        if role == "spinbutton" && self.name() == EngineName::WebKit {
            "textbox"
        } else {
            role
        }
    }

    /// Returns the accessible name (`computedlabel`) or role (`computedrole`) of an element.
    ///
    /// # Errors
    /// If the element was removed.
    pub(crate) async fn computed_property(&self, element: &Value, what: &str) -> Result<String> {
        let identifier = element
            .as_object()
            .and_then(|element| element.values().next())
            .and_then(Value::as_str);
        let identifier = identifier.context("the script gave no element")?;
        let value = command(
            &self.client(),
            &format!("element/{identifier}/{what}"),
            None,
        )
        .await?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }
}

/// Whether the engine's process crashed. Then the driver has ended the session, which it does for
/// no other reason: with "page crash or hang" for the current command, and without a message for
/// later ones.
pub fn has_crashed(error: &anyhow::Error) -> bool {
    driver_errors(error).any(CmdError::is_invalid_session_id)
}

/// Formats an error, with WebDriver's own name of it: some drivers give no other text.
pub fn format_error(error: &anyhow::Error) -> String {
    let mut words = format!("{error:#}");
    for driver_error in driver_errors(error) {
        if let CmdError::Standard(driver_error) = driver_error {
            words.push_str(&format!(" [{}]", driver_error.error));
        }
    }
    words
}

/// Returns the errors that the driver answered.
fn driver_errors(error: &anyhow::Error) -> impl Iterator<Item = &CmdError> {
    error.chain().filter_map(|cause| cause.downcast_ref())
}

/// Starts a session of the driver at an address.
async fn connect(webdriver: &str, capabilities: Value) -> Result<Client> {
    let Value::Object(mut capabilities) = capabilities else {
        anyhow::bail!("the capabilities are not a JSON object")
    };
    // A page never finishes loading while its server stalls, and tests look at that page.
    capabilities.insert("pageLoadStrategy".into(), json!("none"));
    capabilities.insert(
        "timeouts".into(),
        json!({ "script": 30_000, "pageLoad": 30_000 }),
    );
    let capabilities: Capabilities = capabilities;
    let mut connector = HttpConnector::new();
    connector.enforce_http(true);
    Ok(ClientBuilder::new(connector)
        .capabilities(capabilities)
        .connect(webdriver)
        .await?)
}

/// Sends a command that fantoccini does not have: a POST if it has a body.
async fn command(client: &Client, path: &str, body: Option<Value>) -> Result<Value> {
    Ok(client
        .issue_cmd(Command {
            path: path.to_owned(),
            body,
        })
        .await?)
}

#[derive(Debug)]
struct Command {
    path: String,
    body: Option<Value>,
}

impl WebDriverCompatibleCommand for Command {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        match &self.body {
            Some(body) => (http::Method::POST, Some(body.to_string())),
            None => (http::Method::GET, None),
        }
    }
}
