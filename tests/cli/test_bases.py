"""What `corridor run` tells of bases."""

from sim.cli.bases import show_bases
from sim.tables import conform


def test_bases_are_told_with_empties_sent_and_waits(capsys):
    row = {"fleet": "grain", "base": "north", "wagons": 1200, "taken": 3400, "given_back": 3300,
           "sent_here": 56, "free_mean": 12.34, "wait_mean_h": float("nan")}  # fmt: skip
    show_bases(conform("bases", [row]), colour=False)
    told = capsys.readouterr().out
    for word in ("grain", "north", "1,200", "3,400", "3,300", "56", "12.3", "-"):
        assert word in told
