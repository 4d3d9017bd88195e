//! Downloads the current view as files: the picture, the table, the figures and the areas.

use leptos::prelude::*;
use leptos::task::spawn_local;
use rising_model::domain::area::Level;
use rising_view::LevelView;
use rising_view::captions::download_title;
use rising_view::names::ScopeName;
use rising_words::{Language, Texts};
use web_sys::Blob;

use super::super::table_options::TableOptions;
use super::super::verdict_text::VerdictContext;
use super::canvas_noise::{self, CanvasNoise};
use super::picture::PictureSubject;
use super::records::{AreaRecord, columns, records, records_of};
use super::shapes::finest_shapes;
use super::{csv, features, save};
use crate::map::MapRef;
use crate::platform::frame::is_framed;
use crate::platform::reactive::{flag, text, value};
use crate::state::State;
use crate::state::theme::use_theme;

/// The file formats.
#[derive(Clone, Copy, PartialEq)]
enum FileFormat {
    Png,
    Svg,
    /// The rows of the table as CSV, filtered and sorted as on the page.
    Table,
    /// All areas as CSV.
    Csv,
    GeoJson,
}

impl FileFormat {
    const ALL: [FileFormat; 5] = [
        FileFormat::Png,
        FileFormat::Svg,
        FileFormat::Table,
        FileFormat::Csv,
        FileFormat::GeoJson,
    ];

    /// Returns the end of the file's name.
    fn ending(self) -> &'static str {
        match self {
            FileFormat::Png => ".png",
            FileFormat::Svg => ".svg",
            FileFormat::Table => "-table.csv",
            FileFormat::Csv => ".csv",
            FileFormat::GeoJson => ".geojson",
        }
    }

    /// Returns the button's `data-testid`.
    fn test_id(self) -> &'static str {
        match self {
            FileFormat::Png => "download-png",
            FileFormat::Svg => "download-svg",
            FileFormat::Table => "download-csv",
            FileFormat::Csv => "download-csv-all",
            FileFormat::GeoJson => "download-geojson",
        }
    }

    fn title(self, texts: &Texts) -> &'static str {
        match self {
            FileFormat::Png => "PNG",
            FileFormat::Svg => "SVG",
            FileFormat::Table => "CSV",
            FileFormat::Csv => texts.download_csv_all(),
            FileFormat::GeoJson => "GeoJSON",
        }
    }

    fn about(self, texts: &Texts) -> &'static str {
        match self {
            FileFormat::Png => texts.download_png(),
            FileFormat::Svg => texts.download_svg(),
            FileFormat::Table => texts.download_csv_table(),
            FileFormat::Csv => texts.download_csv(),
            FileFormat::GeoJson => texts.download_geojson(),
        }
    }
}

/// The state of the download, as shown to the reader.
#[derive(Clone, Copy, PartialEq)]
enum DownloadOutcome {
    Nothing,
    Preparing,
    Saved,
    /// Saved, with pixels that the browser has altered invisibly.
    Altered,
    /// Not saved: the browser replaces the picture by noise.
    Spoilt,
    Failed,
}

/// Returns a file name such as "rising-england-2021-02-07.csv" or
/// "rising-herefordshire-neighbourhoods-2021-10-30.csv"; "rising-2024-06-29.csv" in a data set
/// without nations.
fn file_name(shown: &LevelView, name: &ScopeName, format: FileFormat) -> String {
    let nations = shown.table.has_nations();
    let whose = match name {
        ScopeName::Nation(nation) if nations => format!("{}-", nation.slug()),
        ScopeName::Nation(_) => String::new(),
        ScopeName::Authority(name) => format!("{}-", slug(name)),
    };
    let level = match shown.level {
        Level::Ltla => "",
        Level::Msoa if nations => "neighbourhoods-",
        Level::Msoa => "finer-",
    };
    format!(
        "rising-{whose}{level}{}{}",
        shown.snapshot.date(),
        format.ending()
    )
}

/// Returns the name in lower case with hyphens between words: "bristol", "st-helens".
fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// Builds the file. `None` where its content is not available.
async fn build(
    subject: &PictureSubject<'_>,
    map: MapRef,
    listing: TableOptions,
    format: FileFormat,
) -> Option<Blob> {
    let &PictureSubject {
        state,
        view,
        shown,
        scope,
        ..
    } = subject;
    let nation = view.nation;
    match format {
        FileFormat::Png => return subject.png(map).await,
        FileFormat::Svg => return subject.svg(map).await,
        FileFormat::Table | FileFormat::Csv | FileFormat::GeoJson => {}
    }
    let authorities = untrack(|| state.table(Level::Ltla));
    let english = untrack(|| state.texts()).in_language(Language::En);
    let records: Vec<AreaRecord> = match format {
        FileFormat::Table => records_of(
            shown,
            listing.areas(shown, scope, state),
            authorities.as_deref(),
            &english,
        ),
        _ => records(shown, scope, authorities.as_deref(), &english),
    };
    if format != FileFormat::GeoJson {
        return save::file_of(
            &csv::csv(&records, columns(shown)),
            "text/csv;charset=utf-8",
        );
    }
    let topology = finest_shapes(state, shown.level)
        .await
        .filter(|topology| topology.len() == shown.table.len())?;
    let manifest = untrack(|| state.manifest())?;
    let sources = manifest
        .sources
        .iter()
        .map(|source| format!("{}. {}.", source.publisher, source.licence));
    let within = scope.authority().map(|code| ("within", code.to_string()));
    let about = [
        ("level", shown.level.slug().to_owned()),
        match shown.table.has_nations() {
            true => ("nation", nation.slug().to_owned()),
            false => ("region", state.texts().nation_name(nation).to_owned()),
        },
        ("date", shown.snapshot.date().to_string()),
        ("source", sources.collect::<Vec<_>>().join(" ")),
    ];
    let about: Vec<(&str, String)> = about.into_iter().chain(within).collect();
    save::file_of(
        &features::features(&records, columns(shown), &topology, &about),
        "application/geo+json",
    )
}

/// The panel with a button for each format.
#[component]
pub fn DownloadPanel() -> impl IntoView {
    let state = expect_context::<State>();
    let map = expect_context::<MapRef>();
    let theme = use_theme();
    let VerdictContext {
        answer, listing, ..
    } = expect_context();
    let view = state.view();
    let shown = state.shown();
    let scope = state.scope();
    let outcome = RwSignal::new(DownloadOutcome::Nothing);
    let download = move |format: FileFormat| {
        let (Some(view), Some(shown)) = (view.get_untracked(), shown.get_untracked()) else {
            return;
        };
        let (Some(scope), Some(name)) = (scope.get_untracked(), untrack(|| state.scope_name()))
        else {
            return;
        };
        if outcome.get_untracked() == DownloadOutcome::Preparing {
            return;
        }
        outcome.set(DownloadOutcome::Preparing);
        spawn_local(async move {
            let title = answer
                .read_untracked()
                .as_ref()
                .map(|answer| answer.sentence.clone())
                .unwrap_or_default();
            let theme = theme.get_untracked();
            let subject = PictureSubject {
                state,
                view: &view,
                shown: &shown,
                scope: &scope,
                name: &name,
                theme,
                title,
            };
            let noise = if format == FileFormat::Png {
                canvas_noise::measure().await
            } else {
                CanvasNoise::None
            };
            if noise == CanvasNoise::Spoilt {
                return outcome.set(DownloadOutcome::Spoilt);
            }
            let file = build(&subject, map, listing, format).await;
            let saved =
                file.is_some_and(|file| save::save(&file, &file_name(&shown, &name, format)));
            outcome.set(match (saved, noise) {
                (false, _) => DownloadOutcome::Failed,
                (true, CanvasNoise::Slight) => DownloadOutcome::Altered,
                (true, _) => DownloadOutcome::Saved,
            });
        });
    };
    let what = move || {
        let shown = shown.read();
        let name = state.scope_name()?;
        let shown = shown.as_ref()?;
        let date = shown.snapshot.date();
        Some(download_title(shown.level, &name, date, &state.texts()))
    };
    let said = move || {
        match outcome.get() {
            DownloadOutcome::Nothing => "",
            DownloadOutcome::Preparing => state.texts().download_preparing(),
            DownloadOutcome::Saved => state.texts().download_saved(),
            DownloadOutcome::Altered => state.texts().download_altered(),
            DownloadOutcome::Spoilt => state.texts().download_spoilt(),
            DownloadOutcome::Failed => state.texts().download_failed(),
        }
        .to_owned()
    };
    let is_noisy = move || {
        matches!(
            outcome.get(),
            DownloadOutcome::Altered | DownloadOutcome::Spoilt
        )
    };
    let framed = is_framed();
    let texts = state.texts();
    let buttons = FileFormat::ALL.map(|format| {
        view! {
            <li>
                <button
                    type="button"
                    data-testid=format.test_id()
                    on:click=move |_| download(format)
                >
                    {format.title(&texts)}
                </button>
                " " {format.about(&texts)}
            </li>
        }
    });
    view! {
        <section class="export downloads" aria-labelledby="downloads-title" data-testid="downloads">
            <h2 id="downloads-title">{text(move || what().unwrap_or_default())}</h2>
            <ul>{buttons.collect_view()}</ul>
            <p class="message" role="status">{text(said)}</p>
            <p hidden=flag(move || !is_noisy())>
                <button
                    type="button"
                    data-testid="download-svg-instead"
                    on:click=move |_| download(FileFormat::Svg)
                >
                    {state.texts().download_svg_instead()}
                </button>
            </p>
            <p hidden=flag(move || !framed)>
                {state.texts().download_framed()} " "
                <a href=value(move || state.link()) target="_blank" rel="noopener">
                    {state.texts().download_framed_link()}
                </a>
                "."
            </p>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rising_model::domain::area::{Area, Nation};
    use rising_model::domain::area_table::AreaTable;

    use super::super::records::tests::shown;
    use super::*;

    #[test]
    fn file_name_within_an_authority_contains_its_name() {
        let (neighbourhoods, _) = shown();
        let name = |authority: &str| {
            file_name(
                &neighbourhoods,
                &ScopeName::Authority(authority.into()),
                FileFormat::GeoJson,
            )
        };
        assert_eq!(
            name("Herefordshire"),
            "rising-herefordshire-neighbourhoods-2020-11-28.geojson"
        );
        assert_eq!(
            name("St. Helens"),
            "rising-st-helens-neighbourhoods-2020-11-28.geojson"
        );
    }

    #[test]
    fn file_name_contains_nation_level_and_date() {
        let (neighbourhoods, _) = shown();
        let name = file_name(&neighbourhoods, &Nation::England.into(), FileFormat::Csv);
        assert_eq!(name, "rising-england-neighbourhoods-2020-11-28.csv");
        let name = file_name(&neighbourhoods, &Nation::England.into(), FileFormat::Table);
        assert_eq!(name, "rising-england-neighbourhoods-2020-11-28-table.csv");
        let authorities = LevelView {
            level: Level::Ltla,
            ..neighbourhoods
        };
        assert_eq!(
            file_name(&authorities, &Nation::Uk.into(), FileFormat::GeoJson),
            "rising-uk-2020-11-28.geojson"
        );
        let areas = ["S01", "S02", "E-03"].map(|code| {
            let of = authorities.table.areas()[0].clone();
            Area {
                code: code.parse().unwrap(),
                parent: None,
                ..of
            }
        });
        let table = Arc::new(AreaTable::new(areas.into(), vec![]).unwrap());
        let elsewhere = LevelView {
            table,
            ..authorities
        };
        assert_eq!(
            file_name(&elsewhere, &Nation::Uk.into(), FileFormat::Csv),
            "rising-2020-11-28.csv"
        );
        assert_eq!(columns(&elsewhere)[2..4], ["within", "region"]);
        let finer = LevelView {
            level: Level::Msoa,
            ..elsewhere
        };
        assert_eq!(
            file_name(&finer, &Nation::Uk.into(), FileFormat::Csv),
            "rising-finer-2020-11-28.csv"
        );
    }
}
