//! What one level of a data set is made from, besides its cases.

use std::path::PathBuf;

use rising_model::area::{Level, Nation};
use rising_model::clearness::Dispersion;
use rising_model::day::Day;

use crate::join::DEFAULT_LAG_DAYS;
use crate::period::Period;
use crate::population::PopulationFile;

/// The files of one level but those of cases, and how all are to be read, from the command line or
/// from a publisher's configuration.
#[derive(Clone, Debug, clap::Args)]
pub struct LevelOptions {
    /// What the figures are for: ltla (authorities) or msoa (neighbourhoods); of another country,
    /// its coarser and its finer areas
    #[arg(long)]
    pub level: Level,

    /// Each count is of the seven days to its date, one a week; for general counts, whose files do
    /// not say it themselves
    #[arg(long)]
    pub weekly: bool,

    /// Populations: areaCode,areaName,population, the ONS file of MSOAs, or id,name,population;
    /// several files add to each other. Newer estimates have the first date whose rates are of
    /// them: people_2020.csv,from=2021-08-01; areas that they lack keep the older ones. A name,
    /// estimate=mid-2020, is shown with the figures
    #[arg(long, required = true, num_args = 1.., value_name = "FILE[,from=DATE][,estimate=NAME]")]
    pub population: Vec<PopulationFile>,

    /// TopoJSON or GeoJSON in degrees; its areas are those of the data set
    #[arg(long, value_name = "FILE")]
    pub boundaries: PathBuf,

    /// Only the areas of these nations: england, wales, scotland, ni [default: all areas of the
    /// boundaries]
    #[arg(long, value_name = "NATION", num_args = 1..)]
    pub nations: Vec<Nation>,

    /// Day the cases were published; the days of the lag before it are incomplete and not offered
    /// [default: the last day in the files]
    #[arg(long, value_name = "DATE")]
    pub published: Option<Day>,

    /// Days before publication that are incomplete
    #[arg(long, value_name = "DAYS", default_value_t = DEFAULT_LAG_DAYS, value_parser = clap::value_parser!(u16).range(0..=366))]
    pub lag: u16,

    /// The figures are final: offer their last day too
    #[arg(long = "final")]
    pub is_final: bool,

    /// Drop what does not fit, and list it, instead of failing
    #[arg(long)]
    pub lenient: bool,

    /// Day, or first and last day, known to be missing in the source; may be given several times
    #[arg(long, value_name = "DATE[..DATE]")]
    pub known_gap: Vec<Period>,

    /// Variance of the counts over their mean, 1 or more, by which a change is told from chance
    /// [default: measured by daily counts, this level's or those of the data set's other level;
    /// else an upper bound, by four weekly counts]
    #[arg(long, value_name = "NUMBER", value_parser = dispersion)]
    pub dispersion: Option<Dispersion>,

    /// Table of codes counted elsewhere: old_code,old_name,new_code,new_name,reason
    #[arg(long, value_name = "FILE")]
    pub aliases: Option<PathBuf>,

    /// Names to show in place of those in the cases: code,name
    #[arg(long, value_name = "FILE")]
    pub area_names: Option<PathBuf>,

    /// Names of areas in Welsh: code,name
    #[arg(long, value_name = "FILE")]
    pub welsh: Option<PathBuf>,

    /// Date that the map opens on, and whose figures load first [default: the last date offered]
    #[arg(long, value_name = "DATE")]
    pub default_date: Option<Day>,
}

/// A dispersion, as a publisher sets it.
fn dispersion(text: &str) -> Result<Dispersion, String> {
    let value: f64 = text
        .parse()
        .map_err(|_| "it is a number, such as 2.0".to_owned())?;
    dispersion_from(value)
}

/// The same from a number.
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
    /// Are areas of that nation wanted? Areas of no nation are, unless nations were chosen.
    pub(super) fn includes_nation(&self, nation: Option<Nation>) -> bool {
        self.nations.is_empty()
            || self
                .nations
                .iter()
                .any(|&wanted| wanted == Nation::Uk || Some(wanted) == nation)
    }
}
