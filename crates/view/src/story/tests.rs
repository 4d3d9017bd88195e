use std::sync::Arc;

use rising_model::dataset::manifest::Source;
use rising_model::domain::area::{Level, Nation};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::figure::Figure;
use rising_model::domain::scale::Breaks;
use rising_model::domain::snapshot::Snapshot;
use rising_words::Language;

use super::*;
use crate::fixtures::{authorities, neighbourhoods, snapshot, table, ungraded_snapshot};
use Figure::{Count, Missing, Suppressed};

fn level_view(level: Level, table: &AreaTable, snapshot: &Snapshot) -> LevelView {
    LevelView {
        level,
        table: Arc::new(table.clone()),
        snapshot: Arc::new(snapshot.clone()),
        step: 7,
    }
}

#[test]
fn nation_story_reports_rises_rates_and_sources() {
    let table = authorities();
    let weeks = [
        (Count(20), Count(60)),
        (Count(10), Count(12)),
        (Count(9), Count(9)),
        (Count(70), Count(60)),
    ];
    let snapshot = snapshot(&table, &weeks);
    let figures = level_view(Level::Ltla, &table, &snapshot);
    let source = Source {
        name: "Cases".into(),
        publisher: "An agency".into(),
        licence: "Open".into(),
    };
    let text = nation_story(
        &figures,
        Nation::England,
        None,
        &[source],
        &Language::En.texts(),
    )
    .to_plain_text();
    for line in [
        "England's 4 local authorities in the seven days to 7 February 2021",
        "2 of England's 4 local authorities (50%) saw a rise in the seven days to 7 February \
        2021, compared with the seven days to 31 January 2021; 1 (25%) saw a fall and 1 (25%) \
        was unchanged. 1 rise and 0 falls are clear.",
        "England as a whole had 141 cases in the week, 352.5 per 100,000 people, up from 109 \
        and 272.5 in the week before (up 29%).",
        "- Anham has the joint highest rate: 60 cases in the seven days to 7 February 2021, \
        600.0 per 100,000 people, up from 200.0 in the seven days to 31 January 2021 (20 \
        cases).",
        "- Deeham has the joint highest rate: 60 cases in the seven days to 7 February 2021, \
        600.0 per 100,000 people, down from 700.0 in the seven days to 31 January 2021 (70 \
        cases).",
        "- Beeton has the 3rd highest rate: 12 cases in the seven days to 7 February 2021, \
        120.0 per 100,000 people, up from 100.0 in the seven days to 31 January 2021 (10 \
        cases).",
        "2 areas rose. In full, highest rate first, with the rates per 100,000 people and the \
        cases in the two weeks:",
        "- Anham: 600.0, up from 200.0 (60 cases, up from 20)",
        "- Beeton: 120.0, up from 100.0 (12 cases, up from 10)",
        "One of the rises is clear, that is, larger than chance explains: Anham. The other \
        one could be chance: cases rose, by no more than chance may explain.",
        "- Cases. An agency. Open.",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line}\nis not in\n{text}"
        );
    }
}

#[test]
fn nation_story_gives_grades_only_with_criteria() {
    let table = authorities();
    let say = |snapshot: &Snapshot, language: Language| {
        let figures = level_view(Level::Ltla, &table, snapshot);
        nation_story(&figures, Nation::England, None, &[], &language.texts()).to_plain_text()
    };
    let still = (Count(9), Count(9));
    let small = (Count(10), Count(12));
    // 11² / 30 is 4.03: clear for a single area, but among four the score must be 6.2.
    let probable = (Count(9), Count(21));
    for (weeks, words) in [
        (
            [small, still, still, still],
            "The rise could be chance: cases rose, by no more than chance may explain.",
        ),
        (
            [probable, still, still, still],
            "The rise is probable, that is, clear if no other area were looked at.",
        ),
        (
            [(Count(20), Count(60)), still, still, still],
            "The rise is clear, that is, larger than chance explains.",
        ),
        (
            [small, small, still, still],
            "None of the rises is clear, that is, larger than chance explains. All of them \
            could be chance.",
        ),
        (
            [probable, small, still, still],
            "None of the rises is clear, that is, larger than chance explains. One is \
            probable, that is, clear if no other area were looked at: Anham. The other one \
            could be chance: cases rose, by no more than chance may explain.",
        ),
    ] {
        let text = say(&snapshot(&table, &weeks), Language::En);
        assert!(
            text.lines().any(|line| line == words),
            "{words}\nis not in\n{text}"
        );
        assert!(
            text.contains("A rise or fall is clear if it is larger than chance explains"),
            "{text}"
        );
    }
    let none = say(
        &snapshot(&table, &[small, still, still, still]),
        Language::En,
    );
    assert!(
        none.contains("were unchanged. No area's change is larger than chance explains."),
        "{none}"
    );
    let welsh = say(
        &snapshot(&table, &[probable, small, still, still]),
        Language::Cy,
    );
    assert!(
        welsh.contains(
            "Nifer yr ardaloedd â chynnydd tebygol, hynny yw, byddai'n glir pe \
        bai'r ardal yr unig un i gael ei hystyried: 1 (Anham). Gall y llall fod yn siawns: \
        cododd nifer yr achosion, ond heb fod yn fwy nag y gall siawns ei esbonio."
        ),
        "{welsh}"
    );
    for language in Language::ALL {
        let text = say(
            &ungraded_snapshot(&table, &[(Count(20), Count(60)), small, still, still]),
            language,
        );
        for word in ["clear", "chance", "glir", "siawns"] {
            assert!(!text.contains(word), "{word} is in {text}");
        }
    }
}

#[test]
fn nation_story_without_rises_or_figures_says_so() {
    let table = authorities();
    let fall = snapshot(&table, &[(Count(20), Count(10)); 4]);
    let say = |snapshot| {
        let figures = level_view(Level::Ltla, &table, snapshot);
        nation_story(&figures, Nation::England, None, &[], &Language::En.texts()).to_plain_text()
    };
    let text = say(&fall);
    assert!(
        text.contains("None of England's 4 local authorities saw a rise")
            && !text.contains("\nRising\n")
    );
    assert!(text.contains("; 4 (100%) saw a fall."), "{text}");
    let text = say(&snapshot(&table, &[(Missing, Missing); 4]));
    assert!(
        text.contains("There are no figures to compare for England's 4 local authorities"),
        "{text}"
    );
    assert!(
        !text.contains("highest rate") && !text.contains("as a whole"),
        "{text}"
    );
}

#[test]
fn nation_story_in_welsh() {
    let table = table(&[
        ("W00000001", "Caerdydd", None),
        ("W00000002", "Gwynedd", None),
        ("W00000003", "Powys", None),
    ]);
    let snapshot = snapshot(
        &table,
        &[
            (Count(20), Count(60)),
            (Count(12), Count(10)),
            (Count(9), Count(9)),
        ],
    );
    let figures = level_view(Level::Ltla, &table, &snapshot);
    let text =
        nation_story(&figures, Nation::Wales, None, &[], &Language::Cy.texts()).to_plain_text();
    for line in [
        "3 awdurdod lleol yng Nghymru yn y saith diwrnod hyd at 7 Chwefror 2021",
        "Bu cynnydd mewn 1 o'r 3 awdurdod lleol yng Nghymru (33%) yn y saith diwrnod hyd at 7 \
        Chwefror 2021, o gymharu â'r saith diwrnod hyd at 31 Ionawr 2021; bu gostyngiad mewn \
        1 (33%), ni fu newid mewn 1 (33%). Yn glir: 1 yn codi, 0 yn gostwng.",
        "- Caerdydd: y gyfradd uchaf – 60 achos yn y saith diwrnod hyd at 7 Chwefror 2021, \
        600.0 fesul 100,000 o bobl, o gymharu â 200.0 yn y saith diwrnod hyd at 31 Ionawr \
        2021 (20 achos).",
        "Mae'r cynnydd yn glir, hynny yw, yn fwy nag y mae siawns yn ei esbonio.",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line}\nis not in\n{text}"
        );
    }
}

fn anham_story(weeks: &[(Figure, Figure)], threshold: Option<u32>) -> String {
    let (table, finer) = (authorities(), neighbourhoods());
    let snapshot_of_all = snapshot(
        &table,
        &[
            (Count(921), Count(863)),
            (Count(1), Count(1)),
            (Count(9), Count(9)),
            (Count(7), Count(6)),
        ],
    );
    let snapshot = snapshot(&finer, weeks);
    let figures = level_view(Level::Ltla, &table, &snapshot_of_all);
    let neighbourhoods = level_view(Level::Msoa, &finer, &snapshot);
    let around = StoryContext {
        authorities: Some(&figures),
        neighbourhoods: Some(&neighbourhoods),
        neighbourhood_dates: None,
        threshold,
        breaks: &Breaks::default(),
    };
    area_story(&figures, 0, around, &[], &Language::En.texts())
        .unwrap()
        .to_plain_text()
}

#[test]
fn area_story_of_authority_has_hotspots_and_rises_of_neighbourhoods() {
    let weeks = [
        (Count(20), Count(12)),
        (Suppressed, Count(9)),
        (Suppressed, Suppressed),
        (Count(4), Count(25)),
        (Count(1), Count(99)),
    ];
    let text = anham_story(&weeks, Some(100));
    for line in [
        "Anham in the seven days to 7 February 2021",
        "Anham had 863 cases in the seven days to 7 February 2021, down from 921 in the seven \
        days to 31 January 2021 (down 6%). That is 8,630.0 per 100,000 people; England as a \
        whole is at 2,197.5. Cases fell, by no more than chance may explain: between 15 per \
        cent fewer and 3 per cent more than the week before.",
        "By rate: highest of England's 4 local authorities.",
        "2 of the 4 neighbourhoods in Anham (50%) saw a rise in the seven days to 7 February \
        2021, compared with the seven days to 31 January 2021; 1 (25%) saw a fall and for 1 \
        (25%) the direction is not known. 1 rise and 0 falls are clear.",
        "2 of the 4 neighbourhoods in Anham (50%) had 100 or more cases per 100,000 people in \
        the seven days to 7 February 2021, highest first, with the rates and the cases in the \
        two weeks:",
        "- Upper: 250.0, up from 40.0 (25 cases, up from 4)",
        "- North: 120.0, down from 200.0 (12 cases, down from 20)",
        "- South: 90.0 (9 cases, up from fewer than 3)",
        "One of the rises is clear, that is, larger than chance explains: Upper. The other \
        one could be chance: cases rose, by no more than chance may explain.",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line}\nis not in\n{text}"
        );
    }
    assert!(!text.contains("Elsewhere"), "{text}");
    // The bound below 250 is 200.
    assert!(
        anham_story(&weeks, None)
            .contains("1 of the 4 neighbourhoods in Anham (25%) had 200 or more")
    );
    let quiet = anham_story(&[(Suppressed, Suppressed); 5], None);
    assert!(
        quiet.contains("None of the 4 neighbourhoods in Anham had 10 or more cases"),
        "{quiet}"
    );
}

#[test]
fn area_story_of_neighbourhood_names_its_authority() {
    let (table, finer) = (authorities(), neighbourhoods());
    let above = snapshot(&table, &[(Count(50), Count(60)); 4]);
    let own = snapshot(&finer, &[(Count(12), Suppressed); 5]);
    let above = level_view(Level::Ltla, &table, &above);
    let figures = level_view(Level::Msoa, &finer, &own);
    let around = StoryContext {
        authorities: Some(&above),
        neighbourhoods: Some(&figures),
        neighbourhood_dates: None,
        threshold: None,
        breaks: &Breaks::default(),
    };
    let text = area_story(&figures, 0, around, &[], &Language::En.texts())
        .unwrap()
        .to_plain_text();
    assert!(
        text.contains(
            "North, Anham had fewer than 3 cases in the seven days to 7 \
        February 2021, down from 12 in the seven days to 31 January 2021. Anham as a whole is \
        at 600.0"
        ),
        "{text}"
    );
    assert!(text.contains("0, 1 or 2 are not published"), "{text}");
    assert!(area_story(&figures, 5, around, &[], &Language::En.texts()).is_none());
}
