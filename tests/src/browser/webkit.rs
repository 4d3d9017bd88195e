//! WebKitGTK's small browser. Its driver speaks WebDriver and nothing else, so that what has to be
//! emulated is an option or a setting that the browser is started with: to change one is to start
//! it anew, which takes half a second. What its console would say, the page itself writes down
//! ([`WITNESS`]); what it asks of other servers goes into a trap.

use std::cell::{Cell, RefCell};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use fantoccini::Client;
use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::timeout;

use super::trap::Trap;
use super::{ConsoleLine, Location, Screen, connect};
use crate::page::{Spot, arrive};

/// Runs before the scripts of every page and keeps, beyond the page's own life, what its console
/// would say of errors (to none is it one that a size is told a frame later, though an event says
/// so; nor that a request ends with the page that made it); and says that the device is offline
/// when it is to.
pub(super) const WITNESS: &str = "(() => {
    const keep = (source, text) => {
        try { sessionStorage.witness = JSON.stringify([...JSON.parse(sessionStorage.witness ?? '[]'), [source, text]]); } catch {}
    };
    addEventListener('error', (event) => event.target === window || !event.target.localName
        ? event.message.startsWith('ResizeObserver loop') || keep('javascript', `${event.message} (${event.filename}:${event.lineno})`)
        : keep('network', `${event.target.localName} failed to load, or its integrity is not as it should be`), true);
    addEventListener('unhandledrejection', (event) => keep('javascript', `Unhandled rejection: ${event.reason}`));
    addEventListener('securitypolicyviolation', (event) =>
        keep('security', `Content Security Policy: ${event.effectiveDirective} forbids ${event.blockedURI} ${event.sample}`));
    const onLine = () => { try { return !sessionStorage.offline; } catch { return true; } };
    Object.defineProperty(Navigator.prototype, 'onLine', { get: onLine, configurable: true });
    let isLeft = false;
    for (const leaving of ['beforeunload', 'pagehide']) addEventListener(leaving, () => { isLeft = true; });
    const said = console.error;
    console.error = (...words) => {
        if (!(isLeft && words.join(' ') === 'TypeError: Load failed')) keep('console', words.join(' '));
        said.apply(console, words);
    };
})();";

/// Fingers, as a page hears of them: the driver makes a mouse of them. They do not scroll.
const FINGERS: &str = "
    const [moments] = arguments, held = moments[0].map(([x, y]) => document.elementFromPoint(x, y));
    const send = (kind, fingers) => fingers.forEach(([clientX, clientY], id) => held[id].dispatchEvent(new PointerEvent(kind, {
        pointerId: 100 + id, pointerType: 'touch', isPrimary: id === 0, clientX, clientY, button: kind === 'pointermove' ? -1 : 0,
        buttons: kind === 'pointerup' ? 0 : 1, bubbles: true, cancelable: true, composed: true })));
    return (async () => {
        send('pointerdown', moments[0]);
        for (const fingers of moments.slice(1)) {
            await new Promise((done) => setTimeout(done, 20));
            send('pointermove', fingers);
        }
        send('pointerup', moments.at(-1));
    })()";

/// A script that has the device say that it is there.
pub(super) fn location(location: Location) -> String {
    let answer = match location {
        Location::At {
            latitude,
            longitude,
            accuracy,
        } => {
            let place =
                json!({ "latitude": latitude, "longitude": longitude, "accuracy": accuracy });
            format!("found({{ coords: {place}, timestamp: Date.now() }})")
        }
        Location::Denied => "failed({ code: 1, message: 'denied' })".to_owned(),
        Location::Unavailable => "failed({ code: 2, message: 'unavailable' })".to_owned(),
    };
    format!(
        "Geolocation.prototype.getCurrentPosition = (found, failed) => setTimeout(() => {answer});"
    )
}

/// A window of the small browser is no narrower than this.
const NARROWEST: u32 = 340;

/// By how much pages are magnified on narrower screens, in a window that is as much wider.
const MAGNIFIED: f64 = 1.25;

#[derive(Debug)]
pub(super) struct WebKit {
    webdriver: String,
    program: PathBuf,
    trap: Trap,
    client: RefCell<Client>,
    options: RefCell<Options>,
    /// How far the wheel has been turned in this session.
    turned: Cell<i64>,
    /// What the browser finds in place of the user's own settings.
    settings: TempDir,
}

/// What it is started with.
#[derive(Debug, Clone, PartialEq)]
struct Options {
    screen: Screen,
    dark: bool,
    still: bool,
    contrast: bool,
    scripts: bool,
    downloads: Option<PathBuf>,
}

impl Options {
    fn plain(screen: Screen) -> Self {
        Self {
            screen,
            dark: false,
            still: false,
            contrast: false,
            scripts: true,
            downloads: None,
        }
    }
}

impl Screen {
    fn magnified(self) -> f64 {
        if self.width < NARROWEST {
            MAGNIFIED
        } else {
            1.0
        }
    }
}

impl WebKit {
    pub async fn start(webdriver: &str, program: &Path) -> Result<Self> {
        let (trap, settings) = (Trap::set()?, TempDir::new()?);
        let options = Options::plain(Screen::DESKTOP);
        let client = session(webdriver, program, &trap, settings.path(), &options).await?;
        Ok(Self {
            webdriver: webdriver.to_owned(),
            program: program.to_owned(),
            trap,
            client: RefCell::new(client),
            options: RefCell::new(options),
            turned: Cell::new(0),
            settings,
        })
    }

    pub async fn close(&self) {
        end(self.client()).await;
    }

    pub fn client(&self) -> Client {
        self.client.borrow().clone()
    }

    async fn start_anew(&self, options: Options) -> Result<()> {
        end(self.client()).await;
        let client = session(
            &self.webdriver,
            &self.program,
            &self.trap,
            self.settings.path(),
            &options,
        )
        .await?;
        self.client.replace(client);
        self.options.replace(options);
        self.turned.set(0);
        Ok(())
    }

    /// The same, and back to the page that it was at: a change that other browsers make without
    /// leaving it.
    async fn go_on_with(&self, options: Options) -> Result<()> {
        let address = self.client().current_url().await?;
        self.start_anew(options).await?;
        if address.scheme() != "http" {
            return Ok(());
        }
        self.navigate(address.as_str()).await?;
        arrive(&self.client(), address.as_str(), Duration::from_secs(10)).await
    }

    fn options(&self) -> Options {
        self.options.borrow().clone()
    }

    pub async fn navigate(&self, address: &str) -> Result<()> {
        Ok(self.client().goto(address).await?)
    }

    pub async fn console(&self) -> Result<Vec<ConsoleLine>> {
        let script = "try { const kept = JSON.parse(sessionStorage.witness ?? '[]'); delete sessionStorage.witness; return kept }
            catch { return [] }";
        let lines = self.client().execute(script, vec![]).await?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let lines = lines.as_array().into_iter().flatten();
        Ok(lines
            .map(|line| ConsoleLine {
                source: text(&line[0]),
                error: true,
                text: text(&line[1]),
            })
            .collect())
    }

    // Async as the other engines' are.
    #[expect(clippy::unused_async)]
    pub async fn requested(&self) -> Result<Vec<String>> {
        Ok(self.trap.take())
    }

    pub async fn reset(&self, screen: Screen) -> Result<()> {
        self.start_anew(Options::plain(screen)).await?;
        self.trap.take();
        Ok(())
    }

    pub async fn forget_files(&self) -> Result<()> {
        self.start_anew(self.options()).await
    }

    pub async fn set_screen(&self, screen: Screen) -> Result<()> {
        let options = self.options();
        let as_it_was = options.screen.density == screen.density
            && options.screen.magnified() == screen.magnified();
        let options = Options { screen, ..options };
        if as_it_was {
            size(&self.client(), screen).await?;
            self.options.replace(options);
            return Ok(());
        }
        self.go_on_with(options).await
    }

    pub async fn set_media(&self, features: &[(&str, &str)]) -> Result<()> {
        let mut options = Options {
            dark: false,
            still: false,
            contrast: false,
            ..self.options()
        };
        for feature in features {
            match *feature {
                ("prefers-color-scheme", value) => options.dark = value == "dark",
                ("prefers-reduced-motion", value) => options.still = value == "reduce",
                ("prefers-contrast", value) => options.contrast = value == "more",
                (name, value) => bail!("WebKitGTK has no setting for {name}: {value}"),
            }
        }
        self.go_on_with(options).await
    }

    pub async fn set_downloads(&self, folder: &Path) -> Result<()> {
        self.start_anew(Options {
            downloads: Some(folder.to_owned()),
            ..self.options()
        })
        .await
    }

    pub async fn set_scripts(&self, on: bool) -> Result<()> {
        self.start_anew(Options {
            scripts: on,
            ..self.options()
        })
        .await
    }

    // A session keeps nothing that outlives it, and each test has one of its own.
    #[expect(clippy::unused_async)]
    pub async fn forget_site(&self, _: &str) -> Result<()> {
        Ok(())
    }

    /// What has to be said to the driver for the wheel to turn that far: it turns by as much as a
    /// turn differs from the one before.
    pub fn turn(&self, by: i64) -> i64 {
        self.turned.set(self.turned.get() + by);
        self.turned.get()
    }

    /// Where the driver has to be told that a spot of the page is: it knows nothing of magnified
    /// pages.
    pub fn aim(&self, spot: Spot) -> Spot {
        let magnified = self.options.borrow().screen.magnified();
        Spot {
            x: spot.x * magnified,
            y: spot.y * magnified,
        }
    }

    pub async fn fingers(&self, moments: &[Vec<Spot>]) -> Result<()> {
        let places = moments.iter().map(|fingers| {
            fingers
                .iter()
                .map(|spot| json!([spot.x, spot.y]))
                .collect::<Value>()
        });
        self.client()
            .execute(FINGERS, vec![places.collect()])
            .await?;
        Ok(())
    }

    /// Has pages of this site say whether the device is offline: see [`WITNESS`].
    pub async fn say_offline(&self, offline: bool) -> Result<()> {
        let script = "const [offline] = arguments;
            if (offline) sessionStorage.offline = 1; else delete sessionStorage.offline;
            dispatchEvent(new Event(offline ? 'offline' : 'online'))";
        self.client().execute(script, vec![json!(offline)]).await?;
        Ok(())
    }
}

/// Ends a session. The driver now and then forgets to answer, its browser having ended in the
/// middle of it; the next session is free to begin all the same.
async fn end(client: Client) {
    let _ = timeout(Duration::from_secs(3), client.close()).await;
}

/// Tries twice: the driver may wait for ever for a browser that has just ended.
async fn session(
    webdriver: &str,
    program: &Path,
    trap: &Trap,
    settings: &Path,
    options: &Options,
) -> Result<Client> {
    let begin = || {
        timeout(
            Duration::from_secs(20),
            try_session(webdriver, program, trap, settings, options),
        )
    };
    match begin().await {
        Ok(Ok(client)) => Ok(client),
        _ => begin().await.context("no session began within 20 s")?,
    }
}

/// A session in a window without a toolbar, which has room for the page alone.
async fn try_session(
    webdriver: &str,
    program: &Path,
    trap: &Trap,
    settings: &Path,
    options: &Options,
) -> Result<Client> {
    let toolkit = settings.join("gtk-3.0");
    fs::create_dir_all(&toolkit)?;
    fs::write(
        toolkit.join("settings.ini"),
        format!(
            "[Settings]\ngtk-enable-animations={}\n{}",
            u8::from(!options.still),
            if options.contrast {
                "gtk-theme-name=HighContrast\n"
            } else {
                ""
            }
        ),
    )?;
    let downloads = options.downloads.as_deref().unwrap_or(settings);
    fs::write(
        settings.join("user-dirs.dirs"),
        format!("XDG_DOWNLOAD_DIR=\"{}\"\n", downloads.display()),
    )?;
    let mut arguments = vec![
        format!("XDG_CONFIG_HOME={}", settings.display()),
        format!("GDK_SCALE={}", options.screen.density),
        format!("GDK_DPI_SCALE={}", options.screen.magnified()),
        program.display().to_string(),
        "--automation".to_owned(),
        // Not as a capability: one browser in ten then crashes as it starts.
        format!("--proxy=http://{}", trap.address()),
        "--ignore-host=127.0.0.1".to_owned(),
        "--javascript-can-open-windows-automatically=true".to_owned(),
    ];
    if !options.scripts {
        // Those of pages: the driver's own still run.
        arguments.push("--enable-javascript-markup=false".to_owned());
    }
    if options.dark {
        arguments.push("--dark-mode".to_owned());
    }
    let capabilities =
        json!({ "webkitgtk:browserOptions": { "binary": "/usr/bin/env", "args": arguments } });
    let client = connect(webdriver, capabilities).await?;
    let first = client.window().await?;
    client
        .execute(
            "open('about:blank', '_blank', 'toolbar=no,location=no,menubar=no,status=no')",
            vec![],
        )
        .await?;
    let begun = Instant::now();
    let bare = loop {
        if let Some(other) = client
            .windows()
            .await?
            .into_iter()
            .find(|window| *window != first)
        {
            break other;
        }
        ensure!(
            begun.elapsed() < Duration::from_secs(10),
            "the browser opened no window"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    client.close_window().await?;
    client.switch_to_window(WindowHandle::clone(&bare)).await?;
    size(&client, options.screen).await?;
    Ok(client)
}

/// Gives the window that size, and waits until it has it and the keyboard. Its corner is put under
/// the display's pointer, which makes it the window that has the keyboard; without that, pages show
/// no focus.
async fn size(client: &Client, screen: Screen) -> Result<()> {
    let pixels = |length: u32| (f64::from(length) * screen.magnified()).round() as u32;
    let middle = client
        .execute(
            "return [screen.width, screen.height].map((length) => Math.floor(length / 2))",
            vec![],
        )
        .await?;
    let (x, y): (u32, u32) = serde_json::from_value(middle)?;
    client
        .set_window_rect(x, y, pixels(screen.width), pixels(screen.height))
        .await?;
    let begun = Instant::now();
    loop {
        let found = client
            .execute(
                "return [innerWidth, innerHeight, document.hasFocus()]",
                vec![],
            )
            .await?;
        if found == json!([screen.width, screen.height, true]) {
            return Ok(());
        }
        ensure!(
            begun.elapsed() < Duration::from_secs(10),
            "the window has {found} for width, height and keyboard, and not {screen:?}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
