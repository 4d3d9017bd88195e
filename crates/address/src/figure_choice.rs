//! The choices of a request that select figures, as requested and as shown.

use rising_model::domain::area::{AreaCode, Level, Nation};
use rising_model::domain::day::Day;

use crate::request::Request;

/// The choices with which the page shows a request: those that the address leaves open are made,
/// and those that the data set cannot meet are replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedView {
    /// The level.
    pub level: Level,
    /// The date.
    pub date: Day,
    /// `None` where areas belong to no nation.
    pub nation: Option<Nation>,
    /// Not always the area in the address: an old code resolves to another area or level, and an
    /// unknown code to none.
    pub area: Option<AreaCode>,
    /// The authority whose neighbourhoods alone are shown.
    pub within: Option<AreaCode>,
}

impl ResolvedView {
    /// Writes the choices into the request that they resolve. Its own date and nation stay.
    pub fn apply_to(self, request: &mut Request) {
        request.level = Some(self.level);
        request.area = self.area;
        request.within = self.within;
        request.date.get_or_insert(self.date);
        request.nation = request.nation.or(self.nation);
    }
}

/// The part of a request that chooses the figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureChoice {
    level: Option<Level>,
    date: Option<Day>,
    nation: Option<Nation>,
    within: Option<AreaCode>,
}

impl FigureChoice {
    /// Returns the part of a request.
    pub fn of(request: &Request) -> FigureChoice {
        FigureChoice {
            level: request.level,
            date: request.date,
            nation: request.nation,
            within: request.within.clone(),
        }
    }

    /// Writes the choice into a request.
    pub fn apply_to(self, request: &mut Request) {
        request.level = self.level;
        request.date = self.date;
        request.nation = self.nation;
        request.within = self.within;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(query: &str) -> Request {
        Request::parse_plain(query).expect("this is a plain query")
    }

    #[test]
    fn resolved_view_keeps_requested_date_and_nation_and_replaces_the_rest() {
        let resolved = ResolvedView {
            level: Level::Msoa,
            date: "2021-02-07".parse().unwrap(),
            nation: Some(Nation::England),
            area: "E02000001".parse().ok(),
            within: None,
        };
        for (before, after) in [
            (
                "theme=dark",
                "level=msoa&date=2021-02-07&area=E02000001&nation=england&theme=dark",
            ),
            (
                "level=ltla&date=2020-11-28&area=E02000001&within=E06000019&nation=uk",
                "level=msoa&date=2020-11-28&area=E02000001&nation=uk",
            ),
        ] {
            let mut changed = request(before);
            resolved.clone().apply_to(&mut changed);
            assert_eq!(changed, request(after));
        }
    }

    #[test]
    fn figure_choice_leaves_area_and_settings() {
        let figures = FigureChoice::of(&request(
            "level=msoa&date=2020-11-28&area=E02000001&within=E06000019&nation=uk&rising=1",
        ));
        let mut changed = request("level=ltla&area=E06000019&embed=1&lang=cy");
        figures.apply_to(&mut changed);
        assert_eq!(
            changed,
            request(
                "level=msoa&date=2020-11-28&area=E06000019&within=E06000019&nation=uk&embed=1&lang=cy"
            )
        );
    }
}
