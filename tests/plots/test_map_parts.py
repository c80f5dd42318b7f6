import geopandas as gpd
import numpy as np
import pytest
import shapely
from lines import make
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.patches import Rectangle

from geo import load_basemap, load_corridor
from sim.plots.map_furniture import draw_credits, draw_legend, draw_north, draw_scale, draw_stages
from sim.plots.map_ground import View, country_labels, draw_ground, fit_view
from sim.plots.map_lines import Badge, draw_badges, draw_lines, usage
from sim.plots.map_places import draw_places, overview_naming, place_points
from sim.plots.style import BLUE, INK, PAPER, figure

AFGHAN = View(60.5, 30.5, 67.5, 36.0)
ASIA = View(48.0, 29.0, 76.0, 56.0)


@pytest.fixture(scope="module")
def corridor():
    return load_corridor()


@pytest.fixture(scope="module")
def basemap():
    return load_basemap()


@pytest.fixture
def axes():
    return figure(6.0, 6.0).add_axes((0, 0, 1, 1))


def texts(axes):
    return [text.get_text() for text in axes.texts]


def in_view(axes, view):
    axes.set_xlim(view.west, view.east)
    axes.set_ylim(view.south, view.north)
    return axes


# --- ground --------------------------------------------------------------------------------------


def test_the_ground_has_water_rivers_and_borders(axes, basemap):
    draw_ground(axes, basemap, ASIA)
    areas = [c for c in axes.collections if isinstance(c, PathCollection)]
    lines = [c for c in axes.collections if isinstance(c, LineCollection)]
    assert sum(len(c.get_paths()) for c in areas) > 20
    assert [len(c.get_segments()) > 5 for c in lines] == [True, True]


def test_the_ground_is_cut_to_the_view(axes, basemap):
    draw_ground(axes, basemap, AFGHAN)
    for collection in axes.collections:
        if isinstance(collection, LineCollection):
            points = np.concatenate(collection.get_segments())
            assert points[:, 0].min() >= AFGHAN.west - 1e-9
            assert points[:, 1].max() <= AFGHAN.north + 1e-9


def test_degrees_stand_on_the_frame(axes, basemap):
    draw_ground(axes, basemap, AFGHAN)
    across = [label.get_text() for label in axes.get_xticklabels()]
    up = [label.get_text() for label in axes.get_yticklabels()]
    assert across == ["62°E", "64°E", "66°E"]
    assert up == ["32°N", "34°N"]


def test_west_and_south_are_told(axes, basemap):
    draw_ground(axes, basemap, View(-3.0, -2.0, 3.0, 2.0))
    assert "2°W" in [label.get_text() for label in axes.get_xticklabels()]
    assert "1°S" in [label.get_text() for label in axes.get_yticklabels()]


def test_off_the_basemap_the_ground_is_blank(axes, basemap):
    draw_ground(axes, basemap, View(-100.0, 30.0, -90.0, 40.0))
    country_labels(axes, basemap["countries"], View(-100.0, 30.0, -90.0, 40.0), shapely.Point())
    assert axes.get_xlim() == (-100.0, -90.0)
    assert [t for t in texts(axes) if t.isupper()] == []


def test_a_country_is_named_where_there_is_room(axes):
    countries = gpd.GeoDataFrame(
        {"NAME": ["Wide Land", "Tiny"]},
        geometry=[shapely.box(60, 30, 70, 40), shapely.box(71, 31, 71.05, 31.05)],
        crs="EPSG:4326",
    )
    taken = shapely.box(60, 30, 70, 35)
    country_labels(axes, countries, View(60, 30, 72, 40), taken)
    (text,) = axes.texts
    assert text.get_text() == "W I D E\nL A N D"
    lon, lat = text.get_position()
    assert 60 < lon < 70
    assert 35 < lat < 40


def test_a_country_all_taken_is_not_named(axes, basemap):
    country_labels(axes, basemap["countries"], AFGHAN, shapely.box(0, 0, 180, 90))
    assert texts(axes) == []


def test_a_margin_may_be_wider():
    near, far = (fit_view((60, 30, 64, 36), 1.0, margin_frac=frac) for frac in (0.02, 0.3))
    assert far.north - far.south > near.north - near.south
    assert near.middle_lat == far.middle_lat == 33.0
    assert near.stretch == pytest.approx(1 / np.cos(np.radians(33.0)))


# --- lines and badges ----------------------------------------------------------------------------


def test_all_lines_are_drawn_once_by_kind(axes, busy, corridor):
    used = usage(corridor, busy.arrays)
    draw_lines(axes, used)
    rail = [c for c in axes.collections if c.get_linewidth()[0] in {2.6, 2.8}]
    n_lines = sum(len(c.get_segments()) for c in rail)
    assert n_lines >= len(used.rail)


def test_unused_lines_are_thin(axes, busy, corridor):
    used = usage(corridor, busy.arrays)
    draw_lines(axes, used)
    widths = {float(c.get_linewidth()[0]) for c in axes.collections if c.get_zorder() < 3}
    assert widths
    assert max(widths) < 1.5


def test_a_road_in_use_has_a_casing(axes, busy, corridor):
    roads = corridor.sections.index[corridor.sections["mode"] == "road"]
    draw_lines(axes, usage(corridor, busy.arrays, road_ids=list(roads[:1])))
    cased = [c for c in axes.collections if c.get_zorder() == 3.0]
    assert [float(c.get_linewidth()[0]) for c in cased] == [3.4, 2.0]


@pytest.mark.parametrize(("stages", "face"), [((), PAPER), (("herat",), BLUE)])
def test_the_badge_of_an_open_stage_is_filled(axes, stages, face):
    draw_badges(axes, [Badge(3, "herat", 62.0, 34.0, BLUE)], stages)
    (text,) = axes.texts
    filled = text.get_bbox_patch().get_facecolor()
    assert filled[:3] == pytest.approx([int(face[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    assert text.get_text() == "3"


# --- places --------------------------------------------------------------------------------------


def test_terminals_posts_and_stations_are_marked_where_they_are(axes, busy, corridor):
    used = usage(corridor, busy.arrays)
    draw_places(axes, corridor, used, overview_naming(corridor, used).station_ids)
    by_marker = {}
    for line in axes.lines:
        by_marker.setdefault(line.get_marker(), []).append(line.get_xydata())
    assert by_marker["s"][0].tolist() == place_points(corridor, used.terminals).tolist()
    assert by_marker["D"][0].tolist() == place_points(corridor, used.posts).tolist()
    main = {*used.terminals, *used.posts}
    stations = {*used.rail["from_id"], *used.rail["to_id"]} - main
    assert len(by_marker["o"][1]) == len(stations)


def test_places_are_in_degrees_east_and_north(corridor):
    (lonlat,) = place_points(corridor, ["kostanay"]).tolist()
    assert lonlat == pytest.approx([63.6, 53.2], abs=0.1)


def test_no_places_have_no_points(corridor):
    assert place_points(corridor, []).shape == (0, 2)


# --- furniture -----------------------------------------------------------------------------------


def test_the_scale_is_four_pieces_of_one_length(axes):
    draw_scale(in_view(axes, AFGHAN), AFGHAN)
    pieces = [p for p in axes.patches if isinstance(p, Rectangle)]
    assert len({round(p.get_width(), 9) for p in pieces}) == 1
    assert len(pieces) == 4
    assert [t for t in texts(axes) if t.endswith("km")] == ["100 km"]
    assert "true at 33° N" in texts(axes)


def test_the_scale_of_the_south_says_so(axes):
    view = View(20.0, -35.0, 30.0, -25.0)
    draw_scale(in_view(axes, view), view)
    assert "true at 30° S" in texts(axes)


def test_north_is_up(axes):
    draw_north(axes)
    (text,) = axes.texts
    assert text.get_text() == "N"
    assert text.xy[1] > text.xyann[1]


def test_stages_in_use_are_dark_and_others_pale(axes, corridor):
    draw_stages(axes, corridor, ["sanabar"])
    by_text = {text.get_text(): text.get_color() for text in axes.texts}
    assert by_text["Torghundi - Sanabar, 22 km; open in this scenario"] == INK
    assert by_text["Sanabar - Rabat Paryan, 90 km; planned"] != INK
    assert not axes.axison


def test_stages_are_listed_in_order_of_building(axes, corridor):
    draw_stages(axes, corridor, [])
    numbers = [text for text in axes.texts if text.get_text().isdigit()]
    heights = [text.get_position()[1] for text in numbers]
    assert [text.get_text() for text in numbers] == [str(k) for k in range(1, 9)]
    assert heights == sorted(heights, reverse=True)


def test_the_legend_shows_only_what_there_is(axes, busy, corridor):
    draw_legend(axes, usage(corridor, busy.arrays))
    told = [text.get_text() for text in axes.get_legend().get_texts()]
    assert "Road, by truck" not in told
    assert "Planned, not used" in told
    assert len(told) == len(set(told))


def test_credits_are_at_the_foot(busy, corridor):
    picture = figure(6.0, 6.0)
    draw_credits(picture, corridor, usage(corridor, busy.arrays))
    (text,) = picture.texts
    assert text.get_position()[1] < 0.05
    assert text.get_text().startswith("Network: (c) OpenStreetMap contributors")


def test_another_scenario_uses_nothing_of_the_corridor(corridor):
    used = usage(corridor, make((20.0,)).arrays)
    assert used.lines().is_empty
    assert len(used.rest) == len(corridor.sections)
