//! Until the first picture, the program's work in slices: between two of them the browser can
//! answer a reader who already scrolls or presses something. A step of hers ends them: it shows
//! everywhere at once, as later steps do.
//!
//! Leptos runs each effect, and each answer to a request, as a task. Left alone, all that are ready
//! run one after another before the browser has its turn, on a cheap phone for half a second when
//! the figures come. Later they are left alone, and once something has failed: a new date or a
//! sentence should show everywhere at once, and nothing hides what is half done.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::mem::replace;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use any_spawner::{CustomExecutor, Executor, PinnedFuture, PinnedLocalFuture};
use leptos::prelude::window;
use wasm_bindgen::prelude::*;
use web_sys::MessageChannel;

/// Milliseconds after which no other task is begun. A task's own length comes on top.
const LONGEST: f64 = 2.0;

thread_local! {
    static SLICES: Slices = Slices::new();
}

/// Work is done in slices from now on. The first is still to come: what made the program ready has
/// filled this one.
pub fn start_slicing() {
    // Refused where there is an executor already, and there is none before the app.
    let _ = Executor::init_local_custom_executor(Sliced);
    SLICES.with(|slices| slices.begin(f64::NEG_INFINITY));
}

/// No more slices are made: what waits, and what becomes ready, runs at once.
pub fn stop_slicing() {
    SLICES.with(|slices| {
        slices.over.set(true);
        slices.waiting.take().into_iter().for_each(Waker::wake);
    });
}

/// Calls `act` once no task waits for its slice.
pub fn when_idle(act: impl FnOnce() + 'static) {
    SLICES.with(|slices| {
        if slices.over.get() && slices.began.get().is_none() {
            return act();
        }
        slices.at_rest.borrow_mut().push(Box::new(act));
        slices.open();
    });
}

/// Waits for another slice, once.
pub async fn next_slice() {
    let mut waited = false;
    poll_fn(|context| {
        if replace(&mut waited, true) || SLICES.with(|slices| slices.over.get()) {
            return Poll::Ready(());
        }
        SLICES.with(|slices| slices.wait(context.waker()));
        Poll::Pending
    })
    .await;
}

struct Slices {
    /// When the one under way began, in milliseconds of the page's clock.
    began: Cell<Option<f64>>,
    /// Tasks for the next one, in the order in which they became ready.
    waiting: RefCell<VecDeque<Waker>>,
    at_rest: RefCell<Vec<Box<dyn FnOnce()>>>,
    over: Cell<bool>,
    /// What is sent through it comes once the browser has had its turn. A timer would come too, but
    /// later each time, and once a second in a tab that is not looked at.
    channel: Option<MessageChannel>,
}

impl Slices {
    fn new() -> Slices {
        let channel = MessageChannel::new().ok();
        if let Some(channel) = &channel {
            let next = Closure::<dyn Fn()>::new(|| SLICES.with(Slices::next));
            channel
                .port1()
                .set_onmessage(Some(next.as_ref().unchecked_ref()));
            next.forget();
        }
        Slices {
            began: Cell::new(None),
            waiting: RefCell::default(),
            at_rest: RefCell::default(),
            over: Cell::new(channel.is_none()),
            channel,
        }
    }

    /// May a task run now? If not, it is woken in a later slice.
    fn has_room(&self, waker: &Waker) -> bool {
        if self.over.get() {
            return true;
        }
        self.open();
        if self
            .began
            .get()
            .is_some_and(|began| now() - began < LONGEST)
        {
            return true;
        }
        self.wait(waker);
        false
    }

    fn wait(&self, waker: &Waker) {
        self.open();
        self.waiting.borrow_mut().push_back(waker.clone());
    }

    fn open(&self) {
        if self.began.get().is_none() {
            self.begin(now());
        }
    }

    fn begin(&self, at: f64) {
        self.began.set(Some(at));
        if let Some(channel) = &self.channel {
            let _ = channel.port2().post_message(&JsValue::NULL);
        }
    }

    /// The browser has had its turn.
    fn next(&self) {
        let waiting = self.waiting.take();
        if !waiting.is_empty() {
            self.begin(now());
            waiting.into_iter().for_each(Waker::wake);
            return;
        }
        self.began.set(None);
        for act in self.at_rest.take() {
            act();
        }
    }
}

/// Milliseconds since the page was opened.
fn now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

/// Runs each task by the browser's own queue, when there is room in a slice.
struct Sliced;

impl CustomExecutor for Sliced {
    fn spawn(&self, task: PinnedFuture<()>) {
        self.spawn_local(task);
    }

    fn spawn_local(&self, task: PinnedLocalFuture<()>) {
        wasm_bindgen_futures::spawn_local(InSlices(task));
    }

    fn poll_local(&self) {}
}

struct InSlices(PinnedLocalFuture<()>);

impl Future for InSlices {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match SLICES.with(|slices| slices.has_room(context.waker())) {
            true => self.0.as_mut().poll(context),
            false => Poll::Pending,
        }
    }
}
