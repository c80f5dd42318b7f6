from itertools import pairwise

import numpy as np
import pytest
import shapely
from lines import make
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from pictures import said, words

from geo import BASEMAP_CREDIT, geodesic_chainage_m, load_basemap, load_corridor, make_network
from sim.arrays.network import open_geo_network
from sim.arrays.used import trace_used
from sim.plots import PlotError, draw_map, save
from sim.plots.map_furniture import ASSUMPTION, scale_km
from sim.plots.map_ground import View, fit_view, line_pieces
from sim.plots.map_lines import DASH, gauge_color, pale, stage_badges, usage
from sim.plots.map_places import overview_naming, zoom_naming
from sim.plots.style import BLUE, GREEN, PURPLE, VERMILLION, figure
from sim.runs.case import open_case


@pytest.fixture(scope="module")
def corridor():
    return load_corridor()


@pytest.fixture(scope="module")
def busy_map(busy, corridor):
    return draw_map(
        corridor,
        busy.arrays,
        title="Busy",
        open_stages=list(busy.scenario.network.stages),
        road_section_ids=["road-herat_airport-herat"],
    )


@pytest.fixture(scope="module")
def today(request):
    root = request.config.rootpath
    return open_case(root / "scenarios" / "base.yaml", sets=["duration_d=5"])


@pytest.fixture(scope="module")
def today_map(today, corridor):
    return draw_map(corridor, today.arrays, title="Today")


def line_colors(axes):
    found = axes.findobj(LineCollection)
    return {tuple(np.round(color[:3], 3)) for c in found for color in c.get_colors()}


def rgb(color):
    return tuple(round(int(color[k : k + 2], 16) / 255, 3) for k in (1, 3, 5))


# --- the picture ---------------------------------------------------------------------------------


def test_terminals_and_posts_are_named(busy_map):
    assert {"Mary", "Serhetabat", "Spin Boldak", "Kandahar"} <= set(words(busy_map))


def test_credit_basemap_and_assumption_are_told(busy_map, corridor):
    assert said(busy_map, "OpenStreetMap")
    assert said(busy_map, corridor.credit)
    assert said(busy_map, BASEMAP_CREDIT)
    assert said(busy_map, ASSUMPTION)
    assert said(busy_map, "de facto")


def test_there_is_a_second_map_where_trains_reach_the_planned_line(busy_map):
    maps = [axes for axes in busy_map.axes if axes.axison]
    assert len(maps) == 2
    overview, larger = maps
    assert overview.get_xlim()[0] < larger.get_xlim()[0]
    assert np.diff(larger.get_ylim()) < 0.6 * np.diff(overview.get_ylim())


def test_each_map_has_scale_and_north(busy_map):
    for axes in busy_map.axes[:2]:
        texts = [text.get_text() for text in axes.texts]
        assert any(text.endswith(" km") for text in texts)
        assert any(text.startswith("true at") for text in texts)
        assert "N" in texts


def test_countries_are_named_in_spaced_capitals(busy_map):
    assert "A F G H A N I S T A N" in words(busy_map)
    assert "T U R K M E N I S T A N" in words(busy_map)


def test_used_lines_have_the_colour_of_their_gauge(busy_map):
    for axes in busy_map.axes[:2]:
        assert rgb(BLUE) in line_colors(axes)
    assert tuple(np.round(pale(VERMILLION), 3)) in line_colors(busy_map.axes[1])


def test_planned_lines_are_dashed_and_existing_solid(busy_map):
    own = [
        c
        for c in busy_map.axes[1].findobj(LineCollection)
        if tuple(np.round(c.get_colors()[0][:3], 3)) == rgb(BLUE)
    ]
    dashed = {c.get_linestyle()[0][1] is not None for c in own}
    assert dashed == {True, False}


def test_stages_are_numbered_and_listed(busy_map):
    texts = words(busy_map.axes[1].figure)
    assert {"1", "2", "3", "4", "5", "6", "7", "8"} <= set(texts)
    assert "Planned stages" in texts
    assert said(busy_map, "Torghundi - Sanabar, 22 km; open in this scenario")
    assert said(busy_map, "Spin Boldak - Chaman, 10.3 km; planned")


def test_the_legend_tells_lines_and_marks(busy_map):
    legend = next(axes.get_legend() for axes in busy_map.axes if axes.get_legend())
    texts = [text.get_text() for text in legend.get_texts()]
    assert "Railway 1520 mm, planned" in texts
    assert "Railway 1520 mm, existing" in texts
    assert "Road, by truck" in texts
    assert "Not used here, 1676 mm" in texts
    assert texts[-3:] == ["Terminal", "Border post", "Station"]


def test_the_overview_frames_the_larger_map(busy_map):
    overview, larger = busy_map.axes[:2]
    west, east = larger.get_xlim()
    frames = [line for line in overview.lines if set(line.get_xdata()) == {west, east}]
    assert len(frames) == 1


def test_maps_are_true_to_scale_in_the_middle(busy_map):
    width_in, height_in = busy_map.get_size_inches()
    for axes in busy_map.axes[:2]:
        box = axes.get_position()
        (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
        across = geodesic_chainage_m([west, east], [0, 0])[-1] * np.cos(
            np.radians((south + north) / 2)
        )
        along = geodesic_chainage_m([0, 0], [south, north])[-1]
        shape = (box.width * width_in) / (box.height * height_in)
        assert across / along == pytest.approx(shape, rel=0.01)


def test_labels_cover_neither_each_other_nor_leave_the_frame(busy_map):
    renderer = FigureCanvasAgg(busy_map).get_renderer()
    for axes in busy_map.axes[:2]:
        frame = axes.get_window_extent(renderer)
        names = [t for t in axes.texts if hasattr(t, "xyann") and t.get_text() != "N"]
        boxes = [t.get_window_extent(renderer) for t in names]
        assert len(boxes) > 4
        for k, box in enumerate(boxes):
            assert frame.x0 <= box.x0
            assert box.x1 <= frame.x1
            assert not any(box.overlaps(other) for other in boxes[:k])


def test_without_planned_line_on_the_way_there_is_one_map(request):
    root = request.config.rootpath
    case = open_case(root / "scenarios" / "hairatan.yaml", sets=["duration_d=5"])
    used = trace_used(case.scenario, case.plan, _ways(case))
    hairatan_only = {k: f for k, f in case.scenario.flows.items() if "hairatan" in f.legs[0]}
    scenario = case.scenario.model_copy(update={"flows": hairatan_only})
    arrays = _compiled(scenario, case)
    roads = [s for way in used.road_ways.values() for s in way.section_ids]
    picture = draw_map(
        open_geo_network(scenario, case.base_dir), arrays, title="H", road_section_ids=roads
    )
    assert sum(axes.axison for axes in picture.axes) == 1
    assert {"Hairatan", "Tashkent", "Kostanay"} <= set(words(picture))


def _ways(case):
    from sim.arrays.network import open_network

    return open_network(case.scenario, case.base_dir)[1]


def _compiled(scenario, case):
    from sim.arrays.compiler import compile_corridor
    from sim.arrays.network import open_network

    return compile_corridor(scenario, *open_network(scenario, case.base_dir))


def test_terminals_that_trucks_reach_may_be_named(today, corridor):
    plain = usage(corridor, today.arrays)
    more = usage(corridor, today.arrays, terminal_ids=["spin_boldak", "kandahar", "nowhere"])
    assert more.terminals == (*plain.terminals, "spin_boldak", "kandahar")


def test_roads_drawn_straight_are_confessed(today, today_map, corridor):
    roads = corridor.sections[corridor.sections["mode"] == "road"]
    straight = list(roads.index[roads["geometry_basis"] == "straight"])
    assert not said(today_map, "drawn straight")
    told = draw_map(corridor, today.arrays, title="T", road_section_ids=straight[:1])
    assert said(told, "drawn straight")


def test_what_is_in_use_is_measured(today, today_map, corridor):
    rail_km = corridor.sections.loc[sorted(set(today.arrays.names.parents)), "length_km"].sum()
    assert "Today" in words(today_map)
    assert said(today_map, f"In use: {rail_km:,.0f} km of railway")


def test_a_scenario_on_another_network_is_refused(corridor):
    strange = make((20.0,)).arrays
    with pytest.raises(PlotError, match="no line of the network is in use"):
        draw_map(corridor, strange, title="Strange")


def test_a_network_of_ones_own_is_drawn(tmp_path):
    network = own_network()
    picture = draw_map(network, make((20.0, 30.0)).arrays, title="Own")
    assert {"Home", "S2"} <= set(words(picture))
    assert not said(picture, ASSUMPTION)
    assert not said(picture, "Planned stages")
    save(picture, tmp_path / "own.pdf")
    assert (tmp_path / "own.pdf").stat().st_size > 5000


def own_network():
    import geopandas as gpd

    ids = ["home", "s0", "s1", "s2"]
    points = [shapely.Point(66 + k, 34 + 0.3 * k) for k in range(4)]
    stations = gpd.GeoDataFrame(
        {"station_id": ids, "name": [i.title() for i in ids]}, geometry=points, crs="EPSG:4326"
    )
    ends = list(pairwise(ids))
    sections = gpd.GeoDataFrame(
        {
            "section_id": [f"{a}-{b}" for a, b in ends],
            "from_id": [a for a, _ in ends],
            "to_id": [b for _, b in ends],
            "gauge_mm": 1520,
            "length_km": 100.0,
        },
        geometry=[shapely.LineString(points[k : k + 2]) for k in range(3)],
        crs="EPSG:4326",
    )
    return make_network(stations, sections, name="own", credit="Own survey")


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_a_map_is_kept(busy_map, tmp_path, suffix):
    save(busy_map, tmp_path / f"map.{suffix}")
    assert (tmp_path / f"map.{suffix}").stat().st_size > 100_000


def test_the_same_map_is_the_same_file(today, today_map, corridor, tmp_path):
    save(today_map, tmp_path / "a.svg")
    save(draw_map(corridor, today.arrays, title="Today"), tmp_path / "b.svg")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


# --- its parts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lat", [0.0, 33.0, 45.0, 60.0])
def test_the_scale_is_geodesic_at_the_middle_latitude(lat):
    view = View(60.0, lat - 5, 75.0, lat + 5)
    length_km, width_deg = scale_km(view)
    assert geodesic_chainage_m([60.0, 60.0 + width_deg], [lat, lat])[-1] == pytest.approx(
        length_km * 1000, rel=2e-3
    )
    assert 0.05 < width_deg / 15 <= 0.28


@pytest.mark.parametrize("shape", [0.4, 1.0, 2.5])
def test_a_view_holds_its_bounds_and_fills_its_frame(shape):
    view = fit_view((60.0, 30.0, 64.0, 36.0), shape)
    assert view.west < 60
    assert view.east > 64
    assert view.south < 30
    assert view.north > 36
    width, height = view.east - view.west, (view.north - view.south) * view.stretch
    assert width / height == pytest.approx(shape, rel=0.01)


def test_a_view_of_a_point_has_a_size():
    view = fit_view((60.0, 30.0, 60.0, 30.0), 1.0)
    assert view.north - view.south > 0.2
    assert view.holds(60.0, 30.0)
    assert not view.holds(70.0, 30.0)


def test_gauges_have_their_colours():
    assert [gauge_color(g) for g in (1520, 1435, 1676, 1000)] == [BLUE, VERMILLION, GREEN, PURPLE]


def test_usage_parts_the_network(busy, corridor):
    used = usage(corridor, busy.arrays, road_ids=["road-herat_airport-herat"])
    assert set(used.rail.index) == set(busy.arrays.names.parents)
    assert set(used.road.index) <= {"road-herat_airport-herat"}
    assert len(used.rail) + len(used.road) + len(used.rest) == len(corridor.sections)
    west, south, east, north = used.bounds()
    assert west < 62 < east
    assert south < 32 < north


def test_points_on_used_lines_are_dense(busy, corridor):
    points = usage(corridor, busy.arrays).points()
    assert points.shape[1] == 2
    assert len(points) > 400


def test_badges_keep_apart(corridor):
    picture = figure(8, 8)
    axes = picture.add_axes((0, 0, 1, 1))
    view = View(60.5, 30.5, 67.5, 36.0)
    axes.set_xlim(view.west, view.east)
    axes.set_ylim(view.south, view.north)
    kept = np.array([[66.4, 31.0]])
    badges = stage_badges(axes, corridor, view, kept)
    assert [badge.number for badge in badges] == list(range(1, 9))
    px = axes.transData.transform([(b.lon, b.lat) for b in badges] + kept.tolist())
    apart = np.hypot(*(px[:, None] - px[None]).transpose(2, 0, 1))
    assert apart[~np.eye(len(px), dtype=bool)].min() > 13 * 100 / 72


def test_badges_out_of_view_are_left_out(corridor):
    picture = figure(8, 8)
    axes = picture.add_axes((0, 0, 1, 1))
    view = View(50.0, 45.0, 60.0, 55.0)
    axes.set_xlim(view.west, view.east)
    axes.set_ylim(view.south, view.north)
    assert stage_badges(axes, corridor, view, np.zeros((0, 2))) == []


def test_names_are_ordered_by_weight(busy, corridor):
    used = usage(corridor, busy.arrays)
    for naming in (overview_naming(corridor, used), zoom_naming(corridor, used)):
        n = len(set(used.terminals) | set(used.posts))
        assert set(naming.station_ids[:n]) == naming.main
        assert len(set(naming.station_ids)) == len(naming.station_ids)


def test_what_the_larger_map_shows_is_not_named_on_the_overview(busy, corridor):
    naming = overview_naming(corridor, usage(corridor, busy.arrays))
    whole, part = View(45.0, 28.0, 75.0, 56.0), View(60.5, 30.5, 67.5, 36.0)
    texts = {x.text for x in naming.labels(corridor, whole, hidden=part)}
    assert "Kandahar" not in texts
    assert "Kandahar" in {x.text for x in naming.labels(corridor, whole)}
    assert "Mary" in texts


def test_parts_of_a_line_are_apart():
    import geopandas as gpd

    lines = gpd.GeoSeries([shapely.MultiLineString([[(0, 0), (1, 1)], [(2, 2), (3, 3), (4, 4)]])])
    assert [len(piece) for piece in line_pieces(lines)] == [2, 3]


def test_dash_is_a_dash():
    assert DASH[0] == 0
    assert len(DASH[1]) == 2


def test_the_basemap_is_offline():
    assert not load_basemap()["countries"].empty
