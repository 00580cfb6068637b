"""The compiled core of the simulation."""
