//! Memos, effects and changing parts of a view, whatever is in them.
//!
//! Leptos compiles the machinery of a memo once for each type of value (about 2 KB), and that of an
//! effect or of a changing text for each closure (1 to 3 KB). This app has a hundred of them. Here
//! each kind is compiled once, and only what is computed differs.

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

/// A value of whatever type.
pub type Content = Arc<dyn Any + Send + Sync>;

/// From the value before to the value now, and whether they differ.
type Recompute = Box<dyn Fn(Option<Content>) -> (Content, bool) + Send + Sync>;

/// A value computed from others, at most once for each change of theirs: Leptos' `Memo`. Those who
/// read it run again only when it has become a different one.
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
    /// What `compute` gives, once it is read.
    pub fn new(compute: impl Fn() -> T + Send + Sync + 'static) -> Derived<T>
    where
        T: PartialEq,
    {
        Derived::from_last(move |_| compute(), T::eq)
    }

    /// What `compute` makes of the value before, if there was one; `same` says whether the two
    /// differ to those who read it.
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

    /// The value now. Whoever reads it runs again when it changes.
    pub fn read(&self) -> Current<T> {
        Current::new(self.memo.get())
    }

    /// The value now; its later changes do not matter.
    pub fn read_untracked(&self) -> Current<T> {
        Current::new(self.memo.get_untracked())
    }

    /// Runs again when it changes, whatever it is.
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

/// What a [`Derived`] was when it was read. It stays so while it is held.
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

/// Are they the very same value, or both nothing? For what is made once and shared.
pub fn same_arc<T>(a: &Option<Arc<T>>, b: &Option<Arc<T>>) -> bool {
    a.as_ref().map(Arc::as_ptr) == b.as_ref().map(Arc::as_ptr)
}

/// Runs after the page was drawn, and again whenever something that it read has changed.
pub fn effect(run: impl FnMut() + 'static) {
    Effect::new(Box::new(run) as Box<dyn FnMut()>);
}

/// Part of a view that changes by itself.
pub type Reactive<T> = Box<dyn FnMut() -> T + Send>;

/// All that an element says: it has no other children. Translators and highlighters replace text
/// nodes or split them, so that a change to a text node would show nowhere, or beside the old text.
/// This one changes the element.
pub struct Text(pub String);

/// A text, and the element that says it.
pub struct TextState(String, Cell<Option<Element>>);

impl TextState {
    fn say(&self) {
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
        self.say();
    }

    /// Hands the element over: what is put before the only thing that an element says is to replace
    /// it.
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

    /// An unchanged text stays as it was translated, and is not announced again.
    fn rebuild(self, state: &mut TextState) {
        if state.0 != self.0 {
            state.0 = self.0;
            state.say();
        }
    }
}

impl AddAnyAttr for Text {
    type Output<A: Attribute> = Text;

    fn add_any_attr<A: Attribute>(self, _: A) -> Text {
        self
    }
}

/// What a view has to have. No page is rendered on a server.
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

/// A text that changes, and is all that its element says.
pub fn text(say: impl FnMut() -> String + Send + 'static) -> Reactive<Text> {
    whole(value(say))
}

fn whole(mut say: Reactive<String>) -> Reactive<Text> {
    Box::new(move || Text(say()))
}

/// A property or an attribute that changes.
pub fn value(give: impl FnMut() -> String + Send + 'static) -> Reactive<String> {
    Box::new(give)
}

/// An attribute that changes, and is not there where it is nothing.
pub fn attribute(
    value: impl FnMut() -> Option<String> + Send + 'static,
) -> Reactive<Option<String>> {
    Box::new(value)
}

/// A class, property or attribute that comes and goes.
pub fn flag(is_set: impl FnMut() -> bool + Send + 'static) -> Reactive<bool> {
    Box::new(is_set)
}
