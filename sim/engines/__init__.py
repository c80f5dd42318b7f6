"""Engines: from arrays and luck to what happened."""
