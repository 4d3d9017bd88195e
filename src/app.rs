//! Composes the page from its panels, and sets what belongs to the whole page: theme and title.

use leptos::html;
use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rising_view::names::ScopeName;
use rising_words::Language;
use web_sys::HtmlElement;

use crate::builder::EmbedButton;
use crate::language::language;
use crate::lazy::Chunks;
use crate::map::{Map, MapRef};
use crate::offline::{self, SyncStatus};
use crate::panels::{
    Details, ExportButtons, Legend, Notes, Notices, Playing, RisingList, Search, Share, StatusLine,
    Switches, Timeline, Verdict, VerdictContext,
};
use crate::prerendered;
use crate::reactive::{Derived, attribute, effect, flag};
use crate::state::State;
use crate::url::{Navigator, ThemeChoice};

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let chunks = Chunks::new();
    let state = State::new(Navigator::new(), chunks.files());
    provide_context(chunks);
    provide_context(state);
    provide_context(VerdictContext::new(state));
    provide_context(MapRef::new());
    let sync = SyncStatus::new();
    provide_context(sync);
    provide_context(Playing(RwSignal::new(false)));
    prerendered::watch(state);
    follow_theme(state);
    update_title(state);

    let embedded = state.request().with_untracked(|request| request.embed);
    let chunk = chunks.embed;
    // The page's first script misses this for links that need repair.
    if let Some(root) = document().document_element() {
        let _ = root.toggle_attribute_with_force("data-embed", embedded);
    }
    if embedded {
        chunk.load();
    } else {
        offline::start(state, sync, chunks.offline);
    }
    let page = NodeRef::<html::Div>::new();
    let main = NodeRef::<html::Main>::new();
    let stage = NodeRef::<html::Section>::new();
    let in_page = move || page.get_untracked().map(|page| (*page).clone());
    let in_main = move || main.get_untracked();
    let in_stage = move || stage.get_untracked();
    mount_section(
        in_page,
        move || view! { <Masthead embedded /> <main node_ref=main></main> },
    );
    mount_section(in_main, StatusLine);
    mount_section(in_main, Search);
    mount_section(
        in_main,
        || view! { <div class="verdict-area"><Verdict /> <Notices /></div> },
    );
    mount_section(in_main, move || {
        view! {
            <section class="stage" aria-label=language().the_map() node_ref=stage>
                <div class="map-frame"><Map /></div>
            </section>
        }
    });
    mount_section(in_stage, Timeline);
    mount_section(in_stage, Switches);
    mount_section(in_stage, Legend);
    mount_section(in_main, Details);
    if embedded {
        mount_section(in_main, move || {
            move || chunk.ready().map(|chunk| (chunk.0)())
        });
    } else {
        mount_section(in_main, RisingList);
        mount_section(in_main, || {
            view! { <section class="actions" aria-label=language().share_view()><Share /> <EmbedButton /> <ExportButtons /></section> }
        });
        mount_section(in_page, Notes);
    }
    spawn_local(async { prerendered::page_built() });
    let selected = state.selected();
    view! { <div class="page" class:with-details=flag(move || selected.get().is_some()) node_ref=page></div> }
}

/// Builds a section of the page in a task of its own and appends it to `place`, so that the browser
/// can handle input between two sections.
fn mount_section<V: IntoView + 'static>(
    place: impl FnOnce() -> Option<HtmlElement> + 'static,
    view: impl FnOnce() -> V + 'static,
) {
    let owner = Owner::current().unwrap_or_default();
    spawn_local(async move {
        if let Some(place) = place() {
            owner.with(|| mount_to(place, view).forget());
        }
    });
}

/// The site's name, subject and language links. Visible to screen readers alone when embedded.
#[component]
fn Masthead(embedded: bool) -> impl IntoView {
    let state = expect_context::<State>();
    let navigator = state.navigator();
    // Ordinary links: another language is another page, so Back returns to this one.
    let others = Language::ALL.into_iter().filter(|other| *other != language()).map(move |other| {
        let link = attribute(move || Some(navigator.link_in(other)));
        view! { <a class="language" lang=other.tag() hreflang=other.tag() href=link>{other.language_name()}</a> }
    });
    view! {
        <header class="masthead" class:visually-hidden=embedded>
            <h1>{language().site_name()}</h1>
            <p>{state.label_text(|language| language.site_subject().to_owned())}</p>
            {(!embedded).then(|| view! { <a class="skip visually-hidden" href="#table">{language().skip_to_table()}</a> })}
            {(!embedded).then(|| others.collect_view())}
        </header>
    }
}

/// Sets `data-theme` to the link's theme, for the style sheet and the browser's own controls.
fn follow_theme(state: State) {
    let theme = Derived::new(move || state.request().read().theme);
    effect(move || {
        let Some(root) = document().document_element() else {
            return;
        };
        let _ = match theme.get() {
            ThemeChoice::Auto => root.remove_attribute("data-theme"),
            ThemeChoice::Light => root.set_attribute("data-theme", "light"),
            ThemeChoice::Dark => root.set_attribute("data-theme", "dark"),
        };
    });
}

/// Keeps the document's title up to date: the open area with its direction or, without one, the
/// authority whose neighbourhoods are shown.
fn update_title(state: State) {
    let shown = state.shown();
    let selected = state.selected();
    let name = Derived::new(move || {
        let shown = shown.read();
        let shown = shown.as_ref()?;
        let Some(index) = selected.get() else {
            let name = state
                .scope_name()
                .filter(|name| matches!(name, ScopeName::Authority(_)))?;
            return Some(language().group_title(&name.areas_first(shown.level, language())));
        };
        let direction = shown.snapshot.comparison(index).direction();
        Some(language().area_title(direction, shown.table.get(index)?.name_in(language().tag())))
    });
    effect(move || match name.get() {
        Some(name) => document().set_title(&name),
        None => document().set_title(language().page_title()),
    });
}
