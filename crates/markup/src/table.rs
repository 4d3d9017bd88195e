//! The table of areas, which is the map's equivalent in text.
//!
//! A column is declared once, in [`Column`]: its header, its class, its cell and the value by which
//! it sorts.

mod order;

use rising_model::domain::area::{AreaCode, AreaIndex};
use rising_model::domain::clearness::Grade;
use rising_model::domain::trend::Direction;
use rising_view::LevelView;
use rising_view::area_figures::{AreaFigures, AreaFiguresText};
use rising_view::names::plain_name;
use rising_words::Texts;

use crate::element::Element;
pub use order::{Sorting, arrange};

/// The number of rows that the table has until the reader asks for more.
pub const FIRST_ROWS: usize = 20;

/// The number of header rows, which `aria-rowindex` and `aria-rowcount` count too.
pub const HEADER_ROWS: usize = 1;

/// A column of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Column {
    /// The area's name.
    Name,
    /// The rate.
    #[default]
    Rate,
    /// The rate in the week before.
    RateBefore,
    /// The seven-day count.
    Count,
    /// The seven-day count in the week before.
    CountBefore,
    /// The direction.
    Direction,
}

impl Column {
    /// All columns from left to right.
    pub const ALL: [Column; 6] = [
        Column::Name,
        Column::Rate,
        Column::RateBefore,
        Column::Count,
        Column::CountBefore,
        Column::Direction,
    ];

    /// The header, and a smaller line under it.
    fn title(self, texts: &Texts) -> (&str, Option<&'static str>) {
        match self {
            Column::Name => (texts.column_area(), None),
            Column::Rate => (texts.column_rate(), Some(texts.column_per_people())),
            Column::RateBefore => (texts.column_rate(), Some(texts.column_week_before())),
            Column::Count => (texts.column_cases(), Some(texts.column_seven_days())),
            Column::CountBefore => (texts.column_cases(), Some(texts.column_week_before())),
            Column::Direction => (texts.column_direction(), None),
        }
    }

    /// The id of the element that describes the sort order, if the cells do not show it.
    fn described_by(self) -> Option<&'static str> {
        (self == Column::Direction).then_some("sorted-by")
    }

    /// The CSS classes of the header and of the column.
    fn class(self) -> &'static str {
        match self {
            Column::Name => "name",
            Column::Rate | Column::RateBefore => "number rates",
            Column::Count | Column::CountBefore => "number counts",
            Column::Direction => "direction",
        }
    }

    /// The value of `data-column`, by which the app knows a pressed header.
    fn id(self) -> &'static str {
        match self {
            Column::Name => "name",
            Column::Rate => "rate",
            Column::RateBefore => "rate-before",
            Column::Count => "count",
            Column::CountBefore => "count-before",
            Column::Direction => "direction",
        }
    }

    /// The column with a value of `data-column`.
    pub fn of_id(id: &str) -> Option<Column> {
        Column::ALL.into_iter().find(|column| column.id() == id)
    }

    /// The cell of a row.
    fn cell(self, row: &Row, texts: &Texts) -> Element {
        let figure = |text: &str| Element::new("td").text(text);
        match self {
            Column::Name => row.name_cell(),
            Column::Rate => figure(&row.rate).class("rate"),
            Column::RateBefore => figure(&row.rate_before),
            Column::Count => figure(&row.count).class("count"),
            Column::CountBefore => figure(&row.count_before),
            Column::Direction => row.direction_cell(texts),
        }
    }
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The area's code.
    pub code: AreaCode,
    /// Its name in a sentence.
    pub name: String,
    /// The name of its authority, if rows name it.
    pub authority: Option<String>,
    /// The rate or, without one, the reason.
    pub rate: String,
    /// The rate in the week before or, without one, the reason.
    pub rate_before: String,
    /// The seven-day count or, without one, the reason.
    pub count: String,
    /// The count in the week before or, without one, the reason.
    pub count_before: String,
    /// The direction.
    pub direction: Direction,
    /// Whether the change is clear, if it was graded.
    pub grade: Option<Grade>,
    /// The address of the area's details, if it has one.
    pub link: Option<String>,
    /// Whether this is the selected area.
    pub is_current: bool,
}

impl Row {
    /// Returns the row of an area, without link and authority; `None` for an index beyond the
    /// table.
    pub fn new(view: &LevelView, area: AreaIndex, texts: &Texts) -> Option<Row> {
        let named = view.table.get(area)?;
        let figures = AreaFigures::new(view, area);
        let AreaFiguresText {
            rate,
            rate_before,
            count,
            count_before,
        } = figures.to_text(texts);
        Some(Row {
            code: named.code.clone(),
            name: plain_name(named.name_in(texts.tag())).to_owned(),
            authority: None,
            rate,
            rate_before,
            count,
            count_before,
            direction: figures.direction(),
            grade: figures.grade,
            link: None,
            is_current: false,
        })
    }

    fn name_cell(&self) -> Element {
        let name = match &self.link {
            Some(link) => Element::new("a").attribute("href", &**link),
            None => Element::new("span").class("head"),
        };
        let authority = self
            .authority
            .as_ref()
            .map(|authority| Element::new("small").text(format!(" {authority}")));
        let parts = [name.text(&*self.name)].into_iter().chain(authority);
        Element::new("th").attribute("scope", "row").children(parts)
    }

    /// Renders the direction. In a narrow column the style sheet shows the word for clear changes
    /// only.
    fn direction_cell(&self, texts: &Texts) -> Element {
        let class = match self.grade {
            None | Some(Grade::Clear) => "direction",
            Some(_) => "direction uncertain",
        };
        // A space of its own: a line does not break at one at the end of a word that must not wrap.
        let grade = self.grade.map(|grade| {
            [
                Element::new("span").text(" "),
                Element::new("small").text(texts.grade_word(grade)),
            ]
        });
        let parts = [
            Element::new("span").text(format!("{} ", self.direction.arrow())),
            Element::new("span")
                .class("word")
                .text(texts.direction_word(self.direction)),
        ];
        Element::new("td")
            .class(class)
            .children(parts.into_iter().chain(grade.into_iter().flatten()))
    }

    /// Renders the row. `position` is that in the whole table, from 0; without one, the table is
    /// complete.
    fn render(&self, position: Option<usize>, texts: &Texts) -> Element {
        let mut row = Element::new("tr");
        if let Some(position) = position {
            row = row.attribute("aria-rowindex", (position + HEADER_ROWS + 1).to_string());
        }
        row = row
            .attribute("data-code", self.code.to_string())
            .attribute("data-direction", self.direction.word());
        if self.is_current {
            row = row.attribute("aria-current", "true");
        }
        row.children(Column::ALL.map(|column| column.cell(self, texts)))
    }
}

/// A table of areas.
#[derive(Clone, Debug)]
pub struct Table {
    /// The heading.
    pub caption: String,
    /// The rows of one page.
    pub rows: Vec<Row>,
    /// The position of the first row, and the number of rows on all pages. `None` if all are on
    /// this page.
    pub extent: Option<(usize, usize)>,
    /// The column that the rows are sorted by, if they are.
    pub sorting: Option<Sorting>,
    /// Whether a click on a header sorts.
    pub can_sort: bool,
}

impl Table {
    /// Renders the table.
    pub fn render(&self, texts: &Texts) -> Element {
        let mut table = Element::new("table").attribute("data-testid", "rising-list");
        if let Some((_, all)) = self.extent {
            table = table.attribute("aria-rowcount", (all + HEADER_ROWS).to_string());
        }
        // Fixed widths: measuring every row at every date would cost more than writing it.
        let columns = Column::ALL.map(|column| Element::new("col").class(column.class()));
        let heads = Column::ALL.map(|column| self.head(column, texts));
        let mut head = Element::new("tr");
        if self.extent.is_some() {
            head = head.attribute("aria-rowindex", "1");
        }
        let from = self.extent.map(|(from, _)| from);
        let rows = (0..).zip(&self.rows);
        let rows = rows.map(|(place, row)| row.render(from.map(|from| from + place), texts));
        table.children([
            Element::new("caption").text(&*self.caption),
            Element::new("colgroup").children(columns),
            Element::new("thead").children([head.children(heads)]),
            Element::new("tbody").children(rows),
        ])
    }

    fn head(&self, column: Column, texts: &Texts) -> Element {
        let (title, sub) = column.title(texts);
        let sub = sub.map(|sub| Element::new("small").text(format!(" {sub}")));
        let title = [Element::new("span").text(title)].into_iter().chain(sub);
        let inner = match self.can_sort {
            false => Element::new("div").class("head"),
            true => {
                let button = Element::new("button").attribute("type", "button");
                let button = button.attribute("data-column", column.id());
                match column.described_by() {
                    Some(id) => button.attribute("aria-describedby", id),
                    None => button,
                }
            }
        };
        let mut cell = Element::new("th").attribute("scope", "col");
        if let Some(sorting) = self.sorting.filter(|sorting| sorting.by == column) {
            let order = if sorting.descending {
                "descending"
            } else {
                "ascending"
            };
            cell = cell.attribute("aria-sort", order);
        }
        cell.class(column.class()).children([inner.children(title)])
    }
}

/// The section with the table of areas and its controls.
#[derive(Clone, Debug)]
pub struct List {
    /// The heading of the section.
    pub title: &'static str,
    /// The sentence in place of a table without rows. Without sentence the place stays empty.
    pub empty: Option<String>,
    /// The table.
    pub table: Table,
    /// Whether the controls are shown: they work once the app has started.
    pub has_controls: bool,
    /// The name of the button for more rows, if there are more.
    pub more: Option<String>,
}

impl List {
    /// Renders the section. Controls that do not apply are hidden, so that every part keeps its
    /// place among the others.
    pub fn render(&self, texts: &Texts) -> Element {
        let all = Element::new("label")
            .class("check")
            .flag("hidden", !self.has_controls);
        let all = all.children([
            Element::new("input")
                .attribute("type", "checkbox")
                .attribute("data-testid", "all-areas"),
            Element::new("span").text(texts.all_areas_title()),
        ]);
        let more = Element::new("button")
            .attribute("type", "button")
            .class("show-all");
        let more = more.flag("hidden", self.more.is_none());
        let scroller = Element::new("div")
            .class("scroller")
            .flag("hidden", self.table.rows.is_empty());
        Element::new("section")
            .class("list")
            .attribute("id", "table")
            .attribute("aria-labelledby", "list-title")
            .children([
                Element::new("div").class("list-header").children([
                    Element::new("h2")
                        .attribute("id", "list-title")
                        .text(self.title),
                    all,
                ]),
                Element::new("p")
                    .attribute("id", "sorted-by")
                    .class("description-only")
                    .text(texts.direction_sorted_by()),
                Element::new("div").class("pager-place").foreign(""),
                Element::new("p")
                    .class("no-areas")
                    .flag("hidden", self.empty.is_none())
                    .text(self.empty.clone().unwrap_or_default()),
                scroller.children([self.table.render(texts)]),
                more.text(self.more.clone().unwrap_or_default()),
            ])
    }
}
