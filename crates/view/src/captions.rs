//! Writes the lines around a table of areas, the map's description and the line under an embedded
//! map.

use rising_model::dataset::manifest::Manifest;
use rising_model::domain::area::Level;
use rising_model::domain::day::Day;
use rising_words::Texts;
use rising_words::args;

use crate::InWords;
use crate::names::ScopeName;

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

    use rising_words::Language;

    use super::*;

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
