//! Defines the options of one level: its files other than cases, and how all files are read.

use std::path::PathBuf;

use rising_model::domain::area::{Level, Nation};
use rising_model::domain::clearness::Dispersion;
use rising_model::domain::day::Day;

use crate::join::DEFAULT_LAG_DAYS;
use crate::period::Period;
use crate::population::PopulationFile;

/// The files of a level other than cases, and how all files are read; from the command line or the
/// publisher's configuration.
#[derive(Clone, Debug, clap::Args)]
pub struct LevelOptions {
    /// Level of the figures: ltla (authorities) or msoa (neighbourhoods); for another country, its
    /// larger and its smaller areas
    #[arg(long)]
    pub level: Level,

    /// Each count is for the seven days to its date, one a week; for general counts, whose files do
    /// not say it
    #[arg(long)]
    pub weekly: bool,

    /// Populations: areaCode,areaName,population, the ONS file of MSOAs, or id,name,population;
    /// several files are combined. For newer estimates, give the first date that uses them:
    /// people_2020.csv,from=2021-08-01; areas that are not in them keep the older ones. A name,
    /// estimate=mid-2020, is shown with the figures
    #[arg(long, required = true, num_args = 1.., value_name = "FILE[,from=DATE][,estimate=NAME]")]
    pub population: Vec<PopulationFile>,

    /// TopoJSON or GeoJSON in degrees; the data set has exactly its areas
    #[arg(long, value_name = "FILE")]
    pub boundaries: PathBuf,

    /// Only the areas of these nations: england, wales, scotland, ni [default: all areas of the
    /// boundaries]
    #[arg(long, value_name = "NATION", num_args = 1..)]
    pub nations: Vec<Nation>,

    /// Day the cases were published; the days of the lag before it are incomplete and not offered
    /// [default: the last day with figures]
    #[arg(long, value_name = "DATE")]
    pub published: Option<Day>,

    /// Days before publication that are incomplete
    #[arg(
        long,
        value_name = "DAYS",
        default_value_t = DEFAULT_LAG_DAYS,
        value_parser = clap::value_parser!(u16).range(0..=366)
    )]
    pub lag: u16,

    /// The figures are final: offer their last day too
    #[arg(long = "final")]
    pub is_final: bool,

    /// Drop and list faulty lines instead of failing
    #[arg(long)]
    pub lenient: bool,

    /// Day, or first and last day, known to be missing in the source; may be given several times
    #[arg(long, value_name = "DATE[..DATE]")]
    pub known_gap: Vec<Period>,

    /// Variance of the counts divided by their mean, 1 or more, used to distinguish changes from
    /// chance [default: estimated from daily counts, of this level or of the data set's other
    /// level; otherwise an upper bound from four weekly counts]
    #[arg(long, value_name = "NUMBER", value_parser = parse_dispersion)]
    pub dispersion: Option<Dispersion>,

    /// Table of codes counted in other areas: old_code,old_name,new_code,new_name,reason
    #[arg(long, value_name = "FILE")]
    pub aliases: Option<PathBuf>,

    /// Names to show in place of those in the cases: code,name
    #[arg(long, value_name = "FILE")]
    pub area_names: Option<PathBuf>,

    /// Names of areas in Welsh: code,name
    #[arg(long, value_name = "FILE")]
    pub welsh: Option<PathBuf>,

    /// Date that the map shows first, and whose figures load first [default: the last date offered]
    #[arg(long, value_name = "DATE")]
    pub default_date: Option<Day>,
}

/// Parses the publisher's dispersion.
fn parse_dispersion(text: &str) -> Result<Dispersion, String> {
    let value: f64 = text
        .parse()
        .map_err(|_| "write a number, such as 2.0".to_owned())?;
    dispersion_from(value)
}

/// Converts a number to the publisher's dispersion, if it is in the valid range.
pub(crate) fn dispersion_from(value: f64) -> Result<Dispersion, String> {
    if (1.0..=1000.0).contains(&value) {
        Ok(Dispersion::at_least(value))
    } else {
        Err(format!(
            "a dispersion is from 1 (counts of independent events) to 1000, not {value}"
        ))
    }
}

impl LevelOptions {
    /// Whether areas of a nation are included. Areas without a nation are, unless nations are
    /// given.
    pub(super) fn includes_nation(&self, nation: Option<Nation>) -> bool {
        self.nations.is_empty()
            || self
                .nations
                .iter()
                .any(|&wanted| wanted == Nation::Uk || Some(wanted) == nation)
    }
}
