"""Pure functions over NumPy arrays: no state, no files, no other part of the house."""
