//! The form: the choices, a preview of the embedded map, and the HTML to copy.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rising_address::{Request, ThemeChoice};
use rising_model::domain::area::{Level, Nation};
use rising_view::InWords;
use rising_view::names::{ScopeName, plain_name};
use rising_words::Language;

use super::snippet::{Embedding, Kind};
use crate::platform::reactive::{Derived, Reactive, Text, effect, flag, text, value};
use crate::platform::share;
use crate::state::State;

/// The range of heights that can be chosen, in CSS pixels.
const HEIGHTS: (u32, u32) = (360, 2000);

/// The areas that the embedded map opens on.
#[derive(Clone, Copy, PartialEq)]
enum Extent {
    /// The open area.
    Area,
    /// The neighbourhoods of one authority.
    Within,
    /// The whole nation.
    Whole,
}

/// One radio button of a group.
fn radio<T: Copy + PartialEq + Send + Sync + 'static>(
    name: &'static str,
    label: Reactive<Text>,
    chosen: RwSignal<T>,
    value: T,
) -> AnyView {
    view! {
        <label class="check">
            <input type="radio" name=name prop:checked=flag(move || chosen.get() == value) on:change=move |_| chosen.set(value) />
            <span>{label}</span>
        </label>
    }
    .into_any()
}

/// A dialog over the page, whose choices start from the current view.
#[component]
pub fn Form(open: RwSignal<bool>) -> impl IntoView {
    let state = expect_context::<State>();
    let shown = state.navigator().resolved_request();
    let area = move || {
        let shown = state.shown();
        let selected = state.selected();
        let shown = shown.read_untracked();
        shown
            .as_ref()?
            .table
            .get(selected.get_untracked()?)
            .cloned()
    };
    let area = area();
    let nation = shown.nation.unwrap_or(Nation::Uk);
    let has = |level| {
        state
            .manifest()
            .is_some_and(|manifest| manifest.levels.get(level).is_some())
    };
    let one_level = untrack(|| Level::ALL.into_iter().filter(|level| has(*level)).count() < 2);
    let within = state
        .view()
        .read_untracked()
        .as_ref()
        .and_then(|view| view.within.clone());
    // The authority whose neighbourhoods the page shows or could show.
    let authority = within.clone().or_else(|| {
        let own = area
            .as_ref()
            .map(|area| area.code.clone())
            .filter(|_| shown.level == Some(Level::Ltla));
        own.filter(|code| untrack(|| state.may_have_neighbourhoods(code)))
    });
    let authority_name = authority
        .as_ref()
        .and_then(|code| untrack(|| state.authority_name(code)));
    let named = authority_name.map(|name| ScopeName::Authority(plain_name(&name).to_owned()));
    let extent = RwSignal::new(match (&area, &within) {
        (Some(_), _) => Extent::Area,
        (None, Some(_)) => Extent::Within,
        (None, None) => Extent::Whole,
    });
    let level = RwSignal::new(shown.level.unwrap_or(Level::Ltla));
    let keep_date = RwSignal::new(true);
    let rising_only = RwSignal::new(shown.rising_only);
    // The language of the embedded map, which may differ from the page's.
    let chosen_language = RwSignal::new(state.texts().language());
    let theme = RwSignal::new(shown.theme);
    let height = RwSignal::new(None::<u32>);
    let kind = RwSignal::new(Kind::Script);
    let outcome = RwSignal::new("");

    // The other level may have figures only for a nearby date.
    let shown_level = shown.level;
    let shown_date = shown.date;
    let date = Derived::new(move || {
        let level = match extent.get() {
            Extent::Area => shown_level?,
            Extent::Within => Level::Msoa,
            Extent::Whole => level.get(),
        };
        state.date_near(level, shown_date?)
    });
    let embedding = {
        let (shown, area, named, authority) = (
            shown.clone(),
            area.clone(),
            named.clone(),
            authority.clone(),
        );
        Derived::new(move || {
            let (level, open, within) = match extent.get() {
                Extent::Area => (shown.level, shown.area.clone(), within.clone()),
                Extent::Within => (Some(Level::Msoa), None, authority.clone()),
                Extent::Whole => (Some(level.get()), None, None),
            };
            let request = Request {
                level,
                area: open,
                within,
                date: date.get().filter(|_| keep_date.get()),
                nation: shown.nation,
                rising_only: rising_only.get(),
                embed: false,
                theme: theme.get(),
                language: chosen_language.get(),
                problems: vec![],
            };
            let texts = state.texts().in_language(request.language);
            let title = match (extent.get(), &area, &named) {
                (Extent::Area, Some(area), _) => {
                    texts.embed_title(plain_name(area.name_in(texts.tag())))
                }
                (Extent::Within, _, Some(name)) => {
                    texts.embed_title_group(&name.areas(Level::Msoa, &texts))
                }
                _ => texts.embed_title_nation(nation).clone(),
            };
            Embedding {
                page: state.navigator().page(),
                title,
                request,
                height: height.get(),
            }
        })
    };
    let html = Derived::new(move || embedding.read().html(kind.get()));
    effect(move || {
        html.read();
        outcome.set("");
    });

    let dialog = NodeRef::<html::Dialog>::new();
    effect(move || {
        if let Some(dialog) = dialog.get() {
            let _ = dialog.show_modal();
        }
    });
    let preview = NodeRef::<html::Iframe>::new();
    let address = Derived::new(move || embedding.read().address());
    effect(move || {
        let address = address.read();
        // Changing `src` would add an entry to the browser's history.
        if let Some(inside) = preview.get().and_then(|frame| frame.content_window()) {
            let _ = inside.location().replace(&address);
        }
    });
    let copy = move |_| {
        let html = html.get_untracked();
        spawn_local(async move {
            let copied = share::copy(&html).await;
            outcome.set(if copied {
                state.texts().copied()
            } else {
                state.texts().builder_copy_by_hand()
            });
        });
    };
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    // Escape closes only the dialog, not the details behind it as well.
    let on_key = |event: KeyboardEvent| event.stop_propagation();

    let date_kept = move || {
        date.get()
            .map(|date| {
                let texts = state.texts();
                texts.builder_date_kept(&date.in_words(&texts))
            })
            .unwrap_or_default()
    };
    let extent_radio = |label: String, value: Extent| {
        radio("embed-extent", text(move || label.clone()), extent, value)
    };
    let kinds = [
        (Kind::Script, state.texts().builder_kind_script()),
        (Kind::Iframe, state.texts().builder_kind_frame()),
        (Kind::Amp, "AMP"),
    ];
    let kinds =
        kinds.map(|(choice, label)| radio("embed-kind", text(|| label.to_owned()), kind, choice));

    let languages = Language::ALL.map(|one| {
        let tag = one.tag();
        view! { <option value=tag lang=tag prop:selected=flag(move || chosen_language.get() == one)>{one.texts().language_name()}</option> }
    });

    view! {
        <dialog
            class="builder"
            node_ref=dialog
            aria-labelledby="builder-title"
            data-testid="builder"
            on:keydown=on_key
            on:close=move |_| open.set(false)
        >
            <header>
                <h2 id="builder-title">{state.texts().builder_title()}</h2>
                <button type="button" class="close" on:click=move |_| close()>
                    <span aria-hidden="true">"×"</span>
                    <span class="visually-hidden">{state.texts().builder_close()}</span>
                </button>
            </header>
            <div class="choices">
                <fieldset>
                    <legend>{state.texts().builder_extent()}</legend>
                    {area.map(|area| extent_radio(plain_name(area.name_in(state.texts().tag())).to_owned(), Extent::Area))}
                    {named.map(|name| extent_radio(name.areas_first(Level::Msoa, &state.texts()), Extent::Within))}
                    {extent_radio(state.texts().builder_whole(nation).clone(), Extent::Whole)}
                    <label class="field" hidden=flag(move || extent.get() != Extent::Whole || one_level)>
                        {state.texts().builder_areas()} " "
                        <select on:change:target=move |event| level.set(event.target().value().parse().unwrap_or(Level::Ltla))>
                            <option value="ltla" prop:selected=flag(move || level.get() == Level::Ltla)>{state.texts().builder_level(Level::Ltla).to_owned()}</option>
                            <option value="msoa" prop:selected=flag(move || level.get() == Level::Msoa)>{state.texts().builder_level(Level::Msoa).to_owned()}</option>
                        </select>
                    </label>
                </fieldset>
                <fieldset>
                    <legend>{state.texts().builder_date()}</legend>
                    {radio("embed-date", text(date_kept), keep_date, true)}
                    {radio("embed-date", text(move || state.texts().builder_date_open().to_owned()), keep_date, false)}
                </fieldset>
                <fieldset>
                    <legend>{state.texts().builder_look()}</legend>
                    <label class="check">
                        <input
                            type="checkbox"
                            prop:checked=flag(move || rising_only.get())
                            on:change:target=move |event| rising_only.set(event.target().checked())
                        />
                        <span>{state.texts().builder_rising_only()}</span>
                    </label>
                    <label class="field">
                        {state.texts().builder_language()} " "
                        <select
                            data-testid="embed-language"
                            on:change:target=move |event| chosen_language.set(Language::parse(&event.target().value()).unwrap_or_default())
                        >
                            {languages.collect_view()}
                        </select>
                    </label>
                    <label class="field">
                        {state.texts().builder_colours()} " "
                        <select on:change:target=move |event| theme.set(ThemeChoice::parse(&event.target().value()).unwrap_or_default())>
                            <option value="auto" prop:selected=flag(move || theme.get() == ThemeChoice::Auto)>{state.texts().builder_colours_auto()}</option>
                            <option value="light" prop:selected=flag(move || theme.get() == ThemeChoice::Light)>{state.texts().builder_colours_light()}</option>
                            <option value="dark" prop:selected=flag(move || theme.get() == ThemeChoice::Dark)>{state.texts().builder_colours_dark()}</option>
                        </select>
                    </label>
                    <label class="field">
                        <span id="builder-height">{state.texts().builder_height()}</span>
                        " "
                        <input
                            type="number"
                            // With a wrapping label alone, Safari adds the placeholder to the name.
                            aria-labelledby="builder-height"
                            min=HEIGHTS.0.to_string()
                            max=HEIGHTS.1.to_string()
                            placeholder=state.texts().builder_height_auto()
                            on:input:target=move |event| {
                                let (least, most) = HEIGHTS;
                                height.set(event.target().value().parse().ok().filter(|height| (least..=most).contains(height)));
                            }
                        />
                    </label>
                </fieldset>
                <fieldset>
                    <legend>{state.texts().builder_kind()}</legend>
                    {kinds.collect_view()}
                </fieldset>
            </div>
            <label class="field source">
                {state.texts().builder_paste()}
                <textarea readonly rows="6" spellcheck="false" data-testid="snippet" prop:value=value(move || html.get()) on:focus:target=|event| event.target().select()></textarea>
            </label>
            <p>
                <button type="button" on:click=copy>{state.texts().builder_copy()}</button>
                " "
                <span class="message" role="status">{text(move || outcome.get().to_owned())}</span>
            </p>
            <h3>{state.texts().builder_preview()}</h3>
            <iframe title=state.texts().builder_preview_title() node_ref=preview></iframe>
        </dialog>
    }
}
