//! Runs tasks in short time slices until the map is painted, so that the browser can handle input
//! between two slices.
//!
//! Leptos runs each effect, and each response to a request, as a task. All tasks that are ready run
//! one after another before the browser gets its turn: half a second on a cheap phone when the
//! figures load. Slicing stops once the map is painted, at the reader's first navigation, and when
//! a file fails to load. From then on a change must show everywhere at once, because no prerendered
//! view hides a page that is half updated.

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

/// The age of a slice, in milliseconds, from which it starts no more tasks. The last task may make
/// it longer.
const SLICE_LENGTH: f64 = 2.0;

thread_local! {
    static SCHEDULER: Scheduler = Scheduler::new();
}

/// Starts slicing. Tasks wait for the next slice, because starting the program has filled this one.
pub fn start_slicing() {
    // Fails only if an executor exists, and none does before the app is mounted.
    let _ = Executor::init_local_custom_executor(SlicingExecutor);
    SCHEDULER.with(|scheduler| scheduler.begin(f64::NEG_INFINITY));
}

/// Stops slicing: waiting tasks, and all later ones, run at once.
pub fn stop_slicing() {
    SCHEDULER.with(|scheduler| {
        scheduler.stopped.set(true);
        scheduler.waiting.take().into_iter().for_each(Waker::wake);
    });
}

/// Calls `act` once no task waits for a slice.
pub fn when_idle(act: impl FnOnce() + 'static) {
    SCHEDULER.with(|scheduler| {
        if scheduler.stopped.get() && scheduler.began.get().is_none() {
            return act();
        }
        scheduler.when_idle.borrow_mut().push(Box::new(act));
        scheduler.open();
    });
}

/// Yields to the browser until the next slice, or returns at once if slicing has stopped.
pub async fn next_slice() {
    let mut waited = false;
    poll_fn(|context| {
        if replace(&mut waited, true) || SCHEDULER.with(|scheduler| scheduler.stopped.get()) {
            return Poll::Ready(());
        }
        SCHEDULER.with(|scheduler| scheduler.wait(context.waker()));
        Poll::Pending
    })
    .await;
}

struct Scheduler {
    /// The start of the current slice, in milliseconds of the page's clock.
    began: Cell<Option<f64>>,
    /// Tasks for the next slice, in the order in which they became ready.
    waiting: RefCell<VecDeque<Waker>>,
    when_idle: RefCell<Vec<Box<dyn FnOnce()>>>,
    stopped: Cell<bool>,
    /// A message to itself starts the next slice after the browser's turn. Browsers delay nested
    /// timers more and more, and run them once a second in a hidden tab.
    channel: Option<MessageChannel>,
}

impl Scheduler {
    fn new() -> Scheduler {
        let channel = MessageChannel::new().ok();
        if let Some(channel) = &channel {
            let next = Closure::<dyn Fn()>::new(|| SCHEDULER.with(Scheduler::next));
            channel
                .port1()
                .set_onmessage(Some(next.as_ref().unchecked_ref()));
            next.forget();
        }
        Scheduler {
            began: Cell::new(None),
            waiting: RefCell::default(),
            when_idle: RefCell::default(),
            stopped: Cell::new(channel.is_none()),
            channel,
        }
    }

    /// Whether a task may run now. If not, `waker` wakes it in a later slice.
    fn may_run(&self, waker: &Waker) -> bool {
        if self.stopped.get() {
            return true;
        }
        self.open();
        if self
            .began
            .get()
            .is_some_and(|began| now() - began < SLICE_LENGTH)
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

    /// Runs the next slice after the browser's turn or, if no task waits, the idle callbacks.
    fn next(&self) {
        let waiting = self.waiting.take();
        if !waiting.is_empty() {
            self.begin(now());
            waiting.into_iter().for_each(Waker::wake);
            return;
        }
        self.began.set(None);
        for act in self.when_idle.take() {
            act();
        }
    }
}

/// The time since the page was opened, in milliseconds.
fn now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

/// Runs tasks in the browser's microtask queue, as far as the current slice has room.
struct SlicingExecutor;

impl CustomExecutor for SlicingExecutor {
    fn spawn(&self, task: PinnedFuture<()>) {
        self.spawn_local(task);
    }

    fn spawn_local(&self, task: PinnedLocalFuture<()>) {
        wasm_bindgen_futures::spawn_local(SlicedTask(task));
    }

    fn poll_local(&self) {}
}

struct SlicedTask(PinnedLocalFuture<()>);

impl Future for SlicedTask {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match SCHEDULER.with(|scheduler| scheduler.may_run(context.waker())) {
            true => self.0.as_mut().poll(context),
            false => Poll::Pending,
        }
    }
}
