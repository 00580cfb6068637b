"""The simulation of the line."""
