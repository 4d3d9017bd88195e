//! One browser. What WebDriver itself has a command for is the same in all of them
//! ([`Browser::client`]); for the rest each engine has a way of its own:
//!
//! | module | speaks to | by |
//! |---|---|---|
//! | [`chromium`] | chromedriver | Chromium's own protocol, passed on by the driver |
//! | [`firefox`] | geckodriver | WebDriver BiDi, and preferences, set while it runs |
//! | [`webkit`] | WebKitWebDriver | a new session with other options, and what the page itself can tell |
//!
//! What an engine cannot do at all is in [`Need::lacking_in`], and the tests that need it are left
//! out there, which the run says at its end.

mod bidi;
mod chromium;
mod firefox;
mod trap;
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

use crate::page::Spot;
use crate::settings::Settings;
use chromium::Chromium;
use firefox::Firefox;
use webkit::WebKit;

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

    /// The same with another size.
    pub const fn sized(self, width: u32, height: u32) -> Screen {
        Screen {
            width,
            height,
            ..self
        }
    }

    /// The same with other pixels.
    pub const fn with_density(self, density: f64) -> Screen {
        Screen { density, ..self }
    }
}

/// What a test may need besides a page, a pointer and a keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Fingers that tap and scroll, and a device that says it has them.
    Touch,
    /// The browser measures what jumps.
    LayoutShift,
    /// The colours of a reader's own choice, in place of the page's.
    ForcedColours,
    /// A screen with edges that the device keeps for itself.
    SafeAreas,
    /// A protocol that tells what the engine holds: memory, nodes, listeners.
    Inspector,
    /// What is written for those without scripts shows when scripts are off.
    Noscript,
}

impl Need {
    /// Why that engine cannot give it to a test; `None` if it can.
    pub fn lacking_in(self, engine: EngineName) -> Option<&'static str> {
        match (engine, self) {
            (EngineName::Chromium, _) => None,
            (_, Need::LayoutShift) => Some("it does not measure layout shifts"),
            (_, Need::SafeAreas) => Some("its driver cannot give the screen such edges"),
            (_, Need::Inspector) => Some("its driver does not show what the engine holds"),
            (EngineName::Firefox, _) => None,
            (EngineName::WebKit, Need::Touch) => Some("its driver makes a mouse of fingers"),
            (EngineName::WebKit, Need::ForcedColours) => Some("it has no forced colours"),
            (EngineName::WebKit, Need::Noscript) => {
                Some("its driver cannot do without scripts itself")
            }
        }
    }
}

/// A browser with the event loop that its connection lives in.
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

/// Runs the same in each engine.
macro_rules! in_each {
    ($browser:expr, $engine:ident => $work:expr) => {
        match &$browser.engine {
            Engine::Chromium($engine) => $work,
            Engine::Firefox($engine) => $work,
            Engine::WebKit($engine) => $work,
        }
    };
}

/// What the device answers when a page asks where it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Location {
    /// There, in degrees, within that many metres.
    At {
        latitude: f64,
        longitude: f64,
        accuracy: f64,
    },
    /// The reader does not allow it.
    Denied,
    /// It does not know.
    Unavailable,
}

/// A line of the browser's console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleLine {
    /// `network` for a request that failed; others for what a program said.
    pub source: String,
    /// It tells of a fault.
    pub error: bool,
    /// What it says.
    pub text: String,
}

impl Browser {
    /// Starts one with the driver at that address.
    ///
    /// # Errors
    /// If the driver does not answer or cannot start it.
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

    /// Ends it.
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

    /// Runs a test's future to its end.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Which it is.
    pub fn name(&self) -> EngineName {
        match self.engine {
            Engine::Chromium(_) => EngineName::Chromium,
            Engine::Firefox(_) => EngineName::Firefox,
            Engine::WebKit(_) => EngineName::WebKit,
        }
    }

    /// WebDriver's commands.
    pub fn client(&self) -> Client {
        in_each!(self, engine => engine.client())
    }

    /// Goes to an address and waits for nothing.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn navigate(&self, address: &str) -> Result<()> {
        in_each!(self, engine => engine.navigate(address).await)
    }

    /// What the console said since this was last asked.
    ///
    /// # Errors
    /// If the driver does not answer.
    pub async fn console(&self) -> Result<Vec<ConsoleLine>> {
        in_each!(self, engine => engine.console().await)
    }

    /// The addresses of requests that pages made since this was last asked, answered or not: all of
    /// them, or, where an engine does not tell, those to other servers than this machine's.
    ///
    /// # Errors
    /// If the driver does not answer.
    pub async fn requested(&self) -> Result<Vec<String>> {
        in_each!(self, engine => engine.requested().await)
    }

    /// An empty page on that screen, with nothing emulated, nothing in the logs and no address in
    /// the history that the next test could go back to by mistake.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn reset(&self, screen: Screen) -> Result<()> {
        in_each!(self, engine => engine.reset(screen).await)
    }

    /// Forgets every file that it has kept. What is on the page may go with them.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn forget_files(&self) -> Result<()> {
        in_each!(self, engine => engine.forget_files().await)
    }

    /// Forgets all that the pages of a site have kept, their service workers as well.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn forget_site(&self, address: &str) -> Result<()> {
        in_each!(self, engine => engine.forget_site(address).await)
    }

    /// Puts fingers on the page, moves them together and lifts them: where all of them are, from
    /// the first moment to the last.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub(crate) async fn fingers(&self, moments: &[Vec<Spot>]) -> Result<()> {
        in_each!(self, engine => engine.fingers(moments).await)
    }

    /// A command of Chromium's own protocol. For tests that state [`Need::Inspector`].
    ///
    /// # Errors
    /// If the browser refuses it, or is another one.
    pub async fn inspect(&self, command: &str, parameters: Value) -> Result<Value> {
        match &self.engine {
            Engine::Chromium(engine) => engine.cdp(command, parameters).await,
            _ => bail!(
                "{command} is a command of Chromium's protocol: the test has to state Need::Inspector"
            ),
        }
    }

    /// Where the driver has to be told that a spot of the page is.
    pub(crate) fn aim(&self, spot: Spot) -> Spot {
        match &self.engine {
            Engine::WebKit(engine) => engine.aim(spot),
            Engine::Chromium(_) | Engine::Firefox(_) => spot,
        }
    }

    /// What the driver has to be told for the wheel to turn that far.
    pub(crate) fn turn(&self, by: i64) -> i64 {
        match &self.engine {
            Engine::WebKit(engine) => engine.turn(by),
            Engine::Chromium(_) | Engine::Firefox(_) => by,
        }
    }

    /// Lets pages run scripts, or not. What is on the page may go.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn set_scripts(&self, on: bool) -> Result<()> {
        in_each!(self, engine => engine.set_scripts(on).await)
    }

    /// Runs a script in every page to come before its own, until the next [`Browser::reset`];
    /// `false` if the server has to put it there.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub(crate) async fn run_first(&self, source: &str) -> Result<bool> {
        match &self.engine {
            Engine::Chromium(engine) => engine.run_first(source).await?,
            Engine::Firefox(engine) => engine.run_first(source).await?,
            Engine::WebKit(_) => return Ok(false),
        }
        Ok(true)
    }

    /// A script that has to run before every page's own for [`Browser::console`] to know anything.
    pub(crate) fn witness(&self) -> Option<&'static str> {
        matches!(self.engine, Engine::WebKit(_)).then_some(webkit::WITNESS)
    }

    /// Changes the screen, as turning a phone does.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn set_screen(&self, screen: Screen) -> Result<()> {
        in_each!(self, engine => engine.set_screen(screen).await)
    }

    /// Answers media queries so: `("prefers-color-scheme", "dark")`. What is on the page may go.
    ///
    /// # Errors
    /// If the browser does not answer, or has no such feature.
    pub async fn set_media(&self, features: &[(&str, &str)]) -> Result<()> {
        in_each!(self, engine => engine.set_media(features).await)
    }

    /// Where the device says it is, until the next [`Browser::reset`]; a script if pages to come
    /// have to run that first, for it to say so.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub(crate) async fn set_location(&self, location: Location) -> Result<Option<String>> {
        match &self.engine {
            Engine::Chromium(engine) => engine.set_location(location).await?,
            Engine::Firefox(engine) => engine.set_location(location).await?,
            Engine::WebKit(_) => return Ok(Some(webkit::location(location))),
        }
        Ok(None)
    }

    /// Lets pages use the clipboard, which asks the reader otherwise.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn allow_clipboard(&self) -> Result<()> {
        match &self.engine {
            Engine::Chromium(engine) => engine.allow_clipboard().await,
            Engine::Firefox(engine) => engine.allow_clipboard().await,
            // It asks nobody for the one, and nothing makes it do the other: see `Page::clipboard`.
            Engine::WebKit(_) => Ok(()),
        }
    }

    /// Puts what pages let the reader download into that folder, without asking. What is on the
    /// page may go.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn set_downloads(&self, folder: &Path) -> Result<()> {
        in_each!(self, engine => engine.set_downloads(folder).await)
    }

    /// Takes the network away, or gives it back; `false` if the server has to go as well.
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
            Engine::WebKit(engine) => engine.say_offline(offline).await?,
        }
        Ok(false)
    }

    /// What that role is called by this browser's WebDriver: to WebKit's a field for a number is
    /// one for text.
    pub(crate) fn role<'a>(&self, role: &'a str) -> &'a str {
        if role == "spinbutton" && self.name() == EngineName::WebKit {
            "textbox"
        } else {
            role
        }
    }

    /// The accessible name (`computedlabel`) or the role (`computedrole`) of an element, as the
    /// browser tells it to a screen reader.
    ///
    /// # Errors
    /// If the element has gone.
    pub(crate) async fn computed(&self, element: &Value, what: &str) -> Result<String> {
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

/// Did the engine's own process end under the page? Then the driver has given its session up, which
/// it does for no other reason: with "page crash or hang" to the command of that moment, and
/// without a word to all after it.
pub fn has_crashed(error: &anyhow::Error) -> bool {
    refusals(error).any(CmdError::is_invalid_session_id)
}

/// An error in words, with WebDriver's own name of it: some drivers say no more.
pub fn in_words(error: &anyhow::Error) -> String {
    let mut words = format!("{error:#}");
    for refusal in refusals(error) {
        if let CmdError::Standard(refusal) = refusal {
            words.push_str(&format!(" [{}]", refusal.error));
        }
    }
    words
}

/// What the driver answered in place of doing as it was told.
fn refusals(error: &anyhow::Error) -> impl Iterator<Item = &CmdError> {
    error.chain().filter_map(|cause| cause.downcast_ref())
}

/// A session of the driver at that address.
async fn connect(webdriver: &str, capabilities: Value) -> Result<Client> {
    let Value::Object(mut capabilities) = capabilities else {
        anyhow::bail!("capabilities are an object")
    };
    // A page whose server stalls is never loaded, and is there to be looked at all the same.
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

/// A command that fantoccini has no word for: a POST if it has a body.
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
