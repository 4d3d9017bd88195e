//! Loads one file: a data file or a chunk of the program. A file is not requested, pending, ready
//! or failed, and can be retried.

use std::marker::PhantomData;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rising_words::choice::FileKind;

use super::Status;
use crate::platform::fetch::{self, Abort, CachePolicy, ContentSummary, Decode, FetchError};
use crate::platform::reactive::Content;
use crate::platform::scheduler;
use crate::platform::stale_page;

/// The time after which the status line says that loading is slow, in milliseconds.
const SLOW_AFTER: u32 = 8_000;

/// The pause before a failed request is repeated once, in milliseconds: most losses last a moment.
const SECOND_TRY_AFTER: u32 = 700;

/// A file that could not be loaded, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadFailure {
    /// The file's name in a sentence.
    pub what: FileKind,
    pub error: FetchError,
}

/// The state of a file. Its content has no type, so that the code below, which is most of this
/// module, is compiled once and not for each type of file.
enum Slot {
    NotRequested,
    Pending { slow: bool },
    Ready(Content),
    Failed(FetchError),
}

/// A future that resolves to a file's content.
pub type Fetched = Pin<Box<dyn Future<Output = Result<Content, FetchError>>>>;

/// The source of a file's content.
#[derive(Clone, Copy)]
enum Source {
    /// A file of the data set.
    Data {
        policy: CachePolicy,
        decode: fn(&[u8]) -> Result<Content, FetchError>,
        summarise: fn(&Content) -> ContentSummary,
    },
    /// A chunk of the program, which the browser's module loader fetches.
    Chunk(fn() -> Fetched),
}

/// A file that is fetched at the first call of [`Loader::load`].
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
    /// A data file, not requested yet. `what` names it in a sentence, `policy` is the
    /// cache policy of the first try, and `summary` is what the manifest says of the content.
    pub fn new(
        what: FileKind,
        name: &str,
        policy: CachePolicy,
        summary: ContentSummary,
    ) -> Loader<T> {
        let source = Source::Data {
            policy,
            decode: |bytes| Ok(Arc::new(T::decode(bytes)?)),
            summarise: |content| {
                content
                    .downcast_ref::<T>()
                    .map(T::summary)
                    .unwrap_or_default()
            },
        };
        Loader::from(Some(what), (name.into(), summary), source)
    }
}

impl<T: Send + Sync + 'static> Loader<T> {
    /// A chunk of the program, not requested yet. `what` names it in a sentence; failures of a
    /// chunk without a name are not shown. `fetch` must return a `T`.
    pub fn chunk(what: Option<FileKind>, fetch: fn() -> Fetched) -> Loader<T> {
        Loader::from(what, Default::default(), Source::Chunk(fetch))
    }

    fn from(what: Option<FileKind>, name: (Box<str>, ContentSummary), source: Source) -> Loader<T> {
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

    /// Returns a handle on the part of the chunk that `pick` returns.
    pub fn member<P>(self, pick: fn(&Content) -> Option<P>) -> Member<P> {
        Member {
            file: self.file,
            pick,
        }
    }

    /// The file's content, once it has loaded.
    pub fn ready(&self) -> Option<Arc<T>> {
        self.file.content()?.downcast().ok()
    }

    /// Starts the request unless an earlier call has.
    pub fn load(&self) {
        self.file.load();
    }

    /// The file without the type of its content.
    pub fn file(&self) -> File {
        self.file
    }
}

/// The part of a chunk that one panel uses. A panel knows the type of its own part and not that of
/// the chunk, which knows all panels.
pub struct Member<P> {
    file: File,
    pick: fn(&Content) -> Option<P>,
}

impl<P> Clone for Member<P> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<P> Copy for Member<P> {}

impl<P> Member<P> {
    /// The member, once the chunk has loaded.
    pub fn ready(&self) -> Option<P> {
        (self.pick)(&self.file.content()?)
    }

    /// Starts the request of the chunk unless an earlier call has.
    pub fn load(&self) {
        self.file.load();
    }
}

/// The state of a file, for any type of content.
#[derive(Clone, Copy)]
pub struct File {
    what: Option<FileKind>,
    /// The file's name, and what the manifest says of its content.
    name: StoredValue<Rc<(Box<str>, ContentSummary)>, LocalStorage>,
    source: Source,
    slot: RwSignal<Slot, LocalStorage>,
    /// The current request. Dropping it aborts the request. Responses to earlier requests are
    /// discarded.
    current: StoredValue<Option<Rc<Abort>>, LocalStorage>,
}

impl File {
    fn content(&self) -> Option<Content> {
        self.slot.with(|slot| match slot {
            Slot::Ready(content) => Some(content.clone()),
            _ => None,
        })
    }

    /// Whether a request is in flight.
    pub fn is_loading(&self) -> bool {
        self.slot.with(|slot| matches!(slot, Slot::Pending { .. }))
    }

    /// Whether no request was ever started.
    pub fn is_not_requested(&self) -> bool {
        self.slot.with(|slot| matches!(slot, Slot::NotRequested))
    }

    /// Whether loading failed.
    pub fn has_failed(&self) -> bool {
        self.slot.with(|slot| matches!(slot, Slot::Failed(_)))
    }

    fn load(&self) {
        if untrack(|| self.is_not_requested()) {
            self.start(match self.source {
                Source::Data { policy, .. } => policy,
                Source::Chunk(_) => CachePolicy::Trust,
            });
        }
    }

    /// Starts the request again if it failed or is slow.
    pub fn retry(&self) {
        if self
            .slot
            .with_untracked(|slot| matches!(slot, Slot::Failed(_) | Slot::Pending { slow: true }))
        {
            self.start(CachePolicy::Bypass);
        }
    }

    fn start(self, policy: CachePolicy) {
        let abort = Rc::new(Abort::new());
        let request = Rc::downgrade(&abort);
        self.current.set_value(Some(abort));
        self.slot.set(Slot::Pending { slow: false });
        spawn_local(self.mark_when_slow(request.clone()));
        spawn_local(self.fetch(policy, request));
    }

    async fn mark_when_slow(self, request: Weak<Abort>) {
        TimeoutFuture::new(SLOW_AFTER).await;
        if self.is_current(&request)
            && self
                .slot
                .with_untracked(|slot| matches!(slot, Slot::Pending { .. }))
        {
            self.slot.set(Slot::Pending { slow: true });
        }
    }

    async fn fetch(self, policy: CachePolicy, request: Weak<Abort>) {
        let mut result = self.request(policy, &request).await;
        if result.is_err() && policy != CachePolicy::Bypass {
            TimeoutFuture::new(SECOND_TRY_AFTER).await;
            result = self.request(CachePolicy::Bypass, &request).await;
        }
        if let Err(error) = &result
            && stale_page::reload_if_older(error)
        {
            // The page reloads, so the error need not be shown.
            return;
        }
        if self.is_current(&request) {
            self.slot.set(match result {
                Ok(content) => Slot::Ready(content),
                Err(error) => {
                    // Without this file the map may never be painted, and the error must show
                    // everywhere at once.
                    scheduler::stop_slicing();
                    Slot::Failed(error)
                }
            });
        }
    }

    async fn request(
        self,
        policy: CachePolicy,
        request: &Weak<Abort>,
    ) -> Result<Content, FetchError> {
        // `None` if another try has replaced this one, or the page is being unloaded.
        let signal = request.upgrade().map(|abort| abort.signal());
        let (Some(signal), Some(name)) = (signal, self.name.try_get_value()) else {
            return Err(FetchError::Connection);
        };
        match self.source {
            Source::Data {
                decode, summarise, ..
            } => {
                let (name, summary) = &*name;
                let content = decode(&fetch::bytes(name, policy, signal).await?)?;
                summary.check(summarise(&content))?;
                Ok(content)
            }
            Source::Chunk(fetch) => fetch().await,
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

    /// Adds this file's state to the progress.
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

/// The progress of all files together.
#[derive(Default)]
pub struct Progress {
    pending: bool,
    slow: bool,
    failed: Vec<LoadFailure>,
}

impl Progress {
    /// Failures come before pending files, because they need the reader's attention.
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
