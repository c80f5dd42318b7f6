"""Replications: luck, engines, folders."""
