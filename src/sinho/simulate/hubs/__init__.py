"""From the tables of a hub to a plant that is simulated, and the cars that are sent through it."""
