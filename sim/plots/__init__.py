"""Pictures: a map, a train graph, charts of a comparison, and what levers do.

Each `draw_` function takes tables or arrays and returns a matplotlib figure; `save` keeps it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.plots.string_lines import closed_spans, crossings, meets, string_lines

if TYPE_CHECKING:
    from sim.plots.charts import draw_comparison, draw_where_the_days_go, flow_weights
    from sim.plots.corridor_map import draw_map
    from sim.plots.errors import PlotError
    from sim.plots.lever_charts import draw_search, draw_sobol, draw_tornado
    from sim.plots.spread_chart import draw_spread
    from sim.plots.stock_chart import draw_stocks
    from sim.plots.stretch import Stretch, find_stretch
    from sim.plots.style import save
    from sim.plots.sweep_chart import draw_sweep
    from sim.plots.traingraph import draw_train_graph

__all__ = [
    "PlotError",
    "Stretch",
    "closed_spans",
    "crossings",
    "draw_comparison",
    "draw_map",
    "draw_search",
    "draw_sobol",
    "draw_spread",
    "draw_stocks",
    "draw_sweep",
    "draw_tornado",
    "draw_train_graph",
    "draw_where_the_days_go",
    "find_stretch",
    "flow_weights",
    "meets",
    "save",
    "string_lines",
]

_WHERE = {
    "PlotError": "errors",
    "Stretch": "stretch",
    "draw_comparison": "charts",
    "draw_map": "corridor_map",
    "draw_search": "lever_charts",
    "draw_sobol": "lever_charts",
    "draw_spread": "spread_chart",
    "draw_stocks": "stock_chart",
    "draw_sweep": "sweep_chart",
    "draw_tornado": "lever_charts",
    "draw_train_graph": "traingraph",
    "draw_where_the_days_go": "charts",
    "find_stretch": "stretch",
    "flow_weights": "charts",
    "save": "style",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - loaded when asked for, so that commands start fast
    if name not in _WHERE:
        message = f"module 'sim.plots' has no attribute '{name}'"
        raise AttributeError(message)
    return getattr(import_module(f"sim.plots.{_WHERE[name]}"), name)
