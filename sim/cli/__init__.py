"""The command line: ``corridor``."""
