### Holl destunau Rising yn Gymraeg. All of Rising's texts in Welsh; texts/en.ftl says which there are.
### Names of areas are put where no mutation is called for ("Calderdale: yn codi …"); nouns after a number are singular.
### A native speaker has not yet read them.

## Names and dates

language-name = Cymraeg
nation-name = { $nation ->
    [england] Lloegr
    [wales] Cymru
    [scotland] yr Alban
    [ni] Gogledd Iwerddon
   *[uk] { LABEL("region", "y DU") }
}
-nation-first = { $nation ->
    [england] Lloegr
    [wales] Cymru
    [scotland] Yr Alban
    [ni] Gogledd Iwerddon
   *[uk] { LABEL("region-first", "Y DU") }
}
in-nation = { $nation ->
    [england] yn Lloegr
    [wales] yng Nghymru
    [scotland] yn yr Alban
    [ni] yng Ngogledd Iwerddon
   *[uk] { LABEL("in-region", "yn y DU") }
}
level-plural = { $level ->
    [ltla] { LABEL("coarse-many", "awdurdodau lleol") }
   *[msoa] { LABEL("fine-many", "cymdogaethau") }
}
-level-plural-first = { $level ->
    [ltla] { LABEL("coarse-many-first", "Awdurdodau lleol") }
   *[msoa] { LABEL("fine-many-first", "Cymdogaethau") }
}
-neighbourhoods-counted = { $areas ->
    [one] { LABEL("fine", "gymdogaeth") }
    [two] { LABEL("fine", "gymdogaeth") }
    [many] { LABEL("fine", "chymdogaeth") }
   *[other] { LABEL("fine", "cymdogaeth") }
}
areas-of-nation = { level-plural } { nation-name }
areas-of-nation-first = { -level-plural-first } { nation-name }
# After "o'r".
all-areas = { -areas-counted } { in-nation }
all-areas-first = { all-areas }
-areas-counted = { NUMBER($areas) } { $level ->
    [ltla] { LABEL("coarse", "awdurdod lleol") }
   *[msoa] { -neighbourhoods-counted }
}
whose-place = { $place }
whose-place-s = { $place }
in-place = yn ardal { $place }
areas-within = { level-plural } { $whose }
# After "o'r".
all-areas-within = { -areas-counted } yn ardal { $whose }
all-of-nation = { -nation-first } gyfan
outside-place = y tu allan i ardal { $place }
month = { $month ->
    [1] Ionawr
    [2] Chwefror
    [3] Mawrth
    [4] Ebrill
    [5] Mai
    [6] Mehefin
    [7] Gorffennaf
    [8] Awst
    [9] Medi
    [10] Hydref
    [11] Tachwedd
   *[12] Rhagfyr
}
month-short = { $month ->
    [1] Ion
    [2] Chwe
    [3] Maw
    [4] Ebr
    [5] Mai
    [6] Meh
    [7] Gor
    [8] Awst
    [9] Medi
    [10] Hyd
    [11] Tach
   *[12] Rhag
}
month-of-year = { month } { NUMBER($year, useGrouping: "false") }
day-in-words = { NUMBER($day) } { month } { NUMBER($year, useGrouping: "false") }
day-short = { NUMBER($day) } { month-short }
in-the-week = yn y saith diwrnod hyd at { $date }
seven-days-to = saith diwrnod hyd at { $date }
seven-days-to-first = Saith diwrnod hyd at { $date }

## Figures

# After a number, and otherwise.
-case = { LABEL("case", "achos") }
-cases = { LABEL("cases", "achosion") }
-cases-first = { LABEL("cases-first", "Achosion") }
cases = { NUMBER($cases) } { -case }
fewer-cases = llai na { NUMBER($bound) } { -case }
fewer = llai na { NUMBER($bound) }
no-figure = dim ffigur
not-published = heb ei gyhoeddi
percent = { NUMBER($percent) }%
less-than-a-percent = llai nag 1%
nearly-all-percent = mwy na 99%
class-lowest = o dan { NUMBER($upper) }
class-between = { NUMBER($lower) } i { NUMBER($upper) }
class-highest = { NUMBER($lower) } neu fwy
direction-word = { $direction ->
    [rising] yn codi
    [falling] yn gostwng
    [unchanged] heb newid
   *[unknown] anhysbys
}
-change = { $direction ->
    [rising] cynnydd
   *[falling] gostyngiad
}
change-percent = { -change } o { percent }
change-little = { -change } o lai nag 1%
totals = { NUMBER($rising) } yn codi, { NUMBER($falling) } yn gostwng, { NUMBER($unchanged) } heb newid
totals-with-unknown = { totals }, { NUMBER($unknown) } yn anhysbys
# Without a noun, which would call for mutations.
totals-clear = Yn glir: { NUMBER($rises) } yn codi, { NUMBER($falls) } yn gostwng.
grade-word = { $grade ->
    [clear] clir
    [probable] tebygol
   *[chance] gall fod yn siawns
}
compared-no-figure = dim ffigur ar gyfer yr wythnos hon
compared = { $now }, o gymharu â { $before }
compared-same = { $now }, yr un fath â'r wythnos flaenorol
compared-nothing-before = { $now }; dim ffigur ar gyfer yr wythnos flaenorol
compared-unknown = { $now }, fel yn yr wythnos flaenorol; nid yw'r union niferoedd yn cael eu cyhoeddi

## The answer

verdict-nothing = Nid oes ffigurau i'w cymharu ar gyfer { $group } { in-the-week }.
verdict-all = Roedd pob un o'r { $all } yn codi { in-the-week }{ $clearly }.
verdict = { $rising ->
    [0] Nid oedd yr un
   *[other] Roedd { $rising }
} o'r { $all } yn codi { in-the-week }{ $clearly }.
clearly = , { $rising ->
    [one] { $clear ->
        [0] ond nid yn glir
       *[other] a hynny'n glir
    }
   *[other] { $clear ->
        [0] ond dim un
        [one] un
       *[other] { NUMBER($clear) }
    } ohonynt yn glir
}
all-clearly = , pob un ohonynt yn glir
none-clear = Nid oes newid mewn unrhyw ardal sy'n fwy nag y mae siawns yn ei esbonio.
verdict-unknown = Nid yw'n hysbys yn achos { NUMBER($unknown) }.
area-no-figure = { $place }: nid oes ffigur ar gyfer y saith diwrnod hyd at { $date }.
area-changed = { $place }: { $direction ->
    [rising] yn codi
   *[falling] yn gostwng
}, gyda { $now } { in-the-week }, o gymharu â { $before } yn yr wythnos flaenorol.
area-unchanged = { $place }: heb newid, gyda { $now } { in-the-week }, yr un fath â'r wythnos flaenorol.
area-nothing-before = { $place }: { $now } { in-the-week }. Nid oes ffigur ar gyfer yr wythnos flaenorol.
area-unknown = { $place }: { $now } { in-the-week }, a { $before } yn yr wythnos flaenorol. Nid yw union niferoedd mor fach â hyn yn cael eu
    cyhoeddi, felly nid yw'n hysbys a oedd yn codi.
rate-alone = Mae hynny'n { $rate } fesul 100,000 o bobl.
rate-beside-one = Mae hynny'n { $rate } fesul 100,000 o bobl; y gyfradd ar gyfer { $whole } gyfan yw { $whole-rate }.
rate-beside-two = Mae hynny'n { $rate } fesul 100,000 o bobl; y gyfradd ar gyfer { $whole } gyfan yw { $whole-rate }, ac ar gyfer { $wider } { $wider-rate }.
rate-of-one = Y gyfradd ar gyfer { $whole } gyfan yw { $whole-rate } fesul 100,000 o bobl.
rate-of-two = Y gyfradd ar gyfer { $whole } gyfan yw { $whole-rate }, ac ar gyfer { $wider } { $wider-rate }, fesul 100,000 o bobl.
neighbourhoods-run = Mae ffigurau { LABEL("fine-many", "cymdogaethau") } ar gael o { $first } hyd at { $last }; mae'r rhain ar gyfer y dyddiad agosaf.
neighbourhoods-weekly = Mae ffigurau { LABEL("fine-many", "cymdogaethau") }'n wythnosol; mae'r rhain ar gyfer y dyddiad agosaf.
-rose = { $direction ->
    [rising] Cododd
   *[falling] Gostyngodd
}
change-clear = { -rose } nifer yr { -cases } yn glir, yn fwy nag y mae siawns yn ei esbonio{ $range }.
change-probable = { -rose } nifer yr { -cases }, yn ôl pob tebyg{ $range }.
change-chance = { -rose } nifer yr { -cases }, ond heb fod yn fwy nag y gall siawns ei esbonio{ $range }.
-than-before = nag yn yr wythnos flaenorol
range-more = : { NUMBER($less) } i { NUMBER($more) } y cant yn fwy { -than-before }
range-fewer = : { NUMBER($less) } i { NUMBER($more) } y cant yn llai { -than-before }
range-both = : rhwng { NUMBER($fewer) } y cant yn llai a { NUMBER($more) } y cant yn fwy { -than-before }
-place-of = { $place ->
    [1] Yr uchaf o'r
   *[other] Safle { $place }, o'r uchaf i'r isaf, o'r
}
rank = { -place-of } { all-areas }
rank-of-some = { -place-of } { NUMBER($of) } sydd â chyfradd wedi'i chyhoeddi, o blith y { all-areas }
figures-measured = { $group }: { -cases } fesul 100,000 o bobl { in-the-week }
caption-rising = { -level-plural-first } sy'n codi { $inside }, { seven-days-to }
caption-all = { $level ->
    [ltla] Pob { LABEL("coarse", "awdurdod lleol") }
   *[msoa] Pob { LABEL("fine", "cymdogaeth") }
} { $inside }, { seven-days-to }
nothing-rising = Nid oedd yr un o'r { level-plural } { $inside } yn codi { in-the-week }.
mid-year = canol { NUMBER($year, useGrouping: "false") }
people = { $place }: roedd { NUMBER($people) } o bobl yn byw yno, yn ôl amcangyfrif { $estimate }.
people-given = { $place }: mae { NUMBER($people) } o bobl yn byw yno.

## Figures for a story

all-neighbourhoods = { NUMBER($areas) } { -neighbourhoods-counted } yn ardal { $place }
story-title-nation = { all-areas-first } { in-the-week }
story-title-area = { $place } { in-the-week }
-two-weeks = { in-the-week }, o gymharu â'r saith diwrnod hyd at { $last-week }
story-nothing = Nid oes ffigurau i'w cymharu ar gyfer y { $all } { -two-weeks }.
story-none-rose = Ni fu cynnydd yn yr un o'r { $all } { -two-weeks }
story-all-rose = Bu cynnydd ym mhob un o'r { $all } { -two-weeks }
story-some-rose = Bu cynnydd mewn { NUMBER($areas) } o'r { $all } ({ $share }) { -two-weeks }
story-fell = bu gostyngiad mewn { NUMBER($areas) } ({ $share })
story-unchanged = ni fu newid mewn { NUMBER($areas) } ({ $share })
story-unknown = nid yw'r cyfeiriad yn hysbys ar gyfer { NUMBER($areas) } ({ $share })
# "A" and "ac" would call for mutations.
list-end = { $items }, { $last }
list-end-semicolon = { $items }; { $last }
story-whole = { -nation-first } gyfan: { $now } yn yr wythnos, { $rate } fesul 100,000 o bobl, o gymharu â { $before } a { $before-rate } yn yr
    wythnos flaenorol{ $change }.
story-highest-rates = Y cyfraddau uchaf
-rate-placed = { $place ->
    [1] y gyfradd uchaf
   *[other] safle { $place } o'r cyfraddau uchaf
}
story-highest = { $area }: { -rate-placed } – { $week }.
story-highest-joint = { $area }: { -rate-placed }, yn gydradd – { $week }.
story-rank = Yn ôl cyfradd: { $place ->
    [1] yr uchaf o'r
   *[other] safle { $place }, o'r uchaf i'r isaf, o'r
} { all-areas }.
story-rank-of-some = Yn ôl cyfradd: { $place ->
    [1] yr uchaf o'r
   *[other] safle { $place }, o'r uchaf i'r isaf, o'r
} { NUMBER($of) } sydd â chyfradd wedi'i chyhoeddi, o blith y { all-areas }.
-week = { $now } { in-the-week }, { $rate } fesul 100,000 o bobl
week-changed = { -week }, o gymharu â { $before-rate } yn y saith diwrnod hyd at { $last-week } ({ $before })
week-changed-without-rate = { -week }, o gymharu â { $before } yn y saith diwrnod hyd at { $last-week }
week-same = { -week }, yr un fath ag yn y saith diwrnod hyd at { $last-week }
week-unknown = { -week }, { $why }
nothing-before = heb ffigur ar gyfer yr wythnos flaenorol
unknown-before = { $before } yn yr wythnos flaenorol, felly nid yw'r cyfeiriad yn hysbys
short-same = { $now }, yr un fath ag yn yr wythnos flaenorol
story-area-nothing = { area-no-figure }
story-area-changed = { $place }: { $now } { in-the-week }, o gymharu â { $before } yn y saith diwrnod hyd at { $last-week }{ $change }.
story-area-same = { $place }: { $now } { in-the-week }, yr un fath ag yn y saith diwrnod hyd at { $last-week }.
story-area-unknown = { $place }: { $now } { in-the-week }, { $why }.
neighbourhoods-of = { LABEL("fine-many-first", "Cymdogaethau") }: { $place }
story-hotspots = Mannau â chyfraddau uchel
-bound = { NUMBER($threshold) } neu fwy o { -cases } fesul 100,000 o bobl
-with-rates = gyda'r cyfraddau a'r { -cases } yn y ddwy wythnos:
-highest-first = { $areas ->
    [one] { "" }
   *[other] , yr uchaf yn gyntaf
}
story-hot-none = Nid oedd gan yr un o'r { $all } { -bound } { in-the-week }.
story-hot-all = Roedd gan bob un o'r { $all } { -bound } { in-the-week }{ -highest-first }, { -with-rates }
story-hot = Roedd gan { NUMBER($areas) } o'r { $all } ({ $share }) { -bound } { in-the-week }{ -highest-first }, { -with-rates }
story-rising = Yn codi
story-one-rose = Bu cynnydd mewn un ardal, gyda'i chyfradd fesul 100,000 o bobl a'i { LABEL("cases", "hachosion") } yn y ddwy wythnos:
story-rose = Bu cynnydd mewn { NUMBER($areas) } ardal. Dyma nhw i gyd, y gyfradd uchaf yn gyntaf, gyda'r cyfraddau fesul 100,000 o bobl a'r
    { -cases } yn y ddwy wythnos:
story-rose-listed = Bu cynnydd mewn { NUMBER($areas) } ardal. Dyma'r { NUMBER($listed) } ohonynt sydd â'r cyfraddau uchaf fesul 100,000 o bobl,
    gyda'r cyfraddau hynny a'r { -cases } yn y ddwy wythnos:
-clear = hynny yw, yn fwy nag y mae siawns yn ei esbonio
-chance = fod yn siawns: cododd nifer yr { -cases }, ond heb fod yn fwy nag y gall siawns ei esbonio
-were-it-alone = hynny yw, byddai'n glir pe bai'r ardal yr unig un i gael ei hystyried
story-only-clear = Mae'r cynnydd yn glir, { -clear }.
story-only-probable = Mae'r cynnydd yn debygol, { -were-it-alone }.
story-only-chance = Gall y cynnydd { -chance }.
story-none-clear = Nid oes yr un cynnydd yn glir, { -clear }.
story-clear-named = Nifer yr ardaloedd â chynnydd clir, { -clear }: { NUMBER($areas) } ({ $names }).
story-clear = Nifer yr ardaloedd â chynnydd clir, { -clear }: { NUMBER($areas) }.
story-probable-named = Nifer yr ardaloedd â chynnydd tebygol, { -were-it-alone }: { NUMBER($areas) } ({ $names }).
story-probable = Nifer yr ardaloedd â chynnydd tebygol, { -were-it-alone }: { NUMBER($areas) }.
story-all-chance = Gall pob un ohonynt fod yn siawns.
story-others-chance = { $areas ->
    [one] Gall y llall { -chance }.
   *[other] Gall y { $areas } arall { -chance }.
}
story-how-to-read = Sut i ddarllen y ffigurau hyn
story-method-cases = Caiff achosion eu cyfrif yn ôl y diwrnod y cymerwyd y prawf, dros y saith diwrnod sy'n gorffen ar y dyddiad a nodir, gan
    gynnwys y diwrnod hwnnw. Yr wythnos flaenorol yw'r saith diwrnod cyn hynny.
story-method-days = Caiff { -cases } eu cyfrif dros y saith diwrnod sy'n gorffen ar y dyddiad a nodir, gan gynnwys y diwrnod hwnnw. Yr wythnos
    flaenorol yw'r saith diwrnod cyn hynny.
story-method-rate = Y gyfradd yw nifer yr { -cases } yn y saith diwrnod am bob 100,000 o bobl sy'n byw yn yr ardal. Caiff ardaloedd eu gosod mewn
    trefn yn ôl yr union gyfradd; mae'r hyn a ysgrifennir wedi'i dalgrynnu i un lle degol.
story-method-population = Amcangyfrifon poblogaeth a ddefnyddiwyd: { $estimates }.
story-method-rise = Mae ardal yn codi os oes ganddi fwy o { -cases } nag yn yr wythnos flaenorol, waeth pa mor fach yw'r gwahaniaeth.
story-method-clear = { meaning-clearly-is }
story-method-neighbourhoods = Ardaloedd cynnyrch ehangach haen ganol (MSOA) yw'r cymdogaethau. Nid yw cyfrifon o 0, 1 neu 2 yn cael eu cyhoeddi
    ar eu cyfer: nid sero na ffigur coll yw "{ fewer }".
story-method-nations = Roedd y gwledydd yn cyfrif achosion mewn ffyrdd gwahanol; byddwch yn ofalus wrth gymharu ardaloedd ar draws ffin.

## How old the figures are

figures-to = Ffigurau hyd at { $date }.
figures-to-ago = Ffigurau hyd at { $date }, { $days ->
    [0] heddiw
    [1] ddoe
    [two] 2 ddiwrnod yn ôl
   *[other] { NUMBER($days) } diwrnod yn ôl
}.
figures-archived = Archif: ffigurau hyd at { $date }.
figures-stale = Nid oes rhai mwy diweddar wedi'u cyhoeddi yma.

## The page as a whole

page-title = { site-name }: ydy fy ardal i'n codi?
page-description = { site-subject }: pa ardaloedd oedd yn codi, mewn cyfrifon a chyfraddau saith diwrnod, ar fap ac mewn geiriau.
area-title = { $place }: { direction-word } - { site-name }
group-title = { $group } - { site-name }
skip-to-table = Neidio i'r tabl o ardaloedd
share-view = Rhannu'r olwg hon

## Where the page's program has not come, or has stopped

failed-start = Nid oedd modd cychwyn y map.
failed-start-why = Efallai fod y cysylltiad wedi'i dorri, neu fod y porwr hwn yn rhy hen.
failed-old = Mae'r porwr hwn yn rhy hen ar gyfer y map.
failed-old-why = Dyma'r ffigurau y mae'n agor arnyn nhw; mae porwr o 2022 neu'n hwyrach yn eu dangos i gyd.
failed-off = Mae WebAssembly wedi'i ddiffodd yn y porwr hwn.
failed-off-why = Mae ei angen ar y map. Efallai fod Modd Cloi neu osodiad diogelwch arall wedi'i ddiffodd. Dyma'r ffigurau y mae'r map yn agor arnyn nhw.
failed-slow = Mae'r map yn cymryd amser hir i'w lwytho.
failed-slow-why = Efallai fod y cysylltiad wedi arafu'n arw neu wedi dod i ben.
failed-run = Mae'r map wedi stopio
failed-run-why = oherwydd nam yn y dudalen hon.
failed-look = Mae'r dudalen hon yn edrych yn blaen
failed-look-why = am na lwythodd ei dalen arddull. Mae'r ffigurau'n gywir; gall y map fod ar goll.
load-again = Llwytho'r dudalen eto
area-in-link = Y ffigurau ar gyfer yr ardal yn y ddolen hon
no-such-page = Nid oes tudalen yn y cyfeiriad hwn.
needs-script = Mae angen JavaScript ar y map hwn, ac mae wedi'i ddiffodd neu ei rwystro yn y porwr hwn.

## What the map shows, and the answer's totals

map-choices = Yr hyn mae'r map yn ei ddangos
choose-areas = Ardaloedd
choose-nation = Gwlad
level-first = { -level-plural-first }
areas-inside = { -level-plural-first } { $inside }
nation-choice = { $nation ->
    [england] Lloegr
    [wales] Cymru
    [scotland] Yr Alban
    [ni] Gogledd Iwerddon
   *[uk] { LABEL("region-first", "Y DU") } gyfan
}
only-rising = Dim ond rhai sy'n codi

## The map

map-name = Map o { LABEL("rates", "gyfraddau heintio") }
map-about = { caption-all }, wedi'u lliwio yn ôl { -cases } fesul 100,000 o bobl. Mae amlinell a thriongl gan ardaloedd sy'n codi.
map-help = Mae'r bysellau saeth yn symud o ardal i ardal, mae Enter yn agor manylion ardal, mae Escape yn eu cau, mae plws a minws yn chwyddo ac
    yn lleihau, ac mae Home yn dangos y map cyfan. Mae'r un ffigurau yn y tabl o ardaloedd.
map-by-fingers = Defnyddiwch ddau fys i symud y map
map-by-wheel = Defnyddiwch Ctrl neu ⌘ gyda'r olwyn i chwyddo'r map
zoom-in = Chwyddo
zoom-out = Lleihau
no-area-further = Does dim ardal arall i'r cyfeiriad hwnnw.
rate-short = { $rate } fesul 100,000
area-spoken = { $place }: { $figure }.

## The dates

the-date = Dyddiad
dates-play = Chwarae'r dyddiadau
dates-pause = Oedi
seven-days-lead = Saith diwrnod hyd at
step-back = { $step ->
    [week] Yn ôl wythnos
   *[day] Yn ôl diwrnod
}
step-forward = { $step ->
    [week] Ymlaen wythnos
   *[day] Ymlaen diwrnod
}
month-of-year-short = { month-short } { NUMBER($year, useGrouping: "false") }

## The table

all-areas-title = Pob ardal
browse-all = Pori pob un o'r { NUMBER($areas) }
next-some-rows = { $rows ->
    [one] Y rhes nesaf
    [two] Y 2 res nesaf
   *[other] Y { $rows } rhes nesaf
}
previous-rows = Rhesi blaenorol
next-rows = Rhesi nesaf
name-has = Enw yn cynnwys
rows-none = Does dim ardal yma â hynny yn ei henw.
rows-all = { NUMBER($rows) } i gyd.
rows-some = { NUMBER($first) } i { NUMBER($last) } o { NUMBER($rows) }.

## The details of an area

in-authority = yn ardal
details-all = Y manylion i gyd
details-close = Cau'r manylion
direction-first = { $direction ->
    [rising] Yn codi
    [falling] Yn gostwng
    [unchanged] Heb newid
   *[unknown] Anhysbys
}
details-change = { direction-first }: { $compared }
details-change-percent = { direction-first }: { $compared } ({ $change })
two-weeks-caption = Yr wythnos hon a'r wythnos flaenorol
two-weeks-figure = Ffigur
week-before-first = Wythnos flaenorol
cases-row = { -cases-first }
rate-per-people = Cyfradd fesul 100,000
people-here = Mae { NUMBER($people) } o bobl yn byw yma.
people-here-by = Roedd { NUMBER($people) } o bobl yn byw yma, yn ôl amcangyfrif { $estimate }.
open-area = Agor { $place }
keep-area = Fy ardal i
keep-refused = Nid yw'r porwr hwn yn cadw dim ar gyfer y dudalen hon.
keep-done = Bydd y dudalen yn agor yma. Dim ond ar eich dyfais chi y cedwir hyn.
chart-title = Cyfradd fesul 100,000 dros amser
chart-label = Cyfradd fesul 100,000 o bobl: { $place }, { $first } hyd at { $last }
chart-now = { $figure } ar { $date }.
chart-now-and-highest = { $figure } ar { $date }; yr uchaf { $highest } ar { $highest-date }.
chart-hidden = Wythnosau wedi'u lliwio: { fewer-cases }, heb eu cyhoeddi.
chart-loading = Mae dyddiadau eraill yn dal i lwytho.
neighbourhoods-title = Mannau â chyfraddau uchel a rhai sy'n codi: { $place }
around-title = Drws nesaf: { $place }
listed-areas = { -areas-counted }, { $rising ->
    [0] dim un
   *[other] { NUMBER($rising) }
} yn codi.
show-its-neighbourhoods = Dangos y { NUMBER($areas) } { -neighbourhoods-counted } ar y map
show-neighbourhoods = Dangos y { $all } ar y map
listed-rates = Cyfraddau fesul 100,000 { in-the-week }.
show-all = Dangos pob un o'r { NUMBER($areas) }

## What the words mean

meanings = Ystyr y geiriau
meaning-week = Saith diwrnod hyd at ddyddiad
meaning-week-is = Achosion yn ôl y diwrnod y cymerwyd y prawf, yn y saith diwrnod sy'n gorffen ar y dyddiad, gan gynnwys y diwrnod hwnnw. Yr
    wythnos flaenorol yw'r saith diwrnod cyn hynny.
meaning-week-counts = { -cases-first } yn y saith diwrnod sy'n gorffen ar y dyddiad, gan gynnwys y diwrnod hwnnw. Yr wythnos flaenorol yw'r
    saith diwrnod cyn hynny.
meaning-rate = Cyfradd
meaning-rate-is = Nifer yr achosion yn y saith diwrnod am bob 100,000 o bobl sy'n byw yn yr ardal, yn ôl yr amcangyfrif o'i phoblogaeth a ddefnyddir ar gyfer y dyddiad hwnnw.
    Mae'r lliwiau'n dilyn yr union gyfradd; mae'r hyn a ysgrifennir wedi'i dalgrynnu i un lle degol.
meaning-rate-counts = { -cases-first } y saith diwrnod am bob 100,000 o bobl sy'n byw yn yr ardal. Mae'r lliwiau'n dilyn yr union gyfradd;
    mae'r hyn a ysgrifennir wedi'i dalgrynnu i un lle degol.
meaning-rising = Yn codi, yn gostwng, heb newid
meaning-rising-is = Mwy o { -cases }, llai, neu'r un nifer ag yn yr wythnos flaenorol. Mae'n dilyn y cyfrifon, waeth pa mor fach yw'r gwahaniaeth.
meaning-clearly = Ystyr "yn glir"
meaning-clearly-is = Mae cynnydd neu ostyngiad yn glir os yw'n fwy nag y mae siawns yn ei esbonio, er bod llawer o ardaloedd yn cael eu hystyried
    a bod { -cases } yn dod mewn clystyrau: o bob 100 y dywedir eu bod yn glir, disgwylir mai siawns yw tua 5 ar y mwyaf. Mae'n debygol os byddai'n
    glir pe bai'r ardal yr unig un i gael ei hystyried; gall unrhyw newid arall fod yn siawns, er bod y cyfrifon wedi newid.
meaning-fewer = Llai na 3 achos
meaning-fewer-is = Ar gyfer cymdogaethau, nid yw cyfrifon o 0, 1 neu 2 yn cael eu cyhoeddi. Nid sero na ffigurau coll ydynt: mae tri neu fwy ar
    eu hôl yn gynnydd, a rhwng dwy wythnos o'r fath mae'r cyfeiriad yn anhysbys.
meaning-none = Dim ffigur
meaning-none-is = Ni chyhoeddwyd dim ar gyfer yr ardal a'r dyddiad hynny. Nid sero yw hynny.
meaning-nations = Gwledydd
meaning-nations-is = Roedd Cymru, Lloegr, yr Alban a Gogledd Iwerddon yn cyfrif achosion mewn ffyrdd gwahanol, a daethant i ben ar ddyddiadau
    gwahanol. Felly mae gan bob gwlad ei chyfansymiau a'i safleoedd ei hun; byddwch yn ofalus wrth gymharu ardaloedd ar draws ffin.
software-licences = Trwyddedau'r feddalwedd sydd yn y dudalen hon

## What the link asks for and is not to be had

link-ignored = Mae rhan o'r ddolen wedi'i hanwybyddu: { $part ->
    [level] nid lefel yw "{ $value }"; dyma'r dewis: { $choices }
    [nation] nid gwlad yw "{ $value }"; dyma'r dewis: { $choices }
    [theme] nid thema yw "{ $value }"; dyma'r dewis: { $choices }
    [language] nid yw "{ $value }" yn un o ieithoedd y dudalen hon; dyma'r dewis: { $choices }
    [switch] nid yw "{ $value }" yn dweud a yw rhywbeth ymlaen neu i ffwrdd; dyma'r dewis: { $choices }
    [date] nid dyddiad yw "{ $value }"; ysgrifennwch ef ar y ffurf YYYY-MM-DD, blwyddyn-mis-diwrnod
   *[area] nid cod ardal yw "{ $value }"; mae cod yn cynnwys rhwng 1 ac 16 o lythrennau, digidau, cysylltnodau neu danlinellau
}.
link-unread = Nid oedd modd darllen y ddolen.
no-level = Nid oes ffigurau { $level ->
    [ltla] ar gyfer { LABEL("coarse-many", "awdurdodau lleol") } yn y set ddata hon; dangosir { LABEL("fine-many", "cymdogaethau") }
   *[msoa] ar gyfer { LABEL("fine-many", "cymdogaethau") } yn y set ddata hon; dangosir { LABEL("coarse-many", "awdurdodau lleol") }
}.
no-nation = Nid oes ffigurau ar gyfer { level-plural } { in-nation }; dyma a ddangosir: { $other }.
no-date = Nid oes ffigurau ar gyfer { level-plural } { in-nation } am { $asked } (maent ar gael o { $first } hyd at { $last }); dangosir
    { $date }, y dyddiad agosaf.
date-weekly = { $level ->
    [ltla] Mae'r ffigurau
   *[msoa] Mae ffigurau { LABEL("fine-many", "cymdogaethau") }
}'n wythnosol: mae'r rhain ar gyfer y saith diwrnod hyd at { $date }.
no-area = Mae'r ddolen yn enwi'r ardal { $code }, nad yw ymhlith { level-plural } y map hwn.
within-other-level = Dim ond ar gyfer { LABEL("fine-many", "cymdogaethau") } y mae "within" yn y ddolen; dangosir { level-plural } { in-nation }.
within-nothing = Nid oes ffigurau ar gyfer { LABEL("fine-many", "cymdogaethau") } yn ardal { $authority }; dangosir y rhai { in-nation }.
within-elsewhere = Nid yw { $place } yn ardal { $authority }; dangosir pob { LABEL("fine", "cymdogaeth") } { in-nation }.
link-names = Mae'r ddolen yn enwi { $name } ({ $code }). { $reason }.
showing-area = Dangosir { $place }.
showing-area-of = Dangosir { $place }; y lleill yw { $others }.

## Loading, offline, failed

loading-figures = Wrthi'n llwytho ffigurau…
loading-slowly = Mae hyn yn cymryd mwy o amser nag arfer.
offline-now = Rydych chi all-lein.
offline-nothing = Rydych chi all-lein. Bydd y map yn llwytho pan ddaw'r cysylltiad yn ôl.
site-unreachable = Nid oes modd cyrraedd y wefan.
still-works = Mae'r hyn sydd wedi'i lwytho yn dal i weithio.
newer-figures = Mae ffigurau mwy diweddar.
show-newer = Eu dangos
retry = Ceisio eto
figures-published = Dyma'r ffigurau a gyhoeddwyd ar { $date }; fe'u gwiriwyd ddiwethaf { $age }.
figures-up-to = Dyma'r ffigurau hyd at { $date }; fe'u gwiriwyd ddiwethaf { $age }.
figures-checked = Gwiriwyd y ffigurau hyn ddiwethaf { $age }.
age-hours = { $hours ->
    [0] lai nag awr yn ôl
    [one] awr yn ôl
   *[other] { $hours } awr yn ôl
}
age-days = { $days ->
    [one] ddiwrnod yn ôl
    [two] 2 ddiwrnod yn ôl
   *[other] { $days } diwrnod yn ôl
}
file = { $file_kind ->
    [manifest] y rhestr o ffeiliau data
    [areas] y rhestr o ardaloedd
    [shapes] siapiau'r map
    [finer-shapes] siapiau manylach y map
    [counts] nifer yr achosion
    [towns] enwau'r trefi
    [places] y rhestr o leoedd
    [postcodes] y codau post
    [details] y manylion
    [search] y chwiliad
    [sources] y ffynonellau
   *[export] y stori, y lawrlwythiadau a'r adeiladwr mewnosod
}
not-loaded = Ni lwythwyd y canlynol: { file }. Y rheswm: { $why }.
not-loaded-two = Ni lwythwyd y canlynol: { file }; { $other }. Y rheswm: { $why }.
not-loaded-several = Ni lwythwyd y canlynol: { file }; { NUMBER($others) } ffeil arall. Y rheswm: { $why }.
failed-but-stays = Mae'r hyn a ddangosir yn aros fel yr oedd.
failed-and-empty = Nid oes dim i'w ddangos eto.
why-connection = methodd y cysylltiad cyn i'r cyfan gyrraedd
why-not-found = nid yw ar y gweinydd (404)
why-status = atebodd y gweinydd â gwall ({ NUMBER($status, useGrouping: "false") })
why-not-ours = nid ffeil ddata Rising yw hon
why-other-kind = ffeil ddata o fath arall yw hon
why-version = fersiwn { NUMBER($got) } ydyw ac mae'r dudalen hon yn darllen fersiwn { NUMBER($known) }
why-newer = ; efallai nad yw'r dudalen fwy diweddar sydd ei hangen ar y gweinydd eto
why-cut-short = mae'r ffeil yn anghyflawn: { NUMBER($got) } beit o gynnwys lle addawyd { NUMBER($expected) }
why-damaged = mae'r ffeil wedi'i difrodi: nid yw ei swm gwirio yn cyfateb
why-senseless = nid yw cynnwys y ffeil yn gwneud synnwyr: { $reason }
why-manifest = nid oes modd darllen y rhestr o ffeiliau data ({ $reason })
why-program = ni chyrhaeddodd y rhan honno o'r dudalen; ceisiwch eto, neu llwythwch y dudalen eto

## What the page shows before the program, and the pages of areas

site-name = Rising
site-subject = { LABEL("subject", "Covid-19 yn y DU, fesul ardal") }
without-script = Heb JavaScript, mae'r dudalen hon yn dangos y ffigurau y mae'n agor arnynt. Mae ei angen i symud y map, i ddewis dyddiadau eraill ac
    i chwilio.
the-answer = Yr ateb mewn geiriau
the-map = Map
map-shows = Map. { $verdict }
legend-title = { -cases-first } fesul 100,000 o bobl mewn saith diwrnod
legend-rising = yn codi: amlinell a marc
legend-suppressed = { fewer-cases } (heb eu cyhoeddi)
legend-elsewhere = y tu allan i'r wlad a ddewiswyd
rising-areas = Ardaloedd sy'n codi
column-area = Ardal
column-rate = Cyfradd
column-cases = Nifer
column-direction = Cyfeiriad
direction-sorted-by = Yn trefnu yn ôl y newid yn y gyfradd ers yr wythnos flaenorol, o'r cynnydd mwyaf i'r gostyngiad mwyaf.
column-per-people = fesul 100,000
column-seven-days = 7 dydd
column-week-before = cyn hynny
area-page-title = { $place }: ydy hi'n codi yno? - Rising
open-on-map = Agor { $place } ar y map
area-and-neighbours = { $place } a'r ardaloedd cyfagos
sources = Ffynonellau
card-unit = { -cases } fesul 100,000 o bobl mewn saith diwrnod

## Finding an area

search-label = Dod o hyd i'ch ardal
search-hint = Cod post, tref neu ardal
search-hint-town = Tref neu ardal
search-hint-name = Enw ardal
search-list = Yr ardaloedd a ganfuwyd
search-failed = Nid oedd modd llwytho'r chwiliad.
search-waiting = Wrthi'n chwilio…
search-nothing = Ni chafwyd hyd i ddim ar gyfer "{ $typed }". Gwiriwch y sillafu, neu rhowch gynnig ar god post.
search-nothing-named = Ni chafwyd hyd i ddim ar gyfer "{ $typed }". Gwiriwch y sillafu.
search-found = Cafwyd hyd i { NUMBER($found) }.
search-best = Dyma'r canlyniadau gorau.
search-button = Chwilio
search-county = Nid oes ffigurau ar gyfer { $name } yn gyfan ar y map hwn. Dewiswch un o'r { NUMBER($areas) } { LABEL("coarse", "awdurdod lleol") } yno.
search-elsewhere = Nid yw { $name } yn rhan o'r DU: nid yw'r ffigurau yma'n cynnwys y lle hwnnw.
search-part = Ni chafwyd hyd i ddim ar gyfer "{ $typed }". Mae'r rhain yn cyfateb i "{ $part }":
search-left = { $found ->
    [one] Pwyswch y botwm chwilio i agor { $first }.
   *[other] Pwyswch y botwm chwilio i agor { $first }, neu dychwelwch i'r blwch i weld pob un o'r { NUMBER($found) } canlyniad.
}
search-left-to-choose = Dychwelwch i'r blwch i ddewis un o'r { NUMBER($found) } canlyniad.
search-see = gweler { $authority }
# After "yn ardal" and "cymdogaeth" a name needs no mutation.
-place = yn ardal { $authority }
-in-neighbourhood = { LABEL("in-fine", "yng nghymdogaeth") }
-place-exact = yn ardal { $authority }, { -in-neighbourhood } { $neighbourhood }
postcode-place = { $status ->
    [withdrawn] Nid yw { $postcode } yn cael ei ddefnyddio mwyach; roedd { -place }.
    [part] Mae rhan o { $postcode } { -place }.
   *[whole] Mae { $postcode } { -place }.
}
postcode-place-exact = { $status ->
    [withdrawn] Nid yw { $postcode } yn cael ei ddefnyddio mwyach; roedd { -place-exact }.
    [part] Mae rhan o { $postcode } { -place-exact }.
   *[whole] Mae { $postcode } { -place-exact }.
}
postcode-elsewhere = Mae { $postcode } { $territory ->
    [jersey] yn Jersey, un o Ynysoedd y Sianel
    [guernsey] yn Guernsey, un o Ynysoedd y Sianel
    [man] ar Ynys Manaw
   *[gibraltar] yn Gibraltar
}, nad yw'n rhan o'r DU: nid yw'r ffigurau yma'n cynnwys y lle hwnnw.
postcodes-failed = Nid oedd modd llwytho'r codau post.
postcode-no-area = Nid oes cod post yn y DU sy'n dechrau fel hyn: { $letters }.
postcode-missing = Nid oes cod post { $postcode }.
postcode-missing-of = Nid oes cod post { $postcode } yn y rhestr ar gyfer { $month }.
postcode-larger = O dan { $part } mae'r rhain:
neighbourhoods-england = Dim ond ar gyfer Lloegr y cyhoeddwyd ffigurau cymdogaethau.
council-reason = Ei gyngor yw { $council }: { $reason }.
council-figures = Ei gyngor yw { $council }; ffigurau { $authority } sydd yma.
name-figures = { $name }: ffigurau { $authority } sydd yma.
town-place = Mae { $town } yn ardal { $authority }.
town-middle = Mae { $town } yn ardal { $authority }; mae'r canol { -in-neighbourhood } { $neighbourhood }.
near-me = Gerllaw
-a-postcode = { LABEL("to-type", "god post") }
near-looking = Wrthi'n canfod ble rydych chi…
near-no-shapes = Nid oedd modd llwytho siapiau'r map. Teipiwch { -a-postcode } yn lle hynny.
near-outside = Mae'n ymddangos eich bod y tu allan { LABEL("to-region", "i'r DU") }, a dim ond { LABEL("region", "y DU") } sydd ar y map hwn.
near-place = Rydych chi { -place }.
near-place-exact = Rydych chi { -place-exact }.
near-offshore = Rydych chi y tu allan i bob ardal ar y map hwn; yr agosaf yw { $authority }.
near-offshore-exact = Rydych chi y tu allan i bob ardal ar y map hwn; yr agosaf yw { $authority }, { -in-neighbourhood } { $neighbourhood }.
near-vague = Dim ond o fewn tua { NUMBER($kilometres) } km y mae eich dyfais yn gwybod hyn, felly gallai fod yn ardal arall.
locate-unsupported = Nid yw'r porwr hwn yn rhannu ei leoliad â thudalennau. Teipiwch { -a-postcode } yn lle hynny.
locate-denied = Ni adawodd eich porwr i'r dudalen hon wybod ble rydych chi. Rhowch ganiatâd, neu teipiwch { -a-postcode } yn lle hynny.
locate-unavailable = Ni lwyddodd eich dyfais i ganfod ei lleoliad. Rhowch gynnig arall arni, neu teipiwch { -a-postcode } yn lle hynny.
locate-timed-out = Cymerodd eich dyfais ormod o amser i ganfod ei lleoliad. Rhowch gynnig arall arni, neu teipiwch { -a-postcode } yn lle hynny.

## Handing on: the link, the story, the files

copied = Wedi'i gopïo.
copy-link = Copïo'r ddolen
share-sheet = Rhannu…
copy-by-hand = Copïwch y ddolen hon:
open-story = Ffigurau ar gyfer stori
open-downloads = Lawrlwytho
copy-story = Copïo'r testun
copy-story-by-hand = Nid yw'r porwr hwn yn gadael i'r dudalen gopïo. Dewiswch y testun a'i gopïo â llaw.
hotspots-from = Cyfraddau uchel: o
hotspots-from-unit = { -case } fesul 100,000
download-figures = Lawrlwytho { $group }, { seven-days-to }
download-png = y map fel rydych chi'n ei weld, yn llun
download-svg = y map fel rydych chi'n ei weld, i'w olygu mewn rhaglen luniadu
download-csv-table = yr ardaloedd yn y tabl, wedi'u hidlo a'u trefnu fel rydych chi'n eu gweld, ar gyfer taenlen
download-csv-all = Pob ardal fel CSV
download-csv = ffigurau pob ardal, y gyfradd uchaf yn gyntaf
download-geojson = yr ardaloedd gyda'u ffigurau, ar gyfer meddalwedd mapio
download-preparing = Wrthi'n paratoi'r ffeil…
download-saved = Mae'r ffeil yn barod: edrychwch ymhlith eich lawrlwythiadau.
download-altered = Mae'r PNG ymhlith eich lawrlwythiadau, ond mae eich porwr wedi newid rhai o'i bicseli ychydig, i atal tracio. Mae SVG yn union gywir.
download-spoilt = Ni chadwyd PNG. I atal tracio, mae eich porwr yn rhoi sŵn yn lle'r lluniau y mae tudalen yn eu lluniadu. Cadwch y map fel SVG yn lle hynny, neu gadewch i'r wefan hon ddarllen ei chynfas a rhowch gynnig arall arni.
download-svg-instead = Cadw'r map fel SVG
download-failed = Nid oedd modd creu'r ffeil. Efallai nad yw popeth sydd ei angen wedi llwytho; rhowch gynnig arall arni.
download-framed = Os na chaiff dim ei gadw, nid yw'r dudalen o amgylch y map hwn yn caniatáu lawrlwytho:
download-framed-link = agorwch y map ar ei ben ei hun
picture-source = Ffynhonnell: { $sources } Map: { $link }
picture-elsewhere = y tu allan i'r wlad

## In an article, and the builder of what puts it there

credit = Ffynhonnell: { $publisher }, { $date }
full-map = Map llawn
-topic = { LABEL("topic", "Covid-19") }
table-and-sources = Tabl, ffynonellau
embed-title = Map: { -topic } yn ardal { $place }
embed-title-nation = Map: { -topic } { in-nation }
embed-title-group = Map: { -topic } – { $group }
embed-show-all = Dangos y map cyfan
builder-open = Mewnosod
builder-title = Y map yn eich erthygl
builder-close = Cau'r adeiladwr
builder-extent = Mae'n agor ar
builder-whole = { nation-name } gyfan
builder-areas = Ardaloedd
builder-level = { -level-plural-first }
builder-date = Dyddiad
builder-date-kept = { $date }, yn barhaol
builder-date-open = y dyddiad y mae'r map yn agor arno, a all newid gyda ffigurau newydd
builder-look = Golwg
builder-rising-only = Dim ond rhai sy'n codi
builder-language = Iaith
builder-colours = Lliwiau
builder-colours-auto = fel dyfais y darllenydd
builder-colours-light = golau
builder-colours-dark = tywyll
builder-height = Uchder sefydlog mewn picseli
builder-height-auto = yn ôl yr angen
builder-kind = Dull mewnosod
builder-kind-script = Sgript
builder-kind-frame = iframe yn unig
builder-paste = Gludwch hwn i'r erthygl
builder-copy = Copïo
builder-copy-by-hand = Nid yw'r porwr yn caniatáu hynny yma: dewiswch y testun a'i gopïo.
builder-preview = Rhagolwg
builder-preview-title = Rhagolwg o'r map mewn erthygl

## What is said of another country's data where the data set does not say it itself

labels-in = yn { $region }
labels-to = i { $region }
labels-subject = { $cases } yn { $region }, fesul ardal
# After a number, and otherwise.
labels-case = achos
labels-cases = achosion
labels-area = ardal
labels-areas = ardaloedd
labels-in-area = yn ardal
labels-rates = gyfraddau
labels-count = Nifer
labels-to-type = enw'r ardal
