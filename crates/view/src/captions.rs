//! Writes the lines around the figures: the page's title, the captions of table, map, downloads and
//! pictures.

use rising_model::dataset::manifest::{Manifest, Source};
use rising_model::domain::area::{AreaIndex, Level};
use rising_model::domain::day::Day;
use rising_words::Texts;
use rising_words::args;

use crate::names::ScopeName;
use crate::{InWords, LevelView};

/// Formats the caption of a table of areas: "Rising local authorities in England, seven days to 7
/// February 2021".
pub fn list_caption(
    every_area: bool,
    level: Level,
    name: &ScopeName,
    date: Day,
    texts: &Texts,
) -> String {
    let (inside, date) = (name.inside(texts), date.in_words(texts));
    match every_area {
        true => texts.caption_all(args::CaptionAll {
            date: &date,
            inside: &inside,
            level,
        }),
        false => texts.caption_rising(args::CaptionRising {
            date: &date,
            inside: &inside,
            level,
        }),
    }
}

/// Says that no area rises, in place of the table of rising areas.
pub fn no_rise_sentence(level: Level, name: &ScopeName, date: Day, texts: &Texts) -> String {
    texts.nothing_rising(args::NothingRising {
        date: &date.in_words(texts),
        inside: &name.inside(texts),
        level,
    })
}

/// Returns the title of the document: the open area with its direction or, without one, the
/// authority whose neighbourhoods are shown. `None` if neither is there.
pub fn document_title(
    view: &LevelView,
    area: Option<AreaIndex>,
    scope: Option<&ScopeName>,
    texts: &Texts,
) -> Option<String> {
    match (area, scope) {
        (Some(area), _) => Some(texts.area_title(args::AreaTitle {
            direction: view.snapshot.comparison(area).direction(),
            place: view.table.get(area)?.name_in(texts.tag()),
        })),
        (None, Some(scope @ ScopeName::Authority(_))) => {
            Some(texts.group_title(&scope.areas_first(view.level, texts)))
        }
        (None, _) => None,
    }
}

/// Labels the totals of a scope: "Local authorities in England".
pub fn totals_label(level: Level, name: &ScopeName, texts: &Texts) -> String {
    texts.areas_inside(args::AreasInside {
        inside: &name.inside(texts),
        level,
    })
}

/// Titles the downloads: "Download England's local authorities, seven days to 7 February 2021".
pub fn download_title(level: Level, name: &ScopeName, date: Day, texts: &Texts) -> String {
    texts.download_figures(args::DownloadFigures {
        date: &date.in_words(texts),
        group: &name.areas(level, texts),
    })
}

/// Says what a picture of the map measures: "England's local authorities: cases per 100,000 people
/// in the seven days to 7 February 2021".
pub fn picture_measure(level: Level, name: &ScopeName, date: Day, texts: &Texts) -> String {
    texts.figures_measured(args::FiguresMeasured {
        date: &date.in_words(texts),
        group: &name.areas_first(level, texts),
    })
}

/// Credits the sources under a picture of the map, with the link to it.
pub fn picture_source(sources: &[Source], link: &str, texts: &Texts) -> String {
    let sources = sources
        .iter()
        .map(|source| format!("{}: {}.", source.publisher, source.licence));
    texts.picture_source(args::PictureSource {
        link,
        sources: &sources.collect::<Vec<_>>().join(" "),
    })
}

/// Describes the map to screen readers: its areas and its week.
pub fn map_description(level: Level, name: &ScopeName, date: Day, texts: &Texts) -> String {
    texts.map_about(args::MapAbout {
        date: &date.in_words(texts),
        inside: &name.inside(texts),
        level,
    })
}

/// Formats the credit line under an embedded map: "Source: UK Health Security Agency, 7 February
/// 2021". `None` if the data set has no source.
pub fn credit_line(manifest: &Manifest, date: Day, texts: &Texts) -> Option<String> {
    let source = manifest.sources.first()?;
    Some(texts.credit(args::Credit {
        date: &date.in_words(texts),
        publisher: &source.publisher,
    }))
}

#[cfg(test)]
mod tests {
    use rising_model::domain::area::Nation;
    use rising_model::domain::figure::Figure::Count;

    use rising_words::Language;

    use super::*;
    use crate::fixtures::{authorities, level_view};

    fn day() -> Day {
        "2021-02-07".parse().unwrap()
    }

    fn herefordshire() -> ScopeName {
        ScopeName::Authority("Herefordshire".into())
    }

    #[test]
    fn list_caption_names_the_authority_whose_neighbourhoods_are_listed() {
        let caption = |language: Language| {
            list_caption(
                true,
                Level::Msoa,
                &herefordshire(),
                day(),
                &language.texts(),
            )
        };
        assert_eq!(
            caption(Language::En),
            "All neighbourhoods in Herefordshire, seven days to 7 February 2021"
        );
        assert!(
            caption(Language::Cy).starts_with("Pob cymdogaeth yn ardal Herefordshire,"),
            "{}",
            caption(Language::Cy)
        );
        let nothing = no_rise_sentence(Level::Msoa, &herefordshire(), day(), &Language::En.texts());
        assert!(
            nothing.starts_with("None of the neighbourhoods in Herefordshire was rising"),
            "{nothing}"
        );
    }

    #[test]
    fn document_title_names_the_open_area_or_the_authority() {
        let view = level_view(Level::Ltla, &authorities(), &[(Count(20), Count(60)); 4]);
        let (authority, nation) = (herefordshire(), Nation::England.into());
        let say = |area, scope| document_title(&view, area, scope, &Language::En.texts());
        let open = say(Some(0), Some(&authority)).unwrap();
        assert!(open.starts_with("Anham: rising - "), "{open}");
        let within = say(None, Some(&authority)).unwrap();
        assert!(
            within.starts_with("Herefordshire's local authorities - "),
            "{within}"
        );
        assert_eq!(say(None, Some(&nation)), None);
        assert_eq!(say(None, None), None);
    }

    #[test]
    fn captions_of_totals_downloads_and_pictures_name_the_areas() {
        let (name, texts) = (Nation::England.into(), Language::En.texts());
        assert_eq!(
            totals_label(Level::Ltla, &name, &texts),
            "Local authorities in England"
        );
        assert_eq!(
            download_title(Level::Ltla, &name, day(), &texts),
            "Download England's local authorities, seven days to 7 February 2021"
        );
        assert_eq!(
            picture_measure(Level::Ltla, &name, day(), &texts),
            "England's local authorities: cases per 100,000 people in the seven days to 7 \
            February 2021"
        );
        let source = |publisher: &str| Source {
            name: "Cases".into(),
            publisher: publisher.into(),
            licence: "Open licence".into(),
        };
        assert_eq!(
            picture_source(&[source("A"), source("B")], "https://a.example/", &texts),
            "Source: A: Open licence. B: Open licence. Map: https://a.example/"
        );
    }

    #[test]
    fn map_description_names_areas_and_week() {
        let say = |name| map_description(Level::Msoa, name, day(), &Language::En.texts());
        for (name, inside) in [
            (&herefordshire(), "neighbourhoods in Herefordshire"),
            (&Nation::Wales.into(), "neighbourhoods in Wales"),
        ] {
            let about = say(name);
            assert!(
                about.contains(inside) && about.contains("7 February 2021"),
                "{about}"
            );
        }
    }

    #[test]
    fn list_caption_names_areas_and_week() {
        let caption = |every_area| {
            list_caption(
                every_area,
                Level::Ltla,
                &Nation::England.into(),
                day(),
                &Language::En.texts(),
            )
        };
        assert_eq!(
            caption(false),
            "Rising local authorities in England, seven days to 7 February 2021"
        );
        assert!(caption(true).starts_with("All local authorities in England"));
        assert!(
            no_rise_sentence(
                Level::Msoa,
                &Nation::Uk.into(),
                day(),
                &Language::En.texts()
            )
            .starts_with("None of the neighbourhoods in the UK was")
        );
    }
}
