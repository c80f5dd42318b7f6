"""Codes of rows and causes as plain numbers, which compiled functions can read."""

from __future__ import annotations

from sim.tables import Cause, Code

__all__: list[str] = []

# rows
OFFERED = int(Code.OFFERED)
WAGON = int(Code.WAGON)
LOAD_START = int(Code.LOAD_START)
LOAD_END = int(Code.LOAD_END)
FORMED = int(Code.FORMED)
ABOARD = int(Code.ABOARD)
WAITS = int(Code.WAITS)
ENTER = int(Code.ENTER)
LEAVE = int(Code.LEAVE)
POST_QUEUE = int(Code.POST_QUEUE)
POST_START = int(Code.POST_START)
POST_END = int(Code.POST_END)
YARD = int(Code.YARD)
TRACK = int(Code.TRACK)
PLACED = int(Code.PLACED)
UNLOAD_START = int(Code.UNLOAD_START)
UNLOAD_END = int(Code.UNLOAD_END)
EMPTIED = int(Code.EMPTIED)
RETURN = int(Code.RETURN)
HOME = int(Code.HOME)
WAGON_BACK = int(Code.WAGON_BACK)
TRUCKS = int(Code.TRUCKS)
TRUCKED = int(Code.TRUCKED)
ROAD = int(Code.ROAD)
HAUL_END = int(Code.HAUL_END)
TRUCKS_BACK = int(Code.TRUCKS_BACK)
DELIVERED = int(Code.DELIVERED)
GATE = int(Code.GATE)
POOL_ASK = int(Code.POOL_ASK)
POOL_TAKEN = int(Code.POOL_TAKEN)
POOL_GIVEN = int(Code.POOL_GIVEN)
POOL_READY = int(Code.POOL_READY)
POOL_SENT = int(Code.POOL_SENT)
POOL_MOVED = int(Code.POOL_MOVED)
DIVERTED = int(Code.DIVERTED)
STORE_WAIT = int(Code.STORE_WAIT)
STORED = int(Code.STORED)
EFFECT = int(Code.EFFECT)
SLOWED = int(Code.SLOWED)

# causes
BY_NONE = int(Cause.NONE)
BY_SECTION_CLOSED = int(Cause.SECTION_CLOSED)
BY_MEET = int(Cause.MEET)
BY_FOLLOW = int(Cause.FOLLOW)
BY_STATION_FULL = int(Cause.STATION_FULL)
BY_YARD_FULL = int(Cause.YARD_FULL)
BY_HELD = int(Cause.HELD)
