"""A way to plan that scales: decomposition by model with prices on what models share."""

from sinho.plan.priced.method import applies, solve_priced

__all__ = ["applies", "solve_priced"]
