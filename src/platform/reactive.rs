//! Type-erased memos, effects, texts and attributes, to keep the program small.
//!
//! Leptos compiles the machinery of a memo once for each type of value (about 2 KB), and that of an
//! effect or of a reactive text for each closure (1 to 3 KB). This app has a hundred of them. Here
//! each kind is compiled once.

use std::any::Any;
use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use leptos::attr::Attribute;
use leptos::attr::any_attribute::AnyAttribute;
use leptos::prelude::*;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::view::{Mountable, Position, PositionState, Render};
use web_sys::{Element, Node};

/// A value of any type.
pub type Content = Arc<dyn Any + Send + Sync>;

/// Computes the value from the previous one, and tells whether they differ.
type Recompute = Box<dyn Fn(Option<Content>) -> (Content, bool) + Send + Sync>;

/// A `Memo` of Leptos without a copy of its code for each type. Effects that read it run again only
/// when its value differs.
pub struct Derived<T> {
    memo: Memo<Content>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Derived<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Derived<T> {}

impl<T: Send + Sync + 'static> Derived<T> {
    /// A memo of `compute`, which runs when the value is first read.
    pub fn new(compute: impl Fn() -> T + Send + Sync + 'static) -> Derived<T>
    where
        T: PartialEq,
    {
        Derived::from_last(move |_| compute(), T::eq)
    }

    /// A memo of `compute`, which is given the previous value if there is one. `same` tells whether
    /// two values are equal to their readers.
    pub fn from_last(
        compute: impl Fn(Option<&T>) -> T + Send + Sync + 'static,
        same: fn(&T, &T) -> bool,
    ) -> Derived<T> {
        let recompute: Recompute = Box::new(move |last| {
            let before = last
                .as_deref()
                .and_then(<dyn Any + Send + Sync>::downcast_ref);
            let now = compute(before);
            let changed = !before.is_some_and(|before| same(before, &now));
            (Arc::new(now), changed)
        });
        Derived {
            memo: Memo::new_owning(recompute),
            of: PhantomData,
        }
    }

    /// The current value. Effects that read it run again when it changes.
    pub fn read(&self) -> Current<T> {
        Current::new(self.memo.get())
    }

    /// The current value, without a subscription.
    pub fn read_untracked(&self) -> Current<T> {
        Current::new(self.memo.get_untracked())
    }

    /// Subscribes to changes without reading the value.
    pub fn track(&self) {
        self.memo.track();
    }

    /// A copy of [`Derived::read`].
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.read().clone()
    }

    /// A copy of [`Derived::read_untracked`].
    pub fn get_untracked(&self) -> T
    where
        T: Clone,
    {
        self.read_untracked().clone()
    }
}

/// The value of a [`Derived`] at the time it was read.
pub struct Current<T>(Arc<T>);

impl<T: Send + Sync + 'static> Current<T> {
    fn new(content: Content) -> Current<T> {
        Current(
            content
                .downcast()
                .unwrap_or_else(|_| unreachable!("a derived value has one type")),
        )
    }
}

impl<T> Deref for Current<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// Whether both are `None` or point to the same allocation.
pub fn same_arc<T>(a: &Option<Arc<T>>, b: &Option<Arc<T>>) -> bool {
    a.as_ref().map(Arc::as_ptr) == b.as_ref().map(Arc::as_ptr)
}

/// An `Effect` of Leptos without a copy of its code for each closure.
pub fn effect(run: impl FnMut() + 'static) {
    Effect::new(Box::new(run) as Box<dyn FnMut()>);
}

/// A reactive text, property or attribute in a view.
pub type Reactive<T> = Box<dyn FnMut() -> T + Send>;

/// The whole content of an element, set as its `textContent`. Page translators and highlighters
/// replace or split text nodes, so a change to a text node could be lost or appear beside the old
/// text.
pub struct Text(pub String);

/// A text and its element.
pub struct TextState(String, Cell<Option<Element>>);

impl TextState {
    fn write(&self) {
        let element = self.1.take();
        if let Some(element) = &element {
            element.set_text_content(Some(&self.0));
        }
        self.1.set(element);
    }
}

impl Mountable for TextState {
    fn unmount(&mut self) {
        if let Some(element) = self.1.take() {
            element.set_text_content(None);
        }
    }

    fn mount(&mut self, element: &Element, _: Option<&Node>) {
        self.1.set(Some(element.clone()));
        self.write();
    }

    /// Mounts the child in place of this text: an element holds one text only.
    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let element = self.1.take();
        if let Some(element) = &element {
            child.mount(element, None);
        }
        element.is_some()
    }

    fn elements(&self) -> Vec<Element> {
        vec![]
    }
}

impl Render for Text {
    type State = TextState;

    fn build(self) -> TextState {
        TextState(self.0, Cell::new(None))
    }

    /// Leaves an unchanged text alone, so that a translation of it stays and screen readers do not
    /// announce it again.
    fn rebuild(self, state: &mut TextState) {
        if state.0 != self.0 {
            state.0 = self.0;
            state.write();
        }
    }
}

impl AddAnyAttr for Text {
    type Output<A: Attribute> = Text;

    fn add_any_attr<A: Attribute>(self, _: A) -> Text {
        self
    }
}

/// Required of a view. No page of this app is rendered on a server.
impl RenderHtml for Text {
    type AsyncOutput = Text;
    type Owned = Text;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Text {
        self
    }

    fn to_html_with_buf(
        self,
        _: &mut String,
        _: &mut Position,
        _: bool,
        _: bool,
        _: Vec<AnyAttribute>,
    ) {
    }

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> TextState {
        self.build()
    }

    fn into_owned(self) -> Text {
        self
    }
}

/// A reactive text that is the whole content of its element.
pub fn text(say: impl FnMut() -> String + Send + 'static) -> Reactive<Text> {
    whole(value(say))
}

fn whole(mut say: Reactive<String>) -> Reactive<Text> {
    Box::new(move || Text(say()))
}

/// A reactive property or attribute.
pub fn value(give: impl FnMut() -> String + Send + 'static) -> Reactive<String> {
    Box::new(give)
}

/// A reactive attribute, which is removed while the value is `None`.
pub fn attribute(
    value: impl FnMut() -> Option<String> + Send + 'static,
) -> Reactive<Option<String>> {
    Box::new(value)
}

/// A reactive class, property or attribute that is set or not.
pub fn flag(is_set: impl FnMut() -> bool + Send + 'static) -> Reactive<bool> {
    Box::new(is_set)
}
