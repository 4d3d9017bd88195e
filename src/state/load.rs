//! One file's life: wanted, on its way, there, or failed; and asked for again. Chunks of the program
//! have the same one.

use std::marker::PhantomData;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rising_words::choice::FileKind;

use super::Status;
use crate::fetch::{self, Abort, Decode, Described, FetchError, Trust};
use crate::reactive::Content;
use crate::scheduler;
use crate::stale_page;

/// How long a reader waits before she wonders, in milliseconds.
const SLOW_AFTER: u32 = 8_000;

/// A request that fails is made once more by itself, after this long: most losses are a moment's.
const SECOND_TRY_AFTER: u32 = 700;

/// A file that could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadFailure {
    /// What the file is for a reader.
    pub what: FileKind,
    pub error: FetchError,
}

/// One type of slot for all files keeps the machinery below, which is most of the code, from being
/// compiled once for each of them.
enum Slot {
    NotRequested,
    Pending { slow: bool },
    Ready(Content),
    Failed(FetchError),
}

/// Content on its way.
pub type Fetched = Pin<Box<dyn Future<Output = Result<Content, FetchError>>>>;

/// Where content comes from.
#[derive(Clone, Copy)]
enum Source {
    /// A file of the data set.
    Data {
        trust: Trust,
        decode: fn(&[u8]) -> Result<Content, FetchError>,
        describe: fn(&Content) -> Described,
    },
    /// A part of the program, which comes by way of the browser's own loader.
    Program(fn() -> Fetched),
}

/// A file that is fetched once somebody wants it.
pub struct Loader<T> {
    file: File,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Loader<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Loader<T> {}

impl<T: Decode> Loader<T> {
    /// A file not wanted yet. `what` names it for a reader; `trust` is how far a cache is believed
    /// at the first try; `described` is what it has to be.
    pub fn new(what: FileKind, name: &str, trust: Trust, described: Described) -> Loader<T> {
        let source = Source::Data {
            trust,
            decode: |bytes| Ok(Arc::new(T::decode(bytes)?)),
            describe: |content| {
                content
                    .downcast_ref::<T>()
                    .map(T::described)
                    .unwrap_or_default()
            },
        };
        Loader::from(Some(what), (name.into(), described), source)
    }
}

impl<T: Send + Sync + 'static> Loader<T> {
    /// A part of the program not wanted yet. `what` names it for a reader, who is told of it only
    /// then; `fetch` gives a `T`.
    pub fn chunk(what: Option<FileKind>, fetch: fn() -> Fetched) -> Loader<T> {
        Loader::from(what, Default::default(), Source::Program(fetch))
    }

    fn from(what: Option<FileKind>, name: (Box<str>, Described), source: Source) -> Loader<T> {
        let file = File {
            what,
            name: StoredValue::new_local(Rc::new(name)),
            source,
            slot: RwSignal::new_local(Slot::NotRequested),
            current: StoredValue::new_local(None),
        };
        Loader {
            file,
            of: PhantomData,
        }
    }

    /// The file's content, once it is there.
    pub fn ready(&self) -> Option<Arc<T>> {
        self.file.content()?.downcast().ok()
    }

    /// Starts the request unless it was started before.
    pub fn load(&self) {
        self.file.load();
    }

    /// The file, whatever is in it.
    pub fn file(&self) -> File {
        self.file
    }
}

/// A file's life, whatever is in it.
#[derive(Clone, Copy)]
pub struct File {
    what: Option<FileKind>,
    /// Its name, and what it has to be.
    name: StoredValue<Rc<(Box<str>, Described)>, LocalStorage>,
    source: Source,
    slot: RwSignal<Slot, LocalStorage>,
    /// The request under way. Dropping it aborts; an answer that is not its own is thrown away.
    current: StoredValue<Option<Rc<Abort>>, LocalStorage>,
}

impl File {
    fn content(&self) -> Option<Content> {
        self.slot.with(|slot| match slot {
            Slot::Ready(content) => Some(content.clone()),
            _ => None,
        })
    }

    /// Is it asked for, and neither there nor failed?
    pub fn is_loading(&self) -> bool {
        self.slot.with(|slot| matches!(slot, Slot::Pending { .. }))
    }

    /// Has nobody asked for it yet?
    pub fn is_not_requested(&self) -> bool {
        self.slot.with(|slot| matches!(slot, Slot::NotRequested))
    }

    /// Could it not be had?
    pub fn has_failed(&self) -> bool {
        self.slot.with(|slot| matches!(slot, Slot::Failed(_)))
    }

    fn load(&self) {
        if untrack(|| self.is_not_requested()) {
            self.start(match self.source {
                Source::Data { trust, .. } => trust,
                Source::Program(_) => Trust::Always,
            });
        }
    }

    /// Starts again if it failed or takes too long.
    pub fn retry(&self) {
        if self
            .slot
            .with_untracked(|slot| matches!(slot, Slot::Failed(_) | Slot::Pending { slow: true }))
        {
            self.start(Trust::Never);
        }
    }

    fn start(self, trust: Trust) {
        let abort = Rc::new(Abort::new());
        let request = Rc::downgrade(&abort);
        self.current.set_value(Some(abort));
        self.slot.set(Slot::Pending { slow: false });
        spawn_local(self.say_when_slow(request.clone()));
        spawn_local(self.fetch(trust, request));
    }

    async fn say_when_slow(self, request: Weak<Abort>) {
        TimeoutFuture::new(SLOW_AFTER).await;
        if self.is_current(&request)
            && self
                .slot
                .with_untracked(|slot| matches!(slot, Slot::Pending { .. }))
        {
            self.slot.set(Slot::Pending { slow: true });
        }
    }

    async fn fetch(self, trust: Trust, request: Weak<Abort>) {
        let mut answer = self.ask(trust, &request).await;
        if answer.is_err() && trust != Trust::Never {
            TimeoutFuture::new(SECOND_TRY_AFTER).await;
            answer = self.ask(Trust::Never, &request).await;
        }
        if let Err(error) = &answer
            && stale_page::reload_if_older(error)
        {
            // This page is on its way out: there is nothing to say any more.
            return;
        }
        if self.is_current(&request) {
            self.slot.set(match answer {
                Ok(content) => Slot::Ready(content),
                Err(error) => {
                    // There may be no picture to wait for, and what is said of this is to be said
                    // in one go.
                    scheduler::stop_slicing();
                    Slot::Failed(error)
                }
            });
        }
    }

    async fn ask(self, trust: Trust, request: &Weak<Abort>) -> Result<Content, FetchError> {
        // Gone if another try has replaced this one, or the page is no more.
        let signal = request.upgrade().map(|abort| abort.signal());
        let (Some(signal), Some(name)) = (signal, self.name.try_get_value()) else {
            return Err(FetchError::Connection);
        };
        match self.source {
            Source::Data {
                decode, describe, ..
            } => {
                let (name, described) = &*name;
                let content = decode(&fetch::bytes(name, trust, signal).await?)?;
                described.check(describe(&content))?;
                Ok(content)
            }
            Source::Program(fetch) => fetch().await,
        }
    }

    fn is_current(&self, request: &Weak<Abort>) -> bool {
        let current = self
            .current
            .try_with_value(|current| current.as_ref().map(Rc::downgrade));
        current
            .flatten()
            .is_some_and(|current| current.ptr_eq(request))
    }

    /// Adds this file to what is told about loading.
    pub fn report(&self, progress: &mut Progress) {
        self.slot.with(|slot| match slot {
            Slot::NotRequested | Slot::Ready(_) => {}
            Slot::Pending { slow } => {
                progress.pending = true;
                progress.slow |= slow;
            }
            Slot::Failed(error) => {
                progress.failed.extend(self.what.map(|what| LoadFailure {
                    what,
                    error: error.clone(),
                }));
            }
        });
    }
}

/// What all files together tell about loading.
#[derive(Default)]
pub struct Progress {
    pending: bool,
    slow: bool,
    failed: Vec<LoadFailure>,
}

impl Progress {
    /// Failures first: they need the reader.
    pub fn status(self) -> Status {
        match self {
            Progress { failed, .. } if !failed.is_empty() => Status::Failed(failed),
            Progress {
                pending: true,
                slow,
                ..
            } => Status::Loading { slow },
            _ => Status::Quiet,
        }
    }
}
