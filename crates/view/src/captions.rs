//! Writes the lines around a table of areas and under an embedded map.

use rising_model::area::Level;
use rising_model::day::Day;
use rising_model::manifest::Manifest;
use rising_words::Language;

use crate::InWords;
use crate::names::ScopeName;

/// Formats the caption of a table of areas: "Rising local authorities in England, seven days to 7
/// February 2021".
pub fn list_caption(
    every_area: bool,
    level: Level,
    name: &ScopeName,
    date: Day,
    language: Language,
) -> String {
    let (inside, date) = (name.inside(language), date.in_words(language));
    match every_area {
        true => language.caption_all(&date, &inside, level),
        false => language.caption_rising(&date, &inside, level),
    }
}

/// Says that no area rises, in place of the table of rising areas.
pub fn no_rise_sentence(level: Level, name: &ScopeName, date: Day, language: Language) -> String {
    language.nothing_rising(&date.in_words(language), &name.inside(language), level)
}

/// Formats the credit line under an embedded map: "Source: UK Health Security Agency, 7 February
/// 2021". `None` if the data set has no source.
pub fn credit_line(manifest: &Manifest, date: Day, language: Language) -> Option<String> {
    let source = manifest.sources.first()?;
    Some(language.credit(&date.in_words(language), &source.publisher))
}

#[cfg(test)]
mod tests {
    use rising_model::area::Nation;

    use super::*;

    fn day() -> Day {
        "2021-02-07".parse().unwrap()
    }

    fn herefordshire() -> ScopeName {
        ScopeName::Authority("Herefordshire".into())
    }

    #[test]
    fn list_caption_names_the_authority_whose_neighbourhoods_are_listed() {
        let caption = |language| list_caption(true, Level::Msoa, &herefordshire(), day(), language);
        assert_eq!(
            caption(Language::En),
            "All neighbourhoods in Herefordshire, seven days to 7 February 2021"
        );
        assert!(
            caption(Language::Cy).starts_with("Pob cymdogaeth yn ardal Herefordshire,"),
            "{}",
            caption(Language::Cy)
        );
        let nothing = no_rise_sentence(Level::Msoa, &herefordshire(), day(), Language::En);
        assert!(
            nothing.starts_with("None of the neighbourhoods in Herefordshire was rising"),
            "{nothing}"
        );
    }

    #[test]
    fn list_caption_names_areas_and_week() {
        let caption = |every_area| {
            list_caption(
                every_area,
                Level::Ltla,
                &Nation::England.into(),
                day(),
                Language::En,
            )
        };
        assert_eq!(
            caption(false),
            "Rising local authorities in England, seven days to 7 February 2021"
        );
        assert!(caption(true).starts_with("All local authorities in England"));
        assert!(
            no_rise_sentence(Level::Msoa, &Nation::Uk.into(), day(), Language::En)
                .starts_with("None of the neighbourhoods in the UK was")
        );
    }
}
