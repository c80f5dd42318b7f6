"""Goods, trains, locomotives, posts, trucks, flows and stocks, for random scenarios."""

__all__ = [
    "add_cleaning",
    "add_crew_hours",
    "add_diversions",
    "add_flows",
    "add_goods",
    "add_posts",
    "add_services",
    "add_stocks",
    "add_traction",
    "add_trucks",
]

TE = {"gauge_mm": 1520, "mass_t": 138, "length_m": 22, "max_speed_kmh": 100,
      "effort": {"kind": "power", "power_kw": 2800, "start_kn": 500},
      "davis": {"a_n": 3000, "b_n_per_mps": 20, "c_n_per_mps2": 4}}  # fmt: skip


def add_goods(made):
    made.tree["commodities"] = {
        "flour": {"value_usd_per_t": 300, "wagon_load_t": 60, "packaging": "bags",
                  "loss_frac": 0.01},
        "fuel": {"value_usd_per_t": 700, "wagon_load_t": 50, "packaging": "tank"},
    }  # fmt: skip
    covered = {"gauge_mm": 1520, "payload_t": 68, "tare_t": 23, "length_m": 15,
               "davis": {"a_n": 900, "b_n_per_mps": 5, "c_n_per_mps2": 1}}  # fmt: skip
    if made.maybe(0.1, "allowed goods"):
        covered["allowed_goods"] = ["bags", "fuel"]
    made.tree["wagon_types"] = {"covered": covered}
    if made.maybe(0.4, "season"):
        months = [1.2, 0.8] * 6
        made.tree["seasons"] = {"s": {"months": dict(zip(_MONTHS, months, strict=True))}}


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _service(made, origin, destination):
    departs = {"rule": "when-full", "longest_wait_h": made.one(4.0, 20.0, 60.0)}
    if made.maybe(0.1, "no longest wait"):
        del departs["longest_wait_h"]
    if made.maybe(0.3, "timetable"):
        departs = {"rule": "timetable", "times": ["05:00", made.one("13:00", "17:00")]}
    return {
        "origin": origin, "destination": destination, "fleet": f"of-{origin}",
        "rake_wagons": made.whole(1, 6), "departs": departs, "priority": made.whole(1, 9),
        "return_wait_h": made.one(0.0, 0.0, 12.0), "cleaning_h": made.one(0.0, 5.0),
    }  # fmt: skip


def add_services(made):
    ways = {"out": ("mill", "market"), "short": ("mill", "market")}
    if made.maybe(0.5, "services from both ends"):
        ways["counter"] = ("market", "mill")
    if "mine" in made.tree["terminals"]:
        ways["twig"] = ("mill", "mine")
        if made.maybe(0.5, "services between branches"):
            ways["cross"] = ("mine", "market")
    made.tree["services"] = {name: _service(made, *ends) for name, ends in ways.items()}
    made.tree["fleets"] = {
        f"of-{home}": {
            "wagon_type": "covered", "wagons": made.whole(4, 30), "home": home,
            "hire_usd_per_wagon_day": 20, "repair_frac": made.one(0.0, 0.2),
        }
        for home in {origin: None for origin, _ in ways.values()}
    }  # fmt: skip


def add_cleaning(made):
    """Come last, so that what older seeds draw stays."""
    for fleet in made.tree["fleets"].values():
        if made.maybe(0.3, "cleaning between goods"):
            fleet["cleaning"] = _cleaning(made)


def add_crew_hours(made):
    """Come last too."""
    for pool in made.tree.get("locomotive_pools", {}).values():
        if "crews" in pool and made.maybe(0.5, "crew hours"):
            pool["crew_hours_h"] = made.one(9.0, 14.0) if "home" in pool["between"] else 4.0


def _cleaning(made):
    words = ("flour", "fuel", "bags", "tank")
    rules = {"first": {"after": made.one(*words), "cleaning_h": made.one(0.0, 4.0)}}
    if made.maybe(0.6):
        rules["second"] = {"after": made.one(*words), "before": made.one(*words), "cleaning_h": 9.0}
    return rules


def add_traction(made):
    if not made.maybe(0.6, "locomotive pools"):
        return
    made.tree["locomotive_types"] = {"te": TE}
    last = made.tree["terminals"]["market"]["station"]
    pools = {"near": ("home", "s0"), "line": ("s0", last), "twig": ("s0", "b2"),
             "through": ("home", last), "cross": ("b2", last)}  # fmt: skip
    most = {}
    for name, service in made.tree["services"].items():
        if made.maybe(0.7):
            service["locomotives"] = {"type": "te", "count": made.one(1, 1, 2, 3)}
        service["traction"] = _stretches(made, name)
        count = service.get("locomotives", {}).get("count", 1)
        for part in service["traction"]:
            if part.get("pool"):
                most[part["pool"]] = max(count, most.get(part["pool"], 1))
    made.tree["locomotive_pools"] = {n: _pool(made, pools[n], count) for n, count in most.items()}


def _stretches(made, name):
    """Return the stretches of a service: one all the way, or two that meet at `s0`."""
    if name == "cross":
        return [{"pool": "cross"}]
    if made.maybe(0.2):
        return [{"pool": "through"}] if name != "twig" else []
    parts = [{"pool": "near", "upto": "s0"}, {"pool": "twig" if name == "twig" else "line"}]
    if name == "counter":
        parts = [{"pool": "line", "upto": "s0"}, {"pool": "near"}]
    for part in parts:
        if made.maybe(0.25):
            del part["pool"]
    return parts


def _pool(made, between, most):
    """Return a pool, as small as the checks allow now and then."""
    total = made.whole(most, 2 * most + 2)
    pool = {
        "type": "te",
        "between": list(between)[:: made.one(1, -1)],
        "locomotives": total,
        "servicing_h": made.one(0.0, 2.0),
        "first_locomotives": made.whole(0, total),
    }
    both = "counter" in made.tree["services"] and made.maybe(0.9)
    if both or made.maybe(0.6):
        made.uses.add("light runs")
        pool["light_h"] = made.one(0.0, 4.0)
    else:
        pool["locomotives"] = total = max(total, 2 * most)
        pool["first_locomotives"] = made.whole(most, total - most)
    if made.maybe(0.5, "crews"):
        pool |= {"crews": made.whole(1, 5), "crew_rest_h": made.one(0.0, 6.0)}
        if made.maybe(0.95 if "light_h" in pool else 0.6, "crews travel"):
            pool["crew_travel_h"] = made.one(0.0, 3.0)
        else:
            pool["crews"] = max(pool["crews"], 2)
    return pool


def add_posts(made):
    made.tree["posts"] = {}
    rail = [s for s in made.stations if s not in ("home", "mid", "town")]
    for name, mode in (("frontier", "rail"), ("second", "rail"), ("gate", "road")):
        if not made.maybe(0.5, f"post on {mode}"):
            continue
        station = made.one(*rail) if mode == "rail" else made.one("mid", "town")
        post = {"station": station, "mode": mode}
        if made.maybe(0.6, "stages"):
            post["stages"] = {f"g{k}": _stage(made) for k in range(made.whole(1, 4))}
        else:
            post |= {"servers": made.one(None, 1, 2), "duration_h": made.law(0, 3),
                     "empty_duration_h": made.law(0, 1), "fee_usd_per_t": 2.0}  # fmt: skip
        if made.maybe(0.4, "papers not ready"):
            post["documents"] = {"not_ready_frac": made.one(0.3, 1.0), "delay_h": made.law(0, 4)}
        if hours := made.hours():
            post["hours"] = hours
        elif made.maybe(0.2, "calendar"):
            post["calendar"] = "days"
        made.tree["posts"][name] = {k: v for k, v in post.items() if v is not None}


def _stage(made):
    per = made.one("train", "train", "wagon", "lot")
    stage = {"activity": made.one("customs", "documents", "queue"), "order": made.whole(1, 2),
             "per": per, "servers": made.one(None, 1, 2), "duration_h": made.law(0, 1),
             "applies_to": made.one("all", "loaded", "empty" if per != "lot" else "all"),
             "official_usd_per_t": 1.0, "other_usd_per_t": 0.5}  # fmt: skip
    made.uses.add(f"stage per {per}")
    if made.maybe(0.3, "stage share"):
        stage["share_frac"] = made.one(0.0, 0.4)
    if made.maybe(0.3, "predeclared"):
        stage["predeclared"] = {"share_frac": 0.5, "duration_h": 0.25}
    if made.maybe(0.3, "hours of a stage") and (hours := made.hours()):
        stage["hours"] = hours
    return {k: v for k, v in stage.items() if v is not None}


def add_trucks(made):
    own = {"kind": "fleet", "trucks": made.whole(4, 12), "payload_t": 20.0}
    hired = {"kind": "market", "trucks_per_day": made.one(12.5, 30.0), "payload_t": 20.0}
    if made.maybe(0.4, "rotation of trucks"):
        own["rotation_h"] = made.one(5.0, 12.0, 30.0)
    if made.maybe(0.3, "trucks not available"):
        own["availability_frac"], hired["availability_frac"] = 0.8, 0.7
    made.tree["trucks"] = {"own": own, "hired": hired}
    made.tree["hauls"] = {
        name: {"origin": a, "destination": b, "trucks": made.one("own", "hired"),
               "speed_kmh": 30.0, "rate_usd_per_tkm": 0.1, "loading_h": made.law(0, 2)}
        for name, a, b in (("last-mile", "market", "shop"), ("all-road", "mill", "market"),
                           ("straight", "mill", "shop"))
    }  # fmt: skip


def _flow(made, origin, destination, legs):
    flow = {"commodity": made.one("flour", "flour", "fuel"), "origin": origin,
            "destination": destination, "legs": legs, "priority": made.one(1, 5, 5, 9)}  # fmt: skip
    year = int(made.tree["start_date"][:4])
    if made.maybe(0.2, "contract"):
        first = made.tree["start_date"]
        flow["contract"] = {"tonnes": made.one(300, 900), "first": first, "last": f"{year}-12-20"}
    else:
        flow["tonnes_per_year"] = made.one(10_000, 30_000, 60_000)
        if made.maybe(0.2, "growth"):
            flow["growth_frac_per_year"] = 0.2
    if "seasons" in made.tree and made.maybe(0.6):
        flow["season"] = "s"
    if made.maybe(0.2, "lots of a flow's own size"):
        flow["lot_t"] = 25
    return flow


def add_flows(made):
    flows = made.tree["flows"] = {"a": _flow(made, "mill", "market", ["out"])}
    if made.maybe(0.6, "rail and road"):
        flows["b"] = _flow(made, "mill", "shop", ["short", "last-mile"])
    else:
        flows["b"] = _flow(made, "mill", "market", ["short"])
    if made.maybe(0.4, "return freight"):
        flows["c"] = _flow(made, "market", "mill", ["out"])
    if "counter" in made.tree["services"]:
        flows["d"] = _flow(made, "market", "mill", ["counter"])
    if "twig" in made.tree["services"]:
        flows["e"] = _flow(made, "mill", "mine", ["twig"])
    if "cross" in made.tree["services"]:
        flows["f"] = _flow(made, "mine", "market", ["cross"])
        if made.maybe(0.3, "two rides"):
            flows["g"] = _flow(made, "mill", "shop", ["twig", "cross", "last-mile"])
    if made.maybe(0.3, "road only"):
        flows["h"] = _flow(made, "mill", "shop", ["straight"])


def add_diversions(made):
    for name, to_shop in (("a", ["all-road"]), ("b", ["straight"])):
        flow = made.tree["flows"][name]
        if not made.maybe(0.4, "diversion"):
            continue
        to_market = flow["destination"] == "market"
        by_rail = to_market and name != "b" and not made.maybe(0.5)
        by_road = ["all-road"] if to_market else to_shop
        flow["divert"] = {"legs": ["short"] if by_rail else by_road}
        if made.maybe(0.6, "diversion by queue"):
            flow["divert"]["queue_lots"] = made.whole(1, 4)
        if "queue_lots" not in flow["divert"] or made.maybe(0.5):
            made.uses.add("diversion by closure")
            flow["divert"]["closed_h"] = made.one(0.0, 12.0)


def add_stocks(made):
    if made.maybe(0.4, "stock"):
        stock = {"terminal": "market", "flows": ["a"], "opening_t": made.one(0.0, 500.0),
                 "consumption_t_per_year": 20_000, "opens_d": made.one(0, 2)}  # fmt: skip
        stock[made.one("safety_t", "safety_d")] = 3
        made.tree["stocks"] = {"larder": stock}
