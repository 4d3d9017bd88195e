//! Sends pointer and keyboard input to a page.

use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use fantoccini::actions::{
    Actions, InputSource as _, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions,
    PointerAction, TouchActions, WheelAction, WheelActions,
};
use fantoccini::key::Key;
use serde_json::json;

use super::{Page, ScreenPoint};
use crate::browser::{Capability, EngineName};
use crate::page_state::PageState;

impl Page<'_> {
    /// Clicks the control with this role and name, or taps it on a touch screen.
    ///
    /// # Errors
    /// If not exactly one control matches within [`PATIENCE`].
    pub async fn press(&self, role: &str, name: &str) -> Result<()> {
        let spot = self.control(role, name).await?;
        self.click(spot).await
    }

    /// Clicks, or taps on a touch screen if the browser supports touch.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn click(&self, spot: ScreenPoint) -> Result<()> {
        self.clicks(spot, 1, Duration::ZERO).await
    }

    /// Clicks or taps twice, with `between` from the end of the first to the start of the second.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn double_click(&self, spot: ScreenPoint, between: Duration) -> Result<()> {
        self.clicks(spot, 2, between).await
    }

    async fn clicks(&self, spot: ScreenPoint, number: u32, between: Duration) -> Result<()> {
        let spot = self.browser.driver_point(spot);
        let (down, up) = (
            PointerAction::Down {
                button: MOUSE_BUTTON_LEFT,
            },
            PointerAction::Up {
                button: MOUSE_BUTTON_LEFT,
            },
        );
        let wait = pause(between.as_millis() as u64);
        let fingers = Capability::Touch.missing_in(self.browser.name()).is_none();
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

    /// Moves the mouse to a point.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn hover(&self, spot: ScreenPoint) -> Result<()> {
        self.perform(
            MouseActions::new("mouse".into()).then(move_to(self.browser.driver_point(spot))),
        )
        .await
    }

    /// Drags with the mouse by a distance, in `steps` moves.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn drag(&self, from: ScreenPoint, by: (f64, f64), steps: u32) -> Result<()> {
        let mut mouse = MouseActions::new("mouse".into())
            .then(move_to(self.browser.driver_point(from)))
            .then(PointerAction::Down {
                button: MOUSE_BUTTON_LEFT,
            });
        for step in 1..=steps {
            let part = f64::from(step) / f64::from(steps);
            let spot = self.browser.driver_point(ScreenPoint {
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

    /// Moves two fingers about `middle`, from a distance of `from` to one of `to` pixels.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn pinch(&self, middle: ScreenPoint, from: f64, to: f64) -> Result<()> {
        let moments: Vec<Vec<ScreenPoint>> = (0..=8)
            .map(|step| f64::midpoint(from, (to - from) * f64::from(step) / 8.0))
            .map(|reach| {
                [-reach, reach]
                    .map(|side| ScreenPoint {
                        x: middle.x + side,
                        y: middle.y,
                    })
                    .to_vec()
            })
            .collect();
        self.fingers(&moments).await
    }

    /// Puts fingers on the page, moves them together and lifts them. Each moment holds the
    /// positions of all fingers. Only tests that need [`Capability::Touch`] may rely on the page to
    /// scroll.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn fingers(&self, moments: &[Vec<ScreenPoint>]) -> Result<()> {
        self.browser.fingers(moments).await
    }

    /// Turns the wheel at a point, by pixels; positive is towards the user.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn wheel(&self, at: ScreenPoint, by: i64) -> Result<()> {
        let at = self.browser.driver_point(at);
        let wheel = WheelActions::new("wheel".into()).then(WheelAction::Scroll {
            duration: None,
            x: at.x as i64,
            y: at.y as i64,
            delta_x: 0,
            delta_y: self.browser.wheel_delta(by),
        });
        self.perform(wheel).await
    }

    /// Turns the wheel at a point while Ctrl is held.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn wheel_with_ctrl(&self, at: ScreenPoint, by: i64) -> Result<()> {
        if self.browser.name() == EngineName::WebKit {
            // WebKit's driver does not combine keys with the wheel.
            let script = "const [clientX, clientY, deltaY] = arguments;
                const at = document.elementFromPoint(clientX, clientY);
                const [inside, box] = [at.contentDocument, at.getBoundingClientRect()];
                const [x, y] = inside
                    ? [clientX - box.left, clientY - box.top]
                    : [clientX, clientY];
                (inside ?? document).elementFromPoint(x, y).dispatchEvent(new WheelEvent('wheel', {
                    clientX: x, clientY: y, deltaY, ctrlKey: true,
                    bubbles: true, cancelable: true, composed: true }))";
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

    /// Returns the text in the clipboard, after [`Browser::allow_clipboard`].
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn clipboard(&self) -> Result<String> {
        let text = if self.browser.name() == EngineName::WebKit {
            // Scripts may not read the clipboard in WebKit, but the user may paste it. While a
            // dialog is open, only elements in it can have the focus.
            let field = "const field = document.createElement('textarea');
                field.id = 'pasted';
                (document.querySelector('dialog[open]') ?? document.body).append(field);
                field.focus({ preventScroll: true })";
            self.execute(field, vec![]).await?;
            let [ctrl, v] = [char::from(Key::Control), 'v'];
            let keys = KeyActions::new("keyboard".into())
                .then(KeyAction::Down { value: ctrl })
                .then(KeyAction::Down { value: v })
                .then(KeyAction::Up { value: v })
                .then(KeyAction::Up { value: ctrl });
            self.perform(keys).await?;
            let pasted = "const field = document.getElementById('pasted'), { value } = field;
                field.remove();
                return value";
            self.execute(pasted, vec![]).await?
        } else {
            self.execute("return navigator.clipboard.readText()", vec![])
                .await?
        };
        Ok(text
            .as_str()
            .context("the clipboard holds no text")?
            .to_owned())
    }

    /// Presses a key.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn key(&self, key: Key) -> Result<()> {
        self.keys(&[key]).await
    }

    /// Presses keys, one after the other.
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

    /// Types a text into the focused element.
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

    /// Presses Tab until the content of the page satisfies a condition.
    ///
    /// # Errors
    /// If 80 presses do not reach it; the message lists the stops.
    pub async fn tab_until(
        &self,
        what: &str,
        condition: impl Fn(&PageState) -> bool,
    ) -> Result<PageState> {
        let mut stops = Vec::new();
        for _ in 0..80 {
            self.key(Key::Tab).await?;
            let seen = self.state().await?;
            if condition(&seen) {
                return Ok(seen);
            }
            stops.push(
                seen.focus
                    .map(|focus| format!("{}: {} \"{}\"", focus.region, focus.tag, focus.text)),
            );
        }
        Err(anyhow!(
            "80 presses of Tab do not reach {what}; the stops are {stops:#?}"
        ))
    }

    async fn perform(&self, actions: impl Into<Actions>) -> Result<()> {
        let client = self.browser.client();
        client.perform_actions(actions).await?;
        Ok(())
    }
}

fn move_to(spot: ScreenPoint) -> PointerAction {
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
