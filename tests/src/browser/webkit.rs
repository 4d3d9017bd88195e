//! Controls WebKitGTK's MiniBrowser. Its driver supports WebDriver only, so emulation is an option
//! or setting at start: to change one is to restart the browser, which takes half a second. The
//! page itself records its console errors ([`CONSOLE_RECORDER`]), and a proxy records requests to
//! other servers.

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

use super::proxy::RecordingProxy;
use super::{ConsoleLine, Location, Screen, connect};
use crate::page::{ScreenPoint, arrive};

/// Runs before the scripts of every page and keeps its console errors in the session storage, which
/// outlives the page. Leaves out two messages that no console shows as errors: a ResizeObserver
/// that is told a size a frame late, and requests that end with their page. Also makes
/// `navigator.onLine` false on request.
pub(super) const CONSOLE_RECORDER: &str = "(() => {
    const record = (source, text) => {
        try {
            const lines = JSON.parse(sessionStorage.recorded ?? '[]');
            sessionStorage.recorded = JSON.stringify([...lines, [source, text]]);
        } catch {}
    };
    addEventListener('error', (event) => {
        const { target, message, filename, lineno } = event;
        if (target !== window && target.localName)
            record('network', `${target.localName} failed to load, or its integrity is wrong`);
        else if (!message.startsWith('ResizeObserver loop'))
            record('javascript', `${message} (${filename}:${lineno})`);
    }, true);
    addEventListener('unhandledrejection', (event) =>
        record('javascript', `Unhandled rejection: ${event.reason}`));
    addEventListener('securitypolicyviolation', (event) => {
        const { effectiveDirective, blockedURI, sample } = event;
        record('security',
            `Content Security Policy: ${effectiveDirective} forbids ${blockedURI} ${sample}`);
    });
    const onLine = () => { try { return !sessionStorage.offline; } catch { return true; } };
    Object.defineProperty(Navigator.prototype, 'onLine', { get: onLine, configurable: true });
    let isLeft = false;
    for (const leaving of ['beforeunload', 'pagehide'])
        addEventListener(leaving, () => { isLeft = true; });
    const { error } = console;
    console.error = (...words) => {
        const text = words.join(' ');
        if (!(isLeft && text === 'TypeError: Load failed')) record('console', text);
        error.apply(console, words);
    };
})();";

/// Dispatches pointer events of touches: the driver sends mouse events for touches. These do not
/// scroll.
const DISPATCH_TOUCHES: &str = "
    const [moments] = arguments;
    const targets = moments[0].map(([x, y]) => document.elementFromPoint(x, y));
    const send = (kind, fingers) => fingers.forEach(([clientX, clientY], id) =>
        targets[id].dispatchEvent(new PointerEvent(kind, {
            pointerId: 100 + id, pointerType: 'touch', isPrimary: id === 0, clientX, clientY,
            button: kind === 'pointermove' ? -1 : 0, buttons: kind === 'pointerup' ? 0 : 1,
            bubbles: true, cancelable: true, composed: true })));
    return (async () => {
        send('pointerdown', moments[0]);
        for (const fingers of moments.slice(1)) {
            await new Promise((done) => setTimeout(done, 20));
            send('pointermove', fingers);
        }
        send('pointerup', moments.at(-1));
    })()";

/// Returns a script that makes the device answer requests for its position.
pub(super) fn location_script(location: Location) -> String {
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

/// The narrowest window of the MiniBrowser.
const MIN_WINDOW_WIDTH: u32 = 340;

/// The zoom of pages on narrower screens, in a window that is wider by as much.
const NARROW_ZOOM: f64 = 1.25;

#[derive(Debug)]
pub(super) struct WebKit {
    webdriver: String,
    program: PathBuf,
    proxy: RecordingProxy,
    client: RefCell<Client>,
    options: RefCell<Options>,
    /// The sum of the wheel distances in this session.
    wheel_total: Cell<i64>,
    /// The folder that the browser uses in place of the user's settings.
    settings: TempDir,
}

/// The options of a browser process.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a setting of its own, and they combine freely"
)]
struct Options {
    screen: Screen,
    dark: bool,
    reduced_motion: bool,
    contrast: bool,
    scripts: bool,
    downloads: Option<PathBuf>,
}

impl Options {
    fn default_on(screen: Screen) -> Self {
        Self {
            screen,
            dark: false,
            reduced_motion: false,
            contrast: false,
            scripts: true,
            downloads: None,
        }
    }
}

impl Screen {
    fn page_zoom(self) -> f64 {
        if self.width < MIN_WINDOW_WIDTH {
            NARROW_ZOOM
        } else {
            1.0
        }
    }
}

impl WebKit {
    pub async fn start(webdriver: &str, program: &Path) -> Result<Self> {
        let (proxy, settings) = (RecordingProxy::start()?, TempDir::new()?);
        let options = Options::default_on(Screen::DESKTOP);
        let client = session(webdriver, program, &proxy, settings.path(), &options).await?;
        Ok(Self {
            webdriver: webdriver.to_owned(),
            program: program.to_owned(),
            proxy,
            client: RefCell::new(client),
            options: RefCell::new(options),
            wheel_total: Cell::new(0),
            settings,
        })
    }

    pub async fn close(&self) {
        end(self.client()).await;
    }

    pub fn client(&self) -> Client {
        self.client.borrow().clone()
    }

    async fn restart(&self, options: Options) -> Result<()> {
        end(self.client()).await;
        let client = session(
            &self.webdriver,
            &self.program,
            &self.proxy,
            self.settings.path(),
            &options,
        )
        .await?;
        self.client.replace(client);
        self.options.replace(options);
        self.wheel_total.set(0);
        Ok(())
    }

    /// Restarts the browser and opens the current page again, for a change that other browsers make
    /// without leaving it.
    async fn restart_on_page(&self, options: Options) -> Result<()> {
        let address = self.client().current_url().await?;
        self.restart(options).await?;
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
        let script = "try {
                const recorded = JSON.parse(sessionStorage.recorded ?? '[]');
                delete sessionStorage.recorded;
                return recorded;
            } catch { return []; }";
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

    // Async as in the other engines.
    #[expect(clippy::unused_async)]
    pub async fn requested(&self) -> Result<Vec<String>> {
        Ok(self.proxy.take())
    }

    pub async fn reset(&self, screen: Screen) -> Result<()> {
        self.restart(Options::default_on(screen)).await?;
        self.proxy.take();
        Ok(())
    }

    pub async fn forget_files(&self) -> Result<()> {
        self.restart(self.options()).await
    }

    pub async fn set_screen(&self, screen: Screen) -> Result<()> {
        let options = self.options();
        let is_same_kind = options.screen.density == screen.density
            && options.screen.page_zoom() == screen.page_zoom();
        let options = Options { screen, ..options };
        if is_same_kind {
            size(&self.client(), screen).await?;
            self.options.replace(options);
            return Ok(());
        }
        self.restart_on_page(options).await
    }

    pub async fn set_media(&self, features: &[(&str, &str)]) -> Result<()> {
        let mut options = Options {
            dark: false,
            reduced_motion: false,
            contrast: false,
            ..self.options()
        };
        for feature in features {
            match *feature {
                ("prefers-color-scheme", value) => options.dark = value == "dark",
                ("prefers-reduced-motion", value) => options.reduced_motion = value == "reduce",
                ("prefers-contrast", value) => options.contrast = value == "more",
                (name, value) => bail!("WebKitGTK has no setting for {name}: {value}"),
            }
        }
        self.restart_on_page(options).await
    }

    pub async fn set_downloads(&self, folder: &Path) -> Result<()> {
        self.restart(Options {
            downloads: Some(folder.to_owned()),
            ..self.options()
        })
        .await
    }

    pub async fn set_scripts(&self, on: bool) -> Result<()> {
        self.restart(Options {
            scripts: on,
            ..self.options()
        })
        .await
    }

    // Each test has its own session, whose storage ends with it.
    #[expect(clippy::unused_async)]
    pub async fn forget_site(&self, _: &str) -> Result<()> {
        Ok(())
    }

    /// Returns the sum of all distances: the driver turns the wheel by the difference to the
    /// previous value.
    pub fn wheel_delta(&self, by: i64) -> i64 {
        self.wheel_total.set(self.wheel_total.get() + by);
        self.wheel_total.get()
    }

    /// Converts a point of the page to the driver's coordinates, which ignore the page zoom.
    pub fn driver_point(&self, spot: ScreenPoint) -> ScreenPoint {
        let page_zoom = self.options.borrow().screen.page_zoom();
        ScreenPoint {
            x: spot.x * page_zoom,
            y: spot.y * page_zoom,
        }
    }

    pub async fn fingers(&self, moments: &[Vec<ScreenPoint>]) -> Result<()> {
        let places = moments.iter().map(|fingers| {
            fingers
                .iter()
                .map(|spot| json!([spot.x, spot.y]))
                .collect::<Value>()
        });
        self.client()
            .execute(DISPATCH_TOUCHES, vec![places.collect()])
            .await?;
        Ok(())
    }

    /// Sets `navigator.onLine` in the pages of this site: see [`CONSOLE_RECORDER`].
    pub async fn set_navigator_offline(&self, offline: bool) -> Result<()> {
        let script = "const [offline] = arguments;
            if (offline) sessionStorage.offline = 1; else delete sessionStorage.offline;
            dispatchEvent(new Event(offline ? 'offline' : 'online'))";
        self.client().execute(script, vec![json!(offline)]).await?;
        Ok(())
    }
}

/// Ends a session. The driver sometimes does not answer, because its browser ended meanwhile; the
/// next session can start nevertheless.
async fn end(client: Client) {
    let _ = timeout(Duration::from_secs(3), client.close()).await;
}

/// Starts a session, at the second attempt if the first fails: the driver may wait for ever for a
/// browser that has just ended.
async fn session(
    webdriver: &str,
    program: &Path,
    proxy: &RecordingProxy,
    settings: &Path,
    options: &Options,
) -> Result<Client> {
    let begin = || {
        timeout(
            Duration::from_secs(20),
            try_session(webdriver, program, proxy, settings, options),
        )
    };
    match begin().await {
        Ok(Ok(client)) => Ok(client),
        _ => begin().await.context("no session began within 20 s")?,
    }
}

/// Starts a session in a window without toolbars, which shows the page alone.
async fn try_session(
    webdriver: &str,
    program: &Path,
    proxy: &RecordingProxy,
    settings: &Path,
    options: &Options,
) -> Result<Client> {
    let toolkit = settings.join("gtk-3.0");
    fs::create_dir_all(&toolkit)?;
    fs::write(
        toolkit.join("settings.ini"),
        format!(
            "[Settings]\ngtk-enable-animations={}\n{}",
            u8::from(!options.reduced_motion),
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
        format!("GDK_DPI_SCALE={}", options.screen.page_zoom()),
        program.display().to_string(),
        "--automation".to_owned(),
        // As an argument, because with a proxy in the capabilities one browser in ten crashes at
        // its start.
        format!("--proxy=http://{}", proxy.address()),
        "--ignore-host=127.0.0.1".to_owned(),
        "--javascript-can-open-windows-automatically=true".to_owned(),
    ];
    if !options.scripts {
        // Switches off the scripts of pages only; the driver's own still run.
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

/// Sets the size of the window and waits until it has the size and the keyboard focus. The corner
/// of the window is put under the display's pointer, which gives it the keyboard; without the
/// keyboard, pages show no focus.
async fn size(client: &Client, screen: Screen) -> Result<()> {
    let pixels = |length: u32| (f64::from(length) * screen.page_zoom()).round() as u32;
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
            "width, height and keyboard focus of the window are {found}; expected {screen:?}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
