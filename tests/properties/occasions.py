"""Calendars, bans on running and disruptions of every effect, for random scenarios."""

from datetime import date, timedelta

__all__ = ["add_bans", "add_disruptions"]


def _day(made, days):
    """Return a day of the run."""
    return str(date.fromisoformat(made.tree["start_date"]) + timedelta(days=days))


def add_bans(made):
    """Give a calendar, and bans on running now and then."""
    made.tree["calendars"] = {
        "days": {
            "rest_days": ["friday"],
            "holidays": {"feast": {"month_day": _day(made, 4)[5:], "lasts_d": 2}},
            "short_hours": {"fast": {"first": _day(made, 6), "last": _day(made, 12),
                                     "opens": "09:00", "closes": "13:00"}},
        }
    }  # fmt: skip
    bans = made.tree["no_running"] = {}
    if made.maybe(0.3, "ban on a line"):
        bans["night"] = {
            "lines": [made.one(*made.tree["lines"])],
            "begins": "22:00",
            "ends": "05:00",
        }
    if made.maybe(0.3, "ban on a section"):
        section = made.one(*made.sections).id
        bans["works"] = {"sections": [section], "begins": "10:00", "ends": "13:00",
                         "days": ["monday", "thursday"], "calendar": "days"}  # fmt: skip


def _things(made, effect):
    tree = made.tree
    rail = [s.id for s in made.sections if s.mode == "rail"]
    road = [s.id for s in made.sections if s.mode == "road"]
    counted = [p for p, post in tree["posts"].items() if post.get("servers")]
    return {
        "closed": {"sections": rail + road, "posts": list(tree["posts"]),
                   "terminals": list(tree["terminals"])},
        "speed_frac": {"sections": rail + road},
        "capacity_frac": {"posts": counted, "terminals": list(tree["terminals"]),
                          "fleets": list(tree["fleets"]), "trucks": list(tree["trucks"])},
        "demand_frac": {"flows": list(tree["flows"])},
        "price_frac": {"lines": list(tree["lines"]), "posts": list(tree["posts"]),
                       "fleets": list(tree["fleets"]), "hauls": list(tree["hauls"])},
    }[effect]  # fmt: skip


def _hits(made, effect):
    things = {kind: names for kind, names in _things(made, effect).items() if names}
    kinds = [kind for kind in things if made.maybe(0.5)] or [made.one(*things)]
    return {kind: list({made.one(*things[kind]): 0, made.one(*things[kind]): 0}) for kind in kinds}


def _effect(made, effect):
    if effect == "closed":
        return {"closed": True}
    shares = {"speed_frac": (0.1, 0.5, 1.0), "capacity_frac": (0.0, 0.3, 0.5, 1.0),
              "demand_frac": (0.0, 0.5, 1.0), "price_frac": (0.5, 1.0, 3.0)}  # fmt: skip
    return {effect: made.one(*shares[effect])}


def _when(made, earlier):
    kind = made.one("dates", "season", "random", "by month", "after", "group")
    if kind == "after" and not earlier:
        kind = "dates"
    made.uses.add(f"disruption {kind}")
    first = made.whole(0, 6)
    if kind == "dates":
        return {"dates": {"first": _day(made, first), "last": _day(made, first + made.whole(0, 3))}}
    if kind == "season":
        span = (_day(made, first - 3)[5:], _day(made, first + 2)[5:])
        return {"season": dict(zip(("from", "to"), span, strict=True))}
    length = made.law(1, 3)
    if kind == "after":
        other = made.one(*earlier)
        return {"after": {"disruption": other, "probability_frac": made.one(0.5, 1.0),
                          "delay_d": made.law(0, 2), "duration_d": length}}  # fmt: skip
    if kind == "by month":
        rates = dict.fromkeys(("jan", "feb", "mar", "jun", "jul"), 4.0)
        return {"random": {"rate_by_month": rates, "duration_d": length}}
    row = {"random": {"rate_per_year": 25.0, "duration_d": length}}
    return row | ({"group": "storm"} if kind == "group" else {})


def add_disruptions(made):
    """Give up to six disruptions."""
    rows = made.tree["disruptions"] = {}
    for k in range(made.one(0, 1, 3, 6)):
        effect = made.one("closed", "closed", "speed_frac", "capacity_frac", "demand_frac",
                          "price_frac")  # fmt: skip
        row = {"hits": _hits(made, effect), "effect": _effect(made, effect)} | _when(made, rows)
        if effect == "demand_frac" and ("dates" in row or "season" in row) and made.maybe(0.4):
            made.uses.add("surge")
            row["effect"] = {"demand_frac": 2.5}
        made.uses.add(f"effect {effect}")
        rows[f"d{k}"] = row
