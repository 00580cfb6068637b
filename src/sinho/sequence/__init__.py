"""Sequencing: the order in which a day's cars are built."""

from sinho.sequence.contradictions import contradictions

__all__ = ["contradictions"]
