### Every text of Rising in English: the reference for the other languages, which must have the same texts with the same arguments.
### Written in Fluent (projectfluent.org); what of it may be used is said in crates/words-build/src/lib.rs.
### A text put into another by its name ({ in-the-week }) saves writing it twice; a language may do without.
### LABEL("cases", "cases") is the second of the two, unless the data set is of another country and says what it counts and where:
### then it is the label of the first name, see crates/words/src/labels.rs.

## Names and dates

# The language's own name, for the link to it.
language-name = English
nation-name = { $nation ->
    [england] England
    [wales] Wales
    [scotland] Scotland
    [ni] Northern Ireland
   *[uk] { LABEL("region", "the UK") }
}
-whose-nation = { $nation ->
    [england] England's
    [wales] Wales's
    [scotland] Scotland's
    [ni] Northern Ireland's
   *[uk] { LABEL("whose", "the UK's") }
}
# The same where a sentence begins with it.
-whose-nation-first = { $nation ->
    [england] England's
    [wales] Wales's
    [scotland] Scotland's
    [ni] Northern Ireland's
   *[uk] { LABEL("whose-first", "The UK's") }
}
in-nation = in { nation-name }
level-plural = { $level ->
    [ltla] { LABEL("coarse-many", "local authorities") }
   *[msoa] { LABEL("fine-many", "neighbourhoods") }
}
areas-of-nation = { -whose-nation } { level-plural }
areas-of-nation-first = { -whose-nation-first } { level-plural }
all-areas = { -whose-nation } { NUMBER($areas) } { level-plural }
all-areas-first = { -whose-nation-first } { NUMBER($areas) } { level-plural }
-areas-counted = { $areas ->
    [one] { NUMBER($areas) } { $level ->
        [ltla] { LABEL("coarse", "local authority") }
       *[msoa] { LABEL("fine", "neighbourhood") }
    }
   *[other] { NUMBER($areas) } { level-plural }
}
whose-place = { $place }'s
# Of a name that ends in s.
whose-place-s = { $place }'
in-place = in { $place }
# Those of one authority; $whose is whose-place or whose-place-s.
areas-within = { $whose } { level-plural }
all-areas-within = { $whose } { -areas-counted }
all-of-nation = All of { nation-name }
outside-place = outside { $place }
month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}
month-short = { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}
month-of-year = { month } { NUMBER($year, useGrouping: "false") }
day-in-words = { NUMBER($day) } { month } { NUMBER($year, useGrouping: "false") }
day-short = { NUMBER($day) } { month-short }
in-the-week = in the seven days to { $date }
seven-days-to = seven days to { $date }
seven-days-to-first = Seven days to { $date }

## Figures

-case = { LABEL("case", "case") }
-cases = { LABEL("cases", "cases") }
-cases-first = { LABEL("cases-first", "Cases") }
cases = { $cases ->
    [one] 1 { -case }
   *[other] { $cases } { -cases }
}
fewer-cases = fewer than { NUMBER($bound) } { -cases }
fewer = fewer than { NUMBER($bound) }
no-figure = no figure
not-published = not published
percent = { NUMBER($percent) }%
less-than-a-percent = less than 1%
nearly-all-percent = more than 99%
class-lowest = under { NUMBER($upper) }
class-between = { NUMBER($lower) } to { NUMBER($upper) }
class-highest = { NUMBER($lower) } or more
direction-word = { $direction ->
    [rising] rising
    [falling] falling
    [unchanged] unchanged
   *[unknown] unknown
}
-change = { $direction ->
    [rising] up
   *[falling] down
}
change-percent = { -change } { percent }
change-little = { -change } less than 1%
totals = { NUMBER($rising) } rising, { NUMBER($falling) } falling, { NUMBER($unchanged) } unchanged
totals-with-unknown = { totals }, { NUMBER($unknown) } unknown
# A sentence after the totals.
totals-clear = { $rises ->
    [one] 1 rise
   *[other] { NUMBER($rises) } rises
} and { $falls ->
    [one] 1 fall
   *[other] { NUMBER($falls) } falls
} are clear.
# How sure it is that a rise or fall is more than chance.
grade-word = { $grade ->
    [clear] clear
    [probable] probable
   *[chance] could be chance
}
compared-no-figure = no figure for this week
# $now is a count with its noun ("430 cases"), $before one without.
compared = { $now }, { -change } from { $before }
compared-same = { $now }, the same as the week before
compared-nothing-before = { $now }; no figure for the week before
compared-unknown = { $now }, as in the week before; the exact numbers are not published

## The answer

# $all is a group of areas as all-areas or all-areas-within has it, $group one as areas-of-nation or areas-within has it, and
# $inside is in-nation or in-place. $clearly is empty, clearly or all-clearly.
verdict-nothing = There are no figures to compare for { $group } { in-the-week }.
verdict-all = All of { $all } were rising { in-the-week }{ $clearly }.
verdict = { $rising ->
    [0] None of { $all } was rising
    [one] { NUMBER($rising) } of { $all } was rising
   *[other] { NUMBER($rising) } of { $all } were rising
} { in-the-week }{ $clearly }.
clearly = , { $rising ->
    [one] { $clear ->
        [0] though not clearly
       *[other] and clearly
    }
   *[other] { $clear ->
        [0] none
        [one] one
       *[other] { NUMBER($clear) }
    } of them clearly
}
all-clearly = , all of them clearly
none-clear = No area's change is larger than chance explains.
verdict-unknown = Of { NUMBER($unknown) } it is unknown.
area-no-figure = There is no figure for { $place } { in-the-week }.
area-changed = { $direction ->
    [rising] Rising in { $place }: { $now } { in-the-week }, up from { $before }.
   *[falling] Falling in { $place }: { $now } { in-the-week }, down from { $before }.
}
area-unchanged = Unchanged in { $place }: { $now } { in-the-week }, the same as the week before.
area-nothing-before = { $place }: { $now } { in-the-week }. There is no figure for the week before.
area-unknown = { $place }: { $now } { in-the-week }, { $before } in the week before. Exact numbers that small are not published, so
    whether it was rising is unknown.
rate-alone = That is { $rate } per 100,000 people.
rate-beside-one = That is { $rate } per 100,000 people; { $whole } as a whole is at { $whole-rate }.
rate-beside-two = That is { $rate } per 100,000 people; { $whole } as a whole is at { $whole-rate }, { $wider } at { $wider-rate }.
rate-of-one = { $whole } as a whole is at { $whole-rate } per 100,000 people.
rate-of-two = { $whole } as a whole is at { $whole-rate }, { $wider } at { $wider-rate } per 100,000 people.
neighbourhoods-run = { LABEL("fine-first", "Neighbourhood") } figures run from { $first } to { $last }; these are of the nearest date.
neighbourhoods-weekly = { LABEL("fine-first", "Neighbourhood") } figures are weekly; these are of the nearest date.
-rose = { $direction ->
    [rising] rose
   *[falling] fell
}
# $range is empty or one of the three after these.
change-clear = { -cases-first } clearly { -rose }, by more than chance explains{ $range }.
change-probable = { -cases-first } probably { -rose }{ $range }.
change-chance = { -cases-first } { -rose }, by no more than chance may explain{ $range }.
-than-before = than the week before
range-more = : between { NUMBER($less) } and { NUMBER($more) } per cent more { -than-before }
range-fewer = : between { NUMBER($less) } and { NUMBER($more) } per cent fewer { -than-before }
range-both = : between { NUMBER($fewer) } per cent fewer and { NUMBER($more) } per cent more { -than-before }
-place-counted = { NUMBER($place, type: "ordinal") ->
    [one] { $place }st
    [two] { $place }nd
    [few] { $place }rd
   *[other] { $place }th
}
-place-highest = { $place ->
    [1] highest
   *[other] { -place-counted } highest
}
rank = { $place ->
    [1] Highest
   *[other] { -place-counted } highest
} of { all-areas }
rank-of-some = { $place ->
    [1] Highest
   *[other] { -place-counted } highest
} of the { NUMBER($of) } of { all-areas } with a published rate
figures-measured = { $group }: { -cases } per 100,000 people { in-the-week }
caption-rising = Rising { level-plural } { $inside }, { seven-days-to }
caption-all = All { level-plural } { $inside }, { seven-days-to }
nothing-rising = None of the { level-plural } { $inside } was rising { in-the-week }.
# The name of population estimates made for the middle of a year.
mid-year = mid-{ NUMBER($year, useGrouping: "false") }
# $estimate names population estimates: "mid-2019".
people = { NUMBER($people) } people lived in { $place }, by the { $estimate } estimate.
people-given = { NUMBER($people) } people live in { $place }.

## Figures for a story. $all is a group of areas as all-areas or all-neighbourhoods has it, $now a count with its noun
## ("430 cases"), $before one without, $change empty or a change in brackets.

all-neighbourhoods = the { NUMBER($areas) } { LABEL("fine-many", "neighbourhoods") } in { $place }
story-title-nation = { all-areas-first } { in-the-week }
story-title-area = { $place } { in-the-week }
-two-weeks = { in-the-week }, compared with the seven days to { $last-week }
story-nothing = There are no figures to compare for { $all } { -two-weeks }.
story-none-rose = None of { $all } saw a rise { -two-weeks }
story-all-rose = All of { $all } saw a rise { -two-weeks }
story-some-rose = { NUMBER($areas) } of { $all } ({ $share }) saw a rise { -two-weeks }
story-fell = { NUMBER($areas) } ({ $share }) saw a fall
story-unchanged = { $areas ->
    [one] { $areas } ({ $share }) was unchanged
   *[other] { $areas } ({ $share }) were unchanged
}
story-unknown = for { NUMBER($areas) } ({ $share }) the direction is not known
# The last one of a list joins the others, $items, which have commas between them or, where one has a comma in it, semicolons.
list-end = { $items } and { $last }
list-end-semicolon = { $items }; and { $last }
story-whole = { $nation ->
    [england] England
    [wales] Wales
    [scotland] Scotland
    [ni] Northern Ireland
   *[uk] { LABEL("region-first", "The UK") }
} as a whole had { $now } in the week, { $rate } per 100,000 people, { $direction ->
    [rising] up from
    [falling] down from
   *[unchanged] as many as the
} { $before } and { $before-rate } in the week before{ $change }.
story-highest-rates = The highest rates
story-highest = { $area } has the { -place-highest } rate: { $week }.
story-highest-joint = { $area } has the joint { -place-highest } rate: { $week }.
story-rank = By rate: { -place-highest } of { all-areas }.
story-rank-of-some = By rate: { -place-highest } of the { NUMBER($of) } of { all-areas } with a published rate.
-week = { $now } { in-the-week }, { $rate } per 100,000 people
week-changed = { -week }, { -change } from { $before-rate } in the seven days to { $last-week } ({ $before })
week-changed-without-rate = { -week }, { -change } from { $before } in the seven days to { $last-week }
week-same = { -week }, the same as in the seven days to { $last-week }
# $why is one of the next two.
week-unknown = { -week }, { $why }
nothing-before = with no figure for the week before
unknown-before = { $before } in the week before, so the direction is not known
short-same = { $now }, the same as in the week before
story-area-nothing = There is no figure for { $place } { in-the-week }.
story-area-changed = { $place } had { $now } { in-the-week }, { -change } from { $before } in the seven days to { $last-week }{ $change }.
story-area-same = { $place } had { $now } { in-the-week }, the same as in the seven days to { $last-week }.
story-area-unknown = { $place } had { $now } { in-the-week }, { $why }.
neighbourhoods-of = { LABEL("fine-many-first", "Neighbourhoods") } of { $place }
story-hotspots = Hotspots
-bound = { NUMBER($threshold) } or more { -cases } per 100,000 people
-with-rates = with the rates and the { -cases } in the two weeks:
-highest-first = { $areas ->
    [one] { "" }
   *[other] , highest first
}
story-hot-none = None of { $all } had { -bound } { in-the-week }.
story-hot-all = All of { $all } had { -bound } { in-the-week }{ -highest-first }, { -with-rates }
story-hot = { NUMBER($areas) } of { $all } ({ $share }) had { -bound } { in-the-week }{ -highest-first }, { -with-rates }
story-rising = Rising
story-one-rose = One area rose, with its rate per 100,000 people and its { -cases } in the two weeks:
story-rose = { NUMBER($areas) } areas rose. In full, highest rate first, with the rates per 100,000 people and the { -cases } in the two weeks:
story-rose-listed = { NUMBER($areas) } areas rose. These are the { NUMBER($listed) } of them with the highest rates per 100,000 people,
    with those and the { -cases } in the two weeks:
-clear = that is, larger than chance explains
-chance = could be chance: { -cases } rose, by no more than chance may explain
-were-it-alone = that is, clear if no other area were looked at
story-only-clear = The rise is clear, { -clear }.
story-only-probable = The rise is probable, { -were-it-alone }.
story-only-chance = The rise { -chance }.
story-none-clear = None of the rises is clear, { -clear }.
story-clear-named = { $areas ->
    [one] One of the rises is clear, { -clear }: { $names }.
   *[other] { $areas } of the rises are clear, { -clear }: { $names }.
}
story-clear = { NUMBER($areas) } of the rises are clear, { -clear }.
story-probable-named = { $areas ->
    [one] One is probable, { -were-it-alone }: { $names }.
   *[other] { $areas } are probable, { -were-it-alone }: { $names }.
}
story-probable = { NUMBER($areas) } are probable, { -were-it-alone }.
story-all-chance = All of them could be chance.
story-others-chance = { $areas ->
    [one] The other one { -chance }.
   *[other] The other { $areas } { -chance }.
}
story-how-to-read = How to read these figures
story-method-cases = Cases are counted by the day the test was taken, over seven days ending on the date given, that day included. The
    week before is the seven days before those.
story-method-days = { -cases-first } are counted over seven days ending on the date given, that day included. The week before is the
    seven days before those.
story-method-rate = A rate is the { -cases } of the seven days for every 100,000 people living in the area. Areas are ranked by the exact
    rate; what is written is rounded to one decimal.
# $estimates names one set of population estimates or more: "mid-2019 and mid-2020".
story-method-population = Population estimates used: { $estimates }.
story-method-rise = An area rises if it has more { -cases } than in the week before, however few more.
story-method-clear = { meaning-clearly-is }
story-method-neighbourhoods = Neighbourhoods are middle-layer super output areas (MSOAs). Counts of 0, 1 or 2 are not published for
    them: "{ fewer }" is neither zero nor missing.
story-method-nations = The nations counted cases in different ways; compare areas across a border with care.

## How old the figures are

# For what is written before the day is known on which it is read.
figures-to = Figures up to { $date }.
figures-to-ago = Figures up to { $date }, { $days ->
    [0] today
    [1] yesterday
   *[other] { NUMBER($days) } days ago
}.
figures-archived = An archive: figures up to { $date }.
# After the sentence before, where the figures are older than they should be.
figures-stale = Newer ones have not been published here.

## The page as a whole

page-title = { site-name }: is my area rising?
# For search engines and social networks.
page-description = { site-subject }: which areas were rising, in seven-day counts and rates, on a map and in words.
area-title = { $place }: { direction-word } - { site-name }
group-title = { $group } - { site-name }
skip-to-table = Skip to the table of areas
share-view = Share this view

## Where the page's program has not come, or has stopped. What is said, and after it why.

failed-start = The map could not start.
failed-start-why = The connection may have been cut, or this browser may be too old for it.
failed-old = This browser is too old for the map.
failed-old-why = Here are the figures that it opens on; a browser of 2022 or later shows all of them.
failed-off = WebAssembly is switched off in this browser.
failed-off-why = The map needs it. Lockdown Mode or another security setting may have switched it off. Here are the figures that the map opens on.
failed-slow = The map is taking long to load.
failed-slow-why = The connection may have stalled.
failed-run = The map has stopped
failed-run-why = because of a fault in this page.
failed-look = This page looks plain
failed-look-why = because its style sheet did not load. The figures are right; the map may be missing.
load-again = Load the page again
area-in-link = Figures for the area in this link
no-such-page = There is no page at this address.
needs-script = This map needs JavaScript, which is switched off or blocked in this browser.

## What the map shows, and the answer's totals

map-choices = What the map shows
choose-areas = Areas
choose-nation = Nation
level-first = { $level ->
    [ltla] { LABEL("coarse-many-first", "Local authorities") }
   *[msoa] { LABEL("fine-many-first", "Neighbourhoods") }
}
areas-inside = { level-first } { $inside }
nation-choice = { $nation ->
    [england] England
    [wales] Wales
    [scotland] Scotland
    [ni] Northern Ireland
   *[uk] All of { LABEL("region", "the UK") }
}
only-rising = Only rising

## The map

map-name = Map of { LABEL("rates", "infection rates") }
map-about = { caption-all }, coloured by { -cases } per 100,000 people. Rising areas are outlined and have a triangle.
map-help = Arrow keys move from area to area, Enter opens an area's details, Escape closes them, plus and minus zoom, Home shows the
    whole map. The table of areas holds the same figures.
map-by-fingers = Two fingers move the map
map-by-wheel = Ctrl or ⌘ and the wheel zoom the map
zoom-in = Zoom in
zoom-out = Zoom out
no-area-further = No area further that way.
rate-short = { $rate } per 100,000
# $figure is a rate as rate-short has it, or why there is none; after a comma the direction, and the grade.
area-spoken = { $place }: { $figure }.

## The dates

the-date = Date
dates-play = Play the dates
dates-pause = Pause
# The date stands after it.
seven-days-lead = Seven days to
step-back = { $step ->
    [week] Back a week
   *[day] Back a day
}
step-forward = { $step ->
    [week] Forward a week
   *[day] Forward a day
}
month-of-year-short = { month-short } { NUMBER($year, useGrouping: "false") }

## The table

all-areas-title = All areas
browse-all = Browse all { NUMBER($areas) }
next-some-rows = { $rows ->
    [one] Next row
   *[other] Next { $rows } rows
}
previous-rows = Previous rows
next-rows = Next rows
# A field to type in stands after it.
name-has = Name has
rows-none = No area here has that in its name.
rows-all = { NUMBER($rows) } in all.
rows-some = { NUMBER($first) } to { NUMBER($last) } of { NUMBER($rows) }.

## The details of an area

# A button with the authority's name stands after it.
in-authority = in
details-all = All of the details
details-close = Close the details
direction-first = { $direction ->
    [rising] Rising
    [falling] Falling
    [unchanged] Unchanged
   *[unknown] Unknown
}
# $compared is one of compared and those after it, $change one of change-percent and change-little.
details-change = { direction-first }: { $compared }
details-change-percent = { direction-first }: { $compared } ({ $change })
two-weeks-caption = This week and the week before
# The first column's header: what each row is.
two-weeks-figure = Figure
week-before-first = Week before
cases-row = { -cases-first }
rate-per-people = Rate per 100,000
people-here = { NUMBER($people) } people live here.
people-here-by = { NUMBER($people) } people lived here, by the { $estimate } estimate.
open-area = Open { $place }
keep-area = My area
keep-refused = This browser keeps nothing for this page.
keep-done = The page will open here. This is kept on your device only.
chart-title = Rate per 100,000 over time
chart-label = Rate per 100,000 people in { $place }, { $first } to { $last }
# $figure and $highest are rates, or why there is none.
chart-now = { $figure } on { $date }.
chart-now-and-highest = { $figure } on { $date }; highest { $highest } on { $highest-date }.
chart-hidden = Shaded weeks: { fewer-cases }, not published.
chart-loading = Other dates are still loading.
neighbourhoods-title = Hotspots and rising in { $place }
around-title = Next to { $place }
listed-areas = { -areas-counted }, { $rising ->
    [0] none
   *[other] { NUMBER($rising) }
} rising.
# To the map of an authority's neighbourhoods alone: from the authority's own details, and from those of one of them.
show-its-neighbourhoods = { $areas ->
    [one] Show its { LABEL("fine", "neighbourhood") } on the map
   *[other] Show its { NUMBER($areas) } { LABEL("fine-many", "neighbourhoods") } on the map
}
show-neighbourhoods = Show { $all } on the map
listed-rates = Rates per 100,000 { in-the-week }.
show-all = Show all { NUMBER($areas) }

## What the words mean

meanings = What the words mean
meaning-week = Seven days to a date
meaning-week-is = Cases by the day the test was taken, on the seven days ending on the date, that day included. The week before is the seven
    days before those.
meaning-week-counts = { -cases-first } on the seven days ending on the date, that day included. The week before is the seven days before
    those.
meaning-rate = Rate
meaning-rate-is = Cases of the seven days for every 100,000 people living in the area, by the population estimate that is used for that
    date. Colours go by the exact rate; what is written is rounded to one decimal.
meaning-rate-counts = { -cases-first } of the seven days for every 100,000 people living in the area. Colours go by the exact rate; what is
    written is rounded to one decimal.
meaning-rising = Rising, falling, unchanged
meaning-rising-is = More, fewer or as many { -cases } as in the week before. It goes by the counts, however small the difference.
meaning-clearly = What "clearly" means
meaning-clearly-is = A rise or fall is clear if it is larger than chance explains, although many areas are looked at and { -cases } come in
    clusters: of 100 that are called clear, about 5 at most are expected to be chance. It is probable if it would be clear were no
    other area looked at; any other could be chance, though the counts did change.
meaning-fewer = Fewer than 3 cases
meaning-fewer-is = For neighbourhoods, counts of 0, 1 or 2 are not published. They are neither zero nor missing: three or more after them is a
    rise, and between two such weeks the direction is unknown.
meaning-none = No figure
meaning-none-is = Nothing was published for that area and date. That is not zero.
meaning-nations = Nations
meaning-nations-is = England, Wales, Scotland and Northern Ireland counted cases in different ways and stopped at different dates. Totals and
    ranks are therefore each nation's own; compare areas across a border with care.
software-licences = Licences of the software in this page

## What the link asks for and is not to be had

# $value is what the link has, $choices what it could have.
link-ignored = The link has a part that was left out: "{ $value }" is not { $part ->
    [level] a level; it is one of { $choices }
    [nation] a nation; it is one of { $choices }
    [theme] a theme; it is one of { $choices }
    [language] a language of this page; it is one of { $choices }
    [switch] on or off; it is one of { $choices }
    [date] a date; write it as YYYY-MM-DD
   *[area] an area code; a code is 1 to 16 letters, digits, hyphens or underscores
}.
link-unread = The link could not be read.
no-level = This data set has no figures for { level-plural }; showing { $level ->
    [ltla] { LABEL("fine-many", "neighbourhoods") }
   *[msoa] { LABEL("coarse-many", "local authorities") }
}.
no-nation = There are no figures for { level-plural } { in-nation }; showing { $other }.
no-date = There are no figures for { level-plural } { in-nation } for { $asked } (they run from { $first } to { $last }); showing { $date }, the
    nearest date.
# For a date between two weeks.
date-weekly = { $level ->
    [ltla] Figures
   *[msoa] { LABEL("fine-first", "Neighbourhood") } figures
} are weekly: these are for the seven days to { $date }.
no-area = The link names the area { $code }, which is not among the { level-plural } of this map.
# For links to the neighbourhoods of one authority.
within-other-level = "within" in the link is for { LABEL("fine-many", "neighbourhoods") } only; showing { level-plural } { in-nation }.
within-nothing = There are no figures for { LABEL("fine-many", "neighbourhoods") } in { $authority }; showing those { in-nation }.
within-elsewhere = { $place } is not in { $authority }; showing all { LABEL("fine-many", "neighbourhoods") } { in-nation }.
# An area that was abolished or renamed; $reason is a sentence without its full stop.
link-names = The link names { $name } ({ $code }). { $reason }.
showing-area = Showing { $place }.
showing-area-of = Showing { $place }; the others are { $others }.

## Loading, offline, failed

loading-figures = Loading figures…
loading-slowly = This is taking longer than usual.
offline-now = You are offline.
offline-nothing = You are offline. The map will load when the connection is back.
site-unreachable = The site cannot be reached.
still-works = What has loaded still works.
newer-figures = There are newer figures.
show-newer = Show them
retry = Retry
# $age is one of the next two.
figures-published = These are the figures published on { $date }, last checked { $age }.
figures-up-to = These are the figures up to { $date }, last checked { $age }.
figures-checked = These figures were last checked { $age }.
age-hours = { $hours ->
    [0] less than an hour ago
    [one] an hour ago
   *[other] { $hours } hours ago
}
age-days = { $days ->
    [one] a day ago
   *[other] { $days } days ago
}
file = { $file_kind ->
    [manifest] the list of data files
    [areas] the list of areas
    [shapes] the map's shapes
    [finer-shapes] the map's finer shapes
    [counts] the case counts
    [towns] the town names
    [places] the list of places
    [postcodes] the postcodes
    [details] the details
    [search] the search
    [sources] the sources
   *[export] the story, the downloads and the embed builder
}
-file-first = { $file_kind ->
    [manifest] The list of data files
    [areas] The list of areas
    [shapes] The map's shapes
    [finer-shapes] The map's finer shapes
    [counts] The case counts
    [towns] The town names
    [places] The list of places
    [postcodes] The postcodes
    [details] The details
    [search] The search
    [sources] The sources
   *[export] The story, the downloads and the embed builder
}
# $why is one of the texts that begin with "why-", $other another file.
not-loaded = { -file-first } could not be loaded: { $why }.
not-loaded-two = { -file-first } and { $other } could not be loaded: { $why }.
not-loaded-several = { -file-first } and { NUMBER($others) } other files could not be loaded: { $why }.
failed-but-stays = What is shown stays as it was.
failed-and-empty = There is nothing to show yet.
why-connection = the connection failed before it had arrived
why-not-found = it is not on the server (404)
why-status = the server answered with an error ({ NUMBER($status, useGrouping: "false") })
why-not-ours = this is not a Rising data file
why-other-kind = this is a data file of another kind
why-version = it has version { NUMBER($got) } and this page reads version { NUMBER($known) }
# What follows where its version is the higher one.
why-newer = ; the newer page that it needs may not be on the server yet
why-cut-short = the file is cut short: { NUMBER($got) } bytes of content where { NUMBER($expected) } were announced
why-damaged = the file is damaged: its checksum is another one
# $reason is for who mends it, and in English.
why-senseless = the file's content makes no sense: { $reason }
why-manifest = the list of data files cannot be read ({ $reason })
why-program = that part of the page did not arrive; try again, or load the page again

## What the page shows before the program, and the pages of areas

site-name = Rising
site-subject = { LABEL("subject", "Covid-19 in the UK, area by area") }
without-script = Without JavaScript this page shows the figures it opens on. Moving the map, other dates and the search need it.
the-answer = The answer in words
the-map = Map
map-shows = Map. { $verdict }
legend-title = { -cases-first } per 100,000 people in seven days
legend-rising = rising: outlined, with a mark
legend-suppressed = { fewer-cases } (not published)
legend-elsewhere = outside the nation chosen
rising-areas = Rising areas
column-area = Area
column-rate = Rate
column-cases = { LABEL("count", "Cases") }
column-direction = Direction
# What the header of that column does, for who hears it.
direction-sorted-by = Sorts by the change in the rate from the week before, from the largest rise to the largest fall.
column-per-people = per 100,000
column-seven-days = seven days
column-week-before = week before
area-page-title = { $place }: is it rising? - Rising
open-on-map = Open { $place } on the map
area-and-neighbours = { $place } and the areas next to it
sources = Sources
card-unit = { -cases } per 100,000 people in seven days

## Finding an area

search-label = Find your area
search-hint = Postcode, town or area
# Where the data set has no postcodes, and where it has no other names than those of areas.
search-hint-town = Town or area
search-hint-name = Name of an area
search-list = Areas found
search-failed = The search could not be loaded.
search-waiting = Looking it up…
search-nothing = Nothing found for "{ $typed }". Check the spelling, or try a postcode.
search-nothing-named = Nothing found for "{ $typed }". Check the spelling.
search-found = { $found ->
    [one] 1 found.
   *[other] { $found } found.
}
search-best = The best matches are listed.
search-button = Search
# Of a county or region, which has no figures as a whole.
search-county = { $name } has no figures of its own on this map. Choose one of its { NUMBER($areas) } { LABEL("coarse-many", "local authorities") }.
search-elsewhere = { $name } is not part of the UK: the figures here do not cover it.
search-part = Nothing found for "{ $typed }". These match "{ $part }":
# After the reader has left the box without a choice.
search-left = { $found ->
    [one] Press the search button to open { $first }.
   *[other] Press the search button to open { $first }, or return to the box for all { NUMBER($found) } matches.
}
search-left-to-choose = Return to the box to choose one of { NUMBER($found) } matches.
# Beside another name of an authority.
search-see = see { $authority }
-place = in { $authority }
-place-exact = in { $authority }, in the { LABEL("fine", "neighbourhood") } { $neighbourhood }
postcode-place = { $status ->
    [withdrawn] { $postcode } is no longer in use; it was { -place }.
    [part] Part of { $postcode } is { -place }.
   *[whole] { $postcode } is { -place }.
}
postcode-place-exact = { $status ->
    [withdrawn] { $postcode } is no longer in use; it was { -place-exact }.
    [part] Part of { $postcode } is { -place-exact }.
   *[whole] { $postcode } is { -place-exact }.
}
postcode-elsewhere = { $postcode } is { $territory ->
    [jersey] in Jersey, one of the Channel Islands
    [guernsey] in Guernsey, one of the Channel Islands
    [man] on the Isle of Man
   *[gibraltar] in Gibraltar
}, which is not part of the UK: the figures here do not cover it.
postcodes-failed = The postcodes could not be loaded.
postcode-no-area = No postcode of the UK begins with { $letters }.
postcode-missing = There is no postcode { $postcode }.
postcode-missing-of = There is no postcode { $postcode } in the list of { $month }.
postcode-larger = Of { $part } there are:
neighbourhoods-england = Figures for neighbourhoods were published for England only.
# $reason is half a sentence of the data, which has it in English only. Other languages use the two after this one.
council-reason = Its council is { $council }: { $reason }.
council-figures = Its council is { $council }; the figures here are those of { $authority }.
name-figures = { $name }: the figures here are those of { $authority }.
town-place = { $town } is in { $authority }.
town-middle = { $town } is in { $authority }; its middle is in the { LABEL("fine", "neighbourhood") } { $neighbourhood }.
near-me = Near me
-a-postcode = { LABEL("to-type", "a postcode") }
near-looking = Finding where you are…
near-no-shapes = The map's shapes could not be loaded. Type { -a-postcode } instead.
near-outside = You seem to be outside { LABEL("region", "the UK") }, which is all that this map covers.
near-place = You are { -place }.
near-place-exact = You are { -place-exact }.
near-offshore = You are outside every area of this map; the nearest is { $authority }.
near-offshore-exact = You are outside every area of this map; the nearest is { $authority }, in the { LABEL("fine", "neighbourhood") } { $neighbourhood }.
near-vague = Your device knows this only to about { NUMBER($kilometres) } km, so it may be another.
locate-unsupported = This browser does not tell pages where it is. Type { -a-postcode } instead.
locate-denied = Your browser did not let this page know where you are. Allow it, or type { -a-postcode } instead.
locate-unavailable = Your device could not find out where it is. Try again, or type { -a-postcode } instead.
locate-timed-out = Your device took too long to find out where it is. Try again, or type { -a-postcode } instead.

## Handing on: the link, the story, the files

copied = Copied.
copy-link = Copy link
share-sheet = Share…
# Before a box with the link.
copy-by-hand = Copy this link:
open-story = Figures for a story
open-downloads = Download
copy-story = Copy the text
copy-story-by-hand = This browser does not let the page copy. Select the text and copy it by hand.
# Before and after a box for a number.
hotspots-from = Hotspots from
hotspots-from-unit = { -cases } per 100,000
download-figures = Download { $group }, { seven-days-to }
download-png = the map as you see it, a picture
download-svg = the map as you see it, to be edited in a drawing program
download-csv-table = the areas in the table, filtered and sorted as you see it, for a spreadsheet
download-csv-all = All areas as CSV
download-csv = every area's figures, highest rate first
download-geojson = the areas with their figures, for mapping software
download-preparing = Preparing the file…
download-saved = The file is ready: look among your downloads.
# The browser changes pictures that a page draws: by a little, or beyond recognition.
download-altered = The PNG is among your downloads, but your browser has changed some of its pixels slightly, to stop tracking. An SVG is exact.
download-spoilt = No PNG was saved. To stop tracking, your browser replaces pictures that a page draws with noise. Save the map as SVG instead, or let this site read its canvas and try again.
download-svg-instead = Save the map as SVG
download-failed = The file could not be made. What it needs may not have loaded; try again.
# A sentence and the link that ends it.
download-framed = If nothing is saved, the page around this map does not allow downloads:
download-framed-link = open the map on its own
picture-source = Source: { $sources } Map: { $link }
picture-elsewhere = outside the nation

## In an article, and the builder of what puts it there

credit = Source: { $publisher }, { $date }
full-map = Full map
-topic = { LABEL("topic", "Covid-19") }
table-and-sources = Table, sources
embed-title = Map: { -topic } in { $place }
embed-title-nation = Map: { -topic } { in-nation }
embed-title-group = Map: { -topic } in { $group }
embed-show-all = Show all of the map
builder-open = Embed
builder-title = The map in your article
builder-close = Close the builder
builder-extent = It opens on
builder-whole = the whole of { nation-name }
builder-areas = Areas
builder-level = { level-first }
builder-date = Date
builder-date-kept = { $date }, for good
builder-date-open = the date the map opens on, which new figures may change
builder-look = Look
builder-rising-only = Only rising
builder-language = Language
builder-colours = Colours
builder-colours-auto = as the reader's device
builder-colours-light = light
builder-colours-dark = dark
builder-height = Fixed height in pixels
builder-height-auto = as needed
builder-kind = Put in by
builder-kind-script = Script
builder-kind-frame = Plain iframe
builder-paste = Paste this into the article
builder-copy = Copy
builder-copy-by-hand = The browser does not allow that here: select the text and copy it.
builder-preview = Preview
builder-preview-title = Preview of the map in an article

## What is said of another country's data where the data set does not say it itself

labels-in = in { $region }
labels-to = to { $region }
labels-subject = { $cases } in { $region }, area by area
labels-case = case
labels-cases = cases
labels-area = area
labels-areas = areas
# Before the name of an area.
labels-in-area = in the area
labels-rates = rates
# Over "seven days", in a narrow column.
labels-count = Total
# What may be typed to find an area.
labels-to-type = the area's name
