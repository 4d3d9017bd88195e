//! Finds the area at the device's position in the shapes on the device.

use rising_model::domain::area::AreaCode;
use rising_model::domain::area_table::AreaTable;
use rising_model::shapes::geometry::Topology;
use rising_model::shapes::point_location::locate;
use rising_words::args;

use crate::found_place::FoundPlace;
use crate::suggestion::Areas;

/// Metres from the nearest area within which a position counts as in it: boundaries are generalised
/// to 200 m, and leave out harbours and beaches.
const OFFSHORE: f64 = 1_500.0;

/// Metres of accuracy above which the neighbourhood is uncertain: in towns a neighbourhood measures
/// about 2 km.
const VAGUE: f64 = 2_000.0;

/// The area that a position is in, or near.
#[derive(Clone, Debug, PartialEq)]
pub struct NearestArea {
    /// The area's code.
    pub code: AreaCode,
    /// Metres from the area's border; 0 inside.
    pub distance: f64,
}

/// Finds the area at a longitude and latitude (degrees, WGS84), or the nearest one not far away.
pub fn nearest_area(
    topology: &Topology,
    table: &AreaTable,
    longitude: f64,
    latitude: f64,
) -> Option<NearestArea> {
    let found = locate(topology, longitude, latitude, OFFSHORE)?;
    Some(NearestArea {
        code: table.get(found.area)?.code.clone(),
        distance: found.distance,
    })
}

/// Returns the place at a position with a sentence about it; `accuracy` is the position's, in
/// metres. `None` until the authority's name has loaded.
pub fn found_position(
    areas: &Areas,
    authority: NearestArea,
    neighbourhood: Option<AreaCode>,
    accuracy: f64,
) -> Option<FoundPlace> {
    let texts = &areas.texts;
    let name = areas.authority(&authority.code)?;
    let exact = neighbourhood
        .as_ref()
        .and_then(|code| areas.neighbourhood(code));
    let mut sentence = match (authority.distance > 0.0, exact) {
        (true, Some(exact)) => texts.near_offshore_exact(args::NearOffshoreExact {
            authority: name,
            neighbourhood: exact,
        }),
        (true, None) => texts.near_offshore(name),
        (false, Some(exact)) => texts.near_place_exact(args::NearPlaceExact {
            authority: name,
            neighbourhood: exact,
        }),
        (false, None) => texts.near_place(name),
    };
    if accuracy > VAGUE {
        let around = (accuracy / 1000.0).min(99_999.0) as u32;
        sentence.push(' ');
        sentence += &texts.near_vague(around);
    }
    if let Some(why) = areas.why_no_neighbourhood(&authority.code, neighbourhood.as_ref()) {
        sentence.push(' ');
        sentence += why;
    }
    Some(FoundPlace {
        sentence,
        authority: authority.code,
        neighbourhood,
    })
}

#[cfg(test)]
mod tests {
    use rising_words::Language;

    use super::*;
    use crate::suggestion::tests::{code, table};

    fn sentence(
        authority: &str,
        distance: f64,
        neighbourhood: Option<&str>,
        accuracy: f64,
    ) -> String {
        let areas = Areas {
            texts: Language::En.texts(),
            authorities: table(
                &[
                    ("E08000033", "Calderdale", None),
                    ("W06000015", "Cardiff", None),
                ],
                vec![],
            ),
            neighbourhoods: table(
                &[("E02002251", "Halifax Central", Some("E08000033"))],
                vec![],
            ),
        };
        let authority = NearestArea {
            code: code(authority),
            distance,
        };
        found_position(&areas, authority, neighbourhood.map(code), accuracy)
            .unwrap()
            .sentence
    }

    #[test]
    fn found_position_names_the_areas_and_what_is_uncertain() {
        let halifax = Some("E02002251");
        assert_eq!(
            sentence("E08000033", 0.0, halifax, 10.0),
            "You are in Calderdale, in the neighbourhood Halifax Central."
        );
        assert_eq!(
            sentence("E08000033", 300.0, halifax, 10.0),
            "You are outside every area of this map; the nearest is Calderdale, in the neighbourhood Halifax Central."
        );
        assert_eq!(
            sentence("E08000033", 0.0, halifax, 5_200.0),
            "You are in Calderdale, in the neighbourhood Halifax Central. Your device knows this only to about 5 km, so it may be another."
        );
        assert_eq!(
            sentence("W06000015", 0.0, None, 10.0),
            "You are in Cardiff. Figures for neighbourhoods were published for England only."
        );
    }
}
