"""Charts: drawn on the server, safe under a strict content policy, said in words, leading to their lists."""

from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.template import engines
from django_cotton.compiler_regex import CottonCompiler

from emploi.foundation.charts import svg
from emploi.foundation.charts.specs import Point, Series, bar_with_target, horizontal_bars, line, stacked_bars
from emploi.foundation.charts.svg import render_svg

SVG = "{http://www.w3.org/2000/svg}"
TITLE = "87 % reçus en moins de 15 jours, objectif 100 %"
POINTS = [
    Point("janv. 2026", 82, "/pilotage/delais/liste/?mois=2026-01&x=1", said="janvier 2026 : 82 % reçus"),
    Point("févr. 2026", None),
    Point("mars <b>", 87.5, "/pilotage/"),
]


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()
    svg._drawn.cache_clear()


def drawn(spec, **options) -> ElementTree.Element:
    return ElementTree.fromstring(render_svg(spec, **options))


def words(root: ElementTree.Element) -> list[str]:
    """What a chart writes, line by line."""
    return [part for element in root.iter(f"{SVG}text") for part in element.itertext()]


def test_the_title_is_the_answer_and_the_target_is_drawn() -> None:
    root = drawn(bar_with_target(POINTS, title=TITLE, target=100), description="Par mois d'entrée")
    assert root.find(f"{SVG}title").text == TITLE
    assert root.find(f"{SVG}desc").text == "Par mois d'entrée"
    assert "objectif 100\u00a0%" in words(root)
    assert any(element.get("stroke-dasharray") for element in root.iter(f"{SVG}line"))


def test_the_title_is_said_and_left_to_the_page() -> None:
    root = drawn(bar_with_target(POINTS, title=TITLE))
    assert TITLE not in "".join(words(root))
    assert root.find(f"{SVG}title").text == TITLE


def test_a_month_without_value_keeps_its_place() -> None:
    assert [w for w in words(drawn(bar_with_target(POINTS, title=TITLE))) if "2026" in w] == [
        "janv. 2026",
        "févr. 2026",
    ]


def test_a_long_name_is_whole_on_several_lines() -> None:
    name = "Montélimar, Marsanne, Dieulefit et les pays voisins du Rhône"
    for narrow in (False, True):
        found = words(drawn(horizontal_bars([Point(name, 82)], title=TITLE, narrow=narrow)))
        assert name in " ".join(found)
        assert not any("…" in word for word in found)


def test_the_axis_writes_short_names_and_leaves_some_out() -> None:
    points = [Point("2026-01-01", 1, short="janv.\n2026"), Point("2026-02-01", 2, short="-"), Point("mars", 3)]
    found = words(drawn(bar_with_target(points, title=TITLE)))
    assert {"janv.", "2026", "mars"} <= set(found)
    assert "2026-02-01" not in found


def test_each_bar_has_its_figure_inside_or_beyond() -> None:
    found = words(drawn(bar_with_target([Point("a", 82), Point("b", 3)], title=TITLE)))
    assert {"82", "3"} <= set(found)
    many = words(drawn(bar_with_target([Point(str(n), 81) for n in range(30)], title=TITLE)))
    assert "81" not in many
    year = [Point(str(n), 81) for n in range(12)]
    assert "81" in words(drawn(bar_with_target(year, title=TITLE)))
    assert "81" not in words(drawn(bar_with_target(year, title=TITLE, narrow=True)))


def test_a_phone_has_its_own_drawing_no_wider_than_its_screen() -> None:
    for points in (POINTS, [Point("Montélimar-Marsanne-Dieulefit", 82, "/l/")]):
        for make in (bar_with_target, horizontal_bars):
            wide, narrow = (drawn(make(points, title=TITLE, target=100, narrow=small)) for small in (False, True))
            assert float(narrow.get("width")) <= 330 < float(wide.get("width")) <= 560


def test_bars_lead_to_their_list_on_this_site() -> None:
    links = list(drawn(bar_with_target(POINTS, title=TITLE)).iter(f"{SVG}a"))
    assert [a.get("href") for a in links] == ["/pilotage/delais/liste/?mois=2026-01&x=1", "/pilotage/"]
    assert links[0].get("aria-label") == "janvier 2026 : 82 % reçus"
    assert "emploi.invalid" not in render_svg(bar_with_target(POINTS, title=TITLE))


def test_a_chart_with_links_is_a_group_and_one_without_an_image() -> None:
    assert drawn(bar_with_target(POINTS, title=TITLE)).get("role") == "group"
    assert drawn(line([Point("a", 1)], title=TITLE)).get("role") == "img"
    assert drawn(line([Point("a", 1)], title=TITLE), links={"a": "/x/"}).get("role") == "img", "lines carry no link"


@pytest.mark.parametrize("href", ["https://ailleurs.fr/", "//ailleurs.fr", "javascript:alert(1)"])
def test_a_chart_never_leads_elsewhere(href: str) -> None:
    with pytest.raises(ValueError, match="this site"):
        render_svg(bar_with_target([Point("a", 1, href)], title=TITLE))


@pytest.mark.parametrize(
    "spec",
    [
        bar_with_target(POINTS, title=TITLE, target=100),
        horizontal_bars(POINTS, title=TITLE, target=50.5),
        line([Point("a", 1, series="x"), Point("b", 2, series="y")], title=TITLE, unit="jours", target=15),
        stacked_bars(
            [Point("a", 1, series="Reçus"), Point("a", 2, "/l/", series="Non reçus")],
            title=TITLE,
            series=[Series("Reçus", "success"), Series("Non reçus", "danger")],
        ),
        bar_with_target([], title="Aucune donnée"),
    ],
)
def test_nothing_a_strict_policy_refuses(spec) -> None:
    text = render_svg(spec)
    assert "style=" not in text
    assert "<style" not in text
    assert "<script" not in text
    assert "<b>" not in text


def test_two_charts_of_a_page_share_no_id() -> None:
    one = {e.get("id") for e in drawn(bar_with_target(POINTS, title="un")).iter() if e.get("id")}
    two = {e.get("id") for e in drawn(bar_with_target(POINTS, title="deux")).iter() if e.get("id")}
    assert one
    assert not one & two


def test_the_same_figures_are_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    render_svg(bar_with_target(POINTS, title=TITLE))
    svg._drawn.cache_clear()  # another process: the shared cache answers
    monkeypatch.setattr(svg, "_convert", lambda *_: (_ for _ in ()).throw(AssertionError("drawn again")))
    assert "svg" in render_svg(bar_with_target(POINTS, title=TITLE))


def test_the_component_puts_the_figures_beside() -> None:
    source = '<c-chart :svg="chart" caption="Par mois"><table><tr><td>82</td></tr></table></c-chart>'
    compiled = engines["django"].from_string(CottonCompiler().process(source))
    page = compiled.render({"chart": render_svg(bar_with_target(POINTS, title=TITLE))})
    assert "<svg" in page
    assert "<td>82</td>" in page
    assert 'aria-label="Par mois"' in page
