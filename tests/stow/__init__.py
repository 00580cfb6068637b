"""Loading a graph."""
